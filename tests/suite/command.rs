//! The program as it is typed: exit codes, what goes to which stream, help, and closed pipes.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use clauseline::cli::command;
use tempfile::TempDir;

use crate::program::{Run, clauseline, folder};

const SITE: (&str, &str) = ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n");
const POLICY: (&str, &str) = ("content/p/policy.yaml", "title: P\n");

fn right() -> TempDir {
    folder(&[
        SITE,
        POLICY,
        ("content/p/2018-05-15.md", "---\neffective: 2018-05-15\n---\n## A {#a}\n\nWords.\n"),
        ("old.md", "## Keeping\n\nWe keep logs for ninety (90) days.\n\nWe share nothing.\n"),
        ("new.md", "## Keeping\n\nWe keep logs for thirty (30) days.\n\nWe share nothing.\n"),
    ])
}

fn wrong() -> TempDir {
    folder(&[
        SITE,
        POLICY,
        ("content/p/2018-05-15.md", "---\neffective: 2018-05-15\n---\n## A {#a}\n\n## B {#a}\n\nWords.\n"),
    ])
}

fn run(place: &TempDir, arguments: &[&str]) -> Run {
    Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap())
}

#[track_caller]
fn check(place: &TempDir, arguments: &[&str], code: i32, out: &str, err: &str) {
    let want = Run { code: Some(code), out: out.to_owned(), err: err.to_owned() };
    assert_eq!(run(place, arguments), want, "{arguments:?}");
}

const DUPLICATE: &str = "\
error[duplicate-id]: the id `a` is taken by an earlier clause of this text
 --> content/p/2018-05-15.md:6:6
  |
6 | ## B {#a}
  |      ^^^^
  |
  = help: give this clause an id of its own: `{#a-2}`

1 error
";

#[test]
fn nought_where_all_is_fine_and_one_where_the_text_is_wrong() {
    check(&right(), &["check"], 0, "", "content: 1 policy, 1 version: no mistakes\n");
    check(&wrong(), &["check"], 1, "", &format!("{DUPLICATE}content: 1 policy, 1 version\n"));
    check(&wrong(), &["build"], 1, "", &format!("{DUPLICATE}nothing was written\n"));
}

#[test]
fn two_where_the_machine_failed() {
    let place = right();
    let nowhere = "error: there is no folder `nowhere`\n";
    check(&place, &["check", "--content", "nowhere"], 2, "", nowhere);
    check(&place, &["build", "--content", "nowhere"], 2, "", nowhere);
    check(&place, &["build", "--templates", "nowhere"], 2, "", nowhere);
    let day = "error: `--as-of 2018-02-30` is not a day: write it like 2027-01-15\n";
    check(&place, &["build", "--as-of", "2018-02-30"], 2, "", day);
    let url =
        "error: `--base-url a.example` is not an address: write it like https://policies.example.org/\n";
    check(&place, &["build", "--base-url", "a.example"], 2, "", url);
    let missing = run(&place, &["diff", "old.md", "nowhere.md"]);
    assert_eq!((missing.code, missing.out.as_str()), (Some(2), ""));
    assert_eq!(missing.err.lines().next(), Some("error: cannot read `nowhere.md`"));
    for words in
        [&[][..], &["nonsense"], &["build", "--nonsense"], &["diff", "old.md"], &["check", "--format", "x"]]
    {
        let run = run(&place, words);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{words:?}");
        assert!(!run.err.is_empty(), "{words:?}: not a word on why");
    }
    assert!(!place.path().join("public").exists());
}

#[test]
fn the_day_of_a_build_may_come_from_its_surroundings() {
    let place = right();
    let with = |epoch: &str| {
        let mut command = clauseline(&["build"]);
        Run::from(command.current_dir(place.path()).env("SOURCE_DATE_EPOCH", epoch).output().unwrap())
    };
    assert_eq!(
        with("yesterday"),
        Run {
            code: Some(2),
            out: String::new(),
            err: "error: SOURCE_DATE_EPOCH is `yesterday`, which is not a number of seconds since 1970\n"
                .into()
        }
    );
    let told = with("1526342400");
    assert_eq!((told.code, told.out.as_str()), (Some(0), ""));
    assert!(
        told.err.starts_with("public as of 2018-05-15: 1 policy, 1 version, 2 clauses, "),
        "{}",
        told.err
    );
}

#[test]
fn mistakes_as_data() {
    let json = r#"{
  "diagnostics": [
    {
      "file": "content/p/2018-05-15.md",
      "line": 6,
      "column": 6,
      "end_line": 6,
      "end_column": 10,
      "severity": "error",
      "code": "duplicate-id",
      "message": "the id `a` is taken by an earlier clause of this text",
      "hint": "give this clause an id of its own: `{#a-2}`"
    }
  ],
  "errors": 1,
  "warnings": 0
}
"#;
    check(&wrong(), &["check", "--format", "json"], 1, json, "");
    let none = "{\n  \"diagnostics\": [],\n  \"errors\": 0,\n  \"warnings\": 0\n}\n";
    check(&right(), &["check", "--format", "json"], 0, none, "");
    check(&right(), &["check", "--format", "github"], 0, "", "");
    let github = run(&wrong(), &["check", "--format", "github"]);
    assert_eq!(
        github.out.lines().next(),
        Some(
            "::error file=content/p/2018-05-15.md,line=6,col=6,endColumn=10,title=duplicate-id::\
             the id `a` is taken by an earlier clause of this text%0Ahelp: give this clause an id of its own: `{#a-2}`"
        )
    );
    assert_eq!((github.code, github.err.as_str()), (Some(1), ""));
}

const REDLINE: &str = "\
1. modified (wording) · Keeping, 1
   We keep logs for [-ninety (90)-]{+thirty (30)+} days.
   signals: duration [-ninety (90) days-]{+thirty (30) days+}

1 clause changed: 2 words deleted, 2 words inserted
";

#[test]
fn a_redline_to_be_read() {
    let place = right();
    check(&place, &["diff", "old.md", "new.md"], 0, REDLINE, "");
    check(&place, &["diff", "old.md", "old.md"], 0, "no changes\n", "");
}

#[test]
fn a_redline_as_data() {
    let run = run(&right(), &["diff", "old.md", "new.md", "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let frozen = |clause: &serde_json::Value| {
        serde_json::json!([clause["relation"], clause["old"], clause["new"], clause["ops"]])
    };
    let clauses: Vec<_> = document["clauses"].as_array().unwrap().iter().map(frozen).collect();
    let ops = serde_json::json!([
        ["=", "We keep logs for "],
        ["-", "ninety (90)"],
        ["+", "thirty (30)"],
        ["=", " days."]
    ]);
    assert_eq!(
        serde_json::Value::from(clauses),
        serde_json::json!([
            ["unchanged", [0], [0], [["=", "Keeping"]]],
            ["modified", [1], [1], ops],
            ["unchanged", [2], [2], [["=", "We share nothing."]]],
        ])
    );
}

/// Which clause became which may be fixed by an earlier document, or by hand.
#[test]
fn relations_fixed_by_a_document() {
    let place = right();
    let document = run(&place, &["diff", "old.md", "new.md", "--format", "json"]).out;
    let fixed = |json: &str| {
        std::fs::write(place.path().join("fixed.json"), json).unwrap();
        run(&place, &["diff", "old.md", "new.md", "--relations", "fixed.json"])
    };
    let same = fixed(&document);
    assert_eq!((same.code, same.out.as_str(), same.err.as_str()), (Some(0), REDLINE, ""));
    // By hand: the two paragraphs are each other.
    let crossed = fixed(
        r#"{"clauses": [{"old": [0], "new": [0]}, {"old": [1], "new": [2]}, {"old": [2], "new": [1], "moved": true}]}"#,
    );
    assert_eq!(crossed.code, Some(0), "{}", crossed.err);
    assert!(
        crossed.out.contains("We [-share nothing-]{+keep logs for thirty (30) days+}."),
        "{}",
        crossed.out
    );
    assert!(crossed.out.contains("moved"), "{}", crossed.out);
    for (json, said) in [
        (
            document.replace("sha256:", "sha256:0"),
            "this document is of another old text than the one named here",
        ),
        (
            document.replacen("[\n        2\n      ]", "[1]", 1),
            "clause 1 of the old text stands in two entries",
        ),
        ("{\"clauses\": []}".to_owned(), "clause 0 of the old text stands in no entry"),
        ("{\"clauses\": 3}".to_owned(), "this is JSON, but no diff document"),
        ("[".to_owned(), "this is no diff document"),
        (String::new(), "this is no diff document"),
    ] {
        let wrong = fixed(&json);
        assert_eq!((wrong.code, wrong.out.as_str()), (Some(1), ""), "{json}: {}", wrong.err);
        assert!(wrong.err.contains(said) && wrong.err.contains("fixed.json"), "{said}: {}", wrong.err);
    }
    let missing = run(&place, &["diff", "old.md", "new.md", "--relations", "none.json"]);
    assert_eq!(missing.code, Some(2));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let (right, wrong) = (right(), wrong());
    let bold = |text: &str| text.contains("\u{1b}[");
    // No test runs on a terminal.
    assert!(!bold(&run(&right, &["diff", "old.md", "new.md"]).out));
    assert!(!bold(&run(&wrong, &["check"]).err));
    assert!(bold(&run(&right, &["diff", "old.md", "new.md", "--color", "always"]).out));
    assert!(bold(&run(&wrong, &["check", "--color", "always"]).err));
    let plain = run(&right, &["diff", "old.md", "new.md", "--color", "never"]);
    assert_eq!(plain.out, REDLINE);
    let no_color = clauseline(&["--color", "auto", "diff", "old.md", "new.md"])
        .current_dir(right.path())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert_eq!(Run::from(no_color).out, REDLINE);
}

/// The words of every command, and of every command below one.
fn all_commands() -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for subcommand in command().get_subcommands() {
        let name = subcommand.get_name().to_owned();
        found.push(vec![name.clone()]);
        found.extend(
            subcommand.get_subcommands().map(|below| vec![name.clone(), below.get_name().to_owned()]),
        );
    }
    found
}

#[test]
fn the_help_of_each_command_names_its_flags_and_shows_it_at_work() {
    let place = right();
    for words in all_commands() {
        let name = words.join(" ");
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.push("--help");
        let run = run(&place, &arguments);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{name}");
        assert!(run.out.contains(&format!("\n  clauseline {name}")), "{name}: no example\n{}", run.out);
        let found =
            words.iter().fold(command(), |command, word| command.find_subcommand(word).unwrap().clone());
        for argument in found.get_arguments() {
            let shown = match argument.get_long() {
                Some(long) => format!("--{long}"),
                None => {
                    let names = argument.get_value_names().and_then(<[_]>::first);
                    names.map_or_else(|| argument.get_id().as_str().to_uppercase(), ToString::to_string)
                }
            };
            assert!(run.out.contains(&shown), "{name}: no {shown}\n{}", run.out);
            assert!(argument.get_help().is_some(), "{name}: nothing is said of {shown}");
        }
    }
    let version = concat!("clauseline ", env!("CARGO_PKG_VERSION"), "\n");
    check(&place, &["--version"], 0, version, "");
}

#[test]
fn completions_and_manual_are_there() {
    let place = right();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run(&place, &["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{shell}");
        for word in ["build", "check", "diff", "as-of"] {
            assert!(run.out.contains(word), "{shell}: nothing completes to {word}");
        }
    }
    let page = run(&place, &["man"]);
    assert_eq!((page.code, page.err.as_str()), (Some(0), ""));
    assert!(page.out.contains("\n.TH clauseline 1 "), "{}", page.out);
    std::fs::create_dir(place.path().join("man")).unwrap();
    check(&place, &["man", "--out", "man"], 0, "", "");
    let mut pages: Vec<String> = std::fs::read_dir(place.path().join("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let mut want = vec!["clauseline.1".to_owned()];
    want.extend(all_commands().iter().map(|words| format!("clauseline-{}.1", words.join("-"))));
    want.sort();
    assert_eq!(pages, want);
    let nowhere = run(&place, &["man", "--out", "nowhere"]);
    assert_eq!((nowhere.code, nowhere.out.as_str()), (Some(2), ""));
}

/// More than fits into a pipe, to one who reads a line and goes.
#[test]
fn a_reader_who_has_read_enough_is_no_failure() {
    let place = right();
    let long = |word: &str| (0..20_000).map(|n| format!("{word} {n} of this text.\n\n")).collect::<String>();
    std::fs::write(place.path().join("old.md"), "").unwrap();
    std::fs::write(place.path().join("new.md"), long("Paragraph")).unwrap();
    for format in ["human", "json", "markdown", "html"] {
        let mut child = clauseline(&["diff", "old.md", "new.md", "--format", format])
            .current_dir(place.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.is_empty());
        let run = Run::from(child.wait_with_output().unwrap());
        assert_eq!(run, Run { code: Some(0), out: String::new(), err: String::new() }, "{format}");
    }
}

#[test]
fn a_file_that_is_no_text_is_the_author_s_mistake() {
    let place = right();
    std::fs::write(place.path().join("new.md"), b"caf\xe9\n").unwrap();
    let run = run(&place, &["diff", "old.md", "new.md"]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(run.err.contains(" --> new.md"), "{}", run.err);
    assert!(!Path::new("new.md").exists());
}
