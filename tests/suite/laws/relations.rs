//! What is told of an edit that is known: texts of sections with two-sentence paragraphs, one thing
//! done to them, and what has to be said of it. And relations that were fixed are obeyed.

use std::collections::BTreeMap;

use clauseline::policy::align::{Group, Relations};
use clauseline::policy::diff::{Diff, Relation, diff, diff_sealed};
use clauseline::site::diff_json;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::documents::versions;
use super::{CASES, law, read};

/// A section: its title, and its paragraphs, each of two sentences.
type Sections = Vec<(String, Vec<[String; 2]>)>;

const COMMON: [&str; 8] = ["the", "of", "and", "you", "we", "to", "your", "may"];

/// A sentence: every second word stands everywhere, the others hardly anywhere.
fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(
        (0..COMMON.len(), "[b-df-hj-np-tv-z][aeiou][b-df-hj-np-tv-z]{1,2}[aeiou]{1,2}[nrst]"),
        4..9,
    )
    .prop_map(|words| {
        let words: Vec<String> = words.into_iter().flat_map(|(c, w)| [COMMON[c].to_owned(), w]).collect();
        let text = words.join(" ");
        format!("{}{}.", text[..1].to_uppercase(), &text[1..])
    })
}

fn sections() -> impl Strategy<Value = Sections> {
    let paragraph = [sentence(), sentence()];
    let title = sentence().prop_map(|s| s.trim_end_matches('.').to_owned());
    prop::collection::vec((title, prop::collection::vec(paragraph, 3..6)), 3..6)
}

fn markdown(sections: &Sections) -> String {
    let section = |(title, paragraphs): &(String, Vec<[String; 2]>)| {
        let paragraphs: Vec<String> = paragraphs.iter().map(|p| p.join(" ")).collect();
        format!("## {title}\n\n{}\n", paragraphs.join("\n\n"))
    };
    sections.iter().map(section).collect::<Vec<_>>().join("\n")
}

/// What was said of all that did not stay: how often each relation, `true` where it moved.
fn told(old: &str, new: &str) -> Vec<(Relation, bool)> {
    let (old, new) = (read(old), read(new));
    let changes = diff(&old, &new, &BTreeMap::new()).changes;
    let mut told: Vec<_> = changes.iter().filter(|c| !c.is_quiet()).map(|c| (c.relation, c.moved)).collect();
    told.sort_unstable();
    told
}

/// Does one thing to a text (`at` tells where) and expects what is told of it.
#[track_caller]
fn edit(does: impl Fn(&mut Sections, usize, usize) -> Vec<(Relation, bool)>) {
    law(
        CASES / 20,
        &(sections(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        |(old, s, p)| {
            let mut new = old.clone();
            let section = s.index(old.len());
            let mut wanted = does(&mut new, section, p.index(old[section].1.len()));
            wanted.sort_unstable();
            prop_assert_eq!(
                told(&markdown(&old), &markdown(&new)),
                wanted,
                "{}\n=====\n{}",
                markdown(&old),
                markdown(&new)
            );
            Ok(())
        },
    );
}

#[test]
fn a_paragraph_that_goes_is_removed() {
    edit(|text, s, p| {
        text[s].1.remove(p);
        vec![(Relation::Removed, false)]
    });
}

#[test]
fn a_paragraph_in_another_section_moved() {
    edit(|text, s, p| {
        let moved = text[s].1.remove(p);
        let to = (s + 1) % text.len();
        text[to].1.insert(1, moved);
        vec![(Relation::Moved, true)]
    });
}

#[test]
fn a_paragraph_that_moved_and_changed_is_both() {
    edit(|text, s, p| {
        let [first, second] = text[s].1.remove(p);
        let to = (s + 1) % text.len();
        text[to].1.insert(1, [first.replacen(' ', " truly ", 1), second]);
        vec![(Relation::Modified, true)]
    });
}

#[test]
fn a_sentence_that_is_replaced_is_a_change_of_its_clause() {
    edit(|text, s, p| {
        text[s].1[p][1] = "Nothing else xanpo will quorfle about it, ever.".to_owned();
        vec![(Relation::Modified, false)]
    });
}

#[test]
fn a_heading_with_other_words_is_renamed() {
    edit(|text, s, _| {
        text[s].0 = "Quorfle".to_owned();
        vec![(Relation::Renamed, false)]
    });
}

#[test]
fn one_paragraph_made_two_is_split_and_back_merged() {
    let cut = |text: &Sections, s: usize, p: usize| {
        let [first, second] = &text[s].1[p];
        let whole = markdown(text);
        (whole.replacen(&format!("{first} {second}"), &format!("{first}\n\n{second}"), 1), whole)
    };
    law(
        CASES / 20,
        &(sections(), any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        |(text, s, p)| {
            let section = s.index(text.len());
            let (parts, whole) = cut(&text, section, p.index(text[section].1.len()));
            prop_assert_eq!(
                told(&whole, &parts),
                vec![(Relation::Split, false)],
                "{}\n=====\n{}",
                whole,
                parts
            );
            prop_assert_eq!(
                told(&parts, &whole),
                vec![(Relation::Merged, false)],
                "{}\n=====\n{}",
                parts,
                whole
            );
            Ok(())
        },
    );
}

#[test]
fn the_last_section_first_is_a_section_that_moved() {
    law(CASES / 20, &sections(), |old| {
        let mut new = old.clone();
        new.rotate_right(1);
        let told = told(&markdown(&old), &markdown(&new));
        prop_assert!(told.iter().all(|t| *t == (Relation::Moved, true)), "{told:?}");
        // Whichever is told to have moved, it is no more than the lighter side.
        prop_assert!(told.len() <= old.iter().map(|s| s.1.len() + 1).sum::<usize>() / 2 + 6, "{told:?}");
        Ok(())
    });
}

/// The relations of a diff.
fn relations_of(found: &Diff) -> Vec<Group> {
    let group = |c: &clauseline::policy::diff::Change| Group {
        old: c.old.clone(),
        new: c.new.clone(),
        moved: c.moved,
    };
    found.changes.iter().map(group).collect()
}

#[test]
fn relations_that_were_fixed_are_obeyed() {
    law(CASES / 4, &(versions(), any::<prop::sample::Index>()), |((old, new), shift)| {
        let (old, new) = (read(&old), read(&new));
        let (o, n) = (old.clauses.len(), new.clauses.len());
        let found = diff(&old, &new, &BTreeMap::new());
        let fixed =
            Relations::new(relations_of(&found), o, n).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert!(diff_sealed(&old, &new, &fixed).as_ref() == Some(&found), "drawn otherwise");
        // Whatever they say: each old clause is the new one some places on.
        let shift = shift.index(n.max(1));
        let pairs = (0..o.max(n)).map(|i| Group {
            old: if i < o { vec![i] } else { vec![] },
            new: if i < n { vec![(i + shift) % n] } else { vec![] },
            moved: i % 3 == 0,
        });
        let odd = Relations::new(pairs.collect(), o, n).map_err(|e| TestCaseError::fail(e.to_string()))?;
        let Some(drawn) = diff_sealed(&old, &new, &odd) else { return Err(TestCaseError::fail("not drawn")) };
        prop_assert_eq!(drawn.proof(&old, &new), Ok(drawn.changes.len()));
        for change in &drawn.changes {
            if let ([a], [b]) = (change.old.as_slice(), change.new.as_slice()) {
                prop_assert_eq!((a + shift) % n, *b);
                prop_assert_eq!(change.moved, a % 3 == 0);
            }
        }
        prop_assert!(diff_sealed(&new, &old, &fixed).is_none() || o == n, "relations of other texts");
        Ok(())
    });
}

#[test]
fn relations_go_through_the_document() {
    use clauseline::policy::Language;
    use clauseline::policy::history::Comparison;
    law(CASES / 20, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &Language("en".to_owned()));
        let document = diff_json::document(&comparison, &vec![None; comparison.diff.changes.len()], 0, None);
        let json = serde_json::to_string(&document).expect("it is JSON");
        let fixed = diff_json::relations(&json, &old, &new).map_err(|d| TestCaseError::fail(d.message))?;
        prop_assert_eq!(diff_sealed(&old, &new, &fixed), Some(comparison.diff));
        Ok(())
    });
}
