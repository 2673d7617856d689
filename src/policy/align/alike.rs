//! How alike two clauses are by their words, and the best assignment of one side to the other.

use std::collections::BTreeSet;

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Pairs of left-over clauses beyond this are compared only near each other.
const COMPARED: usize = 4_000_000;
/// Assignments larger than this are solved greedily, best pair first: the exact solution costs the
/// cube of the number of clauses.
const EXACT_LIMIT: usize = 400;

/// The words of a clause with their weights, sorted.
pub(super) struct Bag {
    words: Vec<(u32, f64)>,
    total: f64,
}

impl Bag {
    pub(super) fn new(words: &[u32], weights: &[f64]) -> Self {
        let mut words: Vec<(u32, f64)> = words.iter().map(|w| (*w, weights[*w as usize])).collect();
        words.sort_by_key(|(w, _)| *w);
        let total = words.iter().map(|(_, x)| x).sum();
        Self { words, total }
    }

    /// The most alike two bags of these sizes can be, against what is needed.
    pub(super) fn may_reach(&self, other: &Self, needed: f64) -> bool {
        2.0 * self.total.min(other.total) >= needed * (self.total + other.total)
    }

    /// Weighted Dice coefficient of the two multisets, 0 to 1.
    pub(super) fn alike(&self, other: &Self) -> f64 {
        let (mut a, mut b, mut common) = (0, 0, 0.0);
        while let (Some((x, weight)), Some((y, _))) = (self.words.get(a), other.words.get(b)) {
            match x.cmp(y) {
                std::cmp::Ordering::Less => a += 1,
                std::cmp::Ordering::Greater => b += 1,
                std::cmp::Ordering::Equal => {
                    common += weight;
                    a += 1;
                    b += 1;
                }
            }
        }
        let total = self.total + other.total;
        if total > 0.0 { 2.0 * common / total } else { 0.0 }
    }
}

/// How far from its own place, in left-over clauses, a clause is looked for: anywhere, unless there
/// are so many that looking everywhere would take minutes.
pub(super) fn reach(old: usize, new: usize) -> usize {
    if old.saturating_mul(new) <= COMPARED { usize::MAX } else { COMPARED / old.max(new).max(1) / 2 }
}

/// The assignment of greatest total weight among candidates (row, column, weight).
pub(super) fn assign(candidates: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    let rows: Vec<usize> = candidates.iter().map(|c| c.0).collect::<BTreeSet<_>>().into_iter().collect();
    let columns: Vec<usize> = candidates.iter().map(|c| c.1).collect::<BTreeSet<_>>().into_iter().collect();
    if rows.len().max(columns.len()) > EXACT_LIMIT {
        return assign_greedily(candidates);
    }
    let (transposed, height, width) = (rows.len() > columns.len(), rows.len(), columns.len());
    let (h, w) = if transposed { (width, height) } else { (height, width) };
    let Ok(mut matrix) = Matrix::from_vec(h, w, vec![0i64; h * w]) else {
        return assign_greedily(candidates);
    };
    for (a, b, weight) in candidates {
        let (Ok(r), Ok(c)) = (rows.binary_search(a), columns.binary_search(b)) else { continue };
        matrix[if transposed { (c, r) } else { (r, c) }] = (weight * 1e6) as i64;
    }
    if h == 0 {
        return Vec::new();
    }
    let (_, chosen) = kuhn_munkres(&matrix);
    let mut pairs = Vec::new();
    for (i, j) in chosen.into_iter().enumerate() {
        if matrix[(i, j)] > 0 {
            let (r, c) = if transposed { (j, i) } else { (i, j) };
            pairs.push((rows[r], columns[c]));
        }
    }
    pairs.sort_unstable();
    pairs
}

fn assign_greedily(candidates: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    let mut ranked = candidates.to_vec();
    ranked.sort_by(|x, y| y.2.total_cmp(&x.2).then((x.0, x.1).cmp(&(y.0, y.1))));
    let (mut rows, mut columns) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (a, b, _) in ranked {
        if !rows.contains(&a) && !columns.contains(&b) {
            rows.insert(a);
            columns.insert(b);
            pairs.push((a, b));
        }
    }
    pairs
}
