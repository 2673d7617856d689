//! What stands above the text of a version: when it takes effect, and what the legal team says
//! about its changes.
//!
//! One file's front matter is judged here as far as it can be by itself. What needs another file
//! (whether a version that is named exists, which of two takes effect first) is judged in
//! [`load`](crate::load).

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;

use super::yaml::{self, Fields, Node, NodeKind, Shape, Tree, quoted};
use super::{Action, Category, ChangeNote, Direction, Fidelity, FrontMatter, Kind, Source, settings};
use crate::diagnostic::{Diagnostic, Severity};

mod fence;

pub use fence::split;

const VERSION: Shape = Shape {
    place: "the front matter of a version",
    keys: &[
        "effective",
        "announced",
        "kind",
        "corrects",
        "reverts",
        "summary",
        "action",
        "changes",
        "was",
        "source",
        "draft",
        "withdrawn",
        "notice_exception",
    ],
    tried: &[
        ("title", "a version has no title of its own: put `title` into `policy.yaml`"),
        ("acceptance", "put `acceptance` into `policy.yaml`"),
        ("notice", "put `notice` into `policy.yaml`"),
        ("controlling_language", "put `controlling_language` into `policy.yaml`"),
        ("language", "the language stands in the file's name: `2018-05-15.es.md`"),
        ("lang", "the language stands in the file's name: `2018-05-15.es.md`"),
        ("version", "delete this line: the file's name is the version's id"),
        ("id", "delete this line: the file's name is the version's id"),
        ("material", "materiality is said of each change: put it below `changes`"),
        ("category", "put it below `changes`, beside the `clause` it is about"),
        ("date", "write `effective: …` for the day it takes effect"),
        ("effective_date", "write `effective: …`"),
        ("effective_at", "write `effective: …`"),
        ("in_force", "write `effective: …`"),
        ("published", "write `announced: …` for the day it was made known"),
        ("posted", "write `announced: …` for the day it was made known"),
        ("last_updated", "write `effective: …` for the day it takes effect"),
        ("updated", "write `effective: …` for the day it takes effect"),
        ("description", "write `summary: …`"),
        ("status", "write `draft: true` while it is a draft, else delete the line"),
        ("type", "write `kind: …`"),
        ("renamed", "write `was: …` with the new id and the old one: `was: {new-id: old-id}`"),
    ],
};

const TRANSLATION: Shape = Shape {
    place: "the front matter of a translation",
    keys: &["title", "summary", "changes", "draft"],
    tried: &[
        ("effective", "delete this line: a translation takes effect with its version"),
        ("announced", "delete this line: a translation has the dates of its version"),
        ("kind", "delete this line: only the version itself has a kind"),
        ("action", "delete this line: only the version itself says what users are owed"),
        ("was", "delete this line: ids are those of the version"),
        ("source", "delete this line: only the version itself has a source"),
        ("language", "delete this line: the language stands in the file's name"),
        ("lang", "delete this line: the language stands in the file's name"),
    ],
};

const CHANGE: Shape = Shape {
    place: "an entry of `changes`",
    keys: &["clause", "material", "category", "direction", "affects", "summary", "reason"],
    tried: &[
        ("clauses", "write `clause: …`; it may be a list"),
        ("section", "write `clause: …`; a section is named like a clause"),
        ("id", "write `clause: …`"),
        ("description", "write `summary: …`"),
        ("why", "write `reason: …`"),
    ],
};

const TRANSLATED_CHANGE: Shape = Shape {
    place: "an entry of a translation's `changes`",
    keys: &["clause", "summary"],
    tried: &[
        ("material", "delete this line: only the version itself classifies"),
        ("category", "delete this line: only the version itself classifies"),
        ("direction", "delete this line: only the version itself classifies"),
        ("affects", "delete this line: only the version itself classifies"),
        ("reason", "delete this line: reasons stand in the version itself"),
        ("clauses", "write `clause: …`; it may be a list"),
        ("section", "write `clause: …`; a section is named like a clause"),
    ],
};

const SOURCE: Shape = Shape {
    place: "`source`",
    keys: &["url", "captured", "date", "fidelity"],
    tried: &[
        ("link", "write `url: …`"),
        ("retrieved", "write `captured: …`"),
        ("accessed", "write `captured: …`"),
    ],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum KindWord {
    Initial,
    Amendment,
    Correction,
    Revert,
}

const KINDS: &yaml::Words<KindWord> = &[
    ("initial", KindWord::Initial),
    ("amendment", KindWord::Amendment),
    ("correction", KindWord::Correction),
    ("revert", KindWord::Revert),
];

const ACTIONS: &yaml::Words<Action> =
    &[("none", Action::None), ("notice", Action::Notice), ("reaccept", Action::Reaccept)];

const CATEGORIES: &yaml::Words<Category> = &[
    ("data-collected", Category::DataCollected),
    ("purposes", Category::Purposes),
    ("legal-basis", Category::LegalBasis),
    ("controller-identity", Category::ControllerIdentity),
    ("third-party-sharing", Category::ThirdPartySharing),
    ("transfers", Category::Transfers),
    ("retention", Category::Retention),
    ("security", Category::Security),
    ("your-rights", Category::YourRights),
    ("children", Category::Children),
    ("cookies", Category::Cookies),
    ("contact", Category::Contact),
    ("changes-to-policy", Category::ChangesToPolicy),
    ("disputes", Category::Disputes),
    ("other", Category::Other),
];

const DIRECTIONS: &yaml::Words<Direction> = &[
    ("more-protective", Direction::MoreProtective),
    ("less-protective", Direction::LessProtective),
    ("neutral", Direction::Neutral),
];

const FIDELITIES: &yaml::Words<Fidelity> = &[
    ("original", Fidelity::Original),
    ("extracted", Fidelity::Extracted),
    ("reconstructed", Fidelity::Reconstructed),
];

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
            if !out.iter().any(|found| found.severity == Severity::Error) {
                out.push(Diagnostic::error(
                    "missing-front-matter",
                    0..0,
                    "the file does not say when this version takes effect",
                    format!("start the file with these lines:\n---\neffective: {day}\naction: notice\n---"),
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
        changes: changes(fields, &CHANGE, out),
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
        out.push(Diagnostic::error(
            "withdrawn-early",
            fields.span("withdrawn"),
            format!("withdrawn on {withdrawn}, before it was announced on {announced}"),
            format!("write the day it was withdrawn, `{announced}` or later"),
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

fn changes(fields: &Fields<'_>, shape: &Shape, out: &mut Vec<Diagnostic>) -> Vec<ChangeNote> {
    let (text, damaged) = fields.context();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut notes = Vec::new();
    for item in fields.items("changes", "clause: …", out) {
        let Some(entry) = Fields::new(text, item, damaged, shape, out) else { continue };
        let note = change(&entry, shape, out);
        for (id, span) in &note.clauses {
            let line = text[..span.start].matches('\n').count() + 1;
            if let Some(other) = seen.insert(id.clone(), line) {
                out.push(Diagnostic::error(
                    "clause-twice",
                    span.clone(),
                    format!("`changes` speaks of {} twice", quoted(id)),
                    format!("say all about it in the entry on line {other}, and delete it here"),
                ));
            }
        }
        notes.push(note);
    }
    notes
}

fn change(fields: &Fields<'_>, shape: &Shape, out: &mut Vec<Diagnostic>) -> ChangeNote {
    let classifies = shape.keys.contains(&"material");
    let missing = "this entry does not say which clause it is about";
    fields.require("clause", missing, "add `clause: …` with the id of a section or clause", out);
    let clauses = fields.texts("clause", out).unwrap_or_default();
    let clauses = clauses.into_iter().filter_map(|(id, node)| clause_id(id, node, out)).collect();
    if classifies {
        let missing = "this entry does not say whether the change is material";
        fields.require("material", missing, "add `material: true` or `material: false`", out);
    }
    let affects = fields.texts("affects", out).unwrap_or_default();
    let note = ChangeNote {
        clauses,
        material: fields.flag("material", out),
        category: fields.word("category", CATEGORIES, out),
        direction: fields.word("direction", DIRECTIONS, out),
        affects: affects.into_iter().map(|(text, _)| text.to_owned()).collect(),
        summary: fields.text("summary", out),
        reason: fields.text("reason", out),
    };
    if note.material == Some(true) || !classifies {
        let missing = if classifies {
            "a material change needs a summary for users"
        } else {
            "a translated change is its summary"
        };
        fields.require("summary", missing, "add `summary: …` in plain words", out);
    }
    note
}

fn clause_id(id: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<(String, Range<usize>)> {
    let bare = id.trim().trim_start_matches('{').trim_start_matches('#').trim_end_matches('}');
    if settings::is_clause_id(id) {
        return Some((id.to_owned(), node.span.clone()));
    }
    let hint = if settings::is_clause_id(bare) {
        format!("write `{bare}`")
    } else {
        "write the id of a section or clause as it stands in `{#id}`; several as a list: `[cookies, storage.2]`".to_owned()
    };
    let message = format!("{} is not the id of a clause", quoted(id));
    out.push(Diagnostic::error("bad-id", node.span.clone(), message, hint));
    None
}

fn was(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    let Some(node) = fields.map("was", out) else { return renamed };
    let NodeKind::Map(pairs) = &node.kind else {
        out.push(Diagnostic::error(
            "wrong-type",
            node.span.clone(),
            "`was` names each new id and its old one",
            "write `was: {new-id: old-id}`",
        ));
        return renamed;
    };
    for (new, old) in pairs {
        let id = |node: &Node, out: &mut Vec<Diagnostic>| match &node.kind {
            NodeKind::Scalar { text, .. } => clause_id(text, node, out),
            _ => {
                let hint = "write `was: {new-id: old-id}`, one old id for each new one";
                out.push(Diagnostic::error("wrong-type", node.span.clone(), "an id is one word", hint));
                None
            }
        };
        let (new_id, old_id) = (id(new, out), id(old, out));
        let (Some((new_id, span)), Some((old_id, _))) = (new_id, old_id) else { continue };
        if new_id == old_id {
            let message = format!("{} was already called that", quoted(&new_id));
            let hint = "delete it: ids that stay need no word";
            out.push(Diagnostic::error("was-itself", span, message, hint));
        }
        renamed.insert(new_id, old_id);
    }
    renamed
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
