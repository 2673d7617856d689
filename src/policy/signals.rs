//! What lawyers look for in a change: numbers, durations, dates, negations, modal verbs, parties,
//! addresses, defined terms, clauses that came or went.
//!
//! A signal says that certain words are not what they were; what that means is for people to say. It
//! names the whole expression, also where a part of it changed: of `seven (7) days` → `ten (7) days`
//! both in full. What is on both sides of one stretch of change, in the same order, has not changed.
//! What went here and came there has merely moved, unless it is a negation or a modal verb, which
//! moves only with its whole sentence. Form is none of it: typography, numbers of headings and items,
//! case, place.
//!
//! Three rules keep the noise down. *We* and *you* tell something only where somebody else takes their
//! place; a use of a defined term only there, or where hardly a word beside it changed. And of a clause that is
//! wholly new or gone its modal verbs are not told, nor parties that the other text names too: that it
//! came or went says more.
//!
//! `spots` finds expressions in a text, `pairs` tells which of them changed. The words are those of
//! [`vocabulary`](super::vocabulary).

use std::collections::BTreeSet;

use super::diff::{Change, Class, Diff, Relation, joined};
use super::phrases::{Cut, Shape, cut};
use super::terms::{Definition, Terms};
use super::vocabulary::{List, Vocabulary};
use super::{ClauseKind, Style, Text};

mod pairs;
mod spots;

/// What sort of words changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignalKind {
    /// The clause is new.
    Added,
    /// The clause is gone.
    Removed,
    /// What turns a sentence round, with the words beside it.
    Negation,
    /// What is allowed, owed or narrowed.
    Modal,
    /// How long, how often, how soon.
    Duration,
    /// A number, an amount.
    Number,
    /// A day.
    Date,
    /// Somebody.
    Party,
    /// An e-mail address or a URL, also one behind a link.
    Channel,
    /// A defined term: its use, or its definition.
    Term,
}

/// Words that are not what they were.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signal {
    /// Of what sort they are.
    pub kind: SignalKind,
    /// The words in the old text; empty where it has none.
    pub old: String,
    /// The words in the new text; empty where it has none.
    pub new: String,
}

/// How many words of a clause that came or went stand for it.
const BEGINNING: usize = 8;

/// The signals of each change of two texts.
pub fn signals(
    (old, new): (&Cut<'_>, &Cut<'_>),
    diff: &Diff,
    (old_terms, new_terms): (&Terms, &Terms),
    definitions: &[Definition],
    vocabulary: &Vocabulary,
) -> Vec<Vec<Signal>> {
    let mut names = names(old, vocabulary);
    names.extend(self::names(new, vocabulary));
    let side = |text, terms, clauses: &[usize]| {
        let reader = spots::Reader { vocabulary, names: &names, terms };
        spots::Side::read(&reader, text, clauses)
    };
    // Only what is wholly new or gone is held against the other text.
    let one_sided = diff.changes.iter().any(|c| c.old.is_empty() || c.new.is_empty());
    let parties = |text: &Cut<'_>, terms| {
        let reader = spots::Reader { vocabulary, names: &names, terms };
        let clauses = text.clauses().filter(|_| one_sided);
        clauses.flat_map(|(c, words)| spots::parties(&reader, c, words)).collect::<BTreeSet<String>>()
    };
    let (old_parties, new_parties) = (parties(old, old_terms), parties(new, new_terms));
    let of = |(i, change): (usize, &Change)| {
        let mut found = Vec::new();
        if !change.is_quiet() {
            let (before, after) =
                (side(old.text, old_terms, &change.old), side(new.text, new_terms, &change.new));
            found.extend(came_or_went(change, (old.text, new.text)));
            found.extend(pairs::changed(change, (&before, &old_parties), (&after, &new_parties)));
            found.extend(links(change));
        }
        found.extend(definitions.iter().filter(|d| d.places.contains(&i)).map(redefined));
        let mut told = BTreeSet::new();
        found.retain(|signal| told.insert(signal.clone()));
        found
    };
    diff.changes.iter().enumerate().map(of).collect()
}

fn came_or_went(change: &Change, (old, new): (&Text, &Text)) -> Option<Signal> {
    match change.relation {
        Relation::Added => {
            let new = beginning(new, &change.new);
            Some(Signal { kind: SignalKind::Added, old: String::new(), new })
        }
        Relation::Removed => {
            let old = beginning(old, &change.old);
            Some(Signal { kind: SignalKind::Removed, old, new: String::new() })
        }
        _ => None,
    }
}

/// The first words of clauses, as they stand in them; what stands for a picture or a
/// footnote where there are none.
fn beginning(of: &Text, clauses: &[usize]) -> String {
    let visible = joined(of, clauses);
    let text = visible.trim();
    if text.is_empty() {
        let marks = clauses.iter().filter_map(|c| of.clauses.get(*c)).flat_map(|c| &c.content.marks);
        let pictures = marks.filter_map(|m| match &m.style {
            Style::Image { src, .. } => Some(src.clone()),
            Style::FootnoteRef(label) => Some(label.clone()),
            _ => None,
        });
        return pictures.into_iter().next().unwrap_or_default();
    }
    let words = cut(text, super::phrases::Apostrophe::Before);
    let last = words.iter().filter(|w| w.shape != Shape::Mark).nth(BEGINNING - 1);
    let end = last.or(words.last()).map_or(text.len(), |w| w.range.end);
    text[..end].trim().to_owned()
}

/// Links that lead elsewhere under the same words.
fn links(change: &Change) -> impl Iterator<Item = Signal> {
    let changed = change.beside.iter().filter(|b| b.class == Class::Link);
    changed.filter(|b| spots::is_address(&b.old) || spots::is_address(&b.new)).map(|b| Signal {
        kind: SignalKind::Channel,
        old: spots::shown_address(&b.old).to_owned(),
        new: spots::shown_address(&b.new).to_owned(),
    })
}

fn redefined(definition: &Definition) -> Signal {
    Signal {
        kind: SignalKind::Term,
        old: definition.old.clone().unwrap_or_default(),
        new: definition.new.clone().unwrap_or_default(),
    }
}

/// Words of a text that name somebody, in small letters: those that have a capital within a sentence,
/// and that are nowhere written without.
fn names(text: &Cut<'_>, vocabulary: &Vocabulary) -> BTreeSet<String> {
    let (mut names, mut small) = (BTreeSet::new(), BTreeSet::new());
    for (clause, words) in text.clauses() {
        small.extend(words.iter().filter(|w| w.shape == Shape::Small).map(|w| w.text.clone()));
        // In titles a capital is no sign, and headings are titles.
        let capitals = words.iter().filter(|w| !matches!(w.shape, Shape::Small | Shape::Mark)).count();
        let title = capitals * 2 > words.iter().filter(|w| w.shape != Shape::Mark).count();
        if matches!(clause.kind, ClauseKind::Heading(_) | ClauseKind::Code) || title {
            continue;
        }
        for (i, word) in words.iter().enumerate() {
            // After a mark, in a new line or cell, a capital may be that of a beginning.
            let inside = i.checked_sub(1).map(|p| &words[p]).is_some_and(|before| {
                let gap = &clause.content.text[before.range.end..word.range.start];
                before.shape != Shape::Mark && !gap.contains(['\t', '\n'])
            });
            let named = match word.shape {
                Shape::Mixed => true,
                Shape::Upper | Shape::Capital => vocabulary.capitals_name && inside,
                Shape::Small | Shape::Mark => false,
            };
            let lists = [List::Common, List::Pronoun, List::Number, List::Unit, List::Reference];
            if named && word.text.chars().count() > 1 && !lists.iter().any(|l| vocabulary.has(*l, &word.text))
            {
                names.insert(word.text.clone());
            }
        }
    }
    names.retain(|name| !small.contains(name));
    names
}
