//! The line of versions of a policy, as it stands on a given day.
//!
//! Nothing here asks what day it is: *today* is an argument, a day in the site's time zone. Given
//! the same policy and day the answer is the same, so a site can be built as of any day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::diff::{Change, Diff, diff};
use super::found::Found;
use super::lines::counts;
use super::notice::action;
use super::path::{Leg, Path, Step, path};
use super::phrases::Cut;
use super::seal;
use super::signals::{Signal, signals};
use super::terms::{Definition, Terms, definitions, renamed, terms};
use super::vocabulary::{Vocabulary, vocabulary};
use super::{Action, ChangeNote, CompareScope, Kind, Language, Policy, Section, Text, Translation, Version};

pub use super::lines::is_shown;

/// Where a version stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Seen only by those who work on it.
    Draft,
    /// Announced, not yet effective.
    Upcoming,
    /// The one that applies.
    InForce,
    /// Replaced by a correction of itself.
    Corrected,
    /// Replaced by a later version.
    Superseded,
    /// Taken back before it took effect.
    Withdrawn,
}

/// Whether users need to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Materiality {
    /// Nobody said.
    NotClassified,
    /// No.
    NotMaterial,
    /// Yes.
    Material,
}

/// A version in its place.
#[derive(Clone, Debug)]
pub struct Release<'a> {
    /// The version.
    pub version: &'a Version,
    /// Where it stands.
    pub status: Status,
    /// The version before it; an index into [`History::releases`].
    pub previous: Option<usize>,
    /// The version that replaces it, in force or announced.
    pub next: Option<usize>,
    /// What changed since the version before it.
    pub comparison: Option<Comparison<'a>>,
    /// The strongest word said on its changes.
    pub materiality: Materiality,
}

/// Two versions compared.
#[derive(Clone, Debug)]
pub struct Comparison<'a> {
    /// The earlier one.
    pub old: &'a Text,
    /// The later one.
    pub new: &'a Text,
    /// What changed.
    pub diff: Diff,
    /// For each change the word said on it.
    pub notes: Vec<Option<&'a ChangeNote>>,
    /// For each change what lawyers look for in it.
    pub signals: Vec<Vec<Signal>>,
    /// Definitions that changed, and what they reach.
    pub definitions: Vec<Definition>,
    /// Names that were replaced throughout: old and new.
    pub renamed: Vec<(String, String)>,
}

/// A policy's line of versions on a day.
#[derive(Clone, Debug)]
pub struct History<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The day.
    pub today: NaiveDate,
    /// Whether drafts are shown.
    pub drafts: bool,
    /// What can be seen on that day, oldest first.
    pub releases: Vec<Release<'a>>,
    /// The version in force.
    pub in_force: Option<usize>,
    /// Announced versions that are not yet effective, soonest first.
    pub upcoming: Vec<usize>,
    /// Versions not shown because their announcement lies ahead.
    pub unannounced: Vec<&'a Version>,
}

/// What happened between two releases of a line that do not follow each other.
#[derive(Clone, Debug)]
pub struct Way<'h> {
    /// The releases from the earlier one to the later one, one for each version of the path; indices
    /// into [`History::releases`]. Corrections are among them: they change the text too.
    pub releases: Vec<usize>,
    /// What happened.
    pub path: Path<'h>,
}

/// The line of a policy on a day. Drafts are part of it only `with_drafts`.
pub fn history(policy: &Policy, today: NaiveDate, with_drafts: bool) -> History<'_> {
    history_again(policy, today, with_drafts, &Found::default())
}

/// The same, where something is known of it already.
pub fn history_again<'p>(
    policy: &'p Policy,
    today: NaiveDate,
    with_drafts: bool,
    found: &Found,
) -> History<'p> {
    let (versions, hidden): (Vec<&Version>, Vec<&Version>) =
        policy.versions.iter().partition(|v| is_shown(v, today, with_drafts));
    let unannounced = hidden.into_iter().filter(|v| !v.draft && !v.is_unheard()).collect();
    let line: Vec<usize> = (0..versions.len()).filter(|i| counts(versions[*i], today)).collect();
    let in_force = line.iter().copied().rfind(|i| versions[*i].front.effective <= today);
    let upcoming = line.iter().copied().filter(|i| versions[*i].front.effective > today).collect();
    let vocabulary = vocabulary(&policy.settings.controlling_language);
    // Read once for the comparison with the version before it and that with the one after it.
    let mut last: Option<(usize, Reading<'_>)> = None;
    let releases = (0..versions.len())
        .map(|i| {
            let version = versions[i];
            let previous = line.iter().copied().rfind(|l| *l < i);
            let next = line.iter().copied().find(|l| *l > i).filter(|_| counts(version, today));
            let comparison = previous.map(|p| {
                if let Some(known) = found.comparison(policy, versions[p], version) {
                    return known;
                }
                let read = |i: usize| Reading::new(&versions[i].text, vocabulary);
                let old = last.take().filter(|(i, _)| *i == p).map_or_else(|| read(p), |(_, old)| old);
                let (new, front) = (read(i), &version.front);
                let diff = seal::compare(policy.seal.as_ref(), versions[p], version);
                let comparison = Comparison::read(diff, (&old, &new), &front.changes, vocabulary);
                last = Some((i, new));
                comparison
            });
            let sealed = policy.seal.as_ref().and_then(|seal| seal.of(&version.id));
            let materiality =
                sealed.map_or_else(|| materiality(version, comparison.as_ref()), |sealed| sealed.materiality);
            let status = status(version, next.map(|n| versions[n]), today);
            Release { version, status, previous, next, comparison, materiality }
        })
        .collect();
    History { policy, today, drafts: with_drafts, releases, in_force, upcoming, unannounced }
}

fn status(version: &Version, next: Option<&Version>, today: NaiveDate) -> Status {
    let front = &version.front;
    let replaced = next.filter(|n| n.front.effective <= today);
    match replaced {
        _ if version.draft => Status::Draft,
        _ if front.withdrawn.is_some_and(|day| day <= today) => Status::Withdrawn,
        _ if front.effective > today => Status::Upcoming,
        Some(n) if matches!(&n.front.kind, Kind::Correction(of) if *of == version.id) => Status::Corrected,
        Some(_) => Status::Superseded,
        None => Status::InForce,
    }
}

impl<'a> History<'a> {
    /// Compares any two releases, the earlier one first. Words said on changes are those of the
    /// later version where it directly follows the earlier one; for those of a net change over several
    /// steps see [`History::notes_on_the_way`].
    pub fn compare(&self, old: usize, new: usize) -> Option<Comparison<'a>> {
        let (earlier, later) = (self.releases.get(old)?, self.releases.get(new)?);
        if later.previous == Some(old) {
            return later.comparison.clone();
        }
        let texts = (&earlier.version.text, &later.version.text);
        let language = &self.policy.settings.controlling_language;
        Some(Comparison::new(texts, &self.was(old, new), &[], language))
    }

    /// What happened between two releases, of which `net` is the diff; none where the later one
    /// follows the earlier one directly, or does not come after it in the line: nothing leads from a
    /// draft or a withdrawn version to another.
    pub fn path(&self, old: usize, new: usize, net: &Diff) -> Option<Way<'_>> {
        let back = std::iter::successors(Some(new), |at| self.releases.get(*at)?.previous);
        let mut releases: Vec<usize> = back.take_while(|at| *at >= old).collect();
        releases.reverse();
        if releases.len() < 3 || releases.first() != Some(&old) {
            return None;
        }
        let leg = |at: &usize| {
            let comparison = self.releases.get(*at)?.comparison.as_ref()?;
            Some(Leg { diff: &comparison.diff, text: comparison.new })
        };
        let legs = releases[1..].iter().map(leg).collect::<Option<_>>()?;
        let path = path(&self.releases.get(old)?.version.text, legs, net);
        Some(Way { releases, path })
    }

    /// For each of a net diff's entries the strongest word said of it on the way: that it is material,
    /// where anybody said so; that it is not, where that was said of every step. The steps of a
    /// correction are not material by what they are.
    pub fn notes_on_the_way(&self, way: &Way<'_>, entries: usize) -> Vec<Option<&'a ChangeNote>> {
        let mut notes = vec![None; entries];
        for thread in &way.path.threads {
            let words = thread.steps.iter().filter(|s| way.path.change(s).is_some_and(Change::needs_word));
            let said = |step: &Step| {
                let release = self.releases.get(*way.releases.get(step.leg + 1)?)?;
                let note = release.comparison.as_ref()?.notes.get(step.change).copied()?;
                let corrected = matches!(release.version.front.kind, Kind::Correction(_));
                (note.is_some() || !corrected).then_some(note)
            };
            let said: Vec<Option<&'a ChangeNote>> = words.filter_map(said).collect();
            let material = said.iter().flatten().rfind(|note| note.material == Some(true));
            let all = said.iter().all(Option::is_some).then(|| said.last().copied().flatten()).flatten();
            for entry in &thread.entries {
                if let Some(note) = notes.get_mut(*entry) {
                    *note = material.copied().or(all);
                }
            }
        }
        notes
    }

    /// What ids of `new` were called in `old`, following every `was` on the way.
    fn was(&self, old: usize, new: usize) -> BTreeMap<String, String> {
        let back = std::iter::successors(Some(new), |at| self.releases.get(*at)?.previous);
        let steps = back.take_while(|at| *at > old).filter_map(|at| self.releases.get(at));
        composed(steps.map(|release| &release.version.front.was))
    }

    /// Pairs of releases that have a compare page: each with the one before it, each with the one in
    /// force; every pair of the line where the policy asks for it.
    pub fn pairs(&self) -> Vec<(usize, usize)> {
        let previous = |(i, r): (usize, &Release<'_>)| r.previous.map(|p| (p, i));
        let mut pairs: Vec<(usize, usize)> = self.releases.iter().enumerate().filter_map(previous).collect();
        let shown = |i: &usize| self.releases[*i].status != Status::Withdrawn;
        let all: Vec<usize> = (0..self.releases.len()).filter(shown).collect();
        if self.policy.settings.compare == CompareScope::All {
            pairs.extend(all.iter().flat_map(|o| all.iter().filter(move |n| o < *n).map(move |n| (*o, *n))));
        }
        if let Some(current) = self.in_force {
            let others = all.iter().filter(|i| **i != current);
            pairs.extend(others.map(|i| (current.min(*i), current.max(*i))));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// The translations of a version that are shown, by language: of each the latest revision.
    pub fn translations<'v>(
        &self,
        version: &'v Version,
    ) -> impl Iterator<Item = (&'v Language, &'v Translation)> {
        let drafts = self.drafts;
        let shown = move |revisions: &'v Vec<Translation>| revisions.iter().rfind(|t| drafts || !t.draft);
        version.translations.iter().filter_map(move |(language, of)| Some((language, shown(of)?)))
    }

    /// The translation of a version that is shown in a language.
    pub fn translation<'v>(&self, version: &'v Version, language: &Language) -> Option<&'v Translation> {
        self.translations(version).find(|(l, _)| *l == language).map(|(_, t)| t)
    }

    /// The last release in force or before it that has a translation.
    pub fn translated(&self, language: &Language) -> Option<usize> {
        let has = |r: &Release<'_>| self.translation(r.version, language).is_some();
        let line =
            |r: &Release<'_>| !matches!(r.status, Status::Draft | Status::Withdrawn | Status::Upcoming);
        (0..self.releases.len()).rev().find(|i| line(&self.releases[*i]) && has(&self.releases[*i]))
    }

    /// Every language any release is translated into.
    pub fn languages(&self) -> Vec<&'a Language> {
        let of = |r: &Release<'a>| self.translations(r.version).map(|(l, _)| l);
        let mut languages: Vec<&Language> = self.releases.iter().flat_map(of).collect();
        languages.sort();
        languages.dedup();
        languages
    }

    /// How a translation lags: the controlling text of the version it is of against the one in
    /// force. `None` where nothing changed that a reader would notice.
    pub fn lag(&self, translated: usize) -> Option<Comparison<'a>> {
        let current = self.in_force.filter(|c| *c > translated)?;
        let comparison = self.compare(translated, current)?;
        comparison.diff.changes.iter().any(Change::needs_word).then_some(comparison)
    }
}

impl Release<'_> {
    /// What services owe users: what was said; nothing for a first version; unknown otherwise.
    pub fn action(&self) -> Option<Action> {
        action(&self.version.front)
    }

    /// Whether a change that needs a word has none: from what stands before it now, which may be a correction
    /// that came later.
    pub fn is_open(&self) -> bool {
        self.comparison.as_ref().is_some_and(Comparison::is_open)
    }

    /// The version whose id to store when a user accepts: the same for a version and its corrections.
    pub fn accepted<'h>(&'h self, history: &'h History<'_>) -> &'h Version {
        let mut version = self.version;
        // A correction may itself be corrected; the chain is as long as there are versions at most.
        for _ in 0..history.releases.len() {
            let Kind::Correction(of) = &version.front.kind else { break };
            let Some(corrected) = history.releases.iter().find(|r| r.version.id == *of) else { break };
            version = corrected.version;
        }
        version
    }
}

/// The strongest word said on a version's changes; *not classified* where a change that needs a word
/// has none.
pub(super) fn materiality(version: &Version, comparison: Option<&Comparison<'_>>) -> Materiality {
    let front = &version.front;
    if front.source.is_some() && front.changes.is_empty() {
        return Materiality::NotClassified;
    }
    if matches!(front.kind, Kind::Correction(_)) {
        return Materiality::NotMaterial;
    }
    if front.changes.iter().any(|n| n.material == Some(true)) {
        return Materiality::Material;
    }
    if comparison.is_some_and(Comparison::is_open) {
        Materiality::NotClassified
    } else {
        Materiality::NotMaterial
    }
}

/// The word said on each change: an entry for the clause itself before one for its section, and for a
/// section before one for the section around it. A removed clause goes by its old ids, and by those
/// that the sections it stood in have now.
pub(super) fn notes_on<'n>(
    diff: &Diff,
    old: &Text,
    new: &Text,
    notes: &'n [ChangeNote],
) -> Vec<Option<&'n ChangeNote>> {
    let mut by_id: BTreeMap<&str, &ChangeNote> = BTreeMap::new();
    for note in notes {
        note.clauses.iter().for_each(|(id, _)| {
            by_id.entry(id).or_insert(note);
        });
    }
    let became: BTreeMap<usize, &str> = diff
        .changes
        .iter()
        .filter_map(|c| Some((*c.old.first()?, new.clauses.get(*c.new.first()?)?.id.as_str())))
        .collect();
    let named = |id: &str| by_id.get(id).copied();
    let of_sections = |text: &Text, section: usize, renamed: bool| {
        sections(text, section).find_map(|s| {
            let now = s.heading.filter(|_| renamed).and_then(|h| became.get(&h).copied());
            named(&s.id).or_else(|| named(now?))
        })
    };
    let on = |text: &Text, clauses: &[usize], renamed: bool| {
        let clauses = || clauses.iter().filter_map(|c| text.clauses.get(*c));
        let own = clauses().find_map(|c| named(&c.id));
        own.or_else(|| clauses().find_map(|c| of_sections(text, c.section, renamed)))
    };
    diff.changes.iter().map(|c| on(new, &c.new, false).or_else(|| on(old, &c.old, true))).collect()
}

/// A section and those around it, innermost first.
fn sections(text: &Text, section: usize) -> impl Iterator<Item = &Section> {
    let mut at = Some(section);
    std::iter::from_fn(move || {
        let section = text.sections.get(at?)?;
        at = section.parent;
        Some(section)
    })
}

/// What ids of the last of several texts were called in the first, by what each says they were called
/// in the one before it: the last text's word first.
pub fn composed<'w>(
    newest_first: impl Iterator<Item = &'w BTreeMap<String, String>>,
) -> BTreeMap<String, String> {
    let mut composed: BTreeMap<String, String> = BTreeMap::new();
    for step in newest_first {
        // What was known under the later name is followed further.
        for origin in composed.values_mut() {
            if let Some(earlier) = step.get(origin) {
                origin.clone_from(earlier);
            }
        }
        for (id, earlier) in step {
            composed.entry(id.clone()).or_insert_with(|| earlier.clone());
        }
    }
    composed
}

/// A text read for its words and the terms it defines.
struct Reading<'a> {
    cut: Cut<'a>,
    terms: Terms,
}

impl<'a> Reading<'a> {
    fn new(text: &'a Text, vocabulary: &Vocabulary) -> Self {
        let cut = Cut::new(text, vocabulary.apostrophe);
        let terms = terms(&cut, vocabulary);
        Self { cut, terms }
    }
}

impl<'a> Comparison<'a> {
    /// Compares two texts in a language, the earlier one first. `was` maps ids of the later text to
    /// ids of the earlier one; `notes` are the words said on what changed.
    pub fn new(
        (old, new): (&'a Text, &'a Text),
        was: &BTreeMap<String, String>,
        notes: &'a [ChangeNote],
        language: &Language,
    ) -> Self {
        Self::of(diff(old, new, was), (old, new), notes, language)
    }

    /// What is to be said of a diff of two texts, however it was made.
    pub fn of(
        diff: Diff,
        (old, new): (&'a Text, &'a Text),
        notes: &'a [ChangeNote],
        language: &Language,
    ) -> Self {
        let vocabulary = vocabulary(language);
        let (old, new) = (Reading::new(old, vocabulary), Reading::new(new, vocabulary));
        Self::read(diff, (&old, &new), notes, vocabulary)
    }

    fn read(
        diff: Diff,
        (before, after): (&Reading<'a>, &Reading<'a>),
        notes: &'a [ChangeNote],
        vocabulary: &Vocabulary,
    ) -> Self {
        let (old, new) = (before.cut.text, after.cut.text);
        let notes = notes_on(&diff, old, new, notes);
        let (texts, both) = ((&before.cut, &after.cut), (&before.terms, &after.terms));
        let renamed = renamed(&before.cut, &after.cut, &diff, vocabulary);
        let definitions = definitions(texts, &diff, both, &renamed, vocabulary);
        let signals = signals(texts, &diff, both, &definitions, vocabulary);
        Self { old, new, diff, notes, signals, definitions, renamed }
    }

    /// The address of the clause that a change is of: in the later text, or where it last stood.
    pub fn address(&self, change: usize) -> &str {
        let Some(change) = self.diff.changes.get(change) else { return "" };
        let clause = match (change.new.first(), change.old.first()) {
            (Some(n), _) => self.new.clauses.get(*n),
            (None, o) => o.and_then(|o| self.old.clauses.get(*o)),
        };
        clause.map_or("", |c| c.id.as_str())
    }

    /// Whether a change that needs a word has none.
    fn is_open(&self) -> bool {
        let changes = self.diff.changes.iter().zip(&self.notes);
        changes.into_iter().any(|(change, note)| change.needs_word() && note.is_none())
    }

    /// Whether users need to be told of a change: of form alone, or of place, they need not.
    pub fn materiality(&self, change: usize) -> Materiality {
        match self.notes.get(change).copied().flatten().and_then(|n| n.material) {
            Some(true) => Materiality::Material,
            Some(false) => Materiality::NotMaterial,
            None if self.diff.changes.get(change).is_some_and(Change::needs_word) => {
                Materiality::NotClassified
            }
            None => Materiality::NotMaterial,
        }
    }
}
