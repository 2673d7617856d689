//! The rules of the house, read off the sources.
//!
//! The rules are the tables below; a rule that is changed is changed there. Each rule is a function
//! from a source to its faults, so that [`every_rule_can_fail`] can show each of them a fault.
//! What the compiler can refuse by itself is in `.clippy.toml` and in the `[lints]` of `Cargo.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Layers only look down: (where, what is not mentioned there).
const LAYERS: &[(&str, &[&str])] = &[
    (
        "policy/",
        &[
            "std::fs",
            "std::env",
            "std::time",
            "std::process",
            "std::net",
            "walkdir",
            "tera",
            "crate::site",
            "crate::load",
            "crate::review",
            "crate::write",
            "crate::cli",
            "crate::error",
            "super::super",
        ],
    ),
    (
        "site/",
        &[
            "std::fs",
            "std::env",
            "std::time",
            "std::process",
            "std::net",
            "crate::load",
            "crate::review",
            "crate::write",
            "crate::cli",
            "super::super",
        ],
    ),
    (
        "import/",
        &[
            "std::fs",
            "std::env",
            "std::time",
            "std::process",
            "std::net",
            "crate::site",
            "crate::load",
            "crate::review",
            "crate::write",
            "crate::serve",
            "crate::cli",
            "crate::error",
            "super::super",
        ],
    ),
    ("load.rs", &["crate::review", "crate::site", "crate::write", "crate::serve", "crate::cli"]),
    ("load/", &["crate::review", "crate::site", "crate::write", "crate::serve", "crate::cli"]),
    (
        "review.rs",
        &[
            "std::fs",
            "std::env",
            "std::time",
            "std::process",
            "std::net",
            "crate::site",
            "crate::write",
            "crate::serve",
            "crate::cli",
            "crate::error",
        ],
    ),
    ("serve.rs", &["std::fs", "std::env", "std::process", "crate::write", "crate::cli"]),
    ("serve/", &["std::fs", "std::env", "std::process", "crate::write", "crate::cli"]),
    ("write.rs", &["crate::policy", "crate::load", "crate::review", "crate::cli", "crate::diagnostic"]),
    ("write/", &["crate::policy", "crate::load", "crate::review", "crate::cli", "crate::diagnostic"]),
    ("diagnostic.rs", &["crate::", "super::"]),
    ("error.rs", &["crate::load", "crate::write", "crate::site", "crate::cli"]),
];

/// What only some files may touch: (what, where, why).
const CONFINED: &[(&str, &[&str], &str)] = &[
    (
        "std::env",
        &["cli.rs", "cli/", "write.rs"],
        "the environment; write.rs asks for the home folder to guard it",
    ),
    (
        "std::process",
        &["cli.rs", "cli/", "main.rs", "load/git.rs"],
        "other programs, of which load/git.rs asks git; and the end of this one",
    ),
    ("SystemTime", &["cli.rs", "cli/"], "the clock"),
    ("Instant", &["cli.rs", "cli/"], "the clock"),
    ("Utc::now", &["cli.rs", "cli/"], "the clock"),
    ("Local::now", &["cli.rs", "cli/"], "the clock"),
    ("std::fs", &["load.rs", "load/", "write.rs", "write/"], "the disk"),
    ("std::net", &["serve.rs", "serve/http.rs"], "the network, which only the preview has"),
];

/// Foreign crates and the files that may know them; `/` ends a folder, `""` is everywhere.
const CRATES: &[(&str, &[&str])] = &[
    ("annotate_snippets", &["diagnostic/"]),
    ("chrono", &[""]),
    ("chrono_tz", &["policy/calendar.rs", "policy/mod.rs", "policy/settings.rs"]),
    ("clap", &["main.rs", "cli.rs", "cli/"]),
    ("clap_complete", &["cli.rs", "cli/"]),
    ("clap_mangen", &["cli.rs", "cli/"]),
    ("http_body_util", &["serve/http.rs"]),
    ("hyper", &["serve/http.rs"]),
    ("hyper_util", &["serve/http.rs"]),
    ("htmd", &["policy/html/"]),
    ("icalendar", &["site/calendar.rs"]),
    ("icu_locale_core", &["site/plural.rs"]),
    ("icu_plurals", &["site/plural.rs"]),
    ("indicatif", &["cli.rs", "cli/"]),
    ("notify", &["serve/watch.rs"]),
    ("pathfinding", &["policy/align/assign.rs"]),
    ("pulldown_cmark", &["policy/markdown.rs", "policy/markdown/", "policy/html.rs"]),
    ("rayon", &["cli.rs", "cli/", "load.rs", "load/", "serve/site.rs", "serve/desk.rs", "site/", "write.rs"]),
    ("rustix", &["write.rs"]),
    ("saphyr_parser", &["policy/yaml.rs"]),
    ("schemars", &["site/"]),
    ("serde", &["site/", "cli.rs", "cli/", "diagnostic/"]),
    ("serde_json", &["site/", "serve/panel.rs", "cli.rs", "cli/", "diagnostic/"]),
    ("serde_yaml", &["site/messages.rs"]),
    ("sha2", &["policy/markdown.rs"]),
    ("similar", &["policy/diff.rs", "policy/diff/", "policy/align.rs", "policy/signals/pairs.rs"]),
    ("strsim", &["policy/", "cli.rs", "cli/"]),
    ("tempfile", &["write.rs", "write/"]),
    ("tera", &["site/templates.rs"]),
    ("thiserror", &["error.rs"]),
    ("tokio", &["serve.rs", "serve/http.rs"]),
    ("unicode_normalization", &["policy/"]),
    ("unicode_segmentation", &["policy/"]),
    ("walkdir", &["load.rs", "load/"]),
    ("zip", &["write/archive.rs"]),
];

/// How many lines a file may have, its own tests not counted.
const LINES: usize = 500;

/// Longer files, each with the reason why it is one subject.
const LONG: &[(&str, &str)] = &[];

/// What is not written down anywhere, also not for a moment.
const NEVER: &[&str] = &["todo!", "unimplemented!", "dbg!", "FIXME", "XXX", "#[ignore"];

/// A source file of the program.
struct Source {
    /// Below `src/`, parts separated by `/`.
    path: String,
    text: String,
    /// The text without comments and tests, `use a::{b, c}` written out.
    code: String,
}

impl Source {
    fn new(path: &str, text: &str) -> Self {
        let is_test = path.ends_with("/tests.rs");
        let program = if is_test { "" } else { program(text) };
        let lines = program.lines().filter(|line| !line.trim_start().starts_with("//"));
        let mut code = lines.collect::<Vec<_>>().join("\n");
        for used in uses(&code) {
            code.push('\n');
            code.push_str(&used);
        }
        Self { path: path.to_owned(), text: text.to_owned(), code }
    }

    /// Whether a place of a table (a file, a folder, or everywhere) holds this file.
    fn is_in(&self, place: &str) -> bool {
        self.path == place || (place.is_empty() || place.ends_with('/')) && self.path.starts_with(place)
    }

    /// Whether the code has these words, and not as a part of longer ones.
    fn mentions(&self, words: &str) -> bool {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        self.code.match_indices(words).any(|(at, _)| {
            let ends = words.ends_with("::") || !self.code[at + words.len()..].starts_with(part);
            ends && !self.code[..at].ends_with(part)
        })
    }
}

/// The text before its tests.
fn program(text: &str) -> &str {
    text.find("#[cfg(test)]\nmod tests {").map_or(text, |at| &text[..at])
}

/// The paths of all `use` declarations, one by one.
fn uses(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("use ") {
        if code[..at].ends_with(|c: char| !c.is_whitespace() && c != '(') {
            continue;
        }
        let tree: String = code[at + 4..].split(';').next().unwrap().split_whitespace().collect();
        write_out("", &tree, &mut found);
    }
    found
}

/// `a::{b, c::{d}}` as `a::b` and `a::c::d`.
fn write_out(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let Some((head, rest)) = tree.split_once('{') else {
        found.push(format!("{prefix}{tree}"));
        return;
    };
    let inner = rest.strip_suffix('}').unwrap_or(rest);
    let (mut depth, mut start) = (0, 0);
    for (at, c) in inner.char_indices().chain([(inner.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                write_out(&format!("{prefix}{head}"), &inner[start..at], found);
                start = at + 1;
            }
            _ => {}
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder of the package: path → bytes. None where there is no such folder.
fn files(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let top = root().join(folder);
    walkdir::WalkDir::new(&top)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&top).unwrap().to_str().unwrap().replace('\\', "/");
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

fn sources(folder: &str) -> Vec<Source> {
    let rust = files(folder).into_iter().filter(|(path, _)| path.ends_with(".rs"));
    rust.map(|(path, bytes)| Source::new(&path, &String::from_utf8(bytes).unwrap())).collect()
}

type Rule = fn(&Source) -> Vec<String>;

fn layers(source: &Source) -> Vec<String> {
    let rows = LAYERS.iter().filter(|(place, _)| source.is_in(place));
    let forbidden = rows.flat_map(|(place, words)| words.iter().map(move |word| (place, word)));
    let found = forbidden.filter(|(_, word)| source.mentions(word));
    found.map(|(place, word)| format!("`{place}` does not know of `{word}`")).collect()
}

fn confined(source: &Source) -> Vec<String> {
    let rows = CONFINED
        .iter()
        .filter(|(what, places, _)| source.mentions(what) && !places.iter().any(|place| source.is_in(place)));
    rows.map(|(what, places, why)| format!("`{what}` ({why}) belongs to {places:?}")).collect()
}

fn one_file_per_crate(source: &Source) -> Vec<String> {
    let rows = CRATES.iter().filter(|(name, places)| {
        let used = source.mentions(&format!("{name}::")) || source.mentions(&format!("use {name}"));
        used && !places.iter().any(|place| source.is_in(place))
    });
    rows.map(|(name, places)| format!("`{name}` is known to {places:?} only")).collect()
}

fn says_what_it_is_for(source: &Source) -> Vec<String> {
    if source.text.starts_with("//! ") { vec![] } else { vec!["opens without `//!`".to_owned()] }
}

fn length(source: &Source) -> Vec<String> {
    let lines = program(&source.text).lines().count();
    match (lines > LINES, LONG.iter().any(|(path, _)| *path == source.path)) {
        (true, false) => vec![format!("{lines} lines: split it by subject, or give LONG a reason")],
        (false, true) => vec!["is short again: take it out of LONG".to_owned()],
        _ => vec![],
    }
}

fn nothing_unfinished(source: &Source) -> Vec<String> {
    NEVER.iter().filter(|word| source.text.contains(*word)).map(|word| format!("has `{word}`")).collect()
}

fn no_unwrap(source: &Source) -> Vec<String> {
    let lines = source.code.lines().filter(|line| line.contains(".unwrap()"));
    lines.map(|line| format!("`{}`: say why it cannot happen with `expect`", line.trim())).collect()
}

/// No folders and doers that things are put into for want of a place.
fn names(source: &Source) -> Vec<String> {
    let parts = source.path.trim_end_matches(".rs").split('/');
    let vague = ["util", "utils", "helper", "helpers", "common", "misc", "manager"];
    parts.filter(|part| vague.contains(part)).map(|part| format!("`{part}` names no subject")).collect()
}

#[track_caller]
fn check(folder: &str, rule: Rule) {
    let sources = sources(folder);
    assert!(!sources.is_empty(), "no sources in `{folder}`");
    let faults: Vec<_> = sources
        .iter()
        .flat_map(|source| rule(source).into_iter().map(|fault| format!("{folder}/{}: {fault}", source.path)))
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn layers_only_look_down() {
    check("src", layers);
}

#[test]
fn disk_clock_and_environment_have_one_place_each() {
    check("src", confined);
}

#[test]
fn foreign_crates_are_known_to_one_file_each() {
    check("src", one_file_per_crate);
}

#[test]
fn every_file_says_what_it_is_for() {
    check("src", says_what_it_is_for);
    check("tests", says_what_it_is_for);
    check("benches", says_what_it_is_for);
}

#[test]
fn no_file_is_too_long() {
    check("src", length);
    let paths: BTreeSet<_> = sources("src").into_iter().map(|source| source.path).collect();
    for (path, reason) in LONG {
        assert!(paths.contains(*path) && !reason.is_empty(), "LONG names `{path}`");
    }
}

#[test]
fn nothing_is_left_unfinished() {
    check("src", nothing_unfinished);
    // This file has to spell out what it looks for.
    let others = sources("tests").into_iter().filter(|source| source.path != "suite/tidy.rs");
    let faults: Vec<_> = others.map(|source| (nothing_unfinished(&source), source.path)).collect();
    assert!(faults.iter().all(|(found, _)| found.is_empty()), "{faults:?}");
}

#[test]
fn nothing_is_unwrapped_without_a_word() {
    check("src", no_unwrap);
}

#[test]
fn files_are_named_after_subjects() {
    check("src", names);
}

#[test]
fn every_dependency_has_a_row_and_every_row_a_dependency() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).unwrap();
    let mut section = "";
    let mut named = BTreeSet::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line;
        } else if section.ends_with("dependencies]")
            && section != "[dev-dependencies]"
            && let Some((name, _)) = line.split_once(" = ")
        {
            named.insert(name.trim_start_matches("# ").replace('-', "_"));
        }
    }
    let rows: BTreeSet<_> = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(rows, named);
}

/// What the tables forbid, planted once each: (rule, file, text, what the fault says).
const PLANTED: &[(Rule, &str, &str, &str)] = &[
    (layers, "policy/diff.rs", "use std::fs;", "std::fs"),
    (
        layers,
        "policy/diff.rs",
        "use std::{\n    collections::BTreeMap,\n    time::Duration,\n};",
        "std::time",
    ),
    (layers, "policy/diff.rs", "use crate::{diagnostic, site::{urls, html}};", "crate::site"),
    (layers, "policy/diff.rs", "pub(crate) use crate::error::Error;", "crate::error"),
    (layers, "policy/diff.rs", "    let x = tera::Tera::default();", "tera"),
    (layers, "policy/diff.rs", "use super::super::load;", "super::super"),
    (layers, "site/urls.rs", "use crate::load::read;", "crate::load"),
    (layers, "site/urls.rs", "fn x() { std::env::var(\"A\"); }", "std::env"),
    (layers, "load.rs", "use crate::site::Page;", "crate::site"),
    (layers, "write.rs", "use crate::policy::Policy;", "crate::policy"),
    (layers, "import/text.rs", "use crate::load::raw;", "crate::load"),
    (layers, "load/git.rs", "use crate::site::Page;", "crate::site"),
    (layers, "diagnostic.rs", "use crate::policy::Policy;", "crate"),
    (confined, "load.rs", "let now = chrono::Utc::now();", "the clock"),
    (confined, "site/mod.rs", "use std::time::{Duration, Instant};", "the clock"),
    (confined, "cli.rs", "std::fs::write(a, b)", "the disk"),
    (confined, "load.rs", "std::env::var_os(\"HOME\")", "the environment"),
    (one_file_per_crate, "policy/align.rs", "use pulldown_cmark::Event;", "pulldown_cmark"),
    (one_file_per_crate, "policy/words.rs", "use similar;", "similar"),
    (one_file_per_crate, "site/mod.rs", "let x: tera::Tera;", "tera"),
    (one_file_per_crate, "load.rs", "use rustix::fs::CWD;", "rustix"),
    (says_what_it_is_for, "load.rs", "use std::fs;\n//! Late.", "//!"),
    (nothing_unfinished, "load.rs", "// FIXME later", "FIXME"),
    (nothing_unfinished, "load.rs", "fn x() { todo!() }", "todo!"),
    (no_unwrap, "load.rs", "let x = y.unwrap();", "expect"),
    (names, "site/utils.rs", "", "utils"),
];

#[test]
fn every_rule_can_fail() {
    for (rule, path, text, want) in PLANTED {
        let faults = rule(&Source::new(path, text));
        assert!(faults.iter().any(|fault| fault.contains(want)), "{path}: {text}: {faults:?}");
    }
    let long = Source::new("load.rs", &"//! Long.\n".repeat(LINES + 1));
    assert!(!length(&long).is_empty());
}

/// What looks like a fault and is none.
const FINE: &[(Rule, &str, &str)] = &[
    (layers, "policy/diff.rs", "//! Unlike [the site](crate::site), pure; see `std::fs`."),
    (layers, "policy/diff.rs", "use crate::{diagnostic::Diagnostic, policy::Text};"),
    (layers, "diagnostic.rs", "pub(crate) fn draw() {}"),
    (layers, "policy/diff.rs", "use super::sites; let material = 1;"),
    (layers, "policy/diff.rs", "#[cfg(test)]\nmod tests {\n    use std::fs;\n}"),
    (confined, "cli.rs", "let now = chrono::Utc::now();"),
    (confined, "cli/serve.rs", "use std::time::Instant;"),
    (one_file_per_crate, "policy/words.rs", "let similar = 1; dissimilar::x();"),
    (one_file_per_crate, "policy/diff.rs", "use chrono::NaiveDate; use similar::Algorithm;"),
    (no_unwrap, "load.rs", "//! It may .unwrap() in prose.\n#[cfg(test)]\nmod tests {\n    x.unwrap();\n}"),
];

#[test]
fn rules_do_not_fail_on_what_is_fine() {
    for (rule, path, text) in FINE {
        let faults = rule(&Source::new(path, text));
        assert!(faults.is_empty(), "{path}: {text}: {faults:?}");
    }
}

/// The names that differ or are missing on either side. What a folder says of itself is for people.
fn differences<T: AsRef<[u8]> + ?Sized>(built_in: &[(&str, &T)], folder: &str) -> Vec<String> {
    let mut on_disk = files(folder);
    on_disk.retain(|path, _| path != "README.md");
    let built_in: BTreeMap<_, _> =
        built_in.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.as_ref().to_vec())).collect();
    let names: BTreeSet<_> = on_disk.keys().chain(built_in.keys()).collect();
    let differ = names.into_iter().filter(|name| on_disk.get(*name) != built_in.get(*name));
    differ.map(|name| format!("{folder}/{name}")).collect()
}

#[test]
fn templates_and_assets_are_all_built_in() {
    let mut differ = differences(clauseline::site::assets::TEMPLATES, "templates");
    differ.extend(differences(clauseline::site::assets::STATICS, "static"));
    assert!(differ.is_empty(), "not in src/site/assets.rs as they are on the disk: {differ:?}");
    assert_eq!(differences::<str>(&[("gone.html", "")], "templates/none"), ["templates/none/gone.html"]);
}

/// The lines of fenced blocks that call this program, prompt and comment taken off.
fn commands(readme: &str) -> Vec<Vec<String>> {
    let mut fenced = false;
    let mut found = Vec::new();
    for line in readme.lines().map(str::trim) {
        fenced ^= line.starts_with("```");
        let line = line.strip_prefix("$ ").unwrap_or(line);
        if fenced && line.starts_with("clauseline ") {
            let end = [" #", " | ", " > ", " && ", " || "].iter().filter_map(|stop| line.find(stop)).min();
            found.push(words(&line[..end.unwrap_or(line.len())]));
        }
    }
    found
}

/// Words as a shell would cut them, quotes understood.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn commands_in_the_readme_exist() {
    for page in ["README.md", "templates/README.md"] {
        let lines = commands(&fs::read_to_string(root().join(page)).unwrap());
        assert!(!lines.is_empty(), "{page} names no command");
        for line in lines {
            if let Err(error) = clauseline::cli::command().try_get_matches_from(&line)
                && error.use_stderr()
            {
                panic!("{page}: `{}`: {error}", line.join(" "));
            }
        }
    }
    let planted = commands("```\n$ clauseline --gone 'a b' | less  # really\n```\nclauseline prose");
    assert_eq!(planted, [["clauseline", "--gone", "a b"]]);
    assert!(clauseline::cli::command().try_get_matches_from(&planted[0]).unwrap_err().use_stderr());
}

#[test]
fn the_readme_names_the_command_that_tests() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.contains("tests/run"), "README.md does not name `tests/run`");
    assert!(root().join("tests/run").exists());
}

/// What a newcomer finds; all else is hidden or usual.
const TOP: &[&str] = &[
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "benches",
    "content",
    "deny.toml",
    "public",
    "src",
    "static",
    "target",
    "templates",
    "tests",
];

#[test]
fn the_top_level_stays_small() {
    let names = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let more: Vec<_> = names.filter(|name| !name.starts_with('.') && !TOP.contains(&name.as_str())).collect();
    assert!(more.is_empty(), "{more:?}");
}
