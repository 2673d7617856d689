//! What templates see of pages that belong to no single policy.

use serde::Serialize;

use super::{LanguageLink, Page, Policy, Site, Titled, Version};

/// A policy on the front page.
#[derive(Clone, Debug, Serialize)]
pub struct PolicyLine {
    /// The policy.
    pub policy: Policy,
    /// What is in force.
    pub in_force: Option<Version>,
    /// What is announced.
    pub upcoming: Vec<Version>,
    /// It changed a short while ago.
    pub recent: bool,
    /// The policy that continues this one.
    pub continued: Option<Titled>,
    /// The languages its text in force can be read in, where there are several; `current` marks the one
    /// that binds.
    pub languages: Vec<LanguageLink>,
}

/// A version on the front page.
#[derive(Clone, Debug, Serialize)]
pub struct VersionLine {
    /// Its policy.
    pub policy: Policy,
    /// The version.
    pub version: Version,
}

/// `index.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct IndexPage {
    pub site: Site,
    pub page: Page,
    pub policies: Vec<PolicyLine>,
    pub upcoming: Vec<VersionLine>,
    pub recent: Vec<VersionLine>,
}

/// A policy whose versions can be searched.
#[derive(Clone, Debug, Serialize)]
pub struct Searched {
    /// Its title.
    pub title: String,
    /// Its history.
    pub history_url: String,
}

/// `search.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct SearchPage {
    pub site: Site,
    pub page: Page,
    pub policies: Vec<Searched>,
    pub data: String,
}

/// `404.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "as on every page")]
pub struct PlainPage {
    pub site: Site,
    pub page: Page,
}
