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
use crate::policy::events::Event;
use crate::policy::links::Targets;
use crate::policy::yaml::SETTINGS_CAP;
use crate::policy::{Language, Policy, Settings, Text, front_matter, markdown, settings};

mod bytes;
pub mod elsewhere;
mod folder;
pub mod git;
mod known;
mod line;
mod links;
mod log;
mod names;
mod place;
mod policy;
mod seal;

pub use known::Known;
pub use names::translation_name;
pub use place::{is_there, place};

use folder::{Folder, megabytes};
use known::Ground;
use log::events;
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
    /// The files of each policy's versions and translations that are not published as they are; only where
    /// they were asked for.
    pub files: BTreeMap<String, Arc<VersionFiles>>,
    /// What was decided so far, from `events.yaml`.
    pub events: Vec<Event>,
    /// All that is wrong.
    pub report: Report,
}

impl Loaded {
    /// The file of a version or translation that is not published as it is.
    pub fn file(&self, policy: &str, name: &str) -> Option<&VersionFile> {
        self.files.get(policy)?.get(name)
    }
}

/// The files of versions and translations of a policy, by name.
pub type VersionFiles = BTreeMap<String, VersionFile>;

/// The file of a version or translation.
#[derive(Clone, Debug, PartialEq, Eq)]
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
/// are judged by, differ from what is known. A policy that is as it was is the very same value, and so are
/// its files.
pub fn workbench_again(dir: &Path, statics: &Path, known: &mut Known) -> Result<Loaded, Error> {
    read(dir, statics, true, known)
}

/// Reads a content folder for those who work on it: with the files of what is not published yet.
pub fn workbench(dir: &Path, statics: &Path) -> Result<Loaded, Error> {
    workbench_again(dir, statics, &mut Known::default())
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
            read.files = Arc::default();
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
    let (mut policies, mut files) = (Vec::new(), BTreeMap::new());
    for policy in read {
        report.absorb(policy.report.clone());
        policies.extend(policy.policy.clone());
        files.insert(policy.id.clone(), Arc::clone(&policy.files));
    }
    let events = events(&folder, &policies, time_zone, &mut report)?;
    Ok(Loaded { site, policies, files, events, report })
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
