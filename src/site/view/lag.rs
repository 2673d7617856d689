//! What templates see of a translation that lags behind the controlling text.

use serde::Serialize;

/// How a translation lags.
#[derive(Clone, Debug, Serialize)]
pub struct Lagging {
    /// How many clauses of the controlling text changed.
    pub clauses: usize,
    /// Whether it is known which clauses of the translation these are.
    pub known: bool,
    /// Each, in the order of the translation.
    pub items: Vec<LagItem>,
}

/// A clause that lags, in the list of them.
#[derive(Clone, Debug, Serialize)]
pub struct LagItem {
    /// What it is called.
    pub title: String,
    /// The language of that, where it is not the page's.
    pub language: Option<String>,
    /// What happened to it in the controlling text.
    pub relation_text: String,
    /// Its place in the page; on the compare page where that is not known.
    pub url: String,
}

/// `lag.html`: what stands in the text where it lags.
#[derive(Clone, Debug, Serialize)]
pub struct LagNote {
    /// Its address in the page.
    pub id: String,
    /// What is to be said in one sentence.
    pub text: String,
    /// The language of the controlling text.
    pub text_language: String,
    /// `ltr` or `rtl`.
    pub text_dir: &'static str,
    /// What changed in the controlling text.
    pub changes: Vec<LagChange>,
}

/// A change of the controlling text.
#[derive(Clone, Debug, Serialize)]
pub struct LagChange {
    /// Its redline, safe.
    pub redline_html: String,
    /// Its number on the compare page, and its place there.
    pub number: Option<usize>,
    /// That page.
    pub url: String,
}
