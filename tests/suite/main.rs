//! All tests that see the program from outside, as one binary.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests set up folders and stop where they fail"
)]

mod real;
mod tidy;
mod write;
