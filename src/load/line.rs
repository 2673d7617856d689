//! What is wrong between the versions of one policy, each of which may be right by itself.
//!
//! Pure: it sees what was read and says what does not fit together.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;

use crate::diagnostic::Diagnostic;
use crate::policy::seal::Seal;
use crate::policy::yaml::{closest, locate, quoted};
use crate::policy::{Kind, PolicySettings, Text, Version, calendar};

/// A version and the file it was read from.
pub(super) struct Read<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
    pub(super) yaml: Range<usize>,
    pub(super) version: Version,
}

impl Read<'_> {
    fn locate(&self, path: &[&str]) -> Range<usize> {
        locate(self.text, self.yaml.clone(), path)
    }
}

/// What else there is to know about a policy.
pub(super) struct Context<'a> {
    /// The ids of all versions, also of those that could not be read.
    pub(super) ids: &'a BTreeSet<&'a str>,
    /// Whether every file could be read.
    pub(super) complete: bool,
    pub(super) settings: Option<&'a PolicySettings>,
    /// What is published.
    pub(super) seal: Option<&'a Seal>,
    pub(super) time_zone: Option<calendar::Tz>,
}

/// A diagnostic and the index of the version it is in.
type Found = (usize, Diagnostic);

/// Puts versions in the order in which they take effect, corrections after what they correct.
pub(super) fn sort(versions: &mut [Read<'_>]) {
    let corrects: BTreeMap<String, String> = versions
        .iter()
        .filter_map(|read| Some((read.version.id.clone(), read.version.front.kind.corrects()?.to_owned())))
        .collect();
    let depth = |id: &str| {
        let chain = std::iter::successors(Some(id), |id| corrects.get(*id).map(String::as_str));
        // Corrections that correct each other go round for ever.
        chain.take(corrects.len() + 1).count()
    };
    versions.sort_by_cached_key(|read| {
        (read.version.front.effective, depth(&read.version.id), read.version.id.clone())
    });
}

/// All that does not fit together. The versions are in order.
pub(super) fn check(versions: &[Read<'_>], context: &Context<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, read) in versions.iter().enumerate() {
        let mut out = Vec::new();
        // The name of what is published stays, whatever becomes of its day.
        if context.seal.is_none_or(|seal| seal.of(&read.version.id).is_none()) {
            named_day(read, &mut out);
        }
        real_day(read, context.time_zone, &mut out);
        known_version(read, versions, context, &mut out);
        if context.complete {
            first_kind(read, index, versions, context, &mut out);
            let before = versions[..index].iter().rev().find(|before| before.version.is_live());
            known_clauses(read, before, &mut out);
        }
        found.extend(out.into_iter().map(|diagnostic| (index, diagnostic)));
    }
    one_a_day(versions, &mut found);
    found
}

/// The id is usually the effective day.
fn named_day(read: &Read<'_>, out: &mut Vec<Diagnostic>) {
    let effective = read.version.front.effective;
    let captured = read.version.front.is_captured();
    if calendar::parse_day(&read.version.id).is_some_and(|day| day != effective) && !captured {
        let message =
            format!("the file is called `{}.md`, but it takes effect on {effective}", read.version.id);
        let hint = format!(
            "if nobody has seen this version yet, rename the file to `{effective}.md` or write `effective: {}`",
            read.version.id
        );
        out.push(Diagnostic::warning("name-and-day", read.locate(&["effective"]), message, hint));
    }
}

/// Samoa had no 30 December 2011.
fn real_day(read: &Read<'_>, time_zone: Option<calendar::Tz>, out: &mut Vec<Diagnostic>) {
    let effective = read.version.front.effective;
    if let Some(tz) = time_zone
        && calendar::first_instant(effective, tz).is_none()
    {
        let message = format!("there was no {effective} in the time zone {tz}");
        out.push(Diagnostic::error(
            "skipped-day",
            read.locate(&["effective"]),
            message,
            "write the day before or after",
        ));
    }
}

/// `corrects` and `reverts` name earlier versions of this policy.
fn known_version(read: &Read<'_>, versions: &[Read<'_>], context: &Context<'_>, out: &mut Vec<Diagnostic>) {
    let (key, id) = match &read.version.front.kind {
        Kind::Correction(id) => ("corrects", id),
        Kind::Revert(id) => ("reverts", id),
        Kind::Initial | Kind::Amendment => return,
    };
    let span = || read.locate(&[key]);
    if id == &read.version.id {
        let message = format!("a version cannot name itself in `{key}`");
        out.push(Diagnostic::error(
            "unknown-version",
            span(),
            message,
            "name the earlier version that is meant",
        ));
    } else if !context.ids.contains(id.as_str()) {
        let message = format!("this policy has no version {}", quoted(id));
        let others = context.ids.iter().copied().filter(|other| *other != read.version.id);
        let hint = among(id, others, "its versions are");
        out.push(Diagnostic::error("unknown-version", span(), message, hint));
    } else if let Some(other) = versions.iter().find(|other| other.version.id == *id) {
        let (own, its) = (read.version.front.effective, other.version.front.effective);
        let too_early = if key == "reverts" { own <= its } else { own < its };
        if too_early {
            let message = format!("`{id}` takes effect on {its}, and this version on {own}");
            let hint = format!("name an earlier version in `{key}`, or write a later day after `effective:`");
            out.push(Diagnostic::error("version-order", span(), message, hint));
        } else if other.version.front.withdrawn.is_some() {
            let message = format!("`{id}` was withdrawn and never in force");
            out.push(Diagnostic::error("version-order", span(), message, "name a version that was in force"));
        }
    }
}

/// "did you mean", else all there are, as far as a line can hold them.
pub(super) fn among<'w>(typed: &str, words: impl Iterator<Item = &'w str> + Clone, all: &str) -> String {
    if let Some(word) = closest(typed, words.clone()) {
        return format!("did you mean `{word}`?");
    }
    let mut listed: Vec<String> = words.clone().take(8).map(|word| format!("`{word}`")).collect();
    if words.count() > listed.len() {
        listed.push("…".to_owned());
    }
    match listed.as_slice() {
        [] => "there is no other".to_owned(),
        listed => format!("{all} {}", listed.join(", ")),
    }
}

/// A line starts with an initial version and has no other.
fn first_kind(
    read: &Read<'_>,
    index: usize,
    versions: &[Read<'_>],
    context: &Context<'_>,
    out: &mut Vec<Diagnostic>,
) {
    let earlier = versions[..index].iter().rev().find(|before| before.version.is_live());
    match (&read.version.front.kind, earlier) {
        (Kind::Initial, Some(earlier)) => {
            let message =
                format!("`{}` comes before this version, so this is not the initial one", earlier.version.id);
            let hint = "write `kind: amendment`, or delete the line";
            out.push(Diagnostic::error("wrong-kind", read.locate(&["kind"]), message, hint));
        }
        (Kind::Amendment, None)
            if read.version.is_live()
                && context.settings.is_some_and(|settings| settings.succeeds.is_none()) =>
        {
            let message = "no version comes before this one, so there is nothing to amend";
            let hint = "write `kind: initial`, or delete the line";
            out.push(Diagnostic::error("wrong-kind", read.locate(&["kind"]), message, hint));
        }
        _ => {}
    }
}

/// `changes` and `was` speak of clauses that there are.
fn known_clauses(read: &Read<'_>, before: Option<&Read<'_>>, out: &mut Vec<Diagnostic>) {
    let front = &read.version.front;
    if front.changes.is_empty() && front.was.is_empty() {
        return;
    }
    let own = ids(&read.version.text);
    let old = before.map(|before| ids(&before.version.text)).unwrap_or_default();
    for (id, span) in front.changes.iter().flat_map(|note| &note.clauses) {
        if !own.contains(id.as_str()) && !old.contains(id.as_str()) {
            let message = match before {
                Some(before) => {
                    format!("neither this version nor `{}` has a clause {}", before.version.id, quoted(id))
                }
                None => format!("this version has no clause {}", quoted(id)),
            };
            let hint = among(id, own.union(&old).copied(), "the clauses are");
            out.push(Diagnostic::error("unknown-clause", span.clone(), message, hint));
        }
    }
    for (new, was) in &front.was {
        if !own.contains(new.as_str()) {
            let message = format!("this version has no clause {}", quoted(new));
            let hint = if own.contains(was.as_str()) && old.contains(new.as_str()) {
                format!("`was` names the new id first: `was: {{{was}: {new}}}`")
            } else {
                among(new, own.iter().copied(), "its clauses are")
            };
            out.push(Diagnostic::error("unknown-clause", read.locate(&["was", new]), message, hint));
        } else if !old.contains(was.as_str()) {
            let (message, hint) = match before {
                Some(before) => (
                    format!("`{}` has no clause {}", before.version.id, quoted(was)),
                    among(was, old.iter().copied(), "its clauses are"),
                ),
                None => ("no version comes before this one".to_owned(), "delete `was`".to_owned()),
            };
            out.push(Diagnostic::error("unknown-clause", read.locate(&["was", new]), message, hint));
        }
    }
}

fn ids(text: &Text) -> BTreeSet<&str> {
    let clauses = text.clauses.iter().map(|clause| clause.id.as_str());
    clauses.chain(text.sections.iter().map(|section| section.id.as_str())).collect()
}

/// Of two versions that take effect on one day nobody could say which is in force, unless one
/// corrects the other.
fn one_a_day(versions: &[Read<'_>], found: &mut Vec<Found>) {
    let mut days: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    for (index, read) in versions.iter().enumerate() {
        if read.version.front.withdrawn.is_none() {
            days.entry(read.version.front.effective).or_default().push(index);
        }
    }
    for same_day in days.values() {
        for (place, index) in same_day.iter().enumerate().skip(1) {
            let read = &versions[*index];
            let earlier = &same_day[..place];
            let corrects_one = earlier.iter().any(|other| {
                read.version.front.kind.corrects() == Some(versions[*other].version.id.as_str())
            });
            if corrects_one {
                continue;
            }
            let other = &versions[earlier[0]].version.id;
            let message = format!("`{other}` takes effect on the same day");
            let hint = format!(
                "write another day; if this only corrects a slip in it, write `kind: correction` and `corrects: {other}`"
            );
            found.push((*index, Diagnostic::error("same-day", read.locate(&["effective"]), message, hint)));
        }
    }
}
