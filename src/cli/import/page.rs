//! `import text` and `import html`: one file, one version; or one for each instrument in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use super::{Color, Outcome, Target, Told, day};
use crate::error::Error;
use crate::import::{Asked, Draft, Imported, Refusal, bytes, html, text};
use crate::load::elsewhere;
use crate::policy::settings::meant_id;

#[derive(Debug, Args)]
pub(super) struct Text {
    /// The file with the text.
    file: PathBuf,
    #[command(flatten)]
    page: Page,
}

#[derive(Debug, Args)]
pub(super) struct Html {
    /// The file with the page.
    file: PathBuf,
    #[command(flatten)]
    page: Page,
}

#[derive(Debug, Args)]
struct Page {
    #[command(flatten)]
    target: Target,
    /// The policy of the second instrument in the text, of the third, and so on.
    #[arg(long, value_name = "ID")]
    also: Vec<String>,
    /// It is one instrument, whatever dates it states.
    #[arg(long, conflicts_with = "also")]
    one: bool,
    /// Where the text was taken from.
    #[arg(long, value_name = "URL", value_parser = url)]
    url: Option<String>,
    /// The day it was taken.
    #[arg(long, value_name = "DATE", value_parser = day)]
    captured: Option<NaiveDate>,
    /// The day it took effect, instead of the one that it states; once for each instrument.
    #[arg(long, value_name = "DATE", value_parser = day)]
    effective: Vec<NaiveDate>,
    /// Lines that stay, whatever they look like: `57-76` or `3,57-76`.
    #[arg(long, value_name = "LINES", value_parser = lines)]
    keep: Vec<Lines>,
    /// Lines that go.
    #[arg(long, value_name = "LINES", value_parser = lines)]
    cut: Vec<Lines>,
    /// Repair also letters of which only the likely one is known; the text then counts as reconstructed.
    #[arg(long)]
    guess: bool,
}

/// Numbers of lines, as they are typed.
#[derive(Clone, Debug)]
struct Lines(BTreeSet<usize>);

fn lines(text: &str) -> Result<Lines, String> {
    let wrong = || "write lines like `57-76` or `3,57-76`".to_owned();
    let mut all = BTreeSet::new();
    for part in text.split(',').map(str::trim) {
        let (from, to) = part.split_once(['-', '–']).unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<usize>().ok().filter(|n| (1..=10_000_000).contains(n));
        let (from, to) = number(from).zip(number(to)).ok_or_else(wrong)?;
        if to < from {
            return Err(wrong());
        }
        all.extend(from..=to);
    }
    Ok(Lines(all))
}

fn url(text: &str) -> Result<String, String> {
    let web = text.starts_with("https://") || text.starts_with("http://");
    let plain = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if web && plain {
        Ok(text.to_owned())
    } else {
        Err("write an address like `https://www.example.org/privacy`".to_owned())
    }
}

impl Text {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        self.page.run(&self.file, text::import, color)
    }
}

impl Html {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        self.page.run(&self.file, html::import, color)
    }
}

impl Page {
    fn run(self, file: &Path, import: fn(&str, &Asked) -> Imported, color: Color) -> Result<Outcome, Error> {
        let asked = self.asked();
        let read = match elsewhere::raw(file)? {
            Some(read) => bytes::decode(&read),
            None => Err(Refusal {
                message: "this file is larger than 8 MiB".to_owned(),
                hint: "a policy is text: name the file with its text alone".to_owned(),
            }),
        };
        let (drafts, findings) = match read {
            Ok((read, mut findings)) => {
                let imported = import(&read, &asked);
                findings.extend(imported.findings);
                (imported.drafts.and_then(|drafts| self.named(drafts)), findings)
            }
            Err(refusal) => (Err(refusal), Vec::new()),
        };
        let input = file.display().to_string();
        Told { target: &self.target, input, findings }.finish(drafts, color)
    }

    fn asked(&self) -> Asked {
        let all = |lines: &[Lines]| lines.iter().flat_map(|lines| lines.0.iter().copied()).collect();
        Asked {
            url: self.url.clone(),
            captured: self.captured,
            effective: self.effective.clone(),
            keep: all(&self.keep),
            cut: all(&self.cut),
            whole: self.one,
            guess: self.guess,
        }
    }

    /// Each instrument with its policy.
    fn named(&self, drafts: Vec<Draft>) -> Result<Vec<(String, Draft)>, Refusal> {
        let ids: Vec<&String> = [&self.target.policy].into_iter().chain(&self.also).collect();
        let refuse = |message: String, hint: String| Err(Refusal { message, hint });
        if ids.len() < drafts.len() {
            let more: Vec<String> = drafts[ids.len()..]
                .iter()
                .map(|draft| {
                    let title = draft.title.clone().unwrap_or_default();
                    let name = title.to_lowercase().replace(" policy", "").replace(" notice", "");
                    format!("`--also {}`", meant_id(&name).unwrap_or_else(|| "other".to_owned()))
                })
                .collect();
            let days: Vec<String> = drafts.iter().map(|draft| draft.day.to_string()).collect();
            let message =
                format!("there are {} instruments in this text, of {}", drafts.len(), days.join(" and "));
            return refuse(
                message,
                format!(
                    "name the policies of the others: {}; or say that it is one: `--one`",
                    more.join(" ")
                ),
            );
        }
        if ids.len() > drafts.len() {
            let message =
                format!("there are fewer instruments in this text than names for them: {}", drafts.len());
            return refuse(message, "leave out `--also`".to_owned());
        }
        if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
            return refuse(
                "two instruments cannot be one policy".to_owned(),
                "give each its own `--also`".to_owned(),
            );
        }
        Ok(ids.into_iter().cloned().zip(drafts).collect())
    }
}
