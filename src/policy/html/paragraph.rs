//! Paragraphs and quotes written as HTML, whose words authors mean as markdown: `<p>**Note.** …</p>`.

use super::ANCHOR;
use super::tag::{Tag, tag};

/// Tags that may stand in a paragraph without being the end of it.
const WITHIN: [&str; 27] = [
    "br", "strong", "b", "em", "i", "cite", "dfn", "var", "del", "s", "strike", "code", "kbd", "a", "img",
    "span", "font", "u", "ins", "sup", "sub", "small", "big", "abbr", "q", "mark", "time",
];

/// A paragraph or quote as markdown, and the tags in it that are gone with that; `None` if it holds
/// more than words and paragraphs.
pub(super) fn paragraphs(html: &str) -> Option<(String, Vec<Tag>)> {
    let quote = tag(html)?.name == "blockquote";
    let mut found = Paragraphs::default();
    let (mut pos, mut gone) = (0, Vec::new());
    while let Some(next) = html[pos..].find('<') {
        found.text.push_str(&html[pos..pos + next]);
        pos += next;
        if html[pos..].starts_with("<!--") {
            pos += html[pos..].find("-->")? + 3;
            continue;
        }
        let end = match tag(&html[pos..]) {
            Some(tag) if tag.name == "p" || tag.name == "blockquote" => {
                if tag.name == "blockquote" && pos > 0 && !tag.closing {
                    return None;
                }
                found.finish();
                found.id = tag.attribute("id").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
                pos += tag.len;
                gone.push(tag);
                continue;
            }
            Some(tag) if tag.literal() => pos + 1,
            Some(tag) if WITHIN.contains(&tag.name.as_str()) => pos + tag.len,
            Some(_) => return None,
            None => pos + 1,
        };
        found.text.push_str(&html[pos..end]);
        pos = end;
    }
    found.text.push_str(&html[pos..]);
    found.finish();
    let out = if quote { quoted(&found.out) } else { found.out };
    Some((out, gone))
}

/// Paragraphs while they are read.
#[derive(Default)]
struct Paragraphs {
    out: String,
    /// The one being read, and its id.
    text: String,
    id: Option<String>,
}

impl Paragraphs {
    fn finish(&mut self) {
        let text = std::mem::take(&mut self.text);
        if let Some(id) = self.id.take() {
            self.out.push_str(&format!("{{#{ANCHOR}{id}}}\n\n"));
        }
        let lines = dedent(&text);
        let several = text.trim_end().lines().skip(1).any(|line| line.trim().is_empty());
        for line in &lines {
            // Below a blank line, CommonMark reads markdown as such anyway.
            self.out.push_str(&if several { (*line).to_owned() } else { plain_start(line) });
            self.out.push('\n');
        }
        if !lines.is_empty() {
            self.out.push('\n');
        }
    }
}

/// The lines of a text without the white space around them that HTML does not count.
fn dedent(text: &str) -> Vec<&str> {
    let text = text.trim_end();
    let blank = text.lines().take_while(|line| line.trim().is_empty()).count();
    let lines = || text.lines().skip(blank);
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common =
        lines().skip(1).filter(|line| !line.trim().is_empty()).map(&indent).min().unwrap_or_default();
    let cut = |at: usize, line: &str| if at == 0 { indent(line) } else { common.min(indent(line)) };
    lines().enumerate().map(|(at, line)| line[cut(at, line)..].trim_end()).collect()
}

/// A line of a paragraph, so that it begins no other block.
fn plain_start(line: &str) -> String {
    let words = line.trim_start();
    let digits = words.len() - words.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let begins = match words.chars().next() {
        Some('#' | '>' | '+' | '-' | '=' | '|' | ':') => true,
        Some('*') => words.starts_with("* ") || words.chars().all(|c| c == '*'),
        Some('~') => words.starts_with("~~~"),
        _ => false,
    };
    if begins {
        format!("\\{words}")
    } else if digits > 0 && words[digits..].starts_with(['.', ')']) {
        format!("{}\\{}", &words[..digits], &words[digits..])
    } else {
        words.to_owned()
    }
}

/// The lines of a text in a quote.
fn quoted(text: &str) -> String {
    text.trim_end().lines().map(|line| format!("> {line}\n")).collect()
}

/// A text whose lines, after the first, stand in as many quotes as `prefix` has marks, without the marks.
pub(super) fn without_marks(text: &str, prefix: &str) -> String {
    let depth = prefix.matches('>').count();
    let strip = |line: &str| {
        let mut line = line.to_owned();
        for _ in 0..depth {
            if let Some(rest) = line.trim_start().strip_prefix('>') {
                line = rest.strip_prefix(' ').unwrap_or(rest).to_owned();
            }
        }
        line
    };
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |mut out, line| {
        out.push('\n');
        out.push_str(&strip(line));
        out
    })
}
