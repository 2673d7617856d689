//! The command line.

/// What the program can be told.
pub fn command() -> clap::Command {
    clap::Command::new("clauseline")
}
