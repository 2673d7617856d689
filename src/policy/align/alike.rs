//! How alike two clauses are by their words, and which pairs are worth a look.
//!
//! A clause is the multiset of its words in lower case, each weighted by how telling it is: by the
//! logarithm of how few clauses it stands in, as in information retrieval (Spärck Jones 1972).

use std::collections::BTreeMap;

/// A word that stands in every clause still weighs this much, so that clauses of nothing else can be
/// told apart.
const LEAST_WEIGHT: f64 = 0.2;
/// Of a word that stands in more clauses than this only the clauses nearest by are looked at; and no
/// more clauses than this are looked at for one. So texts with nothing in common, and texts of clauses
/// that are all alike, take no longer than others.
const LOOKED_AT: usize = 64;

/// How telling each word is, by its key: the less clauses of either text it stands in, the more.
pub(super) fn weights(old: &[Vec<u32>], new: &[Vec<u32>]) -> Vec<f64> {
    let size = old.iter().chain(new).flatten().max().map_or(0, |m| *m as usize + 1);
    let clauses_with = |side: &[Vec<u32>]| {
        let (mut count, mut last) = (vec![0u32; size], vec![usize::MAX; size]);
        for (i, words) in side.iter().enumerate() {
            for word in words.iter().map(|w| *w as usize) {
                if last[word] != i {
                    (count[word], last[word]) = (count[word] + 1, i);
                }
            }
        }
        count
    };
    let clauses = old.len().max(new.len()) as f64;
    // A word that stays is no less telling than one that comes.
    let seen = clauses_with(old).into_iter().zip(clauses_with(new)).map(|(o, n)| f64::from(o.max(n).max(1)));
    seen.map(|n| LEAST_WEIGHT + (clauses / n).ln().max(0.0)).collect()
}

/// The words of a clause, sorted, with their total weight.
pub(super) struct Bag {
    words: Vec<u32>,
    total: f64,
}

/// What two clauses have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Alike {
    /// Twice the weight in common by the weight of both (Dice), 0 to 1.
    pub(super) dice: f64,
    /// The weight in common by that of the lighter one, 0 to 1.
    pub(super) contained: f64,
}

impl Bag {
    pub(super) fn new(words: &[u32], weights: &[f64]) -> Self {
        let mut words = words.to_vec();
        words.sort_unstable();
        let total = words.iter().map(|w| weights[*w as usize]).sum();
        Self { words, total }
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn alike(&self, other: &Self, weights: &[f64]) -> Alike {
        let (mut a, mut b, mut common) = (0, 0, 0.0);
        while let (Some(x), Some(y)) = (self.words.get(a), other.words.get(b)) {
            if x == y {
                common += weights[*x as usize];
            }
            (a, b) = (a + usize::from(x <= y), b + usize::from(y <= x));
        }
        let share = |of: f64| if of > 0.0 { common / of } else { 0.0 };
        Alike { dice: share(self.total + other.total) * 2.0, contained: share(self.total.min(other.total)) }
    }

    /// Its most telling words, so many that what is left out weighs less than `rest` of it all.
    fn telling(&self, weights: &[f64], rest: f64) -> Vec<u32> {
        let mut words = self.words.clone();
        words.dedup();
        let weight = |w: &u32| weights[*w as usize];
        words.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then(a.cmp(b)));
        let mut left = self.total;
        let enough = |word: &u32| {
            let go_on = left >= rest * self.total;
            left -= weight(word) * self.words.iter().filter(|w| *w == word).count() as f64;
            go_on
        };
        words.into_iter().take_while(enough).collect()
    }
}

/// What two clauses that are this alike (Dice) have in common at least, as a share of each.
pub(super) fn least_in_common(dice: f64) -> (f64, f64) {
    (dice / (2.0 - dice), dice / (2.0 - dice))
}

/// For each bag of the one side those of the other with which it may have at least these shares of
/// their weights in common, ascending.
///
/// At most [`LOOKED_AT`] of them, those that share the most. Such a pair shares one of the words that are left when the least telling ones, up to that weight,
/// are put aside (prefix filtering, Chaudhuri et al. 2006). So only lists of rare words are walked.
pub(super) fn candidates(
    old: &[Bag],
    new: &[Bag],
    weights: &[f64],
    in_common: (f64, f64),
) -> Vec<Vec<usize>> {
    let mut standing: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (i, bag) in new.iter().enumerate() {
        for word in bag.telling(weights, in_common.1) {
            standing.entry(word).or_default().push(i);
        }
    }
    let near = |a: usize, places: &[usize]| -> std::ops::Range<usize> {
        let place = places.partition_point(|p| *p * old.len() < a * new.len());
        let from = place.saturating_sub(LOOKED_AT / 2).min(places.len().saturating_sub(LOOKED_AT));
        from..places.len().min(from + LOOKED_AT)
    };
    let found = old.iter().enumerate().map(|(a, bag)| {
        let mut found: Vec<(usize, f64)> = Vec::new();
        for word in bag.telling(weights, in_common.0) {
            let places = standing.get(&word).map_or(&[][..], |places| &places[near(a, places)]);
            found.extend(places.iter().map(|b| (*b, weights[word as usize])));
        }
        found.sort_unstable_by_key(|(b, _)| *b);
        found.dedup_by(|next, kept| {
            next.0 == kept.0 && {
                kept.1 += next.1;
                true
            }
        });
        // Those with the most in common of the telling words; the clauses nearest by among equals.
        found.sort_by(|x, y| y.1.total_cmp(&x.1));
        found.truncate(LOOKED_AT);
        let mut found: Vec<usize> = found.into_iter().map(|(b, _)| b).collect();
        found.sort_unstable();
        found
    });
    found.collect()
}
