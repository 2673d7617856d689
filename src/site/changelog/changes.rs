//! One changed clause, as the changelog and the files of what is owed since a version tell it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::policy::diff::{Change, Relation};
use crate::policy::history::{Comparison, History};
use crate::policy::{Text, Version};
use crate::site::diff_json::SignalEntry;
use crate::site::{Site, names, urls};

/// One changed clause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct ChangeEntry {
    /// `policy@version#clause`; for a removed clause the version is the one before, where it last stood.
    #[schemars(extend("x-changes" = "never"))]
    pub id: String,
    /// The title of its section.
    #[schemars(extend("x-changes" = "never"))]
    pub section: String,
    /// What became of it; `moved` may stand beside another.
    pub relations: Vec<String>,
    /// Sorts of change: `wording`, `link`, `formatting`, `typography`, `numbering`, `date`,
    /// `case`.
    pub classes: Vec<String>,
    /// `material`, `not-material` or `not-classified`.
    #[schemars(extend("x-changes" = "never"))]
    pub materiality: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "never"))]
    pub category: Option<String>,
    /// `more-protective`, `less-protective` or `neutral`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "never"))]
    pub direction: Option<String>,
    /// Free facets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-changes" = "never"))]
    pub affects: Vec<String>,
    /// In plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "never"))]
    pub summary: Option<String>,
    /// Why it is not material.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "never"))]
    pub reason: Option<String>,
    /// What lawyers look for in it: words that are not what they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalEntry>,
    /// Where the change is of a definition: the clauses that use the term.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affected_through: Vec<AffectedThrough>,
    /// The clause before; several joined by a blank line where clauses were merged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<ClauseEntry>,
    /// The clause now; several joined by a blank line where a clause was split.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<ClauseEntry>,
}

/// Clauses that a changed definition reaches.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct AffectedThrough {
    /// The defined term.
    pub term: String,
    /// Addresses of the clauses that use it, whether or not their own text changed: in this release, or
    /// in the one before of clauses that are gone.
    pub clauses: Vec<String>,
}

/// A clause of one version.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct ClauseEntry {
    /// Its address within its version.
    pub id: String,
    /// The number of its heading or item, as the author wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What a reader sees of it.
    pub text: String,
    /// Its place in the version's permanent page.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
}

/// What changed between two versions, of which this is the comparison.
pub(in crate::site) fn changes(
    site: &Site,
    history: &History<'_>,
    old: &Version,
    new: &Version,
    comparison: &Comparison<'_>,
) -> Vec<ChangeEntry> {
    let shown =
        comparison.diff.changes.iter().enumerate().filter(|(_, c)| !c.is_quiet() || !c.classes.is_empty());
    shown
        .map(|(i, change)| {
            let was = clause_entry(site, history, &old.id, comparison.old, &change.old);
            let is = clause_entry(site, history, &new.id, comparison.new, &change.new);
            // A removed clause goes by where it last stood: its address may belong to another now.
            let (version, clause) = match (&is, &was) {
                (Some(is), _) => (new, is.id.as_str()),
                (None, was) => (old, was.as_ref().map_or("", |c| c.id.as_str())),
            };
            let (text, first) = match change.new.first() {
                Some(n) => (comparison.new, *n),
                None => (comparison.old, change.old.first().copied().unwrap_or_default()),
            };
            let section = text.clauses.get(first).map_or("", |c| text.section_title(c.section));
            let note = comparison.notes.get(i).copied().flatten();
            ChangeEntry {
                id: format!("{}@{}#{clause}", history.policy.id, version.id),
                section: section.to_owned(),
                relations: relations(change),
                classes: change.classes.iter().map(|c| names::class_name(*c).to_owned()).collect(),
                materiality: names::materiality_name(comparison.materiality(i)).to_owned(),
                category: note.and_then(|n| n.category).map(|c| names::category_name(c).to_owned()),
                direction: note.and_then(|n| n.direction).map(|d| names::direction_name(d).to_owned()),
                affects: note.map_or_else(Vec::new, |n| n.affects.clone()),
                summary: note.and_then(|n| n.summary.clone()),
                reason: note.and_then(|n| n.reason.clone()),
                signals: comparison.signals.get(i).into_iter().flatten().map(SignalEntry::from).collect(),
                affected_through: affected_through(comparison, i),
                old: was,
                new: is,
            }
        })
        .collect()
}

fn affected_through(comparison: &Comparison<'_>, change: usize) -> Vec<AffectedThrough> {
    let definitions = comparison.definitions.iter().filter(|d| d.places.contains(&change));
    let reached = definitions.filter(|d| !d.affected.is_empty()).map(|definition| AffectedThrough {
        term: definition.name().to_owned(),
        clauses: definition.affected.iter().map(|c| comparison.address(*c).to_owned()).collect(),
    });
    reached.collect()
}

pub(in crate::site) fn relations(change: &Change) -> Vec<String> {
    let mut relations = vec![names::relation_name(change.relation).to_owned()];
    if change.moved && change.relation != Relation::Moved {
        relations.push("moved".to_owned());
    }
    relations
}

fn clause_entry(
    site: &Site,
    history: &History<'_>,
    version: &str,
    text: &Text,
    clauses: &[usize],
) -> Option<ClauseEntry> {
    let first = text.clauses.get(*clauses.first()?)?;
    let number = first.number();
    Some(ClauseEntry {
        id: first.id.clone(),
        number: (!number.is_empty()).then_some(number),
        text: crate::policy::diff::joined(text, clauses),
        url: format!("{}#{}", site.absolute(&urls::version(&history.policy.id, version)), first.id),
    })
}
