//! Dates in a text, so that a change of nothing else can be told from a change of wording.

use std::ops::Range;

use super::Op;
use crate::policy::words::Lexicon;

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

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Where dates stand in a text: `2018-05-15`, `May 15, 2018`, `15 May 2018`.
fn dates(text: &str) -> Vec<Range<usize>> {
    let tokens: Vec<Range<usize>> = Lexicon::default()
        .tokens(text)
        .into_iter()
        .filter(|t| &text[t.range.clone()] != ",")
        .map(|t| t.range)
        .collect();
    let word = |i: usize| tokens.get(i).map_or("", |r| &text[r.clone()]);
    let day = |i: usize| {
        let digits = word(i).trim_end_matches(|c: char| c.is_ascii_alphabetic());
        digits.len() <= 2 && digits.parse::<u8>().is_ok_and(|d| (1..=31).contains(&d))
    };
    let year = |i: usize| word(i).len() == 4 && word(i).chars().all(|c| c.is_ascii_digit());
    let month = |i: usize| MONTHS.contains(&word(i).to_lowercase().as_str());
    let mut found = Vec::new();
    for i in 0..tokens.len() {
        let len = if (month(i) && day(i + 1) && year(i + 2)) || (day(i) && month(i + 1) && year(i + 2)) {
            3
        } else if year(i) && word(i + 1) == "-" && day(i + 2) && word(i + 3) == "-" && day(i + 4) {
            5
        } else {
            continue;
        };
        found.push(tokens[i].start..tokens[i + len - 1].end);
    }
    found
}
