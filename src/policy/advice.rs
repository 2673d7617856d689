//! Advice on one text, beside what its front matter says: what readers are told that they should not be,
//! and what the text says of itself that is not so.
//!
//! All of it is warnings. Nothing is said of what only might be wrong: who is warned in vain stops
//! reading warnings. Whether a text is worth advice is for the caller to say: nobody can mend what was
//! published.
//!
//! | code | what is wrong |
//! | --- | --- |
//! | `check-back` | readers are told to come back and look for changes |
//! | `date-contradicts` | the text gives itself another day than its front matter |
//! | `date-in-text` | the text repeats a day that pages print |
//! | `term-unused`, `term-undefined` | definitions that nothing uses, terms that nothing defines |
//! | `dangling-mention` | a section is named that there is not |
//! | `typed-contents` | a table of contents was typed by hand |

use std::ops::Range;

use super::phrases::{Cut, Shape, Word, ends_sentence};
use super::terms::{self, Terms};
use super::vocabulary::{List, Vocabulary, vocabulary};
use super::{Clause, ClauseKind, FrontMatter, Language, Text};
use crate::diagnostic::Diagnostic;

mod contents;
mod day;
mod mentions;
mod usage;
mod wording;

/// A text, and what is known beside it.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The whole file: what is said of the text has its place there.
    pub file: &'a str,
    /// The text of the file.
    pub text: &'a Text,
    /// The language it is in.
    pub language: &'a Language,
    /// What is said above it; of a translation that of its version.
    pub front: &'a FrontMatter,
    /// The names of the site, of its publisher and of all policies: written with capitals, and no terms.
    pub names: &'a [&'a str],
}

/// All that should be looked at again, in the order of the text.
pub fn advice(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let reading = Reading::new(subject);
    let mut found = wording::check_back(&reading);
    found.extend(day::days(&reading));
    found.extend(usage::terms(&reading));
    found.extend(mentions::mentions(&reading));
    found.extend(contents::contents(&reading));
    found.sort_by_key(|d| (d.span.start, d.code));
    found
}

/// A heading of more words is none.
const LONGEST_TITLE: usize = 16;

/// A subject, cut into words.
struct Reading<'a> {
    subject: &'a Subject<'a>,
    vocabulary: &'static Vocabulary,
    cut: Cut<'a>,
    terms: Terms,
}

impl<'a> Reading<'a> {
    fn new(subject: &'a Subject<'a>) -> Self {
        let vocabulary = vocabulary(subject.language);
        let mut cut = Cut::new(subject.text, vocabulary.apostrophe);
        let terms = terms::terms(&cut, vocabulary);
        for (words, clause) in cut.words.iter_mut().zip(&subject.text.clauses) {
            unfuse(words, &clause.content.text);
        }
        Self { subject, vocabulary, cut, terms }
    }

    /// Every clause that is running text, with its words.
    fn prose(&self) -> impl Iterator<Item = (&'a Clause, &[Word])> {
        // Imported texts take whole paragraphs for headings.
        let title = |c: &Clause| {
            matches!(c.kind, ClauseKind::Heading(_)) && c.content.text.split(' ').count() <= LONGEST_TITLE
        };
        let running = move |c: &Clause| !title(c) && c.kind != ClauseKind::Code;
        self.subject.text.clauses.iter().zip(&self.cut.words).filter_map(move |(clause, words)| {
            let number = words.partition_point(|w| w.range.start < clause.content.number_len);
            running(clause).then(|| (clause, &words[number..]))
        })
    }

    fn find(&self, list: List, words: &[Word]) -> Option<usize> {
        self.vocabulary.find(list, words).map(|(len, _)| len)
    }

    /// Where words of a clause stand in the file.
    fn place(&self, clause: &Clause, words: &[Word]) -> Range<usize> {
        match (words.first(), words.last()) {
            (Some(first), Some(last)) => place(self.subject.file, clause, first.range.start..last.range.end),
            _ => clause.span.clone(),
        }
    }
}

/// Imported texts lose the space between two sentences: `existence.Effective`.
fn unfuse(words: &mut Vec<Word>, text: &str) {
    let fused = |word: &Word| {
        let (before, after) = text[word.range.clone()].split_once('.')?;
        let sentence = before.chars().count() > 3
            && before.chars().skip(1).all(char::is_lowercase)
            && after.starts_with(char::is_uppercase)
            && after.chars().skip(1).all(char::is_lowercase)
            && after.chars().count() > 2;
        sentence.then(|| word.range.start + before.len())
    };
    let mut at = 0;
    while at < words.len() {
        if let Some(stop) = fused(&words[at]) {
            let range = words[at].range.clone();
            let word =
                |range: Range<usize>, shape| Word { text: text[range.clone()].to_lowercase(), range, shape };
            let first = words[at].shape;
            let first = if first == Shape::Mixed { Shape::Small } else { first };
            let parts = [
                word(range.start..stop, first),
                word(stop..stop + 1, Shape::Mark),
                word(stop + 1..range.end, Shape::Capital),
            ];
            words.splice(at..=at, parts);
        }
        at += 1;
    }
}

/// The sentences of a clause, as ranges of its words.
fn sentences(text: &str, words: &[Word]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let fused = |i: usize| {
        let next = words.get(i + 1);
        words[i].text == "."
            && next.is_some_and(|n| n.shape == Shape::Capital && n.range.start == words[i].range.end)
    };
    for i in 0..words.len() {
        if ends_sentence(text, words, i) || fused(i) {
            found.push(start..i + 1);
            start = i + 1;
        }
    }
    if start < words.len() {
        found.push(start..words.len());
    }
    found
}

/// Where a part of a clause's words stands in its file; all of the clause where marks of markdown
/// stand in between.
fn place(file: &str, clause: &Clause, range: Range<usize>) -> Range<usize> {
    let whole = || {
        let source = file.get(clause.span.clone()).unwrap_or_default();
        clause.span.start..clause.span.start + source.trim_end().len()
    };
    let text = &clause.content.text;
    let (Some(source), Some(words)) = (file.get(clause.span.clone()), text.get(range.clone())) else {
        return whole();
    };
    let nth = text[..range.start].matches(words).count();
    if let Some((at, _)) = source.match_indices(words).nth(nth) {
        return clause.span.start + at..clause.span.start + at + words.len();
    }
    // From the first of the words to the last.
    let mut split = words.split_whitespace();
    let (Some(first), last) = (split.next(), split.next_back()) else { return whole() };
    let nth = text[..range.start].matches(first).count();
    let Some((start, _)) = source.match_indices(first).nth(nth) else { return whole() };
    let last = last.unwrap_or(first);
    let Some(end) = source[start..].find(last).map(|at| start + at + last.len()) else { return whole() };
    // A word that stands earlier as well gives a part; one that stands far away is another.
    if end - start > 2 * words.len() + 8 {
        whole()
    } else {
        clause.span.start + start..clause.span.start + end
    }
}

/// Letters and digits alone, in small letters: equal for titles that say the same.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
