//! Text cut into the units a diff compares.
//!
//! Units are words and punctuation marks by the Unicode rules for word boundaries (UAX 29), which
//! know scripts without spaces too; but what a reader takes in at one glance is one unit: an e-mail
//! address, a URL, a date in figures, a time, a number with its groups of digits. White space is no unit: it is
//! what stands between two of them.
//!
//! Two tokens are the same word when their *keys* are equal. A key folds what typographers change
//! and readers do not notice: quotes, dashes, ellipses, spaces, composed and decomposed letters,
//! invisible characters. Case is kept.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_segmentation::UnicodeSegmentation;

mod whole;

/// Marks that end a sentence.
pub const STOPS: [&str; 8] = [".", "!", "?", "。", "！", "？", "؟", "।"];

/// Short forms that stand before names and numbers, in small letters.
const SHORT_FORMS: [&str; 15] =
    ["abs", "art", "co", "corp", "dr", "inc", "ltd", "mr", "mrs", "ms", "no", "nr", "sec", "st", "vs"];

/// Whether the full stop after a word is no end of a sentence: `Inc.`, `No.`
pub fn is_short_form(word: &str) -> bool {
    SHORT_FORMS.iter().any(|form| word.eq_ignore_ascii_case(form))
}

/// A word or a punctuation mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text.
    pub range: Range<usize>,
    /// Equal for equal words, across all texts of one [`Lexicon`].
    pub key: u32,
    /// The same for words that differ only in case.
    pub caseless: u32,
    /// A word or a number, not a punctuation mark.
    pub word: bool,
}

#[allow(clippy::disallowed_types, reason = "asked by key and never listed, so that its order shows nowhere")]
type Keys = std::collections::HashMap<String, u32>;

/// Gives equal words equal keys. Keys are numbered by first appearance, so the same texts in the
/// same order always get the same keys.
#[derive(Debug, Default)]
pub struct Lexicon {
    keys: Keys,
    /// For each key that of the same word in lower case.
    caseless: Vec<u32>,
}

impl Lexicon {
    /// The tokens of a text, in order.
    pub fn tokens(&mut self, text: &str) -> Vec<Token> {
        let pieces = pieces(text);
        let wholes = whole::Wholes::new(text, &pieces);
        let mut tokens = Vec::with_capacity(pieces.len());
        let mut at = 0;
        while let Some(first) = pieces.get(at) {
            let count = wholes.len(at);
            let range = first.start..pieces[at + count - 1].end;
            let piece = &text[range.clone()];
            let word = piece.contains(char::is_alphanumeric);
            let key = self.key(&fold(piece));
            tokens.push(Token { range, key, caseless: self.caseless[key as usize], word });
            at += count;
        }
        tokens
    }

    fn key(&mut self, folded: &str) -> u32 {
        if let Some(key) = self.keys.get(folded) {
            return *key;
        }
        let key = self.add(folded);
        let lower = folded.to_lowercase();
        if lower != folded {
            let caseless = self.keys.get(&lower).copied().unwrap_or_else(|| self.add(&lower));
            self.caseless[key as usize] = caseless;
        }
        key
    }

    fn add(&mut self, folded: &str) -> u32 {
        let key = self.keys.len() as u32;
        self.keys.insert(folded.to_owned(), key);
        self.caseless.push(key);
        key
    }

    /// The key of a word that there has been.
    pub fn get(&self, word: &str) -> Option<u32> {
        self.keys.get(word).copied()
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

/// The words and marks of a text by the Unicode rules alone, but for marks typed as several signs, and
/// for the narrow space before French marks, which those rules take for a letter.
pub fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::with_capacity(text.len() / 5);
    let mut done = 0;
    for (start, piece) in text.split_word_bound_indices() {
        if start < done {
            continue;
        }
        let end = start + typed_mark(&text[start..]).unwrap_or(piece.len());
        let mut from = start;
        for part in text[start..end].split(NARROW_SPACE) {
            if part.contains(|c: char| !c.is_whitespace() && !is_invisible(c)) {
                pieces.push(from..from + part.len());
            }
            from += part.len() + NARROW_SPACE.len_utf8();
        }
        done = end;
    }
    pieces
}

const NARROW_SPACE: char = '\u{202F}';

/// How long a mark is that is typed as several: an ellipsis, a dash.
fn typed_mark(text: &str) -> Option<usize> {
    match text.as_bytes() {
        [b'.', b'.', b'.', ..] | [b'-', b'-', b'-', ..] => Some(3),
        [b'-', b'-', ..] => Some(2),
        _ => None,
    }
}

/// Whether two texts are the same but for typography: piece by piece the same folded words.
pub fn same_words(old: &str, new: &str) -> bool {
    let (a, b) = (pieces(old), pieces(new));
    a.len() == b.len() && a.into_iter().zip(b).all(|(a, b)| fold(&old[a]) == fold(&new[b]))
}

/// Characters that take no room and change no word.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE0F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The spelling by which words are compared.
pub fn fold(piece: &str) -> Cow<'_, str> {
    if piece.is_ascii() {
        return Cow::Borrowed(if matches!(piece, "--" | "---") { "-" } else { piece });
    }
    let mut out = String::with_capacity(piece.len());
    let mut push = |c: char| match c {
        c if is_invisible(c) => {}
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{B4}' | '\u{2BC}' | '‹' | '›' => out.push('\''),
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
