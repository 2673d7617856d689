//! `clauseline new`

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::ops::Range;

use chrono::NaiveDate;
use clap::Args;

use super::environment::today;
use super::{Color, Content, Outcome, print, say};
use crate::diagnostic::{Diagnostic, Report, Severity};
use crate::error::Error;
use crate::load;
use crate::policy::next::{Argument, Refused, Wish, next};
use crate::policy::yaml;
use crate::policy::yaml::closest;
use crate::write::{NewFile, put};

#[derive(Debug, Args)]
pub(super) struct New {
    /// The policy: the name of its folder.
    policy: String,
    #[command(flatten)]
    content: Content,
    /// The day it takes effect, YYYY-MM-DD [default: the earliest that the notice rules allow].
    #[arg(long, value_name = "DATE")]
    effective: Option<String>,
    /// The day it is made known [default: the latest that the notice rules allow, or today].
    #[arg(long, value_name = "DATE")]
    announced: Option<String>,
    /// Fix a slip in the version in force: its text, effective today, users owed nothing.
    #[arg(long, value_name = "VERSION", conflicts_with_all = ["reverts", "effective", "announced"])]
    corrects: Option<String>,
    /// Take a version back: the text that stood before it.
    #[arg(long, value_name = "VERSION")]
    reverts: Option<String>,
    /// The day on which this is done, YYYY-MM-DD in the site's time zone [default: today].
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

impl New {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let loaded = load::workbench(&self.content.content, &self.content.statics()?)?;
        let color = color.on(io::stderr().is_terminal());
        let typed = Typed::of(&self);
        let Some(policy) = loaded.policies.iter().find(|p| p.id == self.policy) else {
            // A policy that cannot be read is not among them.
            if loaded.report.errors() > 0 {
                return Ok(mistakes(&loaded.report, color));
            }
            let ids = loaded.policies.iter().map(|p| p.id.as_str());
            let message = format!("there is no policy {}", yaml::quoted(&self.policy));
            let hint = match closest(&self.policy, ids.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    format!("there are {}", ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "))
                }
            };
            let refused = (Argument::Policy, Diagnostic::error("unknown-policy", 0..0, message, hint));
            return Ok(typed.refuse(vec![refused], color));
        };
        let concerns = |file: &str| {
            let mut parts = file.rsplit('/');
            let name = parts.next();
            name == Some("site.yaml") || parts.next() == Some(policy.id.as_str())
        };
        // Words that somebody wrote into a published text become its correction.
        let corrected = self.corrects.as_ref().map(|version| format!("{version}.md"));
        let takes_words = |file: &str, found: &Diagnostic| {
            found.code == "sealed-text" && file.rsplit('/').next() == corrected.as_deref()
        };
        let in_the_way = |(file, found): (&str, &Diagnostic)| {
            concerns(file) && found.severity == Severity::Error && !takes_words(file, found)
        };
        let Some(site) = loaded.site.as_ref().filter(|_| !loaded.report.iter().any(in_the_way)) else {
            return Ok(mistakes(&loaded.report, color));
        };
        let today = today(self.as_of.as_deref(), site.time_zone)?;
        let mut refused = Vec::new();
        let wish = Wish {
            effective: day(self.effective.as_deref(), Argument::Effective, &mut refused),
            announced: day(self.announced.as_deref(), Argument::Announced, &mut refused),
            corrects: self.corrects.clone(),
            reverts: self.reverts.clone(),
        };
        let unread: Vec<Argument> = refused.iter().map(|(argument, _)| *argument).collect();
        let made = match next(policy, site.time_zone, today, &wish) {
            Ok(made) if refused.is_empty() => made,
            made => {
                // Of a day that could not be read nothing else can be said.
                let others = made.err().unwrap_or_default();
                refused.extend(others.into_iter().filter(|(argument, _)| !unread.contains(argument)));
                return Ok(typed.refuse(refused, color));
            }
        };
        let folder = self.content.content.join(&policy.id);
        let mut files: Vec<NewFile> = made
            .files
            .iter()
            .map(|(name, text)| NewFile {
                path: folder.join(name),
                contents: text.clone().into_bytes(),
                replace: false,
            })
            .collect();
        let taken = loaded.report.iter().any(|(file, found)| concerns(file) && takes_words(file, found));
        let mut said = made.said;
        if let Some(name) = corrected.filter(|_| taken) {
            let Some(published) = load::sealed_copy(&self.content.content, &policy.id, &name)? else {
                return Ok(mistakes(&loaded.report, color));
            };
            let path = folder.join(&name);
            said.insert(
                0,
                format!("{}: put back as it was published; its words are in the correction", path.display()),
            );
            files.push(NewFile { path, contents: published.into_bytes(), replace: true });
        }
        put(&files)?;
        let paths: Vec<String> = files.iter().map(|file| format!("{}\n", file.path.display())).collect();
        print(&paths.concat())?;
        said.iter().for_each(|line| say(line));
        Ok(Outcome::Fine)
    }
}

/// A day that was typed; what is none is refused.
fn day(typed: Option<&str>, argument: Argument, refused: &mut Vec<Refused>) -> Option<NaiveDate> {
    // What can be left out can also be said.
    let typed = typed.filter(|text| *text != "earliest" || argument != Argument::Effective)?;
    match yaml::day(typed, &format!("{} ", flag(argument))) {
        Ok(day) => Some(day),
        Err((message, hint)) => {
            refused.push((argument, Diagnostic::error("bad-day", 0..0, message, hint)));
            None
        }
    }
}

fn mistakes(report: &Report, color: bool) -> Outcome {
    say(report.human(color).trim_end());
    say("nothing was written: a new version begins with a content without errors");
    Outcome::Mistakes
}

fn flag(argument: Argument) -> &'static str {
    match argument {
        Argument::Policy => "",
        Argument::Effective => "--effective",
        Argument::Announced => "--announced",
        Argument::Corrects => "--corrects",
        Argument::Reverts => "--reverts",
    }
}

/// What was typed, for mistakes to be shown in it.
struct Typed {
    line: String,
    places: BTreeMap<Argument, Range<usize>>,
}

impl Typed {
    fn of(new: &New) -> Self {
        let mut typed = Self { line: "clauseline new".to_owned(), places: BTreeMap::new() };
        for (argument, value) in [
            (Argument::Policy, Some(&new.policy)),
            (Argument::Effective, new.effective.as_ref()),
            (Argument::Announced, new.announced.as_ref()),
            (Argument::Corrects, new.corrects.as_ref()),
            (Argument::Reverts, new.reverts.as_ref()),
        ] {
            let Some(value) = value else { continue };
            for word in [flag(argument), value].into_iter().filter(|word| !word.is_empty()) {
                typed.line.push(' ');
                typed.line.push_str(word);
            }
            typed.places.insert(argument, typed.line.len() - value.len()..typed.line.len());
        }
        typed
    }

    fn refuse(&self, refused: Vec<Refused>, color: bool) -> Outcome {
        let mut report = Report::new();
        // What was left out is asked for by the policy's name.
        let place = |argument| self.places.get(&argument).or(self.places.get(&Argument::Policy)).cloned();
        let found = refused
            .into_iter()
            .map(|(argument, found)| Diagnostic { span: place(argument).unwrap_or_default(), ..found });
        report.add("the command", &self.line, found);
        say(report.human(color).trim_end());
        say("nothing was written");
        Outcome::Mistakes
    }
}
