//! The ledger: every word of the input is in a version or in the report.
//!
//! Words are runs of letters or of digits, cut where a small letter meets a capital, so that words
//! that a page ran together count like those they were.

use std::collections::BTreeMap;

/// How often each word stands in a text.
fn words<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    let mut word = String::new();
    for text in texts {
        let mut before = ' ';
        for c in text.chars().chain([' ']) {
            let turns = before.is_lowercase() && c.is_uppercase()
                || before.is_alphanumeric() && before.is_numeric() != c.is_numeric();
            if (!c.is_alphanumeric() || turns) && !word.is_empty() {
                *counted.entry(std::mem::take(&mut word)).or_default() += 1;
            }
            if c.is_alphanumeric() {
                word.push(c);
            }
            before = c;
        }
    }
    counted
}

/// The words that stand in the input more often than in what came of it.
pub fn lost<'a>(input: &'a str, kept: impl Iterator<Item = &'a str>) -> Vec<String> {
    let kept = words(kept);
    let input = words([input].into_iter());
    let missing = |(word, n): &(String, usize)| kept.get(word).copied().unwrap_or(0) < *n;
    input.into_iter().filter(missing).map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_gone_are_told() {
        assert_eq!(lost("We keep logs.We share", ["We keep", "We share"].into_iter()), ["logs"]);
        assert_eq!(lost("our policyWe act", ["our policy", "We act"].into_iter()), [""; 0]);
        assert_eq!(lost("a a", ["a"].into_iter()), ["a"]);
        assert_eq!(lost("30 days", ["days", "3", "0"].into_iter()), ["30"]);
    }
}
