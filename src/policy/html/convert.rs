//! One HTML element as markdown, by htmd, with what policies need and htmd leaves out: tables without
//! a head and with cells over several rows, lists with their own numbers, definition lists, ids.

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HeadingStyle, Options};
use htmd::{Element, HtmlToMarkdown};

use super::tag::{ACTIVE, tag};

/// One HTML element as markdown.
/// Lists next to each other would be one list in markdown, unless their marks differ: `other` asks for
/// the other marks.
pub(super) fn convert(html: &str, other: bool) -> String {
    let options = Options {
        heading_style: HeadingStyle::Atx,
        bullet_list_marker: BulletListMarker::Dash,
        br_style: BrStyle::Backslash,
        ul_bullet_spacing: 1,
        ..Options::default()
    };
    let converter = HtmlToMarkdown::builder()
        .options(options)
        .skip_tags(ACTIVE.to_vec())
        .add_handler(vec!["td", "th"], part)
        .add_handler(vec!["tr"], part)
        .add_handler(vec!["table"], table)
        .add_handler(vec!["li"], part)
        .add_handler(vec!["ul", "ol"], move |handlers: &dyn Handlers, element: Element| {
            list(handlers, element, other)
        })
        .add_handler(vec!["dt", "dd"], part)
        .add_handler(vec!["dl"], definitions)
        .add_handler(vec!["a"], anchor)
        .add_handler(vec!["h1", "h2", "h3", "h4", "h5", "h6", "p"], with_id)
        .build();
    // Reading from memory cannot fail; should it ever, the text is kept as it stands.
    let html = tame(&html.replace([OPEN, HEAD, CLOSE], ""));
    converter.convert(&html).unwrap_or_else(|_| html.replace('<', "\\<"))
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
const HEAD: char = '\u{FDD1}';
const CLOSE: char = '\u{FDD2}';

/// A part of a whole, handed up: `OPEN tag|value HEAD content CLOSE`.
fn part(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let detail = value(&element, "value").or_else(|| value(&element, "rowspan")).unwrap_or_default();
    let columns = value(&element, "colspan").unwrap_or_default();
    Some(format!("{OPEN}{}|{detail}|{columns}{HEAD}{content}{CLOSE}", element.tag).into())
}

/// One part, as its handler handed it up.
struct Part<'a> {
    tag: &'a str,
    detail: usize,
    columns: usize,
    content: &'a str,
}

/// The outermost parts in `text`, in order.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0usize, 0);
    for (at, c) in text.char_indices() {
        if c == OPEN {
            depth += 1;
            if depth == 1 {
                start = at + OPEN.len_utf8();
            }
        } else if c == CLOSE && depth > 0 {
            depth -= 1;
            if depth == 0
                && let Some((head, content)) = text[start..at].split_once(HEAD)
            {
                let mut fields = head.split('|');
                let tag = fields.next().unwrap_or_default();
                let mut number = || fields.next().and_then(|n| n.trim().parse().ok()).unwrap_or_default();
                found.push(Part { tag, detail: number(), columns: number(), content });
            }
        }
    }
    found
}

/// A cell's content on one line: what were blocks are lines, as markdown's cells can hold no blocks.
fn cell(content: &str) -> String {
    let lines = content.lines().map(|l| {
        let l = l.trim().trim_end_matches('\\').trim_end();
        l.strip_prefix("- ").unwrap_or(l).trim()
    });
    lines.filter(|l| !l.is_empty()).collect::<Vec<_>>().join("<br>").replace('|', "\\|")
}

/// A table as a pipe table. A cell over several columns or rows stands in the first of them.
fn table(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut rows: Vec<(bool, Vec<String>)> = Vec::new();
    let mut occupied: Vec<usize> = Vec::new();
    for row in parts(&content).iter().filter(|p| p.tag == "tr") {
        let cells = parts(row.content);
        let header = !cells.is_empty() && cells.iter().all(|c| c.tag == "th");
        let mut line = Vec::new();
        for part in &cells {
            while take_occupied(&mut occupied, line.len()) {
                line.push(String::new());
            }
            let first = line.len();
            line.push(cell(part.content));
            line.resize(first + part.columns.clamp(1, 100), String::new());
            if part.detail > 1 {
                occupied.resize(occupied.len().max(line.len()), 0);
                occupied[first..line.len()].fill(part.detail.min(1000) - 1);
            }
        }
        while take_occupied(&mut occupied, line.len()) {
            line.push(String::new());
        }
        rows.push((header, line));
    }
    let Some(width) = rows.iter().map(|r| r.1.len()).max().filter(|w| *w > 0) else {
        return Some(format!("\n\n{}\n\n", content.trim()).into());
    };
    let head = if rows[0].0 { rows.remove(0).1 } else { Vec::new() };
    let mut out = String::from("\n\n");
    let mut push = |mut cells: Vec<String>| {
        cells.resize(width, String::new());
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    };
    push(head);
    push(vec!["---".to_owned(); width]);
    rows.into_iter().for_each(|(_, cells)| push(cells));
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

/// A list with its items' own numbers.
fn list(handlers: &dyn Handlers, element: Element, other: bool) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut number: usize = value(&element, "start").and_then(|v| v.trim().parse().ok()).unwrap_or(1);
    let mut out = String::from("\n\n");
    for item in parts(&content) {
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
        let indent = format!("\n{}", " ".repeat(marker.len()));
        let text = item.content.trim().replace("\n\n\n", "\n\n");
        out.push_str(&format!("{marker}{}\n", text.replace('\n', &indent)));
    }
    out.push('\n');
    Some(out.into())
}

/// A definition list.
fn definitions(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut out = String::from("\n\n");
    let mut after_term = false;
    for part in parts(&content) {
        let text = part.content.trim().replace('\n', "\n  ");
        if part.tag == "dt" {
            out.push_str(if after_term { "\n\n" } else { "\n" });
            out.push_str(&text.replace('\n', " "));
            out.push('\n');
        } else {
            out.push_str(&format!(": {text}\n\n"));
        }
        after_term = part.tag == "dt";
    }
    out.push('\n');
    Some(out.into())
}

fn value(element: &Element, name: &str) -> Option<String> {
    element.attrs.iter().find(|a| a.name.local.as_ref() == name).map(|a| a.value.to_string())
}

/// `<a id="x">` pins an address; htmd would drop it.
fn anchor(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let id = value(&element, "id").or_else(|| value(&element, "name"));
    match (value(&element, "href"), id) {
        (None, Some(id)) => {
            let text = handlers.walk_children(element.node).content;
            Some(format!("<a id=\"{}\"></a>{text}", id.replace(['"', '<', '>'], "")).into())
        }
        (None, None) => Some(handlers.walk_children(element.node).content.into()),
        _ => handlers.fallback(element),
    }
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
