//! How many instruments there are in a text, and since when each holds: told by the dates it states.

use std::ops::Range;

use super::{Made, Notes, body, headings, refuse};
use crate::import::dates::{Label, Reading, Statement, statements};
use crate::import::{Asked, Draft, Finding, Line, Refusal, Why, plain, source};

/// An instrument has at least so many words.
const WORDS: usize = 80;

/// A heading this near above a date is the date's.
const NEAR: usize = 4;

/// The versions in a text.
pub(super) fn instruments(lines: &[Line], asked: &Asked, notes: &mut Notes) -> Result<Vec<Made>, Refusal> {
    let stated = statements(lines);
    let whole = 0..lines.len();
    let parts = if asked.whole { vec![whole] } else { parts(lines, &stated) };
    if words(lines) == 0 {
        let hint = "see the report; keep lines with `--keep 12-34`";
        return refuse("nothing is left of this text", hint);
    }
    let mut made = Vec::new();
    for (place, part) in parts.iter().enumerate() {
        let inside: Vec<&Statement> = stated.iter().filter(|s| part.contains(&s.line)).collect();
        let given = asked.effective.get(place).copied();
        let (day, is_stated) = match (given, choose(&inside, lines, notes)?) {
            (Some(day), found) => {
                let said = found.filter(|found| *found != day);
                if let Some(said) = said {
                    let message = format!("{day} taken, as you say; the text states {said}");
                    notes.findings.push(Finding::doubt("date", vec![], message));
                }
                (day, true)
            }
            (None, Some(day)) => (day, true),
            (None, None) => match asked.captured.or(notes.captured) {
                Some(day) => {
                    let message = format!("no date is stated: {day} taken, the day it was captured");
                    notes.findings.push(Finding::doubt("date", vec![], message));
                    (day, false)
                }
                None => return refuse("no date is stated in this text", DATE_HINT),
            },
        };
        let (text, origins) = body(&raised(&lines[part.clone()]));
        let own = headings::own_name(&plain_text(&lines[part.clone()]));
        let title = if place == 0 { notes.title.clone().or(own) } else { own };
        let source = source(asked, notes.url.clone(), notes.captured, is_stated);
        made.push(Made { draft: Draft { title, day, source, body: text }, origins });
        if place > 0 {
            let line = lines[part.clone()].iter().find(|line| line.is_text());
            let numbers = line.map(|line| line.number).into_iter().collect();
            let message = format!("a second instrument begins here, with a date of its own: {day}");
            notes.findings.push(Finding::doubt("second-instrument", numbers, message));
        }
    }
    Ok(made)
}

const DATE_HINT: &str =
    "give the day it took effect, `--effective 2018-05-15`, or the day it was seen, `--captured 2018-05-15`";

/// The lines of each instrument.
fn parts(lines: &[Line], stated: &[Statement]) -> Vec<Range<usize>> {
    let whole = 0..lines.len();
    let mut strong: Vec<&Statement> = stated.iter().filter(|s| s.label == Label::Effective).collect();
    if strong.len() < 2 {
        strong = stated.iter().filter(|s| s.label == Label::Updated).collect();
    }
    strong.dedup_by(|b, a| a.reading == b.reading);
    let [first, rest @ ..] = strong.as_slice() else { return vec![whole] };
    // How many words stand above each line.
    let mut above = vec![0];
    for line in lines {
        above.push(above.last().copied().unwrap_or(0) + words(std::slice::from_ref(line)));
    }
    let mut bounds = vec![0];
    let at_top = above[first.line] < WORDS;
    let mut before = first.line;
    for statement in rest {
        let between = above[statement.line].saturating_sub(above[before + 1]);
        let begin = if at_top {
            let heading = (statement.line.saturating_sub(NEAR)..statement.line)
                .find(|at| lines[*at].is_text() && lines[*at].text.starts_with('#'));
            heading.filter(|_| above[lines.len()] - above[statement.line] >= WORDS)
        } else {
            (before + 1..lines.len()).find(|at| lines[*at].is_text())
        };
        if let Some(begin) = begin.filter(|_| between >= WORDS) {
            bounds.push(begin);
        }
        before = statement.line;
    }
    bounds.push(lines.len());
    bounds.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Lines whose highest headings are of the second level: those of an instrument that stood below others.
fn raised(lines: &[Line]) -> Vec<Line> {
    let high = lines
        .iter()
        .any(|line| line.is_text() && (line.text.starts_with("# ") || line.text.starts_with("## ")));
    let raise = |line: &Line| match line.text.strip_prefix("###") {
        Some(rest) if !high && line.gap => Line { text: format!("##{rest}"), ..line.clone() },
        _ => line.clone(),
    };
    lines.iter().map(raise).collect()
}

fn words(lines: &[Line]) -> usize {
    lines.iter().filter(|line| line.is_text()).map(|line| line.text.split_whitespace().count()).sum()
}

fn plain_text(lines: &[Line]) -> String {
    // Its contents name it too: `This Privacy Policy is organized as follows`.
    let own = |line: &&Line| line.cut.is_none() || line.cut == Some(Why::Contents);
    lines.iter().filter(own).map(|line| plain(&line.text)).collect::<Vec<_>>().join(" ")
}

/// The day that an instrument states, and a word on why that one.
fn choose(
    stated: &[&Statement],
    lines: &[Line],
    notes: &mut Notes,
) -> Result<Option<chrono::NaiveDate>, Refusal> {
    let Some(label) = stated.iter().map(|s| s.label).max() else { return Ok(None) };
    let number = |s: &Statement| vec![lines[s.line].number];
    let best: Vec<&&Statement> = stated.iter().filter(|s| s.label == label).collect();
    if let Some(Statement { reading: Reading::Either { day_first, month_first }, words, line, .. }) =
        best.iter().find(|s| s.day().is_none())
    {
        let message = format!("line {}: `{words}` is {day_first} or {month_first}", lines[*line].number);
        let hint = format!("say which: `--effective {day_first}` or `--effective {month_first}`");
        return refuse(message, hint);
    }
    // Of several the latest: a text is no older than the latest date it states.
    let Some(taken) = best.iter().max_by_key(|s| s.day()) else { return Ok(None) };
    let day = taken.day();
    let shown = day.map(|day| day.to_string()).unwrap_or_default();
    let why = match label {
        Label::Effective => "the day it took effect",
        Label::Updated => "the day it was changed, as none is stated on which it took effect",
        Label::Bare => "a date that stands alone",
    };
    let message = format!("{shown} taken from `{}`: {why}", taken.words);
    let finding = Finding::done("date", number(taken), message);
    notes.findings.push(Finding { doubt: label == Label::Bare, ..finding });
    for other in stated.iter().filter(|s| s.day() != day) {
        let message = format!("not taken: `{}`", other.words);
        notes.findings.push(Finding::doubt("other-date", number(other), message));
    }
    Ok(day)
}
