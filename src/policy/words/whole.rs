//! What is one unit to a reader though the Unicode rules cut it: `privacy@example.org`,
//! `https://example.org/a`, `2018-05-15`, `10:30`, `24/7`, `12 500`.

use std::ops::Range;

use crate::policy::dates::dates_of;

/// Addresses of more pieces than this stay in pieces: looking ahead must cost no more than that.
const LONGEST: usize = 64;

/// Finds wholes in a text cut into pieces.
pub(super) struct Wholes<'a> {
    text: &'a str,
    pieces: &'a [Range<usize>],
    /// Most clauses hold no address at all.
    addresses: bool,
    dates: Vec<Range<usize>>,
}

impl<'a> Wholes<'a> {
    pub(super) fn new(text: &'a str, pieces: &'a [Range<usize>]) -> Self {
        let addresses = text.contains('@') || text.contains('/');
        // A date in words is read word by word: of `May 15, 2018` a reader wants to see which of the
        // three became another.
        let in_figures = |date: &Range<usize>| !text[date.clone()].contains(char::is_whitespace);
        let dates = dates_of(text, pieces).into_iter().filter(in_figures).collect();
        Self { text, pieces, addresses, dates }
    }

    /// How many pieces, from this one on, are one unit; at least one.
    pub(super) fn len(&self, at: usize) -> usize {
        let other = match self.piece(at).as_bytes().first() {
            Some(b'0'..=b'9') => self.number(at),
            Some(b'A'..=b'Z' | b'a'..=b'z') if self.addresses => self.email(at).max(self.url(at)),
            _ => 1,
        };
        other.max(self.date(at))
    }

    fn piece(&self, at: usize) -> &str {
        self.pieces.get(at).map_or("", |p| &self.text[p.clone()])
    }

    /// What stands between a piece and the next one; `None` after the last.
    fn gap(&self, at: usize) -> Option<&str> {
        Some(&self.text[self.pieces.get(at)?.end..self.pieces.get(at + 1)?.start])
    }

    /// Whether these marks follow a piece without space.
    fn follow(&self, at: usize, marks: &[&str]) -> bool {
        marks.iter().zip(at..).all(|(mark, i)| self.gap(i) == Some("") && self.piece(i + 1) == *mark)
    }

    /// How many pieces from this one on stand side by side and are such that an address may hold them.
    fn run(&self, at: usize, part: impl Fn(&str) -> bool) -> usize {
        let holds = |i: &usize| part(self.piece(*i)) && (*i == at || self.gap(*i - 1) == Some(""));
        (at..self.pieces.len().min(at + LONGEST)).take_while(holds).count()
    }

    /// `name@example.org`
    fn email(&self, at: usize) -> usize {
        let name = self.run(at, |p| is_name(p) || matches!(p, "." | "-" | "+" | "_" | "%"));
        let sign = at + name;
        if self.piece(sign) != "@" || self.gap(sign - 1) != Some("") || self.gap(sign) != Some("") {
            return 1;
        }
        let host = self.run(sign + 1, |p| is_name(p) || matches!(p, "." | "-"));
        let host = self.trimmed(sign + 1, host);
        if host > 0 && self.is_host(sign + 1..sign + 1 + host) { name + 1 + host } else { 1 }
    }

    /// `https://example.org/a`, `www.example.org`, `example.org/a`
    fn url(&self, at: usize) -> usize {
        let scheme = self.follow(at, &[":", "/", "/"]);
        let host = self.is_host(at..at + 1);
        if !scheme && !(host && (self.follow(at, &["/"]) || self.piece(at).starts_with("www."))) {
            return 1;
        }
        let len = self.trimmed(at, self.run(at, is_url_part));
        // A scheme alone leads nowhere.
        if scheme && len < 5 { 1 } else { len.max(1) }
    }

    /// Without the marks at its end: they belong to the sentence, but for a closing slash.
    fn trimmed(&self, at: usize, mut len: usize) -> usize {
        while len > 0 && !is_name(self.piece(at + len - 1)) && self.piece(at + len - 1) != "/" {
            len -= 1;
        }
        len
    }

    /// Names joined by dots, the last of them letters.
    fn is_host(&self, range: Range<usize>) -> bool {
        let (Some(first), Some(last)) = (self.pieces.get(range.start), self.pieces.get(range.end - 1)) else {
            return false;
        };
        let name = &self.text[first.start..last.end];
        name.rsplit_once('.').is_some_and(|(before, top)| {
            !before.is_empty() && top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())
        })
    }

    /// `10:30`, `24/7`, `05/15/2018`, `12 500` with any space.
    fn number(&self, at: usize) -> usize {
        let digits =
            |i: usize| !self.piece(i).is_empty() && self.piece(i).bytes().all(|b| b.is_ascii_digit());
        let mut len = 1;
        while digits(at + len - 1) && len < LONGEST {
            let last = at + len - 1;
            let group = |gap: &str| matches!(gap, " " | "\u{A0}" | "\u{2009}" | "\u{202F}");
            let leads = len > 1 || self.piece(at).len() <= 3;
            if leads
                && self.gap(last).is_some_and(group)
                && self.piece(last + 1).len() == 3
                && digits(last + 1)
            {
                len += 1;
            } else if [":", "/"].iter().any(|mark| self.follow(last, &[mark, self.piece(last + 2)]))
                && digits(last + 2)
            {
                len += 2;
            } else {
                break;
            }
        }
        len
    }

    /// `2018-05-15`, `15.05.2018`, `2018年5月15日`
    fn date(&self, at: usize) -> usize {
        let start = self.pieces[at].start;
        let date = self.dates.binary_search_by_key(&start, |d| d.start).ok().map(|i| self.dates[i].end);
        date.map_or(1, |end| self.pieces[at..].partition_point(|p| p.start < end).max(1))
    }
}

fn is_name(piece: &str) -> bool {
    piece.is_ascii() && piece.bytes().any(|b| b.is_ascii_alphanumeric())
}

/// The characters of RFC 3986.
fn is_url_part(piece: &str) -> bool {
    let mark = |b: u8| b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    piece.bytes().all(|b| b.is_ascii_alphanumeric() || mark(b))
}
