//! Which groups moved, and in what order groups are told.

use super::{Group, Side};

/// Marks the groups outside the heaviest sequence of groups in the order of both sides.
pub(super) fn mark_moved(mut groups: Vec<Group>, new: &Side<'_>) -> Vec<Group> {
    groups.sort_by_key(|g| (g.new.first().copied(), g.old.first().copied()));
    let both: Vec<usize> =
        (0..groups.len()).filter(|g| !groups[*g].old.is_empty() && !groups[*g].new.is_empty()).collect();
    let height = both.iter().map(|g| groups[*g].old[0] + 1).max().unwrap_or(0);
    // best[o]: the heaviest sequence that ends in an old clause before o, as a Fenwick tree of
    // (weight, index into `both` + 1).
    let mut best = vec![(0u64, 0usize); height + 1];
    let mut before = vec![0usize; both.len()];
    let mut top = (0u64, 0usize);
    for (k, g) in both.iter().enumerate() {
        let group = &groups[*g];
        let weight: usize = group.new.iter().map(|n| new.weight(*n)).sum();
        let mut sum = (0, 0);
        let mut at = group.old[0];
        while at > 0 {
            sum = sum.max(best[at]);
            at &= at - 1;
        }
        before[k] = sum.1;
        let entry = (sum.0 + weight as u64, k + 1);
        let mut at = group.old[0] + 1;
        while at <= height {
            if best[at].0 < entry.0 {
                best[at] = entry;
            }
            at += at & at.wrapping_neg();
        }
        if entry.0 > top.0 {
            top = entry;
        }
    }
    let mut kept = vec![false; both.len()];
    let mut k = top.1;
    while k > 0 {
        kept[k - 1] = true;
        k = before[k - 1];
    }
    for (k, g) in both.iter().enumerate() {
        groups[*g].moved = !kept[k];
    }
    groups
}

/// The order of the new text; a removed clause stands after the clause it followed.
pub(super) fn order(groups: Vec<Group>, old_len: usize) -> Vec<Group> {
    let mut of_old = vec![None; old_len];
    for group in &groups {
        for o in &group.old {
            of_old[*o] = group.new.first().copied().filter(|_| !group.moved);
        }
    }
    let mut after = vec![0usize; old_len];
    let mut current = 0;
    for (o, n) in of_old.iter().enumerate() {
        current = n.map_or(current, |n: usize| n + 1);
        after[o] = current;
    }
    let mut groups = groups;
    groups.sort_by_key(|g| match (g.new.first(), g.old.first()) {
        (Some(n), _) => (n + 1, 0, 0),
        (None, Some(o)) => (after[*o], 1, *o),
        (None, None) => (0, 0, 0),
    });
    groups
}
