//! Failures of the machine: path and cause.

use std::io;
use std::path::PathBuf;

/// What stopped the machine.
#[derive(Debug, thiserror::Error)]
pub enum Error {
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
}
