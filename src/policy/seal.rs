//! The seal of a policy: what of it is published, fixed.
//!
//! A seal says of each published version what its file said when it was published, and which clause of
//! it came from which of the version before. The texts themselves are not in it, only their digests: a
//! seal can tell *that* a published text is another one now, and what it was is kept elsewhere.
//!
//! Of a version these are fixed for ever: its text, `announced`, `kind`, `action`, `summary`, `changes`,
//! `was` and `source`. `effective` and `withdrawn` are fixed as they were last sealed; until the effective day
//! they may change, and each such change is a decision of its own (`decide`). Which clause came
//! from which ([`Relations`]) is obeyed by every later diff of the two texts, so that no better alignment
//! ever tells published history otherwise.
//!
//! A policy without a seal publishes all it has. In one with a seal, what is not in it is a draft.
//!
//! `file` reads and writes `seal.yaml`. Nothing here knows what is sealed when.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::align::Relations;
use super::diff::{Diff, diff, diff_sealed};
use super::front_matter::{self, Said, words_said};
use super::history::Materiality;
use super::markdown::{Options, digest, parse};
use super::notice::Until;
use super::{Action, Kind, Language, Policy, Text, Translation, Version};

mod decide;
mod file;

pub use decide::{Decided, Decision, decide};
pub use file::{conflict, read};

/// `content/<policy>/seal.yaml`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seal {
    /// What is published, in the order in which it takes effect.
    pub versions: Vec<Sealed>,
}

/// A published version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its id.
    pub version: String,
    /// The day it was made known.
    pub announced: NaiveDate,
    /// The day it takes effect, as last sealed.
    pub effective: NaiveDate,
    /// The day it was withdrawn, if it was.
    pub withdrawn: Option<NaiveDate>,
    /// What sort of version it is.
    pub kind: Kind,
    /// What services owe users.
    pub action: Option<Action>,
    /// Whether users need to be told, as it was said when it was published.
    pub materiality: Materiality,
    /// Until when users are told of it, as it was promised when it was published or last put off.
    pub until: Until,
    /// The digest of its canonical text.
    pub text: String,
    /// The digest of what was said of it: `summary`, `changes`, `was` and `source`.
    pub said: String,
    /// How many clauses its text had.
    pub clauses: usize,
    /// By the version it followed: what came from what. More than one where a correction came between.
    pub follows: BTreeMap<String, Follows>,
    /// The digest of each translation, by language and revision.
    pub translations: BTreeMap<(Language, u32), String>,
}

/// What of a version came from what of the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follows {
    /// Which clause came from which.
    pub relations: Relations,
    /// Sections that go by another id now: new id → old id. Should texts ever be cut into clauses
    /// otherwise, this is what remains of the line.
    pub sections: BTreeMap<String, String>,
}

/// A part of a version that is fixed for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The text.
    Text,
    /// `announced`
    Announced,
    /// `kind`, `corrects`, `reverts`
    Kind,
    /// `action`
    Action,
    /// `summary`, `changes`, `was`, `source`
    Said,
    /// `draft`: what is published cannot be one.
    Draft,
}

impl Seal {
    /// What is sealed of a version.
    pub fn of(&self, version: &str) -> Option<&Sealed> {
        self.versions.iter().find(|sealed| sealed.version == version)
    }

    /// What is not sealed is a draft.
    pub fn mark_drafts(&self, versions: &mut [Version]) {
        for version in versions {
            let sealed = self.of(&version.id);
            version.draft = version.front.draft || sealed.is_none();
            for (language, revisions) in &mut version.translations {
                for translation in revisions {
                    let published = sealed.is_some_and(|s| s.translation(language, translation).is_some());
                    translation.draft = translation.front_draft || !published;
                }
            }
        }
    }
}

impl Sealed {
    /// A version as it is now, with the translations that are not drafts.
    pub fn new(
        version: &Version,
        materiality: Materiality,
        until: Until,
        follows: BTreeMap<String, Follows>,
    ) -> Self {
        let front = &version.front;
        let revisions = version.translations.iter().flat_map(|(language, of)| {
            let published = of.iter().filter(|t| !t.front_draft);
            published.map(move |t| ((language.clone(), t.revision), translation_digest(t)))
        });
        Self {
            version: version.id.clone(),
            announced: front.announced,
            effective: front.effective,
            withdrawn: front.withdrawn,
            kind: front.kind.clone(),
            action: front.action,
            materiality,
            until,
            text: version.text.digest.clone(),
            said: digest(&words_said(front)),
            clauses: version.text.clauses.len(),
            follows,
            translations: revisions.collect(),
        }
    }

    /// Which of the parts that are fixed are otherwise in a version of this id.
    pub fn broken(&self, version: &Version) -> Vec<Part> {
        let front = &version.front;
        let parts = [
            (Part::Text, self.text != version.text.digest),
            (Part::Announced, self.announced != front.announced),
            (Part::Kind, self.kind != front.kind),
            (Part::Action, self.action != front.action),
            (Part::Said, self.said != digest(&words_said(front))),
            (Part::Draft, front.draft),
        ];
        parts.into_iter().filter(|(_, broken)| *broken).map(|(part, _)| part).collect()
    }

    /// Whether a file says what was sealed: as that of the version itself, or of one of its translations.
    pub fn is_copy(&self, translation: Option<(&Language, u32)>, file: &str) -> bool {
        let text = |body| parse(file, body, Options { imported: true }).0;
        let Some((language, revision)) = translation else {
            let (front, body, _) = front_matter::version(file, &self.version, self.kind == Kind::Initial);
            let (id, translations) = (self.version.clone(), BTreeMap::new());
            let version =
                front.map(|front| Version { id, draft: false, front, text: text(body), translations });
            return version.is_some_and(|version| self.broken(&version).is_empty());
        };
        let (front, body, _) = front_matter::translation(file);
        let translation = front.map(|front| Translation {
            title: front.title,
            summary: front.summary,
            changes: front.changes,
            revision,
            draft: false,
            front_draft: front.draft,
            text: text(body),
        });
        translation.is_some_and(|t| !t.front_draft && self.translation(language, &t) == Some(true))
    }

    /// Whether a translation is sealed, and as it is now.
    pub fn translation(&self, language: &Language, translation: &Translation) -> Option<bool> {
        let sealed = self.translations.get(&(language.clone(), translation.revision))?;
        Some(*sealed == translation_digest(translation))
    }
}

/// The digest of all that a translation says.
fn translation_digest(translation: &Translation) -> String {
    let mut said = Said::default();
    said.text("title", translation.title.as_deref());
    said.text("summary", translation.summary.as_deref());
    said.changes(&translation.changes);
    said.text("text", Some(&translation.text.canonical));
    digest(&said.finish())
}

impl Follows {
    /// What came from what by a diff of two texts.
    pub fn new(old: &Text, new: &Text, diff: &Diff) -> Self {
        let came = |section: &super::Section| {
            let heading = section.heading?;
            let change = diff.changes.iter().find(|c| c.new.first() == Some(&heading))?;
            let before = old.clauses.get(*change.old.first()?)?;
            (before.id != section.id).then(|| (section.id.clone(), before.id.clone()))
        };
        let sections = new.sections.iter().filter_map(came).collect();
        Self { relations: diff.relations(old.clauses.len(), new.clauses.len()), sections }
    }
}

/// Compares a version with the one before it: as it was sealed, where it was.
pub fn compare(seal: Option<&Seal>, old: &Version, new: &Version) -> Diff {
    let sealed = seal.and_then(|seal| seal.of(&new.id)?.follows.get(&old.id));
    let Some(follows) = sealed else { return diff(&old.text, &new.text, &new.front.was) };
    diff_sealed(&old.text, &new.text, &follows.relations).unwrap_or_else(|| {
        // The texts are cut into other clauses than they were: the author's word is the sections'.
        let mut was = follows.sections.clone();
        was.extend(new.front.was.clone());
        diff(&old.text, &new.text, &was)
    })
}

/// What of policies may be published; see [`Policy::published`].
pub fn published(policies: Vec<Arc<Policy>>) -> Vec<Arc<Policy>> {
    let one = |policy: Arc<Policy>| match policy.seal {
        Some(_) => Arc::new(Arc::unwrap_or_clone(policy).published()),
        None => policy,
    };
    policies.into_iter().map(one).collect()
}

impl Policy {
    /// What of a policy may be published: in one with a seal only what is sealed, as it is sealed.
    pub fn published(mut self) -> Self {
        let Some(seal) = &self.seal else { return self };
        for version in &mut self.versions {
            if let Some(sealed) = seal.of(&version.id) {
                version.front.effective = sealed.effective;
                version.front.withdrawn = sealed.withdrawn;
            }
        }
        let place = |id: &str| seal.versions.iter().position(|s| s.version == id);
        // Drafts stand after what is published; nothing is told by their place.
        self.versions.sort_by_key(|v| place(&v.id).unwrap_or(usize::MAX));
        self
    }
}
