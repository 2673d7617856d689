//! What changed beside the words: numbers, kinds of clause, typography, links and emphasis.

use std::collections::BTreeSet;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::{Beside, Class, Joined, Op};
use crate::policy::words::pieces;
use crate::policy::{Clause, ClauseKind, ContainerKind, Style};

pub(super) fn number_change(old: &Clause, new: &Clause) -> Option<Beside> {
    let (a, b) = (old.number(), new.number());
    (a != b).then_some(Beside {
        class: Class::Numbering,
        range: 0..new.content.number_len,
        in_new: true,
        old: a,
        new: b,
    })
}

pub(super) fn kind_change(old: &Clause, new: &Clause) -> Option<Beside> {
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
    // Where it stands is part of its form: an item that became another's, a paragraph that left a list.
    let placed = |c: &Clause| {
        let within = |kind: fn(&ContainerKind) -> bool| c.path.iter().filter(|p| kind(&p.kind)).count();
        let own = usize::from(c.kind == ClauseKind::Item);
        let items = within(|k| matches!(k, ContainerKind::Item(_))).saturating_sub(own);
        let quotes = within(|k| matches!(k, ContainerKind::Quote));
        let mut name = name(c);
        if items > 0 {
            name.push_str(&format!(" within {items} other item{}", if items == 1 { "" } else { "s" }));
        }
        if quotes > 0 && name != "quotation" {
            name.push_str(" in a quotation");
        }
        name
    };
    let (a, b) = (placed(old), placed(new));
    (a != b).then_some(Beside {
        class: Class::Formatting,
        range: 0..new.content.text.len(),
        in_new: true,
        old: a,
        new: b,
    })
}

/// Where kept text is spelt otherwise.
pub(super) fn typography(ops: &[Op], old: &str, new: &str) -> Vec<Beside> {
    let mut found = Vec::new();
    for op in ops {
        let Op::Keep { old: o, new: n } = op else { continue };
        if old[o.clone()] == new[n.clone()] {
            continue;
        }
        for (o, n) in different_pieces(&old[o.clone()], &new[n.clone()], (o.start, n.start)) {
            let (a, b) = (old[o].to_owned(), new[n.clone()].to_owned());
            found.push(Beside { class: Class::Typography, range: n, in_new: true, old: a, new: b });
        }
    }
    found
}

/// The places where two spellings of the same words differ. Both have the same pieces, so that
/// walking them side by side finds each difference in a piece or in the space before it.
fn different_pieces(old: &str, new: &str, at: (usize, usize)) -> Vec<(Range<usize>, Range<usize>)> {
    let (a, b) = (pieces(old), pieces(new));
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
        check(o..x.start, n..y.start);
        check(x.clone(), y.clone());
        (o, n) = (x.end, y.end);
    }
    check(o..old.len(), n..new.len());
    found
}

/// Links, emphasis, images and footnotes that changed on kept words.
pub(super) fn mark_changes(
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
    found.extend(point_changes(ops, (before, &old_marks), (after, &new_marks)));
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

/// An image or the reference to a footnote.
struct Point {
    range: Range<usize>,
    style: Style,
    /// How many kept words and marks stand before it.
    place: usize,
    /// The word before it.
    after: String,
}

/// Images and references to footnotes that came, went, changed, or stand behind other words now.
fn point_changes(
    ops: &[Op],
    (before, old): (&Joined, &[(Range<usize>, &Style)]),
    (after, new): (&Joined, &[(Range<usize>, &Style)]),
) -> Vec<Beside> {
    let points = |side: &Joined, marks: &[(Range<usize>, &Style)], in_new: bool| -> Vec<Point> {
        let points = marks.iter().filter(|(_, style)| style.is_point());
        let point = |(range, style): &(Range<usize>, &Style)| {
            let before = side.tokens.partition_point(|t| t.range.end <= range.start);
            let last = (0..before).rfind(|t| side.tokens[*t].word);
            Point {
                range: range.clone(),
                style: (*style).clone(),
                place: kept_before(ops, side, range.start, in_new),
                after: last.map_or(String::new(), |t| side.word(t).to_owned()),
            }
        };
        points.map(point).collect()
    };
    let (old, new) = (points(before, old, false), points(after, new, true));
    let name = |style: &Style| match style {
        Style::Image { src, alt } => format!("{alt} ({src})").trim_start().to_owned(),
        Style::FootnoteRef(label) => format!("[{label}]"),
        _ => String::new(),
    };
    let styles = |points: &[Point]| points.iter().map(|p| p.style.clone()).collect::<Vec<_>>();
    let mut found = Vec::new();
    for op in capture_diff_slices(Algorithm::Lcs, &styles(&old), &styles(&new)) {
        let (o, n) = (&old[op.old_range()], &new[op.new_range()]);
        let same = matches!(op, DiffOp::Equal { .. });
        for k in 0..o.len().max(n.len()) {
            let (was, is) = (o.get(k), n.get(k));
            let Some(point) = is.or(was) else { continue };
            let said = |p: Option<&Point>| p.map_or(String::new(), |p| name(&p.style));
            let (mut old, mut new) = (said(was), said(is));
            if let (true, Some(was), Some(is)) = (same, was, is) {
                if was.place == is.place {
                    continue;
                }
                // The same word may stand in both places.
                let place = |p: &Point| match was.after == is.after {
                    true => format!("after “{}” ({})", p.after, p.place),
                    false => format!("after “{}”", p.after),
                };
                (old, new) = (format!("{old} {}", place(was)), format!("{new} {}", place(is)));
            }
            found.push(Beside {
                class: Class::Link,
                range: point.range.clone(),
                in_new: is.is_some(),
                old,
                new,
            });
        }
    }
    found
}

/// How many kept words and marks stand before a place of one of the two texts.
fn kept_before(ops: &[Op], side: &Joined, place: usize, in_new: bool) -> usize {
    let count = |op: &Op| {
        let Op::Keep { old, new } = op else { return 0 };
        let range = if in_new { new } else { old };
        let first = side.tokens.partition_point(|t| t.range.start < range.start);
        let kept = side.tokens[first..].iter();
        kept.take_while(|t| t.range.end <= range.end.min(place)).count()
    };
    ops.iter().map(count).sum()
}
