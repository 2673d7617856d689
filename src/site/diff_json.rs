//! The diff document: what `clauseline diff --format json` prints, and `diff.json` beside every
//! redline. The contract with those who read it; its JSON Schema is made from these types.

use schemars::JsonSchema;
use serde::Serialize;

use super::pages::count;
use super::{GENERATOR, names, view};
use crate::policy::diff::{Beside, Change, Class, Diff, Op, Relation, joined};
use crate::policy::history::Comparison;
use crate::policy::path::Path;
use crate::policy::signals::Signal;
use crate::policy::terms::Definition;
use crate::policy::{ClauseKind, Text};

mod path;
mod relations;

pub use path::{ChangedBack, PathEntry, Stop};
pub(super) use path::{on_the_way, stops};
pub use relations::relations;

/// The name of the schema.
pub const SCHEMA: &str = "diff-v1";

/// Two texts compared clause by clause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline diff, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct Document {
    /// The URL of this schema.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub schema: Option<String>,
    /// The program that wrote it, and its version.
    pub generator: String,
    /// What was compared.
    pub texts: ComparedTexts,
    /// How much changed.
    #[schemars(extend("x-changes" = "finding"))]
    pub counts: view::Counts,
    /// That accepting all changes gives the new text and rejecting all the old one.
    pub proof: Proof,
    /// Every clause of either text, each in exactly one entry, in the order of the new text.
    #[schemars(extend("x-changes" = "finding"))]
    pub clauses: Vec<Entry>,
    /// Names that were replaced throughout: the old one and the new one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-changes" = "finding"))]
    pub terms: Vec<(String, String)>,
    /// Defined terms whose definition came, went or changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-changes" = "finding"))]
    pub definitions: Vec<DefinitionEntry>,
    /// What happened on the way, where other versions lie between the two.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "finding"))]
    pub path: Option<PathEntry>,
}

/// The two texts.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct ComparedTexts {
    /// The earlier one.
    pub old: ComparedText,
    /// The later one.
    pub new: ComparedText,
}

/// A text.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct ComparedText {
    /// `sha256:` of its canonical bytes.
    pub digest: String,
    /// How many clauses it has.
    pub clauses: usize,
    /// How many words.
    pub words: usize,
}

impl From<&Text> for ComparedText {
    fn from(text: &Text) -> Self {
        Self { digest: text.digest.clone(), clauses: text.clauses.len(), words: text.words }
    }
}

/// A defined term whose definition came, went or changed, and what that reaches.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct DefinitionEntry {
    /// The term, as the new text writes it; as the old one does where the definition went.
    pub term: String,
    /// How the old text writes it, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// `added`, `removed` or `changed`.
    pub change: &'static str,
    /// Addresses of the clauses that define it: of the new text, of the old one where it went.
    pub clauses: Vec<String>,
    /// The entries these are in, from 0.
    pub entries: Vec<usize>,
    /// The entries of clauses that use the term.
    pub affected: Vec<AffectedEntry>,
}

/// A clause that uses a term whose definition came, went or changed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct AffectedEntry {
    /// Its entry, from 0.
    pub entry: usize,
    /// Its address.
    pub clause: String,
    /// Its own words or links changed too.
    pub changed: bool,
}

/// Words that lawyers look for in a change.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct SignalEntry {
    /// `added`, `removed`, `negation`, `modal`, `duration`, `number`, `date`, `party`, `channel` or
    /// `term`.
    pub kind: &'static str,
    /// The words in the old text; empty where it has none.
    pub old: String,
    /// The words in the new text; empty where it has none.
    pub new: String,
}

impl From<&Signal> for SignalEntry {
    fn from(signal: &Signal) -> Self {
        let Signal { kind, old, new } = signal;
        Self { kind: names::signal_name(*kind), old: old.clone(), new: new.clone() }
    }
}

/// What was checked.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct Proof {
    /// It holds.
    pub ok: bool,
    /// For this many entries.
    pub entries: usize,
}

/// Clauses that are one clause, and what changed in them.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct Entry {
    /// `unchanged`, `modified`, `moved`, `renamed`, `split`, `merged`, `added` or `removed`.
    pub relation: &'static str,
    /// It stands at another place, beside another relation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
    /// The number a reader of the redline knows the change by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
    /// Clauses of the old text, from 0 in its order.
    pub old: Vec<usize>,
    /// Clauses of the new text, from 0 in its order.
    pub new: Vec<usize>,
    /// Addresses of these clauses.
    pub ids: Ids,
    /// `heading`, `paragraph`, `item`, `row`, `code`, `term` or `definition`.
    pub kind: &'static str,
    /// `=` kept, `-` deleted, `+` inserted. Kept text is the new text's; where the old one spells it
    /// otherwise, `typography` or `numbering` say how.
    pub ops: Vec<(&'static str, String)>,
    /// Sorts of change: `wording`, `link`, `formatting`, `typography`, `numbering`, `date`,
    /// `case`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<&'static str>,
    /// The heading or item bears another number.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub renumbered: bool,
    /// What changed beside the words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<BesideEntry>,
    /// The versions that had a part in it, where there is a `path`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// What lawyers look for in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalEntry>,
}

/// Addresses on the two sides.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct Ids {
    /// Of the old clauses.
    pub old: Vec<String>,
    /// Of the new clauses.
    pub new: Vec<String>,
}

/// Something that changed beside the words.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct BesideEntry {
    /// `link`, `formatting`, `typography` or `numbering`.
    pub class: &'static str,
    /// The words it is about.
    pub text: String,
    /// `new` or `old`: whose words these are.
    pub side: &'static str,
    /// The first and the past-the-last byte (UTF-8) of these words in that side's text.
    pub range: (usize, usize),
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// The document of a comparison whose proof held for `proof` entries.
pub fn document(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    proof: usize,
    schema: Option<&str>,
) -> Document {
    let changes = &comparison.diff.changes;
    let clauses =
        (0..).zip(changes.iter().zip(numbers)).map(|(i, (c, n))| entry(comparison, i, c, *n)).collect();
    Document {
        schema: schema.map(str::to_owned),
        generator: GENERATOR.to_owned(),
        texts: ComparedTexts { old: comparison.old.into(), new: comparison.new.into() },
        counts: count(changes),
        proof: Proof { ok: true, entries: proof },
        clauses,
        terms: comparison.renamed.clone(),
        definitions: comparison.definitions.iter().map(|d| definition(comparison, d)).collect(),
        path: None,
    }
}

impl Document {
    /// Adds what happened on the way of which `net` is the diff. `old` is what the text it begins at
    /// is called, `versions` are the rest.
    #[must_use]
    pub fn on_the_way(mut self, path: &Path<'_>, net: &Diff, old: &str, versions: Vec<Stop>) -> Self {
        for (entry, by) in self.clauses.iter_mut().zip(path::made_by(path, net, &versions)) {
            entry.by = by;
        }
        self.path = Some(on_the_way(path, old, versions));
        self
    }
}

fn definition(comparison: &Comparison<'_>, definition: &Definition) -> DefinitionEntry {
    let address = |entry: &usize| comparison.address(*entry).to_owned();
    let affected = definition.affected.iter().map(|entry| AffectedEntry {
        entry: *entry,
        clause: address(entry),
        changed: comparison.diff.changes[*entry].needs_word(),
    });
    let term = definition.name();
    DefinitionEntry {
        term: term.to_owned(),
        was: definition.old.clone().filter(|old| old != term),
        change: names::definition_name(definition),
        clauses: definition.places.iter().map(address).collect(),
        entries: definition.places.clone(),
        affected: affected.collect(),
    }
}

fn entry(comparison: &Comparison<'_>, index: usize, change: &Change, number: Option<usize>) -> Entry {
    let (old, new) = (joined(comparison.old, &change.old), joined(comparison.new, &change.new));
    let ops = change.ops.iter().map(|op| match op {
        Op::Keep { new: range, .. } => ("=", new[range.clone()].to_owned()),
        Op::Delete(range) => ("-", old[range.clone()].to_owned()),
        Op::Insert(range) => ("+", new[range.clone()].to_owned()),
    });
    let first = match (change.new.first(), change.old.first()) {
        (Some(n), _) => comparison.new.clauses.get(*n),
        (None, o) => o.and_then(|o| comparison.old.clauses.get(*o)),
    };
    let ids = |text: &crate::policy::Text, clauses: &[usize]| {
        clauses.iter().filter_map(|c| text.clauses.get(*c)).map(|c| c.id.clone()).collect()
    };
    Entry {
        relation: names::relation_name(change.relation),
        moved: change.moved && change.relation != Relation::Moved,
        number,
        ids: Ids { old: ids(comparison.old, &change.old), new: ids(comparison.new, &change.new) },
        old: change.old.clone(),
        new: change.new.clone(),
        kind: first.map_or("paragraph", |c| kind_name(c.kind)),
        ops: ops.collect(),
        classes: change.classes.iter().map(|c| names::class_name(*c)).collect(),
        renumbered: change.classes.contains(&Class::Numbering),
        beside: change.beside.iter().map(|b| beside(b, &old, &new)).collect(),
        by: Vec::new(),
        signals: comparison.signals.get(index).into_iter().flatten().map(SignalEntry::from).collect(),
    }
}

fn beside(beside: &Beside, old: &str, new: &str) -> BesideEntry {
    let (side, text) = if beside.in_new { ("new", new) } else { ("old", old) };
    BesideEntry {
        class: names::class_name(beside.class),
        text: text.get(beside.range.clone()).unwrap_or_default().to_owned(),
        side,
        range: (beside.range.start, beside.range.end),
        old: beside.old.clone(),
        new: beside.new.clone(),
    }
}

fn kind_name(kind: ClauseKind) -> &'static str {
    match kind {
        ClauseKind::Heading(_) => "heading",
        ClauseKind::Paragraph => "paragraph",
        ClauseKind::Item => "item",
        ClauseKind::Row { .. } => "row",
        ClauseKind::Code => "code",
        ClauseKind::Term => "term",
        ClauseKind::Definition => "definition",
    }
}
