//! Which expressions changed, and what took the place of each.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::spots::{Side, Spot};
use super::{Signal, SignalKind};
use crate::policy::diff::{Change, Op};
use crate::policy::phrases::Shape;

/// A stretch of change with as many words as this, or fewer, is read word by word.
const SHORT: usize = 5;
/// In one of as many words, or fewer, a modal verb or a negation took the place of another.
const STRETCH: usize = 10;

/// A stretch of change between two kept words: its bytes on both sides.
#[derive(Clone, Debug)]
struct Hunk {
    old: Range<usize>,
    new: Range<usize>,
}

/// The signals of a change's words. With each side come the parties that its whole text names.
pub(super) fn changed(
    change: &Change,
    (old, old_known): (&Side, &BTreeSet<String>),
    (new, new_known): (&Side, &BTreeSet<String>),
) -> Vec<Signal> {
    let one_sided = change.old.is_empty() || change.new.is_empty();
    let hunks = joined_hunks(hunks(change, old, new), old, new);
    let (before, after) = (in_hunks(old, &hunks, |hunk| &hunk.old), in_hunks(new, &hunks, |hunk| &hunk.new));
    let mut lone = Vec::new();
    let mut found: Vec<(usize, usize, Signal)> = Vec::new();
    for (h, hunk) in hunks.iter().enumerate() {
        let (mut before, mut after) = (before[h].clone(), after[h].clone());
        reach(old, &hunk.old, &mut before, &after, new, &hunk.new);
        reach(new, &hunk.new, &mut after, &before, old, &hunk.old);
        let short =
            !one_sided && words(old, &hunk.old, SHORT) <= SHORT && words(new, &hunk.new, SHORT) <= SHORT;
        for kind in KINDS {
            let of = |spots: &[usize], side: &Side| -> Vec<usize> {
                spots.iter().copied().filter(|s| side.spots[*s].kind == kind).collect()
            };
            let pairs = matched(&of(&before, old), &of(&after, new), old, new);
            let pairs = pairs.into_iter().flat_map(|(o, n)| match (o, n) {
                (Some(a), Some(b)) if !takes_its_place(&old.spots[a], &new.spots[b], hunk, old, new) => {
                    vec![(o, None), (None, n)]
                }
                _ => vec![(o, n)],
            });
            for (o, n) in pairs {
                match (o.map(|o| &old.spots[o]), n.map(|n| &new.spots[n])) {
                    (Some(a), Some(b)) => found.push((h, a.range.start, signal(Some(a), Some(b)))),
                    (Some(spot), None) | (None, Some(spot))
                        if !spot.weak || short && kind == SignalKind::Term =>
                    {
                        lone.push(Lone { hunk: h, old: o, new: n, spot });
                    }
                    _ => {}
                }
            }
        }
    }
    let mut told = BTreeSet::new();
    for lone in stayed(lone, old, new) {
        let known = if lone.old.is_some() { new_known } else { old_known };
        let idle = match lone.spot.kind {
            SignalKind::Modal => lone.spot.soft || !told.insert(lone.spot.key.clone()),
            SignalKind::Party => known.contains(&lone.spot.key),
            _ => false,
        };
        // An address that is no longer behind a link, and still is to be read.
        let other = if lone.old.is_some() { new } else { old };
        let printed = lone.spot.kind == SignalKind::Channel
            && other.spots.iter().any(|s| s.kind == SignalKind::Channel && s.key == lone.spot.key);
        if !(printed || one_sided && idle) {
            let side = lone.old.map(|_| lone.spot);
            let other = lone.new.map(|_| lone.spot);
            found.push((lone.hunk, lone.spot.range.start, signal(side, other)));
        }
    }
    found.sort_by_key(|(hunk, at, signal)| (*hunk, signal.kind, *at));
    found.into_iter().map(|(_, _, signal)| signal).collect()
}

const KINDS: [SignalKind; 8] = [
    SignalKind::Negation,
    SignalKind::Modal,
    SignalKind::Duration,
    SignalKind::Number,
    SignalKind::Date,
    SignalKind::Party,
    SignalKind::Channel,
    SignalKind::Term,
];

fn signal(old: Option<&Spot>, new: Option<&Spot>) -> Signal {
    let shown = |spot: Option<&Spot>| spot.map_or(String::new(), |s| s.shown.clone());
    let kind = old.or(new).map_or(SignalKind::Term, |s| s.kind);
    Signal { kind, old: shown(old), new: shown(new) }
}

/// Whether an expression took the other's place, and does not merely stand in the same stretch. A
/// modal verb or a negation does within one sentence, a pronoun only exactly there.
fn takes_its_place(a: &Spot, b: &Spot, hunk: &Hunk, old: &Side, new: &Side) -> bool {
    let short = words(old, &hunk.old, STRETCH) <= STRETCH && words(new, &hunk.new, STRETCH) <= STRETCH;
    match a.kind {
        SignalKind::Modal | SignalKind::Negation => {
            let one = |side: &Side, spot: &Spot, range: &Range<usize>| {
                let sentence = side.sentence(spot.range.start, LONG);
                let bytes =
                    side.words.get(sentence).and_then(|s| Some(s.first()?.range.start..s.last()?.range.end));
                // Some of the sentence stayed, and all that changed is of it.
                bytes.is_some_and(|all| {
                    all.start <= range.start && range.end <= all.end && all.len() > range.len()
                })
            };
            short || one(old, a, &hunk.old) && one(new, b, &hunk.new)
        }
        SignalKind::Party if a.pronoun || b.pronoun => {
            let at = |side: &Side, spot: &Spot, range: &Range<usize>| {
                (
                    words(side, &(range.start..spot.range.start), 1),
                    words(side, &(spot.range.end..range.end), 1),
                )
            };
            let (a, b) = (at(old, a, &hunk.old), at(new, b, &hunk.new));
            (a.0, b.0) == (0, 0) || (a.1, b.1) == (0, 0)
        }
        _ => true,
    }
}

/// An expression that has none in its place.
struct Lone<'a> {
    hunk: usize,
    old: Option<usize>,
    new: Option<usize>,
    spot: &'a Spot,
}

/// The stretches of a change; marks that stay between two changes are part of one.
fn hunks(change: &Change, old: &Side, new: &Side) -> Vec<Hunk> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut o, mut n) = (0, 0);
    let mut open = false;
    for op in &change.ops {
        let (to_old, to_new) = match op {
            Op::Keep { old: a, new: b } => {
                // Letters end a stretch; so does anything that a line ends with.
                let kept = &new.text[b.clone()];
                open &= !kept.contains(|c: char| c.is_alphanumeric() || c == '\t' || c == '\n');
                (o, n) = (a.end, b.end);
                continue;
            }
            Op::Delete(range) => (range.end, n),
            Op::Insert(range) => (o, range.end),
        };
        // A heading's number is no words.
        if to_old <= old.number_len && to_new <= new.number_len {
            (o, n) = (to_old, to_new);
            continue;
        }
        match hunks.last_mut().filter(|_| open) {
            Some(hunk) => (hunk.old.end, hunk.new.end) = (to_old, to_new),
            None => hunks.push(Hunk { old: o..to_old, new: n..to_new }),
        }
        open = true;
        (o, n) = (to_old, to_new);
    }
    hunks
}

/// Whether a stretch has a part of an expression, or comes between two parts of it.
fn touches(range: &Range<usize>, hunk: &Range<usize>, text: &str) -> bool {
    let blank = || text.get(hunk.clone()).is_some_and(|t| t.trim().is_empty());
    if hunk.is_empty() || blank() {
        return range.start < hunk.start && hunk.end < range.end;
    }
    let both = range.start.max(hunk.start)..range.end.min(hunk.end);
    both.start < both.end && text.get(both).is_some_and(|t| t.contains(|c: char| !c.is_whitespace()))
}

/// Stretches that change the same expression are one.
fn joined_hunks(hunks: Vec<Hunk>, old: &Side, new: &Side) -> Vec<Hunk> {
    let spans = |side: &Side, a: &Range<usize>, b: &Range<usize>| {
        let from = side.spots.partition_point(|s| s.range.start < a.start.saturating_sub(REACH));
        let near = side.spots[from..].iter().take_while(|s| s.range.start < a.end.max(a.start + 1));
        near.filter(|s| s.kind != SignalKind::Channel || s.range.len() < REACH)
            .any(|s| touches(&s.range, a, &side.text) && touches(&s.range, b, &side.text))
    };
    let mut out: Vec<Hunk> = Vec::with_capacity(hunks.len());
    for hunk in hunks {
        match out.last_mut() {
            Some(last) if spans(old, &last.old, &hunk.old) || spans(new, &last.new, &hunk.new) => {
                (last.old.end, last.new.end) = (hunk.old.end, hunk.new.end);
            }
            _ => out.push(hunk),
        }
    }
    out
}

/// Expressions are shorter than this many bytes, but for links.
const REACH: usize = 200;

/// For each stretch the expressions it changes, each in the first that does.
fn in_hunks(side: &Side, hunks: &[Hunk], of: impl Fn(&Hunk) -> &Range<usize>) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); hunks.len()];
    let mut from = 0;
    for (i, spot) in side.spots.iter().enumerate() {
        while from < hunks.len() && of(&hunks[from]).end < spot.range.start {
            from += 1;
        }
        let near = (from..hunks.len()).take_while(|h| of(&hunks[*h]).start <= spot.range.end);
        if let Some(h) = near.into_iter().find(|h| touches(&spot.range, of(&hunks[*h]), &side.text)) {
            found[h].push(i);
        }
    }
    found
}

/// Takes an expression beside a stretch for changed where the other side's grew out of it: `Portal`
/// before `Learning Portal`.
fn reach(
    side: &Side,
    hunk: &Range<usize>,
    spots: &mut Vec<usize>,
    others: &[usize],
    other_side: &Side,
    other_hunk: &Range<usize>,
) {
    for other in others.iter().map(|o| &other_side.spots[*o]) {
        let grown = (other.range.start < other_hunk.start, other_hunk.end < other.range.end);
        if grown == (false, false) {
            continue;
        }
        let blank = |range: Range<usize>| side.text.get(range).is_some_and(|t| t.trim().is_empty());
        let near = side.spots.partition_point(|s| s.range.start < hunk.start.saturating_sub(REACH));
        let beside = |s: &Spot| {
            s.kind == other.kind
                && (grown.0 && s.range.end <= hunk.start && blank(s.range.end..hunk.start)
                    || grown.1 && hunk.end <= s.range.start && blank(hunk.end..s.range.start))
        };
        let found = (near..side.spots.len())
            .take_while(|i| side.spots[*i].range.start <= hunk.end + 2)
            .find(|i| beside(&side.spots[*i]) && !spots.contains(i));
        spots.extend(found);
    }
    spots.sort_unstable();
}

/// How many words a stretch has, counted no further than that it has more than `most`.
fn words(side: &Side, range: &Range<usize>, most: usize) -> usize {
    let from = side.words.partition_point(|w| w.range.start < range.start);
    side.words[from..]
        .iter()
        .take_while(|w| w.range.end <= range.end)
        .filter(|w| w.shape != Shape::Mark)
        .take(most + 1)
        .count()
}

/// What of one kind a stretch changed: those with equal keys in the same order are the same, and what
/// is left between them stands in each other's place.
fn matched(before: &[usize], after: &[usize], old: &Side, new: &Side) -> Vec<(Option<usize>, Option<usize>)> {
    let keys = |spots: &[usize], side: &Side| -> Vec<String> {
        spots.iter().map(|s| side.spots[*s].key.clone()).collect()
    };
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Histogram, &keys(before, old), &keys(after, new)) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (o, n) = (&before[op.old_range()], &after[op.new_range()]);
        // Whoever is named takes the place of one who is, before that of a pronoun.
        let weak = |spots: &[usize], side: &Side| -> (Vec<usize>, Vec<usize>) {
            spots.iter().copied().partition(|s| side.spots[*s].weak)
        };
        let ((weak_old, old), (weak_new, new)) = (weak(o, old), weak(n, new));
        let both = old.len().min(new.len());
        found.extend(old.iter().zip(&new).map(|(o, n)| (Some(*o), Some(*n))));
        let (o, n) = ([&old[both..], &weak_old].concat(), [&new[both..], &weak_new].concat());
        found.extend((0..o.len().max(n.len())).map(|k| (o.get(k).copied(), n.get(k).copied())));
    }
    found
}

/// Without those that merely moved: gone here and come there.
fn stayed<'a>(lone: Vec<Lone<'a>>, old: &Side, new: &Side) -> Vec<Lone<'a>> {
    let mut gone: BTreeMap<(SignalKind, String), Vec<usize>> = BTreeMap::new();
    let mut moved = vec![false; lone.len()];
    let key = |l: &Lone<'_>| -> Option<(SignalKind, String)> {
        if !matches!(l.spot.kind, SignalKind::Negation | SignalKind::Modal) {
            return Some((l.spot.kind, l.spot.key.clone()));
        }
        let side = if l.old.is_some() { old } else { new };
        let sentence = side.words.get(side.sentence(l.spot.range.start, LONG))?;
        let key: Vec<&str> = sentence.iter().map(|w| w.text.as_str()).collect();
        (sentence.len() < LONG).then(|| (l.spot.kind, format!("{} | {}", l.spot.key, key.join(" "))))
    };
    for (i, l) in lone.iter().enumerate().filter(|(_, l)| l.old.is_some()) {
        if let Some(key) = key(l) {
            gone.entry(key).or_default().push(i);
        }
    }
    for (i, l) in lone.iter().enumerate().filter(|(_, l)| l.new.is_some()) {
        if let Some(from) = key(l).and_then(|key| gone.get_mut(&key)).and_then(Vec::pop) {
            (moved[i], moved[from]) = (true, true);
        }
    }
    lone.into_iter().zip(moved).filter(|(_, moved)| !moved).map(|(l, _)| l).collect()
}

/// A sentence of as many words or more is compared with none.
const LONG: usize = 200;
