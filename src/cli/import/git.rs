//! `import git`: the history of a file, one version for each day on which its words changed.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::{Color, Outcome, Target, Told, day};
use crate::error::Error;
use crate::import::git::{Dates as From, How, versions};
use crate::import::{Finding, Refusal};
use crate::load::{self, elsewhere};
use crate::policy::calendar::Tz;

#[derive(Debug, Args)]
pub(super) struct Git {
    /// The folder of the repository.
    repository: PathBuf,
    /// The file, by its path in that folder; its earlier names are found.
    path: String,
    #[command(flatten)]
    target: Target,
    /// Where the day of a version comes from.
    #[arg(long, value_name = "WHAT", default_value = "commit")]
    dates: Dates,
    /// What becomes a version.
    #[arg(long, value_name = "WHAT", default_value = "day")]
    per: Per,
    /// Nothing before this day.
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Dates {
    /// The commit: the text was seen on that day.
    Commit,
    /// What the text states, where it states a day of its own.
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Per {
    /// The last state of each day.
    Day,
    /// The state at each tag.
    Tag,
}

impl Git {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let zone = elsewhere::time_zone(&self.target.content)?;
        let history = load::git::history(&self.repository, &self.path, self.per == Per::Tag)?;
        let dates = match self.dates {
            Dates::Commit => From::Commit,
            Dates::Text => From::Text,
        };
        let how =
            How { dates, since: self.since, zone: zone.unwrap_or(Tz::UTC), remote: history.remote.clone() };
        let (drafts, mut findings) = versions(&history.states, &how);
        if history.shallow {
            let message = "this clone is shallow: what lies before its first commit is missing; `git fetch --unshallow` gets it";
            findings.push(Finding::doubt("shallow", vec![], message));
        }
        if !history.without.is_empty() {
            let message = format!("the file was not there at {}", history.without.join(", "));
            findings.push(Finding::done("tags", vec![], message));
        }
        if zone.is_none() {
            let message = "there is no `site.yaml` yet: days begin in UTC";
            findings.push(Finding::doubt("time-zone", vec![], message));
        }
        let drafts: Vec<_> = drafts.into_iter().map(|draft| (self.target.policy.clone(), draft)).collect();
        let drafts = match drafts.is_empty() {
            false => Ok(drafts),
            true => Err(Refusal {
                message: "nothing in this history can become a version".to_owned(),
                hint: match self.per {
                    Per::Tag => "leave out `--per tag`, or name an earlier day with `--since`",
                    Per::Day => "name an earlier day with `--since`, or another file",
                }
                .to_owned(),
            }),
        };
        let input = format!("{} of {}", self.path, self.repository.display());
        Told { target: &self.target, input, findings }.finish(drafts, color)
    }
}
