//! The table of changes: a row for each numbered change, as the site and a redline on its own show it.

use crate::policy::diff::{Change, Relation};
use crate::policy::history::{Comparison, Materiality};
use crate::policy::signals::{Signal, SignalKind};
use crate::policy::{Clause, Text};
use crate::site::messages::Messages;
use crate::site::{names, redline, view};

/// The rows of a comparison. `pages` are the addresses of the old and the new text, where they have
/// pages.
pub(super) fn rows(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    messages: &Messages,
    pages: Option<(&str, &str)>,
) -> Vec<view::ChangeRow> {
    let table = Table { comparison, messages, pages };
    let changes = comparison.diff.changes.iter().zip(numbers).enumerate();
    changes.filter_map(|(i, (change, number))| number.map(|n| table.row(i, change, n))).collect()
}

struct Table<'a> {
    comparison: &'a Comparison<'a>,
    messages: &'a Messages,
    pages: Option<(&'a str, &'a str)>,
}

impl Table<'_> {
    fn row(&self, index: usize, change: &Change, number: usize) -> view::ChangeRow {
        let comparison = self.comparison;
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let section = match (change.new.first(), change.old.first()) {
            (Some(n), _) => comparison.new.section_title(comparison.new.clauses[*n].section),
            (None, Some(o)) => comparison.old.section_title(comparison.old.clauses[*o].section),
            (None, None) => "",
        };
        let section = if section.is_empty() { self.messages.text("preamble") } else { section };
        let reference = |text: &Text, clause: Option<&usize>, page: Option<&str>| {
            let clause = text.clauses.get(*clause?)?;
            let url = address(page, clause);
            let place = if clause.place.is_empty() { self.messages.text("heading") } else { &clause.place };
            let own_section = text.section_title(clause.section);
            let moved_section = !own_section.is_empty() && own_section != section;
            let label = if moved_section {
                format!("{}, {place}", text.section_title(clause.section))
            } else {
                place.to_owned()
            };
            Some(view::Reference { label, url })
        };
        let classes: Vec<String> =
            change.classes.iter().map(|c| text("class", names::class_name(*c))).collect();
        let note = comparison.notes.get(index).copied().flatten();
        // Only what the gate asks about has a materiality.
        let materiality = match comparison.materiality(index) {
            Materiality::NotClassified if !change.needs_word() => Materiality::NotMaterial,
            other => other,
        };
        let material = names::materiality_name(materiality);
        view::ChangeRow {
            number,
            url: format!("#change-{number}"),
            section_title: section.to_owned(),
            old_ref: reference(comparison.old, change.old.first(), self.pages.map(|p| p.0)),
            new_ref: reference(comparison.new, change.new.first(), self.pages.map(|p| p.1)),
            relation_text: relation(self.messages, change),
            classes_text: classes.join(", "),
            signals: self.signals(index),
            definitions: self.definitions(index),
            material,
            material_text: text("materiality", material),
            category_text: note.and_then(|n| n.category).map(|c| text("category", names::category_name(c))),
            direction_text: note
                .and_then(|n| n.direction)
                .map(|d| text("direction", names::direction_name(d))),
            summary: note.and_then(|n| n.summary.clone()),
            reason: note.and_then(|n| n.reason.clone()),
        }
    }

    /// What lawyers look for in a change; that the clause came or went is said by its relation.
    fn signals(&self, change: usize) -> Vec<view::Signal> {
        let told = |s: &&Signal| !matches!(s.kind, SignalKind::Added | SignalKind::Removed);
        let signals = self.comparison.signals.get(change).into_iter().flatten().filter(told);
        signals
            .map(|signal| {
                let kind = names::signal_name(signal.kind);
                view::Signal {
                    kind,
                    kind_text: self.messages.text(&format!("signal_{kind}")).to_owned(),
                    old: signal.old.clone(),
                    new: signal.new.clone(),
                }
            })
            .collect()
    }

    /// The clauses that definitions in a change reach, each in the version it is read in.
    fn definitions(&self, change: usize) -> Vec<view::Reach> {
        let comparison = self.comparison;
        let place = |affected: &usize| {
            let change = comparison.diff.changes.get(*affected)?;
            let (text, clause, page) = match (change.new.first(), change.old.first()) {
                (Some(n), _) => (comparison.new, *n, self.pages.map(|p| p.1)),
                (None, o) => (comparison.old, *o?, self.pages.map(|p| p.0)),
            };
            let url = address(page, text.clauses.get(clause)?);
            Some(view::Reference { label: redline::label(text, clause, self.messages.text("preamble")), url })
        };
        let here = comparison.definitions.iter().filter(|d| d.places.contains(&change));
        here.map(|definition| {
            let key = format!("definition_{}", names::definition_name(definition));
            view::Reach {
                text: self.messages.fill(&key, &[("term", definition.name())]),
                clauses: definition.affected.iter().filter_map(place).collect(),
            }
        })
        .collect()
    }
}

/// Where a clause stands in its version's page.
fn address(page: Option<&str>, clause: &Clause) -> Option<String> {
    page.map(|page| format!("{page}#{}", clause.id))
}

/// What became of a clause, in words.
pub(super) fn relation(messages: &Messages, change: &Change) -> String {
    let word = |relation: Relation| {
        messages.text(&format!("relation_{}", names::relation_name(relation))).to_owned()
    };
    let own = word(change.relation);
    if change.moved && change.relation != Relation::Moved {
        format!("{own}, {}", word(Relation::Moved).to_lowercase())
    } else {
        own
    }
}
