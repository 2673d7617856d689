//! What real policies promise about their own changes, row by row: where they give notice and for how long,
//! where their dates stand, what they refer to, what came before them. Each promise is made here by a school
//! that there is not, in its own words, and kept by what is built from it.
//!
//! What other files of this folder try already is not tried again.

use std::collections::BTreeMap;
use std::path::Path;

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, build, clauseline, folder, path, school, small};

type Site = BTreeMap<String, Vec<u8>>;

const SITE: (&str, &str) = (
    "site.yaml",
    "title: Fernhill\nbase_url: https://fernhill.example/\ntime_zone: America/New_York\ncontact: office@fernhill.example\n",
);

fn page(site: &Site, name: &str) -> Html {
    Html::parse_document(std::str::from_utf8(&site[name]).unwrap())
}

fn all<'p>(page: &'p Html, css: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(css).unwrap()).collect()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn told(page: &Html, css: &str) -> Vec<String> {
    all(page, css).into_iter().map(words).collect()
}

/// What stands beside a name in the record below a text.
fn fact(page: &Html, name: &str) -> Option<String> {
    let row = all(page, "dl.record > div").into_iter().find(|row| words(*row).starts_with(name));
    row.map(|row| words(row).trim_start_matches(name).trim().to_owned())
}

/// The releases of a policy by version.
fn releases(site: &Site, policy: &str) -> BTreeMap<String, Value> {
    let changelog: Value = serde_json::from_slice(&site[&format!("{policy}/changelog.json")]).unwrap();
    let releases = changelog["releases"].as_array().unwrap().iter();
    releases.map(|r| (r["version"].as_str().unwrap().to_owned(), r.clone())).collect()
}

fn version(front: &str, text: &str) -> String {
    format!("---\n{front}---\n{text}")
}

/// A policy of two versions: `old` from 2020, `new` from March 1, 2021, with these lines of its front matter.
fn two(policy: &str, front: &str, old: &str, new: &str) -> TempDir {
    folder(&[
        SITE,
        ("privacy/policy.yaml", &format!("title: Privacy\n{policy}")),
        ("privacy/2020-01-01.md", &version("effective: 2020-01-01\n", old)),
        ("privacy/2021-03-01.md", &version(&format!("effective: 2021-03-01\n{front}"), new)),
    ])
}

fn check(content: &Path) -> Run {
    Run::from(clauseline(&["check", "--content"]).arg(content).output().unwrap())
}

const OLD: &str = "## Visits {#visits}\n\nWe write down who visits.\n";
const NEW: &str = "## Visits {#visits}\n\nWe write down who visits, and when.\n";
const MATERIAL: &str = "action: notice\nsummary: We note the hour.\nchanges: [{clause: visits, material: true, summary: The hour.}]\n";
const TRIFLE: &str = "action: none\nchanges: [{clause: visits, material: false, reason: As it was.}]\n";

/// Effective on posting, and told on the page for a time thereafter.
#[test]
fn notice_may_come_with_the_change_and_last_for_a_number_of_days() {
    let place = two("notice: {window_days_after: 14, channels: [page, homepage]}\n", MATERIAL, OLD, NEW);
    let site = build(place.path(), &["--as-of", "2021-03-14"]);
    let notice = &releases(&site, "privacy")["2021-03-01"]["notice"];
    assert_eq!(notice["from"], "2021-03-01T00:00:00-05:00");
    // The fourteenth day was the last; in that night the clocks of New York changed.
    assert_eq!(notice["until"], "2021-03-15T00:00:00-04:00");
    assert_eq!(notice["channels"], serde_json::json!(["page", "homepage"]));
    assert_eq!(all(&page(&site, "privacy/index.html"), ".notice.recent").len(), 1);
    let later = build(place.path(), &["--as-of", "2021-03-15"]);
    assert_eq!(all(&page(&later, "privacy/index.html"), ".notice.recent").len(), 0);
}

/// Only what is material is told, unless the policy promises more.
#[test]
fn whether_users_are_told_depends_on_what_is_material() {
    for (audience, front, is_told) in [
        ("material", MATERIAL, true),
        ("material", TRIFLE, false),
        ("every", TRIFLE, true),
        ("none", MATERIAL, false),
    ] {
        let place = two(&format!("notice: {{for: {audience}, window_days_after: 14}}\n"), front, OLD, NEW);
        let site = build(place.path(), &["--as-of", "2021-03-02"]);
        let release = &releases(&site, "privacy")["2021-03-01"];
        assert_eq!(release.get("notice").is_some(), is_told, "{audience}: {release}");
        let banners = all(&page(&site, "privacy/index.html"), ".notice.recent").len();
        assert_eq!(banners, usize::from(is_told), "{audience}");
    }
}

#[test]
fn where_nobody_is_told_of_what_is_material_that_is_said() {
    let place = two("notice: {for: none}\n", MATERIAL, OLD, NEW);
    let run = check(place.path());
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert!(run.err.contains("warning[no-notice]"), "{}", run.err);
    let silent = two("notice: {for: none}\n", &MATERIAL.replace("notice\n", "none\n"), OLD, NEW);
    assert!(check(silent.path()).err.contains("error[untold]"));
}

fn json(site: &Site, name: &str) -> Value {
    serde_json::from_slice(&site[name]).unwrap()
}

/// Effective on posting, and told by the link to the policy itself, wherever it stands, for seven days.
#[test]
fn a_label_on_links_stands_for_a_number_of_days() {
    let place = two(
        "notice: {for: every, link_label_days: 7, channels: [link]}\n",
        &format!("summary: As it was.\n{TRIFLE}"),
        OLD,
        NEW,
    );
    assert!(check(place.path()).err.ends_with("2 versions: no mistakes\n"));
    let site = build(place.path(), &["--as-of", "2021-03-01"]);
    let link = json(&site, "privacy/link.json");
    assert_eq!(link["text"], "Privacy");
    assert_eq!(link["revised_text"], "Privacy — Revised (March 1, 2021)");
    assert_eq!(link["href"], "https://fernhill.example/privacy/");
    assert_eq!(link["revised_from"], "2021-03-01T00:00:00-05:00");
    assert_eq!(link["revised_until"], "2021-03-08T00:00:00-05:00");
    // There is no banner, so the window of banners is empty.
    let notice = &releases(&site, "privacy")["2021-03-01"]["notice"];
    assert_eq!(notice["channels"], serde_json::json!(["link"]));
    assert_eq!((&notice["from"], &notice["until"]), (&notice["revised_from"], &link["revised_from"]));
    assert_eq!(notice["revised_until"], link["revised_until"]);
    assert_eq!(all(&page(&site, "privacy/index.html"), ".notice.recent").len(), 0);
    // The facts stand, whoever reads them when: nobody has to build again for the label to go.
    assert_eq!(json(&build(place.path(), &["--as-of", "2021-05-01"]), "privacy/link.json"), link);
    let before = json(&build(place.path(), &["--as-of", "2021-02-28"]), "privacy/link.json");
    assert!(before.get("revised_text").is_none(), "a first version is no revision: {before}");
    let wrong = two("notice: {link_label_days: a week}\n", MATERIAL, OLD, NEW);
    assert_eq!(check(wrong.path()).code, Some(1));
}

#[test]
fn pages_say_how_a_version_is_accepted() {
    for (policy, said) in [
        ("", "Using the service after a version takes effect accepts it."),
        ("acceptance: explicit\n", "Users are asked to accept each version."),
    ] {
        let site = build(two(policy, TRIFLE, OLD, NEW).path(), &["--as-of", "2021-03-02"]);
        let fact = fact(&page(&site, "privacy/index.html"), "How it is accepted").unwrap();
        assert_eq!(fact, said);
    }
}

/// The label is of what was last told, also where a mistake in it was corrected since.
#[test]
fn a_correction_does_not_end_the_label_of_what_it_corrects() {
    let place = two("notice: {link_label_days: 7, channels: [link]}\n", MATERIAL, OLD, NEW);
    let correction = version(
        "effective: 2021-03-03\nkind: correction\ncorrects: 2021-03-01\naction: none\n",
        &NEW.replace("when.", "when!"),
    );
    std::fs::write(place.path().join("privacy/2021-03-03.md"), correction).unwrap();
    let site = build(place.path(), &["--as-of", "2021-03-04"]);
    let link = json(&site, "privacy/link.json");
    assert_eq!(link["release"], "privacy@2021-03-01");
    assert_eq!(link["revised_until"], "2021-03-08T00:00:00-05:00");
    let head = json(&site, "privacy/head.json");
    assert_eq!(head["in_force"]["id"], "privacy@2021-03-03");
    assert_eq!(head["in_force"]["acceptance_id"], "privacy@2021-03-01");
}

/// No notice at all: nothing is promised anywhere, and what is owed is said all the same.
#[test]
fn a_policy_may_promise_no_notice() {
    let place = two("notice: {for: none, link_label_days: 7}\n", MATERIAL, OLD, NEW);
    let site = build(place.path(), &["--as-of", "2021-03-01"]);
    let release = &releases(&site, "privacy")["2021-03-01"];
    assert!(release.get("notice").is_none(), "{release}");
    assert_eq!(release["action"], "notice");
    assert!(json(&site, "privacy/link.json").get("revised_text").is_none());
    assert_eq!(all(&page(&site, "privacy/index.html"), ".notice.recent").len(), 0);
}

/// Homepage, elsewhere on the site, by e-mail, in writing: the means that are promised are passed on.
#[test]
fn the_means_of_notice_are_passed_on() {
    let means = ["page", "link", "homepage", "site", "email", "in-writing"];
    let policy = format!("notice: {{window_days_after: 5, channels: [{}]}}\n", means.join(", "));
    let site = build(two(&policy, MATERIAL, OLD, NEW).path(), &["--as-of", "2021-03-01"]);
    assert_eq!(releases(&site, "privacy")["2021-03-01"]["notice"]["channels"], serde_json::json!(means));
}

/// An announced adoption: "on that day a changed policy was adopted" stands above the text and apart from it,
/// before and after, and services have the words for it.
#[test]
fn adoption_is_told_apart_from_the_text() {
    let front = format!("announced: 2021-02-01\n{MATERIAL}");
    let place = two("notice: {window_days_after: 30}\n", &front, OLD, NEW);
    let banner = |day: &str, css: &str| {
        let site = build(place.path(), &["--as-of", day]);
        (told(&page(&site, "privacy/index.html"), css), site)
    };
    let (upcoming, _) = banner("2021-02-01", ".notice.upcoming");
    assert!(upcoming[0].contains("March 1, 2021"), "{upcoming:?}");
    let (recent, site) = banner("2021-03-30", ".notice.recent");
    assert!(recent[0].contains("March 1, 2021"), "{recent:?}");
    let texts = &releases(&site, "privacy")["2021-03-01"]["texts"]["en"];
    assert_eq!(texts["subject"], "Privacy: new version, effective March 1, 2021");
    assert_eq!(texts["banner"], "Privacy: new version, effective March 1, 2021. We note the hour.");
    assert!(texts["plain"].as_str().unwrap().contains("\n- The hour.\n"), "{texts}");
    let feed = String::from_utf8_lossy(&site["privacy/feed.xml"]).into_owned();
    assert!(feed.contains("privacy@2021-03-01</id>") && feed.contains("term=\"notice\""), "{feed}");
    assert!(banner("2021-03-31", ".notice").0.is_empty());
}

/// Five ways to give notice that real policies promise, each in `policy.yaml` and then wherever somebody looks:
/// above the text, in changelog, link and feed, in the calendar.
#[test]
fn each_way_to_give_notice_is_seen_by_readers_and_services() {
    struct Way {
        policy: &'static str,
        announced: &'static str,
        /// Of the window, in the changelog.
        until: Option<&'static str>,
        /// Of the label, in `link.json`.
        revised_until: Option<&'static str>,
        banners: usize,
    }
    let at = |day: &str| Value::from(format!("{day}T00:00:00-05:00"));
    for Way { policy, announced, until, revised_until, banners } in [
        // On the page and for a time thereafter; homepage and e-mail, of what is material.
        Way {
            policy: "window_days_after: 10, channels: [page]",
            announced: "2021-03-01",
            until: Some("2021-03-11"),
            revised_until: None,
            banners: 1,
        },
        Way {
            policy: "for: material, window_days_after: 9, channels: [homepage, email]",
            announced: "2021-03-01",
            until: Some("2021-03-10"),
            revised_until: None,
            banners: 1,
        },
        // The link to the policy is labelled for seven days.
        Way {
            policy: "for: every, link_label_days: 7, channels: [link]",
            announced: "2021-03-01",
            until: Some("2021-03-01"),
            revised_until: Some("2021-03-08"),
            banners: 0,
        },
        // Announced before, and told as adopted.
        Way {
            policy: "days_before: 28, window_days_after: 5",
            announced: "2021-02-01",
            until: Some("2021-03-06"),
            revised_until: None,
            banners: 1,
        },
        // None.
        Way { policy: "for: none", announced: "2021-03-01", until: None, revised_until: None, banners: 0 },
    ] {
        let front = format!("announced: {announced}\n{MATERIAL}");
        let place = two(&format!("notice: {{{policy}}}\n"), &front, OLD, NEW);
        let site = build(place.path(), &["--as-of", "2021-03-02"]);
        assert_eq!(all(&page(&site, "privacy/index.html"), ".notice.recent").len(), banners, "{policy}");
        let release = &releases(&site, "privacy")["2021-03-01"];
        assert_eq!(release["effective_at"], at("2021-03-01"), "{policy}");
        assert_eq!(release["notice"].get("until"), until.map(at).as_ref(), "{policy}");
        let link = json(&site, "privacy/link.json");
        assert_eq!(link.get("revised_until"), revised_until.map(at).as_ref(), "{policy}");
        // Whoever follows the feed hears of it in any case, on the day it was announced.
        let feed = json(&site, "privacy/feed.json");
        let item = feed["items"].as_array().unwrap().iter().find(|i| i["url"] == release["urls"]["redline"]);
        let item = item.unwrap_or_else(|| panic!("{policy}: {feed}"));
        assert_eq!(item["_clauseline"]["action"], "notice", "{policy}");
        assert_eq!(item["date_published"], at(announced), "{policy}");
        let calendar = String::from_utf8_lossy(&site["calendar.ics"]).replace("\r\n ", "");
        let ends = "UID:privacy@2021-03-01/notice-ends@fernhill.example";
        assert!(calendar.contains("UID:privacy@2021-03-01/effective@fernhill.example"), "{policy}");
        assert_eq!(calendar.contains(ends), banners > 0, "{policy}");
    }
}

/// What is kept outside a policy, and what it refers to as that stands.
#[test]
fn related_documents_stand_below_the_text() {
    let policy =
        "incorporates: [terms]\nannexes: [{title: Vendors, url: \"https://fernhill.example/vendors\"}]\n";
    let place = two(policy, TRIFLE, OLD, NEW);
    crate::program::write(&place.path().join("terms/policy.yaml"), b"title: Terms\n");
    let terms = version("effective: 2020-01-01\n", "Be kind.\n");
    crate::program::write(&place.path().join("terms/2020-01-01.md"), terms.as_bytes());
    let site = build(place.path(), &["--as-of", "2021-03-02"]);
    let page = page(&site, "privacy/index.html");
    let links: Vec<_> = all(&page, "dl.record a")
        .into_iter()
        .map(|a| (words(a), a.value().attr("href").unwrap().to_owned()))
        .collect();
    assert!(links.contains(&("Terms".to_owned(), "../terms/".to_owned())), "{links:?}");
    assert!(
        links.contains(&("Vendors".to_owned(), "https://fernhill.example/vendors".to_owned())),
        "{links:?}"
    );
}

/// A school becomes part of another one: its policy goes on below another address, and the old one stays.
#[test]
fn a_line_goes_on_when_the_publisher_becomes_another() {
    let place = two("succeeds: pilot@2018-01-01\n", TRIFLE, OLD, NEW);
    crate::program::write(&place.path().join("pilot/policy.yaml"), b"title: Pilot notice\n");
    let pilot = version("effective: 2018-01-01\n", "## Visits {#visits}\n\nThe pilot writes nothing down.\n");
    crate::program::write(&place.path().join("pilot/2018-01-01.md"), pilot.as_bytes());
    let front = "effective: 2020-01-01\naction: reaccept\nsummary: Fernhill took over.\n\
                 changes: [{clause: visits, material: true, category: controller-identity, summary: Fernhill took over.}]\n";
    crate::program::write(&place.path().join("privacy/2020-01-01.md"), version(front, OLD).as_bytes());
    let site = build(place.path(), &["--as-of", "2021-03-02"]);
    let history = page(&site, "privacy/history/index.html");
    let days = told(&history, ".entry .date");
    assert_eq!(days, ["March 1, 2021", "January 1, 2020", "January 1, 2018"]);
    assert!(site.contains_key("pilot/v/2018-01-01/index.html"));
    assert!(site.contains_key("pilot/index.html"));
}

#[test]
fn where_a_text_is_from_is_said_beside_it() {
    let imported = |source: &str| {
        let front = format!("source: {source}\n");
        let site = build(two("", &front, OLD, NEW).path(), &["--as-of", "2022-01-01"]);
        let page = page(&site, "privacy/v/2021-03-01/index.html");
        (fact(&page, "Source").unwrap(), fact(&page, "Effective"), fact(&page, "Announced"))
    };
    let (source, effective, announced) =
        imported("{url: \"https://archive.example/7\", captured: 2021-09-09, fidelity: extracted}");
    assert_eq!(source, "https://archive.example/7, seen on September 9, 2021 (extracted from a page)");
    // The day on which it was seen is not the day it took effect, and when it was announced nobody knows.
    assert_eq!(effective.as_deref(), Some("March 1, 2021"));
    assert_eq!(announced, None);
    // Nor does what is kept for the file claim to know.
    let place = two("", "source: {fidelity: extracted}\n", OLD, NEW);
    let bundled = place.path().join("bundle.zip");
    let mut command = clauseline(&["bundle", "privacy@2021-03-01", "--content"]);
    let run = Run::from(command.arg(place.path()).arg("--out").arg(&bundled).output().unwrap());
    assert_eq!(run.code, Some(0), "{}", run.err);
    // Nothing in it is compressed.
    let bytes = std::fs::read(&bundled).unwrap();
    let bundled = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(bundled.contains("takes effect:  2021-03-01"));
    assert!(!bundled.contains("announced:") && !bundled.contains("announced on"));
    let (source, ..) = imported("{fidelity: extracted}");
    assert_eq!(source, "Imported; where from is not said (extracted from a page)");
}

/// An author writes no contents, and may change the capitals of a heading: its address stays.
#[test]
fn contents_are_made_of_headings_whose_capitals_may_change() {
    let old = "## What we Keep\n\nNames.\n\n### How Long\n\nA day.\n\n## Storage & Safety\n\nA cupboard.\n";
    let new = old.replace("we Keep", "We keep").replace("Storage & Safety", "Storage &amp; safety");
    let site = build(two("", "action: none\n", old, &new).path(), &["--as-of", "2022-01-01"]);
    let page = page(&site, "privacy/index.html");
    let contents: Vec<_> = all(&page, "nav.contents a")
        .into_iter()
        .map(|a| (words(a), a.value().attr("href").unwrap().to_owned()))
        .collect();
    let expected = [
        ("What We keep", "#what-we-keep"),
        ("How Long", "#how-long"),
        ("Storage & safety", "#storage-safety"),
    ];
    let expected = expected.map(|(title, id)| (title.to_owned(), id.to_owned()));
    assert_eq!(contents, expected);
    let changes = &releases(&site, "privacy")["2021-03-01"]["changes"];
    let classes: Vec<_> = changes.as_array().unwrap().iter().map(|c| (&c["id"], &c["classes"])).collect();
    assert_eq!(
        serde_json::to_value(classes).unwrap(),
        serde_json::json!([
            ["privacy@2021-03-01#what-we-keep", ["case"]],
            ["privacy@2021-03-01#storage-safety", ["case"]]
        ])
    );
}

/// The day of adoption is said above the text and not in it, and is another than that of effect.
#[test]
fn when_it_was_announced_is_no_part_of_the_text() {
    let front = format!("announced: 2021-02-01\n{MATERIAL}");
    let place = two("notice: {days_before: 28}\n", &front, OLD, NEW);
    let site = build(place.path(), &["--as-of", "2021-02-10"]);
    let release = &releases(&site, "privacy")["2021-03-01"];
    assert_eq!((&release["announced"], &release["effective"]), (&"2021-02-01".into(), &"2021-03-01".into()));
    let page = page(&site, "privacy/index.html");
    let banner = told(&page, ".notice.upcoming").join(" ");
    assert!(banner.contains("March 1, 2021") && banner.contains("February 1, 2021"), "{banner}");
    let canonical = std::str::from_utf8(&site["privacy/v/2021-03-01/policy.md"]).unwrap();
    assert_eq!(canonical, NEW);
}

#[test]
fn a_translation_says_in_its_language_which_text_binds() {
    let site = small();
    let page = page(&site, "privacy/es/index.html");
    assert_eq!(all(&page, "html[lang=es]").len(), 1);
    let banner = told(&page, ".notice").join(" ");
    assert!(banner.contains("Esta traducción es solo orientativa"), "{banner}");
    let binds = told(&page, ".notice [lang=en]").join(" ");
    assert!(binds.contains("This translation is for convenience; the English text controls."), "{binds}");
}

/// A promise of time that is lost among many words is told before what a page folds.
#[test]
fn a_promise_of_time_that_is_lost_is_seen_at_once() {
    let old = "## Changes {#changes}\n\nWe may change this notice and shall mark the link to it. The mark must stay for at \
               least ten (10) days. By then you will only be bound for what follows.\n";
    let new = "## Changes {#changes}\n\nWe can change this notice and will mark it. You should know that by your visit \
               you accept what Fernhill and its Members say.\n";
    let front = "action: notice\nsummary: S.\nchanges: [{clause: changes, material: true, summary: C.}]\n";
    let site = build(two("", front, old, new).path(), &["--as-of", "2022-01-01"]);
    let page = page(&site, "privacy/compare/2020-01-01/2021-03-01/index.html");
    let folded = told(&page, ".changes details.more li");
    assert!(!folded.is_empty(), "more is told than is shown at once");
    let first = told(&page, ".changes td > .signals > li");
    assert!(first[0].contains("“ten (10) days” is gone"), "{first:?}, then {folded:?}");
}

/// The list of revisions, complete by construction: each version that was announced is in it once, with both
/// its days, the reason, and a redline on this very site; and one list is of one instrument.
#[test]
fn the_list_of_revisions_is_complete() {
    let site = school();
    let mut told_apart = 0;
    for policy in ["privacy", "cookies", "learner-terms", "pilot-privacy"] {
        let releases = releases(&site, policy);
        let files = std::fs::read_dir(path("content").join(policy)).unwrap();
        let written = files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.matches('.').count() == 1 && name.ends_with(".md"));
        let written: Vec<_> = written.map(|name| name.trim_end_matches(".md").to_owned()).collect();
        assert_eq!(written.len(), releases.len(), "{policy}: {written:?}");
        let history = page(&site, &format!("{policy}/history/index.html"));
        for id in written {
            let release = &releases[&id];
            let css = format!("[id=\"v-{id}\"]");
            let [entry] = all(&history, &css)[..] else { panic!("{policy}@{id} is in the list, once") };
            let days: Vec<_> = entry
                .select(&Selector::parse(".when time").unwrap())
                .map(|t| t.value().attr("datetime").unwrap())
                .collect();
            let (announced, effective) =
                (release["announced"].as_str().unwrap(), release["effective"].as_str().unwrap());
            assert!(days.contains(&effective), "{policy}@{id}: {days:?}");
            if announced != effective {
                told_apart += 1;
                assert!(days.contains(&announced), "{policy}@{id}: {days:?}");
            }
            if let Some(summary) = release["summary"].as_str() {
                assert!(words(entry).contains(summary), "{policy}@{id}: {summary}");
            }
            let links: Vec<_> = entry
                .select(&Selector::parse(".links a").unwrap())
                .map(|a| a.value().attr("href").unwrap())
                .collect();
            assert!(links.iter().all(|link| !link.contains(':')), "{policy}@{id}: {links:?}");
            if let Some(previous) = release["previous"].as_str().and_then(|p| p.split_once('@')) {
                let redline = format!("compare/{}/{id}/", previous.1);
                assert!(links.iter().any(|link| link.ends_with(&redline)), "{policy}@{id}: {links:?}");
            }
        }
    }
    assert!(told_apart > 3, "some versions of the school were announced ahead");
}

/// Where to ask is on every page, and another address in the text is a change and no slip.
#[test]
fn a_contact_is_said_everywhere_and_another_one_is_a_change() {
    let old = "## Visits {#visits}\n\nAsk [the office](mailto:office@fernhill.example).\n";
    let new = old.replace("mailto:office", "mailto:privacy");
    let front =
        "action: none\nchanges: [{clause: visits, material: false, category: contact, reason: It moved.}]\n";
    let site = build(two("", front, old, &new).path(), &["--as-of", "2022-01-01"]);
    for name in ["index.html", "privacy/index.html", "privacy/history/index.html"] {
        let page = page(&site, name);
        assert_eq!(all(&page, "footer a[href=\"mailto:office@fernhill.example\"]").len(), 1, "{name}");
    }
    let change = &releases(&site, "privacy")["2021-03-01"]["changes"][0];
    assert_eq!((&change["category"], &change["classes"]), (&"contact".into(), &serde_json::json!(["link"])));
    assert_eq!(change["signals"][0]["kind"], "channel");
    let untold = two("", "action: none\n", old, &new);
    assert!(check(untold.path()).err.contains("error[not-classified]"));
}

/// Words about other versions, updates, archives, notices and dates than the policy's own.
#[test]
fn words_that_sound_like_a_policy_s_own_changes_are_none() {
    let text = "## Courses {#courses}\n\nWe keep versions of course material, and use answers for future versions of our \
                courses. Sign up for updates. Site updates come by mail. We archive this information, and revise \
                exercises from time to time. You may review your answers periodically. The Learning Act took effect \
                in 1974. © 2020 Fernhill.\n";
    let said = "action: notice\nsummary: S.\nchanges: [{clause: courses, material: true, summary: C.}]\n";
    let place = two("", said, OLD, &format!("{OLD}\n{text}"));
    let run = check(place.path());
    assert!(run.err.ends_with("2 versions: no mistakes\n"), "{}", run.err);
}
