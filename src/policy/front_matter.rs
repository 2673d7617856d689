//! What stands above the text of a version: when it takes effect, and what the legal team says
//! about its changes.
//!
//! One file's front matter is judged here as far as it can be by itself. What needs another file
//! (whether a version that is named exists, which of two takes effect first) is judged in
//! [`load`](crate::load).

use std::ops::Range;

use chrono::NaiveDate;

use self::changes::{changes, was};
use self::vocabulary::{CATEGORIES, FIDELITIES, SOURCE, TRANSLATED_CHANGE, TRANSLATION, VERSION};
use super::yaml::{self, Fields, NodeKind, Shape, Tree, quoted};
use super::{Action, Category, ChangeNote, FrontMatter, Kind, Source, settings};
use crate::diagnostic::{Diagnostic, Severity};

mod changes;
mod fence;
mod said;
mod vocabulary;

pub use fence::split;
pub(super) use said::Said;
pub use said::words_said;
pub(super) use vocabulary::{ACTIONS, KINDS, KindWord, word_for};

/// The word for what services owe their users.
pub fn action_word(action: Action) -> Option<&'static str> {
    word_for(ACTIONS, &action)
}

/// What a translation says above its text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TranslationFront {
    /// The policy's name in this language.
    pub title: Option<String>,
    /// The version's summary in this language.
    pub summary: Option<String>,
    /// Summaries of changes in this language.
    pub changes: Vec<ChangeNote>,
    /// Seen only by those who work on it.
    pub draft: bool,
}

/// A version's file, cut in two; its front matter read and not yet judged.
///
/// Whether a version is the first of its line decides what its front matter may leave out, and
/// that takes the effective dates of all of them. So reading comes in two steps.
#[derive(Clone, Debug)]
pub struct Header<'a> {
    text: &'a str,
    /// Where the YAML stands.
    pub yaml: Option<Range<usize>>,
    /// Where the policy's text stands.
    pub body: Range<usize>,
    tree: Tree,
}

impl<'a> Header<'a> {
    /// Cuts a file and reads its YAML.
    pub fn read(text: &'a str) -> Self {
        let (yaml, body, mut diagnostics) = split(text);
        let mut tree = match &yaml {
            Some(range) => yaml::parse(text, range.clone(), yaml::FRONT_MATTER_CAP),
            None => Tree::default(),
        };
        diagnostics.append(&mut tree.diagnostics);
        tree.diagnostics = diagnostics;
        Self { text, yaml, body, tree }
    }

    /// The day it takes effect and whether it does: drafts and withdrawn versions do not.
    pub fn effective(&self) -> Option<(NaiveDate, bool)> {
        let mut ignored = Vec::new();
        let fields = self.fields(&VERSION, &mut ignored)?;
        let day = fields.day("effective", &mut ignored)?;
        let live = !fields.flag("draft", &mut ignored).unwrap_or(false) && !fields.has("withdrawn");
        Some((day, live))
    }

    /// Whether it says which version it corrects; then it is not the first, whatever its day and name.
    pub fn is_correction(&self) -> bool {
        self.fields(&VERSION, &mut Vec::new()).is_some_and(|fields| fields.has("corrects"))
    }

    /// Whether the text was imported.
    pub fn is_imported(&self) -> bool {
        self.fields(&VERSION, &mut Vec::new()).is_some_and(|fields| fields.has("source"))
    }

    /// Judges the front matter of a version. `id` is its file's name, for hints; `first` says
    /// whether no version in force comes before it.
    pub fn version(mut self, id: &str, first: bool) -> (Option<FrontMatter>, Vec<Diagnostic>) {
        let mut out = std::mem::take(&mut self.tree.diagnostics);
        let day = if super::calendar::parse_day(id).is_some() { id } else { "YYYY-MM-DD" };
        if self.yaml.is_none() || (self.tree.root.is_none() && !self.tree.damaged) {
            let action = if first { "" } else { "action: notice\n" };
            if !out.iter().any(|found| found.severity == Severity::Error) {
                out.push(Diagnostic::error(
                    "missing-front-matter",
                    0..0,
                    "the file does not say when this version takes effect",
                    format!("start the file with these lines:\n---\neffective: {day}\n{action}---"),
                ));
            }
            return (None, out);
        }
        let matter =
            self.fields(&VERSION, &mut out).and_then(|fields| version_of(&fields, day, first, &mut out));
        (matter, out)
    }

    fn fields(&self, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Fields<'_>> {
        Fields::new(self.text, self.tree.root.as_ref()?, self.tree.damaged, shape, out)
    }
}

/// The word for what a change is about.
pub fn category_name(category: Category) -> &'static str {
    word_for(CATEGORIES, &category).unwrap_or_default()
}

/// Reads a version's file in one go: its front matter, and where its text stands.
pub fn version(text: &str, id: &str, first: bool) -> (Option<FrontMatter>, Range<usize>, Vec<Diagnostic>) {
    let header = Header::read(text);
    let body = header.body.clone();
    let (matter, diagnostics) = header.version(id, first);
    (matter, body, diagnostics)
}

/// Reads a translation's file. Front matter is welcome and not required.
pub fn translation(text: &str) -> (Option<TranslationFront>, Range<usize>, Vec<Diagnostic>) {
    let mut header = Header::read(text);
    let mut out = std::mem::take(&mut header.tree.diagnostics);
    let body = header.body.clone();
    if header.tree.root.is_none() && !header.tree.damaged {
        return (Some(TranslationFront::default()), body, out);
    }
    let front = header.fields(&TRANSLATION, &mut out).map(|fields| TranslationFront {
        title: fields.text("title", &mut out),
        summary: fields.text("summary", &mut out),
        changes: changes(&fields, &TRANSLATED_CHANGE, &mut out),
        draft: fields.flag("draft", &mut out).unwrap_or(false),
    });
    (front, body, out)
}

fn version_of(fields: &Fields<'_>, day: &str, first: bool, out: &mut Vec<Diagnostic>) -> Option<FrontMatter> {
    fields.require(
        "effective",
        "`effective` is missing: the day this version takes effect",
        &format!("add a line `effective: {day}`"),
        out,
    );
    let effective = fields.day("effective", out);
    let announced = fields.day("announced", out);
    let withdrawn = fields.day("withdrawn", out);
    let kind = kind(fields, first, out);
    let front = FrontMatter {
        // The rest is judged as well; without its day the version is then thrown away.
        effective: effective.unwrap_or_default(),
        announced: announced.or(effective).unwrap_or_default(),
        kind: kind.unwrap_or(Kind::Amendment),
        summary: fields.text("summary", out),
        action: fields.word("action", ACTIONS, out),
        changes: changes(fields, &vocabulary::CHANGE, out),
        was: was(fields, out),
        source: source(fields, out),
        draft: fields.flag("draft", out).unwrap_or(false),
        withdrawn,
        notice_exception: fields.text("notice_exception", out),
    };
    action_is_there(fields, &front, out);
    if effective.is_some() {
        days_in_order(fields, &front, out);
    }
    correction_corrects(fields, &front, out);
    effective.map(|_| front)
}

fn kind(fields: &Fields<'_>, first: bool, out: &mut Vec<Diagnostic>) -> Option<Kind> {
    let word = fields.word("kind", KINDS, out);
    let said = fields.has("kind");
    let corrects = version_id(fields, "corrects", out);
    let reverts = version_id(fields, "reverts", out);
    belongs_to(fields, "corrects", "correction", said, word == Some(KindWord::Correction), out);
    belongs_to(fields, "reverts", "revert", said, word == Some(KindWord::Revert), out);
    let needs = |key: &str, kind: &str, out: &mut Vec<Diagnostic>| {
        let message = format!("a {kind} has to say which version it {key}");
        fields.require(key, &message, &format!("add a line `{key}: …` with that version's id"), out);
    };
    match word {
        Some(KindWord::Initial) => Some(Kind::Initial),
        Some(KindWord::Amendment) => Some(Kind::Amendment),
        Some(KindWord::Correction) => {
            needs("corrects", "correction", out);
            corrects.map(Kind::Correction)
        }
        Some(KindWord::Revert) => {
            needs("reverts", "revert", out);
            reverts.map(Kind::Revert)
        }
        None => Some(if first { Kind::Initial } else { Kind::Amendment }),
    }
}

/// `corrects` goes with `kind: correction`, `reverts` with `kind: revert`.
fn belongs_to(
    fields: &Fields<'_>,
    key: &'static str,
    kind: &str,
    said: bool,
    agrees: bool,
    out: &mut Vec<Diagnostic>,
) {
    if fields.has(key) && !agrees {
        let hint = if said {
            format!("write `kind: {kind}`, or delete this line")
        } else {
            format!("add a line `kind: {kind}`")
        };
        out.push(Diagnostic::error(
            "wrong-kind",
            fields.key_span(key),
            format!("`{key}` is only for a {kind}"),
            hint,
        ));
    }
}

fn version_id(fields: &Fields<'_>, key: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
    let id = fields.text(key, out)?;
    let file = id.strip_suffix(".md").unwrap_or(&id);
    if settings::is_id(&id) && file == id {
        return Some(id);
    }
    let hint = if settings::is_id(file) {
        format!("write `{key}: {file}`")
    } else {
        "write the name of that version's file without `.md`, for example `2018-05-15`".to_owned()
    };
    let message = format!("{} is not the id of a version", quoted(&id));
    out.push(Diagnostic::error("bad-id", fields.span(key), message, hint));
    None
}

fn action_is_there(fields: &Fields<'_>, front: &FrontMatter, out: &mut Vec<Diagnostic>) {
    let nobody_has_to_say = front.kind == Kind::Initial || fields.has("source");
    if nobody_has_to_say || fields.has("action") {
        return;
    }
    let hint = match front.kind {
        Kind::Correction(_) => "add a line `action: none`",
        _ => "add a line `action: none`, `action: notice` or `action: reaccept`",
    };
    let before = out.len();
    fields.require("action", "`action` is missing: what services owe their users", hint, out);
    if front.draft {
        // A draft may be unfinished.
        out[before..].iter_mut().for_each(|found| found.severity = Severity::Warning);
    }
}

fn days_in_order(fields: &Fields<'_>, front: &FrontMatter, out: &mut Vec<Diagnostic>) {
    let FrontMatter { effective, announced, .. } = front;
    if announced > effective {
        out.push(Diagnostic::error(
            "announced-late",
            fields.span("announced"),
            format!("announced on {announced}, after it takes effect on {effective}"),
            "a version is announced on or before its effective day; to publish late, move `effective`",
        ));
    }
    let Some(withdrawn) = front.withdrawn else { return };
    if withdrawn >= *effective {
        out.push(Diagnostic::error(
            "withdrawn-late",
            fields.span("withdrawn"),
            format!("withdrawn on {withdrawn}, but it takes effect on {effective}"),
            "only a version that is not in force yet can be withdrawn; undo one in force by a new version with `kind: revert`",
        ));
    } else if withdrawn < *announced {
        out.push(Diagnostic::warning(
            "withdrawn-early",
            fields.span("withdrawn"),
            format!(
                "withdrawn on {withdrawn}, before it was announced on {announced}: nobody will ever see it"
            ),
            "if it was announced by then, correct one of the two days",
        ));
    }
}

/// A correction changes no meaning: nothing is owed, nothing is material, nothing is scheduled.
fn correction_corrects(fields: &Fields<'_>, front: &FrontMatter, out: &mut Vec<Diagnostic>) {
    if !matches!(front.kind, Kind::Correction(_)) {
        return;
    }
    let instead = "if it changes what the policy means, write `kind: amendment` and delete `corrects`";
    if !matches!(front.action, None | Some(Action::None)) {
        let message = "a correction changes no meaning, so users are owed nothing";
        let hint = format!("write `action: none`; {instead}");
        out.push(Diagnostic::error("not-a-correction", fields.span("action"), message, hint));
    }
    if front.announced != front.effective {
        let message = "a correction takes effect on the day it is published";
        let hint = "delete the line `announced`";
        out.push(Diagnostic::error("not-a-correction", fields.span("announced"), message, hint));
    }
    for note in front.changes.iter().filter(|note| note.material == Some(true)) {
        let span = note.clauses.first().map_or_else(|| fields.key_span("changes"), |(_, span)| span.clone());
        let message = "a correction changes no meaning, so no change in it is material";
        let hint = format!("write `material: false` with a `reason`; {instead}");
        out.push(Diagnostic::error("not-a-correction", span, message, hint));
    }
}

fn source(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> Option<Source> {
    let node = fields.map("source", out)?;
    if let NodeKind::Scalar { text, .. } = &node.kind {
        let message = "`source` says where an imported text comes from, key by key";
        let hint = format!("write `source: {{url: \"{text}\"}}`");
        out.push(Diagnostic::error("wrong-type", node.span.clone(), message, hint));
        return None;
    }
    let (text, damaged) = fields.context();
    let fields = Fields::new(text, node, damaged, &SOURCE, out)?;
    let date = fields.word("date", &[("stated", false), ("captured", true)], out);
    let captured = fields.day("captured", out);
    if date == Some(true) {
        let missing = "`date: captured` needs the day it was captured";
        fields.require("captured", missing, "add `captured: YYYY-MM-DD`", out);
    }
    Some(Source {
        url: settings::address(&fields, "url", out),
        captured,
        date_is_capture: date.unwrap_or(false),
        fidelity: fields.word("fidelity", FIDELITIES, out),
    })
}
