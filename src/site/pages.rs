//! The pages of a policy, and those of the whole site.

use chrono::NaiveDate;
use serde::Serialize;

use super::html::{self, Labels, Links};
use super::messages::Messages;
use super::view::{self, Banner, Counts, Day, Entry, LanguageLink, Titled};
use super::{Page, Site, assets, changelog, diff_json, proved, redline, urls};
use crate::error::Error;
use crate::policy::diff::{Change, Class, Relation};
use crate::policy::history::{Comparison, History, Materiality, Release, Status};
use crate::policy::{ChangeNote, Kind, Language, Text, Translation, words};

/// Words a reader reads in a minute, of continuous prose on a screen.
const WORDS_PER_MINUTE: usize = 230;
/// How many changes the front page shows.
const RECENT: usize = 8;

/// What the front page and the site's changelog need of a policy.
#[derive(Debug)]
pub struct Summary {
    line: view::PolicyLine,
    /// Releases for the front page: day and views.
    recent: Vec<(NaiveDate, view::VersionLine)>,
    upcoming: Vec<(NaiveDate, view::VersionLine)>,
    releases: Vec<changelog::Written>,
    /// What the summary line at the end of a build counts.
    pub tally: Tally,
}

/// What was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Versions, translations not among them.
    pub versions: usize,
    /// Clauses of all these versions.
    pub clauses: usize,
    /// Changed clauses between each version and the one before it.
    pub changes: usize,
    /// Files written.
    pub pages: usize,
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.versions += other.versions;
        self.clauses += other.clauses;
        self.changes += other.changes;
        self.pages += other.pages;
    }
}

/// All pages of a policy. `lines` are the histories of the policies it continues, nearest first.
pub fn policy(
    site: &Site,
    history: &History<'_>,
    lines: &[History<'_>],
) -> Result<(Vec<Page>, Summary), Error> {
    let mut pages = Vec::new();
    let language = &history.policy.settings.controlling_language;
    let counts: Vec<Option<Counts>> =
        history.releases.iter().map(|r| r.comparison.as_ref().map(|c| count(&c.diff.changes))).collect();
    if let Some(shown) = history.in_force.or(history.upcoming.first().copied()) {
        let scene = Scene::new(site, history, &counts, &urls::policy(&history.policy.id), language);
        pages.push(scene.text_page(shown, None, false)?);
    }
    for (i, release) in history.releases.iter().enumerate() {
        let scene = Scene::new(
            site,
            history,
            &counts,
            &urls::version(&history.policy.id, &release.version.id),
            language,
        );
        pages.push(scene.text_page(i, None, true)?);
        pages.push(Page {
            path: urls::canonical(&history.policy.id, &release.version.id),
            contents: release.version.text.canonical.clone().into_bytes(),
        });
        for (language, translation) in release.version.translations.iter().filter(|(_, t)| !t.draft) {
            let address = urls::translated_version(&history.policy.id, &release.version.id, &language.0);
            let scene = Scene::new(site, history, &counts, &address, language);
            pages.push(scene.text_page(i, Some((language, translation)), true)?);
        }
    }
    for language in history.languages() {
        let Some(shown) = history.translated(language) else { continue };
        let Some(translation) = history.releases[shown].version.translations.get(language) else { continue };
        let scene = Scene::new(
            site,
            history,
            &counts,
            &urls::translated_policy(&history.policy.id, &language.0),
            language,
        );
        pages.push(scene.text_page(shown, Some((language, translation)), false)?);
    }
    let scene = Scene::new(site, history, &counts, &urls::history(&history.policy.id), language);
    pages.push(scene.history_page(lines)?);
    for (old, new) in history.pairs() {
        let Some(comparison) = history.compare(old, new) else { continue };
        let proof = proved(history, old, new, &comparison)?;
        let (old_id, new_id) = (&history.releases[old].version.id, &history.releases[new].version.id);
        let scene =
            Scene::new(site, history, &counts, &urls::compare(&history.policy.id, old_id, new_id), language);
        pages.push(scene.compare_page(old, new, &comparison, proof)?);
        let numbers = redline::numbers(&comparison);
        let document = diff_json::document(
            &comparison,
            &numbers,
            proof,
            Some(&site.absolute(&urls::schema(diff_json::SCHEMA))),
        );
        pages.push(json(&urls::diff(&history.policy.id, old_id, new_id), &document)?);
    }
    let releases = changelog::releases(site, history)?;
    pages.push(changelog::page(site, Some(&history.policy.id), releases.iter().collect())?);
    let summary = summary(site, history, &counts, releases, pages.len());
    Ok((pages, summary))
}

/// The pages of the whole site, once every policy is made.
pub fn whole(site: &Site, summaries: Vec<Summary>) -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    let language = &site.settings.default_language;
    let frame = |address: &str, kind, title: String| {
        let messages = site.catalogue.of(&language.0);
        (site_view(site, address), page_view(site, address, kind, title, String::new(), language, messages))
    };
    let messages = site.catalogue.of(&language.0);
    let (mut policies, mut upcoming, mut recent, mut releases) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for summary in summaries {
        policies.push(summary.line);
        upcoming.extend(summary.upcoming);
        recent.extend(summary.recent);
        releases.extend(summary.releases);
    }
    policies.sort_by(|a, b| (&a.policy.title, &a.policy.id).cmp(&(&b.policy.title, &b.policy.id)));
    upcoming.sort_by(|a, b| (a.0, &a.1.version.release_id).cmp(&(b.0, &b.1.version.release_id)));
    recent.sort_by(|a, b| (b.0, &b.1.version.release_id).cmp(&(a.0, &a.1.version.release_id)));
    recent.truncate(RECENT);
    let title = messages.fill("home_title", &[("organisation", &site.settings.organisation)]);
    let (site_frame, mut page) = frame(urls::HOME, "index", site.settings.title.clone());
    page.description = title;
    let index = view::IndexPage {
        site: site_frame,
        page,
        policies,
        upcoming: upcoming.into_iter().map(|(_, line)| line).collect(),
        recent: recent.into_iter().map(|(_, line)| line).collect(),
    };
    pages.push(html_page(site, language, "index.html", urls::HOME, &index)?);
    let (site_frame, mut page) = frame("404.html", "not-found", messages.text("not_found_title").to_owned());
    // Shown in place of a page at any depth, so that nothing relative would lead anywhere.
    let root = html::path(&site.settings.base_url).to_owned();
    page.assets = format!("{root}{}", urls::asset(""));
    let missing = view::PlainPage { site: view::Site { home: root, ..site_frame }, page };
    pages.push(html_page(site, language, "404.html", "404.html", &missing)?);
    releases.sort_by(changelog::newest_first);
    pages.push(changelog::page(site, None, releases.iter().collect())?);
    pages.push(json(&urls::schema(changelog::SCHEMA), &changelog::schema(&site.absolute("")))?);
    pages.push(json(&urls::schema(diff_json::SCHEMA), &diff_json::schema(&site.absolute("")))?);
    pages.push(Page { path: "_headers".to_owned(), contents: HEADERS.as_bytes().to_vec() });
    pages.push(Page { path: ".nojekyll".to_owned(), contents: Vec::new() });
    let own = |name: &str| site.own_statics.iter().find(|(n, _)| n == name).map(|(_, bytes)| bytes.clone());
    for name in &site.statics {
        let built_in =
            || assets::STATICS.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_bytes().to_vec());
        let contents = own(name).or_else(built_in).unwrap_or_default();
        pages.push(Page { path: urls::asset(name), contents });
    }
    Ok(pages)
}

/// For hosts that read a `_headers` file; the policy is in every page as well.
const HEADERS: &str = "/*
  Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'
  Referrer-Policy: no-referrer
  X-Content-Type-Options: nosniff
/*.json
  Access-Control-Allow-Origin: *
  Content-Type: application/json; charset=utf-8
/*.md
  Content-Type: text/markdown; charset=utf-8
";

/// A value as a JSON file.
pub(super) fn json(path: &str, value: &impl Serialize) -> Result<Page, Error> {
    let written = serde_json::to_vec_pretty(value);
    let mut contents = written.map_err(|e| Error::Json { name: path.to_owned(), source: Box::new(e) })?;
    contents.push(b'\n');
    Ok(Page { path: path.to_owned(), contents })
}

fn html_page(
    site: &Site,
    language: &Language,
    template: &str,
    address: &str,
    view: &impl Serialize,
) -> Result<Page, Error> {
    let contents = site.templates.render(&language.0, template, view)?.into_bytes();
    Ok(Page { path: urls::file(address), contents })
}

fn site_view(site: &Site, address: &str) -> view::Site {
    let settings = &site.settings;
    view::Site {
        title: settings.title.clone(),
        organisation: settings.organisation.clone(),
        url: settings.base_url.clone(),
        contact: settings.contact.clone(),
        home: urls::relative(address, urls::HOME),
        time_zone: settings.time_zone.name().to_owned(),
    }
}

fn page_view(
    site: &Site,
    address: &str,
    kind: &'static str,
    title: String,
    description: String,
    language: &Language,
    messages: &Messages,
) -> view::Page {
    view::Page {
        kind,
        title,
        description,
        language: language.0.clone(),
        dir: messages.dir.clone(),
        canonical: site.absolute(address),
        assets: urls::relative(address, &urls::asset("")),
        alternates: Vec::new(),
        links: Vec::new(),
    }
}

/// How much changed.
pub(super) fn count(changes: &[Change]) -> Counts {
    let mut counts = Counts::default();
    for change in changes {
        counts.clauses += usize::from(!change.is_quiet());
        match change.relation {
            Relation::Added => counts.added += 1,
            Relation::Removed => counts.removed += 1,
            Relation::Modified => counts.modified += 1,
            Relation::Renamed => counts.renamed += 1,
            Relation::Split => counts.split += 1,
            Relation::Merged => counts.merged += 1,
            Relation::Unchanged | Relation::Moved => {}
        }
        counts.moved += usize::from(change.moved);
        counts.words_removed += change.words.0;
        counts.words_added += change.words.1;
        for class in &change.classes {
            *match class {
                Class::Wording => &mut counts.wording,
                Class::Link => &mut counts.link,
                Class::Formatting => &mut counts.formatting,
                Class::Typography => &mut counts.typography,
                Class::Numbering => &mut counts.numbering,
                Class::Date => &mut counts.date,
            } += 1;
        }
    }
    counts
}

/// A page in the making: where it stands, and in which language.
struct Scene<'s, 'h> {
    site: &'s Site,
    history: &'s History<'h>,
    counts: &'s [Option<Counts>],
    address: String,
    language: &'s Language,
    messages: &'s Messages,
}

impl<'s, 'h> Scene<'s, 'h> {
    fn new(
        site: &'s Site,
        history: &'s History<'h>,
        counts: &'s [Option<Counts>],
        address: &str,
        language: &'s Language,
    ) -> Self {
        Self {
            site,
            history,
            counts,
            address: address.to_owned(),
            language,
            messages: site.catalogue.of(&language.0),
        }
    }

    fn to(&self, address: &str) -> String {
        urls::relative(&self.address, address)
    }

    fn id(&self) -> &str {
        &self.history.policy.id
    }

    fn page(&self, kind: &'static str, title: String, description: String) -> view::Page {
        page_view(self.site, &self.address, kind, title, description, self.language, self.messages)
    }

    fn links(&self) -> Links<'_> {
        Links {
            targets: &self.site.targets,
            policy: self.id(),
            page: &self.address,
            base_url: &self.site.settings.base_url,
            statics: &self.site.statics,
        }
    }

    /// The policy's title in the language of the page, where a translation says it.
    fn title(&self) -> String {
        let translated =
            |r: &Release<'_>| r.version.translations.get(self.language).and_then(|t| t.title.clone());
        let own = self.history.releases.iter().rev().find_map(translated);
        own.unwrap_or_else(|| self.history.policy.settings.title.clone())
    }

    fn policy(&self) -> view::Policy {
        let settings = &self.history.policy.settings;
        let other = |id: &String| {
            let title = self.site.titles.iter().find(|(i, _)| i == id).map_or(id, |(_, title)| title);
            Titled { title: title.clone(), url: self.to(&urls::policy(id)) }
        };
        let notice =
            settings.notice.days_before.map(|n| self.messages.count("notice_days_before", n as usize));
        let acceptance = format!("acceptance_{}", view::acceptance_name(settings.acceptance));
        view::Policy {
            id: self.id().to_owned(),
            title: self.title(),
            url: self.to(&urls::policy(self.id())),
            history_url: self.to(&urls::history(self.id())),
            controlling_language_name: self
                .site
                .catalogue
                .name_of(&settings.controlling_language.0)
                .to_owned(),
            annexes: settings
                .annexes
                .iter()
                .map(|a| Titled { title: a.title.clone(), url: a.url.clone() })
                .collect(),
            incorporates: settings.incorporates.iter().map(other).collect(),
            acceptance_text: self.messages.text(&acceptance).to_owned(),
            notice_text: notice,
        }
    }

    fn day(&self, day: NaiveDate) -> Day {
        Day::new(day, self.messages)
    }

    fn release(&self, release: usize) -> &'s Release<'h> {
        &self.history.releases[release]
    }

    fn other(&self, id: &str) -> view::Other {
        view::Other { id: id.to_owned(), url: self.to(&urls::version(self.id(), id)) }
    }

    fn version(&self, index: usize) -> view::Version {
        let release = self.release(index);
        let (version, front) = (release.version, &release.version.front);
        let translation = version.translations.get(self.language).filter(|t| !t.draft);
        let imported = front.source.as_ref().is_some_and(|s| s.date_is_capture);
        let compare = |old: usize, new: usize| {
            self.to(&urls::compare(self.id(), &self.release(old).version.id, &self.release(new).version.id))
        };
        let to_current = self.history.in_force.filter(|c| *c != index && Some(*c) != release.previous);
        let to_current = to_current
            .filter(|_| release.status != Status::Withdrawn && release.next != self.history.in_force);
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let words = version.text.clauses.iter().map(|c| words::count(&c.content.text)).sum();
        let (kind, status) = (view::kind_name(&front.kind), view::status_name(release.status));
        let (materiality, action) =
            (view::materiality_name(release.materiality), view::action_name(release.action()));
        view::Version {
            id: version.id.clone(),
            release_id: format!("{}@{}", self.id(), version.id),
            url: self.to(&urls::version(self.id(), &version.id)),
            effective: self.day(front.effective),
            announced: self.day(front.announced),
            seen_on: imported,
            kind,
            kind_text: text("kind", kind),
            corrects: if let Kind::Correction(of) = &front.kind { Some(self.other(of)) } else { None },
            reverts: if let Kind::Revert(of) = &front.kind { Some(self.other(of)) } else { None },
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
            minutes: words.div_ceil(WORDS_PER_MINUTE).max(1),
            counts: self.counts[index],
            changes: front.changes.iter().flat_map(|n| self.note(n, index, translation)).collect(),
            redline_url: release.previous.map(|p| compare(p, index)),
            redline_to_current_url: to_current.map(|c| compare(c.min(index), c.max(index))),
            markdown_url: self.to(&urls::canonical(self.id(), &version.id)),
            languages: self.version_languages(index, None),
            source: front.source.as_ref().map(|s| view::Source {
                url: s.url.clone(),
                captured: s.captured.map(|day| self.day(day)),
                fidelity_text: s.fidelity.map(|f| text("fidelity", view::fidelity_name(f))),
            }),
            digest: version.text.digest.clone(),
            digest_short: version.text.digest.chars().skip("sha256:".len()).take(12).collect(),
            gap_before: self.gap_before(index),
        }
    }

    /// That nothing is known of the time between an imported version and the one before it.
    fn gap_before(&self, index: usize) -> Option<String> {
        let release = self.release(index);
        let captured = release.version.front.source.as_ref().is_some_and(|s| s.date_is_capture);
        let before = self.release(release.previous?).version;
        if !captured {
            return None;
        }
        let (from, to) =
            (self.day(before.front.effective).text, self.day(release.version.front.effective).text);
        Some(self.messages.fill("gap", &[("from", &from), ("to", &to)]))
    }

    /// A version's other languages; `current` marks the one the page is in.
    fn version_languages(&self, index: usize, current: Option<&Language>) -> Vec<LanguageLink> {
        let version = self.release(index).version;
        let controlling = &self.history.policy.settings.controlling_language;
        let translated = version.translations.iter().filter(|(_, t)| !t.draft).map(|(l, _)| l);
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
    fn policy_languages(&self, current: &Language) -> Vec<LanguageLink> {
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
    fn note(&self, note: &ChangeNote, index: usize, translation: Option<&Translation>) -> Vec<view::Note> {
        let release = self.release(index);
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let entry = |id: &String| {
            let new = release.version.text.clauses.iter().position(|c| c.id == *id);
            let (address, label) = match (new, release.previous) {
                (Some(c), _) => {
                    (urls::version(self.id(), &release.version.id), redline::label(&release.version.text, c))
                }
                (None, Some(previous)) => {
                    let old = self.release(previous).version;
                    let clause = old.text.clauses.iter().position(|c| c.id == *id);
                    let label = clause.map_or_else(|| id.clone(), |c| redline::label(&old.text, c));
                    (urls::version(self.id(), &old.id), label)
                }
                (None, None) => (urls::version(self.id(), &release.version.id), id.clone()),
            };
            let translated = translation.and_then(|t| {
                let on = |n: &&ChangeNote| n.clauses.iter().any(|(c, _)| c == id);
                t.changes.iter().find(on).and_then(|n| n.summary.clone())
            });
            view::Note {
                clause_title: label,
                url: format!("{}#{id}", self.to(&address)),
                material: note.material == Some(true),
                category: note.category.map(view::category_name),
                category_text: note.category.map(|c| text("category", view::category_name(c))),
                direction: note.direction.map(view::direction_name),
                direction_text: note.direction.map(|d| text("direction", view::direction_name(d))),
                affects: note.affects.clone(),
                summary: translated.or_else(|| note.summary.clone()),
                reason: note.reason.clone(),
            }
        };
        note.clauses.iter().map(|(id, _)| entry(id)).collect()
    }

    fn text_page(
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
        let lagging = translation.filter(|_| !permanent).and_then(|_| self.lagging(index));
        let languages = if permanent {
            self.version_languages(index, Some(self.language))
        } else {
            self.policy_languages(self.language)
        };
        let mut page = self.page(kind, title, version.summary.clone().unwrap_or_default());
        page.alternates = languages.iter().map(|l| self.alternate(l)).collect();
        page.links = self.related(index, permanent);
        let neighbour =
            |i: Option<usize>| i.filter(|_| permanent && translation.is_none()).map(|i| self.version(i));
        let view = view::TextPage {
            site: site_view(self.site, &self.address),
            page,
            banners: self.banners(index, translation, permanent, lagging.as_ref()),
            has_title: html::has_title(text),
            contents: contents(text),
            body_html: html::text(text, self.links(), labels),
            previous: neighbour(release.previous),
            next: neighbour(release.next),
            policy,
            version,
            permanent,
            languages,
            lagging,
        };
        html_page(self.site, self.language, "text.html", &self.address, &view)
    }

    fn alternate(&self, link: &LanguageLink) -> view::Alternate {
        // Links of a page are relative to it; what other sites read is absolute.
        let url = resolve(&self.address, &link.url);
        view::Alternate { language: link.code.clone(), url: self.site.absolute(&url) }
    }

    /// RFC 5829: the place of a version in its line.
    fn related(&self, index: usize, permanent: bool) -> Vec<view::Link> {
        let release = self.release(index);
        let version = |i: usize| self.to(&urls::version(self.id(), &self.release(i).version.id));
        let mut links = vec![view::Link { rel: "version-history", url: self.to(&urls::history(self.id())) }];
        if permanent {
            links.push(view::Link { rel: "latest-version", url: self.to(&urls::policy(self.id())) });
        }
        links.extend(release.previous.map(|p| view::Link { rel: "predecessor-version", url: version(p) }));
        links.extend(release.next.map(|n| view::Link { rel: "successor-version", url: version(n) }));
        links
    }

    fn banners(
        &self,
        index: usize,
        translation: Option<(&Language, &Translation)>,
        permanent: bool,
        lagging: Option<&view::Lagging>,
    ) -> Vec<Banner> {
        let mut banners = Vec::new();
        if let Some((_, translation)) = translation {
            banners.push(self.translation_banner(index, translation, permanent));
        }
        if let Some(lagging) = lagging {
            let current = self.history.in_force.unwrap_or(index);
            banners.push(Banner {
                url: Some(self.compare_url(index, current)),
                link_text: Some(self.messages.text("link_see_changes").to_owned()),
                ..banner("lag", self.messages.count("banner_lag", lagging.clauses))
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

    fn compare_url(&self, old: usize, new: usize) -> String {
        self.to(&urls::compare(self.id(), &self.release(old).version.id, &self.release(new).version.id))
    }

    fn translation_banner(&self, index: usize, _: &Translation, permanent: bool) -> Banner {
        let controlling = &self.history.policy.settings.controlling_language;
        let name = self.site.catalogue.name_of(&controlling.0);
        let own = self.site.catalogue.of(&controlling.0).fill("banner_translation", &[("language", name)]);
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
        let date = self.day(effective).text;
        Some(Banner {
            url: release.previous.map(|p| self.compare_url(p, index)),
            link_text: Some(self.messages.text("link_see_changes").to_owned()),
            summary: self.version(index).summary,
            ..banner("recent", self.messages.fill("banner_recent", &[("date", &date)]))
        })
    }

    fn upcoming_banner(&self, shown: usize, upcoming: usize) -> Banner {
        let date = self.day(self.release(upcoming).version.front.effective).text;
        let from = self.history.in_force.unwrap_or(shown);
        Banner {
            url: Some(self.compare_url(from.min(upcoming), from.max(upcoming))),
            link_text: Some(self.messages.text("link_see_changes").to_owned()),
            summary: self.version(upcoming).summary,
            ..banner("upcoming", self.messages.fill("banner_upcoming", &[("date", &date)]))
        }
    }

    fn lagging(&self, translated: usize) -> Option<view::Lagging> {
        let comparison = self.history.lag(translated)?;
        let current = self.history.in_force?;
        let compare = self.compare_url(translated, current);
        let numbers = redline::numbers(&comparison);
        let changed = comparison.diff.changes.iter().zip(&numbers).filter(|(c, _)| c.needs_word());
        let items: Vec<Titled> = changed
            .map(|(change, number)| {
                let (text, clause) = match (change.new.first(), change.old.first()) {
                    (Some(n), _) => (comparison.new, *n),
                    (None, o) => (comparison.old, o.copied().unwrap_or_default()),
                };
                let anchor = number.map_or(String::new(), |n| format!("#change-{n}"));
                Titled { title: redline::label(text, clause), url: format!("{compare}{anchor}") }
            })
            .collect();
        Some(view::Lagging { clauses: items.len(), items })
    }

    fn history_page(&self, lines: &[History<'_>]) -> Result<Page, Error> {
        let versions = (0..self.history.releases.len()).rev().map(|i| self.version(i)).collect();
        let policy = self.policy();
        let title = self.messages.fill("history_title", &[("policy", &policy.title)]);
        let description = self.messages.text("history_lead").to_owned();
        let predecessors = lines.iter().map(|line| {
            let counts: Vec<Option<Counts>> =
                line.releases.iter().map(|r| r.comparison.as_ref().map(|c| count(&c.diff.changes))).collect();
            let scene = Scene::new(self.site, line, &counts, &self.address, self.language);
            let until = self.continued(line);
            view::Predecessor {
                policy: scene.policy(),
                versions: (0..=until).rev().map(|i| scene.version(i)).collect(),
            }
        });
        let view = view::HistoryPage {
            site: site_view(self.site, &self.address),
            page: self.page("history", title, description),
            policy,
            versions,
            predecessors: predecessors.collect(),
        };
        html_page(self.site, self.language, "history.html", &self.address, &view)
    }

    /// The version of a predecessor's line that this or a nearer line continues.
    fn continued(&self, line: &History<'_>) -> usize {
        let last = line.releases.len().saturating_sub(1);
        let named =
            self.history.policy.settings.succeeds.as_ref().filter(|(policy, _)| *policy == line.policy.id);
        named
            .and_then(|(_, version)| line.releases.iter().position(|r| r.version.id == *version))
            .unwrap_or(last)
    }

    fn compare_page(
        &self,
        old: usize,
        new: usize,
        comparison: &Comparison<'_>,
        proof: usize,
    ) -> Result<Page, Error> {
        let numbers = redline::numbers(comparison);
        let totals = count(&comparison.diff.changes);
        let (old_view, new_view) = (self.version(old), self.version(new));
        let rows = comparison.diff.changes.iter().zip(&numbers).enumerate();
        let changes =
            rows.filter_map(|(i, (c, n))| n.map(|n| self.row(i, c, n, comparison, (old, new)))).collect();
        let policy = self.policy();
        let values = [
            ("policy", policy.title.as_str()),
            ("old", old_view.effective.text.as_str()),
            ("new", new_view.effective.text.as_str()),
        ];
        let title = self.messages.fill("compare_page_title", &values);
        let view = view::ComparePage {
            site: site_view(self.site, &self.address),
            page: self.page("compare", title, new_view.summary.clone().unwrap_or_default()),
            same: totals.clauses == 0 && comparison.diff.changes.iter().all(|c| c.classes.is_empty()),
            policy,
            old: old_view,
            new: new_view,
            totals,
            changes,
            body_html: redline::redline(comparison, &numbers, self.links(), self.messages),
            proof: view::Proof { ok: true, clauses: proof },
            json_url: "diff.json".to_owned(),
        };
        html_page(self.site, self.language, "compare.html", &self.address, &view)
    }

    fn row(
        &self,
        index: usize,
        change: &Change,
        number: usize,
        comparison: &Comparison<'_>,
        (old, new): (usize, usize),
    ) -> view::ChangeRow {
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let section = match (change.new.first(), change.old.first()) {
            (Some(n), _) => comparison.new.section_title(comparison.new.clauses[*n].section),
            (None, Some(o)) => comparison.old.section_title(comparison.old.clauses[*o].section),
            (None, None) => "",
        };
        let reference = |text: &Text, clause: Option<&usize>, version: usize| {
            let clause = *clause?;
            let address = urls::version(self.id(), &self.release(version).version.id);
            let url = format!("{}#{}", self.to(&address), text.clauses.get(clause)?.id);
            let clause = text.clauses.get(clause)?;
            let place = if clause.place.is_empty() { self.messages.text("heading") } else { &clause.place };
            let moved_section = text.section_title(clause.section) != section;
            let label = if moved_section {
                format!("{}, {place}", text.section_title(clause.section))
            } else {
                place.to_owned()
            };
            Some(view::Reference { label, url })
        };
        let mut relation = text("relation", view::relation_name(change.relation));
        if change.moved && change.relation != Relation::Moved {
            relation = format!("{relation}, {}", text("relation", "moved").to_lowercase());
        }
        let classes: Vec<String> =
            change.classes.iter().map(|c| text("class", view::class_name(*c))).collect();
        let note = comparison.notes.get(index).copied().flatten();
        // Only what the gate asks about has a materiality.
        let materiality = match comparison.materiality(index) {
            Materiality::NotClassified if !change.needs_word() => Materiality::NotMaterial,
            other => other,
        };
        let material = view::materiality_name(materiality);
        view::ChangeRow {
            number,
            url: format!("#change-{number}"),
            section_title: section.to_owned(),
            old_ref: reference(comparison.old, change.old.first(), old),
            new_ref: reference(comparison.new, change.new.first(), new),
            relation_text: relation,
            classes_text: classes.join(", "),
            material,
            material_text: text("materiality", material),
            category_text: note.and_then(|n| n.category).map(|c| text("category", view::category_name(c))),
            direction_text: note
                .and_then(|n| n.direction)
                .map(|d| text("direction", view::direction_name(d))),
            summary: note.and_then(|n| n.summary.clone()),
            reason: note.and_then(|n| n.reason.clone()),
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

/// The address that a relative link from a page leads to.
fn resolve(page: &str, link: &str) -> String {
    let mut segments: Vec<&str> = page.split('/').collect();
    segments.pop();
    for segment in link.split_inclusive('/') {
        match segment {
            "./" => {}
            "../" => drop(segments.pop()),
            name => segments.push(name.trim_end_matches('/')),
        }
    }
    let trailing = if link.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    segments.join("/") + trailing
}

fn summary(
    site: &Site,
    history: &History<'_>,
    counts: &[Option<Counts>],
    releases: Vec<changelog::Written>,
    pages: usize,
) -> Summary {
    let scene = Scene::new(site, history, counts, urls::HOME, &site.settings.default_language);
    let day = |i: usize| history.releases[i].version.front.effective;
    let line = |i: usize| (day(i), view::VersionLine { policy: scene.policy(), version: scene.version(i) });
    let past = |i: &usize| {
        let release = &history.releases[*i];
        day(*i) <= history.today && !matches!(release.status, Status::Draft | Status::Withdrawn)
    };
    let recent = (0..history.releases.len()).filter(past).rev().take(RECENT).map(line).collect();
    let changed = |i: usize| {
        let notice = history.releases[i].notice(history.policy);
        notice.is_some_and(|(_, until)| day(i) <= history.today && history.today < until)
    };
    let tally = Tally {
        versions: history.releases.len(),
        clauses: history.releases.iter().map(|r| r.version.text.clauses.len()).sum(),
        changes: counts.iter().flatten().map(|c| c.clauses).sum(),
        pages,
    };
    Summary {
        line: view::PolicyLine {
            policy: scene.policy(),
            in_force: history.in_force.map(|i| scene.version(i)),
            upcoming: history.upcoming.iter().map(|i| scene.version(*i)).collect(),
            recent: history.in_force.is_some_and(changed),
        },
        recent,
        upcoming: history.upcoming.iter().map(|i| line(*i)).collect(),
        releases,
        tally,
    }
}
