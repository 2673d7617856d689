//! The clauses of a redline as HTML.

use std::cell::Cell;
use std::fmt::Write as _;
use std::ops::Range;

use super::folds::{Folds, Marker, State, folds};
use super::notes::{Notes, affected};
use super::order::{Item, Shown, items};
use super::pieces::{Fate, Piece, Sides, runs};
use super::{left, place};
use crate::policy::diff::{Change, Class, Relation, SEPARATOR};
use crate::policy::history::Comparison;
use crate::policy::{Clause, ClauseKind, ContainerKind, Mark, Text};
use crate::site::html::{Element, Frame, Links, escape, inline};
use crate::site::messages::{Messages, fill};
use crate::site::names;

pub(super) struct Writer<'a> {
    comparison: &'a Comparison<'a>,
    numbers: &'a [Option<usize>],
    links: Links<'a>,
    messages: &'a Messages,
    pub(super) items: Vec<Item<'a>>,
    folds: Folds,
    notes: Notes<'a>,
    /// Of a part of a redline on another page: where the whole stands.
    whole: Option<&'a str>,
    /// The level of the last heading shown.
    level: Cell<usize>,
}

/// The level of the first headings of a part: it stands below headings of its own page.
pub(super) const TOP: usize = 5;

/// How the words of a clause are shown.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// In the new clause, with what is gone where it stood.
    Inline,
    /// By itself.
    Alone,
    /// At the place it moved from.
    MovedAway,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        comparison: &'a Comparison<'a>,
        numbers: &'a [Option<usize>],
        links: Links<'a>,
        messages: &'a Messages,
    ) -> Self {
        let items = items(comparison);
        let folds = folds(&items);
        let left = items.iter().filter_map(|item| match item.shown {
            Shown::MovedAway { change, part } | Shown::MergedAway { change, part } => Some((change, part)),
            Shown::New { .. } | Shown::Removed { .. } => None,
        });
        let left = left.collect();
        let affected = affected(comparison, numbers);
        let notes = Notes { comparison, messages, affected, left, whole: "", speech: String::new() };
        Self { comparison, numbers, links, messages, items, folds, notes, whole: None, level: Cell::new(2) }
    }

    /// The same for parts on a page of which the whole redline is none: places and numbers are those of
    /// the page `whole`, and only the view with all marks in one text is there.
    pub(super) fn parts(self, whole: &'a str) -> Self {
        let notes = Notes { whole, ..self.notes };
        Self { whole: Some(whole), level: Cell::new(TOP - 1), notes, ..self }
    }

    /// The same on a page that speaks another language than the text: what is said of a change is in the
    /// language of the page.
    pub(super) fn spoken(self) -> Self {
        let (tag, dir) = (escape(&self.messages.tag), escape(&self.messages.dir));
        let notes = Notes { speech: format!(" lang=\"{tag}\" dir=\"{dir}\""), ..self.notes };
        Self { notes, ..self }
    }

    /// The entries for which `shown` holds, with what nobody understands them without: the head of a
    /// row's table, the term of a definition.
    pub(super) fn some(&self, table_label: &str, shown: &dyn Fn(usize) -> bool) -> String {
        let mut out = String::new();
        let mut frame = Frame::new(table_label).of_another_page();
        let mut lead: Option<(usize, &Item<'_>)> = None;
        for (i, item) in self.items.iter().enumerate() {
            match leads(item.clause) {
                Role::Lead => lead = Some((i, item)),
                Role::Free => lead = None,
                Role::Led => {}
            }
            if !shown(item.shown.change()) {
                continue;
            }
            // A lead that is shown itself was written when it came.
            if let Some((i, lead)) = lead.take().filter(|(_, lead)| !shown(lead.shown.change())) {
                self.item(&mut out, &mut frame, i, lead);
            }
            self.item(&mut out, &mut frame, i, item);
        }
        frame.leave(&mut out, 0);
        out
    }

    /// One entry, no part of any list, and without its number.
    pub(super) fn one(&self, change: usize) -> String {
        let mut out = String::new();
        for item in self.items.iter().filter(|i| i.shown.change() == change && i.shown.is_told_here()) {
            let element = match Element::of(item.clause, TOP) {
                Element::Heading(_) | Element::Inside | Element::Term => Element::Paragraph,
                other => other,
            };
            let row = matches!(element, Element::Row { .. });
            let Some(entry) = self.comparison.diff.changes.get(change) else { continue };
            let part = item.shown.part();
            let class = classes(entry, part, item.state.is_quiet());
            out.push_str(if row { "<table><tbody>" } else { "" });
            element.open(&mut out, &format!("class=\"clause {class}\""));
            self.content(&mut out, &element, item, entry, (change, part), "");
            element.close(&mut out);
            out.push_str(if row { "</tbody></table>" } else { "" });
        }
        out
    }

    pub(super) fn all(&self) -> String {
        let mut out = String::with_capacity(self.comparison.new.canonical.len() * 3);
        let mut frame = Frame::new(self.messages.text("table"));
        frame.classes =
            self.folds.containers.iter().map(|(number, state)| (*number, state.folds())).collect();
        for (i, item) in self.items.iter().enumerate() {
            if let Some(marker) = self.folds.markers.get(&i) {
                self.marker(&mut out, &mut frame, item, marker);
            }
            self.item(&mut out, &mut frame, i, item);
        }
        frame.leave(&mut out, 0);
        out
    }

    /// How many clauses are folded here, where they are.
    fn marker(&self, out: &mut String, frame: &mut Frame<'_>, item: &Item<'_>, marker: &Marker) {
        let (tag, inner) = match frame.between(out, &item.path) {
            Some(ContainerKind::List { .. }) => ("li", String::new()),
            Some(ContainerKind::Definitions) => ("dd", String::new()),
            Some(ContainerKind::Table(columns)) => {
                ("tr", format!("<td colspan=\"{}\">", columns.len().max(1)))
            }
            _ => ("p", String::new()),
        };
        let mut write = |class: &str, text: &str| {
            let _ = writeln!(out, "<{tag} class=\"fold{class}\">{inner}{text}</{tag}>");
        };
        let mut told = String::new();
        for (classes, n) in marker {
            let names: Vec<&str> = classes.iter().map(|c| names::class_name(*c)).collect();
            let unless: String = names.iter().map(|name| format!(" unless-{name}")).collect();
            let word = |name: &&str| self.messages.text(&format!("class_{name}")).to_owned();
            let words: Vec<String> = names.iter().map(word).collect();
            let text = if classes.is_empty() {
                escape(&self.messages.count("folded", *n))
            } else {
                let text = self.messages.count("folded_noise", *n);
                escape(&fill(&text, [("classes", words.join(", ").as_str())]))
            };
            match (classes.is_empty(), told.is_empty()) {
                (true, _) => told = text,
                (false, true) => write(&unless, &text),
                (false, false) => {
                    let _ = write!(told, "<span class=\"folded{unless}\"> · {text}</span>");
                }
            }
        }
        if !told.is_empty() {
            write("", &told);
        }
    }

    fn item(&self, out: &mut String, frame: &mut Frame<'_>, index: usize, item: &Item<'_>) {
        let (at, part) = (item.shown.change(), item.shown.part());
        let change = &self.comparison.diff.changes[at];
        let number = self.numbers.get(at).copied().flatten();
        // Old headings stand between new ones here, and no level may be skipped.
        let top = if self.whole.is_some() { TOP } else { 2 };
        let level = item.level.unwrap_or(top).clamp(top, (self.level.get() + 1).clamp(top, 6));
        let element = Element::of(item.clause, level);
        if let Element::Heading(level) = element {
            self.level.set(level);
        }
        let (class, id) = match item.shown {
            Shown::New { .. } => {
                (classes(change, part, item.state.is_quiet()), number.map(|n| place(n, part)))
            }
            Shown::Removed { .. } => (classes(change, 0, false), number.map(|n| place(n, part))),
            Shown::MovedAway { .. } => ("moved-away changed".to_owned(), number.map(|n| left(n, part))),
            Shown::MergedAway { .. } => ("merged-away changed".to_owned(), number.map(|n| left(n, part))),
        };
        let own_page = self.whole.is_none();
        let folds = self.folds.items.get(index).filter(|_| own_page).map(State::folds).unwrap_or_default();
        let mut attributes = format!("class=\"clause {class}{folds}\"");
        if let Some(id) = id.filter(|_| own_page) {
            let _ = write!(attributes, " id=\"{id}\"");
        }
        let counted = matches!(item.shown, Shown::New { part: 0, .. } | Shown::Removed { part: 0, .. });
        let lead = match number.filter(|_| counted) {
            Some(n) => {
                if own_page {
                    let _ = write!(attributes, " data-change=\"{n}\"");
                }
                self.number(n)
            }
            None => String::new(),
        };
        frame.enter(out, &item.path, &element, &attributes);
        element.open(out, &attributes);
        self.content(out, &element, item, change, (at, part), &lead);
        element.close(out);
    }

    fn number(&self, n: usize) -> String {
        let label = escape(&self.messages.fill("change_n", &[("n", &n.to_string())]));
        let whole = escape(self.whole.unwrap_or_default());
        format!("<a class=\"change-number\" href=\"{whole}#change-{n}\" aria-label=\"{label}\">{n}</a> ")
    }

    pub(super) fn content(
        &self,
        out: &mut String,
        element: &Element,
        item: &Item<'_>,
        change: &Change,
        (at, part): (usize, usize),
        lead: &str,
    ) {
        let row = matches!(element, Element::Row { .. });
        let number = self.numbers.get(at).copied().flatten();
        let sides = Sides::new(change, self.comparison.old, self.comparison.new);
        let mut notes = String::new();
        let cells = match item.shown {
            Shown::New { .. } if change.relation == Relation::Added => {
                self.notes.here(&mut notes, at, part, number);
                self.cells(&sides, &sides.both(part), View::Alone, row)
            }
            Shown::New { .. } => {
                self.notes.here(&mut notes, at, part, number);
                self.views(&sides, part, row)
            }
            Shown::Removed { .. } => self.cells(&sides, &sides.old_alone(Some(part)), View::Alone, row),
            Shown::MovedAway { .. } => {
                notes.push(' ');
                self.notes.away(&mut notes, "moved_to", change, number.unwrap_or_default());
                self.cells(&sides, &sides.old_alone(Some(part)), View::MovedAway, row)
            }
            Shown::MergedAway { .. } => {
                self.notes.away(&mut notes, "merged_into", change, number.unwrap_or_default());
                vec![String::new()]
            }
        };
        // What lies in an item is marked by itself: its own words are told from it.
        let own = *element == Element::Inside && is_changed(change);
        if own {
            out.push_str("<span class=\"own\">");
        }
        let last = cells.len().saturating_sub(1);
        for (column, cell) in cells.iter().enumerate() {
            element.open_cell(out, column);
            if column == 0 {
                out.push_str(lead);
            }
            out.push_str(cell);
            if column == last {
                out.push_str(&notes);
            }
            element.close_cell(out);
        }
        if own {
            out.push_str("</span>");
        }
    }

    /// A clause of the new text that there was before: its words with all marks, and where that differs as
    /// two texts. An old text stands beside the new one where it stood; where it moved from it stands by
    /// itself.
    fn views(&self, sides: &Sides<'_>, part: usize, row: bool) -> Vec<String> {
        let change = sides.change;
        let inline = self.cells(sides, &sides.both(part), View::Inline, row);
        if self.whole.is_some() {
            return inline;
        }
        let is = self.cells(sides, &sides.new_alone(part), View::Alone, row);
        let stood_here = part == 0 && !change.moved;
        let was = if stood_here {
            self.cells(sides, &sides.old_alone(None), View::Alone, row)
        } else {
            vec![String::new(); inline.len()]
        };
        if is.len() != inline.len() || was.len() != inline.len() {
            return inline;
        }
        let recut = change.old.len() + change.new.len() > 2;
        let said = |key: &str| format!("<span class=\"said\">{}: </span>", escape(self.messages.text(key)));
        let view = |((inline, is), was): ((String, String), String)| {
            let marked = inline.contains("<ins") || inline.contains("<del");
            if stood_here && (marked || recut) {
                format!(
                    "<span class=\"inline\">{inline}</span><span class=\"pair\"><span class=\"was\">{}{was}</span> <span class=\"is\">{}{is}</span></span>",
                    said("old"),
                    said("new"),
                )
            } else if inline != is {
                format!(
                    "<span class=\"inline\">{inline}</span><span class=\"pair\"><span class=\"is\">{is}</span></span>"
                )
            } else if change.moved {
                format!("<span class=\"moved-text\">{inline}</span>")
            } else {
                inline
            }
        };
        inline.into_iter().zip(is).zip(was).map(view).collect()
    }

    /// Pieces as HTML: for each cell of a row, else one.
    fn cells(&self, sides: &Sides<'_>, pieces: &[Piece], view: View, row: bool) -> Vec<String> {
        let change = sides.change;
        let mut cells = vec![String::new()];
        for piece in pieces {
            let side = if piece.of_old { &sides.old } else { &sides.new };
            let tag = match piece.fate {
                Fate::Kept => "",
                Fate::Gone => "del",
                Fate::Came => "ins",
            };
            // Of a row that is compared with one of other cells what is gone stands in one of the new ones.
            let by_cell = row && (view != View::Inline || !piece.of_old);
            let joined = piece.of_old && change.old.len() > 1;
            let borders: Vec<&str> = [("\t", by_cell), (SEPARATOR, joined)]
                .into_iter()
                .filter(|(_, is)| *is)
                .map(|(b, _)| b)
                .collect();
            for (border, run) in runs(&side.text, &piece.range, &borders) {
                match border {
                    Some("\t") => cells.push(String::new()),
                    // Clauses that were joined stand one below the other.
                    Some(_) if view == View::Alone => push(&mut cells, " <br>"),
                    Some(_) => push(&mut cells, "<del class=\"break\">¶</del> "),
                    None => {}
                }
                let words = &side.text[run.clone()];
                let recut = change.new.len() + change.old.len() > 2;
                // Where clauses were split or joined, the space that stood between them is no change to be marked.
                let only_space = recut && words.trim().is_empty();
                let marked = !tag.is_empty() && !only_space;
                let nothing = words.is_empty() && !side.text.is_empty();
                if nothing || view == View::Inline && piece.fate == Fate::Gone && !marked {
                    continue;
                }
                let (tag, class) = match view {
                    View::MovedAway if piece.fate == Fate::Kept => ("del", "moved"),
                    _ if change.old.is_empty() || change.new.is_empty() => (tag, "whole"),
                    _ => (if marked { tag } else { "" }, piece.class.map_or("", class_of)),
                };
                let Some(cell) = cells.last_mut() else { continue };
                let _ = match (tag, class) {
                    ("", _) => Ok(()),
                    (_, "") => write!(cell, "<{tag}>"),
                    _ => write!(cell, "<{tag} class=\"{class}\">"),
                };
                self.inline(cell, &side.text, &side.marks, run, side.of, !piece.of_old);
                if !tag.is_empty() {
                    let _ = write!(cell, "</{tag}>");
                }
            }
        }
        cells
    }

    /// Old words lead nowhere: their links are shown as words.
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
}

fn push(cells: &mut [String], text: &str) {
    if let Some(cell) = cells.last_mut() {
        cell.push_str(text);
    }
}

/// What marks of a class bear: wording, the common case, bears nothing.
fn class_of(class: Class) -> &'static str {
    if class == Class::Wording { "" } else { names::class_name(class) }
}

/// The classes of a clause in the page: what became of it, and what sorts of change there are.
pub(super) fn classes(change: &Change, part: usize, quiet: bool) -> String {
    let mut classes = vec![names::relation_name(change.relation)];
    if change.moved && change.relation != Relation::Moved {
        classes.push("moved");
    }
    if part > 0 {
        classes.push("part");
    }
    let noise = change.classes.iter().map(|c| class_of(*c)).filter(|name| !name.is_empty());
    classes.extend(noise);
    if is_changed(change) {
        classes.push("changed");
        if quiet {
            classes.push("quiet");
        }
    }
    classes.join(" ")
}

/// Whether there is anything about it that some reader may want marked.
fn is_changed(change: &Change) -> bool {
    !change.is_quiet() || !change.classes.is_empty()
}

/// What a clause is to those beside it.
enum Role {
    /// It says what those below it are about.
    Lead,
    /// It is below one that does.
    Led,
    /// Neither.
    Free,
}

fn leads(clause: &Clause) -> Role {
    match clause.kind {
        ClauseKind::Term | ClauseKind::Row { header: true } => Role::Lead,
        ClauseKind::Row { header: false } | ClauseKind::Definition => Role::Led,
        _ if clause.path.is_empty() => Role::Free,
        _ => Role::Led,
    }
}
