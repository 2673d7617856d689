//! What is to be told of a comparison in a format for people: the same words, places and runs of text
//! whether a terminal or a pull request shows them. How they are drawn is for each format.

use std::ops::Range;

use super::way::Travelled;
use crate::cli::build::count;
use crate::policy::diff::{Beside, Change, Class, Op, Relation, SEPARATOR, joined};
use crate::policy::history::Comparison;
use crate::policy::signals::{Signal, SignalKind};
use crate::policy::terms::Definition;
use crate::policy::{Style, Text};
use crate::site::{names, redline};

/// A comparison, ready to be told.
pub(super) struct Told {
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

/// A stretch of a change's text.
#[derive(Debug, PartialEq, Eq, Clone)]
pub(super) enum Run {
    Keep(String),
    Delete(String),
    Insert(String),
}

/// What is to be told; of long clauses only the sentences around a change, unless all is wanted.
pub(super) fn tell(
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
        runs: runs(comparison, change, full),
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

fn runs(comparison: &Comparison<'_>, change: &Change, full: bool) -> Vec<Run> {
    let (old, new) = (joined(comparison.old, &change.old), joined(comparison.new, &change.new));
    let several = change.old.len() + change.new.len() > 2;
    let mut runs = Vec::new();
    for (i, op) in change.ops.iter().enumerate() {
        match op {
            Op::Keep { new: range, .. } if full => runs.push(Run::Keep(new[range.clone()].to_owned())),
            Op::Keep { new: range, .. } => {
                // What changed beside the words is shown with the words it is about.
                let (mut from, mut after) = (range.start, i > 0);
                for spot in spots(change, range) {
                    runs.push(Run::Keep(around(&new[from..spot.start], after, true)));
                    runs.push(Run::Keep(new[spot.clone()].to_owned()));
                    (from, after) = (spot.end, true);
                }
                runs.push(Run::Keep(around(&new[from..range.end], after, i + 1 < change.ops.len())));
            }
            Op::Delete(range) if several => borders(&mut runs, &old[range.clone()], Run::Delete, ""),
            Op::Insert(range) if several => borders(&mut runs, &new[range.clone()], Run::Insert, "\n"),
            Op::Delete(range) => runs.push(Run::Delete(old[range.clone()].to_owned())),
            Op::Insert(range) => runs.push(Run::Insert(new[range.clone()].to_owned())),
        }
    }
    runs.retain(|run| !run.text().is_empty());
    if runs.is_empty() {
        let shown = pictures(comparison.old, &change.old) + &pictures(comparison.new, &change.new);
        runs.push(Run::Keep(shown));
    }
    runs
}

/// Where in a kept stretch links or pictures changed, in order.
fn spots(change: &Change, kept: &Range<usize>) -> Vec<Range<usize>> {
    let links = change.beside.iter().filter(|b| b.class == Class::Link && b.in_new);
    let mut spots: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<&Range<usize>> = links.map(|b| &b.range).collect();
    found.sort_unstable_by_key(|range| (range.start, range.end));
    for range in found {
        let from = spots.last().map_or(kept.start, |s| s.end);
        let spot = range.start.max(from)..range.end.min(kept.end);
        if spot.start < spot.end {
            spots.push(spot);
        }
    }
    spots
}

/// Where clauses were split or joined the border between them is what changed, and not the white
/// space that stood in its place.
fn borders(runs: &mut Vec<Run>, text: &str, mark: fn(String) -> Run, after: &str) {
    for (i, piece) in text.split(SEPARATOR).enumerate() {
        if i > 0 {
            runs.extend([mark("¶".to_owned()), Run::Keep(after.to_owned())]);
        }
        match mark(piece.to_owned()) {
            // The space that stands there now.
            Run::Insert(space) if space.trim().is_empty() => runs.push(Run::Keep(space)),
            Run::Delete(space) if space.trim().is_empty() => {}
            run => runs.push(run),
        }
    }
}

impl Run {
    pub(super) fn text(&self) -> &str {
        match self {
            Self::Keep(text) | Self::Delete(text) | Self::Insert(text) => text,
        }
    }
}

/// What stands for sentences that touch no change.
const LEFT_OUT: &str = "[…]";

/// Less than this is not worth leaving out.
const WORTHWHILE: usize = 160;

/// The sentences of a kept stretch that a change stands before or after; of one without any change
/// the first.
fn around(text: &str, after_change: bool, before_change: bool) -> String {
    let ends = sentence_ends(text);
    let first = ends.first().copied().unwrap_or(text.len());
    let last = ends.iter().rev().find(|end| !text[**end..].trim().is_empty()).copied().unwrap_or(0);
    let from = if after_change || !before_change { first } else { 0 };
    let to = if before_change { last } else { text.len() };
    match text.get(from..to) {
        Some(left_out) if left_out.chars().count() >= WORTHWHILE => {
            let space = if to < text.len() { " " } else { "" };
            format!("{}{LEFT_OUT}{space}{}", &text[..from], &text[to..])
        }
        _ => text.to_owned(),
    }
}

/// Where sentences end, the space after them theirs. Also an abbreviation ends one: then a little
/// more is left out, or a little less.
fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut ended = false;
    for (at, c) in text.char_indices() {
        match c {
            '.' | '?' | '!' | '؟' | '।' => ended = true,
            // Scripts without spaces.
            '。' | '！' | '？' => ends.push(at + c.len_utf8()),
            '"' | '\'' | '”' | '’' | '»' | ')' | ']' => {}
            '\n' | '\t' => {
                ends.push(at + c.len_utf8());
                ended = false;
            }
            c if c.is_whitespace() && ended => {
                ends.push(at + c.len_utf8());
                ended = false;
            }
            _ => ended = false,
        }
    }
    ends
}

/// What stands for a clause without words: its pictures.
fn pictures(text: &Text, clauses: &[usize]) -> String {
    let marks = clauses.iter().filter_map(|c| text.clauses.get(*c)).flat_map(|c| &c.content.marks);
    let names = marks.filter_map(|m| match &m.style {
        Style::Image { src, alt } => Some(format!("picture: {alt} ({src})")),
        _ => None,
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Text that is shown and not obeyed: no control characters, no change of direction.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str(" | "),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("\\u{{{:X}}}", c as u32));
            }
            c if c.is_control() => out.push_str(&format!("\\u{{{:X}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_are_whole_sentences() {
        let middle = "This one is about something else, and it is long enough to be left out of a report. ";
        let text = format!("Ends here. {}{}Begins here", middle, middle.repeat(2));
        assert_eq!(around(&text, true, true), "Ends here. […] Begins here");
        assert_eq!(around(&text, false, true), "[…] Begins here");
        assert_eq!(around(&text, true, false), "Ends here. […]");
        assert_eq!(around(&text, false, false), "Ends here. […]");
        let short = format!("Ends here. {middle}Begins here");
        assert_eq!(around(&short, true, true), short);
        let one_sentence = "and so on ".repeat(100);
        assert_eq!(around(&one_sentence, true, true), one_sentence);
        let chinese = format!("此处。{}彼处", "我们收集您的姓名。".repeat(30));
        assert_eq!(around(&chinese, true, true), "此处。[…] 彼处");
        assert_eq!(around("", true, true), "");
    }

    #[test]
    fn a_border_is_what_changed_where_clauses_are_split_or_joined() {
        let mut runs = Vec::new();
        borders(&mut runs, " ", Run::Delete, "");
        borders(&mut runs, "\n\n", Run::Insert, "\n");
        runs.retain(|run| !run.text().is_empty());
        assert_eq!(runs, [Run::Insert("¶".to_owned()), Run::Keep("\n".to_owned())]);
    }
}
