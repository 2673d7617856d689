//! What is in a content folder, by its names, and the files in it as texts.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{bytes, fault, names, slashed, walk_error};
use crate::diagnostic::{Diagnostic, Report};
use crate::error::Error;
use crate::policy::calendar;

/// The names in a content folder.
pub(super) struct Folder {
    pub(super) dir: PathBuf,
    /// As it is shown: what the user typed, with `/`.
    pub(super) shown: String,
    /// The names of files in it.
    pub(super) files: BTreeSet<String>,
    /// The folders in it and the names of the files in each.
    pub(super) policies: BTreeMap<String, BTreeSet<String>>,
    pub(super) report: Report,
}

impl Folder {
    pub(super) fn list(dir: &Path) -> Result<Self, Error> {
        let shown = slashed(dir.strip_prefix(".").unwrap_or(dir)).replacen("//", "/", 1);
        let mut folder = Self {
            dir: dir.to_owned(),
            shown,
            files: BTreeSet::new(),
            policies: BTreeMap::new(),
            report: Report::new(),
        };
        let root = dir.canonicalize().map_err(Error::read(dir))?;
        let walk = WalkDir::new(dir).follow_links(false).min_depth(1).max_depth(2).sort_by_file_name();
        let litter = |entry: &walkdir::DirEntry| names::is_litter(&entry.file_name().to_string_lossy());
        for entry in walk.into_iter().filter_entry(|entry| !litter(entry)) {
            let entry = entry.map_err(|error| walk_error(dir, error))?;
            folder.add(&entry, &root);
        }
        folder.check_names();
        Ok(folder)
    }

    /// The name of a file as it is shown.
    pub(super) fn name(&self, path: &str) -> String {
        if self.shown.is_empty() { path.to_owned() } else { format!("{}/{path}", self.shown) }
    }

    fn add(&mut self, entry: &walkdir::DirEntry, root: &Path) {
        let relative = slashed(entry.path().strip_prefix(&self.dir).unwrap_or(entry.path()));
        let kind = entry.file_type();
        let is_file = if kind.is_symlink() {
            match linked(entry.path(), root) {
                Ok(()) => true,
                Err(found) => {
                    self.report.add(self.name(&relative), "", [found]);
                    return;
                }
            }
        } else {
            kind.is_file()
        };
        let inside = relative.split_once('/').map(|(policy, name)| (policy.to_owned(), name.to_owned()));
        let found = match (inside, is_file) {
            _ if entry.file_name().to_str().is_none() => {
                fault("bad-name", "the file's name is not UTF-8", "rename it")
            }
            (None, true) => {
                self.files.insert(relative);
                return;
            }
            (None, false) if kind.is_dir() => {
                self.policies.entry(relative).or_default();
                return;
            }
            (Some((policy, name)), true) => {
                self.policies.entry(policy).or_default().insert(name);
                return;
            }
            (Some((_, name)), false) if kind.is_dir() => fault(
                "folder-in-policy",
                "a policy's folder holds no folders",
                format!(
                    "move the versions in `{name}` up, beside `policy.yaml`; a policy of its own belongs beside this one"
                ),
            ),
            _ => fault("not-a-file", "this is neither a file nor a folder", "move it elsewhere"),
        };
        self.report.add(self.name(&relative), "", [found]);
    }

    /// The names of policies, and of files beside them.
    fn check_names(&mut self) {
        let beside: BTreeSet<&str> = self.policies.keys().map(String::as_str).collect();
        let mut found: Vec<(String, Diagnostic)> = Vec::new();
        for id in self.policies.keys() {
            found.extend(names::policy_id(id, &beside).map(|diagnostic| (id.clone(), diagnostic)));
        }
        let files: BTreeSet<&str> = self.files.iter().map(String::as_str).collect();
        for name in &files {
            found.extend(beside_policies(name, &files).map(|diagnostic| ((*name).to_owned(), diagnostic)));
        }
        for (path, diagnostic) in found {
            self.policies.remove(&path);
            self.report.add(self.name(&path), "", [diagnostic]);
        }
    }

    /// Reads a file; `None` where it is no text, which is then reported.
    pub(super) fn read(&self, path: &str, cap: u64, report: &mut Report) -> Result<Option<String>, Error> {
        let full = self.dir.join(path);
        let len = fs::metadata(&full).map_err(Error::read(&full))?.len();
        if len > cap {
            let (len, cap) = (megabytes(len), megabytes(cap));
            let message = format!("this file has {len}; it is not read, as it is larger than {cap}");
            let hint = "a policy is text: keep pictures and attachments elsewhere";
            report.add(self.name(path), "", [fault("too-large", message, hint)]);
            return Ok(None);
        }
        match bytes::text(fs::read(&full).map_err(Error::read(&full))?) {
            Ok(text) => Ok(Some(text)),
            Err(wrong) => {
                let (shown, found) = *wrong;
                report.add(self.name(path), &shown, [found]);
                Ok(None)
            }
        }
    }
}

pub(super) fn megabytes(bytes: u64) -> String {
    if bytes < 1 << 20 {
        format!("{} KiB", bytes.div_ceil(1 << 10))
    } else {
        format!("{} MiB", bytes.div_ceil(1 << 20))
    }
}

/// Whether a link leads to a file inside the content folder.
fn linked(path: &Path, root: &Path) -> Result<(), Diagnostic> {
    let hint = "put the file itself here";
    match path.canonicalize() {
        Ok(target) if !target.starts_with(root) => {
            Err(fault("link", "this is a link to something outside the content folder", hint))
        }
        Ok(target) if target.is_file() => Ok(()),
        Ok(_) => Err(fault("link", "this is a link to a folder, and only links to files are followed", hint)),
        Err(_) => Err(fault("link", "this is a link that leads nowhere", hint)),
    }
}

/// What is wrong with a file beside the policies' folders.
fn beside_policies(name: &str, beside: &BTreeSet<&str>) -> Option<Diagnostic> {
    if matches!(name, "site.yaml" | "events.yaml") {
        return None;
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if let Some(found) = names::double_extension(stem, extension, beside) {
        return Some(found);
    }
    Some(match extension.to_lowercase().as_str() {
        "yaml" | "yml" => names::settings_name(name, &stem.to_lowercase(), &["site", "events"], beside),
        "md" | "markdown" => {
            let folder = if calendar::parse_day(stem).is_some() { "privacy" } else { stem };
            let hint = format!(
                "move it into a folder named after its policy: `{}/2018-05-15.md`",
                folder.to_lowercase().replace(' ', "-")
            );
            fault("not-in-a-policy", "this text is in no policy's folder, so it is not published", hint)
        }
        _ => names::stray("this file is not part of the content".to_owned(), "move it elsewhere"),
    })
}
