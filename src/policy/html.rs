//! Raw HTML in markdown, read as what markdown can say.
//!
//! Policies hold whole HTML tables and lists. Before the text is cut into clauses they are
//! rewritten as markdown (by htmd, the converter that imports use too), so that both diff alike;
//! tags that only wrap are dropped and their text kept; comments vanish; active content is an
//! error. What comes out is markdown without block-level HTML, and a map back to the author's
//! bytes. HTML *inside* a line is left for `markdown`, which meets it between words.

use pulldown_cmark::{Event, Parser, Tag as MdTag};
use std::ops::Range;

use super::markdown::OPTIONS;
use crate::diagnostic::{Diagnostic, Severity};

mod convert;
mod tag;

use convert::convert;
pub(super) use tag::{Tag, tag};

/// Stands before an id that came from an anchor on a line of its own: the address of what follows it.
/// A noncharacter (Unicode 23.7), which never leaves the reading of a text.
pub(super) const ANCHOR: char = '\u{FDD3}';

/// Rounds of rewriting before what HTML is left is taken as text: wrappers inside wrappers come
/// to light one round at a time, and real texts need two.
const MAX_ROUNDS: usize = 6;

/// Tags that hold a block markdown can say: converted whole, from opening to closing tag.
const BLOCKS: [&str; 13] =
    ["table", "ul", "ol", "dl", "p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6"];

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

/// Tags that stand between words.
const INLINE: [&str; 15] =
    ["br", "strong", "b", "em", "i", "cite", "dfn", "var", "del", "s", "strike", "code", "kbd", "a", "img"];

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
            let (edit, end) = block_edit(text, at, range.end, edits.len() % 2 == 1, imported, report);
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
    other: bool,
    imported: bool,
    report: &mut impl FnMut(Range<usize>, Diagnostic),
) -> (Option<Edit>, usize) {
    if text[at..].starts_with("<!--") {
        let end = text[at..].find("-->").map(|n| at + n + 3);
        if end.is_none() {
            let severity = if imported { Severity::Warning } else { Severity::Error };
            let message = "this comment does not end, and all that follows is part of it".to_owned();
            let hint = "end it with `-->`".to_owned();
            let span = at..at + 4;
            report(span.clone(), Diagnostic { code: "unclosed-comment", severity, span, message, hint });
        }
        let end = end.unwrap_or(block_end);
        return (Some((at..end, String::new())), end);
    }
    let Some(tag) = tag(&text[at..]) else {
        // A lone `<`, a doctype or a processing instruction.
        return (as_it_stands(text, at), at + 1);
    };
    let tag_end = at + tag.len;
    if tag.literal() {
        let edit = as_it_stands(text, at);
        if edit.is_some() {
            report_tag(&tag, at..tag_end, imported, report);
        }
        return (edit, at + 1);
    }
    if !tag.closing && BLOCKS.contains(&tag.name.as_str()) {
        let end = balanced_end(text, at, &tag.name).unwrap_or(block_end.max(tag_end));
        report_tags(text, at..end, imported, report);
        let prefix = continuation(text, at);
        let markdown = convert(&text[at..end], other);
        let markdown = markdown.trim_matches('\n').replace('\n', &format!("\n{prefix}"));
        return (Some((at..end, format!("\n{prefix}\n{prefix}{markdown}\n{prefix}\n{prefix}"))), end);
    }
    // What stands between words is for `markdown` to read, once what is around it is gone.
    if INLINE.contains(&tag.name.as_str())
        && (tag.name != "a" || tag.attribute("href").is_some() || tag.closing)
    {
        return (None, tag_end);
    }
    report_tag(&tag, at..tag_end, imported, report);
    if tag.swallows() {
        let end = balanced_end(text, at, &tag.name).unwrap_or(block_end.max(tag_end));
        return (Some((at..end, String::new())), end);
    }
    if tag.said() && !alone_on_its_line(text, at) {
        // Between words it is read with them, once what makes this a block is gone.
        return (None, tag_end);
    }
    let keep = match tag.name.as_str() {
        "a" => tag.attribute("id").or(tag.attribute("name")).map(|id| {
            let gap = format!("\n{}", continuation(text, at)).repeat(2);
            format!("{gap}{{#{ANCHOR}{}}}{gap}", id.trim())
        }),
        "img" => tag.attribute("src").map(|src| {
            let words = tag.attribute("alt").unwrap_or_default().replace(['[', ']'], "");
            format!("![{words}](<{}>)", src.replace(['<', '>', '\n'], ""))
        }),
        _ => None,
    };
    (Some((at..tag_end, keep.unwrap_or_default())), tag_end)
}

/// A `<` that begins no tag is escaped where it begins a line, and so could begin a block of HTML.
/// After words it may stand in code, where the escape would show; and is read as text anyway.
fn as_it_stands(text: &str, at: usize) -> Option<Edit> {
    let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let begins =
        text[line..at].chars().all(|c| c.is_whitespace() || "->*+.)".contains(c) || c.is_ascii_digit());
    begins.then(|| (at..at + 1, "\\<".to_owned()))
}

/// Whether nothing but tags stands on a line.
fn alone_on_its_line(text: &str, at: usize) -> bool {
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    let mut rest = text[start..].lines().next().unwrap_or_default().trim();
    while let Some(next) = rest.find('<') {
        if !rest[..next].trim().is_empty() {
            return false;
        }
        match tag(&rest[next..]) {
            Some(tag) => rest = &rest[next + tag.len..],
            None => return false,
        }
    }
    rest.trim().is_empty()
}

/// What the lines of a block must begin with to stay where the block stands: quote marks stay,
/// a list's marker becomes the spaces of its width.
fn continuation(text: &str, at: usize) -> String {
    let line = text[..at].rfind('\n').map_or(0, |n| n + 1);
    // What a tag before it on the line holds is no mark of a quote.
    let marks = text[line..at].split('<').next().unwrap_or_default();
    marks.chars().map(|c| if c == '>' || c == '\t' { c } else { ' ' }).collect()
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
    } else if !tag.closing && tag.literal() {
        let message = format!("`{}` is no HTML tag; it is shown as it stands", tag.words);
        let hint = format!("write `\\{}`", tag.words);
        report(
            span.clone(),
            Diagnostic { code: "html-unknown", severity: Severity::Warning, span, message, hint },
        );
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
