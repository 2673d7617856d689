//! What is wrong with the author's text, and where.
//!
//! A [`Diagnostic`] is about one place in one text and knows nothing of files. [`Report`] joins
//! diagnostics to the files they were found in, sorts them and draws them. Failures of the
//! machine are not here: see [`crate::error`].

use std::ops::Range;

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
}

impl Diagnostic {
    /// A mistake that stops publication.
    pub fn error(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { code, severity: Severity::Error, span, message: message.into(), hint: hint.into() }
    }

    /// A mistake that does not.
    pub fn warning(
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self { code, severity: Severity::Warning, span, message: message.into(), hint: hint.into() }
    }
}
