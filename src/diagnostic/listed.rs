//! Diagnostics one by one, with their places written out, for whoever draws them otherwise.

use super::draw::{place, word};
use super::{Report, Severity};

/// A mistake with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<'r> {
    /// The file's name as it is shown.
    pub file: &'r str,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// How bad it is.
    pub severity: Severity,
    /// `error` or `warning`.
    pub word: &'static str,
    /// A stable name for this kind of mistake.
    pub code: &'static str,
    /// What is wrong.
    pub message: &'r str,
    /// What to type instead.
    pub hint: &'r str,
    /// What it is said from; mostly empty.
    pub evidence: &'r str,
    /// The line of the file; `None` where the mistake is about the file as such.
    pub source: Option<&'r str>,
}

impl Report {
    /// Every mistake, by file and place.
    pub fn listed(&self) -> impl Iterator<Item = Listed<'_>> {
        self.files.iter().flat_map(|(name, file)| {
            place(file).into_iter().map(move |placed| Listed {
                file: name,
                line: placed.line,
                column: placed.column,
                severity: placed.found.severity,
                word: word(placed.found.severity),
                code: placed.found.code,
                message: &placed.found.message,
                hint: &placed.found.hint,
                evidence: &placed.found.evidence,
                source: (!file.source.is_empty())
                    .then(|| file.source.get(placed.line_start..).and_then(|rest| rest.lines().next()))
                    .flatten(),
            })
        })
    }
}
