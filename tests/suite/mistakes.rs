//! What an author is told: one file per kind of mistake in `tests/mistakes/`.
//!
//! A case is a small content folder and, at its end, exactly what is reported. It starts with a
//! line that says what was done wrong. Sections start with `=== `:
//!
//! - `=== content/privacy/2018-05-15.md`: a file. A right `content/site.yaml`, a right
//!   `content/privacy/policy.yaml` and, where that folder gets no other file, a right version are
//!   supplied unless they are given;
//! - `=== crlf PATH`, `=== bom PATH`: a file whose lines end in CRLF, or that starts with a byte
//!   order mark;
//! - `=== bytes PATH`: a file with escapes: `\xFF` is a byte, `\n` a line break, nothing else is;
//! - `=== big PATH`: a file with so many bytes as the section says;
//! - `=== link PATH`: a symbolic link to what the section says; `=== folder PATH`: an empty folder;
//! - `=== without PATH`: nothing is supplied there;
//! - `=== format json` or `=== format github`: another format than the one for people;
//! - `=== expected`: the report.
//!
//! `UPDATE=1 cargo test mistakes` writes what is reported into the cases. Read the difference
//! before you keep it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clauseline::diagnostic::{Diagnostic, Report, Severity};
use clauseline::load;
use clauseline::policy::{Language, front_matter, settings};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const SITE: &str =
    "title: Example policies\nbase_url: https://policies.example.org/\ntime_zone: America/New_York\n";
const POLICY: &str = "title: Privacy Policy\n";
const VERSION: &str = "---\neffective: 2012-02-06\n---\n## Sharing {#sharing}\n\nWe share nothing.\n";

#[test]
fn mistakes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the cases are there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    let mut failed = Vec::new();
    for path in &paths {
        let case = fs::read_to_string(path).expect("a case is text");
        let (input, expected) = case.split_once("=== expected\n").unwrap_or((&case, ""));
        let got = report(input);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(path, format!("{input}=== expected\n{got}")).expect("the case can be written");
        } else if got != expected {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            failed.push(format!("{name}: expected\n{expected}but got\n{got}"));
        }
    }
    assert!(paths.len() >= 45, "some cases are gone");
    assert!(failed.is_empty(), "{} cases differ:\n\n{}", failed.len(), failed.join("\n"));
}

/// Makes the folder of a case, reads it, and draws what is wrong.
fn report(input: &str) -> String {
    let place = tempfile::tempdir().expect("a temporary folder can be made");
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut format = "human".to_owned();
    for line in input.split_inclusive('\n') {
        match line.strip_prefix("=== ") {
            Some(title) => sections.push((title.trim_end().to_owned(), String::new())),
            None => {
                if let Some((_, text)) = sections.last_mut() {
                    text.push_str(line);
                }
            }
        }
    }
    let mut files: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    for (title, text) in sections {
        let is_file = title.starts_with("content/");
        let (verb, path) = title.split_once(' ').filter(|_| !is_file).unwrap_or(("", &title));
        let bytes = match verb {
            "" => Some(text.into_bytes()),
            "crlf" => Some(text.replace('\n', "\r\n").into_bytes()),
            "bom" => Some(format!("\u{feff}{text}").into_bytes()),
            "bytes" => Some(unescaped(text.trim_end_matches('\n'))),
            "big" => Some(vec![b'a'; text.trim().parse().expect("a number of bytes")]),
            "without" => None,
            "format" => {
                path.clone_into(&mut format);
                continue;
            }
            "folder" => {
                fs::create_dir_all(place.path().join(path)).expect("a folder can be made");
                continue;
            }
            "link" => {
                link(text.trim(), &place.path().join(path));
                continue;
            }
            _ => panic!("no such section: {title}"),
        };
        files.insert(path.to_owned(), bytes);
    }
    supply(&mut files, place.path());
    for (path, bytes) in files {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        if let Some(bytes) = bytes {
            fs::write(path, bytes).expect("a file can be written");
        }
    }
    let report = load::content(&place.path().join("content"), &place.path().join("static"))
        .expect("the folder can be read")
        .report;
    let text = match format.as_str() {
        "json" => report.json(),
        "github" => report.github(),
        _ => report.human(false),
    };
    text.replace(&format!("{}/", place.path().display()), "")
}

fn supply(files: &mut BTreeMap<String, Option<Vec<u8>>>, place: &Path) {
    let mut right = |path: &str, text: &str| {
        files.entry(path.to_owned()).or_insert_with(|| Some(text.as_bytes().to_vec()));
    };
    right("content/site.yaml", SITE);
    right("content/privacy/policy.yaml", POLICY);
    let lone = files.keys().filter(|path| path.starts_with("content/privacy/")).count() == 1;
    if lone && fs::read_dir(place.join("content/privacy")).is_err() {
        files.insert("content/privacy/2012-02-06.md".to_owned(), Some(VERSION.as_bytes().to_vec()));
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = &rest[at + 1..];
        if let Some(after) = escape.strip_prefix('n') {
            bytes.push(b'\n');
            rest = after;
        } else {
            bytes.push(u8::from_str_radix(&escape[1..3], 16).expect("two hexadecimal digits"));
            rest = &escape[3..];
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

fn link(target: &str, path: &Path) {
    fs::create_dir_all(path.parent().expect("a link is in a folder")).expect("a folder can be made");
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, path).expect("a link can be made");
}

/// What hand-written settings are made of, right and wrong.
const PIECES: &[&str] = &[
    "effective",
    "announced",
    "changes",
    "clause",
    "summary",
    "title",
    "notice",
    "was",
    "source",
    "draft",
    ":",
    ": ",
    " ",
    "  ",
    "\n",
    "\n",
    "\n  ",
    "\r\n",
    "\t",
    "- ",
    "-",
    "---",
    "---\n",
    "----\n",
    "\n\n",
    "2018-05-15",
    "15/05/2018",
    "May 15, 2018",
    "true",
    "Yes",
    "notice",
    "text",
    "“",
    "”",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    ", ",
    ">",
    "|",
    "#",
    "## ",
    "&",
    "*",
    "!",
    "%",
    "@",
    "?",
    "~",
    "•",
    "：",
    "=",
    "é",
    "中文",
    "\u{a0}",
    "\u{feff}",
    "\u{202e}",
    "\u{7}",
    "\\",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5_000,
        // The same cases on every machine: what fails, fails again.
        rng_seed: RngSeed::Fixed(2018),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever is typed: there is an answer, every place it names is in the text, and it can be
    /// drawn. Where nothing is wrong, there is a value.
    #[test]
    fn whatever_is_typed(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60), fenced: bool) {
        let mut text = pieces.concat();
        if fenced {
            text = format!("---\n{text}\n---\nText.\n");
        }
        let (version, body, found) = front_matter::version(&text, "2018-05-15", false);
        fits(&text, &found, version.is_some())?;
        prop_assert!(text.get(body).is_some());
        let (translation, body, found) = front_matter::translation(&text);
        fits(&text, &found, translation.is_some())?;
        prop_assert!(text.get(body).is_some());
        let (site, found) = settings::site(&text);
        fits(&text, &found, site.is_some())?;
        let (policy, found) = settings::policy(&text, &Language("en".to_owned()));
        fits(&text, &found, policy.is_some())?;
    }
}

fn fits(text: &str, found: &[Diagnostic], value: bool) -> Result<(), TestCaseError> {
    for one in found {
        prop_assert!(text.get(one.span.clone()).is_some(), "{one:?} is not in the text");
        prop_assert!(!one.message.is_empty() && !one.message.ends_with('.'), "{one:?}");
        prop_assert!(!one.hint.is_empty(), "{one:?} does not say what to type");
    }
    let wrong = found.iter().any(|one| one.severity == Severity::Error);
    prop_assert!(value || wrong, "no value, and nothing is wrong");
    let mut report = Report::new();
    report.add("file.md", text, found.to_vec());
    prop_assert!(found.is_empty() || !(report.human(true) + &report.json() + &report.github()).is_empty());
    Ok(())
}
