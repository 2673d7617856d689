//! What changed between two texts: the words inside each aligned clause, and what is beside them.
//!
//! The result holds ranges into the two originals and no text of its own. For every clause the
//! kept and deleted ranges together are the old clause, the kept and inserted ones the new clause;
//! [`Diff::proof`] checks that on the values themselves, and [`crate::site`] refuses to publish a
//! pair that fails it. Where a clause became several, their texts are joined by a blank line.
//!
//! Order of work for one pair of clauses: equal words by `similar`'s histogram diff over keys
//! (no deadline: the same two texts give the same diff on any machine), then kept words that stand
//! alone between two changes are given up, since a reader takes such a run as one change, then
//! white space goes to whichever side makes the marks tight.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::align::{self, Group};
use super::words::{Lexicon, Token};
use super::{Clause, ClauseKind, ContainerKind, Style, Text};

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
    let (old_tokens, new_tokens) = align::tokens(old, new);
    let groups = align::align(old, new, (&old_tokens, &new_tokens), was);
    let changes = groups.into_iter().map(|g| change(g, (old, &old_tokens), (new, &new_tokens))).collect();
    Diff { changes }
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
    /// Where each clause's text begins.
    starts: Vec<usize>,
}

impl Joined {
    fn new((text, tokens): (&Text, &[Vec<Token>]), clauses: &[usize]) -> Self {
        let mut joined = Self { text: String::new(), tokens: Vec::new(), starts: Vec::new() };
        for (k, c) in clauses.iter().enumerate() {
            if k > 0 {
                joined.text.push_str(SEPARATOR);
            }
            let start = joined.text.len();
            joined.starts.push(start);
            joined.text.push_str(&text.clauses[*c].content.text);
            joined.tokens.extend(
                tokens[*c].iter().map(|t| Token { range: t.range.start + start..t.range.end + start, ..*t }),
            );
        }
        joined
    }
}

fn change(group: Group, old: (&Text, &[Vec<Token>]), new: (&Text, &[Vec<Token>])) -> Change {
    let (before, after) = (Joined::new(old, &group.old), Joined::new(new, &group.new));
    let old_clauses: Vec<&Clause> = group.old.iter().map(|c| &old.0.clauses[*c]).collect();
    let new_clauses: Vec<&Clause> = group.new.iter().map(|c| &new.0.clauses[*c]).collect();
    let mut ops = Vec::new();
    let mut beside = Vec::new();
    let pair = match (old_clauses.as_slice(), new_clauses.as_slice()) {
        ([o], [n]) => Some((*o, *n)),
        _ => None,
    };
    // A heading's number is no word: it is set beside the words before they are compared.
    let numbers = pair.map_or((0, 0), |(o, n)| (o.content.number_len, n.content.number_len));
    if numbers != (0, 0) {
        ops.push(Op::Keep { old: 0..numbers.0, new: 0..numbers.1 });
    }
    match (group.old.is_empty(), group.new.is_empty()) {
        // Also what is no word at all is deleted or inserted where nothing stands on the other side.
        (true, _) => push(&mut ops, Op::Insert(0..after.text.len())),
        (_, true) => push(&mut ops, Op::Delete(0..before.text.len())),
        _ => ops.extend(compare(&before, &after, numbers)),
    }
    let ops = joined_ops(ops);
    if let Some((o, n)) = pair {
        beside.extend(number_change(o, n));
        beside.extend(kind_change(o, n));
    }
    beside.extend(typography(&ops, &before.text, &after.text, numbers));
    if !group.old.is_empty() && !group.new.is_empty() {
        beside.extend(mark_changes(&ops, (&before, &old_clauses), (&after, &new_clauses)));
    }
    let words = word_counts(&ops, &before, &after);
    let mut classes: BTreeSet<Class> = beside.iter().map(|b| b.class).collect();
    if ops.iter().any(|op| !matches!(op, Op::Keep { .. })) {
        classes.insert(if only_dates(&ops, &before.text, &after.text) {
            Class::Date
        } else {
            Class::Wording
        });
    }
    let relation = relation(&group, &classes, pair);
    Change { relation, moved: group.moved, old: group.old, new: group.new, ops, classes, beside, words }
}

fn relation(group: &Group, classes: &BTreeSet<Class>, pair: Option<(&Clause, &Clause)>) -> Relation {
    let words = classes.contains(&Class::Wording) || classes.contains(&Class::Date);
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

/// A stretch of tokens kept or changed: `old` and `new` are token ranges.
#[derive(Clone, Debug)]
struct Stretch {
    kept: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// The steps between two joined texts, after their numbers.
fn compare(old: &Joined, new: &Joined, numbers: (usize, usize)) -> Vec<Op> {
    let first = |side: &Joined, from: usize| side.tokens.partition_point(|t| t.range.start < from);
    let (old_first, new_first) = (first(old, numbers.0), first(new, numbers.1));
    let keys = |side: &Joined, from: usize| side.tokens[from..].iter().map(|t| t.key).collect::<Vec<_>>();
    let (old_keys, new_keys) = (keys(old, old_first), keys(new, new_first));
    let mut stretches: Vec<Stretch> = Vec::new();
    for op in capture_diff_slices(Algorithm::Histogram, &old_keys, &new_keys) {
        let (old, new) = (op.old_range(), op.new_range());
        stretches.push(Stretch {
            kept: matches!(op, DiffOp::Equal { .. }),
            old: old.start + old_first..old.end + old_first,
            new: new.start + new_first..new.end + new_first,
        });
    }
    let stretches = give_up_islands(stretches, old);
    spaced(&stretches, old, new, numbers)
}

/// Joins changes that only a lone word, or a mark of punctuation, keeps apart; and gives up on a
/// clause of which hardly a word was kept.
fn give_up_islands(stretches: Vec<Stretch>, old: &Joined) -> Vec<Stretch> {
    let words = |range: &Range<usize>| old.tokens[range.clone()].iter().filter(|t| t.word).count();
    let size = |s: &Stretch| s.old.len() + s.new.len();
    let last = stretches.len().saturating_sub(1);
    let lone: Vec<bool> = stretches
        .iter()
        .enumerate()
        .map(|(i, s)| {
            // At the ends there is no change on one side, and a kept word there is an anchor.
            let inside = s.kept && i > 0 && i < last;
            inside
                && words(&s.old) <= 1
                && size(&stretches[i - 1]) + size(&stretches[i + 1]) >= 2 * (s.old.len() + 1)
        })
        .collect();
    let kept_words: usize =
        stretches.iter().zip(&lone).filter(|(s, l)| s.kept && !**l).map(|(s, _)| words(&s.old)).sum();
    let all = old.tokens.iter().filter(|t| t.word).count();
    let hopeless = all >= 8 && kept_words * 8 < all;
    let mut out: Vec<Stretch> = Vec::new();
    for (stretch, lone) in stretches.into_iter().zip(lone) {
        let kept = stretch.kept && !lone && !hopeless;
        match out.last_mut() {
            Some(previous) if previous.kept == kept => {
                previous.old.end = stretch.old.end;
                previous.new.end = stretch.new.end;
            }
            _ => out.push(Stretch { kept, ..stretch }),
        }
    }
    out
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
            gap(ops, old, new, (o.start..ow.start, n.start..nw.start));
            push(ops, Op::Delete(ow.clone()));
            push(ops, Op::Insert(nw.clone()));
            gap(ops, old, new, (ow.end..o.end, nw.end..n.end));
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

fn push(ops: &mut Vec<Op>, op: Op) {
    let empty = match &op {
        Op::Keep { old, new } => old.is_empty() && new.is_empty(),
        Op::Delete(range) | Op::Insert(range) => range.is_empty(),
    };
    if !empty {
        ops.push(op);
    }
}

/// One step where several of a sort follow each other; deletions before insertions.
fn joined_ops(ops: Vec<Op>) -> Vec<Op> {
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

fn number_change(old: &Clause, new: &Clause) -> Option<Beside> {
    let (a, b) = (old.number(), new.number());
    (a != b).then(|| Beside {
        class: Class::Numbering,
        range: 0..new.content.number_len,
        in_new: true,
        old: a,
        new: b,
    })
}

fn kind_change(old: &Clause, new: &Clause) -> Option<Beside> {
    let name = |c: &Clause| -> String {
        let ordered = c.path.iter().rev().find_map(|p| match p.kind {
            ContainerKind::List { ordered } => Some(ordered),
            _ => None,
        });
        match (c.kind, ordered) {
            (ClauseKind::Heading(level), _) => format!("heading {level}"),
            (ClauseKind::Item, Some(true)) => "numbered item".to_owned(),
            (ClauseKind::Item, _) => "item".to_owned(),
            (ClauseKind::Row { header: true }, _) => "head of a table".to_owned(),
            (ClauseKind::Row { header: false }, _) => "row".to_owned(),
            (ClauseKind::Code, _) => "code".to_owned(),
            (ClauseKind::Term, _) => "term".to_owned(),
            (ClauseKind::Definition, _) => "definition".to_owned(),
            (ClauseKind::Paragraph, _) => match c.path.last().map(|p| &p.kind) {
                Some(ContainerKind::Quote) => "quotation".to_owned(),
                Some(ContainerKind::Footnote(_)) => "footnote".to_owned(),
                _ => "paragraph".to_owned(),
            },
        }
    };
    let (a, b) = (name(old), name(new));
    (a != b).then(|| Beside {
        class: Class::Formatting,
        range: 0..new.content.text.len(),
        in_new: true,
        old: a,
        new: b,
    })
}

/// Where kept text is spelt otherwise.
fn typography(ops: &[Op], old: &str, new: &str, numbers: (usize, usize)) -> Vec<Beside> {
    let mut found = Vec::new();
    for op in ops {
        let Op::Keep { old: o, new: n } = op else { continue };
        let (o, n) = (o.start.max(numbers.0)..o.end, n.start.max(numbers.1)..n.end);
        if o.start > o.end || n.start > n.end || old[o.clone()] == new[n.clone()] {
            continue;
        }
        for (o, n) in different_pieces(&old[o.clone()], &new[n.clone()], (o.start, n.start)) {
            let (a, b) = (old[o].to_owned(), new[n.clone()].to_owned());
            found.push(Beside { class: Class::Typography, range: n, in_new: true, old: a, new: b });
        }
    }
    found
}

/// The places where two spellings of the same words differ. Both have the same tokens, so that
/// walking them side by side finds each difference in a token or in the space before it.
fn different_pieces(old: &str, new: &str, at: (usize, usize)) -> Vec<(Range<usize>, Range<usize>)> {
    let (a, b) = (Lexicon::default().tokens(old), Lexicon::default().tokens(new));
    let mut found = Vec::new();
    if a.len() != b.len() {
        return vec![(at.0..at.0 + old.len(), at.1..at.1 + new.len())];
    }
    let (mut o, mut n) = (0, 0);
    let mut check = |o: Range<usize>, n: Range<usize>| {
        if old[o.clone()] != new[n.clone()] {
            found.push((at.0 + o.start..at.0 + o.end, at.1 + n.start..at.1 + n.end));
        }
    };
    for (x, y) in a.iter().zip(&b) {
        check(o..x.range.start, n..y.range.start);
        check(x.range.clone(), y.range.clone());
        (o, n) = (x.range.end, y.range.end);
    }
    check(o..old.len(), n..new.len());
    found
}

/// Links, emphasis, images and footnotes that changed on kept words.
fn mark_changes(
    ops: &[Op],
    (before, old): (&Joined, &[&Clause]),
    (after, new): (&Joined, &[&Clause]),
) -> Vec<Beside> {
    let mut found = Vec::new();
    let (old_marks, new_marks) = (placed_marks(before, old), placed_marks(after, new));
    if old_marks.is_empty() && new_marks.is_empty() {
        return found;
    }
    // A run of kept words under the same change of style is one change.
    let mut runs: Vec<(Class, Range<usize>, String, String)> = Vec::new();
    for op in ops {
        let Op::Keep { old: o, new: n } = op else { continue };
        let words = |side: &Joined, r: &Range<usize>| {
            let from = side.tokens.partition_point(|t| t.range.start < r.start);
            let to = side.tokens.partition_point(|t| t.range.end <= r.end);
            from..to.max(from)
        };
        for (a, b) in words(before, o).zip(words(after, n)) {
            let (a, b) = (&before.tokens[a].range, &after.tokens[b].range);
            let differ = style_difference(&old_marks, a, &new_marks, b);
            for (class, was, is) in differ {
                match runs.iter_mut().rev().find(|r| r.0 == class && r.2 == was && r.3 == is) {
                    Some(run) if adjacent(&after.text, run.1.end, b.start) => run.1.end = b.end,
                    _ => runs.push((class, b.clone(), was, is)),
                }
            }
        }
    }
    found.extend(runs.into_iter().map(|(class, range, old, new)| Beside {
        class,
        range,
        in_new: true,
        old,
        new,
    }));
    found.extend(point_changes(&old_marks, &new_marks));
    found
}

fn adjacent(text: &str, end: usize, start: usize) -> bool {
    end <= start && text[end..start].chars().all(char::is_whitespace)
}

/// The marks of joined clauses, placed in the joined text.
fn placed_marks<'a>(side: &Joined, clauses: &[&'a Clause]) -> Vec<(Range<usize>, &'a Style)> {
    let place = |(start, clause): (&usize, &&'a Clause)| {
        let start = *start;
        clause
            .content
            .marks
            .iter()
            .map(move |m| (m.range.start + start..m.range.end + start, &m.style))
            .collect::<Vec<_>>()
    };
    side.starts.iter().zip(clauses).flat_map(place).collect()
}

fn style_difference(
    old: &[(Range<usize>, &Style)],
    at_old: &Range<usize>,
    new: &[(Range<usize>, &Style)],
    at_new: &Range<usize>,
) -> Vec<(Class, String, String)> {
    let over = |marks: &[(Range<usize>, &Style)], at: &Range<usize>| {
        let covers = |r: &Range<usize>| r.start < at.end && at.start < r.end;
        let mut link = String::new();
        let mut emphasis = BTreeSet::new();
        for (_, style) in marks.iter().filter(|(r, _)| covers(r)) {
            match style {
                Style::Link(target) => link = target.clone(),
                Style::Strong => drop(emphasis.insert("strong")),
                Style::Emphasis => drop(emphasis.insert("emphasis")),
                Style::Strike => drop(emphasis.insert("struck")),
                Style::Code => drop(emphasis.insert("code")),
                Style::Image { .. } | Style::FootnoteRef(_) => {}
            }
        }
        (link, emphasis.into_iter().collect::<Vec<_>>().join(", "))
    };
    let ((old_link, old_emphasis), (new_link, new_emphasis)) = (over(old, at_old), over(new, at_new));
    let mut found = Vec::new();
    if old_link != new_link {
        found.push((Class::Link, old_link, new_link));
    }
    if old_emphasis != new_emphasis {
        found.push((Class::Formatting, old_emphasis, new_emphasis));
    }
    found
}

/// Images and references to footnotes that came, went or changed.
fn point_changes(old: &[(Range<usize>, &Style)], new: &[(Range<usize>, &Style)]) -> Vec<Beside> {
    let points = |marks: &[(Range<usize>, &Style)]| -> Vec<(Range<usize>, Style)> {
        marks.iter().filter(|(_, s)| s.is_point()).map(|(r, s)| (r.clone(), (*s).clone())).collect()
    };
    let (old, new) = (points(old), points(new));
    let name = |style: &Style| match style {
        Style::Image { src, alt } => format!("{alt} ({src})").trim_start().to_owned(),
        Style::FootnoteRef(label) => format!("[{label}]"),
        _ => String::new(),
    };
    let styles = |points: &[(Range<usize>, Style)]| points.iter().map(|p| p.1.clone()).collect::<Vec<_>>();
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Lcs, &styles(&old), &styles(&new)) {
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let (o, n) = (&old[op.old_range()], &new[op.new_range()]);
        for k in 0..o.len().max(n.len()) {
            let (was, is) = (o.get(k), n.get(k));
            let Some((range, _)) = is.or(was) else { continue };
            found.push(Beside {
                class: Class::Link,
                range: range.clone(),
                in_new: is.is_some(),
                old: was.map_or(String::new(), |p| name(&p.1)),
                new: is.map_or(String::new(), |p| name(&p.1)),
            });
        }
    }
    found
}

fn word_counts(ops: &[Op], old: &Joined, new: &Joined) -> (usize, usize) {
    let words = |side: &Joined, range: &Range<usize>| {
        let from = side.tokens.partition_point(|t| t.range.start < range.start);
        side.tokens[from..].iter().take_while(|t| t.range.end <= range.end).filter(|t| t.word).count()
    };
    ops.iter().fold((0, 0), |(gone, come), op| match op {
        Op::Keep { .. } => (gone, come),
        Op::Delete(range) => (gone + words(old, range), come),
        Op::Insert(range) => (gone, come + words(new, range)),
    })
}

/// Whether every changed word is part of a date.
fn only_dates(ops: &[Op], old: &str, new: &str) -> bool {
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
        let number = self.beside.iter().any(|b| b.class == Class::Numbering);
        for (k, op) in self.ops.iter().enumerate() {
            match op {
                Op::Keep { old: a, new: b } => {
                    let same = || match (old.get(a.clone()), new.get(b.clone())) {
                        (Some(x), Some(y)) => x == y || (number && k == 0) || same_words(x, y),
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

    /// Whether the gate asks for the legal team's word on it.
    pub fn needs_word(&self) -> bool {
        matches!(self.relation, Relation::Added | Relation::Removed)
            || [Class::Wording, Class::Link, Class::Date].iter().any(|c| self.classes.contains(c))
    }
}

/// Equal but for typography.
fn same_words(old: &str, new: &str) -> bool {
    let mut lexicon = Lexicon::default();
    let mut keys = |text: &str| lexicon.tokens(text).into_iter().map(|t| t.key).collect::<Vec<_>>();
    keys(old) == keys(new)
}
