//! What was found between the texts of a line, kept for when the line is asked for again and most of its
//! texts are as they were: comparing is nearly all the work there is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::diff::Diff;
use super::history::{Comparison, History, notes_on};
use super::signals::Signal;
use super::terms::Definition;
use super::{Policy, Version};

/// What was found in a policy; by default nothing.
#[derive(Debug, Default)]
pub struct Found {
    policy: Option<Arc<Policy>>,
    /// By the later version's id.
    pairs: BTreeMap<String, Pair>,
}

/// What a [`Comparison`] says of two texts, without what was said of their changes.
#[derive(Debug)]
struct Pair {
    old: String,
    diff: Diff,
    signals: Vec<Vec<Signal>>,
    definitions: Vec<Definition>,
    renamed: Vec<(String, String)>,
}

impl Found {
    /// What was found in this policy's line.
    pub fn of(policy: &Arc<Policy>, history: &History<'_>) -> Self {
        let pair = |release: &super::history::Release<'_>| {
            let (comparison, previous) = (release.comparison.as_ref()?, release.previous?);
            let pair = Pair {
                old: history.releases.get(previous)?.version.id.clone(),
                diff: comparison.diff.clone(),
                signals: comparison.signals.clone(),
                definitions: comparison.definitions.clone(),
                renamed: comparison.renamed.clone(),
            };
            Some((release.version.id.clone(), pair))
        };
        Self { policy: Some(Arc::clone(policy)), pairs: history.releases.iter().filter_map(pair).collect() }
    }

    /// The comparison of two versions of a policy, where all that it is made from is as it was.
    pub(super) fn comparison<'a>(
        &self,
        policy: &Policy,
        old: &'a Version,
        new: &'a Version,
    ) -> Option<Comparison<'a>> {
        let known = self.policy.as_ref()?;
        let pair = self.pairs.get(&new.id).filter(|pair| pair.old == old.id)?;
        let before = |id: &str| known.versions.iter().find(|version| version.id == id);
        let same = known.settings.controlling_language == policy.settings.controlling_language
            && before(&old.id)?.text == old.text
            && before(&new.id).is_some_and(|was| was.text == new.text && was.front.was == new.front.was);
        same.then(|| Comparison {
            old: &old.text,
            new: &new.text,
            notes: notes_on(&pair.diff, &old.text, &new.text, &new.front.changes),
            diff: pair.diff.clone(),
            signals: pair.signals.clone(),
            definitions: pair.definitions.clone(),
            renamed: pair.renamed.clone(),
        })
    }
}
