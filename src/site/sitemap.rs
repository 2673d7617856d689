//! `sitemap.xml` and `robots.txt`: what web crawlers are told of a site.
//!
//! Old versions are named there and may be found: who looks for a sentence they once agreed to has to
//! find it, and the page says on top what it is and where the text in force stands. Each page is its own
//! canonical address, for no page holds what another one will always hold: today's text in force is
//! an old version tomorrow; only an id that a section no longer has leads to the id it has now. Redlines
//! with the version in force are left out, because the site drops them as soon as another version is in
//! force; those of versions that follow each other stay.

use std::fmt::Write as _;

use chrono::NaiveDate;

use super::html::escape;
use super::{Page, urls};
use crate::policy::links::base_path;

/// How many addresses one file may have; the protocol's number.
const MOST: usize = 50_000;

/// A page that crawlers are told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub address: String,
    /// The day its text was last another one, where that is known.
    pub changed: Option<NaiveDate>,
    /// The same page by language tag, itself included; the first is for readers of any other language.
    pub languages: Vec<(String, String)>,
}

impl Place {
    /// A page of which nothing more is known.
    pub fn of(address: &str) -> Self {
        Self { address: address.to_owned(), changed: None, languages: Vec::new() }
    }
}

/// The files for crawlers, of a site at an address.
pub fn pages(base_url: &str, places: &[Place]) -> Vec<Page> {
    let file = |path: String, text: String| Page { path, contents: text.into_bytes() };
    let chunks: Vec<&[Place]> = places.chunks(MOST).collect();
    let mut pages: Vec<Page> = match chunks.as_slice() {
        [] => Vec::new(),
        [all] => vec![file(urls::sitemap(None), listed(base_url, all))],
        many => {
            let parts = (1..).zip(many).map(|(n, part)| file(urls::sitemap(Some(n)), listed(base_url, part)));
            let index = file(urls::sitemap(None), index(base_url, many.len()));
            std::iter::once(index).chain(parts).collect()
        }
    };
    // Crawlers read it at the root of a host and nowhere else.
    if base_path(base_url) == "/" {
        let text = format!("User-agent: *\nAllow: /\n\nSitemap: {base_url}{}\n", urls::sitemap(None));
        pages.push(file(urls::ROBOTS.to_owned(), text));
    }
    pages
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
const NAMESPACE: &str = "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"";

fn listed(base_url: &str, places: &[Place]) -> String {
    let mut out = format!("{HEAD}<urlset {NAMESPACE} xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
    for place in places {
        let absolute = |address: &str| escape(&format!("{base_url}{address}"));
        let _ = write!(out, "<url><loc>{}</loc>", absolute(&place.address));
        if let Some(day) = place.changed {
            let _ = write!(out, "<lastmod>{day}</lastmod>");
        }
        let default = place.languages.first().map(|(_, address)| ("x-default", address));
        let languages = place.languages.iter().map(|(language, address)| (language.as_str(), address));
        for (language, address) in languages.chain(default) {
            let (language, href) = (escape(language), absolute(address));
            let _ = write!(out, "\n<xhtml:link rel=\"alternate\" hreflang=\"{language}\" href=\"{href}\"/>");
        }
        out.push_str("</url>\n");
    }
    out + "</urlset>\n"
}

fn index(base_url: &str, files: usize) -> String {
    let file =
        |n: usize| format!("<sitemap><loc>{}{}</loc></sitemap>\n", escape(base_url), urls::sitemap(Some(n)));
    let files: String = (1..=files).map(file).collect();
    format!("{HEAD}<sitemapindex {NAMESPACE}>\n{files}</sitemapindex>\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_addresses_than_a_file_may_have() {
        let place = |n: usize| Place { address: format!("{n}/"), changed: None, languages: Vec::new() };
        let places: Vec<Place> = (0..=MOST).map(place).collect();
        let pages = pages("https://a.example/b/", &places);
        let paths: Vec<&str> = pages.iter().map(|page| page.path.as_str()).collect();
        assert_eq!(paths, ["sitemap.xml", "sitemap-1.xml", "sitemap-2.xml"]);
        let text = |n: usize| std::str::from_utf8(&pages[n].contents).unwrap();
        assert!(text(0).contains("<loc>https://a.example/b/sitemap-2.xml</loc>"));
        assert_eq!(text(1).matches("<loc>").count(), MOST);
        assert_eq!(text(2).matches("<loc>").count(), 1);
    }
}
