//! Headings that are none in markdown: paragraphs in bold or in capitals, `#` without a space, short
//! lines that stand alone. And the title, which belongs above the text and not into it.

use super::{Notes, key};
use crate::import::{Finding, Line, Why, dates, first_words, plain};

/// A heading has no more words.
const LONGEST: usize = 14;

/// What a policy calls itself, last word first; small letters.
const INSTRUMENTS: &[&str] = &[
    "policy",
    "notice",
    "statement",
    "agreement",
    "terms",
    "conditions",
    "addendum",
    "use",
    "service",
    "privacidad",
    "condiciones",
    "términos",
    "aviso",
    "confidentialité",
    "conditions",
    "datenschutzerklärung",
    "nutzungsbedingungen",
    "datenschutz",
];

/// Promotes what are headings in markdown but for their marks.
pub(super) fn of_markdown(lines: &mut [Line], notes: &mut Notes) {
    let mut spaceless = Vec::new();
    for line in lines.iter_mut().filter(|line| line.is_text()) {
        let level = line.text.bytes().take_while(|b| *b == b'#').count();
        let rest = &line.text[level..];
        if (1..=6).contains(&level) && rest.starts_with(|c: char| c.is_alphabetic()) {
            spaceless.push(line.number);
            line.text = format!("{} {}", "#".repeat(level), rest.trim());
        }
    }
    if !spaceless.is_empty() {
        let message = format!("`#` without a space after it: read as a heading, {} times", spaceless.len());
        notes.findings.push(Finding::done("heading", spaceless, message));
    }
    let mut level = None;
    for at in 0..lines.len() {
        if !lines[at].is_text() {
            continue;
        }
        let hashes = lines[at].text.bytes().take_while(|b| *b == b'#').count();
        if (1..=6).contains(&hashes) {
            level = (hashes > 1).then_some(hashes).or(level);
            continue;
        }
        if !alone(lines, at) || lines[at].keep {
            continue;
        }
        let text = lines[at].text.trim();
        let how = match bold(text) {
            Some(inner) if is_title(inner) => Some(("in bold", inner.to_owned())),
            _ if is_capitals(text) => Some(("in capitals", text.to_owned())),
            _ => None,
        };
        if let Some((how, title)) = how.filter(|(_, title)| !states_a_date(title)) {
            promote(&mut lines[at], level.map_or(2, |level| (level + 1).min(6)), &title, how, notes);
        }
    }
}

/// Promotes short lines that stand alone in a text without marks.
pub(super) fn of_plain(lines: &mut [Line], notes: &mut Notes) {
    for at in 0..lines.len() {
        if !lines[at].is_text() || lines[at].keep || lines[at].text.starts_with('#') || !alone(lines, at) {
            continue;
        }
        let text = lines[at].text.trim().to_owned();
        let text_below = lines[at + 1..].iter().any(Line::is_text);
        let words = text.split_whitespace().count();
        let numbered =
            text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ')').trim_start();
        let short = words <= 10
            && numbered.starts_with(char::is_uppercase)
            && text.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '”' | '?'));
        if text_below && (short || is_capitals(&text)) && !states_a_date(&text) {
            promote(&mut lines[at], 2, &text, "alone on its line", notes);
        }
    }
}

fn promote(line: &mut Line, level: usize, title: &str, how: &str, notes: &mut Notes) {
    // A number at its start would be a list in a heading's place only without the marks.
    line.text = format!("{} {}", "#".repeat(level), title.trim());
    line.gap = true;
    let message = format!("`{}` stands {how}: read as a heading", first_words(title));
    notes.findings.push(Finding::done("heading", vec![line.number], message));
}

/// Whether a line is a paragraph by itself.
fn alone(lines: &[Line], at: usize) -> bool {
    let free = |line: Option<&Line>| {
        line.is_none_or(|line| !line.is_text() && line.cut != Some(Why::Joined) || line.text.starts_with('#'))
    };
    let above = lines[at].gap || free(at.checked_sub(1).and_then(|before| lines.get(before)));
    let below = lines.get(at + 1).is_none_or(|next| next.gap) || free(lines.get(at + 1));
    above && below
}

/// The words of a line that is bold as a whole.
fn bold(text: &str) -> Option<&str> {
    let inner = ["**", "__"].iter().find_map(|mark| {
        let inner = text.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.contains(mark)).then_some(inner)
    })?;
    (!inner.trim().is_empty()).then_some(inner.trim())
}

fn is_title(text: &str) -> bool {
    text.split_whitespace().count() <= LONGEST
        && !text.ends_with(['.', ';', ','])
        && text.contains(char::is_alphabetic)
}

fn is_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && !text.contains(char::is_lowercase)
        && text.contains(char::is_uppercase)
        && text.split_whitespace().count() <= LONGEST
        && !text.ends_with([';', ',', '.'])
        && !text.starts_with(['>', '|', '-', '*', '+', '<', '['])
}

fn states_a_date(text: &str) -> bool {
    !dates::statements(&[Line::new(1, text)]).is_empty()
}

/// Takes the title off the top of the text.
pub(super) fn title(lines: &mut [Line], notes: &mut Notes) {
    let Some(first) = lines.iter().position(Line::is_text) else { return };
    let text = lines[first].text.trim_start();
    let level = text.bytes().take_while(|b| *b == b'#').count();
    let words = plain(text);
    // Of a page without marks the title is a heading like others, and tells by its words.
    let named =
        level == 2 && lines[first + 1..].iter().any(|line| line.text.starts_with("## ")) && is_name(&words);
    if level == 1 || named {
        let title = without_site(&words);
        cut_title(&mut lines[first]);
        notes.title = Some(notes.title.take().unwrap_or(title));
    }
    let window = notes.window.as_deref().map(without_site);
    let Some(title) = notes.title.clone().or(window) else { return };
    let title = &*notes.title.insert(title);
    let whole = key(title);
    let top: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_text()).take(3).collect();
    // Pages write it twice: as the window's title and as their own.
    for at in top {
        let again = key(&lines[at].text);
        if !again.is_empty() && (again == whole || again == key(&words)) {
            cut_title(&mut lines[at]);
        }
    }
}

fn cut_title(line: &mut Line) {
    if !line.keep {
        line.cut = Some(Why::Title);
    }
}

/// Whether words are the name of an instrument: `Privacy Policy`.
pub(super) fn is_name(words: &str) -> bool {
    let last = words.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    words.split_whitespace().count() <= 8
        && INSTRUMENTS.contains(&last.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// `Privacy Policy | Hillside` is called `Privacy Policy`.
fn without_site(title: &str) -> String {
    let one = [" – ", " - ", " · "].iter().fold(title.to_owned(), |title, mark| title.replace(mark, " | "));
    let parts: Vec<&str> = one.split(" | ").map(str::trim).collect();
    let named = parts.iter().find(|part| is_name(part)).or(parts.first());
    named.map_or_else(|| title.to_owned(), |part| (*part).to_owned())
}

/// What a text calls itself, where no title says it: `this Privacy Policy`.
pub(super) fn own_name(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let mut found: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for (at, word) in words.iter().enumerate() {
        if !matches!(bare(word).to_lowercase().as_str(), "this" | "our") {
            continue;
        }
        let mut name: Vec<String> = Vec::new();
        for next in words[at + 1..].iter().take(5) {
            if !next.starts_with(char::is_uppercase) {
                break;
            }
            name.push(bare(next));
            if is_name(next) && name.len() > 1 {
                *found.entry(name.join(" ")).or_default() += 1;
            }
            if next.ends_with(|c: char| !c.is_alphanumeric()) {
                break;
            }
        }
    }
    found.into_iter().max_by_key(|(name, n)| (*n, std::cmp::Reverse(name.clone()))).map(|(name, _)| name)
}
