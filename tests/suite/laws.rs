//! What holds for every text and every pair of texts, tried on thousands of random ones.
//!
//! The cases are the same in every run, so that a build does not fail by chance. To look for new
//! ones: `CLAUSELINE_LAWS=100000 cargo test laws` tries that many of fresh ones and keeps those that
//! fail beside this file, to be tried first ever after.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::Path;

use clauseline::diagnostic::Diagnostic;
use clauseline::load;
use clauseline::policy::diff::{Beside, Change, Class, Diff, Op, Relation, diff, joined};
use clauseline::policy::history::{Comparison, history};
use clauseline::policy::links::Targets;
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::signals::{Signal, SignalKind};
use clauseline::policy::words::Lexicon;
use clauseline::policy::{Clause, ClauseKind, Language, Style, Text};
use clauseline::site::{self, Overrides, Page, Site, diff_json, html, redline};
use proptest::prelude::*;
use proptest::test_runner::{Config, FileFailurePersistence, RngSeed, TestCaseError, TestRunner};

use crate::json;

mod days;
mod documents;
mod lives;
mod paths;
mod relations;

use documents::{document, heap, versions};

/// Tries a law on random cases.
#[track_caller]
fn law<S>(cases: u32, strategy: &S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>)
where
    S: Strategy,
    S::Value: std::fmt::Debug + Clone,
{
    let wanted = std::env::var("CLAUSELINE_LAWS").ok().map(|n| n.parse::<u32>().expect("a number of cases"));
    let config = Config {
        cases: wanted.unwrap_or(cases),
        rng_seed: if wanted.is_some() { RngSeed::Random } else { RngSeed::Fixed(20_180_515) },
        source_file: Some(file!()),
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))),
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    if let Err(error) = TestRunner::new(config).run(strategy, holds) {
        panic!("{error}");
    }
}

const CASES: u32 = 10_000;

fn read(markdown: &str) -> Text {
    parse(markdown, 0..markdown.len(), Options { imported: true }).0
}

/// A text of any sort: a policy, or a heap of marks.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![1 => document().prop_map(|d| d.markdown()), 1 => heap()]
}

fn on_boundaries(text: &str, range: &Range<usize>) -> bool {
    range.start <= range.end && text.get(range.clone()).is_some()
}

#[test]
fn everything_a_parser_says_lies_in_the_file() {
    const FRONT: &str = "---\neffective: 2018-05-15 # é\n---\n";
    law(CASES, &(any_text(), any::<bool>(), any::<bool>()), |(body, front, imported)| {
        let file = if front { format!("{FRONT}{body}") } else { body };
        let start = if front { FRONT.len() } else { 0 };
        let (text, found) = parse(&file, start..file.len(), Options { imported });
        for Clause { id, span, .. } in &text.clauses {
            prop_assert!(on_boundaries(&file, span) && span.start >= start, "{id}: {span:?}");
        }
        for Diagnostic { code, span, .. } in &found {
            prop_assert!(on_boundaries(&file, span) && span.start >= start, "{code}: {span:?}");
        }
        Ok(())
    });
}

#[test]
fn marks_lie_on_words_in_order() {
    law(CASES, &any_text(), |markdown| {
        for Clause { id, content, .. } in &read(&markdown).clauses {
            let mut last = (0, std::cmp::Reverse(usize::MAX));
            for mark in &content.marks {
                prop_assert!(on_boundaries(&content.text, &mark.range), "{id}: {mark:?}");
                prop_assert_eq!(mark.range.is_empty(), mark.style.is_point(), "{}: {:?}", id, mark);
                let place = (mark.range.start, std::cmp::Reverse(mark.range.end));
                prop_assert!(last <= place, "{id}: {mark:?} out of order");
                last = place;
            }
            prop_assert!(content.text.get(..content.number_len).is_some(), "{id}: number");
        }
        Ok(())
    });
}

#[test]
fn addresses_are_unique_and_sections_tile_the_text() {
    law(CASES, &any_text(), |markdown| {
        let text = read(&markdown);
        let mut ids = BTreeSet::new();
        for clause in &text.clauses {
            prop_assert!(!clause.id.is_empty() && ids.insert(&clause.id), "`{}` is given twice", clause.id);
        }
        let mut end = 0;
        for (i, section) in text.sections.iter().enumerate() {
            prop_assert_eq!(section.clauses.start, end, "section {} leaves a gap", i);
            prop_assert!(section.clauses.end > end, "section {i} is empty");
            end = section.clauses.end;
            prop_assert!(text.clauses[section.clauses.clone()].iter().all(|c| c.section == i));
            prop_assert!(section.parent.is_none_or(|p| p < i && text.sections[p].depth < section.depth));
            prop_assert!(section.heading.is_none_or(|h| h == section.clauses.start));
            if let Some(heading) = section.heading {
                prop_assert!(matches!(text.clauses[heading].kind, ClauseKind::Heading(_)));
                prop_assert_eq!(&text.clauses[heading].id, &section.id);
            }
        }
        prop_assert_eq!(end, text.clauses.len());
        Ok(())
    });
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    law(CASES, &(document(), 0..4usize), |(document, newlines)| {
        let unix = documents::Document { crlf: false, ..document }.markdown();
        let plain = read(&unix);
        let other = unix.replace('\n', "\r\n") + &"\r\n".repeat(newlines);
        let windows = read(&other);
        prop_assert_eq!(&plain.digest, &windows.digest);
        prop_assert_eq!(&plain.canonical, &windows.canonical);
        prop_assert_eq!(&plain.digest, &read(&format!("\u{feff}{unix}")).digest);
        prop_assert_eq!(seen(&plain), seen(&windows));
        Ok(())
    });
}

/// What a reader can tell of a text.
fn seen(text: &Text) -> Vec<(&str, &str, usize)> {
    text.clauses.iter().map(|c| (c.id.as_str(), c.content.text.as_str(), c.content.marks.len())).collect()
}

#[test]
fn accepting_gives_the_new_text_and_rejecting_the_old() {
    law(CASES, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let found = diff(&old, &new, &BTreeMap::new());
        prop_assert_eq!(found.proof(&old, &new), Ok(found.changes.len()));
        for change in &found.changes {
            let (before, after) = (joined(&old, &change.old), joined(&new, &change.new));
            let (rejected, accepted) = replay(change, &before, &after)?;
            prop_assert_eq!(&rejected, &before, "reject all");
            prop_assert_eq!(&accepted, &after, "accept all");
        }
        Ok(())
    });
}

/// Follows the steps of a change without trusting the proof in the program: what is kept must be
/// the same words on both sides.
fn replay(change: &Change, before: &str, after: &str) -> Result<(String, String), TestCaseError> {
    let (mut rejected, mut accepted) = (String::new(), String::new());
    let piece = |text: &str, range: &Range<usize>| text.get(range.clone()).map(str::to_owned);
    for op in &change.ops {
        match op {
            Op::Keep { old, new } => {
                let (Some(a), Some(b)) = (piece(before, old), piece(after, new)) else {
                    return Err(TestCaseError::fail(format!("{op:?} is not in the text")));
                };
                let spelt = change.classes.contains(&Class::Typography);
                prop_assert!(a == b || spelt, "kept `{a}` as `{b}` without a word on it");
                if a != b {
                    let mut lexicon = Lexicon::default();
                    let mut words = |s: &str| lexicon.tokens(s).iter().map(|t| t.key).collect::<Vec<_>>();
                    prop_assert_eq!(words(&a), words(&b), "kept `{}` as `{}`", a, b);
                }
                rejected.push_str(&a);
                accepted.push_str(&b);
            }
            Op::Delete(range) => {
                prop_assert!(!range.is_empty(), "an empty deletion");
                rejected.push_str(&piece(before, range).unwrap_or_default());
            }
            Op::Insert(range) => {
                prop_assert!(!range.is_empty(), "an empty insertion");
                accepted.push_str(&piece(after, range).unwrap_or_default());
            }
        }
    }
    Ok((rejected, accepted))
}

/// From the document alone, as a service has it, with nothing but what it says of typography.
#[test]
fn a_diff_document_rebuilds_both_texts() {
    law(CASES, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &Language("en".to_owned()));
        let document = diff_json::document(&comparison, &redline::numbers(&comparison), 0, None);
        let document = serde_json::to_value(document).expect("it is JSON");
        for (clause, change) in
            document["clauses"].as_array().into_iter().flatten().zip(&comparison.diff.changes)
        {
            let wanted = (joined(&old, &change.old), joined(&new, &change.new));
            prop_assert_eq!(json::rebuilt(clause), wanted, "{}", clause);
        }
        Ok(())
    });
}

#[test]
fn every_clause_is_in_one_change() {
    law(CASES, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let found = diff(&old, &new, &BTreeMap::new());
        let side = |of: fn(&Change) -> &Vec<usize>| {
            let mut all: Vec<usize> = found.changes.iter().flat_map(|c| of(c).clone()).collect();
            all.sort_unstable();
            all
        };
        prop_assert_eq!(side(|c| &c.old), (0..old.clauses.len()).collect::<Vec<_>>());
        prop_assert_eq!(side(|c| &c.new), (0..new.clauses.len()).collect::<Vec<_>>());
        let firsts: Vec<usize> = found.changes.iter().filter_map(|c| c.new.first().copied()).collect();
        prop_assert!(firsts.is_sorted(), "not in the order of the new text");
        found.changes.iter().try_for_each(relation_fits)
    });
}

/// Relations, classes and words agree with one another.
fn relation_fits(change: &Change) -> Result<(), TestCaseError> {
    let words = [Class::Wording, Class::Date, Class::Case].iter().any(|c| change.classes.contains(c));
    // Where clauses were split or joined, only the space between them may have changed.
    let parted = matches!(change.relation, Relation::Split | Relation::Merged);
    let words = words || (parted && change.classes.contains(&Class::Formatting));
    let steps = change.ops.iter().any(|op| !matches!(op, Op::Keep { .. }));
    // A number that changed is deleted and inserted too, and is no word.
    prop_assert!(words == steps || (steps && change.classes.contains(&Class::Numbering)), "{:?}", change);
    let fits = match (change.relation, change.old.len(), change.new.len()) {
        (Relation::Added, 0, 1) | (Relation::Removed, 1, 0) => steps || change.ops.is_empty(),
        (Relation::Unchanged, 1, 1) => !words && !change.moved,
        (Relation::Moved, 1, 1) => !words && change.moved,
        (Relation::Modified, 1, 1) => words || change.classes.contains(&Class::Link),
        (Relation::Renamed, 1, 1) => words,
        (Relation::Split, 1, n) => n > 1,
        (Relation::Merged, n, 1) => n > 1,
        _ => false,
    };
    prop_assert!(fits, "{:?}", change);
    for Beside { class, old, new, .. } in &change.beside {
        prop_assert!(old != new, "{class:?} from `{old}` to itself");
        prop_assert!(change.classes.contains(class), "{class:?} is beside but not among the classes");
    }
    Ok(())
}

#[test]
fn a_text_is_the_same_as_itself() {
    law(CASES, &any_text(), |markdown| {
        let text = read(&markdown);
        for change in diff(&text, &text, &BTreeMap::new()).changes {
            prop_assert_eq!(change.relation, Relation::Unchanged, "{:?}", change);
            prop_assert!(!change.moved && change.classes.is_empty() && change.words == (0, 0), "{change:?}");
            prop_assert_eq!(&change.old, &change.new);
        }
        Ok(())
    });
}

#[test]
fn what_an_author_cannot_mean_as_a_change_is_none() {
    law(CASES, &document(), |document| {
        let old = read(&document.markdown());
        let rewritten = [documents::Edit::Rewrap, documents::Edit::Bullet, documents::Edit::LineEnds]
            .iter()
            .fold(document, |document, edit| document.edited(edit));
        let new = read(&rewritten.markdown());
        let Diff { changes } = diff(&old, &new, &BTreeMap::new());
        for change in changes {
            prop_assert!(change.is_quiet() && change.classes.is_empty(), "{change:?}");
        }
        Ok(())
    });
}

#[test]
fn the_same_texts_give_the_same_diff() {
    law(CASES, &versions(), |(old, new)| {
        let twice = || diff(&read(&old), &read(&new), &BTreeMap::new());
        prop_assert_eq!(twice(), twice());
        Ok(())
    });
}

/// Compares two texts as the pages do.
fn compared<'a>(old: &'a Text, new: &'a Text) -> Comparison<'a> {
    Comparison::new((old, new), &BTreeMap::new(), &[], &Language("en".to_owned()))
}

/// What signals say stands in the texts: in their words, or behind their links and pictures.
#[test]
fn signals_quote_the_texts() {
    law(CASES / 4, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let comparison = compared(&old, &new);
        prop_assert_eq!(comparison.signals.len(), comparison.diff.changes.len());
        let says = |text: &Text, clauses: &[usize], words: &str| {
            let target = |style: &Style| match style {
                Style::Link(target) | Style::Image { src: target, .. } => target.contains(words),
                Style::FootnoteRef(label) => label.contains(words),
                _ => false,
            };
            let marks = clauses.iter().flat_map(|c| &text.clauses[*c].content.marks);
            joined(text, clauses).contains(words) || marks.into_iter().any(|m| target(&m.style))
        };
        for (change, signals) in comparison.diff.changes.iter().zip(&comparison.signals) {
            for signal in signals {
                // A term defined otherwise has the same name; a clause may have no words at all.
                let same = matches!(signal.kind, SignalKind::Term | SignalKind::Added | SignalKind::Removed);
                prop_assert!(signal.old != signal.new || same, "{signal:?}");
                // A definition may have moved here from a clause that another became.
                if signal.kind != SignalKind::Term {
                    prop_assert!(says(&old, &change.old, &signal.old), "{signal:?} is not in the old text");
                    prop_assert!(says(&new, &change.new, &signal.new), "{signal:?} is not in the new text");
                }
            }
        }
        Ok(())
    });
}

#[test]
fn what_did_not_change_has_no_signals() {
    law(CASES / 4, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let comparison = compared(&old, &new);
        for (change, signals) in comparison.diff.changes.iter().zip(&comparison.signals) {
            prop_assert!(change.needs_word() || signals.is_empty(), "{:?}: {:?}", change, signals);
        }
        let again = compared(&old, &new);
        prop_assert_eq!(&comparison.signals, &again.signals);
        prop_assert_eq!(&comparison.definitions, &again.definitions);
        prop_assert_eq!(&comparison.renamed, &again.renamed);
        let same = compared(&old, &old);
        prop_assert!(same.signals.iter().all(Vec::is_empty), "{:?}", same.signals);
        prop_assert!(same.definitions.is_empty() && same.renamed.is_empty());
        Ok(())
    });
}

/// Wherever a clause has fewer negations than it had, one is told as gone or as another.
#[test]
fn no_negation_is_lost_unnoticed() {
    let count = |text: &str| {
        let words = Lexicon::default().tokens(text);
        words.iter().filter(|t| &text[t.range.clone()] == "not").count()
    };
    law(CASES / 4, &versions(), |(old, new)| {
        let (old, new) = (read(&old), read(&new));
        let comparison = compared(&old, &new);
        for (change, signals) in comparison.diff.changes.iter().zip(&comparison.signals) {
            let (before, after) = (joined(&old, &change.old), joined(&new, &change.new));
            let numbered = |text: &Text, clauses: &[usize]| {
                clauses.iter().any(|c| text.clauses[*c].content.number_len > 0)
            };
            if count(&before) > count(&after) && !numbered(&old, &change.old) {
                let told = |s: &Signal| s.kind == SignalKind::Negation && !s.old.is_empty();
                prop_assert!(signals.iter().any(told), "`{before}` → `{after}`: {signals:?}");
            }
        }
        Ok(())
    });
}

fn rendered(text: &Text) -> String {
    let links = html::Links {
        targets: &Targets::default().with_pictures(["seal.png".to_owned()]),
        policy: "privacy",
        page: "privacy/",
        base_url: "https://policies.example.org/",
        root: "",
        whole: "",
    };
    html::text(
        text,
        links,
        html::Labels { permalink: "Link", table: "Table", footnotes: "Footnotes" },
        &html::Apparatus::default(),
    )
}

#[test]
fn html_is_balanced_and_does_nothing() {
    law(CASES, &any_text(), |markdown| {
        let text = read(&markdown);
        let html = rendered(&text);
        prop_assert_eq!(written_tags(&html), parsed_tags(&html), "a browser reads other elements:\n{}", html);
        let page = scraper::Html::parse_fragment(&html);
        let mut ids = BTreeSet::new();
        for element in page.root_element().descendent_elements() {
            let name = element.value().name();
            prop_assert!(!["script", "style", "iframe", "object"].contains(&name), "<{name}>:\n{html}");
            for (attribute, value) in element.value().attrs() {
                prop_assert!(!attribute.starts_with("on"), "{attribute}=");
                if attribute == "id" {
                    prop_assert!(ids.insert(value), "the id `{value}` is given twice:\n{html}");
                }
                if ["href", "src"].contains(&attribute) {
                    let scheme: String =
                        value.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect();
                    let scheme = scheme.to_lowercase();
                    prop_assert!(
                        !["javascript:", "data:", "vbscript:"].iter().any(|s| scheme.starts_with(s)),
                        "{attribute}={value}"
                    );
                }
            }
        }
        for clause in &text.clauses {
            prop_assert!(ids.contains(clause.id.as_str()), "no place for `{}`:\n{}", clause.id, html);
        }
        Ok(())
    });
}

/// Elements as they are opened and closed in a text that was written with care.
fn written_tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    for piece in html.split('<').skip(1) {
        let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '/').collect();
        if name != "br" && name != "img" {
            tags.push(name);
        } else {
            tags.extend([name.clone(), format!("/{name}")]);
        }
    }
    tags
}

/// Elements as a browser opens and closes them.
fn parsed_tags(html: &str) -> Vec<String> {
    fn walk(element: scraper::ElementRef<'_>, tags: &mut Vec<String>) {
        for child in element.child_elements() {
            tags.push(child.value().name().to_owned());
            walk(child, tags);
            tags.push(format!("/{}", child.value().name()));
        }
    }
    let mut tags = Vec::new();
    walk(scraper::Html::parse_fragment(html).root_element(), &mut tags);
    tags
}

/// The files of a content folder.
const FILES: [(&str, &str); 10] = [
    ("site.yaml", "title: Policies\nbase_url: https://policies.example.org/\ntime_zone: America/New_York\n"),
    ("privacy/policy.yaml", "title: Privacy\ncompare: all\n"),
    ("privacy/2016-01-01.md", "---\neffective: 2016-01-01\n---\n## Data {#data}\n\nWe keep data.\n"),
    (
        "privacy/2017-01-01.md",
        "---\neffective: 2017-01-01\naction: none\n---\n## Data {#data}\n\nWe keep data for 30 days.\n",
    ),
    (
        "privacy/2017-01-01.es.md",
        "---\ntitle: Privacidad\n---\n## Datos {#data}\n\nGuardamos datos por 30 días.\n",
    ),
    (
        "privacy/2018-01-01.md",
        "---\neffective: 2018-01-01\naction: notice\n---\n## Data {#data}\n\nWe keep data for 90 days.\n\nWe share none.\n",
    ),
    ("cookies/policy.yaml", "title: Cookies\n"),
    ("cookies/2017-01-01.md", "---\neffective: 2017-01-01\n---\nSee [privacy](../privacy/#data).\n"),
    ("terms/policy.yaml", "title: Terms\n"),
    ("terms/2018-01-01.md", "---\neffective: 2018-01-01\n---\nBe kind.\n"),
];

#[test]
fn the_order_of_files_on_the_disk_changes_nothing() {
    let wanted = pages(&FILES);
    assert!(wanted.len() > 20, "the site is not there");
    let order = Just(FILES.to_vec()).prop_shuffle().prop_filter("shuffled", |files| files[..] != FILES);
    law(64, &order, |files| {
        prop_assert!(pages(&files) == wanted, "another site from the same files");
        Ok(())
    });
}

/// The site of files that are written in this order.
fn pages(files: &[(&str, &str)]) -> Vec<Page> {
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    for (path, text) in files {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new(""))).expect("a folder can be made");
        fs::write(path, text).expect("a file can be written");
    }
    let loaded = load::content(place.path(), &place.path().join("static")).expect("the folder can be read");
    assert_eq!(loaded.report.errors(), 0, "{}", loaded.report.human(false));
    let settings = loaded.site.expect("the site is set up");
    let today = "2018-06-01".parse().expect("a day");
    let site = Site::new(settings, &loaded.policies, &loaded.events, today, false, Overrides::default());
    let site = site.expect("the templates load");
    let mut pages = Vec::new();
    let mut summaries = Vec::new();
    for policy in &loaded.policies {
        let (more, summary) = site::policy(&site, &history(policy, today, false), &[]).expect("it renders");
        pages.extend(more);
        summaries.extend(summary);
    }
    pages.extend(site::whole(&site, summaries).expect("it renders"));
    pages
}
