//! What happened on the way, where texts lie between the two that are compared: what changed and
//! changed back, of which the redline shows nothing, and what changed more than once.

use crate::policy::diff::Relation;
use crate::policy::path::{Path, Place, Step};
use crate::site::{names, redline};

/// A clause with what happened to it.
pub(in crate::cli) struct Travelled {
    /// `changed and changed back`, `added and removed again`, `changed more than once`
    pub(super) what: &'static str,
    /// Where it stands in the last text that has it.
    pub(super) place: String,
    /// The changes of the redline that came of it.
    pub(super) numbers: Vec<usize>,
    /// `modified in 2019.md, modified in 2020.md`
    pub(super) steps: String,
}

/// All that is to be told. `files` are the names of the texts from the first to the last, `numbers`
/// those of the changes between these two.
pub(super) fn way(path: &Path<'_>, files: &[String], numbers: &[Option<usize>]) -> Vec<Travelled> {
    let step = |step: &Step| {
        let change = path.change(step)?;
        let moved = if change.moved && change.relation != Relation::Moved { " and moved" } else { "" };
        Some(format!("{}{moved} in {}", names::relation_name(change.relation), files.get(step.leg + 1)?))
    };
    let travelled = |what, place: Place, entries: &[usize], steps: &[Step]| Travelled {
        what,
        place: path
            .text(place.version)
            .map_or_else(String::new, |text| redline::label(text, place.clause, "preamble")),
        numbers: entries.iter().filter_map(|e| numbers.get(*e).copied()?).collect(),
        steps: steps.iter().filter_map(step).collect::<Vec<_>>().join(", "),
    };
    let relation = |step: Option<&Step>| Some(path.change(step?)?.relation);
    let led_back = |steps: &[Step]| match (relation(steps.first()), relation(steps.last())) {
        (Some(Relation::Added), Some(Relation::Removed)) => "added and removed again",
        (Some(Relation::Removed), Some(Relation::Added)) => "removed and restored",
        _ => "changed and changed back",
    };
    let back = path.changed_back().into_iter();
    let back = back.map(|e| travelled(led_back(&e.steps), e.place, &[], &e.steps));
    let often = path.changed_more_than_once();
    back.chain(often.map(|t| travelled("changed more than once", t.place, &t.entries, &t.steps))).collect()
}
