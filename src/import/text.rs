//! A text as somebody has it, made into versions: markdown, or the words of a page without its tags.
//!
//! Order of work, each step a child: letters are repaired; what stands above the text is read
//! (`provenance`); sentences that a page ran together are parted (`fused`); what stands on every page
//! goes (`chrome`); headings that are none in markdown become some (`headings`); tables of contents and
//! lists of revisions go (`contents`). Then the dates say how many instruments there are and since when
//! each holds (`instruments`).

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, Draft, Finding, Imported, Line, Refusal, Why, dates, first_words, lost, mojibake};
use crate::policy::dates::dates as dates_in;
use crate::policy::{Style, markdown};

mod chrome;
mod contents;
mod fused;
mod headings;
mod instruments;
mod provenance;

pub use provenance::front_matter;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// With marks for headings, links or emphasis.
    Markdown,
    /// The words alone.
    Plain,
}

/// What is known of a text while it is read.
#[derive(Debug, Default)]
pub(super) struct Notes {
    pub(super) findings: Vec<Finding>,
    pub(super) title: Option<String>,
    /// What the window of a page was called: its title, or that and the site's.
    pub(super) window: Option<String>,
    pub(super) url: Option<String>,
    pub(super) captured: Option<chrono::NaiveDate>,
}

/// Makes versions of a text.
pub fn import(text: &str, asked: &Asked) -> Imported {
    let (text, mut notes) = repaired(text, asked);
    let lines = text.lines().enumerate().map(|(at, line)| Line::new(at + 1, line)).collect();
    settle(lines, &text, asked, &mut notes, None)
}

/// The letters of a text, repaired as far as can be.
pub(super) fn repaired(text: &str, asked: &Asked) -> (String, Notes) {
    let (mut text, mut findings) = mojibake::repair(text);
    if asked.guess {
        let (guessed, found) = mojibake::guess(&text);
        text = guessed;
        findings.extend(found);
    }
    (text, Notes { findings, ..Notes::default() })
}

/// Makes versions of lines; some of them may be cut already. `known` is how they are written, if that
/// is not to be told by their looks.
pub(super) fn settle(
    mut lines: Vec<Line>,
    input: &str,
    asked: &Asked,
    notes: &mut Notes,
    known: Option<Shape>,
) -> Imported {
    let damaged = mojibake::name(&lines.iter().map(|l| l.text.as_str()).collect::<Vec<_>>().join("\n"));
    let damaged: Vec<Finding> = damaged
        .into_iter()
        .map(|found| {
            let number = |at: &usize| lines.get(at - 1).map_or(*at, |line| line.number);
            Finding { lines: found.lines.iter().map(number).collect(), ..found }
        })
        .collect();
    for line in &mut lines {
        line.keep = asked.keep.contains(&line.number);
        if line.keep {
            line.cut = None;
        }
        if asked.cut.contains(&line.number) {
            line.cut = Some(Why::Asked);
        }
    }
    provenance::read(&mut lines, notes);
    if known.unwrap_or_else(|| shape(&lines)) == Shape::Plain {
        fused::plain_lines(&mut lines, notes);
        lines = fused::part_sentences(lines);
        chrome::cut(&mut lines);
        lines = fused::part_headings(lines, notes);
        headings::of_plain(&mut lines, notes);
        fused::lists(&mut lines, notes);
    } else {
        chrome::cut(&mut lines);
        headings::of_markdown(&mut lines, notes);
    }
    headings::title(&mut lines, notes);
    contents::contents(&mut lines);
    contents::history(&mut lines);
    let drafts = instruments::instruments(&lines, asked, notes);
    let stays = |line: &&Line| line.is_text() || line.cut == Some(Why::Joined);
    let kept: BTreeSet<usize> = lines.iter().filter(stays).map(|line| line.number).collect();
    let in_text = |found: &Finding| found.lines.iter().any(|number| kept.contains(number));
    notes.findings.extend(damaged.into_iter().filter(in_text));
    notes.findings.extend(cuts(&lines));
    let drafts =
        drafts.map(|drafts| drafts.into_iter().map(|draft| read_again(draft, notes)).collect::<Vec<_>>());
    if let Ok(drafts) = &drafts {
        notes.findings.extend(ledger(input, &lines, drafts));
    }
    let mut findings = std::mem::take(&mut notes.findings);
    findings.sort_by_key(|found| found.lines.first().copied());
    Imported { drafts, findings }
}

/// Whether a text is written in markdown.
fn shape(lines: &[Line]) -> Shape {
    let marked = |line: &Line| {
        let text = line.text.trim_start();
        text.starts_with('#') || text.contains("](") || text.contains("**") || text.starts_with("* ")
    };
    let mut text = lines.iter().filter(|line| line.is_text());
    if text.any(marked) { Shape::Markdown } else { Shape::Plain }
}

/// A version's text with the number of the input's line that each of its lines came from.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) draft: Draft,
    pub(super) origins: Vec<usize>,
}

/// The lines that are kept, as markdown.
pub(super) fn body(lines: &[Line]) -> (String, Vec<usize>) {
    let (mut text, mut origins) = (String::new(), Vec::new());
    let mut gap = false;
    for line in lines {
        let words = line.text.trim_end_matches(['\t', '\r']);
        if !line.is_text() {
            // A row of `=` may stand within a paragraph, where a page was put together of pieces.
            let within = line.cut == Some(Why::Rule) && line.text.starts_with('=');
            gap |= line.cut != Some(Why::Joined) && !within;
            continue;
        }
        let heading = line.text.starts_with('#');
        if !text.is_empty() && (gap || line.gap || heading) {
            text.push('\n');
            origins.push(line.number);
        }
        text.push_str(words);
        text.push('\n');
        origins.push(line.number);
        gap = heading;
    }
    (text, origins)
}

/// What the program itself will say of the text, with the places of the input.
fn read_again(made: Made, notes: &mut Notes) -> Draft {
    let text = &made.draft.body;
    let (_, diagnostics) = markdown::parse(text, 0..text.len(), markdown::Options { imported: true });
    let ends = text.match_indices('\n').map(|(at, _)| at + 1);
    let starts: Vec<usize> = [0].into_iter().chain(ends).collect();
    let mut told: BTreeMap<(&'static str, String), Vec<usize>> = BTreeMap::new();
    for found in diagnostics {
        let line = starts.partition_point(|start| *start <= found.span.start).saturating_sub(1);
        let number = made.origins.get(line).or(made.origins.last()).copied();
        told.entry((found.code, found.message)).or_default().extend(number);
    }
    notes
        .findings
        .extend(told.into_iter().map(|((code, message), lines)| Finding::doubt(code, lines, message)));
    made.draft
}

/// What was cut, one finding for lines that stand together.
pub(super) fn cuts(lines: &[Line]) -> Vec<Finding> {
    let mut found: Vec<(Why, Finding)> = Vec::new();
    let mut together = false;
    for line in lines {
        let Some(why) = &line.cut else {
            together &= line.text.trim().is_empty();
            continue;
        };
        if line.text.trim().is_empty() {
            continue;
        }
        // Lines of signs stand all over a text, and one word on them is enough.
        let same =
            found.iter_mut().rfind(|(other, _)| other == why).filter(|_| together || *why == Why::Rule);
        match same {
            Some((_, finding)) => {
                // Empty lines between them are cut with them.
                let from =
                    if *why == Why::Rule { line.number } else { finding.lines.last().map_or(0, |n| n + 1) };
                finding.lines.extend(from.min(line.number)..=line.number);
                finding.text.push('\n');
                finding.text.push_str(&line.text);
            }
            None => {
                let finding = Finding::done(why.code(), vec![line.number], "");
                found.push((why.clone(), Finding { text: line.text.clone(), doubt: why.doubt(), ..finding }));
            }
        }
        together = true;
    }
    found.into_iter().map(|(why, finding)| told(&why, finding)).collect()
}

fn told(why: &Why, finding: Finding) -> Finding {
    let words = finding.text.split_whitespace().count();
    let lines = finding.lines.iter().collect::<BTreeSet<_>>().len();
    let size = match lines {
        1 => format!("{words} word{}", if words == 1 { "" } else { "s" }),
        n => format!("{n} lines, {words} words"),
    };
    let mut message = format!("cut {}: {size}: `{}`", why.words(), first_words(&finding.text));
    if *why == Why::Chrome {
        let dates = dates_in(&finding.text)
            .into_iter()
            .filter(|range| dates::read(&finding.text[range.clone()]).is_some());
        let dates: Vec<&str> = dates.map(|range| &finding.text[range]).collect();
        if !dates.is_empty() {
            message.push_str(&format!("; it names {}", dates.join(" and ")));
        }
    }
    Finding { message, ..finding }
}

/// Holds what came in against what came out.
fn ledger(input: &str, lines: &[Line], drafts: &[Draft]) -> Option<Finding> {
    let mut kept: Vec<String> = lines.iter().filter(|l| l.cut.is_some()).map(|l| l.text.clone()).collect();
    for draft in drafts {
        let body = &draft.body;
        let (text, _) = markdown::parse(body, 0..body.len(), markdown::Options { imported: true });
        for clause in text.clauses {
            kept.extend(clause.content.marks.into_iter().filter_map(|mark| match mark.style {
                Style::Link(target) => Some(target),
                Style::Image { src, alt } => Some(format!("{src} {alt}")),
                Style::FootnoteRef(label) => Some(label),
                _ => None,
            }));
            // Numbers of items are no words of their text.
            kept.push(clause.content.text);
            kept.push(clause.id);
        }
        let number = |line: &str| {
            let digits: String = line.trim_start().chars().take_while(char::is_ascii_digit).collect();
            line.trim_start()[digits.len()..].starts_with(['.', ')']).then_some(digits)
        };
        kept.extend(body.lines().filter_map(number));
    }
    // A character written as its name reads as that character: `&amp;`
    let input = input.replace("&amp.", "&").replace("&amp;", "&").replace("&nbsp;", " ");
    let missing = lost::lost(&input, kept.iter().map(String::as_str));
    (!missing.is_empty()).then(|| {
        let some: Vec<&str> = missing.iter().take(12).map(String::as_str).collect();
        let message = format!("in no clause, as markdown shows nothing of them: {}", some.join(", "));
        Finding { text: missing.join(" "), ..Finding::doubt("lost", vec![], message) }
    })
}

/// There is no version of a text.
pub(super) fn refuse<T>(message: impl Into<String>, hint: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal { message: message.into(), hint: hint.into() })
}

/// Letters and digits alone, small: for telling whether two headings are one.
pub(super) fn key(text: &str) -> String {
    let text = text
        .trim_end()
        .strip_suffix('}')
        .and_then(|text| text.rsplit_once("{#"))
        .map_or(text, |(text, _)| text);
    super::plain(text).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The lines of a text that state a date.
pub(super) fn dated(lines: &[Line]) -> BTreeSet<usize> {
    dates::statements(lines).into_iter().map(|statement| statement.line).collect()
}

/// The day that a text states, where it states one that can be read in one way only.
pub fn stated(text: &str) -> Option<chrono::NaiveDate> {
    let lines: Vec<Line> = text.lines().enumerate().map(|(at, line)| Line::new(at + 1, line)).collect();
    let statements = dates::statements(&lines);
    let label = statements.iter().map(|statement| statement.label).max()?;
    let best = || statements.iter().filter(|statement| statement.label == label);
    best().map(dates::Statement::day).collect::<Option<Vec<_>>>()?.into_iter().max()
}
