//! What the template of a redline on its own may see; the parts are those of a compare page.

use serde::Serialize;

use super::{ChangeRow, Counts, Policy, Proof, Size, Switch, Version, Way};

/// One of two texts that belong to no site.
#[derive(Clone, Debug, Serialize)]
pub struct LooseText {
    /// What its file is called.
    pub name: String,
    /// How many words it has.
    pub words: usize,
    /// How many clauses it has.
    pub clauses: usize,
    /// Of its canonical text.
    pub digest: String,
}

/// `redline.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct RedlinePage {
    pub title: String,
    pub language: String,
    pub dir: String,
    pub style: &'static str,
    pub style_hash: String,
    pub old: LooseText,
    pub new: LooseText,
    pub same: bool,
    pub totals: Counts,
    pub size: Size,
    pub switches: Vec<Switch>,
    pub changes: Vec<ChangeRow>,
    pub way: Option<Way>,
    pub text_language: String,
    pub text_dir: &'static str,
    pub body_html: String,
    pub proof: Proof,
}

/// `kept.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct KeptPage {
    pub title: String,
    pub language: String,
    pub dir: String,
    pub style: &'static str,
    pub style_hash: String,
    pub organisation: String,
    pub policy: Policy,
    pub version: Version,
    pub translation: Option<String>,
    pub text_language: String,
    pub text_dir: &'static str,
    pub has_title: bool,
    pub body_html: String,
    pub address: String,
    pub digest: String,
}
