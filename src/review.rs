//! What those who work on policies are told before anything is published: what holds a version up, what
//! may be pasted into its file, and what in its texts should be looked at again.
//!
//! The core judges a version and knows no files; loading knows files and judges no version. Here the two
//! are joined, once for all who ask: commands ask about a whole folder, the preview about one policy, and
//! with every key that is pressed. What loading found wrong is in its own report and not here.

use chrono::NaiveDate;

use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::load::{Loaded, VersionFiles, translation_name};
use crate::policy::advice::{Subject, advice};
use crate::policy::gate::{Judged, Source, gate};
use crate::policy::{FrontMatter, Kind, Language, Policy, Settings, Text, Version, suggest};

/// What is told of one policy.
#[derive(Debug)]
pub struct Review<'a> {
    /// What holds up its versions, with what may be pasted: mistakes; of a draft in its author's own word,
    /// which may be unfinished, warnings.
    pub held: Report,
    /// What should be looked at again, and holds up nothing.
    pub advice: Report,
    /// What both are made from, version by version.
    pub judged: Vec<Judged<'a>>,
}

/// Which of the versions that are not published are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All: the first time that anything is published, each is judged.
    Unpublished,
    /// Those that somebody works on. Where nothing was ever sealed these are drafts and the last version.
    InWork,
}

/// Every policy's review on a day, in their order: what is told of all of them in one report, and what
/// that is made from.
pub fn reviews(loaded: &Loaded, today: NaiveDate) -> (Report, Vec<Vec<Judged<'_>>>) {
    let names = names(loaded.site.as_ref(), loaded.policies.iter().map(AsRef::as_ref));
    let (mut report, mut all) = (Report::new(), Vec::new());
    let none = VersionFiles::new();
    for policy in &loaded.policies {
        let files = loaded.files.get(&policy.id).map_or(&none, AsRef::as_ref);
        let review = review(policy, files, &names, today, Reach::Unpublished);
        report.absorb(review.held);
        report.absorb(review.advice);
        all.push(review.judged);
    }
    (report, all)
}

/// The names of the site, of its publisher and of all policies, which are no defined terms.
pub fn names<'a>(site: Option<&'a Settings>, policies: impl Iterator<Item = &'a Policy>) -> Vec<&'a str> {
    let site = site.into_iter().flat_map(|site| [site.title.as_str(), site.organisation.as_str()]);
    policies.map(|policy| policy.settings.title.as_str()).chain(site).collect()
}

/// The review of one policy with its files, on a day.
pub fn review<'a>(
    policy: &'a Policy,
    files: &VersionFiles,
    names: &[&str],
    today: NaiveDate,
    reach: Reach,
) -> Review<'a> {
    let (mut held, mut advised) = (Report::new(), Report::new());
    let of_version = |version: &str| files.get(&format!("{version}.md"));
    let source = |index: usize| {
        // What was sealed and is decided anew has its file, too.
        let looked_at = reach == Reach::Unpublished || policy.seal.is_some() || policy.can_change(index);
        let file = of_version(&policy.versions.get(index)?.id).filter(|_| looked_at)?;
        Some(Source { text: &file.text, start: file.yaml.start, end: file.yaml.end })
    };
    let judged = gate(policy, today, source);
    for one in &judged {
        let version = &policy.versions[one.version];
        let Some(file) = of_version(&version.id) else { continue };
        let (stops, rest): (Vec<_>, Vec<_>) =
            one.found.iter().cloned().partition(|found| found.severity == Severity::Error);
        let severity = if version.front.draft { Severity::Warning } else { Severity::Error };
        held.add(file.name.as_str(), &file.text, stops.into_iter().map(|f| Diagnostic { severity, ..f }));
        held.paste(&file.name, &paste(policy, version, one));
        advised.add(file.name.as_str(), &file.text, rest);
    }
    for (name, text, language, front) in worth_advice(policy) {
        if let Some(file) = files.get(&name) {
            let found = advice(&Subject { file: &file.text, text, language, front, names });
            advised.add(file.name.as_str(), &file.text, found);
        }
    }
    Review { held, advice: advised, judged }
}

/// The entries that the changes of a version lack.
fn paste(policy: &Policy, version: &Version, judged: &Judged<'_>) -> String {
    let Some(comparison) = judged.comparison.as_ref().filter(|_| !judged.open.is_empty()) else {
        return String::new();
    };
    let mut entries = suggest::entries(comparison, &judged.open, &policy.settings.controlling_language);
    if matches!(version.front.kind, Kind::Correction(_)) {
        // Nothing in it is material; why it only looks so is for a person to say.
        for entry in &mut entries {
            entry.suggestion.material = false;
            entry.suggestion.reason = Some("");
        }
    }
    if entries.is_empty() {
        return String::new();
    }
    let key = if version.front.changes.is_empty() { "changes:" } else { "# below `changes:`" };
    format!("{key}\n{}", suggest::yaml(&entries))
}

/// The texts that somebody can still change, each with the name of its file: what is not published; where
/// nothing was ever sealed, drafts and the last version.
fn worth_advice(policy: &Policy) -> Vec<(String, &Text, &Language, &FrontMatter)> {
    let open = |(i, version): &(usize, &Version)| policy.can_change(*i) && version.front.source.is_none();
    let mut all = Vec::new();
    for (_, version) in policy.versions.iter().enumerate().filter(open) {
        let front = &version.front;
        all.push((format!("{}.md", version.id), &version.text, &policy.settings.controlling_language, front));
        for (language, revisions) in &version.translations {
            let last = revisions.last().map(|t| (translation_name(&version.id, language, t.revision), t));
            all.extend(last.map(|(name, t)| (name, &t.text, language, front)));
        }
    }
    all
}
