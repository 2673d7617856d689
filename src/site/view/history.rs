//! What the pages of a policy's past may see: its history with the picture, the lives of its sections,
//! what changed since a version that was accepted, and the choice of two versions to compare.

use serde::Serialize;

use super::{ChangeRow, Day, Note, Page, Policy, Predecessor, Site, Size, Titled, Version, Way};

/// A version, in a line.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as of a version")]
pub struct Stamp {
    pub id: String,
    pub url: String,
    pub effective: Day,
    pub seen_on: bool,
    pub kind: &'static str,
    pub kind_text: String,
    pub status: &'static str,
    pub status_text: String,
}

/// `history.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct HistoryPage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub in_force: Option<Version>,
    pub upcoming: Vec<Version>,
    pub picture: Option<Picture>,
    pub years: Vec<Titled>,
    pub versions: Vec<Version>,
    pub predecessors: Vec<Predecessor>,
}

/// Sections down, versions across.
#[derive(Clone, Debug, Serialize)]
pub struct Picture {
    /// The years of the columns.
    pub years: Vec<Year>,
    /// The versions, oldest first.
    pub columns: Vec<Column>,
    /// The sections, in the order of the last text.
    pub rows: Vec<Row>,
    /// It has too many columns for paper.
    pub wide: bool,
}

/// Columns of one year.
#[derive(Clone, Debug, Serialize)]
pub struct Year {
    /// Which.
    pub text: String,
    /// How many.
    pub columns: usize,
}

/// A version at the head of a column.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// The version.
    pub version: Stamp,
    /// Its day without the year.
    pub short: String,
    /// What is to be said of it, if anything.
    pub mark: Option<String>,
}

/// The life of a section in a line.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What it is called where it stands last.
    pub title: String,
    /// Its page.
    pub url: String,
    /// How deep it lies, from 0.
    pub depth: usize,
    /// It does not stand in the text in force, nor in one that is announced.
    pub gone: bool,
    /// One for each column.
    pub cells: Vec<Cell>,
}

/// What became of a section in a version.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// `f` first, `s` same, `c` changed, `m` moved, `a` added, `r` removed, none where it does not stand;
    /// with `k` where the change is material, and `o` where the version is beside the line.
    pub class: String,
    /// The same in words.
    pub text: String,
    /// Where that can be read.
    pub url: String,
}

/// `clause.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct ClausePage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub id: String,
    pub title: String,
    pub lives: Vec<Life>,
    pub text_language: String,
    pub text_dir: &'static str,
}

/// The life of a section, or of a clause with an id.
#[derive(Clone, Debug, Serialize)]
pub struct Life {
    /// What it is called now, or was called last.
    pub title: String,
    /// `in-force`, `upcoming`, `gone`, `unpublished`; `elsewhere` where it has another id now.
    pub state: &'static str,
    /// That in words.
    pub state_text: String,
    /// Where it stands, or stood last; where it has another id now, the page of its life.
    pub url: String,
    /// Other ids that it had.
    pub other_ids: Vec<Titled>,
    /// Its words there.
    pub body_html: String,
    /// The sections below it.
    pub below: Vec<Titled>,
    /// What happened to it, newest first.
    pub events: Vec<Event>,
}

/// What a version did to a section.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// The version.
    pub version: Stamp,
    /// The days for which it said this.
    pub days: String,
    /// `first`, `added`, `changed`, `moved`, `removed`.
    pub fate: &'static str,
    /// Its words.
    pub fate_text: String,
    /// It is material; none where nobody classified it.
    pub material: &'static str,
    /// Its words.
    pub material_text: String,
    /// What it was called before.
    pub renamed_from: Option<String>,
    /// The id it had before.
    pub id_was: Option<String>,
    /// Sections that gave it clauses or took some.
    pub kin: Vec<Relative>,
    /// The legal team's word.
    pub notes: Vec<Note>,
    /// The first of its changes in the whole redline.
    pub redline_url: Option<String>,
    /// Its own changes.
    pub redline_html: String,
}

/// A section that clauses came from or went to.
#[derive(Clone, Debug, Serialize)]
pub struct Relative {
    /// What happened, in words.
    pub text: String,
    /// The section's name.
    pub title: String,
    /// Its page.
    pub url: String,
}

/// `clauses.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct ClausesPage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub standing: Vec<ClauseLine>,
    pub coming: Vec<ClauseLine>,
    pub gone: Vec<ClauseLine>,
}

/// A section or clause in the list of all.
#[derive(Clone, Debug, Serialize)]
pub struct ClauseLine {
    /// Its name.
    pub title: String,
    /// Its page.
    pub url: String,
    /// How deep it lies, from 0.
    pub depth: usize,
    /// How many wordings it had.
    pub wordings: usize,
    /// Since when it says what it says in the text in force; when it comes, or when it went.
    pub since: Option<Stamp>,
    /// The announced version that changes it next.
    pub next: Option<Stamp>,
    /// That version removes it.
    pub goes: bool,
}

/// `since.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct SincePage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub accepted: Stamp,
    pub current: Stamp,
    pub same: bool,
    pub gap: Option<String>,
    pub size: Option<Size>,
    pub owed: Owed,
    pub steps: Vec<Step>,
    pub announced: Vec<Step>,
    pub changes: Vec<ChangeRow>,
    pub way: Option<Way>,
    pub redline_url: Option<String>,
}

/// What was owed on the way.
#[derive(Clone, Debug, Serialize)]
pub struct Owed {
    /// `none`, `notice`, `reaccept`, `unknown`; `same` for the version in force, `corrected` where it was
    /// only corrected.
    pub action: &'static str,
    /// In a sentence.
    pub text: String,
    /// Where it is unknown: what is known all the same.
    pub at_least: Option<String>,
}

/// A version on the way.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// The version.
    pub version: Stamp,
    /// When it was announced, where that was another day.
    pub announced: Option<Day>,
    /// `none`, `notice`, `reaccept`, `unknown`.
    pub action: &'static str,
    /// In words.
    pub action_text: String,
    /// It asks for the most.
    pub strongest: bool,
    /// What all versions up to an announced one ask for together, where that is not what it asks for.
    pub in_all: Option<String>,
    /// In plain words.
    pub summary: Option<String>,
    /// What it changed; of an announced version, against the text in force.
    pub redline_url: Option<String>,
}

/// `accepted.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct AcceptedPage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub periods: Vec<Period>,
}

/// When a version was in force.
#[derive(Clone, Debug, Serialize)]
pub struct Period {
    /// The version.
    pub version: Stamp,
    /// How long: its last day, that it was corrected on its first, or that nobody knows.
    pub until_text: Option<String>,
    /// What changed since.
    pub url: String,
    /// What those are owed who accepted it, in words.
    pub action_text: String,
}

/// `chooser.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct ChooserPage {
    pub site: Site,
    pub page: Page,
    pub policy: Policy,
    pub all: bool,
    pub choices: Vec<Choice>,
}

/// A version and those it can be compared with.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// The later one.
    pub version: Stamp,
    /// The earlier ones, newest first.
    pub with: Vec<Pair>,
    /// It is the one to begin with.
    pub open: bool,
}

/// A redline to choose.
#[derive(Clone, Debug, Serialize)]
pub struct Pair {
    /// The earlier version.
    pub version: Stamp,
    /// The redline.
    pub url: String,
    /// It is the one before.
    pub previous: bool,
}
