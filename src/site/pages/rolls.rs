//! Which changes are one row of the table: those that are one decision. Clauses of one section that came
//! or went together; a name that was replaced throughout; capitals of the same words. What the legal team
//! said of them must be the same, and what it said of each by itself stands by itself.

use std::collections::BTreeSet;

use crate::policy::diff::{Change, Class, Op, Relation, joined};
use crate::policy::history::Comparison;

/// What makes one row of several changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Roll {
    /// Clauses of a section that all came, or all went.
    Section(Relation, usize),
    /// The same names took the place of the same names.
    Name(BTreeSet<(String, String)>),
    /// The same words with other capitals.
    Capitals(BTreeSet<String>),
}

/// The changes that make one row: indices of changes.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) roll: Option<Roll>,
    pub(super) changes: Vec<usize>,
}

/// All numbered changes, in the order of the first of each group.
pub(super) fn groups(comparison: &Comparison<'_>, numbers: &[Option<usize>]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let numbered = numbers.iter().enumerate().filter(|(_, number)| number.is_some());
    for (i, _) in numbered {
        let Some(change) = comparison.diff.changes.get(i) else { continue };
        let roll = roll(comparison, i, change);
        let fits = |group: &&mut Group| {
            let same = |other: &usize| said(comparison, *other) == said(comparison, i);
            group.roll.is_some() && group.roll == roll && group.changes.last().is_some_and(same)
        };
        // A section is a run of changes; a name is the same wherever it stands.
        let known = match roll {
            None => None,
            Some(Roll::Section(..)) => groups.last_mut().filter(fits),
            Some(_) => groups.iter_mut().find(fits),
        };
        match known {
            Some(group) => group.changes.push(i),
            None => groups.push(Group { roll, changes: vec![i] }),
        }
    }
    groups
}

/// Which note of the legal team is on a change.
fn said(comparison: &Comparison<'_>, change: usize) -> Option<*const crate::policy::ChangeNote> {
    comparison.notes.get(change).copied().flatten().map(std::ptr::from_ref)
}

fn roll(comparison: &Comparison<'_>, index: usize, change: &Change) -> Option<Roll> {
    match (change.relation, change.old.as_slice(), change.new.as_slice()) {
        (Relation::Added, _, [n, ..]) => {
            let section = comparison.new.clauses.get(*n)?.section;
            return Some(Roll::Section(Relation::Added, section));
        }
        (Relation::Removed, [o, ..], _) => {
            let section = comparison.old.clauses.get(*o)?.section;
            return Some(Roll::Section(Relation::Removed, section));
        }
        (Relation::Modified | Relation::Renamed, _, _) if !change.moved => {}
        _ => return None,
    }
    let defines = comparison.definitions.iter().any(|d| d.places.contains(&index));
    if defines || [Class::Link, Class::Date].iter().any(|class| change.classes.contains(class)) {
        return None;
    }
    let pairs = replaced(comparison, change)?;
    if !change.classes.contains(&Class::Wording) {
        return Some(Roll::Capitals(pairs.iter().map(|(old, _)| root(old)).collect()));
    }
    let name = |(old, new): &(String, String)| {
        let of = |(was, is): &&(String, String)| root(was) == root(old) && root(is) == root(new);
        comparison.renamed.iter().find(of).cloned()
    };
    pairs.iter().map(name).collect::<Option<_>>().map(Roll::Name)
}

/// The words that took the place of others in a change, where it is made of nothing else.
pub(super) fn replaced(comparison: &Comparison<'_>, change: &Change) -> Option<BTreeSet<(String, String)>> {
    let (old, new) = (joined(comparison.old, &change.old), joined(comparison.new, &change.new));
    let numbers = change.op_classes(comparison.old, comparison.new);
    let steps: Vec<&Op> = change
        .ops
        .iter()
        .zip(numbers)
        .filter(|(op, class)| !matches!(op, Op::Keep { .. }) && *class != Some(Class::Numbering))
        .map(|(op, _)| op)
        .collect();
    let pair = |pair: &[&Op]| match pair {
        [Op::Delete(gone), Op::Insert(come)] => {
            let bare = |text: &str| text.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
            Some((bare(old.get(gone.clone())?), bare(new.get(come.clone())?)))
        }
        _ => None,
    };
    steps.chunks(2).map(pair).collect()
}

/// A word in small letters and without its plural, for names that are one.
fn root(word: &str) -> String {
    word.to_lowercase().trim_end_matches('s').to_owned()
}
