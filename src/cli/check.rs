//! `clauseline check`, and the gate for all commands that ask it.

use std::io::{self, IsTerminal};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::build::count;
use super::environment::today;
use super::{Color, Content, Outcome, print, say};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::load::{self, Loaded};
use crate::policy::calendar::Tz;
use crate::policy::gate::{Judged, Source, gate};

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
}

impl Check {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let loaded = load::workbench(&self.content.content, &self.content.statics()?)?;
        let zone = loaded.site.as_ref().map_or(Tz::UTC, |site| site.time_zone);
        let (mut report, _) = judged(&loaded, today(self.as_of.as_deref(), zone)?);
        report.absorb(loaded.report);
        match self.format {
            Format::Human if report.is_empty() => {}
            Format::Human => say(report.human(color.on(io::stderr().is_terminal())).trim_end()),
            Format::Json => print(&report.json())?,
            Format::Github => print(&report.github())?,
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

/// What holds up the versions that are not published yet, on a day: told in a report, and for each policy
/// in their order.
pub(super) fn judged(loaded: &Loaded, today: NaiveDate) -> (Report, Vec<Vec<Judged<'_>>>) {
    let mut report = Report::new();
    let mut all = Vec::new();
    for policy in &loaded.policies {
        let file = |version: &str| loaded.files.get(&(policy.id.clone(), format!("{version}.md")));
        let source = |version: &str| {
            file(version).map(|f| Source { text: &f.text, start: f.yaml.start, end: f.yaml.end })
        };
        let judged = gate(policy, today, source);
        for one in &judged {
            if let Some(file) = file(&policy.versions[one.version].id) {
                report.add(file.name.as_str(), &file.text, one.found.clone());
            }
        }
        all.push(judged);
    }
    (report, all)
}
