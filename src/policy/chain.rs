//! Which version each version is chained to: the one that stood before it on the day it was made
//! known.
//!
//! The line of versions as readers see it changes with time: a correction comes between two versions
//! that were neighbours, and what is withdrawn leaves its place. What was published of a version
//! may not change with it. So the chain goes by what could be known on the day of the announcement, and
//! what happens later happens to later links.

use super::history::is_shown;
use super::{Policy, Version};

/// For each version of a policy the place of the one before it in the chain. Drafts have no place in
/// it.
pub fn chain(policy: &Policy) -> Vec<Option<usize>> {
    let lasting = |i: usize| policy.versions.get(i).filter(|v| is_shown(v, chrono::NaiveDate::MAX, false));
    let before = |i: usize| {
        let day = lasting(i)?.front.announced;
        let stood = |v: &Version| is_shown(v, day, false) && v.front.withdrawn.is_none_or(|end| end > day);
        (0..i).rfind(|earlier| lasting(*earlier).is_some_and(stood))
    };
    (0..policy.versions.len()).map(before).collect()
}
