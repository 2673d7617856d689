//! The best assignment of one side to the other.

use std::collections::BTreeMap;

use pathfinding::kuhn_munkres::kuhn_munkres;
use pathfinding::matrix::Matrix;

/// Assignments larger than this are solved greedily, best pair first: the exact solution costs the
/// cube of the number of clauses. Larger ones arise only among clauses that are all alike.
const EXACT: usize = 300;

/// A pair that may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) old: usize,
    pub(super) new: usize,
    pub(super) weight: f64,
}

/// The pairs of greatest total weight, each side at most once. Candidates that have nothing to do
/// with each other are solved apart, each set exactly.
pub(super) fn assign(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<_> = components(candidates).iter().flat_map(|c| solve(c)).collect();
    pairs.sort_unstable();
    pairs
}

/// Candidates that share a member, directly or over others, together.
fn components(candidates: &[Candidate]) -> Vec<Vec<Candidate>> {
    let mut of: Vec<usize> = (0..candidates.len()).collect();
    fn root(of: &mut [usize], mut i: usize) -> usize {
        while of[i] != i {
            of[i] = of[of[i]];
            i = of[i];
        }
        i
    }
    let mut first: (BTreeMap<usize, usize>, BTreeMap<usize, usize>) = Default::default();
    for (i, c) in candidates.iter().enumerate() {
        for earlier in [*first.0.entry(c.old).or_insert(i), *first.1.entry(c.new).or_insert(i)] {
            let (a, b) = (root(&mut of, earlier), root(&mut of, i));
            of[a.max(b)] = a.min(b);
        }
    }
    let mut sets: BTreeMap<usize, Vec<Candidate>> = BTreeMap::new();
    for (i, c) in candidates.iter().enumerate() {
        sets.entry(root(&mut of, i)).or_default().push(*c);
    }
    sets.into_values().collect()
}

fn solve(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let members = |of: fn(&Candidate) -> usize| {
        let mut members: Vec<usize> = candidates.iter().map(of).collect();
        members.sort_unstable();
        members.dedup();
        members
    };
    let (rows, columns) = (members(|c| c.old), members(|c| c.new));
    if rows.len().max(columns.len()) > EXACT {
        return greedily(candidates);
    }
    // The solver wants no more rows than columns.
    let turned = rows.len() > columns.len();
    let (height, width) = if turned { (columns.len(), rows.len()) } else { (rows.len(), columns.len()) };
    let Ok(mut matrix) = Matrix::from_vec(height, width, vec![0i64; height * width]) else {
        return greedily(candidates);
    };
    for c in candidates {
        let (Ok(r), Ok(k)) = (rows.binary_search(&c.old), columns.binary_search(&c.new)) else { continue };
        matrix[if turned { (k, r) } else { (r, k) }] = (c.weight * 1e6) as i64;
    }
    let (_, chosen) = kuhn_munkres(&matrix);
    let pair = |(i, j): (usize, usize)| {
        let (r, k) = if turned { (j, i) } else { (i, j) };
        (matrix[(i, j)] > 0).then(|| (rows[r], columns[k]))
    };
    chosen.into_iter().enumerate().filter_map(pair).collect()
}

fn greedily(candidates: &[Candidate]) -> Vec<(usize, usize)> {
    let mut ranked = candidates.to_vec();
    ranked.sort_by(|x, y| y.weight.total_cmp(&x.weight).then((x.old, x.new).cmp(&(y.old, y.new))));
    let mut taken: (std::collections::BTreeSet<usize>, std::collections::BTreeSet<usize>) =
        Default::default();
    let free = |c: &Candidate| {
        let free = !taken.0.contains(&c.old) && !taken.1.contains(&c.new);
        free && taken.0.insert(c.old) && taken.1.insert(c.new)
    };
    ranked.into_iter().filter(free).map(|c| (c.old, c.new)).collect()
}
