//! What a search over all versions looks into: the words by which a text is found, and *passages*, the
//! wordings of clauses with the versions that have them.
//!
//! Words are folded: without case, accents and invisible characters. The script of the search folds what
//! is typed into it in the same way, and one list of cases is held against both. Scripts that write
//! no spaces (Chinese, Japanese, Thai, …) are cut into pairs of neighbouring characters: browsers cut
//! them by dictionaries that differ from one to the next, and what is cut otherwise is never found.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::diff::Relation;
use super::history::{History, Status};
use super::{Clause, Language, Text};

/// A wording, and the versions that have it. Numbers of versions are those of the line's `versions`.
#[derive(Clone, Debug)]
pub struct Passage<'a> {
    /// The text of the first version that has it.
    pub text: &'a Text,
    /// The clause there.
    pub clause: usize,
    /// That version.
    pub first: usize,
    /// The last version that has it.
    pub last: usize,
    /// Its address in the version in force; in the last one that has it, where that is another.
    pub id: &'a str,
    /// The passage that it was before it was reworded.
    pub before: Option<usize>,
    /// The change that brought it, of those between the first version and the one before it.
    pub change: Option<usize>,
}

/// The versions of a policy in one language, and all passages of their texts.
#[derive(Clone, Debug)]
pub struct Line<'a> {
    /// The language.
    pub language: &'a Language,
    /// The releases that have a text in it, oldest first; indices into [`History::releases`].
    pub versions: Vec<usize>,
    /// Ordered by the version that first has them, then by their place in it.
    pub passages: Vec<Passage<'a>>,
}

/// Every line of a policy: that of the language that binds, then the translations.
pub fn lines<'a>(history: &History<'a>) -> Vec<Line<'a>> {
    let mut lines = vec![controlling(history)];
    lines.extend(history.languages().into_iter().map(|language| translated(history, language)));
    lines
}

/// Whether a release is of those that follow each other; drafts and withdrawn ones stand beside.
fn follows(history: &History<'_>, release: usize) -> bool {
    !matches!(history.releases[release].status, Status::Draft | Status::Withdrawn)
}

/// Which clause became which is known from the comparisons of versions that follow each other.
fn controlling<'a>(history: &History<'a>) -> Line<'a> {
    let mut passages: Vec<Passage<'a>> = Vec::new();
    // The passage of each clause of the last version in the line.
    let mut open: Vec<usize> = Vec::new();
    for (i, release) in history.releases.iter().enumerate() {
        let text = &release.version.text;
        let mut now: Vec<Option<usize>> = vec![None; text.clauses.len()];
        let mut origin: Vec<(Option<usize>, Option<usize>)> = vec![(None, None); text.clauses.len()];
        for (n, change) in release.comparison.iter().flat_map(|c| c.diff.changes.iter().enumerate()) {
            let before = change.old.first().and_then(|o| open.get(*o)).copied();
            let same = match (change.old.as_slice(), change.new.as_slice(), &release.comparison) {
                ([_], [_], _) if matches!(change.relation, Relation::Unchanged | Relation::Moved) => true,
                ([o], [n], Some(c)) => clause_words(&c.old.clauses[*o]) == clause_words(&c.new.clauses[*n]),
                _ => false,
            };
            for clause in &change.new {
                now[*clause] = before.filter(|_| same);
                origin[*clause] = (before, Some(n));
            }
        }
        let in_line = follows(history, i);
        for (clause, c) in text.clauses.iter().enumerate() {
            match now[clause] {
                Some(passage) if in_line => {
                    let passage = &mut passages[passage];
                    passage.last = i;
                    if history.in_force.is_none_or(|current| i <= current) {
                        passage.id = &c.id;
                    }
                }
                Some(_) => {}
                None => {
                    now[clause] = Some(passages.len());
                    let (before, change) = origin[clause];
                    passages.push(Passage { text, clause, first: i, last: i, id: &c.id, before, change });
                }
            }
        }
        if in_line {
            open = now.into_iter().flatten().collect();
        }
    }
    let language = &history.policy.settings.controlling_language;
    Line { language, versions: (0..history.releases.len()).collect(), passages }
}

/// Translations are not compared; a clause that says the same in the next one is the same passage.
fn translated<'a>(history: &History<'a>, language: &'a Language) -> Line<'a> {
    let mut line = Line { language, versions: Vec::new(), passages: Vec::new() };
    let mut open: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
    for (i, release) in history.releases.iter().enumerate() {
        let translation = history.translation(release.version, language);
        let Some(translation) = translation else { continue };
        let (text, at) = (&translation.text, line.versions.len());
        line.versions.push(i);
        let in_line = follows(history, i);
        let mut now: BTreeMap<Vec<String>, Vec<usize>> = BTreeMap::new();
        for (clause, c) in text.clauses.iter().enumerate() {
            let words = clause_words(c);
            let known = open.get_mut(&words).filter(|left| !left.is_empty()).map(|left| left.remove(0));
            let passage = known.unwrap_or(line.passages.len());
            if known.is_none() {
                let new =
                    Passage { text, clause, first: at, last: at, id: &c.id, before: None, change: None };
                line.passages.push(new);
            } else if in_line {
                let passage = &mut line.passages[passage];
                passage.last = at;
                if history.in_force.is_none_or(|current| i <= current) {
                    passage.id = &c.id;
                }
            }
            now.entry(words).or_default().push(passage);
        }
        if in_line {
            open = now;
        }
    }
    line
}

/// The words by which a clause is found. A number typed in front of it is none: others change whenever a
/// clause is added before them.
pub fn clause_words(clause: &Clause) -> Vec<String> {
    let text = &clause.content.text;
    words(text.get(clause.content.number_len..).unwrap_or(text))
}

/// The words by which a text is found, in order.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words = Vec::new();
    for run in folded.split(|c| !is_letter(c)).filter(|run| !run.is_empty()) {
        let mut rest = run;
        while let Some(first) = rest.chars().next() {
            let dense = is_dense(first);
            let end = rest.find(|c| is_dense(c) != dense).unwrap_or(rest.len());
            let (part, after) = rest.split_at(end);
            if dense {
                let starts: Vec<usize> = part.char_indices().map(|(at, _)| at).chain([part.len()]).collect();
                words.extend(starts.windows(3).map(|w| part[w[0]..w[2]].to_owned()));
                // The last one stands alone, so that each character begins a word.
                words.extend(starts.windows(2).last().map(|w| part[w[0]..].to_owned()));
            } else {
                words.push(part.to_owned());
            }
            rest = after;
        }
    }
    words
}

/// The letters of a word that say in which file it is looked up: two, or one of those that stand close.
pub fn head(word: &str) -> &str {
    let mut chars = word.char_indices();
    let first = chars.next().map_or('a', |(_, c)| c);
    let len = if is_dense(first) { 1 } else { 2 };
    word.char_indices().nth(len).map_or(word, |(at, _)| &word[..at])
}

fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let bare: String = text.nfkd().filter(|c| !is_dropped(*c)).nfc().collect();
    bare.to_lowercase().replace('ς', "σ").replace('ß', "ss")
}

/// Accents, vowel points, and what nobody sees.
fn is_dropped(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}'
        | '\u{5C5}' | '\u{5C7}' | '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}'
        | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || !c.is_ascii() && is_combining_mark(c)
}

/// Letters of scripts that write no spaces between words: Thai, Lao, Burmese, Khmer, kana, Chinese.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{3005}'..='\u{3007}'
        | '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}
