//! The table of changes: a row for each numbered change, or for several that are one decision, as the site
//! and a redline on its own show it.

use std::collections::BTreeSet;

use super::rolls::{Group, Roll, groups, replaced};
use crate::policy::diff::{Change, Class, Relation};
use crate::policy::history::{Comparison, Materiality};
use crate::policy::signals::{Signal, SignalKind};
use crate::policy::{ChangeNote, Clause, Text};
use crate::site::messages::Messages;
use crate::site::{names, redline, view};

/// Where the two texts and their redline are, from the page of the table.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    /// The pages of the texts, where they have any.
    pub(super) texts: Option<(&'a str, &'a str)>,
    /// Empty where the redline is on the same page.
    pub(super) redline: &'a str,
}

/// The rows of a comparison.
pub(super) fn rows(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    messages: &Messages,
    places: Places<'_>,
) -> Vec<view::ChangeRow> {
    let table = Table { comparison, numbers, messages, places };
    let mut told: Vec<(*const ChangeNote, view::Numbered)> = Vec::new();
    let row = |group: &Group| {
        let mut row = table.row(group)?;
        // What was said of several rows is told once.
        if let Some(note) = said(comparison, group) {
            row.said_at = told.iter().find(|(other, _)| *other == note).map(|(_, number)| number.clone());
            told.extend(row.numbers.first().map(|number| (note, number.clone())));
        }
        Some(row)
    };
    groups(comparison, numbers).iter().filter_map(row).collect()
}

/// Which note of the legal team is on a row.
fn said(comparison: &Comparison<'_>, group: &Group) -> Option<*const ChangeNote> {
    let note = comparison.notes.get(*group.changes.first()?).copied().flatten();
    note.map(std::ptr::from_ref)
}

/// What a reader can switch off: each class of change that there is, with how many clauses it is in.
pub(super) fn switches(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    messages: &Messages,
) -> Vec<view::Switch> {
    let switch = |(class, on): &(Class, bool)| {
        let value = names::class_name(*class);
        let n = comparison.diff.changes.iter().filter(|c| c.classes.contains(class)).count();
        (n > 0).then(|| view::Switch { value, text: messages.count(&format!("total_{value}"), n), on: *on })
    };
    let reached = redline::affected(comparison, numbers).len();
    let definitions = (reached > 0).then(|| view::Switch {
        value: "reached",
        text: messages.count("total_reached", reached),
        on: true,
    });
    redline::SWITCHES.iter().filter_map(switch).chain(definitions).collect()
}

struct Table<'a> {
    comparison: &'a Comparison<'a>,
    numbers: &'a [Option<usize>],
    messages: &'a Messages,
    places: Places<'a>,
}

impl Table<'_> {
    fn row(&self, group: &Group) -> Option<view::ChangeRow> {
        let comparison = self.comparison;
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let index = *group.changes.first()?;
        let change = comparison.diff.changes.get(index)?;
        let all: Vec<&Change> =
            group.changes.iter().filter_map(|i| comparison.diff.changes.get(*i)).collect();
        let several = all.len() > 1;
        let old: Vec<usize> = all.iter().flat_map(|c| c.old.iter().copied()).collect();
        let new: Vec<usize> = all.iter().flat_map(|c| c.new.iter().copied()).collect();
        let is_range = several && matches!(group.roll, Some(Roll::Section(..)));
        let scattered = several && !is_range;
        let reference = |text: &Text, clauses: &[usize], page: Option<&str>| {
            let first = text.clauses.get(*clauses.first()?)?;
            (!scattered)
                .then(|| view::Reference { label: self.places(text, clauses), url: address(page, first) })
        };
        // Of what came or went there are no two forms.
        let both = all.iter().filter(|c| !c.old.is_empty() && !c.new.is_empty());
        let classes: BTreeSet<Class> = both.flat_map(|c| c.classes.iter().copied()).collect();
        let classes: Vec<String> = classes.iter().map(|c| text("class", names::class_name(*c))).collect();
        let note = comparison.notes.get(index).copied().flatten();
        // Only what the gate asks about has a materiality.
        let materiality = match comparison.materiality(index) {
            Materiality::NotClassified if !change.needs_word() => Materiality::NotMaterial,
            other => other,
        };
        let material = names::materiality_name(materiality);
        let relation_text = match &group.roll {
            Some(Roll::Name(_)) if several => self.messages.text("rolled_name").to_owned(),
            Some(Roll::Capitals(_)) if several => self.messages.text("rolled_capitals").to_owned(),
            _ => relation(self.messages, change),
        };
        let numbered = |i: &usize| {
            let number = self.numbers.get(*i).copied().flatten()?;
            Some(view::Numbered { number, url: format!("{}#change-{number}", self.places.redline) })
        };
        let old_ref = reference(comparison.old, &old, self.places.texts.map(|p| p.0));
        let new_ref = reference(comparison.new, &new, self.places.texts.map(|p| p.1));
        let label = |r: &Option<view::Reference>| r.as_ref().map(|r| r.label.clone());
        Some(view::ChangeRow {
            same_ref: old_ref.is_some() && label(&old_ref) == label(&new_ref),
            said_at: None,
            numbers: group.changes.iter().filter_map(numbered).collect(),
            is_range,
            clauses: all.len(),
            old_ref,
            new_ref,
            relation_text,
            classes_text: classes.join(", "),
            replaced: if scattered { self.replaced(&all) } else { Vec::new() },
            signals: if scattered { Vec::new() } else { self.signals(&group.changes) },
            definitions: group.changes.iter().flat_map(|i| self.definitions(*i)).collect(),
            material,
            material_text: text("materiality", material),
            category_text: note.and_then(|n| n.category).map(|c| text("category", names::category_name(c))),
            direction_text: note
                .and_then(|n| n.direction)
                .map(|d| text("direction", names::direction_name(d))),
            summary: note.and_then(|n| n.summary.clone()),
            reason: note.and_then(|n| n.reason.clone()),
        })
    }

    /// What clauses are called: `Sharing, 3`; several of one section in a row `Sharing, 3–6`, a whole section
    /// by its title.
    fn places(&self, text: &Text, clauses: &[usize]) -> String {
        let name = |clause: usize| redline::label(text, clause, self.messages.text("preamble"));
        let clause = |at: Option<&usize>| at.and_then(|at| text.clauses.get(*at));
        let (Some(first), Some(last)) = (clause(clauses.first()), clause(clauses.last())) else {
            return String::new();
        };
        let whole = text.sections.get(first.section).is_some_and(|s| s.clauses.len() == clauses.len());
        match (first.section == last.section, clauses) {
            (_, [one]) => name(*one),
            (true, _) if whole => match text.section_title(first.section) {
                "" => self.messages.text("preamble").to_owned(),
                title => title.to_owned(),
            },
            (true, [one, ..]) => {
                let heading = if first.place.is_empty() { self.messages.text("heading") } else { "" };
                let comma = if heading.is_empty() { "" } else { ", " };
                format!("{}{comma}{heading}–{}", name(*one), last.place)
            }
            _ => clauses.iter().map(|c| name(*c)).collect::<Vec<_>>().join(" · "),
        }
    }

    /// The words that took the place of others, once each.
    fn replaced(&self, changes: &[&Change]) -> Vec<view::Replaced> {
        let pairs = changes.iter().filter_map(|change| replaced(self.comparison, change)).flatten();
        let pairs: BTreeSet<(String, String)> = pairs.collect();
        pairs.into_iter().map(|(old, new)| view::Replaced { old, new }).collect()
    }

    /// What lawyers look for in changes; that a clause came or went is said by its relation.
    fn signals(&self, changes: &[usize]) -> Vec<view::Signal> {
        let told = |s: &&Signal| !matches!(s.kind, SignalKind::Added | SignalKind::Removed);
        let signals = changes.iter().filter_map(|i| self.comparison.signals.get(*i)).flatten().filter(told);
        let mut once: Vec<&Signal> = Vec::new();
        for signal in signals {
            if !once.contains(&signal) {
                once.push(signal);
            }
        }
        // Pages fold all but the first few. Verbs and names are many; a time or an address stands before them.
        once.sort_by_key(|s| matches!(s.kind, SignalKind::Modal | SignalKind::Party | SignalKind::Term));
        let view = |signal: &Signal| {
            let kind = names::signal_name(signal.kind);
            view::Signal {
                kind,
                kind_text: self.messages.text(&format!("signal_{kind}")).to_owned(),
                old: signal.old.clone(),
                new: signal.new.clone(),
            }
        };
        once.into_iter().map(view).collect()
    }

    /// The clauses that definitions in a change reach, each in the version it is read in.
    fn definitions(&self, change: usize) -> Vec<view::Reach> {
        let comparison = self.comparison;
        let place = |affected: &usize| {
            let change = comparison.diff.changes.get(*affected)?;
            let (text, clause, page) = match (change.new.first(), change.old.first()) {
                (Some(n), _) => (comparison.new, *n, self.places.texts.map(|p| p.1)),
                (None, o) => (comparison.old, *o?, self.places.texts.map(|p| p.0)),
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
