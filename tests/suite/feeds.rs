//! Feeds and the calendar, as programs that are not ours read them, against the changelog.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use calcard::icalendar::{ICalendar, ICalendarComponent, ICalendarProperty};
use chrono::{DateTime, Utc};
use feed_rs::model::{Entry, Feed};
use scraper::{Html, Selector};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, build, clauseline, folder, path, school, small, write};

type Site = BTreeMap<String, Vec<u8>>;

fn text<'s>(site: &'s Site, name: &str) -> &'s str {
    let bytes = site.get(name).unwrap_or_else(|| panic!("there is no {name}"));
    std::str::from_utf8(bytes).unwrap()
}

fn value(site: &Site, name: &str) -> Value {
    serde_json::from_str(text(site, name)).unwrap()
}

fn feed(site: &Site, name: &str) -> Feed {
    feed_rs::parser::parse(text(site, name).as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn said<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no `{key}` in {value}"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn titled(entry: &Entry) -> &str {
    &entry.title.as_ref().unwrap().content
}

fn body(entry: &Entry) -> Html {
    Html::parse_fragment(entry.content.as_ref().unwrap().body.as_deref().unwrap())
}

/// The days of the calendar by their names.
fn days(site: &Site) -> BTreeMap<String, ICalendarComponent> {
    let calendar = ICalendar::parse(text(site, "calendar.ics")).unwrap_or_else(|e| panic!("{e:?}"));
    let events = calendar.components.into_iter().filter(|c| c.component_type.is_event());
    let days: Vec<_> = events.map(|event| (event.uid().unwrap().to_owned(), event)).collect();
    let count = days.len();
    let days: BTreeMap<_, _> = days.into_iter().collect();
    assert_eq!(days.len(), count, "a name is given twice");
    days
}

/// A property as text; instants and days as the world counts.
fn property(event: &ICalendarComponent, property: &ICalendarProperty) -> String {
    let entry = event.property(property).unwrap_or_else(|| panic!("no {property:?}"));
    let value = &entry.values[0];
    if let Some(day) = value.as_partial_date_time() {
        let part = |of: Option<u8>| of.unwrap_or_default();
        let (year, month, date) = (day.year.unwrap(), part(day.month), part(day.day));
        let date = format!("{year:04}-{month:02}-{date:02}");
        return match day.hour {
            None => date,
            Some(hour) => {
                assert_eq!((day.tz_hour, day.tz_minute), (Some(0), Some(0)), "{entry:?} is in UTC");
                format!("{date}T{hour:02}:{:02}:{:02}Z", part(day.minute), part(day.second))
            }
        };
    }
    value.as_integer().map_or_else(|| value.as_text().unwrap().to_owned(), |n| n.to_string())
}

/// Changelogs of a site with the feed of the same: of each policy, and of all.
fn changelogs(site: &Site) -> Vec<(String, Vec<Value>)> {
    let names = site.keys().filter(|name| name.ends_with("changelog.json"));
    names
        .map(|name| {
            let mut releases = list(&value(site, name)["releases"]).to_vec();
            let key = |r: &Value| (said(r, "announced").to_owned(), said(r, "id").to_owned());
            releases.sort_by_key(|r| std::cmp::Reverse(key(r)));
            (name.strip_suffix("changelog.json").unwrap().to_owned(), releases)
        })
        .collect()
}

const SITE: &str = "title: Policies\norganisation: A school\nbase_url: https://a.example/legal/\ntime_zone: America/New_York\n";

const FIRST: &str = "---\neffective: 2020-01-01\nsummary: The first text.\n---\n\n## Data {#data}\n\nWe keep it for 30 days.\n\n## Sharing {#sharing}\n\nWith nobody.\n";

/// A second version, announced in March for June.
fn second(effective: &str, more: &str) -> String {
    format!(
        "---\neffective: {effective}\nannounced: 2020-03-01\nkind: amendment\nsummary: We keep it longer.\naction: notice\n{more}changes:\n  - clause: data\n    material: true\n    category: retention\n    direction: less-protective\n    summary: Twice as long.\n---\n\n## Data {{#data}}\n\nWe keep it for 60 days.\n\n## Sharing {{#sharing}}\n\nWith nobody.\n"
    )
}

const POLICY: &str = "title: Privacy Policy\nnotice: {window_days_after: 10}\n";

fn content(files: &[(&str, &str)]) -> TempDir {
    let place = folder(&[
        ("content/site.yaml", SITE),
        ("content/privacy/policy.yaml", POLICY),
        ("content/privacy/2020-01-01.md", FIRST),
    ]);
    files.iter().for_each(|(name, text)| write(&place.path().join(name), text.as_bytes()));
    place
}

fn built(place: &TempDir, day: &str) -> Site {
    build(&place.path().join("content"), &["--as-of", day])
}

fn seal(place: &TempDir, day: &str) {
    let run = clauseline(&["seal", "--as-of", day]).current_dir(place.path()).output().unwrap();
    let run = Run::from(run);
    assert_eq!(run.code, Some(0), "{}", run.err);
}

const SECOND: &str = "content/privacy/2020-06-01.md";
const ID: &str = "tag:a.example,2026:privacy@2020-06-01";
const UID: &str = "privacy@2020-06-01/effective@a.example";
const ENDS: &str = "privacy@2020-06-01/notice-ends@a.example";

fn entry<'f>(feed: &'f Feed, id: &str) -> &'f Entry {
    feed.entries.iter().find(|e| e.id == id).unwrap_or_else(|| panic!("no {id}"))
}

#[test]
fn a_feed_has_every_release_of_the_changelog() {
    let mut seen = BTreeSet::new();
    for site in [small(), school()] {
        let host = said(&value(&site, "changelog.json")["site"], "url").split('/').nth(2).unwrap().to_owned();
        for (folder, releases) in changelogs(&site) {
            let atom = feed(&site, &format!("{folder}feed.xml"));
            let json = value(&site, &format!("{folder}feed.json"));
            let items = list(&json["items"]);
            assert_eq!((atom.entries.len(), items.len()), (releases.len(), releases.len()), "{folder}");
            for ((entry, item), release) in atom.entries.iter().zip(items).zip(&releases) {
                let id = said(release, "id");
                assert_eq!(entry.id, format!("tag:{host},2026:{id}"));
                assert_eq!(entry.published.unwrap(), instant(said(release, "announced_at")), "{id}");
                assert!(entry.updated >= entry.published, "{id}");
                let where_to = release["urls"].get("redline").unwrap_or(&release["urls"]["text"]);
                assert_eq!(entry.links[0].href, where_to.as_str().unwrap());
                let sorted = |of: &str| -> BTreeSet<&str> {
                    let scheme = format!("tag:{host},2026:{of}");
                    let all = entry.categories.iter().filter(|c| c.scheme.as_deref() == Some(&scheme));
                    all.map(|c| c.term.as_str()).collect()
                };
                for of in ["kind", "materiality", "action"] {
                    assert_eq!(sorted(of), [said(release, of)].into(), "{id}");
                    seen.insert(said(release, of).to_owned());
                }
                // The word on a clause that did not change is in no changelog.
                let changes = list(&release["changes"]);
                let told = changes.iter().filter_map(|c| c.get("category")?.as_str());
                assert!(sorted("category").is_superset(&told.collect()), "{id}");

                // The same in JSON, and what a program needs in data.
                let facts = &item["_clauseline"];
                assert_eq!(said(item, "id"), entry.id);
                assert_eq!(said(item, "title"), titled(entry));
                assert_eq!(said(item, "url"), entry.links[0].href);
                assert_eq!(instant(said(item, "date_modified")), entry.updated.unwrap());
                assert_eq!(said(item, "date_published"), said(release, "announced_at"));
                assert_eq!(Some(said(item, "content_html")), entry.content.as_ref().unwrap().body.as_deref());
                assert_eq!(item.get("summary").is_some(), release.get("summary").is_some());
                assert_eq!(facts["release"], release["id"]);
                for key in ["policy", "version", "kind", "corrects", "reverts", "acceptance_id", "announced"]
                {
                    assert_eq!(facts[key], release[key], "{id}: {key}");
                }
                for key in ["effective", "effective_at", "dates", "withdrawn_at", "materiality", "action"] {
                    assert_eq!(facts[key], release[key], "{id}: {key}");
                }
                assert_eq!(
                    (&facts["text"], &facts["redline"], &facts["record"]),
                    (&release["urls"]["text"], &release["urls"]["redline"], &release["record"])
                );
                let own = format!("{}/changelog.json", said(release, "policy"));
                assert!(said(facts, "changelog").ends_with(&own) && site.contains_key(&own));
            }
        }
    }
    for word in ["material", "correction", "revert", "not-classified", "reaccept", "unknown"] {
        assert!(seen.contains(word), "nothing here is `{word}`: {seen:?}");
    }
}

#[test]
fn a_feed_says_what_the_standards_ask_for() {
    for site in [small(), school()] {
        let base = said(&value(&site, "changelog.json")["site"], "url").to_owned();
        let mut ids = BTreeSet::new();
        for name in site.keys().filter(|name| name.ends_with("feed.xml")) {
            let (atom, xml) = (feed(&site, name), text(&site, name));
            // RFC 4287, 4.1.1 and 4.1.2: each exactly once; an author for all of it.
            let (head, entries) = xml.split_once("<entry>").unwrap();
            for part in std::iter::once(head).chain(entries.split("<entry>")) {
                for element in ["<id>", "<title>", "<updated>"] {
                    assert_eq!(part.matches(element).count(), 1, "{name}: {element} in {part}");
                }
            }
            assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\""));
            assert_eq!(atom.authors.len(), 1, "{name}");
            assert_eq!(atom.generator.as_ref().unwrap().content, "clauseline 1");
            let link = |rel: &str, kind: &str| {
                let all = atom.links.iter().filter(|l| l.rel.as_deref() == Some(rel));
                let of: Vec<_> = all.filter(|l| l.media_type.as_deref() == Some(kind)).collect();
                assert_eq!(of.len(), 1, "{name}: {rel} {kind}");
                of[0].href.clone()
            };
            assert_eq!(link("self", "application/atom+xml"), format!("{base}{name}"));
            let page = link("alternate", "text/html").strip_prefix(&base).unwrap().to_owned();
            assert!(site.contains_key(&format!("{page}index.html")), "{name}: {page}");
            let last = atom.entries.iter().filter_map(|e| e.updated).max();
            assert_eq!(atom.updated, last, "{name}");
            assert!(ids.insert(atom.id.clone()), "{} is given twice", atom.id);

            // JSON Feed 1.1.
            let file = name.replace("feed.xml", "feed.json");
            assert_eq!(link("alternate", "application/feed+json"), format!("{base}{file}"));
            let json = value(&site, &file);
            assert_eq!(said(&json, "version"), "https://jsonfeed.org/version/1.1");
            assert_eq!(said(&json, "feed_url"), format!("{base}{file}"));
            assert_eq!(said(&json, "home_page_url"), format!("{base}{page}"));
            assert_eq!(said(&json, "title"), atom.title.unwrap().content);
            assert!(!json.to_string().contains("null"), "{file}");
            let read = feed(&site, &file);
            assert_eq!(read.entries.len(), atom.entries.len(), "{file}");
            let schema = said(&json["_clauseline"], "$schema").strip_prefix(&base).unwrap().to_owned();
            let validator = jsonschema::draft202012::new(&value(&site, &schema)).unwrap();
            let errors: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "{file}: {errors:?}");
            for item in list(&json["items"]) {
                let content = Html::parse_fragment(said(item, "content_html"));
                let links = Selector::parse("a[href]").unwrap();
                for link in content.select(&links) {
                    let url = link.attr("href").unwrap().strip_prefix(&base).unwrap();
                    assert!(site.contains_key(&format!("{url}index.html")), "{file}: {url}");
                }
            }
        }
    }
}

#[test]
fn the_calendar_has_every_day_of_the_changelog() {
    for site in [small(), school(), withdrawn_and_put_off()] {
        let ics = text(&site, "calendar.ics");
        assert!(ics.ends_with("\r\n") && ics.matches('\n').count() == ics.matches("\r\n").count());
        let longest = ics.split("\r\n").map(str::len).max().unwrap();
        assert!(longest <= 75, "{longest} octets in a line");
        let mut days = days(&site);
        let host = said(&value(&site, "changelog.json")["site"], "url").split('/').nth(2).unwrap().to_owned();
        for release in list(&value(&site, "changelog.json")["releases"]) {
            let id = said(release, "id");
            let (effective, ends) = (format!("{id}/effective@{host}"), format!("{id}/notice-ends@{host}"));
            if said(release, "dates") == "captured" {
                assert!(!days.contains_key(&effective) && !days.contains_key(&ends), "{id} was only seen");
                continue;
            }
            let until = release.get("notice").map(|n| &said(n, "until")[..10]);
            let until = until.filter(|until| *until > said(release, "effective"));
            let withdrawn = release.get("withdrawn_at").is_some();
            for (uid, day) in [(&effective, Some(said(release, "effective"))), (&ends, until)] {
                let Some(event) = days.remove(uid) else {
                    assert_eq!(day, None, "{uid}");
                    continue;
                };
                let of = |name: ICalendarProperty| property(&event, &name);
                if let Some(day) = day {
                    assert_eq!(of(ICalendarProperty::Dtstart), day, "{uid}");
                } else {
                    assert!(withdrawn, "{uid} is promised by nobody");
                }
                assert!(!event.has_property(&ICalendarProperty::Dtend), "{uid}: one day is its own end");
                assert_eq!(instant(&of(ICalendarProperty::Created)), instant(said(release, "announced_at")));
                assert_eq!(of(ICalendarProperty::Dtstamp), of(ICalendarProperty::LastModified), "{uid}");
                let status = if withdrawn { "CANCELLED" } else { "CONFIRMED" };
                assert_eq!(of(ICalendarProperty::Status), status, "{uid}");
                assert_eq!(of(ICalendarProperty::Transp), "TRANSPARENT");
                let where_to = release["urls"].get("redline").unwrap_or(&release["urls"]["text"]);
                assert_eq!(of(ICalendarProperty::Url), where_to.as_str().unwrap());
                assert!(of(ICalendarProperty::Summary).contains(said(release, "title")), "{uid}");
                let summary = release.get("summary").map_or("", |s| s.as_str().unwrap());
                let description = event.property(&ICalendarProperty::Description);
                let description =
                    description.map_or("", |entry| entry.values[0].as_text().unwrap_or_default());
                assert!(description.starts_with(summary.trim()), "{uid}: {description}");
            }
        }
        assert!(days.is_empty(), "of no release: {:?}", days.keys());
    }
}

/// Announced in March for June, put off to July, then taken back.
fn withdrawn_and_put_off() -> Site {
    let place = content(&[(SECOND, &second("2020-07-01", "withdrawn: 2020-05-20\n"))]);
    built(&place, "2020-05-25")
}

#[test]
fn what_is_decided_later_is_another_state_of_the_same_entry() {
    let place = content(&[]);
    seal(&place, "2020-01-01");
    write(&place.path().join(SECOND), second("2020-06-01", "").as_bytes());
    seal(&place, "2020-03-01");
    let told = |day: &str, updated: &str, times: &str, status: &str, start: &str| {
        let site = built(&place, day);
        for name in ["feed.xml", "privacy/feed.xml"] {
            let feed = feed(&site, name);
            let entry = entry(&feed, ID);
            assert_eq!(entry.published.unwrap(), instant("2020-03-01T00:00:00-05:00"), "on {day}");
            assert_eq!(entry.updated.unwrap(), instant(updated), "on {day}");
            assert_eq!(feed.updated, entry.updated, "on {day}");
        }
        let days = days(&site);
        let of = |uid: &str, name| property(&days[uid], &name);
        for uid in [UID, ENDS] {
            assert_eq!(of(uid, ICalendarProperty::Sequence), times, "on {day}");
            assert_eq!(of(uid, ICalendarProperty::Status), status, "on {day}");
            assert_eq!(instant(&of(uid, ICalendarProperty::LastModified)), instant(updated), "on {day}");
        }
        assert_eq!(of(UID, ICalendarProperty::Dtstart), start);
        site
    };
    let announced = "2020-03-01T00:00:00-05:00";
    let before = told("2020-03-01", announced, "0", "CONFIRMED", "2020-06-01");
    // A day later, and a translation later, nothing is another one.
    let same = told("2020-04-01", announced, "0", "CONFIRMED", "2020-06-01");
    let files = ["feed.xml", "feed.json", "privacy/feed.xml", "privacy/feed.json", "calendar.ics"];
    assert!(files.iter().all(|name| before[*name] == same[*name]));
    let spanish = "---\ntitle: Política de privacidad\nsummary: La guardamos más tiempo.\n---\n\n## Datos {#data}\n\n60 días.\n\n## Terceros {#sharing}\n\nCon nadie.\n";
    write(&place.path().join("content/privacy/2020-06-01.es.md"), spanish.as_bytes());
    seal(&place, "2020-04-02");
    let same = told("2020-04-02", announced, "0", "CONFIRMED", "2020-06-01");
    assert!(files.iter().all(|name| before[*name] == same[*name]));

    write(&place.path().join(SECOND), second("2020-07-01", "").as_bytes());
    seal(&place, "2020-05-04");
    let later = told("2020-05-10", "2020-05-04T00:00:00-04:00", "1", "CONFIRMED", "2020-07-01");
    let (feed_before, feed_after) = (feed(&before, "feed.xml"), feed(&later, "feed.xml"));
    assert_eq!(titled(entry(&feed_before, ID)), "Privacy Policy: new version takes effect on June 1, 2020");
    assert_eq!(titled(entry(&feed_after, ID)), "Privacy Policy: new version takes effect on July 1, 2020");
    let content = &entry(&feed_after, ID).content.as_ref().unwrap().body;
    assert!(
        content.as_ref().unwrap().contains("It was to take effect on June 1, 2020 before."),
        "{content:?}"
    );

    write(&place.path().join(SECOND), second("2020-07-01", "withdrawn: 2020-06-15\n").as_bytes());
    seal(&place, "2020-06-15");
    let gone = told("2020-06-20", "2020-06-15T00:00:00-04:00", "2", "CANCELLED", "2020-07-01");
    let after = feed(&gone, "feed.xml");
    assert_eq!(titled(entry(&after, ID)), "Privacy Policy: version for July 1, 2020 was withdrawn");
    let facts = list(&value(&gone, "feed.json")["items"])[0]["_clauseline"].clone();
    assert_eq!(said(&facts, "withdrawn_at"), "2020-06-15T00:00:00-04:00");
}

#[test]
fn what_was_never_sealed_is_withdrawn_all_the_same() {
    let site = withdrawn_and_put_off();
    let feed = feed(&site, "feed.xml");
    assert_eq!(entry(&feed, ID).updated.unwrap(), instant("2020-05-20T00:00:00-04:00"));
    let days = days(&site);
    assert_eq!(property(&days[UID], &ICalendarProperty::Sequence), "1");
    assert_eq!(property(&days[ENDS], &ICalendarProperty::Status), "CANCELLED");
}

#[test]
fn a_correction_is_an_entry_of_its_own() {
    let correction = "---\neffective: 2020-02-01\nkind: correction\ncorrects: 2020-01-01\nsummary: A slip of the pen.\naction: none\n---\n\n## Data {#data}\n\nWe keep them for 30 days.\n\n## Sharing {#sharing}\n\nWith nobody.\n";
    let site = built(&content(&[("content/privacy/2020-02-01.md", correction)]), "2020-02-02");
    let feed = feed(&site, "privacy/feed.xml");
    let titles: Vec<&str> = feed.entries.iter().map(titled).collect();
    assert_eq!(
        titles,
        [
            "Privacy Policy: correction of February 1, 2020",
            "Privacy Policy: first version takes effect on January 1, 2020"
        ]
    );
    let said_of_it: String = body(&feed.entries[0]).root_element().text().collect();
    assert!(said_of_it.contains("The meaning did not change."), "{said_of_it}");
    let facts = list(&value(&site, "feed.json")["items"])[0]["_clauseline"].clone();
    assert_eq!(
        (said(&facts, "corrects"), said(&facts, "acceptance_id")),
        ("privacy@2020-01-01", "privacy@2020-01-01")
    );
    assert!(days(&site).contains_key("privacy@2020-02-01/effective@a.example"));
}

/// Every name that somebody may keep.
fn names(site: &Site) -> BTreeSet<String> {
    let mut names: BTreeSet<String> = days(site).into_keys().collect();
    for name in site.keys().filter(|name| name.ends_with("feed.xml")) {
        let feed = feed(site, name);
        names.insert(format!("{name} {}", feed.id));
        for entry in feed.entries {
            names.extend(entry.categories.iter().filter_map(|c| c.scheme.clone()));
            names.insert(format!("{name} {}", entry.id));
        }
    }
    names
}

#[test]
fn a_name_is_for_ever() {
    let place = content(&[(SECOND, &second("2020-06-01", ""))]);
    let before = names(&built(&place, "2020-04-01"));
    assert!(before.contains(UID) && before.contains(&format!("feed.xml {ID}")), "{before:?}");
    let site = place.path().join("content/site.yaml");
    let other = |from: &str, to: &str| fs::write(&site, SITE.replace(from, to)).unwrap();

    other("a.example/legal/", "A.example:8443/policies/of/ours");
    assert_eq!(names(&built(&place, "2024-04-01")), before, "another path, another day");
    other("title: Policies\n", "title: Rules\ndefault_language: es\n");
    write(&place.path().join("content/privacy/policy.yaml"), POLICY.replace("Privacy", "Another").as_bytes());
    assert_eq!(names(&built(&place, "2020-04-01")), before, "other titles, another language");
    fs::write(&site, SITE).unwrap();
    let moved = ["--as-of", "2020-04-01", "--base-url", "https://preview.example/7/"];
    assert_eq!(names(&build(&place.path().join("content"), &moved)), before, "built for another address");
    // The site moves, and says where it was.
    other(
        "base_url: https://a.example/legal/",
        "base_url: https://b.example/\nfirst_url: https://a.example/legal/",
    );
    let site = built(&place, "2020-04-01");
    assert_eq!(names(&site), before);
    assert!(text(&site, "feed.xml").contains("href=\"https://b.example/feed.xml\""));
    assert!(!text(&site, "feed.xml").contains("//a.example"));
}

#[test]
fn whatever_a_title_has_in_it_is_read_as_it_was_written() {
    let title = "<b>Q&A</b>; \\\"fees\\\", ]]> \\\\n سياسة الخصوصية 👩🏽\u{200d}⚖️ \\u0007".to_owned()
        + &" long".repeat(40);
    let meant = title.replace("\\\"", "\"").replace("\\\\", "\\").replace(" \\u0007", "").to_owned();
    let summary = "summary: |\n  One <script>alert(1)</script> & two; three, four.\n  ]]> خمسة\n";
    let place = content(&[
        ("content/site.yaml", &SITE.replace("title: Policies", &format!("title: \"{title}\""))),
        ("content/privacy/policy.yaml", &format!("title: \"{title}\"\n")),
        ("content/privacy/2020-01-01.md", &FIRST.replace("summary: The first text.\n", summary)),
    ]);
    let site = built(&place, "2020-02-01");
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for name in ["feed.xml", "privacy/feed.xml", "feed.json"] {
        let feed = feed(&site, name);
        assert!(
            squeezed(titled(&feed.entries[0])).replace(" \u{7}", "").starts_with(&meant),
            "{name}: {}",
            titled(&feed.entries[0])
        );
        let body = body(&feed.entries[0]);
        assert_eq!(body.select(&Selector::parse("script").unwrap()).count(), 0, "{name}");
        let shown: String = body.root_element().text().collect();
        assert!(shown.contains("One <script>alert(1)</script> & two; three, four.\n]]> خمسة"), "{shown}");
    }
    let ics = text(&site, "calendar.ics");
    assert!(ics.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\u{7}', '\n'])));
    assert_eq!(ics.matches("BEGIN:").count(), 2);
    let days = days(&site);
    let event = days.values().next().unwrap();
    assert!(property(event, &ICalendarProperty::Summary).starts_with(&meant));
    assert!(property(event, &ICalendarProperty::Description).contains("& two; three, four.\n]]> خمسة"));
    let calendar = ICalendar::parse(ics).unwrap();
    assert_eq!(property(&calendar.components[0], &ICalendarProperty::Name), meant.clone() + ": changes");
    let xml = text(&site, "feed.xml");
    assert!(!xml.contains('\u{7}') && !xml.contains("]]>"));
}

#[test]
fn where_nothing_is_announced_a_feed_is_empty_and_does_not_change() {
    let place = content(&[]);
    let site = built(&place, "2019-01-01");
    let atom = feed(&site, "feed.xml");
    assert_eq!((atom.entries.len(), atom.updated.unwrap()), (0, DateTime::UNIX_EPOCH));
    assert_eq!(list(&value(&site, "feed.json")["items"]).len(), 0);
    assert!(days(&site).is_empty() && !site.contains_key("privacy/feed.xml"));
    let later = built(&place, "2019-12-31");
    assert!(["feed.xml", "feed.json", "calendar.ics"].iter().all(|name| site[*name] == later[*name]));
}

#[test]
fn drafts_are_in_no_feed() {
    let draft = second("2020-06-01", "draft: true\n");
    let place = content(&[(SECOND, &draft)]);
    let site = build(&place.path().join("content"), &["--as-of", "2020-04-01", "--drafts"]);
    assert!(site.contains_key("privacy/v/2020-06-01/index.html"));
    let plain = built(&place, "2020-04-01");
    for name in ["feed.xml", "feed.json", "privacy/feed.xml", "privacy/feed.json", "calendar.ics"] {
        assert_eq!(site[name], plain[name], "{name}");
    }
}

#[test]
fn a_feed_has_the_newest_hundred_and_the_calendar_all() {
    let place =
        content(&[("content/terms/policy.yaml", "title: Terms\n"), ("content/terms/2020-01-01.md", FIRST)]);
    // Every sixth is of the terms: the policy has more than a feed holds, and the site has other ones.
    let of = |n: u32| if n % 6 == 5 { "terms" } else { "privacy" };
    let first = chrono::NaiveDate::from_ymd_opt(2020, 1, 2).unwrap();
    for n in 0..180 {
        let (day, kept) = (first + chrono::Days::new(n.into()), n + 31);
        let version = format!(
            "---\neffective: {day}\nkind: amendment\naction: none\nsummary: Number {n}.\nchanges:\n  - {{clause: data, material: false, reason: A number}}\n---\n\n## Data {{#data}}\n\nWe keep it for {kept} days.\n\n## Sharing {{#sharing}}\n\nWith nobody.\n"
        );
        write(&place.path().join(format!("content/{}/{day}.md", of(n))), version.as_bytes());
    }
    let site = built(&place, "2021-01-01");
    for (folder, all) in [("", true), ("privacy/", false)] {
        let newest = (0..180).rev().filter(|n| all || of(*n) == "privacy").take(100);
        let wanted: Vec<String> = newest.map(|n| format!("Number {n}.")).collect();
        for name in ["feed.xml", "feed.json"].map(|name| format!("{folder}{name}")) {
            let feed = feed(&site, &name);
            let summaries = feed.entries.iter().map(|e| e.summary.clone().unwrap().content);
            assert_eq!(summaries.collect::<Vec<_>>(), wanted, "{name}");
        }
    }
    assert_eq!(days(&site).len(), 182);
}

#[test]
fn a_feed_speaks_the_language_of_its_policy() {
    let spanish = "---\ntitle: Política de privacidad\nsummary: El primer texto.\n---\n\n## Datos {#data}\n\n30 días.\n\n## Terceros {#sharing}\n\nCon nadie.\n";
    let place = content(&[
        ("content/site.yaml", &format!("{SITE}default_language: es\n")),
        ("content/privacy/policy.yaml", "title: Privacy Policy\ncontrolling_language: en\n"),
        ("content/privacy/2020-01-01.es.md", spanish),
        (SECOND, &second("2020-06-01", "")),
    ]);
    let site = built(&place, "2020-04-01");
    let (all, own) = (feed(&site, "feed.xml"), feed(&site, "privacy/feed.xml"));
    assert_eq!((all.language.as_deref(), own.language.as_deref()), (Some("es"), Some("en")));
    assert_eq!(titled(&own.entries[1]), "Privacy Policy: first version takes effect on January 1, 2020");
    assert_eq!(
        titled(&all.entries[1]),
        "Política de privacidad: la primera versión entra en vigor el 1 de enero de 2020"
    );
    assert_eq!(all.entries[1].summary.as_ref().unwrap().content, "El primer texto.");
    // What nobody translated says so.
    assert!(text(&site, "feed.xml").contains("<summary xml:lang=\"en\">We keep it longer.</summary>"));
    assert_eq!(list(&value(&site, "feed.json")["items"])[0]["language"], "en");
    let shown = body(&all.entries[0]);
    let english: Vec<String> =
        shown.select(&Selector::parse("[lang=en]").unwrap()).map(|e| e.text().collect::<String>()).collect();
    assert_eq!(english, ["We keep it longer.", "Data", "Twice as long."]);
}

#[test]
fn pages_lead_to_their_feeds() {
    let site = small();
    let (head, line) =
        (Selector::parse("head link[rel=alternate][type]").unwrap(), Selector::parse(".follow a").unwrap());
    let mut shown = 0;
    for (name, bytes) in site.iter().filter(|(name, _)| name.ends_with("index.html")) {
        let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
        let leads = |links: &Selector| -> Vec<String> {
            let url = |link: scraper::ElementRef<'_>| {
                clauseline::site::urls::resolve(name, link.attr("href").unwrap())
            };
            page.select(links).map(url).collect()
        };
        let policy =
            name.split_once('/').map(|(policy, _)| policy).filter(|p| !["search", "developers"].contains(p));
        let wanted = match policy {
            None if name == "index.html" => vec!["feed.xml".to_owned(), "feed.json".to_owned()],
            None => vec![],
            Some(policy) => vec![format!("{policy}/feed.xml"), format!("{policy}/feed.json")],
        };
        assert!(wanted.iter().all(|file| site.contains_key(file)), "{name}: {wanted:?}");
        assert_eq!(leads(&head), wanted, "{name}");
        for link in page.select(&head) {
            assert!(!link.attr("title").unwrap().is_empty());
        }
        let follow = leads(&line);
        if name == "index.html" || name.ends_with("/history/index.html") {
            assert_eq!(follow, [&wanted[..], &["calendar.ics".to_owned()]].concat(), "{name}");
            shown += 1;
        } else {
            assert_eq!(follow, [""; 0], "{name}");
        }
    }
    assert!(shown > 2);
    let missing = text(&site, "404.html");
    assert!(!missing.contains("application/atom+xml"));
}

#[test]
fn a_site_may_write_its_feeds_itself() {
    let own = folder(&[(
        "templates/feed-entry.html",
        "<p>Read <a href=\"{{ entry.url }}\">{{ entry.title }}</a></p>",
    )]);
    let templates = own.path().join("templates");
    let more = ["--as-of", "2018-05-01", "--templates", templates.to_str().unwrap()];
    let site = build(&path("tests/golden/small/content"), &more);
    for name in ["feed.xml", "feed.json"] {
        let feed = feed(&site, name);
        let content = feed.entries[0].content.as_ref().unwrap().body.clone().unwrap();
        assert!(content.starts_with("<p>Read <a href=\"https://"), "{name}: {content}");
    }
}
