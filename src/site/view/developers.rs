//! What the template of the reference for developers may see.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Page, Site};

/// `developers.html`
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct DevelopersPage {
    pub site: Site,
    pub page: Page,
    pub policy: Option<String>,
    pub files: BTreeMap<&'static str, Schema>,
    pub types: Vec<SchemaType>,
    pub changes: Vec<When>,
    pub service: &'static str,
    pub link_script: &'static str,
}

/// A sort of JSON file.
#[derive(Clone, Debug, Serialize)]
pub struct Schema {
    /// To its JSON Schema.
    pub url: String,
    /// What it is (safe).
    pub about_html: String,
    /// What it holds.
    pub fields: Vec<Field>,
}

/// What several files, or several fields, hold.
#[derive(Clone, Debug, Serialize)]
pub struct SchemaType {
    /// Its name in the schemas.
    pub name: String,
    /// What it is (safe).
    pub about_html: String,
    /// What it holds.
    pub fields: Vec<Field>,
}

/// A field of a JSON object.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What its value is, before the name of the type: `list of`.
    pub kind: String,
    /// The type of its value, where that is an object.
    pub of: Option<String>,
    /// It is always there.
    pub required: bool,
    /// What it means (safe).
    pub about_html: String,
    /// When its value may become another one: one of the words.
    pub changes: String,
}

/// A word for when a value may become another one.
#[derive(Clone, Debug, Serialize)]
pub struct When {
    /// The word.
    pub word: &'static str,
    /// What it means.
    pub text: &'static str,
}
