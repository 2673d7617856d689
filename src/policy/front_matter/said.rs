//! What was said of a version, as bytes that a digest can be taken of: the values, and nothing of how they
//! are written in YAML.
//!
//! Each value is its key, its length in bytes and itself, so that no two values ever read alike. The order
//! is fixed here. A key that nobody wrote is left out, so keys can be added without a change to old digests.

use std::fmt::Write as _;

use super::vocabulary::{CATEGORIES, DIRECTIONS, FIDELITIES, word_for};
use crate::policy::{ChangeNote, FrontMatter};

/// Values in their order.
#[derive(Default)]
pub(in crate::policy) struct Said(String);

impl Said {
    /// Adds a value, if there is one.
    pub(in crate::policy) fn text(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            let _ = writeln!(self.0, "{key} {}\n{value}", value.len());
        }
    }

    /// Adds the legal team's word on each change.
    pub(in crate::policy) fn changes(&mut self, notes: &[ChangeNote]) {
        for note in notes {
            note.clauses.iter().for_each(|(id, _)| self.text("clause", Some(id)));
            self.text("material", note.material.map(|m| if m { "true" } else { "false" }));
            self.text("category", note.category.and_then(|c| word_for(CATEGORIES, &c)));
            self.text("direction", note.direction.and_then(|d| word_for(DIRECTIONS, &d)));
            note.affects.iter().for_each(|facet| self.text("affects", Some(facet)));
            self.text("summary", note.summary.as_deref());
            self.text("reason", note.reason.as_deref());
            self.text("end", Some(""));
        }
    }

    /// All of it.
    pub(in crate::policy) fn finish(self) -> String {
        self.0
    }
}

/// `summary`, `changes`, `was` and `source` of a version.
pub fn words_said(front: &FrontMatter) -> String {
    let mut said = Said::default();
    said.text("summary", front.summary.as_deref());
    said.changes(&front.changes);
    for (new, old) in &front.was {
        said.text("was", Some(new));
        said.text("from", Some(old));
    }
    if let Some(source) = &front.source {
        said.text("source", Some(source.url.as_deref().unwrap_or_default()));
        said.text("captured", source.captured.map(|day| day.to_string()).as_deref());
        said.text("date", source.date_is_capture.then_some("captured"));
        said.text("fidelity", source.fidelity.and_then(|f| word_for(FIDELITIES, &f)));
    }
    said.finish()
}
