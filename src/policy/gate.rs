//! The gate: what has to be said, and to be so, before a version is published.
//!
//! It looks at versions that nobody has published yet. Each change of wording, of a date or of a link needs
//! the legal team's word; a word that what signals show is not material needs a reason; what is material has
//! a summary, is told to users and gives them the time they were promised; ids that others may link to do
//! not vanish; and what is decided of versions that are published already can still be decided.
//!
//! Texts that were published before somebody kept them here (`source:`) are let through: nobody is left to
//! classify them. A draft in its author's own word may be unfinished; how much of this it is told is for
//! whoever tells it.
//!
//! What is decided anew of versions that are published already is in a child, `again`; the words for what
//! changed are in `words`.
//!
//! Whether texts and their keys are right by themselves was asked before; what would be wise and need not
//! be is for other advice.

use std::collections::BTreeSet;
use std::ops::Range;

use chrono::{Days, NaiveDate};

use super::diff::{Change, Relation};
use super::excerpt::marked;
use super::history::Comparison;
use super::seal::{self, Seal};
use super::signals::Signal;
use super::yaml::{locate, quoted};
use super::{Action, Clause, Kind, NoticeFor, Policy, Version};
use crate::diagnostic::Diagnostic;

mod again;
mod words;

use words::{happened, is_whole, shown, told};

/// A version before the gate.
#[derive(Debug)]
pub struct Judged<'a> {
    /// Which of its policy's versions.
    pub version: usize,
    /// What changed since the version it will follow; none for the first of a line.
    pub comparison: Option<Comparison<'a>>,
    /// Its changes that need the legal team's word and have none, or none that suffices.
    pub open: Vec<usize>,
    /// All that holds it up, in its file.
    pub found: Vec<Diagnostic>,
}

/// The file of a version.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where the YAML begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Source<'_> {
    fn at(&self, key: &str) -> Range<usize> {
        let span = locate(self.text, self.start..self.end, &[key]);
        // Where the key is not there, the front matter as such is meant.
        if span.is_empty() { self.start..self.start } else { span }
    }
}

/// Judges what of a policy is not published yet, on a day; `source` gives the file of a version by its place
/// in the policy, or none of one that is not to be judged.
pub fn gate<'a, 's>(
    policy: &'a Policy,
    today: NaiveDate,
    source: impl Fn(usize) -> Option<Source<'s>>,
) -> Vec<Judged<'a>> {
    let mut judged = Vec::new();
    for (index, version) in policy.versions.iter().enumerate() {
        let Some(source) = source(index) else { continue };
        if is_renamed(policy, version) {
            continue;
        }
        let case = Case { policy, version, index, source, today };
        let one = match policy.seal.as_ref().and_then(|seal| seal.of(&version.id)) {
            Some(sealed) => Judged {
                version: index,
                comparison: None,
                open: Vec::new(),
                found: case.decided_again(sealed),
            },
            None => case.judged(),
        };
        if one.comparison.is_some() || !one.found.is_empty() {
            judged.push(one);
        }
    }
    judged
}

/// One version before the gate.
struct Case<'a, 's> {
    policy: &'a Policy,
    version: &'a Version,
    index: usize,
    source: Source<'s>,
    today: NaiveDate,
}

impl<'a> Case<'a, '_> {
    /// A version that nobody has published yet.
    fn judged(&self) -> Judged<'a> {
        let front = &self.version.front;
        let mut found = Vec::new();
        self.in_order(&mut found);
        let before = self.policy.before(self.index);
        let imported = front.source.is_some();
        let comparison = before.filter(|_| !imported).map(|before| {
            let diff = seal::compare(None, before, self.version);
            let language = &self.policy.settings.controlling_language;
            Comparison::of(diff, (&before.text, &self.version.text), &front.changes, language)
        });
        let mut open = Vec::new();
        if let Some((comparison, before)) = comparison.as_ref().zip(before) {
            self.words(comparison, &mut open, &mut found);
            self.vanished(comparison, &before.id, &mut found);
            self.restores(&mut found);
        }
        if !imported {
            self.told(&mut found);
            self.dates(&mut found);
            if self.policy.can_change(self.index) {
                self.wise(before, &mut found);
            }
        }
        Judged { version: self.index, comparison, open, found }
    }

    /// The legal team's word on each change.
    fn words(&self, comparison: &Comparison<'_>, open: &mut Vec<usize>, found: &mut Vec<Diagnostic>) {
        let correction = matches!(self.version.front.kind, Kind::Correction(_));
        for (i, change) in comparison.diff.changes.iter().enumerate().filter(|(_, c)| c.needs_word()) {
            let signals = comparison.signals.get(i).map_or(&[][..], Vec::as_slice);
            let note = comparison.notes.get(i).copied().flatten();
            let address = comparison.address(i);
            let named = quoted(address);
            let (code, message, hint) = match note {
                // A correction changes no meaning; only where it looks as if it did somebody has to say why not.
                None if correction && signals.is_empty() => continue,
                None if correction => (
                    "unreasoned",
                    format!("a correction changes no meaning, but here {}", told(signals)),
                    format!(
                        "add an entry for {named} below `changes`, with `material: false` and a `reason`; if it does change the meaning, write `kind: amendment` and delete `corrects`"
                    ),
                ),
                None => (
                    "not-classified",
                    format!("{} and `changes` does not say whether that is material", happened(change)),
                    format!("add an entry for {named} below `changes`"),
                ),
                Some(note)
                    if note.material == Some(false) && note.reason.is_none() && !signals.is_empty() =>
                {
                    (
                        "unreasoned",
                        format!("this is said not to be material, but here {}", told(signals)),
                        format!(
                            "say of {named} below `changes` why users need not be told (`reason: …`); or write `material: true`"
                        ),
                    )
                }
                Some(_) => continue,
            };
            open.push(i);
            let evidence = self.evidence(comparison, change, address, signals);
            found.push(Diagnostic::error(code, self.place(comparison, change), message, hint).with(evidence));
        }
    }

    /// Where a change is seen in the new text; of what is gone, where its word would be.
    fn place(&self, comparison: &Comparison<'_>, change: &Change) -> Range<usize> {
        let clause = change.new.first().and_then(|n| comparison.new.clauses.get(*n));
        clause.map_or_else(|| self.source.at("changes"), |clause| clause.span.clone())
    }

    fn evidence(
        &self,
        comparison: &Comparison<'_>,
        change: &Change,
        address: &str,
        signals: &[Signal],
    ) -> String {
        let mut lines = format!("{address}: {}", marked((comparison.old, comparison.new), change));
        for beside in change.beside.iter().filter(|b| b.class == super::diff::Class::Link) {
            let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { text.to_owned() };
            lines.push_str(&format!("\nlink: {} → {}", shown(&beside.old), shown(&beside.new)));
        }
        let signals: Vec<String> = signals.iter().filter(|s| !is_whole(s)).map(shown).collect();
        if !signals.is_empty() {
            lines.push_str(&format!("\nsignals: {}", signals.join("; ")));
        }
        lines
    }

    /// Ids that the author gave are what others link to.
    fn vanished(&self, comparison: &Comparison<'_>, before: &str, found: &mut Vec<Diagnostic>) {
        let front = &self.version.front;
        let ids: BTreeSet<&str> = comparison.new.clauses.iter().map(|c| c.id.as_str()).collect();
        let named: BTreeSet<&str> =
            front.changes.iter().flat_map(|note| &note.clauses).map(|(id, _)| id.as_str()).collect();
        for change in comparison.diff.changes.iter().filter(|c| c.relation != Relation::Removed) {
            for old in change.old.iter().filter_map(|o| comparison.old.clauses.get(*o)).filter(|c| c.pinned) {
                let id = old.id.as_str();
                let kept = ids.contains(id) || front.was.values().any(|was| was == id) || named.contains(id);
                let Some(now) =
                    change.new.first().and_then(|n| comparison.new.clauses.get(*n)).filter(|_| !kept)
                else {
                    continue;
                };
                let message =
                    format!("this had the id `{id}` in `{before}`, which others may link to, and it is gone");
                let hint = if change.old.len() > 1 {
                    format!(
                        "if it is part of this now, name it below `changes` (`clause: {id}`); else put `{{#{id}}}` back where it belongs"
                    )
                } else {
                    format!(
                        "put it back: end this with `{{#{id}}}`; or, if it shall be called otherwise, add `was: {{{}: {id}}}`",
                        now.id
                    )
                };
                found.push(Diagnostic::error("vanished-id", now.span.clone(), message, hint));
            }
        }
    }

    /// A revert brings back the text that stood before what it reverts.
    fn restores(&self, found: &mut Vec<Diagnostic>) {
        let Kind::Revert(reverted) = &self.version.front.kind else { return };
        let place = self.policy.versions.iter().position(|v| v.id == *reverted);
        let Some(restored) = place.and_then(|place| self.policy.before(place)) else { return };
        let diff = seal::compare(None, restored, self.version);
        let changed = diff.changes.iter().filter(|c| c.needs_word());
        let shown: Vec<String> =
            changed.map(|c| marked((&restored.text, &self.version.text), c)).take(SHOWN).collect();
        if !shown.is_empty() {
            let message = format!(
                "a revert of `{reverted}` restores the text of `{}`, and this is another",
                restored.id
            );
            let hint = format!(
                "take the text of `{}.md`; if more has to change, write `kind: amendment` and delete `reverts`",
                restored.id
            );
            let span = self.source.at("reverts");
            found.push(Diagnostic::error("not-a-revert", span, message, hint).with(shown.join("\n")));
        }
    }

    /// What is material is told, and in time.
    fn told(&self, found: &mut Vec<Diagnostic>) {
        let front = &self.version.front;
        let material = || front.changes.iter().filter(|note| note.material == Some(true));
        let Some(first) = material().next() else { return };
        let at = |note: &super::ChangeNote| {
            note.clauses.first().map_or(self.source.at("changes"), |(_, s)| s.clone())
        };
        if front.summary.is_none() {
            let message = "something in this version is material, and it has no summary";
            let hint = "add a line `summary: …` that says what changed, in plain words, for everyone";
            found.push(Diagnostic::error("missing-summary", self.source.at("effective"), message, hint));
        }
        if front.action == Some(Action::None) {
            for note in material().filter(|note| note.reason.is_none()) {
                let message = "this is material, and `action: none` says that nobody is told";
                let hint = "write `action: notice` or `action: reaccept`; or add a `reason` to this entry: why users are owed nothing";
                found.push(Diagnostic::error("untold", at(note), message, hint));
            }
        }
        let notice = &self.policy.settings.notice;
        if notice.audience == NoticeFor::None && front.action != Some(Action::None) {
            let message = "this is material, and `policy.yaml` says that nobody gets notice of any version";
            let hint = "write `notice: {for: material}` into `policy.yaml`, if users are to learn of it";
            found.push(Diagnostic::warning("no-notice", at(first), message, hint));
        }
        let Some(days) = notice.days_before else { return };
        let from = self.announced();
        let earliest = from.checked_add_days(Days::new(u64::from(days))).unwrap_or(from);
        if front.effective < earliest && front.notice_exception.is_none() {
            // What is moved was announced long ago, but not for its new day.
            let sealed = self.policy.seal.as_ref().and_then(|seal| seal.of(&self.version.id));
            let known = if sealed.is_some() { "told of its new day" } else { "announced" };
            let message = format!(
                "this is material, and users are promised {days} days of notice: {known} on {from}, it can take effect on {earliest} at the earliest"
            );
            let hint = format!(
                "write `effective: {earliest}` or later; or add `notice_exception: …` that says why it cannot wait, which is published"
            );
            found.push(Diagnostic::error("short-notice", self.source.at("effective"), message, hint));
        }
    }

    /// What may be as it is, and was hardly meant.
    fn wise(&self, before: Option<&Version>, found: &mut Vec<Diagnostic>) {
        let (front, today) = (&self.version.front, self.today);
        let mut advise = |code, key: &str, message: String, hint: String| {
            found.push(Diagnostic::warning(code, self.source.at(key), message, hint));
        };
        if front.draft && front.effective < today && self.policy.seal.is_none() {
            let message = format!(
                "this is a draft, and the day on which it was to take effect, {}, has passed",
                front.effective
            );
            let hint = "write a later day; or delete the line `draft`, if it is to be published".to_owned();
            advise("draft-due", "draft", message, hint);
        }
        let Some(before) = before else { return };
        let correction = matches!(front.kind, Kind::Correction(_));
        if front.summary.is_none()
            && front.changes.iter().all(|note| note.material != Some(true))
            && !correction
        {
            let message =
                "this version has no summary, so pages and other services have nothing to say of it"
                    .to_owned();
            let hint = "add a line `summary: …` that says what changed, in plain words".to_owned();
            advise("missing-summary", "effective", message, hint);
        }
        // Languages that the line is read in, each with the last version that has it.
        let mut read = std::collections::BTreeMap::new();
        for version in self.policy.versions[..self.index].iter().filter(|v| v.is_live()) {
            read.extend(version.translations.keys().map(|language| (language, version)));
        }
        let finished = |of: &Vec<super::Translation>| of.iter().any(|t| !t.front_draft);
        for (language, last) in read {
            if self.version.translations.get(language).is_some_and(finished) || correction {
                continue;
            }
            let diff = seal::compare(None, last, self.version);
            let lags = diff.changes.iter().filter(|c| c.needs_word()).count();
            if lags > 0 {
                let file = format!("{}.{language}.md", self.version.id);
                let message = format!(
                    "this version is not there in `{language}`: who reads that will see `{}`, with a note at each of the clauses that changed since ({lags})",
                    last.id
                );
                let begun = self.version.translations.contains_key(language);
                let what = if begun {
                    format!("translate what changed in `{file}`, and take its line `draft` away")
                } else {
                    format!("translate it into `{file}`")
                };
                let hint = format!("{what}; if it is to come later, that is fine as well");
                advise("translation-lags", "effective", message, hint);
            }
        }
        if correction {
            self.undone(before, &mut advise);
        }
    }

    /// A correction that what is announced already does not have would be undone by it.
    fn undone(&self, before: &Version, advise: &mut impl FnMut(&'static str, &str, String, String)) {
        let Some(seal) = &self.policy.seal else { return };
        let diff = seal::compare(None, before, self.version);
        let changed = || diff.changes.iter().filter(|c| !c.is_quiet() || !c.classes.is_empty());
        let stands = |clause: Option<&Clause>, later: &Version| {
            clause.is_some_and(|clause| later.text.clauses.iter().any(|c| c.content == clause.content))
        };
        for later in self.policy.versions[self.index + 1..].iter().filter(|v| is_published(seal, v)) {
            let old = |o: &usize| stands(before.text.clauses.get(*o), later);
            let new = |n: &usize| stands(self.version.text.clauses.get(*n), later);
            let message = if changed().any(|c| c.old.iter().any(old)) {
                format!(
                    "`{}` is announced with the words that this corrects in `{}`: they come back on {}",
                    later.id, before.id, later.front.effective
                )
            } else if changed().any(|c| !c.new.iter().all(new)) {
                format!(
                    "`{}` is announced with other words where this corrects `{}`: they may have the same slip",
                    later.id, before.id
                )
            } else {
                continue;
            };
            let hint = format!("correct `{}` as well, on the day it takes effect", later.id);
            advise("correction-undone", "corrects", message, hint);
        }
    }

    /// The day from which users can know of it: what is not published yet was not known before.
    fn announced(&self) -> NaiveDate {
        let announced = self.version.front.announced;
        if self.policy.seal.is_some() { announced.max(self.today) } else { announced }
    }

    /// Nothing is published in the past.
    fn dates(&self, found: &mut Vec<Diagnostic>) {
        let (front, today) = (&self.version.front, self.today);
        if self.policy.seal.is_none() || front.withdrawn.is_some() {
            return;
        }
        if front.effective < today {
            let message =
                format!("it is {today}, and this version would have been in force since {}", front.effective);
            let named = !self.source.at("announced").is_empty();
            let known = if named { format!("; and `announced: {today}`") } else { String::new() };
            let hint = match front.kind {
                Kind::Correction(_) => format!(
                    "a correction takes effect on the day it is published: name the file `{today}.md` and write `effective: {today}`{known}"
                ),
                _ => format!("write `effective: {today}` or a later day, and name the file after it{known}"),
            };
            found.push(Diagnostic::error("past", self.source.at("effective"), message, hint));
        } else if front.announced < today {
            let message = format!("it is {today}, and nobody could see this version on {}", front.announced);
            let hint = format!("write `announced: {today}`");
            found.push(Diagnostic::error("past", self.source.at("announced"), message, hint));
        }
    }

    /// A new version comes after all that are published: those have been compared with what they follow.
    fn in_order(&self, found: &mut Vec<Diagnostic>) {
        let front = &self.version.front;
        // An imported text that is older than all that is published has no place in the line: `load` says so.
        let imported = front.source.is_some() && self.index == 0;
        let exempt = imported || matches!(front.kind, Kind::Correction(_)) || front.withdrawn.is_some();
        let Some(seal) = self.policy.seal.as_ref().filter(|_| !exempt) else { return };
        let later = self.policy.versions[self.index + 1..].iter().find(|v| is_published(seal, v));
        if let Some(later) = later {
            let message = format!("`{}` is published already, and takes effect after this version", later.id);
            let hint = match front.source {
                Some(_) => "what is published was compared with what stood before it: keep this text as a policy of its own".to_owned(),
                None => format!(
                    "write a day after {} and name the file after it; or withdraw `{}` first",
                    later.front.effective, later.id
                ),
            };
            found.push(Diagnostic::error("out-of-order", self.source.at("effective"), message, hint));
        }
    }
}

/// Whether a version is a published one under another name, which is told of elsewhere.
fn is_renamed(policy: &Policy, version: &Version) -> bool {
    let Some(seal) = policy.seal.as_ref().filter(|seal| seal.of(&version.id).is_none()) else { return false };
    let gone = |sealed: &&seal::Sealed| policy.versions.iter().all(|v| v.id != sealed.version);
    seal.versions.iter().filter(gone).any(|sealed| sealed.broken(version).is_empty())
}

fn is_published(seal: &Seal, version: &Version) -> bool {
    seal.of(&version.id).is_some_and(|sealed| sealed.withdrawn.is_none())
}

/// How many changed clauses are shown where all are the same mistake.
const SHOWN: usize = 3;
