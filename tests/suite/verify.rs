//! Published folders that somebody touched: what was touched is named, and nothing else.
//!
//! Three kinds of hands: those that touch a file and nothing else, those that write its digests anew, and
//! those that make the whole folder anew. What only a key finds is tried with a folder that was signed with
//! minisign once; minisign itself is asked by `tests/publish/signed.sh`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use clauseline::load::PublishedFolder;
use clauseline::policy::digest::{hex, named};
use clauseline::policy::public_key::PublicKey;
use clauseline::verify::{Earlier, Verdict, verify};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Run, build, clauseline, folder, path, school, small, tree, write};

type Site = BTreeMap<String, Vec<u8>>;

/// Files for hosts that hosts may keep for themselves.
const FOR_HOSTS: [&str; 5] =
    ["_headers", ".htaccess", "vercel.json", "staticwebapp.config.json", ".nojekyll"];

fn placed(site: &Site) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, bytes) in site {
        write(&place.path().join(name), bytes);
    }
    place
}

fn verdict(folder: &Path, key: Option<&str>, earlier: Option<&Path>) -> Verdict {
    let files = PublishedFolder::list(folder).unwrap();
    let key = key.map(|key| PublicKey::read(key).unwrap());
    let old = earlier.filter(|path| path.is_dir()).map(|path| PublishedFolder::list(path).unwrap());
    let earlier = earlier.map(|path| match &old {
        Some(folder) => Earlier::folder(folder).unwrap(),
        None => Earlier::chain(&fs::read(path).unwrap()).unwrap(),
    });
    verify(&files, key.as_ref(), earlier.as_ref()).unwrap().expect("a site")
}

/// The files that are named.
fn found(folder: &Path) -> BTreeSet<String> {
    verdict(folder, None, None).faults.into_iter().map(|fault| fault.file).collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Writes the list of digests anew, as somebody would who does not want to be found.
fn sum_again(folder: &Path) {
    let ours = |name: &String| !["SHA256SUMS", ".clauseline"].contains(&name.as_str());
    let files = tree(folder).into_iter().filter(|(name, _)| ours(name));
    let lines: String = files.map(|(name, bytes)| format!("{}  {name}\n", hex(&bytes))).collect();
    fs::write(folder.join("SHA256SUMS"), lines).unwrap();
}

/// What is not only compared with its digest.
fn is_told_of(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap();
    let told = [
        "policy.md",
        "record.json",
        "chain.json",
        "changelog.json",
        "head.json",
        "events.json",
        "SHA256SUMS",
    ];
    told.contains(&last) || name.starts_with("events/") || name.contains("/since/") && name.ends_with(".json")
}

/// One byte is another one, is gone, is there once more.
fn hands(bytes: &[u8], at: usize) -> [Vec<u8>; 3] {
    let (mut other, mut gone, mut more) = (bytes.to_vec(), bytes.to_vec(), bytes.to_vec());
    other[at] ^= 1;
    gone.remove(at);
    more.insert(at, bytes[at]);
    [other, gone, more]
}

#[test]
fn nothing_is_wrong_with_what_was_published() {
    for site in [small(), school()] {
        let place = placed(&site);
        let verdict = verdict(place.path(), None, None);
        assert_eq!(verdict.faults, []);
        let records = site.keys().filter(|name| name.ends_with("/record.json")).count();
        // But for the list and the marker.
        assert_eq!((verdict.files, verdict.records), (site.len() - 2, records));
        let log: Value = serde_json::from_slice(&site["events.json"]).unwrap();
        assert_eq!(json!(verdict.events), log["last_seq"]);
    }
}

/// The law: whatever byte is touched, the file it is in is named, and no other.
#[test]
fn a_touched_byte_is_found_and_its_file_is_named() {
    for (site, places) in [(small(), 3), (school(), 1)] {
        // One after another, without the pages, of which there are many.
        let place = told(&site);
        let file = |name: &str| place.path().join(name);
        let told = tree(place.path());
        for (n, (name, bytes)) in told.iter().filter(|(name, _)| is_told_of(name)).enumerate() {
            let ends = [bytes.len() * (n % 7) / 7, 0, bytes.len() - 1];
            for at in &ends[..places] {
                for touched in hands(bytes, *at) {
                    fs::write(file(name), &touched).unwrap();
                    let found = found(place.path());
                    if name == "SHA256SUMS" {
                        assert!(!found.is_empty(), "{name} at {at}");
                    } else {
                        assert_eq!(found, set(&[name]), "at {at}");
                    }
                }
            }
            fs::write(file(name), bytes).unwrap();
        }
        // Of all others nothing is known but their digests: they can be touched at once.
        let place = placed(&site);
        let file = |name: &str| place.path().join(name);
        let rest = || site.iter().filter(|(name, _)| !is_told_of(name) && *name != ".clauseline");
        for hand in 0..3 {
            for (name, bytes) in rest() {
                let touched = hands(if bytes.is_empty() { b"xy" } else { bytes }, bytes.len() / 2);
                fs::write(file(name), &touched[hand]).unwrap();
            }
            assert_eq!(found(place.path()), rest().map(|(name, _)| name.clone()).collect());
        }
    }
}

/// The files of a site that are not only compared with their digests, in a folder.
fn told(site: &Site) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, bytes) in site.iter().filter(|(name, _)| is_told_of(name)) {
        write(&place.path().join(name), bytes);
    }
    sum_again(place.path());
    place
}

#[test]
fn what_is_gone_and_what_was_added_is_named() {
    for site in [small(), school()] {
        let place = told(&site);
        let file = |name: &str| place.path().join(name);
        for (name, bytes) in tree(place.path()) {
            fs::remove_file(file(&name)).unwrap();
            assert_eq!(found(place.path()), set(&[&name]), "gone");
            fs::write(file("other"), &bytes).unwrap();
            // Without the list nobody knows what does not belong there.
            let list = name == "SHA256SUMS";
            let want = [name.as_str(), "other"];
            assert_eq!(found(place.path()), set(&want[..if list { 1 } else { 2 }]), "renamed");
            fs::remove_file(file("other")).unwrap();
            fs::write(file(&name), &bytes).unwrap();
        }
        let place = placed(&site);
        let file = |name: &str| place.path().join(name);
        let rest: BTreeSet<&String> =
            site.keys().filter(|name| !is_told_of(name) && *name != ".clauseline").collect();
        rest.iter().for_each(|name| fs::remove_file(file(name)).unwrap());
        let named = rest.iter().filter(|name| !FOR_HOSTS.contains(&name.as_str()));
        assert_eq!(found(place.path()), named.map(|name| (*name).clone()).collect());
        let notes = verdict(place.path(), None, None).notes.join("\n");
        assert!(FOR_HOSTS.iter().all(|name| notes.contains(name)), "{notes}");
    }
}

#[test]
fn what_hosts_and_repositories_add_is_not_ours_to_judge() {
    let site = small();
    let place = placed(&site);
    let fine =
        ["CNAME", ".well-known/acme-challenge/x", ".git/config", ".gitattributes", "index.html.minisig"];
    let added = [
        "_redirects",
        "sub/CNAME",
        "sub/.well-known/x",
        ".github/x",
        "gone.minisig",
        ".git2/x",
        "a/.clauseline",
    ];
    for name in fine.iter().chain(&added) {
        write(&place.path().join(name), b"x");
    }
    assert_eq!(found(place.path()), set(&added));
    // A record that was added is a stranger, and blames nobody.
    let place = placed(&site);
    let record = site.keys().find(|name| name.ends_with("/record.json")).unwrap();
    let (policy, _) = record.split_once('/').unwrap();
    let added = format!("{policy}/v/2001-01-01/record.json");
    write(&place.path().join(&added), &site[record]);
    assert_eq!(found(place.path()), set(&[&added]));
}

/// Changes a JSON file; keys stay in their order.
fn edit(folder: &Path, name: &str, change: impl FnOnce(&mut String)) {
    let file = folder.join(name);
    let mut text = fs::read_to_string(&file).unwrap();
    change(&mut text);
    fs::write(file, text).unwrap();
}

/// The digest of a record by its file, and the file with that digest in it.
fn digest_again(text: &str) -> String {
    let (from, to) = (text.find("\"record\": {").unwrap() + 10, text.find("\n  },\n").unwrap() + 4);
    let digest = named(compact(&text[from..to]).as_bytes());
    let old: Value = serde_json::from_str(text).unwrap();
    let (head, tail) = text.split_at(to);
    head.to_owned() + &tail.replacen(old["digest"].as_str().unwrap(), &digest, 1)
}

/// Without the white space between its parts; of texts without quotes in them.
fn compact(json: &str) -> String {
    let mut quoted = false;
    let mut keep = |c: char| {
        quoted ^= c == '"';
        quoted || !c.is_whitespace()
    };
    json.replace("\\\"", "\u{1}").chars().filter(|c| keep(*c)).collect::<String>().replace('\u{1}', "\\\"")
}

#[test]
fn who_writes_the_list_anew_is_found_by_the_records() {
    let site = school();
    let records: Vec<&String> = site.keys().filter(|name| name.ends_with("/record.json")).collect();
    assert!(records.len() > 5);
    let place = told(&site);
    for record in records {
        let text = record.replace("record.json", "policy.md");
        let try_it = |change: &dyn Fn(&Path), want: &str, what: &str| {
            change(place.path());
            sum_again(place.path());
            assert_eq!(found(place.path()), set(&[want]), "{what}");
            [record, &text].iter().for_each(|name| write(&place.path().join(name), &site[*name]));
        };
        try_it(&|f| edit(f, &text, |t| t.push_str("More.\n")), &text, "the text");
        let action = |t: &mut String| *t = t.replacen("\"action\": \"", "\"action\": \"x", 1);
        try_it(&|f| edit(f, record, action), record, "the record");
        let signed = |t: &mut String| {
            action(t);
            *t = digest_again(t);
        };
        try_it(&|f| edit(f, record, signed), record, "the record and its digest");
        // With the text, which is then another one.
        let both = |f: &Path| {
            edit(f, &text, |t| t.push_str("More.\n"));
            let digest = named(&fs::read(f.join(&text)).unwrap());
            edit(f, record, |t| {
                let old: Value = serde_json::from_str(t).unwrap();
                *t = digest_again(&t.replacen(old["record"]["text"]["digest"].as_str().unwrap(), &digest, 1));
            });
        };
        try_it(&both, record, "text, record and digest");
        try_it(&|f| fs::remove_file(f.join(record)).unwrap(), record, "the record is gone");
    }
}

/// What services act on is compared with the records and the log, whoever wrote the list of digests.
#[test]
fn who_tells_services_something_else_is_found_by_the_records_and_the_log() {
    let site = school();
    let place = told(&site);
    let privacy = |name: &str| format!("privacy/{name}");
    let moved = ("\"effective_at\":\"2027-01-15", "\"effective_at\":\"2027-12-15");
    let stands = ("\"effective_at\": \"2027-01-15", "\"effective_at\": \"2027-12-15");
    let asked = "\"required_action\": \"reaccept\"";
    let cases: Vec<(String, &str, &str)> = vec![
        (privacy("changelog.json"), moved.0, moved.1),
        ("changelog.json".to_owned(), moved.0, moved.1),
        (
            privacy("changelog.json"),
            "\"materiality\":\"material\",\"action\"",
            "\"materiality\":\"not-material\",\"action\"",
        ),
        (
            privacy("changelog.json"),
            "\"acceptance_id\":\"privacy@2018-05-25\"",
            "\"acceptance_id\":\"privacy@2018-06-04\"",
        ),
        (privacy("head.json"), stands.0, stands.1),
        (
            privacy("head.json"),
            "\"acceptance_id\": \"privacy@2027-01-15\"",
            "\"acceptance_id\": \"privacy@2025-10-06\"",
        ),
        (privacy("head.json"), "\"last_seq\": 30", "\"last_seq\": 29"),
        (privacy("since/2019-09-01.json"), asked, "\"required_action\": \"none\""),
        (privacy("since/2019-09-01.json"), asked, "\"required_action\": \"notice\""),
        (privacy("since/2019-09-01.json"), "\"from_instant\": \"2025", "\"from_instant\": \"2035"),
        (
            privacy("since/2019-09-01.json"),
            "\"accepted\": \"privacy@2019-09-01\"",
            "\"accepted\": \"privacy@2025-10-06\"",
        ),
    ];
    for (name, old, new) in cases {
        edit(place.path(), &name, |text| {
            assert!(text.contains(old), "{name} has no {old}");
            *text = text.replacen(old, new, 1);
        });
        sum_again(place.path());
        assert_eq!(found(place.path()), set(&[&name]), "{name}: {new}");
        write(&place.path().join(&name), &site[&name]);
    }
    let gone = privacy("since/2019-09-01.json");
    fs::remove_file(place.path().join(&gone)).unwrap();
    sum_again(place.path());
    assert_eq!(found(place.path()), set(&[&gone]));
}

#[test]
fn who_writes_the_list_anew_is_found_by_the_log_and_the_heads() {
    let site = school();
    let log = String::from_utf8(site["events/1.json"].clone()).unwrap();
    let replaced = |name: &'static str, from: &'static str, to: &'static str| {
        let place = told(&site);
        edit(place.path(), name, |text| {
            assert!(text.contains(from), "{name} has no {from}");
            *text = text.replacen(from, to, 1);
        });
        sum_again(place.path());
        found(place.path())
    };
    assert!(log.contains("\"seq\": 2,"));
    assert_eq!(replaced("events/1.json", "\"action\": \"", "\"action\": \"x"), set(&["events/1.json"]));
    assert_eq!(replaced("events/1.json", "\"seq\": 2,", "\"seq\": 3,"), set(&["events/1.json"]));
    assert_eq!(replaced("events/1.json", "\"page\": 1,", "\"page\": 2,"), set(&["events/1.json"]));
    assert_eq!(replaced("events.json", "\"last_seq\": ", "\"last_seq\": 9"), set(&["events.json"]));
    assert_eq!(
        replaced("changelog.json", "\"action\":\"notice\"", "\"action\":\"none\""),
        set(&["changelog.json"])
    );
    assert_eq!(
        replaced("privacy/changelog.json", "\"digest\":\"sha256:", "\"digest\":\"sha256:0"),
        set(&["privacy/changelog.json"])
    );
    assert_eq!(
        replaced("privacy/changelog.json", "\"id\":\"privacy@", "\"id\":\"privacy@9"),
        set(&["privacy/changelog.json"])
    );
    assert_eq!(replaced("chain.json", "\"records\": ", "\"records\": 9"), set(&["chain.json"]));
    assert_eq!(replaced("chain.json", "\"last_seq\": ", "\"last_seq\": 9"), set(&["events/1.json"]));
    // Taken out with all that tells of it, the last event is still missed.
    let place = placed(&site);
    edit(place.path(), "events/1.json", |text| {
        let mut page: Value = serde_json::from_str(text).unwrap();
        page["events"].as_array_mut().unwrap().pop();
        *text = serde_json::to_string_pretty(&page).unwrap();
    });
    edit(place.path(), "events.json", |text| {
        let mut index: Value = serde_json::from_str(text).unwrap();
        index["last_seq"] = json!(index["last_seq"].as_u64().unwrap() - 1);
        *text = serde_json::to_string_pretty(&index).unwrap();
    });
    sum_again(place.path());
    assert_eq!(found(place.path()), set(&["events/1.json"]));
    // A whole version is gone, be it the last.
    for version in ["privacy/v/2027-01-15/", "privacy/v/2023-08-01/"] {
        let place = placed(&site);
        fs::remove_dir_all(place.path().join(version)).unwrap();
        sum_again(place.path());
        assert!(found(place.path()).contains(&format!("{version}record.json")), "{version}");
    }
}

/// Files that another version of this program wrote: fields, files and events that nobody knows yet.
#[test]
fn what_later_versions_write_is_judged_by_the_same_rules() {
    let site = school();
    let place = placed(&site);
    // A record that no other one follows.
    let chain: Value = serde_json::from_slice(&site["chain.json"]).unwrap();
    let head = &chain["policies"][0]["heads"][0];
    let (policy, version) = head["id"].as_str().unwrap().split_once('@').unwrap();
    let record = format!("{policy}/v/{version}/record.json");
    edit(place.path(), &record, |text| {
        *text = text.replacen(
            "\"record\": {",
            "\"new\": [1.50, null],\n  \"record\": {\n    \"later\": 1.50,",
            1,
        );
        *text = digest_again(text);
    });
    let digest = serde_json::from_slice::<Value>(&fs::read(place.path().join(&record)).unwrap()).unwrap();
    let digest = digest["digest"].as_str().unwrap();
    edit(place.path(), "chain.json", |text| {
        *text = text.replacen(head["record"].as_str().unwrap(), digest, 1).replacen(
            '{',
            "{\"later\": {\"a\": []},",
            1,
        );
    });
    write(&place.path().join("later/file.bin"), &[0, 255, 1]);
    sum_again(place.path());
    assert_eq!(verdict(place.path(), None, None).faults, []);
}

#[test]
fn who_makes_the_folder_anew_is_found_by_an_earlier_copy() {
    let content = |day: &str| build(&path("content"), &["--as-of", day]);
    let (old, new) = (content("2024-01-01"), content("2026-12-01"));
    let (old_place, new_place) = (placed(&old), placed(&new));
    let chain = old_place.path().join("chain.json");
    for earlier in [old_place.path(), &chain, new_place.path()] {
        assert_eq!(verdict(new_place.path(), None, Some(earlier)).faults, [], "{}", earlier.display());
    }
    // Going back is taking away.
    let back = verdict(old_place.path(), None, Some(new_place.path())).faults;
    assert!(back.iter().any(|f| f.file == "events.json"), "{back:?}");
    assert!(back.iter().any(|f| f.file == "privacy/v/2027-01-15/record.json"), "{back:?}");
    // A copy of before there was a chain.
    let before: Site = old
        .iter()
        .filter(|(name, _)| !["chain.json", "SHA256SUMS"].contains(&name.as_str()))
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect();
    let before_place = placed(&before);
    assert_eq!(verdict(new_place.path(), None, Some(before_place.path())).faults, []);
    assert_eq!(found(before_place.path()), set(&["chain.json", "SHA256SUMS"]));
    // The site moves.
    let moved = tempfile::tempdir().unwrap();
    for (name, bytes) in tree(&path("content")) {
        let text = String::from_utf8_lossy(&bytes);
        let text = match name.as_str() {
            "site.yaml" => text.replace("base_url: https://", "base_url: https://new.example/of/"),
            _ => text.into_owned(),
        };
        write(&moved.path().join(&name), text.as_bytes());
    }
    let moved = placed(&build(moved.path(), &["--as-of", "2026-12-01"]));
    for earlier in [old_place.path(), &chain] {
        assert_eq!(verdict(moved.path(), None, Some(earlier)).faults, [], "{}", earlier.display());
    }
    // One word of an old text is another one, and all is made anew from it.
    let forged = tempfile::tempdir().unwrap();
    for (name, bytes) in tree(&path("content")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // Who forges a site has no seal to keep.
        if !name.ends_with("seal.yaml") && !name.contains(".sealed/") && name != "events.yaml" {
            let text = if name == "privacy/2019-09-01.md" { text.replacen("We ", "Wee ", 1) } else { text };
            write(&forged.path().join(&name), text.as_bytes());
        }
    }
    let forged = placed(&build(forged.path(), &["--as-of", "2026-12-01"]));
    assert_eq!(verdict(forged.path(), None, None).faults, [], "by itself it is whole");
    for earlier in [old_place.path(), &chain] {
        let found: BTreeSet<String> =
            verdict(forged.path(), None, Some(earlier)).faults.into_iter().map(|f| f.file).collect();
        assert!(found.contains("events.json"), "{found:?}");
        assert!(
            found.iter().any(|file| file.starts_with("privacy/v/") && file.ends_with("/record.json")),
            "{found:?}"
        );
    }
}

/// Full pages of the log stay as they are, also where the events are the same.
#[test]
fn a_full_page_of_the_log_is_kept_to_the_byte() {
    let event =
        |seq: usize, at: &str| json!({"seq": seq, "id": format!("p@1/{seq}"), "url": format!("{at}p/")});
    let site_at = |events: usize, space: &str, at: &str| -> TempDir {
        let mut digest = named(b"");
        let all: Vec<Value> = (1..=events).map(|seq| event(seq, at)).collect();
        for event in &all {
            digest = named(format!("{digest}\n{event}").as_bytes());
        }
        let place = folder(&[
            ("changelog.json", "{\"releases\": []}"),
            ("events.json", &json!({"last_seq": events}).to_string()),
            (
                "chain.json",
                &json!({"site": {"url": at}, "policies": [], "events": {"last_seq": events, "digest": digest}})
                    .to_string(),
            ),
        ]);
        for page in 1..=events / 100 + 1 {
            let of: Vec<&Value> = all.iter().skip((page - 1) * 100).take(100).collect();
            let text = json!({"page": page, "events": of}).to_string() + space;
            write(&place.path().join(format!("events/{page}.json")), text.as_bytes());
        }
        sum_again(place.path());
        place
    };
    let site = |events: usize, space: &str| site_at(events, space, "https://a.example/");
    let files = |verdict: Verdict| -> Vec<String> { verdict.faults.into_iter().map(|f| f.file).collect() };
    for (then, now) in [(0, 0), (0, 100), (99, 100), (100, 101), (100, 250), (201, 300), (200, 200)] {
        let (old, new) = (site(then, ""), site(now, ""));
        assert_eq!(found(new.path()), set(&[]));
        assert_eq!(files(verdict(new.path(), None, Some(old.path()))), [""; 0], "{then} to {now}");
        assert_eq!(files(verdict(new.path(), None, Some(&old.path().join("chain.json")))), [""; 0]);
        let touched = site(now, "\n");
        let full: Vec<String> = (1..=then / 100).map(|page| format!("events/{page}.json")).collect();
        assert_eq!(files(verdict(touched.path(), None, Some(old.path()))), full, "{then} to {now}");
        // Events hold the site's address, and a site may move.
        let moved = site_at(now, "", "https://b.example/legal/");
        for earlier in [old.path(), &old.path().join("chain.json")] {
            let Verdict { faults, notes, .. } = verdict(moved.path(), None, Some(earlier));
            assert_eq!(faults, [], "{then} to {now}");
            let said = "compared with a copy of https://a.example/, which is https://b.example/legal/ now";
            assert!(notes.iter().any(|note| note == said), "{notes:?}");
        }
        let moved = site_at(now, "\n", "https://b.example/legal/");
        assert_eq!(files(verdict(moved.path(), None, Some(old.path()))), full, "{then} to {now}");
        // Who says that the site moved excuses nothing else.
        let other = site_at(now, "", "https://c.example/");
        let said = fs::read_to_string(other.path().join("chain.json")).unwrap();
        write(&other.path().join("chain.json"), said.replace("//c.", "//b.").as_bytes());
        sum_again(other.path());
        let found = files(verdict(other.path(), None, Some(&old.path().join("chain.json"))));
        assert_eq!(found, ["events.json"].repeat((then > 0).into()), "{then} to {now}");
    }
    let gone = site(250, "");
    fs::remove_file(gone.path().join("events/2.json")).unwrap();
    sum_again(gone.path());
    assert_eq!(found(gone.path()), set(&["events/2.json"]));
    let more = site(50, "");
    write(&more.path().join("events/7.json"), b"{\"page\": 7, \"events\": []}");
    sum_again(more.path());
    assert_eq!(found(more.path()), set(&["events/7.json"]));
}

/// A site of nothing, signed with minisign.
const SIGNED: [(&str, &str); 7] = [
    ("changelog.json", "{\"releases\":[]}\n"),
    ("events.json", "{\"last_seq\":0}\n"),
    ("events/1.json", "{\"page\":1,\"events\":[]}\n"),
    (
        "chain.json",
        "{\"site\":{\"url\":\"https://policies.example.org/\"},\"policies\":[],\"events\":{\"last_seq\":0,\"digest\":\"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"}}\n",
    ),
    (
        "chain.json.minisig",
        "untrusted comment: signature from minisign secret key\n\
         RUS/E+u17mRyRExDY+xgYA3lXlcRKzAWdJVlRWJVb3G6LpkVXXDtjcGSyva1UG5eB3e+HlepU1HUVYhdGCLtzkImOhBjP8wmtQs=\n\
         trusted comment: the site of the tests\n\
         kMYr8RuzwAQUn0LoMgG8rLDJUTV2hj8Py2AkDxCTAXx2YecqErN3YCyMJPBl4z7d/KXu91Qr5GYotuu2KpbHDQ==\n",
    ),
    (
        "SHA256SUMS",
        "1ca6db8bd611e13b7690090c51b9e501083c75de7ed1825b0b4f1f36b3e08940  chain.json\n\
         cd27a311547cb133fd80fc525818d4495f01a03f2a52c99c203034f0d6429baa  changelog.json\n\
         8ca267a8417a6b9ebe8e4cc48d17ae3c129c1130092306f6c38b0d0b431b3224  events.json\n\
         4bd91fc25e58dbe969da8901886e63c94887530cef9aff3f5815f489dd92bfb5  events/1.json\n",
    ),
    (
        "SHA256SUMS.minisig",
        "untrusted comment: signature from minisign secret key\n\
         RUS/E+u17mRyRKlrRtvDHpYUV5ts/22S9m6tneqz8etk/nd2woDVFMtZodijwUpRBaC5WCMAN4UismP/ln8DPpcj8spYvIJCxQA=\n\
         trusted comment: the site of the tests\n\
         I0+FO8TSmCZabDu7pe/VvH+xaM7k46I3WyFyhweyNmrOhH4hkbZGU/yFqs2b2VfKS8PQFaTlwjnU4P3YfxcBCA==\n",
    ),
];

/// The key it was signed with, and one that it was not.
const KEYS: [&str; 2] = [
    "RWS/E+u17mRyRHM79wytaBINxlEPDJ2mWaAOO/hZz1F+JbiSu9nbzELj",
    "RWTG1rLpTsJTF4VyaoSBW3bUSVjFVgvDvqouAkeNPse3D/zk/YZlf+eI",
];

#[test]
fn who_makes_the_folder_anew_is_found_by_the_signature() {
    let place = folder(&SIGNED);
    let names = |key: Option<&str>| -> BTreeSet<String> {
        verdict(place.path(), key, None).faults.into_iter().map(|fault| fault.file).collect()
    };
    let signed = verdict(place.path(), Some(KEYS[0]), None);
    assert_eq!(signed.faults, []);
    assert!(
        signed.notes[0].contains("`SHA256SUMS` (the site of the tests) with the key that you gave"),
        "{signed:?}"
    );
    let signatures = ["chain.json.minisig", "SHA256SUMS.minisig"];
    assert_eq!(names(Some(KEYS[1])), set(&signatures), "another key");
    assert!(verdict(place.path(), None, None).notes[0].contains("were not checked"));
    // Made anew, it is fine by itself, and signed it is not.
    edit(place.path(), "chain.json", |text| *text = text.replace("https://", "http://"));
    sum_again(place.path());
    edit(place.path(), "SHA256SUMS", |text| {
        *text = text.lines().filter(|l| !l.ends_with(".minisig")).map(|l| format!("{l}\n")).collect();
    });
    assert_eq!(names(None), set(&[]));
    assert_eq!(names(Some(KEYS[0])), set(&signatures));
    // The comment is signed, too.
    let place = folder(&SIGNED);
    edit(place.path(), "chain.json.minisig", |text| *text = text.replace("of the tests", "of the jests"));
    let faults = verdict(place.path(), Some(KEYS[0]), None).faults;
    assert_eq!(faults.iter().map(|f| f.file.as_str()).collect::<Vec<_>>(), ["chain.json.minisig"]);
    // One signature in the place of another, none, and none that can be read.
    let place = folder(&SIGNED);
    let file = |name: &str| place.path().join(name);
    fs::copy(file(signatures[0]), file(signatures[1])).unwrap();
    assert_eq!(verdict(place.path(), Some(KEYS[0]), None).faults.len(), 1);
    fs::write(file(signatures[1]), [0xff, 0]).unwrap();
    assert_eq!(verdict(place.path(), Some(KEYS[0]), None).faults.len(), 1);
    fs::remove_file(file(signatures[1])).unwrap();
    assert_eq!(verdict(place.path(), Some(KEYS[0]), None).faults.len(), 1);
}

#[test]
fn the_key_that_a_site_names_is_published_and_proves_nothing_by_itself() {
    let content = tempfile::tempdir().unwrap();
    for (name, bytes) in tree(&path("tests/golden/small/content")) {
        write(&content.path().join(name), &bytes);
    }
    edit(content.path(), "site.yaml", |text| text.push_str(&format!("\npublic_key: {}\n", KEYS[0])));
    let site = build(content.path(), &["--as-of", "2018-05-01"]);
    let file = format!("untrusted comment: minisign public key 447264EEB5EB13BF\n{}\n", KEYS[0]);
    assert_eq!(String::from_utf8_lossy(&site["minisign.pub"]), file);
    let chain: Value = serde_json::from_slice(&site["chain.json"]).unwrap();
    assert_eq!(chain["public_key"], KEYS[0]);
    let place = placed(&site);
    let told = verdict(place.path(), None, None);
    assert_eq!(told.faults, []);
    assert!(told.notes[0].contains("nothing is signed with it"), "{told:?}");
    // Asked for by who knows the key, a signature has to be there.
    assert_eq!(verdict(place.path(), Some(KEYS[0]), None).faults.len(), 2);
    // A signature of another site.
    for (name, text) in SIGNED.iter().filter(|(name, _)| name.ends_with(".minisig")) {
        write(&place.path().join(name), text.as_bytes());
    }
    assert_eq!(verdict(place.path(), None, None).faults.len(), 2);
    // The file and the chain name different keys.
    edit(place.path(), "minisign.pub", |text| *text = text.replace(KEYS[0], KEYS[1]));
    fs::remove_file(place.path().join("chain.json.minisig")).unwrap();
    fs::remove_file(place.path().join("SHA256SUMS.minisig")).unwrap();
    sum_again(place.path());
    let faults = verdict(place.path(), None, None).faults;
    assert_eq!(faults.iter().map(|f| f.file.as_str()).collect::<Vec<_>>(), ["minisign.pub"]);
}

/// How the program ends, and that it does not fall over.
fn run(arguments: &[&str], folder: &Path) -> Run {
    let run = Run::from(clauseline(&["verify"]).arg(folder).args(arguments).output().unwrap());
    assert!(!run.err.contains("panicked"), "{}", run.err);
    run
}

#[test]
fn hostile_folders_are_named_and_never_believed() {
    let site = school();
    let place = told(&site);
    let file = |name: &str| place.path().join(name);
    let told = [
        "privacy/v/2019-09-01/record.json",
        "chain.json",
        "events/1.json",
        "events.json",
        "changelog.json",
        "privacy/changelog.json",
    ];
    for name in told {
        let bytes = &site[name];
        let deep = |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
        let hostile = [
            bytes[..bytes.len() / 2].to_vec(),
            Vec::new(),
            b"null".to_vec(),
            b"[]".to_vec(),
            vec![0xff; 100],
            deep("[", "]").into_bytes(),
            format!("{{\"record\": {}, \"digest\": \"x\"}}", deep("{\"a\":", "}")).into_bytes(),
            format!("{{\"releases\": {0}, \"events\": {0}, \"page\": 1, \"last_seq\": 99999999999999999999}}", deep("[", "]")).into_bytes(),
            b"{\"policies\": [{\"policy\": \"../..\", \"records\": 18446744073709551615, \"heads\": [{\"id\": \"../../@\\u001b[31m\", \"record\": \"\"}]}], \"events\": {\"last_seq\": 18446744073709551615, \"digest\": \"\"}}".to_vec(),
        ];
        for bytes in hostile {
            fs::write(file(name), &bytes).unwrap();
            // In the list as well, so that it is read.
            sum_again(place.path());
            let run = run(&[], place.path());
            assert_eq!(run.code, Some(1), "{name}: {}", run.err);
            assert!(!run.out.contains('\u{1b}'), "{}", run.out);
        }
        fs::write(file(name), bytes).unwrap();
    }
    let lines = [
        "x",
        "\\0  a",
        &format!("{}  ../../../etc/passwd", "0".repeat(64)),
        &format!("{}  /etc/passwd", "0".repeat(64)),
    ];
    for line in lines {
        sum_again(place.path());
        edit(place.path(), "SHA256SUMS", |text| text.push_str(&format!("{line}\n")));
        assert_eq!(found(place.path()), set(&["SHA256SUMS"]), "{line}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_not_followed() {
    let site = small();
    let place = placed(&site);
    let file = |name: &str| place.path().join(name);
    let page = "index.html";
    fs::remove_file(file(page)).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", file(page)).unwrap();
    std::os::unix::fs::symlink(place.path(), file("loop")).unwrap();
    let pipe = std::process::Command::new("mkfifo").arg(file("pipe")).status();
    assert!(pipe.unwrap().success());
    edit(place.path(), "SHA256SUMS", |text| text.push_str(&format!("{}  pipe\n", "0".repeat(64))));
    assert_eq!(found(place.path()), set(&[page, "loop", "pipe"]));
}

#[test]
fn a_folder_that_is_no_site_and_a_key_that_is_none_are_refused() {
    let place = folder(&[("a.txt", "x"), ("old.json", "{}"), ("key", "no key\n")]);
    let none = run(&[], place.path());
    assert_eq!(none.code, Some(2));
    assert!(none.err.contains("holds no site that clauseline published"), "{}", none.err);
    assert_eq!(run(&[], &place.path().join("gone")).code, Some(2));
    let site = placed(&folder_of(&SIGNED));
    let key = place.path().join("key");
    let refused = [
        (["--key", "RWQAAEIyAAAA"], "that is a secret key"),
        (["--key", key.to_str().unwrap()], "that is no public key of minisign"),
        (["--key", "/gone/minisign.pub"], "cannot read"),
        (["--against", place.path().to_str().unwrap()], "neither `chain.json` nor any record"),
        (["--against", key.to_str().unwrap()], "cannot be read"),
    ];
    for (arguments, want) in refused {
        let run = run(&arguments, site.path());
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(want), "{arguments:?}: {}", run.err);
    }
    // The key in one word, in a file as minisign writes it, and alone in a file.
    write(&key, format!("untrusted comment: a key\r\n{}\r\n", KEYS[0]).as_bytes());
    for key in [KEYS[0], key.to_str().unwrap()] {
        assert_eq!(run(&["--key", key], site.path()).code, Some(0));
    }
    let json = run(&["--key", KEYS[1], "--format", "json"], site.path());
    assert_eq!(json.code, Some(1));
    let json: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(json["faults"][0]["file"], "SHA256SUMS.minisig");
    assert_eq!(json["faults"][0]["code"], "signature");
}

fn folder_of(files: &[(&str, &str)]) -> Site {
    files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect()
}

/// The list is the one that `sha256sum` reads, where there is one.
#[test]
fn other_programs_read_the_list() {
    let place = placed(&small());
    let check = || {
        std::process::Command::new("sha256sum")
            .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
            .current_dir(place.path())
            .output()
    };
    let Ok(fine) = check() else { return };
    assert!(fine.status.success(), "{}", String::from_utf8_lossy(&fine.stdout));
    edit(place.path(), "index.html", |text| text.push(' '));
    assert!(!check().unwrap().status.success());
}

/// Nobody hears from it of what is not announced, and nothing but decisions changes it.
#[test]
fn the_chain_changes_when_something_is_decided_and_not_before() {
    let version = |days: &str, text: &str| {
        format!("---\n{days}\naction: notice\nsummary: Told.\n---\n## A {{#a}}\n\n{text}\n")
    };
    let second = version("effective: 2021-01-01\nannounced: 2020-12-01", "For 7 days.");
    let third = version("effective: 2022-01-01", "For 9 days.");
    let content = folder(&[
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("p/policy.yaml", "title: P\nnotice:\n  window_days_after: 10\n"),
        ("p/2018-01-01.md", "---\neffective: 2018-01-01\n---\n## A {#a}\n\nFor 30 days.\n"),
        ("p/2021-01-01.md", &second),
        ("p/2022-01-01.md", &third),
    ]);
    let on = |day: &str, more: &[&str]| {
        let site = build(content.path(), &[&["--as-of", day], more].concat());
        (String::from_utf8(site["chain.json"].clone()).unwrap(), site["p/index.html"].clone())
    };
    let (before, announced, later) = (on("2020-11-30", &[]), on("2020-12-01", &[]), on("2021-06-01", &[]));
    assert!(!before.0.contains("2021-01-01"), "{}", before.0);
    assert!(announced.0.contains("p@2021-01-01") && !announced.0.contains("2022-01-01"), "{}", announced.0);
    // It took effect, and a banner ran out.
    assert_ne!(announced.1, later.1);
    assert_eq!(announced.0, later.0);
    let own = folder(&[("base.html", "{% block head %}{% endblock %}{% block main %}{% endblock %}")]);
    let own = on("2021-06-01", &["--templates", own.path().to_str().unwrap()]);
    assert_ne!(own.1, later.1);
    assert_eq!(own.0, later.0);
}
