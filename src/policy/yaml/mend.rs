//! YAML that is none, read line by line for what its author meant.
//!
//! The parser says "while parsing a block mapping, did not find expected key" and stops. This file
//! looks for what people type who were never told that this is YAML: tabs, quotes out of a word
//! processor, a colon in a sentence, a missing space, lines that do not line up. Each such line
//! gets a diagnostic that says what to type, and is mended for the next attempt of the parser, so
//! that one mistake does not hide the others.
//!
//! It sees only texts that the parser has refused, and need not be right about all YAML: what it
//! does not understand it leaves alone, and [`explain`] then says where the parser stopped.

use std::ops::Range;

use self::value::shortened;
use super::line::{self, Colon, Key, Line};
use super::{Failure, Source};
use crate::diagnostic::Diagnostic;

mod value;

/// A text mended, and what had to be.
pub(super) struct Mended {
    pub(super) source: Source,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Mends what can be mended.
pub(super) fn mend(text: &str, range: Range<usize>) -> Mended {
    let lines = line::lines(text, range.clone());
    let mut mender = Mender {
        lines: &lines,
        edits: Vec::new(),
        diagnostics: Vec::new(),
        open: Vec::new(),
        shift: None,
        after_dash: false,
    };
    let mut next = 0;
    while next < lines.len() {
        next = mender.line(next);
    }
    let Mender { mut edits, diagnostics, .. } = mender;
    edits.sort_by_key(|edit| (edit.at, edit.remove));
    Mended { source: apply(text, range, &edits), diagnostics }
}

/// Replaces some bytes by a text.
struct Edit {
    at: usize,
    remove: usize,
    insert: String,
}

/// Applies edits (ascending); what is put in stands, for the spans, where it was put.
fn apply(text: &str, range: Range<usize>, edits: &[Edit]) -> Source {
    let mut source = Source { chars: Vec::new(), offsets: Vec::new(), end: range.end };
    let mut edits = edits.iter().peekable();
    let mut skip_to = range.start;
    for (at, c) in text[range.clone()].char_indices().map(|(at, c)| (range.start + at, c)) {
        while let Some(edit) = edits.next_if(|edit| edit.at <= at) {
            edit.insert.chars().for_each(|c| source.push(c, at));
            skip_to = skip_to.max(edit.at + edit.remove);
        }
        if at >= skip_to {
            source.push(c, at);
        }
    }
    for edit in edits {
        edit.insert.chars().for_each(|c| source.push(c, range.end));
    }
    source
}

/// A level of indentation that later lines may line up with.
struct Level {
    /// Characters from the start of the line, as the author wrote it.
    column: usize,
    /// A dash, not a key.
    dash: bool,
    /// The key.
    name: String,
    /// Whether a value stood beside the key, so that nothing may stand below it.
    has_value: bool,
}

struct Mender<'a> {
    lines: &'a [Line<'a>],
    edits: Vec<Edit>,
    diagnostics: Vec<Diagnostic>,
    open: Vec<Level>,
    /// Lines at this column or right of it were moved by so much with the line above them.
    shift: Option<(usize, isize)>,
    /// Whether the line in hand starts with the dash of a list item.
    after_dash: bool,
}

impl<'a> Mender<'a> {
    /// Looks at one line; returns the next to look at.
    fn line(&mut self, index: usize) -> usize {
        let line = self.lines[index];
        if line.is_idle() || matches!(line.text.trim_end(), "---" | "...") {
            return index + 1;
        }
        self.white_space(line);
        let indent = line.indent();
        self.after_dash = false;
        let from = self.dashes(line, indent);

        let key = line::key(line.text, from).or_else(|| self.emphasised(line, from));
        match key {
            Some(key) => {
                let rest = self.colon(line, key);
                self.level(line, key, from);
                let value = line::without_comment(&line.text[rest..]);
                let at = rest + (value.len() - value.trim_start().len());
                if let Some(level) = self.open.last_mut() {
                    level.has_value = !value.trim().is_empty();
                }
                self.value(index, Some(key.name), at, value.trim())
            }
            None if from > indent => {
                let value = line::without_comment(&line.text[from..]).trim();
                self.value(index, None, from, value)
            }
            // A key of marks that keys do not have: the parser will know.
            None if line::has_loose_colon(line::without_comment(&line.text[from..])) => index + 1,
            None => {
                self.loose(index);
                index + 1
            }
        }
    }

    fn edit(&mut self, at: usize, remove: usize, insert: impl Into<String>) {
        self.edits.push(Edit { at, remove, insert: insert.into() });
    }

    fn error(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.diagnostics.push(Diagnostic::error(code, span, message, hint));
    }

    /// White space at the start of a line that is no space.
    fn white_space(&mut self, line: Line<'_>) {
        let indent = &line.text[..line.indent()];
        let span = line.start..line.start + indent.len();
        if indent.contains('\t') {
            let hint = "use spaces: two for each level";
            self.error("tab-indent", span, "this line is indented with a tab", hint);
        } else if indent.chars().any(|c| c != ' ') {
            let hint = "delete the white space before the first word and type spaces instead";
            self.error(
                "odd-space",
                span,
                "this line is indented with something that only looks like spaces",
                hint,
            );
        }
        for (at, c) in indent.char_indices().filter(|(_, c)| *c != ' ') {
            self.edit(line.start + at, c.len_utf8(), if c == '\t' { "  " } else { " " });
        }
    }

    /// The dashes of list items; returns the offset of what follows them.
    fn dashes(&mut self, line: Line<'_>, indent: usize) -> usize {
        let mut from = indent;
        loop {
            let rest = &line.text[from..];
            let Some(first) = rest.chars().next() else { return from };
            let after = &rest[first.len_utf8()..];
            let at = line.start + from;
            match first {
                '-' if after.starts_with([' ', '\t']) => self.dash_level(line, from),
                '-' if after.starts_with(char::is_alphabetic) => {
                    let hint = format!("write `- {}`", shortened(after));
                    self.error("dash-space", at..at + 1, "a dash of a list needs a space after it", hint);
                    self.edit(at + 1, 0, " ");
                    self.dash_level(line, from);
                    return from + 1;
                }
                '–' | '—' | '•' | '·' | '*' if after.starts_with([' ', '\t']) => {
                    let hint = format!("write `- {}`", shortened(after.trim_start()));
                    let message = format!("the items of a list start with a hyphen, not with `{first}`");
                    self.error("list-mark", at..at + first.len_utf8(), message, hint);
                    self.edit(at, first.len_utf8(), "-");
                    self.dash_level(line, from);
                }
                _ => return from,
            }
            from += first.len_utf8() + (after.len() - after.trim_start().len());
        }
    }

    fn dash_level(&mut self, line: Line<'_>, at: usize) {
        let column = line.text[..at].chars().count();
        // The second dash of `- - x` lines up with nothing above.
        if !self.after_dash {
            let popped = self.close(column, true);
            let above = self.open.last().filter(|above| popped.is_none() && above.has_value && !above.dash);
            if let Some(name) = above.map(|above| above.name.clone()) {
                let message = format!("`{name}` has a value already, so no list can stand below it");
                let hint = format!("delete the value after `{name}:`, or this line");
                let span = line.start + at..line.start + line.text.trim_end().len();
                self.error("list-below-value", span, message, hint);
                // Without its dash the rest is a line too many, which is left out.
                self.edit(line.start, line.text.len(), "");
            } else {
                self.line_up(line, column, popped, true);
            }
        }
        self.after_dash = true;
        self.open.push(Level { column, dash: true, name: "-".to_owned(), has_value: false });
    }

    /// Whether a key stands under the keys it belongs to.
    fn level(&mut self, line: Line<'_>, key: Key<'_>, at: usize) {
        let column = line.text[..at].chars().count();
        if !self.after_dash {
            let popped = self.close(column, false);
            self.line_up(line, column, popped, false);
        }
        self.open.push(Level { column, dash: false, name: key.name.to_owned(), has_value: false });
    }

    /// Closes the levels that a line at this column ends; returns the last of them.
    fn close(&mut self, column: usize, dash: bool) -> Option<Level> {
        let mut last = None;
        while let Some(level) =
            self.open.pop_if(|level| level.column > column || (level.column == column && level.dash == dash))
        {
            last = Some(level);
        }
        last
    }

    /// Reports a line that lines up with nothing, and moves it to where it was meant to be.
    fn line_up(&mut self, line: Line<'_>, column: usize, popped: Option<Level>, dash: bool) {
        let moved = self.shift.filter(|(from, _)| column > *from);
        if let Some((_, by)) = moved {
            self.indent_by(line, by);
            return;
        }
        self.shift = None;
        let target = match (&popped, self.open.last()) {
            (Some(level), _) if level.column == column => return,
            // Between two levels.
            (Some(level), _) if level.dash == dash => Some((level.column, level.name.clone())),
            (Some(_), _) => None,
            // Below a key that already has its value, or at the top but not at its left edge.
            (None, Some(above)) if above.has_value && !above.dash => Some((above.column, above.name.clone())),
            _ => None,
        };
        let Some((target, name)) = target else { return };
        let by = isize::try_from(target).unwrap_or(0) - isize::try_from(column).unwrap_or(0);
        let spaces = match by.unsigned_abs() {
            1 => "1 space".to_owned(),
            spaces => format!("{spaces} spaces"),
        };
        let hint = if by < 0 {
            format!("delete {spaces} at its start")
        } else {
            format!("add {spaces} at its start")
        };
        let other = if name == "-" { "the `-` above it".to_owned() } else { format!("`{name}` above it") };
        let span = line.start + line.indent()..line.start + line.text.trim_end().len();
        self.error("indent", span, format!("this line does not line up with {other}"), hint);
        self.indent_by(line, by);
        self.shift = Some((column, by));
        self.close(target, dash);
    }

    fn indent_by(&mut self, line: Line<'_>, by: isize) {
        if by >= 0 {
            self.edit(line.start, 0, " ".repeat(by.unsigned_abs()));
        } else {
            let indent = &line.text[..line.indent()];
            let bytes = indent.chars().take(by.unsigned_abs()).map(char::len_utf8).sum();
            self.edit(line.start, bytes, "");
        }
    }

    /// `**effective**: …`, as it would be set in markdown.
    fn emphasised<'l>(&mut self, line: Line<'l>, from: usize) -> Option<Key<'l>> {
        let text = line.text[from..].strip_prefix('*')?;
        let name = text.split(':').next().filter(|name| name.len() < text.len())?;
        let rest = line.text.len() - text.len() + name.len() + 1;
        let typed = line.start + from..line.start + rest - 1;
        let name = name.trim().trim_matches('*');
        let words = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ' '));
        if name.is_empty() || !words {
            return None;
        }
        let hint = format!("write `{name}: {}`", shortened(&line.text[rest..]));
        self.error("marked-key", typed.clone(), "a key is written without marks of markdown", hint);
        self.edit(typed.start, typed.len(), name);
        Some(Key { name, at: from, rest, colon: Colon::Plain })
    }

    /// The colon after a key; returns the offset of what follows it.
    fn colon(&mut self, line: Line<'_>, key: Key<'_>) -> usize {
        let rest = &line.text[key.rest..];
        let value = rest.trim_start_matches([' ', '\t', '\u{a0}', '\u{202f}', '\u{3000}']);
        let after = line.start + key.rest;
        let gap = rest.len() - value.len();
        let span = line.start + key.at..line.start + line.text.trim_end().len();
        let typed = shortened(&line.text[key.at..]);
        let hint = format!("write `{}: {}`", key.name, shortened(value));
        match key.colon {
            Colon::FullWidth => {
                self.error("colon", span, "the colon after a key has to be a plain `:`", hint);
                self.edit(after - '：'.len_utf8(), '：'.len_utf8() + gap, ": ");
            }
            Colon::Equals => {
                self.error(
                    "colon",
                    span,
                    format!("{} has `=` where a colon belongs", super::quoted(key.name)),
                    hint,
                );
                self.edit(after - 1, 1 + gap, ": ");
            }
            Colon::Plain if rest.is_empty() || rest.starts_with([' ', '\t']) => return key.rest,
            // An address in a text: `https://…`.
            Colon::Plain if rest.starts_with("//") => return key.rest,
            Colon::Plain if gap > 0 => {
                self.error("odd-space", after..after + gap, "this only looks like a space", hint);
                self.edit(after, gap, " ");
            }
            Colon::Plain => {
                self.error("colon-space", span, format!("`{typed}` needs a space after the colon"), hint);
                self.edit(after, 0, " ");
            }
        }

        key.rest + gap
    }

    /// A line without a key: the second line of a text that was not indented, or the policy's text.
    fn loose(&mut self, index: usize) {
        let line = self.lines[index];
        let span = line.start + line.indent()..line.start + line.text.trim_end().len();
        let above = self.open.last().map(|level| level.name.as_str());
        let (message, hint) = match above {
            Some(name @ ("summary" | "reason" | "notice_exception" | "title")) => (
                format!("this line has no key; does it belong to `{name}`?"),
                format!("if so, write `{name}: >` and put all its text on the lines below it, each indented"),
            ),
            _ => (
                "this line has no key: every line here is `key: value`".to_owned(),
                "write the key before it; the text of the policy belongs below the second `---`".to_owned(),
            ),
        };
        self.error("loose-text", span.clone(), message, hint);
        self.edit(span.start, span.len(), "");
    }
}

/// The parser's words for a line that nothing above could name.
pub(super) fn explain(text: &str, range: &Range<usize>, failure: &Failure) -> Diagnostic {
    let at = failure.at.min(range.end);
    let all = line::lines(text, range.clone());
    let index = all.partition_point(|line| line.start <= at).saturating_sub(1);
    // The parser often notices only on the line after, or at the very end.
    let line = all[..=index.min(all.len().saturating_sub(1))]
        .iter()
        .rev()
        .find(|line| !line.is_idle())
        .copied()
        .unwrap_or(Line { text: "", start: range.start });
    let span = line.start + line.indent()..line.start.max(line.start + line.text.trim_end().len());
    let span = span.start.min(span.end)..span.end;
    let odd = text[span.clone()].char_indices().find(|(_, c)| c.is_control() || *c == '\u{feff}');
    let odd = odd.map(|(at, c)| span.start + at..span.start + at + c.len_utf8());
    let info = failure.info.as_str();
    let (code, message, hint) = match info {
        "nested too deeply" | "recursion limit exceeded" => (
            "too-deep",
            "lists and maps are nested too deeply here".to_owned(),
            "no key needs more than four levels".to_owned(),
        ),
        "alias" | "anchor or tag" => (
            "anchor",
            "`&`, `*` and `!` have a special meaning at the start of a value and are not supported".to_owned(),
            "put the text in quotes, or write it out where it is used".to_owned(),
        ),
        _ if info.contains("anchor") => (
            "anchor",
            "`*` at the start of a value has a special meaning and is not supported".to_owned(),
            "put the text in quotes".to_owned(),
        ),
        _ if info.contains("unprintable") || info.contains("byte order mark") => (
            "control-character",
            "there is an invisible character in this line".to_owned(),
            "delete the line and type it again".to_owned(),
        ),
        _ if info.contains("indent") => (
            "indent",
            "this line is not indented as the lines around it".to_owned(),
            "give the lines that belong together the same number of spaces".to_owned(),
        ),
        _ => (
            "not-yaml",
            "this line cannot be read".to_owned(),
            "write `key: value` with one space after the colon, and put text with marks like `:` or `#` in quotes"
                .to_owned(),
        ),
    };
    let span = odd.filter(|_| code == "control-character").unwrap_or(span);
    Diagnostic::error(code, span, message, hint)
}
