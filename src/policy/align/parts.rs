//! Clauses that were split or merged.
//!
//! A clause left over is a part of a neighbour's counterpart if that is where its words came from or
//! went: `A B` became `A` (its pair) and `B` (left over). A clause left over may also be the whole of
//! several left over on the other side, none of which is alike enough to be its pair.

use std::collections::BTreeMap;

use super::alike::{Bag, candidates};
use super::{Group, Side, family};
use crate::policy::ClauseKind;

/// A part has at least this share of its words from the whole, …
const CONTAINED: f64 = 0.7;
/// … or, since a part may be edited as well as split off, what it has is at least this share of what
/// the whole has more than its other parts, …
const EXPLAINED: f64 = 0.5;
/// … and of its own words.
const AT_LEAST: f64 = 0.4;
/// Of a part shorter than this all words must stand in the whole as they do in the part: of so few it
/// cannot be told otherwise where they came from.
const PART_WORDS: usize = 4;
/// How often it is asked again of what is left, after others joined.
const ROUNDS: usize = 8;
/// How many clauses may stand between two parts.
const NEAR: usize = 3;
/// Parts together are a whole if they have this share of its words.
const COVERED: f64 = 0.6;

/// Pairs, splits, merges, and what was added or removed.
pub(super) fn groups(old: &Side<'_>, new: &Side<'_>, weights: &[f64]) -> Vec<Group> {
    let pairs = old.partner.iter().enumerate().filter_map(|(o, n)| n.map(|n| (o, n)));
    let mut groups: Vec<Group> = pairs.map(|(o, n)| Group::of(vec![o], vec![n])).collect();
    let mut taken = (vec![false; old.words.len()], vec![false; new.words.len()]);
    for merging in [false, true] {
        let (left, other) = if merging { (old, new) } else { (new, old) };
        let taken = if merging { &mut taken.0 } else { &mut taken.1 };
        join_to_pairs((left, other), &mut groups, merging, taken, weights);
    }
    for merging in [false, true] {
        let (parts, wholes) = if merging { (old, new) } else { (new, old) };
        let (taken_parts, taken_wholes) =
            if merging { (&mut taken.0, &mut taken.1) } else { (&mut taken.1, &mut taken.0) };
        for (whole, found) in of_wholes((parts, taken_parts), (wholes, taken_wholes), weights) {
            taken_wholes[whole] = true;
            found.iter().for_each(|p| taken_parts[*p] = true);
            groups.push(if merging { Group::of(found, vec![whole]) } else { Group::of(vec![whole], found) });
        }
    }
    let left =
        |side: &Side<'_>, taken: &[bool]| side.free().into_iter().filter(|i| !taken[*i]).collect::<Vec<_>>();
    groups.extend(left(new, &taken.1).into_iter().map(|n| Group::of(vec![], vec![n])));
    groups.extend(left(old, &taken.0).into_iter().map(|o| Group::of(vec![o], vec![])));
    groups
}

/// Whether a clause may be a part of another.
fn may_be_part(side: &Side<'_>, i: usize) -> bool {
    let kind = side.text.clauses[i].kind;
    !side.words[i].is_empty() && !matches!(kind, ClauseKind::Heading(_) | ClauseKind::Row { .. })
}

/// Joins left-over clauses to the pairs they are a part of. With `merging` the left-overs are old
/// ones, whose words went into a new clause.
fn join_to_pairs(
    (left, other): (&Side<'_>, &Side<'_>),
    groups: &mut [Group],
    merging: bool,
    taken: &mut [bool],
    weights: &[f64],
) {
    let mut group_at: BTreeMap<usize, usize> = BTreeMap::new();
    for (g, group) in groups.iter().enumerate() {
        let mine = if merging { &group.old } else { &group.new };
        group_at.extend(mine.iter().map(|i| (*i, g)));
    }
    let mut open: Vec<usize> = left.free().into_iter().filter(|i| may_be_part(left, *i)).collect();
    // A part that joined brings others near: each round goes on where the last one ended.
    for round in 0..ROUNDS {
        let before = open.len();
        open.retain(|i| {
            let near = group_at.range(i.saturating_sub(NEAR)..=i + NEAR).map(|(_, g)| *g);
            let shares = near.filter_map(|g| {
                let (mine, theirs) =
                    if merging { (&groups[g].old, &groups[g].new) } else { (&groups[g].new, &groups[g].old) };
                let [whole] = theirs.as_slice() else { return None };
                let kin =
                    |a: &Side<'_>, x: usize| family(&a.text.clauses[x]) == family(&left.text.clauses[*i]);
                let kin = kin(other, *whole) && mine.iter().all(|m| kin(left, *m));
                let share = kin.then(|| part((left, *i, mine), &other.words[*whole], weights)).flatten()?;
                Some((share, g))
            });
            // Of equally good wholes the first.
            let Some((_, g)) = shares.reduce(|a, b| if b.0 > a.0 { b } else { a }) else { return true };
            let mine = if merging { &mut groups[g].old } else { &mut groups[g].new };
            mine.push(*i);
            mine.sort_unstable();
            group_at.insert(*i, g);
            taken[*i] = true;
            false
        });
        // The next round walks back.
        open.reverse();
        if open.len() == before && round > 0 {
            break;
        }
    }
}

/// How much of a part's words come from what the whole has more than the other parts; `None` where
/// that is too little, or where they stand elsewhere in the whole: that is a sentence that moved.
fn part((left, i, others): (&Side<'_>, usize, &[usize]), whole: &[u32], weights: &[f64]) -> Option<f64> {
    let words = &left.words[i];
    let of_others: Vec<u32> = others.iter().flat_map(|m| &left.words[*m]).copied().collect();
    let (here, there) = (middle(words, whole), middle(&of_others, whole));
    let order = here.zip(there).map(|(here, there)| here.total_cmp(&there));
    let in_order = match order {
        Some(order) if others.iter().all(|m| *m < i) => order.is_ge(),
        Some(order) if others.iter().all(|m| i < *m) => order.is_le(),
        _ => true,
    };
    let mut more: BTreeMap<u32, u32> = BTreeMap::new();
    whole.iter().for_each(|w| *more.entry(*w).or_default() += 1);
    for word in of_others {
        more.entry(word).and_modify(|n| *n = n.saturating_sub(1));
    }
    let weight = |word: &u32| weights[*word as usize];
    let size: f64 = more.iter().map(|(word, n)| weight(word) * f64::from(*n)).sum();
    let mut found = 0.0;
    for word in words {
        if let Some(n) = more.get_mut(word).filter(|n| **n > 0) {
            *n -= 1;
            found += weight(word);
        }
    }
    let total: f64 = words.iter().map(weight).sum();
    let share = |of: f64| if of > 0.0 { found / of } else { 0.0 };
    let enough = if words.len() < PART_WORDS {
        share(total) > 0.999 && whole.windows(words.len()).any(|w| w == words)
    } else {
        share(total) >= CONTAINED || (share(total) >= AT_LEAST && share(size) >= EXPLAINED)
    };
    (in_order && enough).then(|| share(total))
}

/// Where in the whole these words stand on average; of no telling word at all nothing is known.
fn middle(words: &[u32], whole: &[u32]) -> Option<f64> {
    let mut once: BTreeMap<u32, Option<usize>> = BTreeMap::new();
    for (i, word) in whole.iter().enumerate() {
        once.entry(*word).and_modify(|place| *place = None).or_insert(Some(i));
    }
    let places: Vec<usize> = words.iter().filter_map(|w| *once.get(w)?).collect();
    (!places.is_empty()).then(|| places.iter().sum::<usize>() as f64 / places.len() as f64)
}

/// Left-over clauses each with the left-over parts that it became, or that became it: parts that
/// stand together and cover it.
fn of_wholes(
    (parts, taken_parts): (&Side<'_>, &[bool]),
    (wholes, taken_wholes): (&Side<'_>, &[bool]),
    weights: &[f64],
) -> Vec<(usize, Vec<usize>)> {
    let left = |side: &Side<'_>, taken: &[bool]| -> Vec<usize> {
        side.free().into_iter().filter(|i| !taken[*i] && may_be_part(side, *i)).collect()
    };
    let (some, whole) = (left(parts, taken_parts), left(wholes, taken_wholes));
    let bags = |side: &Side<'_>, these: &[usize]| -> Vec<Bag> {
        these.iter().map(|i| Bag::new(&side.words[*i], weights)).collect()
    };
    let (part_bags, whole_bags) = (bags(parts, &some), bags(wholes, &whole));
    // A part is as alike to its whole as its length allows.
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (p, near) in candidates(&part_bags, &whole_bags, weights, (CONTAINED, 0.0)).into_iter().enumerate() {
        let contained = |w: &usize| {
            let longer = whole_bags[*w].len() > part_bags[p].len();
            let kin = family(&parts.text.clauses[some[p]]) == family(&wholes.text.clauses[whole[*w]]);
            let words = &parts.words[some[p]];
            let exact =
                words.len() >= PART_WORDS || wholes.words[whole[*w]].windows(words.len()).any(|x| x == words);
            (longer && kin && exact).then(|| (part_bags[p].alike(&whole_bags[*w], weights).contained, *w))
        };
        let best = near.iter().filter_map(contained).reduce(|a, b| if b.0 > a.0 { b } else { a });
        if let Some((_, w)) = best.filter(|(share, _)| *share >= CONTAINED) {
            of.entry(w).or_default().push(p);
        }
    }
    let mut found = Vec::new();
    for (w, of) in of {
        let together = of.chunk_by(|a, b| some[*b] - some[*a] <= NEAR);
        let size = |run: &&[usize]| run.iter().map(|p| part_bags[*p].len()).sum::<usize>();
        let Some(run) = together.max_by_key(size).filter(|run| run.len() > 1) else { continue };
        let words: Vec<u32> = run.iter().flat_map(|p| &parts.words[some[*p]]).copied().collect();
        let covered = Bag::new(&words, weights).alike(&whole_bags[w], weights);
        if covered.dice >= COVERED {
            found.push((whole[w], run.iter().map(|p| some[*p]).collect()));
        }
    }
    found
}
