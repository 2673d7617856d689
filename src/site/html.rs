//! Clauses as HTML: escaped, with an address on each. Frames around them are templates.
//!
//! Clauses are a flat list; what they stand in (lists, quotes, tables) is opened and closed here by
//! comparing each clause's path with what is open.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use super::urls;

mod apparatus;
mod excerpt;
mod inline;

pub use apparatus::{Apparatus, Changed, Labelled};
pub use excerpt::excerpt;
pub use inline::TermUse;
pub(super) use inline::inline;
use inline::inline_with;

use crate::policy::links::{Target, Targets, base_path};
use crate::policy::{Alignment, Clause, ClauseKind, Container, ContainerKind, Text};

/// Escapes text for HTML, in content and in quoted attributes, where a line break is no element.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    push_escaped(&mut out, text, "&#10;");
    out
}

fn push_escaped(out: &mut String, text: &str, line_break: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str(line_break),
            // What a terminal or an old browser might act on, and no reader can see.
            c if c.is_control() && c != '\t' => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}

/// What links of a text become on the page it is shown on.
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    /// What there is to link to.
    pub targets: &'a Targets,
    /// The policy the text is of.
    pub policy: &'a str,
    /// The address of the page.
    pub page: &'a str,
    /// What stands before the way to other pages: the site's own address where the page may lie anywhere.
    pub root: &'a str,
    /// The site's own address, for paths on its host; empty where there is no site.
    pub base_url: &'a str,
    /// The page on which the whole text stands, from this one: empty where it is this one.
    pub whole: &'a str,
}

impl Links<'_> {
    /// The `href` of a link; `None` where it leads nowhere.
    pub(super) fn href(&self, link: &str, text: &Text) -> Option<String> {
        match self.targets.resolve(link, self.policy, text) {
            Target::Clause(id) => Some(format!("{}#{id}", self.whole)),
            Target::Elsewhere(url) => Some(url),
            Target::Host(path) => (!self.base_url.is_empty()).then(|| host(self.base_url).to_owned() + &path),
            Target::Policy { policy, version, fragment } => {
                let address = match version {
                    Some(version) => urls::version(&policy, &version),
                    None => urls::policy(&policy),
                };
                let fragment = fragment.map_or(String::new(), |f| format!("#{f}"));
                Some(self.root.to_owned() + &urls::relative(self.page, &address) + &fragment)
            }
            Target::Nowhere => None,
        }
    }

    /// The address of an image that the site itself holds; others are told in words, since a page
    /// asks nobody else for anything.
    fn image(&self, src: &str) -> Option<String> {
        self.targets.picture(src).map(|name| urls::relative(self.page, &urls::asset(name)))
    }
}

/// `https://host` of an address.
fn host(base_url: &str) -> &str {
    base_url.strip_suffix(base_path(base_url)).unwrap_or(base_url)
}

/// Words shown around clauses, in the language of the page.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// For the link on each clause: "Link to this clause".
    pub permalink: &'a str,
    /// For the region around a table.
    pub table: &'a str,
    /// Before footnotes.
    pub footnotes: &'a str,
}

/// Whether a text brings its own title: one heading of level 1, at the start, over all others.
pub fn has_title(text: &Text) -> bool {
    let first = text.sections.first().and_then(|s| s.heading).and_then(|h| text.clauses.get(h));
    first.is_some_and(|c| c.kind == ClauseKind::Heading(1)) && text.sections[1..].iter().all(|s| s.depth > 0)
}

/// A whole text, with what its page adds to it.
pub fn text(text: &Text, links: Links<'_>, labels: Labels<'_>, apparatus: &Apparatus) -> String {
    let mut out = String::with_capacity(text.canonical.len() * 2);
    let mut notes = String::new();
    let titled = has_title(text);
    let mut frame = Frame::new(labels.table);
    let mut note_frame = Frame::new(labels.table);
    for (index, clause) in text.clauses.iter().enumerate() {
        let footnote = matches!(clause.path.first().map(|c| &c.kind), Some(ContainerKind::Footnote(_)));
        let (out, frame) = if footnote { (&mut notes, &mut note_frame) } else { (&mut out, &mut frame) };
        let level = heading_level(text, clause, titled);
        let attributes = format!("id=\"{}\" class=\"{}\"", escape(&clause.id), apparatus.classes(index));
        let element = Element::of(clause, level);
        frame.enter(out, &clause.path, &element, &attributes);
        element.open(out, &attributes);
        element.content(out, clause, |out, range| {
            let end = range.end;
            let content = &clause.content;
            let marks = (content.marks.as_slice(), apparatus.uses(index));
            inline_with(out, &content.text, marks, range, &|link| links.href(link, text), &links);
            if end == content.text.len() && element != Element::Code {
                apparatus.write(out, index, clause, labels.permalink);
            }
        });
        element.close_with(out, apparatus.note(index), clause);
    }
    frame.leave(&mut out, 0);
    note_frame.leave(&mut notes, 0);
    if !notes.is_empty() {
        let _ = write!(
            out,
            "<section class=\"footnotes\" aria-label=\"{}\">{notes}</section>",
            escape(labels.footnotes)
        );
    }
    out
}

/// Some words of a clause by themselves; the cells of a row are set apart.
pub fn words(clause: &Clause, range: Range<usize>, text: &Text, links: &Links<'_>) -> String {
    let mut out = String::new();
    let mut start = range.start;
    for (k, cell) in clause.content.text[range].split('\t').enumerate() {
        if k > 0 {
            out.push_str(" – ");
        }
        let cell = start..start + cell.len();
        inline(
            &mut out,
            &clause.content.text,
            &clause.content.marks,
            cell.clone(),
            &|link| links.href(link, text),
            links,
        );
        start = cell.end + 1;
    }
    out
}

/// The level a heading is shown at: by its depth, so that none is skipped.
pub(super) fn heading_level(text: &Text, clause: &Clause, titled: bool) -> usize {
    let depth = text.sections.get(clause.section).map_or(0, |s| s.depth);
    // A heading inside a list or quote stands below its section's own.
    let inside = usize::from(!clause.path.is_empty());
    (depth + inside + if titled { 1 } else { 2 }).min(6)
}

/// The element a clause is shown in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Element {
    Heading(usize),
    Paragraph,
    /// Its `<li>` or `<dd>` is opened with its container, and bears its address.
    Inside,
    Row {
        header: bool,
        columns: Vec<Alignment>,
    },
    Code,
    Term,
}

impl Element {
    pub(super) fn of(clause: &Clause, level: usize) -> Self {
        match clause.kind {
            ClauseKind::Heading(_) => Self::Heading(level),
            ClauseKind::Paragraph => Self::Paragraph,
            ClauseKind::Item | ClauseKind::Definition => Self::Inside,
            ClauseKind::Row { header } => {
                let columns = match clause.path.last().map(|c| &c.kind) {
                    Some(ContainerKind::Table(columns)) => columns.clone(),
                    _ => Vec::new(),
                };
                Self::Row { header, columns }
            }
            ClauseKind::Code => Self::Code,
            ClauseKind::Term => Self::Term,
        }
    }

    pub(super) fn open(&self, out: &mut String, attributes: &str) {
        let _ = match self {
            Self::Heading(level) => write!(out, "<h{level} {attributes}>"),
            Self::Paragraph => write!(out, "<p {attributes}>"),
            Self::Inside => Ok(()),
            Self::Row { .. } => write!(out, "<tr {attributes}>"),
            Self::Code => write!(out, "<pre {attributes}><code>"),
            Self::Term => write!(out, "<dt {attributes}>"),
        };
    }

    pub(super) fn close(&self, out: &mut String) {
        let _ = match self {
            Self::Heading(level) => writeln!(out, "</h{level}>"),
            Self::Paragraph => writeln!(out, "</p>"),
            Self::Inside => Ok(()),
            Self::Row { .. } => writeln!(out, "</tr>"),
            Self::Code => writeln!(out, "</code></pre>"),
            Self::Term => writeln!(out, "</dt>"),
        };
    }

    /// Closes with a note after the clause: within what may hold nothing else beside it, and in a row
    /// of its own after a row.
    fn close_with(&self, out: &mut String, note: &str, clause: &Clause) {
        match self {
            _ if note.is_empty() => self.close(out),
            Self::Inside | Self::Term => {
                out.push_str(note);
                self.close(out);
            }
            Self::Row { .. } => {
                self.close(out);
                let columns = clause.content.text.split('\t').count();
                let _ = writeln!(out, "<tr class=\"note\"><td colspan=\"{columns}\">{note}</td></tr>");
            }
            Self::Heading(_) | Self::Paragraph | Self::Code => {
                self.close(out);
                out.push_str(note);
            }
        }
    }

    /// Writes the content of a clause: cell by cell for a row, else at once.
    fn content(&self, out: &mut String, clause: &Clause, mut write: impl FnMut(&mut String, Range<usize>)) {
        let text = &clause.content.text;
        let Self::Row { .. } = self else { return write(out, 0..text.len()) };
        let mut start = 0;
        for (column, cell) in text.split('\t').enumerate() {
            self.open_cell(out, column);
            write(out, start..start + cell.len());
            self.close_cell(out);
            start += cell.len() + 1;
        }
    }

    pub(super) fn open_cell(&self, out: &mut String, column: usize) {
        let Self::Row { header, columns } = self else { return };
        let class = match columns.get(column) {
            Some(Alignment::Left) => " class=\"left\"",
            Some(Alignment::Center) => " class=\"center\"",
            Some(Alignment::Right) => " class=\"right\"",
            _ => "",
        };
        let _ = if *header { write!(out, "<th scope=\"col\"{class}>") } else { write!(out, "<td{class}>") };
    }

    pub(super) fn close_cell(&self, out: &mut String) {
        let Self::Row { header, .. } = self else { return };
        out.push_str(if *header { "</th>" } else { "</td>" });
    }
}

/// The containers that are open.
pub(super) struct Frame<'a> {
    open: Vec<(Container, &'static str)>,
    /// The part of the innermost table that is open: its head, its body or nothing yet.
    part: Option<bool>,
    /// The footnotes that have their address.
    footnotes: BTreeSet<String>,
    table_label: &'a str,
    /// How many tables there have been.
    tables: usize,
    /// Classes that containers bear, by their number, each with a space before it.
    pub(super) classes: BTreeMap<u32, String>,
    /// Whether the whole text stands on this page, so that its places have addresses.
    places: bool,
}

impl<'a> Frame<'a> {
    pub(super) fn new(table_label: &'a str) -> Self {
        Self {
            open: Vec::new(),
            part: None,
            footnotes: BTreeSet::new(),
            table_label,
            tables: 0,
            classes: BTreeMap::new(),
            places: true,
        }
    }

    /// The same for some clauses of a text that stands on another page.
    pub(super) fn of_another_page(self) -> Self {
        Self { places: false, ..self }
    }

    /// Closes and opens what stands between the last clause and one with this path. The element and
    /// attributes are the clause's: an item bears the address of its own text.
    pub(super) fn enter(
        &mut self,
        out: &mut String,
        path: &[Container],
        element: &Element,
        attributes: &str,
    ) {
        let same = |(open, _): &(Container, &str), wanted: &Container| open.number == wanted.number;
        let common = self.open.iter().zip(path).take_while(|(o, w)| same(o, w)).count();
        self.leave(out, common);
        for (depth, container) in path.iter().enumerate().skip(common) {
            let own = *element == Element::Inside && depth + 1 == path.len();
            self.open_container(out, container, if own { attributes } else { "" });
        }
        if let Element::Row { header, .. } = element
            && self.part != Some(*header)
        {
            self.close_part(out);
            out.push_str(if *header { "<thead>" } else { "<tbody>" });
            self.part = Some(*header);
        }
    }

    /// Closes what does not hold a clause with this path as well: what stands here comes before it. Gives
    /// what stands around.
    pub(super) fn between(&mut self, out: &mut String, path: &[Container]) -> Option<&ContainerKind> {
        let common = self.open.iter().zip(path).take_while(|((o, _), w)| o.number == w.number).count();
        self.leave(out, common);
        self.open.last().map(|(container, _)| &container.kind)
    }

    fn close_part(&mut self, out: &mut String) {
        match self.part.take() {
            Some(true) => out.push_str("</thead>"),
            Some(false) => out.push_str("</tbody>"),
            None => {}
        }
    }

    /// Closes all but the outermost `keep` containers.
    pub(super) fn leave(&mut self, out: &mut String, keep: usize) {
        while self.open.len() > keep {
            if let Some((container, close)) = self.open.pop() {
                if let ContainerKind::Table(_) = container.kind {
                    self.close_part(out);
                }
                out.push_str(close);
            }
        }
    }

    fn open_container(&mut self, out: &mut String, container: &Container, attributes: &str) {
        let class = self.classes.get(&container.number).map_or("", |class| class.as_str());
        // An item that bears the attributes of its own text has its classes among them.
        let attributes = match attributes {
            "" if !class.is_empty() => format!(" class=\"{}\"", class.trim_start()),
            "" => String::new(),
            own => format!(" {own}"),
        };
        let close = match &container.kind {
            ContainerKind::Quote => {
                let _ = write!(out, "<blockquote{attributes}>");
                "</blockquote>\n"
            }
            ContainerKind::List { ordered: true } => {
                let _ = write!(out, "<ol{attributes}>");
                "</ol>\n"
            }
            ContainerKind::List { ordered: false } => {
                let _ = write!(out, "<ul{attributes}>");
                "</ul>\n"
            }
            ContainerKind::Item(number) => {
                let value =
                    number.map_or(String::new(), |n| format!(" value=\"{}\"", n.min(i32::MAX as u64)));
                let _ = write!(out, "<li{attributes}{value}>");
                "</li>\n"
            }
            ContainerKind::Table(_) => {
                // Regions of a page must differ in name.
                self.tables += 1;
                let label = format!("{} {}", escape(self.table_label), self.tables);
                let _ = write!(
                    out,
                    "<div class=\"table{class}\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><table>"
                );
                "</table></div>\n"
            }
            ContainerKind::Definitions => {
                let _ = write!(out, "<dl{attributes}>");
                "</dl>\n"
            }
            ContainerKind::Definition => {
                let _ = write!(out, "<dd{attributes}>");
                "</dd>\n"
            }
            ContainerKind::Footnote(label) => {
                // References lead to the first of that label.
                let first = self.footnotes.insert(label.clone()) && self.places;
                let label = escape(label);
                let id = if first { format!(" id=\"fn:{label}\"") } else { String::new() };
                let _ = write!(
                    out,
                    "<div class=\"footnote{class}\"{id}><span class=\"footnote-label\">{label}</span>"
                );
                "</div>\n"
            }
        };
        self.open.push((container.clone(), close));
    }
}
