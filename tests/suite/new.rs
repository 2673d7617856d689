//! `clauseline new`: the next version from the last, by the real program.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use clauseline::load;
use clauseline::policy::diff::diff;
use clauseline::policy::front_matter;
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::next::pinned;

use crate::program::{Run, build, clauseline, folder, path, tree};

const SITE: &str = "title: Example\nbase_url: https://example.org/\ntime_zone: America/New_York\n";
const POLICY: &str = "title: Privacy Policy\nnotice: {days_before: 30}\n";
const FIRST: &str = "---\neffective: 2025-01-01\n---\n# Privacy\n\n## Sharing\n\nWe share nothing.\n";
const SECOND: &str = "---\neffective: 2026-01-01\naction: notice\nsummary: More.\n\
                      changes: [{clause: top, material: false, reason: An example.}]\n---\n# Privacy {#top}\n\n\
                      ## Sharing\n\nWe share little.\n\nCookies\n-------\n\nNone.\n\n## Sharing ##\n\nAgain.\n";
const SPANISH: &str = "---\ntitle: \"Política de \\\"privacidad\\\"\"\nsummary: Más.\n---\n# Privacidad\n\n## Compartir\n\nPoco.\n";

fn content(more: &[(&str, &str)]) -> tempfile::TempDir {
    let files = [
        ("content/site.yaml", SITE),
        ("content/privacy/policy.yaml", POLICY),
        ("content/privacy/2025-01-01.md", FIRST),
        ("content/privacy/2026-01-01.md", SECOND),
        ("content/privacy/2026-01-01.es.md", SPANISH),
    ];
    folder(&[&files[..], more].concat())
}

fn run(place: &Path, arguments: &[&str]) -> Run {
    let mut all = vec!["new"];
    all.extend(arguments);
    all.extend(["--as-of", "2026-11-23"]);
    clauseline(&all).current_dir(place).output().unwrap().into()
}

/// Runs it where it has to be refused: nothing is written.
#[track_caller]
fn refused(place: &Path, arguments: &[&str]) -> String {
    let before = tree(place);
    let run = run(place, arguments);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.out, "");
    assert!(run.err.ends_with("nothing was written\n"), "{}", run.err);
    assert_eq!(tree(place), before);
    run.err
}

fn file(place: &Path, name: &str) -> String {
    std::fs::read_to_string(place.join("content/privacy").join(name)).unwrap()
}

#[test]
fn the_next_version_begins_with_the_last() {
    let place = content(&[]);
    let made = run(place.path(), &["privacy", "--effective", "2027-02-01"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert_eq!(made.out, "content/privacy/2027-02-01.md\ncontent/privacy/2027-02-01.es.md\n");
    assert_eq!(
        made.err,
        "the text is that of `2026-01-01`\n\
         it takes effect on 2027-02-01 and is announced on 2027-01-02\n\
         what is material needs 30 days of notice: the earliest day for it is 2026-12-23\n\
         `2027-02-01.es.md` is a draft that lags until what you change is translated\n\
         change the text, then: clauseline check\n"
    );
    let text = file(place.path(), "2027-02-01.md");
    let (front, body, found) = front_matter::version(&text, "2027-02-01", false);
    let front = front.unwrap();
    assert!(front.draft);
    assert_eq!(
        (front.effective.to_string(), front.announced.to_string()),
        ("2027-02-01".into(), "2027-01-02".into())
    );
    // What nobody can say for the author is left to be said.
    assert_eq!(
        found.iter().map(|d| d.message.as_str()).collect::<Vec<_>>(),
        ["`action` is missing: what services owe their users"]
    );
    assert_eq!(
        &text[body],
        "# Privacy {#top}\n\n## Sharing {#sharing}\n\nWe share little.\n\nCookies {#cookies}\n-------\n\nNone.\n\n\
         ## Sharing {#sharing-2} ##\n\nAgain.\n"
    );
    // Every key there is, in force or to be uncommented; each is explained by the line above.
    for key in
        ["draft", "effective", "announced", "kind", "summary", "action", "changes", "was", "notice_exception"]
    {
        let line = |l: &&str| l.trim_start_matches("# ").starts_with(&format!("{key}:"));
        assert!(text.lines().any(|l| line(&l)), "{key}");
    }
    for key in ["clause", "material", "category", "direction", "affects", "summary", "reason"] {
        assert!(text.contains(&format!(" {key}: ")), "{key}");
    }
    let spanish = file(place.path(), "2027-02-01.es.md");
    let (front, body, found) = front_matter::translation(&spanish);
    assert_eq!(found, []);
    let front = front.unwrap();
    assert!(front.draft);
    assert_eq!(front.title.as_deref(), Some("Política de \"privacidad\""));
    assert_eq!(&spanish[body], "# Privacidad\n\n## Compartir\n\nPoco.\n");
    let check: Run =
        clauseline(&["check", "--as-of", "2026-11-23"]).current_dir(place.path()).output().unwrap().into();
    assert_eq!(check.code, Some(0), "{check:?}");
    assert!(check.err.contains("`action` is missing") && !check.err.contains("error["), "{}", check.err);
}

/// A copy that nobody has translated yet does not pass for a translation.
#[test]
fn readers_see_the_last_translation_until_the_copy_is_translated() {
    let place = content(&[]);
    run(place.path(), &["privacy", "--effective", "2027-02-01"]);
    let path = place.path().join("content/privacy/2027-02-01.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let changes =
        "action: notice\nsummary: More.\nchanges: [{clause: sharing, material: true, summary: More.}]";
    let text = text.replace("draft: true", changes).replace("We share little.", "We share a lot.");
    std::fs::write(&path, text).unwrap();
    let site = build(&place.path().join("content"), &["--as-of", "2027-02-01"]);
    let page = |path: &str| site.get(path).map(|bytes| String::from_utf8(bytes.clone()).unwrap());
    assert!(page("privacy/v/2027-02-01/index.html").is_some());
    assert!(page("privacy/v/2027-02-01/es/index.html").is_none());
    let spanish = page("privacy/es/index.html").unwrap();
    assert!(spanish.contains("Poco.") && spanish.contains("compare/2026-01-01/2027-02-01/"), "{spanish}");
}

/// With the `# ` taken away everything can be filled in, and nothing that was not is published by oversight.
#[test]
fn every_key_can_be_used_as_it_stands() {
    let place = content(&[]);
    run(place.path(), &["privacy"]);
    let text = file(place.path(), "2026-12-23.md");
    let mut open = String::new();
    for line in text.lines() {
        let keys = [
            "summary:",
            "action:",
            "changes:",
            "  - ",
            "    material",
            "    category",
            "    direction",
            "    affects",
            "    summary",
            "    reason",
            "was:",
            "notice_exception:",
        ];
        let bare = line.strip_prefix("# ").filter(|l| keys.iter().any(|k| l.starts_with(k)));
        open.push_str(bare.unwrap_or(line));
        open.push('\n');
    }
    let (front, _, found) = front_matter::version(&open, "2026-12-23", false);
    let empty: Vec<&str> = found.iter().map(|d| d.message.as_str()).collect();
    assert_eq!(
        empty,
        [
            "`summary` has no value",
            "`summary` has no value",
            "`reason` has no value",
            "`notice_exception` has no value"
        ],
        "{open}"
    );
    assert_eq!(front.unwrap().changes.len(), 1);
}

#[test]
fn without_a_day_it_is_the_earliest_that_the_notice_allows() {
    let place = content(&[]);
    let made = run(place.path(), &["privacy"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.err.contains("effect on 2026-12-23 and is announced on 2026-11-23\n"), "{}", made.err);
    let again = content(&[]);
    assert_eq!(run(again.path(), &["privacy", "--effective", "earliest"]).out, made.out);
}

#[test]
fn a_day_that_is_too_early_for_what_is_material_is_said_to_be() {
    let place = content(&[]);
    let made = run(place.path(), &["privacy", "--effective", "2026-12-01"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(made.err.contains("the earliest day for it is 2026-12-23, which this is not\n"), "{}", made.err);
    assert!(
        file(place.path(), "2026-12-01.md").contains("# 2026-12-23, and this one is too early for that.\n")
    );
}

#[test]
fn what_cannot_be_is_refused_all_at_once() {
    let place = content(&[]);
    let err = refused(place.path(), &["privacy", "--effective", "2027-02-29", "--announced", "soon"]);
    assert_eq!(
        err,
        "error[bad-day]: there is no such day as `2027-02-29`
 --> the command:1:36
  |
1 | clauseline new privacy --effective 2027-02-29 --announced soon
  |                                    ^^^^^^^^^^
  |
  = help: the last day of that month is `2027-02-28`

error[bad-day]: `soon` is not a day
 --> the command:1:59
  |
1 | clauseline new privacy --effective 2027-02-29 --announced soon
  |                                                           ^^^^
  |
  = help: write year-month-day, for example `--announced 2018-05-15`

2 errors
nothing was written
"
    );
    for (arguments, says) in [
        (&["privcy"][..], &["there is no policy `privcy`", "did you mean `privacy`?"][..]),
        (
            &["privacy", "--effective", "2026-11-22"],
            &[
                "it is 2026-11-23, and 2026-11-22 has passed",
                "30 days of notice allow is 2026-12-23: `--effective 2026-12-23`",
            ],
        ),
        (
            &["privacy", "--announced", "2026-11-01"],
            &["nobody could see this version on 2026-11-01", "`--announced 2026-11-23`"],
        ),
        (
            &["privacy", "--effective", "2027-01-01", "--announced", "2027-01-02"],
            &["cannot be announced on 2027-01-02, after it takes effect on 2027-01-01"],
        ),
        (
            &["privacy", "--corrects", "2025-01-01"],
            &["`2025-01-01` is not in force", "`--corrects 2026-01-01`"],
        ),
        (
            &["privacy", "--corrects", "2026-01-02"],
            &["has no version `2026-01-02`", "did you mean `2026-01-01`?"],
        ),
        (&["privacy", "--reverts", "2025-01-01"], &["the first version"]),
    ] {
        let err = refused(place.path(), arguments);
        says.iter().for_each(|says| assert!(err.contains(says), "{says}\n{err}"));
        assert!(err.contains("\n1 error\n"), "{err}");
    }
    let upcoming = "---\neffective: 2027-01-15\nannounced: 2026-11-01\naction: notice\n---\nText.\n";
    let place = content(&[("content/privacy/2027-01-15.md", upcoming)]);
    for day in ["2027-01-15", "2026-12-24"] {
        let err = refused(place.path(), &["privacy", "--effective", day]);
        assert!(
            err.contains("`2027-01-15` takes effect on 2027-01-15, and the next version comes after it"),
            "{err}"
        );
        assert!(err.contains("the earliest day is 2027-01-16"), "{err}");
    }
    let err = refused(place.path(), &["privacy", "--corrects", "2027-01-15"]);
    assert!(err.contains("wait until 2027-01-15"), "{err}");
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let place = content(&[]);
    assert_eq!(run(place.path(), &["privacy", "--effective", "2027-02-01"]).code, Some(0));
    let err = refused(place.path(), &["privacy", "--effective", "2027-02-01"]);
    assert!(err.contains("`2027-02-01.md` is a draft for that day"), "{err}");
    let draft = "---\neffective: 2027-03-01\naction: none\ndraft: true\n---\nText.\n";
    let place = content(&[("content/privacy/spring.md", draft)]);
    let err = refused(place.path(), &["privacy", "--effective", "2027-03-01"]);
    assert!(err.contains("`spring.md` is a draft for that day"), "{err}");
    // A translation of nothing is a mistake that comes before all else.
    let place = content(&[("content/privacy/2027-02-01.es.md", "Texto.\n")]);
    let before = tree(place.path());
    let run = run(place.path(), &["privacy", "--effective", "2027-02-01"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("error[translation-of-nothing]"), "{}", run.err);
    assert!(
        run.err.contains("nothing was written: a new version begins with a content without errors"),
        "{}",
        run.err
    );
    assert_eq!(tree(place.path()), before);
}

#[test]
fn a_day_that_the_zone_skipped_is_none() {
    let site = SITE.replace("America/New_York", "Pacific/Apia");
    let place = folder(&[
        ("content/site.yaml", &site),
        ("content/privacy/policy.yaml", "title: Privacy\n"),
        ("content/privacy/2010-01-01.md", FIRST.replace("2025", "2010").as_str()),
    ]);
    let new = |arguments: &[&str]| -> Run {
        let all = [&["new", "privacy", "--as-of", "2011-12-29"], arguments].concat();
        clauseline(&all).current_dir(place.path()).output().unwrap().into()
    };
    let run = new(&["--effective", "2011-12-30"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("there is no 2011-12-30 in the time zone Pacific/Apia"), "{}", run.err);
}

#[test]
fn a_correction_takes_effect_today_and_owes_nothing() {
    let place = content(&[]);
    let made = run(place.path(), &["privacy", "--corrects", "2026-01-01"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    let text = file(place.path(), "2026-11-23.md");
    for line in
        ["effective: 2026-11-23", "kind: correction", "corrects: 2026-01-01", "action: none", "draft: true"]
    {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
    let (_, _, found) = front_matter::version(&text, "2026-11-23", false);
    assert_eq!(found, []);
    let err = refused(place.path(), &["privacy", "--corrects", "2026-01-01"]);
    assert!(err.contains("`2026-11-23.md` is a correction of `2026-01-01` already"), "{err}");
    // On the day of the corrected version the correction has another name.
    let today = SECOND.replace("2026-01-01", "2026-11-23");
    let place = content(&[("content/privacy/2026-11-23.md", &today)]);
    assert_eq!(
        run(place.path(), &["privacy", "--corrects", "2026-11-23"]).out,
        "content/privacy/2026-11-23-2.md\n"
    );
}

#[test]
fn a_revert_restores_the_text_before() {
    let place = content(&[]);
    let made = run(place.path(), &["privacy", "--reverts", "2026-01-01"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(
        made.err.starts_with("the text is that of `2025-01-01`, which stood before `2026-01-01`\n"),
        "{}",
        made.err
    );
    let text = file(place.path(), "2026-12-23.md");
    for line in ["kind: revert", "reverts: 2026-01-01", "We share nothing."] {
        assert!(text.lines().any(|l| l == line), "{line}\n{text}");
    }
}

/// The law: a text with its ids pinned is the same text, to a reader and to every link.
#[test]
fn pinning_changes_nothing_but_ids() {
    let day = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
    let mut contents = vec![path("content"), path("tests/golden/small/content")];
    if let Some(real) = std::env::var_os("CLAUSELINE_REAL") {
        contents.extend(
            ["basecamp", "github", "mozilla"].map(|site| Path::new(&real).join(site).join("content")),
        );
    }
    let (mut headings, mut without) = (0, 0);
    for content in contents {
        let loaded = load::content(&content, &path("static")).unwrap();
        for version in loaded.policies.iter().flat_map(|p| &p.versions).filter(|v| v.front.effective < day) {
            let old = &version.text;
            let body = pinned(&old.canonical);
            let read = |body: &str| parse(body, 0..body.len(), Options { imported: true }).0;
            let (old, new) = (read(&old.canonical), read(&body));
            let diff = diff(&old, &new, &BTreeMap::new());
            assert!(diff.changes.iter().all(|c| c.is_quiet() && c.classes.is_empty()), "{}", version.id);
            let ids = |text: &clauseline::policy::Text| -> Vec<String> {
                text.clauses.iter().map(|c| c.id.clone()).collect()
            };
            assert_eq!(ids(&old), ids(&new));
            assert_eq!(pinned(&body), body, "{}: twice is once", version.id);
            let unpinned =
                new.sections.iter().filter_map(|s| new.clauses.get(s.heading?)).filter(|c| !c.pinned);
            without += unpinned.count();
            headings += new.sections.len();
        }
    }
    assert!(without * 100 <= headings, "{without} of {headings} headings have no id");
}
