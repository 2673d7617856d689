//! From the events of the markdown parser to drafts of clauses.

use std::ops::Range;

use pulldown_cmark::{Alignment as MdAlignment, Event, LinkType, Tag, TagEnd};

use super::Options;
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::content::Writer;
use crate::policy::{Alignment, ClauseKind, Container, ContainerKind, Content, Style, address, html};

/// Containers deeper than this are read as if they stood at this depth: no policy comes near it,
/// and it bounds the work on texts made to hurt.
const MAX_DEPTH: usize = 48;

/// A container that is open.
struct Frame {
    container: Container,
    /// No clause of its own has stood in it yet.
    fresh: bool,
    /// The number of a list's last item.
    counted: Option<u64>,
}

/// From events to drafts of clauses.
pub(super) struct Builder<'a> {
    source: &'a str,
    options: Options,
    stack: Vec<Frame>,
    /// Containers beyond `MAX_DEPTH` that are open.
    overflow: usize,
    /// How many containers there have been.
    containers: u32,
    open: Option<Open>,
    /// The image whose words are being read.
    image: Option<(String, String)>,
    /// The tag whose content is not text (`script`).
    swallowed: Option<String>,
    /// The id of an anchor above the next clause.
    pending: Option<(String, Range<usize>)>,
    pub(super) clauses: Vec<address::Draft>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The clause being read.
struct Open {
    kind: ClauseKind,
    span: Range<usize>,
    writer: Writer,
    /// `<a id>` met between its words.
    anchor: Option<(String, Range<usize>)>,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a str, options: Options) -> Self {
        Self {
            source,
            options,
            stack: Vec::new(),
            overflow: 0,
            containers: 0,
            open: None,
            image: None,
            swallowed: None,
            pending: None,
            clauses: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => {
                self.ensure_open(&range);
                self.styled(Style::Code, &text, range);
            }
            Event::SoftBreak => self.text(" ", range),
            Event::HardBreak => self.line_break(range),
            Event::Html(text) | Event::InlineHtml(text) => self.html(&text, range),
            Event::FootnoteReference(label) => {
                self.ensure_open(&range);
                self.point(Style::FootnoteRef(note(&label)));
            }
            // Rules, task boxes and mathematics are not part of the words; the last two are off.
            Event::Rule | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        match tag {
            Tag::Paragraph => {
                let kind = self.paragraph_kind();
                self.open_clause(kind, range);
            }
            Tag::Heading { level, .. } => self.open_clause(ClauseKind::Heading(level as u8), range),
            Tag::CodeBlock(_) => self.open_clause(ClauseKind::Code, range),
            Tag::BlockQuote(_) => self.push(ContainerKind::Quote),
            Tag::List(first) => {
                self.close_clause();
                self.push(ContainerKind::List { ordered: first.is_some() });
            }
            Tag::Item => {
                let number = self.item_number(&range);
                self.push(ContainerKind::Item(number));
            }
            Tag::FootnoteDefinition(label) => self.push(ContainerKind::Footnote(note(&label))),
            Tag::DefinitionList => self.push(ContainerKind::Definitions),
            Tag::DefinitionListTitle => self.open_clause(ClauseKind::Term, range),
            Tag::DefinitionListDefinition => self.push(ContainerKind::Definition),
            Tag::Table(columns) => self.push(ContainerKind::Table(columns.iter().map(alignment).collect())),
            Tag::TableHead => self.open_clause(ClauseKind::Row { header: true }, range),
            Tag::TableRow => self.open_clause(ClauseKind::Row { header: false }, range),
            Tag::TableCell => self.cell(),
            Tag::Emphasis => self.begin(Style::Emphasis, range),
            Tag::Strong => self.begin(Style::Strong, range),
            Tag::Strikethrough => self.begin(Style::Strike, range),
            Tag::Link { link_type, dest_url, .. } => {
                let target = if link_type == LinkType::Email {
                    format!("mailto:{dest_url}")
                } else {
                    dest_url.to_string()
                };
                self.link(&target, range);
            }
            Tag::Image { dest_url, .. } => {
                self.ensure_open(&range);
                self.image = Some((dest_url.to_string(), String::new()));
                self.check_target(&dest_url, &range);
            }
            Tag::HtmlBlock | Tag::MetadataBlock(_) | Tag::Superscript | Tag::Subscript => {}
        }
    }

    fn end(&mut self, tag: TagEnd, range: Range<usize>) {
        match tag {
            TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::CodeBlock
            | TagEnd::DefinitionListTitle
            | TagEnd::TableHead
            | TagEnd::TableRow => self.close_clause(),
            TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition
            | TagEnd::Table => self.pop(),
            TagEnd::Emphasis => self.finish(&Style::Emphasis, range),
            TagEnd::Strong => self.finish(&Style::Strong, range),
            TagEnd::Strikethrough => self.finish(&Style::Strike, range),
            TagEnd::Link => self.finish(&Style::Link(String::new()), range),
            TagEnd::Image => {
                if let Some((src, alt)) = self.image.take() {
                    self.ensure_open(&range);
                    self.point(Style::Image { src, alt: alt.trim().to_owned() });
                }
            }
            TagEnd::HtmlBlock => self.close_clause(),
            TagEnd::TableCell | TagEnd::MetadataBlock(_) | TagEnd::Superscript | TagEnd::Subscript => {}
        }
    }

    fn push(&mut self, kind: ContainerKind) {
        self.close_clause();
        if self.stack.len() >= MAX_DEPTH {
            self.overflow += 1;
            return;
        }
        self.containers += 1;
        self.stack.push(Frame {
            container: Container { number: self.containers, kind },
            fresh: true,
            counted: None,
        });
    }

    fn pop(&mut self) {
        self.close_clause();
        if self.overflow > 0 {
            self.overflow -= 1;
        } else {
            self.stack.pop();
        }
    }

    /// The number of an item: what the author wrote before it, where that goes on counting; else one
    /// more than the item before it, for many write `1.` before each. CommonMark itself keeps only the
    /// first number of a list.
    fn item_number(&mut self, range: &Range<usize>) -> Option<u64> {
        let text = self.source.get(range.clone())?.trim_start();
        let digits = text.find(|c: char| !c.is_ascii_digit())?;
        let written: u64 = text[..digits].parse().ok()?;
        let Some(list) = self.stack.last_mut() else { return Some(written) };
        let number = list.counted.map_or(written, |last| written.max(last.saturating_add(1)));
        list.counted = Some(number);
        Some(number)
    }

    /// A paragraph is an item's or a definition's own text where it is the first thing in it.
    fn paragraph_kind(&self) -> ClauseKind {
        match self.stack.last() {
            Some(Frame {
                container: Container { kind: ContainerKind::Item(_), .. }, fresh: true, ..
            }) => ClauseKind::Item,
            Some(Frame {
                container: Container { kind: ContainerKind::Definition, .. }, fresh: true, ..
            }) => ClauseKind::Definition,
            _ => ClauseKind::Paragraph,
        }
    }

    fn open_clause(&mut self, kind: ClauseKind, span: Range<usize>) {
        self.close_clause();
        let writer = Writer::new(kind == ClauseKind::Code);
        self.open = Some(Open { kind, span, writer, anchor: self.pending.take() });
    }

    /// Words of a tight item or definition come without a paragraph around them.
    fn ensure_open(&mut self, range: &Range<usize>) {
        match &mut self.open {
            Some(open) => open.span.end = open.span.end.max(range.end),
            None => {
                let kind = self.paragraph_kind();
                self.open_clause(kind, range.clone());
            }
        }
    }

    pub(super) fn close_clause(&mut self) {
        // What is not text ends with the block it stands in, be it closed or not.
        self.swallowed = None;
        let Some(open) = self.open.take() else { return };
        let Open { kind, span, writer, anchor } = open;
        let mut content = writer.finish();
        let own = self.attributes(&mut content, kind, &span);
        if let ClauseKind::Heading(_) = kind {
            content.number_len = address::number_len(&content.text);
        }
        if content.text.trim().is_empty() && content.marks.is_empty() {
            self.pending = anchor;
            self.stranded(own);
            return;
        }
        let id = own.map(|(name, span)| (name.trim_start_matches(html::ANCHOR).to_owned(), span)).or(anchor);
        self.stack.iter_mut().for_each(|frame| frame.fresh = false);
        let path = self.stack.iter().map(|f| f.container.clone()).collect();
        self.clauses.push(address::Draft { kind, path, content, span, explicit: id });
    }

    /// An id that stands alone: an anchor's is that of the clause below it, that of an attribute line
    /// is that of the clause above it.
    fn stranded(&mut self, id: Option<(String, Range<usize>)>) {
        let Some((name, span)) = id else { return };
        match (name.strip_prefix(html::ANCHOR), self.clauses.last_mut()) {
            (Some(name), _) => self.pending = Some((name.to_owned(), span)),
            (None, Some(last)) if last.explicit.is_none() => last.explicit = Some((name, span)),
            (None, _) => {}
        }
    }

    /// Takes `{#id}` and kramdown's `{: …}` out of a clause's words.
    fn attributes(
        &mut self,
        content: &mut Content,
        kind: ClauseKind,
        clause: &Range<usize>,
    ) -> Option<(String, Range<usize>)> {
        let mut id = None;
        while let Some(found) = address::attribute_list(content, kind) {
            let span = self.locate(&content.text[found.range.clone()], clause);
            if self.escaped(&span) {
                break;
            }
            if let Some(dropped) = found.dropped {
                self.diagnostics.push(Diagnostic::warning(
                    "attribute-dropped",
                    span.clone(),
                    format!("`{dropped}` is dropped: only an id is kept"),
                    "remove it, or keep `{#id}` alone",
                ));
            }
            if let Some(name) = found.id {
                id = Some((name, span));
            }
            content.remove(found.range);
        }
        id
    }

    /// Where words of a clause stand in the source; the whole clause if they cannot be found.
    fn locate(&self, words: &str, span: &Range<usize>) -> Range<usize> {
        let Some(text) = self.source.get(span.clone()) else { return span.clone() };
        match text.rfind(words) {
            Some(at) => span.start + at..span.start + at + words.len(),
            None => span.clone(),
        }
    }

    fn escaped(&self, span: &Range<usize>) -> bool {
        let before = self.source.get(..span.start).unwrap_or_default();
        (before.len() - before.trim_end_matches('\\').len()) % 2 == 1
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.swallowed.is_some() {
            return;
        }
        if let Some((_, alt)) = &mut self.image {
            alt.push_str(text);
            return;
        }
        if self.open.is_none() && text.trim().is_empty() {
            return;
        }
        self.ensure_open(&range);
        if let Some(open) = &mut self.open {
            open.writer.text(text);
        }
    }

    fn line_break(&mut self, range: Range<usize>) {
        match &mut self.image {
            Some((_, alt)) => alt.push(' '),
            None => {
                self.ensure_open(&range);
                if let Some(open) = &mut self.open {
                    open.writer.line_break();
                }
            }
        }
    }

    fn cell(&mut self) {
        if let Some(open) = &mut self.open {
            open.writer.cell();
        }
    }

    fn begin(&mut self, style: Style, range: Range<usize>) {
        if self.image.is_some() {
            return;
        }
        self.ensure_open(&range);
        if let Some(open) = &mut self.open {
            open.writer.begin(style);
        }
    }

    fn finish(&mut self, style: &Style, range: Range<usize>) {
        let Some(open) = self.open.as_mut().filter(|_| self.image.is_none()) else { return };
        if let Some(Style::Link(target)) = open.writer.end(style)
            && !target.is_empty()
        {
            self.diagnostics.push(Diagnostic::warning(
                "link-without-words",
                range,
                format!("the link to `{target}` has no words to follow it by, and is left out"),
                "write the words between the brackets: `[the form](https://…)`",
            ));
        }
    }

    fn styled(&mut self, style: Style, text: &str, range: Range<usize>) {
        self.begin(style.clone(), range.clone());
        self.text(text, range.clone());
        self.finish(&style, range);
    }

    fn point(&mut self, style: Style) {
        if let Some(open) = &mut self.open {
            open.writer.point(style);
        }
    }

    /// Opens a link, or nothing where its target is unsafe: then only its words stay.
    fn link(&mut self, target: &str, range: Range<usize>) {
        let safe = self.check_target(target, &range);
        self.begin(Style::Link(if safe { target.to_owned() } else { String::new() }), range);
    }

    fn check_target(&mut self, target: &str, range: &Range<usize>) -> bool {
        let Some(scheme) = unsafe_scheme(target) else { return true };
        let severity = if self.options.imported { Severity::Warning } else { Severity::Error };
        self.diagnostics.push(Diagnostic {
            code: "unsafe-link",
            severity,
            span: range.clone(),
            message: format!("a link to `{scheme}` is not safe"),
            hint: "link to `https://…`, `mailto:…`, `tel:…`, `#section` or `../policy/`".to_owned(),
            evidence: String::new(),
        });
        false
    }

    /// HTML between words.
    fn html(&mut self, text: &str, range: Range<usize>) {
        let mut rest = text;
        while !rest.is_empty() {
            let at = range.start + (text.len() - rest.len());
            if let Some(name) = &self.swallowed {
                let closes = html::tag(rest).is_some_and(|t| t.closing && t.name == *name);
                if closes {
                    self.swallowed = None;
                }
                return;
            }
            if let Some(comment) = rest.strip_prefix("<!--") {
                rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            } else if let Some(tag) = html::tag(rest) {
                rest = &rest[tag.len..];
                self.html_tag(&tag, at..at + tag.len);
            } else {
                // A `<` that begins no tag is text; HTML need not begin with one.
                let first = rest.chars().next().map_or(0, char::len_utf8);
                let end = rest[first..].find('<').map_or(rest.len(), |n| n + first);
                self.text(&rest[..end], at..at + end);
                rest = &rest[end..];
            }
        }
    }

    fn html_tag(&mut self, tag: &html::Tag, range: Range<usize>) {
        let diagnostics = &mut self.diagnostics;
        html::report_tag(tag, range.clone(), self.options.imported, &mut |_, d| diagnostics.push(d));
        if tag.shown(self.options.imported) {
            return self.text(&tag.words, range);
        }
        if tag.swallows() {
            self.swallowed = Some(tag.name.clone());
            return;
        }
        let style = match tag.name.as_str() {
            "br" => return self.line_break(range),
            "strong" | "b" => Style::Strong,
            "em" | "i" | "cite" | "dfn" | "var" => Style::Emphasis,
            "del" | "s" | "strike" => Style::Strike,
            "code" | "kbd" => Style::Code,
            "a" => return self.html_anchor(tag, range),
            "img" => {
                let src = tag.attribute("src").unwrap_or_default().to_owned();
                let alt = tag.attribute("alt").unwrap_or_default().trim().to_owned();
                self.check_target(&src, &range);
                self.ensure_open(&range);
                return self.point(Style::Image { src, alt });
            }
            _ => return,
        };
        if tag.closing { self.finish(&style, range) } else { self.begin(style, range) }
    }

    fn html_anchor(&mut self, tag: &html::Tag, range: Range<usize>) {
        if tag.closing {
            return self.finish(&Style::Link(String::new()), range);
        }
        let target = tag.attribute("href");
        match target {
            Some(target) => self.link(&target.replace("&amp;", "&"), range.clone()),
            None => self.begin(Style::Link(String::new()), range.clone()),
        }
        // A link's name is a word processor's; an anchor's was meant to be linked to.
        let name = tag.attribute("name").filter(|_| target.is_none());
        let id = tag.attribute("id").or(name).map(str::trim).filter(|id| !id.is_empty());
        if let (Some(open), Some(id)) = (&mut self.open, id)
            && open.anchor.is_none()
        {
            open.anchor = Some((id.to_owned(), range));
        }
    }
}

/// The label of a footnote: its case makes no difference to the parser.
fn note(label: &str) -> String {
    label.to_lowercase()
}

fn alignment(alignment: &MdAlignment) -> Alignment {
    match alignment {
        MdAlignment::None => Alignment::None,
        MdAlignment::Left => Alignment::Left,
        MdAlignment::Center => Alignment::Center,
        MdAlignment::Right => Alignment::Right,
    }
}

/// The scheme of a target that a page must not link to.
fn unsafe_scheme(target: &str) -> Option<String> {
    // Browsers skip control characters and white space in a scheme, so that `java\nscript:` runs.
    let compact: String = target.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
    let end = compact.find([':', '/', '?', '#'])?;
    let (scheme, rest) = compact.split_at(end);
    let scheme = scheme.to_ascii_lowercase();
    let known = ["http", "https", "mailto", "tel"].contains(&scheme.as_str());
    (rest.starts_with(':') && !known).then(|| format!("{scheme}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes() {
        assert_eq!(unsafe_scheme("https://a.example/x:y"), None);
        assert_eq!(unsafe_scheme("../cookies/#a:b"), None);
        assert_eq!(unsafe_scheme("#sharing"), None);
        assert_eq!(unsafe_scheme(" JaVa\nScript:alert(1)"), Some("javascript:".to_owned()));
        assert_eq!(unsafe_scheme("data:text/html,x"), Some("data:".to_owned()));
    }
}
