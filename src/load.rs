//! The only file that reads the disk.
//!
//! A folder in, values out, with everything that is wrong in a [`Report`]. What a file is by its
//! name, what its bytes are, and what is wrong between versions are the children, which read
//! nothing. Symbolic links are followed only to files inside the content folder, so a policy never
//! publishes what its folder does not hold, and a loop of links harms nobody.

#![allow(clippy::disallowed_methods, reason = "this is the one file that reads the disk")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::error::Error;
use crate::policy::events::{self, EVENTS_CAP, Event};
use crate::policy::links::Targets;
use crate::policy::yaml::SETTINGS_CAP;
use crate::policy::{Language, Policy, Settings, Text, calendar, front_matter, markdown, settings};

mod bytes;
pub mod elsewhere;
pub mod git;
mod known;
mod line;
mod links;
mod names;
mod place;
mod policy;
mod seal;

pub use known::Known;
pub use place::{is_there, place};

use known::Ground;
use names::Role;
use policy::{Files, TextFile};

/// The largest file that is read.
pub const LARGEST: u64 = 8 * 1024 * 1024;

/// A content folder, read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// `site.yaml`; `None` where it is missing or wrong.
    pub site: Option<Settings>,
    /// The policies, by id. What could not be read is not among them: with any error in the
    /// report nothing may be published.
    pub policies: Vec<Arc<Policy>>,
    /// The files of versions and translations that are not published as they are, by policy and name; only
    /// where they were asked for.
    pub files: BTreeMap<(String, String), VersionFile>,
    /// What was decided so far, from `events.yaml`.
    pub events: Vec<Event>,
    /// All that is wrong.
    pub report: Report,
}

/// The file of a version or translation.
#[derive(Clone, Debug)]
pub struct VersionFile {
    /// As it is shown.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Where the YAML stands in it.
    pub yaml: Range<usize>,
}

/// Reads a content folder. `statics` is the folder of the site's own assets, of which only the names
/// are read.
pub fn content(dir: &Path, statics: &Path) -> Result<Loaded, Error> {
    read(dir, statics, false, &mut Known::default())
}

/// The same, where much of it is known already: a policy is made anew only where its files, or what they
/// are judged by, differ from what is known. A policy that is as it was is the very same value.
pub fn content_again(dir: &Path, statics: &Path, known: &mut Known) -> Result<Loaded, Error> {
    read(dir, statics, false, known)
}

/// Reads a content folder for those who work on it: with the files of what is not published yet.
pub fn workbench(dir: &Path, statics: &Path) -> Result<Loaded, Error> {
    read(dir, statics, true, &mut Known::default())
}

fn read(dir: &Path, statics: &Path, with_files: bool, known: &mut Known) -> Result<Loaded, Error> {
    require_folder(dir)?;
    let mut folder = Folder::list(dir)?;
    let mut report = std::mem::take(&mut folder.report);
    let site = site(&folder, &mut report)?;
    let language =
        site.as_ref().map_or_else(|| Language("en".to_owned()), |site| site.default_language.clone());
    let time_zone = site.as_ref().map(|site| site.time_zone);
    if folder.policies.is_empty() && site.is_some() {
        // An empty site is hardly what anybody wants to publish over a full one.
        let message = "there is no policy here";
        let hint = "add a folder for each policy, for example `privacy`, with `policy.yaml` and its versions";
        report.add(folder.shown.as_str(), "", [fault("no-policy", message, hint)]);
    }
    let pictures = files_below(statics)?.into_iter().map(|(name, _)| name);
    let base_url = site.as_ref().map_or("/", |site| site.base_url.as_str());
    let targets = targets(&folder).at(base_url).with_pictures(pictures);
    let files: Vec<Result<Files, Error>> =
        folder.policies.par_iter().map(|(id, names)| files(&folder, id, names)).collect();
    let files: Vec<Files> = files.into_iter().collect::<Result<_, _>>()?;
    let judge = |files: Files, ground: &Ground| {
        let mut read = policy::policy(files, &ground.language, ground.time_zone, &ground.targets);
        if !with_files {
            read.files.clear();
        }
        let altered = std::mem::take(&mut read.altered);
        for altered in &altered {
            let copy = sealed_copy(dir, &read.id, &altered.name)?;
            read.report.add(altered.file.as_str(), altered.text(), altered.explained(copy.as_deref()));
        }
        // What is told of an altered file depends on its copy, too, which is none of the files.
        Ok((read, altered.is_empty()))
    };
    let read = known.policies(files, Ground { language, time_zone, targets }, judge)?;
    links::check(&read, &mut report);
    let (mut policies, mut open) = (Vec::new(), BTreeMap::new());
    for policy in read {
        report.absorb(policy.report.clone());
        policies.extend(policy.policy.clone());
        let files = policy.files.iter();
        open.extend(files.map(|(name, file)| ((policy.id.clone(), name.clone()), file.clone())));
    }
    let events = events(&folder, &policies, &mut report)?;
    Ok(Loaded { site, policies, files: open, events, report })
}

/// The folder of a policy's files as they were sealed. Nobody looks into it but to say what changed, and to
/// put it back; whether something changed the digests in `seal.yaml` tell.
pub const COPIES: &str = ".sealed";

/// A file as it was sealed, where there is a copy of it that can be read as text.
pub fn sealed_copy(content: &Path, policy: &str, name: &str) -> Result<Option<String>, Error> {
    let path = content.join(policy).join(COPIES).join(name);
    match fs::read(&path) {
        Ok(bytes) => Ok(bytes::text(bytes).ok()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::read(path)(error)),
    }
}

/// The text of a file that may not be there.
pub fn text_if(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::read(path)(error)),
    }
}

/// What texts may link to, by the names of files alone.
fn targets(folder: &Folder) -> Targets {
    let version = |name: &String| name.strip_suffix(".md").map(str::to_owned);
    let policies = folder.policies.iter();
    Targets::of(policies.map(|(id, names)| (id.clone(), names.iter().filter_map(version).collect())))
}

/// Fails unless `dir` is a folder.
pub fn require_folder(dir: &Path) -> Result<(), Error> {
    if dir.is_dir() { Ok(()) } else { Err(Error::Usage(format!("there is no folder `{}`", dir.display()))) }
}

/// A text that belongs to no site.
#[derive(Clone, Debug)]
pub struct Single {
    /// The text.
    pub text: Text,
    /// New id → old id, from the front matter.
    pub was: BTreeMap<String, String>,
}

/// Reads a file that is text, of at most so many bytes; where it is not, the report says why.
pub fn data(path: &Path, largest: u64) -> Result<(Option<String>, Report), Error> {
    let mut report = Report::new();
    let mut file = fs::File::open(path).map_err(Error::read(path))?;
    let mut content = Vec::new();
    // Not by its length: a pipe has none.
    let read = std::io::Read::take(&mut file, largest + 1).read_to_end(&mut content);
    read.map_err(Error::read(path))?;
    let name = slashed(path);
    if content.len() as u64 > largest {
        let message = format!("this file is larger than {}", megabytes(largest));
        report.add(name, "", [fault("too-large", message, "compare its parts")]);
        return Ok((None, report));
    }
    match bytes::text(content) {
        Ok(text) => Ok((Some(text), report)),
        Err(wrong) => {
            let (shown, found) = *wrong;
            report.add(name, &shown, [found]);
            Ok((None, report))
        }
    }
}

/// Reads one markdown file, with or without front matter, to be compared with another. What is wrong
/// in its text is for `check` to say; only a file that is not text at all is reported.
pub fn single(path: &Path) -> Result<(Option<Single>, Report), Error> {
    let (text, mut report) = data(path, LARGEST)?;
    let Some(text) = text else { return Ok((None, report)) };
    let text = text.strip_prefix('\u{FEFF}').map_or_else(|| text.clone(), str::to_owned);
    let name = slashed(path);
    let (front, mut body, found) = front_matter::version(&text, "", false);
    match &front {
        Some(_) => {}
        // Translations may be compared like any two texts; they have no `was`.
        None if is_ours(&text[..body.start]) && front_matter::translation(&text).2.is_empty() => {}
        // Its `was` is lost, and that shows in the comparison; the texts are compared all the same.
        None if is_ours(&text[..body.start]) => {
            let warning = |found: Diagnostic| Diagnostic { severity: Severity::Warning, ..found };
            report.add(name, &text, found.into_iter().map(warning));
        }
        // What other tools write above a text may be shown by them: it is compared like the text.
        None => body.start = 0,
    }
    // A text without our front matter was not written for us.
    let imported = front.as_ref().is_none_or(|f| f.source.is_some());
    let was = front.map_or_else(BTreeMap::new, |f| f.was);
    let (text, _) = markdown::parse(&text, body, markdown::Options { imported });
    Ok((Some(Single { text, was }), report))
}

/// Whether front matter, be it wrong, is that of a version or a translation.
fn is_ours(front: &str) -> bool {
    let key =
        |line: &str| ["effective:", "summary:", "changes:", "source:"].iter().any(|k| line.starts_with(k));
    front.lines().any(key)
}

/// A site's own templates (name, text) and assets (path, bytes); see [`overrides`].
pub type Overrides = (Vec<(String, String)>, Vec<(String, Vec<u8>)>);

/// Reads a site's own templates and assets. A folder that is not there holds none; its `README.md` tells
/// people of it and is no part of the site, like what editors leave behind.
pub fn overrides(templates: &Path, statics: &Path) -> Result<Overrides, Error> {
    let mut texts = Vec::new();
    for (name, path) in files_below(templates)? {
        let text = fs::read_to_string(&path).map_err(Error::read(&path))?;
        texts.push((name, text));
    }
    let mut assets = Vec::new();
    for (name, path) in files_below(statics)? {
        assets.push((name, fs::read(&path).map_err(Error::read(&path))?));
    }
    Ok((texts, assets))
}

/// Every file below a folder but for litter, by its path with `/`.
fn files_below(dir: &Path) -> Result<Vec<(String, PathBuf)>, Error> {
    if !dir.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    let visible = |name: &std::ffi::OsStr| !names::is_litter(&name.to_string_lossy());
    let walk = WalkDir::new(dir).follow_links(false).sort_by_file_name();
    for entry in walk.into_iter().filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name())) {
        let entry = entry.map_err(|error| walk_error(dir, error))?;
        if entry.file_type().is_file() {
            let relative = entry.path().strip_prefix(dir).unwrap_or(entry.path());
            files.push((slashed(relative), entry.into_path()));
        }
    }
    Ok(files)
}

fn slashed(path: &Path) -> String {
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn walk_error(dir: &Path, error: walkdir::Error) -> Error {
    let path = error.path().unwrap_or(dir).to_owned();
    let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("a loop of links"));
    Error::Read { path, source }
}

/// A mistake of a file as such.
fn fault(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Diagnostic {
    Diagnostic::error(code, 0..0, message, hint)
}

/// The names in a content folder.
struct Folder {
    dir: PathBuf,
    /// As it is shown: what the user typed, with `/`.
    shown: String,
    /// The names of files in it.
    files: BTreeSet<String>,
    /// The folders in it and the names of the files in each.
    policies: BTreeMap<String, BTreeSet<String>>,
    report: Report,
}

impl Folder {
    fn list(dir: &Path) -> Result<Self, Error> {
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
    fn name(&self, path: &str) -> String {
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
    fn read(&self, path: &str, cap: u64, report: &mut Report) -> Result<Option<String>, Error> {
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

fn megabytes(bytes: u64) -> String {
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

fn site(folder: &Folder, report: &mut Report) -> Result<Option<Settings>, Error> {
    if !folder.files.contains("site.yaml") {
        let misnamed = folder.files.iter().any(|name| name.to_lowercase().starts_with("site.y"));
        if !misnamed {
            let message = "there is no `site.yaml`";
            let hint = format!("make the file with lines like these:\n{}", settings::MINIMAL_SITE);
            report.add(folder.name("site.yaml"), "", [fault("missing-file", message, hint)]);
        }
        return Ok(None);
    }
    let Some(text) = folder.read("site.yaml", SETTINGS_CAP as u64, report)? else { return Ok(None) };
    let (site, found) = settings::site(&text);
    report.add(folder.name("site.yaml"), &text, found);
    Ok(site)
}

/// Reads the log of decisions. What it tells of has to be here.
fn events(folder: &Folder, policies: &[Arc<Policy>], report: &mut Report) -> Result<Vec<Event>, Error> {
    if !folder.files.contains("events.yaml") {
        return Ok(Vec::new());
    }
    let Some(text) = folder.read("events.yaml", EVENTS_CAP as u64, report)? else { return Ok(Vec::new()) };
    let (log, mut found) = events::read(&text);
    let log = log.unwrap_or_default();
    let known: BTreeSet<&str> = log.iter().map(|event| event.policy.as_str()).collect();
    for gone in known.into_iter().filter(|id| !folder.policies.contains_key(*id)) {
        let at = text.find(&format!("{gone}@")).unwrap_or(0);
        let message = format!("the policy `{gone}` is published, and its folder is not here");
        let hint =
            format!("put the folder `{gone}` back; what is published stays, also when it no longer applies");
        found.push(Diagnostic::error("sealed-missing", at..at + gone.len(), message, hint));
    }
    // A seal that went missing would make everything it held a text like any other.
    let has_seal = |id: &str| folder.policies.get(id).is_some_and(|names| names.contains("seal.yaml"));
    for policy in policies.iter().filter(|policy| !has_seal(&policy.id)) {
        if let Some(event) = log.iter().find(|event| event.policy == policy.id) {
            let at = text.find(&event.id).unwrap_or(0);
            let message = format!("the policy `{}` is published, and its `seal.yaml` is not here", policy.id);
            let hint = "put that file back as it was (with git: `git log -- seal.yaml` in its folder)";
            found.push(Diagnostic::error("sealed-missing", at..at + event.id.len(), message, hint));
        }
    }
    if found.is_empty() {
        found.extend(policies.iter().filter_map(|policy| untold(policy, &log)));
    }
    report.add(folder.name("events.yaml"), &text, found);
    Ok(log)
}

/// What is published and not told in the log.
fn untold(policy: &Policy, log: &[Event]) -> Option<Diagnostic> {
    let told: BTreeSet<&str> =
        log.iter().filter(|event| event.policy == policy.id).map(|event| event.version.as_str()).collect();
    let sealed = policy.seal.as_ref()?.versions.iter().map(|sealed| sealed.version.as_str());
    let untold: Vec<String> =
        sealed.filter(|v| !told.contains(v)).map(|v| format!("`{}@{v}`", policy.id)).collect();
    let message = format!("other services were never told of {}", untold.join(", "));
    let hint = "run `clauseline seal`: it adds what is missing";
    (!untold.is_empty()).then(|| Diagnostic::warning("untold", 0..0, message, hint))
}

/// Reads the files of one policy's folder.
fn files(folder: &Folder, id: &str, names: &BTreeSet<String>) -> Result<Files, Error> {
    let mut report = Report::new();
    let mut roles = BTreeMap::new();
    let beside: BTreeSet<&str> = names.iter().map(String::as_str).collect();
    for name in names {
        match names::role(name, &beside) {
            Ok(role) => {
                roles.insert(role, name.clone());
            }
            Err(found) => report.add(folder.name(&format!("{id}/{name}")), "", [found]),
        }
    }
    let read: Vec<Result<_, Error>> = roles
        .par_iter()
        .filter(|(role, _)| **role != Role::Ignored)
        .map(|(role, name)| {
            let path = format!("{id}/{name}");
            let cap = if *role == Role::Settings { SETTINGS_CAP as u64 } else { LARGEST };
            let mut report = Report::new();
            let text = folder.read(&path, cap, &mut report)?;
            Ok((role.clone(), TextFile { name: folder.name(&path), text }, report))
        })
        .collect();
    let mut texts = BTreeMap::new();
    for read in read {
        let (role, file, found) = read?;
        report.absorb(found);
        texts.insert(role, file);
    }
    Ok(Files { id: id.to_owned(), folder: folder.name(id), texts, report })
}
