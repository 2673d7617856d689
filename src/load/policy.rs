//! One policy out of the texts of its folder.
//!
//! Pure: the texts are read already. Versions are read in two steps, because what the front matter
//! of one may leave out depends on whether another comes before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::line::{self, Context, Read};
use super::names::Role;
use super::seal::Altered;
use super::{VersionFile, VersionFiles, fault};
use crate::diagnostic::{Diagnostic, Report};
use crate::policy::front_matter::{self, Header};
use crate::policy::links::Targets;
use crate::policy::yaml::{closest, quoted};
use crate::policy::{
    Language, Policy, PolicySettings, Text, Translation, Version, calendar, markdown, seal, settings,
};

/// The files of a policy's folder.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Files {
    pub(super) id: String,
    /// The folder as it is shown.
    pub(super) folder: String,
    pub(super) texts: BTreeMap<Role, TextFile>,
    /// What is wrong with names and bytes.
    pub(super) report: Report,
}

/// A file and its text, where it has one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TextFile {
    /// As it is shown.
    pub(super) name: String,
    pub(super) text: Option<String>,
}

/// A policy's folder, read and judged.
#[derive(Debug)]
pub(super) struct PolicyRead {
    pub(super) id: String,
    /// `policy.yaml`, where it could be read: its name and text.
    pub(super) settings_file: Option<(String, String)>,
    pub(super) settings: Option<PolicySettings>,
    /// The ids of all versions, also of those that could not be read.
    pub(super) versions: BTreeSet<String>,
    /// `None` where there are no settings or no versions.
    pub(super) policy: Option<Arc<Policy>>,
    /// The files of versions and translations that are not published as they are, by name.
    pub(super) files: Arc<VersionFiles>,
    /// Files that are not as they were sealed.
    pub(super) altered: Vec<Altered>,
    pub(super) report: Report,
}

/// Makes a policy of its files.
pub(super) fn policy(
    files: Files,
    language: &Language,
    time_zone: Option<calendar::Tz>,
    targets: &Targets,
) -> PolicyRead {
    let Files { id, folder, mut texts, mut report } = files;
    if !is_policy(&texts, &report) {
        let message = "this folder is no policy: it has neither a `policy.yaml` nor a version";
        let hint = "add both, or move the folder out of the content";
        let mut report = Report::new();
        report.add(folder, "", [fault("not-a-policy", message, hint)]);
        let versions = BTreeSet::new();
        return PolicyRead {
            id,
            settings_file: None,
            settings: None,
            versions,
            policy: None,
            files: Arc::default(),
            altered: Vec::new(),
            report,
        };
    }
    let settings_file = settings_file(&id, &folder, &mut texts, &mut report);
    let settings = settings_file.as_ref().and_then(|(name, text)| {
        let (settings, found) = settings::policy(text, language);
        report.add(name, text, found);
        settings
    });
    let seal_file = texts.remove(&Role::Seal).and_then(|file| Some((file.name, file.text?)));
    let ids: BTreeSet<&str> = texts
        .keys()
        .filter_map(|role| match role {
            Role::Version(id) => Some(id.as_str()),
            _ => None,
        })
        .collect();
    if ids.is_empty() {
        let message = "this policy has no version";
        let hint = "put its text into a file named after its effective day, for example `2018-05-15.md`";
        report.add(folder, "", [fault("no-version", message, hint)]);
    }
    empty_files(&texts, &mut report);
    let seal = seal_file.as_ref().and_then(|(name, text)| {
        let (seal, found) = seal::read(text);
        report.add(name, text, found);
        seal
    });
    let (settings_read, seal_read) = (settings.as_ref(), seal.as_ref());
    let context = Context { ids: &ids, complete: true, settings: settings_read, seal: seal_read, time_zone };
    let reader = Reader { policy: &id, targets };
    let versions = versions(&texts, context, reader, &mut report);
    let controlling = settings.as_ref().map_or(language, |settings| &settings.controlling_language);
    translation_names(&id, &texts, &ids, controlling, &mut report);
    let mut versions = translated(versions, &texts, reader, &mut report);
    let altered = match (&seal, &seal_file) {
        (Some(seal), Some((name, text))) => {
            super::seal::judge(&id, seal, (name, text), &texts, &mut versions, &mut report)
        }
        _ => Vec::new(),
    };
    let ids: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    let files = Arc::new(open_files(&versions, seal.as_ref(), texts));
    let policy = settings.clone().filter(|_| !versions.is_empty());
    PolicyRead {
        versions: ids,
        policy: policy.map(|settings| Arc::new(Policy { id: id.clone(), settings, versions, seal })),
        id,
        settings_file,
        settings,
        files,
        altered,
        report,
    }
}

/// The files of versions and translations that the seal does not know as they are, by name.
fn open_files(
    versions: &[Version],
    seal: Option<&seal::Seal>,
    mut texts: BTreeMap<Role, TextFile>,
) -> VersionFiles {
    let mut open = VersionFiles::new();
    let mut take = |role: Role| {
        let Some(TextFile { name, text: Some(text) }) = texts.remove(&role) else { return };
        let yaml = front_matter::split(&text).0.unwrap_or(0..0);
        open.insert(role.file_name(), VersionFile { name, text, yaml });
    };
    for version in versions {
        let sealed = seal.and_then(|seal| seal.of(&version.id));
        let days = (version.front.effective, version.front.withdrawn);
        if sealed.is_none_or(|s| (s.effective, s.withdrawn) != days) {
            take(Role::Version(version.id.clone()));
        }
        for (language, revisions) in &version.translations {
            for translation in
                revisions.iter().filter(|t| sealed.is_none_or(|s| s.translation(language, t).is_none()))
            {
                let (version, language, revision) =
                    (version.id.clone(), language.clone(), translation.revision);
                take(Role::Translation { version, language, revision });
            }
        }
    }
    open
}

/// Whether anybody meant the folder to be a policy; mistakes in names show that as well.
fn is_policy(texts: &BTreeMap<Role, TextFile>, report: &Report) -> bool {
    !texts.is_empty() || report.errors() > 0
}

fn settings_file(
    id: &str,
    folder: &str,
    texts: &mut BTreeMap<Role, TextFile>,
    report: &mut Report,
) -> Option<(String, String)> {
    if let Some(file) = texts.remove(&Role::Settings) {
        return file.text.map(|text| (file.name, text));
    }
    // `Policy.yaml` and the like are told to be renamed, which is enough.
    let misnamed = report.iter().any(|(name, found)| {
        let name = name.rsplit('/').next().unwrap_or_default().to_lowercase();
        name.starts_with("policy.y") && matches!(found.code, "bad-name" | "bad-extension")
    });
    if !misnamed {
        let message = format!("the policy `{id}` has no `policy.yaml`");
        let hint =
            format!("make the file with the policy's name for readers in it: `title: {}`", as_title(id));
        report.add(format!("{folder}/policy.yaml"), "", [fault("missing-file", message, hint)]);
    }
    None
}

/// `terms-of-use` → `Terms of use`
fn as_title(id: &str) -> String {
    let words = id.replace(['-', '.'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn empty_files(texts: &BTreeMap<Role, TextFile>, report: &mut Report) {
    for file in texts.values() {
        if file.text.as_deref().is_some_and(is_empty) {
            let hint = "write the version into it, or delete the file";
            report.add(file.name.as_str(), "", [fault("empty-file", "there is nothing in this file", hint)]);
        }
    }
}

fn is_empty(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim().is_empty()
}

/// A version's file that has a text, and its front matter.
struct Candidate<'a> {
    id: &'a str,
    file: &'a str,
    text: &'a str,
    header: Header<'a>,
    /// The day it takes effect, or may: where its front matter is wrong, its name tells.
    day: Option<NaiveDate>,
    /// Neither draft nor withdrawn.
    live: bool,
}

/// The versions that could be read, in order.
fn versions(
    texts: &BTreeMap<Role, TextFile>,
    context: Context<'_>,
    reader: Reader<'_>,
    report: &mut Report,
) -> Vec<Version> {
    let candidates: Vec<Candidate<'_>> =
        texts.par_iter().filter_map(|(role, file)| candidate(role, file)).collect();
    let first = candidates
        .iter()
        .filter(|candidate| candidate.live && !candidate.header.is_correction())
        .filter_map(|candidate| Some((candidate.day?, candidate.id)))
        .min();
    let read: Vec<_> = candidates
        .into_par_iter()
        .map(|candidate| {
            let before = |first| candidate.day.is_some_and(|day| (day, candidate.id) <= first);
            let is_first = first.is_none_or(before) && !candidate.header.is_correction();
            let (file, text) = (candidate.file, candidate.text);
            (file, text, version(candidate, is_first, reader))
        })
        .collect();
    let mut versions = Vec::new();
    for (file, text, (read, found)) in read {
        report.add(file, text, found);
        versions.extend(read);
    }
    line::sort(&mut versions);
    let complete = versions.len() == context.ids.len();
    for (index, found) in line::check(&versions, &Context { complete, ..context }) {
        report.add(versions[index].file, versions[index].text, [found]);
    }
    versions.into_iter().map(|read| read.version).collect()
}

fn candidate<'a>(role: &'a Role, file: &'a TextFile) -> Option<Candidate<'a>> {
    let Role::Version(id) = role else { return None };
    let text = file.text.as_deref().filter(|text| !is_empty(text))?;
    let header = Header::read(text);
    let effective = header.effective();
    Some(Candidate {
        id,
        file: &file.name,
        text,
        day: effective.map(|(day, _)| day).or_else(|| calendar::parse_day(id)),
        live: effective.is_none_or(|(_, live)| live),
        header,
    })
}

fn version<'a>(
    candidate: Candidate<'a>,
    first: bool,
    reader: Reader<'_>,
) -> (Option<Read<'a>>, Vec<Diagnostic>) {
    let Candidate { id, file, text: source, header, .. } = candidate;
    let (yaml, body) = (header.yaml.clone().unwrap_or(0..0), header.body.clone());
    let options = markdown::Options { imported: header.is_imported() };
    let (front, mut found) = header.version(id, first);
    let (text, in_text) = reader.body(source, body, options);
    found.extend(in_text);
    let version = front.map(|front| Version {
        id: id.to_owned(),
        draft: front.draft,
        front,
        text,
        translations: BTreeMap::new(),
    });
    (version.map(|version| Read { file, text: source, yaml, version }), found)
}

/// What it takes to judge a text besides the text.
#[derive(Clone, Copy)]
struct Reader<'a> {
    policy: &'a str,
    targets: &'a Targets,
}

impl Reader<'_> {
    /// The text below the front matter.
    fn body(self, file: &str, body: Range<usize>, options: markdown::Options) -> (Text, Vec<Diagnostic>) {
        let (end, empty) = (body.end, file[body.clone()].trim().is_empty());
        let (text, mut found) = markdown::parse(file, body, options);
        if empty {
            let message = "there is no text below the front matter";
            let hint = "write the text of the policy below the second `---`";
            found.push(Diagnostic::error("no-text", end..end, message, hint));
        }
        found.extend(self.targets.check(&text, file, self.policy));
        (text, found)
    }
}

/// What is wrong with a translation by its name alone.
fn translation_names(
    policy: &str,
    texts: &BTreeMap<Role, TextFile>,
    ids: &BTreeSet<&str>,
    controlling: &Language,
    report: &mut Report,
) {
    for (role, file) in texts {
        let Role::Translation { version, language, revision } = role else { continue };
        let mut found = Vec::new();
        if !ids.contains(version.as_str()) {
            let message = format!("`{policy}` has no version `{version}` that this could translate");
            let hint = match closest(version, ids.iter().copied()) {
                Some(other) => format!("did you mean `{other}.{language}.md`? else add `{version}.md`"),
                None => format!("add `{version}.md`, or rename this file after the version it translates"),
            };
            found.push(fault("translation-of-nothing", message, hint));
        }
        if language == controlling {
            let message =
                format!("`{language}` is the language whose text controls; it needs no translation");
            let hint = format!(
                "keep its text in `{version}.md`, or write another `controlling_language` into `policy.yaml`"
            );
            found.push(fault("translation-of-itself", message, hint));
        }
        let before = Role::Translation {
            version: version.clone(),
            language: language.clone(),
            revision: revision.saturating_sub(1),
        };
        if *revision > 1 && !texts.contains_key(&before) {
            let before = match revision {
                2 => format!("{version}.{language}.md"),
                revision => format!("{version}.{language}.r{}.md", revision - 1),
            };
            let message = format!("this revises `{before}`, which is not here");
            let hint = format!("keep `{before}`, or rename this file to it");
            found.push(fault("missing-revision", message, hint));
        }
        report.add(file.name.as_str(), "", found);
    }
}

/// The versions with their translations.
fn translated(
    mut versions: Vec<Version>,
    texts: &BTreeMap<Role, TextFile>,
    reader: Reader<'_>,
    report: &mut Report,
) -> Vec<Version> {
    let read: Vec<_> = texts
        .par_iter()
        .filter_map(|(role, file)| {
            let Role::Translation { version, language, revision } = role else { return None };
            let source = file.text.as_deref().filter(|text| !is_empty(text))?;
            let (front, body, mut found) = front_matter::translation(source);
            let (text, in_text) = reader.body(source, body, markdown::Options::default());
            found.extend(in_text);
            let translation = front.map(|front| Translation {
                title: front.title,
                summary: front.summary,
                changes: front.changes,
                revision: *revision,
                draft: front.draft,
                front_draft: front.draft,
                text,
            });
            Some((version, language, file, source, translation, found))
        })
        .collect();
    let places: BTreeMap<String, usize> =
        versions.iter().enumerate().map(|(index, version)| (version.id.clone(), index)).collect();
    // Revisions come after what they revise.
    for (id, language, file, source, translation, mut found) in read {
        if let (Some(index), Some(translation)) = (places.get(id), translation) {
            let version = &mut versions[*index];
            found.extend(unknown_changes(version, &translation));
            version.translations.entry(language.clone()).or_default().push(translation);
        }
        report.add(file.name.as_str(), source, found);
    }
    versions
}

/// A translation summarises the changes that its version names, under the same ids.
fn unknown_changes(version: &Version, translation: &Translation) -> Vec<Diagnostic> {
    let known = || version.front.changes.iter().flat_map(|note| &note.clauses).map(|(id, _)| id.as_str());
    let named = translation.changes.iter().flat_map(|note| &note.clauses);
    named
        .filter(|(id, _)| !known().any(|other| other == id))
        .map(|(id, span)| {
            let message = format!("`changes` of `{}.md` do not name {}", version.id, quoted(id));
            let hint = match known().next() {
                Some(_) => line::among(id, known(), "they name"),
                None => "say it there first, or delete this entry".to_owned(),
            };
            Diagnostic::error("unknown-clause", span.clone(), message, hint)
        })
        .collect()
}
