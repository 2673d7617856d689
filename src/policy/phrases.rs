//! Phrases looked up in a text: many at once, each word of the text visited once for each start.
//!
//! [`cut`] gives the words as a reader of meaning takes them: small letters, `don't` as two words.
//! [`Phrases`] is a tree of words, so that the time to find all of a thousand phrases is that of
//! reading the text and not that of reading it a thousand times.

use std::ops::Range;

use super::words::{fold, is_short_form, pieces};
use super::{Clause, Text};

/// A word or a mark of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Its bytes.
    pub range: Range<usize>,
    /// In small letters, with typography folded.
    pub text: String,
    /// How it is written.
    pub shape: Shape,
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `word`; also what has no capitals: digits, other scripts.
    Small,
    /// `Word`
    Capital,
    /// `WORD`
    Upper,
    /// `edX`, `GitHub`, `37signals`
    Mixed,
    /// No letter or digit in it.
    Mark,
}

/// Where a word with an apostrophe falls apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Apostrophe {
    /// Before it, or before `n't`: `we'll`, `don't`, `Anna's`; also `cannot` is two words.
    #[default]
    Before,
    /// After it: `l'accord`, `n'est`.
    After,
}

/// A text with the words of each clause, cut once for all who look for something in them.
#[derive(Clone, Debug)]
pub struct Cut<'a> {
    /// The text.
    pub text: &'a Text,
    /// The words of each of its clauses.
    pub words: Vec<Vec<Word>>,
}

impl<'a> Cut<'a> {
    /// Cuts a text.
    pub fn new(text: &'a Text, apostrophe: Apostrophe) -> Self {
        let words = text.clauses.iter().map(|clause| cut(&clause.content.text, apostrophe)).collect();
        Self { text, words }
    }

    /// Each clause with its words.
    pub fn clauses(&self) -> impl Iterator<Item = (&'a Clause, &[Word])> {
        self.text.clauses.iter().zip(self.words.iter().map(Vec::as_slice))
    }
}

/// The words and marks of a text.
pub fn cut(text: &str, apostrophe: Apostrophe) -> Vec<Word> {
    let mut words = Vec::new();
    for token in pieces(text) {
        let middle = token.start + split_at(&text[token.clone()], apostrophe).unwrap_or(0);
        for range in [token.start..middle, middle..token.end] {
            if !range.is_empty() {
                let piece = &text[range.clone()];
                words.push(Word { range, text: fold(piece).to_lowercase(), shape: shape(piece) });
            }
        }
    }
    words
}

fn split_at(word: &str, apostrophe: Apostrophe) -> Option<usize> {
    if word.eq_ignore_ascii_case("cannot") {
        return Some(3);
    }
    let (at, mark) = word.char_indices().find(|(_, c)| matches!(c, '\'' | '\u{2019}' | '\u{2BC}'))?;
    let (before, after) = (&word[..at], &word[at + mark.len_utf8()..]);
    let at = match apostrophe {
        Apostrophe::After => at + mark.len_utf8(),
        Apostrophe::Before if after.eq_ignore_ascii_case("t") && before.ends_with(['n', 'N']) => at - 1,
        Apostrophe::Before => at,
    };
    (at > 0 && at < word.len()).then_some(at)
}

fn shape(word: &str) -> Shape {
    // `15th` and `10k` are numbers, `37signals` is a name.
    if word.starts_with(char::is_numeric) {
        let name = word.chars().filter(|c| c.is_alphabetic()).count() > 2;
        return if name { Shape::Mixed } else { Shape::Small };
    }
    let mut letters = word.chars().filter(|c| c.is_alphabetic());
    let Some(first) = letters.next() else {
        return if word.contains(char::is_alphanumeric) { Shape::Small } else { Shape::Mark };
    };
    let rest: Vec<bool> = letters.map(char::is_uppercase).collect();
    match (first.is_uppercase(), rest.iter().any(|u| *u), rest.iter().all(|u| *u)) {
        (false, false, _) => Shape::Small,
        (true, false, _) => Shape::Capital,
        (true, true, true) => Shape::Upper,
        _ => Shape::Mixed,
    }
}

/// Whether a sentence ends with this mark: a full stop before a capital, unless it is that of an
/// abbreviation; also the end of a line or of a table's cell.
pub fn ends_sentence(text: &str, words: &[Word], at: usize) -> bool {
    let (Some(word), Some(next)) = (words.get(at), words.get(at + 1)) else { return true };
    let gap = &text[word.range.end..next.range.start];
    if gap.contains(['\n', '\t']) {
        return true;
    }
    let short = || at.checked_sub(1).is_some_and(|p| is_short_form(&words[p].text));
    match word.text.as_str() {
        "!" | "?" | ";" | "。" | "；" | "！" | "？" => true,
        "." => !gap.is_empty() && next.shape != Shape::Small && !short(),
        _ => false,
    }
}

/// Phrases, each with what is known of it.
#[derive(Clone, Debug)]
pub struct Phrases<T> {
    /// The tree; its root is the first.
    nodes: Vec<Node<T>>,
}

#[allow(clippy::disallowed_types, reason = "asked by word and never listed, so that its order shows nowhere")]
type Next = std::collections::HashMap<String, usize>;

#[derive(Clone, Debug)]
struct Node<T> {
    next: Next,
    value: Option<T>,
}

impl<T> Default for Node<T> {
    fn default() -> Self {
        Self { next: Next::new(), value: None }
    }
}

impl<T> Default for Phrases<T> {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl<T> Phrases<T> {
    /// The place for what is known of a phrase, which is added if it is new.
    pub fn entry<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> &mut Option<T> {
        let mut at = 0;
        for word in words {
            at = match self.nodes[at].next.get(word) {
                Some(next) => *next,
                None => {
                    let next = self.nodes.len();
                    self.nodes.push(Node::default());
                    self.nodes[at].next.insert(word.to_owned(), next);
                    next
                }
            };
        }
        &mut self.nodes[at].value
    }

    /// Every phrase that begins with the first of these words: how many words long, and what is
    /// known of it; the longest first.
    pub fn at<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Vec<(usize, &T)> {
        let mut found = Vec::new();
        let mut at = 0;
        for (i, word) in words.into_iter().enumerate() {
            let Some(next) = self.nodes[at].next.get(word) else { break };
            at = *next;
            found.extend(self.nodes[at].value.as_ref().map(|value| (i + 1, value)));
        }
        found.reverse();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, apostrophe: Apostrophe) -> Vec<String> {
        cut(text, apostrophe).into_iter().map(|w| w.text).collect()
    }

    #[test]
    fn contractions_are_two_words() {
        assert_eq!(words("We don’t; you’ll", Apostrophe::Before), ["we", "do", "n't", ";", "you", "'ll"]);
        assert_eq!(
            words("Anna's CAN'T cannot", Apostrophe::Before),
            ["anna", "'s", "ca", "n't", "can", "not"]
        );
        assert_eq!(words("l’accord n'est", Apostrophe::After), ["l'", "accord", "n'", "est"]);
        assert_eq!(words("'t", Apostrophe::Before), ["'", "t"]);
    }

    #[test]
    fn the_longest_phrase_comes_first() {
        let mut phrases = Phrases::default();
        *phrases.entry(["third"]) = Some(1);
        *phrases.entry(["third", "party"]) = Some(2);
        *phrases.entry(["third", "party", "claims"]) = Some(3);
        assert_eq!(phrases.at(["third", "party", "x"]), [(2, &2), (1, &1)]);
        assert_eq!(phrases.at(["party"]), []);
    }

    #[test]
    fn shapes() {
        let shapes: Vec<Shape> = cut("we We WE edX GitHub 37signals I 15th ,", Apostrophe::Before)
            .iter()
            .map(|w| w.shape)
            .collect();
        use Shape::{Capital, Mark, Mixed, Small, Upper};
        assert_eq!(shapes, [Small, Capital, Upper, Mixed, Mixed, Mixed, Capital, Small, Mark]);
    }
}
