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
//! wholly new or gone each modal verb is told once, and no parties that the other text names too: that it
//! came or went says more.
//!
//! `spots` finds expressions in a text, `pairs` tells which of them changed. The words are those of
//! [`vocabulary`](super::vocabulary).

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{Beside, Change, Class, Diff, Relation, joined};
use super::phrases::{Cut, Shape, Word, cut, ends_sentence};
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

impl SignalKind {
    /// What it is, in the middle of an English sentence.
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Added | Self::Removed => "a whole clause",
            Self::Negation => "a negation",
            Self::Modal => "what is allowed or owed",
            Self::Duration => "a duration",
            Self::Number => "a number",
            Self::Date => "a date",
            Self::Party => "a party",
            Self::Channel => "an address",
            Self::Term => "a defined term",
        }
    }
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
    let names = names(&[old, new], &[old_terms, new_terms], vocabulary);
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
            found.extend(links(change, (&before, &after)));
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
fn links(change: &Change, (old, new): (&spots::Side, &spots::Side)) -> impl Iterator<Item = Signal> {
    let changed = change.beside.iter().filter(|b| b.class == Class::Link);
    // An address that is no longer behind a link may still be there to read.
    let stays = |b: &&Beside| b.new.is_empty() && new.names(&b.old) || b.old.is_empty() && old.names(&b.new);
    changed.filter(move |b| !stays(b)).filter(|b| spots::is_address(&b.old) || spots::is_address(&b.new)).map(
        |b| Signal {
            kind: SignalKind::Channel,
            old: spots::shown_address(&b.old).to_owned(),
            new: spots::shown_address(&b.new).to_owned(),
        },
    )
}

fn redefined(definition: &Definition) -> Signal {
    Signal {
        kind: SignalKind::Term,
        old: definition.old.clone().unwrap_or_default(),
        new: definition.new.clone().unwrap_or_default(),
    }
}

/// What a company's name ends with.
const COMPANY: &[&str] = &[
    "inc",
    "llc",
    "ltd",
    "gmbh",
    "ag",
    "plc",
    "corp",
    "corporation",
    "llp",
    "limited",
    "bv",
    "b.v",
    "sa",
    "s.a",
    "srl",
    "s.r.l",
    "sarl",
    "s.l",
    "kg",
    "ug",
    "pty",
    "pbc",
    "n.v",
    "oy",
    "s.p.a",
];

/// Words that name somebody, in small letters, and whether they do so for certain.
type Names = BTreeMap<String, bool>;

/// Words of two texts that name somebody: those that have a capital within a sentence, and that are
/// nowhere written without. They do for certain if they stand in two places, after a word such as
/// *by*, before *Inc.*, or are written as no other words are.
fn names(texts: &[&Cut<'_>], terms: &[&Terms], vocabulary: &Vocabulary) -> Names {
    let (mut seen, mut small) = (BTreeMap::<String, usize>::new(), BTreeSet::new());
    let sides = texts.iter().map(|text| {
        let (mut here, mut begins) = (BTreeMap::<String, usize>::new(), Vec::new());
        for (clause, words) in text.clauses() {
            small.extend(words.iter().filter(|w| w.shape == Shape::Small).map(|w| w.text.clone()));
            if matches!(clause.kind, ClauseKind::Heading(_) | ClauseKind::Code) {
                continue;
            }
            let mut start = 0;
            while start < words.len() {
                let ends = |i: &usize| ends_sentence(&clause.content.text, words, *i);
                let end = (start..words.len()).find(ends).map_or(words.len(), |i| i + 1);
                for (name, weight) in named(clause, &words[start..end], vocabulary) {
                    match weight {
                        0 => begins.push(name),
                        _ => *here.entry(name).or_default() += weight,
                    }
                }
                start = end;
            }
        }
        for name in &begins {
            here.entry(name.clone()).and_modify(|count| *count += 1);
        }
        here
    });
    let sides: Vec<_> = sides.collect();
    // What stands in the same place in both texts stands in one place.
    for (name, count) in sides.into_iter().flatten() {
        let most = seen.entry(name).or_default();
        *most = count.max(*most);
    }
    // An abbreviation that is a defined term is that.
    let abbreviation = |name: &String| {
        let mut all = terms.iter().flat_map(|t| &t.all);
        all.any(|t| t.name.to_lowercase() == *name && t.name.chars().all(char::is_uppercase))
    };
    seen.retain(|name, _| !small.contains(name) && !abbreviation(name));
    seen.into_iter().map(|(name, count)| (name, count >= CERTAIN)).collect()
}

/// In as many places a capital is no accident.
const CERTAIN: usize = 2;

/// Words of a sentence that may name somebody, each with how many places it counts for.
fn named<'w>(
    clause: &'w super::Clause,
    words: &'w [Word],
    vocabulary: &'w Vocabulary,
) -> impl Iterator<Item = (String, usize)> {
    // In titles a capital is no sign, and cells of tables are written like titles.
    let capitals = words.iter().filter(|w| !matches!(w.shape, Shape::Small | Shape::Mark)).count();
    let title = capitals * 2 > words.iter().filter(|w| w.shape != Shape::Mark).count();
    let title = title || matches!(clause.kind, ClauseKind::Row { .. });
    let company = |at: usize| words.get(at).is_some_and(|w| COMPANY.contains(&w.text.as_str()));
    words.iter().enumerate().filter_map(move |(i, word)| {
        // After a mark, in a new line or cell, a capital may be that of a beginning.
        let before = i.checked_sub(1).map(|p| &words[p]).filter(|before| {
            let gap = &clause.content.text[before.range.end..word.range.start];
            before.shape != Shape::Mark && !gap.contains(['\t', '\n'])
        });
        let comma = usize::from(words.get(i + 1).is_some_and(|w| w.text == ","));
        let owner = company(i + 1 + comma) && word.shape != Shape::Mark;
        let plural = word.text.ends_with('s') && {
            let written = &clause.content.text[word.range.clone()];
            written[..written.len() - 1].chars().all(char::is_uppercase)
        };
        let weight = match word.shape {
            Shape::Mixed if !plural => CERTAIN,
            Shape::Upper | Shape::Capital if vocabulary.capitals_name && owner => CERTAIN,
            Shape::Upper | Shape::Capital if vocabulary.capitals_name && !title => {
                // A beginning counts only for what is a name elsewhere.
                let with =
                    |before: &Word| !vocabulary.knows(List::With) || vocabulary.has(List::With, &before.text);
                before.map_or(0, |before| if with(before) { CERTAIN } else { 1 })
            }
            _ => return None,
        };
        let lists = [List::Common, List::Pronoun, List::Number, List::Unit, List::Reference];
        let other = lists.iter().any(|l| vocabulary.has(*l, &word.text)) || !is_whole(&word.text);
        (!other && word.text.chars().count() > 1).then(|| (word.text.clone(), weight))
    })
}

/// Whether a word has no full stop in it, or is an abbreviation: `U.S`.
fn is_whole(word: &str) -> bool {
    !word.contains('.') || word.split('.').all(|part| part.chars().count() <= 1)
}
