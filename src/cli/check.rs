//! `clauseline check`, and the gate for all commands that ask it.

use std::io::{self, IsTerminal};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::build::count;
use super::environment::today;
use super::seal::translation_name;
use super::{Color, Content, Outcome, print, say};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::load::{self, Loaded};
use crate::policy::advice::{Subject, advice};
use crate::policy::calendar::Tz;
use crate::policy::gate::{Judged, Source, gate};
use crate::policy::{FrontMatter, Kind, Language, Policy, Text, Version, suggest};

mod markdown;

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    content: Content,
    /// How to name the mistakes.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The day on which versions are to be published, YYYY-MM-DD in the site's time zone [default: today]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the line and what to type instead, on standard error.
    Human,
    /// One JSON object, on standard output.
    Json,
    /// Workflow commands that annotate a pull request, on standard output.
    Github,
    /// A comment on a pull request: what holds it up, and the redlines, on standard output.
    Markdown,
}

impl Check {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let loaded = load::workbench(&self.content.content, &self.content.statics()?)?;
        let zone = loaded.site.as_ref().map_or(Tz::UTC, |site| site.time_zone);
        let (mut report, judged) = judged(&loaded, today(self.as_of.as_deref(), zone)?);
        report.absorb(loaded.report.clone());
        match self.format {
            Format::Human if report.is_empty() => {}
            Format::Human => say(report.human(color.on(io::stderr().is_terminal())).trim_end()),
            Format::Json => print(&report.json())?,
            Format::Github => print(&report.github())?,
            Format::Markdown => print(&markdown::markdown(&report, &loaded.policies, &judged)?)?,
        }
        if self.format == Format::Human {
            let versions: usize = loaded.policies.iter().map(|p| p.versions.len()).sum();
            let (policies, versions) =
                (count(loaded.policies.len(), "policy", "policies"), count(versions, "version", "versions"));
            // The report ends with its own total.
            let fine = if report.is_empty() { ": no mistakes" } else { "" };
            say(&format!("{}: {policies}, {versions}{fine}", self.content.content.display()));
        }
        Ok(if report.errors() == 0 { Outcome::Fine } else { Outcome::Mistakes })
    }
}

/// What holds up the versions that are not published yet, on a day, and what should be looked at again in
/// them: told in a report, and what holds them up for each policy in their order.
pub(super) fn judged(loaded: &Loaded, today: NaiveDate) -> (Report, Vec<Vec<Judged<'_>>>) {
    let mut report = Report::new();
    let mut all = Vec::new();
    let titles = loaded.policies.iter().map(|policy| policy.settings.title.as_str());
    let site = loaded.site.iter().flat_map(|site| [site.title.as_str(), site.organisation.as_str()]);
    let names: Vec<&str> = titles.chain(site).collect();
    for policy in &loaded.policies {
        let file = |name: &str| loaded.files.get(&(policy.id.clone(), name.to_owned()));
        let of_version = |version: &str| file(&format!("{version}.md"));
        let source = |version: &str| {
            of_version(version).map(|f| Source { text: &f.text, start: f.yaml.start, end: f.yaml.end })
        };
        let judged = gate(policy, today, source);
        for one in &judged {
            let version = &policy.versions[one.version];
            if let Some(file) = of_version(&version.id) {
                report.add(file.name.as_str(), &file.text, one.found.clone());
                report.paste(&file.name, &paste(policy, version, one));
            }
        }
        for (name, text, language, front) in worth_advice(policy) {
            if let Some(file) = file(&name) {
                let found = advice(&Subject { file: &file.text, text, language, front, names: &names });
                report.add(file.name.as_str(), &file.text, found);
            }
        }
        all.push(judged);
    }
    (report, all)
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
