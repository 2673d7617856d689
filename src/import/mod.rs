//! Policies that were not written here: a page, a text or a repository, made into versions.
//!
//! Text in, values out, as in the core: no disk, no clock, no way to fail. What comes out are
//! [`Draft`]s, a version's text with what its front matter is to say, and [`Finding`]s: whatever was
//! done to the text, and whatever a person should look at.
//!
//! **Nothing is lost silently.** A text is a row of [`Line`]s, and no line ever leaves the row. It is
//! kept, or it bears a word on why it was [cut](Why), and then the report has it. What was repaired is
//! named with what it was. [`lost`] holds the words of the input against those of the versions and of
//! the report, for each text that is imported.
//!
//! **Nothing is guessed silently either.** What could be one or the other (two dates, two
//! instruments, letters that were lost) is a finding in [doubt](Finding::doubt); where a wrong guess
//! would be a wrong date or a wrong policy, there is no version until somebody says which.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::policy::{Fidelity, Source};

pub mod bytes;
pub mod dates;
pub mod file;
pub mod git;
pub mod html;
pub mod lost;
pub mod mojibake;
pub mod text;

/// One line of what was given, wherever it ends up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in the input, from 1. Where one line was several, all of them have it.
    pub number: usize,
    /// Its text; a promoted heading has its `##`.
    pub text: String,
    /// Whether an empty line goes before it.
    pub gap: bool,
    /// Why it is in no version.
    pub cut: Option<Why>,
    /// Whether somebody asked for it to stay.
    pub keep: bool,
}

impl Line {
    /// A line as it stands in the input.
    pub fn new(number: usize, text: impl Into<String>) -> Self {
        Self { number, text: text.into(), gap: false, cut: None, keep: false }
    }

    /// Whether it has words that are in a version.
    pub fn is_text(&self) -> bool {
        self.cut.is_none() && !self.text.trim().is_empty()
    }
}

/// Why a line is in no version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// What stands on every page of the site: menus, banners, footers.
    Chrome,
    /// An element of HTML that holds no text of a policy: `nav`.
    Element(String),
    /// The policy's name, which pages write above the text.
    Title,
    /// A table of contents kept by hand; the pages make one.
    Contents,
    /// A list of revisions kept by hand; the pages make one.
    History,
    /// What somebody wrote above the text on where it comes from.
    Provenance,
    /// What another program keeps above a text.
    FrontMatter,
    /// A line of signs between texts.
    Rule,
    /// Somebody asked for it.
    Asked,
    /// It is none: its words stand with those of another line.
    Joined,
}

impl Why {
    /// The name of the finding, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Chrome | Self::Element(_) => "cut-chrome",
            Self::Title => "cut-title",
            Self::Contents => "cut-contents",
            Self::History => "cut-history",
            Self::Provenance => "cut-provenance",
            Self::FrontMatter => "cut-front-matter",
            Self::Rule => "cut-rule",
            Self::Asked => "cut-asked",
            Self::Joined => "joined",
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Chrome => "page chrome".to_owned(),
            Self::Element(name) => format!("page chrome, `<{name}>`"),
            Self::Title => "the title, which pages write above the text".to_owned(),
            Self::Contents => "a table of contents, which the site makes".to_owned(),
            Self::History => "a list of revisions kept by hand, which the site makes".to_owned(),
            Self::Provenance => "a note on where the text comes from, now in `source`".to_owned(),
            Self::FrontMatter => "front matter of another program".to_owned(),
            Self::Rule => "a line of signs".to_owned(),
            Self::Asked => "as you asked".to_owned(),
            Self::Joined => "no words".to_owned(),
        }
    }

    /// Whether a person should look at what was cut.
    fn doubt(&self) -> bool {
        matches!(self, Self::Chrome | Self::Contents | Self::History)
    }
}

/// Something that was done to a text, or that could not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A stable name for it: `cut-chrome`.
    pub code: &'static str,
    /// Whether a person should look at it.
    pub doubt: bool,
    /// The lines of the input that it is about, in order.
    pub lines: Vec<usize>,
    /// What was done, or what is to be done.
    pub message: String,
    /// The words it is about, whole: what was cut.
    pub text: String,
}

impl Finding {
    /// Something that was done.
    pub fn done(code: &'static str, lines: Vec<usize>, message: impl Into<String>) -> Self {
        Self { code, doubt: false, lines, message: message.into(), text: String::new() }
    }

    /// Something to look at.
    pub fn doubt(code: &'static str, lines: Vec<usize>, message: impl Into<String>) -> Self {
        Self { doubt: true, ..Self::done(code, lines, message) }
    }

    /// The lines as people write them: `3`, `57–76`, `3, 6–9`.
    pub fn place(&self) -> String {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for line in self.lines.iter().copied().collect::<BTreeSet<_>>() {
            match runs.last_mut() {
                Some((_, last)) if *last + 1 == line => *last = line,
                _ => runs.push((line, line)),
            }
        }
        let more = runs.len().saturating_sub(RUNS);
        let run = |(from, to): &(usize, usize)| {
            if from == to { from.to_string() } else { format!("{from}–{to}") }
        };
        let shown: Vec<String> = runs.iter().take(RUNS).map(run).collect();
        if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
    }
}

/// So many places are named one by one.
const RUNS: usize = 6;

/// What the user said of a text that is imported.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Where the text was taken from.
    pub url: Option<String>,
    /// When.
    pub captured: Option<NaiveDate>,
    /// When it took effect, for each instrument in it.
    pub effective: Vec<NaiveDate>,
    /// Lines that stay, whatever they look like.
    pub keep: BTreeSet<usize>,
    /// Lines that go.
    pub cut: BTreeSet<usize>,
    /// It is one instrument, whatever dates it states.
    pub whole: bool,
    /// Repair also what is only likely.
    pub guess: bool,
}

/// A version that is to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What the text calls itself.
    pub title: Option<String>,
    /// The day it takes effect, or was seen.
    pub day: NaiveDate,
    /// Where it comes from.
    pub source: Source,
    /// Its text.
    pub body: String,
}

/// Why there is no version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong.
    pub message: String,
    /// What to type.
    pub hint: String,
}

/// What came of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The versions, or why there are none.
    pub drafts: Result<Vec<Draft>, Refusal>,
    /// All there is to say, in the order of the input.
    pub findings: Vec<Finding>,
}

/// Where a text that was taken out of something comes from.
fn source(asked: &Asked, url: Option<String>, captured: Option<NaiveDate>, stated: bool) -> Source {
    Source {
        url: asked.url.clone().or(url),
        captured: asked.captured.or(captured),
        date_is_capture: !stated,
        fidelity: Some(if asked.guess { Fidelity::Reconstructed } else { Fidelity::Extracted }),
    }
}

/// The first words of a text, for people.
pub fn first_words(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(9).collect();
    let more = text.split_whitespace().nth(9).is_some();
    let mut short: String = words.join(" ").chars().take(70).collect();
    if more || short.len() < words.join(" ").len() {
        short.push('…');
    }
    short
}

/// The words of a line without the marks of markdown, for telling what it says.
pub fn plain(text: &str) -> String {
    let text = text.trim().trim_start_matches(['#', '>']).trim_end_matches('#');
    let item = text.trim_start();
    let item = ["- ", "* ", "+ "].iter().find_map(|mark| item.strip_prefix(mark)).unwrap_or(item);
    let mut out = String::with_capacity(item.len());
    let mut rest = item;
    // Of a link only the words: `[words](target)`.
    while let Some(at) = rest.find("](") {
        let end = rest[at..].find(')').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out.retain(|c| !matches!(c, '*' | '_' | '[' | ']' | '\\' | '`'));
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}
