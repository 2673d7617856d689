//! The record of each version, and the chain that they are.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::program::{build, folder, school, small};

type Site = BTreeMap<String, Vec<u8>>;

const FILES: &[(&str, &str)] = &[
    ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
    ("p/policy.yaml", "title: P\n"),
    ("p/2018-01-01.md", "---\neffective: 2018-01-01\n---\n## A {#a}\n\nWe keep it for 30 days.\n"),
    (
        "p/2019-01-01.md",
        "---\neffective: 2019-01-01\nsummary: “Less”.\naction: notice\nchanges:\n  - clause: [a]\n    material: false\n    reason: \"A \\\"slip\\\".\"\nwas: {b: a}\n---\n## A {#b}\n\nWe keep it for 7 days.\n",
    ),
    // Announced before the correction of the text it replaces.
    (
        "p/2021-01-01.md",
        "---\neffective: 2021-01-01\nannounced: 2020-01-01\nsummary: More.\naction: reaccept\n---\n## A {#b}\n\nWe keep it for 9 days.\n",
    ),
    (
        "p/2020-06-01.md",
        "---\neffective: 2020-06-01\nkind: correction\ncorrects: 2019-01-01\naction: none\n---\n## A {#b}\n\nWe keep it for 7 days!\n",
    ),
    ("p/2022-01-01.md", "---\neffective: 2022-01-01\ndraft: true\n---\n## A {#b}\n\nDraft.\n"),
];

/// The JSON without the white space between its parts: what the digest is over.
fn compact(json: &str) -> String {
    let mut out = String::new();
    let (mut quoted, mut escaped) = (false, false);
    for c in json.chars() {
        if quoted || !c.is_whitespace() {
            out.push(c);
        }
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
    }
    out
}

/// The bytes of `record`, by where it stands in the file.
fn hashed(file: &str) -> String {
    let (from, to) =
        (file.find("\"record\": {").unwrap() + "\"record\": ".len(), file.find("\n  },\n").unwrap());
    compact(&file[from..to + "\n  }".len()])
}

fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}

fn text(site: &Site, name: &str) -> String {
    String::from_utf8(site[name].clone()).unwrap()
}

fn value(site: &Site, version: &str) -> Value {
    serde_json::from_str(&text(site, &format!("p/v/{version}/record.json"))).unwrap()
}

#[test]
fn digests_are_those_of_the_records_and_form_a_chain() {
    for site in [small(), school()] {
        let mut digests = BTreeMap::new();
        let mut previous = Vec::new();
        for name in site.keys().filter(|name| name.ends_with("/record.json")) {
            let file = text(&site, name);
            let record: Value = serde_json::from_str(&file).unwrap();
            assert_eq!(record["digest"], sha256(&hashed(&file)), "{name}");
            let canonical = text(&site, &name.replace("record.json", "policy.md"));
            assert_eq!(record["record"]["text"]["digest"], sha256(&canonical), "{name}");
            digests.insert(record["record"]["id"].to_string(), record["digest"].clone());
            previous.extend(record["record"].get("previous").cloned());
        }
        assert!(!previous.is_empty());
        for link in previous {
            assert_eq!(digests[&link["id"].to_string()], link["record"]);
        }
    }
}

#[test]
fn one_byte_of_an_old_text_changes_every_later_record_and_no_other() {
    let digests = |change: Option<&str>| -> BTreeMap<String, Value> {
        let place = folder(FILES);
        if let Some(version) = change {
            let file = place.path().join(format!("p/{version}.md"));
            let text = fs::read_to_string(&file).unwrap().replace("We keep", "We kept");
            fs::write(file, text).unwrap();
        }
        let site = build(place.path(), &["--as-of", "2021-06-01"]);
        let versions = ["2018-01-01", "2019-01-01", "2020-06-01", "2021-01-01"];
        versions.iter().map(|v| ((*v).to_owned(), value(&site, v)["digest"].clone())).collect()
    };
    let before = digests(None);
    let changed = |version: &str| -> Vec<String> {
        let after = digests(Some(version));
        before.keys().filter(|v| before[*v] != after[*v]).cloned().collect()
    };
    assert_eq!(changed("2018-01-01"), ["2018-01-01", "2019-01-01", "2020-06-01", "2021-01-01"]);
    assert_eq!(changed("2019-01-01"), ["2019-01-01", "2020-06-01", "2021-01-01"]);
    // What was announced before the correction is not chained to it.
    assert_eq!(changed("2020-06-01"), ["2020-06-01"]);
    assert_eq!(changed("2021-01-01"), ["2021-01-01"]);
}

#[test]
fn a_record_holds_what_was_decided_and_nothing_that_may_change() {
    let place = folder(FILES);
    let on = |day: &str| build(place.path(), &["--as-of", day]);
    let (early, late) = (on("2020-01-01"), on("2021-06-01"));
    assert_eq!(value(&early, "2021-01-01"), value(&late, "2021-01-01"));
    let record = value(&late, "2021-01-01");
    assert_eq!(record["record"]["previous"]["id"], "p@2019-01-01");
    assert_eq!(record["record"]["action"], "reaccept");
    // The line itself goes on from the correction.
    assert!(late.contains_key("p/compare/2020-06-01/2021-01-01/index.html"));
    let second = &value(&late, "2019-01-01")["record"];
    assert_eq!(second["changes"][0]["reason"], "A \"slip\".");
    assert_eq!((&second["was"][0]["new"], &second["was"][0]["old"]), (&"b".into(), &"a".into()));
    assert_eq!(second["summary"], "“Less”.");
    assert_eq!(value(&late, "2020-06-01")["record"]["corrects"], "p@2019-01-01");
    // Drafts have none, also where they are shown.
    let drafts = build(place.path(), &["--as-of", "2021-06-01", "--drafts"]);
    assert!(drafts.contains_key("p/v/2022-01-01/index.html"));
    assert!(!drafts.contains_key("p/v/2022-01-01/record.json"));
    // Put off and taken back, translated and noted upon: the record stays.
    let file = place.path().join("p/2021-01-01.md");
    let text = fs::read_to_string(&file).unwrap();
    let text = text.replace("effective: 2021-01-01", "effective: 2021-02-01\nwithdrawn: 2021-01-15");
    fs::write(file, text).unwrap();
    fs::write(place.path().join("p/2021-01-01.es.md"), "## A {#b}\n\nNueve días.\n").unwrap();
    assert_eq!(value(&on("2021-06-01"), "2021-01-01"), record);
}

#[test]
fn the_record_is_found_from_the_page_of_its_version() {
    let site = small();
    let records: Vec<&String> = site.keys().filter(|name| name.ends_with("/record.json")).collect();
    assert!(records.len() > 2);
    for name in records {
        let page = text(&site, &name.replace("record.json", "index.html"));
        assert!(page.contains("<link rel=\"describedby\" href=\"record.json\">"), "{name}");
        assert!(page.contains("<a href=\"record.json\">"), "{name}");
    }
}

/// The rule in the documentation is one that others can follow: Python's own JSON gives these bytes.
#[test]
fn other_programs_come_to_the_same_bytes() {
    let site = build(folder(FILES).path(), &["--as-of", "2021-06-01"]);
    let file = text(&site, "p/v/2019-01-01/record.json");
    let place = folder(&[("record.json", &file)]);
    let script = "import hashlib,json;r=json.load(open('record.json',encoding='utf-8'));\
        t=json.dumps(r['record'],ensure_ascii=False,separators=(',',':'));\
        print(r['digest']=='sha256:'+hashlib.sha256(t.encode()).hexdigest())";
    let run = std::process::Command::new("python3").args(["-c", script]).current_dir(place.path()).output();
    // A machine without Python has the other tests.
    let Ok(output) = run else { return };
    if output.status.success() {
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "True");
    }
}
