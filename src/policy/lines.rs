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
    if version.draft { with_drafts } else { version.front.announced <= today }
}

/// Whether a version has a place in the line: drafts and withdrawn ones have none.
pub(super) fn counts(version: &Version, today: NaiveDate) -> bool {
    !version.draft && version.front.withdrawn.is_none_or(|day| day > today)
}
