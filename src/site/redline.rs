//! A comparison as a redline: the new text with every change marked where it stands, and what is
//! gone where it stood. Frames around it are templates; the numbers here are those of the table of
//! changes.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::html::{Element, Frame, Links, escape, has_title, heading_level, inline};
use super::messages::Messages;
use super::names;
use crate::policy::diff::{Beside, Change, Class, Op, Relation, SEPARATOR};
use crate::policy::history::Comparison;
use crate::policy::{Clause, ClauseKind, Container, ContainerKind, Mark, Text};

mod one;
mod section;
pub use one::one;
pub use section::section;

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

/// One thing to show.
#[derive(Clone, Copy, Debug)]
enum Shown {
    /// A clause of the new text: the change it is of, and which of that change's new clauses it is.
    New { change: usize, part: usize },
    /// An old clause that was removed, or (`away`) stands elsewhere now.
    Old { change: usize, clause: usize, away: bool },
}

/// The redline of a comparison.
pub fn redline(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    links: Links<'_>,
    messages: &Messages,
) -> String {
    let writer = Writer {
        comparison,
        numbers,
        links,
        messages,
        containers: shared_containers(comparison),
        level: Cell::new(2),
        whole: None,
    };
    let mut out = String::with_capacity(comparison.new.canonical.len() * 3);
    let mut frame = Frame::new(messages.text("table"));
    for shown in order(comparison) {
        writer.write(&mut out, &mut frame, shown);
    }
    frame.leave(&mut out, 0);
    out
}

/// The clauses of the new text in order; an old clause after the clause that it followed.
fn order(comparison: &Comparison<'_>) -> Vec<Shown> {
    let mut after = vec![None; comparison.old.clauses.len()];
    let mut items = Vec::new();
    for (change, c) in comparison.diff.changes.iter().enumerate() {
        for (part, n) in c.new.iter().enumerate() {
            items.push(((n + 1, 0, 0), Shown::New { change, part }));
        }
        for o in c.old.iter().filter(|_| !c.moved) {
            after[*o] = c.new.last().map(|n| n + 1);
        }
    }
    let mut current = 0;
    for place in &mut after {
        current = place.unwrap_or(current);
        *place = Some(current);
    }
    for (change, c) in comparison.diff.changes.iter().enumerate() {
        let gone = c.new.is_empty();
        for clause in c.old.iter().filter(|_| gone || c.moved) {
            let place = after[*clause].unwrap_or_default();
            items.push(((place, 1, *clause), Shown::Old { change, clause: *clause, away: !gone }));
        }
    }
    items.sort_by_key(|(key, _)| *key);
    items.into_iter().map(|(_, shown)| shown).collect()
}

/// Old container → new container, where clauses that became one another stood in them: so that a
/// removed item is shown in the list it was removed from.
fn shared_containers(comparison: &Comparison<'_>) -> BTreeMap<u32, u32> {
    let mut shared = BTreeMap::new();
    for change in &comparison.diff.changes {
        let (Some(o), Some(n)) = (change.old.first(), change.new.first()) else { continue };
        let (old, new) = (&comparison.old.clauses[*o], &comparison.new.clauses[*n]);
        for (depth, (a, b)) in old.path.iter().zip(&new.path).enumerate() {
            if std::mem::discriminant(&a.kind) != std::mem::discriminant(&b.kind) {
                break;
            }
            // An item is the same only if its own words are: else two would stand in one.
            let single = matches!(a.kind, ContainerKind::Item(_) | ContainerKind::Definition);
            let own = |c: &Clause| {
                depth + 1 == c.path.len() && matches!(c.kind, ClauseKind::Item | ClauseKind::Definition)
            };
            if !shared.contains_key(&a.number) && (!single || (own(old) && own(new))) {
                shared.insert(a.number, b.number);
            }
            if shared.get(&a.number) != Some(&b.number) {
                break;
            }
        }
    }
    shared
}

/// Old containers that are nobody's new container are numbered beyond all new ones.
const OLD_CONTAINERS: u32 = 1 << 31;

/// A stretch of a clause's redline.
enum Piece {
    Keep(Range<usize>),
    Delete(Range<usize>),
    Insert(Range<usize>),
}

/// Several clauses as one text, with their marks.
struct Joined {
    text: String,
    marks: Vec<Mark>,
    /// Where each clause's text stands.
    parts: Vec<Range<usize>>,
}

impl Joined {
    fn new(text: &Text, clauses: &[usize]) -> Self {
        let mut joined = Self { text: String::new(), marks: Vec::new(), parts: Vec::new() };
        for (k, c) in clauses.iter().enumerate() {
            if k > 0 {
                joined.text.push_str(SEPARATOR);
            }
            let start = joined.text.len();
            let content = &text.clauses[*c].content;
            joined.text.push_str(&content.text);
            joined.parts.push(start..joined.text.len());
            let place =
                |m: &Mark| Mark { range: m.range.start + start..m.range.end + start, style: m.style.clone() };
            joined.marks.extend(content.marks.iter().map(place));
        }
        joined
    }
}

struct Writer<'a> {
    comparison: &'a Comparison<'a>,
    numbers: &'a [Option<usize>],
    links: Links<'a>,
    messages: &'a Messages,
    containers: BTreeMap<u32, u32>,
    /// The level of the last heading shown.
    level: Cell<usize>,
    /// Where the whole redline is, if this is not it.
    whole: Option<&'a str>,
}

impl Writer<'_> {
    fn write(&self, out: &mut String, frame: &mut Frame<'_>, shown: Shown) {
        match shown {
            Shown::New { change, part } => {
                let c = &self.comparison.diff.changes[change];
                let clause = &self.comparison.new.clauses[c.new[part]];
                let number = self.numbers[change].filter(|_| part == 0);
                self.clause(
                    out,
                    frame,
                    clause,
                    &clause.path,
                    self.comparison.new,
                    &classes(c),
                    number,
                    |out, element, lead| {
                        self.new_content(out, element, lead, c, part);
                    },
                );
            }
            Shown::Old { change, clause, away } => {
                let c = &self.comparison.diff.changes[change];
                let old = &self.comparison.old.clauses[clause];
                let path: Vec<Container> = old.path.iter().map(|p| self.old_container(p)).collect();
                let (class, number) =
                    if away { ("moved-away".to_owned(), None) } else { (classes(c), self.numbers[change]) };
                self.clause(
                    out,
                    frame,
                    old,
                    &path,
                    self.comparison.old,
                    &class,
                    number,
                    |out, element, lead| {
                        if away {
                            self.away_content(out, element, c, change);
                        } else {
                            self.whole(out, element, lead, self.comparison.old, old, "del");
                        }
                    },
                );
            }
        }
    }

    fn old_container(&self, container: &Container) -> Container {
        let number = self.containers.get(&container.number).copied();
        Container {
            number: number.unwrap_or(container.number | OLD_CONTAINERS),
            kind: container.kind.clone(),
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one call for each side, and each needs all of it")]
    fn clause(
        &self,
        out: &mut String,
        frame: &mut Frame<'_>,
        clause: &Clause,
        path: &[Container],
        text: &Text,
        class: &str,
        number: Option<usize>,
        content: impl FnOnce(&mut String, &Element, &str),
    ) {
        // Old headings stand between new ones here, and no level may be skipped.
        let top = self.whole.map_or(2, |_| section::TOP);
        let level =
            heading_level(text, clause, has_title(self.comparison.new)).clamp(top, self.level.get() + 1);
        let element = Element::of(clause, level);
        if let Element::Heading(level) = element {
            self.level.set(level);
        }
        let mut attributes = format!("class=\"clause {class}\"");
        if let Some(n) = number.filter(|_| self.whole.is_none()) {
            let _ = write!(attributes, " id=\"change-{n}\" data-change=\"{n}\"");
        }
        frame.enter(out, path, &element, &attributes);
        element.open(out, &attributes);
        let lead = number.map_or(String::new(), |n| self.number(n));
        // A row's number stands in its first cell.
        let in_cell = matches!(element, Element::Row { .. });
        if !in_cell {
            out.push_str(&lead);
        }
        content(out, &element, if in_cell { &lead } else { "" });
        element.close(out);
    }

    fn label(&self, text: &Text, clause: usize) -> String {
        label(text, clause, self.messages.text("preamble"))
    }

    fn number(&self, n: usize) -> String {
        let label = escape(&self.messages.fill("change_n", &[("n", &n.to_string())]));
        let place = self.place(n);
        format!("<a class=\"change-number\" href=\"{place}\" aria-label=\"{label}\">{n}</a> ")
    }

    /// A clause that is all added or all removed.
    fn whole(
        &self,
        out: &mut String,
        element: &Element,
        lead: &str,
        text: &Text,
        clause: &Clause,
        tag: &str,
    ) {
        let content = &clause.content;
        let mut start = 0;
        for (column, cell) in cells(element, &content.text).into_iter().enumerate() {
            element.open_cell(out, column);
            if column == 0 {
                out.push_str(lead);
            }
            if !cell.is_empty() || !content.marks.is_empty() || matches!(element, Element::Row { .. }) {
                let _ = write!(out, "<{tag} class=\"whole\">");
                self.inline(
                    out,
                    &content.text,
                    &content.marks,
                    start..start + cell.len(),
                    text,
                    tag != "del",
                );
                let _ = write!(out, "</{tag}>");
            }
            element.close_cell(out);
            start += cell.len() + 1;
        }
    }

    fn new_content(&self, out: &mut String, element: &Element, lead: &str, change: &Change, part: usize) {
        let new = Joined::new(self.comparison.new, &change.new);
        if change.relation == Relation::Added {
            return self.whole(
                out,
                element,
                lead,
                self.comparison.new,
                &self.comparison.new.clauses[change.new[part]],
                "ins",
            );
        }
        let old = Joined::new(self.comparison.old, &change.old);
        let row = matches!(element, Element::Row { .. });
        let mut column = 0;
        element.open_cell(out, column);
        out.push_str(lead);
        for piece in pieces(change, &new, part) {
            let (tag, side, range, text) = match &piece {
                Piece::Keep(range) => ("", &new, range, self.comparison.new),
                Piece::Insert(range) => ("ins", &new, range, self.comparison.new),
                Piece::Delete(range) => ("del", &old, range, self.comparison.old),
            };
            // Cells and joined clauses have borders that no run of words may cross; where clauses were
            // split or joined, the space that stood between them is no change to be marked.
            let border = if tag == "del" { SEPARATOR } else { "\t" };
            let mut start = range.start;
            for (k, run) in side.text[range.clone()].split(border).enumerate() {
                if k > 0 {
                    match tag {
                        "del" => out.push_str("<del class=\"break\">¶</del> "),
                        _ if row => {
                            element.close_cell(out);
                            column += 1;
                            element.open_cell(out, column);
                        }
                        _ => out.push(' '),
                    }
                    start += border.len();
                }
                let marked =
                    !tag.is_empty() && (change.new.len() + change.old.len() == 2 || !run.trim().is_empty());
                if !run.is_empty() && (marked || tag != "del") {
                    let (open, close) =
                        if marked { (format!("<{tag}>"), format!("</{tag}>")) } else { Default::default() };
                    out.push_str(&open);
                    self.inline(out, &side.text, &side.marks, start..start + run.len(), text, tag != "del");
                    out.push_str(&close);
                }
                start += run.len();
            }
        }
        self.notes(out, change, part);
        element.close_cell(out);
    }

    /// Removed words lead nowhere: their links are shown as words.
    fn inline(
        &self,
        out: &mut String,
        text: &str,
        marks: &[Mark],
        range: Range<usize>,
        of: &Text,
        linked: bool,
    ) {
        let href = |link: &str| {
            // Places in this text are on another page than this one.
            if linked && !link.starts_with('#') { self.links.href(link, of) } else { None }
        };
        if linked {
            return inline(out, text, marks, range, &href, &self.links);
        }
        let plain: Vec<Mark> = marks.iter().filter(|m| !m.style.is_link()).cloned().collect();
        inline(out, text, &plain, range, &href, &self.links);
    }

    /// What stands at the old place of a clause that moved.
    fn away_content(&self, out: &mut String, element: &Element, change: &Change, index: usize) {
        if let Element::Row { columns, .. } = element {
            let _ = write!(out, "<td colspan=\"{}\">", columns.len().max(1));
        }
        let to = change.new.first().map_or(String::new(), |n| self.label(self.comparison.new, *n));
        let text = escape(&self.messages.fill("moved_to", &[("to", &to)]));
        let _ = match self.numbers[index] {
            Some(n) => write!(out, "<a class=\"change-note\" href=\"{}\">{text}</a>", self.place(n)),
            None => write!(out, "<span class=\"change-note\">{text}</span>"),
        };
        if let Element::Row { .. } = element {
            out.push_str("</td>");
        }
    }

    /// What is to be said of a change beside its words.
    fn notes(&self, out: &mut String, change: &Change, part: usize) {
        if part > 0 {
            return;
        }
        let from =
            change.old.iter().map(|o| self.label(self.comparison.old, *o)).collect::<Vec<_>>().join(" · ");
        let mut say = |key: &str, values: &[(&str, &str)]| {
            let _ = write!(
                out,
                " <span class=\"change-note\">{}</span>",
                escape(&self.messages.fill(key, values))
            );
        };
        match change.relation {
            Relation::Merged => say("merged_from", &[("from", &from)]),
            Relation::Split => say("split_from", &[("from", &from)]),
            _ if change.moved => say("moved_from", &[("from", &from)]),
            _ => {}
        }
        for Beside { class, old, new, .. } in &change.beside {
            let values = [("old", old.as_str()), ("new", new.as_str())];
            match class {
                Class::Link if old.is_empty() => say("link_added", &values),
                Class::Link if new.is_empty() => say("link_removed", &values),
                Class::Link => say("link_changed", &values),
                Class::Numbering => say("number_changed", &values),
                Class::Formatting => say("formatting_changed", &values),
                Class::Typography | Class::Wording | Class::Date | Class::Case => {}
            }
        }
        if change.classes.contains(&Class::Typography) {
            say("typography_changed", &[]);
        }
    }
}

fn cells<'t>(element: &Element, text: &'t str) -> Vec<&'t str> {
    if matches!(element, Element::Row { .. }) { text.split('\t').collect() } else { vec![text] }
}

/// The classes of a clause in the page: what became of it, and what sorts of change there are.
fn classes(change: &Change) -> String {
    let mut classes = vec![names::relation_name(change.relation)];
    if change.moved && change.relation != Relation::Moved {
        classes.push("moved");
    }
    let noise = change.classes.iter().filter(|c| !matches!(c, Class::Wording)).map(|c| names::class_name(*c));
    classes.extend(noise);
    classes.join(" ")
}

/// The steps of a change that fall into one of its new clauses. What was deleted between two new
/// clauses is shown at the end of the first.
fn pieces(change: &Change, new: &Joined, part: usize) -> Vec<Piece> {
    let own = &new.parts[part];
    let until = new.parts.get(part + 1).map_or(usize::MAX, |next| next.start);
    let mut at = 0;
    let mut pieces = Vec::new();
    let cut = |range: &Range<usize>| range.start.max(own.start)..range.end.min(own.end);
    for op in &change.ops {
        match op {
            Op::Keep { new: range, .. } | Op::Insert(range) => {
                at = range.end;
                let inside = cut(range);
                if inside.start < inside.end {
                    let keep = matches!(op, Op::Keep { .. });
                    pieces.push(if keep { Piece::Keep(inside) } else { Piece::Insert(inside) });
                }
            }
            Op::Delete(range) => {
                if own.start <= at && at < until {
                    pieces.push(Piece::Delete(range.clone()));
                }
            }
        }
    }
    pieces
}
