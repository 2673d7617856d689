//! The steps from one clause to another over all their bytes: to what is kept and what is changed,
//! white space included.

use std::ops::Range;

use super::readable::{Stretch, stretches};
use super::{Joined, Op, SEPARATOR};
use crate::policy::words::Token;

/// The steps between two joined texts, after their numbers.
pub(super) fn compare(old: &Joined, new: &Joined, numbers: (usize, usize)) -> Vec<Op> {
    let first = |side: &Joined, from: usize| side.tokens.partition_point(|t| t.range.start < from);
    let (old_first, new_first) = (first(old, numbers.0), first(new, numbers.1));
    let first = (old_first, new_first);
    spaced(&stretches(old, new, first), old, new, numbers)
}

/// The steps between two rows of as many cells, cell by cell.
pub(super) fn compare_cells(old: &Joined, new: &Joined) -> Vec<Op> {
    let cells = |text: &str| {
        let mut start = 0;
        text.split('\t')
            .map(|cell| {
                let range = start..start + cell.len();
                start = range.end + 1;
                range
            })
            .collect::<Vec<_>>()
    };
    let mut ops = Vec::new();
    for (i, (o, n)) in cells(&old.text).into_iter().zip(cells(&new.text)).enumerate() {
        if i > 0 {
            ops.push(Op::Keep { old: o.start - 1..o.start, new: n.start - 1..n.start });
        }
        let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
        ops.extend(compare(&old.part(&o), &new.part(&n), (0, 0)).into_iter().map(|op| match op {
            Op::Keep { old, new } => Op::Keep { old: shift(old, o.start), new: shift(new, n.start) },
            Op::Delete(range) => Op::Delete(shift(range, o.start)),
            Op::Insert(range) => Op::Insert(shift(range, n.start)),
        }));
    }
    ops
}

/// From stretches of tokens to steps over all bytes: white space between two tokens goes with the
/// kept text on whichever side it is the same.
fn spaced(stretches: &[Stretch], old: &Joined, new: &Joined, numbers: (usize, usize)) -> Vec<Op> {
    let mut ops = Vec::new();
    // Everything before these bytes is accounted for.
    let (mut o, mut n) = numbers;
    for (i, stretch) in stretches.iter().enumerate() {
        if stretch.kept {
            for (a, b) in stretch.old.clone().zip(stretch.new.clone()) {
                let (ot, nt) = (&old.tokens[a].range, &new.tokens[b].range);
                gap(&mut ops, old, new, (o..ot.start, n..nt.start));
                ops.push(Op::Keep { old: ot.clone(), new: nt.clone() });
                (o, n) = (ot.end, nt.end);
            }
            continue;
        }
        // The change reaches up to the next kept token, or to the end.
        let next = stretches.get(i + 1);
        let old_end = next.map_or(old.text.len(), |s| old.tokens[s.old.start].range.start);
        let new_end = next.map_or(new.text.len(), |s| new.tokens[s.new.start].range.start);
        let edges = Edges {
            old: o..old_end,
            new: n..new_end,
            old_words: words_range(&old.tokens[stretch.old.clone()]),
            new_words: words_range(&new.tokens[stretch.new.clone()]),
        };
        changed(&mut ops, old, new, edges);
        (o, n) = (old_end, new_end);
    }
    gap(&mut ops, old, new, (o..old.text.len(), n..new.text.len()));
    ops
}

fn words_range(tokens: &[Token]) -> Option<Range<usize>> {
    Some(tokens.first()?.range.start..tokens.last()?.range.end)
}

/// A changed stretch: all its bytes, and those from its first to its last word on each side.
struct Edges {
    old: Range<usize>,
    new: Range<usize>,
    old_words: Option<Range<usize>>,
    new_words: Option<Range<usize>>,
}

fn changed(ops: &mut Vec<Op>, old: &Joined, new: &Joined, edges: Edges) {
    let Edges { old: o, new: n, old_words, new_words } = edges;
    match (old_words, new_words) {
        (Some(ow), Some(nw)) => {
            edge(ops, old, new, (o.start..ow.start, n.start..nw.start));
            push(ops, Op::Delete(ow.clone()));
            push(ops, Op::Insert(nw.clone()));
            edge(ops, old, new, (ow.end..o.end, nw.end..n.end));
        }
        (Some(w), None) => {
            let space = &new.text[n.clone()];
            if same_gap(&old.text[o.start..w.start], space) {
                push(ops, Op::Keep { old: o.start..w.start, new: n });
                push(ops, Op::Delete(w.start..o.end));
            } else if same_gap(&old.text[w.end..o.end], space) {
                push(ops, Op::Delete(o.start..w.end));
                push(ops, Op::Keep { old: w.end..o.end, new: n });
            } else {
                push(ops, Op::Delete(o));
                push(ops, Op::Insert(n));
            }
        }
        (None, Some(w)) => {
            let space = &old.text[o.clone()];
            if same_gap(space, &new.text[n.start..w.start]) {
                push(ops, Op::Keep { old: o, new: n.start..w.start });
                push(ops, Op::Insert(w.start..n.end));
            } else if same_gap(space, &new.text[w.end..n.end]) {
                push(ops, Op::Insert(n.start..w.end));
                push(ops, Op::Keep { old: o, new: w.end..n.end });
            } else {
                push(ops, Op::Delete(o));
                push(ops, Op::Insert(n));
            }
        }
        (None, None) => gap(ops, old, new, (o, n)),
    }
}

/// White space between a kept word and a changed one: where one side has none it goes with the
/// change, so that nothing is kept of what is not there.
fn edge(ops: &mut Vec<Op>, old: &Joined, new: &Joined, (o, n): (Range<usize>, Range<usize>)) {
    if o.is_empty() == n.is_empty() {
        gap(ops, old, new, (o, n));
    } else {
        push(ops, Op::Delete(o));
        push(ops, Op::Insert(n));
    }
}

/// White space between two tokens of both sides. Its kind is typography; but the blank line that
/// joins clauses, and the tab between cells, are not white space to a reader.
fn gap(ops: &mut Vec<Op>, old: &Joined, new: &Joined, (o, n): (Range<usize>, Range<usize>)) {
    let (a, b) = (&old.text[o.clone()], &new.text[n.clone()]);
    if a == b || !(is_border(a) || is_border(b)) {
        push(ops, Op::Keep { old: o, new: n });
    } else {
        push(ops, Op::Delete(o));
        push(ops, Op::Insert(n));
    }
}

fn is_border(space: &str) -> bool {
    space.contains(SEPARATOR) || space.contains('\t')
}

fn same_gap(a: &str, b: &str) -> bool {
    a == b || (!a.is_empty() && !b.is_empty() && !is_border(a) && !is_border(b))
}

pub(super) fn push(ops: &mut Vec<Op>, op: Op) {
    let empty = match &op {
        Op::Keep { old, new } => old.is_empty() && new.is_empty(),
        Op::Delete(range) | Op::Insert(range) => range.is_empty(),
    };
    if !empty {
        ops.push(op);
    }
}

/// One step where several of a sort follow each other; deletions before insertions.
pub(super) fn joined_ops(ops: Vec<Op>) -> Vec<Op> {
    let mut out: Vec<Op> = Vec::with_capacity(ops.len());
    for op in ops {
        match (out.last_mut(), &op) {
            (Some(Op::Keep { old, new }), Op::Keep { old: o, new: n }) => {
                old.end = o.end;
                new.end = n.end;
            }
            (Some(Op::Delete(range)), Op::Delete(r)) | (Some(Op::Insert(range)), Op::Insert(r)) => {
                range.end = r.end
            }
            (Some(Op::Insert(_)), Op::Delete(r)) => {
                let at = out.len() - 1;
                match at.checked_sub(1).and_then(|i| out.get_mut(i)) {
                    Some(Op::Delete(range)) => range.end = r.end,
                    _ => out.insert(at, op),
                }
            }
            _ => out.push(op),
        }
    }
    out
}
