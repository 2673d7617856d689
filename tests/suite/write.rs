//! The output folder: what is published, what is left alone, and what a killed build leaves.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use clauseline::error::Error;
use clauseline::site::Page;
use clauseline::write::{MARKER, Stage, check_output};
use tempfile::TempDir;

fn page(path: &str, contents: &str) -> Page {
    Page { path: path.to_owned(), contents: contents.into() }
}

fn publish(out: &Path, pages: &[Page]) -> Result<(), Error> {
    let stage = Stage::begin(out)?;
    stage.write(pages)?;
    stage.publish()
}

/// Every file below a folder, the marker and the list of digests apart.
fn read(folder: &Path) -> BTreeMap<String, String> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| ![MARKER, "SHA256SUMS"].iter().any(|ours| entry.file_name() == *ours))
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read_to_string(entry.path()).unwrap())
        })
        .collect()
}

#[track_caller]
fn check_site(folder: &Path, want: &[(&str, &str)]) {
    let want = want.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    assert_eq!(read(folder), want);
}

/// What stands in a folder, so that nothing is left beside an output unnoticed.
#[track_caller]
fn check_names(folder: &Path, want: &[&str]) {
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    // Where a file's identity cannot be asked for, the lock's file has to stay.
    found.retain(|name| cfg!(unix) || !name.ends_with("-lock"));
    found.sort();
    assert_eq!(found, want);
}

/// The refusal's words: path, problem and hint.
#[track_caller]
fn refusal(result: Result<(), Error>) -> String {
    match result {
        Err(error @ Error::Output { .. }) => {
            let message = error.to_string();
            let Error::Output { hint, .. } = error else { unreachable!() };
            format!("{message}\n{hint}")
        }
        other => panic!("not a refusal: {other:?}"),
    }
}

#[track_caller]
fn check_refusal(result: Result<(), Error>, want: &[&str]) {
    let message = refusal(result);
    for words in want {
        assert!(message.contains(words), "`{words}` is not in:\n{message}");
    }
}

fn folder() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("public");
    (folder, out)
}

#[test]
fn a_site_takes_the_place_of_the_last_one_as_a_whole() {
    let (folder, out) = folder();
    publish(&out, &[page("index.html", "1"), page("privacy/v/1/index.html", "1"), page("gone/a.txt", "1")])
        .unwrap();
    publish(&out, &[page("index.html", "2"), page("privacy/v/2/index.html", "2")]).unwrap();
    check_site(&out, &[("index.html", "2"), ("privacy/v/2/index.html", "2")]);
    assert!(!out.join("gone").exists());
    check_names(folder.path(), &["public"]);
    check_names(&out, &[MARKER, "SHA256SUMS", "index.html", "privacy"]);
    // The list is of this site, and not of the last one.
    let list = fs::read_to_string(out.join("SHA256SUMS")).unwrap();
    let two = "d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35";
    assert_eq!(list, format!("{two}  index.html\n{two}  privacy/v/2/index.html\n"));
}

/// Servers tell by time and size whether who asks again has a file already.
#[test]
fn what_is_as_it_was_keeps_its_time() {
    let (_keep, out) = folder();
    publish(&out, &[page("same.json", "{}"), page("other.json", "{1}"), page("gone.json", "{}")]).unwrap();
    let long_ago = std::time::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    let time = |name: &str| fs::metadata(out.join(name)).unwrap().modified().unwrap();
    for name in ["same.json", "other.json", "gone.json"] {
        fs::File::options().write(true).open(out.join(name)).unwrap().set_modified(long_ago).unwrap();
    }
    publish(&out, &[page("same.json", "{}"), page("other.json", "{2}"), page("new.json", "{}")]).unwrap();
    assert_eq!(time("same.json"), long_ago);
    assert_ne!(time("other.json"), long_ago);
    assert_ne!(time("new.json"), long_ago);
    check_site(&out, &[("new.json", "{}"), ("other.json", "{2}"), ("same.json", "{}")]);
}

#[test]
fn the_same_pages_give_the_same_bytes() {
    let (_folder, out) = folder();
    publish(&out, &[page("a", "1")]).unwrap();
    let first = fs::read(out.join(MARKER)).unwrap();
    publish(&out, &[page("a", "1")]).unwrap();
    assert_eq!(fs::read(out.join(MARKER)).unwrap(), first);
}

#[test]
fn pages_may_come_from_several_threads() {
    let (_folder, out) = folder();
    let stage = Stage::begin(&out).unwrap();
    std::thread::scope(|scope| {
        for policy in 0..8 {
            let stage = &stage;
            scope.spawn(move || {
                for version in 0..20 {
                    stage.write(&[page(&format!("p{policy}/v/{version}/index.html"), "x")]).unwrap();
                }
            });
        }
    });
    stage.publish().unwrap();
    assert_eq!(read(&out).len(), 160);
}

#[test]
fn nothing_is_touched_before_publication() {
    let (folder, out) = folder();
    publish(&out, &[page("a", "old")]).unwrap();
    let stage = Stage::begin(&out).unwrap();
    stage.write(&[page("a", "new")]).unwrap();
    check_site(&out, &[("a", "old")]);
    drop(stage);
    check_site(&out, &[("a", "old")]);
    check_names(folder.path(), &["public"]);
}

#[test]
fn folders_above_the_output_are_made_and_an_empty_output_is_fine() {
    let (folder, _) = folder();
    publish(&folder.path().join("a/b/public"), &[page("x", "1")]).unwrap();
    check_site(folder.path(), &[("a/b/public/x", "1")]);
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    publish(&empty, &[page("x", "1")]).unwrap();
    check_site(&empty, &[("x", "1")]);
    check_names(folder.path(), &["a", "empty"]);
}

#[test]
fn a_folder_that_is_not_ours_is_left_alone() {
    let (folder, out) = folder();
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.txt"), "ten years").unwrap();
    check_refusal(publish(&out, &[page("a", "1")]), &["did not make", "empty or does not exist"]);
    fs::write(out.join(MARKER), "something else of this name").unwrap();
    check_refusal(publish(&out, &[page("a", "1")]), &["did not make"]);
    assert_eq!(fs::read_to_string(out.join("thesis.txt")).unwrap(), "ten years");
    check_names(folder.path(), &["public"]);
}

#[test]
fn a_folder_that_changed_hands_during_the_build_is_left_alone() {
    let (folder, out) = folder();
    let stage = Stage::begin(&out).unwrap();
    fs::create_dir(&out).unwrap();
    fs::write(out.join("thesis.txt"), "ten years").unwrap();
    check_refusal(stage.publish(), &["did not make"]);
    check_site(&out, &[("thesis.txt", "ten years")]);
    check_names(folder.path(), &["public"]);
}

#[test]
fn a_repository_in_the_output_is_not_thrown_away() {
    let (_folder, out) = folder();
    publish(&out, &[page("a", "1")]).unwrap();
    fs::create_dir(out.join(".git")).unwrap();
    check_refusal(publish(&out, &[page("a", "2")]), &["`.git`", "copy the site from there"]);
    check_site(&out, &[("a", "1")]);
}

#[test]
fn a_file_in_the_way_is_named() {
    let (folder, out) = folder();
    fs::write(&out, "mine").unwrap();
    check_refusal(publish(&out, &[]), &["public", "it is a file", "does not exist yet"]);
    check_refusal(publish(&out.join("site"), &[]), &["public", "name another path"]);
    assert_eq!(fs::read_to_string(&out).unwrap(), "mine");
    check_names(folder.path(), &["public"]);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_the_site_is_exchanged_where_it_points() {
    let (folder, out) = folder();
    let target = folder.path().join("srv/site");
    std::os::unix::fs::symlink("srv/site", &out).unwrap();
    for text in ["1", "2"] {
        publish(&out, &[page("a", text)]).unwrap();
        check_site(&target, &[("a", text)]);
        assert!(fs::symlink_metadata(&out).unwrap().is_symlink());
    }
    check_names(folder.path(), &["public", "srv"]);
    check_names(&folder.path().join("srv"), &["site"]);
}

#[cfg(unix)]
#[test]
fn links_in_the_last_site_are_removed_and_not_followed() {
    let (folder, out) = folder();
    let mine = folder.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("thesis.txt"), "ten years").unwrap();
    publish(&out, &[page("a", "1")]).unwrap();
    std::os::unix::fs::symlink(&mine, out.join("link")).unwrap();
    publish(&out, &[page("a", "2")]).unwrap();
    check_site(&mine, &[("thesis.txt", "ten years")]);
    check_names(folder.path(), &["mine", "public"]);
}

#[cfg(unix)]
#[test]
fn permissions_are_those_of_any_other_file_and_a_closed_folder_stays_closed() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, out) = folder();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    // What the umask of this machine gives.
    fs::create_dir(folder.path().join("d")).unwrap();
    fs::write(folder.path().join("f"), "").unwrap();
    publish(&out, &[page("a/b", "1")]).unwrap();
    for made in [out.clone(), out.join("a")] {
        assert_eq!(mode(&made), mode(&folder.path().join("d")));
    }
    for made in [out.join("a/b"), out.join(MARKER)] {
        assert_eq!(mode(&made), mode(&folder.path().join("f")));
    }
    for chosen in [0o700, 0o555] {
        fs::set_permissions(&out, PermissionsExt::from_mode(chosen)).unwrap();
        publish(&out, &[page("a/b", "2")]).unwrap();
        assert_eq!(mode(&out), chosen);
    }
    check_names(folder.path(), &["d", "f", "public"]);
}

/// `/sys` refuses new files to everybody, also to the administrator; other places only to others.
#[cfg(target_os = "linux")]
#[test]
fn a_place_that_may_not_be_written_to_is_named() {
    check_refusal(publish(Path::new("/sys/clauseline-test"), &[]), &["`/sys`", "a place you may write to"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_mount_point_is_refused_with_a_folder_to_use_instead() {
    check_refusal(publish(Path::new("/proc"), &[]), &["mount point", "`/proc/site`"]);
}

#[test]
fn paths_that_leave_the_site_are_refused() {
    let (folder, out) = folder();
    let stage = Stage::begin(&out).unwrap();
    let bad = [
        "",
        "/",
        "/a",
        "a/",
        "a//b",
        ".",
        "./a",
        "a/./b",
        "..",
        "../a",
        "a/../../b",
        "a\0b",
        "a\\b",
        ".Clauseline",
        "sha256sums",
    ];
    for path in bad {
        check_refusal(stage.write(&[page(path, "1")]), &[&format!("{path:?}"), "please report it"]);
    }
    stage.write(&[page("..a/b..c/...", "fine")]).unwrap();
    stage.publish().unwrap();
    check_site(folder.path(), &[("public/..a/b..c/...", "fine")]);
}

#[test]
fn two_pages_for_one_file_are_both_named() {
    let (_folder, out) = folder();
    let stage = Stage::begin(&out).unwrap();
    stage.write(&[page("privacy/index.html", "1")]).unwrap();
    check_refusal(stage.write(&[page("privacy/index.html", "2")]), &["two pages"]);
    check_refusal(
        stage.write(&[page("Privacy/INDEX.html", "2")]),
        &["privacy/index.html", "Privacy/INDEX.html"],
    );
}

#[test]
fn outputs_that_would_take_something_away_are_refused() {
    let (folder, out) = folder();
    let content = folder.path().join("content");
    fs::create_dir_all(content.join("privacy")).unwrap();
    let check = |out: &Path, want: &str| check_refusal(check_output(out, &[&content]), &[want, "--out"]);
    check(Path::new("/"), "root");
    check(Path::new("."), "current folder");
    check(Path::new("src/.."), "current folder");
    check(&std::env::current_dir().unwrap().join(".."), "current folder");
    check(&std::env::home_dir().unwrap(), "folder");
    check(folder.path(), "the site is made from");
    check(&content, "the site is made from");
    check(&content.join("privacy"), "lies within");
    check(&content.join("not/there/yet"), "lies within");
    check(&content.join("../content/new"), "lies within");
    check_output(&out, &[&content, &folder.path().join("templates")]).unwrap();
    check_output(Path::new("public"), &[&content]).unwrap();
    check_output(&folder.path().join("content2"), &[&content]).unwrap();
}

#[cfg(unix)]
#[test]
fn a_link_does_not_hide_where_the_output_is() {
    let (folder, out) = folder();
    let content = folder.path().join("content");
    fs::create_dir(&content).unwrap();
    std::os::unix::fs::symlink(&content, &out).unwrap();
    check_refusal(check_output(&out, &[&content]), &["the site is made from"]);
    check_refusal(check_output(&out.join("new"), &[&content]), &["lies within"]);
}

#[test]
fn what_killed_builds_left_is_cleared_up_and_nothing_else() {
    let (folder, out) = folder();
    let beside = |name: &str| folder.path().join(name);
    publish(&beside(".public.clauseline-aB3dE6"), &[page("half", "1")]).unwrap();
    fs::create_dir(beside(".public.clauseline-000000")).unwrap();
    // Of this name, and not ours; ours, and another output's; no folder at all.
    fs::create_dir(beside(".public.clauseline-zzzzzz")).unwrap();
    fs::write(beside(".public.clauseline-zzzzzz/mine"), "1").unwrap();
    publish(&beside(".public.clauseline-x.clauseline-aB3dE6"), &[page("half", "1")]).unwrap();
    fs::write(beside(".public.clauseline-111111"), "1").unwrap();
    publish(&out, &[page("a", "1")]).unwrap();
    check_names(
        folder.path(),
        &[
            ".public.clauseline-111111",
            ".public.clauseline-x.clauseline-aB3dE6",
            ".public.clauseline-zzzzzz",
            "public",
        ],
    );
}

#[test]
fn a_site_that_a_killed_build_put_aside_comes_back() {
    let (folder, out) = folder();
    let aside = folder.path().join(".public.clauseline-old");
    publish(&out, &[page("a", "old")]).unwrap();
    fs::rename(&out, &aside).unwrap();
    drop(Stage::begin(&out).unwrap());
    check_site(&out, &[("a", "old")]);
    // Killed a moment later, the new site was in its place already.
    publish(&aside, &[page("a", "older")]).unwrap();
    drop(Stage::begin(&out).unwrap());
    check_site(&out, &[("a", "old")]);
    check_names(folder.path(), &["public"]);
}

const OUT: &str = "CLAUSELINE_TEST_OUT";
const FILES: usize = 200;

/// Not a test: the program that the next tests kill. It publishes one site after another, each with
/// one word in all of its files, and says when it has begun.
#[expect(clippy::print_stdout, reason = "how the child tells its parent")]
#[test]
fn publishes_until_killed() {
    let Some(out) = std::env::var_os(OUT) else { return };
    for round in 0.. {
        let stage = Stage::begin(out.as_ref()).unwrap();
        for file in 0..FILES {
            stage.write(&[page(&format!("{}/{file}", file % 7), &round.to_string())]).unwrap();
            if round == 1 && file == 0 {
                println!("\nbegun");
            }
        }
        stage.publish().unwrap();
    }
}

/// Runs `publishes_until_killed` until its second site has begun.
fn start_publishing(out: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "write::publishes_until_killed", "--nocapture"])
        .env(OUT, out)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.map_while(Result::ok).any(|line| line == "begun"), "the child ended");
    child
}

#[test]
fn a_build_killed_at_any_moment_leaves_a_whole_site_and_the_next_one_clears_up() {
    let (folder, out) = folder();
    for moment in 0..12 {
        let mut child = start_publishing(&out);
        std::thread::sleep(Duration::from_millis(moment * 3));
        child.kill().unwrap();
        child.wait().unwrap();
        let site = read(&out);
        assert_eq!(site.len(), FILES, "killed after {moment}");
        assert_eq!(site.values().collect::<std::collections::BTreeSet<_>>().len(), 1, "a mixture");
    }
    publish(&out, &[page("a", "1")]).unwrap();
    check_names(folder.path(), &["public"]);
}

#[test]
fn of_two_builds_at_once_the_second_is_refused() {
    let (folder, out) = folder();
    let first = Stage::begin(&out).unwrap();
    check_refusal(publish(&out, &[]), &["another build", "wait"]);
    // Another output in the same folder is nobody's concern.
    publish(&folder.path().join("other"), &[]).unwrap();
    first.publish().unwrap();
    publish(&out, &[]).unwrap();
    check_names(folder.path(), &["other", "public"]);
}

#[test]
fn many_builds_at_once_publish_one_at_a_time() {
    let (folder, out) = folder();
    let build = |text: &str| {
        let pages: Vec<_> = (0..20).map(|file| page(&file.to_string(), text)).collect();
        publish(&out, &pages).is_ok()
    };
    let published: usize = std::thread::scope(|scope| {
        let builders: Vec<_> =
            (0..8).map(|n| scope.spawn(move || (0..20).filter(|_| build(&n.to_string())).count())).collect();
        builders.into_iter().map(|builder| builder.join().unwrap()).sum()
    });
    assert!(published > 0);
    assert_eq!(read(&out).values().collect::<std::collections::BTreeSet<_>>().len(), 1);
    check_names(folder.path(), &["public"]);
}
