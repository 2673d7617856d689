//! `clauseline check`: what loading found, and what the review says.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::build::{count, unsealed};
use super::environment::today;
use super::{Color, Content, Outcome, print, say};
use crate::error::Error;
use crate::load;
use crate::policy::Policy;
use crate::policy::calendar::Tz;
use crate::review::reviews;

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
        let (mut report, judged) = reviews(&loaded, today(self.as_of.as_deref(), zone)?);
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
            unpublished(&loaded.policies, report.errors() == 0);
        }
        Ok(if report.errors() == 0 { Outcome::Fine } else { Outcome::Mistakes })
    }
}

/// Says what nobody sees yet, lest somebody thinks it is published.
fn unpublished(policies: &[Arc<Policy>], fine: bool) {
    let versions = policies.iter().flat_map(|policy| policy.versions.iter().map(move |v| (policy, v)));
    let drafts = versions.filter(|(_, v)| v.front.draft).map(|(policy, v)| format!("{}@{}", policy.id, v.id));
    let drafts: Vec<String> = drafts.collect();
    if !drafts.is_empty() {
        say(&format!("drafts, which no reader sees: {}", drafts.join(", ")));
    }
    let ready: Vec<String> = policies.iter().flat_map(|policy| unsealed(policy)).collect();
    if fine && !ready.is_empty() {
        say(&format!("ready to be published by `clauseline seal`: {}", ready.join(", ")));
    }
}
