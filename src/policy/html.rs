//! Raw HTML in markdown, read as what markdown can say.
//!
//! Policies hold whole HTML tables and lists. Before the text is cut into clauses they are
//! rewritten as markdown (by htmd, the converter that imports use too), so that both diff alike;
//! tags that only wrap are dropped and their text kept; comments vanish; active content is an
//! error. What comes out is markdown without block-level HTML, and a map back to the author's
//! bytes. HTML *inside* a line is left for `markdown`, which meets it between words.

use htmd::element_handler::{HandlerResult, Handlers};
use htmd::options::{BrStyle, BulletListMarker, HeadingStyle, Options};
use htmd::{Element, HtmlToMarkdown};
use pulldown_cmark::{Event, Parser, Tag as MdTag};
use std::ops::Range;

use super::markdown::OPTIONS;
use crate::diagnostic::{Diagnostic, Severity};

/// Rounds of rewriting before what HTML is left is taken as text: wrappers inside wrappers come
/// to light one round at a time, and real texts need two.
const MAX_ROUNDS: usize = 6;

/// Tags that hold a block markdown can say: converted whole, from opening to closing tag.
const BLOCKS: [&str; 13] =
    ["table", "ul", "ol", "dl", "p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"];

/// Tags that say what markdown can say, so that nothing is lost and nobody need be told.
const SAID: [&str; 38] = [
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "p",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "strong",
    "b",
    "em",
    "i",
    "cite",
    "dfn",
    "var",
    "del",
    "s",
    "strike",
    "code",
    "kbd",
    "a",
    "img",
];

/// Tags that run, load or ask for something.
const ACTIVE: [&str; 17] = [
    "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button",
    "select", "textarea", "link", "meta", "base", "svg",
];

/// A tag as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// Lower case.
    pub(super) name: String,
    /// `</name>`
    pub(super) closing: bool,
    /// `<name/>`, or a tag that never has content.
    pub(super) alone: bool,
    /// Lower-case name and value, in order.
    pub(super) attributes: Vec<(String, String)>,
    /// How many bytes it takes.
    pub(super) len: usize,
}

impl Tag {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// What is active about it, if anything.
    pub(super) fn active(&self) -> Option<String> {
        if ACTIVE.contains(&self.name.as_str()) {
            return Some(format!("<{}>", self.name));
        }
        let handler = self.attributes.iter().find(|(n, _)| n.starts_with("on") && n.len() > 2);
        handler.map(|(n, _)| format!("{n}="))
    }

    /// Whether markdown can say it.
    pub(super) fn said(&self) -> bool {
        SAID.contains(&self.name.as_str())
    }

    /// Whether what stands inside it is not text either.
    pub(super) fn swallows(&self) -> bool {
        !self.closing
            && !self.alone
            && ["script", "style", "svg", "object", "select"].contains(&self.name.as_str())
    }
}

/// The tag at the start of `text`; `None` if what stands there is not a tag.
pub(super) fn tag(text: &str) -> Option<Tag> {
    let mut rest = text.strip_prefix('<')?;
    let closing = rest.starts_with('/');
    rest = rest.strip_prefix('/').unwrap_or(rest);
    let name_len = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name = rest[..name_len].to_ascii_lowercase();
    rest = &rest[name_len..];
    if !rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/') {
        return None;
    }
    let mut attributes = Vec::new();
    let mut alone =
        ["br", "hr", "img", "input", "link", "meta", "base", "col", "wbr"].contains(&name.as_str());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        if let Some(after) = rest.strip_prefix('/') {
            alone = alone || after.starts_with('>');
            rest = after;
            continue;
        }
        let len = rest.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c))?;
        let attribute = rest[..len].to_ascii_lowercase();
        rest = rest[len..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let (v, r) = match after.chars().next()? {
                quote @ ('"' | '\'') => after[1..].split_once(quote)?,
                _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
            };
            value = v.to_owned();
            rest = r;
        } else if len == 0 {
            return None;
        }
        attributes.push((attribute, value));
    }
    Some(Tag { name, closing, alone, attributes, len: text.len() - rest.len() })
}

/// Markdown without block-level HTML, and where each piece of it came from.
#[derive(Clone, Debug)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Start in `text`, start in the original, whether the piece was copied byte for byte.
    pieces: Vec<(usize, usize, bool)>,
}

impl Rewritten {
    fn unchanged(body: &str) -> Self {
        Self { text: body.to_owned(), pieces: vec![(0, 0, true)] }
    }

    /// The author's byte that `at` came from.
    pub(super) fn origin(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|p| p.0 <= at).saturating_sub(1);
        match self.pieces.get(piece) {
            Some(&(start, origin, true)) => origin + (at - start),
            Some(&(_, origin, false)) => origin,
            None => at,
        }
    }
}

/// Replaces block-level HTML by markdown.
pub(super) fn rewrite(body: &str, imported: bool) -> (Rewritten, Vec<Diagnostic>) {
    let mut current = Rewritten::unchanged(body);
    let mut found = Vec::new();
    if !body.contains('<') {
        return (current, found);
    }
    for _ in 0..MAX_ROUNDS {
        let edits = round(&current.text, imported, &mut |span, d: Diagnostic| {
            found.push(Diagnostic {
                span: current.origin(span.start)..current.origin(span.end).max(current.origin(span.start)),
                ..d
            });
        });
        if edits.is_empty() {
            break;
        }
        current = apply(&current, edits);
    }
    (current, found)
}

/// A piece of the text and what to put in its place.
type Edit = (Range<usize>, String);

/// One pass over the HTML blocks that the markdown parser sees.
fn round(text: &str, imported: bool, report: &mut impl FnMut(Range<usize>, Diagnostic)) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut done = 0;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        if !matches!(event, Event::Start(MdTag::HtmlBlock)) || range.start < done {
            continue;
        }
        let mut at = range.start;
        while at < range.end {
            let Some(next) = text[at..range.end].find('<') else { break };
            at += next;
            let (edit, end) = block_edit(text, at, range.end, imported, report);
            edits.extend(edit);
            at = end;
        }
        done = at.max(range.end);
    }
    edits
}

/// What to do with the `<` at `at`, and where to go on.
fn block_edit(
    text: &str,
    at: usize,
    block_end: usize,
    imported: bool,
    report: &mut impl FnMut(Range<usize>, Diagnostic),
) -> (Option<Edit>, usize) {
    if text[at..].starts_with("<!--") {
        let end = text[at..].find("-->").map_or(block_end, |n| at + n + 3);
        return (Some((at..end, String::new())), end);
    }
    let Some(tag) = tag(&text[at..]) else {
        // A lone `<`, a doctype or a processing instruction: escaped, so that it reads as it stands.
        return (Some((at..at + 1, "\\<".to_owned())), at + 1);
    };
    let tag_end = at + tag.len;
    if !tag.closing && BLOCKS.contains(&tag.name.as_str()) {
        let end = balanced_end(text, at, &tag.name).unwrap_or(block_end.max(tag_end));
        report_tags(text, at..end, imported, report);
        let prefix = continuation(text, at);
        let markdown = convert(&text[at..end]);
        let markdown = markdown.trim_matches('\n').replace('\n', &format!("\n{prefix}"));
        return (Some((at..end, format!("\n{prefix}\n{prefix}{markdown}\n{prefix}\n{prefix}"))), end);
    }
    report_tag(&tag, at..tag_end, imported, report);
    if tag.swallows() {
        let end = balanced_end(text, at, &tag.name).unwrap_or(block_end.max(tag_end));
        return (Some((at..end, String::new())), end);
    }
    let keep = match tag.attribute("id").or(tag.attribute("name")) {
        Some(id) if tag.name == "a" && !id.is_empty() => format!("{{#{id}}}"),
        _ => String::new(),
    };
    (Some((at..tag_end, keep)), tag_end)
}

/// What the lines of a block must begin with to stay where the block stands: quote marks stay,
/// a list's marker becomes the spaces of its width.
fn continuation(text: &str, at: usize) -> String {
    let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
    text[line..at].chars().map(|c| if c == '>' || c == '\t' { c } else { ' ' }).collect()
}

/// The end of the element that opens at `at`.
fn balanced_end(text: &str, at: usize, name: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut pos = at;
    while let Some(next) = text[pos..].find('<') {
        pos += next;
        match tag(&text[pos..]) {
            Some(t) if t.name == name && !t.alone => {
                depth = if t.closing { depth.saturating_sub(1) } else { depth + 1 };
                pos += t.len;
                if depth == 0 {
                    return Some(pos);
                }
            }
            Some(t) => pos += t.len,
            None => pos += 1,
        }
    }
    None
}

fn report_tags(
    text: &str,
    range: Range<usize>,
    imported: bool,
    report: &mut impl FnMut(Range<usize>, Diagnostic),
) {
    let mut pos = range.start;
    while let Some(next) = text[pos..range.end].find('<') {
        pos += next;
        match tag(&text[pos..range.end]) {
            Some(t) => {
                report_tag(&t, pos..pos + t.len, imported, report);
                pos += t.len;
            }
            None => pos += 1,
        }
    }
}

/// Says what becomes of a tag, where that is not what its author meant.
pub(super) fn report_tag(
    tag: &Tag,
    span: Range<usize>,
    imported: bool,
    report: &mut impl FnMut(Range<usize>, Diagnostic),
) {
    if let Some(what) = tag.active() {
        if tag.closing {
            return;
        }
        let severity = if imported { Severity::Warning } else { Severity::Error };
        let message = format!("`{what}` can run or load something, and a policy's text may not");
        let hint = "remove it: a policy is text, links, lists and tables".to_owned();
        report(span.clone(), Diagnostic { code: "active-html", severity, span, message, hint });
    } else if !tag.closing && !tag.said() {
        let message = format!("the tag `<{}>` is dropped; its text stays", tag.name);
        let hint = "remove the tag, or write what it means in markdown".to_owned();
        report(
            span.clone(),
            Diagnostic { code: "html-dropped", severity: Severity::Warning, span, message, hint },
        );
    }
}

fn apply(current: &Rewritten, edits: Vec<Edit>) -> Rewritten {
    let mut text = String::with_capacity(current.text.len());
    let mut pieces = Vec::new();
    let mut copied = 0;
    for (range, new) in edits {
        copy(current, copied..range.start, &mut text, &mut pieces);
        if !new.is_empty() {
            pieces.push((text.len(), current.origin(range.start), false));
            text.push_str(&new);
        }
        copied = range.end;
    }
    copy(current, copied..current.text.len(), &mut text, &mut pieces);
    Rewritten { text, pieces }
}

/// Copies a stretch of text with the pieces it is made of.
fn copy(current: &Rewritten, range: Range<usize>, text: &mut String, pieces: &mut Vec<(usize, usize, bool)>) {
    if range.is_empty() {
        return;
    }
    let first = current.pieces.partition_point(|p| p.0 <= range.start).saturating_sub(1);
    for &(start, origin, exact) in current.pieces[first..].iter().take_while(|p| p.0 < range.end) {
        let from = start.max(range.start);
        let origin = if exact { origin + (from - start) } else { origin };
        pieces.push((text.len() + (from - range.start), origin, exact));
    }
    text.push_str(&current.text[range]);
}

/// One HTML element as markdown.
fn convert(html: &str) -> String {
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
        .add_handler(vec!["ul", "ol"], list)
        .add_handler(vec!["dt", "dd"], part)
        .add_handler(vec!["dl"], definitions)
        .add_handler(vec!["a"], anchor)
        .add_handler(vec!["h1", "h2", "h3", "h4", "h5", "h6", "p"], with_id)
        .build();
    // Reading from memory cannot fail; should it ever, the text is kept as it stands.
    let html = html.replace([OPEN, HEAD, CLOSE], "");
    converter.convert(&html).unwrap_or_else(|_| html.replace('<', "\\<"))
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
fn list(handlers: &dyn Handlers, element: Element) -> Option<HandlerResult> {
    let content = handlers.walk_children(element.node).content;
    let mut number: usize = value(&element, "start").and_then(|v| v.trim().parse().ok()).unwrap_or(1);
    let mut out = String::from("\n\n");
    for item in parts(&content) {
        if item.detail > 0 {
            number = item.detail;
        }
        let marker = if element.tag == "ol" { format!("{number}. ") } else { "- ".to_owned() };
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
