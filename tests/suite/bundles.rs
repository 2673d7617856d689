//! The archive of a version, opened and checked by programs that are not ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use scraper::{Html, Selector};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::program::{Run, build, clauseline, path, tree};

const VERSION: &str = "privacy@2023-08-01";

fn bundle(arguments: &[&str]) -> Run {
    let content = path("content");
    Run::from(
        clauseline(&["bundle", "--content", content.to_str().unwrap()]).args(arguments).output().unwrap(),
    )
}

/// Unpacked as people do it: by `unzip`, or where that is missing by a `tar` that knows zip files.
fn unpacked(archive: &Path) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let command = Command::new(program).args(arguments).arg(archive).current_dir(place.path()).output();
        command.is_ok_and(|output| output.status.success())
    };
    assert!(run("unzip", &["-q"]) || run("tar", &["-xf"]), "nothing here unpacks {}", archive.display());
    place
}

fn made(arguments: &[&str]) -> (TempDir, BTreeMap<String, Vec<u8>>) {
    let place = tempfile::tempdir().unwrap();
    let archive = place.path().join("one.zip");
    let run = bundle(&[&[VERSION, "--out", archive.to_str().unwrap()], arguments].concat());
    assert_eq!((run.code, run.out), (Some(0), format!("{}\n", archive.display())), "{}", run.err);
    let unpacked = unpacked(&archive);
    let files = tree(&unpacked.path().join("privacy-2023-08-01"));
    (unpacked, files)
}

fn text<'f>(files: &'f BTreeMap<String, Vec<u8>>, name: &str) -> &'f str {
    std::str::from_utf8(&files[name]).unwrap()
}

#[test]
fn another_program_opens_it_and_the_sums_are_right() {
    let (place, files) = made(&["--as-of", "2026-11-22"]);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "README.txt",
            "SHA256SUMS",
            "diff.json",
            "policy.md",
            "previous.md",
            "record.json",
            "redline.html",
            "summary.txt",
            "translations/es.html",
            "translations/es.md",
            "translations/es.r2.html",
            "translations/es.r2.md",
            "version.html",
        ]
    );
    let sums: BTreeMap<&str, &str> = text(&files, "SHA256SUMS")
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(s, n)| (n, s))
        .collect();
    for (name, bytes) in files.iter().filter(|(name, _)| *name != "SHA256SUMS") {
        let sum: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sums.get(name.as_str()), Some(&sum.as_str()), "{name}");
        // What it is is said.
        let said = name.split_once('/').map_or(name.as_str(), |(folder, _)| folder);
        assert!(said == "README.txt" || text(&files, "README.txt").contains(said), "{name}");
    }
    assert_eq!(sums.len() + 1, files.len());
    let folder = place.path().join("privacy-2023-08-01");
    if let Ok(output) = Command::new("sha256sum").args(["-c", "SHA256SUMS"]).current_dir(folder).output() {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn the_same_bytes_whenever_it_is_made() {
    let place = tempfile::tempdir().unwrap();
    let one = |name: &str, day: &str, zone: &str| {
        let archive = place.path().join(name);
        let content = path("content");
        let mut command = clauseline(&["bundle", VERSION, "--as-of", day, "--content"]);
        command.arg(content).arg("--out").arg(&archive).env("TZ", zone);
        assert!(command.output().unwrap().status.success());
        fs::read(archive).unwrap()
    };
    let first = one("a.zip", "2026-11-22", "UTC");
    assert!(first == one("b.zip", "2036-11-22", "Pacific/Auckland"), "another archive in ten years");
}

#[test]
fn it_holds_what_was_published() {
    let (_place, files) = made(&["--as-of", "2026-11-22"]);
    let site = build(&path("content"), &["--as-of", "2026-11-22"]);
    let published = |name: &str| &site[&format!("privacy/v/2023-08-01/{name}")];
    assert_eq!(&files["policy.md"], published("policy.md"));
    assert_eq!(&files["record.json"], published("record.json"));
    assert_eq!(files["diff.json"], site["privacy/compare/2022-09-12/2023-08-01/diff.json"]);
    assert_eq!(files["previous.md"], site["privacy/v/2022-09-12/policy.md"]);
    let record: Value = serde_json::from_str(text(&files, "record.json")).unwrap();
    let summary = text(&files, "summary.txt");
    assert!(summary.contains(record["record"]["summary"].as_str().unwrap()), "{summary}");
    for note in record["record"]["changes"].as_array().unwrap() {
        for key in ["summary", "reason"] {
            assert!(note.get(key).is_none_or(|said| summary.contains(said.as_str().unwrap())), "{note}");
        }
    }
    // The words of the text, as on its page.
    let words = |html: &str| {
        let page = Html::parse_document(html);
        let text = page.select(&Selector::parse(".instrument").unwrap()).next().unwrap();
        // What the site adds to a clause is no part of it.
        let added = Selector::parse(".instrument a.permalink, .instrument .mark, .instrument .life").unwrap();
        let added: Vec<String> = page.select(&added).map(|e| e.text().collect()).collect();
        let all: String = text.text().collect();
        let all = added.iter().fold(all, |all, piece| all.replacen(piece, "", 1));
        all.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let canonical = text(&files, "policy.md");
    let page = words(text(&files, "version.html"));
    assert!(page.len() > 1_000);
    let first = canonical
        .lines()
        .find(|line| line.len() > 80 && line.is_ascii() && !line.contains(['*', '[', '|', '#']));
    let first: Vec<&str> = first.unwrap().split_whitespace().take(8).collect();
    assert!(page.windows(8).any(|w| w == first), "{first:?}");
}

#[test]
fn pages_in_it_ask_for_nothing_and_lead_only_to_the_site() {
    let (_place, files) = made(&["--as-of", "2026-11-22"]);
    for (name, _) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = Html::parse_document(text(&files, name));
        let asks = Selector::parse("script, link[href], img, iframe, [src], [style]").unwrap();
        assert_eq!(page.select(&asks).count(), 0, "{name}");
        let policy = Selector::parse("meta[http-equiv=Content-Security-Policy]").unwrap();
        assert_eq!(page.select(&policy).count(), 1, "{name}");
        for link in page.select(&Selector::parse("a[href]").unwrap()) {
            let href = link.attr("href").unwrap();
            let far =
                ["https://", "http://", "mailto:", "tel:"].iter().any(|scheme| href.starts_with(scheme));
            let here =
                href.strip_prefix('#').is_some_and(|id| text(&files, name).contains(&format!("id=\"{id}\"")));
            assert!(far || here, "{name}: {href}");
        }
    }
    let translated = text(&files, "translations/es.r2.html");
    assert!(translated.contains("<html lang=\"es\"") && translated.contains("notice translation"));
    // A link to another policy leads to the site.
    let all = tempfile::tempdir().unwrap();
    let run = bundle(&["--all", all.path().to_str().unwrap(), "--as-of", "2026-11-22"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let archives = tree(all.path());
    assert_eq!(run.out.lines().count(), archives.len());
    assert!(run.err.ends_with("bundles\n"), "{}", run.err);
    let terms = unpacked(&all.path().join("learner-terms-2024-07-01.zip"));
    let page = fs::read_to_string(terms.path().join("learner-terms-2024-07-01/version.html")).unwrap();
    assert!(page.contains("href=\"https://policies.quillbrook.example/"), "no link to the site");
    // The first of a line has nothing before it.
    let first = unpacked(&all.path().join("pilot-privacy-2014-09-02.zip"));
    let names = tree(&first.path().join("pilot-privacy-2014-09-02"));
    assert!(!names.contains_key("redline.html") && !names.contains_key("diff.json"));
    assert!(!text(&names, "README.txt").contains("redline.html"));
}

#[test]
fn what_is_not_published_is_refused_with_the_way_out() {
    let refused = |arguments: &[&str], why: &str| {
        let run = bundle(arguments);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(run.err.contains(why), "{}", run.err);
    };
    refused(&["privacy"], "write it like `privacy@2025-06-15`");
    refused(&["privcy@2023-08-01"], "there is no policy `privcy`; there is `cookies`");
    refused(&["privacy@2023-08-02"], "no version `2023-08-02`; its latest are `2027-01-15`");
    refused(&[VERSION, "--as-of", "2023-01-01"], "announced on 2023-06-30 only");
    refused(&[], "POLICY@VERSION");
}
