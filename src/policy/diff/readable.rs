//! From words that are the same to marks as a person would set them.
//!
//! What is kept is correct before and after; this is only about where marks begin and end:
//!
//! - what is kept between two changes and not worth two marks is given up, and so is all of a clause
//!   of which hardly a word was kept;
//! - a word that came or went can often be told in several places (`a [-b a-] c`, `[-a b-] a c`): it
//!   is told as the whole sentence, else the phrase between commas, else as it comes;
//! - brackets are closed where they were opened: `[-ninety (90)-]{+thirty (30)+}`.

use std::ops::Range;

use super::sentences::{apart, kept_words, sentences};
use super::{Joined, SEPARATOR};
use crate::policy::matching::{Kept, RUN};
use crate::policy::words::STOPS;

/// A stretch of tokens kept or changed: `old` and `new` are token ranges.
#[derive(Clone, Debug)]
pub(super) struct Stretch {
    pub(super) kept: bool,
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// A clause is rewritten as a whole where it has this many words, and …
const REWRITTEN_WORDS: usize = 8;
/// … less than one in so many was kept.
const REWRITTEN_SHARE: usize = 8;

/// All tokens from `first` on, in stretches that alternate.
pub(super) fn stretches(old: &Joined, new: &Joined, first: (usize, usize)) -> Vec<Stretch> {
    let (a, b) = (sentences(old, first.0), sentences(new, first.1));
    let mut all = alternating(kept_words((old, &a), (new, &b)), old, new, first);
    // A change must stand where it reads best before it can be told which sentences it is of.
    slide(&mut all, old, new);
    let runs = all.iter().filter(|s| s.kept);
    let runs = runs.map(|s| Kept { old: s.old.start, new: s.new.start, len: s.old.len() }).collect();
    let all = alternating(apart(runs, (old, &a), (new, &b)), old, new, first);
    let mut all = without_islands(all, old);
    slide(&mut all, old, new);
    close_brackets(&mut all, old, new);
    all
}

fn alternating(kept: Vec<Kept>, old: &Joined, new: &Joined, first: (usize, usize)) -> Vec<Stretch> {
    let mut all = Vec::new();
    let (mut o, mut n) = first;
    for run in kept {
        add(&mut all, Stretch { kept: false, old: o..run.old, new: n..run.new });
        (o, n) = (run.old + run.len, run.new + run.len);
        add(&mut all, Stretch { kept: true, old: run.old..o, new: run.new..n });
    }
    add(&mut all, Stretch { kept: false, old: o..old.tokens.len(), new: n..new.tokens.len() });
    all
}

fn add(all: &mut Vec<Stretch>, stretch: Stretch) {
    match all.last_mut() {
        _ if stretch.old.is_empty() && stretch.new.is_empty() => {}
        Some(last) if last.kept == stretch.kept => {
            last.old.end = stretch.old.end;
            last.new.end = stretch.new.end;
        }
        _ => all.push(stretch),
    }
}

/// Joins changes that only a lone word, or a mark within a sentence, keeps apart; and gives up on a
/// clause of which hardly a word was kept.
fn without_islands(all: Vec<Stretch>, old: &Joined) -> Vec<Stretch> {
    let last = all.len().saturating_sub(1);
    // At the ends there is no change on one side, and a kept word there is an anchor.
    let worth = |s: &Stretch| old.worth[s.old.clone()].iter().map(|w| w.1).sum::<i32>();
    let lone = |i: usize, s: &Stretch| s.kept && i > 0 && i < last && worth(s) < RUN;
    let mut out = Vec::new();
    for (i, stretch) in all.into_iter().enumerate() {
        let kept = stretch.kept && !lone(i, &stretch);
        add(&mut out, Stretch { kept, ..stretch });
    }
    let kept: usize = out.iter().filter(|s| s.kept).map(|s| old.words(&s.old)).sum();
    let count = old.words(&(0..old.tokens.len()));
    if count >= REWRITTEN_WORDS && kept * REWRITTEN_SHARE < count {
        let ends =
            |range: fn(&Stretch) -> &Range<usize>| Some(range(out.first()?).start..range(out.last()?).end);
        if let (Some(old), Some(new)) = (ends(|s| &s.old), ends(|s| &s.new)) {
            return vec![Stretch { kept: false, old, new }];
        }
    }
    out
}

/// Moves what was only inserted or only deleted to where it reads best.
fn slide(all: &mut [Stretch], old: &Joined, new: &Joined) {
    // What came or went at the very beginning or end stands where it reads best already.
    for change in 1..all.len().saturating_sub(1) {
        let (before, after) = (change - 1, change + 1);
        if all[change].kept {
            continue;
        }
        let (side, range) = match (all[change].old.is_empty(), all[change].new.is_empty()) {
            (true, false) => (new, all[change].new.clone()),
            (false, true) => (old, all[change].old.clone()),
            _ => continue,
        };
        let same = |a: usize, b: usize| side.tokens[a].key == side.tokens[b].key;
        // The neighbours keep at least a word each, else changes would meet.
        let room = |stretch: &Stretch, is_end: bool| stretch.old.len().saturating_sub(usize::from(!is_end));
        let (left, right) = (room(&all[before], before == 0), room(&all[after], after + 1 == all.len()));
        let back = (1..=left).take_while(|k| same(range.start - k, range.end - k)).count();
        let forth = (0..right).take_while(|k| same(range.start + k, range.end + k)).count();
        let quality = |shift: isize| {
            let at = |end: usize| end.saturating_add_signed(shift);
            border(side, at(range.start)) + border(side, at(range.end))
        };
        // Of equally good places the last: what is added reads as coming after.
        let best = (-(back as isize)..=forth as isize).max_by_key(|shift| quality(*shift));
        let Some(shift) = best.filter(|s| *s != 0) else { continue };
        let moved = |range: &Range<usize>| {
            range.start.saturating_add_signed(shift)..range.end.saturating_add_signed(shift)
        };
        all[change].old = moved(&all[change].old);
        all[change].new = moved(&all[change].new);
        (all[before].old.end, all[before].new.end) = (all[change].old.start, all[change].new.start);
        (all[after].old.start, all[after].new.start) = (all[change].old.end, all[change].new.end);
    }
}

/// How well a mark begins or ends before a token: best where clauses or cells do, then where a sentence
/// does, a part of one, a phrase between commas or brackets, a word; worst within a word.
fn border(side: &Joined, at: usize) -> u32 {
    let Some(before) = at.checked_sub(1).and_then(|i| side.tokens.get(i)) else { return 5 };
    let Some(after) = side.tokens.get(at) else { return 5 };
    let gap = &side.text[before.range.end..after.range.start];
    let (last, next) = (side.word(at - 1), side.word(at));
    // In scripts without spaces none stands after a mark.
    let ends = !gap.is_empty() || !last.is_ascii();
    match last {
        _ if gap.contains(SEPARATOR) || gap.contains('\t') => 5,
        _ if gap.contains('\n') || (ends && STOPS.contains(&last)) => 4,
        ";" | ":" | "；" | "：" | "؛" if ends => 3,
        "," | "，" | "、" | "،" | ")" | "]" | "”" | "»" => 2,
        _ if matches!(next, "(" | "[" | "“" | "«") => 2,
        _ => u32::from(!gap.is_empty()),
    }
}

const BRACKETS: [(&str, &str); 8] =
    [("(", ")"), ("[", "]"), ("“", "”"), ("„", "“"), ("«", "»"), ("（", "）"), ("「", "」"), ("『", "』")];

/// Where both sides of a change open a bracket that is closed right after it, the change closes it;
/// likewise at its front.
fn close_brackets(all: &mut [Stretch], old: &Joined, new: &Joined) {
    // A neighbour keeps at least a token, else changes would meet.
    let gives = |stretch: Option<&Stretch>| stretch.is_some_and(|s| s.kept && s.old.len() > 1);
    for i in 0..all.len() {
        for pair in BRACKETS {
            if all[i].kept {
                continue;
            }
            let (of_old, of_new) = (unpaired(old, &all[i].old, pair), unpaired(new, &all[i].new, pair));
            if of_old.open == 1
                && of_new.open == 1
                && gives(all.get(i + 1))
                && new.word(all[i].new.end) == pair.1
            {
                (all[i].old.end, all[i].new.end) = (all[i].old.end + 1, all[i].new.end + 1);
                (all[i + 1].old.start, all[i + 1].new.start) = (all[i].old.end, all[i].new.end);
            }
            let front = i.checked_sub(1).filter(|at| gives(all.get(*at)));
            let Some(before) = front else { continue };
            if of_old.closed == 1 && of_new.closed == 1 && new.word(all[i].new.start - 1) == pair.0 {
                (all[i].old.start, all[i].new.start) = (all[i].old.start - 1, all[i].new.start - 1);
                (all[before].old.end, all[before].new.end) = (all[i].old.start, all[i].new.start);
            }
        }
    }
}

/// How many brackets of a range have no partner in it.
struct Unpaired {
    open: u32,
    closed: u32,
}

fn unpaired(side: &Joined, range: &Range<usize>, (opening, closing): (&str, &str)) -> Unpaired {
    let mut found = Unpaired { open: 0, closed: 0 };
    for at in range.clone() {
        match side.word(at) {
            word if word == opening => found.open += 1,
            word if word == closing && found.open == 0 => found.closed += 1,
            word if word == closing => found.open -= 1,
            _ => {}
        }
    }
    found
}
