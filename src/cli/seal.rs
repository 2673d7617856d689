//! `clauseline seal` and `clauseline restore`

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;

use super::build::count;
use super::environment::today;
use super::{Color, Content, Outcome, say};
use crate::error::Error;
use crate::load::{self, Loaded, elsewhere, translation_name};
use crate::policy::events::{self, Event, What};
use crate::policy::history::{History, Materiality, Release, history};
use crate::policy::seal::{Decided, Decision, Seal, Sealed, decide};
use crate::policy::{Action, Language, Policy, Version};
use crate::review::reviews;
use crate::site::names;
use crate::write::{NewFile, put};

#[derive(Debug, Args)]
pub(super) struct SealArgs {
    /// Only these policies [default: all]
    policies: Vec<String>,
    #[command(flatten)]
    content: Content,
    /// Say what would be sealed, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// The day it is sealed on, YYYY-MM-DD in the site's time zone [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    #[command(flatten)]
    content: Content,
    /// The published version to put back: `privacy@2025-06-15`.
    #[arg(value_name = "POLICY@VERSION")]
    release: String,
}

impl SealArgs {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let dir = &self.content.content;
        let mut loaded = load::workbench(dir, &self.content.statics()?)?;
        let stderr = color.on(io::stderr().is_terminal());
        let day = match &loaded.site {
            Some(site) => today(self.as_of.as_deref(), site.time_zone)?,
            None => NaiveDate::MIN,
        };
        let (mut report, _) = reviews(&loaded, day);
        report.absorb(std::mem::take(&mut loaded.report));
        if report.errors() > 0 {
            say(report.human(stderr).trim_end());
            say("nothing was sealed");
            return Ok(Outcome::Mistakes);
        }
        if let Some(unknown) = self.policies.iter().find(|id| loaded.policies.iter().all(|p| p.id != **id)) {
            let ids: Vec<String> = loaded.policies.iter().map(|p| format!("`{}`", p.id)).collect();
            return Err(Error::Usage(format!("there is no policy `{unknown}`; there is {}", ids.join(", "))));
        }
        let mut log = std::mem::take(&mut loaded.events);
        let last = log.iter().map(|event| event.recorded).max();
        let wanted = |policy: &&Arc<Policy>| self.policies.is_empty() || self.policies.contains(&policy.id);
        let mut plan = Plan::default();
        for policy in loaded.policies.iter().filter(wanted) {
            plan.add(dir, &loaded, policy, &mut log, day)?;
        }
        if plan.told.is_empty() {
            say(&format!("{}: all that is to be published is sealed already", dir.display()));
            return Ok(Outcome::Fine);
        }
        if let Some(last) = last.filter(|last| day < *last) {
            return Err(Error::Usage(format!(
                "the last decision was sealed on {last}, so nothing can be sealed on {day}: leave out `--as-of` and \
                 `SOURCE_DATE_EPOCH`, or set the clock of this machine"
            )));
        }
        let zone = loaded.site.as_ref().map_or("", |site| site.time_zone.name());
        // The log first: what it tells twice it knows, and what it never told nobody would.
        plan.files.insert(0, file(dir.join("events.yaml"), &events::to_yaml(&log, zone)));
        if !self.dry_run {
            put(&plan.files)?;
        }
        plan.told.iter().for_each(|line| say(line));
        // But for those that are cured by sealing.
        let cured = ["untold", "never-sealed"];
        let left = report.iter().filter(|(_, found)| !cured.contains(&found.code)).count();
        if left > 0 {
            let named = if left == 1 { "it" } else { "each" };
            say(&format!("{}; `clauseline check` names {named}", count(left, "warning", "warnings")));
        }
        say(if self.dry_run {
            "nothing was written: this is what `clauseline seal` would do"
        } else {
            "sealed; commit `events.yaml`, each `seal.yaml` and `.sealed`, and publish with `clauseline build`"
        });
        Ok(Outcome::Fine)
    }
}

/// What sealing writes, and what it says.
#[derive(Default)]
struct Plan {
    files: Vec<NewFile>,
    told: Vec<String>,
}

impl Plan {
    /// Adds what there is to seal of a policy, and tells the log.
    fn add(
        &mut self,
        dir: &Path,
        loaded: &Loaded,
        policy: &Policy,
        log: &mut Vec<Event>,
        day: NaiveDate,
    ) -> Result<(), Error> {
        let decided = decide(policy);
        let logged = log.len();
        let sealed = sealed(policy, &decided);
        let line = history(&sealed, NaiveDate::MAX, false);
        let seal = sealed.seal.iter();
        let untold: Vec<_> = seal.flat_map(|seal| events::untold(&policy.id, seal, log)).collect();
        for (version, what) in untold {
            log_decision(log, &line, version, what, day);
        }
        self.told.extend(decided.iter().map(|decision| tell(&line, decision)));
        let again = missing_copies(dir, policy)?;
        if !again.is_empty() {
            let files = count(again.len(), "file", "files");
            self.told.push(format!("{}: {files} copied again to `{}`", policy.id, load::COPIES));
            self.files.extend(again);
        }
        if !decided.is_empty() {
            self.files.extend(copies(dir, loaded, policy, &decided));
            let seal = sealed.seal.as_ref().map(Seal::to_yaml).unwrap_or_default();
            self.files.push(file(dir.join(&policy.id).join("seal.yaml"), &seal));
        }
        let more = (log.len() - logged).saturating_sub(decided.len());
        self.told.extend((more > 0).then(|| {
            format!("{}: its log was not complete; {} added", policy.id, count(more, "event", "events"))
        }));
        Ok(())
    }
}

/// Copies that are gone, made again of files that are as they were sealed.
fn missing_copies(dir: &Path, policy: &Policy) -> Result<Vec<NewFile>, Error> {
    let mut again = Vec::new();
    for sealed in policy.seal.iter().flat_map(|seal| &seal.versions) {
        let translations = sealed.translations.keys().map(|(language, n)| Some((language, *n)));
        for name in std::iter::once(None).chain(translations).map(|of| file_name(sealed, of)) {
            let place = dir.join(&policy.id).join(load::COPIES).join(&name);
            if elsewhere::if_there(&place)?.is_none()
                && let Some(contents) = elsewhere::if_there(&dir.join(&policy.id).join(&name))?
            {
                again.push(NewFile { path: place, contents, replace: true });
            }
        }
    }
    Ok(again)
}

/// The policy as it is once it is sealed.
fn sealed(policy: &Policy, decided: &[Decided]) -> Policy {
    let mut policy = policy.clone();
    if !decided.is_empty() {
        let seal = Seal::with(&policy);
        seal.mark_drafts(&mut policy.versions);
        policy.seal = Some(seal);
    }
    policy
}

fn log_decision(log: &mut Vec<Event>, line: &History<'_>, version: String, what: What, day: NaiveDate) {
    // What nobody will ever hear of is in no line of releases.
    let release = line.releases.iter().find(|r| r.version.id == version);
    let Some(front) = line.policy.versions.iter().find(|v| v.id == version).map(|v| &v.front) else { return };
    // A translation owes nobody anything: who accepted the version has accepted it in every language. And what
    // is withdrawn asks for nothing any more.
    let owes = !matches!(what, What::TranslationPublished(..) | What::Withdrawn(_));
    let notice = release.and_then(|release| release.notice(line.policy)).filter(|_| owes);
    let action = release.map_or(front.action, Release::action);
    let materiality =
        line.policy.seal.as_ref().and_then(|seal| seal.of(&version)).map(|sealed| sealed.materiality);
    events::append(
        log,
        Event {
            seq: 0,
            id: String::new(),
            policy: line.policy.id.clone(),
            version,
            recorded: day,
            announced: front.announced,
            effective: front.effective,
            notice_until: notice.map(|(_, until)| until),
            action: if owes { action } else { Some(Action::None) },
            materiality: materiality.filter(|_| owes).unwrap_or(Materiality::NotMaterial),
            what,
        },
    );
}

/// A decision in a line for people.
fn tell(line: &History<'_>, decided: &Decided) -> String {
    let id = format!("{}@{}", line.policy.id, decided.version);
    let release = line.releases.iter().find(|r| r.version.id == decided.version);
    let front = release.map(|r| &r.version.front);
    let effective = front.map(|f| f.effective.to_string()).unwrap_or_default();
    match &decided.decision {
        Decision::Published => {
            let kind = front.map_or("", |f| names::kind_name(&f.kind));
            let materiality = release.map_or("", |r| names::materiality_name(r.materiality));
            let announced = front.map(|f| f.announced.to_string()).unwrap_or_default();
            let action = release.and_then(|r| r.action()).map_or("unknown", |a| names::action_name(Some(a)));
            format!(
                "{id}: published as {kind}, announced {announced}, effective {effective}, {materiality}, action {action}"
            )
        }
        Decision::Rescheduled(from) => format!("{id}: takes effect on {effective} instead of {from}"),
        Decision::Withdrawn => format!("{id}: withdrawn"),
        Decision::Translated(Language(language), revision) => {
            let revision = if *revision > 1 { format!(", revision {revision}") } else { String::new() };
            format!("{id}: published in `{language}`{revision}")
        }
    }
}

/// The files that were sealed, as they are now.
fn copies(dir: &Path, loaded: &Loaded, policy: &Policy, decided: &[Decided]) -> Vec<NewFile> {
    let name = |decided: &Decided| match &decided.decision {
        Decision::Translated(language, revision) => translation_name(&decided.version, language, *revision),
        _ => format!("{}.md", decided.version),
    };
    let copy = |name: String| {
        let source = loaded.file(&policy.id, &name)?;
        Some(file(dir.join(&policy.id).join(load::COPIES).join(name), &source.text))
    };
    decided.iter().map(name).filter_map(copy).collect()
}

fn file(path: PathBuf, text: &str) -> NewFile {
    NewFile { path, contents: text.as_bytes().to_vec(), replace: true }
}

impl Restore {
    pub(super) fn run(self) -> Result<Outcome, Error> {
        let dir = &self.content.content;
        let loaded = load::content(dir, &self.content.statics()?)?;
        let release = &self.release;
        let Some((policy, version)) = release.split_once('@') else {
            return Err(Error::Usage(format!(
                "`{release}` names no version: write it like privacy@2025-06-15"
            )));
        };
        let policy = loaded.policies.iter().find(|p| p.id == policy);
        if let Some(policy) = policy.filter(|p| p.seal.is_none() && loaded.report.errors() > 0) {
            return Err(Error::Usage(format!(
                "of `{}` no seal can be read, so nobody knows what was published: `clauseline check` says how to put \
                 it back",
                policy.id
            )));
        }
        let sealed = policy.and_then(|p| Some((p, p.seal.as_ref()?.of(version)?)));
        let Some((policy, sealed)) = sealed else {
            return Err(Error::Usage(format!(
                "`{release}` is not published, so nothing of it can be put back"
            )));
        };
        let folder = dir.join(&policy.id);
        let (mut files, mut told) = (Vec::new(), Vec::new());
        for translation in broken(policy, sealed) {
            let name = file_name(sealed, translation);
            let Some(copy) = load::sealed_copy(dir, &policy.id, &name)? else {
                let place = folder.join(load::COPIES).join(&name);
                return Err(Error::Usage(format!(
                    "there is no copy of what was published in `{}`: take it from your version control, or from \
                     `policy.md` beside the published page of the version",
                    place.display()
                )));
            };
            let path = folder.join(&name);
            if !sealed.is_copy(translation, &copy) {
                let place = folder.join(load::COPIES).join(&name);
                return Err(Error::Usage(format!(
                    "`{}` is not what `seal.yaml` says was published: one of them was edited, too. Take both, and `{}`, \
                     from your version control as they were when they were last sealed",
                    place.display(),
                    path.display()
                )));
            }
            let there = elsewhere::if_there(&path)?;
            // Beside a file that cannot be read, its translations are not known, and may be as they were.
            if there.as_deref() == Some(copy.as_bytes()) {
                continue;
            }
            if let Some(words) = there {
                let kept = kept_name(&path)?;
                told.push(format!("{}: your words are kept in {}", path.display(), kept.display()));
                files.push(NewFile { path: kept, contents: words, replace: false });
            }
            told.push(format!("{}: put back as it was published", path.display()));
            files.push(file(path, &copy));
        }
        put(&files)?;
        if told.is_empty() {
            told.push(format!("{release} is as it was published"));
        }
        told.iter().for_each(|line| say(line));
        Ok(Outcome::Fine)
    }
}

/// A sealed version's files that are not as they were sealed: itself, and translations.
fn broken<'s>(policy: &Policy, sealed: &'s Sealed) -> Vec<Option<(&'s Language, u32)>> {
    let version = policy.versions.iter().find(|v| v.id == sealed.version);
    let decided =
        |v: &Version| (v.front.effective, v.front.withdrawn) != (sealed.effective, sealed.withdrawn);
    let itself = version.is_none_or(|version| !sealed.broken(version).is_empty() || decided(version));
    let mut files: Vec<_> = itself.then_some(None).into_iter().collect();
    for (language, revision) in sealed.translations.keys() {
        let translations = version.and_then(|v| v.translations.get(language));
        let translation = translations.and_then(|all| all.iter().find(|t| t.revision == *revision));
        if translation.is_none_or(|t| t.front_draft || sealed.translation(language, t) != Some(true)) {
            files.push(Some((language, *revision)));
        }
    }
    files
}

fn file_name(sealed: &Sealed, translation: Option<(&Language, u32)>) -> String {
    match translation {
        None => format!("{}.md", sealed.version),
        Some((language, revision)) => translation_name(&sealed.version, language, revision),
    }
}

/// Where words are kept that somebody wrote into a published file: beside it, and never over others.
fn kept_name(path: &Path) -> Result<PathBuf, Error> {
    let name = |n: usize| {
        let mut name = path.as_os_str().to_owned();
        name.push(if n == 0 { ".orig".to_owned() } else { format!(".{n}.orig") });
        PathBuf::from(name)
    };
    for n in 0.. {
        if elsewhere::if_there(&name(n))?.is_none() {
            return Ok(name(n));
        }
    }
    Ok(name(0))
}
