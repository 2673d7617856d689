//! `clauseline due`: when the next build is owed, and whether one is now.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::environment::today;
use super::{Color, Content, Outcome, print, say};
use crate::error::Error;
use crate::load;
use crate::policy::Policy;
use crate::policy::agenda::{Reason, Transition, agenda};
use crate::policy::calendar::{Tz, rfc3339};
use crate::policy::seal;
use crate::write::{Published, published};

/// Where a site is looked for if nobody says.
const PUBLIC: &str = "public";

#[derive(Debug, Args)]
pub(super) struct Due {
    #[command(flatten)]
    content: Content,
    /// The folder of the published site [default: `public`, where there is one]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// The day that is asked about, YYYY-MM-DD in the site's time zone.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How to tell it.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Tell nothing, only end with 0 or 3.
    #[arg(long, conflicts_with = "format")]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// In words.
    Human,
    /// One JSON object.
    Json,
}

/// What happens on a day, by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Event {
    /// The day.
    day: String,
    /// The instant it begins.
    at: String,
    /// `policy@version`
    release: String,
    /// `announced`, `effective`, `withdrawn`, `notice-ends` or `marks-end`
    reason: &'static str,
    /// The same in words.
    text: String,
}

/// The answer.
#[derive(Debug, Serialize)]
struct Answer {
    as_of: String,
    /// Whether a build is owed now.
    owed: bool,
    /// Why, where it is not because of a day: `not-published`, `undated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'static str>,
    /// The day the published site was built for.
    #[serde(skip_serializing_if = "Option::is_none")]
    built_for: Option<String>,
    /// What happened since.
    overdue: Vec<Event>,
    /// What happens on the next day on which anything does.
    next: Vec<Event>,
}

impl Due {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let loaded = load::content(&self.content.content, &self.content.statics()?)?;
        let (Some(settings), 0) = (&loaded.site, loaded.report.errors()) else {
            say(loaded.report.human(color.on(io::stderr().is_terminal())).trim_end());
            return Ok(Outcome::Mistakes);
        };
        let (zone, policies) = (settings.time_zone, &seal::published(loaded.policies));
        let today = today(self.as_of.as_deref(), zone)?;
        let folder = self.out.as_deref().unwrap_or(Path::new(PUBLIC));
        let (built_for, because) = match published(folder)? {
            Published::On(day) => (Some(day), None),
            Published::Undated => (None, Some("undated")),
            // Who names a folder wants a site in it.
            Published::Nothing => (None, self.out.as_ref().map(|_| "not-published")),
        };
        let overdue = built_for.map_or_else(Vec::new, |day| between(policies, day, today, zone));
        let answer = Answer {
            as_of: today.to_string(),
            owed: because.is_some() || !overdue.is_empty(),
            because,
            built_for: built_for.map(|day| day.to_string()),
            overdue,
            next: next(policies, today, zone),
        };
        match self.format {
            _ if self.quiet => {}
            Format::Human => print(&human(&answer, folder, today))?,
            Format::Json => {
                let text = serde_json::to_string_pretty(&answer);
                let text = text.map_err(|e| Error::Json { name: "due".into(), source: Box::new(e) })?;
                print(&(text + "\n"))?;
            }
        }
        Ok(if answer.owed { Outcome::Owed } else { Outcome::Fine })
    }
}

/// What happens after a day, up to and on another one.
fn between(policies: &[Arc<Policy>], after: NaiveDate, until: NaiveDate, zone: Tz) -> Vec<Event> {
    // A site built for a day that lies ahead shows what is not yet so.
    let (from, to) = (after.min(until), after.max(until));
    events(policies, zone, |policy| agenda(policy, from).take_while(|t| t.day <= to).collect())
}

/// What happens on the next day after this one on which anything does; nothing where nothing ever will.
pub(super) fn next(policies: &[Arc<Policy>], today: NaiveDate, zone: Tz) -> Vec<Event> {
    let first = |policy: &Arc<Policy>| agenda(policy, today).next().map(|t| t.day);
    let Some(day) = policies.iter().filter_map(first).min() else { return Vec::new() };
    events(policies, zone, |policy| {
        agenda(policy, today).skip_while(|t| t.day < day).take_while(|t| t.day == day).collect()
    })
}

fn events<'p>(
    policies: &'p [Arc<Policy>],
    zone: Tz,
    transitions: impl Fn(&'p Policy) -> Vec<Transition<'p>>,
) -> Vec<Event> {
    let of = |policy: &'p Arc<Policy>| {
        let event = move |t: Transition<'_>| Event::new(policy, &t, zone);
        transitions(policy).into_iter().map(event)
    };
    let mut events: Vec<Event> = policies.iter().flat_map(of).collect();
    events.sort_by(|a, b| a.day.cmp(&b.day));
    events
}

impl Event {
    fn new(policy: &Policy, transition: &Transition<'_>, zone: Tz) -> Self {
        let Transition { day, reason, version } = transition;
        let release = format!("{}@{}", policy.id, version.id);
        let (reason, what) = match reason {
            Reason::Announced => ("announced", "is announced"),
            Reason::Effective if version.front.announced == version.front.effective => {
                ("effective", "is announced and takes effect")
            }
            Reason::Effective => ("effective", "takes effect"),
            Reason::Withdrawn => ("withdrawn", "is withdrawn"),
            Reason::NoticeEnds => ("notice-ends", "is no longer told of by a banner"),
            Reason::MarksEnd => ("marks-end", "is no longer marked as a change of late"),
        };
        let text = format!("{release} {what}");
        Self { day: day.to_string(), at: rfc3339(*day, zone), release, reason, text }
    }

    /// The day, and what happens on it.
    pub(super) fn line(&self) -> String {
        format!("{}  {}", self.day, self.text)
    }

    pub(super) fn day(&self) -> &str {
        &self.day
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// `in 9 days`, `tomorrow`
pub(super) fn away(today: NaiveDate, day: NaiveDate) -> String {
    match (day - today).num_days() {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        -1 => "yesterday".to_owned(),
        n if n < 0 => format!("{} days ago", -n),
        n => format!("in {n} days"),
    }
}

fn human(answer: &Answer, folder: &Path, today: NaiveDate) -> String {
    let folder = folder.display();
    let mut lines = Vec::new();
    match (answer.because, &answer.built_for) {
        (Some("undated"), _) => {
            lines.push(format!("a build is owed: `{folder}` does not say for which day it was built"));
        }
        (Some(_), _) => lines.push(format!("a build is owed: there is no site in `{folder}`")),
        (None, Some(day)) if answer.owed => {
            lines.push(format!("a build is owed: `{folder}` stands as of {day}, and today is {today}"));
            lines.extend(answer.overdue.iter().map(|event| format!("  {}", event.line())));
        }
        (None, Some(day)) => lines.push(format!("nothing is owed: `{folder}` stands as of {day}")),
        (None, None) => {}
    }
    match answer.next.first().and_then(|event| event.day().parse().ok()) {
        None => lines.push("no day is known on which another build will be owed".to_owned()),
        Some(day) => {
            lines.push(format!("the next build will be owed {}:", away(today, day)));
            lines.extend(answer.next.iter().map(|event| format!("  {}", event.line())));
        }
    }
    lines.join("\n") + "\n"
}
