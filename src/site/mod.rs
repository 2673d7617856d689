//! Values in, pages in memory out.
//!
//! A policy is rendered as a unit ([`policy`]), so that memory follows the largest policy; what the
//! front page and the site's changelog need of it is kept small ([`Summary`]). Nothing here reads or
//! writes a disk, and nothing asks what day it is.

use std::borrow::Borrow;
use std::ops::Deref;

use chrono::NaiveDate;

use crate::error::Error;
use crate::policy::events::Event;
use crate::policy::history::History;
use crate::policy::links::{Targets, base_path};
use crate::policy::{Part, Policy, Settings};

pub mod assets;
pub mod bundle;
pub mod calendar;
pub mod changelog;
pub mod diff_json;
pub mod feed;
pub mod head;
pub mod headers;
pub mod html;
pub mod linked_data;
pub mod log;
pub mod messages;
pub mod names;
mod pages;
mod plural;
pub mod record;
pub mod redline;
pub mod schemas;
pub mod search;
pub mod since;
pub mod sitemap;
pub mod tags;
pub mod templates;
pub mod texts;
pub mod urls;
pub mod view;

pub use log::Log;
pub use pages::{Alone, Summary, Tally, alone, fixed, gathered, policy, policy_in_parts, whole};

/// What made a file: this program, and the number of what it writes, which is that of the schemas. The
/// program's own version is in no file: a newer program that finds the same writes the same bytes, so that
/// nobody fetches again what has not changed.
pub const GENERATOR: &str = "clauseline 1";

/// A file that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it goes within the site: relative, parts separated by `/`.
    pub path: String,
    /// Its bytes.
    pub contents: Vec<u8>,
}

/// What all pages of a site have in common.
#[derive(Debug)]
pub struct Site {
    settings: Settings,
    catalogue: messages::Catalogue,
    templates: templates::Templates,
    targets: Targets,
    /// Policy id, title and controlling language, by id.
    titles: Vec<(String, String)>,
    /// Policies that have a part of their own in a site: which, by id.
    parts: Vec<(Part, String)>,
    /// Policies that another one continues: its id, and the id and title of that other.
    continued: Vec<(String, (String, String))>,
    /// What of the log others may know, in the order in which it became known: see [`Log`].
    log: Log,
    /// Drafts are shown.
    preview: bool,
    /// Names of the files under `assets/`.
    statics: Vec<String>,
    own_statics: Vec<(String, Vec<u8>)>,
}

/// What a [`Site`] is made from: all that a policy's pages depend on besides that policy, those it
/// continues, and the day. Of two that are equal the sites are, too.
#[derive(Clone, Debug, PartialEq)]
pub struct Basis {
    settings: Settings,
    /// Every language a page of the site may be in.
    languages: Vec<String>,
    targets: Targets,
    titles: Vec<(String, String)>,
    parts: Vec<(Part, String)>,
    continued: Vec<(String, (String, String))>,
    log: Log,
    preview: bool,
    statics: Vec<String>,
    overrides: Overrides,
}

/// A site's own templates, words and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `templates/`: name and text; words are `messages/<language>.yaml`.
    pub templates: Vec<(String, String)>,
    /// `static/`: name and bytes.
    pub statics: Vec<(String, Vec<u8>)>,
}

impl Basis {
    /// What the site is made from on a day.
    pub fn new(
        settings: Settings,
        policies: &[impl Borrow<Policy>],
        log: &[Event],
        today: NaiveDate,
        with_drafts: bool,
        overrides: Overrides,
    ) -> Self {
        let log = Log::new(log, today);
        let own = overrides.statics.iter().map(|(name, _)| name.clone());
        let mut statics: Vec<String> =
            assets::STATICS.iter().map(|(name, _)| (*name).to_owned()).chain(own).collect();
        statics.sort();
        statics.dedup();
        let policies: Vec<&Policy> = policies.iter().map(Borrow::borrow).collect();
        let titles = policies.iter().map(|p| (p.id.clone(), p.settings.title.clone())).collect();
        let targets = Targets::on(&policies, today, with_drafts).at(&settings.base_url);
        let targets = targets.with_pictures(statics.iter().cloned());
        let part = |p: &&Policy| Some((p.settings.relation?, p.id.clone())).filter(|_| targets.has(&p.id));
        let parts = policies.iter().filter_map(part).collect();
        let next = |p: &&Policy| {
            let (earlier, _) = p.settings.succeeds.clone().filter(|_| targets.has(&p.id))?;
            Some((earlier, (p.id.clone(), p.settings.title.clone())))
        };
        let continued = policies.iter().filter_map(next).collect();
        let languages = languages(&settings, &policies);
        let preview = with_drafts;
        Self { settings, languages, targets, titles, parts, continued, log, preview, statics, overrides }
    }
}

impl Site {
    /// A site as it stands on a day, with its templates loaded.
    pub fn new(
        settings: Settings,
        policies: &[impl Borrow<Policy>],
        log: &[Event],
        today: NaiveDate,
        with_drafts: bool,
        overrides: Overrides,
    ) -> Result<Self, Error> {
        Self::on(Basis::new(settings, policies, log, today, with_drafts, overrides))
    }

    /// The site of a basis, with its templates loaded.
    pub fn on(basis: Basis) -> Result<Self, Error> {
        let languages: Vec<&str> = basis.languages.iter().map(Deref::deref).collect();
        let (catalogue, templates) = words_and_templates(&basis.overrides.templates, &languages)?;
        Ok(Self {
            settings: basis.settings,
            catalogue,
            templates,
            targets: basis.targets,
            titles: basis.titles,
            parts: basis.parts,
            continued: basis.continued,
            log: basis.log,
            preview: basis.preview,
            statics: basis.statics,
            own_statics: basis.overrides.statics,
        })
    }

    /// The path of the site on its host, `/` at the end.
    pub fn base_path(&self) -> &str {
        base_path(&self.settings.base_url)
    }

    /// The absolute address of a page.
    fn absolute(&self, address: &str) -> String {
        format!("{}{address}", self.settings.base_url)
    }
}

/// What pages are made with: the words of all languages, and the templates for those asked for.
fn words_and_templates(
    own: &[(String, String)],
    languages: &[&str],
) -> Result<(messages::Catalogue, templates::Templates), Error> {
    // Of each kind the built-in ones first: what a site brings itself comes after and wins.
    let own = own.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let (own_words, own_templates): (Vec<_>, Vec<_>) = own.partition(|(name, _)| words_of(name).is_some());
    let built_in = assets::TEMPLATES.iter().copied();
    let (words, defaults): (Vec<_>, Vec<_>) = built_in.partition(|(name, _)| words_of(name).is_some());
    let words = words.into_iter().chain(own_words);
    let catalogue = messages::Catalogue::new(words.filter_map(|(name, text)| Some((words_of(name)?, text))))?;
    let templates = templates::Templates::new(defaults, own_templates, &catalogue, languages)?;
    Ok((catalogue, templates))
}

/// The language of a file of words.
fn words_of(name: &str) -> Option<&str> {
    name.strip_prefix("messages/")?.strip_suffix(".yaml")
}

/// Every language a page of the site may be in.
fn languages(settings: &Settings, policies: &[&Policy]) -> Vec<String> {
    // The reference for developers is English.
    let mut all = vec![settings.default_language.0.clone(), "en".to_owned()];
    for policy in policies {
        all.push(policy.settings.controlling_language.0.clone());
        all.extend(policy.versions.iter().flat_map(|v| v.translations.keys()).map(|l| l.0.clone()));
    }
    all.sort();
    all.dedup();
    all
}

/// Checks the redline of every pair it is asked for before anything is made of it.
fn proved(
    history: &History<'_>,
    old: usize,
    new: usize,
    comparison: &crate::policy::history::Comparison<'_>,
) -> Result<usize, Error> {
    comparison.diff.proof(comparison.old, comparison.new).map_err(|entry| Error::Proof {
        policy: history.policy.id.clone(),
        old: history.releases[old].version.id.clone(),
        new: history.releases[new].version.id.clone(),
        entry,
    })
}
