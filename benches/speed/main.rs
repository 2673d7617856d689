//! How long the core takes, and how that grows.
//!
//! ```sh
//! cargo bench                     # everything: some minutes
//! cargo bench -- scaling          # what has this word in its name
//! cargo bench -- hard --sample-count 10
//! ```
//!
//! Four groups: [`stages`] is each stage by itself on real policies where there are any
//! (`CLAUSELINE_REAL` names a folder of folders that each hold a `content`, as for the tests), else
//! on this repository's own; [`scaling`] is whole pairs of growing documents with ordinary edits,
//! where the time for a word should stay what it is; [`hard`] is pairs that nobody writes and anybody
//! may send, in growing sizes too; [`one_clause`] is words within a single clause. Texts that are
//! made up are the same in every run.
//!
//! `divan` measures: it prints time for each word beside the time, takes sizes as arguments, and
//! brings little that is not in the tree already; `criterion` brings statistics and plots nobody
//! reads here.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "benches read texts and stop where they fail"
)]

use std::collections::BTreeMap;

use clauseline::policy::Text;
use clauseline::policy::diff::{Diff, diff};
use clauseline::policy::markdown::{Options, parse};

mod hard;
mod one_clause;
mod scaling;
mod stages;
mod texts;

fn main() {
    divan::main();
}

/// A body as a text.
fn read(markdown: &str) -> Text {
    parse(markdown, 0..markdown.len(), Options { imported: true }).0
}

fn compare(old: &Text, new: &Text) -> Diff {
    diff(old, new, &BTreeMap::new())
}
