//! Terms that are defined and not used, and words that are used like terms and are none.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Reading, place, sentences, squeezed};
use crate::diagnostic::Diagnostic;
use crate::policy::phrases::{Shape, Word};
use crate::policy::vocabulary::List;
use crate::policy::{Clause, ClauseKind};

/// Words are used like a term where they stand with capitals in so many clauses.
const CLAUSES: usize = 2;
/// *Also known as* gives so many words other names.
const ALIASES: usize = 14;
/// *As defined in* follows a term after so many words at most.
const BORROWED: usize = 3;

pub(super) fn terms(reading: &Reading<'_>) -> Vec<Diagnostic> {
    let mut found = unused(reading);
    found.extend(undefined(reading));
    found
}

fn unused(reading: &Reading<'_>) -> Vec<Diagnostic> {
    let (text, terms) = (reading.subject.text, &reading.terms);
    let small = small(reading);
    let unused: BTreeSet<usize> = terms.unused(&reading.cut).into_iter().collect();
    let told = |term: usize| {
        let defined = &terms.all[term];
        let clause = text.clauses.get(defined.clause)?;
        let lower = defined.name.to_lowercase();
        // An organisation says its name once and is *we* from there.
        let organisation = reading.subject.names.iter().any(|n| n.to_lowercase().contains(&lower));
        if organisation
            || is_alias(reading, term, &unused)
            || is_table(reading, clause, &unused)
            || has_article(reading, defined)
        {
            return None;
        }
        let span = place(reading.subject.file, clause, defined.range.clone());
        let words = lower.split_whitespace().all(|w| small.contains(w)) && lower != defined.name;
        let hint = if words {
            format!(
                "write `{}`, with its capital, wherever it is meant; or delete the definition",
                defined.name
            )
        } else {
            "delete the definition, or use the term".to_owned()
        };
        let message = format!("`{}` is defined, and nothing in this text uses it", defined.name);
        Some(Diagnostic::warning("term-unused", span, message, hint))
    };
    unused.iter().filter_map(|term| told(*term)).collect()
}

/// One of several names for one thing, of which another is used or told already.
fn is_alias(reading: &Reading<'_>, term: usize, unused: &BTreeSet<usize>) -> bool {
    let all = &reading.terms.all;
    let same = |other: &usize| {
        all[*other].clause == all[term].clause && all[*other].definition == all[term].definition
    };
    let named = reading.cut.words.get(all[term].clause).is_some_and(|words| {
        let before = words.partition_point(|w| w.range.start < all[term].range.start);
        let by_the_way = |i: usize| reading.find(List::Alias, &words[i..before]).is_some();
        (before.saturating_sub(ALIASES)..before).any(by_the_way)
    });
    named || (0..all.len()).filter(same).any(|other| other < term || !unused.contains(&other))
}

/// An entry of a table or list of which hardly any is used: that explains something and defines nothing.
fn is_table(reading: &Reading<'_>, clause: &Clause, unused: &BTreeSet<usize>) -> bool {
    let listed = |c: &Clause| matches!(c.kind, ClauseKind::Row { .. } | ClauseKind::Term);
    let clauses = &reading.subject.text.clauses;
    let beside = |term: &usize| {
        clauses.get(reading.terms.all[*term].clause).is_some_and(|c| listed(c) && c.section == clause.section)
    };
    let all: Vec<usize> = (0..reading.terms.all.len()).filter(beside).collect();
    listed(clause) && all.iter().filter(|term| unused.contains(term)).count() * 4 > all.len()
}

/// `"The User" means …`, and the text speaks of a User.
fn has_article(reading: &Reading<'_>, term: &crate::policy::terms::Term) -> bool {
    let Some((first, rest)) = term.name.split_once(' ') else { return false };
    let outside = |(i, c): (usize, &Clause)| i != term.clause && c.content.text.contains(rest);
    reading.vocabulary.has(List::Lead, &first.to_lowercase())
        && reading.subject.text.clauses.iter().enumerate().any(outside)
}

fn undefined(reading: &Reading<'_>) -> Vec<Diagnostic> {
    // Where nothing is defined, capitals are a habit.
    if reading.terms.all.is_empty() || !reading.vocabulary.capitals_name {
        return Vec::new();
    }
    let small = small(reading);
    let mut seen: BTreeMap<String, Vec<(&Clause, Range<usize>)>> = BTreeMap::new();
    let mut borrowed: BTreeSet<String> = BTreeSet::new();
    for (clause, words) in reading.prose() {
        if matches!(clause.kind, ClauseKind::Row { .. } | ClauseKind::Term) {
            continue;
        }
        let text = &clause.content.text;
        for sentence in sentences(text, words) {
            for run in runs(reading, clause, &words[sentence]) {
                let key = words_of(&text[run.clone()]);
                let after = words.partition_point(|w| w.range.start < run.end);
                let near = after..words.len().min(after + BORROWED);
                if near.into_iter().any(|i| reading.find(List::Borrowed, &words[i..]).is_some()) {
                    borrowed.insert(key.clone());
                }
                seen.entry(key).or_default().push((clause, run));
            }
        }
    }
    let titles: BTreeSet<String> = headings(reading).collect();
    let mut found = Vec::new();
    for (key, uses) in seen {
        let clauses: BTreeSet<usize> = uses.iter().map(|(c, _)| c.span.start).collect();
        let ordinary = key.split(' ').all(|word| small.contains(word) || small.contains(&format!("{word}s")));
        let title = titles.iter().any(|t| t.contains(&squeezed(&key)));
        let known = reading.subject.names.iter().any(|n| n.to_lowercase().contains(&key));
        if clauses.len() < CLAUSES || !ordinary || title || known || borrowed.contains(&key) {
            continue;
        }
        let Some((clause, range)) = uses.first() else { continue };
        let name = &clause.content.text[range.clone()];
        found.push(Diagnostic::warning(
            "term-undefined",
            place(reading.subject.file, clause, range.clone()),
            format!(
                "`{name}` is written like a defined term in {} clauses, and nothing defines it",
                clauses.len()
            ),
            format!(
                "define it where it is first used, `(\"{name}\")`, or in the glossary; or write it small"
            ),
        ));
    }
    found
}

/// Words in small letters, as the text writes them somewhere.
fn small(reading: &Reading<'_>) -> BTreeSet<String> {
    let words = reading.prose().flat_map(|(_, words)| words.iter());
    words.filter(|w| w.shape == Shape::Small).map(|w| w.text.clone()).collect()
}

fn headings<'r>(reading: &'r Reading<'_>) -> impl Iterator<Item = String> + 'r {
    let clauses = reading.subject.text.clauses.iter();
    clauses.filter(|c| matches!(c.kind, ClauseKind::Heading(_))).map(|c| squeezed(&c.content.text))
}

fn words_of(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Runs of two capitals and more within a sentence that are no names: in bytes of the clause.
fn runs(reading: &Reading<'_>, clause: &Clause, words: &[Word]) -> Vec<Range<usize>> {
    let capital = |w: &Word| w.shape == Shape::Capital;
    let name = |w: &Word| matches!(w.shape, Shape::Upper | Shape::Mixed);
    let all = words.iter().filter(|w| w.shape != Shape::Mark).count();
    // In a title capitals say nothing.
    if words.iter().filter(|w| capital(w) || name(w)).count() * 2 > all {
        return Vec::new();
    }
    let terms: Vec<Range<usize>> = reading.terms.uses(words).into_iter().map(|(at, _)| at).collect();
    let mut found = Vec::new();
    let mut i = 0;
    while i < words.len() {
        if !capital(&words[i]) {
            i += 1;
            continue;
        }
        let end = (i..words.len()).find(|j| !capital(&words[*j])).unwrap_or(words.len());
        // `Your Course Data`: the first capital is that of the sentence.
        let small = |w: &Word| {
            [List::Pronoun, List::Link, List::Lead, List::Urge]
                .iter()
                .any(|list| reading.vocabulary.has(*list, &w.text))
        };
        let first = i;
        i += (i..end).take_while(|j| small(&words[*j])).count();
        if i == end {
            continue;
        }
        let run = i..end;
        let beside = |at: Option<&Word>| {
            at.is_some_and(|w| name(w) || matches!(w.text.as_str(), "&" | "/" | "'s" | "-"))
        };
        let before = i.checked_sub(1).and_then(|j| words.get(j));
        let begins = first == i && before.is_none_or(|w| w.shape == Shape::Mark);
        // `Office of Civil Rights`: a part of a longer name.
        let of = |at: Option<&Word>| {
            at.is_some_and(|w| reading.find(List::Link, std::slice::from_ref(w)).is_some())
        };
        let longer = of(words.get(end)) && words.get(end + 1).is_some_and(|w| capital(w) || name(w))
            || of(before) && i >= 2 && (capital(&words[i - 2]) || name(&words[i - 2]));
        let bytes = words[run.start].range.start..words[end - 1].range.end;
        let marked = |m: &crate::policy::Mark| m.range.start < bytes.end && bytes.start < m.range.end;
        let named = words[run.clone()].iter().any(|w| reading.vocabulary.has(List::Named, &w.text));
        let defined = terms.iter().any(|t| t.start < run.end && run.start < t.end);
        if run.len() >= 2
            && !begins
            && !longer
            && !named
            && !defined
            && !beside(before)
            && !beside(words.get(end))
            && !clause.content.marks.iter().any(marked)
        {
            found.push(bytes);
        }
        i = end;
    }
    found
}
