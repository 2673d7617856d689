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
mod depth;
pub mod page;
mod paragraph;
mod scan;
mod tag;

use convert::convert;
use paragraph::{paragraphs, without_marks};
use scan::Scan;
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
        let mut report = |span: Range<usize>, d: Diagnostic| {
            // One such text is enough to say what is wrong.
            if d.code != "html-too-deep" || found.iter().all(|f: &Diagnostic| f.code != d.code) {
                let start = current.origin(span.start);
                found.push(Diagnostic { span: start..current.origin(span.end).max(start), ..d });
            }
        };
        let edits = Round { scan: Scan::new(&current.text), imported, report: &mut report }.edits();
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
struct Round<'a, 'r> {
    scan: Scan<'a>,
    imported: bool,
    report: &'r mut dyn FnMut(Range<usize>, Diagnostic),
}

impl Round<'_, '_> {
    fn edits(&mut self) -> Vec<Edit> {
        let text = self.scan.text;
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
                let (edit, end) = self.edit(at, range.end, edits.len() % 2 == 1);
                edits.extend(edit);
                at = end;
            }
            done = at.max(range.end);
        }
        edits
    }

    /// What to do with the `<` at `at`, and where to go on.
    fn edit(&mut self, at: usize, block_end: usize, other: bool) -> (Option<Edit>, usize) {
        let text = self.scan.text;
        if text[at..].starts_with("<!--") {
            let end = self.comment(at, block_end);
            return (Some((at..end, String::new())), end);
        }
        let Some(tag) = tag(&text[at..]) else {
            // A lone `<`, a doctype or a processing instruction.
            return (self.as_it_stands(at), at + 1);
        };
        let tag_end = at + tag.len;
        if tag.literal() && !tag.shown(self.imported) {
            report_tag(&tag, at..tag_end, self.imported, &mut self.report);
            return (Some((at..tag_end, String::new())), tag_end);
        }
        if tag.literal() {
            let edit = self.as_it_stands(at);
            if edit.is_some() {
                report_tag(&tag, at..tag_end, self.imported, &mut self.report);
            }
            return (edit, at + 1);
        }
        if !tag.closing && BLOCKS.contains(&tag.name.as_str()) {
            let end = self.scan.balanced_end(at).unwrap_or(block_end.max(tag_end));
            return (Some((at..end, self.block(at..end, tag_end, other))), end);
        }
        // What stands between words is for `markdown` to read, once what is around it is gone.
        if INLINE.contains(&tag.name.as_str())
            && (tag.name != "a" || tag.attribute("href").is_some() || tag.closing)
        {
            return self.between_words(&tag, at);
        }
        report_tag(&tag, at..tag_end, self.imported, &mut self.report);
        if tag.swallows() {
            let end = self.scan.balanced_end(at).unwrap_or(block_end.max(tag_end));
            return (Some((at..end, String::new())), end);
        }
        if tag.said() && !self.scan.alone_on_its_line(at) {
            // Between words it is read with them, once what makes this a block is gone.
            return (None, tag_end);
        }
        (Some((at..tag_end, self.instead(&tag, at))), tag_end)
    }

    /// A tag for words, alone on its line, is moved to the words below it: else markdown would not read
    /// them, and a paragraph would end it. A link with no words below it is left out.
    fn between_words(&mut self, tag: &Tag, at: usize) -> (Option<Edit>, usize) {
        let end = at + tag.len;
        if tag.closing || tag.alone || !self.scan.alone_on_its_line(at) {
            return (None, end);
        }
        let quoted = self.scan.continuation(at).contains('>');
        let rest = &self.scan.text[end..];
        let below = rest.trim_start_matches(|c: char| c.is_whitespace() || quoted && c == '>');
        let gap = end..end + (rest.len() - below.len());
        if begins_with_words(below) {
            let edit = self.scan.text[gap.clone()].contains('\n').then(|| (gap.clone(), String::new()));
            return (edit, gap.end);
        }
        let Some(target) = tag.attribute("href").filter(|target| !target.is_empty()) else {
            return (None, end);
        };
        let severity = Severity::Warning;
        let message =
            format!("the link to `{target}` stands around blocks and not around words, and is left out");
        let hint = format!("write `[words]({target})` where the link belongs");
        (self.report)(at..end, Diagnostic::new("link-without-words", severity, at..end, message, hint));
        (Some((at..end, String::new())), end)
    }

    /// The end of a comment; says so where there is none.
    fn comment(&mut self, at: usize, block_end: usize) -> usize {
        if let Some(end) = self.scan.comment_end(at) {
            return end;
        }
        let severity = if self.imported { Severity::Warning } else { Severity::Error };
        let message = "this comment does not end, and all that follows is part of it".to_owned();
        let hint = "end it with `-->`".to_owned();
        let span = at..at + 4;
        (self.report)(span.clone(), Diagnostic::new("unclosed-comment", severity, span, message, hint));
        block_end
    }

    /// An element that holds a block, as markdown that stays where it stands.
    fn block(&mut self, range: Range<usize>, tag_end: usize, other: bool) -> String {
        let prefix = self.scan.continuation(range.start);
        let html = without_marks(&self.scan.text[range.clone()], &prefix);
        let markdown = self.paragraphs(&html, range.start..tag_end).unwrap_or_else(|| {
            report_tags(self.scan.text, range.clone(), self.imported, &mut self.report);
            convert(&html, other).unwrap_or_else(|| self.flat(&html, range.start..tag_end))
        });
        let markdown = markdown.trim_matches('\n').replace('\n', &format!("\n{prefix}"));
        // An item that begins with an empty line would end there.
        let begins =
            if self.scan.begins_an_item(range.start) { "" } else { &format!("\n{prefix}\n{prefix}") };
        format!("{begins}{markdown}\n{prefix}\n{prefix}")
    }

    /// Paragraphs and quotes of words, which are read as markdown in the next round.
    fn paragraphs(&mut self, html: &str, span: Range<usize>) -> Option<String> {
        tag(html).filter(|t| t.name == "p" || t.name == "blockquote")?;
        let (markdown, gone) = paragraphs(html)?;
        for tag in gone {
            // Without the marks of quotes places are others: the first tag is near enough.
            report_tag(&tag, span.clone(), self.imported, &mut self.report);
        }
        Some(markdown)
    }

    /// The text of HTML that is nested too deep.
    fn flat(&mut self, html: &str, span: Range<usize>) -> String {
        let severity = if self.imported { Severity::Warning } else { Severity::Error };
        let message = "this HTML is nested too deep to be read; only its text is kept".to_owned();
        let hint = "write it in markdown, or with fewer tables and lists inside each other".to_owned();
        (self.report)(span.clone(), Diagnostic::new("html-too-deep", severity, span, message, hint));
        depth::flatten(html)
    }

    /// What a tag that is no block is replaced by.
    fn instead(&mut self, tag: &Tag, at: usize) -> String {
        let keep = match tag.name.as_str() {
            "a" => tag.attribute("id").or(tag.attribute("name")).map(|id| {
                let gap = format!("\n{}", self.scan.continuation(at)).repeat(2);
                format!("{gap}{{#{ANCHOR}{}}}{gap}", id.trim())
            }),
            "img" => tag.attribute("src").map(|src| {
                let words = tag.attribute("alt").unwrap_or_default().replace(['[', ']'], "");
                format!("![{words}](<{}>)", src.replace(['<', '>', '\n'], ""))
            }),
            _ => None,
        };
        keep.unwrap_or_default()
    }

    /// A `<` that begins no tag is escaped where it begins a line, and so could begin a block of HTML.
    /// After words it may stand in code, where the escape would show; and is read as text anyway.
    fn as_it_stands(&mut self, at: usize) -> Option<Edit> {
        let before = &self.scan.text[self.scan.line(at)..at];
        let begins = before.chars().all(|c| c.is_whitespace() || "->*+.)".contains(c) || c.is_ascii_digit());
        begins.then(|| (at..at + 1, "\\<".to_owned()))
    }
}

/// Whether a paragraph begins here, and no other block.
fn begins_with_words(text: &str) -> bool {
    let after_number = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = text.lines().next().unwrap_or_default();
    match text.chars().next() {
        None | Some('#' | '>' | '|' | ':' | '=' | '~' | '+' | '-') => false,
        Some('*') => !text.starts_with("* ") && !text.starts_with("**\n"),
        Some('`') => !text.starts_with("```"),
        Some('<') => {
            tag(text).is_some_and(|t| !t.literal() && (INLINE.contains(&t.name.as_str()) && !t.closing))
        }
        Some(c) if c.is_ascii_digit() => !after_number.starts_with(['.', ')']),
        Some(_) => !line.contains('|'),
    }
}

/// Says what becomes of the tags of an element that is converted, and of markdown between them.
fn report_tags(
    text: &str,
    range: Range<usize>,
    imported: bool,
    report: &mut impl FnMut(Range<usize>, Diagnostic),
) {
    let (mut pos, mut words, mut code) = (range.start, range.start, false);
    while let Some(next) = text[pos..range.end].find('<') {
        pos += next;
        match tag(&text[pos..range.end]).filter(|t| !t.literal()) {
            Some(t) => {
                if !code {
                    report_markdown(text, words..pos, report);
                }
                if t.name == "code" || t.name == "pre" {
                    code = !t.closing;
                }
                report_tag(&t, pos..pos + t.len, imported, report);
                pos += t.len;
                words = pos;
            }
            None => {
                if let Some(t) = tag(&text[pos..range.end]) {
                    report_tag(&t, pos..pos + t.len, imported, report);
                }
                pos += 1;
            }
        }
    }
}

/// Says that markdown in what is converted is not read as such.
fn report_markdown(text: &str, range: Range<usize>, report: &mut impl FnMut(Range<usize>, Diagnostic)) {
    let words = &text[range.clone()];
    let bold = words.find("**").filter(|at| words[at + 2..].contains("**"));
    let Some(at) = words.find("](").or(bold) else { return };
    let at = range.start + at;
    let line = text[at..range.end].lines().next().unwrap_or_default().trim_end();
    let message = "markdown inside HTML is shown as it stands".to_owned();
    let hint = "write `<b>…</b>` and `<a href=\"…\">…</a>` here, or the whole in markdown".to_owned();
    let span = at..at + line.len();
    report(span.clone(), Diagnostic::new("markdown-in-html", Severity::Warning, span, message, hint));
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
        report(span.clone(), Diagnostic::new("active-html", severity, span, message, hint));
    } else if !tag.closing && tag.shown(imported) {
        let message = format!("`{}` is no HTML tag; it is shown as it stands", tag.words);
        let hint = format!("write `\\{}`", tag.words);
        report(span.clone(), Diagnostic::new("html-unknown", Severity::Warning, span, message, hint));
    } else if !tag.closing && !tag.said() {
        let message = format!("the tag `<{}>` is dropped; its text stays", tag.name);
        let hint = "remove the tag, or write what it means in markdown".to_owned();
        report(span.clone(), Diagnostic::new("html-dropped", Severity::Warning, span, message, hint));
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts made to hurt: each would take minutes, or more stack than there is, if it were read without
    /// bounds.
    #[test]
    fn nothing_takes_for_ever() {
        let nest = |open: &str, close: &str| format!("{}x{}", open.repeat(5_000), close.repeat(5_000));
        let texts = [
            nest("<table><tr><td>", "</td></tr></table>"),
            nest("<blockquote>", "</blockquote>"),
            nest("<ul><li>", "</li></ul>"),
            nest("<ul><li/>", ""),
            nest("<div><table><tr><td></div>", ""),
            nest("<p><b>", ""),
            format!("<blockquote>{}{}", nest("<b x=1>", ""), nest("<p>", "")),
            "<p>x\n\n".repeat(5_000),
            "<p>x</p>".repeat(5_000),
            "<a href=\"\n".repeat(20_000),
            format!("<div>\n{}", "<a href=\"".repeat(20_000)),
            "<li>".repeat(30_000),
            "> <!--\n\n".repeat(20_000),
            "x <a b=\"\n\n<p>y\"\n\n".repeat(10_000),
        ];
        for text in texts {
            let (rewritten, found) = rewrite(&text, false);
            assert!(rewritten.text.contains(['x', '<']) || text.contains("<!--") || text.starts_with("<li>"));
            assert!(found.iter().filter(|d| d.code == "html-too-deep").count() <= 1);
        }
    }
}
