//! The relations of an earlier diff document, to be obeyed: `clauseline diff --relations`.
//!
//! Read are `texts`, `clauses[].old`, `clauses[].new` and whether they moved; the words are drawn
//! anew, and all else follows from them.

use std::ops::Range;

use serde::Deserialize;
use serde_json::error::Category;

use crate::diagnostic::Diagnostic;
use crate::policy::Text;
use crate::policy::align::{Group, Relations};

#[derive(Deserialize)]
struct Earlier {
    texts: Option<Digests>,
    clauses: Vec<EarlierEntry>,
}

#[derive(Deserialize)]
struct Digests {
    old: Digest,
    new: Digest,
}

#[derive(Deserialize)]
struct Digest {
    digest: String,
}

#[derive(Deserialize)]
struct EarlierEntry {
    #[serde(default)]
    relation: String,
    #[serde(default)]
    moved: bool,
    old: Vec<usize>,
    new: Vec<usize>,
}

/// Reads which clause of one text became which of another out of a diff document of them. Fails
/// where it is no such document, or one of other texts.
pub fn relations(json: &str, old: &Text, new: &Text) -> Result<Relations, Diagnostic> {
    let fault = |span: Range<usize>, message: String, hint: &str| {
        Diagnostic::error("relations", span, message, hint.to_owned())
    };
    let earlier: Earlier = serde_json::from_str(json).map_err(|error| {
        let line = error.line().saturating_sub(1);
        let start: usize = json.split_inclusive('\n').take(line).map(str::len).sum();
        let column = (start + error.column().saturating_sub(1)).min(json.len());
        let at = (0..=column).rfind(|at| json.is_char_boundary(*at)).unwrap_or(0);
        let message = match error.classify() {
            Category::Data => "this is JSON, but no diff document: here is not what one has",
            Category::Syntax | Category::Eof | Category::Io => {
                "this is no diff document: it is no JSON from here"
            }
        };
        fault(at..at, message.to_owned(), "name a document that `clauseline diff --format json` printed")
    })?;
    if let Some(digests) = earlier.texts {
        for (side, was, is) in [("old", digests.old, old), ("new", digests.new, new)] {
            if was.digest != is.digest {
                let at = json.find(&was.digest).map_or(0..0, |at| at..at + was.digest.len());
                let message = format!("this document is of another {side} text than the one named here");
                return Err(fault(at, message, "name the two files it was made of, or make it anew"));
            }
        }
    }
    let group = |entry: EarlierEntry| Group {
        old: entry.old,
        new: entry.new,
        moved: entry.moved || entry.relation == "moved",
    };
    let groups = earlier.clauses.into_iter().map(group).collect();
    Relations::new(groups, old.clauses.len(), new.clauses.len()).map_err(|misfit| {
        fault(0..0, misfit.to_string(), "each clause of either text stands in exactly one entry")
    })
}
