//! Changes of nothing but dates, told from changes of wording.

use std::ops::Range;

use super::Op;
use crate::policy::dates::dates;

/// Whether every changed word is part of a date.
pub(super) fn only_dates(ops: &[Op], old: &str, new: &str) -> bool {
    let (old_dates, new_dates) = (dates(old), dates(new));
    let inside = |dates: &[Range<usize>], range: &Range<usize>, text: &str| {
        text[range.clone()].trim().is_empty()
            || dates.iter().any(|d| d.start <= range.start && range.end <= d.end)
    };
    !old_dates.is_empty()
        && !new_dates.is_empty()
        && ops.iter().all(|op| match op {
            Op::Keep { .. } => true,
            Op::Delete(range) => inside(&old_dates, range, old),
            Op::Insert(range) => inside(&new_dates, range, new),
        })
}
