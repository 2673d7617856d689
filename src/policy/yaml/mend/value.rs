//! Values that YAML does not read as their author meant them: quotes, brackets, colons, marks.

use std::ops::Range;

use super::Mender;
use crate::policy::yaml::line::{self, Line, Quoted};

impl Mender<'_> {
    /// The value of a key or of a list item; returns the next line to look at.
    pub(super) fn value(&mut self, index: usize, key: Option<&str>, at: usize, value: &str) -> usize {
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
                let left = index + 1..self.lines.len().min(index + 20);
                let closes = |below: &usize| {
                    matches!(line::rest_of_quoted(self.lines[*below].text, 0, quote), Quoted::Closed(_))
                };
                let closed =
                    left.take_while(|below| *below < after || !self.looks_like_key(*below)).find(closes);
                match closed {
                    Some(below) if below < after => return below + 1,
                    Some(below) => {
                        self.quotes_below(index + 1..below + 1);
                        return below + 1;
                    }
                    None => {}
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

    /// Text in quotes that goes on below without being indented.
    fn quotes_below(&mut self, lines: Range<usize>) {
        let column = self.open.last().map_or(0, |level| level.column);
        for (count, line) in lines.map(|below| self.lines[below]).enumerate() {
            if count == 0 {
                let span = line.start + line.indent()..line.start + line.text.trim_end().len();
                let message = "text in quotes goes on here without being indented";
                let hint =
                    format!("start the line with {} spaces, and those below it up to the quote", column + 2);
                self.error("indent", span, message, hint);
            }
            self.edit(line.start, line.indent(), " ".repeat(column + 2));
        }
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
                let left = self.lines[index + 1..].iter().take(20);
                let mut joined = value.to_owned();
                for (below, text) in left.enumerate().map(|(count, line)| (index + 1 + count, line.text)) {
                    if self.looks_like_key(below) && below >= after {
                        break;
                    }
                    joined = format!("{joined} {}", text.trim());
                    match line::brackets(text, 0, depth) {
                        Ok(_) if below < after => return below + 1,
                        Ok(_) => {
                            self.brackets_below(index..below + 1, lead, at, &joined);
                            return below + 1;
                        }
                        Err(still) => depth = still,
                    }
                }
                let span = line.start + at..line.start + at + value.len();
                let hint = match depth {
                    1 => format!("write `{lead}{}{close}`", shortened(value)),
                    _ => format!("close each `{open}` with a `{close}`"),
                };
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

    /// A list or map in brackets that goes on below without being indented.
    fn brackets_below(&mut self, lines: Range<usize>, lead: &str, at: usize, joined: &str) {
        let line = self.lines[lines.start];
        let span = line.start + at..line.start + line.text.trim_end().len();
        let message = "what stands in brackets goes on below without being indented";
        let hint = format!("write it on one line: `{lead}{}`", shortened(joined));
        self.error("indent", span.clone(), message, hint);
        for below in lines.skip(1) {
            let below = self.lines[below];
            self.edit(below.start, below.text.len(), "");
        }
        self.edit(span.start, span.len(), joined);
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
pub(super) fn shortened(text: &str) -> String {
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
