//! The passes that pair what is equal: long clauses wherever they went, short ones where they stand,
//! rows by their key, headings with their sections.

use std::collections::{BTreeMap, BTreeSet};

use super::{CARRIED, Pairs, SHORT, Side, Tokens, family, said};
use crate::policy::matching::kept;
use crate::policy::words::Token;
use crate::policy::{Clause, ClauseKind, Text};

impl Pairs<'_> {
    /// Pairs equal clauses of these, as many of their words as keep their order; then those that are
    /// the only ones of their kind, wherever they went.
    fn pair_equal(&mut self, equal: &Equal, (old, new): (&[usize], &[usize]), anywhere: bool) {
        let numbers = |side: &Side<'_>, of: &[u32], clauses: &[usize]| -> Vec<(u32, i32)> {
            clauses.iter().map(|i| (of[*i], 10 * (side.weight(*i) as i32))).collect()
        };
        let (a, b) = (numbers(&self.old, &equal.old, old), numbers(&self.new, &equal.new, new));
        for run in kept(&a, &b) {
            for k in 0..run.len {
                self.pair(old[run.old + k], new[run.new + k]);
            }
        }
        if !anywhere {
            return;
        }
        let mut places: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for o in old.iter().filter(|o| self.old.partner[**o].is_none()) {
            places.entry(equal.old[*o]).or_default().0.push(*o);
        }
        for n in new.iter().filter(|n| self.new.partner[**n].is_none()) {
            places.entry(equal.new[*n]).or_default().1.push(*n);
        }
        for (olds, news) in places.values() {
            if let ([o], [n]) = (olds.as_slice(), news.as_slice()) {
                self.pair(*o, *n);
            }
        }
    }

    pub(super) fn by_equal_text(&mut self, equal: &Equal) {
        let long = |side: &Side<'_>| -> Vec<usize> {
            side.free()
                .into_iter()
                .filter(|i| side.words[*i].len() >= SHORT && !side.is_heading(*i))
                .collect()
        };
        let (old, new) = (long(&self.old), long(&self.new));
        self.pair_equal(equal, (&old, &new), true);
    }

    /// Short clauses and headings between the same neighbours.
    pub(super) fn by_equal_text_in_place(&mut self, equal: &Equal) {
        for (old, new) in self.left_between_pairs() {
            self.pair_equal(equal, (&old, &new), false);
        }
    }

    /// Equal headings whose sections became one another, then those that are the only ones of their
    /// kind: unless what stands under one of them went elsewhere.
    pub(super) fn by_equal_headings(&mut self, equal: &Equal) {
        let sections = self.section_pairs(CARRIED);
        let taken: BTreeSet<usize> = sections.values().copied().collect();
        let headings = |side: &Side<'_>| -> Vec<usize> {
            side.free().into_iter().filter(|i| side.is_heading(*i)).collect()
        };
        let (old, new) = (headings(&self.old), headings(&self.new));
        let section = |side: &Side<'_>, i: &usize| side.text.clauses[*i].section;
        for o in &old {
            let heir = sections.get(&section(&self.old, o)).and_then(|s| self.new.text.sections[*s].heading);
            if let Some(n) = heir.filter(|n| equal.old[*o] == equal.new[*n]) {
                self.pair(*o, n);
            }
        }
        let old = old.into_iter().filter(|o| !sections.contains_key(&section(&self.old, o)));
        let new = new.into_iter().filter(|n| !taken.contains(&section(&self.new, n)));
        let (old, new): (Vec<usize>, Vec<usize>) = (
            old.filter(|o| self.old.partner[*o].is_none()).collect(),
            new.filter(|n| self.new.partner[*n].is_none()).collect(),
        );
        self.pair_equal(equal, (&old, &new), true);
    }

    /// Short clauses in whose old place nothing stands; and clauses that are now of another kind.
    pub(super) fn by_equal_text_anywhere(&mut self, equal: &Equal) {
        let (old, new) = (self.old.free(), self.new.free());
        self.pair_equal(equal, (&old, &new), true);
        let (old, new) = (self.old.free(), self.new.free());
        self.pair_equal(&equal.of_any_kind(), (&old, &new), true);
    }

    /// Rows whose first cell says the same and is the only such cell: a table's key. Between the same
    /// neighbours first, for two tables may have the same keys.
    pub(super) fn by_keys_of_rows(&mut self, tokens: &Tokens) {
        for (old, new) in self.left_between_pairs() {
            self.pair_rows(tokens, &old, &new);
        }
        let (old, new) = (self.old.free(), self.new.free());
        self.pair_rows(tokens, &old, &new);
    }

    fn pair_rows(&mut self, tokens: &Tokens, old: &[usize], new: &[usize]) {
        let keys = |side: &Side<'_>, tokens: &[Vec<Token>], clauses: &[usize]| {
            let mut rows: BTreeMap<Vec<u32>, Option<usize>> = BTreeMap::new();
            for i in clauses {
                let clause = &side.text.clauses[*i];
                let text = &clause.content.text;
                let Some(end) = text.find('\t') else { continue };
                // A small number counts the rows: it is another row's when one is inserted.
                let key = &text[..end];
                let counts =
                    !key.contains(char::is_alphabetic) && key.trim().parse().is_ok_and(|n: u32| n < 1000);
                if matches!(clause.kind, ClauseKind::Row { header: false })
                    && !counts
                    && !key.trim().is_empty()
                {
                    let key = tokens[*i].iter().take_while(|t| t.range.end <= end).map(|t| t.key).collect();
                    rows.entry(key).and_modify(|row| *row = None).or_insert(Some(*i));
                }
            }
            rows
        };
        let (old, new) = (keys(&self.old, &tokens.old, old), keys(&self.new, &tokens.new, new));
        for (key, o) in old {
            if let (Some(o), Some(Some(n))) = (o, new.get(&key)) {
                self.pair(o, *n);
            }
        }
    }
}

/// For each clause of either text a number: the same for clauses that say the same.
pub(super) struct Equal {
    old: Vec<u32>,
    new: Vec<u32>,
    /// By these numbers what is the same whatever kind of clause says it.
    any_kind: Vec<u32>,
}

impl Equal {
    pub(super) fn new(old: &Text, new: &Text, tokens: &Tokens) -> Self {
        let mut numbers: BTreeMap<(u8, Vec<u32>), u32> = BTreeMap::new();
        let mut kinds: BTreeMap<(bool, Vec<u32>), u32> = BTreeMap::new();
        let mut any_kind = Vec::new();
        let mut numbered = |text: &'_ Text, tokens: &[Vec<Token>]| -> Vec<u32> {
            let mut number = |(clause, tokens): (&Clause, &Vec<Token>)| {
                let words: Vec<u32> = said(clause, tokens).map(|t| t.key).collect();
                let next = kinds.len() as u32;
                // The cells of a row are no words that follow each other.
                let row = matches!(clause.kind, ClauseKind::Row { .. });
                let of_any_kind = *kinds.entry((row, words.clone())).or_insert(next);
                let next = numbers.len() as u32;
                let number = *numbers.entry((family(clause), words)).or_insert(next);
                if number == next {
                    any_kind.push(of_any_kind);
                }
                number
            };
            text.clauses.iter().zip(tokens).map(&mut number).collect()
        };
        let (old, new) = (numbered(old, &tokens.old), numbered(new, &tokens.new));
        Self { old, new, any_kind }
    }

    /// The same for clauses that say the same in any kind of clause.
    fn of_any_kind(&self) -> Self {
        let of = |numbers: &[u32]| numbers.iter().map(|n| self.any_kind[*n as usize]).collect();
        Self { old: of(&self.old), new: of(&self.new), any_kind: Vec::new() }
    }
}
