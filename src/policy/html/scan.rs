//! Looking around in a text without reading it again for every tag.

use std::collections::BTreeMap;

use super::tag::tag;

/// How often a text is read again because tags were met that the last reading took for something else.
const MAX_READINGS: usize = 16;

/// A text, and what is known of it so far. Places are asked for in rising order.
pub(super) struct Scan<'a> {
    pub(super) text: &'a str,
    /// Where each element that opens ends, if it does.
    ends: BTreeMap<usize, Option<usize>>,
    readings: usize,
    /// A place and where its line begins.
    line: (usize, usize),
    /// The beginning of a line, and whether only tags stand on it.
    only_tags: Option<(usize, bool)>,
    /// No comment ends from here on.
    open_comment: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, ends: BTreeMap::new(), readings: 0, line: (0, 0), only_tags: None, open_comment: false }
    }

    /// The end of the element that opens at `at`.
    pub(super) fn balanced_end(&mut self, at: usize) -> Option<usize> {
        if !self.ends.contains_key(&at) && self.readings < MAX_READINGS {
            self.readings += 1;
            self.ends = ends(self.text, at);
        }
        self.ends.get(&at).copied().flatten()
    }

    /// The end of the comment that begins at `at`.
    pub(super) fn comment_end(&mut self, at: usize) -> Option<usize> {
        if self.open_comment {
            return None;
        }
        let end = self.text[at..].find("-->").map(|n| at + n + 3);
        self.open_comment = end.is_none();
        end
    }

    /// Where the line of `at` begins.
    pub(super) fn line(&mut self, at: usize) -> usize {
        let (known, start) = if self.line.0 <= at { self.line } else { (0, 0) };
        let start = self.text[known..at].rfind('\n').map_or(start, |n| known + n + 1);
        self.line = (at, start);
        start
    }

    /// Whether nothing but tags stands on the line of `at`.
    pub(super) fn alone_on_its_line(&mut self, at: usize) -> bool {
        let line = self.line(at);
        match self.only_tags {
            Some((known, answer)) if known == line => answer,
            _ => {
                let answer = only_tags(self.text[line..].lines().next().unwrap_or_default());
                self.only_tags = Some((line, answer));
                answer
            }
        }
    }

    /// Whether a list's marker stands before `at`, and nothing else but marks of quotes.
    pub(super) fn begins_an_item(&mut self, at: usize) -> bool {
        let line = self.line(at);
        let marker = self.text[line..at].trim_start_matches([' ', '\t', '>']);
        let number = marker.trim_start_matches(|c: char| c.is_ascii_digit());
        let bullet = number.len() == marker.len();
        let rest =
            number.strip_prefix(if bullet { ['-', '*', '+'].as_slice() } else { ['.', ')'].as_slice() });
        rest.is_some_and(|rest| !rest.is_empty() && rest.trim().is_empty())
    }

    /// What the lines of a block must begin with to stay where the block stands: quote marks stay,
    /// a list's marker becomes the spaces of its width.
    pub(super) fn continuation(&mut self, at: usize) -> String {
        let line = self.line(at);
        // What a tag before it on the line holds is no mark of a quote.
        let marks = self.text[line..at].split('<').next().unwrap_or_default();
        marks.chars().map(|c| if c == '>' || c == '\t' { c } else { ' ' }).collect()
    }
}

fn only_tags(line: &str) -> bool {
    let mut rest = line.trim();
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

/// For each element that opens from `at` on, where the closing tag of its name ends.
fn ends(text: &str, at: usize) -> BTreeMap<usize, Option<usize>> {
    let mut ends = BTreeMap::new();
    let mut open: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut pos = at;
    while let Some(next) = text[pos..].find('<') {
        pos += next;
        let Some(tag) = tag(&text[pos..]) else {
            pos += 1;
            continue;
        };
        let start = pos;
        pos += if tag.literal() { 1 } else { tag.len };
        if tag.alone || tag.literal() {
            continue;
        }
        if !tag.closing {
            ends.insert(start, None);
            open.entry(tag.name).or_default().push(start);
        } else if let Some(start) = open.get_mut(&tag.name).and_then(Vec::pop) {
            ends.insert(start, Some(pos));
        }
    }
    ends
}
