//! What is told of each policy before it is published, for whoever asks.
//!
//! Nothing is judged before somebody asks, and nothing twice: what was told of a policy is kept as long as
//! the policy, its files, the names around it and the day are the same. Of what is not published only that
//! is looked at which somebody works on; `check` looks at all.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;
use rayon::prelude::*;

use super::site::{Fault, guarded};
use crate::diagnostic::Report;
use crate::load::{Loaded, VersionFiles};
use crate::policy::Policy;
use crate::review::{Reach, names, review};

/// What is told of a policy.
#[derive(Debug)]
pub struct Told {
    /// What holds it up.
    pub held: Report,
    /// What should be looked at again.
    pub advice: Report,
}

/// A policy with all that is asked of it before it is published.
#[derive(Debug)]
struct Desk {
    policy: Arc<Policy>,
    files: Arc<VersionFiles>,
    names: Arc<[String]>,
    today: NaiveDate,
    told: OnceLock<Result<Told, Fault>>,
}

impl Desk {
    fn told(&self) -> Result<&Told, &Fault> {
        let judge = || {
            guarded(|| {
                let names: Vec<&str> = self.names.iter().map(String::as_str).collect();
                let review = review(&self.policy, &self.files, &names, self.today, Reach::InWork);
                Ok(Told { held: review.held, advice: review.advice })
            })
        };
        self.told.get_or_init(judge).as_ref()
    }

    fn is_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.policy, &other.policy)
            && Arc::ptr_eq(&self.files, &other.files)
            && self.names == other.names
            && self.today == other.today
    }
}

/// Every policy's, by id; by default none.
#[derive(Clone, Debug, Default)]
pub struct Desks(BTreeMap<String, Arc<Desk>>);

impl Desks {
    /// Those of a folder on a day; what is as it was is kept.
    pub fn of(loaded: &Loaded, today: NaiveDate, last: &Self) -> Self {
        let all = names(loaded.site.as_ref(), loaded.policies.iter().map(AsRef::as_ref));
        let names: Arc<[String]> = all.into_iter().map(str::to_owned).collect();
        let desk = |policy: &Arc<Policy>| {
            let files = loaded.files.get(&policy.id).map(Arc::clone).unwrap_or_default();
            let (policy, names) = (Arc::clone(policy), Arc::clone(&names));
            let desk = Desk { policy, files, names, today, told: OnceLock::new() };
            let kept = last.0.get(&desk.policy.id).filter(|last| last.is_of(&desk)).map(Arc::clone);
            (desk.policy.id.clone(), kept.unwrap_or_else(|| Arc::new(desk)))
        };
        Self(loaded.policies.iter().map(desk).collect())
    }

    /// What is told of one policy; without one, of all of them.
    pub fn told(&self, policy: Option<&str>) -> Result<Vec<&Told>, &Fault> {
        match policy {
            Some(id) => self.0.get(id).map(|desk| desk.told()).into_iter().collect(),
            None => self.0.par_iter().map(|(_, desk)| desk.told()).collect(),
        }
    }

    /// Whether the very same is told of the very same policies.
    pub fn are(&self, other: &Self) -> bool {
        let same = |((_, one), (_, other)): ((_, &Arc<Desk>), (_, &Arc<Desk>))| Arc::ptr_eq(one, other);
        self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(same)
    }
}
