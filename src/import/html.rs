//! A page, made into versions.

use super::{Asked, Imported, text};

/// Makes versions of a page.
pub fn import(html: &str, asked: &Asked) -> Imported {
    text::import(html, asked)
}
