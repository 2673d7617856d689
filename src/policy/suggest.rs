//! What to say of changes that nobody has said anything of: suggestions, each with what speaks for it, and
//! the YAML to paste.
//!
//! A change with a signal is suggested to be material, one without not to be; a category comes from the
//! title of its section and from its words. Both are guesses and are marked as such; people decide. The
//! summary is left to them altogether: a line `summary:` without a value, which is an error until it has one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::diff::{Change, Class, Relation};
use super::excerpt::printable;
use super::front_matter::category_name;
use super::history::Comparison;
use super::phrases::cut;
use super::signals::{Signal, SignalKind};
use super::vocabulary::{CATEGORIES, List, Vocabulary, vocabulary};
use super::yaml::quoted;
use super::{Category, Language, Text};

/// What may be said of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestion {
    /// Whether users need to be told.
    pub material: bool,
    /// What it is about, where something tells.
    pub category: Option<Category>,
    /// What speaks for it, in words: what sort of words changed, and which.
    pub why: Vec<String>,
    /// Where it is not material: why not.
    pub reason: Option<&'static str>,
}

/// An entry of `changes` to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Ids of clauses, or of a section that came or went as a whole.
    pub clauses: Vec<String>,
    /// The changes it speaks of; indices into the comparison's diff.
    pub changes: Vec<usize>,
    /// What it may say.
    pub suggestion: Suggestion,
}

/// What may be said of one change; none where it needs no word.
pub fn suggestion(comparison: &Comparison<'_>, change: usize, language: &Language) -> Option<Suggestion> {
    let entry = comparison.diff.changes.get(change)?;
    if !entry.needs_word() {
        return None;
    }
    let signals = comparison.signals.get(change).map_or(&[][..], Vec::as_slice);
    let mut why: Vec<String> = signals.iter().map(told).collect();
    why.dedup();
    Some(Suggestion {
        material: !signals.is_empty(),
        category: category(comparison, entry, vocabulary(language)),
        why,
        reason: signals.is_empty().then(|| reason(entry)),
    })
}

/// Entries for these changes, in their order: those of one section of which the same is suggested share
/// one. A change that an entry names already is left out: that entry is to be mended.
pub fn entries(comparison: &Comparison<'_>, changes: &[usize], language: &Language) -> Vec<Entry> {
    let wanted: BTreeSet<usize> = changes.iter().copied().collect();
    let names = Names::new(comparison, &wanted);
    // By id: a clause that is gone may have had the id of one that there is.
    let mut units: Vec<Entry> = Vec::new();
    for change in wanted {
        let Some(suggested) = suggestion(comparison, change, language) else { continue };
        let id = names.of(comparison, change);
        let note = comparison.notes.get(change).copied().flatten();
        if id.is_empty() || note.is_some_and(|n| n.clauses.iter().any(|(named, _)| *named == id)) {
            continue;
        }
        match units.iter_mut().find(|unit| unit.clauses[0] == id) {
            Some(unit) => unit.join(suggested, change),
            None => units.push(Entry { clauses: vec![id], changes: vec![change], suggestion: suggested }),
        }
    }
    let mut groups: Vec<(&str, Vec<Entry>)> = Vec::new();
    for unit in units {
        let section = section(comparison, unit.changes[0]);
        let same =
            |(other, group): &(&str, Vec<Entry>)| *other == section && group[0].says_like(&unit, comparison);
        match groups.iter().position(same) {
            Some(at) => groups[at].1.push(unit),
            None => groups.push((section, vec![unit])),
        }
    }
    groups.into_iter().map(|(_, group)| together(group)).collect()
}

/// Several entries of which the same is suggested, as one.
fn together(group: Vec<Entry>) -> Entry {
    let several = group.len() > 1;
    let suggestion = group.first().map(|entry| entry.suggestion.clone()).unwrap_or_default();
    let mut all = Entry { clauses: Vec::new(), changes: Vec::new(), suggestion };
    all.suggestion.why.clear();
    for entry in group {
        let id = entry.clauses.join(", ");
        // Of what came or went as a whole that says it all.
        let whole =
            entry.changes.len() > 1 && entry.suggestion.why.iter().any(|why| why == CAME || why == WENT);
        let said = entry.suggestion.why.into_iter().filter(|why| !whole || why == CAME || why == WENT);
        for why in said {
            let why = if several { format!("{id}: {why}") } else { why };
            if !all.suggestion.why.contains(&why) {
                all.suggestion.why.push(why);
            }
        }
        all.clauses.extend(entry.clauses);
        all.changes.extend(entry.changes);
    }
    all
}

/// How many of the things that speak for a suggestion are written down.
const SHOWN: usize = 4;

/// A line of a comment has about so many characters.
const WIDTH: usize = 100;

/// The entries as they can be pasted below `changes:`.
pub fn yaml(entries: &[Entry]) -> String {
    let mut out = String::new();
    let mut listed = false;
    for entry in entries {
        let Suggestion { material, category, why, reason } = &entry.suggestion;
        let clause = match entry.clauses.as_slice() {
            [one] => scalar(one),
            several => format!("[{}]", several.iter().map(|id| scalar(id)).collect::<Vec<_>>().join(", ")),
        };
        let _ = writeln!(out, "  - clause: {clause}");
        for line in why.iter().take(SHOWN) {
            let _ = writeln!(out, "    # suggested: {line}");
        }
        if why.len() > SHOWN {
            let _ = writeln!(out, "    # and {} more", why.len() - SHOWN);
        }
        if why.is_empty() {
            out.push_str(
                "    # suggested: none of the words that often matter changed; read it before you agree\n",
            );
        }
        let _ = writeln!(out, "    material: {material}");
        match category {
            Some(category) => {
                out.push_str("    # suggested by its words\n");
                let _ = writeln!(out, "    category: {}", category_name(*category));
            }
            None if listed => out.push_str("    # category: as above\n"),
            None => {
                listed = true;
                out.push_str(&categories());
            }
        }
        out.push_str("    # direction: more-protective, less-protective or neutral, as a reader sees it\n");
        if *material {
            out.push_str("    # what it means for users, in plain words\n    summary:\n");
        }
        if let Some(reason) = reason {
            let _ = writeln!(out, "    reason: {reason}");
        }
    }
    out
}

/// All there are to choose from, in a comment.
fn categories() -> String {
    let mut out = String::new();
    let mut line = "    # category: one of".to_owned();
    for category in CATEGORIES.iter().chain(&[Category::Other]) {
        let word = category_name(*category);
        if line.len() + word.len() > WIDTH {
            out.push_str(&line);
            line = "\n    #  ".to_owned();
        }
        let _ = write!(line, " {word},");
    }
    format!("{out}{}\n", line.trim_end_matches(','))
}

/// An id as YAML: plain, unless it would be read as something else.
fn scalar(id: &str) -> String {
    let plain = id.starts_with(char::is_alphabetic)
        && !matches!(id, "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if plain { id.to_owned() } else { format!("\"{id}\"") }
}

impl Entry {
    fn join(&mut self, other: Suggestion, change: usize) {
        let own = &mut self.suggestion;
        own.material |= other.material;
        own.category = if own.category == other.category { own.category } else { None };
        own.why.extend(other.why);
        own.reason = own.reason.or(other.reason).filter(|_| !own.material);
        self.changes.push(change);
    }

    /// Whether both came, went or changed, and the same is suggested of them.
    fn says_like(&self, other: &Self, comparison: &Comparison<'_>) -> bool {
        let sort = |entry: &Self| {
            let change = entry.changes.first().and_then(|c| comparison.diff.changes.get(*c));
            change.map(|c| (c.old.is_empty(), c.new.is_empty()))
        };
        let (own, their) = (&self.suggestion, &other.suggestion);
        (own.material, own.category, own.reason) == (their.material, their.category, their.reason)
            && sort(self) == sort(other)
    }
}

/// What each change is called below `changes`.
struct Names {
    /// For each section of the old and of the new text whether all of it went or came.
    old: Vec<bool>,
    new: Vec<bool>,
}

impl Names {
    fn new(comparison: &Comparison<'_>, wanted: &BTreeSet<usize>) -> Self {
        let one_sided = |relation: Relation| {
            let changes = comparison.diff.changes.iter().enumerate();
            changes.filter(move |(i, c)| c.relation == relation && wanted.contains(i))
        };
        let gone: BTreeSet<usize> = one_sided(Relation::Removed).flat_map(|(_, c)| c.old.clone()).collect();
        let come: BTreeSet<usize> = one_sided(Relation::Added).flat_map(|(_, c)| c.new.clone()).collect();
        Self { old: whole(comparison.old, &gone), new: whole(comparison.new, &come) }
    }

    /// The outermost section that came or went as a whole with a change; else its clause.
    fn of(&self, comparison: &Comparison<'_>, change: usize) -> String {
        let outermost = |text: &Text, whole: &[bool], clauses: &[usize]| {
            let clause = text.clauses.get(*clauses.first()?)?;
            let up = |s: &usize| text.sections.get(*s).and_then(|section| section.parent);
            let chain = std::iter::successors(Some(clause.section), up);
            let last = chain.take_while(|s| whole.get(*s) == Some(&true)).last()?;
            text.sections.get(last).map(|section| section.id.clone())
        };
        let found = comparison.diff.changes.get(change).and_then(|c| match c.relation {
            Relation::Added => outermost(comparison.new, &self.new, &c.new),
            Relation::Removed => outermost(comparison.old, &self.old, &c.old),
            _ => None,
        });
        found.unwrap_or_else(|| comparison.address(change).to_owned())
    }
}

/// For each section of a text whether these are all of its clauses, and all of those of the sections in it.
fn whole(text: &Text, clauses: &BTreeSet<usize>) -> Vec<bool> {
    let mut whole: Vec<bool> =
        text.sections.iter().map(|s| s.clauses.clone().all(|c| clauses.contains(&c))).collect();
    // Sections stand after the one they lie in.
    for section in (0..text.sections.len()).rev() {
        if let Some(parent) = text.sections[section].parent {
            whole[parent] &= whole[section];
        }
    }
    whole
}

/// The title of a change's section where there is one, else its address.
fn section<'a>(comparison: &Comparison<'a>, change: usize) -> &'a str {
    let side = side(comparison, change);
    side.and_then(|(text, clause)| text.sections.get(text.clauses.get(clause)?.section))
        .map_or("", |s| s.id.as_str())
}

/// The text in which a change is seen, and its first clause there.
fn side<'a>(comparison: &Comparison<'a>, change: usize) -> Option<(&'a Text, usize)> {
    let change = comparison.diff.changes.get(change)?;
    let new = change.new.first().map(|n| (comparison.new, *n));
    new.or_else(|| change.old.first().map(|o| (comparison.old, *o)))
}

/// Why a change without signals need not be told.
fn reason(change: &Change) -> &'static str {
    let only = |class| change.classes.contains(&class) && !change.classes.contains(&Class::Wording);
    if only(Class::Link) {
        "Only where a link leads."
    } else if only(Class::Case) {
        "Capital letters only."
    } else {
        "Wording only."
    }
}

const CAME: &str = "it was not there before";
const WENT: &str = "it is gone";

/// A signal in words: `a duration changed: 30 days → 90 days`.
fn told(signal: &Signal) -> String {
    let what = match signal.kind {
        SignalKind::Added => return CAME.to_owned(),
        SignalKind::Removed => return WENT.to_owned(),
        kind => kind.in_words(),
    };
    let word = |text: &str| quoted(&printable(text));
    match (signal.old.as_str(), signal.new.as_str()) {
        (old, new) if old == new => format!("{what} is defined anew: {}", word(new)),
        ("", new) => format!("{what} came: {}", word(new)),
        (old, "") => format!("{what} went: {}", word(old)),
        (old, new) => format!("{what} changed: {} → {}", word(old), word(new)),
    }
}

/// What the title of the section counts for against a word of the clause, and that of those around it.
const TITLE: usize = 4;
const AROUND: usize = 2;
/// Fewer points tell nothing.
const ENOUGH: usize = 2;

/// What a change is about, if one category stands out.
fn category(comparison: &Comparison<'_>, change: &Change, vocabulary: &Vocabulary) -> Option<Category> {
    let mut points: BTreeMap<Category, usize> = BTreeMap::new();
    let mut count = |text: &str, weight: usize| {
        let words = cut(text, vocabulary.apostrophe);
        for category in CATEGORIES {
            let forms: BTreeSet<&str> = (0..words.len())
                .filter_map(|i| vocabulary.find(List::About(*category), &words[i..]).map(|(_, form)| form))
                .collect();
            *points.entry(*category).or_default() += forms.len() * weight;
        }
    };
    let sides = [(comparison.new, &change.new), (comparison.old, &change.old)];
    let (text, clauses) = sides.into_iter().find(|(_, clauses)| !clauses.is_empty())?;
    let first = text.clauses.get(*clauses.first()?)?;
    let up = |s: &usize| text.sections.get(*s).and_then(|section| section.parent);
    for (depth, section) in std::iter::successors(Some(first.section), up).enumerate() {
        count(text.section_title(section), if depth == 0 { TITLE } else { AROUND });
    }
    clauses.iter().filter_map(|c| text.clauses.get(*c)).for_each(|c| count(&c.content.text, 1));
    let best = *points.values().max()?;
    let mut first = points.iter().filter(|(_, n)| **n == best);
    match (first.next(), first.next()) {
        (Some((category, _)), None) if best >= ENOUGH => Some(*category),
        _ => None,
    }
}
