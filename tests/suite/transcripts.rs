//! Work at a terminal, told as pages that people read and run as tests: the guide in `content/README.md`,
//! and `tests/transcripts/*.md`.
//!
//! Each page gets a folder of its own. In a block `console` a line that starts with `$ ` is a command for the
//! shell; what follows is exactly what it writes, on both streams. Between blocks stand comments that
//! readers of the page do not see:
//!
//! - `<!-- day 2026-12-01 -->`: the day that it is from here on;
//! - `<!-- copy content -->`: a folder or file of this package;
//! - `<!-- write PATH`, its text on the next lines, `-->`;
//! - `<!-- replace PATH`, old lines, `=>`, new lines, `-->`: these lines are there once;
//! - `<!-- block PATH`, old lines, `-->`: the same with the block that comes next, of whatever kind;
//! - `<!-- delete PATH -->`.
//!
//! Durations are written as `0.10 s`, whatever they were. `UPDATE=1 cargo test transcripts` writes what the
//! commands write into the pages. Read the difference before you keep it.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::program::{path, write};

#[test]
fn transcripts() {
    let mut pages = vec![path("content/README.md")];
    let more = fs::read_dir(path("tests/transcripts")).unwrap().map(|entry| entry.unwrap().path());
    pages.extend(more.filter(|page| page.extension().is_some_and(|e| e == "md")));
    pages.sort();
    let mut differ = Vec::new();
    for page in &pages {
        let text = fs::read_to_string(page).unwrap();
        let (got, commands) = run(&text);
        assert!(commands > 0, "{} runs nothing", page.display());
        if std::env::var_os("UPDATE").is_some() {
            fs::write(page, &got).unwrap();
        } else if got != text {
            differ.push(format!("{}\n{}", page.display(), first_difference(&text, &got)));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

fn first_difference(want: &str, got: &str) -> String {
    let line = want.lines().zip(got.lines()).take_while(|(w, g)| w == g).count();
    let around =
        |text: &str| text.lines().skip(line.saturating_sub(2)).take(14).collect::<Vec<_>>().join("\n");
    format!("line {}: expected\n{}\nbut got\n{}\n", line + 1, around(want), around(got))
}

/// A page in the middle of its run.
struct Runner {
    place: tempfile::TempDir,
    seconds: i64,
    commands: usize,
    /// What the last command wrote, for those who look for a mistake.
    last: String,
    /// Lines of a file that the next block stands for.
    awaiting: Option<(String, String)>,
}

/// The page with what its commands write now, and how many there are.
fn run(page: &str) -> (String, usize) {
    let place = tempfile::tempdir().unwrap();
    let mut runner = Runner { place, seconds: seconds("2026-12-01"), commands: 0, last: String::new(), awaiting: None };
    let mut out = String::new();
    let mut lines = page.lines().peekable();
    while let Some(line) = lines.next() {
        let _ = writeln!(out, "{line}");
        if let Some(first) = line.strip_prefix("<!-- ") {
            let mut body = String::new();
            let mut last = first;
            while !last.ends_with("-->") {
                last = lines.next().expect("a comment ends");
                let _ = writeln!(out, "{last}");
                if last != "-->" {
                    let _ = writeln!(body, "{last}");
                }
            }
            runner.direct(first.trim_end_matches("-->").trim(), &body);
        } else if let Some((fence, kind)) = fence(line).filter(|(_, kind)| !kind.is_empty()) {
            let mut block = String::new();
            while let Some(line) = lines.next_if(|line| *line != fence) {
                let _ = writeln!(block, "{line}");
            }
            out.push_str(&if kind == "console" { runner.console(&block) } else { block.clone() });
            if let Some((file, old)) = runner.awaiting.take() {
                runner.replace(&file, &old, &block);
            }
            let _ = writeln!(out, "{}", lines.next().expect("a block ends"));
        }
    }
    (out, runner.commands)
}

/// The back-ticks that begin a block, and what kind of block it is.
fn fence(line: &str) -> Option<(&str, &str)> {
    let length = line.len() - line.trim_start_matches('`').len();
    (length >= 3).then(|| line.split_at(length))
}

impl Runner {
    fn file(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn direct(&mut self, first: &str, body: &str) {
        let (verb, rest) = first.split_once(' ').expect("a comment says what to do");
        match verb {
            "day" => self.seconds = seconds(rest),
            "copy" => copy(&path(rest), &self.file(rest)),
            "write" => write(&self.file(rest), body.as_bytes()),
            "delete" => fs::remove_file(self.file(rest)).unwrap(),
            "block" => self.awaiting = Some((rest.to_owned(), body.to_owned())),
            "replace" => {
                let (old, new) = body.split_once("=>\n").expect("old lines, `=>`, new lines");
                self.replace(rest, old, new);
            }
            _ => panic!("no such comment: {first}"),
        }
    }

    fn replace(&self, file: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.file(file)).unwrap_or_else(|e| panic!("{file}: {e}\n{}", self.last));
        assert_eq!(text.matches(old).count(), 1, "{file} has not once: {old}");
        fs::write(self.file(file), text.replacen(old, new, 1)).unwrap();
    }

    /// The commands of a block, each with what it writes.
    fn console(&mut self, block: &str) -> String {
        let mut out = String::new();
        for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
            let _ = writeln!(out, "$ {command}");
            let wrote = self.shell(command);
            out.push_str(&wrote);
            if !wrote.is_empty() && !wrote.ends_with('\n') {
                out.push('\n');
            }
        }
        out
    }

    fn shell(&mut self, command: &str) -> String {
        self.commands += 1;
        let program = Path::new(env!("CARGO_BIN_EXE_clauseline")).parent().unwrap();
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let paths = std::iter::once(program.to_owned()).chain(std::env::split_paths(&paths));
        let ran = Command::new("sh")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(self.place.path())
            .env("PATH", std::env::join_paths(paths).unwrap())
            .env("SOURCE_DATE_EPOCH", self.seconds.to_string())
            .env("LC_ALL", "C")
            .env_remove("NO_COLOR")
            .env_remove("COLUMNS")
            .output()
            .unwrap();
        self.last = timeless(&String::from_utf8(ran.stdout).unwrap());
        self.last.clone()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_file() && entry.file_name() != "README.md" {
            write(&target, &fs::read(entry.path()).unwrap());
        }
    }
}

/// The middle of a day in Greenwich, which is that day nearly everywhere.
fn seconds(day: &str) -> i64 {
    let day: chrono::NaiveDate = day.parse().unwrap();
    day.and_hms_opt(12, 0, 0).unwrap().and_utc().timestamp()
}

/// `in 1.74 s` → `in 0.10 s`
fn timeless(text: &str) -> String {
    let line = |line: &str| {
        let time = line.strip_suffix(" s").and_then(|rest| rest.rsplit_once(" in "));
        match time.filter(|(_, number)| number.parse::<f64>().is_ok()) {
            Some((rest, _)) => format!("{rest} in 0.10 s\n"),
            None => format!("{line}\n"),
        }
    };
    text.lines().map(line).collect()
}
