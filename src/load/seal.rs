//! What of a policy's folder is not as it was sealed.
//!
//! Pure: the seal says that something is otherwise, and a copy of the file as it was sealed, where
//! there is one, what it was. A file that could not be read is told of elsewhere and not here again.

use std::collections::BTreeMap;
use std::ops::Range;

use super::names::Role;
use super::policy::TextFile;
use crate::diagnostic::{Diagnostic, Report};
use crate::policy::diff::diff;
use crate::policy::excerpt::marked;
use crate::policy::front_matter;
use crate::policy::markdown::{self, digest};
use crate::policy::seal::{Part, Seal, Sealed};
use crate::policy::yaml::locate;
use crate::policy::{FrontMatter, Kind, Text, Version};

/// A file that is not as it was sealed.
#[derive(Debug)]
pub(super) struct Altered {
    /// Its name in the policy's folder.
    pub(super) name: String,
    /// As it is shown.
    pub(super) file: String,
    text: String,
    policy: String,
    sealed: Sealed,
    what: What,
}

#[derive(Debug)]
enum What {
    Version { parts: Vec<Part>, version: Box<Version> },
    Translation { draft: bool, next: u32 },
}

/// What is published is no draft, and all else is. Of what is published, what is not as it was sealed
/// goes into the list, and what is not there into the report.
pub(super) fn judge(
    policy: &str,
    seal: &Seal,
    seal_file: (&str, &str),
    texts: &BTreeMap<Role, TextFile>,
    versions: &mut [Version],
    report: &mut Report,
) -> Vec<Altered> {
    seal.mark_drafts(versions);
    let mut altered = Vec::new();
    for version in versions.iter() {
        let Some(sealed) = seal.of(&version.id) else { continue };
        for (language, revisions) in &version.translations {
            for translation in revisions {
                let as_sealed = sealed.translation(language, translation);
                let role = Role::Translation {
                    version: version.id.clone(),
                    language: language.clone(),
                    revision: translation.revision,
                };
                let draft = translation.front_draft;
                if as_sealed == Some(false) || (as_sealed.is_some() && draft) {
                    let here = revisions.iter().map(|t| t.revision);
                    let published =
                        sealed.translations.keys().filter(|(l, _)| l == language).map(|(_, n)| *n);
                    let next = here.chain(published).max().unwrap_or(1) + 1;
                    let what = What::Translation { draft: as_sealed == Some(true), next };
                    altered.extend(of(policy, &role, texts, sealed, what));
                }
            }
        }
        let parts = sealed.broken(version);
        if !parts.is_empty() {
            let role = Role::Version(version.id.clone());
            let what = What::Version { parts, version: Box::new(version.clone()) };
            altered.extend(of(policy, &role, texts, sealed, what));
        }
    }
    for sealed in &seal.versions {
        let here = |role: &Role| texts.contains_key(role);
        let translations = sealed.translations.keys().map(|(language, revision)| Role::Translation {
            version: sealed.version.clone(),
            language: language.clone(),
            revision: *revision,
        });
        for role in std::iter::once(Role::Version(sealed.version.clone())).chain(translations) {
            if !here(&role) {
                report.add(seal_file.0, seal_file.1, [missing(policy, sealed, &role, seal_file.1, versions)]);
            }
        }
    }
    altered
}

fn of(
    policy: &str,
    role: &Role,
    texts: &BTreeMap<Role, TextFile>,
    sealed: &Sealed,
    what: What,
) -> Option<Altered> {
    let file = texts.get(role)?;
    Some(Altered {
        name: role.file_name(),
        file: file.name.clone(),
        text: file.text.clone()?,
        policy: policy.to_owned(),
        sealed: sealed.clone(),
        what,
    })
}

fn missing(policy: &str, sealed: &Sealed, role: &Role, seal: &str, versions: &[Version]) -> Diagnostic {
    let (id, name) = (&sealed.version, role.file_name());
    let at = seal.find(&format!("'{id}'")).unwrap_or(0);
    let renamed = versions.iter().find(|v| v.draft && sealed.broken(v).is_empty());
    let hint = match renamed {
        Some(other) => format!(
            "`{}.md` has its text: rename it back to `{id}.md`; the name of a published version is its address for ever",
            other.id
        ),
        None => format!(
            "put it back: `clauseline restore {policy}@{id}`; what is published stays, also when it no longer applies"
        ),
    };
    Diagnostic::error(
        "sealed-missing",
        at..at + id.len() + 2,
        format!("`{name}` is published, and its file is not here"),
        hint,
    )
}

impl Altered {
    /// The file's text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// What is to be told of it, with the file as it was sealed where there is a copy.
    pub(super) fn explained(&self, copy: Option<&str>) -> Vec<Diagnostic> {
        let ways = Ways { policy: &self.policy, version: &self.sealed.version };
        match &self.what {
            What::Translation { draft: true, .. } => {
                let yaml = front_matter::split(&self.text).0.unwrap_or(0..0);
                let at = locate(&self.text, yaml, &["draft"]);
                let message = "this translation is published, so it cannot be a draft";
                vec![Diagnostic::error("sealed-key", at, message, "delete the line")]
            }
            What::Translation { draft: false, next } => {
                let revised = format!("`{}`", self.revised(*next));
                let message = "this translation is published, and it is not what was published";
                let hint = format!(
                    "to undo it: `{}`\na better translation is a file of its own: copy this file to {revised}, then undo",
                    ways.undo()
                );
                let body = front_matter::split(&self.text).1;
                let evidence = copy.map_or(no_copy(copy), |copy| {
                    let was = body_of(copy);
                    let (now, _) =
                        markdown::parse(&self.text, body.clone(), markdown::Options { imported: true });
                    redline(&was, &now).0
                });
                vec![Diagnostic::error("sealed-text", body.start..body.start, message, hint).with(evidence)]
            }
            What::Version { parts, version } => {
                let was = copy.and_then(|copy| {
                    let (front, body, _) = front_matter::version(copy, &version.id, false);
                    let (text, _) = markdown::parse(copy, body, markdown::Options { imported: true });
                    // A copy that is not what was sealed tells nothing.
                    (text.digest == self.sealed.text).then_some((front, text))
                });
                let shown = parts.iter().flat_map(|part| self.part(*part, version, was.as_ref(), &ways));
                let text = |found: &Diagnostic| found.code == "sealed-text" && was.is_none();
                shown.map(|found| if text(&found) { found.with(no_copy(copy)) } else { found }).collect()
            }
        }
    }

    fn part(
        &self,
        part: Part,
        version: &Version,
        was: Option<&(Option<FrontMatter>, Text)>,
        ways: &Ways<'_>,
    ) -> Vec<Diagnostic> {
        let sealed = &self.sealed;
        let yaml = front_matter::split(&self.text).0.unwrap_or(0..0);
        let at = |key: &str| locate(&self.text, yaml.clone(), &[key]);
        let fixed = |key: &str, span: Range<usize>, was: &str, hint: String| {
            let message = format!("`{key}` was published as {was}, and what is published stays");
            Diagnostic::error("sealed-key", span, message, hint)
        };
        let write = |line: &str| format!("write `{line}`");
        match part {
            Part::Text => {
                let body = front_matter::split(&self.text).1;
                let shown = was.map(|(_, was)| redline(was, &version.text));
                let (words, span) = shown.map_or((None, None), |(words, span)| (Some(words), span));
                let span = span.unwrap_or(body.start..body.start);
                let message = "this text is published, and it is not what was published";
                let found = Diagnostic::error("sealed-text", span, message, ways.hint());
                vec![match words {
                    Some(words) => found.with(words),
                    None => found,
                }]
            }
            Part::Announced => {
                let line = format!("announced: {}", sealed.announced);
                vec![fixed("announced", at("announced"), &format!("`{}`", sealed.announced), write(&line))]
            }
            Part::Kind => {
                let (kind, more) = match &sealed.kind {
                    Kind::Initial => ("initial", String::new()),
                    Kind::Amendment => ("amendment", String::new()),
                    Kind::Correction(of) => ("correction", format!("` and `corrects: {of}")),
                    Kind::Revert(of) => ("revert", format!("` and `reverts: {of}")),
                };
                let hint = match (&sealed.kind, at("kind").is_empty()) {
                    // Nobody touched this file.
                    (Kind::Initial, true) => "another version was put before it: texts older than what is published are a policy of their own, which this one `succeeds` in `policy.yaml`".to_owned(),
                    _ => write(&format!("kind: {kind}{more}")),
                };
                vec![fixed("kind", at("kind"), &format!("`{kind}`"), hint)]
            }
            Part::Action => {
                let was = sealed.action.and_then(front_matter::action_word);
                let shown = was.map_or("nothing".to_owned(), |was| format!("`{was}`"));
                let hint = was.map_or("delete the line".to_owned(), |was| write(&format!("action: {was}")));
                vec![fixed("action", at("action"), &shown, hint)]
            }
            Part::Draft => {
                let message = "this version is published, so it cannot be a draft";
                let hint = "delete the line; a version that is not in force yet is taken back by `withdrawn: YYYY-MM-DD`";
                vec![Diagnostic::error("sealed-key", at("draft"), message, hint)]
            }
            Part::Said => {
                let front = was.and_then(|(front, _)| front.as_ref());
                let now = &version.front;
                let keys = [
                    ("summary", front.is_none_or(|was| was.summary != now.summary)),
                    ("changes", front.is_none_or(|was| !same_notes(was, now))),
                    ("was", front.is_none_or(|was| was.was != now.was)),
                    ("source", front.is_none_or(|was| was.source != now.source)),
                ];
                let changed: Vec<&str> =
                    keys.iter().filter(|(_, other)| *other).map(|(key, _)| *key).collect();
                let place =
                    changed.iter().map(|key| at(key)).find(|span| !span.is_empty()).unwrap_or(at("summary"));
                let keys: Vec<String> = changed.iter().map(|key| format!("`{key}`")).collect();
                let message = match keys.as_slice() {
                    [] => "what `seal.yaml` says was said of this version is not what its copy below `.sealed` says: one of them was edited".to_owned(),
                    keys => format!("what {} said was published, and what is published stays", keys.join(", ")),
                };
                let hint = format!("to undo it: `{}`", ways.undo());
                vec![Diagnostic::error("sealed-key", place, message, hint)]
            }
        }
    }

    /// The name of another revision of this translation.
    fn revised(&self, revision: u32) -> String {
        let stem = self.name.trim_end_matches(".md");
        let number = |(_, number): &(&str, &str)| number.parse::<u32>().is_ok();
        let stem = stem.rsplit_once(".r").filter(number).map_or(stem, |(stem, _)| stem);
        format!("{stem}.r{revision}.md")
    }
}

/// How to go on.
struct Ways<'a> {
    policy: &'a str,
    version: &'a str,
}

impl Ways<'_> {
    fn undo(&self) -> String {
        format!("clauseline restore {}@{}", self.policy, self.version)
    }

    fn hint(&self) -> String {
        let Self { policy, version } = self;
        format!(
            "to undo it: `{}`\nif it is in force, to publish it as a correction, which changes no meaning: `clauseline new {policy} --corrects {version}`, which takes your words and puts the published ones back\nif it changes what the policy means, it is a new version: undo it, which keeps your words in a file beside this one, then copy them into what `clauseline new {policy}` makes",
            self.undo()
        )
    }
}

/// Why what was published is not shown.
fn no_copy(copy: Option<&str>) -> String {
    let why = match copy {
        None => "there is no copy of it below `.sealed`",
        Some(_) => "its copy below `.sealed`, or `seal.yaml`, was edited as well",
    };
    format!("what was published cannot be shown: {why}")
}

fn same_notes(one: &FrontMatter, other: &FrontMatter) -> bool {
    let said = |front: &FrontMatter| {
        let bare = FrontMatter { summary: None, was: BTreeMap::new(), source: None, ..front.clone() };
        digest(&front_matter::words_said(&bare))
    };
    said(one) == said(other)
}

fn body_of(file: &str) -> Text {
    markdown::parse(file, front_matter::split(file).1, markdown::Options { imported: true }).0
}

/// How many changed clauses are shown.
const SHOWN: usize = 8;

/// All that changed between two texts in words, and where the first of it stands in the new one.
fn redline(old: &Text, new: &Text) -> (String, Option<Range<usize>>) {
    let diff = diff(old, new, &BTreeMap::new());
    let changed = || diff.changes.iter().filter(|c| !c.is_quiet() || !c.classes.is_empty());
    let first = changed().filter_map(|c| new.clauses.get(*c.new.first()?)).map(|c| c.span.clone()).next();
    let shown: Vec<String> = changed()
        .map(|change| {
            let side = |text: &Text, clauses: &[usize]| {
                clauses.first().and_then(|c| text.clauses.get(*c)).map(|c| c.id.clone())
            };
            let id = side(new, &change.new).or_else(|| side(old, &change.old)).unwrap_or_default();
            format!("{id}: {}", marked((old, new), change))
        })
        .collect();
    let words = match shown.len() {
        0 => "nothing changed that a reader sees: marks of markdown, or white space".to_owned(),
        n if n > SHOWN => format!("{}\nand {} more", shown[..SHOWN].join("\n"), n - SHOWN),
        _ => shown.join("\n"),
    };
    (words, first)
}
