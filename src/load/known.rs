//! What was read before: a policy is read anew only where its files differ.
//!
//! Files are compared by their bytes and not by their times: a file may be written twice in one tick of
//! the clock, come back from elsewhere with its old time, or be another one behind a link.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::policy::{Files, PolicyRead, policy};
use crate::policy::links::Targets;
use crate::policy::{Language, calendar};

/// What is known of a content folder from when it was last read; by default nothing.
#[derive(Debug, Default)]
pub struct Known {
    ground: Option<Ground>,
    policies: BTreeMap<String, (Files, PolicyRead)>,
}

/// What a policy's files are judged by besides themselves.
#[derive(Debug, PartialEq)]
pub(super) struct Ground {
    pub(super) language: Language,
    pub(super) time_zone: Option<calendar::Tz>,
    pub(super) targets: Targets,
}

impl Known {
    /// The policies of these files. They are all that is known afterwards.
    pub(super) fn policies(&mut self, files: Vec<Files>, ground: Ground) -> Vec<&PolicyRead> {
        let same_ground = self.ground.as_ref() == Some(&ground);
        let before = std::mem::take(&mut self.policies);
        let read = |files: Files| match before.get(&files.id) {
            Some((known, read)) if same_ground && *known == files => (files, read.clone()),
            last => {
                let read = policy(files.clone(), &ground.language, ground.time_zone, &ground.targets);
                (files, kept(read, last.map(|(_, read)| read)))
            }
        };
        let read: Vec<(Files, PolicyRead)> = files.into_par_iter().map(read).collect();
        self.policies = read.into_iter().map(|(files, read)| (files.id.clone(), (files, read))).collect();
        self.ground = Some(ground);
        self.policies.values().map(|(_, read)| read).collect()
    }
}

/// The same, but with the policy as it was where it says the same: then whoever holds it need not look.
fn kept(read: PolicyRead, last: Option<&PolicyRead>) -> PolicyRead {
    let same = last.and_then(|last| last.policy.as_ref()).filter(|last| read.policy.as_ref() == Some(last));
    match same {
        Some(same) => PolicyRead { policy: Some(Arc::clone(same)), ..read },
        None => read,
    }
}
