//! The core: policies, their versions, and what changed between them.
//!
//! Text in, values out. Nothing here touches the disk, the clock or the environment, and nothing
//! here can fail: a text that is wrong gives the value that can be made of it together with
//! [diagnostics](crate::diagnostic::Diagnostic).
//!
//! This file is the vocabulary. The stages are its children, in the order a text passes them:
//! `yaml` and `settings` and `front_matter` (what the author says *about* the text), `markdown`
//! (the text, cut into clauses), `align` (which clause became which), `diff` (what changed in
//! it), `terms` (what it defines) and `signals` (what in the change lawyers look for), `path` (what
//! changed on the way between texts that lie further apart), `parallel` (where a translation lags
//! behind), `history` (the line of versions). The rest reads that line: see the crate's own page.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use chrono::NaiveDate;

pub mod address;
pub mod advice;
pub mod agenda;
pub mod align;
pub mod calendar;
pub mod chain;
mod content;
pub mod dates;
pub mod diff;
pub mod digest;
pub mod events;
pub mod excerpt;
pub mod found;
pub mod front_matter;
pub mod gate;
pub mod history;
pub mod html;
pub mod lineage;
pub mod lines;
pub mod links;
pub mod markdown;
mod matching;
pub mod next;
pub mod notice;
pub mod parallel;
pub mod path;
pub mod phrases;
pub mod public_key;
pub mod seal;
pub mod search;
pub mod settings;
pub mod signals;
pub mod since;
pub mod standing;
pub mod suggest;
pub mod terms;
mod text;
pub mod vocabulary;
pub mod words;
pub mod yaml;

pub use text::{
    Alignment, Clause, ClauseKind, Container, ContainerKind, Content, Mark, Section, Style, Text,
};

/// A language tag as it stands in a file's name: `en`, `es`, `pt-BR`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Language(pub String);

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `content/site.yaml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The site's name.
    pub title: String,
    /// Who publishes it.
    pub organisation: String,
    /// Absolute, ends in `/`.
    pub base_url: String,
    /// Where the site was first published, absolute, ends in `/`: what others keep of it for ever is named by
    /// the host of this, wherever the site moves.
    pub first_url: String,
    /// Where the days of this site begin.
    pub time_zone: chrono_tz::Tz,
    /// The language of every policy that names no other.
    pub default_language: Language,
    /// An e-mail address or URL for questions.
    pub contact: Option<String>,
    /// The key that signs what is published.
    pub public_key: Option<public_key::PublicKey>,
}

/// One instrument with one line of versions.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// The folder's name; it never changes.
    pub id: String,
    /// `policy.yaml`.
    pub settings: PolicySettings,
    /// Oldest first; never empty. Drafts and withdrawn versions are among them.
    pub versions: Vec<Version>,
    /// What of it is published; none where nobody ever sealed it.
    pub seal: Option<seal::Seal>,
}

/// `content/<policy>/policy.yaml`.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicySettings {
    /// The policy's name.
    pub title: String,
    /// The language whose text binds.
    pub controlling_language: Language,
    /// What readers are promised about being told.
    pub notice: Notice,
    /// How users accept.
    pub acceptance: Acceptance,
    /// The version of another policy that this line continues: (policy, version).
    pub succeeds: Option<(String, String)>,
    /// Policies this one refers to as they stand.
    pub incorporates: Vec<String>,
    /// Documents kept elsewhere.
    pub annexes: Vec<Annex>,
    /// Which pairs of versions get a compare page.
    pub compare: CompareScope,
    /// What it is to a whole site, so that pages can link to it by that name.
    pub relation: Option<Part>,
}

/// What readers are promised about being told of changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// A material change is announced at least this many days before it takes effect.
    pub days_before: Option<u32>,
    /// Banners show for this many days after it took effect.
    pub window_days_after: Option<u32>,
    /// Links to the policy say "Revised (date)" for this many days.
    pub link_label_days: Option<u32>,
    /// Which releases get notice at all.
    pub audience: NoticeFor,
    /// By what means.
    pub channels: Vec<Channel>,
}

/// `notice.for`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeFor {
    /// Material releases only.
    Material,
    /// Every release.
    Every,
    /// None.
    None,
}

/// `notice.channels`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// A banner on the policy's page.
    Page,
    /// "Revised (date)" on links to the policy.
    Link,
    /// A banner on the home page.
    Homepage,
    /// Somewhere on the site.
    Site,
    /// E-mail.
    Email,
    /// On paper.
    InWriting,
}

/// `acceptance`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// Using the service is agreeing.
    ContinuedUse,
    /// Users are asked.
    Explicit,
}

/// `compare`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareScope {
    /// Each version with its predecessor and with the one in force.
    Adjacent,
    /// Every pair.
    All,
}

/// `relation`: the part that a policy has in a site, by the names of RFC 6903.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What is done with personal data.
    PrivacyPolicy,
    /// The terms of use.
    TermsOfService,
}

/// A document kept outside the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    /// Its name.
    pub title: String,
    /// Where it is.
    pub url: String,
}

/// One dated text of a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// The file's name without `.md`.
    pub id: String,
    /// What the front matter says.
    pub front: FrontMatter,
    /// The text in the controlling language.
    pub text: Text,
    /// Seen only by those who work on it: its author says so, or its policy is sealed and it is not.
    pub draft: bool,
    /// The same version in other languages: the revisions of each, oldest first; never empty.
    pub translations: BTreeMap<Language, Vec<Translation>>,
}

/// The front matter of a version.
#[derive(Clone, Debug, PartialEq)]
pub struct FrontMatter {
    /// The day it takes effect, in the site's time zone.
    pub effective: NaiveDate,
    /// The day it was made known; never after `effective`.
    pub announced: NaiveDate,
    /// What sort of version it is.
    pub kind: Kind,
    /// What changed, in plain words.
    pub summary: Option<String>,
    /// What services owe users; `None` where nobody said.
    pub action: Option<Action>,
    /// The legal team's word on each changed section or clause.
    pub changes: Vec<ChangeNote>,
    /// New id → id in the previous version.
    pub was: BTreeMap<String, String>,
    /// Where an imported text comes from.
    pub source: Option<Source>,
    /// What its author says of it: seen only by those who work on it. See [`Version::draft`].
    pub draft: bool,
    /// The day it was withdrawn before it took effect.
    pub withdrawn: Option<NaiveDate>,
    /// Why a material change takes effect before its notice has run.
    pub notice_exception: Option<String>,
}

impl FrontMatter {
    /// Whether its days are only those on which the text was seen.
    pub fn is_captured(&self) -> bool {
        self.source.as_ref().is_some_and(|source| source.date_is_capture)
    }
}

/// What sort of version it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The first of its line.
    Initial,
    /// A change.
    Amendment,
    /// A fix that changes no meaning, of the version named.
    Correction(String),
    /// Takes back the version named.
    Revert(String),
}

impl Kind {
    /// The version that it corrects, if it does.
    pub fn corrects(&self) -> Option<&str> {
        if let Self::Correction(of) = self { Some(of) } else { None }
    }

    /// The version that it takes back, if it does.
    pub fn reverts(&self) -> Option<&str> {
        if let Self::Revert(of) = self { Some(of) } else { None }
    }
}

/// What services owe users. The order is the order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Nothing.
    None,
    /// Tell them.
    Notice,
    /// Ask them again.
    Reaccept,
}

/// The legal team's word on one or more changed clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct ChangeNote {
    /// Ids of sections or clauses, with the place of each in the file.
    pub clauses: Vec<(String, Range<usize>)>,
    /// Whether users need to be told. `None` only in translations, which classify nothing.
    pub material: Option<bool>,
    /// What it is about.
    pub category: Option<Category>,
    /// Whom it favours.
    pub direction: Option<Direction>,
    /// Free facets.
    pub affects: Vec<String>,
    /// In plain words.
    pub summary: Option<String>,
    /// Why it is not material, or why nothing is owed.
    pub reason: Option<String>,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are the words of the content format")]
pub enum Category {
    DataCollected,
    Purposes,
    LegalBasis,
    ControllerIdentity,
    ThirdPartySharing,
    Transfers,
    Retention,
    Security,
    YourRights,
    Children,
    Cookies,
    Contact,
    ChangesToPolicy,
    Disputes,
    Other,
}

/// Whom a change favours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The reader.
    MoreProtective,
    /// The publisher.
    LessProtective,
    /// Neither.
    Neutral,
}

/// Where an imported text comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The address it was taken from.
    pub url: Option<String>,
    /// When.
    pub captured: Option<NaiveDate>,
    /// `true` where the version's date is the day it was seen and not a date the text states.
    pub date_is_capture: bool,
    /// How close to the original.
    pub fidelity: Option<Fidelity>,
}

/// How close an imported text is to its original.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fidelity {
    /// Byte for byte.
    Original,
    /// Taken out of a page.
    Extracted,
    /// Pieced together.
    Reconstructed,
}

/// A version in another language.
#[derive(Clone, Debug, PartialEq)]
pub struct Translation {
    /// The policy's name in this language.
    pub title: Option<String>,
    /// The version's summary in this language.
    pub summary: Option<String>,
    /// Summaries of changes in this language.
    pub changes: Vec<ChangeNote>,
    /// 1 for `2018-05-15.es.md`, 2 for `2018-05-15.es.r2.md`.
    pub revision: u32,
    /// Seen only by those who work on it: its author says so, or its policy is sealed and it is not.
    pub draft: bool,
    /// Its author's word on that.
    pub front_draft: bool,
    /// The text.
    pub text: Text,
}
