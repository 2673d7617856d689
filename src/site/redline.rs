//! A comparison as a redline: the new text with every change marked where it stands, and what is
//! gone where it stood. Frames around it are templates; the numbers here are those of the table of
//! changes.
//!
//! One page holds every view of it, and a style sheet shows the one that is asked for: a changed clause
//! holds its words twice, with all marks in one text and as two texts side by side; what may be folded
//! says so, and where it is folded says how much; marks of a class that can be switched off bear its
//! name. What is not asked for is not there for anybody, seen or read aloud.
//!
//! `order` says what stands where, `folds` what may be folded, `pieces` cuts a change into words that
//! stay, go and come, `writer` writes them, and `notes` what is said beside them.

use super::html::Links;
use super::messages::Messages;
use crate::policy::diff::{Change, Class};
use crate::policy::history::Comparison;
use crate::policy::{ContainerKind, Text};

mod folds;
mod notes;
mod order;
mod pieces;
mod writer;

pub use notes::affected;

/// The classes of change that a reader can switch off, and whether they are shown at first. A change
/// of wording is always shown.
pub const SWITCHES: [(Class, bool); 6] = [
    (Class::Link, true),
    (Class::Date, true),
    (Class::Case, true),
    (Class::Numbering, false),
    (Class::Formatting, false),
    (Class::Typography, false),
];

/// For each change of a comparison the number a reader knows it by; none for what is not a change
/// of words, place or link.
pub fn numbers(comparison: &Comparison<'_>) -> Vec<Option<usize>> {
    let mut next = 0;
    let number = |c: &Change| {
        (!c.is_quiet()).then(|| {
            next += 1;
            next
        })
    };
    comparison.diff.changes.iter().map(number).collect()
}

/// How a clause is called outside its page: its section's title and its place in it. `preamble` is
/// the word for text before the first heading.
pub fn label(text: &Text, clause: usize, preamble: &str) -> String {
    let Some(c) = text.clauses.get(clause) else { return String::new() };
    let title = match text.section_title(c.section) {
        "" => preamble,
        title => title,
    };
    if let Some(ContainerKind::Footnote(_)) = c.path.first().map(|p| &p.kind) {
        // Footnotes belong to the text, wherever they are written.
        return c.place.clone();
    }
    match (title, c.place.as_str()) {
        (title, "") => title.to_owned(),
        (title, place) => format!("{title}, {place}"),
    }
}

/// The redline of a comparison.
pub fn redline(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    links: Links<'_>,
    messages: &Messages,
) -> String {
    writer::Writer::new(comparison, numbers, links, messages).all()
}

/// Some entries of a comparison, on another page than the whole redline: that stands at `whole`, where
/// their numbers lead. `table_label` names the tables.
pub fn section(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    (links, messages): (Links<'_>, &Messages),
    whole: &str,
    table_label: &str,
    shown: &dyn Fn(usize) -> bool,
) -> String {
    writer::Writer::new(comparison, numbers, links, messages).parts(whole).some(table_label, shown)
}

/// One entry by itself and without its number: it stands beside a text of another language, where
/// headings are none of that text.
pub fn one(comparison: &Comparison<'_>, change: usize, links: Links<'_>, messages: &Messages) -> String {
    writer::Writer::new(comparison, &[], links, messages).parts("").spoken().one(change)
}

/// What a change is called in addresses: its place in the text, of its further parts, and of the
/// places that it left.
fn place(number: usize, part: usize) -> String {
    if part == 0 { format!("change-{number}") } else { format!("change-{number}-part-{}", part + 1) }
}

fn left(number: usize, part: usize) -> String {
    if part == 0 { format!("change-{number}-from") } else { format!("change-{number}-from-{}", part + 1) }
}
