//! The redline of two texts that belong to no site, as one file that asks for nothing: to be mailed,
//! kept, or printed. The same redline, table, words and style sheet as on a page that compares two
//! versions; what it leaves out are the links of a site and what only scripts do.

use crate::error::Error;
use crate::policy::history::Comparison;
use crate::policy::links::Targets;
use crate::policy::markdown::digest;
use crate::policy::path::Path;
use crate::policy::{Language, Text};
use crate::site::html::Links;
use crate::site::messages::direction;
use crate::site::{assets, redline, view, words_and_templates};

use super::changes::{Places, rows, switches};
use super::count;
use super::size::size;
use super::way::loose_way;

/// What is to be said of two texts beside their comparison.
#[derive(Clone, Copy, Debug)]
pub struct Alone<'a> {
    /// What the files are called, the old one first and the new one last.
    pub names: &'a [String],
    /// What happened on the way, where texts lie between the two.
    pub path: Option<&'a Path<'a>>,
    /// The language of both; where nobody said, the page is in English and the direction of the
    /// texts that of their first letter.
    pub language: Option<&'a Language>,
    /// For how many entries the proof held.
    pub proof: usize,
}

/// The page, as HTML.
pub fn alone(comparison: &Comparison<'_>, about: Alone<'_>) -> Result<String, Error> {
    let tag = about.language.map_or("en", |l| l.0.as_str());
    let (catalogue, templates) = words_and_templates(&[], &[tag])?;
    let messages = catalogue.of(tag);
    let numbers = redline::numbers(comparison);
    let nothing = Targets::default();
    let links = Links { targets: &nothing, policy: "", page: "", root: "", base_url: "", whole: "" };
    let style = style();
    let name = |name: Option<&'_ String>| name.cloned().unwrap_or_default();
    let (old, new) = (name(about.names.first()), name(about.names.last()));
    let page = view::RedlinePage {
        title: messages.fill("redline_page_title", &[("old", &old), ("new", &new)]),
        language: messages.tag.clone(),
        dir: messages.dir.clone(),
        style,
        style_hash: base64(&digest(style)),
        old: loose(old, comparison.old),
        new: loose(new, comparison.new),
        same: comparison.old.digest == comparison.new.digest,
        size: size(comparison, messages),
        switches: switches(comparison, &numbers, messages),
        totals: count(&comparison.diff.changes),
        changes: rows(comparison, &numbers, messages, Places { texts: None, redline: "" }),
        way: about.path.map(|path| loose_way(path, about.names, &numbers, messages)),
        text_language: tag.to_owned(),
        text_dir: about.language.map_or("auto", |l| direction(&l.0)),
        body_html: redline::redline(comparison, &numbers, links, messages),
        proof: view::Proof { ok: true, clauses: about.proof },
    };
    templates.render(tag, "redline.html", &page)
}

fn loose(name: String, text: &Text) -> view::LooseText {
    view::LooseText { name, words: text.words, clauses: text.clauses.len(), digest: text.digest.clone() }
}

/// The style sheet that stands in a page that asks for nothing.
pub(super) fn style() -> &'static str {
    assets::STATICS.iter().find(|(name, _)| *name == "style.css").map_or("", |(_, text)| text)
}

/// A digest as a Content-Security-Policy names it: `sha256-` is in the template, and then base64.
pub(super) fn base64(digest: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hex: Vec<u32> =
        digest.trim_start_matches("sha256:").chars().filter_map(|digit| digit.to_digit(16)).collect();
    // Three hexadecimal digits are twelve bits, two letters; the last group may be short.
    let mut out = String::new();
    for three in hex.chunks(3) {
        let bits = (0..3).fold(0, |bits, i| bits << 4 | three.get(i).copied().unwrap_or(0));
        out.push(char::from(LETTERS[(bits >> 6) as usize]));
        if three.len() > 1 {
            out.push(char::from(LETTERS[(bits & 63) as usize]));
        }
    }
    out.extend(std::iter::repeat_n('=', (4 - out.len() % 4) % 4));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_in_base64() {
        // RFC 4648, section 10.
        for (hex, want) in
            [("", ""), ("66", "Zg=="), ("666f", "Zm8="), ("666f6f", "Zm9v"), ("666f6f626172", "Zm9vYmFy")]
        {
            assert_eq!(base64(&format!("sha256:{hex}")), want);
        }
    }
}
