//! The changelog: every release with its clause changes, for other services. The contract with
//! them; a field is only ever added. Its JSON Schema is made from these types.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use super::pages::{count, json};
use super::texts::{self, Texts};
use super::{GENERATOR, Page, Site, names, urls, view};
use crate::error::Error;
use crate::policy::calendar::rfc3339;
use crate::policy::history::{History, Release};
use crate::policy::since::was_in_force;

mod changes;

pub use changes::{AffectedThrough, ChangeEntry, ClauseEntry};
pub(super) use changes::{changes, relations};

/// The name of the schema.
pub const SCHEMA: &str = "changelog-v1";

/// The releases of a site or of one policy, newest first.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline changelog, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct Changelog {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri"))]
    pub schema: String,
    /// The program that wrote it, and its version.
    pub generator: String,
    /// The site it is of.
    #[schemars(extend("x-changes" = "edit"))]
    pub site: ChangelogSite,
    /// The number of the last event of the log that this file knows: of the policy, or of the whole site; 0 where
    /// there is none.
    #[schemars(extend("x-changes" = "decision"))]
    pub last_seq: usize,
    /// Newest first: by effective day, then by id.
    #[schemars(with = "Vec<ReleaseEntry>")]
    #[schemars(extend("x-changes" = "decision"))]
    pub releases: Vec<Box<RawValue>>,
}

/// The site.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct ChangelogSite {
    /// Its title.
    pub title: String,
    /// Its absolute URL.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
    /// The IANA name of the zone in which its days begin.
    pub time_zone: String,
}

/// One version as an event for others to know of.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct ReleaseEntry {
    /// `policy@version`; never changes.
    pub id: String,
    /// The policy's id.
    pub policy: String,
    /// The version's id.
    pub version: String,
    /// The policy's title.
    #[schemars(extend("x-changes" = "edit"))]
    pub title: String,
    /// `initial`, `amendment`, `correction` or `revert`.
    pub kind: String,
    /// The release before it in its line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "decision"))]
    pub previous: Option<String>,
    /// The release that a correction corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// The release that a revert takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverts: Option<String>,
    /// What to store when a user accepts it: the same for a version, its corrections and translations.
    pub acceptance_id: String,
    /// The day it was made known, `YYYY-MM-DD`.
    pub announced: NaiveDay,
    /// The instant that day began, RFC 3339 with offset.
    #[schemars(extend("format" = "date-time"))]
    pub announced_at: String,
    /// The day it takes effect, `YYYY-MM-DD`.
    #[schemars(extend("x-changes" = "decision"))]
    pub effective: NaiveDay,
    /// The instant that day begins, RFC 3339 with offset.
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub effective_at: String,
    /// `stated`, or `captured` where the dates are the days the text was seen.
    pub dates: String,
    /// The instant the next release of the line takes effect; may lie in the future.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub superseded_at: Option<String>,
    /// The instant of the day it was withdrawn before it took effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub withdrawn_at: Option<String>,
    /// `material`, `not-material` or `not-classified`.
    pub materiality: String,
    /// What services owe users: `none`, `notice`, `reaccept` or `unknown`.
    pub action: String,
    /// What changed, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The language of the text that binds.
    pub language: String,
    /// The same release in other languages, by language.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    #[schemars(extend("x-changes" = "decision"))]
    pub translations: std::collections::BTreeMap<String, TranslationEntry>,
    /// When and how users are told, if they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "decision"))]
    pub notice: Option<NoticeEntry>,
    /// Ready-to-send words by language; none where there is nothing to tell.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    #[schemars(extend("x-changes" = "edit"))]
    pub texts: Texts,
    /// `sha256:` and the digest of the canonical text.
    pub digest: String,
    /// Where its record is: what never changes about it, chained to the record of the release before it.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub record: String,
    /// Where to find it.
    #[schemars(extend("x-changes" = "edit"))]
    pub urls: Urls,
    /// How much changed since the release before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "finding"))]
    pub counts: Option<view::Counts>,
    /// What changed since the release before it.
    #[schemars(extend("x-changes" = "finding"))]
    pub changes: Vec<ChangeEntry>,
}

/// A day as `YYYY-MM-DD`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct NaiveDay(#[schemars(extend("format" = "date"))] pub String);

/// A release in another language.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct TranslationEntry {
    /// The policy's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The text.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
}

/// When and how users are told.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct NoticeEntry {
    /// Banners show from this instant.
    #[schemars(extend("format" = "date-time"))]
    pub from: String,
    /// Until this instant, exclusive.
    #[schemars(extend("format" = "date-time"))]
    pub until: String,
    /// Links to the policy say "Revised" from this instant, if they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub revised_from: Option<String>,
    /// Until this instant, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub revised_until: Option<String>,
    /// `page`, `link`, `homepage`, `site`, `email`, `in-writing`.
    #[schemars(extend("x-changes" = "edit"))]
    pub channels: Vec<String>,
    /// Why the promised time before it takes effect is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "never"))]
    pub exception: Option<String>,
}

/// Where to find a release.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct Urls {
    /// The permanent page of its text.
    #[schemars(extend("format" = "uri"))]
    pub text: String,
    /// What changed since the release before it, as a page.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri", "x-changes" = "decision"))]
    pub redline: Option<String>,
    /// What those are owed who accepted this release: its `since/….json`.
    #[schemars(extend("format" = "uri"))]
    pub owed: String,
    /// What changed since this release, for who accepted it, as a page; there once it has been in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri", "x-changes" = "build"))]
    pub since: Option<String>,
    /// The redline as a diff document.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri", "x-changes" = "decision"))]
    pub diff: Option<String>,
    /// The canonical text.
    #[schemars(extend("format" = "uri"))]
    pub markdown: String,
}

/// A release as it stands in the file, with what it is sorted by.
#[derive(Clone, Debug)]
pub struct Written {
    effective: NaiveDate,
    place: usize,
    policy: String,
    json: Box<RawValue>,
}

/// The order of the file: newest first; on one day the later in its line first, then by policy.
pub fn newest_first(a: &Written, b: &Written) -> std::cmp::Ordering {
    b.effective.cmp(&a.effective).then_with(|| a.policy.cmp(&b.policy)).then_with(|| b.place.cmp(&a.place))
}

/// The releases of a policy, newest first. Drafts are nobody else's business.
pub fn releases(site: &Site, history: &History<'_>) -> Result<Vec<Written>, Error> {
    let mut written = Vec::new();
    for (i, release) in history.releases.iter().enumerate().filter(|(_, r)| !r.version.draft) {
        let entry = ReleaseEntry {
            texts: texts::of_release(site, history, i)?,
            ..release_entry(site, history, release)
        };
        let json = serde_json::value::to_raw_value(&entry).map_err(|e| Error::Json {
            name: urls::changelog(Some(&history.policy.id)),
            source: Box::new(e),
        })?;
        let effective = release.version.front.effective;
        written.push(Written { effective, place: i, policy: history.policy.id.clone(), json });
    }
    written.sort_by(newest_first);
    Ok(written)
}

/// The file of a policy, or of the site.
pub fn page(site: &Site, policy: Option<&str>, releases: Vec<&Written>) -> Result<Page, Error> {
    let settings = &site.settings;
    let changelog = Changelog {
        schema: site.absolute(&urls::schema(SCHEMA)),
        generator: GENERATOR.to_owned(),
        site: ChangelogSite {
            title: settings.title.clone(),
            url: settings.base_url.clone(),
            time_zone: settings.time_zone.name().to_owned(),
        },
        last_seq: site.log.last_seq(policy),
        releases: releases.into_iter().map(|r| r.json.clone()).collect(),
    };
    json(&urls::changelog(policy), &changelog)
}

fn release_entry(site: &Site, history: &History<'_>, release: &Release<'_>) -> ReleaseEntry {
    let (policy, version, front) = (history.policy, release.version, &release.version.front);
    let zone = site.settings.time_zone;
    let id = |version: &str| format!("{}@{version}", policy.id);
    let previous = release.previous.map(|p| history.releases[p].version.id.as_str());
    let compared = |address: fn(&str, &str, &str) -> String| {
        previous.map(|p| site.absolute(&address(&policy.id, p, &version.id)))
    };
    let published = version.translations.iter().filter_map(|(language, of)| {
        let translation = of.iter().rfind(|t| !t.draft);
        translation.map(|t| (language, t))
    });
    let translations = published.map(|(language, t)| {
        let url = site.absolute(&urls::translated_version(&policy.id, &version.id, &language.0));
        (language.0.clone(), TranslationEntry { title: t.title.clone(), summary: t.summary.clone(), url })
    });
    ReleaseEntry {
        id: id(&version.id),
        policy: policy.id.clone(),
        version: version.id.clone(),
        title: policy.settings.title.clone(),
        kind: names::kind_name(&front.kind).to_owned(),
        previous: previous.map(id),
        corrects: front.kind.corrects().map(id),
        reverts: front.kind.reverts().map(id),
        acceptance_id: id(&release.accepted(history).id),
        announced: NaiveDay(front.announced.to_string()),
        announced_at: rfc3339(front.announced, zone),
        effective: NaiveDay(front.effective.to_string()),
        effective_at: rfc3339(front.effective, zone),
        dates: names::dates_name(front.is_captured()).to_owned(),
        superseded_at: release.next.map(|n| rfc3339(history.releases[n].version.front.effective, zone)),
        withdrawn_at: front.withdrawn.map(|day| rfc3339(day, zone)),
        materiality: names::materiality_name(release.materiality).to_owned(),
        action: names::action_name(release.action()).to_owned(),
        summary: front.summary.clone(),
        language: policy.settings.controlling_language.0.clone(),
        translations: translations.collect(),
        notice: notice(site, history, release),
        texts: Texts::new(),
        digest: version.text.digest.clone(),
        record: site.absolute(&urls::record(&policy.id, &version.id)),
        urls: Urls {
            text: site.absolute(&urls::version(&policy.id, &version.id)),
            redline: compared(urls::compare),
            owed: site.absolute(&urls::owed(&policy.id, &version.id)),
            since: was_in_force(release).then(|| site.absolute(&urls::since(&policy.id, &version.id))),
            diff: compared(urls::diff),
            markdown: site.absolute(&urls::canonical(&policy.id, &version.id)),
        },
        counts: release.comparison.as_ref().map(|c| count(&c.diff.changes)),
        changes: match (release.previous, &release.comparison) {
            (Some(previous), Some(c)) => {
                changes(site, history, history.releases[previous].version, version, c)
            }
            _ => Vec::new(),
        },
    }
}

/// Of a release of which links alone tell, the window of banners is empty.
fn notice(site: &Site, history: &History<'_>, release: &Release<'_>) -> Option<NoticeEntry> {
    let (policy, front) = (history.policy, &release.version.front);
    let at = |day: NaiveDate| rfc3339(day, site.settings.time_zone);
    let label = release.label(policy);
    let none = label.map(|_| (front.announced, front.announced));
    let (from, until) = release.notice(policy).or(none)?;
    let channels = policy.settings.notice.channels.iter();
    Some(NoticeEntry {
        from: at(from),
        until: at(until),
        revised_from: label.map(|(from, _)| at(from)),
        revised_until: label.map(|(_, until)| at(until)),
        channels: channels.map(|c| names::channel_name(*c).to_owned()).collect(),
        exception: front.notice_exception.clone(),
    })
}
