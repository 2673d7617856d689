//! What other services fetch: each file against its published schema, and what no schema can say.

use std::collections::{BTreeMap, BTreeSet};

use clauseline::policy::diff::joined;
use clauseline::policy::markdown::{Options, parse};
use serde_json::Value;

use crate::program::{school, small};

type Site = BTreeMap<String, Vec<u8>>;

/// Every JSON file of the sites whose name ends so, with the site it is in.
fn each(ending: &str, check: impl Fn(&Site, &str, &Value)) {
    for site in [small(), school()] {
        let files: Vec<&String> = site.keys().filter(|name| name.ends_with(ending)).collect();
        assert!(!files.is_empty(), "no {ending}");
        for name in files {
            check(&site, name, &value(&site, name));
        }
    }
}

fn value(site: &Site, name: &str) -> Value {
    serde_json::from_slice(&site[name]).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_else(|| panic!("no text `{key}` in {value}"))
}

#[test]
fn every_file_is_valid_under_the_schema_it_names() {
    let used = std::cell::RefCell::new(BTreeSet::new());
    each(".json", |site, name, document| {
        {
            // Schemas, hosts' own settings and the index of the search are no interface of ours.
            let ours = !name.starts_with("schema/") && !name.starts_with("search/");
            if !ours || ["vercel.json", "staticwebapp.config.json"].contains(&name) {
                return;
            }
            // JSON Feed has a place for what is not of it, and no other.
            let place = if name.ends_with("feed.json") { "/_clauseline" } else { "" };
            let address = text(document.pointer(place).unwrap(), "$schema");
            let base = text(&value(site, "changelog.json")["site"], "url").to_owned();
            let file =
                address.strip_prefix(&base).unwrap_or_else(|| panic!("{name}: {address} is elsewhere"));
            let schema = value(site, file);
            used.borrow_mut().insert(file.to_owned());
            assert_eq!(text(&schema, "$schema"), "https://json-schema.org/draft/2020-12/schema");
            assert_eq!(text(&schema, "$id"), address);
            let validator = jsonschema::draft202012::new(&schema).unwrap();
            let errors: Vec<String> =
                validator.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{name}:\n{}", errors.join("\n"));
            // The schema is one that things can fail under.
            let mut broken = document.clone();
            broken.pointer_mut(place).unwrap().as_object_mut().unwrap().remove("generator");
            assert!(!validator.is_valid(&broken), "{address} lets anything through");
        }
    });
    let school = school();
    let schemas: BTreeSet<String> =
        school.keys().filter(|name| name.starts_with("schema/")).cloned().collect();
    assert_eq!(used.into_inner(), schemas, "each schema has a file that names it");
}

#[test]
fn absent_is_never_null() {
    fn nulls(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Null => found.push(path.to_owned()),
            Value::Array(all) => {
                all.iter().enumerate().for_each(|(i, v)| nulls(v, &format!("{path}/{i}"), found));
            }
            Value::Object(all) => all.iter().for_each(|(k, v)| nulls(v, &format!("{path}/{k}"), found)),
            _ => {}
        }
    }
    each(".json", |_, name, document| {
        if name.starts_with("schema/") {
            return;
        }
        let mut found = Vec::new();
        nulls(document, "", &mut found);
        assert_eq!(found, [""; 0], "{name}");
    });
}

#[test]
fn releases_come_newest_first_under_ids_of_their_own() {
    each("changelog.json", |site, name, document| {
        let releases = document["releases"].as_array().unwrap();
        let days: Vec<&str> = releases.iter().map(|r| text(r, "effective")).collect();
        assert!(days.is_sorted_by(|a, b| a >= b), "{name}: {days:?}");
        let ids: BTreeSet<&str> = releases.iter().map(|r| text(r, "id")).collect();
        assert_eq!(ids.len(), releases.len(), "{name}: an id is given twice");
        for release in releases {
            let id = text(release, "id");
            assert_eq!(id, format!("{}@{}", text(release, "policy"), text(release, "version")));
            for other in ["previous", "acceptance_id", "corrects", "reverts"] {
                let Some(other) = release.get(other).and_then(Value::as_str) else { continue };
                assert!(ids.contains(other), "{name}: {id} names {other}");
            }
            let mut changes = BTreeSet::new();
            for change in release["changes"].as_array().unwrap() {
                let (of, clause) = text(change, "id").split_once('#').unwrap();
                let (old, new) = (change.get("old"), change.get("new"));
                // A removed clause goes by where it last stood.
                assert_eq!(of, if new.is_some() { id } else { text(release, "previous") });
                assert_eq!(clause, text(new.or(old).unwrap(), "id"));
                assert!(changes.insert((of, clause)), "{of}#{clause} is told twice");
            }
            check_urls(site, release);
        }
    });
}

/// Every address in a value that is on the site leads to a file of it.
fn check_urls(site: &Site, release: &Value) {
    let base = text(&value(site, "changelog.json")["site"], "url").to_owned();
    let urls = release["urls"].as_object().unwrap().values();
    let translations = release.get("translations").and_then(Value::as_object).into_iter().flatten();
    let clauses = release["changes"].as_array().unwrap().iter().flat_map(|c| [&c["old"], &c["new"]]);
    let all = urls
        .chain(translations.map(|(_, t)| &t["url"]))
        .chain(clauses.filter(|c| !c.is_null()).map(|c| &c["url"]));
    for url in all.map(|url| url.as_str().unwrap()) {
        let path = url.strip_prefix(&base).unwrap_or_else(|| panic!("{url} is elsewhere"));
        let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
        let file = if path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
        let bytes = site.get(&file).unwrap_or_else(|| panic!("{url} leads to no file"));
        let place = format!("id=\"{fragment}\"");
        let there = fragment.is_empty() || String::from_utf8_lossy(bytes).contains(&place);
        assert!(there, "{url} leads to no place");
    }
}

#[test]
fn the_changelog_of_the_site_is_those_of_its_policies() {
    for site in [small(), school()] {
        let releases = |name: &str| -> BTreeMap<String, Value> {
            let all = value(&site, name)["releases"].as_array().unwrap().clone();
            all.into_iter().map(|r| (text(&r, "id").to_owned(), r)).collect()
        };
        let own = site.keys().filter(|name| name.ends_with("/changelog.json"));
        let joined: BTreeMap<String, Value> = own.flat_map(|name| releases(name)).collect();
        assert_eq!(releases("changelog.json"), joined);
    }
}

#[test]
fn digests_are_those_of_the_published_texts() {
    use sha2::{Digest, Sha256};
    each("/changelog.json", |site, _, document| {
        for release in document["releases"].as_array().unwrap() {
            let base = text(&document["site"], "url");
            let record = value(site, text(release, "record").strip_prefix(base).unwrap());
            assert_eq!(record["record"]["id"], release["id"]);
            assert_eq!(record["record"]["text"]["digest"], release["digest"]);
            let file = format!("{}/v/{}/policy.md", text(release, "policy"), text(release, "version"));
            let hash = Sha256::digest(&site[&file]);
            let digest = hash.iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"));
            assert_eq!(text(release, "digest"), digest, "{file}");
        }
    });
}

/// `=` and `-` are the old text and `=` and `+` the new one, clause by clause, against the texts as
/// they are published.
#[test]
fn a_diff_document_rebuilds_both_texts() {
    each("/diff.json", |site, name, document| {
        let parts: Vec<&str> = name.split('/').collect();
        let [policy, "compare", old, new, _] = parts[..] else { panic!("{name}") };
        let read = |version: &str| {
            let text = String::from_utf8(site[&format!("{policy}/v/{version}/policy.md")].clone()).unwrap();
            parse(&text, 0..text.len(), Options { imported: true }).0
        };
        let (old, new) = (read(old), read(new));
        let (mut old_seen, mut new_seen) = (Vec::new(), Vec::new());
        let clauses = document["clauses"].as_array().unwrap();
        for clause in clauses {
            let side = |key: &str| -> Vec<usize> {
                let all = clause[key].as_array().unwrap().iter();
                all.map(|n| usize::try_from(n.as_u64().unwrap()).unwrap()).collect()
            };
            let (before, after) = (side("old"), side("new"));
            let (was, is) = rebuilt(clause);
            assert_eq!(is, joined(&new, &after), "{name}: accepted");
            assert_eq!(was, joined(&old, &before), "{name}: rejected");
            old_seen.extend(before);
            new_seen.extend(after);
        }
        old_seen.sort_unstable();
        new_seen.sort_unstable();
        assert_eq!(old_seen, (0..old.clauses.len()).collect::<Vec<_>>(), "{name}");
        assert_eq!(new_seen, (0..new.clauses.len()).collect::<Vec<_>>(), "{name}");
        assert_eq!(document["proof"]["entries"].as_u64(), Some(clauses.len() as u64), "{name}");
    });
}

/// What a document says of the way is what the documents of the steps say, and no change of theirs
/// is lost.
#[test]
fn a_path_is_what_its_steps_say() {
    let there_and_back = std::cell::Cell::new(0);
    each("/diff.json", |site, name, document| {
        let Some(path) = document.get("path") else { return };
        let base = text(&value(site, "changelog.json")["site"], "url").to_owned();
        let steps: BTreeMap<&str, Value> = path["versions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|v| (text(v, "id"), value(site, text(v, "diff").strip_prefix(&base).unwrap())))
            .collect();
        let mut told = BTreeSet::new();
        for (list, key) in [("changed_back", "undone_by"), ("changed_more_than_once", "id")] {
            for clause in path[list].as_array().unwrap() {
                let all = clause["steps"].as_array().unwrap();
                for step in all {
                    let (by, entry) = (text(step, "by"), step["entry"].as_u64().unwrap());
                    let there = &steps[by]["clauses"][usize::try_from(entry).unwrap()];
                    assert_eq!(
                        (&there["relation"], &there["ids"]),
                        (&step["relation"], &step["ids"]),
                        "{name}"
                    );
                    assert!(told.insert((by, entry)), "{name}: entry {entry} of {by} is told twice");
                }
                let ends = [&all[0]["by"], &all[all.len() - 1]["by"]];
                assert_ne!(ends[0], ends[1], "{name}: {clause}");
                if list == "changed_back" {
                    assert_eq!(ends, [&clause["by"], &clause[key]], "{name}");
                }
            }
        }
        there_and_back.set(there_and_back.get() + path["changed_back"].as_array().unwrap().len());
        // What changed words on the way came back, or is part of what the document tells.
        let clauses = document["clauses"].as_array().unwrap().iter();
        let by: BTreeSet<&str> = clauses.flat_map(versions_of).collect();
        for (version, step) in &steps {
            let wording = step["counts"]["wording"].as_u64() > Some(0);
            let back = told.iter().any(|(by, _)| by == version);
            assert!(!wording || back || by.contains(version), "{name}: {version} changed nothing");
        }
    });
    assert!(there_and_back.get() > 0, "nothing was changed back anywhere");
}

/// The versions that had a part in an entry.
fn versions_of(clause: &Value) -> impl Iterator<Item = &str> {
    clause.get("by").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The old and the new text of an entry, from nothing but the entry.
pub(crate) fn rebuilt(clause: &Value) -> (String, String) {
    let mut spelt: Vec<(usize, usize, String)> = Vec::new();
    for beside in clause.get("beside").and_then(Value::as_array).into_iter().flatten() {
        if text(beside, "class") == "typography" {
            let at = |i: usize| usize::try_from(beside["range"][i].as_u64().unwrap()).unwrap();
            spelt.push((at(0), at(1), text(beside, "old").to_owned()));
        }
    }
    let (mut old, mut new) = (String::new(), String::new());
    for op in clause["ops"].as_array().unwrap() {
        let (sign, words) = (op[0].as_str().unwrap(), op[1].as_str().unwrap());
        match sign {
            "=" => {
                let start = new.len();
                new.push_str(words);
                let mut at = start;
                let mut inside: Vec<_> = spelt.iter().filter(|s| start <= s.0 && s.1 <= new.len()).collect();
                inside.sort_unstable();
                for (from, to, was) in inside {
                    old.push_str(&new[at..*from]);
                    old.push_str(was);
                    at = *to;
                }
                old.push_str(&new[at..]);
            }
            "-" => old.push_str(words),
            "+" => new.push_str(words),
            _ => panic!("{op}"),
        }
    }
    (old, new)
}
