//! What holds for the lives of sections through every row of versions.

use std::collections::{BTreeMap, BTreeSet};

use clauseline::policy::Text;
use clauseline::policy::diff::{Diff, diff};
use clauseline::policy::lineage::{Fate, Kin, Lineage, Member, Place};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::documents::row;
use super::{CASES, law, read};

/// Reads a row of versions, follows their sections, and asks.
fn through(
    versions: &[String],
    holds: impl Fn(&Lineage<'_>, &[Text], &[Diff]) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let texts: Vec<Text> = versions.iter().map(|v| read(v)).collect();
    let diffs: Vec<Diff> = texts.windows(2).map(|w| diff(&w[0], &w[1], &BTreeMap::new())).collect();
    let from = |m: usize| m.checked_sub(1).map(|before| (before, &diffs[before]));
    let members = texts.iter().enumerate().map(|(m, text)| Member { text, from: from(m) });
    holds(&Lineage::new(members.collect()), &texts, &diffs)
}

#[test]
fn each_clause_is_in_a_line_of_its_own_and_goes_on_in_it() {
    law(CASES / 8, &row(), |versions| {
        through(&versions, |lineage, texts, diffs| {
            for (m, text) in texts.iter().enumerate() {
                let lines: Vec<Option<usize>> = (0..text.clauses.len()).map(|c| lineage.line(m, c)).collect();
                prop_assert!(lines.iter().all(Option::is_some));
                prop_assert_eq!(lines.iter().collect::<BTreeSet<_>>().len(), lines.len(), "two share a line");
            }
            for (m, diff) in diffs.iter().enumerate() {
                let kept: BTreeMap<usize, usize> =
                    diff.changes.iter().filter_map(|c| Some((*c.new.first()?, *c.old.first()?))).collect();
                for clause in 0..texts[m + 1].clauses.len() {
                    let line = lineage.line(m + 1, clause);
                    match kept.get(&clause) {
                        Some(old) => prop_assert_eq!(line, lineage.line(m, *old)),
                        None => {
                            let known = (0..=m)
                                .any(|b| (0..texts[b].clauses.len()).any(|c| lineage.line(b, c) == line));
                            prop_assert!(
                                !known,
                                "clause {clause} of text {} is new, and its line is not",
                                m + 1
                            );
                        }
                    }
                }
            }
            Ok(())
        })
    });
}

#[test]
fn fates_agree_with_the_diffs_and_wordings_fill_the_time() {
    law(CASES / 8, &row(), |versions| {
        through(&versions, |lineage, texts, diffs| {
            let line: Vec<usize> = (0..texts.len()).collect();
            for life in &lineage.lives {
                let mut filled = BTreeSet::new();
                let mut ended = 0;
                for wording in life.wordings(&line) {
                    let until = wording.until.unwrap_or(texts.len());
                    prop_assert!(ended <= wording.from && wording.from < until, "{wording:?} of {life:?}");
                    ended = until;
                    filled.extend(wording.from..until);
                    let quiet = (wording.from + 1..until).all(|m| life.stages[m].fate == Fate::Same);
                    prop_assert!(quiet, "{wording:?} of {life:?}");
                }
                let stands: BTreeSet<usize> =
                    line.iter().copied().filter(|m| life.stages[*m].place.is_some()).collect();
                prop_assert_eq!(filled, stands, "{:?}", life);
                for (m, stage) in life.stages.iter().enumerate() {
                    // What says the same is told of where it passed from one section to another.
                    let around = |m: usize, clauses: &[usize]| -> BTreeSet<Option<usize>> {
                        clauses.iter().map(|c| lineage.life_around(m, *c)).collect()
                    };
                    let told = stage.changes.iter().all(|c| {
                        let c = &diffs[m - 1].changes[*c];
                        !c.is_quiet() || around(m - 1, &c.old) != around(m, &c.new)
                    });
                    prop_assert!(told, "{stage:?}");
                    prop_assert!(stage.fate != Fate::Same || stage.changes.is_empty());
                }
            }
            // No change of a text is in no section's life.
            for (m, diff) in diffs.iter().enumerate() {
                let told: BTreeSet<usize> =
                    lineage.lives.iter().flat_map(|l| l.stages[m + 1].changes.clone()).collect();
                for (change, _) in diff.changes.iter().enumerate().filter(|(_, c)| !c.is_quiet()) {
                    prop_assert!(
                        told.contains(&change),
                        "change {change} of text {} is told of nobody",
                        m + 1
                    );
                }
            }
            Ok(())
        })
    });
}

#[test]
fn every_section_is_found_by_its_id_and_kin_know_each_other() {
    law(CASES / 8, &row(), |versions| {
        through(&versions, |lineage, texts, _| {
            let ids = lineage.ids();
            for (m, text) in texts.iter().enumerate() {
                for section in text.sections.iter().filter(|s| !s.clauses.is_empty()) {
                    prop_assert!(ids.contains_key(section.id.as_str()), "{}", section.id);
                    let life = lineage.life_around(m, section.clauses.start);
                    prop_assert!(
                        life.is_some_and(|l| ids[section.id.as_str()].contains(&l)),
                        "{}",
                        section.id
                    );
                }
                for life in 0..lineage.lives.len() {
                    let section =
                        matches!(lineage.lives[life].stages[m].place, Some(Place::Section(_)) | None);
                    for (kin, _) in lineage.kin(m, life).into_iter().filter(|_| section) {
                        let (other, back) = match kin {
                            Kin::From(other) => (other, Kin::To(life)),
                            Kin::To(other) => (other, Kin::From(life)),
                        };
                        prop_assert!(
                            lineage.kin(m, other).contains_key(&back),
                            "{life} says {kin:?} of text {m}"
                        );
                    }
                }
            }
            Ok(())
        })
    });
}
