//! A comparison as a comment on a pull request, for GitHub and GitLab: how much changed, a table, then
//! the redline of each change.
//!
//! The texts are strangers here. In tables and headings every character that markdown might obey is
//! escaped. Redlines are HTML blocks, in which there is no markdown at all, so that they stay readable
//! as they are written: only HTML is escaped in them. In both, what would name a person, an issue or
//! the like is broken up by a space of no width, since that is looked for in the finished page.
//!
//! A comment may have 65,536 characters. What does not fit is left out whole, and counted.

use std::fmt::Write as _;

use super::told::{Run, Told, ToldChange, printable};
use crate::cli::build::count;

/// How long a comment may be, in the units that GitHub counts (UTF-16), with some room for a line
/// that somebody puts above it.
const LONGEST: usize = 65_000;

/// How long a place or a name may be in the table.
const LONGEST_NAME: usize = 120;

/// The comment. `names` are those of the two files, `proof` is for how many entries the proof held.
pub(super) fn markdown(told: &Told, (old, new): (&str, &str), proof: usize) -> String {
    let head = format!("### {} → {}\n\n{}.\n\n", short(old), short(new), told.headline);
    let checked = match proof {
        1 => "in 1 clause".to_owned(),
        n => format!("in all {n} clauses"),
    };
    let foot = format!(
        "Checked: accepting every change gives the new text and rejecting every change gives the old one, {checked}.\n"
    );
    // The notes on what is left out are shorter than this.
    let mut room = LONGEST.saturating_sub(units(&head) + units(&foot) + 1_000);
    let (third, eighth) = (room / 3, room / 8);
    let table = table(&mut room, third, told);
    let noise = noise(&mut room, eighth, told);
    let all = room;
    let (redline, left_out) = fit(&mut room, all, told.changes.iter().map(section));
    let note = if left_out == 0 {
        String::new()
    } else {
        format!(
            "**{} not shown here for want of room.** `clauseline diff --format html` shows every change.\n\n",
            count(left_out, "change is", "changes are")
        )
    };
    [head, table, redline, note, noise, foot].concat()
}

/// The pieces that fit into `most` of the room, in order, and how many do not.
fn fit(room: &mut usize, most: usize, pieces: impl Iterator<Item = String>) -> (String, usize) {
    let (mut out, mut left, mut left_out) = (String::new(), most.min(*room), 0);
    for piece in pieces {
        match left.checked_sub(units(&piece)) {
            Some(rest) => {
                *room -= left - rest;
                left = rest;
                out.push_str(&piece);
            }
            None => left_out += 1,
        }
    }
    (out, left_out)
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn table(room: &mut usize, most: usize, told: &Told) -> String {
    if told.changes.is_empty() {
        return String::new();
    }
    let row =
        |c: &ToldChange| format!("| {} | {} | {} | {} |\n", c.number, short(&c.place), c.what, c.classes);
    let (rows, left_out) = fit(room, most, told.changes.iter().map(row));
    let note = if left_out == 0 {
        String::new()
    } else {
        format!("{} not in this table.\n\n", count(left_out, "further change is", "further changes are"))
    };
    format!("| No. | Where | What happened | Kind |\n| ---: | --- | --- | --- |\n{rows}\n{note}")
}

/// A change with its redline.
fn section(change: &ToldChange) -> String {
    let ToldChange { number, what, place, .. } = change;
    let mut out = format!("#### {number}. {what} · {}\n\n<p dir=\"auto\">", short(place));
    for run in &change.runs {
        let text = block(run.text());
        let _ = match run {
            Run::Keep(_) => write!(out, "{text}"),
            Run::Delete(_) => write!(out, "<del>{text}</del>"),
            Run::Insert(_) => write!(out, "<ins>{text}</ins>"),
        };
    }
    out.push_str("</p>\n\n");
    for (class, old, new) in &change.beside {
        let _ = write!(out, "<p>{class}: {} → {}</p>\n\n", code(old), code(new));
    }
    out
}

/// What differs in form only, folded away.
fn noise(room: &mut usize, most: usize, told: &Told) -> String {
    if told.noise.is_empty() {
        return String::new();
    }
    let line = |(place, classes): &(String, String)| format!("| {} | {classes} |\n", short(place));
    let (lines, left_out) = fit(room, most, told.noise.iter().map(line));
    let more = if left_out == 0 { String::new() } else { format!("{left_out} more are not listed.\n\n") };
    let summary = count(told.noise.len(), "clause differs", "clauses differ");
    format!(
        "<details>\n<summary>{summary} in form only</summary>\n\n| Where | Kind |\n| --- | --- |\n{lines}\n{more}</details>\n\n"
    )
}

/// Text within a line of markdown, cut where it is long.
fn short(text: &str) -> String {
    let mut text = printable(text).replace('\n', " ");
    if let Some((end, _)) = text.char_indices().nth(LONGEST_NAME) {
        text.truncate(end);
        text.push('…');
    }
    let mut out = String::with_capacity(text.len());
    defused(&text, |c| match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        NOTHING => out.push_str("&#8203;"),
        // `www.` alone makes a link.
        '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | ':' | '!' | '=' | '^' => {
            out.extend(['\\', c]);
        }
        c => out.push(c),
    });
    out.replace("www.", "www\\.")
}

/// Text within a block of HTML, which a blank line would end.
fn block(text: &str) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    defused(&text, |c| push_html(&mut out, c));
    out
}

/// An address within a block of HTML, to be copied as it is: nothing is looked for in code.
fn code(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let mut out = "<code>".to_owned();
    printable(text).chars().for_each(|c| push_html(&mut out, c));
    out + "</code>"
}

fn push_html(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\n' => out.push_str("<br>\n"),
        NOTHING => out.push_str("&#8203;"),
        c => out.push(c),
    }
}

/// A space of no width.
const NOTHING: char = '\u{200B}';

/// Gives the characters of a text one by one, with [`NOTHING`] after the first of what the hosts turn
/// into mentions, references and marks of their own: `@team`, `#12`, GitLab's `!12`, `$12`, `&12`,
/// `~label`, `%milestone` and `{+inserted+}`.
fn defused(text: &str, mut give: impl FnMut(char)) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        give(c);
        let next = rest.peek().copied().unwrap_or(' ');
        let refers = match c {
            '@' | '~' | '%' | '^' => next.is_alphanumeric() || matches!(next, '_' | '"'),
            '#' | '!' | '$' | '&' => next.is_ascii_digit(),
            '{' | '[' => matches!(next, '+' | '-'),
            _ => false,
        };
        if refers {
            give(NOTHING);
        }
    }
}
