//! Values in, pages in memory out.

pub mod assets;

/// A file that does not exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Where it goes within the site: relative, parts separated by `/`.
    pub path: String,
    /// Its bytes.
    pub contents: Vec<u8>,
}
