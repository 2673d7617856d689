//! Clauses as HTML: escaped, with an address on each. Frames around them are templates.
//!
//! Clauses are a flat list; what they stand in (lists, quotes, tables) is opened and closed here by
//! comparing each clause's path with what is open.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use super::urls;
use crate::policy::links::{Target, Targets, base_path};
use crate::policy::{Alignment, Clause, ClauseKind, Container, ContainerKind, Mark, Style, Text};

mod excerpt;

pub use excerpt::excerpt;

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
                Some(urls::relative(self.page, &address) + &fragment)
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

/// A whole text.
pub fn text(text: &Text, links: Links<'_>, labels: Labels<'_>) -> String {
    let mut out = String::with_capacity(text.canonical.len() * 2);
    let mut notes = String::new();
    let titled = has_title(text);
    let mut frame = Frame::new(labels.table);
    let mut note_frame = Frame::new(labels.table);
    for clause in &text.clauses {
        let footnote = matches!(clause.path.first().map(|c| &c.kind), Some(ContainerKind::Footnote(_)));
        let (out, frame) = if footnote { (&mut notes, &mut note_frame) } else { (&mut out, &mut frame) };
        let level = heading_level(text, clause, titled);
        let attributes = format!("id=\"{}\" class=\"clause\"", escape(&clause.id));
        let element = Element::of(clause, level);
        frame.enter(out, &clause.path, &element, &attributes);
        element.open(out, &attributes);
        element.content(out, clause, |out, range| {
            inline(
                out,
                &clause.content.text,
                &clause.content.marks,
                range,
                &|link| links.href(link, text),
                &links,
            );
        });
        if !matches!(clause.kind, ClauseKind::Row { .. } | ClauseKind::Code) {
            permalink(out, &clause.id, labels.permalink);
        }
        element.close(out);
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

fn permalink(out: &mut String, id: &str, label: &str) {
    let id = escape(id);
    let _ =
        write!(out, " <a class=\"permalink\" href=\"#{id}\" aria-label=\"{}: {id}\">§</a>", escape(label));
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
        let space = if attributes.is_empty() { "" } else { " " };
        let close = match &container.kind {
            ContainerKind::Quote => {
                out.push_str("<blockquote>");
                "</blockquote>\n"
            }
            ContainerKind::List { ordered: true } => {
                out.push_str("<ol>");
                "</ol>\n"
            }
            ContainerKind::List { ordered: false } => {
                out.push_str("<ul>");
                "</ul>\n"
            }
            ContainerKind::Item(number) => {
                let value =
                    number.map_or(String::new(), |n| format!(" value=\"{}\"", n.min(i32::MAX as u64)));
                let _ = write!(out, "<li{space}{attributes}{value}>");
                "</li>\n"
            }
            ContainerKind::Table(_) => {
                // Regions of a page must differ in name.
                self.tables += 1;
                let label = format!("{} {}", escape(self.table_label), self.tables);
                let _ = write!(
                    out,
                    "<div class=\"table\" role=\"region\" tabindex=\"0\" aria-label=\"{label}\"><table>"
                );
                "</table></div>\n"
            }
            ContainerKind::Definitions => {
                out.push_str("<dl>");
                "</dl>\n"
            }
            ContainerKind::Definition => {
                let _ = write!(out, "<dd{space}{attributes}>");
                "</dd>\n"
            }
            ContainerKind::Footnote(label) => {
                // References lead to the first of that label.
                let first = self.footnotes.insert(label.clone()) && self.places;
                let label = escape(label);
                let id = if first { format!(" id=\"fn:{label}\"") } else { String::new() };
                let _ =
                    write!(out, "<div class=\"footnote\"{id}><span class=\"footnote-label\">{label}</span>");
                "</div>\n"
            }
        };
        self.open.push((container.clone(), close));
    }
}

/// Writes a range of a text with the marks on it, every tag closed within the range.
pub(super) fn inline(
    out: &mut String,
    text: &str,
    marks: &[Mark],
    range: Range<usize>,
    href: &dyn Fn(&str) -> Option<String>,
    links: &Links<'_>,
) {
    if marks.is_empty() {
        return push_escaped(out, &text[range], "<br>");
    }
    let last = range.end == text.len();
    // Marks are in the order of their starts: those that begin after the range are none of it.
    let marks = &marks[..marks.partition_point(|m| m.range.start <= range.end)];
    let mut cuts: Vec<usize> = marks.iter().flat_map(|m| [m.range.start, m.range.end]).collect();
    cuts.extend([range.start, range.end]);
    cuts.retain(|c| range.start <= *c && *c <= range.end);
    cuts.sort_unstable();
    cuts.dedup();
    let mut open: Vec<&Style> = Vec::new();
    let mut standing: Vec<&Mark> = Vec::new();
    let mut next = 0;
    for (i, start) in cuts.iter().enumerate() {
        let end = cuts.get(i + 1).copied().unwrap_or(range.end);
        let begun = next + marks[next..].partition_point(|m| m.range.start <= *start);
        standing.extend(&marks[next..begun]);
        standing.retain(|m| m.range.end > *start);
        next = begun;
        let active: Vec<&Style> = standing.iter().filter(|_| *start < end).map(|m| &m.style).collect();
        let common = open.iter().zip(&active).take_while(|(a, b)| a == b).count();
        close_styles(out, &mut open, common, href);
        let from = marks[..next].partition_point(|m| m.range.start < *start);
        let here = |m: &&Mark| m.style.is_point() && (*start < range.end || last);
        for mark in marks[from..next].iter().filter(here) {
            // A reference to a footnote is a link, and no link stands in another.
            let around = open.iter().position(|s| mark.style.is_link() && s.is_link());
            close_styles(out, &mut open, around.unwrap_or(usize::MAX), href);
            point(out, &mark.style, links);
        }
        for style in &active[open.len()..] {
            open_style(out, style, href);
            open.push(style);
        }
        push_escaped(out, &text[*start..end], "<br>");
    }
    close_styles(out, &mut open, 0, href);
}

fn open_style(out: &mut String, style: &Style, href: &dyn Fn(&str) -> Option<String>) {
    match style {
        Style::Strong => out.push_str("<strong>"),
        Style::Emphasis => out.push_str("<em>"),
        Style::Strike => out.push_str("<s>"),
        Style::Code => out.push_str("<code>"),
        Style::Link(target) => {
            let _ = match href(target) {
                Some(url) => write!(out, "<a href=\"{}\">", escape(&url)),
                None => write!(out, "<span class=\"dead-link\">"),
            };
        }
        Style::Image { .. } | Style::FootnoteRef(_) => {}
    }
}

fn close_styles(
    out: &mut String,
    open: &mut Vec<&Style>,
    keep: usize,
    href: &dyn Fn(&str) -> Option<String>,
) {
    while open.len() > keep {
        out.push_str(match open.pop() {
            Some(Style::Strong) => "</strong>",
            Some(Style::Emphasis) => "</em>",
            Some(Style::Strike) => "</s>",
            Some(Style::Code) => "</code>",
            Some(Style::Link(target)) if href(target).is_some() => "</a>",
            Some(Style::Link(_)) => "</span>",
            Some(Style::Image { .. } | Style::FootnoteRef(_)) | None => "",
        });
    }
}

fn point(out: &mut String, style: &Style, links: &Links<'_>) {
    match style {
        Style::Image { src, alt } => {
            let _ = match links.image(src) {
                Some(url) => write!(out, "<img src=\"{}\" alt=\"{}\">", escape(&url), escape(alt)),
                None => write!(out, "<span class=\"image\">{}</span>", escape(alt)),
            };
        }
        Style::FootnoteRef(label) => {
            let label = escape(label);
            let _ = write!(
                out,
                "<sup class=\"footnote-ref\"><a href=\"{}#fn:{label}\">{label}</a></sup>",
                links.whole
            );
        }
        _ => {}
    }
}
