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

use super::line::{self, Colon, Key, Line, Quoted};
use super::{Failure, Source};
use crate::diagnostic::Diagnostic;

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
        colon_mended: false,
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
    /// Bytes from the start of the line, as the author wrote it.
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
    /// Whether this line's colon was the mistake, so that its value needs no second word.
    colon_mended: bool,
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
        let from = self.dashes(line, indent);
        self.colon_mended = false;
        match line::key(line.text, from) {
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

    fn dash_level(&mut self, line: Line<'_>, column: usize) {
        let popped = self.close(column, true);
        self.line_up(line, column, popped, true);
        self.open.push(Level { column, dash: true, name: "-".to_owned(), has_value: false });
    }

    /// Whether a key stands under the keys it belongs to.
    fn level(&mut self, line: Line<'_>, key: Key<'_>, column: usize) {
        let after_dash = self.open.last().is_some_and(|level| {
            level.dash
                && line.indent() <= level.column
                && column > level.column
                && line.text[level.column..].starts_with(['-', '–', '—', '•', '·', '*'])
        });
        if !after_dash {
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
        let span = line.start + column..line.start + line.text.trim_end().len();
        self.error("indent", span, format!("this line does not line up with {other}"), hint);
        self.indent_by(line, by);
        self.shift = Some((column, by));
        self.close(target, dash);
    }

    fn indent_by(&mut self, line: Line<'_>, by: isize) {
        if by >= 0 {
            self.edit(line.start, 0, " ".repeat(by.unsigned_abs()));
        } else {
            self.edit(line.start, by.unsigned_abs().min(line.indent()), "");
        }
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
        self.colon_mended = true;
        key.rest + gap
    }

    /// The value of a key or of a list item; returns the next line to look at.
    fn value(&mut self, index: usize, key: Option<&str>, at: usize, value: &str) -> usize {
        let line = self.lines[index];
        let lead = key.map_or_else(|| "- ".to_owned(), |key| format!("{key}: "));
        let after = self.end_of_value(index);
        let whole = line.start + at..line.start + at + value.len();
        let Some(first) = value.chars().next() else { return index + 1 };
        match first {
            '|' | '>' => self.block(line, &lead, at, value, after),
            '"' | '\'' => self.quotes(index, &lead, at, first, after),
            '[' | '{' => self.brackets(index, &lead, at, value, after),
            c if line::is_smart_quote(c)
                && value.len() > c.len_utf8()
                && value.ends_with(|c| line::is_smart_quote(c) || c == '"') =>
            {
                let inner = value.trim_matches(line::is_smart_quote).trim_matches('"');
                let hint = hint_in_quotes(&lead, inner);
                self.error(
                    "smart-quotes",
                    whole.clone(),
                    "typographic quotes do not hold a value together",
                    hint,
                );
                self.wrap(whole, value.len() - value.trim_start_matches(line::is_smart_quote).len(), value);
                after
            }
            '%' | '@' | '`' | '&' | '*' | '!' | ',' | ']' | '}' => {
                let message = format!("a value cannot start with `{first}` unless it is in quotes");
                self.error("needs-quotes", whole, message, hint_in_quotes(&lead, value));
                self.wrap_lines(index, at, after);
                after
            }
            '-' | '?' if value[1..].starts_with(' ') => {
                let message = format!("a value cannot start with `{first} ` unless it is in quotes");
                self.error("needs-quotes", whole, message, hint_in_quotes(&lead, value));
                self.wrap_lines(index, at, after);
                after
            }
            _ => self.plain(index, &lead, at, value, after),
        }
    }

    /// Text without quotes: a colon in it cuts it in two.
    fn plain(&mut self, index: usize, lead: &str, at: usize, value: &str, after: usize) -> usize {
        let line = self.lines[index];
        let on_line = line::has_loose_colon(value);
        let below = (index + 1..after).find(|below| {
            let text = self.lines[*below].text;
            line::has_loose_colon(line::without_comment(text).trim()) && !self.looks_like_key(*below)
        });
        let (colon_line, from) = match (on_line, below) {
            (true, _) => (line, at),
            (false, Some(below)) => (self.lines[below], 0),
            (false, None) => {
                return if after > index + 1 && self.any_key(index + 1, after) { index + 1 } else { after };
            }
        };
        let text = &colon_line.text[from..];
        let colon = text.find(": ").or_else(|| text.rfind(':')).unwrap_or(0);
        let colon = colon_line.start + from + colon;
        let hint = if below.is_none() {
            hint_in_quotes(lead, value)
        } else {
            format!("write `{lead}>` and put the text on the lines below it, each indented")
        };
        let message = "a colon followed by a space cannot stand in text without quotes";
        self.error("colon-in-text", colon..colon + 1, message, hint);
        let until = if on_line && self.any_key(index + 1, after) { index + 1 } else { after };
        self.wrap_lines(index, at, until);
        until
    }

    /// Text in straight quotes.
    fn quotes(&mut self, index: usize, lead: &str, at: usize, quote: char, after: usize) -> usize {
        let line = self.lines[index];
        let value = line.text[at..].trim_end();
        let end = match line::quoted(line.text, at) {
            Quoted::Closed(end) => end,
            Quoted::Open => {
                let closed = (index + 1..after).find(|below| {
                    matches!(line::rest_of_quoted(self.lines[*below].text, 0, quote), Quoted::Closed(_))
                });
                if let Some(below) = closed {
                    return below + 1;
                }
                let span = line.start + at..line.start + at + value.len();
                let hint = format!("write `{lead}{}{quote}`", shortened(value));
                self.error(
                    "unclosed-quote",
                    span.clone(),
                    format!("the quote `{quote}` is not closed"),
                    hint,
                );
                self.edit(span.end, 0, quote);
                return index + 1;
            }
        };
        let trailing = line::without_comment(&line.text[end..]).trim();
        if trailing.is_empty() || trailing.starts_with('#') {
            return index + 1;
        }
        let span = line.start + at..line.start + at + value.len();
        let inner = value.strip_prefix(quote).unwrap_or(value);
        let inner = inner.strip_suffix(quote).unwrap_or(inner);
        // `'Don't share'` is a text in quotes; `"Cookies" are` is a text that begins with some.
        let text = if value.ends_with(quote) { inner } else { value };
        let message = format!("the second `{quote}` ends the value, but text follows it");
        self.error("text-after-quote", span.clone(), message, hint_in_quotes(lead, text));
        self.wrap_lines(index, at, index + 1);
        index + 1
    }

    /// A list or map in brackets.
    fn brackets(&mut self, index: usize, lead: &str, at: usize, value: &str, after: usize) -> usize {
        let line = self.lines[index];
        let first = value.chars().next().unwrap_or('[');
        let (open, close) = if first == '[' { ('[', ']') } else { ('{', '}') };
        match line::brackets(line.text, at, 0) {
            Ok(end) => {
                let trailing = line::without_comment(&line.text[end..]).trim();
                if trailing.is_empty() || trailing.starts_with('#') {
                    return index + 1;
                }
                let span = line.start + at..line.start + at + value.len();
                let message = format!("`{close}` ends the value, but text follows it");
                self.error("needs-quotes", span, message, hint_in_quotes(lead, value));
                self.wrap_lines(index, at, index + 1);
                index + 1
            }
            Err(mut depth) => {
                for below in index + 1..after {
                    match line::brackets(self.lines[below].text, 0, depth) {
                        Ok(_) => return below + 1,
                        Err(still) => depth = still,
                    }
                }
                let span = line.start + at..line.start + at + value.len();
                let hint = format!("write `{lead}{}{close}`", shortened(value));
                self.error(
                    "unclosed-bracket",
                    span.clone(),
                    format!("the bracket `{open}` is not closed"),
                    hint,
                );
                self.edit(span.end, 0, close);
                index + 1
            }
        }
    }

    /// `>` or `|`: the text starts on the next line.
    fn block(&mut self, line: Line<'_>, lead: &str, at: usize, value: &str, after: usize) -> usize {
        let mark = &value[..1];
        let text = value[1..].trim_start_matches(['+', '-']).trim_start_matches(|c: char| c.is_ascii_digit());
        if !text.trim().is_empty() {
            let span = line.start + at..line.start + at + value.len();
            let hint = format!("write `{lead}{mark}` and put the text on the next line, indented");
            self.error("block-text", span, format!("after `{mark}` the text starts on the next line"), hint);
            self.edit(line.start + at, 1, "\"");
            for (offset, c) in line.text.char_indices().filter(|(offset, _)| *offset > at) {
                if matches!(c, '"' | '\\') {
                    self.edit(line.start + offset, 0, "\\");
                }
            }
            self.edit(line.start + at + value.len(), 0, "\"");
        }
        after
    }

    /// A line without a key: usually the second line of a text that was not indented.
    fn loose(&mut self, index: usize) {
        let line = self.lines[index];
        let text = line.text.trim();
        let span = line.start + line.indent()..line.start + line.text.trim_end().len();
        let above = self.open.last().map(|level| (level.name.clone(), level.has_value, level.column));
        match above {
            Some((name, true, column)) if name != "-" => {
                let message = format!("this line has no key; does it belong to {}?", super::quoted(&name));
                let hint = format!(
                    "if so, write `{name}: >` and put all its text on the lines below it, each indented"
                );
                self.error("loose-text", span.clone(), message, hint);
                if line::has_loose_colon(text)
                    || text.starts_with(['"', '\'', '[', '{', '%', '@', '`', '&', '*', '!', '>', '|', '#'])
                {
                    self.edit(span.start, span.len(), "");
                } else {
                    self.edit(line.start, 0, " ".repeat(column + 2));
                }
            }
            _ => {
                let message = "this line has no key: every line here is `key: value`";
                let hint = "the text of the policy belongs below the second `---`";
                self.error("loose-text", span.clone(), message, hint);
                self.edit(span.start, span.len(), "");
            }
        }
    }

    /// The line after a value that may run over several: the first that is not indented further
    /// than what the value belongs to.
    fn end_of_value(&self, index: usize) -> usize {
        let column = self.open.last().map_or(0, |level| level.column);
        let rest = &self.lines[index + 1..];
        let idle_or_inside = |line: &Line<'_>| line.text.trim().is_empty() || line.indent() > column;
        let mut after = index + 1 + rest.iter().take_while(|line| idle_or_inside(line)).count();
        while after > index + 1 && self.lines[after - 1].text.trim().is_empty() {
            after -= 1;
        }
        after
    }

    fn looks_like_key(&self, index: usize) -> bool {
        let line = self.lines[index];
        let indent = line.indent();
        line::key(line.text, indent).is_some_and(|key| !key.name.contains(' '))
            || line.text[indent..].starts_with("- ")
    }

    fn any_key(&self, from: usize, to: usize) -> bool {
        (from..to).any(|index| self.looks_like_key(index))
    }

    /// Puts quotes around a value on one line in place of the ones it has.
    fn wrap(&mut self, span: Range<usize>, lead: usize, value: &str) {
        let tail = value.chars().next_back().map_or(0, char::len_utf8);
        let inner = span.start + lead..span.end.saturating_sub(tail).max(span.start + lead);
        self.edit(span.start, lead, "\"");
        let text = value.get(lead..value.len().saturating_sub(tail)).unwrap_or_default();
        for (at, _) in text.char_indices().filter(|(_, c)| matches!(c, '"' | '\\')) {
            self.edit(inner.start + at, 0, "\\");
        }
        self.edit(inner.end, tail, "\"");
    }

    /// Puts quotes around a value that may run over several lines.
    fn wrap_lines(&mut self, index: usize, at: usize, after: usize) {
        let mut end = self.lines[index].start + at;
        for below in index..after {
            let line = self.lines[below];
            let from = if below == index { at } else { 0 };
            let text = if below == index {
                line::without_comment(&line.text[from..])
            } else {
                line.text[from..].trim_end()
            };
            for (offset, _) in text.char_indices().filter(|(_, c)| matches!(c, '"' | '\\')) {
                self.edit(line.start + from + offset, 0, "\\");
            }
            end = line.start + from + text.len();
        }
        self.edit(self.lines[index].start + at, 0, "\"");
        self.edit(end, 0, "\"");
    }
}

/// What to type for a text that cannot stand without quotes.
fn hint_in_quotes(lead: &str, text: &str) -> String {
    match line::in_quotes(&shortened(text)) {
        Some(text) => format!("put the text in quotes: `{lead}{text}`"),
        None => format!("write `{lead}>` and put the text on the next line, indented"),
    }
}

/// A text as far as a hint can hold it.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let text = text.trim();
    match text.char_indices().nth(LONGEST) {
        Some(_) => {
            let end = text.char_indices().nth(LONGEST - 12).map_or(text.len(), |(at, _)| at);
            format!("{}…", text[..end].trim_end())
        }
        None => text.to_owned(),
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
    Diagnostic::error(code, span, message, hint)
}
