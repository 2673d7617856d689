//! The page of the search over all versions. It is a frame: what it answers its script puts together,
//! with the words and addresses that it finds in the page.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::error::Error;
use crate::site::linked_data::{About, LinkedData, data_block};
use crate::site::{Page, Site, urls, view};

use super::{html_page, page_view, site_view};

/// What the script finds in the page.
#[derive(Serialize)]
struct Data<'a> {
    /// Patterns of addresses, from the page; what stands in braces is filled in.
    urls: BTreeMap<&'static str, String>,
    /// How a day is written.
    date: &'a str,
    months: &'a [String],
    /// All messages of the search, without `search_` in front of their keys.
    words: BTreeMap<&'a str, &'a str>,
}

pub(super) fn search_page(site: &Site, policies: &[view::PolicyLine]) -> Result<Page, Error> {
    let language = &site.settings.default_language;
    let messages = site.catalogue.of(&language.0);
    let title = messages.text("search_title").to_owned();
    let description = messages.text("search_lead").to_owned();
    let mut page = page_view(site, language, urls::SEARCH, "search", title, description);
    let home = site.absolute(urls::HOME);
    let about = About {
        name: &page.title,
        url: &page.canonical,
        language: &language.0,
        description: &page.description,
        organisation: &site.settings.organisation,
    };
    let name = site.settings.title.as_str();
    page.linked_data = LinkedData::page(about, (name, &home), &[(name, home.clone())]).text();
    let to = |address: String| urls::relative(urls::SEARCH, &address);
    let (policy, version, language_) = ("{policy}", "{version}", "{language}");
    let (date, months) = messages.calendar();
    let data = Data {
        urls: BTreeMap::from([
            ("index", to(urls::SEARCH_INDEX.to_owned())),
            ("words", to(urls::search_words("{n}"))),
            ("passages", to(urls::search_passages(policy, language_))),
            ("policy", to(urls::policy(policy))),
            ("policy_translated", to(urls::translated_policy(policy, language_))),
            ("version", to(urls::version(policy, version))),
            ("version_translated", to(urls::translated_version(policy, version, language_))),
            ("compare", to(urls::compare(policy, "{old}", "{new}"))),
        ]),
        date,
        months,
        words: messages
            .texts()
            .iter()
            .filter_map(|(k, text)| Some((k.strip_prefix("search_")?, text.as_str())))
            .collect(),
    };
    let searched = |line: &view::PolicyLine| view::Searched {
        title: line.policy.title.clone(),
        history_url: to(urls::history(&line.policy.id)),
    };
    let view = view::SearchPage {
        site: site_view(site, urls::SEARCH),
        page,
        policies: policies.iter().map(searched).collect(),
        data: data_block(&data),
    };
    html_page(site, language, "search.html", urls::SEARCH, &view)
}
