//! Cases that are files: an input, and beside it what is expected of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Holds `got` of every `NAME.md` in a folder against its `NAME.txt`, all at once. An expectation of
/// no case is a failure too, and so are fewer cases than there used to be.
#[track_caller]
pub(crate) fn check(folder: &str, at_least: usize, got: impl Fn(&str) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut inputs = BTreeMap::new();
    let mut expected = BTreeMap::new();
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        match (name.strip_suffix(".md"), name.strip_suffix(".txt")) {
            (Some(case), _) => inputs.insert(case.to_owned(), text),
            (_, Some(case)) => expected.insert(case.to_owned(), text),
            _ => panic!("{name} is neither a case nor an expectation"),
        };
    }
    let update = std::env::var_os("UPDATE").is_some();
    let mut failed = Vec::new();
    for (case, input) in &inputs {
        let got = got(input);
        if update {
            fs::write(folder.join(format!("{case}.txt")), got).unwrap();
        } else if expected.get(case) != Some(&got) {
            let want = expected.get(case).map_or("nothing", String::as_str);
            failed.push(format!("{case}: expected\n{want}\nbut got\n{got}"));
        }
    }
    for case in expected.keys().filter(|case| !inputs.contains_key(*case)) {
        failed.push(format!("{case}.txt is expected of no case"));
    }
    assert!(inputs.len() >= at_least, "some cases are gone");
    assert!(failed.is_empty(), "{} cases differ:\n\n{}", failed.len(), failed.join("\n"));
}

/// Longer than any line under a heading.
const BORDER: &str = "\n================\n";

/// The old and the new text of a case that is both, with a line of `=` between them. Either may be
/// empty.
pub(crate) fn sides(case: &str) -> (String, String) {
    let case = format!("\n{case}");
    let (old, new) = case.split_once(BORDER).expect("a case has two sides");
    (format!("{}\n", old.strip_prefix('\n').unwrap_or(old)), new.to_owned())
}

/// Shows every `NAME.md` of a folder.
#[track_caller]
pub(crate) fn each(folder: &str, mut see: impl FnMut(&str, &str)) {
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "md") {
            see(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        }
    }
}
