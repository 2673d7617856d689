//! What is wrong with the author's text, and where.
//!
//! A [`Diagnostic`] is about one place in one text and knows nothing of files. [`Report`] joins
//! diagnostics to the files they were found in, sorts them and draws them. Failures of the
//! machine are not here: see [`crate::error`].

use std::collections::BTreeMap;
use std::ops::Range;

mod draw;
mod listed;

pub use listed::Listed;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is published until it is mended.
    Error,
    /// Published, but probably not what was meant.
    Warning,
}

/// One mistake in one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable name for this kind of mistake: `unknown-key`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// The offending bytes of the text; empty where something is missing.
    pub span: Range<usize>,
    /// What is wrong, in the author's words: lower case, no full stop, names in back-ticks.
    pub message: String,
    /// What to type instead.
    pub hint: String,
    /// What it is said from, to be read and not typed: a redline, signals. Mostly empty.
    pub evidence: String,
}

impl Diagnostic {
    /// A mistake that may or may not stop publication.
    pub fn new(
        code: &'static str,
        severity: Severity,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        let (message, hint) = (message.into(), hint.into());
        Self { code, severity, span, message, hint, evidence: String::new() }
    }

    /// The same with what it is said from.
    pub fn with(self, evidence: impl Into<String>) -> Self {
        Self { evidence: evidence.into(), ..self }
    }

    /// A mistake that stops publication.
    pub fn error(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::new(code, Severity::Error, span, message, hint)
    }

    /// A mistake that does not.
    pub fn warning(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self::new(code, Severity::Warning, span, message, hint)
    }
}

/// Everything that is wrong, by file.
///
/// A file's name is shown as it was given: with `/`, whatever the machine. A file may be added
/// more than once. [`Report::human`], [`Report::json`] and [`Report::github`] draw it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    files: BTreeMap<String, FileReport>,
}

/// One file's text and what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct FileReport {
    source: String,
    diagnostics: Vec<Diagnostic>,
    /// What may be pasted into the file.
    paste: String,
}

impl Report {
    /// Nothing is wrong so far.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds what is wrong with one file. `source` is its text; empty for what concerns the file as
    /// such (its name, its bytes).
    pub fn add(
        &mut self,
        file: impl Into<String>,
        source: &str,
        found: impl IntoIterator<Item = Diagnostic>,
    ) {
        let mut found = found.into_iter().peekable();
        if found.peek().is_none() {
            return;
        }
        let file = self.files.entry(file.into()).or_default();
        if file.source.is_empty() {
            source.clone_into(&mut file.source);
        }
        file.diagnostics.extend(found);
    }

    /// Adds what may be pasted into a file of which something is told.
    pub fn paste(&mut self, file: &str, lines: &str) {
        if let Some(file) = self.files.get_mut(file) {
            file.paste.push_str(lines);
        }
    }

    /// Adds all that another report holds.
    pub fn absorb(&mut self, other: Self) {
        for (name, file) in other.files {
            self.add(name.as_str(), &file.source, file.diagnostics);
            self.paste(&name, &file.paste);
        }
    }

    /// How many mistakes stop publication.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// How many do not.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Every mistake with the name of its file, by file and then as found.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Diagnostic)> {
        self.files
            .iter()
            .flat_map(|(name, file)| file.diagnostics.iter().map(move |found| (name.as_str(), found)))
    }

    fn count(&self, severity: Severity) -> usize {
        self.iter().filter(|(_, found)| found.severity == severity).count()
    }
}
