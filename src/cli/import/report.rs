//! What an import has to tell: what it wrote, what a person should look at, and what else was done.

use serde::Serialize;

use super::Put;
use crate::import::{Draft, Finding, Refusal};
use crate::policy::markdown;

pub(super) struct Report<'a> {
    pub(super) input: &'a str,
    pub(super) written: bool,
    pub(super) puts: &'a [Put],
    pub(super) findings: &'a [Finding],
    pub(super) refusal: Option<&'a Refusal>,
}

#[derive(Serialize)]
struct Document<'a> {
    input: &'a str,
    written: bool,
    files: Vec<File>,
    findings: Vec<Found<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refused<'a>>,
}

#[derive(Serialize)]
struct File {
    path: String,
    new: bool,
    what: String,
}

#[derive(Serialize)]
struct Found<'a> {
    code: &'a str,
    doubt: bool,
    lines: &'a [usize],
    message: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    text: &'a str,
}

#[derive(Serialize)]
struct Refused<'a> {
    message: &'a str,
    hint: &'a str,
}

impl Report<'_> {
    pub(super) fn human(&self, color: bool) -> String {
        let paint = |code: &str, text: &str| {
            if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
        };
        let mut out = String::new();
        for put in self.puts {
            let what = if put.there { "already there" } else { put.what.as_str() };
            out.push_str(&format!("{}: {what}\n", put.path.display()));
        }
        for (doubt, title) in [(true, "to look at"), (false, "done")] {
            let found: Vec<&Finding> = self.findings.iter().filter(|f| f.doubt == doubt).collect();
            if found.is_empty() {
                continue;
            }
            let title = format!("{title} in {}:", self.input);
            out.push_str(&format!("{}\n", if doubt { paint("1;33", &title) } else { paint("1", &title) }));
            for finding in found {
                let place = finding.place();
                let place = if place.is_empty() { String::new() } else { format!("{place}: ") };
                out.push_str(&format!("  {place}{}\n", finding.message));
            }
        }
        if let Some(refusal) = self.refusal {
            let error = paint("1;31", "error");
            out.push_str(&format!("{error}: {}\n  = help: {}\n", refusal.message, refusal.hint));
        }
        if !self.written {
            out.push_str("nothing was written\n");
        }
        out
    }

    pub(super) fn json(&self) -> String {
        let found = |f: &'_ Finding| -> bool { !f.message.is_empty() };
        let document = Document {
            input: self.input,
            written: self.written,
            files: self
                .puts
                .iter()
                .map(|put| File {
                    path: put.path.display().to_string(),
                    new: !put.there,
                    what: put.what.clone(),
                })
                .collect(),
            findings: self
                .findings
                .iter()
                .filter(|f| found(f))
                .map(|f| Found {
                    code: f.code,
                    doubt: f.doubt,
                    lines: &f.lines,
                    message: &f.message,
                    text: &f.text,
                })
                .collect(),
            refused: self.refusal.map(|r| Refused { message: &r.message, hint: &r.hint }),
        };
        // Strings, numbers and lists of them always can be written.
        serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
    }
}

/// How much is in a version.
pub(super) fn size(draft: &Draft) -> String {
    let body = &draft.body;
    let (text, _) = markdown::parse(body, 0..body.len(), markdown::Options { imported: true });
    let word = if draft.source.date_is_capture { "seen on" } else { "effective" };
    format!(
        "{word} {}: {} sections, {} clauses, {} words",
        draft.day,
        text.sections.len(),
        text.clauses.len(),
        text.words
    )
}
