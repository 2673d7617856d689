//! `clauseline diff`

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::build::count;
use super::{Color, Outcome, print, say};
use crate::error::Error;
use crate::load;
use crate::policy::diff::{Beside, Change, Class, Op, Relation, joined};
use crate::policy::history::Comparison;
use crate::policy::{Language, Style, Text};
use crate::site::{diff_json, names, redline};

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The earlier text.
    old: PathBuf,
    /// The later text.
    new: PathBuf,
    /// How to tell what changed.
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The changed clauses, to be read.
    Human,
    /// The diff document, every clause in it.
    Json,
}

impl Diff {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let (old, old_report) = load::single(&self.old)?;
        let (new, mut report) = load::single(&self.new)?;
        report.absorb(old_report);
        if !report.is_empty() {
            say(report.human(color.on(io::stderr().is_terminal())).trim_end());
        }
        let (Some(old), Some(new)) = (old, new) else { return Ok(Outcome::Mistakes) };
        // A file by itself says nothing of its language.
        let language = Language("en".to_owned());
        let comparison = Comparison::new((&old.text, &new.text), &new.was, &[], &language);
        let proof = comparison.diff.proof(&old.text, &new.text).map_err(|entry| Error::Proof {
            policy: "diff".to_owned(),
            old: self.old.display().to_string(),
            new: self.new.display().to_string(),
            entry,
        })?;
        let numbers = redline::numbers(&comparison);
        match self.format {
            Format::Json => {
                let document = diff_json::document(&comparison, &numbers, proof, None);
                let text = serde_json::to_string_pretty(&document)
                    .map_err(|e| Error::Json { name: "diff".to_owned(), source: Box::new(e) })?;
                print(&(text + "\n"))?;
            }
            Format::Human => {
                let marks = if color.on(io::stdout().is_terminal()) { COLOURED } else { PLAIN };
                print(&human(&comparison, &numbers, marks))?;
            }
        }
        Ok(Outcome::Fine)
    }
}

/// How deleted and inserted words and headlines are set off.
#[derive(Clone, Copy)]
struct Marks {
    delete: (&'static str, &'static str),
    insert: (&'static str, &'static str),
    head: (&'static str, &'static str),
    quiet: (&'static str, &'static str),
}

const PLAIN: Marks = Marks { delete: ("[-", "-]"), insert: ("{+", "+}"), head: ("", ""), quiet: ("", "") };
// The brackets stay: colour is never the only signal.
const COLOURED: Marks = Marks {
    delete: ("\u{1b}[31m[-", "-]\u{1b}[0m"),
    insert: ("\u{1b}[32m{+", "+}\u{1b}[0m"),
    head: ("\u{1b}[1m", "\u{1b}[0m"),
    quiet: ("\u{1b}[2m", "\u{1b}[0m"),
};

fn human(comparison: &Comparison<'_>, numbers: &[Option<usize>], marks: Marks) -> String {
    let mut out = String::new();
    let changed = numbers.iter().flatten().count();
    let (mut deleted, mut inserted, mut noise) = (0, 0, 0);
    for (change, number) in comparison.diff.changes.iter().zip(numbers) {
        deleted += change.words.0;
        inserted += change.words.1;
        match number {
            Some(number) => clause(&mut out, comparison, change, *number, marks),
            None if !change.classes.is_empty() => noise += 1,
            None => {}
        }
    }
    let (quiet, reset) = marks.quiet;
    let _ = match (changed, noise) {
        (0, 0) => writeln!(out, "no changes"),
        (0, _) => writeln!(
            out,
            "no change of words; {} in form only",
            count(noise, "clause differs", "clauses differ")
        ),
        _ => writeln!(
            out,
            "{quiet}{}: {} deleted, {} inserted{}{reset}",
            count(changed, "clause changed", "clauses changed"),
            count(deleted, "word", "words"),
            count(inserted, "word", "words"),
            if noise > 0 {
                format!("; {} in form only", count(noise, "other differs", "others differ"))
            } else {
                String::new()
            },
        ),
    };
    out
}

fn clause(out: &mut String, comparison: &Comparison<'_>, change: &Change, number: usize, marks: Marks) {
    let (head, reset) = marks.head;
    let from = change.old.first().map(|o| redline::label(comparison.old, *o, "preamble"));
    let to = change.new.first().map(|n| redline::label(comparison.new, *n, "preamble"));
    let place = match (&from, &to) {
        (Some(from), Some(to)) if from != to => format!("{from} → {to}"),
        (_, Some(one)) | (Some(one), None) => one.clone(),
        (None, None) => String::new(),
    };
    let mut what = names::relation_name(change.relation).to_owned();
    if change.moved && change.relation != Relation::Moved {
        what.push_str(", moved");
    }
    let classes: Vec<&str> = change.classes.iter().map(|c| names::class_name(*c)).collect();
    let classes = if classes.is_empty() { String::new() } else { format!(" ({})", classes.join(", ")) };
    let _ = writeln!(out, "{head}{number}. {what}{classes} · {}{reset}", printable(&place));
    let (old, new) = (joined(comparison.old, &change.old), joined(comparison.new, &change.new));
    let mut text = String::new();
    for op in &change.ops {
        let (range, side, (open, close)) = match op {
            Op::Keep { new: range, .. } => (range, &new, ("", "")),
            Op::Delete(range) => (range, &old, marks.delete),
            Op::Insert(range) => (range, &new, marks.insert),
        };
        let _ = write!(text, "{open}{}{close}", printable(&side[range.clone()]));
    }
    if text.is_empty() {
        text = printable(&(pictures(comparison.old, &change.old) + &pictures(comparison.new, &change.new)));
    }
    for line in text.lines() {
        let _ = writeln!(out, "   {line}");
    }
    for Beside { class, old, new, .. } in change.beside.iter().filter(|b| b.class != Class::Typography) {
        let name = names::class_name(*class);
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { printable(text) };
        let _ = writeln!(out, "   {name}: {} → {}", shown(old), shown(new));
    }
    out.push('\n');
}

/// What stands for a clause without words: its pictures.
fn pictures(text: &Text, clauses: &[usize]) -> String {
    let marks = clauses.iter().filter_map(|c| text.clauses.get(*c)).flat_map(|c| &c.content.marks);
    let names = marks.filter_map(|m| match &m.style {
        Style::Image { src, alt } => Some(format!("picture: {alt} ({src})")),
        _ => None,
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Text that a terminal shows and does not obey: no control characters, no change of direction.
fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str(" | "),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                let _ = write!(out, "\\u{{{:X}}}", c as u32);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{{{:X}}}", c as u32);
            }
            c => out.push(c),
        }
    }
    out
}
