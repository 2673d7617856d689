//! A comparison for a terminal: each change as a line and its text, the sum of all at the end, where
//! it stands when all has scrolled by.

use std::fmt::Write as _;

use super::told::{Told, ToldChange, ToldDefinition};
use super::way::Travelled;
use crate::policy::excerpt::{Run, printable};

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

/// The whole report.
pub(super) fn human(told: &Told, coloured: bool) -> String {
    let marks = if coloured { COLOURED } else { PLAIN };
    let mut out = String::new();
    for change in &told.changes {
        clause(&mut out, change, marks);
    }
    for ToldDefinition { term, what, used } in &told.definitions {
        let used = if used.is_empty() { String::new() } else { format!(", used in: {}", used.join("; ")) };
        let _ = writeln!(out, "definition {what}: {}", printable(&format!("{term}{used}")));
    }
    for Travelled { what, place, numbers, steps } in &told.way {
        let numbers: String = numbers.iter().map(|n| format!("{n}. ")).collect();
        let _ = writeln!(out, "{what}: {}{}", numbers, printable(&format!("{place} ({steps})")));
    }
    if !told.way.is_empty() || !told.definitions.is_empty() {
        out.push('\n');
    }
    let (quiet, reset) = if told.changes.is_empty() { ("", "") } else { marks.quiet };
    let _ = writeln!(out, "{quiet}{}{reset}", told.headline);
    out
}

fn clause(out: &mut String, change: &ToldChange, marks: Marks) {
    let (head, reset) = marks.head;
    let ToldChange { number, what, classes, place, .. } = change;
    let classes = if classes.is_empty() { String::new() } else { format!(" ({classes})") };
    let _ = writeln!(out, "{head}{number}. {what}{classes} · {}{reset}", printable(place));
    let text = drawn(&change.runs, marks);
    for line in text.lines() {
        let _ = writeln!(out, "   {line}");
    }
    for (class, old, new) in &change.beside {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { printable(text) };
        let _ = writeln!(out, "   {}: {} → {}", printable(class), shown(old), shown(new));
    }
    if !change.signals.is_empty() {
        let signals = change.signals.iter().map(|(kind, runs)| format!("{kind} {}", drawn(runs, marks)));
        let _ = writeln!(out, "   signals: {}", signals.collect::<Vec<_>>().join("; "));
    }
    out.push('\n');
}

fn drawn(runs: &[Run], marks: Marks) -> String {
    let mut text = String::new();
    for run in runs {
        let (open, close) = match run {
            Run::Keep(_) => ("", ""),
            Run::Delete(_) => marks.delete,
            Run::Insert(_) => marks.insert,
        };
        let _ = write!(text, "{open}{}{close}", printable(run.text()));
    }
    text
}
