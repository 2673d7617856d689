//! One HTML element as markdown, by htmd, with what policies need and htmd leaves out: tables without
//! a head and with cells over several rows, lists with their own numbers, definition lists, ids.

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HeadingStyle, Options};
use htmd::{Element, HtmlToMarkdown, HtmlToMarkdownBuilder};

use super::depth;
use super::tag::{ACTIVE, tag};

/// One HTML element as markdown; `None` if it is nested too deep.
/// Lists next to each other would be one list in markdown, unless their marks differ: `other` asks for
/// the other marks.
pub(super) fn convert(html: &str, other: bool) -> Option<String> {
    if depth::too_many_open(html) {
        return None;
    }
    let converter = builder(other).skip_tags(ACTIVE.to_vec()).build();
    let html = tame(&html.replace([OPEN, HEAD, CLOSE], ""));
    // Reading from memory cannot fail; should it ever, the text is kept without its tags.
    let tree = converter.html_to_tree(&html).ok()?;
    (!depth::too_deep(&tree)).then(|| dissolve(&converter.tree_to_markdown(&tree)))
}

/// A converter that knows what markdown can say.
fn builder(other: bool) -> HtmlToMarkdownBuilder {
    let options = Options {
        heading_style: HeadingStyle::Atx,
        bullet_list_marker: BulletListMarker::Dash,
        br_style: BrStyle::Backslash,
        ul_bullet_spacing: 1,
        ..Options::default()
    };
    HtmlToMarkdown::builder()
        .options(options)
        .add_handler(vec!["td", "th"], part)
        .add_handler(vec!["tr"], part)
        .add_handler(vec!["table"], table)
        .add_handler(vec!["caption"], paragraph)
        .add_handler(vec!["li"], part)
        .add_handler(vec!["ul", "ol"], move |handlers: &dyn Handlers, element: Element| {
            list(handlers, element, other)
        })
        .add_handler(vec!["dt", "dd"], part)
        .add_handler(vec!["dl"], definitions)
        .add_handler(vec!["a"], anchor)
        .add_handler(vec!["h1", "h2", "h3", "h4", "h5", "h6", "p"], with_id)
}

/// A whole page as markdown, in which each element of `boxes` stands between marks of its own:
/// `BOX tag|role|names|hidden HEAD … END`. `None` if it is nested too deep.
pub(super) fn boxed(html: &str, boxes: &[&'static str], skipped: &[&'static str]) -> Option<String> {
    if depth::too_many_open(html) {
        return None;
    }
    let converter = builder(false)
        .scripting_enabled(false)
        .skip_tags(skipped.to_vec())
        .add_handler(boxes.to_vec(), a_box)
        .build();
    let tree = converter.html_to_tree(&html.replace([OPEN, HEAD, CLOSE, BOX, END], "")).ok()?;
    (!depth::too_deep(&tree)).then(|| dissolve_parts(&converter.tree_to_markdown(&tree)))
}

fn a_box(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let of = |name| value(&element, name).unwrap_or_default().replace(['|', '\n'], " ").to_lowercase();
    let hidden = value(&element, "hidden").is_some() || of("aria-hidden") == "true";
    let names = format!("{} {} {}", of("class"), of("id"), of("aria-label"));
    let head = format!("{}|{}|{names}|{hidden}", element.tag, of("role"));
    Some(format!("\n\n{BOX}{head}{HEAD}\n\n{}\n\n{END}\n\n", content.trim()).into())
}

/// The same without the parts of tables and lists that stand in none.
fn dissolve_parts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut head = false;
    for c in text.chars() {
        match c {
            OPEN => head = true,
            HEAD if head => head = false,
            CLOSE => out.push_str("\n\n"),
            _ if head => {}
            _ => out.push(c),
        }
    }
    out
}

/// Text in a cell or an item, where no box is told from another.
fn unboxed(text: &str) -> String {
    if !text.contains(BOX) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut head = false;
    for c in text.chars() {
        match c {
            BOX => head = true,
            HEAD if head => head = false,
            END => {}
            _ if head => {}
            _ => out.push(c),
        }
    }
    out
}

/// HTML in which what is no tag here is none for html5ever either.
fn tame(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(next) = rest.find('<') {
        out.push_str(&rest[..next]);
        rest = &rest[next..];
        let len = match tag(rest) {
            Some(tag) if !tag.literal() => tag.len,
            None if rest.starts_with("<!--") => rest.find("-->").map_or(4, |n| n + 3),
            _ => {
                out.push_str("&lt;");
                rest = &rest[1..];
                continue;
            }
        };
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    out + rest
}

/// Noncharacters (Unicode 23.7) that carry the parts of a table or list from the handler of the
/// part to the handler of the whole; they never leave this file.
const OPEN: char = '\u{FDD0}';
pub(super) const HEAD: char = '\u{FDD1}';
const CLOSE: char = '\u{FDD2}';

/// The same for the boxes of a page; [`super::page`] takes them out.
pub(super) const BOX: char = '\u{FDD4}';
pub(super) const END: char = '\u{FDD5}';

/// A part of a whole, handed up: `OPEN tag|value HEAD content CLOSE`.
fn part(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let mut content = handlers.walk_children(element.node).content;
    if element.tag != "tr" {
        content = dissolve(&unboxed(&content));
    }
    let detail = value(&element, "value").or_else(|| value(&element, "rowspan")).unwrap_or_default();
    let columns = value(&element, "colspan").unwrap_or_default();
    Some(format!("{OPEN}{}|{detail}|{columns}{HEAD}{content}{CLOSE}", element.tag).into())
}

/// What is a paragraph whatever it stands in.
fn paragraph(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    Some(format!("\n\n{}\n\n", content.trim()).into())
}

/// One part, as its handler handed it up.
struct Part<'a> {
    /// Empty where the content stood between parts.
    tag: &'a str,
    detail: usize,
    columns: usize,
    content: &'a str,
}

impl<'a> Part<'a> {
    /// What stood between parts, if that is more than white space.
    fn loose(content: &'a str) -> Option<Self> {
        let content = content.trim();
        (!content.is_empty()).then_some(Self { tag: "", detail: 0, columns: 0, content })
    }
}

/// The outermost parts in `text`, in order, and what stands between them: word processors write lists
/// and words where only items may stand, and browsers show them.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let (mut depth, mut start, mut done) = (0usize, 0, 0);
    for (at, c) in text.char_indices() {
        if c == OPEN {
            depth += 1;
            if depth == 1 {
                found.extend(Part::loose(&text[done..at]));
                start = at + OPEN.len_utf8();
                done = start;
            }
        } else if c == CLOSE && depth > 0 {
            depth -= 1;
            if depth == 0 {
                done = at + CLOSE.len_utf8();
                let (head, content) = text[start..at].split_once(HEAD).unwrap_or(("", &text[start..at]));
                let mut fields = head.split('|');
                let tag = fields.next().unwrap_or_default();
                let mut number = || fields.next().and_then(|n| n.trim().parse().ok()).unwrap_or_default();
                found.push(Part { tag, detail: number(), columns: number(), content });
            }
        }
    }
    found.extend(Part::loose(&text[done..]));
    found
}

/// Text in which parts without a whole (an item in no list) are paragraphs.
fn dissolve(text: &str) -> String {
    if !text.contains(OPEN) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut head = false;
    for c in text.chars() {
        match c {
            OPEN => head = true,
            HEAD => head = false,
            CLOSE => {}
            _ if head => continue,
            _ => {
                out.push(c);
                continue;
            }
        }
        if !head {
            out.push_str("\n\n");
        }
    }
    out
}

/// A cell's content on one line: what were blocks are lines, as markdown's cells can hold no blocks.
fn cell(content: &str) -> String {
    let lines = content.lines().map(|l| {
        let l = l.trim().trim_end_matches('\\').trim_end();
        l.strip_prefix("- ").unwrap_or(l).trim()
    });
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join("<br>").replace('|', "\\|")
}

/// Cells right of this column are read as part of it.
const MAX_COLUMNS: usize = 1_000;

/// How many places of a table cells may reach into besides their own.
const MAX_SPANNED: usize = 100_000;

/// A table while its rows are read.
struct Grid {
    /// Whether it is a head, and its cells.
    rows: Vec<(bool, Vec<String>)>,
    /// For each column, how many rows more a cell reaches into.
    occupied: Vec<usize>,
    /// How many places more may be reached into.
    spare: usize,
}

impl Grid {
    /// A row with at most `below` rows under it. A cell over several columns or rows stands in the first.
    fn row(&mut self, cells: &[Part], below: usize) {
        let header = !cells.is_empty() && cells.iter().all(|c| c.tag == "th");
        let mut line: Vec<String> = Vec::new();
        for part in cells {
            while take_occupied(&mut self.occupied, line.len()) {
                line.push(String::new());
            }
            if line.len() >= MAX_COLUMNS {
                if let Some(last) = line.last_mut() {
                    last.push(' ');
                    last.push_str(&cell(part.content));
                }
                continue;
            }
            let first = line.len();
            let columns = part.columns.clamp(1, 100).min(MAX_COLUMNS - first);
            let rows = part.detail.clamp(1, below + 1);
            let (columns, rows) = if columns * rows - 1 > self.spare { (1, 1) } else { (columns, rows) };
            self.spare -= columns * rows - 1;
            line.push(cell(part.content));
            line.resize(first + columns, String::new());
            if rows > 1 {
                self.occupied.resize(self.occupied.len().max(line.len()), 0);
                self.occupied[first..line.len()].fill(rows - 1);
            }
        }
        while take_occupied(&mut self.occupied, line.len()) {
            line.push(String::new());
        }
        self.rows.push((header, line));
    }
}

/// A table as a pipe table; what stands in it but in no cell comes before it.
fn table(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let (rows, loose): (Vec<Part>, Vec<Part>) = parts(&content).into_iter().partition(|p| p.tag == "tr");
    let mut grid = Grid { rows: Vec::new(), occupied: Vec::new(), spare: MAX_SPANNED };
    let mut out = String::from("\n\n");
    for part in loose {
        out.push_str(&format!("{}\n\n", dissolve(part.content).trim()));
    }
    for (at, row) in rows.iter().enumerate() {
        grid.row(&parts(row.content), rows.len() - 1 - at);
    }
    let mut rows = grid.rows;
    let Some(width) = rows.iter().map(|r| r.1.len()).max().filter(|w| *w > 0) else {
        return Some(out.into());
    };
    let head = if rows[0].0 { rows.remove(0).1 } else { Vec::new() };
    let pad = rows.len().saturating_mul(width) <= MAX_SPANNED;
    let mut push = |mut cells: Vec<String>, pad: bool| {
        cells.resize(if pad { width } else { cells.len().max(1) }, String::new());
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    push(head, true);
    push(vec!["---".to_owned(); width], true);
    rows.into_iter().for_each(|(_, cells)| push(cells, pad));
    out.push('\n');
    Some(out.into())
}

/// Whether a cell from an earlier row reaches into this column; counts it down.
fn take_occupied(occupied: &mut [usize], column: usize) -> bool {
    match occupied.get_mut(column) {
        Some(n) if *n > 0 => {
            *n -= 1;
            true
        }
        _ => false,
    }
}

/// A list with its items' own numbers. What stands between items belongs to the one before it.
fn list(handlers: &dyn Handlers, element: Element, other: bool) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut number: usize = value(&element, "start").and_then(|v| v.trim().parse().ok()).unwrap_or(1);
    let mut out = String::from("\n\n");
    let mut indent = String::new();
    for item in parts(&content) {
        let text = item.content.trim().replace("\n\n\n", "\n\n");
        if item.tag.is_empty() && !indent.is_empty() {
            out.push_str(&format!("{indent}{indent}{}\n", text.replace('\n', &indent)));
            continue;
        }
        if item.detail > 0 {
            number = item.detail;
        }
        let marker = match (element.tag, other) {
            ("ol", false) => format!("{number}. "),
            ("ol", true) => format!("{number}) "),
            (_, false) => "- ".to_owned(),
            (_, true) => "* ".to_owned(),
        };
        number = number.saturating_add(1);
        indent = format!("\n{}", " ".repeat(marker.len()));
        out.push_str(&format!("{marker}{}\n", text.replace('\n', &indent)));
    }
    out.push('\n');
    Some(out.into())
}

/// A definition list; what is neither a term nor has one is a paragraph.
fn definitions(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut out = String::from("\n\n");
    let mut before = "";
    for part in parts(&content) {
        let text = part.content.trim();
        let term = part.tag == "dt";
        if term {
            out.push_str(if before == "dt" { "\n\n" } else { "\n" });
            out.push_str(&text.replace('\n', " "));
            out.push('\n');
        } else if part.tag.is_empty() || before.is_empty() {
            out.push_str(&format!("\n\n{text}\n\n"));
        } else {
            out.push_str(&format!(": {}\n\n", text.replace('\n', "\n  ")));
        }
        before = part.tag;
    }
    out.push('\n');
    Some(out.into())
}

fn value(element: &Element, name: &str) -> Option<String> {
    element.attrs.iter().find(|a| a.name.local.as_ref() == name).map(|a| a.value.to_string())
}

/// `<a id="x">` pins an address; htmd would drop it.
fn anchor(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let link = value(&element, "href").is_some();
    // A link's name is a word processor's; an anchor's was meant to be linked to.
    let id = value(&element, "id").or_else(|| value(&element, "name").filter(|_| !link));
    let content = match link {
        true => handlers.fallback(element)?.content,
        false => handlers.walk_children(element.node).content,
    };
    let id = id.map(|id| format!("<a id=\"{}\"></a>", id.replace(['"', '<', '>'], "")));
    Some(format!("{}{content}", id.unwrap_or_default()).into())
}

/// Headings and paragraphs keep their ids as `{#id}`.
fn with_id(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let id = value(&element, "id");
    let result = handlers.fallback(element)?;
    Some(match id {
        Some(id) if !id.trim().is_empty() && !result.content.trim().is_empty() => {
            let content = result.content.trim_end_matches('\n');
            format!("{content} {{#{}}}\n\n", id.trim()).into()
        }
        _ => result,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of HTML or markdown in alphabetical order, as a browser too puts loose words of a
    /// table before it.
    fn letters(text: &str) -> String {
        let mut letters: Vec<char> = text.replace("<br>", "").chars().filter(|c| c.is_alphabetic()).collect();
        letters.sort_unstable();
        letters.into_iter().collect()
    }

    /// The text between the tags.
    fn visible(html: &str) -> String {
        let mut out = String::new();
        let mut rest = html;
        while let Some(next) = rest.find('<') {
            out.push_str(&rest[..next]);
            out.push(' ');
            rest = &rest[next..];
            rest = &rest[tag(rest).map_or(1, |t| t.len)..];
        }
        out + rest
    }

    #[test]
    fn no_letter_is_lost() {
        let cases = [
            "<ul><li>a</li><ul><li>b</li></ul></ul>",
            "<ul><ul><li>a</li></ul><li>b</li>c<p>d</p></ul>",
            "<ol>first<li>a</li>loose<li>b</li>last</ol>",
            "<ol><li>a<ol><ol><li>b</ol><li>c</ol>d</ol>",
            "<ul><p>only</p></ul>",
            "<table><caption>All <b>data</b></caption><tr><td>a</td></tr></table>",
            "<table>loose<tr>more<td>a</td>and</tr><p>text</p></table>",
            "<table><caption>Only</caption></table>",
            "<table><tbody><td>a<td>b<tr><th>c</tbody></table>",
            "<table><tr><td><li>a</li><li>b</li></td></tr></table>",
            "<table><tr><td>a<table><caption>b</caption><tr><td>c</table>d</td></tr></table>",
            "<table><tr><td><dl><dt>a<dd>b</dl></td><td><blockquote>c</blockquote></td></tr></table>",
            "<dl>loose<dt>a</dt><p>b</p><dd>c</dd>more<dd>d</dd></dl>",
            "<dl><dd>first</dd><dt>a</dt><dt>b</dt><div><dd>c</dd></div><li>d</li></dl>",
            "<dl><p>only</p></dl>",
            "<blockquote><li>a</li>b<dt>c</dt><dd>d</dd></blockquote>",
            "<blockquote><ul>a</ul><td>b</td></blockquote>",
            "<p>a<li>b<table><tr><td>c</td></tr></table>d",
            "<ul><dt>a</dt><dd>b</dd></ul>",
            "<pre>a <ul><li>b</li></ul> c</pre>",
            "<h2>a<ul><li>b</li></ul></h2>",
            "<ul><li></li>a</ul>",
        ];
        for html in cases {
            let markdown = convert(html, false).unwrap_or_default();
            assert_eq!(letters(&markdown), letters(&visible(html)), "{html} became {markdown}");
            assert!(!markdown.contains([OPEN, HEAD, CLOSE]), "{html} became {markdown:?}");
        }
    }

    #[test]
    fn a_table_does_not_grow_without_bounds() {
        let cells = "<td colspan=100 rowspan=1000>x</td>".repeat(400);
        let markdown = convert(&format!("<table><tr>{cells}</tr><tr><td>y</td></tr></table>"), false)
            .unwrap_or_default();
        assert!(markdown.len() < 100_000, "{}", markdown.len());
        assert_eq!(markdown.matches('x').count(), 400);
        assert_eq!(markdown.matches('y').count(), 1);
    }
}
