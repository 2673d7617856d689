//! What can be told of lines of versions without comparing any: which goes on in which, and where each
//! stands.

use std::borrow::Borrow;

use chrono::NaiveDate;

use super::{Policy, Version};

/// The policies whose lines a policy continues, nearest first. A circle, which is a mistake, ends where it
/// begins again.
pub fn continued<'p, P: Borrow<Policy>>(policy: &Policy, all: &'p [P]) -> Vec<&'p P> {
    let earlier = |policy: &Policy| {
        let (id, _) = policy.settings.succeeds.as_ref()?;
        all.iter().find(|p| Borrow::<Policy>::borrow(*p).id == *id)
    };
    std::iter::successors(earlier(policy), |p| earlier((*p).borrow())).take(all.len()).collect()
}

/// The version in force on a day.
pub fn in_force(policy: &Policy, today: NaiveDate) -> Option<&Version> {
    let applies = |v: &&Version| is_shown(v, today, false) && counts(v, today) && v.front.effective <= today;
    policy.versions.iter().rfind(applies)
}

/// Whether a version can be seen on a day: drafts by those who ask for them, others from the day they
/// are announced.
pub fn is_shown(version: &Version, today: NaiveDate, with_drafts: bool) -> bool {
    if version.draft { with_drafts } else { version.front.announced <= today && !version.is_unheard() }
}

/// Whether a version has a place in the line: drafts and withdrawn ones have none.
pub(super) fn counts(version: &Version, today: NaiveDate) -> bool {
    !version.draft && version.front.withdrawn.is_none_or(|day| day > today)
}

impl Version {
    /// Whether it is part of the line: not a draft in its author's word, nor withdrawn.
    pub fn is_live(&self) -> bool {
        !self.front.draft && self.front.withdrawn.is_none()
    }

    /// Whether it was taken back before anybody was to hear of it: nobody ever does.
    pub fn is_unheard(&self) -> bool {
        self.front.withdrawn.is_some_and(|day| day < self.front.announced)
    }
}

impl Policy {
    /// Whether it is of use to say how a version could be better: it is not published; where nothing was ever
    /// sealed, it is a draft or the last of its line.
    pub fn can_change(&self, version: usize) -> bool {
        let Some(this) = self.versions.get(version) else { return false };
        match &self.seal {
            Some(seal) => seal.of(&this.id).is_none(),
            None => this.front.draft || self.versions.iter().rposition(Version::is_live) == Some(version),
        }
    }

    /// The version that one of a policy's versions follows, once all that is not a draft in its author's
    /// word is published.
    pub fn before(&self, version: usize) -> Option<&Version> {
        self.versions.get(..version)?.iter().rev().find(|v| v.is_live())
    }
}
