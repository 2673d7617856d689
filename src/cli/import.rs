//! `clauseline import`: makes versions of what lies elsewhere, and says what was done to it.
//!
//! What each source needs is in the children; what is written, and what is said of it, is the same for
//! all and stands here and in `report`.

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::{Color, Outcome, print, say};
use crate::error::Error;
use crate::import::{Draft, Finding, Refusal, file};
use crate::load::elsewhere;
use crate::policy::calendar::parse_day;
use crate::write;

mod git;
mod page;
mod report;

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// A text: markdown, or the words of a page.
    #[command(after_help = "\
  clauseline import text privacy-2014.txt --policy privacy
  clauseline import text page.txt --policy privacy --also safe-harbor
  clauseline import text notes.md --policy privacy --effective 2018-05-15 --keep 57-76")]
    Text(page::Text),
    /// A page in HTML.
    #[command(after_help = "\
  clauseline import html page.html --policy privacy --captured 2024-05-01
  clauseline import html page.html --policy privacy --url https://www.example.org/privacy")]
    Html(page::Html),
    /// The history of a file in a git repository.
    #[command(after_help = "\
  clauseline import git ../policies docs/privacy.md --policy privacy
  clauseline import git ../policies docs/privacy.md --policy privacy --dates text
  clauseline import git ../policies docs/privacy.md --policy privacy --per tag --since 2020-01-01")]
    Git(git::Git),
}

/// Where versions go, and how to tell of them.
#[derive(Debug, Args)]
struct Target {
    /// The policy that the versions belong to; it is made where it is not there yet.
    #[arg(long, value_name = "ID")]
    policy: String,
    /// What the policy is called, where it is made; else what the text calls itself.
    #[arg(long, value_name = "TITLE")]
    title: Option<String>,
    /// The folder of policies.
    #[arg(long, value_name = "DIR", default_value = "content")]
    content: PathBuf,
    /// Tell what would be done, and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// How to tell what was done.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The list, on standard error.
    Human,
    /// One JSON object with all that was cut, on standard output.
    Json,
}

impl Import {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        match self.from {
            From::Text(text) => text.run(color),
            From::Html(html) => html.run(color),
            From::Git(git) => git.run(color),
        }
    }
}

/// A day, as it is typed.
fn day(text: &str) -> Result<NaiveDate, String> {
    parse_day(text).ok_or_else(|| "that is no day: write it like `2018-05-15`".to_owned())
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Put {
    path: PathBuf,
    contents: String,
    /// What is in it, for people.
    what: String,
    /// Whether it stood there with the same contents.
    there: bool,
}

/// Where the line of a report begins that names its input.
struct Told<'a> {
    target: &'a Target,
    /// What was imported.
    input: String,
    findings: Vec<Finding>,
}

impl Told<'_> {
    /// Writes the versions of policies, and says what was done.
    fn finish(self, drafts: Result<Vec<(String, Draft)>, Refusal>, color: Color) -> Result<Outcome, Error> {
        let drafts = drafts.and_then(|drafts| match drafts.iter().find_map(|(id, _)| elsewhere::unfit(id)) {
            Some(found) => Err(Refusal { message: found.message, hint: found.hint }),
            None => Ok(drafts),
        });
        let (puts, refusal) = match drafts {
            Ok(drafts) => {
                let puts = puts(self.target, &drafts)?;
                let refusal = clash(&puts);
                (puts, refusal)
            }
            Err(refusal) => (Vec::new(), Some(refusal)),
        };
        let written = refusal.is_none() && !self.target.dry_run;
        if written {
            let new = puts.iter().filter_map(|put| put.as_ref().ok()).filter(|put| !put.there);
            let file = |put: &Put| write::NewFile {
                path: put.path.clone(),
                contents: put.contents.clone().into_bytes(),
                replace: false,
            };
            write::put(&new.map(file).collect::<Vec<_>>())?;
        }
        let puts: Vec<Put> = puts.into_iter().filter_map(Result::ok).collect();
        let report = report::Report {
            input: &self.input,
            written,
            puts: &puts,
            findings: &self.findings,
            refusal: refusal.as_ref(),
        };
        match self.target.format {
            Format::Human => say(report.human(color.on(io::stderr().is_terminal())).trim_end()),
            Format::Json => print(&report.json())?,
        }
        Ok(if refusal.is_none() { Outcome::Fine } else { Outcome::Mistakes })
    }
}

/// The files that drafts need; `Err` with the path of one that is there with other contents.
fn puts(target: &Target, drafts: &[(String, Draft)]) -> Result<Vec<Result<Put, PathBuf>>, Error> {
    let content = &target.content;
    let mut puts: Vec<Result<Put, PathBuf>> = Vec::new();
    let site = content.join("site.yaml");
    if elsewhere::if_there(&site)?.is_none() {
        let what = "new: put your title, address and time zone into it".to_owned();
        puts.push(Ok(Put { path: site, contents: file::site(), what, there: false }));
    }
    for (policy, draft) in drafts {
        let folder = content.join(policy);
        let settings = folder.join("policy.yaml");
        let known = puts.iter().flatten().any(|put| put.path == settings);
        if !known && elsewhere::if_there(&settings)?.is_none() {
            // Of a history the latest name.
            let own =
                drafts.iter().rev().filter(|(id, _)| id == policy).find_map(|(_, draft)| draft.title.clone());
            let said = target.title.clone().filter(|_| *policy == target.policy);
            let title = said.or(own).unwrap_or_else(|| named(policy));
            let what = format!("new: the policy is called `{title}`");
            puts.push(Ok(Put { path: settings, contents: file::policy(&title), what, there: false }));
        }
        let path = folder.join(format!("{}.md", draft.day));
        let contents = file::version(draft);
        puts.push(match elsewhere::if_there(&path)? {
            Some(there) if there != contents.as_bytes() => Err(path),
            there => Ok(Put { path, what: report::size(draft), contents, there: there.is_some() }),
        });
    }
    Ok(puts)
}

/// A policy's name made of its id: `Safe harbor`.
fn named(id: &str) -> String {
    let words = id.replace(['-', '.'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn clash(puts: &[Result<Put, PathBuf>]) -> Option<Refusal> {
    let there: Vec<String> =
        puts.iter().filter_map(|put| put.as_ref().err()).map(|p| p.display().to_string()).collect();
    (!there.is_empty()).then(|| Refusal {
        message: format!("with another text there is already: {}", there.join(", ")),
        hint: "a version is never replaced: move it away first, or import into another policy".to_owned(),
    })
}
