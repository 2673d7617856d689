//! Definitions, found by their form.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Term;
use crate::policy::dates::dates;
use crate::policy::phrases::{Cut, Shape, Word, ends_sentence};
use crate::policy::vocabulary::{List, Vocabulary};
use crate::policy::{Clause, ClauseKind, Style, Text};

/// A name has at most this many words.
const NAME: usize = 8;
/// One that nothing sets off from the sentence it begins has fewer.
const BARE_NAME: usize = 5;
/// A heading over definitions has at most this many words beside the one that says so.
const HEADING: usize = 4;
/// What as many clauses begin with is a label.
const LABEL: usize = 4;

/// All definitions of a text, in its order.
pub(super) fn definitions(cut: &Cut<'_>, vocabulary: &Vocabulary) -> Vec<Term> {
    let text = cut.text;
    let mut found: Vec<Term> = Vec::new();
    let readings =
        || (0..).zip(cut.clauses()).map(|(c, (clause, words))| Reading::new(c, clause, words, vocabulary));
    let labels = if readings().any(|r| r.is_glossary()) { labels(readings()) } else { BTreeSet::new() };
    let mut glossary = Glossary::default();
    let mut term: Option<usize> = None;
    for reading in readings() {
        let (c, clause) = (reading.index, reading.clause);
        match clause.kind {
            ClauseKind::Heading(_) => {
                glossary.enter(text, &reading);
                term = None;
                let below = glossary.section.is_some_and(|s| s != clause.section);
                if below && let Some(name) = reading.title() {
                    term = Some(found.len());
                    found.push(reading.term(name, None, false));
                }
                // Imported texts take whole paragraphs for headings.
                found.extend(reading.inline());
                continue;
            }
            ClauseKind::Term => {
                term = reading.title().map(|name| {
                    found.push(reading.term(name, None, false));
                    found.len() - 1
                });
                continue;
            }
            ClauseKind::Code => continue,
            _ => {}
        }
        if reading.is_glossary() {
            glossary.section = Some(clause.section);
            continue;
        }
        let whole = (c, 0..clause.content.text.len());
        let nested = |open: &Term| {
            let head = &text.clauses[open.clause];
            matches!(head.kind, ClauseKind::Heading(_) | ClauseKind::Term)
                || clause.path.len() > head.path.len()
        };
        let entry = glossary.section.is_some().then(|| reading.entry()).flatten();
        let entry =
            entry.filter(|(name, _)| !labels.contains(&reading.said(name)) && !reading.is_dated(name));
        match (entry, term.filter(|t| nested(&found[*t]))) {
            // What stands below a term says what it is, unless it clearly is another's.
            (None | Some((_, true)), Some(open)) => {
                found[open].linked.push(whole.clone());
                found[open].definition.push(whole);
            }
            (Some((name, loose)), _) => {
                term = Some(found.len());
                let linked = vec![(c, reading.bytes(&reading.sentence(name.start)))];
                found.push(Term { linked, ..reading.term(name, Some(whole.1), loose) });
                continue;
            }
            (None, None) => term = None,
        }
        found.extend(reading.inline());
    }
    found.retain(|t| !t.definition.is_empty());
    found
}

/// What many clauses begin with, such as *Short version* and *Note*: a term is defined once.
fn labels<'a>(readings: impl Iterator<Item = Reading<'a>>) -> BTreeSet<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for reading in readings {
        if let Some((name, _)) = reading.entry() {
            *seen.entry(reading.said(&name)).or_default() += 1;
        }
    }
    seen.into_iter().filter(|(_, count)| *count >= LABEL).map(|(label, _)| label).collect()
}

/// The section of definitions that is open.
#[derive(Default)]
struct Glossary {
    section: Option<usize>,
}

impl Glossary {
    /// A heading closes it, unless it stands below.
    fn enter(&mut self, text: &Text, heading: &Reading<'_>) {
        let section = heading.clause.section;
        if heading.is_glossary() {
            self.section = Some(section);
        } else if let Some(open) = self.section {
            let mut parents =
                std::iter::successors(text.sections[section].parent, |s| text.sections[*s].parent);
            self.section = parents.any(|s| s == open).then_some(open);
        }
    }
}

/// A clause, and its words.
struct Reading<'a> {
    index: usize,
    clause: &'a Clause,
    text: &'a str,
    words: &'a [Word],
    vocabulary: &'a Vocabulary,
}

impl<'a> Reading<'a> {
    fn new(index: usize, clause: &'a Clause, words: &'a [Word], vocabulary: &'a Vocabulary) -> Self {
        let text = clause.content.text.as_str();
        let number = words.partition_point(|w| w.range.start < clause.content.number_len);
        let words = &words[number..];
        Self { index, clause, text, words, vocabulary }
    }

    /// Words, in small letters.
    fn said(&self, words: &Range<usize>) -> String {
        self.words[words.clone()].iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn find(&self, list: List, at: usize) -> Option<usize> {
        Some(self.vocabulary.find(list, self.words.get(at..)?)?.0)
    }

    fn has(&self, list: List, at: usize) -> bool {
        self.words.get(at).is_some_and(|w| self.vocabulary.has(list, &w.text))
    }

    fn is(&self, at: usize, marks: &[&str]) -> bool {
        self.words.get(at).is_some_and(|w| marks.contains(&w.text.as_str()))
    }

    /// Whether the whole clause says no more than that definitions follow.
    fn is_glossary(&self) -> bool {
        let count = self.words.iter().filter(|w| w.shape != Shape::Mark).count();
        let heading = matches!(self.clause.kind, ClauseKind::Heading(_));
        let found = (0..self.words.len()).find_map(|i| self.find(List::Glossary, i).map(|len| (i, len)));
        found.is_some_and(|(i, len)| {
            let ends = i == 0 || i + len == self.words.len();
            let all = i == 0 && len == count;
            if heading { ends && count <= len + HEADING } else { all && self.words.len() <= len + 1 }
        })
    }

    /// The bytes of words, of which there is one at least.
    fn bytes(&self, words: &Range<usize>) -> Range<usize> {
        self.words[words.start].range.start..self.words[words.end - 1].range.end
    }

    /// Words that can be a name, without marks around them.
    fn name(&self, words: Range<usize>) -> Option<Range<usize>> {
        let mark = |i: &usize| self.words[*i].shape == Shape::Mark;
        let start = words.clone().find(|i| !mark(i))?;
        let end = words.clone().rev().find(|i| !mark(i))? + 1;
        let letters = self.words[start..end].iter().any(|w| w.text.contains(char::is_alphabetic));
        let long = self.words[start..end].iter().filter(|w| w.shape != Shape::Mark).count() > NAME;
        let pronoun = end == start + 1 && self.has(List::Pronoun, start);
        let short = self.words[start..end].iter().map(|w| w.text.chars().count()).sum::<usize>() < 2;
        (letters && !long && !pronoun && !short).then_some(start..end)
    }

    /// All words, as a name.
    fn title(&self) -> Option<Range<usize>> {
        self.name(0..self.words.len())
    }

    /// A term whose name is these words; `definition` is a part of the same clause.
    fn term(&self, name: Range<usize>, definition: Option<Range<usize>>, loose: bool) -> Term {
        let range = self.bytes(&name);
        let pronoun = name.len() == 1 && self.has(List::Pronoun, name.start);
        Term {
            name: self.text[range.clone()].to_owned(),
            clause: self.index,
            range,
            definition: definition.map(|range| (self.index, range)).into_iter().collect(),
            linked: Vec::new(),
            pronoun,
            shapes: self.words[name].iter().map(|w| w.shape).collect(),
            loose,
        }
    }

    /// Words set off by quotes, each with the marks around them.
    fn quoted(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let touches = |i: usize, j: usize| {
            self.words.get(i).zip(self.words.get(j)).is_some_and(|(a, b)| a.range.end == b.range.start)
        };
        let mut found = Vec::new();
        let mut i = 0;
        while i < self.words.len() {
            let quote: &[&str] = match self.words[i].text.as_str() {
                "\"" => &["\""],
                "'" => &["'"],
                "「" => &["」"],
                "『" => &["』"],
                _ => &[],
            };
            // French sets a space within its quotes.
            let raw = |i: usize| self.words.get(i).map_or("", |w| &self.text[w.range.clone()]);
            let opens = raw(i) == "«"
                || touches(i, i + 1)
                    && (i == 0 || !touches(i - 1, i) || self.words[i - 1].shape == Shape::Mark);
            let last = self.words.len().min(i + 3 * NAME);
            let close = (i + 1..last)
                .find(|j| opens && self.is(*j, quote) && (raw(*j) == "»" || touches(*j - 1, *j)));
            match close {
                Some(close) => {
                    found.push((i + 1..close, i..close + 1));
                    i = close + 1;
                }
                None => i += 1,
            }
        }
        found
    }

    /// Words that are strong, as ranges of words.
    fn strong(&self) -> impl Iterator<Item = Range<usize>> {
        let strong = self.clause.content.marks.iter().filter(|m| m.style == Style::Strong);
        strong.map(|mark| {
            let from = self.words.partition_point(|w| w.range.start < mark.range.start);
            let to = self.words.partition_point(|w| w.range.end <= mark.range.end);
            from..to.max(from)
        })
    }

    /// The name that a clause of a glossary begins with, and whether its capital may be that of the
    /// sentence.
    fn entry(&self) -> Option<(Range<usize>, bool)> {
        if let ClauseKind::Row { header } = self.clause.kind {
            let cell = self.text.find('\t').filter(|_| !header)?;
            let end = self.words.partition_point(|w| w.range.end <= cell);
            return self.name(0..end).map(|name| (name, false));
        }
        let articles = (0..).take_while(|i| self.has(List::Lead, *i)).count();
        let begins = |around: &Range<usize>| around.start == 0 || around.start == articles;
        if let Some((name, _)) = self.quoted().into_iter().find(|(_, around)| begins(around)) {
            return self.name(name).map(|name| (name, false));
        }
        // A clause that is strong throughout is a heading, and no entry.
        let strong =
            |range: &Range<usize>| !range.is_empty() && begins(range) && range.end < self.words.len();
        if let Some(name) = self.strong().find(strong) {
            return self.name(name).map(|name| (name, false));
        }
        let end = (1..self.words.len().min(BARE_NAME + 1)).find(|i| {
            let dash = self.is(*i, &[":", "-"]) && self.text[self.words[*i].range.end..].starts_with(' ');
            self.find(List::Is, *i).is_some() || dash
        })?;
        let plain = self.words[..end].iter().all(|w| w.shape != Shape::Mark || w.text == "-");
        let somebody = self.has(List::Pronoun, 0) || self.has(List::Lead, 0) || self.has(List::Negation, 0);
        let name = self.name(0..end).filter(|name| plain && !somebody && name.len() <= BARE_NAME)?;
        Some((name, true))
    }

    /// Whether nothing but a day follows a name: `Effective Date: May 15, 2018` defines nothing.
    fn is_dated(&self, name: &Range<usize>) -> bool {
        let end = name.end.checked_sub(1).and_then(|last| self.words.get(last)).map_or(0, |w| w.range.end);
        let said = self.text[end..].trim_matches(|c: char| !c.is_alphanumeric());
        dates(said).first().is_some_and(|day| day.len() == said.len())
    }

    /// Definitions within the running text.
    fn inline(&self) -> Vec<Term> {
        let mut set_off = self.quoted();
        let strong = self.strong().filter(|r| !r.is_empty() && r.len() < self.words.len());
        let strong: Vec<Range<usize>> =
            strong.filter(|r| !set_off.iter().any(|(_, q)| q.start < r.end && r.start < q.end)).collect();
        set_off.extend(strong.into_iter().map(|r| (r.clone(), r)));
        set_off.sort_by_key(|(_, around)| around.start);
        let mut found = Vec::new();
        let mut rest = set_off.as_slice();
        while let Some((_, first)) = rest.first() {
            // `"A", "B" and "C"` are introduced together.
            let joins = |pair: &&[(Range<usize>, Range<usize>)]| {
                let between = pair[0].1.end..pair[1].1.start;
                between.len() <= 3
                    && between.clone().all(|i| self.is(i, &[",", "/"]) || self.has(List::Lead, i))
            };
            let count = 1 + rest.windows(2).take_while(joins).count();
            let (group, after) = rest.split_at(count);
            rest = after;
            let end = group.last().map_or(first.end, |(_, around)| around.end);
            let bracketed = self.bracketed(first.start, end);
            let meant = bracketed.is_none().then(|| self.meant(first.start, end)).flatten();
            let Some(definition) = bracketed.or_else(|| meant.clone()) else { continue };
            let mut names: Vec<_> = group.iter().filter_map(|(name, _)| self.name(name.clone())).collect();
            // `"You" or "your" means …`; beside a name a pronoun says no more.
            if names.is_empty() && meant.is_some() {
                let pronoun = |name: &Range<usize>| name.len() == 1 && self.has(List::Pronoun, name.start);
                names.extend(group.iter().map(|(name, _)| name.clone()).find(pronoun));
            }
            let linked = meant.map(|range| (self.index, range));
            found.extend(names.into_iter().map(|name| Term {
                linked: linked.iter().cloned().collect(),
                ..self.term(name, Some(definition.clone()), false)
            }));
        }
        found
    }

    /// `(the "Term")`: from where the phrase begins that the bracket stands for.
    fn bracketed(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let bracket = (start.saturating_sub(NAME)..start).rev().find(|i| self.is(*i, &["(", "（"]))?;
        let mut at = bracket + 1;
        while at < start {
            at += if self.is(at, &[","]) { 1 } else { self.find(List::Lead, at)? };
        }
        // `("help" is a word)` is a remark, `(the "Site," which is …)` is none.
        let ends = bracket + 1 < start
            || self.is(end, &[")", "）", ",", ";"])
            || self.is(end - 2, &[","])
            || self.find(List::Means, end).is_some();
        let close = (end..self.words.len()).find(|i| self.is(*i, &[")", "）"]))?;
        let sentence = self.sentence(bracket);
        let comma = |i: &usize| self.is(*i, &[",", ":", ";"]) && bracket - *i > 3;
        let from = (sentence.start..bracket).rev().find(comma).map_or(sentence.start, |i| i + 1);
        // `keywords ("Boston")` gives an example.
        let announced = bracket + 1 < start;
        let quoted = self.words[start..end].iter().find(|w| w.shape != Shape::Mark)?;
        let first = self.text[quoted.range.clone()].chars().next();
        let row = matches!(self.clause.kind, ClauseKind::Row { .. });
        let named = announced || !row && first.is_some_and(|c| !c.is_lowercase());
        (at == start && ends && named && bracket > 0)
            .then(|| self.words[from].range.start..self.words[close].range.end)
    }

    /// `"Term" means …`, `the term "Term"`: the sentence.
    fn meant(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let skipped = end + usize::from(self.is(end, &[","]));
        let means = self.find(List::Means, skipped).is_some();
        // `the term "A"`; but of `the search term "A"` A is an example.
        let named =
            start.checked_sub(2).is_some_and(|p| self.has(List::Term, p + 1) && self.has(List::Lead, p));
        let sentence = self.sentence(start);
        // `When we say "A", … we mean …`
        let said = (sentence.start..start)
            .any(|i| self.find(List::Say, i).is_some_and(|len| i + len == start))
            && (end..sentence.end).any(|i| self.find(List::Means, i).is_some());
        (means || named || said).then(|| self.bytes(&sentence))
    }

    /// The sentence that has a word in it, as a range of words.
    fn sentence(&self, at: usize) -> Range<usize> {
        let ends = |i: &usize| ends_sentence(self.text, self.words, *i) && self.words[*i].text != ";";
        let start = (0..at).rev().find(ends).map_or(0, |i| i + 1);
        let end = (at..self.words.len()).find(ends).map_or(self.words.len(), |i| i + 1);
        start..end
    }
}
