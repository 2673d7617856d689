//! A name that was replaced throughout.
//!
//! The same words took the place of the same words in several changes, and of the old ones hardly any
//! are left: that is one decision, and is told once. What is no name (a number, a modal verb, a
//! pronoun, words that differ in case or number only) is a change in each place.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::diff::{Diff, Op, joined};
use crate::policy::phrases::{Cut, Phrases, Shape, Word, cut};
use crate::policy::vocabulary::{List, Vocabulary};
use crate::policy::words::fold;

use super::stem;

/// A name has at most this many words.
const NAME: usize = 5;
/// Throughout is at least in as many places.
const PLACES: usize = 3;
/// Of those, as many each by itself, with nothing else changed beside it.
const ALONE: usize = 2;
/// Of the old name at most one in as many is left.
const LEFT: usize = 8;

/// The names that were replaced throughout: old and new, as they stand in the texts.
pub fn renamed(old: &Cut<'_>, new: &Cut<'_>, diff: &Diff, vocabulary: &Vocabulary) -> Vec<(String, String)> {
    let mut places: BTreeMap<(Vec<String>, Vec<String>), usize> = BTreeMap::new();
    for change in &diff.changes {
        let mut ops = change.ops.iter().peekable();
        // Most changes replace nothing, and need no text.
        if !change.ops.iter().any(|op| matches!(op, Op::Delete(_))) || change.new.is_empty() {
            continue;
        }
        let (before, after) = (joined(old.text, &change.old), joined(new.text, &change.new));
        while let Some(op) = ops.next() {
            if let (Op::Delete(was), Some(Op::Insert(is))) = (op, ops.peek()) {
                let pair = (name(&before[was.clone()], vocabulary), name(&after[is.clone()], vocabulary));
                if let (Some(was), Some(is)) = pair {
                    *places.entry((was, is)).or_default() += 1;
                }
            }
        }
    }
    // A name has a capital; and what only grew, or changed its case, is the same name.
    let capital = |name: &[String]| name.iter().any(|w| w.contains(char::is_uppercase));
    let grown = |a: &[String], b: &[String]| stems(a).iter().all(|w| stems(b).contains(w));
    places.retain(|(was, is), count| {
        *count >= ALONE && (capital(was) || capital(is)) && !grown(was, is) && !grown(is, was)
    });
    if places.is_empty() {
        return Vec::new();
    }
    let names: BTreeSet<&Vec<String>> = places.keys().flat_map(|(was, is)| [was, is]).collect();
    let (before, after) = (counts(old, &names), counts(new, &names));
    let count = |side: &BTreeMap<String, usize>, name: &[String]| side.get(&key(name)).copied().unwrap_or(0);
    let throughout = |was: &[String], is: &[String]| {
        let (there, left) = (count(&before, was), count(&after, was));
        let come = count(&after, is).saturating_sub(count(&before, is));
        there >= PLACES && left * LEFT <= there && come * 2 >= there - left
    };
    let mut found: Vec<_> = places.into_iter().filter(|((was, is), _)| throughout(was, is)).collect();
    // Of several names for one thing the one that stands in most places is the name.
    found.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let mut met = BTreeSet::new();
    found.retain(|((was, _), _)| met.insert(stems(was)));
    found.into_iter().map(|((was, is), _)| (was.join(" "), is.join(" "))).collect()
}

/// The words of a replaced stretch, if they can be a name.
fn name(text: &str, vocabulary: &Vocabulary) -> Option<Vec<String>> {
    let words = cut(text, vocabulary.apostrophe);
    let mut inner = words.as_slice();
    while let [Word { shape: Shape::Mark, .. }, rest @ ..] | [rest @ .., Word { shape: Shape::Mark, .. }] =
        inner
    {
        inner = rest;
    }
    let lists =
        [List::Modal, List::Negation, List::Pronoun, List::Number, List::Quantity, List::Lead, List::Is];
    let other = |w: &Word| {
        let digits = w.text.starts_with(char::is_numeric);
        digits || w.shape == Shape::Mark && w.text != "-" || lists.iter().any(|l| vocabulary.has(*l, &w.text))
    };
    let letters = inner.iter().flat_map(|w| w.text.chars()).filter(|c| c.is_alphabetic()).count();
    let fits = !inner.is_empty() && inner.len() <= NAME && letters > 2 && !inner.iter().any(other);
    fits.then(|| inner.iter().map(|w| text[w.range.clone()].to_owned()).collect())
}

fn stems(name: &[String]) -> Vec<String> {
    name.iter().map(|w| stem(&w.to_lowercase())).collect()
}

fn key(name: &[String]) -> String {
    name.join(" ")
}

/// How often each name stands in a text, in the number and case it is written in.
fn counts(text: &Cut<'_>, names: &BTreeSet<&Vec<String>>) -> BTreeMap<String, usize> {
    let written = |word: &str| word.chars().any(char::is_uppercase);
    let mut lookup: Phrases<Vec<&Vec<String>>> = Phrases::default();
    for name in names {
        let small: Vec<String> = name.iter().map(|w| fold(w).to_lowercase()).collect();
        lookup.entry(small.iter().map(String::as_str)).get_or_insert_default().push(name);
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (clause, words) in text.clauses() {
        let visible = &clause.content.text;
        for i in 0..words.len() {
            for (_, names) in lookup.at(words[i..].iter().map(|w| w.text.as_str())) {
                for name in names {
                    let same = |(word, part): (&Word, &String)| {
                        !written(part) || written(&visible[word.range.clone()])
                    };
                    if words[i..].iter().zip(name.iter()).all(same) {
                        *counts.entry(key(name)).or_default() += 1;
                    }
                }
            }
        }
    }
    counts
}
