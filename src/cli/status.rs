//! `clauseline status`: where each policy stands, on one screen.

use std::io::{self, IsTerminal};
use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;
use rayon::prelude::*;
use serde::Serialize;

use super::build::count;
use super::due::{Event, Format, away, next};
use super::environment::today;
use super::{Color, Content, Outcome, print, say};
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::error::Error;
use crate::load;
use crate::policy::calendar::{Tz, rfc3339};
use crate::policy::gate::Judged;
use crate::policy::seal;
use crate::policy::standing::{Standing, lacks, standing};
use crate::policy::{Policy, Version};
use crate::review::reviews;
use crate::site::names;

mod screen;

#[derive(Debug, Args)]
pub(super) struct Status {
    #[command(flatten)]
    content: Content,
    /// The day that is asked about, YYYY-MM-DD in the site's time zone.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How to tell it.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

/// All that is told.
#[derive(Debug, Serialize)]
struct Desk {
    as_of: String,
    policies: Vec<PolicyDesk>,
    /// What happens on the next day on which anything does, and a build is owed.
    next_build: Vec<Event>,
}

/// Where a policy stands.
#[derive(Debug, Serialize)]
struct PolicyDesk {
    policy: String,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    in_force: Option<Applied>,
    /// The policy that continues it: then what is in force here applies to nobody new.
    #[serde(skip_serializing_if = "Option::is_none")]
    continued_by: Option<String>,
    upcoming: Vec<Coming>,
    unannounced: Vec<Coming>,
    drafts: Vec<Draft>,
    notices: Vec<Showing>,
    lagging: Vec<Behind>,
}

#[derive(Debug, Serialize)]
struct Applied {
    version: String,
    since: String,
    since_at: String,
    days: i64,
}

#[derive(Debug, Serialize)]
struct Coming {
    version: String,
    announced: String,
    effective: String,
    effective_at: String,
    /// Until it takes effect.
    days_left: i64,
    /// Until it is announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    announced_in: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    untranslated: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Draft {
    version: String,
    effective: String,
    days_left: i64,
    lacks: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Showing {
    version: String,
    until: String,
    until_at: String,
    days_left: i64,
}

#[derive(Debug, Serialize)]
struct Behind {
    language: String,
    /// The version that was last translated.
    from: String,
    clauses: usize,
}

impl Status {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let content = self.content.content.display().to_string();
        let loaded = load::workbench(&self.content.content, &self.content.statics()?)?;
        let (Some(settings), 0) = (&loaded.site, loaded.report.errors()) else {
            let errors = count(loaded.report.errors(), "mistake", "mistakes");
            say(&format!("{content}: {errors}; `clauseline check` names each"));
            return Ok(Outcome::Mistakes);
        };
        let zone = settings.time_zone;
        let today = today(self.as_of.as_deref(), zone)?;
        let (policies, report) = (&loaded.policies, &loaded.report);
        // What holds up versions that nobody has published yet is no mistake here, but what they lack.
        let (_, judged) = reviews(&loaded, today);
        // And what is decided anew of published versions does not hold before it is sealed.
        let published = seal::published(policies.clone());
        let desk = Desk {
            as_of: today.to_string(),
            policies: policies
                .par_iter()
                .zip(&judged)
                .zip(&published)
                .map(|((policy, judged), published)| {
                    let found = judged.iter().map(|one| (policy.versions[one.version].id.as_str(), one));
                    let desk = desk(published, &found.collect::<Vec<_>>(), report, today, zone);
                    let continues = |p: &&Arc<Policy>| {
                        p.settings.succeeds.as_ref().is_some_and(|(earlier, _)| *earlier == policy.id)
                    };
                    let next = policies.iter().find(continues).map(|p| p.id.clone());
                    PolicyDesk { continued_by: next, ..desk }
                })
                .collect(),
            next_build: next(&published, today, zone),
        };
        print(&match self.format {
            Format::Human => {
                screen::screen(&desk, &settings.title, today, color.on(io::stdout().is_terminal()))
            }
            Format::Json => {
                let text = serde_json::to_string_pretty(&desk);
                text.map_err(|e| Error::Json { name: "status".into(), source: Box::new(e) })? + "\n"
            }
        })?;
        Ok(Outcome::Fine)
    }
}

fn desk(
    policy: &Policy,
    judged: &[(&str, &Judged<'_>)],
    report: &Report,
    today: NaiveDate,
    zone: Tz,
) -> PolicyDesk {
    let Standing { in_force, upcoming, unannounced, drafts, notices, lagging } = standing(policy, today);
    let left = |day: NaiveDate| (day - today).num_days();
    let coming = |version: &Version, action: Option<&'static str>, untranslated: Vec<String>| Coming {
        version: version.id.clone(),
        announced: version.front.announced.to_string(),
        effective: version.front.effective.to_string(),
        effective_at: rfc3339(version.front.effective, zone),
        days_left: left(version.front.effective),
        announced_in: Some(left(version.front.announced)).filter(|days| *days > 0),
        action,
        untranslated,
    };
    let draft = |version: &Version| {
        let judged = judged.iter().find(|(id, _)| *id == version.id);
        let mut lacks = lacks(version, judged.map(|(_, judged)| *judged));
        lacks.extend(warnings(policy, version, report));
        Draft {
            version: version.id.clone(),
            effective: version.front.effective.to_string(),
            days_left: left(version.front.effective),
            lacks,
        }
    };
    PolicyDesk {
        policy: policy.id.clone(),
        title: policy.settings.title.clone(),
        continued_by: None,
        in_force: in_force.map(|version| Applied {
            version: version.id.clone(),
            since: version.front.effective.to_string(),
            since_at: rfc3339(version.front.effective, zone),
            days: -left(version.front.effective),
        }),
        upcoming: upcoming
            .into_iter()
            .map(|c| {
                let untranslated = c.untranslated.iter().map(|l| l.0.clone()).collect();
                coming(c.version, Some(names::action_name(c.action)), untranslated)
            })
            .collect(),
        unannounced: unannounced.into_iter().map(|version| coming(version, None, Vec::new())).collect(),
        drafts: drafts.into_iter().map(draft).collect(),
        notices: notices
            .into_iter()
            .map(|(version, until)| Showing {
                version: version.id.clone(),
                until: until.to_string(),
                until_at: rfc3339(until, zone),
                days_left: left(until),
            })
            .collect(),
        lagging: lagging
            .into_iter()
            .map(|l| Behind { language: l.language.0.clone(), from: l.from.id.clone(), clauses: l.clauses })
            .collect(),
    }
}

/// That `check` has something to say of the files of a version.
fn warnings(policy: &Policy, version: &Version, report: &Report) -> Option<String> {
    let stem = format!("/{}/{}.", policy.id, version.id);
    // `2027-01-15.md` and `2027-01-15.es.md`, not `2027-01-15.2.md`.
    let ours = |file: &str| {
        let rest = file.rfind(&stem).and_then(|at| file.get(at + stem.len()..));
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    // What is missing altogether is told by name.
    let other = |found: &Diagnostic| found.severity == Severity::Warning && found.code != "missing-key";
    let found = report.iter().filter(|(file, found)| ours(file) && other(found)).count();
    (found > 0).then(|| format!("a look at {}", count(found, "warning", "warnings")))
}

/// `in 9 days`, for a number of days.
fn days(n: i64, today: NaiveDate) -> String {
    let day = if n < 0 {
        today.checked_sub_days(chrono::Days::new(n.unsigned_abs()))
    } else {
        today.checked_add_days(chrono::Days::new(n.unsigned_abs()))
    };
    day.map_or_else(String::new, |day| away(today, day))
}
