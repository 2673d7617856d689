//! Failures of the machine: path and cause.
//!
//! What is wrong with the author's text is a [`Diagnostic`](crate::diagnostic::Diagnostic) and
//! never comes here. Messages name the file or template; the cause is one `source()` down, so
//! whoever prints an error prints the whole chain.

use std::io;
use std::path::PathBuf;

/// A cause from any library.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// What stops a command, whatever the author wrote.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The disk did not do what was asked of it.
    #[error("cannot {action} `{}`", path.display())]
    Write {
        /// The file or folder it was asked of.
        path: PathBuf,
        /// What was asked, as a verb: `create`.
        action: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The site cannot be published where it was to be.
    #[error("cannot publish to `{}`: {problem}", path.display())]
    Output {
        /// The folder.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What to do about it.
        hint: String,
    },
    /// A template does not load or does not render.
    #[error("template `{name}` fails")]
    Template {
        /// Its name.
        name: String,
        /// Why.
        source: Cause,
    },
    /// A file of messages cannot be read.
    #[error("the words in `{name}` cannot be read")]
    Messages {
        /// Its name.
        name: String,
        /// Why.
        source: Cause,
    },
    /// A value cannot be written as JSON.
    #[error("cannot write `{name}` as JSON")]
    Json {
        /// The file it was for.
        name: String,
        /// Why.
        source: Cause,
    },
    /// A redline is not what lies between its two texts.
    #[error(
        "the redline of `{policy}` from {old} to {new} fails its proof at entry {entry}: a bug in clauseline"
    )]
    Proof {
        /// The policy.
        policy: String,
        /// The earlier version.
        old: String,
        /// The later version.
        new: String,
        /// The first entry that fails.
        entry: usize,
    },
    /// The command was called in a way that cannot work.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// The error with everything that caused it, and what to do about it where that is known.
    pub fn told(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(source) = cause {
            text.push_str(&format!("\n  because: {source}"));
            cause = source.source();
        }
        if let Self::Output { hint, .. } = self {
            text.push_str(&format!("\n  = help: {hint}"));
        }
        text
    }

    /// For `map_err` on whatever reads `path`.
    pub fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Read { path, source }
    }
}
