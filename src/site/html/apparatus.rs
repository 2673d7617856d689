//! What a page adds to the clauses of a text: links that hold for ever, marks of what changed lately,
//! the lives of sections, the uses of defined terms, notes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape;
use super::inline::TermUse;
use crate::policy::{Clause, ClauseKind, ContainerKind};

/// What a page adds to the clauses of a text. Lists are by clause; what is beyond their end has
/// nothing added.
#[derive(Clone, Debug, Default)]
pub struct Apparatus {
    /// The page on which the addresses of these clauses hold for ever; empty where it is this one.
    pub permanent: String,
    /// What changed lately.
    pub changed: Vec<Option<Changed>>,
    /// Of headings: the page of the section's life.
    pub lives: Vec<Option<Labelled>>,
    /// Uses of defined terms.
    pub uses: Vec<Vec<TermUse>>,
    /// Blocks after a clause, as HTML.
    pub notes: BTreeMap<usize, String>,
}

/// That a clause changed lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// When, and where that is shown; none where the clause before it already says so.
    pub link: Option<Labelled>,
}

/// A link beside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labelled {
    /// Its words.
    pub text: String,
    /// Where it leads.
    pub url: String,
}

impl Apparatus {
    pub(super) fn uses(&self, clause: usize) -> &[TermUse] {
        self.uses.get(clause).map_or(&[], Vec::as_slice)
    }

    pub(super) fn note(&self, clause: usize) -> &str {
        self.notes.get(&clause).map_or("", String::as_str)
    }

    fn changed(&self, clause: usize) -> Option<&Changed> {
        self.changed.get(clause)?.as_ref()
    }

    /// The classes of a clause's element.
    pub(super) fn classes(&self, clause: usize) -> &'static str {
        if self.changed(clause).is_some() { "clause lately" } else { "clause" }
    }

    /// What stands at the end of a clause; code has nothing, so that it is copied as it is.
    pub(super) fn write(&self, out: &mut String, index: usize, clause: &Clause, permalink: &str) {
        if matches!(clause.kind, ClauseKind::Row { header: true }) {
            return;
        }
        if let Some(link) = self.changed(index).and_then(|c| c.link.as_ref()) {
            let _ = write!(
                out,
                " <a class=\"changed-on\" href=\"{}\">{}</a>",
                escape(&link.url),
                escape(&link.text)
            );
        }
        if let Some(life) = self.lives.get(index).and_then(Option::as_ref) {
            let _ = write!(
                out,
                " <a class=\"life-link\" href=\"{}\">{}</a>",
                escape(&life.url),
                escape(&life.text)
            );
        }
        let (id, page) = (escape(&clause.id), escape(&self.permanent));
        let footnote = matches!(clause.path.first().map(|c| &c.kind), Some(ContainerKind::Footnote(_)));
        let (said, shown) = match clause.place.as_str() {
            // A heading and a footnote have no number; read aloud they go by their names.
            place if place.is_empty() || footnote => (id.clone(), "§".to_owned()),
            // Letters and brackets keep their order on pages that are read from the right.
            place if place.contains('(') => (escape(place), format!("<bdi>{}</bdi>", escape(place))),
            place => (escape(place), escape(place)),
        };
        let label = escape(permalink);
        let _ = write!(
            out,
            " <a class=\"permalink\" href=\"{page}#{id}\" aria-label=\"{label}: {said}\">{shown}</a>"
        );
    }
}
