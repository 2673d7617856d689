//! Numbers that authors type before a heading or a paragraph: `6.`, `3.1`, `(b)`, `§ 4`.
//!
//! They are no words: a clause that only bears another number says what it said before.

use std::collections::BTreeMap;

use super::Draft;
use crate::policy::ClauseKind;

/// How many bytes at the start of a heading, or of a paragraph in a row of such, are its number: `6. `, `3.1 `, `A. `, `IV. `, `(b) `,
/// `§ 4 `, `Section 2: `. A bare number is not one, nor is a provision of some law: "30 days" and
/// "Article 6 GDPR" are headings too.
pub(in crate::policy) fn number_len(text: &str) -> usize {
    let words = ["section ", "article ", "clause ", "§ ", "§"];
    let lower = text.to_lowercase();
    // Lower-casing keeps the length of the words looked for, which are at the start.
    let word =
        words.iter().find(|w| lower.starts_with(*w) && text.is_char_boundary(w.len())).map_or(0, |w| w.len());
    let rest = &text[word..];
    let open = usize::from(rest.starts_with('('));
    let body = &rest[open..];
    let digits = body.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(body.len());
    let roman = body.find(|c: char| !"IVXLC".contains(c)).unwrap_or(body.len());
    let single = usize::from(body.starts_with(|c: char| c.is_ascii_alphabetic()));
    let core = [digits, roman, single].into_iter().find(|n| *n > 0).unwrap_or(0);
    let after = &body[core..];
    let numeral = &body[..core];
    let dotted = numeral.contains('.');
    let colon = after.starts_with(':') && (word > 0 || digits > 0);
    let close = usize::from(after.starts_with(['.', ')']) || colon);
    let paragraph = rest.len() < text.len() && text.starts_with('§') && digits > 0;
    let marked = close == 1 || dotted || paragraph;
    let end = word + open + core + close;
    let gap = text[end..].len() - text[end..].trim_start_matches([' ', '\u{A0}']).len();
    let has_digit_or_letter = numeral.contains(|c: char| c.is_ascii_alphanumeric());
    // The dash or colon after it belongs to it; without a gap, or with nothing after, it is a word.
    if !marked || !has_digit_or_letter || gap == 0 || text[end + gap..].is_empty() { 0 } else { end + gap }
}

/// `3.1 Sharing` is numbered where other headings are numbered too; `2.5 percent` alone is not.
pub(super) fn settle_numbers(drafts: &mut [Draft]) {
    let number = |d: &Draft| d.content.text[..d.content.number_len].trim().to_owned();
    let numbered = drafts.iter().filter(|d| number(d).starts_with(|c: char| c.is_ascii_digit())).count();
    let decimal = |d: &Draft| number(d).ends_with(|c: char| c.is_ascii_digit()) && number(d).contains('.');
    if numbered == 1 {
        drafts.iter_mut().filter(|d| decimal(d)).for_each(|d| d.content.number_len = 0);
    }
    number_by_hand(drafts);
}

/// Paragraphs and items that begin with a number of their own, `(a)` or `2.2`, where the one before
/// or after of the same form bears the number before or after: one alone may mean anything.
fn number_by_hand(drafts: &mut [Draft]) {
    let mut forms: BTreeMap<String, Vec<(usize, usize, Vec<u32>)>> = BTreeMap::new();
    for (i, draft) in drafts.iter().enumerate() {
        if let ClauseKind::Paragraph | ClauseKind::Item | ClauseKind::Definition = draft.kind {
            let len = number_len(&draft.content.text);
            for (form, value) in readings(draft.content.text[..len].trim()) {
                forms.entry(form).or_default().push((i, len, value));
            }
        }
    }
    for numbered in forms.values() {
        for pair in numbered.windows(2) {
            let [(i, len, value), (j, next_len, next)] = pair else { continue };
            if follows(value, next) {
                drafts[*i].content.number_len = *len;
                drafts[*j].content.number_len = *next_len;
            }
        }
    }
}

/// What a number may be: its form, and its value as numbers. `(i)` is a letter or a Roman numeral.
fn readings(number: &str) -> Vec<(String, Vec<u32>)> {
    let is_part = |c: char| c.is_ascii_alphanumeric();
    let core = number[number.rfind(' ').map_or(0, |at| at + 1)..].trim_matches(|c: char| !is_part(c));
    let form = |kind: &str| number.replacen(core, kind, 1);
    let mut found = Vec::new();
    let digits: Option<Vec<u32>> = core.split('.').map(|part| part.parse().ok()).collect();
    // Longer ones are years.
    if let Some(value) = digits.filter(|value| value.iter().all(|n| *n < 1000)) {
        found.push((form(&vec!["1"; value.len()].join(".")), value));
    }
    if let (1, Some(letter)) = (core.len(), core.bytes().next().filter(u8::is_ascii_alphabetic)) {
        let kind = if letter.is_ascii_lowercase() { "a" } else { "A" };
        found.push((form(kind), vec![u32::from(letter.to_ascii_lowercase() - b'a') + 1]));
    }
    if let Some(value) = roman(core) {
        found.push((form(if core.starts_with(|c: char| c.is_lowercase()) { "i" } else { "I" }), vec![value]));
    }
    found
}

/// The value of a Roman numeral below a hundred.
fn roman(numeral: &str) -> Option<u32> {
    let digit = |c: char| ['i', 'v', 'x', 'l'].iter().position(|d| *d == c.to_ascii_lowercase());
    let digits: Vec<u32> = numeral.chars().map(|c| Some([1, 5, 10, 50][digit(c)?])).collect::<Option<_>>()?;
    let value = |(i, d): (usize, &u32)| (*d, digits.get(i + 1).is_some_and(|next| next > d));
    let (less, more): (Vec<_>, Vec<_>) = digits.iter().enumerate().map(value).partition(|(_, less)| *less);
    let sum = |parts: &[(u32, bool)]| parts.iter().map(|(d, _)| d).sum::<u32>();
    sum(&more).checked_sub(sum(&less)).filter(|n| *n > 0)
}

/// Whether one number comes right after another: `2.3` after `2.2`, and `3.1` after `2.7`.
fn follows(value: &[u32], next: &[u32]) -> bool {
    let first = value.iter().zip(next).position(|(a, b)| a != b);
    let rest = |at: usize| next.iter().skip(at + 1).all(|n| *n <= 1);
    value.len() == next.len() && first.is_some_and(|at| next[at] == value[at] + 1 && rest(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_follow() {
        let after = |a: &str, b: &str| {
            let (a, b) = (readings(a), readings(b));
            a.iter().any(|(form, value)| b.iter().any(|(f, v)| f == form && follows(value, v)))
        };
        for (a, b) in [
            ("(a)", "(b)"),
            ("2.2", "2.3"),
            ("2.7.", "3.1."),
            ("(iii)", "(iv)"),
            ("ix.", "x."),
            ("(h)", "(i)"),
            ("§ 4", "§ 5"),
            ("A.", "B."),
        ] {
            assert!(after(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("(a)", "b)"),
            ("2.2", "2.2"),
            ("2.2", "2.4"),
            ("(a)", "(B)"),
            ("2018.", "2019."),
            ("2.7", "3.5"),
        ] {
            assert!(!after(a, b), "{a} {b}");
        }
    }

    #[test]
    fn numbers_of_headings() {
        let number = |text| &text[..number_len(text)];
        assert_eq!(number("6. Sharing"), "6. ");
        assert_eq!(number("3.1 Sharing"), "3.1 ");
        assert_eq!(number("A. Definitions"), "A. ");
        assert_eq!(number("IV. Term"), "IV. ");
        assert_eq!(number("(b) Logs"), "(b) ");
        assert_eq!(number("§ 4 Recht"), "§ 4 ");
        assert_eq!(number("Section 2: Scope"), "Section 2: ");
        for text in [
            "30 days",
            "A school",
            "I agree",
            "2018 review",
            "Civil law",
            "",
            "6.",
            "İ. x",
            "…",
            "Article 6 GDPR",
            "Section 230 immunity",
            "A: the processor",
        ] {
            assert_eq!(number(text), "", "{text}");
        }
    }
}
