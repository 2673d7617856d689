//! What templates may see: the contract with them, and nothing else in the program is `Serialize`
//! for their sake. Every URL is relative to the page it stands on; every day comes as `iso` and as
//! the page's language writes it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::messages::Messages;

mod alone;
mod developers;
mod feed;
mod history;
mod lag;
mod redline;
mod texts;
mod whole;

pub use alone::{KeptPage, LooseText, RedlinePage};
pub use developers::{DevelopersPage, Field, Schema, SchemaType, When};
pub use feed::{Feed, FeedCategory, FeedChange, FeedEntry, FeedEntryPage, FeedPage};
pub use history::{
    AcceptedPage, Cell, Choice, ChooserPage, ClauseLine, ClausePage, ClausesPage, Column, Event, HistoryPage,
    Life, Owed, Pair, Period, Picture, Relative, Row, SincePage, Stamp, Step, Year,
};
pub use lag::{LagChange, LagItem, LagNote, Lagging};
pub use redline::{ChangeRow, Numbered, Reach, Reference, Replaced, Signal, Size, Switch};
pub use texts::Told;
pub use whole::{IndexPage, PlainPage, PolicyLine, SearchPage, Searched, VersionLine};

/// A day.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    /// `2018-05-15`
    pub iso: String,
    /// `May 15, 2018`
    pub text: String,
}

impl Day {
    /// A day in a language.
    pub fn new(day: NaiveDate, messages: &Messages) -> Self {
        Self { iso: day.to_string(), text: messages.day(day) }
    }
}

/// The site.
#[derive(Clone, Debug, Serialize)]
pub struct Site {
    /// Its title.
    pub title: String,
    /// Who publishes it.
    pub organisation: String,
    /// Its absolute address.
    pub url: String,
    /// For questions.
    pub contact: Option<String>,
    /// To the front page.
    pub home: String,
    /// To the search.
    pub search: String,
    /// To the calendar.
    pub calendar: String,
    /// To the reference for developers.
    pub developers: String,
    /// Where its days begin.
    pub time_zone: String,
}

/// The page.
#[derive(Clone, Debug, Serialize)]
pub struct Page {
    /// `index`, `search`, `policy`, `version`, `translation`, `history`, `clause`, `clauses`, `since`,
    /// `accepted`, `chooser`, `compare`, `not-found`.
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// One sentence for search engines.
    pub description: String,
    /// Of its words.
    pub language: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    /// Its absolute address.
    pub canonical: String,
    /// To the folder of assets.
    pub assets: String,
    /// The same page in other languages.
    pub alternates: Vec<Alternate>,
    /// Related pages.
    pub links: Vec<Link>,
    /// Feeds of what it is about: of its policy, or of the site.
    pub feeds: Vec<Feed>,
    /// The language of its content, as Open Graph writes it: `pt_BR`.
    pub locale: String,
    /// Crawlers are asked not to keep it.
    pub hidden: bool,
    /// What it says of itself to machines, as JSON-LD; empty where it says nothing.
    pub linked_data: String,
}

/// The page in another language.
#[derive(Clone, Debug, Serialize)]
pub struct Alternate {
    /// Which.
    pub language: String,
    /// Absolute.
    pub url: String,
}

/// A related page.
#[derive(Clone, Debug, Serialize)]
pub struct Link {
    /// An IANA link relation.
    pub rel: &'static str,
    /// Relative.
    pub url: String,
}

/// A title that leads somewhere.
#[derive(Clone, Debug, Serialize)]
pub struct Titled {
    /// Its words.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// A policy.
#[derive(Clone, Debug, Serialize)]
pub struct Policy {
    /// Its id.
    pub id: String,
    /// In the page's language, where there is a translation.
    pub title: String,
    /// The text in force.
    pub url: String,
    /// Its history.
    pub history_url: String,
    /// Where one chooses the version one accepted; none before there is a text in force.
    pub since_url: Option<String>,
    /// Where one chooses two versions to compare, if there are two.
    pub chooser_url: Option<String>,
    /// All its sections, also those that are gone.
    pub clauses_url: String,
    /// The language that binds.
    pub controlling_language_name: String,
    /// Documents kept elsewhere.
    pub annexes: Vec<Titled>,
    /// Policies it refers to as they stand.
    pub incorporates: Vec<Titled>,
    /// How it is accepted.
    pub acceptance_text: String,
    /// What notice it promises.
    pub notice_text: Option<String>,
}

/// A version of the same policy that this one is about.
#[derive(Clone, Debug, Serialize)]
pub struct Other {
    /// Its id.
    pub id: String,
    /// Its page.
    pub url: String,
}

/// A version in another language.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageLink {
    /// `es`
    pub code: String,
    /// `Español`
    pub name: String,
    /// The page.
    pub url: String,
    /// It is the page one is on.
    pub current: bool,
}

/// Where an imported text comes from.
#[derive(Clone, Debug, Serialize)]
pub struct Source {
    /// Its address.
    pub url: Option<String>,
    /// When it was seen.
    pub captured: Option<Day>,
    /// How close it is to the original.
    pub fidelity_text: Option<String>,
}

/// How much changed; the same in pages and in JSON. A clause may count in several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[allow(missing_docs, reason = "the names are the words of the diff")]
#[schemars(extend("x-changes" = "finding"))]
pub struct Counts {
    /// Clauses that changed in words, place or link.
    pub clauses: usize,
    pub added: usize,
    pub removed: usize,
    pub modified: usize,
    pub moved: usize,
    pub renamed: usize,
    pub split: usize,
    pub merged: usize,
    pub words_added: usize,
    pub words_removed: usize,
    pub wording: usize,
    pub link: usize,
    pub formatting: usize,
    pub typography: usize,
    pub numbering: usize,
    pub date: usize,
    /// Capitals and small letters.
    pub case: usize,
}

/// The legal team's word on some clauses.
#[derive(Clone, Debug, Serialize)]
pub struct Note {
    /// What it is about.
    pub clause_title: String,
    /// Where that is.
    pub url: String,
    /// Users need to be told.
    pub material: bool,
    /// `retention`
    pub category: Option<&'static str>,
    /// Its words.
    pub category_text: Option<String>,
    /// `less-protective`
    pub direction: Option<&'static str>,
    /// Its words.
    pub direction_text: Option<String>,
    /// Free facets.
    pub affects: Vec<String>,
    /// In plain words.
    pub summary: Option<String>,
    /// Why it is not material.
    pub reason: Option<String>,
}

/// A version.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct Version {
    pub id: String,
    pub release_id: String,
    pub url: String,
    pub effective: Day,
    pub announced: Day,
    pub seen_on: bool,
    pub kind: &'static str,
    pub kind_text: String,
    pub corrects: Option<Other>,
    pub reverts: Option<Other>,
    pub status: &'static str,
    pub status_text: String,
    pub superseded: Option<Day>,
    pub withdrawn: Option<Day>,
    pub summary: Option<String>,
    pub materiality: &'static str,
    pub materiality_text: String,
    pub action: &'static str,
    pub action_text: String,
    pub words: usize,
    pub clauses: usize,
    pub minutes: usize,
    pub counts: Option<Counts>,
    pub size: Option<Size>,
    pub changes: Vec<Note>,
    pub since_url: Option<String>,
    pub redline_url: Option<String>,
    pub redline_to_current_url: Option<String>,
    pub markdown_url: String,
    pub record_url: Option<String>,
    pub languages: Vec<LanguageLink>,
    pub source: Option<Source>,
    pub digest: String,
    pub digest_short: String,
    pub gap_before: Option<String>,
}

/// A notice above a text.
#[derive(Clone, Debug, Serialize)]
pub struct Banner {
    /// Which notice; `label_<kind>` is its first word.
    pub kind: &'static str,
    /// What it says.
    pub text: String,
    /// Where it leads.
    pub url: Option<String>,
    /// The words of that link.
    pub link_text: Option<String>,
    /// The version's summary.
    pub summary: Option<String>,
    /// What users are owed, in words.
    pub action_text: Option<String>,
    /// The instant from which it is no longer true: `2018-05-15T00:00:00-04:00`.
    pub until: Option<String>,
    /// What is true instead from then on; where there is nothing, the notice has had its time.
    pub then: Option<String>,
    /// The same in the language that binds.
    pub controlling_text: Option<String>,
    /// That language.
    pub controlling_code: Option<String>,
}

/// An entry of the contents list.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The section's address.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// How deep it lies, from 0.
    pub depth: usize,
}

/// A defined term that a text uses.
#[derive(Clone, Debug, Serialize)]
pub struct Term {
    /// Its number on the page: `data-term` of its uses.
    pub number: usize,
    /// As the definition writes it.
    pub name: String,
    /// What the text says it means, as HTML; several where it is defined more than once.
    pub html: Vec<String>,
    /// The clause of the definition.
    pub url: String,
}

/// `text.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct TextPage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub version: Version,
    pub permanent: bool,
    pub banners: Vec<Banner>,
    pub text_language: String,
    pub text_dir: &'static str,
    pub has_title: bool,
    pub contents: Vec<Entry>,
    pub body_html: String,
    pub terms: Vec<Term>,
    pub previous: Option<Version>,
    pub next: Option<Version>,
    pub languages: Vec<LanguageLink>,
    pub lagging: Option<Lagging>,
}

/// The versions of a policy that this one continues.
#[derive(Clone, Debug, Serialize)]
pub struct Predecessor {
    /// That policy.
    pub policy: Policy,
    /// Its versions up to the one continued, newest first.
    pub versions: Vec<Version>,
}

/// That a redline was checked.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Proof {
    /// It holds.
    pub ok: bool,
    /// In how many clauses.
    pub clauses: usize,
}

/// A version on the way between two others, or what it did to a clause. Of texts that belong to no
/// site only the name and the words are known.
#[derive(Clone, Debug, Serialize)]
pub struct Passed {
    /// Its id, or the name of its file.
    pub id: String,
    /// The day it takes effect.
    pub effective: Option<Day>,
    /// That is only the day it was seen.
    pub seen_on: bool,
    /// What sort of version it is, or what it did to the clause; in words.
    pub text: String,
    /// Its redline; of a clause the change there.
    pub url: Option<String>,
}

/// What happened to a clause on the way.
#[derive(Clone, Debug, Serialize)]
pub struct Travelled {
    /// What it is called where it stands last.
    pub title: String,
    /// There.
    pub url: Option<String>,
    /// The numbers of the changes in this redline that came of it.
    pub numbers: Vec<usize>,
    /// What happened, in order.
    pub steps: Vec<Passed>,
}

/// What happened between two versions that do not follow each other.
#[derive(Clone, Debug, Serialize)]
pub struct Way {
    /// The versions after the old one, up to and with the new one.
    pub versions: Vec<Passed>,
    /// What was changed and changed back.
    pub changed_back: Vec<Travelled>,
    /// What more than one version changed.
    pub changed_more_than_once: Vec<Travelled>,
}

/// `compare.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct ComparePage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub old: Version,
    pub new: Version,
    pub same: bool,
    pub totals: Counts,
    pub size: Size,
    pub switches: Vec<Switch>,
    pub old_choices: Vec<Titled>,
    pub new_choices: Vec<Titled>,
    pub changes: Vec<ChangeRow>,
    pub way: Option<Way>,
    pub text_language: String,
    pub text_dir: &'static str,
    pub body_html: String,
    pub proof: Proof,
    pub json_url: String,
}
