//! Which clause became which.
//!
//! Passes, each seeing only what the earlier ones left:
//!
//! 1. the author's word: the same explicit id on both sides, and `was`;
//! 2. equal text, in order (the longest common sequence of clauses), then equal text that is the
//!    only one of its kind on both sides, wherever it went;
//! 3. similar text: one best assignment over all that is left, by the words the clauses share, each
//!    word weighted by how rare it is in the two texts, with a little for standing in the same section;
//! 4. headings whose sections became one another;
//! 5. splits and merges: a clause left over whose words the other side of a pair lost or won.
//!
//! What is then left was added or removed. A pair *moved* when it lies outside the heaviest run of
//! pairs (by words) that keep their order.
//!
//! The result is a partition: each clause of either side stands in exactly one [`Group`]. Only this
//! module is to be replaced when a better alignment is found: nothing else knows how it is made.

use std::collections::{BTreeMap, BTreeSet};

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::words::{Lexicon, Token};
use super::{Clause, ClauseKind, Text};

mod alike;
mod order;

use alike::{Bag, assign, reach};
use order::{mark_moved, order};

/// Clauses of the two sides that are one clause, or none on one side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Indices into the old text's clauses, ascending.
    pub old: Vec<usize>,
    /// Indices into the new text's clauses, ascending.
    pub new: Vec<usize>,
    /// It stands at another place among its neighbours.
    pub moved: bool,
}

/// Pairs less alike than this are not the same clause. On consecutive versions of 15 published
/// policies pairs above it were nearly always one clause edited, below it two clauses.
const SIMILAR: f64 = 0.5;
/// Clauses of the same section, between the same neighbours, need less.
const SIMILAR_NEAR: f64 = 0.34;
/// The only clause left between the same neighbours on both sides needs least.
const SIMILAR_ALONE: f64 = 0.25;
/// What standing in the same section is worth beside equal words.
const SAME_SECTION: f64 = 0.05;
/// The share of a left-over clause's words that a pair must have lost (or won) to be its other part.
const CONTAINED: f64 = 0.7;
/// Left-over clauses shorter than this are too short to tell where their words came from.
const PART_WORDS: usize = 4;

/// One side of an alignment.
struct Side<'a> {
    text: &'a Text,
    /// Word tokens of each clause.
    words: Vec<Vec<u32>>,
    /// The group or partner of each clause.
    partner: Vec<Option<usize>>,
}

impl<'a> Side<'a> {
    fn new(text: &'a Text, tokens: &[Vec<Token>]) -> Self {
        let words = text.clauses.iter().zip(tokens).map(|(clause, tokens)| {
            let mut words: Vec<u32> = said(clause, tokens).filter(|t| t.word).map(|t| t.key).collect();
            if words.is_empty() {
                words = said(clause, tokens).map(|t| t.key).collect();
            }
            words
        });
        Self { text, words: words.collect(), partner: vec![None; text.clauses.len()] }
    }

    fn free(&self) -> Vec<usize> {
        (0..self.partner.len()).filter(|i| self.partner[*i].is_none()).collect()
    }
}

/// The tokens of every clause of both texts, with common keys.
pub fn tokens(old: &Text, new: &Text) -> (Vec<Vec<Token>>, Vec<Vec<Token>>) {
    let mut lexicon = Lexicon::default();
    let mut cut = |text: &Text| text.clauses.iter().map(|c| lexicon.tokens(&c.content.text)).collect();
    (cut(old), cut(new))
}

/// Aligns two texts. `was` maps ids of the new text to ids of the old one. Groups come in the order
/// of the new text, each removed clause after the clause it followed.
pub fn align(
    old: &Text,
    new: &Text,
    tokens: (&[Vec<Token>], &[Vec<Token>]),
    was: &BTreeMap<String, String>,
) -> Vec<Group> {
    let mut pairs = Pairs { old: Side::new(old, tokens.0), new: Side::new(new, tokens.1) };
    pairs.by_authors_word(was);
    pairs.by_equal_text(tokens);
    pairs.by_similarity();
    pairs.by_sections();
    let groups = pairs.groups();
    order(mark_moved(groups, &pairs.new.words), old.clauses.len())
}

struct Pairs<'a> {
    old: Side<'a>,
    new: Side<'a>,
}

impl Pairs<'_> {
    fn pair(&mut self, old: usize, new: usize) -> bool {
        let free = self.old.partner[old].is_none() && self.new.partner[new].is_none();
        if free {
            self.old.partner[old] = Some(new);
            self.new.partner[new] = Some(old);
        }
        free
    }

    fn by_authors_word(&mut self, was: &BTreeMap<String, String>) {
        let by_id = |text: &Text, pinned: bool| -> BTreeMap<String, usize> {
            let clauses = text.clauses.iter().enumerate().filter(|(_, c)| c.pinned || !pinned);
            clauses.map(|(i, c)| (c.id.clone(), i)).collect()
        };
        let (all_old, all_new) = (by_id(self.old.text, false), by_id(self.new.text, false));
        for (new_id, old_id) in was {
            if let (Some(o), Some(n)) = (all_old.get(old_id), all_new.get(new_id)) {
                self.pair(*o, *n);
            }
        }
        let pinned_old = by_id(self.old.text, true);
        for (id, n) in by_id(self.new.text, true) {
            if let Some(o) = pinned_old.get(&id) {
                self.pair(*o, n);
            }
        }
    }

    fn by_equal_text(&mut self, tokens: (&[Vec<Token>], &[Vec<Token>])) {
        let mut numbers: BTreeMap<(u8, Vec<u32>), u32> = BTreeMap::new();
        let mut number = |text: &Text, tokens: &[Vec<Token>], free: &[usize]| -> Vec<u32> {
            let mut of = |i: usize| {
                let clause = &text.clauses[i];
                let key = (family(clause), said(clause, &tokens[i]).map(|t| t.key).collect());
                let next = numbers.len() as u32;
                *numbers.entry(key).or_insert(next)
            };
            free.iter().map(|i| of(*i)).collect()
        };
        let (free_old, free_new) = (self.old.free(), self.new.free());
        let equal_old = number(self.old.text, tokens.0, &free_old);
        let equal_new = number(self.new.text, tokens.1, &free_new);
        for op in capture_diff_slices(Algorithm::Histogram, &equal_old, &equal_new) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                for k in 0..len {
                    self.pair(free_old[old_index + k], free_new[new_index + k]);
                }
            }
        }
        let mut places: BTreeMap<u32, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for (i, number) in free_old.iter().zip(&equal_old).filter(|(i, _)| self.old.partner[**i].is_none()) {
            places.entry(*number).or_default().0.push(*i);
        }
        for (i, number) in free_new.iter().zip(&equal_new).filter(|(i, _)| self.new.partner[**i].is_none()) {
            places.entry(*number).or_default().1.push(*i);
        }
        for (olds, news) in places.values() {
            if let ([o], [n]) = (olds.as_slice(), news.as_slice()) {
                self.pair(*o, *n);
            }
        }
    }

    /// How telling each word is: rare words say more than common ones.
    fn weights(&self) -> Vec<f64> {
        let size =
            self.old.words.iter().chain(&self.new.words).flatten().max().map_or(0, |m| *m as usize + 1);
        // In how many clauses of either text a word stands: one that stays is no less telling than
        // one that comes.
        let seen = |side: &Side<'_>| {
            let mut seen = vec![0u32; size];
            for clause in &side.words {
                let distinct: BTreeSet<u32> = clause.iter().copied().collect();
                distinct.iter().for_each(|w| seen[*w as usize] += 1);
            }
            seen
        };
        let clauses = self.old.words.len().max(self.new.words.len()) as f64;
        let seen =
            seen(&self.old).into_iter().zip(seen(&self.new)).map(|(old, new)| f64::from(old.max(new).max(1)));
        seen.map(|n| 0.2 + (clauses / n).ln().max(0.0)).collect()
    }

    fn by_similarity(&mut self) {
        let weights = self.weights();
        let (free_old, free_new) = (self.old.free(), self.new.free());
        let bags = |side: &Side<'_>, free: &[usize]| -> Vec<Bag> {
            free.iter().map(|i| Bag::new(&side.words[*i], &weights)).collect()
        };
        let (bags_old, bags_new) = (bags(&self.old, &free_old), bags(&self.new, &free_new));
        let sections = self.section_pairs();
        let near = self.neighbourhoods();
        let mut candidates = Vec::new();
        let reach = reach(free_old.len(), free_new.len());
        for (a, o) in free_old.iter().enumerate() {
            let place = a * free_new.len() / free_old.len().max(1);
            let (from, to) = (place.saturating_sub(reach), place.saturating_add(reach).min(free_new.len()));
            for (b, n) in free_new.iter().enumerate().take(to).skip(from) {
                let (co, cn) = (&self.old.text.clauses[*o], &self.new.text.clauses[*n]);
                if family(co) != family(cn) || !bags_old[a].may_reach(&bags_new[b], SIMILAR_NEAR) {
                    continue;
                }
                let alike = bags_old[a].alike(&bags_new[b]);
                let same_section = sections.get(&co.section) == Some(&cn.section);
                let enough = if same_section && near.0[*o] == near.1[*n] { SIMILAR_NEAR } else { SIMILAR };
                if alike >= enough {
                    candidates.push((a, b, alike + if same_section { SAME_SECTION } else { 0.0 }));
                }
            }
        }
        for (a, b) in assign(&candidates) {
            self.pair(free_old[a], free_new[b]);
        }
        // Alone between the same neighbours a short clause is known by little: "Mail: 1 year".
        let near = self.neighbourhoods();
        let left = |side: &Side<'_>, free: &[usize], marks: &[usize]| {
            let mut left: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (k, i) in free.iter().enumerate().filter(|(_, i)| side.partner[**i].is_none()) {
                left.entry(marks[*i]).or_default().push(k);
            }
            left
        };
        let left_new = left(&self.new, &free_new, &near.1);
        for (mark, olds) in left(&self.old, &free_old, &near.0) {
            let ([a], Some([b])) = (olds.as_slice(), left_new.get(&mark).map(Vec::as_slice)) else {
                continue;
            };
            let (o, n) = (free_old[*a], free_new[*b]);
            let kin = family(&self.old.text.clauses[o]) == family(&self.new.text.clauses[n]);
            if kin && bags_old[*a].alike(&bags_new[*b]) >= SIMILAR_ALONE {
                self.pair(o, n);
            }
        }
    }

    /// Old section → new section, where most words of the one went.
    fn section_pairs(&self) -> BTreeMap<usize, usize> {
        let mut flow: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (o, n) in self.old.partner.iter().enumerate().filter_map(|(o, n)| n.map(|n| (o, n))) {
            let key = (self.old.text.clauses[o].section, self.new.text.clauses[n].section);
            let heading = matches!(self.old.text.clauses[o].kind, ClauseKind::Heading(_));
            *flow.entry(key).or_default() += self.old.words[o].len() + if heading { 20 } else { 1 };
        }
        let mut ranked: Vec<_> = flow.into_iter().collect();
        ranked.sort_by_key(|((o, n), weight)| (std::cmp::Reverse(*weight), *o, *n));
        let (mut pairs, mut taken) = (BTreeMap::new(), BTreeSet::new());
        for ((o, n), _) in ranked {
            if !pairs.contains_key(&o) && taken.insert(n) {
                pairs.insert(o, n);
            }
        }
        pairs
    }

    /// For each clause of either side the pair before it: two clauses between the same pairs have
    /// the same number.
    fn neighbourhoods(&self) -> (Vec<usize>, Vec<usize>) {
        let mut new_marks = vec![0; self.new.partner.len()];
        let mut current = 0;
        for (n, o) in self.new.partner.iter().enumerate() {
            current = o.map_or(current, |_| n + 1);
            new_marks[n] = current;
        }
        let mut old_marks = vec![0; self.old.partner.len()];
        current = 0;
        for (o, n) in self.old.partner.iter().enumerate() {
            current = n.map_or(current, |n| n + 1);
            old_marks[o] = current;
        }
        (old_marks, new_marks)
    }

    /// Headings left over whose sections' clauses went to one another.
    fn by_sections(&mut self) {
        for (old_section, new_section) in self.section_pairs() {
            let headings =
                (self.old.text.sections[old_section].heading, self.new.text.sections[new_section].heading);
            if let (Some(o), Some(n)) = headings {
                self.pair(o, n);
            }
        }
    }

    /// Pairs, splits, merges, and what was added or removed.
    fn groups(&mut self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for (o, n) in self.old.partner.iter().enumerate().filter_map(|(o, n)| n.map(|n| (o, n))) {
            groups.push(Group { old: vec![o], new: vec![n], moved: false });
        }
        let added = parts(&self.new, &self.old, &mut groups, false);
        let removed = parts(&self.old, &self.new, &mut groups, true);
        groups.extend(added.into_iter().map(|n| Group { old: vec![], new: vec![n], moved: false }));
        groups.extend(removed.into_iter().map(|o| Group { old: vec![o], new: vec![], moved: false }));
        groups
    }
}

/// Joins left-over clauses of `whole`'s counterpart to the pairs they are a part of; gives back the
/// rest. With `merging` the left-overs are old ones, whose words went into a new clause.
fn parts(left: &Side<'_>, other: &Side<'_>, groups: &mut [Group], merging: bool) -> Vec<usize> {
    let mut rest = Vec::new();
    for i in left.free() {
        let words = &left.words[i];
        let heading = matches!(left.text.clauses[i].kind, ClauseKind::Heading(_) | ClauseKind::Row { .. });
        let mut best: Option<(f64, usize)> = None;
        if words.len() >= PART_WORDS && !heading {
            for (g, group) in groups.iter().enumerate() {
                let (mine, theirs) =
                    if merging { (&group.old, &group.new) } else { (&group.new, &group.old) };
                let ([whole], Some(near)) = (theirs.as_slice(), mine.iter().min_by_key(|m| m.abs_diff(i)))
                else {
                    continue;
                };
                if near.abs_diff(i) > 3
                    || family(&other.text.clauses[*whole]) != family(&left.text.clauses[i])
                {
                    continue;
                }
                let mut unexplained = count(&other.words[*whole]);
                mine.iter().flat_map(|m| &left.words[*m]).for_each(|w| {
                    unexplained.entry(*w).and_modify(|n| *n = n.saturating_sub(1));
                });
                let mut found = 0usize;
                for word in words {
                    if let Some(n) = unexplained.get_mut(word).filter(|n| **n > 0) {
                        *n -= 1;
                        found += 1;
                    }
                }
                let share = found as f64 / words.len() as f64;
                if share >= CONTAINED && best.is_none_or(|(s, _)| share > s) {
                    best = Some((share, g));
                }
            }
        }
        match best {
            Some((_, g)) => {
                let mine = if merging { &mut groups[g].old } else { &mut groups[g].new };
                mine.push(i);
                mine.sort_unstable();
            }
            None => rest.push(i),
        }
    }
    rest
}

fn count(words: &[u32]) -> BTreeMap<u32, u32> {
    let mut counts = BTreeMap::new();
    words.iter().for_each(|w| *counts.entry(*w).or_insert(0) += 1);
    counts
}

/// What a clause says: the number of a heading says nothing of what it is about.
fn said<'t>(clause: &Clause, tokens: &'t [Token]) -> impl Iterator<Item = &'t Token> {
    let number = clause.content.number_len;
    tokens.iter().filter(move |t| t.range.start >= number)
}

/// Kinds that may become one another.
fn family(clause: &Clause) -> u8 {
    match clause.kind {
        ClauseKind::Heading(_) => 0,
        ClauseKind::Row { .. } => 1,
        ClauseKind::Code => 2,
        ClauseKind::Paragraph | ClauseKind::Item | ClauseKind::Term | ClauseKind::Definition => 3,
    }
}
