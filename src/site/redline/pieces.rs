//! A change cut into the stretches of words that are kept, gone or have come: of the whole change as it
//! stands in one of its new clauses, or of one side alone.

use std::ops::Range;

use crate::policy::diff::{Change, Class, Op, SEPARATOR};
use crate::policy::{Mark, Text};

/// What became of a stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Kept,
    Gone,
    Came,
}

/// A stretch of words.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) fate: Fate,
    /// Which text the range is of.
    pub(super) of_old: bool,
    pub(super) range: Range<usize>,
    /// What sort of change it is; none for what is kept.
    pub(super) class: Option<Class>,
}

/// Several clauses as one text, with their marks.
pub(super) struct Joined<'a> {
    pub(super) of: &'a Text,
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
    /// Where each clause's text stands.
    pub(super) parts: Vec<Range<usize>>,
}

impl<'a> Joined<'a> {
    fn new(of: &'a Text, clauses: &[usize]) -> Self {
        let mut joined = Self { of, text: String::new(), marks: Vec::new(), parts: Vec::new() };
        for (k, c) in clauses.iter().enumerate() {
            if k > 0 {
                joined.text.push_str(SEPARATOR);
            }
            let start = joined.text.len();
            let content = &of.clauses[*c].content;
            joined.text.push_str(&content.text);
            joined.parts.push(start..joined.text.len());
            let place =
                |m: &Mark| Mark { range: m.range.start + start..m.range.end + start, style: m.style.clone() };
            joined.marks.extend(content.marks.iter().map(place));
        }
        joined
    }
}

/// Both sides of a change.
pub(super) struct Sides<'a> {
    pub(super) change: &'a Change,
    pub(super) old: Joined<'a>,
    pub(super) new: Joined<'a>,
    classes: Vec<Option<Class>>,
}

impl<'a> Sides<'a> {
    pub(super) fn new(change: &'a Change, old: &'a Text, new: &'a Text) -> Self {
        let classes = change.op_classes(old, new);
        Self { change, old: Joined::new(old, &change.old), new: Joined::new(new, &change.new), classes }
    }

    fn steps(&self) -> impl Iterator<Item = (&'a Op, Option<Class>)> + '_ {
        self.change.ops.iter().zip(self.classes.iter().copied())
    }

    /// What falls into one of the new clauses. What went between two of them is shown at the end of the
    /// first.
    pub(super) fn both(&self, part: usize) -> Vec<Piece> {
        let own = &self.new.parts[part];
        let until = self.new.parts.get(part + 1).map_or(usize::MAX, |next| next.start);
        let mut at = 0;
        let mut pieces = Vec::new();
        for (op, class) in self.steps() {
            let (fate, range) = match op {
                Op::Keep { new, .. } => (Fate::Kept, new),
                Op::Insert(range) => (Fate::Came, range),
                Op::Delete(range) => {
                    if own.start <= at && at < until {
                        pieces.push(Piece { fate: Fate::Gone, of_old: true, range: range.clone(), class });
                    }
                    continue;
                }
            };
            at = range.end;
            pieces.extend(piece(fate, false, range, own, class));
        }
        if pieces.is_empty() {
            // Of a picture alone there are no words.
            pieces.push(Piece { fate: Fate::Kept, of_old: false, range: own.clone(), class: None });
        }
        pieces
    }

    /// One of the new clauses by itself, with what came.
    pub(super) fn new_alone(&self, part: usize) -> Vec<Piece> {
        let mut pieces = self.both(part);
        pieces.retain(|piece| piece.fate != Fate::Gone);
        pieces
    }

    /// The old clauses by themselves, or one of them, with what went.
    pub(super) fn old_alone(&self, part: Option<usize>) -> Vec<Piece> {
        let all = 0..self.old.text.len();
        let own = part.and_then(|part| self.old.parts.get(part)).unwrap_or(&all);
        let of_old = |(op, class): (&Op, Option<Class>)| match op {
            Op::Keep { old, .. } => piece(Fate::Kept, true, old, own, class),
            Op::Delete(range) => piece(Fate::Gone, true, range, own, class),
            Op::Insert(_) => None,
        };
        self.steps().filter_map(of_old).collect()
    }
}

/// What of a range lies in another; none if nothing does.
fn piece(
    fate: Fate,
    of_old: bool,
    range: &Range<usize>,
    own: &Range<usize>,
    class: Option<Class>,
) -> Option<Piece> {
    let range = range.start.max(own.start)..range.end.min(own.end);
    (range.start < range.end).then_some(Piece { fate, of_old, range, class })
}

/// A range cut at borders: each run of words, and the border before it.
pub(super) fn runs<'t>(
    text: &'t str,
    range: &Range<usize>,
    borders: &[&'t str],
) -> Vec<(Option<&'t str>, Range<usize>)> {
    let mut runs = Vec::new();
    let (mut start, mut before) = (range.start, None);
    loop {
        let rest = &text[start..range.end];
        let next = borders.iter().filter_map(|border| Some((rest.find(border)?, *border))).min();
        let Some((len, border)) = next else { break };
        runs.push((before, start..start + len));
        (start, before) = (start + len + border.len(), Some(border));
    }
    runs.push((before, start..range.end));
    runs
}
