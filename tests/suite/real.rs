//! Real policies with their histories, where there are any: `CLAUSELINE_REAL` names a folder of
//! folders that each hold a `content`. Their texts are not ours to keep, so they lie elsewhere, and
//! without the variable there is nothing to test here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn contents() -> Vec<PathBuf> {
    let Some(real) = std::env::var_os("CLAUSELINE_REAL") else { return Vec::new() };
    let mut found: Vec<_> = fs::read_dir(&real)
        .unwrap_or_else(|error| panic!("CLAUSELINE_REAL: {}: {error}", real.display()))
        .map(|entry| entry.unwrap().path().join("content"))
        .filter(|content| content.is_dir())
        .collect();
    found.sort();
    // The variable is set by who wants them tested: none is a mistake.
    assert!(!found.is_empty(), "CLAUSELINE_REAL: no content in {}", real.display());
    found
}

fn clauseline(arguments: &[&str], content: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clauseline"));
    command.args(arguments).arg("--content").arg(content).args(["--as-of", "2030-01-01"]).output().unwrap()
}

/// The ids of a policy's versions, read off the names of its files.
fn versions(policy: &Path) -> Vec<String> {
    let names = fs::read_dir(policy).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut ids: Vec<_> = names
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|id| !id.contains('.'))
        .collect();
    ids.sort();
    ids
}

#[test]
fn real_histories_build_with_a_page_for_each_version() {
    for content in contents() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("public");
        let built = clauseline(&["build", "--out", out.to_str().unwrap()], &content);
        let said = String::from_utf8_lossy(&built.stderr);
        assert!(built.status.success(), "{}: {}\n{said}", content.display(), built.status);
        let policies = fs::read_dir(&content).unwrap().map(|entry| entry.unwrap().path());
        for policy in policies.filter(|path| path.is_dir()) {
            for version in versions(&policy) {
                let page = out.join(policy.file_name().unwrap()).join("v").join(&version).join("index.html");
                assert!(page.is_file(), "{}: no page for {version}\n{said}", policy.display());
            }
        }
    }
}
