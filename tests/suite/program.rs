//! The real program, run in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// How a run ended and what it wrote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

/// The program with arguments, none of whose answers depend on where the tests run.
pub(crate) fn clauseline(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clauseline"));
    command.args(arguments).env_remove("NO_COLOR").env_remove("SOURCE_DATE_EPOCH").env_remove("COLUMNS");
    command
}

/// A file of this package.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A folder with these files.
pub(crate) fn folder(files: &[(&str, &str)]) -> TempDir {
    let place = tempfile::tempdir().unwrap();
    for (name, text) in files {
        write(&place.path().join(name), text.as_bytes());
    }
    place
}

pub(crate) fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// Every file below a folder, by its path with `/`.
pub(crate) fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walkdir::WalkDir::new(folder).into_iter().map(Result::unwrap);
    files
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().replace('\\', "/");
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The site of a content folder, built with further arguments; the run must end well.
pub(crate) fn build(content: &Path, arguments: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let place = tempfile::tempdir().unwrap();
    let out = place.path().join("public");
    let run =
        clauseline(&["build", "--content"]).arg(content).arg("--out").arg(&out).args(arguments).output();
    let run = Run::from(run.unwrap());
    assert_eq!(run.code, Some(0), "{}", run.err);
    tree(&out)
}

/// A site that holds one of everything, as of a day on which all of it can be told apart.
pub(crate) fn small() -> BTreeMap<String, Vec<u8>> {
    build(&path("tests/golden/small/content"), &["--as-of", "2018-05-01"])
}

/// The small site with another look: a frame, a front page, a style sheet and words of its own.
pub(crate) fn look() -> BTreeMap<String, Vec<u8>> {
    let (templates, statics) = (path("tests/look/templates"), path("tests/look/static"));
    let own = ["--templates", templates.to_str().unwrap(), "--static", statics.to_str().unwrap()];
    build(&path("tests/golden/small/content"), &[&["--as-of", "2018-05-01"][..], &own].concat())
}

/// The site of the policies that come with the program.
pub(crate) fn school() -> BTreeMap<String, Vec<u8>> {
    build(&path("content"), &["--as-of", "2026-12-01"])
}
