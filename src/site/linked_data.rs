//! What a page says of itself to machines that read schema.org: its name, its day, what it is part
//! of. Data and no script: a browser runs nothing of it.
//!
//! Only what is known is said. A day on which a text was merely seen is none on which it was
//! published, and a draft has none.

use chrono::NaiveDate;
use serde::Serialize;

/// A page, or the site where `is_part_of` is absent.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkedData {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
    url: String,
    in_language: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_part_of: Option<Part>,
    publisher: Part,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    breadcrumb: Option<Breadcrumb>,
}

/// Something else that a page names.
#[derive(Clone, Debug, Serialize)]
struct Part {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Breadcrumb {
    #[serde(rename = "@type")]
    kind: &'static str,
    item_list_element: Vec<Crumb>,
}

#[derive(Clone, Debug, Serialize)]
struct Crumb {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: String,
    item: String,
}

/// What every page has; addresses are absolute.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// Its title.
    pub name: &'a str,
    /// Its address.
    pub url: &'a str,
    /// The language of what it shows.
    pub language: &'a str,
    /// In one sentence.
    pub description: &'a str,
    /// Who publishes it.
    pub organisation: &'a str,
}

impl LinkedData {
    /// The site as a whole, on its front page.
    pub fn site(about: About<'_>) -> Self {
        Self {
            context: "https://schema.org",
            kind: "WebSite",
            name: about.name.to_owned(),
            url: about.url.to_owned(),
            in_language: about.language.to_owned(),
            description: about.description.to_owned(),
            is_part_of: None,
            publisher: Part { kind: "Organization", name: about.organisation.to_owned(), url: None },
            version: None,
            date_published: None,
            date_modified: None,
            about: Vec::new(),
            breadcrumb: None,
        }
    }

    /// A page of a site (name and address); `above` are the pages it stands below, outermost first.
    pub fn page(about: About<'_>, site: (&str, &str), above: &[(&str, String)]) -> Self {
        let crumb = |(n, (name, item)): (usize, &(&str, String))| Crumb {
            kind: "ListItem",
            position: n + 1,
            name: (*name).to_owned(),
            item: item.clone(),
        };
        let here = (about.name, about.url.to_owned());
        let crumbs = above.iter().chain([&here]).enumerate().map(crumb).collect();
        let (name, url) = (site.0.to_owned(), Some(site.1.to_owned()));
        Self {
            kind: "WebPage",
            is_part_of: Some(Part { kind: "WebSite", name, url }),
            breadcrumb: Some(Breadcrumb { kind: "BreadcrumbList", item_list_element: crumbs }),
            ..Self::site(about)
        }
    }

    /// Which version it shows, and the days that are known of it.
    pub fn dated(self, version: &str, published: Option<NaiveDate>, modified: Option<NaiveDate>) -> Self {
        let version = Some(version.to_owned()).filter(|version| !version.is_empty());
        let iso = |day: Option<NaiveDate>| day.map(|day| day.to_string());
        Self { version, date_published: iso(published), date_modified: iso(modified), ..self }
    }

    /// Pages it is about: name and address.
    pub fn about(self, pages: impl IntoIterator<Item = (String, String)>) -> Self {
        let part = |(name, url)| Part { kind: "WebPage", name, url: Some(url) };
        Self { about: pages.into_iter().map(part).collect(), ..self }
    }

    /// For a `<script type="application/ld+json">`.
    pub fn text(&self) -> String {
        data_block(self)
    }
}

/// A value as the text of a script element that holds data. Nothing in it can end the element: there is
/// no `<`, which JSON writes as `\u003c` where it likes.
pub fn data_block(value: &impl Serialize) -> String {
    // Of strings, numbers and lists of them: nothing here can fail, and a page without it is whole.
    serde_json::to_string(value).unwrap_or_default().replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_the_element() {
        let hostile = "</script><script>alert(1)</script><!--";
        let about =
            About { name: hostile, url: "u", language: "en", description: hostile, organisation: hostile };
        let text = LinkedData::page(about, (hostile, "s"), &[(hostile, "u".to_owned())]).text();
        assert!(!text.contains('<'), "{text}");
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], hostile);
        assert_eq!(read["breadcrumb"]["itemListElement"][1]["position"], 2);
    }
}
