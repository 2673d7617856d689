//! Which clause became which.
//!
//! Passes, each seeing only what the earlier ones left:
//!
//! 1. the author's word: the same explicit id on both sides, and `was`;
//! 2. equal text, in order (the longest common sequence of clauses), then equal text that is the
//!    only one of its kind on both sides, wherever it went; rows of tables with the same key;
//! 3. similar text: one best assignment over all that is left, by the words the clauses share, each
//!    word weighted by how rare it is in the two texts, with a little for standing in the same section
//!    and between the same neighbours;
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
mod assign;
mod order;
mod parts;
mod sealed;

use alike::{Bag, candidates, least_in_common, weights};
use assign::{Candidate, assign};
use order::{mark_moved, order};
use parts::groups;

pub use sealed::{Misfit, Relations};

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

impl Group {
    fn of(old: Vec<usize>, new: Vec<usize>) -> Self {
        Self { old, new, moved: false }
    }
}

/// Pairs less alike than this are not the same clause.
const SIMILAR: f64 = 0.5;
/// Clauses of the same section, between the same neighbours, need less.
const SIMILAR_NEAR: f64 = 0.34;
/// The only clause left between the same neighbours on both sides needs least.
const SIMILAR_ALONE: f64 = 0.2;
/// Of two clauses between the same neighbours one may be but a part of the other: this share of it,
/// and so many words of it.
const CONTAINED: f64 = 0.8;
const CONTAINED_WORDS: usize = 6;
/// What standing in the same section is worth beside equal words, …
const SAME_SECTION: f64 = 0.05;
/// … what standing between the same neighbours is, …
const SAME_NEIGHBOURS: f64 = 0.1;
/// … and what standing at the same distance from the neighbour before is, at most.
const SAME_PLACE: f64 = 0.02;

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
            let mut words: Vec<u32> = said(clause, tokens).filter(|t| t.word).map(|t| t.caseless).collect();
            if words.is_empty() {
                words = said(clause, tokens).map(|t| t.caseless).collect();
            }
            words
        });
        Self { text, words: words.collect(), partner: vec![None; text.clauses.len()] }
    }

    /// Whether it is a heading with nothing under it but other headings: nothing else tells what it is.
    fn is_bare(&self, i: usize) -> bool {
        let section = &self.text.sections[self.text.clauses[i].section];
        section.heading == Some(i) && section.clauses.len() == 1
    }

    fn free(&self) -> Vec<usize> {
        (0..self.partner.len()).filter(|i| self.partner[*i].is_none()).collect()
    }
}

/// The words of two texts, clause by clause, with common keys.
pub struct Tokens {
    /// Of the earlier text.
    pub old: Vec<Vec<Token>>,
    /// Of the later text.
    pub new: Vec<Vec<Token>>,
    /// The keys of marks that end a sentence.
    pub stops: Vec<u32>,
}

impl Tokens {
    /// Cuts two texts.
    pub fn new(old: &Text, new: &Text) -> Self {
        let mut lexicon = Lexicon::default();
        let mut cut = |text: &Text| text.clauses.iter().map(|c| lexicon.tokens(&c.content.text)).collect();
        let (old, new) = (cut(old), cut(new));
        let stops = [".", "!", "?", "。", "！", "？", "؟", "।"];
        Self { old, new, stops: stops.iter().filter_map(|stop| lexicon.get(stop)).collect() }
    }
}

/// Aligns two texts. `was` maps ids of the new text to ids of the old one. Groups come in the order
/// of the new text, each removed clause after the clause it followed.
pub fn align(old: &Text, new: &Text, tokens: &Tokens, was: &BTreeMap<String, String>) -> Vec<Group> {
    let mut pairs = Pairs { old: Side::new(old, &tokens.old), new: Side::new(new, &tokens.new) };
    pairs.by_authors_word(was);
    pairs.by_equal_text(tokens);
    pairs.by_keys_of_rows(tokens);
    let weights = weights(&pairs.old.words, &pairs.new.words);
    pairs.by_similarity(&weights);
    pairs.by_sections();
    let groups = groups(&pairs.old, &pairs.new, &weights);
    order(mark_moved(groups, &pairs.new), old.clauses.len())
}

/// The groups that were fixed for these texts, in the order that [`align`] gives; `None` if they are
/// of others.
pub fn align_sealed(old: &Text, new: &Text, relations: &Relations) -> Option<Vec<Group>> {
    Some(order(relations.groups(old.clauses.len(), new.clauses.len())?, old.clauses.len()))
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

    fn by_equal_text(&mut self, tokens: &Tokens) {
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
        let equal_old = number(self.old.text, &tokens.old, &free_old);
        let equal_new = number(self.new.text, &tokens.new, &free_new);
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

    /// Rows whose first cell says the same and is the only such cell of all rows: a table's key.
    fn by_keys_of_rows(&mut self, tokens: &Tokens) {
        let keys = |side: &Side<'_>, tokens: &[Vec<Token>]| {
            let mut rows: BTreeMap<Vec<u32>, Option<usize>> = BTreeMap::new();
            for (i, clause) in side.text.clauses.iter().enumerate() {
                let text = &clause.content.text;
                let Some(end) = text.find('\t') else { continue };
                // A number counts the rows: it is another row's when one is inserted.
                let counts = !text[..end].contains(char::is_alphabetic);
                if matches!(clause.kind, ClauseKind::Row { header: false }) && !counts {
                    let key = tokens[i].iter().take_while(|t| t.range.end <= end).map(|t| t.key).collect();
                    rows.entry(key).and_modify(|row| *row = None).or_insert(Some(i));
                }
            }
            rows
        };
        let (old, new) = (keys(&self.old, &tokens.old), keys(&self.new, &tokens.new));
        let mut pairs: Vec<(usize, usize)> =
            old.into_iter().filter_map(|(key, o)| Some((o?, (*new.get(&key)?)?))).collect();
        pairs.sort_unstable();
        for (o, n) in pairs {
            self.pair(o, n);
        }
    }

    fn by_similarity(&mut self, weights: &[f64]) {
        let (free_old, free_new) = (self.old.free(), self.new.free());
        let bags = |side: &Side<'_>, free: &[usize]| -> Vec<Bag> {
            free.iter().map(|i| Bag::new(&side.words[*i], weights)).collect()
        };
        let (bags_old, bags_new) = (bags(&self.old, &free_old), bags(&self.new, &free_new));
        let sections = self.section_pairs();
        let near = self.neighbourhoods();
        let mut found = Vec::new();
        let looked_at = candidates(&bags_old, &bags_new, weights, least_in_common(SIMILAR_NEAR));
        for (a, bs) in looked_at.into_iter().enumerate() {
            for b in bs {
                let (o, n) = (free_old[a], free_new[b]);
                let (co, cn) = (&self.old.text.clauses[o], &self.new.text.clauses[n]);
                if family(co) != family(cn) {
                    continue;
                }
                let alike = bags_old[a].alike(&bags_new[b], weights);
                let same_section = sections.get(&co.section) == Some(&cn.section);
                let between = near.0[o].pair == near.1[n].pair;
                let part = between
                    && alike.contained >= CONTAINED
                    && bags_old[a].len().min(bags_new[b].len()) >= CONTAINED_WORDS;
                let enough = if same_section && between { SIMILAR_NEAR } else { SIMILAR };
                if alike.dice >= enough || part {
                    let apart = near.0[o].steps.abs_diff(near.1[n].steps);
                    let place = if between { SAME_NEIGHBOURS + SAME_PLACE / (1 + apart) as f64 } else { 0.0 };
                    let section = if same_section { SAME_SECTION } else { 0.0 };
                    found.push(Candidate { old: a, new: b, weight: alike.dice + section + place });
                }
            }
        }
        for (a, b) in assign(&found) {
            self.pair(free_old[a], free_new[b]);
        }
        // Alone between the same neighbours a short clause is known by little: "Mail: 1 year".
        let near = self.neighbourhoods();
        let left = |side: &Side<'_>, free: &[usize], marks: &[Place]| {
            let mut left: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
            for (k, i) in free.iter().enumerate().filter(|(_, i)| side.partner[**i].is_none()) {
                left.entry(marks[*i].pair).or_default().push(k);
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
            let alike = bags_old[*a].alike(&bags_new[*b], weights).dice;
            if kin && (alike >= SIMILAR_ALONE || (self.old.is_bare(o) && self.new.is_bare(n))) {
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

    /// Where each clause of either side stands between pairs.
    fn neighbourhoods(&self) -> (Vec<Place>, Vec<Place>) {
        let places = |side: &Side<'_>, number: &dyn Fn(usize, usize) -> usize| {
            let mut place = Place { pair: 0, steps: 0 };
            let mut step = |(i, partner): (usize, &Option<usize>)| {
                place = match partner {
                    Some(p) => Place { pair: number(i, *p) + 1, steps: 0 },
                    None => Place { steps: place.steps + 1, ..place },
                };
                place
            };
            side.partner.iter().enumerate().map(&mut step).collect()
        };
        (places(&self.old, &|_, new| new), places(&self.new, &|new, _| new))
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
}

/// Where a clause stands.
#[derive(Clone, Copy)]
struct Place {
    /// The pair before it: clauses of both sides between the same pairs have the same number.
    pair: usize,
    /// How many clauses after that pair.
    steps: usize,
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
