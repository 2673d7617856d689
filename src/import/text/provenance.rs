//! What stands above a text: front matter of another program, and words on where the text is from.

use super::Notes;
use crate::import::dates::{Reading, read as read_date};
use crate::import::{Finding, Line, Why, plain};
use crate::policy::dates::dates;

/// Reads and cuts what stands above the text.
pub(super) fn read(lines: &mut [Line], notes: &mut Notes) {
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    if let Some((range, title)) = front_matter(&texts) {
        notes.title = title;
        lines[range].iter_mut().for_each(|line| line.cut = Some(Why::FrontMatter));
    }
    let Some(first) = lines.iter().position(Line::is_text) else { return };
    let len = lines[first..].iter().take_while(|line| line.text.trim_start().starts_with('>')).count();
    let quote = &mut lines[first..first + len];
    let words = quote.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join(" ");
    let lower = words.to_lowercase();
    let told = ["archive", "snapshot", "captured", "retrieved", "extracted", "wayback", "scraped"];
    if quote.iter().any(|line| line.keep) || !told.iter().any(|word| lower.contains(word)) {
        return;
    }
    notes.url = link(&words);
    let shown = plain(&words);
    notes.captured = dates(&shown).into_iter().find_map(|range| match read_date(&shown[range]) {
        Some(Reading::Day(day)) => Some(day),
        _ => None,
    });
    let numbers = quote.iter().map(|line| line.number).collect();
    quote.iter_mut().for_each(|line| line.cut = Some(Why::Provenance));
    let mut said = Vec::new();
    said.extend(notes.url.as_ref().map(|url| format!("url {url}")));
    said.extend(notes.captured.map(|day| format!("captured {day}")));
    if !said.is_empty() {
        let message = format!("its source is said to be: {}", said.join(", "));
        notes.findings.push(Finding::done("source", numbers, message));
    }
}

/// The target of the first link, or the first address.
fn link(words: &str) -> Option<String> {
    let at = words.find("](").map(|at| at + 2).or_else(|| words.find("http"))?;
    let end = words[at..].find(|c: char| c == ')' || c.is_whitespace()).map_or(words.len(), |end| at + end);
    let url = words[at..end].trim_matches(['<', '>']);
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

/// The lines of another program's front matter, and the title it gives.
pub fn front_matter(lines: &[&str]) -> Option<(std::ops::Range<usize>, Option<String>)> {
    let first = lines.iter().position(|line| !line.trim().is_empty())?;
    let fence = lines[first].trim_end();
    if !matches!(fence, "---" | "+++") {
        return None;
    }
    let len = lines[first + 1..].iter().take(200).position(|line| line.trim_end() == fence)?;
    let inside = &lines[first + 1..first + 1 + len];
    let of_yaml = |line: &&str| {
        let line = line.trim_end();
        let key = line.split([':', '=']).next().unwrap_or_default();
        line.is_empty()
            || line.starts_with([' ', '\t', '-', '#', ']', '}', '['])
            || key.len() < line.len() && !key.trim_end().contains(' ')
    };
    if !inside.iter().all(of_yaml) {
        return None;
    }
    let title = inside.iter().find_map(|line| {
        let (key, value) = line.split_once([':', '='])?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (key.trim() == "title" && !value.is_empty() && !value.starts_with(['>', '|']))
            .then(|| value.to_owned())
    });
    Some((first..first + len + 2, title))
}
