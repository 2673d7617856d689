//! The log of decisions, as others read it: what was decided of which release, in the order in which it became
//! known. The contract with those who act on it; the JSON Schemas are made from these types.
//!
//! The log is cut into pages of [`PAGE`] events. A full page is as it is for ever: it names the next one from
//! the day it is full, and the next one is there from that day, be it empty.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::changelog::NaiveDay;
use super::pages::json;
use super::{GENERATOR, Page, Site, names, urls};
use crate::error::Error;
use crate::policy::calendar::rfc3339;
use crate::policy::events::{self, Event, What};

/// The name of the schema of the file that says where the pages are.
pub const SCHEMA: &str = "events-v1";

/// The name of the schema of a page.
pub const PAGE_SCHEMA: &str = "events-page-v1";

/// How many events are on a full page.
pub const PAGE: usize = 100;

/// What of the log others may know on a day. The place of an event in it, from 1, is its published number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log(Vec<Event>);

impl Log {
    /// The log as it is known on a day.
    pub fn new(log: &[Event], today: NaiveDate) -> Self {
        Self(events::public(log, today))
    }

    /// Every event with its number.
    pub fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &Event)> {
        self.0.iter().enumerate().map(|(i, event)| (i + 1, event))
    }

    /// The number of the last event, of a policy or of the whole site; 0 where there is none.
    pub fn last_seq(&self, policy: Option<&str>) -> usize {
        let last = self.numbered().rfind(|(_, event)| policy.is_none_or(|policy| event.policy == policy));
        last.map_or(0, |(seq, _)| seq)
    }

    /// The events of a policy with their numbers.
    pub fn of(&self, policy: &str) -> impl DoubleEndedIterator<Item = (usize, &Event)> {
        self.numbered().filter(move |(_, event)| event.policy == policy)
    }
}

/// How many events there are, and where.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline events, version 1")]
#[schemars(extend("x-changes" = "decision"))]
pub struct Index {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri", "x-changes" = "never"))]
    pub schema: String,
    /// What wrote it.
    #[schemars(extend("x-changes" = "never"))]
    pub generator: String,
    /// The number of the last event; 0 where there is none.
    pub last_seq: usize,
    /// The page to which the next event will be added, from 1.
    pub last_page: usize,
    /// The addresses of all pages, the first one first.
    pub pages: Vec<String>,
}

/// A page of events.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline page of events, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct EventPage {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri"))]
    pub schema: String,
    /// What wrote it.
    pub generator: String,
    /// The number of the page, from 1.
    pub page: usize,
    /// The page after it; there once this one has 100 events, and from then on this one never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri", "x-changes" = "decision"))]
    pub next: Option<String>,
    /// The events, in the order of their numbers.
    #[schemars(extend("x-changes" = "decision"))]
    pub events: Vec<EventEntry>,
}

/// A decision.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct EventEntry {
    /// Its number in the log of the site, from 1, without gaps. What is added has a higher one.
    pub seq: usize,
    /// Its id, for ever: what to remember so as to act on it once.
    pub id: String,
    /// `announced`, `corrected`, `reverted` (a release is made known), `rescheduled`, `withdrawn` or
    /// `translation-published`.
    #[serde(rename = "type")]
    pub what: String,
    /// The policy's id.
    pub policy: String,
    /// The release it is about.
    pub release: String,
    /// The day it was decided, `YYYY-MM-DD` in the site's time zone.
    pub recorded: NaiveDay,
    /// The instant of the day the release is made known; nothing of it is in the log before.
    #[schemars(extend("format" = "date-time"))]
    pub announced_at: String,
    /// The instant the release takes effect, as decided then; a later event may say another.
    #[schemars(extend("format" = "date-time"))]
    pub effective_at: String,
    /// Of what is rescheduled: the instant it was to take effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub old_effective_at: Option<String>,
    /// Of what is withdrawn: the instant from which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub withdrawn_at: Option<String>,
    /// Of a translation: its language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Of a translation: the number of its revision, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<u32>,
    /// The instant (exclusive) until which notice of the release is given, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub notice_until: Option<String>,
    /// What the release asks of services: `none`, `notice`, `reaccept` or `unknown`. Of what is withdrawn and
    /// of a translation always `none`. Whoever was told of what is rescheduled or withdrawn is told of that, too.
    pub action: String,
    /// `material`, `not-material` or `not-classified`.
    pub materiality: String,
    /// The changelog that has the release.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub changelog: String,
}

/// The files of the log.
pub fn pages(site: &Site) -> Result<Vec<Page>, Error> {
    let all: Vec<EventEntry> = site.log.numbered().map(|(seq, event)| entry(site, seq, event)).collect();
    let last_seq = all.len();
    let last_page = last_seq / PAGE + 1;
    let address = |page: usize| site.absolute(&urls::events_page(page));
    let index = Index {
        schema: site.absolute(&urls::schema(SCHEMA)),
        generator: GENERATOR.to_owned(),
        last_seq,
        last_page,
        pages: (1..=last_page).map(address).collect(),
    };
    let mut files = vec![json(urls::EVENTS, &index)?];
    let mut rest = all.into_iter();
    for page in 1..=last_page {
        let events: Vec<EventEntry> = rest.by_ref().take(PAGE).collect();
        let page = EventPage {
            schema: site.absolute(&urls::schema(PAGE_SCHEMA)),
            generator: GENERATOR.to_owned(),
            page,
            next: (events.len() == PAGE).then(|| address(page + 1)),
            events,
        };
        files.push(json(&urls::events_page(page.page), &page)?);
    }
    Ok(files)
}

/// An event as it stands on its page.
pub fn entry(site: &Site, seq: usize, event: &Event) -> EventEntry {
    let at = |day: NaiveDate| rfc3339(day, site.settings.time_zone);
    let (language, revision) = match &event.what {
        What::TranslationPublished(language, revision) => (Some(language.0.clone()), Some(*revision)),
        _ => (None, None),
    };
    EventEntry {
        seq,
        id: event.id.clone(),
        what: event.what.name().to_owned(),
        policy: event.policy.clone(),
        release: format!("{}@{}", event.policy, event.version),
        recorded: NaiveDay(event.recorded.to_string()),
        announced_at: at(event.announced),
        effective_at: at(event.effective),
        old_effective_at: match event.what {
            What::Rescheduled(day) => Some(at(day)),
            _ => None,
        },
        withdrawn_at: match event.what {
            What::Withdrawn(day) => Some(at(day)),
            _ => None,
        },
        language,
        revision,
        notice_until: event.notice_until.map(at),
        action: names::action_name(event.action).to_owned(),
        materiality: names::materiality_name(event.materiality).to_owned(),
        changelog: site.absolute(&urls::changelog(Some(&event.policy))),
    }
}
