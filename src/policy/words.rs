//! Text cut into the units a diff compares: words and punctuation marks by the Unicode rules for
//! word boundaries (UAX 29), which know scripts without spaces too. White space is not a token:
//! it is what stands between two of them.
//!
//! Two tokens are the same word when their *keys* are equal. A key folds what typographers change
//! and readers do not notice: quotes, dashes, ellipses, spaces, composed and decomposed letters,
//! invisible characters. Case is kept.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

/// A word or a punctuation mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Equal for equal words, across all texts of one [`Lexicon`].
    pub key: u32,
    /// A word or a number, not a punctuation mark.
    pub word: bool,
}

/// Gives equal words equal keys. Keys are numbered by first appearance, so the same texts in the
/// same order always get the same keys.
#[derive(Debug, Default)]
pub struct Lexicon {
    keys: BTreeMap<String, u32>,
}

impl Lexicon {
    /// The tokens of a text, in order.
    pub fn tokens(&mut self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::with_capacity(text.len() / 5);
        let mut pieces = text.split_word_bound_indices();
        while let Some((start, mut piece)) = pieces.next() {
            // Three dots are one mark, as they are where a typographer set them.
            if text[start..].starts_with("...") && piece == "." {
                piece = &text[start..start + 3];
                pieces.nth(1);
            }
            let word = piece.contains(char::is_alphanumeric);
            if word || piece.contains(|c: char| !c.is_whitespace() && !is_invisible(c)) {
                let key = self.key(&fold(piece));
                tokens.push(Token { range: start..start + piece.len(), key, word });
            }
        }
        tokens
    }

    fn key(&mut self, folded: &str) -> u32 {
        if let Some(key) = self.keys.get(folded) {
            return *key;
        }
        let key = self.keys.len() as u32;
        self.keys.insert(folded.to_owned(), key);
        key
    }

    /// How many different words there have been.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there have been none.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

/// Characters that take no room and change no word.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The spelling by which words are compared.
pub fn fold(piece: &str) -> Cow<'_, str> {
    if piece.is_ascii() {
        return Cow::Borrowed(piece);
    }
    let mut out = String::with_capacity(piece.len());
    let mut push = |c: char| match c {
        c if is_invisible(c) => {}
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{B4}' => out.push('\''),
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '«' | '»' => out.push('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        '\u{2026}' => out.push_str("..."),
        c if c.is_whitespace() => out.push(' '),
        c => out.push(c),
    };
    if is_nfc_quick(piece.chars()) == IsNormalized::Yes {
        piece.chars().for_each(&mut push);
    } else {
        piece.nfc().for_each(&mut push);
    }
    Cow::Owned(out)
}

/// How many words a text has.
pub fn count(text: &str) -> usize {
    text.unicode_words().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        Lexicon::default().tokens(text).into_iter().map(|t| &text[t.range]).collect()
    }

    #[test]
    fn words_by_unicode_rules() {
        assert_eq!(cut("We don’t keep 1,000.50 logs."), ["We", "don’t", "keep", "1,000.50", "logs", "."]);
        assert_eq!(cut("seven (7) days"), ["seven", "(", "7", ")", "days"]);
        assert_eq!(cut("个人信息"), ["个", "人", "信", "息"]);
        assert_eq!(cut("مرحبا بك"), ["مرحبا", "بك"]);
        assert_eq!(cut("\u{200B}\u{FEFF} "), Vec::<&str>::new());
    }

    #[test]
    fn typography_does_not_make_another_word() {
        let mut lexicon = Lexicon::default();
        let mut keys = |text: &str| lexicon.tokens(text).iter().map(|t| t.key).collect::<Vec<_>>();
        assert_eq!(keys("“don’t” – e\u{301}"), keys("\"don't\" - é"));
        assert_ne!(keys("Sharing"), keys("sharing"));
    }
}
