//! All tests that see the program from outside, as one binary: linking is what takes time.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests set up folders and stop where they fail"
)]

mod laws;
mod mistakes;
mod real;
mod tidy;
mod write;
