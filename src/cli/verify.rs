//! `clauseline verify`

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::build::count;
use super::{Color, Outcome, print, say};
use crate::error::Error;
use crate::load::{self, PublishedFolder};
use crate::policy::public_key::{PublicKey, Wrong};
use crate::verify::{Earlier, Fault, Verdict, key_line, shown, verify};

/// The largest file that is looked into for a key.
const LARGEST_KEY: u64 = 64 * 1024;

/// The largest `chain.json` that is read.
const LARGEST_CHAIN: u64 = 64 * 1024 * 1024;

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// The published folder.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The site's public key, `RW…`, or a file with it: checks the signatures.
    #[arg(long, value_name = "KEY|FILE")]
    key: Option<String>,
    /// An earlier copy of the folder, or of its chain.json: checks that the history only grew.
    #[arg(long, value_name = "DIR|FILE")]
    against: Option<PathBuf>,
    /// How to tell it.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// In words.
    Human,
    /// One JSON object.
    Json,
}

#[derive(Serialize)]
struct View<'a> {
    faults: Vec<FaultView<'a>>,
    notes: &'a [String],
    files: usize,
    records: usize,
    events: usize,
}

#[derive(Serialize)]
struct FaultView<'a> {
    file: &'a str,
    code: &'static str,
    what: &'a str,
    means: &'static str,
}

impl<'a> FaultView<'a> {
    fn of(fault: &'a Fault) -> Self {
        Self { file: &fault.file, code: fault.code, what: &fault.what, means: fault.means }
    }
}

impl Verify {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let key = self.key.as_deref().map(key).transpose()?;
        let folder = PublishedFolder::list(&self.dir)?;
        let old = match &self.against {
            Some(path) if load::require_folder(path).is_ok() => Some(PublishedFolder::list(path)?),
            _ => None,
        };
        let earlier = match (&old, &self.against) {
            (Some(folder), _) => Some(Earlier::folder(folder)?),
            (None, Some(file)) => Some(Earlier::chain(small(file, LARGEST_CHAIN, "--against")?.as_bytes())?),
            (None, None) => None,
        };
        let verdict = verify(&folder, key.as_ref(), earlier.as_ref())?.ok_or_else(|| {
            Error::Usage(format!(
                "`{0}` holds no site that clauseline published: there is neither `SHA256SUMS` nor `chain.json` nor any \
                 record in it; name the folder that `clauseline build` wrote, or that is served",
                self.dir.display()
            ))
        })?;
        match self.format {
            Format::Human => human(&verdict, &self.dir, color)?,
            Format::Json => print(&json(&verdict)?)?,
        }
        Ok(if verdict.faults.is_empty() { Outcome::Fine } else { Outcome::Mistakes })
    }
}

/// The key that somebody gave, or that stands in the file that they named.
fn key(given: &str) -> Result<PublicKey, Error> {
    let wrong = match PublicKey::read(given) {
        Err(Wrong::Other) => PublicKey::read(key_line(&small(Path::new(given), LARGEST_KEY, "--key")?)),
        read => read,
    };
    let why = |wrong: Wrong| match wrong {
        Wrong::Secret => {
            "that is a secret key: nobody but who signs may have it, and checking needs the public one"
        }
        Wrong::Signature => "that is a signature and no key",
        Wrong::Other => {
            "that is no public key of minisign: give the line with `RW` in `minisign.pub`, or that file"
        }
    };
    wrong.map_err(|wrong| Error::Usage(format!("`--key`: {}", why(wrong))))
}

/// A small file that is text.
fn small(path: &Path, largest: u64, option: &str) -> Result<String, Error> {
    let (text, _) = load::data(path, largest)?;
    text.ok_or_else(|| Error::Usage(format!("`{option} {}` is no text, or too large", path.display())))
}

fn human(verdict: &Verdict, dir: &Path, color: Color) -> Result<(), Error> {
    let (red, reset) = if color.on(std::io::IsTerminal::is_terminal(&std::io::stdout())) {
        ("\u{1b}[1;31m", "\u{1b}[0m")
    } else {
        ("", "")
    };
    let line =
        |fault: &Fault| format!("{red}{}{reset}: {}\n  {}\n", shown(&fault.file), fault.what, fault.means);
    print(&verdict.faults.iter().map(line).collect::<String>())?;
    verdict.notes.iter().for_each(|note| say(&format!("note: {note}")));
    let told = match verdict.faults.len() {
        0 if verdict.notes.is_empty() => "all as it was published".to_owned(),
        // Something could not be checked.
        0 => "no fault found".to_owned(),
        n => count(n, "fault", "faults"),
    };
    say(&format!(
        "{}: {}, {}, {}: {told}",
        dir.display(),
        count(verdict.files, "file", "files"),
        count(verdict.records, "record", "records"),
        count(verdict.events, "event", "events"),
    ));
    Ok(())
}

fn json(verdict: &Verdict) -> Result<String, Error> {
    let view = View {
        faults: verdict.faults.iter().map(FaultView::of).collect(),
        notes: &verdict.notes,
        files: verdict.files,
        records: verdict.records,
        events: verdict.events,
    };
    let text = serde_json::to_string_pretty(&view);
    Ok(text.map_err(|e| Error::Json { name: "verify".into(), source: Box::new(e) })? + "\n")
}
