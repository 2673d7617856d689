//! What a reader sees of a clause, being written: white space as a browser shows it, and marks
//! that keep to the words they cover.

use std::ops::Range;

use super::{Content, Mark, Style};

/// Writes the [`Content`] of one clause.
#[derive(Debug)]
pub(super) struct Writer {
    content: Content,
    /// Styles that have begun, and where.
    begun: Vec<(Style, usize)>,
    /// White space stands as it is.
    preformatted: bool,
    cells: usize,
}

impl Writer {
    pub(super) fn new(preformatted: bool) -> Self {
        Self { content: Content::default(), begun: Vec::new(), preformatted, cells: 0 }
    }

    /// Adds words. Runs of ASCII white space become one space; other spaces (no-break, thin,
    /// ideographic) are characters like any other.
    pub(super) fn text(&mut self, text: &str) {
        let out = &mut self.content.text;
        if self.preformatted {
            out.push_str(text);
            return;
        }
        for c in text.chars() {
            if !c.is_ascii_whitespace() {
                out.push(c);
            } else if !(out.is_empty() || out.ends_with([' ', '\n', '\t'])) {
                out.push(' ');
            }
        }
    }

    /// A break the author asked for.
    pub(super) fn line_break(&mut self) {
        self.trim();
        let out = &mut self.content.text;
        if !(out.is_empty() || out.ends_with(['\n', '\t'])) {
            out.push('\n');
        }
    }

    /// The next cell of a row.
    pub(super) fn cell(&mut self) {
        self.close_all();
        if self.cells > 0 {
            self.trim();
            while self.content.text.ends_with('\n') {
                self.content.text.pop();
            }
            self.content.text.push('\t');
        }
        self.cells += 1;
    }

    /// Begins a style. As in a browser, a link ends where another begins.
    pub(super) fn begin(&mut self, style: Style) {
        let leads = |style: &Style| matches!(style, Style::Link(target) if !target.is_empty());
        if leads(&style)
            && let Some(at) = self.begun.iter().rposition(|(s, _)| leads(s))
        {
            let (style, start) = self.begun.remove(at);
            self.mark(style, start);
        }
        self.begun.push((style, self.content.text.len()));
    }

    /// Ends the last style of this sort that has begun, whatever its target. Gives it back where it
    /// covers no words, and so is nothing.
    pub(super) fn end(&mut self, style: &Style) -> Option<Style> {
        let same = |s: &Style| std::mem::discriminant(s) == std::mem::discriminant(style);
        let at = self.begun.iter().rposition(|(s, _)| same(s))?;
        let (style, start) = self.begun.remove(at);
        let nothing = (start == self.content.text.len()).then(|| style.clone());
        self.mark(style, start);
        nothing
    }

    /// Something that stands between two characters.
    pub(super) fn point(&mut self, style: Style) {
        let at = self.content.text.len();
        self.content.marks.push(Mark { range: at..at, style });
    }

    pub(super) fn finish(mut self) -> Content {
        self.close_all();
        let text = &mut self.content.text;
        let end = if self.preformatted {
            text.trim_end_matches('\n').len()
        } else {
            text.trim_end_matches([' ', '\n']).len()
        };
        text.truncate(end);
        self.content.tidy();
        self.content
    }

    fn close_all(&mut self) {
        while let Some((style, start)) = self.begun.pop() {
            self.mark(style, start);
        }
    }

    fn mark(&mut self, style: Style, start: usize) {
        let end = self.content.text.len();
        // A link whose target was refused leaves its words and nothing else.
        if start < end && style != Style::Link(String::new()) {
            self.content.marks.push(Mark { range: start..end, style });
        }
    }

    fn trim(&mut self) {
        let end = self.content.text.trim_end_matches(' ').len();
        self.content.text.truncate(end);
    }
}

impl Content {
    /// Takes words out, with the white space that would be left double or at the end.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        let before = self.text[..range.start].trim_end_matches(' ').len();
        let after = &self.text[range.end..];
        let joined = after.trim().is_empty() || after.starts_with([' ', '\n', '\t']);
        let range = if joined { before..range.end } else { range };
        self.text.replace_range(range.clone(), "");
        let shift = |at: usize| {
            if at <= range.start { at } else { at.max(range.end) - range.len() }
        };
        for mark in &mut self.marks {
            mark.range = shift(mark.range.start)..shift(mark.range.end);
        }
        let end = self.text.trim_end_matches([' ', '\n']).len();
        self.text.truncate(end);
        self.tidy();
    }

    /// Marks keep within the text, cover something unless they are points, and are ordered.
    fn tidy(&mut self) {
        let end = self.text.len();
        for mark in &mut self.marks {
            let point = mark.range.is_empty();
            let covered = &self.text[mark.range.start.min(end)..mark.range.end.min(end)];
            // Emphasis of the space after a word is emphasis of nothing.
            let trimmed = covered.trim_end_matches([' ', '\n']).len();
            mark.range.start = mark.range.start.min(end);
            mark.range.end = if point { mark.range.start } else { mark.range.start + trimmed };
        }
        self.marks.retain(|m| !m.range.is_empty() || m.style.is_point());
        self.marks.sort_by(|a, b| {
            let key = |m: &Mark| (m.range.start, std::cmp::Reverse(m.range.end));
            key(a).cmp(&key(b)).then_with(|| a.style.cmp(&b.style))
        });
        self.marks.dedup_by(|a, b| a == b && !a.style.is_point());
    }
}

impl Style {
    /// Whether it stands between characters and covers none.
    pub fn is_point(&self) -> bool {
        matches!(self, Self::Image { .. } | Self::FootnoteRef(_))
    }

    /// Whether it leads somewhere.
    pub fn is_link(&self) -> bool {
        matches!(self, Self::Link(_) | Self::FootnoteRef(_))
    }
}
