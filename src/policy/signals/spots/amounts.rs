//! Numbers, sums and durations: `seven (7) days`, `$1,000`, `30-60`, `9:30`.

use std::ops::Range;

use super::{Search, SignalKind};
use crate::policy::dates::digit;
use crate::policy::phrases::Shape;
use crate::policy::vocabulary::List;

/// A number has no more words than this: looking for its end must not take for ever.
const PARTS: usize = 8;

impl Search<'_> {
    /// Numbers, sums and durations.
    pub(super) fn amounts(&mut self) {
        let mut i = 0;
        while i < self.words.len() {
            match self.amount(i) {
                Some((kind, at, key)) => {
                    i = at.end;
                    self.taken[at.clone()].fill(true);
                    // `Section 5` says more than `5`.
                    let named = at.start.checked_sub(1).is_some_and(|p| {
                        self.reader.vocabulary.has(List::Reference, &self.words[p].text) && !self.taken[p]
                    });
                    let shown = at.start - usize::from(named)..at.end;
                    self.add(kind, shown, key, false);
                }
                None => i += 1,
            }
        }
    }

    /// The number that begins with a word: how many words, its value as far as it is known, and
    /// whether it counts without a unit.
    fn number(&self, at: usize) -> Option<(usize, String, bool)> {
        let word = self.words.get(at).filter(|_| !self.taken[at])?;
        // `D.8` is a name.
        if let Some([letter, dot]) = at.checked_sub(2).and_then(|from| self.words.get(from..at))
            && dot.text == "."
            && self.touch(at - 1)
            && self.touch(at - 2)
            && letter.text.chars().count() == 1
            && letter.text.contains(char::is_alphabetic)
        {
            return None;
        }
        if word.text.starts_with(char::is_numeric) && word.shape != Shape::Mixed {
            let value =
                word.text.chars().map(|c| digit(c).and_then(|d| char::from_digit(d, 10)).unwrap_or(c));
            return Some((1, value.collect(), true));
        }
        let alone = self.find(List::Number, at).map(|(len, value)| (len, value.to_owned(), true));
        alone.or_else(|| self.find(List::Quantity, at).map(|(len, value)| (len, value.to_owned(), false)))
    }

    fn amount(&self, start: usize) -> Option<(SignalKind, Range<usize>, String)> {
        const SYMBOLS: &[&str] = &["$", "€", "£", "¥", "₹", "%", "‰"];
        let symbol = usize::from(self.is(start, SYMBOLS));
        let mut at = start + symbol;
        // Where it stands, what it is worth, whether it counts by itself, whether it is in brackets.
        let mut parts: Vec<(usize, String, bool, bool)> = Vec::new();
        while parts.len() < PARTS {
            // `twenty-five`, `30-60`, `24/7`, `9:30`; `seven (7)`
            let tight = self.is(at, &["/", ":"]) && self.touch(at) && self.touch(at.wrapping_sub(1));
            let mark = usize::from(!parts.is_empty() && (tight || self.is(at, &["-", "("])));
            let Some((len, value, alone)) = self.number(at + mark) else { break };
            let bracket = mark == 1 && self.is(at, &["("]);
            if bracket && !self.is(at + mark + len, &[")"]) {
                break;
            }
            parts.push((at, value, alone, bracket));
            at += mark + len + usize::from(bracket);
        }
        let hyphen = usize::from(self.is(at, &["-"]));
        let unit = self.find(List::Unit, at + hyphen).filter(|_| !parts.is_empty());
        // `a 30-day notice` is no more than `30-day`; `one (1) day` is.
        let idle = |part: &(usize, String, bool, bool)| !part.2;
        let idles = parts.iter().take_while(|part| idle(part)).count();
        if unit.is_none() || parts.get(idles).is_some_and(|next| !next.3) {
            parts.drain(..idles);
        }
        let first = parts.first().map(|(at, ..)| at - symbol)?;
        let mut key: Vec<&str> = parts.iter().map(|(_, value, ..)| value.as_str()).collect();
        key.dedup();
        if symbol == 1 {
            key.insert(0, &self.words[start].text);
        }
        match (unit, self.find(List::Money, at)) {
            (Some((len, unit)), _) => {
                key.push(unit);
                Some((SignalKind::Duration, first..at + hyphen + len, key.join(" ")))
            }
            (None, Some((len, money))) => {
                key.push(money);
                Some((SignalKind::Number, first..at + len, key.join(" ")))
            }
            (None, None) if self.is(at, SYMBOLS) => {
                key.push(&self.words[at].text);
                Some((SignalKind::Number, first..at + 1, key.join(" ")))
            }
            (None, None) => Some((SignalKind::Number, first..at, key.join(" "))),
        }
    }
}
