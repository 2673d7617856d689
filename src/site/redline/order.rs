//! In which order a redline shows clauses, and what each of them stands in.

use std::collections::BTreeMap;

use crate::policy::diff::Relation;
use crate::policy::history::Comparison;
use crate::policy::{Clause, ClauseKind, Container, ContainerKind};

use super::folds::State;
use crate::site::html::{has_title, heading_level};

/// One thing to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// A clause of the new text: the change it is of, and which of that change's new clauses it is.
    New { change: usize, part: usize },
    /// An old clause that was removed.
    Removed { change: usize, part: usize },
    /// The old place of a clause that moved: which of the change's old clauses.
    MovedAway { change: usize, part: usize },
    /// The old place of a clause that is part of another one now.
    MergedAway { change: usize, part: usize },
}

impl Shown {
    /// The change it is of.
    pub(super) fn change(self) -> usize {
        match self {
            Self::New { change, .. }
            | Self::Removed { change, .. }
            | Self::MovedAway { change, .. }
            | Self::MergedAway { change, .. } => change,
        }
    }

    /// Which of that change's clauses.
    pub(super) fn part(self) -> usize {
        match self {
            Self::New { part, .. }
            | Self::Removed { part, .. }
            | Self::MovedAway { part, .. }
            | Self::MergedAway { part, .. } => part,
        }
    }

    /// Whether it is no mere trace of what is told elsewhere.
    pub(super) fn is_told_here(self) -> bool {
        matches!(self, Self::New { .. } | Self::Removed { .. })
    }
}

/// A clause in its place.
pub(super) struct Item<'a> {
    pub(super) shown: Shown,
    pub(super) clause: &'a Clause,
    /// What it stands in here.
    pub(super) path: Vec<Container>,
    /// Of a heading, how deep it lies.
    pub(super) level: Option<usize>,
    pub(super) state: State,
}

/// The clauses of the new text in order; an old clause after the clause that it followed.
pub(super) fn items<'a>(comparison: &'a Comparison<'a>) -> Vec<Item<'a>> {
    let containers = shared_containers(comparison);
    let titled = has_title(comparison.new);
    let place = |shown: Shown| {
        let (change, text, clause, is_new) = match shown {
            Shown::New { change, part } => {
                (change, comparison.new, comparison.diff.changes[change].new[part], true)
            }
            Shown::Removed { change, part }
            | Shown::MovedAway { change, part }
            | Shown::MergedAway { change, part } => {
                (change, comparison.old, comparison.diff.changes[change].old[part], false)
            }
        };
        let clause = &text.clauses[clause];
        let old_container = |container: &Container| Container {
            number: containers.get(&container.number).copied().unwrap_or(container.number | OLD_CONTAINERS),
            kind: container.kind.clone(),
        };
        let heading = matches!(clause.kind, ClauseKind::Heading(_));
        Item {
            shown,
            clause,
            path: if is_new { clause.path.clone() } else { clause.path.iter().map(old_container).collect() },
            level: heading.then(|| heading_level(text, clause, titled)),
            state: if is_new { State::of(&comparison.diff.changes[change]) } else { State::loud() },
        }
    };
    order(comparison).into_iter().map(place).collect()
}

fn order(comparison: &Comparison<'_>) -> Vec<Shown> {
    let mut after = vec![None; comparison.old.clauses.len()];
    let mut shown = Vec::new();
    for (change, c) in comparison.diff.changes.iter().enumerate() {
        for (part, n) in c.new.iter().enumerate() {
            shown.push(((n + 1, 0, 0), Shown::New { change, part }));
        }
        // Of clauses that were joined only the first stands where it stood.
        if let (Some(o), Some(n), false) = (c.old.first(), c.new.last(), c.moved) {
            after[*o] = Some(n + 1);
        }
    }
    let mut current = 0;
    for place in &mut after {
        current = place.unwrap_or(current);
        *place = Some(current);
    }
    for (change, c) in comparison.diff.changes.iter().enumerate() {
        for (part, clause) in c.old.iter().enumerate() {
            let place = after[*clause].unwrap_or_default();
            let here = c.new.last().is_some_and(|n| n + 1 == place);
            let what = match c.relation {
                _ if c.new.is_empty() => Shown::Removed { change, part },
                _ if c.moved => Shown::MovedAway { change, part },
                Relation::Merged if !here => Shown::MergedAway { change, part },
                _ => continue,
            };
            shown.push(((place, 1, *clause), what));
        }
    }
    shown.sort_by_key(|(key, _)| *key);
    shown.into_iter().map(|(_, shown)| shown).collect()
}

/// Old containers that are nobody's new container are numbered beyond all new ones.
const OLD_CONTAINERS: u32 = 1 << 31;

/// Old container → new container, where clauses that became one another stood in them: so that a
/// removed item is shown in the list it was removed from.
fn shared_containers(comparison: &Comparison<'_>) -> BTreeMap<u32, u32> {
    let mut shared = BTreeMap::new();
    for change in &comparison.diff.changes {
        let (Some(o), Some(n)) = (change.old.first(), change.new.first()) else { continue };
        let (old, new) = (&comparison.old.clauses[*o], &comparison.new.clauses[*n]);
        for (depth, (a, b)) in old.path.iter().zip(&new.path).enumerate() {
            if std::mem::discriminant(&a.kind) != std::mem::discriminant(&b.kind) {
                break;
            }
            // An item is the same only if its own words are: else two would stand in one.
            let single = matches!(a.kind, ContainerKind::Item(_) | ContainerKind::Definition);
            let own = |c: &Clause| {
                depth + 1 == c.path.len() && matches!(c.kind, ClauseKind::Item | ClauseKind::Definition)
            };
            if !shared.contains_key(&a.number) && (!single || (own(old) && own(new))) {
                shared.insert(a.number, b.number);
            }
            if shared.get(&a.number) != Some(&b.number) {
                break;
            }
        }
    }
    shared
}
