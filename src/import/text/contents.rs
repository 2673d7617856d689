//! Tables of contents and lists of revisions that were kept by hand. The site makes both, and a
//! hand-kept one would be a change of the text with each heading and each version.

use std::collections::BTreeMap;

use super::key;
use crate::import::{Line, Why, plain};
use crate::policy::dates::dates;

/// What stands above a table of contents, as keys.
const ABOVE: &[&str] = &[
    "contents",
    "tableofcontents",
    "onthispage",
    "inthispolicy",
    "índice",
    "contenido",
    "sommaire",
    "tabledesmatières",
    "inhalt",
    "inhaltsverzeichnis",
    "indice",
    "inhoud",
    "المحتويات",
];

/// What a list of revisions is called, as keys.
const REVISIONS: &[&str] = &[
    "revisions",
    "revisionhistory",
    "versionhistory",
    "changelog",
    "changehistory",
    "previousversions",
    "pastversions",
    "priorversions",
    "archivedversions",
    "historyofchanges",
    "historialdecambios",
    "versionesanteriores",
    "historiquedesversions",
    "versionsprécédentes",
    "änderungshistorie",
    "frühereversionen",
];

/// A table of contents has at least so many entries.
const ENTRIES: usize = 3;

/// A title that was cut short has at least so many letters.
const SHORTENED: usize = 10;

/// No title has more.
const LONGEST: usize = 200;

/// Cuts a table of contents: lines that say, one after another, what headings below them say.
pub(super) fn contents(lines: &mut [Line]) {
    let text: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_text()).collect();
    let keys: Vec<String> = text.iter().map(|at| key(entry(&lines[*at].text))).collect();
    let is_heading = |place: usize| lines[text[place]].text.starts_with('#');
    // The last place of each heading.
    let below: BTreeMap<&str, usize> = (0..text.len())
        .filter(|place| is_heading(*place))
        .map(|place| (keys[place].as_str(), place))
        .collect();
    let is_entry = |place: usize| {
        !is_heading(place) && !keys[place].is_empty() && named_below(&below, &keys[place], place)
    };
    let Some(first) = (0..text.len()).find(|place| is_entry(*place)) else { return };
    let mut last = first;
    for place in first..text.len() {
        // One entry may be spelt otherwise than its heading.
        if is_entry(place) {
            last = place;
        } else if is_heading(place) || place > last + 1 {
            break;
        }
    }
    let matched = (first..=last).filter(|place| is_entry(*place)).count();
    if matched < ENTRIES || matched * 4 < (last + 1 - first) * 3 {
        return;
    }
    let intro = first.checked_sub(1).filter(|place| {
        let line = &lines[text[*place]].text;
        ABOVE.contains(&keys[*place].as_str()) || line.ends_with(':') && line.split_whitespace().count() <= 12
    });
    let sections = titles(lines, &text[first..=last]);
    for at in &text[intro.unwrap_or(first)..=last] {
        if !lines[*at].keep {
            lines[*at].cut = Some(Why::Contents);
        }
    }
    // What the contents do not name is a part of what they name.
    for line in lines.iter_mut().filter(|line| line.is_text() && line.text.starts_with("## ")) {
        if !sections.iter().any(|entry| same(&key(&line.text), entry)) && line.gap {
            line.text = format!("#{}", line.text);
        }
    }
}

/// Whether a heading below a place says what the entry says; one of them may be cut short.
fn named_below(below: &BTreeMap<&str, usize>, entry: &str, place: usize) -> bool {
    let is_below = |found: Option<&usize>| found.is_some_and(|at| *at > place);
    if is_below(below.get(entry)) {
        return true;
    }
    if entry.len() < SHORTENED || entry.len() > LONGEST {
        return false;
    }
    let longer = below.range(entry..).take_while(|(heading, _)| heading.starts_with(entry)).map(|(_, at)| at);
    let ends = entry.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTENED);
    is_below(longer.max()) || ends.rev().any(|end| is_below(below.get(&entry[..end])))
}

/// Whether two titles are one; one of them may be cut short.
fn same(heading: &str, entry: &str) -> bool {
    let shortened = heading.len().min(entry.len()) >= SHORTENED;
    heading == entry || shortened && (heading.starts_with(entry) || entry.starts_with(heading))
}

fn titles(lines: &[Line], entries: &[usize]) -> Vec<String> {
    entries.iter().map(|at| key(entry(&lines[*at].text))).collect()
}

/// An entry without its number.
fn entry(text: &str) -> &str {
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '*' | '+'));
    if text.starts_with('#') { text } else { bare }
}

/// Cuts lists of revisions.
pub(super) fn history(lines: &mut [Line]) {
    let level = |line: &Line| line.text.bytes().take_while(|b| *b == b'#').count();
    for at in 0..lines.len() {
        let depth = level(&lines[at]);
        if !lines[at].is_text() || depth == 0 || !REVISIONS.contains(&key(&lines[at].text).as_str()) {
            continue;
        }
        let len = lines[at + 1..].iter().take_while(|line| level(line) == 0 || level(line) > depth).count();
        let section = at..at + 1 + len;
        let words =
            lines[section.clone()].iter().map(|line| plain(&line.text)).collect::<Vec<_>>().join("\n");
        let lower = words.to_lowercase();
        // A section on how a policy is revised has no list, or at least no dates.
        let is_list = lower.contains("list of") || dates(&words).len() > 1;
        if is_list && lines[section.clone()].iter().all(|line| !line.keep) {
            lines[section]
                .iter_mut()
                .filter(|line| line.is_text())
                .for_each(|line| line.cut = Some(Why::History));
        }
    }
}
