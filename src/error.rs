//! Failures of the machine: path and cause.
//!
//! What is wrong with the author's text is a [`Diagnostic`](crate::diagnostic::Diagnostic) and
//! never comes here. Messages name the file or template; the cause is one `source()` down, so
//! whoever prints an error prints the whole chain.

use std::io;
use std::path::PathBuf;

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
    /// A file or folder cannot be written.
    #[error("cannot write `{}`", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A template does not load or does not render.
    #[error("template `{name}` fails")]
    Template {
        /// Its name.
        name: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The command was called in a way that cannot work.
    #[error("{0}")]
    Usage(String),
}

impl Error {
    /// For `map_err` on whatever reads `path`.
    pub fn read(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Read { path, source }
    }

    /// For `map_err` on whatever writes `path`.
    pub fn write(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Write { path, source }
    }
}
