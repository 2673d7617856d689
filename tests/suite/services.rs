//! What services are told: where a policy stands, what is owed to whom, what was decided; and that they can
//! rely on it from day to day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use chrono::{DateTime, Days, NaiveDate};
use clauseline::load;
use clauseline::policy::events::{Event, What};
use clauseline::policy::history::Materiality;
use clauseline::site::{Overrides, Site as Pages, log};
use serde_json::Value;

use crate::program::{Run, build, clauseline, folder, school, small, tree, write};

type Site = BTreeMap<String, Vec<u8>>;

fn value(site: &Site, name: &str) -> Value {
    let bytes = site.get(name).unwrap_or_else(|| panic!("there is no {name}"));
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn list<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value[key].as_array().unwrap_or_else(|| panic!("no list `{key}` in {value}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

fn instant(value: &Value, key: &str) -> DateTime<chrono::FixedOffset> {
    DateTime::parse_from_rfc3339(text(value, key)).unwrap()
}

fn policies(site: &Site) -> Vec<String> {
    site.keys().filter_map(|name| name.strip_suffix("/head.json")).map(str::to_owned).collect()
}

/// Releases of a policy, oldest first.
fn releases(site: &Site, policy: &str) -> Vec<Value> {
    let mut all = list(&value(site, &format!("{policy}/changelog.json")), "releases").to_vec();
    all.reverse();
    all
}

/// The release in force by a head alone, as a service that reads it later has to understand it.
fn in_force_by(head: &Value, now: DateTime<chrono::FixedOffset>) -> Option<String> {
    let came = |u: &&Value| {
        let withdrawn = u.get("withdrawn_at").is_some_and(|_| instant(u, "withdrawn_at") <= now);
        instant(u, "effective_at") <= now && !withdrawn
    };
    let upcoming = list(head, "upcoming").iter().rfind(came);
    upcoming.or(head.get("in_force")).map(|release| text(release, "id").to_owned())
}

/// Whoever has an old head and a clock knows what is in force as well as who has the new one, as long as nobody
/// decided anything.
#[test]
fn an_old_head_is_right_by_the_clock() {
    let files: &[(&str, &str)] = &[
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: Africa/Cairo\n"),
        ("p/policy.yaml", "title: P\n"),
        ("p/2020-01-01.md", "---\neffective: 2020-01-01\n---\nOne.\n"),
        ("p/2020-02-01.md", "---\neffective: 2020-02-01\nannounced: 2020-01-01\naction: none\n---\nTwo.\n"),
        (
            "p/b.md",
            "---\neffective: 2020-03-01\nannounced: 2020-01-01\naction: none\nwithdrawn: 2020-02-20\n---\nThree.\n",
        ),
        ("p/c.md", "---\neffective: 2020-04-24\nannounced: 2020-01-01\naction: none\n---\nFour.\n"),
    ];
    let place = folder(files);
    let at = |day: NaiveDate| build(place.path(), &["--as-of", &day.to_string()]);
    let first: NaiveDate = "2020-01-01".parse().unwrap();
    let early = value(&at(first), "p/head.json");
    let mut seen = BTreeSet::new();
    for day in [0, 30, 31, 32, 49, 50, 51, 60, 61, 112, 113, 114, 115].map(|d| first + Days::new(d)) {
        let head = value(&at(day), "p/head.json");
        let now = DateTime::parse_from_rfc3339(&format!("{day}T12:00:00+02:00")).unwrap();
        let id = text(&head["in_force"], "id").to_owned();
        assert_eq!(in_force_by(&early, now).as_ref(), Some(&id), "on {day}");
        // Nothing happens before the instant that it names, and something does then.
        if let Some(next) = head.get("next_transition_at").map(|_| instant(&head, "next_transition_at")) {
            let before = value(&at(next.date_naive() - Days::new(1)), "p/head.json");
            let then = value(&at(next.date_naive()), "p/head.json");
            assert_eq!(before, head, "between {day} and {next}");
            assert_ne!(then, head, "at {next}");
        }
        seen.insert(id);
    }
    assert_eq!(seen.len(), 3);
}

/// The strongest of what releases ask for, `unknown` where it is not known of one; by the changelog alone.
fn owed(path: &[&Value]) -> &'static str {
    let asking: Vec<&&Value> = path.iter().filter(|r| text(r, "kind") != "correction").collect();
    let unknown = |r: &&&Value| {
        let action = text(r, "action");
        action == "unknown" || action == "none" && text(r, "materiality") == "not-classified"
    };
    let any = |action: &str| asking.iter().any(|r| text(r, "action") == action);
    match () {
        () if asking.iter().any(unknown) => "unknown",
        () if any("reaccept") => "reaccept",
        () if any("notice") => "notice",
        () => "none",
    }
}

/// What is owed is read off the path, what is told is the net change, and nothing that is material is lost by
/// skipping versions.
#[test]
fn what_is_owed_is_what_the_changelog_says_of_the_way() {
    let (mut legs, mut actions, mut back) = (0, BTreeSet::new(), 0);
    let imported = {
        let mut files = vec![
            ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n".to_owned()),
            ("p/policy.yaml", "title: P\n".to_owned()),
        ];
        files.push((
            "p/2020-01-01.md",
            "---\neffective: 2020-01-01\nsource: {captured: 2020-01-01, date: captured}\n---\nOne.\n"
                .to_owned(),
        ));
        files.push((
            "p/2020-02-01.md",
            "---\neffective: 2020-02-01\nsource: {captured: 2020-02-01, date: captured}\n---\nTwo.\n"
                .to_owned(),
        ));
        files.push(("p/2020-03-01.md", "---\neffective: 2020-03-01\naction: reaccept\nsummary: S.\nchanges: [{clause: preamble, material: true, summary: So.}]\n---\nThree.\n".to_owned()));
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
        build(folder(&files).path(), &["--as-of", "2020-04-01"])
    };
    for site in [small(), school(), imported] {
        for policy in policies(&site) {
            let all = releases(&site, &policy);
            let by_id: BTreeMap<&str, &Value> = all.iter().map(|r| (text(r, "id"), r)).collect();
            let head = value(&site, &format!("{policy}/head.json"));
            let current = head.get("in_force").map(|r| text(r, "id"));
            let mut ends: Vec<&str> = current.into_iter().collect();
            ends.extend(list(&head, "upcoming").iter().map(|r| text(r, "id")));
            for release in &all {
                let file = value(&site, &format!("{policy}/since/{}.json", text(release, "version")));
                let accepted = text(&file, "accepted");
                assert_eq!(accepted, text(release, "id"));
                let from = match release.get("withdrawn_at") {
                    Some(_) => text(&file, "counts_as"),
                    None => accepted,
                };
                assert_eq!(file.get("counts_as").is_some(), release.get("withdrawn_at").is_some());
                let mut expected = Vec::new();
                for end in &ends {
                    let back = std::iter::successors(Some(*end), |id| by_id[id].get("previous")?.as_str());
                    let mut path: Vec<&str> = back.take_while(|id| *id != from).collect();
                    path.reverse();
                    // Only what comes after it.
                    let after = path.first().is_some_and(|first| {
                        by_id[first].get("previous").and_then(Value::as_str) == Some(from)
                    });
                    if after {
                        expected.push(path);
                    }
                }
                let told: Vec<Vec<&str>> = list(&file, "legs")
                    .iter()
                    .map(|leg| list(leg, "path").iter().map(|id| id.as_str().unwrap()).collect())
                    .collect();
                assert_eq!(told, expected, "{accepted}");
                if Some(accepted) == current {
                    assert!(told.iter().all(|path| path.last() != current.as_ref()), "{accepted}");
                }
                for leg in list(&file, "legs") {
                    legs += 1;
                    let path: Vec<&Value> =
                        list(leg, "path").iter().map(|id| by_id[id.as_str().unwrap()]).collect();
                    let action = owed(&path);
                    assert_eq!(text(leg, "required_action"), action, "{accepted} → {}", leg["to"]);
                    actions.insert(action);
                    assert_eq!(leg["from_instant"], by_id[text(leg, "to")]["effective_at"]);
                    assert_eq!(leg["acceptance_id"], by_id[text(leg, "to")]["acceptance_id"]);
                    let material = path.iter().any(|r| text(r, "materiality") == "material");
                    assert_eq!(text(leg, "materiality") == "material", material, "{accepted}");
                    if action == "unknown" && path.iter().any(|r| text(r, "action") == "reaccept") {
                        assert_eq!(text(leg, "at_least"), "reaccept");
                    }
                    // Whom it affects is never less than what one of the versions said.
                    for change in path.iter().flat_map(|r| list(r, "changes")) {
                        for facet in change.get("affects").and_then(Value::as_array).into_iter().flatten() {
                            assert!(list(leg, "affects").contains(facet), "{facet} is lost");
                        }
                    }
                    assert_eq!(leg.get("texts").is_some(), action != "none", "{accepted}");
                    back += list(leg, "changed_back").len();
                    agrees_with_the_redline(&site, &policy, from, leg);
                }
            }
        }
    }
    assert!(legs > 30 && back > 2, "{legs}, {back}");
    assert_eq!(actions, ["none", "notice", "reaccept", "unknown"].into());
}

/// Where there is a redline of the two, it tells the same changes.
fn agrees_with_the_redline(site: &Site, policy: &str, from: &str, leg: &Value) {
    let version = |id: &str| id.split_once('@').unwrap().1.to_owned();
    let name = format!("{policy}/compare/{}/{}/diff.json", version(from), version(text(leg, "to")));
    if !site.contains_key(&name) {
        return;
    }
    let diff = value(site, &name);
    let empty = Vec::new();
    let back = diff.pointer("/path/changed_back").and_then(Value::as_array).unwrap_or(&empty);
    assert_eq!(list(leg, "changed_back"), back.as_slice(), "{name}");
    let told = list(&diff, "clauses").iter().filter(|c| {
        let quiet = text(c, "relation") == "unchanged" && c.get("moved").is_none();
        !quiet || c.get("classes").is_some()
    });
    let ids = |c: &Value| {
        let side =
            |key: &str| c["ids"][key].as_array().unwrap().first().and_then(Value::as_str).map(str::to_owned);
        side("new").or_else(|| side("old")).unwrap()
    };
    let told: BTreeSet<String> = told.map(ids).collect();
    let net: BTreeSet<String> = list(leg, "net_changes")
        .iter()
        .map(|c| text(c, "id").split_once('#').unwrap().1.to_owned())
        .collect();
    assert_eq!(net, told, "{name}");
}

fn event(n: u64, day: NaiveDate) -> Event {
    Event {
        seq: n,
        id: format!("p@v{n}/announced"),
        what: What::Announced,
        policy: "p".to_owned(),
        version: format!("v{n}"),
        recorded: day,
        announced: day,
        effective: day,
        notice_until: None,
        action: None,
        materiality: Materiality::NotMaterial,
    }
}

/// A full page is as it is for ever, and what it says comes next is there.
#[test]
fn full_pages_of_the_log_never_change() {
    let place = folder(&[
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("p/policy.yaml", "title: P\n"),
        ("p/2020-01-01.md", "---\neffective: 2020-01-01\n---\nOne.\n"),
    ]);
    let loaded = load::content(place.path(), &place.path().join("static")).unwrap();
    let settings = loaded.site.unwrap();
    let day: NaiveDate = "2020-01-01".parse().unwrap();
    let all: Vec<Event> = (1..=250).map(|n| event(n, day)).collect();
    let mut full: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for n in [0, 1, 99, 100, 101, 199, 200, 201, 250] {
        let site =
            Pages::new(settings.clone(), &loaded.policies, &all[..n], day, false, Overrides::default());
        let files: Site =
            log::pages(&site.unwrap()).unwrap().into_iter().map(|p| (p.path, p.contents)).collect();
        let index = value(&files, "events.json");
        assert_eq!(index["last_seq"], n);
        let mut seen = Vec::new();
        let mut next = Some("https://a.example/events/1.json".to_owned());
        while let Some(address) = next {
            let name = address.strip_prefix("https://a.example/").unwrap();
            assert!(list(&index, "pages").iter().any(|page| page == &address), "{address}");
            let page = value(&files, name);
            let events = list(&page, "events");
            seen.extend(events.iter().map(|e| e["seq"].as_u64().unwrap()));
            if let Some(before) = full.get(name) {
                assert!(*before == files[name], "{name} changed when there were {n} events");
            }
            if events.len() == 100 {
                full.insert(name.to_owned(), files[name].clone());
            }
            next = page.get("next").map(|_| text(&page, "next").to_owned());
            assert_eq!(next.is_some(), events.len() == 100);
        }
        assert_eq!(seen, (1..=n as u64).collect::<Vec<_>>());
        assert_eq!(files.len(), list(&index, "pages").len() + 1);
        assert_eq!(index["last_page"], list(&index, "pages").len());
    }
    assert_eq!(full.len(), 2);
}

/// Nobody hears of a version before the day it is announced, in no file; and whoever has read on in the meantime
/// hears of it then.
#[test]
fn what_is_sealed_before_its_day_is_heard_of_on_its_day() {
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAn old text.\n"),
        ("content/q/policy.yaml", "title: Q\n"),
        ("content/q/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAnother text.\n"),
    ]);
    let run = |arguments: &[&str]| {
        let run = Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
        assert_eq!(run.code, Some(0), "{}", run.err);
    };
    let built = |day: &str| {
        run(&["build", "--as-of", day]);
        tree(&place.path().join("public"))
    };
    let events = |site: &Site| -> Vec<(u64, String)> {
        let page = value(site, "events/1.json");
        list(&page, "events").iter().map(|e| (e["seq"].as_u64().unwrap(), text(e, "id").to_owned())).collect()
    };
    let next = |policy: &str, announced: &str| {
        let text = format!(
            "---\neffective: 2025-03-01\nannounced: {announced}\naction: notice\nsummary: Hush.\nchanges: [{{clause: preamble, material: true, summary: So.}}]\n---\nA secret text.\n"
        );
        write(&place.path().join(format!("content/{policy}/2025-03-01.md")), text.as_bytes());
    };
    run(&["seal", "--as-of", "2025-01-01"]);
    let first = events(&built("2025-01-01"));
    next("p", "2025-02-15");
    run(&["seal", "--as-of", "2025-01-10"]);
    next("q", "2025-01-20");
    run(&["seal", "--as-of", "2025-01-20"]);
    let second = built("2025-02-14");
    for (name, bytes) in second.iter().filter(|(name, _)| !name.starts_with("q/")) {
        let text = String::from_utf8_lossy(bytes);
        let of_q =
            name.starts_with("search/") || text.contains("q@2025-03-01") || text.contains("q/v/2025-03-01");
        assert!(
            !text.contains("p@2025-03-01") && (of_q || !text.contains("2025-03-01")),
            "{name} tells of it"
        );
    }
    assert_eq!(value(&second, "p/head.json")["last_seq"], 1);
    let third = events(&built("2025-02-15"));
    assert!(third.starts_with(&events(&second)) && events(&second).starts_with(&first), "{third:?}");
    let ids: Vec<&str> = third.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "p@2025-01-01/announced",
            "q@2025-01-01/announced",
            "q@2025-03-01/announced",
            "p@2025-03-01/announced"
        ]
    );
    assert_eq!(third.last().unwrap().0, 4);
    assert_eq!(value(&built("2025-02-15"), "p/head.json")["last_seq"], 4);
}

/// What was put off before its day is announced for the day that was decided last, and nobody hears of another.
#[test]
fn what_is_put_off_before_its_day_is_announced_once() {
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", "title: P\nnotice: {window_days_after: 10}\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAn old text.\n"),
    ]);
    let run = |arguments: &[&str]| {
        let run = Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
        assert_eq!(run.code, Some(0), "{}", run.err);
    };
    let next = |effective: &str| {
        let text = format!(
            "---\neffective: {effective}\nannounced: 2025-02-15\naction: notice\nsummary: S.\nchanges: [{{clause: preamble, material: true, summary: So.}}]\n---\nA new text.\n"
        );
        write(&place.path().join("content/p/2025-03-01.md"), text.as_bytes());
    };
    run(&["seal", "--as-of", "2025-01-01"]);
    for (day, effective) in
        [("2025-01-10", "2025-03-01"), ("2025-01-12", "2025-03-05"), ("2025-01-20", "2025-03-11")]
    {
        next(effective);
        run(&["seal", "--as-of", day]);
    }
    run(&["build", "--as-of", "2025-02-15"]);
    let site = tree(&place.path().join("public"));
    let page = value(&site, "events/1.json");
    let events = list(&page, "events");
    assert_eq!(events.len(), 2, "{page}");
    assert_eq!(text(&events[1], "effective_at"), "2025-03-11T00:00:00Z".replace('Z', "+00:00"));
    assert_eq!(text(&events[1], "notice_until"), "2025-03-21T00:00:00+00:00");
    for (name, bytes) in &site {
        let text = String::from_utf8_lossy(bytes);
        assert!(
            !text.contains("2025-03-05") && !text.contains("March 1, 2025"),
            "{name} tells of another day"
        );
    }
}

/// What was promised when a version was published is kept: whoever promises less from now on does so for others.
#[test]
fn what_was_promised_of_a_version_holds_for_it() {
    let policy = |notice: &str| format!("title: P\nnotice: {{{notice}}}\n");
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", &policy("window_days_after: 10, link_label_days: 7")),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAn old text.\n"),
        (
            "content/p/2025-03-01.md",
            "---\neffective: 2025-03-01\naction: notice\nsummary: S.\nchanges: [{clause: preamble, material: true, summary: So.}]\n---\nA new text.\n",
        ),
    ]);
    let built = || {
        let run = clauseline(&["build", "--as-of", "2025-03-02"]).current_dir(place.path()).output().unwrap();
        let run = Run::from(run);
        assert_eq!(run.code, Some(0), "{}", run.err);
        let site = tree(&place.path().join("public"));
        (releases(&site, "p").pop().unwrap()["notice"].clone(), value(&site, "p/link.json"))
    };
    let seal = clauseline(&["seal", "--as-of", "2025-03-01"]).current_dir(place.path()).output().unwrap();
    assert_eq!(Run::from(seal).code, Some(0));
    let before = built();
    assert_eq!(before.0["until"], "2025-03-11T00:00:00+00:00");
    assert_eq!(before.1["revised_until"], "2025-03-08T00:00:00+00:00");
    for less in ["window_days_after: 2, link_label_days: 1", "for: none"] {
        write(&place.path().join("content/p/policy.yaml"), policy(less).as_bytes());
        assert_eq!(built(), before, "{less}");
    }
}

/// A correction that comes between changes what the announced version changes: nobody gave a word on that.
#[test]
fn an_announced_version_that_undoes_a_correction_asks_for_a_look() {
    let place = folder(&[
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("p/policy.yaml", "title: P\n"),
        (
            "p/2025-01-01.md",
            "---\neffective: 2025-01-01\n---\n## A {#a}\n\nFor 30 dais.\n\n## B {#b}\n\nOld.\n",
        ),
        (
            "p/2025-02-01.md",
            "---\neffective: 2025-02-01\nkind: correction\ncorrects: 2025-01-01\naction: none\n---\n## A {#a}\n\nFor 30 days.\n\n## B {#b}\n\nOld.\n",
        ),
        (
            "p/2025-03-01.md",
            "---\neffective: 2025-03-01\nannounced: 2025-01-15\naction: none\nchanges: [{clause: b, material: false, reason: So.}]\n---\n## A {#a}\n\nFor 30 dais.\n\n## B {#b}\n\nNew.\n",
        ),
    ]);
    let leg = |day: &str, version: &str| {
        let site = build(place.path(), &["--as-of", day]);
        list(&value(&site, &format!("p/since/{version}.json")), "legs").last().unwrap().clone()
    };
    assert_eq!(text(&leg("2025-01-20", "2025-01-01"), "required_action"), "none");
    for version in ["2025-01-01", "2025-02-01"] {
        let leg = leg("2025-02-10", version);
        assert_eq!(text(&leg, "required_action"), "unknown", "{leg}");
        assert_eq!(leg["actions"].as_array().unwrap().last().unwrap(), "unknown");
    }
}

/// What is taken back before its day was never anybody's business: no page, no file and no event tells of it.
#[test]
fn what_is_taken_back_before_its_day_is_never_heard_of() {
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAn old text.\n"),
    ]);
    let run = |arguments: &[&str]| {
        let run = Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
        assert_eq!(run.code, Some(0), "{}", run.err);
        run.err
    };
    let next = |more: &str| {
        let text = format!(
            "---\neffective: 2025-03-01\nannounced: 2025-02-15\naction: reaccept\nsummary: Hush.\nchanges: [{{clause: preamble, material: true, summary: So.}}]\n{more}---\nA secret text.\n"
        );
        write(&place.path().join("content/p/2025-03-01.md"), text.as_bytes());
    };
    run(&["seal", "--as-of", "2025-01-01"]);
    next("");
    run(&["seal", "--as-of", "2025-01-10"]);
    next("withdrawn: 2025-01-20\n");
    run(&["seal", "--as-of", "2025-01-20"]);
    for day in ["2025-01-20", "2025-02-15", "2025-03-01", "2026-01-01"] {
        let told = run(&["build", "--as-of", day]);
        assert!(!told.contains("2025-03-01@") && !told.contains("p@2025-03-01"), "{told}");
        for (name, bytes) in tree(&place.path().join("public")) {
            let text = String::from_utf8_lossy(&bytes);
            let told = text.contains("p@2025-03-01") || text.contains("secret") || text.contains("Hush");
            assert!(!told && !name.contains("2025-03-01"), "on {day} {name} tells of it");
        }
    }
    assert_eq!(value(&tree(&place.path().join("public")), "events.json")["last_seq"], 1);
}

/// A reschedule and a withdrawal: one event each with what it was, and words for those who were told.
#[test]
fn another_day_and_none_are_told() {
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: America/New_York\n"),
        ("content/p/policy.yaml", "title: Rules\nnotice: {link_label_days: 7}\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAn old text.\n"),
    ]);
    let version = |effective: &str, more: &str| {
        let text = format!(
            "---\neffective: {effective}\nannounced: 2025-02-01\naction: reaccept\nsummary: More.\nchanges: [{{clause: preamble, material: true, summary: So.}}]\n{more}---\nA new text.\n"
        );
        write(&place.path().join("content/p/2025-03-01.md"), text.as_bytes());
    };
    let site = |day: &str| {
        for command in ["seal", "build"] {
            let run = clauseline(&[command, "--as-of", day]).current_dir(place.path()).output().unwrap();
            let run = Run::from(run);
            assert_eq!(run.code, Some(0), "{}", run.err);
        }
        tree(&place.path().join("public"))
    };
    site("2025-01-01");
    version("2025-03-01", "");
    let announced = site("2025-02-01");
    assert_eq!(value(&announced, "p/head.json")["upcoming"][0]["action"], "reaccept");
    version("2025-03-20", "");
    let moved = site("2025-02-10");
    let event = &value(&moved, "events/1.json")["events"][2];
    assert_eq!((text(event, "type"), text(event, "id")), ("rescheduled", "p@2025-03-01/rescheduled"));
    assert_eq!(text(event, "old_effective_at"), "2025-03-01T00:00:00-05:00");
    assert_eq!(text(event, "effective_at"), "2025-03-20T00:00:00-04:00");
    let release = releases(&moved, "p").pop().unwrap();
    let plain = text(&release["texts"]["en"], "plain").to_owned();
    assert!(
        plain.contains("effective March 20, 2025.")
            && plain.contains("It was first announced for March 1, 2025."),
        "{plain}"
    );
    assert_eq!(value(&moved, "p/link.json")["upcoming"][0]["revised_from"], "2025-03-20T00:00:00-04:00");
    assert_eq!(value(&moved, "p/head.json")["next_transition_at"], "2025-03-20T00:00:00-04:00");
    version("2025-03-20", "withdrawn: 2025-03-10\n");
    // Services hear of it when it is sealed, so that it is no plan for later.
    let early = clauseline(&["seal", "--as-of", "2025-03-05"]).current_dir(place.path()).output().unwrap();
    let early = Run::from(early);
    assert!(early.code == Some(1) && early.err.contains("error[early]"), "{}", early.err);
    let gone = site("2025-03-10");
    let event = &value(&gone, "events/1.json")["events"][3];
    assert_eq!(
        (text(event, "type"), text(event, "withdrawn_at")),
        ("withdrawn", "2025-03-10T00:00:00-04:00")
    );
    let head = value(&gone, "p/head.json");
    assert!(list(&head, "upcoming").is_empty() && head.get("next_transition_at").is_none(), "{head}");
    let release = releases(&gone, "p").pop().unwrap();
    assert_eq!(
        text(&release["texts"]["en"], "subject"),
        "Rules: the version announced for March 20, 2025 was withdrawn and will not take effect"
    );
    assert!(release.get("notice").is_none());
    assert!(value(&gone, "p/link.json").get("upcoming").is_none());
    // Who accepted it in advance has accepted what was there before.
    let since = value(&gone, "p/since/2025-03-01.json");
    assert_eq!(text(&since, "counts_as"), "p@2025-01-01");
    assert!(list(&since, "legs").is_empty());
}

/// Words are there in each language of the release, and only where there is something to tell.
#[test]
fn there_are_words_where_there_is_something_to_tell() {
    for site in [small(), school()] {
        for policy in policies(&site) {
            for release in releases(&site, &policy) {
                let languages: BTreeSet<&str> = match release.get("texts") {
                    Some(texts) => texts.as_object().unwrap().keys().map(String::as_str).collect(),
                    None => BTreeSet::new(),
                };
                let told = text(&release, "action") != "none" || release.get("notice").is_some();
                let mut expected = BTreeSet::new();
                if told {
                    expected.insert(text(&release, "language"));
                    let translations = release.get("translations").and_then(Value::as_object);
                    expected.extend(translations.into_iter().flat_map(|t| t.keys().map(String::as_str)));
                }
                assert_eq!(languages, expected, "{}", release["id"]);
                for words in
                    release.get("texts").and_then(Value::as_object).into_iter().flat_map(|t| t.values())
                {
                    for key in ["subject", "banner"] {
                        assert!(
                            !text(words, key).contains('\n') && !text(words, key).contains('{'),
                            "{words}"
                        );
                    }
                    let plain = text(words, "plain");
                    assert!(
                        !plain.contains("\n\n\n") && !plain.contains('{') && plain.ends_with('\n'),
                        "{plain}"
                    );
                    assert!(
                        plain.contains(&format!("/{policy}/v/{}/", text(&release, "version"))),
                        "{plain}"
                    );
                }
            }
        }
    }
}

/// A school that writes otherwise brings its own template; what it says is taken as it is, and a title cannot
/// add a line to a subject.
#[test]
fn words_are_made_with_templates_of_ones_own() {
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", "title: \"Fees & <costs>\\nBcc: all\"\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nOne.\n"),
        (
            "content/p/2025-02-01.md",
            "---\neffective: 2025-02-01\naction: notice\nsummary: S.\nchanges: [{clause: preamble, material: true, summary: So.}]\n---\nTwo.\n",
        ),
        ("templates/texts/subject.txt", "Dear learner:\n{{ policy.title }} ({{ effective.iso }})\n"),
    ]);
    let run = clauseline(&["build", "--as-of", "2025-02-01"]).current_dir(place.path()).output().unwrap();
    let run = Run::from(run);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let texts = releases(&tree(&place.path().join("public")), "p").pop().unwrap()["texts"]["en"].clone();
    assert_eq!(text(&texts, "subject"), "Dear learner: Fees & <costs> Bcc: all (2025-02-01)");
    fs::write(place.path().join("templates/texts/subject.txt"), "{{ nothing }}").unwrap();
    let run = clauseline(&["build", "--as-of", "2025-02-01"]).current_dir(place.path()).output().unwrap();
    let run = Run::from(run);
    assert!(run.code == Some(2) && run.err.contains("texts/subject.txt"), "{}", run.err);
}

/// Whoever accepted a version has accepted its corrections and translations: they ask for nothing, ever.
#[test]
fn corrections_and_translations_ask_for_nothing() {
    let site = school();
    let page = value(&site, "events/1.json");
    let mut seen = BTreeMap::new();
    for event in list(&page, "events") {
        let kind = text(event, "type").to_owned();
        if ["corrected", "translation-published"].contains(&kind.as_str()) {
            assert_eq!(
                (text(event, "action"), text(event, "materiality")),
                ("none", "not-material"),
                "{event}"
            );
            assert!(event.get("notice_until").is_none(), "{event}");
        }
        *seen.entry(kind).or_insert(0) += 1;
    }
    assert!(seen["corrected"] > 0 && seen["translation-published"] > 3, "{seen:?}");
    for policy in policies(&site) {
        for release in releases(&site, &policy).iter().filter(|r| text(r, "kind") == "correction") {
            assert_eq!(text(release, "action"), "none");
            assert!(release.get("notice").is_none() && release.get("texts").is_none(), "{release}");
            assert_eq!(release["acceptance_id"], release["corrects"]);
        }
    }
}

/// Where nothing was ever sealed nothing was decided: the log is there, and empty.
#[test]
fn without_a_seal_the_log_is_empty() {
    let site = small();
    let index = value(&site, "events.json");
    assert_eq!((index["last_seq"].as_u64(), list(&index, "pages").len()), (Some(0), 1));
    assert!(list(&value(&site, "events/1.json"), "events").is_empty());
}

/// The texts in force in the form in which Matrix servers say them.
#[test]
fn policies_are_listed_as_matrix_has_them() {
    let site = school();
    let policies = value(&site, "policies.json");
    for (id, policy) in policies["policies"].as_object().unwrap() {
        let head = value(&site, &format!("{id}/head.json"));
        assert_eq!(text(&head["in_force"], "id"), format!("{id}@{}", text(policy, "version")));
        for (key, named) in policy.as_object().unwrap().iter().filter(|(key, _)| *key != "version") {
            let url = text(named, "url");
            assert!(
                !text(named, "name").is_empty() && url.contains(id) && url.contains(text(policy, "version")),
                "{key}"
            );
            let file = url.strip_prefix("https://policies.quillbrook.example/").unwrap();
            assert!(site.contains_key(&format!("{file}index.html")), "{url}");
        }
    }
    assert_eq!(policies["heads"].as_object().unwrap().len(), 4);
}
