//! What each feature of markdown becomes: `tests/clauses/NAME.md` is a text, `NAME.txt` its clauses,
//! sections and diagnostics. With `UPDATE=1` the expectations are written; read them before you
//! believe them.

use std::fmt::Write as _;

use clauseline::diagnostic::Severity;
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::{Clause, ClauseKind, Container, ContainerKind, Mark, Style, Text};

use crate::cases;

#[test]
fn clauses() {
    cases::check("tests/clauses", 30, |input| {
        let (text, found) = parse(input, 0..input.len(), Options { imported: false });
        let mut out = String::new();
        for clause in &text.clauses {
            write_clause(&mut out, clause);
        }
        write_sections(&mut out, &text);
        for diagnostic in found {
            let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
            let line = input[..diagnostic.span.start].matches('\n').count() + 1;
            let words = visible(&input[diagnostic.span.clone()]);
            let _ = writeln!(
                out,
                "{severity}[{}] line {line} `{words}`: {}\n  help: {}",
                diagnostic.code, diagnostic.message, diagnostic.hint
            );
        }
        out
    });
}

fn write_clause(out: &mut String, clause: &Clause) {
    let Clause { id, kind, path, content, .. } = clause;
    let pinned = if clause.pinned { "!" } else { "" };
    let within: String = path.iter().map(|c| format!(" < {}", container(c))).collect();
    let number = match clause.number() {
        n if n.is_empty() => String::new(),
        n => format!(" number `{n}`"),
    };
    let place = if clause.pinned && !clause.place.is_empty() {
        format!(" at {}", clause.place)
    } else {
        String::new()
    };
    let _ = writeln!(out, "{id}{pinned}{place}: {}{within}{number}", kind_name(*kind));
    let _ = writeln!(out, "  | {}", visible(&content.text));
    for Mark { range, style } in &content.marks {
        let words = visible(&content.text[range.clone()]);
        let _ = match style {
            Style::Strong => writeln!(out, "  strong `{words}`"),
            Style::Emphasis => writeln!(out, "  emphasis `{words}`"),
            Style::Strike => writeln!(out, "  struck `{words}`"),
            Style::Code => writeln!(out, "  code `{words}`"),
            Style::Link(target) => writeln!(out, "  link `{words}` to {target}"),
            Style::Image { src, alt } => writeln!(out, "  image at {}: {src} `{alt}`", range.start),
            Style::FootnoteRef(label) => writeln!(out, "  footnote at {}: {label}", range.start),
        };
    }
}

fn write_sections(out: &mut String, text: &Text) {
    out.push_str("sections\n");
    for section in &text.sections {
        let indent = "  ".repeat(section.depth + 1);
        let clauses = &section.clauses;
        let _ = writeln!(out, "{indent}{} ({} to {})", section.id, clauses.start, clauses.end);
    }
}

fn kind_name(kind: ClauseKind) -> String {
    match kind {
        ClauseKind::Heading(level) => format!("heading {level}"),
        ClauseKind::Paragraph => "paragraph".to_owned(),
        ClauseKind::Item => "item".to_owned(),
        ClauseKind::Row { header: true } => "head".to_owned(),
        ClauseKind::Row { header: false } => "row".to_owned(),
        ClauseKind::Code => "code".to_owned(),
        ClauseKind::Term => "term".to_owned(),
        ClauseKind::Definition => "definition".to_owned(),
    }
}

fn container(container: &Container) -> String {
    let name = match &container.kind {
        ContainerKind::Quote => "quote".to_owned(),
        ContainerKind::List { ordered: true } => "ordered list".to_owned(),
        ContainerKind::List { ordered: false } => "list".to_owned(),
        ContainerKind::Item(Some(n)) => format!("item {n}"),
        ContainerKind::Item(None) => "item".to_owned(),
        ContainerKind::Table(columns) => format!("table {columns:?}"),
        ContainerKind::Definitions => "definitions".to_owned(),
        ContainerKind::Definition => "definition".to_owned(),
        ContainerKind::Footnote(label) => format!("footnote {label}"),
    };
    format!("{name} #{}", container.number)
}

/// Text on one line, with what cannot be seen made visible.
fn visible(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\t' => out.push('⇥'),
            '\n' => out.push('⏎'),
            '\u{a0}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{2060}'
            | '\u{feff}' => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{{{:x}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}
