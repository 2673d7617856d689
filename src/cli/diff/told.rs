//! What is to be told of a comparison in a format for people: the same words, places and runs of text
//! whether a terminal or a pull request shows them. How they are drawn is for each format.

use super::way::Travelled;
use crate::cli::build::count;
use crate::policy::diff::{Beside, Change, Class, Relation, joined};
use crate::policy::excerpt::{Run, runs};
use crate::policy::history::Comparison;
use crate::policy::signals::{Signal, SignalKind};
use crate::policy::terms::Definition;
use crate::site::{names, redline};

/// A comparison, ready to be told.
pub(in crate::cli) struct Told {
    /// How much changed, in one line.
    pub(super) headline: String,
    /// The numbered changes.
    pub(super) changes: Vec<ToldChange>,
    pub(super) definitions: Vec<ToldDefinition>,
    /// What happened on the way; nothing where two texts are all there is.
    pub(super) way: Vec<Travelled>,
    /// Where, and in what, clauses differ in form only.
    pub(super) noise: Vec<(String, String)>,
}

/// A numbered change.
pub(super) struct ToldChange {
    pub(super) number: usize,
    /// `modified, moved`
    pub(super) what: String,
    /// `wording, link`; empty where the words stand.
    pub(super) classes: String,
    /// `Sharing, 3 → Partners, 1`
    pub(super) place: String,
    pub(super) runs: Vec<Run>,
    /// What changed beside the words: the sort of change, what it was and what it is.
    pub(super) beside: Vec<(String, String, String)>,
    /// What lawyers look for in it: the kind of words, and the words that went and came.
    pub(super) signals: Vec<(&'static str, Vec<Run>)>,
}

/// A defined term whose definition came, went or changed.
pub(super) struct ToldDefinition {
    /// Its name; both where it has another one now.
    pub(super) term: String,
    /// `new`, `gone` or `changed`
    pub(super) what: &'static str,
    /// Where the term is used.
    pub(super) used: Vec<String>,
}

/// What is to be told; of long clauses only the sentences around a change, unless all is wanted.
pub(in crate::cli) fn tell(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    way: Vec<Travelled>,
    full: bool,
) -> Told {
    let headline = headline(comparison, numbers, &way);
    let definitions = comparison.definitions.iter().map(|d| tell_definition(comparison, d)).collect();
    let mut told = Told { headline, changes: Vec::new(), definitions, way, noise: Vec::new() };
    for (i, (change, number)) in comparison.diff.changes.iter().zip(numbers).enumerate() {
        match number {
            Some(number) => {
                let signals = comparison.signals.get(i).map_or(&[][..], Vec::as_slice);
                told.changes.push(tell_change(comparison, change, signals, *number, full));
            }
            None if !change.classes.is_empty() => {
                told.noise.push((place(comparison, change), classes(change)));
            }
            None => {}
        }
    }
    told
}

fn tell_definition(comparison: &Comparison<'_>, definition: &Definition) -> ToldDefinition {
    let (term, what) = match (&definition.old, &definition.new) {
        (Some(old), Some(new)) if old != new => (format!("{old} → {new}"), "changed"),
        (_, Some(new)) if definition.old.is_some() => (new.clone(), "changed"),
        (_, Some(new)) => (new.clone(), "new"),
        (old, None) => (old.clone().unwrap_or_default(), "gone"),
    };
    let used = definition.affected.iter().filter_map(|i| comparison.diff.changes.get(*i));
    ToldDefinition { term, what, used: used.map(|change| place(comparison, change)).collect() }
}

fn tell_change(
    comparison: &Comparison<'_>,
    change: &Change,
    signals: &[Signal],
    number: usize,
    full: bool,
) -> ToldChange {
    let mut what = names::relation_name(change.relation).to_owned();
    if change.moved && change.relation != Relation::Moved {
        what.push_str(", moved");
    }
    let beside = change.beside.iter().filter(|b| b.class != Class::Typography);
    // That a clause came or went is its relation, and a link that changed stands beside it.
    let linked = |s: &Signal| {
        change.beside.iter().any(|b| b.class == Class::Link && (&b.old, &b.new) == (&s.old, &s.new))
    };
    let news = |s: &&Signal| !matches!(s.kind, SignalKind::Added | SignalKind::Removed) && !linked(s);
    let signals = signals.iter().filter(news);
    ToldChange {
        number,
        what,
        classes: classes(change),
        place: place(comparison, change),
        runs: runs((comparison.old, comparison.new), change, full),
        beside: beside.map(|b| (beside_name(comparison, change, b), b.old.clone(), b.new.clone())).collect(),
        signals: signals.map(|s| (names::signal_name(s.kind), signal_runs(s))).collect(),
    }
}

/// `numbering`, `link of “the words it is behind”`
fn beside_name(comparison: &Comparison<'_>, change: &Change, beside: &Beside) -> String {
    let name = names::class_name(beside.class);
    let text =
        if beside.in_new { joined(comparison.new, &change.new) } else { joined(comparison.old, &change.old) };
    match text.get(beside.range.clone()).map(str::trim) {
        Some(words) if beside.class == Class::Link && !words.is_empty() => format!("{name} of “{words}”"),
        _ => name.to_owned(),
    }
}

/// A term whose definition changed bears the same name on both sides.
fn signal_runs(signal: &Signal) -> Vec<Run> {
    let Signal { old, new, .. } = signal;
    let mut runs = match old == new {
        true => vec![Run::Keep(old.clone())],
        false => vec![Run::Delete(old.clone()), Run::Insert(new.clone())],
    };
    runs.retain(|run| !run.text().is_empty());
    runs
}

fn headline(comparison: &Comparison<'_>, numbers: &[Option<usize>], way: &[Travelled]) -> String {
    let (mut deleted, mut inserted, mut noise) = (0, 0, 0);
    let mut relations: Vec<(Relation, usize)> = Vec::new();
    for (change, number) in comparison.diff.changes.iter().zip(numbers) {
        deleted += change.words.0;
        inserted += change.words.1;
        noise += usize::from(number.is_none() && !change.classes.is_empty());
        if number.is_none() {
            continue;
        }
        match relations.iter_mut().find(|(relation, _)| *relation == change.relation) {
            Some((_, n)) => *n += 1,
            None => relations.push((change.relation, 1)),
        }
    }
    let changed = numbers.iter().flatten().count();
    // Nothing of these is in the numbers.
    let back = match way.iter().filter(|travelled| travelled.numbers.is_empty()).count() {
        0 => String::new(),
        n => format!("; {} and changed back on the way", count(n, "clause changed", "clauses changed")),
    };
    if changed == 0 {
        let differ = count(noise, "clause differs", "clauses differ");
        return if noise == 0 {
            format!("no changes{back}")
        } else {
            format!("no change of words; {differ} in form only{back}")
        };
    }
    relations.sort_unstable();
    let parts: Vec<String> =
        relations.iter().map(|(r, n)| format!("{n} {}", names::relation_name(*r))).collect();
    let parts = if parts.len() > 1 { format!(" ({})", parts.join(", ")) } else { String::new() };
    let others = match noise {
        0 => String::new(),
        n => format!("; {} in form only", count(n, "other differs", "others differ")),
    };
    format!(
        "{}{parts}: {} deleted, {} inserted{others}{back}",
        count(changed, "clause changed", "clauses changed"),
        count(deleted, "word", "words"),
        count(inserted, "word", "words"),
    )
}

fn classes(change: &Change) -> String {
    change.classes.iter().map(|c| names::class_name(*c)).collect::<Vec<_>>().join(", ")
}

fn place(comparison: &Comparison<'_>, change: &Change) -> String {
    let from = change.old.first().map(|o| redline::label(comparison.old, *o, "preamble"));
    let to = change.new.first().map(|n| redline::label(comparison.new, *n, "preamble"));
    match (from, to) {
        (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
        (_, Some(one)) | (Some(one), None) => one,
        (None, None) => String::new(),
    }
}
