//! Markdown to clauses; the only user of pulldown-cmark.

use std::ops::Range;

use super::{Clause, ClauseKind, Content, Section, Text};
use crate::diagnostic::Diagnostic;

/// How to read a text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The text was imported: what an author would be told to mend is only mentioned.
    pub imported: bool,
}

/// Reads the body of a file. A stand-in: one clause per line that is not empty.
pub fn parse(file_text: &str, body: Range<usize>, _options: Options) -> (Text, Vec<Diagnostic>) {
    let mut sections: Vec<Section> = Vec::new();
    let mut clauses: Vec<Clause> = Vec::new();
    for line in file_text[body.clone()].lines().filter(|line| !line.trim().is_empty()) {
        let heading = line.starts_with('#');
        let given = line.split_once("{#").and_then(|(_, rest)| rest.split_once('}')).map(|(id, _)| id);
        let text = line.trim_start_matches('#').split("{#").next().unwrap_or_default().trim();
        if heading || sections.is_empty() {
            sections.push(Section {
                id: given.map_or_else(
                    || if heading { text.to_lowercase().replace(' ', "-") } else { "preamble".into() },
                    str::to_owned,
                ),
                heading: heading.then_some(clauses.len()),
                depth: 0,
                parent: None,
                clauses: clauses.len()..clauses.len(),
            });
        }
        let at = sections.len() - 1;
        let first = sections[at].clauses.start;
        let auto = if heading {
            sections[at].id.clone()
        } else {
            format!(
                "{}.{}",
                sections[at].id,
                clauses.len() - first + usize::from(!heading && sections[at].heading.is_none())
            )
        };
        clauses.push(Clause {
            id: given.map_or(auto, str::to_owned),
            pinned: given.is_some(),
            kind: if heading { ClauseKind::Heading(2) } else { ClauseKind::Paragraph },
            path: Vec::new(),
            section: at,
            content: Content { text: text.to_owned(), ..Content::default() },
            span: body.clone(),
        });
        sections[at].clauses.end = clauses.len();
    }
    let canonical = file_text[body].to_owned();
    (Text { canonical, digest: String::new(), clauses, sections }, Vec::new())
}
