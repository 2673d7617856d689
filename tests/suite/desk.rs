//! Where policies stand and when a build is owed, as those who publish are told.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, clauseline, folder};

const SITE: (&str, &str) =
    ("content/site.yaml", "title: Policies\nbase_url: https://a.example/\ntime_zone: America/New_York\n");

/// One policy with one of everything.
fn desk() -> TempDir {
    folder(&[
        SITE,
        ("content/privacy/policy.yaml", "title: Privacy Policy\nnotice:\n  window_days_after: 30\n"),
        (
            "content/privacy/2018-05-15.md",
            "---\neffective: 2018-05-15\n---\n## Data {#data}\n\nWe keep it.\n",
        ),
        ("content/privacy/2018-05-15.es.md", "## Datos {#data}\n\nLo guardamos.\n"),
        (
            "content/privacy/2020-01-01.md",
            "---\neffective: 2020-01-01\nsummary: We keep it longer.\naction: notice\nchanges:\n  - clause: data\n    \
             material: true\n    summary: Longer.\n---\n## Data {#data}\n\nWe keep it for 30 days.\n",
        ),
        (
            "content/privacy/spring.md",
            "---\neffective: 2020-03-01\nannounced: 2020-01-10\naction: none\nsummary: Less.\nchanges:\n  - clause: data\n    material: false\n    reason: R.\n---\n## Data {#data}\n\n\
             We keep it for 7 days.\n",
        ),
        (
            "content/privacy/2020-06-01.md",
            "---\neffective: 2020-06-01\ndraft: true\n---\n## Data {#data}\n\nWe do not keep it.\n\n<b x=\"1\">Bold.</b>\n",
        ),
    ])
}

fn run(place: &Path, arguments: &[&str]) -> Run {
    Run::from(clauseline(arguments).current_dir(place).output().unwrap())
}

#[track_caller]
fn told(place: &TempDir, arguments: &[&str], code: i32) -> String {
    let run = run(place.path(), arguments);
    assert_eq!(run.code, Some(code), "{arguments:?}: {}{}", run.out, run.err);
    run.out
}

#[test]
fn one_screen_tells_where_a_policy_stands() {
    let place = desk();
    let out = told(&place, &["status", "--as-of", "2020-01-15"], 0);
    assert_eq!(
        out,
        "\
Policies, 2020-01-15

privacy  Privacy Policy
  in force    2020-01-01  for 14 days
  upcoming    spring      in 46 days (2020-03-01); announced 2020-01-10; action:
                          none; no translation: es
  draft       2020-06-01  in 138 days; lacks a summary, an action, a word on 2
                          changed clauses, a translation
  notice      2020-01-01  a banner shows until 2020-01-31 (in 16 days)
  notice      spring      a banner shows until 2020-03-01 (in 46 days)
  translation es          1 clause behind, last translated 2018-05-15

  next build  2020-01-31  in 16 days: privacy@2020-01-01 is no longer told of by
                          a banner
"
    );
    assert!(out.lines().all(|line| line.chars().count() <= 80), "{out}");
    let coloured = told(&place, &["status", "--as-of", "2020-01-15", "--color", "always"], 0);
    assert_eq!(coloured.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), out);
    assert_ne!(coloured, out);
}

#[test]
fn the_same_for_programs() {
    let out = told(&desk(), &["status", "--as-of", "2020-01-15", "--format", "json"], 0);
    let desk: Value = serde_json::from_str(&out).unwrap();
    let policy = &desk["policies"][0];
    assert_eq!(policy["in_force"]["since_at"], "2020-01-01T00:00:00-05:00");
    assert_eq!(policy["upcoming"][0]["days_left"], 46);
    assert_eq!(policy["upcoming"][0]["untranslated"][0], "es");
    assert_eq!(policy["drafts"][0]["lacks"].as_array().unwrap().len(), 4);
    assert_eq!(policy["lagging"][0]["clauses"], 1);
    assert_eq!(desk["next_build"][0]["at"], "2020-01-31T00:00:00-05:00");
    let before = told(&self::desk(), &["status", "--as-of", "2020-01-05", "--format", "json"], 0);
    let before: Value = serde_json::from_str(&before).unwrap();
    assert_eq!(before["policies"][0]["unannounced"][0]["announced_in"], 5);
}

#[test]
fn where_the_content_has_mistakes_check_names_them() {
    let place = desk();
    fs::write(place.path().join("content/privacy/2021-01-01.md"), "no front matter\n").unwrap();
    for command in ["status", "due"] {
        let run = run(place.path(), &[command]);
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{command}");
    }
    let err = run(place.path(), &["status"]).err;
    assert_eq!(err, "content: 1 mistake; `clauseline check` names each\n");
}

#[test]
fn a_build_is_owed_once_a_day_has_come_on_which_pages_change() {
    let place = desk();
    // Without a published folder there is nothing to be late with; unless somebody names one.
    let next = "\
the next build will be owed in 5 days:
  2020-01-10  privacy@spring is announced
";
    assert_eq!(told(&place, &["due", "--as-of", "2020-01-05"], 0), next);
    let nowhere = told(&place, &["due", "--as-of", "2020-01-05", "--out", "site"], 3);
    assert_eq!(nowhere, format!("a build is owed: there is no site in `site`\n{next}"));
    told(&place, &["build", "--as-of", "2020-01-05"], 0);
    let fine = told(&place, &["due", "--as-of", "2020-01-05"], 0);
    assert_eq!(fine, format!("nothing is owed: `public` stands as of 2020-01-05\n{next}"));
    told(&place, &["due", "--as-of", "2020-01-09"], 0);
    assert_eq!(
        told(&place, &["due", "--as-of", "2020-01-31"], 3),
        "\
a build is owed: `public` stands as of 2020-01-05, and today is 2020-01-31
  2020-01-10  privacy@spring is announced
  2020-01-31  privacy@2020-01-01 is no longer told of by a banner
the next build will be owed in 30 days:
  2020-03-01  privacy@spring takes effect
"
    );
    assert_eq!(told(&place, &["due", "--as-of", "2020-01-31", "--quiet"], 3), "");
    let json = told(&place, &["due", "--as-of", "2020-01-31", "--format", "json"], 3);
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["owed"], &json["built_for"]), (&true.into(), &"2020-01-05".into()));
    assert_eq!(json["overdue"][0]["at"], "2020-01-10T00:00:00-05:00");
    assert_eq!(json["overdue"][1]["reason"], "notice-ends");
    // Built, nothing is owed any more.
    told(&place, &["build", "--as-of", "2020-01-31"], 0);
    told(&place, &["due", "--as-of", "2020-01-31"], 0);
    // A site of a day that has not come shows what is not yet so.
    told(&place, &["build", "--as-of", "2020-04-01"], 0);
    told(&place, &["due", "--as-of", "2020-01-31"], 3);
}

#[test]
fn a_site_that_does_not_say_its_day_is_built_again() {
    let place = desk();
    told(&place, &["build", "--as-of", "2020-01-05"], 0);
    // As builds wrote it that knew of no days; and a folder that has the marker alone.
    fs::remove_dir_all(place.path().join("public")).unwrap();
    fs::create_dir(place.path().join("public")).unwrap();
    fs::write(place.path().join("public/.clauseline"), "clauseline 1\nWords.\n").unwrap();
    let out = told(&place, &["due", "--as-of", "2020-01-05"], 3);
    assert!(out.starts_with("a build is owed: `public` does not say for which day it was built\n"), "{out}");
    fs::write(place.path().join("public/.clauseline"), "clauseline 1\nWords.\nas of 2020-01-05\n").unwrap();
    told(&place, &["due", "--as-of", "2020-01-05"], 0);
}

#[test]
fn in_the_end_nothing_is_owed() {
    let out = told(&desk(), &["due", "--as-of", "2031-01-01"], 0);
    assert_eq!(out, "no day is known on which another build will be owed\n");
    let out = told(&desk(), &["status", "--as-of", "2031-01-01"], 0);
    assert!(out.ends_with("  next build              none is owed on any day that is known\n"), "{out}");
}

#[test]
fn in_a_sealed_policy_what_is_not_sealed_is_a_draft_with_what_the_gate_asks_for() {
    let place = desk();
    fs::remove_file(place.path().join("content/privacy/2020-06-01.md")).unwrap();
    told(&place, &["seal", "--as-of", "2020-01-15"], 0);
    let text = "---\neffective: 2020-09-01\naction: none\nsummary: Other.\nchanges:\n  - clause: data\n    material: true\n    \
                summary: S.\n---\n## Data {#data}\n\nWe keep it for 90 days.\n\nNew.\n";
    fs::write(place.path().join("content/privacy/2020-09-01.md"), text).unwrap();
    // The gate would not let it pass, and the screen is there all the same.
    let out = told(&place, &["status", "--as-of", "2020-02-01"], 0);
    let draft = out.split_once("  draft ").unwrap().1.split_once("\n  notice").unwrap().0;
    let words: Vec<&str> = draft.split_whitespace().collect();
    assert!(words.join(" ").contains("lacks a reason why nobody is told"), "{out}");
    // What is decided anew of a published version holds once it is sealed.
    let spring = place.path().join("content/privacy/spring.md");
    let moved =
        fs::read_to_string(&spring).unwrap().replace("effective: 2020-03-01", "effective: 2020-04-01");
    fs::write(&spring, moved).unwrap();
    let out = told(&place, &["status", "--as-of", "2020-02-01"], 0);
    assert!(out.contains("next build  2020-03-01"), "{out}");
}
