//! `clauseline diff`: reads the files, compares them, and prints the comparison in the format asked
//! for. What each format looks like is in the children; JSON and the page are the site's own.

use std::collections::BTreeSet;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Color, Outcome, print, say};
use crate::diagnostic::{Diagnostic, Report};
use crate::error::Error;
use crate::load;
use crate::policy::diff::{diff, diff_sealed};
use crate::policy::history::{Comparison, composed};
use crate::policy::path::{Leg, path};
use crate::policy::settings::{language, meant_language};
use crate::policy::{self, Language, Text};
use crate::site::diff_json::{self, Stop};
use crate::site::{self, Alone, redline};

mod human;
pub(super) mod markdown;
pub(super) mod told;
mod way;

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The earlier text, any texts between, and the later one, in their order.
    #[arg(id = "new", required = true, num_args = 2.., value_names = ["OLD", "NEW"])]
    files: Vec<PathBuf>,
    /// How to tell what changed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Whole clauses, also where they are long and change in one sentence; html and json always have them.
    #[arg(long)]
    full: bool,
    /// A diff document of the same two texts, made earlier or by hand: which clause became which is
    /// taken from it, and only the words are compared anew.
    #[arg(long, value_name = "FILE")]
    relations: Option<PathBuf>,
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
        let mut report = Report::new();
        let mut texts = Vec::new();
        for file in &self.files {
            let (text, found) = load::single(file)?;
            report.absorb(found);
            texts.extend(text);
        }
        if !report.is_empty() {
            say(report.human(color.on(io::stderr().is_terminal())).trim_end());
        }
        if texts.len() < self.files.len() {
            return Ok(Outcome::Mistakes);
        }
        let names = names(&self.files);
        let [first, .., last] = texts.as_slice() else {
            return Err(Error::Usage("two files are compared: the earlier and the later one".to_owned()));
        };
        let (old, new) = (&first.text, &last.text);
        let language = self.language.clone().unwrap_or_else(|| Language("en".to_owned()));
        // What each says of ids is about the text just before it.
        let was = composed(texts[1..].iter().rev().map(|text| &text.was));
        let net = match &self.relations {
            None => diff(old, new, &was),
            Some(file) => match sealed(file, old, new)? {
                Ok(diff) => diff,
                Err(report) => {
                    say(report.human(color.on(io::stderr().is_terminal())).trim_end());
                    return Ok(Outcome::Mistakes);
                }
            },
        };
        let comparison = Comparison::of(net, (old, new), &[], &language);
        let proof = comparison.diff.proof(old, new).map_err(|entry| Error::Proof {
            policy: "diff".to_owned(),
            old: names.first().cloned().unwrap_or_default(),
            new: names.last().cloned().unwrap_or_default(),
            entry,
        })?;
        let between = if texts.len() > 2 { texts.as_slice() } else { &[] };
        let steps: Vec<_> = between.windows(2).map(|w| diff(&w[0].text, &w[1].text, &w[1].was)).collect();
        let path = (!steps.is_empty()).then(|| {
            let legs = steps.iter().zip(&texts[1..]).map(|(diff, text)| Leg { diff, text: &text.text });
            path(old, legs.collect(), &comparison.diff)
        });
        let numbers = redline::numbers(&comparison);
        let told = || {
            let way = path.as_ref().map_or_else(Vec::new, |path| way::way(path, &names, &numbers));
            told::tell(&comparison, &numbers, way, self.full)
        };
        print(&match self.format {
            Format::Json => {
                let mut document = diff_json::document(&comparison, &numbers, proof, None);
                if let (Some(path), [old, rest @ ..]) = (&path, names.as_slice()) {
                    let stops = rest.iter().map(|file| Stop {
                        id: file.clone(),
                        kind: None,
                        effective: None,
                        diff: None,
                    });
                    document = document.on_the_way(path, &comparison.diff, old, stops.collect());
                }
                serde_json::to_string_pretty(&document)
                    .map_err(|e| Error::Json { name: "diff".to_owned(), source: Box::new(e) })?
                    + "\n"
            }
            Format::Human => human::human(&told(), color.on(io::stdout().is_terminal())),
            Format::Markdown => markdown::markdown(&told(), &names, proof),
            Format::Html => {
                let language = self.language.as_ref();
                let about = Alone { names: &names, path: path.as_ref(), language, proof };
                site::alone(&comparison, about)?
            }
        })?;
        Ok(Outcome::Fine)
    }
}

/// Compares two texts by the relations that a file fixes, or says why it cannot.
fn sealed(file: &Path, old: &Text, new: &Text) -> Result<Result<policy::diff::Diff, Report>, Error> {
    // A diff document has both texts and more in it.
    let (json, mut report) = load::data(file, 8 * load::LARGEST)?;
    let Some(json) = json else { return Ok(Err(report)) };
    let fixed = diff_json::relations(&json, old, new);
    let fixed = fixed.and_then(|relations| {
        let other =
            || Diagnostic::error("relations", 0..0, "these relations are of other texts", "make them anew");
        diff_sealed(old, new, &relations).ok_or_else(other)
    });
    Ok(fixed.map_err(|fault| {
        report.add(file.display().to_string(), &json, [fault]);
        report
    }))
}

/// What the files are called: without their folders, unless these tell them apart.
fn names(files: &[PathBuf]) -> Vec<String> {
    let name = |file: &PathBuf| file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let short: Vec<String> = files.iter().map(name).collect();
    let distinct = short.iter().collect::<BTreeSet<_>>().len() == files.iter().collect::<BTreeSet<_>>().len();
    if distinct { short } else { files.iter().map(|file| file.display().to_string()).collect() }
}
