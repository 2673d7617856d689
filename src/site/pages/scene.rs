//! A page in the making: what the views of its policy and versions are from where it stands.

use chrono::NaiveDate;

use crate::policy::address::PREAMBLE;
use crate::policy::calendar::rfc3339;
use crate::policy::history::{History, Release, Status};
use crate::policy::since;
use crate::policy::{ChangeNote, Fidelity, Language, Source, Text, Translation};
use crate::site::html::Links;
use crate::site::messages::Messages;
use crate::site::view::{self, Day, LanguageLink, Titled};
use crate::site::{Site, names, redline, urls};

use super::size::{minutes, size};
use super::{Line, page_view};

/// A page in the making: where it stands, and in which language.
pub(super) struct Scene<'s, 'h> {
    pub(super) site: &'s Site,
    pub(super) history: &'h History<'h>,
    pub(super) line: &'s Line<'h>,
    pub(super) address: String,
    pub(super) language: &'s Language,
    pub(super) messages: &'s Messages,
}

impl<'s, 'h> Scene<'s, 'h> {
    pub(super) fn new(site: &'s Site, line: &'s Line<'h>, address: &str, language: &'s Language) -> Self {
        Self {
            site,
            history: line.history,
            line,
            address: address.to_owned(),
            language,
            messages: site.catalogue.of(&language.0),
        }
    }

    pub(super) fn to(&self, address: &str) -> String {
        urls::relative(&self.address, address)
    }

    pub(super) fn id(&self) -> &str {
        &self.history.policy.id
    }

    pub(super) fn page(&self, kind: &'static str, title: String, description: String) -> view::Page {
        page_view(self.site, self.language, &self.address, kind, title, description)
    }

    pub(super) fn links(&self) -> Links<'_> {
        Links {
            targets: &self.site.targets,
            policy: self.id(),
            page: &self.address,
            root: "",
            base_url: &self.site.settings.base_url,
            whole: "",
        }
    }

    /// The policy's title in the language of the page, where a translation says it.
    pub(super) fn title(&self) -> String {
        let translated = |r: &Release<'_>| {
            self.history.translation(r.version, self.language).and_then(|t| t.title.clone())
        };
        let own = self.history.releases.iter().rev().find_map(translated);
        own.unwrap_or_else(|| self.history.policy.settings.title.clone())
    }

    pub(super) fn policy(&self) -> view::Policy {
        let settings = &self.history.policy.settings;
        let other = |id: &String| {
            let title = self.site.titles.iter().find(|(i, _)| i == id).map_or(id, |(_, title)| title);
            Titled { title: title.clone(), url: self.to(&urls::policy(id)) }
        };
        let notice =
            settings.notice.days_before.map(|n| self.messages.count("notice_days_before", n as usize));
        let acceptance = format!("acceptance_{}", names::acceptance_name(settings.acceptance));
        view::Policy {
            id: self.id().to_owned(),
            title: self.title(),
            url: self.to(&urls::policy(self.id())),
            history_url: self.to(&urls::history(self.id())),
            since_url: self.history.in_force.map(|_| self.to(&urls::accepted(self.id()))),
            chooser_url: (!self.line.pairs.is_empty()).then(|| self.to(&urls::chooser(self.id()))),
            clauses_url: self.to(&urls::clauses(self.id())),
            controlling_language_name: self.language_name(&settings.controlling_language).to_owned(),
            annexes: settings
                .annexes
                .iter()
                .map(|a| Titled { title: a.title.clone(), url: a.url.clone() })
                .collect(),
            incorporates: settings
                .incorporates
                .iter()
                .filter(|id| self.site.targets.has(id))
                .map(other)
                .collect(),
            acceptance_text: self.messages.text(&acceptance).to_owned(),
            notice_text: notice,
        }
    }

    pub(super) fn label(&self, text: &Text, clause: usize) -> String {
        let label = redline::label(text, clause, self.messages.text("preamble"));
        let place = text.clauses.get(clause).map_or("", |c| &c.place);
        match label.strip_suffix(place) {
            // `2(a)` keeps its order in a line that is read from the right.
            Some(title) if self.messages.dir == "rtl" && !place.is_empty() => {
                format!("{title}\u{2068}{place}\u{2069}")
            }
            _ => label,
        }
    }

    /// What the page calls a language; else what that calls itself.
    pub(super) fn language_name(&self, language: &'s Language) -> &'s str {
        let own = || self.site.catalogue.name_of(&language.0);
        self.messages.language(&language.0).unwrap_or_else(own)
    }

    pub(super) fn day(&self, day: NaiveDate) -> Day {
        Day::new(day, self.messages)
    }

    /// When a day begins.
    pub(super) fn instant(&self, day: NaiveDate) -> String {
        rfc3339(day, self.site.settings.time_zone)
    }

    pub(super) fn release(&self, release: usize) -> &'h Release<'h> {
        &self.history.releases[release]
    }

    pub(super) fn other(&self, id: &str) -> view::Other {
        view::Other { id: id.to_owned(), url: self.to(&urls::version(self.id(), id)) }
    }

    pub(super) fn version(&self, index: usize) -> view::Version {
        let release = self.release(index);
        let (version, front) = (release.version, &release.version.front);
        let translation = self.history.translation(version, self.language);
        let imported = front.is_captured();
        let compare = |old: usize, new: usize| {
            self.to(&urls::compare(self.id(), &self.release(old).version.id, &self.release(new).version.id))
        };
        let to_current = self.history.in_force.filter(|c| *c != index && Some(*c) != release.previous);
        let to_current = to_current
            .filter(|_| release.status != Status::Withdrawn && release.next != self.history.in_force);
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let words = version.text.words;
        let (kind, status) = (names::kind_name(&front.kind), names::status_name(release.status));
        let (materiality, action) =
            (names::materiality_name(release.materiality), names::action_name(release.action()));
        view::Version {
            id: version.id.clone(),
            release_id: format!("{}@{}", self.id(), version.id),
            url: self.to(&urls::version(self.id(), &version.id)),
            effective: self.day(front.effective),
            announced: self.day(front.announced),
            seen_on: imported,
            kind,
            kind_text: text("kind", kind),
            corrects: front.kind.corrects().map(|of| self.other(of)),
            reverts: front.kind.reverts().map(|of| self.other(of)),
            status,
            status_text: text("status", status),
            superseded: release.next.map(|n| self.day(self.release(n).version.front.effective)),
            withdrawn: front.withdrawn.map(|day| self.day(day)),
            summary: translation.and_then(|t| t.summary.clone()).or_else(|| front.summary.clone()),
            materiality,
            materiality_text: text("materiality", materiality),
            action,
            action_text: text("action", action),
            words,
            clauses: version.text.clauses.len(),
            minutes: minutes(words).max(1),
            counts: self.line.counts[index],
            size: release.comparison.as_ref().map(|c| size(c, self.messages)),
            since_url: since::was_in_force(release).then(|| self.to(&urls::since(self.id(), &version.id))),
            changes: front.changes.iter().flat_map(|n| self.note(n, index, translation)).collect(),
            redline_url: release.previous.map(|p| compare(p, index)),
            redline_to_current_url: to_current.map(|c| compare(c.min(index), c.max(index))),
            markdown_url: self.to(&urls::canonical(self.id(), &version.id)),
            record_url: (!version.draft).then(|| self.to(&urls::record(self.id(), &version.id))),
            languages: self.version_languages(index, None),
            source: front.source.as_ref().map(|s| view::Source {
                url: s.url.clone(),
                captured: s.captured.map(|day| self.day(day)),
                fidelity_text: s.fidelity.map(|f| text("fidelity", names::fidelity_name(f))),
            }),
            digest: version.text.digest.clone(),
            digest_short: version.text.digest.chars().skip("sha256:".len()).take(12).collect(),
            gap_before: self.gap_before(index),
        }
    }

    /// A version in a line.
    pub(super) fn stamp(&self, index: usize) -> view::Stamp {
        let release = self.release(index);
        let (version, front) = (release.version, &release.version.front);
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let (kind, status) = (names::kind_name(&front.kind), names::status_name(release.status));
        view::Stamp {
            id: version.id.clone(),
            url: self.to(&urls::version(self.id(), &version.id)),
            effective: self.day(front.effective),
            seen_on: front.is_captured(),
            kind,
            kind_text: text("kind", kind),
            status,
            status_text: text("status", status),
        }
    }

    /// The redline of two releases.
    pub(super) fn redline_between(&self, old: usize, new: usize) -> String {
        let id = |release: usize| &self.release(release).version.id;
        self.to(&urls::compare(self.id(), id(old), id(new)))
    }

    /// That nothing is known of the time between an imported version and the one before it: it was found
    /// by itself, and not in a history that has all of them. The one before still held on the day it was
    /// captured.
    pub(super) fn gap_before(&self, index: usize) -> Option<String> {
        let release = self.release(index);
        let found = |s: &Source| match s.fidelity {
            Some(Fidelity::Original) => false,
            Some(Fidelity::Extracted | Fidelity::Reconstructed) => true,
            None => s.date_is_capture,
        };
        let before = &self.release(release.previous?).version.front;
        let to = release.version.front.effective;
        if !release.version.front.source.as_ref().is_some_and(found) {
            return None;
        }
        let captured = before.source.as_ref().and_then(|s| s.captured).filter(|day| *day < to);
        let from = captured.map_or(before.effective, |day| day.max(before.effective));
        let (from, to) = (self.day(from).text, self.day(to).text);
        Some(self.messages.fill("gap", &[("from", &from), ("to", &to)]))
    }

    /// A version's other languages; `current` marks the one the page is in.
    pub(super) fn version_languages(&self, index: usize, current: Option<&Language>) -> Vec<LanguageLink> {
        let version = self.release(index).version;
        let controlling = &self.history.policy.settings.controlling_language;
        let translated = self.history.translations(version).map(|(l, _)| l);
        let link = |language: &Language, address: String| LanguageLink {
            code: language.0.clone(),
            name: self.site.catalogue.name_of(&language.0).to_owned(),
            url: self.to(&address),
            current: current == Some(language),
        };
        let mut all: Vec<LanguageLink> =
            translated.map(|l| link(l, urls::translated_version(self.id(), &version.id, &l.0))).collect();
        if current.is_some() && !all.is_empty() {
            all.insert(0, link(controlling, urls::version(self.id(), &version.id)));
        }
        all
    }

    /// The languages of the policy's own page.
    pub(super) fn policy_languages(&self, current: &Language) -> Vec<LanguageLink> {
        let controlling = &self.history.policy.settings.controlling_language;
        let link = |language: &Language, address: String| LanguageLink {
            code: language.0.clone(),
            name: self.site.catalogue.name_of(&language.0).to_owned(),
            url: self.to(&address),
            current: current == language,
        };
        let shown = |l: &&Language| self.history.translated(l).is_some();
        let translated = self.history.languages().into_iter().filter(shown);
        let mut all: Vec<LanguageLink> =
            translated.map(|l| link(l, urls::translated_policy(self.id(), &l.0))).collect();
        if !all.is_empty() {
            all.insert(0, link(controlling, urls::policy(self.id())));
        }
        all
    }

    /// The legal team's word on some clauses, one entry for each clause named.
    pub(super) fn note(
        &self,
        note: &ChangeNote,
        index: usize,
        translation: Option<&Translation>,
    ) -> Vec<view::Note> {
        let release = self.release(index);
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let entry = |id: &String| {
            let new = release.version.text.clauses.iter().position(|c| c.id == *id);
            let (address, label) = match (new, release.previous) {
                (Some(c), _) => {
                    (urls::version(self.id(), &release.version.id), self.label(&release.version.text, c))
                }
                (None, Some(previous)) => {
                    let old = self.release(previous).version;
                    let clause = old.text.clauses.iter().position(|c| c.id == *id);
                    let label = clause.map_or_else(|| id.clone(), |c| self.label(&old.text, c));
                    (urls::version(self.id(), &old.id), label)
                }
                (None, None) => (urls::version(self.id(), &release.version.id), id.clone()),
            };
            // The text before the first heading has a name and no element of its own.
            let fragment = if id == PREAMBLE { String::new() } else { format!("#{id}") };
            let label = if id == PREAMBLE { self.messages.text("preamble").to_owned() } else { label };
            let translated = translation.and_then(|t| {
                let on = |n: &&ChangeNote| n.clauses.iter().any(|(c, _)| c == id);
                t.changes.iter().find(on).and_then(|n| n.summary.clone())
            });
            view::Note {
                clause_title: label,
                url: self.to(&address) + &fragment,
                material: note.material == Some(true),
                category: note.category.map(names::category_name),
                category_text: note.category.map(|c| text("category", names::category_name(c))),
                direction: note.direction.map(names::direction_name),
                direction_text: note.direction.map(|d| text("direction", names::direction_name(d))),
                affects: note.affects.clone(),
                summary: translated.or_else(|| note.summary.clone()),
                reason: note.reason.clone(),
            }
        };
        note.clauses.iter().map(|(id, _)| entry(id)).collect()
    }
}
