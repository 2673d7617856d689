//! Terms that a text defines, where it uses them, and what a changed definition reaches.
//!
//! A definition is found by its form, in the languages of [`vocabulary`](super::vocabulary):
//!
//! - under a heading such as *Glossary* or *Definitions*: what a paragraph, an item or a row of a
//!   table begins with, quoted, strong, or followed by *is*, *means* and their like;
//! - the term of a definition list, wherever it stands;
//! - `"Term" means …`, `when we say "Term", we mean …`, `the term "Term"`, and in brackets `("Term")`,
//!   `(collectively, the "Terms")`.
//!
//! A term is used where its words stand as written: a capital in the definition asks for one in the
//! text, singular and plural are one. Headings use no terms. *We* and *you* are terms only where a
//! sentence says what they mean, and are used everywhere, so that no use of them is told.
//!
//! A definition is the sentence that gives it, or the whole entry of a glossary; of links those in
//! that sentence count, and none where the term is introduced in brackets.
//!
//! `find` finds definitions, `uses` where they are used, `renamed` tells that a name was replaced
//! throughout. This file holds what they made, and compares it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::diff::Diff;
use super::phrases::{Cut, Phrases, Shape, Word, cut};
use super::vocabulary::Vocabulary;
use super::{Style, Text};

mod find;
mod renamed;
mod uses;

pub use renamed::renamed;
pub use uses::{Use, glossary};

/// A term and where it is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As the definition writes it.
    pub name: String,
    /// The clause that defines it; an index into [`Text::clauses`].
    pub clause: usize,
    /// The name's bytes in that clause's text.
    pub range: Range<usize>,
    /// The defining words, by clause; several where a term is defined more than once.
    pub definition: Vec<(usize, Range<usize>)>,
    /// Where a link that leads elsewhere makes another definition of it.
    linked: Vec<(usize, Range<usize>)>,
    /// *We*, *you*.
    pronoun: bool,
    /// How its words are written.
    shapes: Vec<Shape>,
    /// It begins a sentence and is not quoted, so that its capital tells nothing.
    loose: bool,
}

/// The terms of a text.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// In the order of the text.
    pub all: Vec<Term>,
    /// By the stems of their words.
    lookup: Phrases<usize>,
}

/// What became of a definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The term's name in the old text; `None` where it was not defined.
    pub old: Option<String>,
    /// The term's name in the new text; `None` where it is no longer defined.
    pub new: Option<String>,
    /// Changes in which the definition stands; indices into [`Diff::changes`].
    pub places: Vec<usize>,
    /// Changes of clauses that use the term, whether or not their own text stands.
    pub affected: Vec<usize>,
}

impl Definition {
    /// The term: as the new text writes it, or as the old one did.
    pub fn name(&self) -> &str {
        self.new.as_deref().or(self.old.as_deref()).unwrap_or_default()
    }
}

/// The terms that a text defines.
pub fn terms(text: &Cut<'_>, vocabulary: &Vocabulary) -> Terms {
    let mut terms = Terms::default();
    for term in find::definitions(text, vocabulary) {
        let stems = stems(&cut(&term.name, vocabulary.apostrophe));
        let place = terms.lookup.entry(stems.iter().map(String::as_str));
        match *place {
            Some(known) => {
                terms.all[known].definition.extend(term.definition);
                terms.all[known].linked.extend(term.linked);
            }
            None => {
                *place = Some(terms.all.len());
                terms.all.push(term);
            }
        }
    }
    terms.loosen(text);
    terms
}

fn stems(words: &[Word]) -> Vec<String> {
    words.iter().map(|w| stem(&w.text)).collect()
}

/// A word without its plural: of `parties` and `party` the same, of `cookies` and `cookie`. What is left
/// may be no word.
fn stem(word: &str) -> String {
    let long = |rest: &str| rest.chars().count() > 2;
    let ends = |ending: &str| word.strip_suffix(ending).filter(|rest| long(rest));
    if let Some(rest) = ends("ies").or_else(|| ends("ie")) {
        return format!("{rest}y");
    }
    let sibilant = |rest: &&str| ["s", "sh", "ch", "x", "z"].iter().any(|end| rest.ends_with(end));
    if let Some(rest) = ends("es").filter(sibilant) {
        return rest.to_owned();
    }
    let plural = |rest: &&str| !rest.ends_with(['s', 'u', 'i']);
    ends("s").filter(plural).unwrap_or(word).to_owned()
}

impl Terms {
    /// Uses of terms: which of these words, and the name of the term.
    pub fn uses<'t>(&'t self, words: &[Word]) -> Vec<(Range<usize>, &'t str)> {
        self.found(words).into_iter().map(|(at, term)| (at, self.all[term].name.as_str())).collect()
    }

    fn found(&self, words: &[Word]) -> Vec<(Range<usize>, usize)> {
        if self.all.is_empty() {
            return Vec::new();
        }
        let stems = stems(words);
        let mut found = Vec::new();
        let mut i = 0;
        while i < words.len() {
            let here = self.lookup.at(stems[i..].iter().map(String::as_str));
            let fits = |(len, term): &(usize, &usize)| {
                self.all.get(**term).is_some_and(|t| !t.pronoun && t.is_written(&words[i..i + len]))
            };
            match here.into_iter().find(fits) {
                Some((len, term)) => {
                    found.push((i..i + len, *term));
                    i += len;
                }
                None => i += 1,
            }
        }
        found
    }

    /// A term that begins a sentence of a glossary has a capital for that alone, if the text never
    /// uses it with one.
    fn loosen(&mut self, text: &Cut<'_>) {
        let loose: Vec<usize> = (0..self.all.len()).filter(|t| self.all[*t].loose).collect();
        if loose.is_empty() {
            return;
        }
        self.all.iter_mut().for_each(|t| t.loose = false);
        let used = self.used(text);
        loose.into_iter().for_each(|t| self.all[t].loose = used[t].is_empty());
    }
}

impl Term {
    /// Whether these words, of the right stems, are written as the name is.
    fn is_written(&self, words: &[Word]) -> bool {
        let small = |shape: &Shape| matches!(shape, Shape::Small | Shape::Mark);
        let same = |(name, word): (&Shape, &Word)| self.loose || small(name) || !small(&word.shape);
        self.shapes.iter().zip(words).all(same)
    }
}

/// What became of the definitions of two texts. `renamed` are terms that only have another name.
pub fn definitions(
    (old, new): (&Cut<'_>, &Cut<'_>),
    diff: &Diff,
    (old_terms, new_terms): (&Terms, &Terms),
    renamed: &[(String, String)],
    vocabulary: &Vocabulary,
) -> Vec<Definition> {
    let (before, after) =
        (Side::new(old.text, old_terms, vocabulary), Side::new(new.text, new_terms, vocabulary));
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for (was, is) in renamed {
        names.insert(before.key(was), after.key(is));
    }
    let mut found = Vec::new();
    let mut met = BTreeSet::new();
    for (o, term) in old_terms.all.iter().enumerate() {
        let key = before.key(&term.name);
        let now = names.get(&key).unwrap_or(&key);
        let n = after.by_key.get(now).copied();
        met.extend(n);
        let same = n.is_some_and(|n| before.words(o, &names) == after.words(n, &BTreeMap::new()));
        if !same {
            found.push((Some(o), n));
        }
    }
    found.extend((0..new_terms.all.len()).filter(|n| !met.contains(n)).map(|n| (None, Some(n))));
    let (old_uses, new_uses) = (old_terms.used(old), new_terms.used(new));
    let changes = Changes::new(diff, old.words.len(), new.words.len());
    let mut definitions: Vec<Definition> = found
        .into_iter()
        .map(|(o, n)| {
            let (was, is) = (o.map(|o| &old_terms.all[o]), n.map(|n| &new_terms.all[n]));
            let clauses = |term: Option<&Term>| -> Vec<usize> {
                term.map_or_else(Vec::new, |t| t.definition.iter().map(|(clause, _)| *clause).collect())
            };
            let mut places = changes.of(clauses(was), clauses(is));
            // Where the words stand, only what is around them made a definition of them.
            places.retain(|change| diff.changes[*change].needs_word());
            // A definition that is there reaches those who use it; one that is gone, those who did.
            let mut affected = match (o, n) {
                (_, Some(n)) => changes.of([], new_uses[n].iter().copied()),
                (Some(o), None) => changes.of(old_uses[o].iter().copied(), []),
                (None, None) => Vec::new(),
            };
            affected.retain(|change| !places.contains(change));
            Definition { old: was.map(|t| t.name.clone()), new: is.map(|t| t.name.clone()), places, affected }
        })
        .collect();
    definitions.retain(|d| !d.places.is_empty());
    definitions.sort_by(|a, b| a.places.cmp(&b.places));
    definitions
}

/// Which change each clause is in.
struct Changes {
    old: Vec<usize>,
    new: Vec<usize>,
}

impl Changes {
    fn new(diff: &Diff, old: usize, new: usize) -> Self {
        let mut changes = Self { old: vec![0; old], new: vec![0; new] };
        for (i, change) in diff.changes.iter().enumerate() {
            change.old.iter().for_each(|c| changes.old[*c] = i);
            change.new.iter().for_each(|c| changes.new[*c] = i);
        }
        changes
    }

    fn of(&self, old: impl IntoIterator<Item = usize>, new: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let old = old.into_iter().map(|c| self.old[c]);
        let all: BTreeSet<usize> = old.chain(new.into_iter().map(|c| self.new[c])).collect();
        all.into_iter().collect()
    }
}

/// The terms of one text, by what tells them apart.
struct Side<'a> {
    text: &'a Text,
    terms: &'a Terms,
    vocabulary: &'a Vocabulary,
    by_key: BTreeMap<String, usize>,
}

impl<'a> Side<'a> {
    fn new(text: &'a Text, terms: &'a Terms, vocabulary: &'a Vocabulary) -> Self {
        let mut side = Self { text, terms, vocabulary, by_key: BTreeMap::new() };
        side.by_key = terms.all.iter().enumerate().map(|(i, t)| (side.key(&t.name), i)).collect();
        side
    }

    /// Equal for one term in two texts.
    fn key(&self, name: &str) -> String {
        stems(&cut(name, self.vocabulary.apostrophe)).join(" ")
    }

    /// What a term is defined to be: the stems of the words, names replaced, and where links lead.
    fn words(&self, term: usize, names: &BTreeMap<String, String>) -> Vec<String> {
        let mut words = Vec::new();
        for (clause, range) in &self.terms.all[term].definition {
            let content = &self.text.clauses[*clause].content;
            let said = cut(&content.text[range.clone()], self.vocabulary.apostrophe);
            words.extend(said.iter().filter(|w| w.shape != Shape::Mark).map(|w| stem(&w.text)));
        }
        for (clause, range) in &self.terms.all[term].linked {
            let marks = self.text.clauses[*clause].content.marks.iter();
            let within = marks.filter(|m| m.range.start < range.end && range.start < m.range.end);
            words.extend(within.filter_map(|m| match &m.style {
                Style::Link(target) => Some(target.clone()),
                _ => None,
            }));
        }
        let mut said = format!(" {} ", words.join(" "));
        for (was, is) in names {
            said = said.replace(&format!(" {was} "), &format!(" {is} "));
        }
        said.split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn singular_and_plural_are_one() {
        for (one, many) in [
            ("service", "services"),
            ("party", "parties"),
            ("process", "processes"),
            ("cookie", "cookies"),
            ("datum", "datum"),
            ("site", "sites"),
            ("address", "addresses"),
        ] {
            assert_eq!(stem(one), stem(many), "{one} {many}");
        }
        for (one, other) in [("process", "proces"), ("bus", "bu"), ("status", "statu")] {
            assert_ne!(stem(one), stem(other));
        }
    }
}
