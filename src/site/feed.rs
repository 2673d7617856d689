//! Feeds: every announced release as an entry, in Atom and in JSON Feed, of a policy and of the whole site.
//!
//! Both are made of the same values. A release is an entry for ever, under a name of its own ([`super::tags`]);
//! that the entry says something else now than it did is told by `updated`, which is the day of the last decision
//! on the release and never that of a build. What a feed reader needs not know (every changed clause, what is no
//! longer new) is in the changelog.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::pages::json;
use super::view::{FeedEntry, FeedEntryPage, FeedPage};
use super::{GENERATOR, Page, Site, messages, tags, urls};
use crate::error::Error;
use crate::policy::Language;
use crate::policy::calendar::rfc3339;

/// The name of the schema of what is ours in a JSON Feed.
pub const SCHEMA: &str = "feed-v1";

/// How many entries a feed has at most, the newest. A feed says what is new, and is fetched again and again;
/// the whole history is in the changelog.
pub const MOST: usize = 100;

/// When a feed without entries was last changed. Some instant has to stand there, and it must not be that of a
/// build.
const NEVER: &str = "1970-01-01T00:00:00Z";

/// What the version of JSON Feed is called.
const VERSION: &str = "https://jsonfeed.org/version/1.1";

/// A feed: <https://jsonfeed.org/version/1.1>.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline JSON Feed, version 1", extend("x-changes" = "decision"))]
pub struct Feed {
    /// `https://jsonfeed.org/version/1.1`
    #[schemars(extend("x-changes" = "never"))]
    pub version: String,
    /// The title of the policy or of the site, and that these are its changes.
    #[schemars(extend("x-changes" = "edit"))]
    pub title: String,
    /// The page whose feed it is.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub home_page_url: String,
    /// Where this file is.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub feed_url: String,
    /// What it has.
    #[schemars(extend("x-changes" = "edit"))]
    pub description: String,
    /// The language of its words.
    #[schemars(extend("x-changes" = "edit"))]
    pub language: String,
    /// Who publishes the policies.
    pub authors: Vec<FeedAuthor>,
    /// The newest hundred releases: by the day they were announced, then by id, the later one first.
    pub items: Vec<FeedItem>,
    /// What is not of JSON Feed.
    #[serde(rename = "_clauseline")]
    pub clauseline: FeedAbout,
}

/// Who publishes the policies.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct FeedAuthor {
    /// The organisation.
    pub name: String,
    /// Its policies.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
}

/// What is not of JSON Feed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct FeedAbout {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub schema: String,
    /// What made it.
    pub generator: String,
    /// Where every release and every changed clause is told.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub changelog: String,
}

/// A release.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct FeedItem {
    /// Its name, a tag URI; never changes.
    #[schemars(extend("format" = "uri", "x-changes" = "never"))]
    pub id: String,
    /// What changed, as a page; the text where there is nothing to compare it with.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
    /// The policy, and what it is.
    pub title: String,
    /// The legal team's words on what changed, as HTML.
    pub content_html: String,
    /// What changed, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The instant the day began on which it was announced.
    #[schemars(extend("format" = "date-time", "x-changes" = "never"))]
    pub date_published: String,
    /// The instant the day began on which something was last decided of it: that it is announced, takes
    /// effect on another day, or is withdrawn.
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub date_modified: String,
    /// What it can be sorted by, in words.
    pub tags: Vec<String>,
    /// The language of the summary, where that is not the feed's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What a program needs to know of it.
    #[serde(rename = "_clauseline")]
    pub clauseline: FeedFacts,
}

/// What a program needs to know of a release; each as in the changelog.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct FeedFacts {
    /// `policy@version`; never changes.
    pub release: String,
    /// The policy's id.
    pub policy: String,
    /// The version's id.
    pub version: String,
    /// `initial`, `amendment`, `correction` or `revert`.
    pub kind: String,
    /// The release that a correction corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// The release that a revert takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverts: Option<String>,
    /// What to store when a user accepts it.
    pub acceptance_id: String,
    /// The day it was made known, `YYYY-MM-DD`.
    pub announced: String,
    /// The day it takes effect, `YYYY-MM-DD`.
    #[schemars(extend("x-changes" = "decision"))]
    pub effective: String,
    /// The instant that day begins, RFC 3339 with offset.
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub effective_at: String,
    /// `stated`, or `captured` where the dates are the days the text was seen.
    pub dates: String,
    /// The instant of the day it was withdrawn before it took effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub withdrawn_at: Option<String>,
    /// `material`, `not-material` or `not-classified`.
    pub materiality: String,
    /// What services owe users: `none`, `notice`, `reaccept` or `unknown`.
    pub action: String,
    /// What its changes are about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// The permanent page of its text.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub text: String,
    /// What changed since the release before it, as a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub redline: Option<String>,
    /// The changelog of its policy.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub changelog: String,
    /// What never changes about it, with the digest of its text.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub record: String,
}

/// A release as an entry, with what it is sorted by.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The day it was made known.
    pub announced: NaiveDate,
    /// The day something was last decided of it and made known.
    pub decided: NaiveDate,
    /// For readers.
    pub entry: FeedEntry,
    /// For programs.
    pub facts: FeedFacts,
}

/// The order of a feed: what was announced last comes first, and of one day the later id.
pub fn newest_first(a: &Entry, b: &Entry) -> std::cmp::Ordering {
    (b.announced, &b.facts.release).cmp(&(a.announced, &a.facts.release))
}

/// Whose feed it is.
#[derive(Clone, Copy, Debug)]
pub struct Of<'a> {
    /// The policy's id; none for the whole site.
    pub policy: Option<&'a str>,
    /// What that is called in the feed's language.
    pub title: &'a str,
    /// The language of the feed's own words.
    pub language: &'a Language,
}

/// The two files of a feed, of entries in its language.
pub fn pages(site: &Site, of: Of<'_>, mut entries: Vec<Entry>) -> Result<Vec<Page>, Error> {
    entries.sort_by(newest_first);
    entries.truncate(MOST);
    let words = site.catalogue.of(&of.language.0);
    let decided = entries.iter().map(|entry| entry.decided).max();
    let (entries, facts): (Vec<FeedEntry>, Vec<FeedFacts>) =
        entries.into_iter().map(|entry| (entry.entry, entry.facts)).unzip();
    let entries =
        entries.into_iter().map(|entry| shown(site, of.language, words, entry)).collect::<Result<_, _>>()?;
    let settings = &site.settings;
    let feed = FeedPage {
        id: tags::feed(&settings.first_url, of.policy),
        title: words.fill("feed_title", &[("title", of.title)]),
        subtitle: words.text("feed_subtitle").to_owned(),
        language: words.tag.clone(),
        updated: decided.map_or(NEVER.to_owned(), |day| rfc3339(day, settings.time_zone)),
        organisation: settings.organisation.clone(),
        home_url: settings.base_url.clone(),
        url: site.absolute(&of.policy.map_or(urls::HOME.to_owned(), urls::history)),
        atom_url: site.absolute(&urls::atom(of.policy)),
        json_url: site.absolute(&urls::json_feed(of.policy)),
        entries,
    };
    let atom = site.templates.render(&of.language.0, "feed.xml", &feed)?;
    let atom = Page { path: urls::atom(of.policy), contents: writable(&atom).into_bytes() };
    let changelog = site.absolute(&urls::changelog(of.policy));
    let items = feed.entries.into_iter().zip(facts);
    let items = items.map(|(entry, facts)| item(entry, facts, &feed.language)).collect();
    let json_feed = Feed {
        version: VERSION.to_owned(),
        title: feed.title,
        home_page_url: feed.url,
        feed_url: feed.json_url,
        description: feed.subtitle,
        language: feed.language,
        authors: vec![FeedAuthor { name: feed.organisation, url: feed.home_url }],
        items,
        clauseline: FeedAbout {
            schema: site.absolute(&urls::schema(SCHEMA)),
            generator: GENERATOR.to_owned(),
            changelog,
        },
    };
    Ok(vec![atom, json(&urls::json_feed(of.policy), &json_feed)?])
}

/// An entry with what a reader shows of it.
fn shown(
    site: &Site,
    language: &Language,
    words: &messages::Messages,
    entry: FeedEntry,
) -> Result<FeedEntry, Error> {
    let page = FeedEntryPage { language: words.tag.clone(), dir: words.dir.clone(), entry };
    let content = site.templates.render(&language.0, "feed-entry.html", &page)?;
    Ok(FeedEntry { content_html: content.trim_end().to_owned(), ..page.entry })
}

fn item(entry: FeedEntry, facts: FeedFacts, language: &str) -> FeedItem {
    FeedItem {
        id: entry.id,
        url: entry.url,
        title: entry.title,
        content_html: entry.content_html,
        language: Some(entry.text_language).filter(|l| entry.summary.is_some() && l != language),
        summary: entry.summary,
        date_published: entry.published,
        date_modified: entry.updated,
        tags: entry.categories.into_iter().map(|category| category.label).collect(),
        clauseline: facts,
    }
}

/// A text without the few characters that no XML may hold, escaped or not.
fn writable(text: &str) -> String {
    let can = |c: &char| match *c {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        c => c >= ' ',
    };
    text.chars().filter(can).collect()
}
