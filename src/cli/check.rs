//! `clauseline check`

use std::io::{self, IsTerminal};

use clap::{Args, ValueEnum};

use super::build::count;
use super::{Color, Content, Outcome, print, say};
use crate::error::Error;
use crate::load;

#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    content: Content,
    /// How to name the mistakes.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
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
        let loaded = load::content(&self.content.content)?;
        let report = &loaded.report;
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
            say(&format!(
                "{}: {policies}, {versions}: {}",
                self.content.content.display(),
                total(report.errors(), report.warnings())
            ));
        }
        Ok(if report.errors() == 0 { Outcome::Fine } else { Outcome::Mistakes })
    }
}

/// `2 errors, 1 warning`
pub(super) fn total(errors: usize, warnings: usize) -> String {
    match (errors, warnings) {
        (0, 0) => "no mistakes".to_owned(),
        (0, w) => count(w, "warning", "warnings"),
        (e, 0) => count(e, "error", "errors"),
        (e, w) => format!("{}, {}", count(e, "error", "errors"), count(w, "warning", "warnings")),
    }
}
