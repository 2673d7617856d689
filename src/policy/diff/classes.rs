//! What sort of change of words a change is.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Class, Op};
use crate::policy::dates::dates;
use crate::policy::words::{fold, pieces};

/// The classes of the changes of words: a place where only a date changed, or only the case of
/// letters, is no change of wording.
pub(super) fn classes(ops: &[Op], old: &str, new: &str) -> BTreeSet<Class> {
    of_ops(ops, old, new).into_iter().flatten().collect()
}

/// The same for each step; none for what is kept.
pub(super) fn of_ops(ops: &[Op], old: &str, new: &str) -> Vec<Option<Class>> {
    let mut found = Vec::with_capacity(ops.len());
    let mut dates = Dates { of: (old, new), found: None };
    while let Some(op) = ops.get(found.len()) {
        match (op, ops.get(found.len() + 1)) {
            (Op::Keep { .. }, _) => found.push(None),
            // What took the place of something is of one class with it.
            (Op::Delete(gone), Some(Op::Insert(come))) => {
                let class = Some(class(gone, come, &mut dates));
                found.extend([class, class]);
            }
            (Op::Delete(gone), _) => found.push(Some(class(gone, &(0..0), &mut dates))),
            (Op::Insert(come), _) => found.push(Some(class(&(0..0), come, &mut dates))),
        }
    }
    found
}

fn class(gone: &Range<usize>, come: &Range<usize>, dates: &mut Dates<'_>) -> Class {
    let (old, new) = (&dates.of.0[gone.clone()], &dates.of.1[come.clone()]);
    if old.trim().is_empty() && new.trim().is_empty() {
        // Where clauses were split or joined, and no word was.
        Class::Formatting
    } else if same_but_for_case(old, new) {
        Class::Case
    } else if !old.is_empty() && !new.is_empty() && dates.hold(gone, come) {
        Class::Date
    } else {
        Class::Wording
    }
}

fn same_but_for_case(old: &str, new: &str) -> bool {
    let (a, b) = (pieces(old), pieces(new));
    let lower = |text: &str, piece: Range<usize>| fold(&text[piece]).to_lowercase();
    !a.is_empty() && a.len() == b.len() && a.into_iter().zip(b).all(|(a, b)| lower(old, a) == lower(new, b))
}

/// The dates of both texts, looked for once and only where they are asked for.
struct Dates<'t> {
    of: (&'t str, &'t str),
    found: Option<[Vec<Range<usize>>; 2]>,
}

impl Dates<'_> {
    /// Whether what is gone and what has come are both part of a date.
    fn hold(&mut self, gone: &Range<usize>, come: &Range<usize>) -> bool {
        let (old, new) = self.of;
        let [of_old, of_new] = self.found.get_or_insert_with(|| [dates(old), dates(new)]);
        let inside = |dates: &[Range<usize>], range: &Range<usize>| {
            dates.iter().any(|d| d.start <= range.start && range.end <= d.end)
        };
        inside(of_old, gone) && inside(of_new, come)
    }
}
