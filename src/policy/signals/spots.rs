//! Expressions of one side of a change, each with a key by which two of them are the same: `seven (7)
//! days` and `7 days` are, `share` and `not share` are not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::SignalKind;
use crate::policy::dates::dates;
use crate::policy::diff::{SEPARATOR, joined};
use crate::policy::phrases::{Shape, Word, cut, ends_sentence};
use crate::policy::terms::Terms;
use crate::policy::vocabulary::{List, Vocabulary};
use crate::policy::{Clause, ClauseKind, Style, Text};

mod amounts;

/// What an expression is known by.
pub(super) struct Reader<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    /// Words that name somebody.
    pub(super) names: &'a BTreeMap<String, bool>,
    /// Terms that the text defines.
    pub(super) terms: &'a Terms,
}

/// An expression.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    pub(super) kind: SignalKind,
    /// Its bytes. It changed if any of these did.
    pub(super) range: Range<usize>,
    /// What a reader is told of it.
    pub(super) shown: String,
    /// Equal for what means the same.
    pub(super) key: String,
    /// Tells something only where another takes its place.
    pub(super) weak: bool,
    /// *We*, *you*; takes a place only where exactly the other stood.
    pub(super) pronoun: bool,
    /// In a clause that came or went, says little of it.
    pub(super) soft: bool,
}

impl Spot {
    fn channel(range: Range<usize>, shown: String, key: String) -> Self {
        Self { kind: SignalKind::Channel, range, shown, key, weak: false, pronoun: false, soft: false }
    }
}

/// One side of a change.
pub(super) struct Side {
    pub(super) text: String,
    pub(super) words: Vec<Word>,
    /// By start.
    pub(super) spots: Vec<Spot>,
    /// How many bytes at the start are a heading's number.
    pub(super) number_len: usize,
}

impl Side {
    /// Whether an address is to be read in it, or behind a link.
    pub(super) fn names(&self, address: &str) -> bool {
        let key = address_key(address);
        self.spots.iter().any(|s| s.kind == SignalKind::Channel && s.key == key)
    }

    pub(super) fn read(reader: &Reader<'_>, text: &Text, clauses: &[usize]) -> Self {
        let visible = joined(text, clauses);
        let words = cut(&visible, reader.vocabulary.apostrophe);
        let mut search = Search {
            reader,
            text: &visible,
            taken: vec![false; words.len()],
            words: words.into(),
            spots: Vec::new(),
        };
        let (mut start, mut in_code) = (0, false);
        for clause in clauses.iter().filter_map(|c| text.clauses.get(*c)) {
            for mark in &clause.content.marks {
                if let Style::Link(target) = &mark.style {
                    search.link(target, mark.range.start + start..mark.range.end + start);
                }
            }
            start += clause.content.text.len() + SEPARATOR.len();
            in_code |= clause.kind == ClauseKind::Code;
        }
        search.addresses();
        search.dates();
        search.idle();
        search.amounts();
        search.listed(&LISTED);
        search.terms();
        if !in_code {
            search.names();
        }
        let Search { words, mut spots, .. } = search;
        let number_len = clauses.first().map_or(0, |c| text.clauses[*c].content.number_len);
        spots.retain(|spot| spot.range.start >= number_len);
        spots.sort_by_key(|spot| (spot.range.start, spot.range.end));
        let words = words.into_owned();
        Self { text: visible, words, spots, number_len }
    }

    /// The sentence around a place, as a range of words; of a long one no more than `most` words
    /// before and after the place.
    pub(super) fn sentence(&self, at: usize, most: usize) -> Range<usize> {
        let here = self.words.partition_point(|w| w.range.end <= at);
        let ends = |i: &usize| ends_sentence(&self.text, &self.words, *i);
        let (first, last) = (here.saturating_sub(most), self.words.len().min(here + most));
        let start = (first..here).rev().find(ends).map_or(first, |i| i + 1);
        let end = (here..last).find(ends).map_or(last, |i| i + 1);
        start..end
    }
}

/// The parties that a clause names, by their keys.
pub(super) fn parties(reader: &Reader<'_>, clause: &Clause, words: &[Word]) -> Vec<String> {
    let (text, taken) = (clause.content.text.as_str(), vec![false; words.len()]);
    let mut search = Search { reader, text, words: Cow::Borrowed(words), taken, spots: Vec::new() };
    search.listed(&[(List::Party, SignalKind::Party)]);
    search.names();
    search.spots.into_iter().map(|s| s.key).collect()
}

/// Lists whose words are expressions.
const LISTED: [(List, SignalKind); 5] = [
    (List::Time, SignalKind::Duration),
    (List::Negation, SignalKind::Negation),
    (List::Modal, SignalKind::Modal),
    (List::Party, SignalKind::Party),
    (List::Pronoun, SignalKind::Party),
];

struct Search<'a> {
    reader: &'a Reader<'a>,
    text: &'a str,
    words: Cow<'a, [Word]>,
    /// Words that are part of an expression which leaves nothing for others.
    taken: Vec<bool>,
    spots: Vec<Spot>,
}

impl Search<'_> {
    /// Words `at` make an expression.
    fn add(&mut self, kind: SignalKind, at: Range<usize>, key: String, weak: bool) {
        let (Some(first), Some(last)) = (self.words.get(at.start), self.words[..at.end].last()) else {
            return;
        };
        let range = first.range.start..last.range.end;
        let shown = self.text[range.clone()].to_owned();
        self.spots.push(Spot { kind, range, shown, key, weak, pronoun: false, soft: false });
    }

    fn take(&mut self, range: &Range<usize>) {
        let from = self.words.partition_point(|w| w.range.end <= range.start);
        let to = self.words.partition_point(|w| w.range.start < range.end);
        self.taken[from..to].fill(true);
    }

    /// The address behind a link.
    fn link(&mut self, target: &str, range: Range<usize>) {
        if is_address(target) {
            let key = address_key(target);
            let shown = shown_address(target).to_owned();
            self.spots.push(Spot::channel(range, shown, key));
        }
    }

    /// Addresses that a reader sees.
    fn addresses(&mut self) {
        for range in addresses(self.text) {
            self.take(&range);
            let (shown, key) = (self.text[range.clone()].to_owned(), address_key(&self.text[range.clone()]));
            // Most addresses lead to themselves, and are told once.
            let told = |s: &Spot| s.key == key && s.range.start < range.end && range.start < s.range.end;
            if !self.spots.iter().any(told) {
                self.spots.push(Spot::channel(range, shown, key));
            }
        }
    }

    fn dates(&mut self) {
        for range in dates(self.text) {
            let from = self.words.partition_point(|w| w.range.start < range.start);
            let to = self.words.partition_point(|w| w.range.end <= range.end);
            let words = self.words.get(from..to).unwrap_or_default();
            let key: Vec<&str> =
                words.iter().filter(|w| w.shape != Shape::Mark).map(|w| w.text.as_str()).collect();
            let key = key.join(" ");
            self.take(&range);
            self.add(SignalKind::Date, from..to, key, false);
        }
    }

    /// Phrases that are no expressions, and where somebody lives.
    fn idle(&mut self) {
        let capital = |w: &Word| w.shape == Shape::Capital;
        for i in 0..self.words.len() {
            let whole = self.find(List::Idle, i).map(|(len, _)| len);
            let title = || self.find(List::Title, i).map(|(len, _)| len);
            let title = || title().filter(|len| self.words[i..i + len].iter().all(capital));
            // `Exclusions` by itself is one, in `Exclusions apply` it is none.
            let next = |len: usize| self.words.get(i + len).is_some_and(|w| w.shape != Shape::Mark);
            let title = || title().filter(|len| *len > 1 || i == 0 && !next(*len));
            if let Some(len) = whole.or_else(title) {
                self.taken[i..i + len].fill(true);
            }
            // `non-US` is somebody.
            if let Some([non, hyphen, name]) = self.words.get(i..i + 3)
                && hyphen.text == "-"
                && name.shape == Shape::Upper
                && self.find(List::Negation, i).is_some_and(|(len, form)| len == 1 && form == "non")
                && non.shape != Shape::Upper
            {
                let key = format!("non {}", name.text);
                self.add(SignalKind::Party, i..i + 3, key, false);
                self.taken[i..i + 3].fill(true);
            }
            self.street(i);
        }
    }

    /// `30 North Racine Avenue, Suite 200, Chicago, IL 60607`, if it begins with this word.
    fn street(&mut self, at: usize) {
        let word = |i: usize| self.words.get(i).filter(|w| !w.text.is_empty());
        let digits = |i: usize| word(i).is_some_and(|w| w.text.chars().all(char::is_numeric));
        let capital = |i: usize| word(i).is_some_and(|w| !matches!(w.shape, Shape::Small | Shape::Mark));
        let street = |i: usize| self.has(List::Street, i) && capital(i);
        if !capital(at) || self.taken[at] || at > 0 && capital(at - 1) {
            return;
        }
        let end = (at..self.words.len()).find(|i| !capital(*i)).unwrap_or(self.words.len());
        let number = at.checked_sub(1).filter(|p| digits(*p));
        let (from, to) = if (at..end).any(street) && (number.is_some() || digits(end)) {
            (number.unwrap_or(at), end + usize::from(digits(end)))
        // `IL 60607`
        } else if end == at + 1
            && digits(end)
            && word(end).is_some_and(|w| w.text.len() == 5)
            && word(at).is_some_and(|w| w.shape == Shape::Upper && w.text.len() == 2)
        {
            (at, end + 1)
        } else {
            return;
        };
        self.taken[from..to].fill(true);
    }

    fn has(&self, list: List, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| self.reader.vocabulary.has(list, &w.text))
    }

    fn find(&self, list: List, at: usize) -> Option<(usize, &str)> {
        let (len, form) = self.reader.vocabulary.find(list, self.words.get(at..)?)?;
        (!self.taken[at..at + len].contains(&true)).then_some((len, form))
    }

    fn is(&self, at: usize, marks: &[&str]) -> bool {
        self.words.get(at).is_some_and(|w| marks.contains(&w.text.as_str()))
    }

    /// Whether a word and the next have no space between them.
    fn touch(&self, at: usize) -> bool {
        let both = self.words.get(at).zip(self.words.get(at.wrapping_add(1)));
        both.is_some_and(|(a, b)| a.range.end == b.range.start)
    }

    /// Words that stand on a list.
    fn listed(&mut self, lists: &[(List, SignalKind)]) {
        for (list, kind) in lists.iter().copied() {
            let mut i = 0;
            while i < self.words.len() {
                let Some((len, form)) = self.find(list, i).map(|(len, form)| (len, form.to_owned())) else {
                    i += 1;
                    continue;
                };
                if list == List::Negation {
                    self.negation(i..i + len);
                } else {
                    let country = list == List::Pronoun && self.is_country(i);
                    let soft = list == List::Modal && self.reader.vocabulary.has(List::Soft, &form);
                    if !country {
                        self.add(kind, i..i + len, form, list == List::Pronoun);
                        let whole = (kind == SignalKind::Modal).then(|| self.whole(i..i + len));
                        if let Some(spot) = self.spots.last_mut() {
                            spot.pronoun = list == List::Pronoun;
                            spot.soft = soft;
                            spot.shown = whole.unwrap_or_else(|| spot.shown.clone());
                        }
                    }
                }
                if matches!(list, List::Party | List::Time) {
                    self.taken[i..i + len].fill(true);
                }
                i += len;
            }
        }
    }

    /// `US` among words that have small letters is no pronoun.
    fn is_country(&self, at: usize) -> bool {
        let upper = |i: usize| self.words.get(i).is_some_and(|w| w.shape == Shape::Upper && w.text.len() > 1);
        let word = &self.words[at];
        upper(at) && word.text == "us" && !upper(at + 1) && !at.checked_sub(1).is_some_and(upper)
    }

    /// Words with the rest of a contraction that they are part of: `won't`.
    fn whole(&self, at: Range<usize>) -> String {
        let apostrophe =
            |i: usize| self.words.get(i).is_some_and(|w| w.text.contains('\'') && w.text.len() > 1);
        let from = at.start - usize::from(at.start > 0 && apostrophe(at.start) && self.touch(at.start - 1));
        let to = at.end + usize::from(apostrophe(at.end) && self.touch(at.end - 1));
        self.text[self.words[from].range.start..self.words[to - 1].range.end].to_owned()
    }

    /// A negation is shown with the words beside it, and is another beside others.
    fn negation(&mut self, at: Range<usize>) {
        let beside = |i: usize, j: usize| {
            let (Some(a), Some(b)) = (self.words.get(i), self.words.get(j)) else { return false };
            let gap = &self.text[a.range.end..b.range.start];
            a.shape != Shape::Mark && b.shape != Shape::Mark && !gap.contains(['\n', '\t'])
        };
        let from = at.start.checked_sub(1).filter(|p| beside(*p, at.start)).unwrap_or(at.start);
        let mut to = if beside(at.end - 1, at.end) { at.end + 1 } else { at.end };
        // `non-commercial`, `not pre-screen`
        while let Some([last, hyphen, next]) = self.words.get(to - 1..to + 2)
            && last.range.end == hyphen.range.start
            && hyphen.range.end == next.range.start
            && hyphen.text == "-"
        {
            to += 2;
        }
        let key: Vec<&str> = self.words[from..to].iter().map(|w| w.text.as_str()).collect();
        let shown = self.words[from].range.start..self.words[to - 1].range.end;
        let range = self.words[at.start].range.start..self.words[at.end - 1].range.end;
        let (key, shown) = (key.join(" "), self.text[shown].to_owned());
        let kind = SignalKind::Negation;
        self.spots.push(Spot { kind, range, shown, key, weak: false, pronoun: false, soft: false });
    }

    /// Uses of defined terms; whoever is a party is told as one.
    fn terms(&mut self) {
        for (at, name) in self.reader.terms.uses(&self.words) {
            if !self.taken[at.clone()].contains(&true) {
                self.taken[at.clone()].fill(true);
                self.add(SignalKind::Term, at, name.to_lowercase(), true);
            }
        }
    }

    fn names(&mut self) {
        let named = |search: &Self, i: usize| {
            let Some(word) = search.words.get(i) else { return false };
            let capital = !matches!(word.shape, Shape::Small | Shape::Mark);
            capital
                && !search.taken[i]
                && (search.reader.names.contains_key(&word.text)
                    || search.is_country(i) && search.reader.vocabulary.capitals_name)
        };
        let company = |search: &Self, i: usize| {
            search
                .words
                .get(i)
                .is_some_and(|w| super::COMPANY.contains(&w.text.as_str()) && w.shape != Shape::Small)
        };
        let mut i = 0;
        while i < self.words.len() {
            let mut end = i;
            while named(self, end)
                && (end == i
                    || self.text[self.words[end - 1].range.end..self.words[end].range.start]
                        .trim_matches(' ')
                        .is_empty())
            {
                end += 1;
            }
            // `Basecamp, LLC`
            let comma = usize::from(self.is(end, &[",", "."]));
            if end > i && company(self, end + comma) && !company(self, end - 1) {
                end += comma + 1;
            }
            if (i..end).any(|i| !company(self, i)) {
                let words = self.words[i..end].iter().filter(|w| w.shape != Shape::Mark);
                let key: Vec<String> = words.map(|w| w.text.replace('.', "")).collect();
                let key = key.join(" ");
                let known = |w: &Word| self.reader.names.get(&w.text).is_none_or(|certain| *certain);
                let weak = !self.words[i..end].iter().filter(|w| w.shape != Shape::Mark).any(known);
                self.add(SignalKind::Party, i..end, key, weak);
            }
            i = end.max(i + 1);
        }
    }
}

/// Whether a link leads to somebody, and not to a place in the same text.
pub(super) fn is_address(target: &str) -> bool {
    let place = target.is_empty() || target.starts_with(['#', '[']);
    !place && !target.contains(char::is_whitespace) && target.contains(['/', '@', ':', '.'])
}

/// An address without what only a browser needs.
pub(super) fn shown_address(target: &str) -> &str {
    target.strip_prefix("mailto:").unwrap_or(target)
}

/// Equal for two spellings of one address.
fn address_key(address: &str) -> String {
    let address = shown_address(address);
    let address = ["https://", "http://"].iter().find_map(|s| address.strip_prefix(s)).unwrap_or(address);
    let address = address.strip_prefix("www.").unwrap_or(address);
    address.trim_end_matches('/').to_lowercase()
}

/// Ends of host names that are taken for one without a scheme before it.
const DOMAINS: &[&str] = &[
    "com", "org", "net", "edu", "gov", "int", "info", "app", "dev", "io", "eu", "uk", "de", "fr", "nl", "jp",
    "cn", "br", "mx", "ar", "ch",
];

/// Where e-mail addresses and URLs stand in a text.
fn addresses(text: &str) -> Vec<Range<usize>> {
    let outside = |c: char| {
        c.is_whitespace()
            || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | '"' | ',' | ';')
            || matches!(c, '\u{2018}'..='\u{201F}' | '「' | '」' | '（' | '）' | '、' | '。' | '，')
    };
    let mut found = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(outside) {
        let word = piece.trim_end_matches(outside).trim_end_matches(['.', ':', '!', '?', '\'']);
        // In scripts without spaces an address begins where Latin letters do.
        let skipped = word.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(word.len());
        let word = &word[skipped..];
        let end = word.find(|c: char| !c.is_ascii() && !c.is_alphanumeric()).unwrap_or(word.len());
        if is_visible_address(&word[..end]) {
            found.push(start + skipped..start + skipped + end);
        }
        start += piece.len();
    }
    found
}

fn is_visible_address(word: &str) -> bool {
    if word.starts_with("http://") || word.starts_with("https://") || word.starts_with("www.") {
        return true;
    }
    let host = word.split('/').next().unwrap_or_default();
    let (mail, host) = host.rsplit_once('@').map_or((false, host), |(user, host)| (!user.is_empty(), host));
    let Some((name, top)) = host.rsplit_once('.') else { return false };
    let letters = top.len() > 1 && top.chars().all(|c| c.is_ascii_lowercase());
    letters && (mail && !name.is_empty() || name.len() > 1 && DOMAINS.contains(&top))
}

#[cfg(test)]
mod tests {
    use super::addresses;

    #[test]
    fn addresses_that_a_reader_sees() {
        let found = |text: &str| addresses(text).into_iter().map(|r| text[r].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("Write to privacy@edx.org."), ["privacy@edx.org"]);
        assert_eq!(found("Write to hr@x.com."), ["hr@x.com"]);
        assert_eq!(
            found("(see https://a.example/x?y=1#z, or www.b.org)"),
            ["https://a.example/x?y=1#z", "www.b.org"]
        );
        assert_eq!(found("the edX.org web domain, e.g. this one.And that"), ["edX.org"]);
        assert_eq!(found("请写信至privacy@example.cn。"), ["privacy@example.cn"]);
        assert_eq!(found("no address: a/b, 3.5, U.S. law, @name"), [""; 0]);
    }
}
