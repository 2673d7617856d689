//! The schemas of what services read: they describe every field, say when it changes, and only ever grow.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use clauseline::site::schemas::{CHANGES, all};
use scraper::{Html, Selector};
use serde_json::Value;

use crate::program::{path, school, small, tree, write};

const BASE: &str = "https://policies.example.org/";

/// The schemas of each release there was, by its number.
fn released() -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut found: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (name, bytes) in tree(&path("tests/released")) {
        let Some((release, schema)) = name.split_once("/schema/") else { continue };
        let schema = schema.strip_suffix(".json").unwrap().to_owned();
        found.entry(release.to_owned()).or_default().insert(schema, serde_json::from_slice(&bytes).unwrap());
    }
    found
}

/// What is published goes on to be valid under the schemas of every release there was, and everything that these
/// promise is still there. With `UPDATE=1` the schemas of the release that is being made are written, once.
#[test]
fn what_was_promised_is_kept() {
    let current = path("tests/released").join(env!("CARGO_PKG_VERSION")).join("schema");
    if std::env::var_os("UPDATE").is_some() && !current.exists() {
        for (name, schema) in all(BASE) {
            write(&current.join(format!("{name}.json")), format!("{schema:#}\n").as_bytes());
        }
    }
    let now: BTreeMap<&str, Value> = all(BASE).into_iter().collect();
    let releases = released();
    assert!(releases.contains_key(env!("CARGO_PKG_VERSION")), "UPDATE=1 writes {}", current.display());
    let sites = [small(), school()];
    for (release, schemas) in &releases {
        for (name, schema) in schemas {
            let kept = now.get(name.as_str()).unwrap_or_else(|| panic!("{name} of {release} is gone"));
            let mut broken = Vec::new();
            grown(schema, kept, "", &mut broken);
            assert_eq!(broken, [""; 0], "{name} of {release}");
            let validator = jsonschema::draft202012::new(schema).unwrap();
            let mut checked = 0;
            for (file, bytes) in sites.iter().flatten().filter(|(file, _)| file.ends_with(".json")) {
                let Ok(value) = serde_json::from_slice::<Value>(bytes) else { panic!("{file}") };
                if names(&value, name) {
                    let errors: Vec<String> = validator.iter_errors(&value).map(|e| e.to_string()).collect();
                    assert_eq!(errors, [""; 0], "{file} under {name} of {release}");
                    checked += 1;
                }
            }
            assert!(checked > 0, "no file says that it is {name}");
        }
    }
}

/// The chain of a history that is published is what others keep and sign: no version of the program may make another
/// one of the same texts and words.
#[test]
fn the_same_history_gives_the_same_chain() {
    let chain = school().remove("chain.json").unwrap();
    let ours = path("tests/released").join(env!("CARGO_PKG_VERSION")).join("chain.json");
    if std::env::var_os("UPDATE").is_some() && !ours.exists() {
        write(&ours, &chain);
    }
    for release in fs::read_dir(path("tests/released")).unwrap().map(|entry| entry.unwrap().path()) {
        let kept = fs::read_to_string(release.join("chain.json")).unwrap();
        assert_eq!(String::from_utf8_lossy(&chain), kept, "{}", release.display());
    }
}

/// Whether a file says that it is of a schema: in a feed that stands where the format has a place for it.
fn names(file: &Value, schema: &str) -> bool {
    let named = file.get("$schema").or_else(|| file.pointer("/_clauseline/$schema")).and_then(Value::as_str);
    named.is_some_and(|named| named.ends_with(&format!("/schema/{schema}.json")))
}

/// What of a schema is gone or otherwise in a later one: fields, that they are always there, their types.
fn grown(old: &Value, new: &Value, at: &str, broken: &mut Vec<String>) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                // Words may be put better, and said to change more seldom.
                if ["description", "title", "x-changes", "$id"].contains(&key.as_str()) {
                    continue;
                }
                match new.get(key) {
                    Some(other) => grown(value, other, &format!("{at}/{key}"), broken),
                    None => broken.push(format!("{at}/{key} is gone")),
                }
            }
        }
        // `required`
        (Value::Array(old), Value::Array(new)) => {
            let gone = old.iter().filter(|one| !new.contains(one));
            broken.extend(gone.map(|one| format!("{at}: {one} is gone")));
        }
        _ if old == new => {}
        _ => broken.push(format!("{at} was {old} and is {new}")),
    }
}

#[test]
fn what_is_gone_from_a_schema_is_found() {
    let (name, old) = all(BASE).remove(0);
    let found = |change: &dyn Fn(&mut Value)| {
        let mut new = old.clone();
        change(&mut new);
        let mut broken = Vec::new();
        grown(&old, &new, "", &mut broken);
        broken.join("; ")
    };
    assert_eq!(found(&|_| {}), "", "{name}");
    let add = |new: &mut Value| new["properties"]["more"] = serde_json::json!({"type": "string"});
    assert_eq!(found(&add), "");
    let gone = found(&|new| drop(new["properties"].as_object_mut().unwrap().remove("site")));
    assert_eq!(gone, "/properties/site is gone");
    let seldom = found(&|new| new["required"].as_array_mut().unwrap().retain(|one| one != "site"));
    assert_eq!(seldom, "/required: \"site\" is gone");
    let other = found(&|new| new["properties"]["generator"]["type"] = "integer".into());
    assert_eq!(other, "/properties/generator/type was \"string\" and is \"integer\"");
}

/// Each field says what it is and when it changes, in words that are explained.
#[test]
fn every_field_is_described() {
    let words: BTreeSet<&str> = CHANGES.iter().map(|(word, _)| *word).collect();
    let mut fields = 0;
    let mut missing = Vec::new();
    let mut types: BTreeMap<String, Value> = BTreeMap::new();
    for (name, schema) in all(BASE) {
        // The reference has one table for each name.
        for (of, object) in schema.get("$defs").and_then(Value::as_object).into_iter().flatten() {
            let known = types.entry(of.clone()).or_insert_with(|| object.clone());
            assert_eq!(known, object, "{name}: another file has another {of}");
        }
        let defined = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
        for (of, object) in defined.chain([(&name.to_owned(), &schema)]) {
            let Some(properties) = object.get("properties").and_then(Value::as_object) else { continue };
            for (field, value) in properties {
                fields += 1;
                let changes = value.get("x-changes").or_else(|| object.get("x-changes"));
                let known = changes.and_then(Value::as_str).is_some_and(|word| words.contains(word));
                let told = value.get("description").is_some() || of == "Counts";
                if !known || !told {
                    missing.push(format!("{name}: {of}.{field}: {value}"));
                }
                let text = value.to_string();
                assert!(!text.contains("\"null\"") && !text.contains("uint"), "{name}: {of}.{field}: {text}");
            }
        }
    }
    assert_eq!(missing, [""; 0]);
    assert!(fields > 150, "{fields}");
}

/// The page for developers has a table for each sort of file and for each type, with every field.
#[test]
fn the_reference_has_every_field() {
    let site = school();
    let page = Html::parse_document(std::str::from_utf8(&site["developers/index.html"]).unwrap());
    let rows: Vec<String> = page
        .select(&Selector::parse("table th[scope=row] > code").unwrap())
        .map(|field| field.text().collect())
        .collect();
    let links: BTreeSet<&str> =
        page.select(&Selector::parse("a[href]").unwrap()).filter_map(|link| link.attr("href")).collect();
    for (name, schema) in all(BASE) {
        assert!(links.contains(format!("../schema/{name}.json").as_str()), "no link to {name}");
        let defined = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
        let objects =
            defined.filter_map(|(of, object)| Some((of.as_str(), object.get("properties")?.as_object()?)));
        for (of, properties) in objects.chain([("", schema["properties"].as_object().unwrap())]) {
            let id = Selector::parse(&format!("[id='type-{of}']")).unwrap();
            assert!(of.is_empty() || page.select(&id).count() == 1, "{name}: no table of {of}");
            for field in properties.keys() {
                assert!(rows.iter().any(|row| row == field), "{name}: no row for {of}.{field}");
            }
        }
    }
    let text: String = page.root_element().text().collect();
    for file in ["tests/consumer/service.py", "tests/consumer/link.js"] {
        let code = fs::read_to_string(path(file)).unwrap();
        assert!(text.contains(code.trim()), "{file} is not shown as it is");
    }
}
