//! The releases of a policy as entries of feeds and as days of a calendar.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::policy::events::{Event, What};
use crate::policy::history::{History, Release, Status};
use crate::policy::{ChangeNote, Kind, Translation};
use crate::site::messages::{Messages, direction};
use crate::site::view::{Feed, FeedCategory, FeedChange, FeedEntry};
use crate::site::{Site, calendar, feed, names, tags, urls};

use super::scene::Scene;

/// What was decided of a release since it was announced, as far as it is known.
pub(super) struct Decided {
    /// The day of the last decision, or the first day anybody could know of it.
    last: NaiveDate,
    /// The day on which it was to take effect as readers knew it, before that was put off.
    instead_of: Option<NaiveDate>,
    /// How often something else was decided.
    times: usize,
}

/// What was decided of each release. Translations say nothing new.
pub(super) fn decisions(site: &Site, history: &History<'_>) -> Vec<Decided> {
    let mut by_version: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    for (_, event) in site.log.of(&history.policy.id) {
        by_version.entry(&event.version).or_default().push(event);
    }
    let decided = |release: &Release<'_>| {
        let front = &release.version.front;
        let events = by_version.get(release.version.id.as_str()).map_or(&[][..], Vec::as_slice);
        let mut decided = Decided { last: front.announced, instead_of: None, times: 0 };
        // What was never sealed has no event, and is withdrawn all the same.
        let mut withdrawn = front.withdrawn.filter(|_| release.status == Status::Withdrawn);
        for event in events {
            let known = event.public_from();
            match event.what {
                What::Rescheduled(before) => {
                    decided.times += 1;
                    decided.last = decided.last.max(known);
                    if known > front.announced && before != front.effective {
                        decided.instead_of = Some(before);
                    }
                }
                What::Withdrawn(_) => withdrawn = withdrawn.map(|day| day.max(known)),
                _ => {}
            }
        }
        decided.times += usize::from(withdrawn.is_some());
        decided.last = withdrawn.map_or(decided.last, |day| decided.last.max(day));
        decided
    };
    history.releases.iter().map(decided).collect()
}

impl Scene<'_, '_> {
    /// The newest releases as entries of a feed, in the language of the scene.
    pub(super) fn feed_entries(&self, decided: &[Decided]) -> Vec<feed::Entry> {
        let releases = &self.history.releases;
        let mut shown: Vec<usize> = (0..releases.len()).filter(|i| !releases[*i].version.draft).collect();
        let version = |i: usize| releases[i].version;
        shown.sort_by_key(|i| std::cmp::Reverse((version(*i).front.announced, &version(*i).id)));
        shown.truncate(feed::MOST);
        shown.into_iter().map(|i| self.feed_entry(i, &decided[i])).collect()
    }

    fn feed_entry(&self, index: usize, decided: &Decided) -> feed::Entry {
        let release = self.release(index);
        let (version, front) = (release.version, &release.version.front);
        let translation = self.history.translation(version, self.language);
        let own = |t: &Translation| t.summary.is_some() || front.summary.is_none();
        let translated = translation.is_some_and(own);
        let text_language =
            if translated { self.language } else { &self.history.policy.settings.controlling_language };
        let first_url = &self.site.settings.first_url;
        let facts = self.facts(release);
        let categories = self.categories(release);
        let entry = FeedEntry {
            id: tags::release(first_url, self.id(), &version.id),
            release_id: facts.release.clone(),
            title: self.feed_title(release),
            url: facts.redline.clone().unwrap_or_else(|| facts.text.clone()),
            text_url: facts.text.clone(),
            redline_url: facts.redline.clone(),
            published: self.instant(front.announced),
            updated: self.instant(decided.last),
            summary: translation.and_then(|t| t.summary.clone()).or_else(|| front.summary.clone()),
            text_language: text_language.0.clone(),
            text_dir: direction(&text_language.0),
            effective: self.day(front.effective),
            seen_on: release.version.front.is_captured(),
            instead_of: decided.instead_of.map(|day| self.day(day)),
            withdrawn: withdrawn(release).map(|day| self.day(day)),
            kind: names::kind_name(&front.kind),
            materiality: names::materiality_name(release.materiality),
            materiality_text: self.named("materiality", names::materiality_name(release.materiality)),
            action: names::action_name(release.action()),
            action_text: self.named("action", names::action_name(release.action())),
            changes: front.changes.iter().filter_map(|n| self.feed_change(n, index, translation)).collect(),
            categories,
            content_html: String::new(),
        };
        feed::Entry { announced: front.announced, decided: decided.last, entry, facts }
    }

    fn named(&self, name: &str, value: &str) -> String {
        self.messages.text(&format!("{name}_{value}")).to_owned()
    }

    /// The policy, and what its release is. Of no day but its own: what takes effect on a day did so on that
    /// day ever after.
    fn feed_title(&self, release: &Release<'_>) -> String {
        let key = match &release.version.front.kind {
            _ if release.status == Status::Withdrawn => "feed_withdrawn",
            _ if release.version.front.is_captured() => "feed_seen",
            Kind::Initial => "feed_initial",
            Kind::Amendment => "feed_amendment",
            Kind::Correction(_) => "feed_correction",
            Kind::Revert(_) => "feed_revert",
        };
        let day = self.day(release.version.front.effective).text;
        self.messages.fill(key, &[("policy", &self.title()), ("date", &day)])
    }

    /// The legal team's word on some clauses, where it says more than that they do not matter.
    fn feed_change(
        &self,
        note: &ChangeNote,
        index: usize,
        translation: Option<&Translation>,
    ) -> Option<FeedChange> {
        if note.summary.is_none() && note.direction.is_none() && note.material != Some(true) {
            return None;
        }
        let notes = self.note(note, index, translation);
        let first = notes.first()?;
        let (material, summary) = (first.material, first.summary.clone());
        let (category_text, direction_text) = (first.category_text.clone(), first.direction_text.clone());
        let clauses = notes.into_iter().map(|note| note.clause_title).collect();
        Some(FeedChange { clauses, material, category_text, direction_text, summary })
    }

    fn categories(&self, release: &Release<'_>) -> Vec<FeedCategory> {
        let of = |scheme: &str, term: &'static str| FeedCategory {
            term,
            scheme: tags::scheme(&self.site.settings.first_url, scheme),
            label: self.named(scheme, term),
        };
        let mut all = vec![
            of("kind", names::kind_name(&release.version.front.kind)),
            of("materiality", names::materiality_name(release.materiality)),
            of("action", names::action_name(release.action())),
        ];
        all.extend(subjects(release).into_iter().map(|term| of("category", term)));
        all
    }

    fn facts(&self, release: &Release<'_>) -> feed::FeedFacts {
        let (version, front) = (release.version, &release.version.front);
        let id = |version: &str| format!("{}@{version}", self.id());
        let absolute = |address: String| self.site.absolute(&address);
        let before = release.previous.map(|p| &self.release(p).version.id);
        feed::FeedFacts {
            release: id(&version.id),
            policy: self.id().to_owned(),
            version: version.id.clone(),
            kind: names::kind_name(&front.kind).to_owned(),
            corrects: front.kind.corrects().map(id),
            reverts: front.kind.reverts().map(id),
            acceptance_id: id(&release.accepted(self.history).id),
            announced: front.announced.to_string(),
            effective: front.effective.to_string(),
            effective_at: self.instant(front.effective),
            dates: names::dates_name(front.is_captured()).to_owned(),
            withdrawn_at: front.withdrawn.map(|day| self.instant(day)),
            materiality: names::materiality_name(release.materiality).to_owned(),
            action: names::action_name(release.action()).to_owned(),
            categories: subjects(release).into_iter().map(str::to_owned).collect(),
            text: absolute(urls::version(self.id(), &version.id)),
            redline: before.map(|before| absolute(urls::compare(self.id(), before, &version.id))),
            changelog: absolute(urls::changelog(Some(self.id()))),
            record: absolute(urls::record(self.id(), &version.id)),
        }
    }

    /// The days of all releases, in the language of the scene.
    pub(super) fn calendar_entries(&self, decided: &[Decided]) -> Vec<calendar::Entry> {
        let title = self.title();
        // Nobody knows on which day a text took effect that was only seen.
        let known = |release: &Release<'_>| !release.version.draft && !release.version.front.is_captured();
        let releases = self.history.releases.iter().zip(decided).filter(|(release, _)| known(release));
        releases.flat_map(|(release, decided)| self.release_days(release, decided, &title)).collect()
    }

    fn release_days(
        &self,
        release: &Release<'_>,
        decided: &Decided,
        title: &str,
    ) -> impl Iterator<Item = calendar::Entry> + use<> {
        let (version, front) = (release.version, &release.version.front);
        let cancelled = release.status == Status::Withdrawn;
        let key = match &front.kind {
            _ if cancelled => "calendar_withdrawn",
            Kind::Initial => "calendar_initial",
            Kind::Amendment => "calendar_amendment",
            Kind::Correction(_) => "calendar_correction",
            Kind::Revert(_) => "calendar_revert",
        };
        let translation = self.history.translation(version, self.language);
        let summary = translation.and_then(|t| t.summary.clone()).or_else(|| front.summary.clone());
        let mut description: Vec<String> = summary.into_iter().collect();
        if cancelled {
            let day = self.day(front.withdrawn.unwrap_or(front.effective)).text;
            description.push(self.messages.fill("banner_withdrawn", &[("date", &day)]));
        } else if front.kind != Kind::Initial {
            description.push(self.named("action", names::action_name(release.action())));
        }
        if let Some(before) = decided.instead_of {
            let day = self.day(before).text;
            description.push(self.messages.fill("feed_rescheduled", &[("date", &day)]));
        }
        let address = match release.previous {
            Some(before) => urls::compare(self.id(), &self.release(before).version.id, &version.id),
            None => urls::version(self.id(), &version.id),
        };
        let entry = |what: &str, day: NaiveDate, key: &str| calendar::Entry {
            uid: tags::event(&self.site.settings.first_url, self.id(), &version.id, what),
            day,
            summary: self.messages.fill(key, &[("policy", title)]),
            description: description.clone(),
            url: self.site.absolute(&address),
            announced: front.announced,
            decided: decided.last,
            times: decided.times,
            cancelled,
        };
        let ends = release.window(self.history.policy).map(|(_, until)| until);
        let ends = ends.filter(|until| *until > front.effective);
        let ends = ends.map(|day| {
            let key = if cancelled { "calendar_withdrawn" } else { "calendar_notice_ends" };
            entry("notice-ends", day, key)
        });
        [Some(entry("effective", front.effective, key)), ends].into_iter().flatten()
    }

    /// The feeds of the policy, from the page.
    pub(super) fn feeds(&self) -> Vec<Feed> {
        let title = self.title();
        feeds(self.messages, &title, |address| self.to(&address), Some(self.id()))
    }
}

/// The feeds of a policy or of the site, as a page names them.
pub(super) fn feeds(
    messages: &Messages,
    title: &str,
    to: impl Fn(String) -> String,
    policy: Option<&str>,
) -> Vec<Feed> {
    let feed = |kind, name: &str, address| Feed {
        kind,
        title: messages.fill("feed_title", &[("title", title)]),
        name: messages.text(name).to_owned(),
        url: to(address),
    };
    vec![
        feed("application/atom+xml", "follow_atom", urls::atom(policy)),
        feed("application/feed+json", "follow_json", urls::json_feed(policy)),
    ]
}

/// The day it was withdrawn.
fn withdrawn(release: &Release<'_>) -> Option<NaiveDate> {
    release.version.front.withdrawn.filter(|_| release.status == Status::Withdrawn)
}

/// What its changes are about, each once.
fn subjects(release: &Release<'_>) -> Vec<&'static str> {
    let all: BTreeSet<_> = release.version.front.changes.iter().filter_map(|note| note.category).collect();
    all.into_iter().map(names::category_name).collect()
}
