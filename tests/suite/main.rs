//! All tests that see the program from outside, as one binary: linking is what takes time.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests set up folders and stop where they fail"
)]

mod cases;
mod clauses;
mod command;
mod diffs;
mod formats;
mod front;
mod import;
mod import_git;
mod json;
mod languages;
mod laws;
mod lives;
mod mistakes;
mod program;
mod real;
mod redline;
mod search;
mod seeds;
mod signals;
mod site;
mod standards;
mod templates;
mod text;
mod tidy;
mod write;
