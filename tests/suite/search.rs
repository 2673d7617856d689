//! The index of the search: it says of every word in which versions it stands, of no other word, and of
//! no version that is not shown.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use clauseline::load;
use clauseline::policy::history::{History, Status, history};
use clauseline::policy::search::clause_words;
use clauseline::policy::{Policy, Text};
use scraper::{Html, Selector};
use serde_json::Value;

use crate::program::{build, folder, path};

type Tree = BTreeMap<String, Vec<u8>>;
type Words = BTreeSet<String>;

fn json(site: &Tree, name: &str) -> Value {
    serde_json::from_slice(site.get(name).unwrap_or_else(|| panic!("no {name}"))).unwrap()
}

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap() as usize
}

/// The numbers that lie so many steps apart.
fn numbers(steps: &str) -> Vec<usize> {
    const DIGITS: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
    let (mut out, mut sum, mut step, mut place) = (Vec::new(), 0, 0, 1);
    for c in steps.chars() {
        let digit = DIGITS.find(c).unwrap();
        step += digit % 32 * place;
        place *= 32;
        if digit < 32 {
            sum += step;
            out.push(sum);
            (step, place) = (0, 1);
        }
    }
    out
}

/// Every word of the index with the passages that have it.
fn postings(site: &Tree) -> BTreeMap<String, Vec<usize>> {
    let shards = number(&json(site, "search/index.json")["shards"]);
    let mut all = BTreeMap::new();
    for shard in 0..shards {
        for (word, steps) in json(site, &format!("search/words/{shard}.json")).as_object().unwrap() {
            let before = all.insert(word.clone(), numbers(steps.as_str().unwrap()));
            assert!(before.is_none(), "`{word}` is in two files");
        }
    }
    all
}

/// A line of the index: its versions, and for each the words that the index finds in it.
struct Line {
    policy: String,
    language: String,
    versions: Vec<String>,
    found: Vec<Words>,
}

fn lines(site: &Tree) -> Vec<Line> {
    let index = json(site, "search/index.json");
    let postings = postings(site);
    let mut lines = Vec::new();
    for line in list(&index["lines"]) {
        let text = |key: &str| line[key].as_str().unwrap().to_owned();
        let (policy, language) = (text("policy"), text("language"));
        let rows = json(site, &format!("search/passages/{policy}/{language}.json"));
        let rows = list(&rows["passages"]);
        let first: Vec<usize> = list(&line["new"])
            .iter()
            .enumerate()
            .flat_map(|(version, count)| std::iter::repeat_n(version, number(count)))
            .collect();
        assert_eq!(first.len(), rows.len(), "{policy}");
        let beside = |n: usize| line["versions"][n][2].as_str().unwrap().contains(['d', 'w']);
        let versions: Vec<String> =
            list(&line["versions"]).iter().map(|v| v[0].as_str().unwrap().to_owned()).collect();
        let mut found = vec![Words::new(); versions.len()];
        let from = number(&line["from"]);
        for (word, passages) in &postings {
            for passage in passages.iter().filter_map(|p| p.checked_sub(from)).filter(|p| *p < rows.len()) {
                let (first, last) = (first[passage], number(&rows[passage][3]));
                for version in (first..=last).filter(|v| *v == first || !beside(*v)) {
                    found[version].insert(word.clone());
                }
            }
        }
        lines.push(Line { policy, language, versions, found });
    }
    lines
}

fn of_text(text: &Text) -> Words {
    text.clauses.iter().flat_map(clause_words).collect()
}

fn day(day: &str) -> NaiveDate {
    day.parse().unwrap()
}

fn policies(content: &Path) -> Vec<Arc<Policy>> {
    let loaded = load::content(content, Path::new("no-statics")).unwrap();
    loaded.policies
}

/// Each version's words as they stand in its text, and as the index has them.
#[track_caller]
fn holds(content: &Path, on: &str, drafts: bool) -> usize {
    let arguments: &[&str] = if drafts { &["--as-of", on, "--drafts"] } else { &["--as-of", on] };
    let site = build(content, arguments);
    let policies = policies(content);
    let histories: Vec<History<'_>> = policies.iter().map(|p| history(p, day(on), drafts)).collect();
    let lines = lines(&site);
    let mut checked = 0;
    for line in &lines {
        let history = histories.iter().find(|h| h.policy.id == line.policy).unwrap();
        let mut before = Words::new();
        for (n, id) in line.versions.iter().enumerate() {
            let release = history.releases.iter().find(|r| r.version.id == *id).unwrap();
            let controlling = history.policy.settings.controlling_language.0 == line.language;
            let text = if controlling {
                &release.version.text
            } else {
                &history.translations(release.version).find(|(l, _)| l.0 == line.language).unwrap().1.text
            };
            let want = of_text(text);
            let got = &line.found[n];
            if matches!(release.status, Status::Draft | Status::Withdrawn) {
                // Of what stands beside the line only what is new in it is told.
                assert!(got.is_subset(&want) && want.difference(&before).all(|w| got.contains(w)), "{id}");
            } else {
                assert_eq!(*got, want, "{}@{id} in {}", line.policy, line.language);
                before = want;
            }
            checked += 1;
        }
    }
    let shown: usize = histories.iter().map(|h| h.releases.len()).sum();
    let translated: usize =
        histories.iter().flat_map(|h| h.releases.iter().map(|r| h.translations(r.version).count())).sum();
    assert_eq!(checked, shown + translated, "a version is not in the index");
    checked
}

#[test]
fn the_index_says_in_which_versions_a_word_stands() {
    let small = path("tests/golden/small/content");
    assert_eq!(holds(&small, "2018-05-01", false), 8);
    assert_eq!(holds(&small, "2018-05-01", true), 9);
    assert!(holds(&small, "2030-01-01", false) > 8);
    assert!(holds(&path("content"), "2026-12-01", false) > 20);
}

#[test]
fn the_index_tells_of_nothing_that_is_not_shown() {
    let content = path("tests/golden/small/content");
    let words_of = |id: &str, others: bool| -> Words {
        let policies = policies(&content);
        let versions = policies.iter().flat_map(|p| &p.versions);
        versions.filter(|v| (v.id == id) != others).flat_map(|v| of_text(&v.text)).collect()
    };
    let indexed =
        |arguments: &[&str]| -> Words { postings(&build(&content, arguments)).into_keys().collect() };
    let before = indexed(&["--as-of", "2018-05-01"]);
    for (id, after) in [
        ("2019-01-01", indexed(&["--as-of", "2018-12-01"])),
        ("2020-01-01", indexed(&["--as-of", "2018-05-01", "--drafts"])),
    ] {
        let own: Words = words_of(id, false).difference(&words_of(id, true)).cloned().collect();
        assert!(!own.is_empty() && own.is_subset(&after), "{id}: {own:?}");
        assert!(own.is_disjoint(&before), "{id}: {own:?}");
    }
}

#[test]
fn passages_lead_to_clauses() {
    let site = build(&path("content"), &["--as-of", "2026-12-01"]);
    let index = json(&site, "search/index.json");
    let any = Selector::parse("[id]").unwrap();
    let ids = |name: String| -> BTreeSet<String> {
        let page = Html::parse_document(std::str::from_utf8(&site[&name]).unwrap());
        page.select(&any).map(|e| e.value().attr("id").unwrap().to_owned()).collect()
    };
    for line in list(&index["lines"]) {
        let (policy, language) = (line["policy"].as_str().unwrap(), line["language"].as_str().unwrap());
        let folder = if line["name"].is_string() { format!("{language}/") } else { String::new() };
        let versions = list(&line["versions"]);
        let pages: Vec<_> = versions
            .iter()
            .map(|v| ids(format!("{policy}/v/{}/{folder}index.html", v[0].as_str().unwrap())))
            .collect();
        let current = versions.iter().position(|v| v[2].as_str().unwrap().contains('f'));
        let file = json(&site, &format!("search/passages/{policy}/{language}.json"));
        let mut rows = list(&file["passages"]).iter();
        for (first, count) in list(&line["new"]).iter().enumerate() {
            for row in rows.by_ref().take(number(count)) {
                let (id, there) = (row[1].as_str().unwrap(), row[2].as_str().unwrap());
                assert!(pages[first].contains(if there.is_empty() { id } else { there }), "{policy}: {row}");
                if current.is_some_and(|c| first <= c && c <= number(&row[3])) {
                    assert!(pages[current.unwrap()].contains(id), "{policy}: {row}");
                }
                assert!(number(&row[0]) < list(&file["sections"]).len());
                let change = number(&row[4]);
                if change > 0 {
                    let (old, new) = (&versions[..first], versions[first][0].as_str().unwrap());
                    let old = old.iter().rfind(|v| !v[2].as_str().unwrap().contains(['d', 'w'])).unwrap();
                    let redline =
                        ids(format!("{policy}/compare/{}/{new}/index.html", old[0].as_str().unwrap()));
                    assert!(redline.contains(&format!("change-{change}")), "{policy}: {row}");
                }
            }
        }
    }
}

/// What was reworded, moved, taken out and put back.
#[test]
fn a_wording_is_known_through_the_versions() {
    let version = |day: &str, text: &str| {
        (format!("p/{day}.md"), format!("---\neffective: {day}\naction: none\n---\n{text}"))
    };
    let files = [
        ("site.yaml".to_owned(), "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n".to_owned()),
        ("p/policy.yaml".to_owned(), "title: P\n".to_owned()),
        version(
            "2001-01-01",
            "## Data\n\nWe keep your biometric scan for a year.\n\nWe sell nothing to anybody, ever.\n",
        ),
        // Only typography and the place are others.
        version(
            "2002-01-01",
            "## Data\n\nWe sell nothing to anybody, ever.\n\nWe keep your *biometric* scan for a year.\n",
        ),
        // Reworded.
        version(
            "2003-01-01",
            "## Data\n\nWe sell nothing to anybody, ever.\n\nWe keep your biometric scan for two years.\n",
        ),
        version("2004-01-01", "## Data\n\nWe sell nothing to anybody, ever.\n"),
        version(
            "2005-01-01",
            "## Data\n\nWe sell nothing to anybody, ever.\n\nYour biometric scan is ours.\n",
        ),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let site = build(folder(&files).path(), &["--as-of", "2006-01-01"]);
    let rows = json(&site, "search/passages/p/en.json");
    let biometric = &postings(&site)["biometric"];
    let told: Vec<String> = biometric.iter().map(|p| rows["passages"][*p].to_string()).collect();
    assert_eq!(
        told,
        [r#"[0,"data.2","data.1",1,0,0]"#, r#"[0,"data.2","",2,1,2]"#, r#"[0,"data.2","",4,1,0]"#],
        "{rows}"
    );
    assert_eq!(postings(&site)["sell"].len(), 1);
}
