//! What was read before: a policy is read anew only where its files differ.
//!
//! Files are compared by their bytes and not by their times: a file may be written twice in one tick of
//! the clock, come back from elsewhere with its old time, or be another one behind a link.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::policy::{Files, PolicyRead};
use crate::error::Error;
use crate::policy::links::Targets;
use crate::policy::{Language, calendar};

/// What is known of a content folder from when it was last read; by default nothing.
#[derive(Debug, Default)]
pub struct Known {
    ground: Option<Ground>,
    policies: BTreeMap<String, Entry>,
}

#[derive(Debug)]
struct Entry {
    files: Files,
    read: Arc<PolicyRead>,
    /// All that was said depends on nothing but the files and the ground.
    lasting: bool,
}

/// What a policy's files are judged by besides themselves.
#[derive(Debug, PartialEq)]
pub(super) struct Ground {
    pub(super) language: Language,
    pub(super) time_zone: Option<calendar::Tz>,
    pub(super) targets: Targets,
}

impl Known {
    /// The policies of these files, by id. They are all that is known afterwards. `judge` makes a policy of
    /// its files, and says whether that lasts while they do.
    pub(super) fn policies(
        &mut self,
        files: Vec<Files>,
        ground: Ground,
        judge: impl Fn(Files, &Ground) -> Result<(PolicyRead, bool), Error> + Sync,
    ) -> Result<Vec<Arc<PolicyRead>>, Error> {
        let same_ground = self.ground.as_ref() == Some(&ground);
        let read = |files: Files| {
            let last = self.policies.get(&files.id);
            if let Some(last) = last.filter(|last| same_ground && last.lasting && last.files == files) {
                return Ok(Entry { files, read: Arc::clone(&last.read), lasting: true });
            }
            let (read, lasting) = judge(files.clone(), &ground)?;
            Ok(Entry { files, read: Arc::new(kept(read, last)), lasting })
        };
        let entries: Vec<Result<Entry, Error>> = files.into_par_iter().map(read).collect();
        let entries: Vec<Entry> = entries.into_iter().collect::<Result<_, _>>()?;
        let read = entries.iter().map(|entry| Arc::clone(&entry.read)).collect();
        self.policies = entries.into_iter().map(|entry| (entry.files.id.clone(), entry)).collect();
        self.ground = Some(ground);
        Ok(read)
    }
}

/// The same, but with the policy and the files as they were where they say the same: then whoever holds
/// them need not look.
fn kept(mut read: PolicyRead, last: Option<&Entry>) -> PolicyRead {
    let Some(last) = last.map(|last| &last.read) else { return read };
    if read.policy == last.policy {
        read.policy.clone_from(&last.policy);
    }
    if read.files == last.files {
        read.files = Arc::clone(&last.files);
    }
    read
}
