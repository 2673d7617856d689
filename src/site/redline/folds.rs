//! What may be folded away where only changes are to be seen, and where it is said how much is folded. It
//! depends on which classes of change a reader has switched on; a style sheet does the folding, and what
//! it goes by is written here.

use std::collections::{BTreeMap, BTreeSet};

use super::SWITCHES;
use super::order::Item;
use crate::policy::ClauseKind;
use crate::policy::diff::{Change, Class, Relation};
use crate::site::names;

/// Under which circumstances something counts as changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct State {
    /// Always.
    loud: bool,
    /// Where one of these is switched on.
    classes: BTreeSet<Class>,
}

impl State {
    pub(super) fn of(change: &Change) -> Self {
        let placed = matches!(
            change.relation,
            Relation::Added | Relation::Removed | Relation::Split | Relation::Merged
        );
        Self {
            loud: placed || change.moved || change.classes.contains(&Class::Wording),
            classes: change.classes.clone(),
        }
    }

    pub(super) fn loud() -> Self {
        Self { loud: true, classes: BTreeSet::new() }
    }

    fn add(&mut self, other: &Self) {
        self.loud |= other.loud;
        self.classes.extend(&other.classes);
    }

    /// Whether it counts as changed before anybody switched anything.
    fn at_first(&self) -> bool {
        self.loud || SWITCHES.iter().any(|(class, on)| *on && self.classes.contains(class))
    }

    /// Whether nothing of it is a change that cannot be switched off.
    pub(super) fn is_quiet(&self) -> bool {
        !self.loud
    }

    /// What the style sheet goes by: nothing for what is never folded.
    pub(super) fn folds(&self) -> String {
        let name = |class: &Class| format!(" keep-{}", names::class_name(*class));
        if self.loud {
            String::new()
        } else {
            " folds".to_owned() + &self.classes.iter().map(name).collect::<String>()
        }
    }
}

/// How many clauses are folded at a place, by the classes that would show them.
pub(super) type Marker = BTreeMap<BTreeSet<Class>, usize>;

/// What may be folded of the clauses of a redline.
pub(super) struct Folds {
    /// For each clause: with a heading what stands under it, with an item what stands in it.
    pub(super) items: Vec<State>,
    /// For each container by its number.
    pub(super) containers: BTreeMap<u32, State>,
    /// By the clause before which they stand.
    pub(super) markers: BTreeMap<usize, Marker>,
}

pub(super) fn folds(items: &[Item<'_>]) -> Folds {
    let mut states: Vec<State> = items.iter().map(|item| item.state.clone()).collect();
    let mut containers: BTreeMap<u32, State> = BTreeMap::new();
    let mut headings: Vec<(usize, usize)> = Vec::new();
    let mut term: Option<usize> = None;
    for (i, item) in items.iter().enumerate() {
        for container in &item.path {
            containers.entry(container.number).or_default().add(&item.state);
        }
        if let Some(level) = item.level {
            headings.retain(|(above, _)| *above < level);
        }
        for (_, heading) in &headings {
            states[*heading].add(&item.state);
        }
        headings.extend(item.level.map(|level| (level, i)));
        // A term is kept for what is said of it.
        let list = |of: &Item<'_>| of.path.first().map(|c| c.number);
        term = match item.clause.kind {
            ClauseKind::Term => Some(i),
            _ => term.filter(|t| list(&items[*t]) == list(item)),
        };
        if let Some(term) = term {
            states[term].add(&item.state);
        }
    }
    for (state, item) in states.iter_mut().zip(items) {
        // The head of a table is kept with its rows, an item with what lies in it.
        let whole = matches!(
            item.clause.kind,
            ClauseKind::Row { header: true } | ClauseKind::Item | ClauseKind::Definition
        );
        let around = item.path.last().filter(|_| whole).and_then(|c| containers.get(&c.number));
        if let Some(around) = around {
            state.add(around);
        }
    }
    let markers = markers(&states);
    Folds { items: states, containers, markers }
}

/// One marker for each stretch of clauses that are folded together.
fn markers(states: &[State]) -> BTreeMap<usize, Marker> {
    let mut markers: BTreeMap<usize, Marker> = BTreeMap::new();
    let mut begun: Option<(usize, Option<&BTreeSet<Class>>)> = None;
    for (i, state) in states.iter().enumerate() {
        if state.loud {
            begun = None;
            continue;
        }
        // What is shown at first is folded by itself, where it is switched off.
        let alone = state.at_first().then_some(&state.classes);
        let start = begun.filter(|(_, other)| *other == alone).map_or(i, |(start, _)| start);
        begun = Some((start, alone));
        *markers.entry(start).or_default().entry(state.classes.clone()).or_default() += 1;
    }
    markers
}
