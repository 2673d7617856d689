//! Sentences before words.
//!
//! ```text
//! old   A.  B b b.  C c c.        A. and C. are kept whole, so nothing of B. can be told as a
//! new   A.  X x.    C c c. D.     part of D. by the few small words both have
//!       =   ~       =      +
//! ```
//!
//! Sentences that stand on both sides are kept as they are. What lies between them is compared word
//! by word; and where two sentences then have hardly a word in common, they are two sentences and
//! not one that changed: `the`, `of` and `you` stand in all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::Joined;
use crate::policy::align::Tokens;
use crate::policy::matching::{Kept, kept};
use crate::policy::words::is_short_form;

/// Two sentences are one that changed where at least this share of the shorter one's words was kept. On
/// real pairs 0.25 saves one run of marks in a hundred against 0; edits with known truth do not tell.
const SAME: f64 = 0.25;
/// … or where it has at least this share of its words in common with the other, but for their case.
const SAME_BUT_FOR_CASE: f64 = 0.5;

/// What keeping a word is worth: one costs less than a run of marks, two cost more.
const WORD: i32 = 10;
/// What keeping one of the few words is worth that stand everywhere: where either can be kept, the
/// telling word is.
const COMMON: i32 = 9;
/// What keeping a mark of punctuation is worth.
const MARK: i32 = 2;
/// What keeping the mark that ends a sentence is worth: with one word it is worth a run of marks, for
/// a change that reaches into the next sentence is hard to read.
const STOP: i32 = 7;
/// A word is common if it is at least one in so many of both texts.
const COMMON_SHARE: usize = 50;

/// What keeping each word is worth, by its key.
pub(super) fn worth(tokens: &Tokens) -> Vec<i32> {
    let words = || tokens.old.iter().chain(&tokens.new).flatten();
    let keys = words().map(|t| t.key as usize + 1).max().unwrap_or(0);
    let mut counts = vec![0usize; keys];
    let mut worth = vec![MARK; keys];
    words().for_each(|t| counts[t.key as usize] += 1);
    let all = words().count();
    for stop in &tokens.stops {
        worth.get_mut(*stop as usize).into_iter().for_each(|w| *w = STOP);
    }
    for token in words().filter(|t| t.word) {
        let key = token.key as usize;
        worth[key] = if counts[key] * COMMON_SHARE >= all { COMMON } else { WORD };
    }
    worth
}

/// The token ranges of the sentences of a text, from one token on: those of UAX 29, but an
/// abbreviation ends none.
pub(super) fn sentences(side: &Joined, first: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut at = first;
    for (start, sentence) in side.text.split_sentence_bound_indices() {
        let end = start + sentence.len();
        let len = side.tokens[at..].partition_point(|t| t.range.start < end);
        match ranges.last_mut() {
            _ if len == 0 => {}
            Some(last) if is_abbreviated(side, last.end) => last.end = at + len,
            _ => ranges.push(at..at + len),
        }
        at += len;
    }
    ranges
}

/// Whether the full stop before a token is that of an abbreviation: `U.S.`, `No.`, `z.B.`
fn is_abbreviated(side: &Joined, end: usize) -> bool {
    let Some(word) = end.checked_sub(2).filter(|_| side.word(end - 1) == ".").map(|at| side.word(at)) else {
        return false;
    };
    let lone_letter = word.chars().count() == 1 && word.contains(char::is_alphabetic);
    let dotted = word.contains('.') && word.split('.').all(|part| part.chars().count() == 1);
    lone_letter || dotted || is_short_form(word)
}

/// The tokens to keep, sentences first. The sentences of both sides are those of [`sentences`].
pub(super) fn kept_words(
    (old, a): (&Joined, &[Range<usize>]),
    (new, b): (&Joined, &[Range<usize>]),
) -> Vec<Kept> {
    let start = |sentences: &[Range<usize>]| sentences.first().map_or(0, |s| s.start);
    let (mut o, mut n) = (start(a), start(b));
    let mut found = Vec::new();
    let words = |o: Range<usize>, n: Range<usize>, found: &mut Vec<Kept>| {
        let runs = kept(&old.worth[o.clone()], &new.worth[n.clone()]);
        found.extend(runs.into_iter().map(|k| Kept { old: k.old + o.start, new: k.new + n.start, ..k }));
    };
    for same in equal((old, a), (new, b)) {
        let (first, last) = (&a[same.old], &a[same.old + same.len - 1]);
        let whole = Kept { old: first.start, new: b[same.new].start, len: last.end - first.start };
        words(o..whole.old, n..whole.new, &mut found);
        (o, n) = (whole.old + whole.len, whole.new + whole.len);
        found.push(whole);
    }
    words(o..old.tokens.len(), n..new.tokens.len(), &mut found);
    found
}

fn equal((old, a): (&Joined, &[Range<usize>]), (new, b): (&Joined, &[Range<usize>])) -> Vec<Kept> {
    let mut numbers: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    let mut numbered = |side: &Joined, sentences: &[Range<usize>]| -> Vec<(u32, i32)> {
        let mut number = |sentence: &Range<usize>| {
            let words = &side.worth[sentence.clone()];
            let next = numbers.len() as u32;
            let number = *numbers.entry(words.iter().map(|w| w.0).collect()).or_insert(next);
            (number, words.iter().map(|w| w.1).sum())
        };
        sentences.iter().map(&mut number).collect()
    };
    kept(&numbered(old, a), &numbered(new, b))
}

/// Gives up what was kept between sentences that are not one sentence.
pub(super) fn apart(
    found: Vec<Kept>,
    (old, a): (&Joined, &[Range<usize>]),
    (new, b): (&Joined, &[Range<usize>]),
) -> Vec<Kept> {
    let mut pieces = Vec::new();
    for run in found {
        cut(run, a, b, &mut pieces);
    }
    let mut common: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (pair, run) in &pieces {
        *common.entry(*pair).or_default() += old.words(&(run.old..run.old + run.len));
    }
    let same = |(pair, kept): (&(usize, usize), &usize)| {
        let (s, t) = (&a[pair.0], &b[pair.1]);
        let shorter = old.words(s).min(new.words(t)) as f64;
        let one = *kept as f64 >= SAME * shorter
            || but_for_case((old, s), (new, t)) as f64 >= SAME_BUT_FOR_CASE * shorter;
        one.then_some(*pair)
    };
    let one: BTreeSet<(usize, usize)> = common.iter().filter_map(same).collect();
    pieces.into_iter().filter(|(pair, _)| one.contains(pair)).map(|(_, run)| run).collect()
}

/// How many words of the one are in the other, in lower case.
fn but_for_case((old, s): (&Joined, &Range<usize>), (new, t): (&Joined, &Range<usize>)) -> usize {
    let words = |side: &Joined, range: &Range<usize>| {
        let mut words: Vec<u32> =
            side.tokens[range.clone()].iter().filter(|t| t.word).map(|t| t.caseless).collect();
        words.sort_unstable();
        words
    };
    let (a, b) = (words(old, s), words(new, t));
    let (mut i, mut j, mut found) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        found += usize::from(x == y);
        (i, j) = (i + usize::from(x <= y), j + usize::from(y <= x));
    }
    found
}

/// Cuts a kept run where a sentence ends on either side; each piece with the two sentences it is of.
fn cut(run: Kept, a: &[Range<usize>], b: &[Range<usize>], pieces: &mut Vec<((usize, usize), Kept)>) {
    let mut done = 0;
    while done < run.len {
        let (old, new) = (run.old + done, run.new + done);
        let (s, t) = (a.partition_point(|r| r.end <= old), b.partition_point(|r| r.end <= new));
        let (Some(x), Some(y)) = (a.get(s), b.get(t)) else { return };
        let len = (x.end - old).min(y.end - new).min(run.len - done);
        pieces.push(((s, t), Kept { old, new, len }));
        done += len;
    }
}
