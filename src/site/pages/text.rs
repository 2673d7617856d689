//! The pages that show a text: the one in force, every version, every translation.

use chrono::NaiveDate;

use crate::error::Error;
use crate::policy::history::Status;
use crate::policy::{Language, Text, Translation};
use crate::site::html::{self, Apparatus, Labels};
use crate::site::messages::direction;
use crate::site::view::{self, Banner, Entry};
use crate::site::{Page, Site, urls};

use super::lag::Lags;
use super::scene::Scene;
use super::{Line, Made, html_page, site_view};

/// The text that applies, or will, or would.
pub(super) fn latest(site: &Site, line: &Line<'_>) -> Result<Made, Error> {
    let (policy, language) = (&line.history.policy.id, &line.history.policy.settings.controlling_language);
    let mut made = Made::default();
    if let Some(shown) = line.history.shown() {
        let scene = Scene::new(site, line, &urls::policy(policy), language);
        made.add(scene.text_page(shown, None, false)?, scene.text_place(shown, false));
    }
    Ok(made)
}

/// The text of a version, in each language, and its canonical text.
pub(super) fn version(site: &Site, line: &Line<'_>, release: usize) -> Result<Made, Error> {
    let history = line.history;
    let (policy, language) = (&history.policy.id, &history.policy.settings.controlling_language);
    let version = history.releases[release].version;
    let mut made = Made::default();
    let scene = Scene::new(site, line, &urls::version(policy, &version.id), language);
    made.add(scene.text_page(release, None, true)?, scene.text_place(release, true));
    made.pages.push(Page {
        path: urls::canonical(policy, &version.id),
        contents: version.text.canonical.clone().into_bytes(),
    });
    for (language, translation) in history.translations(version) {
        let address = urls::translated_version(policy, &version.id, &language.0);
        let scene = Scene::new(site, line, &address, language);
        let page = scene.text_page(release, Some((language, translation)), true)?;
        made.add(page, scene.text_place(release, true));
    }
    Ok(made)
}

/// The latest text in each of the other languages.
pub(super) fn translated(site: &Site, line: &Line<'_>) -> Result<Made, Error> {
    let (history, policy) = (line.history, &line.history.policy.id);
    let mut made = Made::default();
    for language in history.languages() {
        let Some(shown) = history.translated(language) else { continue };
        let Some(translation) = history.translation(history.releases[shown].version, language) else {
            continue;
        };
        let scene = Scene::new(site, line, &urls::translated_policy(policy, &language.0), language);
        let page = scene.text_page(shown, Some((language, translation)), false)?;
        made.add(page, scene.text_place(shown, false));
    }
    Ok(made)
}

impl Scene<'_, '_> {
    pub(super) fn text_page(
        &self,
        index: usize,
        translation: Option<(&Language, &Translation)>,
        permanent: bool,
    ) -> Result<Page, Error> {
        let release = self.release(index);
        let text = translation.map_or(&release.version.text, |(_, t)| &t.text);
        let labels = Labels {
            permalink: self.messages.text("permalink_clause"),
            table: self.messages.text("table"),
            footnotes: self.messages.text("footnotes"),
        };
        let version = self.version(index);
        let kind = match (translation, permanent) {
            (Some(_), _) => "translation",
            (None, true) => "version",
            (None, false) => "policy",
        };
        let policy = self.policy();
        let title = if permanent {
            format!("{} ({})", policy.title, version.effective.text)
        } else {
            policy.title.clone()
        };
        let lags = match translation.filter(|_| !permanent) {
            Some((_, translation)) => self.lags(index, translation)?,
            None => Lags::default(),
        };
        let languages = if permanent {
            self.version_languages(index, Some(self.language))
        } else {
            self.policy_languages(self.language)
        };
        let page = self.page(kind, title, self.description(index, permanent));
        let page = self.text_head(page, index, permanent, &languages);
        let (terms, uses) = self.terms(text);
        let apparatus = match translation {
            Some(_) => Apparatus { notes: lags.notes, ..Apparatus::default() },
            None => self.apparatus(index, permanent),
        };
        let apparatus =
            Apparatus { permanent: self.permanent(index, translation, permanent), uses, ..apparatus };
        let neighbour =
            |i: Option<usize>| i.filter(|_| permanent && translation.is_none()).map(|i| self.version(i));
        let view = view::TextPage {
            site: site_view(self.site, &self.address),
            page,
            banners: self.banners(index, translation, permanent, lags.view.as_ref()),
            text_language: self.language.0.clone(),
            text_dir: direction(&self.language.0),
            has_title: html::has_title(text),
            contents: contents(text),
            body_html: lags.start + &html::text(text, self.links(), labels, &apparatus),
            terms,
            previous: neighbour(release.previous),
            next: neighbour(release.next),
            policy,
            version,
            permanent,
            languages,
            lagging: lags.view,
        };
        html_page(self.site, self.language, "text.html", &self.address, &view)
    }

    /// A page that shows a text, in one sentence.
    fn description(&self, index: usize, permanent: bool) -> String {
        let version = self.version(index);
        let (policy, organisation) = (self.title(), self.site.settings.organisation.as_str());
        let values = [("policy", policy.as_str()), ("organisation", organisation)];
        if !permanent && self.history.in_force.is_some() {
            return self.messages.fill("describe_policy", &values);
        }
        let key = if version.seen_on { "describe_version_seen" } else { "describe_version" };
        let [policy, organisation] = values;
        let day = ("date", version.effective.text.as_str());
        let name = self.messages.fill(key, &[policy, organisation, day]);
        version.summary.map_or(name.clone(), |summary| format!("{name} {summary}"))
    }

    fn banners(
        &self,
        index: usize,
        translation: Option<(&Language, &Translation)>,
        permanent: bool,
        lagging: Option<&view::Lagging>,
    ) -> Vec<Banner> {
        let mut banners = Vec::new();
        if translation.is_some() {
            banners.push(self.translation_banner(index, permanent));
        }
        if let Some(lagging) = lagging {
            let current = self.history.in_force.unwrap_or(index);
            let said = if lagging.known {
                self.messages.count("banner_lag", lagging.clauses)
            } else {
                self.messages.text("banner_lag_unknown").to_owned()
            };
            banners.push(Banner {
                url: Some(self.compare_url(index, current)),
                link_text: Some(self.messages.text("link_see_changes").to_owned()),
                ..banner("lag", said)
            });
        }
        banners.extend(self.standing_banner(index, permanent));
        if !permanent {
            banners.extend(self.recent_banner(index));
            let others = self.history.upcoming.iter().filter(|u| **u != index);
            banners.extend(others.map(|u| self.upcoming_banner(index, *u)));
        }
        if let Some(source) = self.release(index).version.front.source.as_ref().filter(|_| permanent) {
            let key = if source.date_is_capture { "banner_imported" } else { "banner_imported_stated" };
            let from = source.url.clone().unwrap_or_else(|| self.site.settings.organisation.clone());
            banners.push(banner("imported", self.messages.fill(key, &[("source", &from)])));
        }
        banners
    }

    pub(super) fn compare_url(&self, old: usize, new: usize) -> String {
        self.to(&urls::compare(self.id(), &self.release(old).version.id, &self.release(new).version.id))
    }

    fn translation_banner(&self, index: usize, permanent: bool) -> Banner {
        let controlling = &self.history.policy.settings.controlling_language;
        let name = self.language_name(controlling);
        let own = self.site.catalogue.of(&controlling.0);
        let own =
            own.fill("banner_translation", &[("language", own.language(&controlling.0).unwrap_or(name))]);
        let address = if permanent {
            urls::version(self.id(), &self.release(index).version.id)
        } else {
            urls::policy(self.id())
        };
        Banner {
            url: Some(self.to(&address)),
            link_text: Some(self.messages.fill("link_read_controlling", &[("language", name)])),
            controlling_text: (controlling != self.language).then_some(own),
            controlling_code: Some(controlling.0.clone()),
            ..banner("translation", self.messages.fill("banner_translation", &[("language", name)]))
        }
    }

    /// Where the version stands in its line, unless it is simply the one in force.
    fn standing_banner(&self, index: usize, permanent: bool) -> Option<Banner> {
        let release = self.release(index);
        let front = &release.version.front;
        let day = |day: NaiveDate| self.day(day).text;
        let current = self.history.in_force.map(|c| self.release(c).version);
        let replaced = release.next.map(|n| day(self.release(n).version.front.effective)).unwrap_or_default();
        let read_current = |b: Banner| Banner {
            url: current.map(|_| self.to(&urls::policy(self.id()))),
            link_text: Some(self.messages.text("link_read_current").to_owned()),
            ..b
        };
        match release.status {
            Status::Superseded if permanent => Some(read_current(banner(
                "superseded",
                self.messages.fill("banner_superseded", &[("date", &replaced)]),
            ))),
            Status::Corrected if permanent => Some(Banner {
                url: release.next.map(|n| self.to(&urls::version(self.id(), &self.release(n).version.id))),
                link_text: Some(self.messages.text("link_read_corrected").to_owned()),
                ..banner("corrected", self.messages.fill("banner_corrected", &[("date", &replaced)]))
            }),
            Status::Upcoming => {
                let effective = day(front.effective);
                Some(match current {
                    Some(current) => {
                        let in_force = day(current.front.effective);
                        let values = [("date", effective.as_str()), ("in_force", in_force.as_str())];
                        read_current(banner("not-yet", self.messages.fill("banner_not_yet", &values)))
                    }
                    None => {
                        banner("not-yet", self.messages.fill("banner_not_yet_first", &[("date", &effective)]))
                    }
                })
            }
            Status::Draft => {
                Some(read_current(banner("draft", self.messages.text("banner_draft").to_owned())))
            }
            Status::Withdrawn => {
                let date = day(front.withdrawn.unwrap_or(front.effective));
                Some(read_current(banner(
                    "withdrawn",
                    self.messages.fill("banner_withdrawn", &[("date", &date)]),
                )))
            }
            Status::InForce | Status::Superseded | Status::Corrected => None,
        }
    }

    fn recent_banner(&self, index: usize) -> Option<Banner> {
        let release = self.release(index);
        let (from, until) = release.notice(self.history.policy)?;
        let today = self.history.today;
        let effective = release.version.front.effective;
        if !(from <= today && effective <= today && today < until) {
            return None;
        }
        let day = |key: &str, day: NaiveDate| self.messages.fill(key, &[("date", &self.day(day).text)]);
        Some(Banner {
            until: Some(self.instant(until)),
            url: release.previous.map(|p| self.compare_url(p, index)),
            link_text: Some(self.messages.text("link_see_changes").to_owned()),
            summary: self.version(index).summary,
            ..banner("recent", format!("{} {}", day("banner_recent", effective), day("banner_until", until)))
        })
    }

    fn upcoming_banner(&self, shown: usize, upcoming: usize) -> Banner {
        let front = &self.release(upcoming).version.front;
        let day = |key: &str, day: NaiveDate| self.messages.fill(key, &[("date", &self.day(day).text)]);
        let from = self.history.in_force.unwrap_or(shown);
        let pair = (from.min(upcoming), from.max(upcoming));
        let version = self.version(upcoming);
        // Where nothing is in force, versions that do not follow each other are not compared.
        let (url, link) = if self.history.pairs().contains(&pair) {
            (self.compare_url(pair.0, pair.1), "link_see_changes")
        } else {
            (self.to(&urls::version(self.id(), &self.release(upcoming).version.id)), "link_read_upcoming")
        };
        Banner {
            url: Some(url),
            link_text: Some(self.messages.text(link).to_owned()),
            until: Some(self.instant(front.effective)),
            then: Some(day("banner_upcoming_then", front.effective)),
            summary: version.summary,
            action_text: (version.action != "none").then_some(version.action_text),
            ..banner(
                "upcoming",
                format!(
                    "{} {}",
                    day("banner_upcoming", front.effective),
                    day("banner_announced", front.announced)
                ),
            )
        }
    }
}

fn banner(kind: &'static str, text: String) -> Banner {
    Banner {
        kind,
        text,
        url: None,
        link_text: None,
        summary: None,
        action_text: None,
        until: None,
        then: None,
        controlling_text: None,
        controlling_code: None,
    }
}

/// The headings of a text. The one that is its title is not repeated.
fn contents(text: &Text) -> Vec<Entry> {
    let titled = html::has_title(text);
    let heading = |(i, s): (usize, &crate::policy::Section)| {
        let clause = text.clauses.get(s.heading?)?;
        let depth = if titled { s.depth.checked_sub(1)? } else { s.depth };
        Some(Entry { id: s.id.clone(), title: clause.content.text.replace('\n', " "), depth: depth.min(5) })
            .filter(|_| !(titled && i == 0))
    };
    let entries: Vec<Entry> = text.sections.iter().enumerate().filter_map(heading).collect();
    // One entry leads nowhere one is not already.
    if entries.len() > 1 { entries } else { Vec::new() }
}
