//! Whole sites: what is in them, when it changes, and that everything in them leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use clauseline::site::assets;
use clauseline::write::MARKER;
use scraper::{Html, Selector};

use crate::program::{Run, build, clauseline, folder, look, path, school, small, tree, write};

/// Files of the site that are copies of files of the program.
fn is_copy(name: &str) -> bool {
    name == MARKER || assets::STATICS.iter().any(|(file, _)| name == format!("assets/{file}"))
}

#[test]
fn the_small_site_is_as_expected() {
    let mut got = small();
    for (file, bytes) in assets::STATICS {
        assert!(got[&format!("assets/{file}")] == bytes.as_bytes(), "assets/{file}");
    }
    got.retain(|name, _| !is_copy(name));
    let version = concat!("clauseline ", env!("CARGO_PKG_VERSION"));
    for (name, bytes) in &got {
        assert!(
            !String::from_utf8_lossy(bytes).contains(version),
            "{name} changes with the program's version"
        );
    }
    let folder = path("tests/golden/small/expected");
    if std::env::var_os("UPDATE").is_some() {
        let _ = fs::remove_dir_all(&folder);
        got.iter().for_each(|(name, bytes)| write(&folder.join(name), bytes));
    }
    let want = tree(&folder);
    let names: BTreeSet<_> = got.keys().chain(want.keys()).collect();
    let differ: Vec<_> = names.into_iter().filter(|name| got.get(*name) != want.get(*name)).collect();
    let Some(first) = differ.first() else { return };
    let show = |tree: &BTreeMap<String, Vec<u8>>| {
        tree.get(*first).map_or("nothing".to_owned(), |bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    panic!(
        "{} files differ: {differ:?}\n\n{first}: expected\n{}\nbut got\n{}",
        differ.len(),
        show(&want),
        show(&got)
    );
}

#[test]
fn the_same_content_and_day_give_the_same_bytes() {
    let (one, two) = (school(), school());
    assert!(one.len() > 100, "{} files", one.len());
    let names = |site: &BTreeMap<String, Vec<u8>>| site.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one), names(&two));
    for (name, bytes) in &one {
        assert!(two[name] == *bytes, "{name} differs");
    }
}

/// A policy whose text is `Old.` until a day and `New.` from then on.
fn changing(zone: &str, day: &str) -> tempfile::TempDir {
    folder(&[
        ("site.yaml", &format!("title: T\nbase_url: https://a.example/\ntime_zone: {zone}\n")),
        ("p/policy.yaml", "title: P\n"),
        ("p/2001-01-01.md", "---\neffective: 2001-01-01\n---\nOld.\n"),
        ("p/next.md", &format!("---\neffective: {day}\nannounced: 2001-02-01\naction: none\n---\nNew.\n")),
    ])
}

fn in_force(site: &BTreeMap<String, Vec<u8>>) -> String {
    let page = Html::parse_document(std::str::from_utf8(&site["p/index.html"]).unwrap());
    let clause = Selector::parse("article p.clause").unwrap();
    let words: Vec<String> =
        page.select(&clause).map(|p| p.text().next().unwrap_or_default().trim().to_owned()).collect();
    words.join(" ")
}

/// The day begins `begins` seconds after 1970.
#[track_caller]
fn begins(zone: &str, day: &str, begins: i64) {
    let content = changing(zone, day);
    let at = |seconds: i64| {
        let place = tempfile::tempdir().unwrap();
        let out = place.path().join("public");
        let run = clauseline(&["build", "--content"])
            .arg(content.path())
            .arg("--out")
            .arg(&out)
            .env("SOURCE_DATE_EPOCH", seconds.to_string())
            .output()
            .unwrap();
        let run = Run::from(run);
        assert_eq!(run.code, Some(0), "{}", run.err);
        in_force(&tree(&out))
    };
    assert_eq!(at(begins - 1), "Old.", "{zone}: a second before {day}");
    assert_eq!(at(begins), "New.", "{zone}: as {day} begins");
}

#[test]
fn a_text_takes_effect_as_its_day_begins() {
    let content = changing("America/New_York", "2018-05-15");
    let on = |day: &str| in_force(&build(content.path(), &["--as-of", day]));
    assert_eq!(on("2018-05-14"), "Old.");
    assert_eq!(on("2018-05-15"), "New.");
    assert_eq!(on("2018-05-15T03:59:59Z"), "Old.");
    assert_eq!(on("2018-05-15T04:00:00Z"), "New.");
}

#[test]
fn days_begin_when_they_do_in_the_site_s_zone() {
    // The days on which the clocks change in New York, and the days after.
    begins("America/New_York", "2018-03-11", 1_520_744_400);
    begins("America/New_York", "2018-03-12", 1_520_827_200);
    begins("America/New_York", "2018-11-04", 1_541_304_000);
    begins("America/New_York", "2018-11-05", 1_541_394_000);
    // Here the clocks went from 23:59 to 01:00.
    begins("America/Sao_Paulo", "2018-11-04", 1_541_300_400);
    begins("Pacific/Kiritimati", "2018-05-15", 1_526_292_000);
    begins("UTC", "2018-05-15", 1_526_342_400);
}

#[test]
fn what_is_not_announced_is_not_shown() {
    let content = path("tests/golden/small/content");
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("public");
    let mut command = clauseline(&["build", "--as-of", "2018-05-01", "--out"]);
    let run = Run::from(command.arg(&out).arg("--content").arg(&content).output().unwrap());
    let named: Vec<&str> = run.err.lines().filter(|line| line.starts_with("not yet")).collect();
    assert_eq!(
        named,
        ["not yet announced on 2018-05-01, so not shown: privacy@2019-01-01 (announced 2018-12-01)"]
    );
    assert_eq!(run.out, "");
    for (name, bytes) in tree(&out) {
        assert!(!name.contains("2019-01-01"), "{name}");
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        assert!(!text.contains("nobody knows yet") && !text.contains("2019-01-01"), "{name} tells of it");
    }
    let after = build(&content, &["--as-of", "2018-12-01"]);
    assert!(after.contains_key("privacy/v/2019-01-01/index.html"));
}

#[test]
fn drafts_are_shown_only_when_asked_for() {
    let content = path("tests/golden/small/content");
    let draft = |site: &BTreeMap<String, Vec<u8>>| -> Vec<String> {
        let tells = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).contains("2020-01-01");
        site.iter()
            .filter(|(name, bytes)| name.contains("2020-01-01") || tells(bytes))
            .map(|p| p.0.clone())
            .collect()
    };
    assert_eq!(draft(&build(&content, &["--as-of", "2018-05-01"])), [""; 0]);
    let with = build(&content, &["--as-of", "2018-05-01", "--drafts"]);
    assert!(with.contains_key("privacy/v/2020-01-01/index.html"));
    let told = draft(&with);
    assert!(!told.iter().any(|name| name.ends_with("changelog.json")), "{told:?}");
}

#[test]
fn every_link_leads_somewhere() {
    for site in [small(), school(), look()] {
        let pages: BTreeMap<&String, Html> = site
            .iter()
            .filter(|(name, _)| name.ends_with(".html"))
            .map(|(name, bytes)| (name, Html::parse_document(std::str::from_utf8(bytes).unwrap())))
            .collect();
        let base = base_url(&site);
        let mut wrong = Vec::new();
        let mut ids: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
        for (name, page) in &pages {
            let any = Selector::parse("[id]").unwrap();
            for element in page.select(&any) {
                let id = element.value().attr("id").unwrap().to_owned();
                if !ids.entry(*name).or_default().insert(id.clone()) {
                    wrong.push(format!("{name}: the id `{id}` is given twice"));
                }
            }
        }
        let linked = Selector::parse("[href], [src]").unwrap();
        for (name, page) in &pages {
            for element in page.select(&linked) {
                let element = element.value();
                let link = element.attr("href").or(element.attr("src")).unwrap();
                let Some((file, fragment)) = target(name, link, &base) else { continue };
                match (site.get_key_value(&file), fragment) {
                    (None, _) => wrong.push(format!("{name}: `{link}` leads to no file")),
                    (Some((file, _)), Some(id)) if !ids.get(file).is_some_and(|ids| ids.contains(&id)) => {
                        wrong.push(format!("{name}: `{link}` leads to no place of {file}"));
                    }
                    _ => {}
                }
            }
            for attribute in ["aria-labelledby", "aria-describedby", "aria-controls", "for"] {
                let selector = Selector::parse(&format!("[{attribute}]")).unwrap();
                for element in page.select(&selector) {
                    for id in element.value().attr(attribute).unwrap().split_whitespace() {
                        if !ids[name].contains(id) {
                            wrong.push(format!("{name}: {attribute} names `{id}`"));
                        }
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    }
}

/// The site's own address, as its front page has it.
fn base_url(site: &BTreeMap<String, Vec<u8>>) -> String {
    let changelog: serde_json::Value = serde_json::from_slice(&site["changelog.json"]).unwrap();
    changelog["site"]["url"].as_str().unwrap().to_owned()
}

/// The file and the place a link leads to; `None` for one that leaves the site.
fn target(page: &str, link: &str, base: &str) -> Option<(String, Option<String>)> {
    let (path, fragment) = match link.split_once('#') {
        Some((path, fragment)) => (path, Some(decoded(fragment))),
        None => (link, None),
    };
    let inside = path.strip_prefix(base);
    let elsewhere = path.contains("://") || path.starts_with("mailto:") || path.starts_with("tel:");
    if inside.is_none() && elsewhere {
        return None;
    }
    let mut parts: Vec<&str> = match inside {
        Some(_) => Vec::new(),
        None => page.split('/').collect(),
    };
    parts.pop();
    let path = inside.unwrap_or(path);
    if path.is_empty() && inside.is_none() {
        return Some((page.to_owned(), fragment));
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => assert!(parts.pop().is_some(), "{page}: {link} leads out of the site"),
            name => parts.push(name),
        }
    }
    let mut file = decoded(&parts.join("/"));
    if path.is_empty() || path.ends_with(['/', '.']) {
        file = format!("{file}/index.html").trim_start_matches('/').to_owned();
    }
    Some((file, fragment))
}

/// `%C3%A9` → `é`
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match code {
            Some(code) if *byte == b'%' => {
                bytes.push(code);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_mistake_leaves_the_published_site_as_it_was() {
    let content = changing("UTC", "2018-05-15");
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("public");
    let build = || {
        let mut command = clauseline(&["build", "--as-of", "2018-06-01", "--out"]);
        Run::from(command.arg(&out).arg("--content").arg(content.path()).output().unwrap())
    };
    assert_eq!(build().code, Some(0));
    let before = tree(place.path());
    write(
        &content.path().join("p/2019-01-01.md"),
        b"---\neffective: 2019-01-32\naction: none\n---\nNever.\n",
    );
    let run = build();
    assert_eq!(run.code, Some(1));
    assert_eq!(run.err.lines().last(), Some("nothing was written"));
    assert!(tree(place.path()) == before, "the old site is not whole");
    // And where there was none, none is made.
    fs::remove_dir_all(&out).unwrap();
    assert_eq!(build().code, Some(1));
    assert_eq!(tree(place.path()), BTreeMap::new());
}

#[test]
fn a_folder_without_a_policy_is_no_site() {
    let site = "title: P\nbase_url: https://p.example/\ntime_zone: UTC\n";
    let content = folder(&[("content/site.yaml", site)]);
    let mut command = clauseline(&["build", "--content", "content"]);
    let run = Run::from(command.current_dir(content.path()).output().unwrap());
    let expected = "error[no-policy]: there is no policy here\n\
                    --> content\n \
                    = help: add a folder for each policy, for example `privacy`, with `policy.yaml` and its versions\n\
                    \n1 error\nnothing was written\n";
    assert_eq!(run, Run { code: Some(1), out: String::new(), err: expected.to_owned() });
}
