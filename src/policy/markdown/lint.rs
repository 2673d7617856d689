//! What the markdown parser takes in silence and an author did not mean: cells a table has no room for,
//! sentences read as the definition of a link, characters nobody sees.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag};

use super::{OPTIONS, Options};
use crate::diagnostic::{Diagnostic, Severity};

/// What would be lost or hidden in `source`.
pub(super) fn lint(source: &str, options: Options) -> Vec<Diagnostic> {
    let severity = if options.imported { Severity::Warning } else { Severity::Error };
    let mut found = hidden_characters(source);
    let parser = Parser::new_ext(source, OPTIONS);
    for (_, definition) in parser.reference_definitions().iter() {
        found.extend(swallowed_sentence(source, &definition.dest, definition.span.clone(), severity));
    }
    if source.contains('|') {
        let mut columns = 0;
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Table(alignments)) => columns = alignments.len(),
                Event::Start(Tag::TableRow) => found.extend(extra_cells(source, range, columns, severity)),
                _ => {}
            }
        }
    }
    found
}

/// `[Note]: Reserved` defines where a link `[Note]` leads, and is not shown.
fn swallowed_sentence(
    source: &str,
    dest: &str,
    span: Range<usize>,
    severity: Severity,
) -> Option<Diagnostic> {
    let leads = dest.is_empty() || dest.contains([':', '/', '#', '.', '?', '@']);
    let label = source.get(span.clone())?.split(']').next()?;
    (!leads).then(|| Diagnostic {
        code: "not-shown",
        severity,
        span,
        message: "this line is read as where a link leads, and is not shown".to_owned(),
        hint: format!("write `\\{label}]: …` to show it as it stands"),
        evidence: String::new(),
    })
}

/// Cells beyond the table's columns are dropped by every markdown parser.
fn extra_cells(source: &str, row: Range<usize>, columns: usize, severity: Severity) -> Option<Diagnostic> {
    let text = source.get(row.clone())?.trim_end();
    let mut borders: Vec<usize> = Vec::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if c == '|' && !escaped {
            borders.push(at);
        }
        escaped = c == '\\' && !escaped;
    }
    let outer = usize::from(text.starts_with('|')) + usize::from(borders.len() > 1 && text.ends_with('|'));
    let cells = (borders.len() + 1).saturating_sub(outer);
    // The border after which nothing is kept.
    let last = columns.saturating_sub(1) + usize::from(text.starts_with('|'));
    let lost = borders.get(last)? + 1;
    (cells > columns && text[lost..].chars().any(|c| c != '|' && !c.is_whitespace())).then(|| Diagnostic {
        code: "extra-cells",
        severity,
        span: row.start + lost..row.start + text.len(),
        message: format!("the table has {columns} columns, and what stands beyond them is not shown"),
        hint: "add a column to the table's head, or write `\\|` for a bar that is part of the text"
            .to_owned(),
        evidence: String::new(),
    })
}

/// Characters that turn the order of a text around, or that a program might obey.
fn hidden_characters(source: &str) -> Vec<Diagnostic> {
    let hidden = |c: char| {
        matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
            || (c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
    };
    let found = source.char_indices().filter(|(_, c)| hidden(*c));
    found
        .map(|(at, c)| {
            Diagnostic::warning(
                "hidden-character",
                at..at + c.len_utf8(),
                format!(
                    "here is a character nobody sees, U+{:04X}, which can change how the text reads",
                    c as u32
                ),
                "delete it",
            )
        })
        .collect()
}
