//! `clauseline diff`: reads the files, compares them, and prints the comparison in the format asked
//! for. What each format looks like is in the children; JSON and the page are the site's own.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Color, Outcome, print, say};
use crate::error::Error;
use crate::load;
use crate::policy::Language;
use crate::policy::diff::diff;
use crate::policy::history::Comparison;
use crate::policy::settings::{language, meant_language};
use crate::site::{self, Alone, diff_json, redline};

mod human;
mod markdown;
mod told;

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The earlier text.
    old: PathBuf,
    /// The later text.
    new: PathBuf,
    /// How to tell what changed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Whole clauses, also where they are long and change in one sentence; html and json always have them.
    #[arg(long)]
    full: bool,
    /// The language of the texts: `en`, `es`, `pt-BR`; the html page speaks it where it can [default: en]
    #[arg(long, value_name = "LANG", value_parser = tag)]
    language: Option<Language>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The changed clauses, to be read in a terminal.
    Human,
    /// The diff document, every clause in it.
    Json,
    /// A comment for a pull request on GitHub or GitLab.
    Markdown,
    /// The redline as one page, to be mailed, kept or printed.
    Html,
}

fn tag(text: &str) -> Result<Language, String> {
    language(text).ok_or_else(|| {
        let meant = meant_language(text).map_or_else(|| "en".to_owned(), |language| language.0);
        format!("that is no language tag: write it like `{meant}`")
    })
}

impl Diff {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let (old, old_report) = load::single(&self.old)?;
        let (new, mut report) = load::single(&self.new)?;
        report.absorb(old_report);
        if !report.is_empty() {
            say(report.human(color.on(io::stderr().is_terminal())).trim_end());
        }
        let (Some(old), Some(new)) = (old, new) else { return Ok(Outcome::Mistakes) };
        let diff = diff(&old.text, &new.text, &new.was);
        let proof = diff.proof(&old.text, &new.text).map_err(|entry| Error::Proof {
            policy: "diff".to_owned(),
            old: self.old.display().to_string(),
            new: self.new.display().to_string(),
            entry,
        })?;
        let notes = vec![None; diff.changes.len()];
        let comparison = Comparison { old: &old.text, new: &new.text, diff, notes };
        let numbers = redline::numbers(&comparison);
        let told = || told::tell(&comparison, &numbers, self.full);
        let (old, new) = names(&self.old, &self.new);
        print(&match self.format {
            Format::Json => {
                let document = diff_json::document(&comparison, &numbers, proof, None);
                serde_json::to_string_pretty(&document)
                    .map_err(|e| Error::Json { name: "diff".to_owned(), source: Box::new(e) })?
                    + "\n"
            }
            Format::Human => human::human(&told(), color.on(io::stdout().is_terminal())),
            Format::Markdown => markdown::markdown(&told(), (&old, &new), proof),
            Format::Html => {
                let about = Alone { old: &old, new: &new, language: self.language.as_ref(), proof };
                site::alone(&comparison, about)?
            }
        })?;
        Ok(Outcome::Fine)
    }
}

/// What the two files are called: without their folders, unless only these tell them apart.
fn names(old: &Path, new: &Path) -> (String, String) {
    let (a, b) = (old.file_name().unwrap_or(old.as_os_str()), new.file_name().unwrap_or(new.as_os_str()));
    let (a, b) = if a == b { (old.as_os_str(), new.as_os_str()) } else { (a, b) };
    (a.to_string_lossy().into_owned(), b.to_string_lossy().into_owned())
}
