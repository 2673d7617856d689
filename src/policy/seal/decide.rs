//! What sealing a policy would decide: what its files say now that its seal does not.
//!
//! Whether a decision may be made (a date that has passed, an order that was published) is for the gate.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{Follows, Seal, Sealed, compare};
use crate::policy::history::{Comparison, materiality};
use crate::policy::notice::Until;
use crate::policy::{Language, Policy, Version};

/// Something that sealing would fix for ever, and tell other services.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// The version it is about.
    pub version: String,
    /// What was decided.
    pub decision: Decision,
}

/// What was decided of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is published.
    Published,
    /// It takes effect on another day than was said, which was this.
    Rescheduled(NaiveDate),
    /// It will not take effect.
    Withdrawn,
    /// It is published in another language, or a better translation of it is.
    Translated(Language, u32),
}

/// What was decided since a policy was last sealed, in the order of its versions: each is published before
/// anything else is said of it.
pub fn decide(policy: &Policy) -> Vec<Decided> {
    policy
        .versions
        .iter()
        .filter(|v| !v.front.draft)
        .flat_map(|v| of_version(policy.seal.as_ref(), v))
        .collect()
}

fn of_version(seal: Option<&Seal>, version: &Version) -> Vec<Decided> {
    let sealed = seal.and_then(|seal| seal.of(&version.id));
    let front = &version.front;
    let mut decisions = Vec::new();
    match sealed {
        None => decisions.push(Decision::Published),
        Some(sealed) if sealed.effective != front.effective => {
            decisions.push(Decision::Rescheduled(sealed.effective));
        }
        Some(_) => {}
    }
    let was_withdrawn = sealed.is_some_and(|sealed| sealed.withdrawn.is_some());
    if front.withdrawn.is_some() && !was_withdrawn {
        decisions.push(Decision::Withdrawn);
    }
    for (language, revisions) in &version.translations {
        let open = |t: &&super::Translation| sealed.is_none_or(|s| s.translation(language, t).is_none());
        let open = revisions.iter().filter(|t| !t.front_draft).filter(open);
        decisions.extend(open.map(|t| Decision::Translated(language.clone(), t.revision)));
    }
    decisions.into_iter().map(|decision| Decided { version: version.id.clone(), decision }).collect()
}

impl Seal {
    /// The seal of a policy with all that was decided of it. What was sealed stays as it is; `effective` and
    /// `withdrawn` are those of the files.
    pub fn with(policy: &Policy) -> Self {
        let before = policy.seal.clone().unwrap_or_default();
        let line: Vec<&Version> = policy.versions.iter().filter(|v| !v.front.draft).collect();
        let versions = line.iter().enumerate().map(|(i, version)| {
            // Never from a version that was taken back before it took effect.
            let previous = line[..i].iter().rev().find(|v| v.front.withdrawn.is_none());
            let comparison = previous.filter(|_| before.of(&version.id).is_none()).map(|previous| {
                let language = &policy.settings.controlling_language;
                let diff = compare(None, previous, version);
                Comparison::of(diff, (&previous.text, &version.text), &version.front.changes, language)
            });
            let known = before.of(&version.id);
            let material = known.map_or_else(|| materiality(version, comparison.as_ref()), |s| s.materiality);
            let until = Until::promised(&policy.settings, &version.front, material);
            let now = Sealed::new(version, material, until, BTreeMap::new());
            let mut sealed = match known {
                None => now,
                Some(sealed) => {
                    let mut translations = now.translations;
                    translations.extend(sealed.translations.clone());
                    Sealed {
                        until: if now.effective == sealed.effective { sealed.until } else { now.until },
                        effective: now.effective,
                        withdrawn: now.withdrawn,
                        translations,
                        ..sealed.clone()
                    }
                }
            };
            if let Some(previous) = previous.filter(|p| !sealed.follows.contains_key(&p.id)) {
                let diff = compare(None, previous, version);
                sealed
                    .follows
                    .insert(previous.id.clone(), Follows::new(&previous.text, &version.text, &diff));
            }
            sealed
        });
        Self { versions: versions.collect() }
    }
}
