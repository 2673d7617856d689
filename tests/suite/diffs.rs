//! What is said of each sort of change: `tests/diff/NAME.md` is an old text, a line of `=`, and a new
//! one; `NAME.txt` is what `clauseline diff` prints of them. With `UPDATE=1` the expectations are
//! written.

use std::fs;
use std::process::Command;

use crate::cases;

#[test]
fn diffs() {
    let place = tempfile::tempdir().unwrap();
    cases::check("tests/diff", 30, |case| {
        let (old, new) = cases::sides(case);
        fs::write(place.path().join("old.md"), old).unwrap();
        fs::write(place.path().join("new.md"), new).unwrap();
        let run = Command::new(env!("CARGO_BIN_EXE_clauseline"))
            .args(["diff", "old.md", "new.md"])
            .current_dir(place.path())
            .env_remove("NO_COLOR")
            .output()
            .unwrap();
        let (out, said) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap());
        assert!(run.status.success(), "{}: {said}", run.status);
        assert_eq!(said, "");
        out
    });
}
