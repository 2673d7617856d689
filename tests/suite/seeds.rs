//! Five real policies as texts, where there are any: `CLAUSELINE_SEEDS` names the folder they lie in. None of
//! their sentences is ours to keep, so nothing is looked at but days, numbers and what the report says.

use std::path::PathBuf;

use tempfile::TempDir;

use crate::program::{Run, clauseline, tree};

/// The texts in the order of their names, if the variable is set.
fn seeds() -> Option<Vec<PathBuf>> {
    let folder = PathBuf::from(std::env::var_os("CLAUSELINE_SEEDS")?);
    let entries =
        std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("CLAUSELINE_SEEDS: {}: {e}", folder.display()));
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path().canonicalize().unwrap()).collect();
    files.sort();
    // The variable is set by who wants them tested: others are a mistake.
    assert_eq!(files.len(), 5, "CLAUSELINE_SEEDS: {}", folder.display());
    Some(files)
}

fn run(place: &TempDir, arguments: &[&str]) -> Run {
    let run = Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
    assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.err);
    run
}

/// One command each; the first two and the fourth are one line.
#[test]
fn the_five_become_a_site() {
    let Some(files) = seeds() else { return };
    let place = tempfile::tempdir().unwrap();
    let import = |file: usize, rest: &[&str]| {
        let path = files[file].to_str().unwrap();
        run(&place, &[&["import", "text", path, "--policy"], rest].concat()).err
    };
    let first = import(0, &["privacy"]);
    assert!(first.contains("2012-02-06: 8 sections") && !first.contains("to look at"), "{first}");
    let second = import(1, &["privacy"]);
    assert!(second.contains("captured 2015-06-09") && second.contains("`â€™` read as `’`"), "{second}");
    assert_eq!(second.matches("stands in bold: read as a heading").count(), 10, "{second}");
    let third = import(2, &["mooc"]);
    assert!(third.contains("57–73: cut page chrome") && third.contains("2013-09-10"), "{third}");
    let fourth = import(3, &["privacy"]);
    for said in [
        "2–19: cut page chrome",
        "it names May 15, 2018",
        "38–48: cut a table of contents",
        "257–282: cut page chrome",
        "`â`, 37 times",
    ] {
        assert!(fourth.contains(said), "{said}: {fourth}");
    }
    let fifth = import(4, &["coursera", "--also", "safe-harbor"]);
    assert!(fifth.contains("135: a second instrument begins here"), "{fifth}");
    assert!(fifth.contains("174: cut a list of revisions"), "{fifth}");
    let versions: Vec<String> =
        tree(&place.path().join("content")).into_keys().filter(|name| name.ends_with(".md")).collect();
    assert_eq!(
        versions,
        [
            "coursera/2015-10-15.md",
            "mooc/2013-09-10.md",
            "privacy/2012-02-06.md",
            "privacy/2014-10-22.md",
            "privacy/2018-05-15.md",
            "safe-harbor/2015-11-04.md"
        ]
    );
    assert_eq!(run(&place, &["check"]).err, "content: 4 policies, 6 versions: no mistakes\n");
    run(&place, &["build", "--as-of", "2026-11-22"]);
    let history = std::fs::read_to_string(place.path().join("public/privacy/history/index.html")).unwrap();
    for gap in [
        "No record between February 6, 2012 and October 22, 2014",
        "No record between June 9, 2015 and May 15, 2018",
    ] {
        assert!(history.contains(gap), "{gap}");
    }
    assert_eq!(history.matches(">Not classified<").count(), 2);
    // A notice period and a restriction are gone, and neither is folded away below what a page shows at once.
    let redline = place.path().join("public/privacy/compare/2014-10-22/2018-05-15/index.html");
    let redline = std::fs::read_to_string(redline).unwrap();
    for lost in ["“seven (7) days” is gone", "“prospective” is gone"] {
        let (before, _) = redline.split_once(lost).expect(lost);
        let row = before.rfind("<tr>").map_or("", |row| &before[row..]);
        assert!(!row.contains("class=\"more\""), "{lost}: {row}");
    }
}

/// The same three as two policies, one of which continues the other.
#[test]
fn a_line_may_continue_another() {
    let Some(files) = seeds() else { return };
    let place = tempfile::tempdir().unwrap();
    for (file, policy) in [(0, "mitx-privacy"), (1, "privacy"), (3, "privacy")] {
        run(&place, &["import", "text", files[file].to_str().unwrap(), "--policy", policy]);
    }
    let settings = place.path().join("content/privacy/policy.yaml");
    let said = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, said + "succeeds: mitx-privacy@2012-02-06\n").unwrap();
    run(&place, &["build", "--as-of", "2026-11-22"]);
    let history = std::fs::read_to_string(place.path().join("public/privacy/history/index.html")).unwrap();
    assert!(history.contains("February 6, 2012") && history.contains("May 15, 2018"));
}
