//! What holds for every row of versions: no change on the way is lost, and none is told twice.

use std::collections::{BTreeMap, BTreeSet};

use clauseline::policy::Text;
use clauseline::policy::diff::{Diff, diff};
use clauseline::policy::path::{Leg, Path, Step, path};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::documents::row;
use super::{CASES, law, read};

/// Reads a row of versions, follows the way, and asks.
fn on_the_way(
    versions: &[String],
    holds: impl Fn(&Path<'_>, &Diff) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let texts: Vec<Text> = versions.iter().map(|v| read(v)).collect();
    let compare = |old: &Text, new: &Text| diff(old, new, &BTreeMap::new());
    let diffs: Vec<Diff> = texts.windows(2).map(|w| compare(&w[0], &w[1])).collect();
    let legs = || diffs.iter().zip(&texts[1..]).map(|(diff, text)| Leg { diff, text }).collect();
    let net = compare(&texts[0], &texts[texts.len() - 1]);
    let found = path(&texts[0], legs(), &net);
    prop_assert_eq!(
        &found.threads,
        &path(&texts[0], legs(), &net).threads,
        "another path from the same texts"
    );
    holds(&found, &net)
}

#[test]
fn each_change_on_the_way_is_told_once() {
    law(CASES / 8, &row(), |versions| {
        on_the_way(&versions, |path, _| {
            let mut told = BTreeSet::new();
            for thread in &path.threads {
                prop_assert!(thread.steps.is_empty() || !thread.entries.is_empty(), "{thread:?}");
                let back = thread.excursions.iter().flat_map(|e| &e.steps);
                for step in thread.steps.iter().chain(back) {
                    prop_assert!(
                        path.change(step).is_some_and(|c| !c.is_quiet()),
                        "{step:?} changes nothing"
                    );
                    prop_assert!(told.insert(*step), "{step:?} is told twice");
                }
            }
            for (leg, of) in path.legs.iter().enumerate() {
                for (change, _) in of.diff.changes.iter().enumerate().filter(|(_, c)| c.needs_word()) {
                    prop_assert!(told.contains(&Step { leg, change }), "leg {leg}, change {change} is lost");
                }
            }
            Ok(())
        })
    });
}

#[test]
fn each_net_change_of_words_has_steps_that_made_it() {
    law(CASES / 8, &row(), |versions| {
        on_the_way(&versions, |path, net| {
            let legs = path.legs_of_entries(net.changes.len());
            for (i, change) in net.changes.iter().enumerate().filter(|(_, c)| c.needs_word()) {
                prop_assert!(!legs[i].is_empty(), "nothing led to {change:?}");
                let threads = path.threads.iter().filter(|t| t.entries.contains(&i));
                prop_assert_eq!(threads.count(), 1, "{:?}", change);
            }
            Ok(())
        })
    });
}

#[test]
fn a_way_there_and_back_has_two_ends() {
    law(CASES / 8, &row(), |versions| {
        on_the_way(&versions, |path, _| {
            for excursion in path.changed_back() {
                // One leg alone undoes itself where the author's ids have it pair otherwise.
                let (there, back) = excursion.legs();
                prop_assert!(there < back || excursion.steps.len() > 1, "{excursion:?}");
                prop_assert!(excursion.steps.is_sorted() && path.clause(excursion.place).is_some());
            }
            for thread in &path.threads {
                prop_assert!(thread.steps.is_sorted());
                prop_assert!(thread.entries.is_empty() || path.clause(thread.place).is_some());
            }
            Ok(())
        })
    });
}
