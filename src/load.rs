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
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use walkdir::WalkDir;

use crate::diagnostic::{Diagnostic, Report};
use crate::error::Error;
use crate::policy::front_matter::{self, Header, TranslationFront};
use crate::policy::yaml::{SETTINGS_CAP, locate};
use crate::policy::{
    Language, Policy, PolicySettings, Settings, Text, Translation, Version, calendar, markdown, settings,
};

mod bytes;
mod line;
mod names;

use line::{Context, Read};
use names::Role;

/// The largest file that is read.
const LARGEST: u64 = 8 * 1024 * 1024;

/// A content folder, read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// `site.yaml`; `None` where it is missing or wrong.
    pub site: Option<Settings>,
    /// The policies, by id. What could not be read is not among them: with any error in the
    /// report nothing may be published.
    pub policies: Vec<Policy>,
    /// All that is wrong.
    pub report: Report,
}

/// Reads a content folder.
pub fn content(dir: &Path) -> Result<Loaded, Error> {
    require_folder(dir)?;
    let mut folder = Folder::list(dir)?;
    let mut report = std::mem::take(&mut folder.report);
    let site = site(&folder, &mut report)?;
    let language =
        site.as_ref().map_or_else(|| Language("en".to_owned()), |site| site.default_language.clone());
    let time_zone = site.as_ref().map(|site| site.time_zone);
    let read: Vec<Result<PolicyRead, Error>> = folder
        .policies
        .par_iter()
        .map(|(id, files)| policy(&folder, id, files, &language, time_zone))
        .collect();
    let read: Vec<PolicyRead> = read.into_iter().collect::<Result<_, _>>()?;
    check_links(&read, &mut report);
    let mut policies = Vec::new();
    for policy in read {
        report.absorb(policy.report);
        policies.extend(policy.policy);
    }
    Ok(Loaded { site, policies, report })
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

/// Reads one markdown file, with or without front matter, to be compared with another. What is wrong
/// in its text is for `check` to say; only a file that is not text at all is reported.
pub fn single(path: &Path) -> Result<(Option<Single>, Report), Error> {
    let mut report = Report::new();
    let mut file = fs::File::open(path).map_err(Error::read(path))?;
    let mut content = Vec::new();
    // Not by its length: a pipe has none.
    let read = std::io::Read::take(&mut file, LARGEST + 1).read_to_end(&mut content);
    read.map_err(Error::read(path))?;
    let name = slashed(path);
    if content.len() as u64 > LARGEST {
        let message = format!("this file is larger than {}", megabytes(LARGEST));
        report.add(name, "", [fault("too-large", message, "compare its parts")]);
        return Ok((None, report));
    }
    let text = match bytes::text(content) {
        Ok(text) => text,
        Err((shown, found)) => {
            report.add(name, &shown, [found]);
            return Ok((None, report));
        }
    };
    let (front, body, _) = front_matter::version(&text, "", false);
    let was = front.map_or_else(BTreeMap::new, |f| f.was);
    let (text, _) = markdown::parse(&text, body, markdown::Options { imported: true });
    Ok((Some(Single { text, was }), report))
}

/// A site's own templates (name, text) and assets (path, bytes); see [`overrides`].
pub type Overrides = (Vec<(String, String)>, Vec<(String, Vec<u8>)>);

/// Reads a site's own templates and assets. A folder that is not there holds none.
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
    let visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
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
            Err((shown, found)) => {
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

/// A policy's folder, read.
struct PolicyRead {
    id: String,
    /// `policy.yaml`, where it could be read: its name and text.
    settings_file: Option<(String, String)>,
    settings: Option<PolicySettings>,
    /// The ids of all versions, also of those that could not be read.
    versions: BTreeSet<String>,
    policy: Option<Policy>,
    report: Report,
}

/// A file of a policy, read.
struct TextFile {
    name: String,
    text: String,
}

fn policy(
    folder: &Folder,
    id: &str,
    files: &BTreeSet<String>,
    language: &Language,
    time_zone: Option<chrono_tz::Tz>,
) -> Result<PolicyRead, Error> {
    let mut report = Report::new();
    let roles = roles(folder, id, files, &mut report);
    let settings_file = settings_file(folder, id, files, &mut report)?;
    let settings = settings_file.as_ref().and_then(|(name, text)| {
        let (settings, found) = settings::policy(text, language);
        report.add(name, text, found);
        settings
    });
    let ids: BTreeSet<&str> = roles
        .keys()
        .filter_map(|role| match role {
            Role::Version(id) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    let texts = read_texts(folder, id, &roles, &mut report)?;
    let controlling = settings.as_ref().map_or(language, |settings| &settings.controlling_language);
    let mut translations =
        translations(&roles, &texts, &ids, controlling, &mut report, |path| folder.name(path), id);
    let context = |complete| Context { ids: &ids, complete, settings: settings.as_ref(), time_zone };
    let versions = versions(&roles, &texts, context, &mut report);
    if ids.is_empty() {
        let message = "this policy has no version";
        let hint = "put its text into a file named after its effective day, for example `2018-05-15.md`";
        report.add(folder.name(id), "", [fault("no-version", message, hint)]);
    }
    let versions: Vec<Version> = versions
        .into_iter()
        .map(|version| Version {
            translations: translations.remove(&version.id).unwrap_or_default(),
            ..version
        })
        .collect();
    let policy = settings.clone().filter(|_| !versions.is_empty());
    Ok(PolicyRead {
        id: id.to_owned(),
        versions: ids.iter().map(|id| (*id).to_owned()).collect(),
        policy: policy.map(|settings| Policy { id: id.to_owned(), settings, versions }),
        settings_file,
        settings,
        report,
    })
}

/// What each file is, with its name.
fn roles(folder: &Folder, id: &str, files: &BTreeSet<String>, report: &mut Report) -> BTreeMap<Role, String> {
    let beside: BTreeSet<&str> = files.iter().map(String::as_str).collect();
    let mut roles = BTreeMap::new();
    for name in files {
        match names::role(name, &beside) {
            Ok(role) => {
                roles.insert(role, format!("{id}/{name}"));
            }
            Err(found) => report.add(folder.name(&format!("{id}/{name}")), "", [found]),
        }
    }
    roles
}

fn settings_file(
    folder: &Folder,
    id: &str,
    files: &BTreeSet<String>,
    report: &mut Report,
) -> Result<Option<(String, String)>, Error> {
    let path = format!("{id}/policy.yaml");
    let name = folder.name(&path);
    if !files.contains("policy.yaml") {
        let misnamed = files.iter().any(|name| name.to_lowercase().starts_with("policy.y"));
        if !misnamed {
            let message = format!("the policy `{id}` has no `policy.yaml`");
            let hint = "make the file with the line `title: …`, the policy's name for readers";
            report.add(name, "", [fault("missing-file", message, hint)]);
        }
        return Ok(None);
    }
    let text = folder.read(&path, SETTINGS_CAP as u64, report)?;
    Ok(text.map(|text| (name, text)))
}

/// The texts of a policy, by path; those that could not be read are missing.
fn read_texts(
    folder: &Folder,
    _id: &str,
    roles: &BTreeMap<Role, String>,
    report: &mut Report,
) -> Result<BTreeMap<Role, TextFile>, Error> {
    let texts: Vec<(&Role, &String)> = roles
        .iter()
        .filter(|(role, _)| matches!(role, Role::Version(_) | Role::Translation { .. }))
        .collect();
    let read: Vec<Result<_, Error>> = texts
        .par_iter()
        .map(|(role, path)| {
            let mut report = Report::new();
            let text = folder.read(path, LARGEST, &mut report)?;
            let name = folder.name(path);
            let text = text.filter(|text| {
                let empty = text.trim_start_matches('\u{feff}').trim().is_empty();
                if empty {
                    let hint = "write the version into it, or delete the file";
                    report.add(
                        name.as_str(),
                        "",
                        [fault("empty-file", "there is nothing in this file", hint)],
                    );
                }
                !empty
            });
            Ok(((*role).clone(), text.map(|text| TextFile { name, text }), report))
        })
        .collect();
    let mut files = BTreeMap::new();
    for read in read {
        let (role, file, found) = read?;
        report.absorb(found);
        files.extend(file.map(|file| (role, file)));
    }
    Ok(files)
}

/// The versions that could be read, in order.
fn versions<'a>(
    roles: &BTreeMap<Role, String>,
    texts: &'a BTreeMap<Role, TextFile>,
    context: impl FnOnce(bool) -> Context<'a>,
    report: &mut Report,
) -> Vec<Version> {
    let files: Vec<(&str, &TextFile)> = texts
        .iter()
        .filter_map(|(role, file)| match role {
            Role::Version(id) => Some((id.as_str(), file)),
            _ => None,
        })
        .collect();
    let expected = roles.keys().filter(|role| matches!(role, Role::Version(_))).count();
    let headers: Vec<Header<'a>> = files.par_iter().map(|(_, file)| Header::read(&file.text)).collect();
    let first_day = first_day(&files, &headers);
    let read: Vec<_> = files
        .par_iter()
        .zip(headers)
        .map(|((id, file), header)| {
            let day = day_of(id, &header);
            let first = first_day.is_none_or(|first| day.is_some_and(|day| (day, *id) <= first));
            version(id, file, header, first)
        })
        .collect();
    let mut versions = Vec::new();
    for (file, (read, found)) in files.iter().zip(read) {
        report.add(file.1.name.as_str(), &file.1.text, found);
        versions.extend(read);
    }
    line::sort(&mut versions);
    let complete = versions.len() == expected;
    for (index, found) in line::check(&versions, &context(complete)) {
        report.add(versions[index].file, versions[index].text, [found]);
    }
    versions.into_iter().map(|read| read.version).collect()
}

/// The day a version takes effect, or may: where its front matter is wrong, its name tells.
fn day_of(id: &str, header: &Header<'_>) -> Option<chrono::NaiveDate> {
    header.effective().map(|(day, _)| day).or_else(|| calendar::parse_day(id))
}

/// When the first version takes effect that is neither draft nor withdrawn.
fn first_day<'a>(
    files: &[(&'a str, &TextFile)],
    headers: &[Header<'_>],
) -> Option<(chrono::NaiveDate, &'a str)> {
    let live =
        files.iter().zip(headers).filter(|(_, header)| header.effective().is_none_or(|(_, live)| live));
    live.filter_map(|((id, _), header)| Some((day_of(id, header)?, *id))).min()
}

fn version<'a>(
    id: &str,
    file: &'a TextFile,
    header: Header<'a>,
    first: bool,
) -> (Option<Read<'a>>, Vec<Diagnostic>) {
    let (yaml, body) = (header.yaml.clone().unwrap_or(0..0), header.body.clone());
    let options = markdown::Options { imported: header.is_imported() };
    let (front, mut found) = header.version(id, first);
    let (text, in_text) = read_body(&file.text, body, options);
    found.extend(in_text);
    let version =
        front.map(|front| Version { id: id.to_owned(), front, text, translations: BTreeMap::new() });
    (version.map(|version| Read { file: &file.name, text: &file.text, yaml, version }), found)
}

/// The text below the front matter.
fn read_body(
    text: &str,
    body: std::ops::Range<usize>,
    options: markdown::Options,
) -> (Text, Vec<Diagnostic>) {
    let empty = text[body.clone()].trim().is_empty();
    let end = body.end;
    let (read, mut found) = markdown::parse(text, body, options);
    if empty {
        let message = "there is no text below the front matter";
        let hint = "write the text of the policy below the second `---`";
        found.push(Diagnostic::error("no-text", end..end, message, hint));
    }
    (read, found)
}

/// The translations of each version.
fn translations(
    roles: &BTreeMap<Role, String>,
    texts: &BTreeMap<Role, TextFile>,
    ids: &BTreeSet<&str>,
    controlling: &Language,
    report: &mut Report,
    name: impl Fn(&str) -> String,
    policy: &str,
) -> BTreeMap<String, BTreeMap<Language, Translation>> {
    let mut all: BTreeMap<String, BTreeMap<Language, Translation>> = BTreeMap::new();
    // Revisions come after what they revise, so the highest stays.
    for (role, path) in roles {
        let Role::Translation { version, language, revision } = role else { continue };
        let predecessor = Role::Translation {
            version: version.clone(),
            language: language.clone(),
            revision: revision.saturating_sub(1),
        };
        if !ids.contains(version.as_str()) {
            let message = format!("`{policy}` has no version `{version}` that this could translate");
            let hint = match crate::policy::yaml::closest(version, ids.iter().copied()) {
                Some(other) => format!("did you mean `{other}.{language}.md`? else add `{version}.md`"),
                None => format!("add `{version}.md`, or rename this file after the version it translates"),
            };
            report.add(name(path), "", [fault("translation-of-nothing", message, hint)]);
        }
        if language == controlling {
            let message =
                format!("`{language}` is the language whose text controls; it needs no translation");
            let hint = format!(
                "keep its text in `{version}.md`, or write another `controlling_language` into `policy.yaml`"
            );
            report.add(name(path), "", [fault("translation-of-itself", message, hint)]);
        }
        if *revision > 1 && !roles.contains_key(&predecessor) {
            let before = match revision {
                2 => format!("{version}.{language}.md"),
                revision => format!("{version}.{language}.r{}.md", revision - 1),
            };
            let message = format!("this revises `{before}`, which is not here");
            report.add(
                name(path),
                "",
                [fault("missing-revision", message, format!("keep `{before}`, or rename this file to it"))],
            );
        }
        let Some(file) = texts.get(role) else { continue };
        let (front, body, mut found) = front_matter::translation(&file.text);
        let (text, in_text) = read_body(&file.text, body, markdown::Options::default());
        found.extend(in_text);
        report.add(file.name.as_str(), &file.text, found);
        if let Some(TranslationFront { title, summary, changes, draft }) = front {
            let translation = Translation { title, summary, changes, revision: *revision, draft, text };
            all.entry(version.clone()).or_default().insert(language.clone(), translation);
        }
    }
    all
}

/// Whether what policies say of each other is so.
fn check_links(read: &[PolicyRead], report: &mut Report) {
    let ids = || read.iter().map(|policy| policy.id.as_str());
    let succeeds: BTreeMap<&str, &str> = read
        .iter()
        .filter_map(|policy| {
            Some((policy.id.as_str(), policy.settings.as_ref()?.succeeds.as_ref()?.0.as_str()))
        })
        .collect();
    for policy in read {
        let (Some(settings), Some((name, text))) = (&policy.settings, &policy.settings_file) else {
            continue;
        };
        let others = || ids().filter(|id| *id != policy.id);
        let at = |path: &[&str]| locate(text, 0..text.len(), path);
        let mut found = Vec::new();
        for id in &settings.incorporates {
            if !others().any(|other| other == id) {
                let (message, hint) =
                    (format!("there is no other policy `{id}`"), line::among(id, others(), "the others are"));
                found.push(Diagnostic::error("unknown-policy", at(&["incorporates"]), message, hint));
            }
        }
        if let Some((id, version)) = &settings.succeeds {
            let span = at(&["succeeds"]);
            match read.iter().find(|other| other.id == *id && other.id != policy.id) {
                None => {
                    let (message, hint) = (
                        format!("there is no other policy `{id}`"),
                        line::among(id, others(), "the others are"),
                    );
                    found.push(Diagnostic::error("unknown-policy", span, message, hint));
                }
                Some(other) if !other.versions.contains(version) => {
                    let message = format!("the policy `{id}` has no version `{version}`");
                    let hint =
                        line::among(version, other.versions.iter().map(String::as_str), "its versions are");
                    found.push(Diagnostic::error("unknown-version", span, message, hint));
                }
                Some(_) if goes_round(&policy.id, &succeeds) => {
                    let message = "these policies succeed each other in a circle";
                    let hint = "delete `succeeds` in the one that came first";
                    found.push(Diagnostic::error("succeeds-circle", span, message, hint));
                }
                Some(_) => {}
            }
        }
        report.add(name.as_str(), text, found);
    }
}

fn goes_round(start: &str, succeeds: &BTreeMap<&str, &str>) -> bool {
    let chain = std::iter::successors(succeeds.get(start).copied(), |id| succeeds.get(id).copied());
    chain.take(succeeds.len()).any(|id| id == start)
}
