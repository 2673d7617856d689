//! What changed between two texts: the words inside each aligned clause, and what is beside them.
//!
//! The result holds ranges into the two originals and no text of its own. For every clause the
//! kept and deleted ranges together are the old clause, the kept and inserted ones the new clause;
//! [`Diff::proof`] checks that on the values themselves, and [`crate::site`] refuses to publish a
//! pair that fails it. Where a clause became several, their texts are joined by a blank line.
//!
//! Order of work for one pair of clauses: sentences that stand on both sides are kept whole, the rest
//! is compared word by word (`matching`: no deadline, the same two texts give the same diff
//! on any machine); then marks are set where they read best; then white space goes to whichever side
//! makes the marks tight; then each change gets its classes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::align::{self, Group, Relations, Tokens};
use super::words::{self, Token, same_words};
use super::{Clause, ClauseKind, Text};

mod beside;
mod classes;
mod ops;
mod readable;
mod sentences;

use beside::{kind_change, mark_changes, number_change, typography};
use classes::classes;
use ops::{compare, compare_cells, joined_ops, push};

/// What became of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// The same words.
    Unchanged,
    /// Other words, or another link.
    Modified,
    /// Only in the new text.
    Added,
    /// Only in the old text.
    Removed,
    /// The same words at another place.
    Moved,
    /// A heading with other words.
    Renamed,
    /// One clause became several.
    Split,
    /// Several clauses became one.
    Merged,
}

/// What sort of change it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Words.
    Wording,
    /// Where a link leads, or which image stands there.
    Link,
    /// Emphasis, kind of list, level of heading.
    Formatting,
    /// Quotes, dashes, kinds of space.
    Typography,
    /// The number of a heading or item.
    Numbering,
    /// Words that are part of a date.
    Date,
    /// Capitals and small letters.
    Case,
}

/// One step from the old text of a change to the new one. Ranges are bytes of the joined texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// In both, but for typography.
    Keep {
        /// In the old text.
        old: Range<usize>,
        /// In the new text.
        new: Range<usize>,
    },
    /// In the old text only.
    Delete(Range<usize>),
    /// In the new text only.
    Insert(Range<usize>),
}

/// What changed beside the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    /// The sort of change.
    pub class: Class,
    /// The words it is about, in the new text where they are there, else in the old one.
    pub range: Range<usize>,
    /// Which text `range` is of.
    pub in_new: bool,
    /// What it was.
    pub old: String,
    /// What it is.
    pub new: String,
}

/// One entry of a diff: clauses that are one clause, and what changed in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What became of it.
    pub relation: Relation,
    /// It stands at another place; always true for [`Relation::Moved`].
    pub moved: bool,
    /// Indices into the old text's clauses.
    pub old: Vec<usize>,
    /// Indices into the new text's clauses.
    pub new: Vec<usize>,
    /// From the old words to the new ones.
    pub ops: Vec<Op>,
    /// What sorts of change there are.
    pub classes: BTreeSet<Class>,
    /// Changes beside the words, typography and numbers included.
    pub beside: Vec<Beside>,
    /// Words deleted and inserted.
    pub words: (usize, usize),
}

/// All clauses of two texts, each in exactly one [`Change`], in the order of the new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diff {
    /// The entries.
    pub changes: Vec<Change>,
}

/// Compares two texts. `was` maps ids of the new text to ids of the old one.
pub fn diff(old: &Text, new: &Text, was: &BTreeMap<String, String>) -> Diff {
    let tokens = Tokens::new(old, new);
    changes(align::align(old, new, &tokens, was), (old, new), &tokens)
}

/// Compares two texts between which it is fixed which clause became which; `None` if that was fixed
/// of texts with other clauses.
pub fn diff_sealed(old: &Text, new: &Text, relations: &Relations) -> Option<Diff> {
    let groups = align::align_sealed(old, new, relations)?;
    Some(changes(groups, (old, new), &Tokens::new(old, new)))
}

fn changes(groups: Vec<Group>, (old, new): (&Text, &Text), tokens: &Tokens) -> Diff {
    let worth = sentences::worth(tokens);
    let old = Side { text: old, tokens: &tokens.old, worth: &worth };
    let new = Side { text: new, tokens: &tokens.new, worth: &worth };
    Diff { changes: groups.into_iter().map(|group| change(group, old, new)).collect() }
}

impl Diff {
    /// Which clause became which, of texts with so many clauses.
    pub fn relations(&self, old: usize, new: usize) -> Relations {
        let group = |c: &Change| Group { old: c.old.clone(), new: c.new.clone(), moved: c.moved };
        let groups = self.changes.iter().map(group).collect();
        Relations::new(groups, old, new).expect("a diff names each clause of its texts once")
    }
}

/// One of two texts.
#[derive(Clone, Copy)]
struct Side<'a> {
    text: &'a Text,
    /// The words of each clause.
    tokens: &'a [Vec<Token>],
    /// What keeping a word is worth, by its key.
    worth: &'a [i32],
}

/// The text of several clauses as one.
pub fn joined(text: &Text, clauses: &[usize]) -> String {
    let texts: Vec<&str> = clauses.iter().map(|c| text.clauses[*c].content.text.as_str()).collect();
    texts.join(SEPARATOR)
}

/// What joins the texts of several clauses.
pub const SEPARATOR: &str = "\n\n";

/// One side of a change: its joined text, and its words with their places in it.
struct Joined {
    text: String,
    tokens: Vec<Token>,
    /// For each token its key, and what keeping it is worth.
    worth: Vec<(u32, i32)>,
    /// Where each clause's text begins.
    starts: Vec<usize>,
}

impl Joined {
    /// How many of these tokens are words.
    fn words(&self, range: &Range<usize>) -> usize {
        self.tokens[range.clone()].iter().filter(|t| t.word).count()
    }

    /// A token's words; empty beyond the last.
    fn word(&self, token: usize) -> &str {
        self.tokens.get(token).map_or("", |t| &self.text[t.range.clone()])
    }

    /// A part of it, as a text of its own.
    fn part(&self, range: &Range<usize>) -> Self {
        let inside = |t: &Token| range.start <= t.range.start && t.range.end <= range.end;
        let moved = |t: &Token| Token { range: t.range.start - range.start..t.range.end - range.start, ..*t };
        let (tokens, worth) = self
            .tokens
            .iter()
            .zip(&self.worth)
            .filter(|(t, _)| inside(t))
            .map(|(t, w)| (moved(t), *w))
            .unzip();
        Self { text: self.text[range.clone()].to_owned(), tokens, worth, starts: vec![0] }
    }

    fn new(side: Side<'_>, clauses: &[usize]) -> Self {
        let mut joined =
            Self { text: String::new(), tokens: Vec::new(), worth: Vec::new(), starts: Vec::new() };
        for (k, c) in clauses.iter().enumerate() {
            if k > 0 {
                joined.text.push_str(SEPARATOR);
            }
            let start = joined.text.len();
            joined.starts.push(start);
            joined.text.push_str(&side.text.clauses[*c].content.text);
            let placed = |t: &Token| Token { range: t.range.start + start..t.range.end + start, ..*t };
            joined.tokens.extend(side.tokens[*c].iter().map(placed));
            joined.worth.extend(side.tokens[*c].iter().map(|t| (t.key, side.worth[t.key as usize])));
        }
        joined
    }
}

fn change(group: Group, old: Side<'_>, new: Side<'_>) -> Change {
    let (before, after) = (Joined::new(old, &group.old), Joined::new(new, &group.new));
    let old_clauses: Vec<&Clause> = group.old.iter().map(|c| &old.text.clauses[*c]).collect();
    let new_clauses: Vec<&Clause> = group.new.iter().map(|c| &new.text.clauses[*c]).collect();
    let mut beside = Vec::new();
    let pair = match (old_clauses.as_slice(), new_clauses.as_slice()) {
        ([o], [n]) => Some((*o, *n)),
        _ => None,
    };
    // A heading's number is no word: it is told apart before the words are compared.
    let numbers = pair.map_or((0, 0), |(o, n)| (o.content.number_len, n.content.number_len));
    let mut words = Vec::new();
    match (group.old.is_empty(), group.new.is_empty()) {
        // Also what is no word at all is deleted or inserted where nothing stands on the other side.
        (true, _) => push(&mut words, Op::Insert(0..after.text.len())),
        (_, true) => push(&mut words, Op::Delete(0..before.text.len())),
        _ if is_row_pair(pair) => words = compare_cells(&before, &after),
        _ => words = compare(&before, &after, numbers),
    }
    let words = joined_ops(words);
    if let Some((o, n)) = pair {
        beside.extend(number_change(o, n));
        beside.extend(kind_change(o, n));
    }
    beside.extend(typography(&words, &before.text, &after.text));
    if !group.old.is_empty() && !group.new.is_empty() {
        beside.extend(mark_changes(&words, (&before, &old_clauses), (&after, &new_clauses)));
    }
    let mut classes = classes(&words, &before.text, &after.text);
    classes.extend(beside.iter().map(|b| b.class));
    let count = word_counts(&words, &before, &after);
    let mut ops = Vec::new();
    if same_words(&before.text[..numbers.0], &after.text[..numbers.1]) {
        push(&mut ops, Op::Keep { old: 0..numbers.0, new: 0..numbers.1 });
    } else {
        push(&mut ops, Op::Delete(0..numbers.0));
        push(&mut ops, Op::Insert(0..numbers.1));
    }
    ops.extend(words);
    let ops = joined_ops(ops);
    let relation = relation(&group, &classes, pair);
    Change {
        relation,
        moved: group.moved,
        old: group.old,
        new: group.new,
        ops,
        classes,
        beside,
        words: count,
    }
}

/// Two rows with as many cells: what stands in one column is compared with what stood in it.
fn is_row_pair(pair: Option<(&Clause, &Clause)>) -> bool {
    let cells = |c: &Clause| c.content.text.matches('\t').count();
    let row = |c: &Clause| matches!(c.kind, ClauseKind::Row { .. });
    pair.is_some_and(|(o, n)| row(o) && row(n) && cells(o) == cells(n))
}

fn relation(group: &Group, classes: &BTreeSet<Class>, pair: Option<(&Clause, &Clause)>) -> Relation {
    let words = [Class::Wording, Class::Date, Class::Case].iter().any(|class| classes.contains(class));
    match (group.old.len(), group.new.len()) {
        (0, _) => Relation::Added,
        (_, 0) => Relation::Removed,
        (1, 1) => {
            let headings = pair.is_some_and(|(o, n)| {
                matches!((o.kind, n.kind), (ClauseKind::Heading(_), ClauseKind::Heading(_)))
            });
            match (words, classes.contains(&Class::Link), group.moved) {
                (true, _, _) if headings => Relation::Renamed,
                (true, _, _) | (_, true, _) => Relation::Modified,
                (false, false, true) => Relation::Moved,
                (false, false, false) => Relation::Unchanged,
            }
        }
        (1, _) => Relation::Split,
        _ => Relation::Merged,
    }
}

fn word_counts(ops: &[Op], old: &Joined, new: &Joined) -> (usize, usize) {
    let words = |side: &Joined, range: &Range<usize>| {
        let from = side.tokens.partition_point(|t| t.range.start < range.start);
        let inside = side.tokens[from..].iter().take_while(|t| t.range.end <= range.end);
        inside.filter(|t| t.word).map(|t| words::count(&side.text[t.range.clone()]).max(1)).sum::<usize>()
    };
    ops.iter().fold((0, 0), |(gone, come), op| match op {
        Op::Keep { .. } => (gone, come),
        Op::Delete(range) => (gone + words(old, range), come),
        Op::Insert(range) => (gone, come + words(new, range)),
    })
}

impl Diff {
    /// Checks, on the ranges into both originals, that accepting every change gives the new text and
    /// rejecting every change the old one, and that each clause stands in exactly one entry. Gives
    /// the number of entries checked, or the index of the first that fails.
    pub fn proof(&self, old: &Text, new: &Text) -> Result<usize, usize> {
        let mut seen = (vec![false; old.clauses.len()], vec![false; new.clauses.len()]);
        for (i, change) in self.changes.iter().enumerate() {
            let once = |seen: &mut Vec<bool>, clauses: &[usize]| {
                clauses.iter().all(|c| seen.get_mut(*c).is_some_and(|s| !std::mem::replace(s, true)))
            };
            let covered = once(&mut seen.0, &change.old) && once(&mut seen.1, &change.new);
            if !covered || !change.tiles(&joined(old, &change.old), &joined(new, &change.new)) {
                return Err(i);
            }
        }
        let all = seen.0.iter().chain(&seen.1).all(|s| *s);
        if all { Ok(self.changes.len()) } else { Err(self.changes.len()) }
    }
}

impl Change {
    /// Whether the steps cover both texts from end to end, and keep only what both have.
    fn tiles(&self, old: &str, new: &str) -> bool {
        let (mut o, mut n) = (0, 0);
        for op in &self.ops {
            match op {
                Op::Keep { old: a, new: b } => {
                    let same = || match (old.get(a.clone()), new.get(b.clone())) {
                        (Some(x), Some(y)) => x == y || same_words(x, y),
                        _ => false,
                    };
                    if a.start != o || b.start != n || !same() {
                        return false;
                    }
                    (o, n) = (a.end, b.end);
                }
                Op::Delete(range) => {
                    if range.start != o || range.end < range.start {
                        return false;
                    }
                    o = range.end;
                }
                Op::Insert(range) => {
                    if range.start != n || range.end < range.start {
                        return false;
                    }
                    n = range.end;
                }
            }
        }
        o == old.len() && n == new.len()
    }

    /// Whether a reader who hides typography, numbering and formatting sees nothing of it.
    pub fn is_quiet(&self) -> bool {
        self.relation == Relation::Unchanged && !self.moved
    }

    /// For each of its steps what sort of change it is; none for what is kept.
    pub fn op_classes(&self, old: &Text, new: &Text) -> Vec<Option<Class>> {
        let mut classes = classes::of_ops(&self.ops, &joined(old, &self.old), &joined(new, &self.new));
        let numbers = match (self.old.as_slice(), self.new.as_slice()) {
            ([o], [n]) => (old.clauses[*o].content.number_len, new.clauses[*n].content.number_len),
            _ => (0, 0),
        };
        for (op, class) in self.ops.iter().zip(&mut classes) {
            let number = match op {
                Op::Keep { .. } => false,
                Op::Delete(range) => range.end <= numbers.0,
                Op::Insert(range) => range.end <= numbers.1,
            };
            // A number and the word after it may be one step: then it is what the change is.
            let known = class.is_none_or(|class| self.classes.contains(&class));
            if number {
                *class = Some(Class::Numbering);
            } else if !known {
                *class = self.classes.last().copied();
            }
        }
        classes
    }

    /// Whether the gate asks for the legal team's word on it.
    pub fn needs_word(&self) -> bool {
        matches!(self.relation, Relation::Added | Relation::Removed)
            || [Class::Wording, Class::Link, Class::Date, Class::Case]
                .iter()
                .any(|c| self.classes.contains(c))
    }
}
