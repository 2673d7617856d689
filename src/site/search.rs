//! The index of the search over all versions: plain files, of which the search page's script loads the
//! few that a query needs.
//!
//! ```text
//!  search/index.json                     every line (a policy in a language) with its versions, and where
//!                                        in the numbering of all passages each version's new ones begin
//!  search/words/3.json                   word → numbers of the passages that have it
//!  search/passages/privacy/en.json       of each passage of a line: its section, address, last version …
//! ```
//!
//! Passages of a line are numbered in the order of the versions that first have them, and lines one after
//! another. So the lowest number that a query finds in a line is where it was said first, and which
//! version that was can be told from `index.json` alone; the third sort of file is loaded only for
//! the answers that are shown. A word's file is known from its first letters, which is why a query for
//! the beginning of a word finds all words that begin so in one file. All words are in it, the
//! most frequent ones too: of those hardly more is written than that they are everywhere.
//!
//! These files are no interface for others: they change with the script that reads them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::{Page, Site, urls};
use crate::error::Error;
use crate::policy::history::{History, Status};
use crate::policy::search::{self, clause_words, head};

/// The number of the format, for the script.
const FORMAT: usize = 1;

/// How many bytes a file of words should have, more or less: a query loads one for each of its words.
const SHARD: usize = 20_000;

/// A line, in `index.json`.
#[derive(Clone, Debug, Serialize)]
struct LineEntry {
    policy: String,
    title: String,
    language: String,
    /// The language's own name; only of translations.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The number of its first passage.
    from: u32,
    /// Id, day, and in letters: `f` in force, `u` upcoming, `d` draft, `w` withdrawn, `s` its day is only
    /// the day it was seen. The day is empty where it is the id.
    versions: Vec<(String, String, String)>,
    /// How many passages each version was the first to have.
    new: Vec<u32>,
}

/// What the index needs of a policy's line, once its own file is made.
#[derive(Clone, Debug)]
pub struct LineIndex {
    entry: LineEntry,
    passages: u32,
    /// For each word a line: the word, its first and its last number within this line, and the steps
    /// from each number to the next. One text and not a map: a site may have many policies.
    words: String,
}

/// Everything in `index.json`.
#[derive(Serialize)]
struct Index<'a> {
    format: usize,
    shards: usize,
    lines: Vec<&'a LineEntry>,
}

/// The passages of a line, row by row in their order.
#[derive(Serialize)]
struct Passages {
    /// Titles of sections.
    sections: Vec<String>,
    /// Which section, address in the version in force (in the last one that has it, where that is
    /// another), address in the first version where it is another, last version, number of the change
    /// that brought it, and how many passages back it stands as it was before.
    passages: Vec<(usize, String, String, usize, usize, usize)>,
}

/// The lines of a policy, and for each the file of its passages. `numbers` are those that changes bear in
/// the redline of each version with the one before it.
pub(super) fn policy(
    site: &Site,
    history: &History<'_>,
    numbers: &[Vec<Option<usize>>],
) -> Result<(Vec<Page>, Vec<LineIndex>), Error> {
    let (mut pages, mut indices) = (Vec::new(), Vec::new());
    let id = &history.policy.id;
    for line in search::lines(history) {
        let number = |release: usize, change: Option<usize>| {
            change.and_then(|n| numbers[release].get(n).copied().flatten()).unwrap_or_default()
        };
        let mut sections: Vec<String> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        let mut new = vec![0; line.versions.len()];
        let mut found: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut rows = Vec::with_capacity(line.passages.len());
        for (n, passage) in (0_u32..).zip(&line.passages) {
            let clause = &passage.text.clauses[passage.clause];
            let title = passage.text.section_title(clause.section);
            let section = *places.entry(title).or_insert_with(|| {
                sections.push(title.to_owned());
                sections.len() - 1
            });
            new[passage.first] += 1;
            let there = Some(clause.id.as_str()).filter(|id| *id != passage.id).unwrap_or_default();
            let before = passage.before.map_or(0, |b| n as usize - b);
            let change = number(line.versions[passage.first], passage.change);
            rows.push((section, passage.id.to_owned(), there.to_owned(), passage.last, change, before));
            for word in clause_words(clause) {
                let numbers = found.entry(word).or_default();
                if numbers.last() != Some(&n) {
                    numbers.push(n);
                }
            }
        }
        let language = &line.language.0;
        pages.push(file(&urls::search_passages(id, language), &Passages { sections, passages: rows })?);
        let translated = *line.language != history.policy.settings.controlling_language;
        let entry = LineEntry {
            policy: id.clone(),
            title: title(history, line.language),
            language: language.clone(),
            name: translated.then(|| site.catalogue.name_of(language).to_owned()),
            from: 0,
            versions: versions(history, &line.versions),
            new,
        };
        indices.push(LineIndex { entry, passages: line.passages.len() as u32, words: written(&found) });
    }
    Ok((pages, indices))
}

fn title(history: &History<'_>, language: &crate::policy::Language) -> String {
    let own = |r: &crate::policy::history::Release<'_>| {
        history.translation(r.version, language).and_then(|t| t.title.clone())
    };
    history.releases.iter().rev().find_map(own).unwrap_or_else(|| history.policy.settings.title.clone())
}

fn versions(history: &History<'_>, of: &[usize]) -> Vec<(String, String, String)> {
    let applies = of.iter().copied().filter(|i| history.in_force.is_some_and(|current| *i <= current));
    let line = |i: &usize| !matches!(history.releases[*i].status, Status::Draft | Status::Withdrawn);
    let current = applies.filter(line).max();
    let entry = |i: &usize| {
        let release = &history.releases[*i];
        let front = &release.version.front;
        let mut flags = match release.status {
            Status::Draft => "d",
            Status::Upcoming => "u",
            Status::Withdrawn => "w",
            _ if Some(*i) == current => "f",
            _ => "",
        }
        .to_owned();
        if front.is_captured() {
            flags.push('s');
        }
        let (id, day) = (release.version.id.clone(), front.effective.to_string());
        (id.clone(), if id == day { String::new() } else { day }, flags)
    };
    of.iter().map(entry).collect()
}

/// A file of the index, without the spaces that only people need.
fn file(path: &str, value: &impl Serialize) -> Result<Page, Error> {
    let written = serde_json::to_vec(value);
    let contents = written.map_err(|e| Error::Json { name: path.to_owned(), source: Box::new(e) })?;
    Ok(Page { path: path.to_owned(), contents })
}

/// See [`LineIndex::words`].
fn written(found: &BTreeMap<String, Vec<u32>>) -> String {
    let mut out = String::new();
    for (word, numbers) in found {
        let (first, last) = (numbers.first().copied(), numbers.last().copied());
        let _ = write!(out, "{word}\t{}\t{}\t", first.unwrap_or_default(), last.unwrap_or_default());
        numbers.windows(2).for_each(|pair| push_step(&mut out, pair[1] - pair[0]));
        out.push('\n');
    }
    out
}

/// The digits in which steps are written: five bits each, the smallest first; of all but a step's last
/// digit the sixth bit is set.
const DIGITS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

fn push_step(out: &mut String, mut step: u32) {
    while step >= 32 {
        out.push(char::from(DIGITS[(32 + step % 32) as usize]));
        step /= 32;
    }
    out.push(char::from(DIGITS[step as usize]));
}

/// In which of so many files a word is: FNV-1a over its first letters.
fn shard(word: &str, shards: usize) -> usize {
    let step = |hash: u32, c: char| (hash ^ u32::from(c)).wrapping_mul(16_777_619);
    head(word).chars().fold(2_166_136_261, step) as usize % shards
}

/// The files of the whole site.
pub(super) fn whole(mut lines: Vec<LineIndex>) -> Result<Vec<Page>, Error> {
    let mut all: BTreeMap<&str, (u32, String)> = BTreeMap::new();
    let mut from = 0;
    for line in &mut lines {
        line.entry.from = from;
        from += line.passages;
    }
    for line in &lines {
        for row in line.words.lines() {
            let mut fields = row.split('\t');
            let word = fields.next().unwrap_or_default();
            let mut number = || fields.next().and_then(|n| n.parse::<u32>().ok()).unwrap_or_default();
            let (first, last) = (number() + line.entry.from, number() + line.entry.from);
            let (before, steps) = all.entry(word).or_default();
            push_step(steps, first - *before);
            steps.push_str(fields.next().unwrap_or_default());
            *before = last;
        }
    }
    let size: usize =
        all.iter().map(|(word, (_, steps))| word.len() + steps.len() + "\"\":\"\",".len()).sum();
    let shards = size.div_ceil(SHARD).max(1);
    let mut files: Vec<BTreeMap<&str, &str>> = vec![BTreeMap::new(); shards];
    for (word, (_, steps)) in &all {
        files[shard(word, shards)].insert(word, steps);
    }
    let entries = lines.iter().map(|line| &line.entry).collect();
    let mut pages = vec![file(urls::SEARCH_INDEX, &Index { format: FORMAT, shards, lines: entries })?];
    for (n, words) in files.iter().enumerate() {
        pages.push(file(&urls::search_words(n), words)?);
    }
    Ok(pages)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::policy::search::words;

    /// The script is held against the same cases, by `tests/browser/search-test.mjs`.
    #[test]
    fn words_and_files_are_those_of_the_script() {
        let cases: Value =
            serde_json::from_str(include_str!("../../tests/browser/search-cases.json")).unwrap();
        for case in cases["words"].as_array().unwrap() {
            let want: Vec<&str> = case["words"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
            assert_eq!(words(case["text"].as_str().unwrap()), want, "{case}");
        }
        for case in cases["shards"].as_array().unwrap() {
            let got = shard(case["word"].as_str().unwrap(), case["of"].as_u64().unwrap() as usize);
            assert_eq!(got as u64, case["is"].as_u64().unwrap(), "{case}");
        }
        for case in cases["steps"].as_array().unwrap() {
            let mut out = String::new();
            case["steps"]
                .as_array()
                .unwrap()
                .iter()
                .for_each(|s| push_step(&mut out, s.as_u64().unwrap() as u32));
            assert_eq!(out, case["written"].as_str().unwrap());
        }
    }
}
