//! `clauseline import git`, on repositories made here: renames, merges, commits that change no word, tags,
//! files that go and come back, clocks that are wrong.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::program::{Run, clauseline, folder, write};

/// A repository in the making.
struct Repository(TempDir);

impl Repository {
    fn new() -> Self {
        let made = Self(tempfile::tempdir().unwrap());
        made.git(&["init", "-q", "-b", "main", "r"], None);
        made.git(&["-C", "r", "config", "user.name", "N"], None);
        made.git(&["-C", "r", "config", "user.email", "n@a.example"], None);
        made
    }

    #[track_caller]
    fn git(&self, arguments: &[&str], time: Option<&str>) {
        let mut command = Command::new("git");
        command.args(["-c", "commit.gpgsign=false", "-c", "tag.gpgsign=false"]).args(arguments);
        command.current_dir(self.0.path()).env("GIT_CONFIG_GLOBAL", "/dev/null");
        if let Some(time) = time {
            command.env("GIT_AUTHOR_DATE", time).env("GIT_COMMITTER_DATE", time);
        }
        let done = command.output().unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    /// Puts texts where they belong and commits them; without text a file is removed.
    #[track_caller]
    fn commit(&self, time: &str, files: &[(&str, Option<&str>)]) {
        for (name, text) in files {
            let path = self.0.path().join("r").join(name);
            match text {
                Some(text) => write(&path, text.as_bytes()),
                None => std::fs::remove_file(path).unwrap(),
            }
        }
        self.git(&["-C", "r", "add", "-A"], None);
        self.git(&["-C", "r", "commit", "-q", "--allow-empty", "-m", "x"], Some(time));
    }

    fn import(&self, arguments: &[&str]) -> Run {
        let all = [&["import", "git"], arguments].concat();
        Run::from(clauseline(&all).current_dir(self.0.path()).output().unwrap())
    }

    /// The versions of a policy, and the line of each that says where it is from.
    fn versions(&self, policy: &str) -> Vec<String> {
        let folder = self.0.path().join("content").join(policy);
        let names = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> =
            names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
        names.sort();
        names
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join("content").join(name)).unwrap()
    }
}

fn text(date: &str, days: &str) -> String {
    format!(
        "---\nlayout: page\ntitle: \"Privacy at Hillside\"\n---\n# Privacy Notice\n\nLast updated: {date}\n\n\
         ## What we keep\n\nWe keep your name for {days} days.\n"
    )
}

/// First a plain life: a rename into a folder, a silent edit, lines that end otherwise, quotes, a branch that is
/// merged, two commits a day.
fn life() -> Repository {
    let made = Repository::new();
    let first = text("January 1, 2020", "ninety");
    made.commit("2020-01-01T12:00:00Z", &[("privacy.md", Some(&first))]);
    let silent = text("January 1, 2020", "\"thirty\"");
    made.commit("2020-02-01T12:00:00Z", &[("privacy.md", Some(&silent))]);
    made.commit("2020-03-01T12:00:00Z", &[("privacy.md", None), ("docs/privacy.md", Some(&silent))]);
    let sixty = text("April 1, 2020", "sixty");
    made.commit("2020-04-01T08:00:00Z", &[("docs/privacy.md", Some(&text("April 1, 2020", "fifty")))]);
    made.commit("2020-04-01T12:00:00Z", &[("docs/privacy.md", Some(&sixty))]);
    made.commit("2020-04-05T12:00:00Z", &[("docs/privacy.md", Some(&sixty.replace('\n', "\r\n")))]);
    let noise = sixty.replace("We keep your name for sixty days.", "We keep\nyour *name* for  sixty days.");
    made.commit("2020-04-06T12:00:00Z", &[("docs/privacy.md", Some(&noise))]);
    made.git(&["-C", "r", "checkout", "-q", "-b", "side"], None);
    made.commit("2020-05-01T12:00:00Z", &[("docs/privacy.md", Some(&text("May 1, 2020", "fifty")))]);
    made.commit("2020-05-02T12:00:00Z", &[("docs/privacy.md", Some(&text("May 20, 2020", "forty")))]);
    made.git(&["-C", "r", "checkout", "-q", "main"], None);
    made.commit("2020-05-03T12:00:00Z", &[("other.md", Some("Other.\n"))]);
    made.git(&["-C", "r", "merge", "-q", "--no-ff", "-m", "m", "side"], Some("2020-05-10T12:00:00Z"));
    made
}

#[test]
fn a_history_across_renames_and_merges() {
    let made = life();
    made.git(
        &["-C", "r", "remote", "add", "origin", "https://user:secret@github.com/hillside/policies.git"],
        None,
    );
    let run = made.import(&["r", "docs/privacy.md", "--policy", "privacy"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    // What stood on the branch was published by the merge, and not before.
    assert_eq!(made.versions("privacy"), ["2020-01-01", "2020-02-01", "2020-04-01", "2020-05-10"]);
    assert!(
        run.err.contains("8 commits of the file became 4 versions: 1 without a change of words, folded into the version before, 2 without any change, 1 followed by another on the same day"),
        "{}",
        run.err
    );
    assert!(run.err.contains("`privacy.md` became `docs/privacy.md`"), "{}", run.err);
    let version = made.read("privacy/2020-05-10.md");
    assert!(version.contains("captured: 2020-05-10, date: captured, fidelity: original"), "{version}");
    assert!(version.contains("url: \"https://github.com/hillside/policies/blob/"), "{version}");
    assert!(version.contains("/docs/privacy.md\"") && !version.contains("secret"), "{version}");
    assert!(made.read("privacy/2020-01-01.md").contains("/privacy.md\""));
    // Front matter of another program is no text, and the rest stays byte for byte.
    assert!(version.ends_with("---\n# Privacy Notice\n\nLast updated: May 20, 2020\n\n## What we keep\n\nWe keep your name for forty days.\n"), "{version}");
    assert_eq!(made.read("privacy/policy.yaml"), "title: \"Privacy at Hillside\"\n");
    let again = made.import(&["r", "docs/privacy.md", "--policy", "privacy"]);
    assert_eq!(again.code, Some(0));
    assert_eq!(again.err.matches("already there").count(), 4, "{}", again.err);
}

#[test]
fn days_that_the_text_states() {
    let made = life();
    let run = made.import(&["r", "docs/privacy.md", "--policy", "privacy", "--dates", "text"]);
    assert_eq!(
        made.versions("privacy"),
        ["2020-01-01", "2020-02-01", "2020-04-01", "2020-05-20"],
        "{}",
        run.err
    );
    let captured = |version: &str| made.read(&format!("privacy/{version}.md")).contains("date: captured");
    assert!(captured("2020-02-01") && !captured("2020-01-01") && !captured("2020-05-20"));
    assert!(
        run.err.contains(
            "2020-02-01: the text changed, and still states 2020-01-01: the day of the commit is taken"
        ),
        "{}",
        run.err
    );
}

#[test]
fn a_text_that_was_replaced_before_it_took_effect() {
    let made = Repository::new();
    made.commit("2020-01-01T12:00:00Z", &[("p.md", Some(&text("January 1, 2020", "ten")))]);
    made.commit("2020-02-01T12:00:00Z", &[("p.md", Some(&text("March 1, 2020", "nine")))]);
    made.commit("2020-02-10T12:00:00Z", &[("p.md", Some(&text("March 1, 2020", "eight")))]);
    let run = made.import(&["r", "p.md", "--policy", "p", "--dates", "text"]);
    assert_eq!(made.versions("p"), ["2020-01-01", "2020-03-01"], "{}", run.err);
    assert!(made.read("p/2020-03-01.md").contains("eight"));
    assert!(run.err.contains("which was to take effect on 2020-03-01"), "{}", run.err);
}

/// A file that goes and comes back, letters that were damaged, a clock that was wrong, bytes that are no text.
#[test]
fn a_hard_life() {
    let made = Repository::new();
    made.commit("2020-01-01T12:00:00Z", &[("p.md", Some("# P\n\nWe keep names for two days.\n"))]);
    made.commit("2020-02-01T12:00:00Z", &[("p.md", None)]);
    made.commit(
        "2020-03-01T12:00:00Z",
        &[("p.md", Some("# P\n\nWe keep the pupilâ€™s name for two days.\n"))],
    );
    made.commit(
        "2019-01-01T12:00:00Z",
        &[("p.md", Some("# P\n\nWe keep the pupilâ€™s name for three days.\n"))],
    );
    write(&made.0.path().join("r/p.md"), b"# P\n\0\0\x01");
    made.commit("2020-04-01T12:00:00Z", &[]);
    write(&made.0.path().join("r/p.md"), b"# P\n\nWe keep the pupil\x92s name for four days.\n");
    made.commit("2020-05-01T12:00:00Z", &[]);
    let run = made.import(&["r", "p.md", "--policy", "p"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(made.versions("p"), ["2020-01-01", "2020-03-01", "2020-05-01"]);
    for said in [
        "the file was gone from 2020-02-01 to 2020-03-01",
        "is dated 2019-01-01 and builds on a commit of 2020-03-01: 2020-03-01 is taken",
        "`â€™` was `’`: kept as it is",
        "2020-04-01: left out: this file is no text",
        "not UTF-8: read as Windows-1252",
        "6 commits of the file became 3 versions: 1 followed by another on the same day",
    ] {
        assert!(run.err.contains(said), "{said}\n{}", run.err);
    }
    assert!(made.read("p/2020-03-01.md").contains("pupilâ€™s name for three"), "byte for byte");
    assert!(made.read("p/2020-05-01.md").contains("pupil’s name for four"));
}

#[test]
fn one_version_for_each_tag() {
    let made = Repository::new();
    let put = |time: &str, name: &str, days: &str| {
        made.commit(time, &[(name, Some(&text("January 1, 2020", days)))]);
    };
    made.commit("2019-12-01T12:00:00Z", &[("readme", Some("x"))]);
    made.git(&["-C", "r", "tag", "v0"], None);
    put("2020-01-01T12:00:00Z", "p.md", "one");
    made.git(&["-C", "r", "tag", "v1"], None);
    put("2020-01-01T13:00:00Z", "p.md", "two");
    made.git(&["-C", "r", "tag", "v2"], None);
    put("2020-02-01T12:00:00Z", "p.md", "three");
    made.git(&["-C", "r", "mv", "p.md", "q.md"], None);
    made.commit("2020-03-01T12:00:00Z", &[]);
    made.git(&["-C", "r", "tag", "-a", "v3", "-m", "three"], Some("2020-03-05T12:00:00Z"));
    let run = made.import(&["r", "q.md", "--policy", "p", "--per", "tag"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    assert_eq!(made.versions("p"), ["2020-01-01", "2020-03-05"]);
    assert!(made.read("p/2020-01-01.md").contains("two") && made.read("p/2020-03-05.md").contains("three"));
    assert!(run.err.contains("the file was not there at v0"), "{}", run.err);
    assert!(run.err.contains("3 tags of the file became 2 versions"), "{}", run.err);
}

#[test]
fn the_day_is_that_of_the_site() {
    let made = Repository::new();
    let site = "title: T\nbase_url: https://a.example/\ntime_zone: Pacific/Auckland\n";
    write(&made.0.path().join("content/site.yaml"), site.as_bytes());
    made.commit("2020-01-01T23:00:00Z", &[("p.md", Some("# P\n\nWe keep names.\n"))]);
    made.commit("2020-06-01T23:00:00Z", &[("p.md", Some("# P\n\nWe keep many names.\n"))]);
    assert_eq!(made.import(&["r", "p.md", "--policy", "p"]).code, Some(0));
    assert_eq!(made.versions("p"), ["2020-01-02", "2020-06-02"]);
    assert_eq!(made.import(&["r", "p.md", "--policy", "late", "--since", "2020-03-01"]).code, Some(0));
    assert_eq!(made.versions("late"), ["2020-06-02"]);
}

/// Pages that are kept in a repository are read like pages.
#[test]
fn the_history_of_a_page() {
    let made = Repository::new();
    let page = |days: &str| {
        format!(
            "<body><nav>Menu</nav><h1>Notice</h1><p>Effective May 1, 2020</p><p>We keep names for {days} days.</p></body>"
        )
    };
    made.commit("2020-05-01T12:00:00Z", &[("p.html", Some(&page("ten")))]);
    made.commit("2020-06-01T12:00:00Z", &[("p.html", Some(&page("nine").replace("Menu", "Other menu")))]);
    made.commit("2020-07-01T12:00:00Z", &[("p.html", Some(&page("nine").replace("Menu", "A third menu")))]);
    let run = made.import(&["r", "p.html", "--policy", "p"]);
    assert_eq!(made.versions("p"), ["2020-05-01", "2020-06-01"], "{}", run.err);
    let version = made.read("p/2020-06-01.md");
    assert!(
        version
            .ends_with("fidelity: extracted}\n---\nEffective May 1, 2020\n\nWe keep names for nine days.\n"),
        "{version}"
    );
}

#[test]
fn what_is_no_history_is_refused_with_the_way_out() {
    let made = life();
    for (arguments, said) in [
        (&["r", "nothing.md"][..], "no commit in"),
        (&["r", "old/privacy.md"], "there is `docs/privacy.md`"),
        (&["r", ":(glob)**"], "no commit in"),
        (&["r", "--", "--output=x"], "no commit in"),
        (&["nowhere", "privacy.md"], "there is no folder `nowhere`"),
    ] {
        let run = made.import(&[&["--policy", "p"], arguments].concat());
        assert_eq!(run.code, Some(2), "{arguments:?}: {}", run.err);
        assert!(run.err.contains(said), "{arguments:?}: {}", run.err);
    }
    std::fs::create_dir(made.0.path().join("empty")).unwrap();
    made.git(&["init", "-q", "bare-new"], None);
    let commitless = made.import(&["bare-new", "p.md", "--policy", "p"]);
    assert!(commitless.err.contains("there is no commit"), "{}", commitless.err);
    let none = Run::from(
        clauseline(&["import", "git", "empty", "p.md", "--policy", "p"])
            .current_dir(made.0.path())
            .env("GIT_CEILING_DIRECTORIES", made.0.path())
            .output()
            .unwrap(),
    );
    assert!(none.err.contains("`empty` is no git repository"), "{}", none.err);
    let missing = clauseline(&["import", "git", "r", "docs/privacy.md", "--policy", "p"])
        .current_dir(made.0.path())
        .env("PATH", "/nowhere")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&missing.stderr).contains("there is no program `git`: install it"));
    assert!(!made.0.path().join("content").exists());
}

#[test]
fn a_clone_that_is_not_whole_says_so() {
    let made = life();
    let from = format!("file://{}", made.0.path().join("r").display());
    made.git(&["clone", "-q", "--depth", "1", &from, "shallow"], None);
    made.git(&["clone", "-q", "--bare", &from, "bare"], None);
    let run = made.import(&["shallow", "docs/privacy.md", "--policy", "s"]);
    assert!(run.err.contains("this clone is shallow"), "{}", run.err);
    assert_eq!(made.import(&["bare", "docs/privacy.md", "--policy", "b"]).code, Some(0));
    assert_eq!(made.versions("b").len(), 4);
    // The path is taken from the folder that is named.
    assert_eq!(made.import(&["r/docs", "privacy.md", "--policy", "d"]).code, Some(0));
    assert_eq!(made.versions("d").len(), 4);
}

/// Nothing in a repository's settings makes git run another program.
#[test]
fn a_repository_runs_nothing() {
    let made = life();
    let script = made.0.path().join("evil.sh");
    write(&script, b"#!/bin/sh\ntouch \"$(dirname \"$0\")/ran\"\ncat\n");
    Command::new("chmod").arg("+x").arg(&script).status().unwrap();
    let script = script.to_str().unwrap();
    for key in ["diff.external", "core.fsmonitor", "core.pager", "diff.x.textconv", "gpg.program"] {
        made.git(&["-C", "r", "config", key, script], None);
    }
    made.git(&["-C", "r", "config", "log.showSignature", "true"], None);
    write(&made.0.path().join("r/.git/info/attributes"), b"*.md diff=x\n");
    assert_eq!(made.import(&["r", "docs/privacy.md", "--policy", "p"]).code, Some(0));
    assert!(!Path::new(&made.0.path().join("ran")).exists());
    drop(folder(&[]));
}
