//! All tests that see the program from outside, as one binary: linking is what takes time.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests set up folders and stop where they fail"
)]

mod advice;
mod bundles;
mod cases;
mod clauses;
mod command;
mod desk;
mod diffs;
mod feeds;
mod formats;
mod front;
mod import;
mod import_git;
mod json;
mod languages;
mod laws;
mod lives;
mod mechanisms;
mod mistakes;
mod new;
mod program;
mod publish;
mod real;
mod records;
mod redline;
mod schemas;
mod seals;
mod search;
mod seeds;
#[cfg(feature = "serve")]
mod serve;
mod services;
mod signals;
mod site;
mod standards;
mod suggest;
mod templates;
mod text;
mod tidy;
mod transcripts;
mod write;
