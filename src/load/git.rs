//! The history of a file, asked of the program `git`; nothing else knows of it.
//!
//! Git is called without a shell, paths follow `--` and are taken to the letter, and nothing in a
//! repository's own settings makes it run another program or fetch anything.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use chrono::{DateTime, FixedOffset};

use super::LARGEST;
use crate::error::Error;
use crate::import::git::{Content, State};

/// A file's history, oldest first.
#[derive(Clone, Debug)]
pub struct History {
    /// The states of the file.
    pub states: Vec<State>,
    /// Whether the repository holds only the latest part of its history.
    pub shallow: bool,
    /// The address of the repository it was cloned from.
    pub remote: Option<String>,
    /// Tags of commits in which the file was not there.
    pub without: Vec<String>,
}

/// One line of `git log --raw`: when, and what became of the file.
struct Entry {
    commit: String,
    time: DateTime<FixedOffset>,
    path: String,
    /// The id of its bytes; `None` where it was deleted.
    blob: Option<String>,
    mode: String,
}

/// Reads the history of a file across its renames. `tags`: not each commit, but each tag.
pub fn history(repository: &Path, path: &str, tags: bool) -> Result<History, Error> {
    let (root, path) = root(repository, path)?;
    let git = Git { root: &root };
    let entries = git.log(&path)?;
    if entries.is_empty() {
        return Err(git.unknown(&path));
    }
    let (states, without) = if tags { git.tagged(&entries)? } else { (git.states(entries)?, Vec::new()) };
    let shallow = git.text(&["rev-parse", "--is-shallow-repository"])?.trim() == "true";
    let remote = git.text(&["config", "--get", "remote.origin.url"]).ok();
    let remote = remote.map(|url| url.trim().to_owned()).filter(|url| !url.is_empty());
    Ok(History { states, shallow, remote, without })
}

/// The top of the repository, and the path from there.
fn root(repository: &Path, path: &str) -> Result<(PathBuf, String), Error> {
    super::require_folder(repository)?;
    let here = Git { root: repository };
    let prefix = here.text(&["rev-parse", "--show-prefix"]).map_err(|error| match error {
        Error::Usage(said) if said.contains("not a git repository") => {
            Error::Usage(format!("`{}` is no git repository", repository.display()))
        }
        other => other,
    })?;
    let path = path.replace('\\', "/");
    let path = path.trim_start_matches("./");
    let full = format!("{}{path}", prefix.trim_end_matches('\n'));
    // A bare repository has no top but itself.
    let top = here.text(&["rev-parse", "--show-toplevel"]).ok();
    let top = top.map(|top| PathBuf::from(top.trim_end_matches('\n')));
    Ok((top.unwrap_or_else(|| repository.to_owned()), full))
}

struct Git<'a> {
    root: &'a Path,
}

impl Git<'_> {
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.root).args(["--no-pager", "--no-optional-locks"]);
        for setting in ["core.fsmonitor=false", "log.showSignature=false", "core.hooksPath=/dev/null"] {
            command.args(["-c", setting]);
        }
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_EXTERNAL_DIFF"] {
            command.env_remove(name);
        }
        command
            .env("LC_ALL", "C")
            .env("GIT_LITERAL_PATHSPECS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_TERMINAL_PROMPT", "0")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// What git prints, given lines to read.
    fn run(&self, arguments: &[&str], lines: Option<String>) -> Result<Vec<u8>, Error> {
        let mut command = self.command(arguments);
        if lines.is_some() {
            command.stdin(Stdio::piped());
        }
        let mut child = command.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => Error::Usage("there is no program `git`: install it".to_owned()),
            _ => Error::Read { path: "git".into(), source: error },
        })?;
        // Written beside the reading: git answers while it is asked.
        let asking = child
            .stdin
            .take()
            .zip(lines)
            .map(|(mut stdin, lines)| thread::spawn(move || stdin.write_all(lines.as_bytes())));
        let output = child.wait_with_output().map_err(Error::read("git"))?;
        // A git that ends before it is asked all says why on its own.
        let _ = asking.map(thread::JoinHandle::join);
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it does not say why");
        Err(Error::Usage(format!("git cannot read `{}`: {said}", self.root.display())))
    }

    fn text(&self, arguments: &[&str]) -> Result<String, Error> {
        Ok(String::from_utf8_lossy(&self.run(arguments, None)?).into_owned())
    }

    /// What became of the file, oldest first: on the line of first parents, so that a merge is one step.
    fn log(&self, path: &str) -> Result<Vec<Entry>, Error> {
        if self.run(&["rev-parse", "--verify", "--quiet", "HEAD"], None).is_err() {
            return Err(Error::Usage(format!("there is no commit in `{}`", self.root.display())));
        }
        let printed = self.run(
            &[
                "log",
                "--first-parent",
                "-m",
                "--follow",
                "--raw",
                "--no-abbrev",
                "-z",
                "--find-renames",
                "--no-color",
                "--no-ext-diff",
                "--no-textconv",
                "--format=%x01%H%x00%cI",
                "HEAD",
                "--",
                path,
            ],
            None,
        )?;
        let mut entries: Vec<Entry> = printed
            .split(|byte| *byte == 1)
            .filter_map(|record| entry(&String::from_utf8_lossy(record)))
            .collect();
        entries.reverse();
        Ok(entries)
    }

    fn states(&self, entries: Vec<Entry>) -> Result<Vec<State>, Error> {
        let wanted: BTreeSet<String> = entries.iter().filter_map(|entry| entry.blob.clone()).collect();
        let blobs = self.blobs(wanted)?;
        let state = |entry: Entry| {
            let content = match &entry.blob {
                None => Content::Gone,
                Some(_) if entry.mode == "120000" => Content::Unread("it is a link to another file"),
                Some(blob) => {
                    blobs.get(blob).cloned().unwrap_or(Content::Unread("its bytes are not in this clone"))
                }
            };
            State { commit: entry.commit, time: entry.time, path: entry.path, tag: None, content }
        };
        Ok(entries.into_iter().map(state).collect())
    }

    /// The bytes of each id, or of each `commit:path`.
    fn blobs(&self, wanted: BTreeSet<String>) -> Result<BTreeMap<String, Content>, Error> {
        let asked: Vec<String> = wanted.into_iter().filter(|name| !name.contains('\n')).collect();
        let lines = asked.iter().map(|name| format!("{name}\n")).collect();
        let printed = self.run(&["cat-file", "--batch"], Some(lines))?;
        let mut rest = printed.as_slice();
        let mut found = BTreeMap::new();
        for name in asked {
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else { break };
            let head = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            let mut fields = head.rsplitn(3, ' ');
            let (Some(size), Some(kind)) =
                (fields.next().and_then(|n| n.parse::<usize>().ok()), fields.next())
            else {
                continue;
            };
            let (bytes, after) = rest.split_at(size.min(rest.len()));
            rest = after.get(1..).unwrap_or_default();
            let content = match kind {
                "blob" if size as u64 > LARGEST => Content::Unread("it is larger than 8 MiB"),
                "blob" => Content::Bytes(bytes.to_vec()),
                _ => Content::Unread("it is no file"),
            };
            found.insert(name, content);
        }
        Ok(found)
    }

    /// The file as it was at each tag, oldest first, and the tags at which it was not there.
    fn tagged(&self, entries: &[Entry]) -> Result<(Vec<State>, Vec<String>), Error> {
        let format = "--format=%(refname:short)%00%(objectname)%00%(*objectname)%00%(creatordate:iso-strict)";
        let printed =
            self.text(&["for-each-ref", "--sort=creatordate", "--merged=HEAD", format, "refs/tags"])?;
        let tags: Vec<(String, String, DateTime<FixedOffset>)> = printed
            .lines()
            .filter_map(|line| {
                let mut fields = line.split('\0').map(str::to_owned);
                let (name, own, of) = (fields.next()?, fields.next()?, fields.next()?);
                let time = DateTime::parse_from_rfc3339(fields.next()?.trim()).ok()?;
                Some((name, if of.is_empty() { own } else { of }, time))
            })
            .collect();
        // The newest name first: an old one may have been given to another file.
        let mut names: Vec<&str> = Vec::new();
        for entry in entries.iter().rev() {
            if !names.contains(&entry.path.as_str()) {
                names.push(&entry.path);
            }
        }
        let wanted =
            tags.iter().flat_map(|(_, commit, _)| names.iter().map(move |name| format!("{commit}:{name}")));
        let blobs = self.blobs(wanted.collect())?;
        let (mut states, mut without) = (Vec::new(), Vec::new());
        for (tag, commit, time) in tags {
            let there = names.iter().find_map(|name| Some((*name, blobs.get(&format!("{commit}:{name}"))?)));
            match there {
                Some((path, content)) => states.push(State {
                    commit,
                    time,
                    path: path.to_owned(),
                    tag: Some(tag),
                    content: content.clone(),
                }),
                None => without.push(tag),
            }
        }
        states.sort_by_key(|state| state.time);
        Ok((states, without))
    }

    /// What to say of a path that no commit knows.
    fn unknown(&self, path: &str) -> Error {
        let all = self.text(&["ls-tree", "-r", "-z", "--name-only", "HEAD"]).unwrap_or_default();
        let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let same = all.split('\0').find(|other| name(other) == name(path));
        let texts = || all.split('\0').find(|other| other.ends_with(".md") || other.ends_with(".html"));
        let hint = match same.or_else(texts).filter(|other| !other.is_empty()) {
            Some(other) => format!("; there is `{other}`"),
            None => String::new(),
        };
        Error::Usage(format!("no commit in `{}` knows `{path}`{hint}", self.root.display()))
    }
}

/// One commit of the log: `id NUL time NUL :modes ids status NUL path [NUL path]`.
fn entry(record: &str) -> Option<Entry> {
    let mut fields =
        record.split('\0').map(|field| field.trim_matches('\n')).filter(|field| !field.is_empty());
    let commit = fields.next()?.to_owned();
    let time = DateTime::parse_from_rfc3339(fields.next()?).ok()?;
    let raw: Vec<&str> = fields.next()?.trim_start_matches(':').split(' ').collect();
    let [_, mode, _, blob, status] = raw.as_slice() else { return None };
    let first = fields.next()?;
    let path = if status.starts_with(['R', 'C']) { fields.next()? } else { first };
    let blob = blob.bytes().any(|byte| byte != b'0').then(|| (*blob).to_owned());
    Some(Entry { commit, time, path: path.to_owned(), blob, mode: (*mode).to_owned() })
}
