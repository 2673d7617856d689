//! Diagnostics as text: for people, for programs, for GitHub.
//!
//! The only user of annotate-snippets. Each format lists mistakes by file, line, column and code.
//! Lines and columns count from 1, columns in characters.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde::Serialize;

use super::{Diagnostic, FileReport, Report, Severity};

/// The width every drawing fits into; annotate-snippets cuts longer lines around the carets.
const WIDTH: usize = 80;

/// How many characters are underlined at most: a paragraph of a policy is one line of 3,000.
const LONGEST_UNDERLINE: usize = 50;

/// How many warnings of one code are drawn for one file before the rest is only counted.
const SAME_CODE: usize = 3;

/// A report as [`Report::json`] writes it.
#[derive(Serialize)]
struct View<'a> {
    diagnostics: Vec<DiagnosticView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pastes: Vec<PasteView<'a>>,
    errors: usize,
    warnings: usize,
}

/// What may be pasted into a file.
#[derive(Serialize)]
struct PasteView<'a> {
    file: &'a str,
    lines: &'a str,
}

#[derive(Serialize)]
struct DiagnosticView<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    severity: &'static str,
    code: &'static str,
    message: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    evidence: &'a str,
}

/// A diagnostic with its place in the file, both ends.
pub(super) struct Placed<'a> {
    pub(super) found: &'a Diagnostic,
    pub(super) line: usize,
    pub(super) column: usize,
    end_line: usize,
    end_column: usize,
    /// Where the line begins in the source.
    pub(super) line_start: usize,
}

impl Report {
    /// For people: the source line, the offending text underlined, what to type instead.
    pub fn human(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
        let mut out = String::new();
        for (name, file) in &self.files {
            let (shown, more) = first_few(place(file));
            for placed in &shown {
                out.push_str(&draw(&renderer, name, file, placed));
                out.push_str("\n\n");
            }
            for (code, count) in more {
                let title = Level::WARNING.primary_title(more_of(count)).id(code);
                out.push_str(&renderer.render(&[title.element(Origin::path(name.as_str()))]));
                out.push_str("\n\n");
            }
            if !file.paste.is_empty() {
                let _ = writeln!(out, "{}:\n\n{}", paste_into(name), visible(&file.paste));
            }
        }
        if !self.is_empty() {
            let _ = writeln!(out, "{}", self.totals());
        }
        out
    }

    /// For programs: `{"diagnostics": [{"file", "line", "column", "end_line", "end_column",
    /// "severity", "code", "message", "hint", and "evidence" where there is any}], "errors", "warnings"}`.
    pub fn json(&self) -> String {
        let mut diagnostics = Vec::new();
        for (name, file) in &self.files {
            diagnostics.extend(place(file).into_iter().map(|placed| DiagnosticView {
                file: name,
                line: placed.line,
                column: placed.column,
                end_line: placed.end_line,
                end_column: placed.end_column,
                severity: word(placed.found.severity),
                code: placed.found.code,
                message: &placed.found.message,
                hint: &placed.found.hint,
                evidence: &placed.found.evidence,
            }));
        }
        let pastes = self.pastes().map(|(file, lines)| PasteView { file, lines }).collect();
        let view = View { diagnostics, pastes, errors: self.errors(), warnings: self.warnings() };
        let json = serde_json::to_string_pretty(&view).expect("strings and numbers are always JSON");
        format!("{json}\n")
    }

    /// For GitHub Actions: one workflow command a line.
    ///
    /// GitHub shows ten errors and ten warnings of a step, so errors come first, and the totals
    /// as a line of plain text last.
    pub fn github(&self) -> String {
        let mut by_severity: BTreeMap<Severity, String> = BTreeMap::new();
        let mut notices = String::new();
        for (name, file) in &self.files {
            let (shown, more) = first_few(place(file));
            for placed in &shown {
                let out = by_severity.entry(placed.found.severity).or_default();
                command(out, name, file, placed);
            }
            for (code, count) in more {
                let out = by_severity.entry(Severity::Warning).or_default();
                let (name, title) = (property(name), property(code));
                let _ = writeln!(out, "::warning file={name},title={title}::{}", message(&more_of(count)));
            }
            if !file.paste.is_empty() {
                let text = format!("{}:\n\n{}", paste_into(name), file.paste);
                let _ = writeln!(notices, "::notice file={},title=paste::{}", property(name), message(&text));
            }
        }
        let mut out: String = by_severity.into_values().collect();
        out.push_str(&notices);
        if !self.is_empty() {
            let _ = writeln!(out, "{}", self.totals());
        }
        out
    }

    /// Every mistake with its file and line, in the order in which they are drawn.
    pub fn lines(&self) -> Vec<(&str, usize, &Diagnostic)> {
        let file = |(name, file)| place(file).into_iter().map(move |p| (name, p.line, p.found));
        self.files.iter().map(|(name, file)| (name.as_str(), file)).flat_map(file).collect()
    }

    /// What may be pasted, by file.
    pub fn pastes(&self) -> impl Iterator<Item = (&str, &str)> {
        let pastes = self.files.iter().map(|(name, file)| (name.as_str(), file.paste.as_str()));
        pastes.filter(|(_, paste)| !paste.is_empty())
    }

    /// How many errors and warnings there are, in words.
    pub fn totals(&self) -> String {
        let count = |count: usize, word: &str| match count {
            1 => format!("1 {word}"),
            count => format!("{count} {word}s"),
        };
        match (self.errors(), self.warnings()) {
            (errors, 0) => count(errors, "error"),
            (0, warnings) => count(warnings, "warning"),
            (errors, warnings) => {
                format!("{} and {}", count(errors, "error"), count(warnings, "warning"))
            }
        }
    }
}

pub(super) fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn paste_into(name: &str) -> String {
    format!("paste this into the front matter of {name}, and finish it")
}

fn more_of(count: usize) -> String {
    format!("{count} more of this kind in this file")
}

/// Sorts a file's diagnostics and finds their lines and columns, in one pass over its text.
pub(super) fn place(file: &FileReport) -> Vec<Placed<'_>> {
    let clamp = |at: usize| floor_boundary(&file.source, at);
    let mut offsets: Vec<usize> = file
        .diagnostics
        .iter()
        .flat_map(|found| [clamp(found.span.start), clamp(found.span.end.max(found.span.start))])
        .collect();
    offsets.sort_unstable();
    offsets.dedup();
    let places = positions(&file.source, &offsets);
    let mut placed: Vec<Placed<'_>> = file
        .diagnostics
        .iter()
        .map(|found| {
            let (line, column, line_start) = places[&clamp(found.span.start)];
            let (end_line, end_column, _) = places[&clamp(found.span.end.max(found.span.start))];
            Placed { found, line, column, end_line, end_column, line_start }
        })
        .collect();
    placed.sort_by(|a, b| {
        let key =
            |p: &Placed<'_>| (p.line, p.column, p.found.code, p.found.severity, p.end_line, p.end_column);
        key(a).cmp(&key(b)).then_with(|| a.found.message.cmp(&b.found.message))
    });
    placed.dedup_by(|a, b| a.found == b.found);
    placed
}

/// For each offset (ascending, on character boundaries) its line, its column, its line's start.
fn positions(source: &str, offsets: &[usize]) -> BTreeMap<usize, (usize, usize, usize)> {
    let mut places = BTreeMap::new();
    let (mut line, mut column, mut line_start) = (1, 1, 0);
    let mut next = offsets.iter().copied().peekable();
    for (at, c) in source.char_indices() {
        if next.next_if_eq(&at).is_some() {
            places.insert(at, (line, column, line_start));
        }
        column += 1;
        if c == '\n' {
            (line, column, line_start) = (line + 1, 1, at + 1);
        }
        // A byte order mark is no character of the text.
        if c == '\u{feff}' && at == 0 {
            column = 1;
        }
    }
    for at in next {
        places.insert(at, (line, column, line_start));
    }
    places
}

fn floor_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Drops warnings after the first few of a code and counts them.
fn first_few(placed: Vec<Placed<'_>>) -> (Vec<Placed<'_>>, BTreeMap<&'static str, usize>) {
    let mut seen: BTreeMap<&'static str, usize> = BTreeMap::new();
    let shown = placed
        .into_iter()
        .filter(|placed| {
            let count = seen.entry(placed.found.code).or_default();
            if placed.found.severity == Severity::Warning {
                *count += 1;
            }
            *count <= SAME_CODE || placed.found.severity == Severity::Error
        })
        .collect();
    seen.retain(|_, count| *count > SAME_CODE);
    seen.values_mut().for_each(|count| *count -= SAME_CODE);
    (shown, seen)
}

fn draw(renderer: &Renderer, name: &str, file: &FileReport, placed: &Placed<'_>) -> String {
    let found = placed.found;
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(visible(&found.message)).id(found.code);
    let group = if file.source.is_empty() {
        title.element(Origin::path(name))
    } else {
        let (line, span) = underlined(&file.source, placed);
        let annotation = AnnotationKind::Primary.span(span);
        title.element(Snippet::source(line).path(name).line_start(placed.line).annotation(annotation))
    };
    let group = match found.evidence.as_str() {
        "" => group,
        evidence => group.element(Level::NOTE.message(folded(&visible(evidence)))),
    };
    let group = match found.hint.as_str() {
        "" => group,
        hint => group.element(Level::HELP.message(visible(hint))),
    };
    renderer.render(&[group])
}

/// The first line a diagnostic is about, and what to underline in it.
fn underlined<'a>(source: &'a str, placed: &Placed<'_>) -> (&'a str, Range<usize>) {
    let rest = &source[placed.line_start..];
    let rest = if placed.line_start == 0 { rest.trim_start_matches('\u{feff}') } else { rest };
    let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
    let offset_of = |column: usize| line.char_indices().nth(column - 1).map_or(line.len(), |(at, _)| at);
    let end_column = if placed.end_line == placed.line { placed.end_column } else { usize::MAX };
    let end_column = end_column.min(placed.column.saturating_add(LONGEST_UNDERLINE));
    (line, offset_of(placed.column)..offset_of(end_column.max(placed.column)))
}

/// Long lines broken at spaces, to fit beside what stands before a note.
fn folded(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut folded = String::new();
        for word in line.split(' ') {
            let length = folded.chars().count() + word.chars().count();
            if !folded.is_empty() && length >= WIDTH - "  = note: ".len() {
                lines.push(std::mem::take(&mut folded));
            } else if !folded.is_empty() {
                folded.push(' ');
            }
            folded.push_str(word);
        }
        lines.push(folded);
    }
    lines.join("\n")
}

/// Characters that a terminal would obey or a reader could not see, written out.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let hidden = (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        if hidden {
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

fn command(out: &mut String, name: &str, file: &FileReport, placed: &Placed<'_>) {
    let found = placed.found;
    let mut place = format!("file={}", property(name));
    if !file.source.is_empty() {
        let _ = write!(place, ",line={},col={}", placed.line, placed.column);
        // GitHub refuses columns for what runs over lines.
        if placed.end_line == placed.line && placed.end_column > placed.column {
            let _ = write!(place, ",endColumn={}", placed.end_column);
        }
    }
    let parts = [("", &found.message), ("", &found.evidence), ("help: ", &found.hint)];
    let parts = parts.iter().filter(|(_, part)| !part.is_empty());
    let text = parts.map(|(name, part)| format!("{name}{part}")).collect::<Vec<_>>().join("\n");
    let (severity, code) = (word(found.severity), property(found.code));
    let _ = writeln!(out, "::{severity} {place},title={code}::{}", message(&text));
}

/// A message as GitHub wants it escaped.
fn message(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command as GitHub wants it escaped.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
