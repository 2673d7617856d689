//! Where the front matter of a file ends and its text begins.

use std::ops::Range;

use crate::diagnostic::Diagnostic;

/// What a line is to the search for fences.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fence {
    /// `---`
    Real,
    /// What a word processor, or another tool's habits, make of it.
    Odd,
    No,
}

struct Line<'a> {
    text: &'a str,
    start: usize,
    /// Where the next line starts.
    next: usize,
}

impl Line<'_> {
    fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.trim_end().len()
    }

    fn fence(&self) -> Fence {
        match self.text.trim_end() {
            "---" => Fence::Real,
            "--" | "----" | "-----" | "—" | "–" | "——" | "–-" | "—-" | "-–" | "- - -" | " ---" | "\\---" => {
                Fence::Odd
            }
            _ => Fence::No,
        }
    }

    /// Whether it reads `word: …`, as only front matter does.
    fn is_key(&self) -> bool {
        let Some((key, rest)) = self.text.split_once(':') else { return false };
        !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
            && (rest.is_empty() || rest.starts_with(' '))
    }

    /// Whether it may be front matter, where some is expected.
    fn may_be_key(&self) -> bool {
        let key = self.text.split([':', '：', '=']).next().unwrap_or_default().trim_end();
        key.len() < self.text.len()
            && !key.is_empty()
            && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_')
    }

    /// Whether it starts at the left edge with what front matter does not start with.
    fn is_prose(&self) -> bool {
        !self.may_be_key() && !self.text.starts_with([' ', '\t', '-', '#', '}', ']'])
    }

    /// `## Heading`, which in YAML would be a comment.
    fn is_heading(&self) -> bool {
        let level = self.text.bytes().take_while(|b| *b == b'#').count();
        (1..=6).contains(&level) && self.text[level..].starts_with(' ')
    }
}

/// Cuts a file: where its YAML stands, where its text stands, and what is wrong with the fences.
///
/// A byte order mark is skipped; lines may end in CRLF.
pub fn split(text: &str) -> (Option<Range<usize>>, Range<usize>, Vec<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut out = Vec::new();
    let mut lines = lines(text, start);
    let first = match opening(&mut lines, &mut out) {
        Opening::At(yaml) => yaml,
        Opening::None => return (None, start..text.len(), out),
    };
    let mut lines = self::lines(text, first);
    let (end, body) = closing(&mut lines, text, &mut out);
    (Some(first..end), body..text.len(), out)
}

enum Opening {
    At(usize),
    None,
}

fn lines(text: &str, from: usize) -> impl Iterator<Item = Line<'_>> + Clone {
    let mut start = from;
    text[from..].split_inclusive('\n').map(move |piece| {
        let line = Line { text: piece.trim_end_matches(['\n', '\r']), start, next: start + piece.len() };
        start = line.next;
        line
    })
}

fn opening<'a>(lines: &mut (impl Iterator<Item = Line<'a>> + Clone), out: &mut Vec<Diagnostic>) -> Opening {
    let mut above = None;
    while let Some(line) = lines.next() {
        match line.fence() {
            _ if line.text.trim().is_empty() => above = above.or(Some(line.start)),
            Fence::Real => {
                if let Some(above) = above {
                    let message = "there is an empty line above the front matter";
                    let hint = "delete it, so that the first line of the file is `---`";
                    out.push(Diagnostic::error("fence-not-first", above..above, message, hint));
                }
                return Opening::At(line.next);
            }
            // A rule above a text that has no front matter looks the same.
            Fence::Odd
                if lines
                    .clone()
                    .find(|line| !line.text.trim().is_empty())
                    .is_some_and(|line| line.may_be_key()) =>
            {
                out.push(odd_fence(&line));
                return Opening::At(line.next);
            }
            Fence::No if line.is_key() => {
                let message = "the front matter does not start with a line `---`";
                let hint = "add a line `---`, three hyphens and nothing else, above this one";
                out.push(Diagnostic::error("missing-fence", line.start..line.start, message, hint));
                return Opening::At(line.start);
            }
            Fence::Odd | Fence::No => return text_first(&line, lines, out),
        }
    }
    Opening::None
}

/// A file that starts with text: the front matter may stand below it, or there is none.
fn text_first<'a>(
    first: &Line<'_>,
    lines: &mut impl Iterator<Item = Line<'a>>,
    out: &mut Vec<Diagnostic>,
) -> Opening {
    let mut fence = None;
    for line in lines {
        if let Some(yaml) = fence
            && line.is_key()
        {
            let message = "this stands above the front matter";
            let hint = "move it below the second `---`, so that the first line of the file is `---`";
            out.push(Diagnostic::error("fence-not-first", first.span(), message, hint));
            return Opening::At(yaml);
        }
        fence = (line.fence() == Fence::Real).then_some(line.next);
    }
    Opening::None
}

fn odd_fence(line: &Line<'_>) -> Diagnostic {
    let message = format!("front matter stands between two lines `---`, not `{}`", line.text.trim_end());
    Diagnostic::error("odd-fence", line.span(), message, "write three hyphens and nothing else: `---`")
}

/// Where the YAML ends and where the body starts.
fn closing<'a>(
    lines: &mut (impl Iterator<Item = Line<'a>> + Clone),
    text: &str,
    out: &mut Vec<Diagnostic>,
) -> (usize, usize) {
    // The first of the empty lines above the line in hand.
    let mut gap = None;
    while let Some(line) = lines.next() {
        match line.fence() {
            Fence::Real => return (line.start, line.next),
            Fence::Odd => {
                out.push(odd_fence(&line));
                return (line.start, line.next);
            }
            Fence::No if line.text.trim().is_empty() => {
                gap = gap.or(Some(line.start));
                continue;
            }
            Fence::No => {}
        }
        // One `#` may start a comment; after an empty line, or two of them, it is the text, unless it
        // explains the key below it.
        let explains = || {
            let mut below = lines.clone().skip_while(|l| l.text.starts_with('#'));
            below.next().is_some_and(|l| l.is_key())
        };
        let heading = line.is_heading() && (line.text.starts_with("##") || gap.is_some() && !explains());
        if heading || (gap.is_some() && line.is_prose()) {
            out.push(unclosed(gap.unwrap_or(line.start)));
            return (line.start, line.start);
        }
        gap = None;
    }
    let end = gap.unwrap_or(text.len());
    out.push(unclosed(end));
    (end, end)
}

fn unclosed(at: usize) -> Diagnostic {
    let message = "the front matter does not end with a line `---`";
    let hint = "add a line `---`, three hyphens and nothing else, between the last key and the text";
    Diagnostic::error("missing-fence", at..at, message, hint)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_comment_may_stand_below_an_empty_line_and_a_heading_may_not() {
        let yaml = |text: &'static str| {
            let (yaml, _, found) = split(text);
            (&text[yaml.unwrap()], found.len())
        };
        let explained = "---\ndraft: true\n\n# The day.\n# It is a day.\neffective: 2018-05-15\n---\nText.\n";
        assert_eq!(
            yaml(explained),
            ("draft: true\n\n# The day.\n# It is a day.\neffective: 2018-05-15\n", 0)
        );
        assert_eq!(
            yaml("---\neffective: 2018-05-15\n\n# Title\n\nText.\n"),
            ("effective: 2018-05-15\n\n", 1)
        );
    }
}
