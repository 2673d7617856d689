//! One line of hand-written YAML, cut up without a parser.
//!
//! Used where the parser gave up. Everything here is about a single line; what lines mean to each
//! other is in [`mend`](super::mend).

use std::ops::Range;

/// A line and its place in the file, without its line break.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) start: usize,
}

/// The lines of a range of a text.
pub(super) fn lines(text: &str, range: Range<usize>) -> Vec<Line<'_>> {
    let mut start = range.start;
    let mut lines = Vec::new();
    for piece in text[range].split_inclusive('\n') {
        lines.push(Line { text: piece.trim_end_matches(['\n', '\r']), start });
        start += piece.len();
    }
    lines
}

impl Line<'_> {
    /// How many bytes of white space, of whatever kind, it begins with.
    pub(super) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// Nothing to read, or a comment.
    pub(super) fn is_idle(&self) -> bool {
        let text = self.text.trim_start();
        text.is_empty() || text.starts_with('#')
    }
}

/// What stands before the value: `- key:`.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) name: &'a str,
    /// Offset of the name in the line.
    pub(super) at: usize,
    /// Offset in the line of what follows the colon.
    pub(super) rest: usize,
    /// The colon, or what was typed for it.
    pub(super) colon: Colon,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Colon {
    Plain,
    /// `：`
    FullWidth,
    /// ` = `
    Equals,
}

/// The key at an offset of a line, where there is one.
///
/// A key is a word, or several with spaces: people write `Effective date: …`, which is YAML.
pub(super) fn key(line: &str, from: usize) -> Option<Key<'_>> {
    let text = &line[from..];
    if text.starts_with(['"', '\'']) {
        let Quoted::Closed(end) = quoted(line, from) else { return None };
        let name = &line[from + 1..end - 1];
        return line[end..].starts_with(':').then_some(Key {
            name,
            at: from,
            rest: end + 1,
            colon: Colon::Plain,
        });
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')))?;
    let name = text[..end].trim_end();
    if name.is_empty() || name.starts_with(['-', '.']) || name.split(' ').count() > 3 {
        return None;
    }
    let (colon, len) = match text[end..].chars().next()? {
        ':' => (Colon::Plain, 1),
        '：' => (Colon::FullWidth, '：'.len_utf8()),
        '=' => (Colon::Equals, 1),
        _ => return None,
    };
    Some(Key { name, at: from, rest: from + end + len, colon })
}

/// How the text of a quoted value goes on.
pub(super) enum Quoted {
    /// Closed; what follows it, as an offset.
    Closed(usize),
    /// Not closed on this line.
    Open,
}

/// Follows a quoted value from its opening quote (`"` or `'`).
pub(super) fn quoted(line: &str, from: usize) -> Quoted {
    let Some(quote) = line[from..].chars().next() else { return Quoted::Open };
    rest_of_quoted(line, from + quote.len_utf8(), quote)
}

/// Follows a quoted value from inside it.
pub(super) fn rest_of_quoted(line: &str, from: usize, quote: char) -> Quoted {
    let mut chars = line[from..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote {
            if quote == '\'' && chars.next_if(|(_, next)| *next == '\'').is_some() {
                continue;
            }
            return Quoted::Closed(from + at + c.len_utf8());
        }
    }
    Quoted::Open
}

/// Where the brackets that open at an offset are closed, and how many are open at the end.
pub(super) fn brackets(line: &str, from: usize, open: usize) -> Result<usize, usize> {
    let mut depth = open;
    let mut at = from;
    while let Some(c) = line[at..].chars().next() {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Ok(at + 1);
                }
            }
            '"' | '\'' if line[..at].trim_end().ends_with(['[', '{', ',', ':']) => match quoted(line, at) {
                Quoted::Closed(end) => {
                    at = end;
                    continue;
                }
                Quoted::Open => return Err(depth),
            },
            _ => {}
        }
        at += c.len_utf8();
    }
    Err(depth)
}

/// The part of a value before its comment.
pub(super) fn without_comment(value: &str) -> &str {
    let end = value
        .char_indices()
        .find(|(at, c)| *c == '#' && value[..*at].ends_with([' ', '\t']))
        .map_or(value.len(), |(at, _)| at);
    value[..end].trim_end()
}

/// Whether a text, written without quotes, would be cut at a colon.
pub(super) fn has_loose_colon(text: &str) -> bool {
    text.ends_with(':') || text.contains(": ") || text.contains(":\t")
}

/// A text as a value that YAML reads back as that text: the hint that says what to type.
pub(super) fn in_quotes(text: &str) -> Option<String> {
    match (text.contains(['"', '\\']), text.contains('\'')) {
        (false, _) => Some(format!("\"{text}\"")),
        (true, false) => Some(format!("'{text}'")),
        (true, true) => None,
    }
}

/// Opening and closing quotes as word processors set them.
pub(super) fn is_smart_quote(c: char) -> bool {
    matches!(c, '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '‚' | '‹' | '›')
}
