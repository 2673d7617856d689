//! What templates see of a feed. Whoever reads one is nowhere on the site: every address is absolute.

use serde::Serialize;

use super::Day;

/// `feed.xml`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct FeedPage {
    pub id: String,
    pub title: String,
    pub subtitle: String,
    pub language: String,
    pub updated: String,
    pub organisation: String,
    pub home_url: String,
    pub url: String,
    pub atom_url: String,
    pub json_url: String,
    pub entries: Vec<FeedEntry>,
}

/// `feed-entry.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct FeedEntryPage {
    pub language: String,
    pub dir: String,
    pub entry: FeedEntry,
}

/// A release in a feed.
#[derive(Clone, Debug, Serialize)]
pub struct FeedEntry {
    /// Its name for ever, a tag URI.
    pub id: String,
    /// `privacy@2018-05-15`
    pub release_id: String,
    /// The policy, and what it is.
    pub title: String,
    /// What changed, as a page; the text where there is nothing to compare it with.
    pub url: String,
    /// The text.
    pub text_url: String,
    /// What changed, as a page.
    pub redline_url: Option<String>,
    /// The instant it was announced.
    pub published: String,
    /// The instant of the last decision on it.
    pub updated: String,
    /// What changed, in plain words.
    pub summary: Option<String>,
    /// The language of these words and of the names of clauses.
    pub text_language: String,
    /// `ltr` or `rtl`, of that language.
    pub text_dir: &'static str,
    /// The day it takes effect.
    pub effective: Day,
    /// That is only the day it was seen.
    pub seen_on: bool,
    /// The day on which it was to take effect before that.
    pub instead_of: Option<Day>,
    /// The day it was withdrawn.
    pub withdrawn: Option<Day>,
    /// `initial`, `amendment`, `correction`, `revert`.
    pub kind: &'static str,
    /// `material`, `not-material`, `not-classified`.
    pub materiality: &'static str,
    /// Its words.
    pub materiality_text: String,
    /// `none`, `notice`, `reaccept`, `unknown`.
    pub action: &'static str,
    /// Its words.
    pub action_text: String,
    /// The legal team's word on what changed.
    pub changes: Vec<FeedChange>,
    /// All that it can be sorted by.
    pub categories: Vec<FeedCategory>,
    /// `feed-entry.html` for it; empty while that is made.
    pub content_html: String,
}

/// The legal team's word on one or more changed clauses, in a feed.
#[derive(Clone, Debug, Serialize)]
pub struct FeedChange {
    /// What they are called.
    pub clauses: Vec<String>,
    /// Users need to be told.
    pub material: bool,
    /// What it is about.
    pub category_text: Option<String>,
    /// Whom it favours.
    pub direction_text: Option<String>,
    /// In plain words.
    pub summary: Option<String>,
}

/// What an entry can be sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FeedCategory {
    /// `third-party-sharing`
    pub term: &'static str,
    /// What that says something of, a tag URI: of the kind, the materiality, the action or the changes.
    pub scheme: String,
    /// Its words.
    pub label: String,
}

/// A feed, as pages name it.
#[derive(Clone, Debug, Serialize)]
pub struct Feed {
    /// Its media type.
    pub kind: &'static str,
    /// What it is called.
    pub title: String,
    /// Its format.
    pub name: String,
    /// Where it is.
    pub url: String,
}
