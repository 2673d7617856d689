//! The pages of a policy, and those of the whole site.

use chrono::NaiveDate;
use serde::Serialize;

use super::messages::Messages;
use super::view::{self, Counts};
use super::{Page, Site, assets, changelog, diff_json, names, proved, redline, urls};
use crate::error::Error;
use crate::policy::diff::{Change, Class, Relation};
use crate::policy::history::{History, Status, Way};
use crate::policy::links::base_path;
use crate::policy::{Language, Version};

mod alone;
mod changes;
mod compare;
mod history;
mod rolls;
mod scene;
mod size;
mod text;
mod way;

pub use alone::{Alone, alone};
use scene::Scene;

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

/// All pages of a policy; none where nothing of it can be seen yet. `lines` are the histories of the
/// policies it continues, nearest first.
pub fn policy(
    site: &Site,
    history: &History<'_>,
    lines: &[History<'_>],
) -> Result<(Vec<Page>, Option<Summary>), Error> {
    if history.releases.is_empty() {
        return Ok((Vec::new(), None));
    }
    let mut pages = Vec::new();
    let language = &history.policy.settings.controlling_language;
    let counts: Vec<Option<Counts>> =
        history.releases.iter().map(|r| r.comparison.as_ref().map(|c| count(&c.diff.changes))).collect();
    // Where nothing is in force or announced, what there is (a draft, a withdrawn text) says so itself.
    let last = history.releases.len().checked_sub(1);
    if let Some(shown) = history.in_force.or(history.upcoming.first().copied()).or(last) {
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
        for (language, translation) in history.translations(release.version) {
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
        let Some(mut comparison) = history.compare(old, new) else { continue };
        let proof = proved(history, old, new, &comparison)?;
        let (old_id, new_id) = (&history.releases[old].version.id, &history.releases[new].version.id);
        let scene =
            Scene::new(site, history, &counts, &urls::compare(&history.policy.id, old_id, new_id), language);
        let way = history.path(old, new, &comparison.diff);
        if let Some(way) = &way {
            comparison.notes = history.notes_on_the_way(way, comparison.diff.changes.len());
        }
        pages.push(scene.compare_page(old, new, &comparison, way.as_ref(), proof)?);
        let numbers = redline::numbers(&comparison);
        let schema = site.absolute(&urls::schema(diff_json::SCHEMA));
        let mut document = diff_json::document(&comparison, &numbers, proof, Some(&schema));
        if let Some(way) = &way {
            let name = format!("{}@{old_id}", history.policy.id);
            document = document.on_the_way(&way.path, &comparison.diff, &name, stops(site, history, way));
        }
        pages.push(json(&urls::diff(&history.policy.id, old_id, new_id), &document)?);
    }
    let releases = changelog::releases(site, history)?;
    pages.push(changelog::page(site, Some(&history.policy.id), releases.iter().collect())?);
    let summary = summary(site, history, &counts, releases, pages.len());
    Ok((pages, Some(summary)))
}

/// The releases on a way, without the one it begins at.
fn stops(site: &Site, history: &History<'_>, way: &Way<'_>) -> Vec<diff_json::Stop> {
    let policy = &history.policy.id;
    let versions: Vec<&Version> = way.releases.iter().map(|r| history.releases[*r].version).collect();
    let stop = |pair: &[&Version]| diff_json::Stop {
        id: format!("{policy}@{}", pair[1].id),
        kind: Some(names::kind_name(&pair[1].front.kind)),
        effective: Some(pair[1].front.effective.to_string()),
        diff: Some(site.absolute(&urls::diff(policy, &pair[0].id, &pair[1].id))),
    };
    versions.windows(2).map(stop).collect()
}

/// The pages of the whole site, once every policy is made.
pub fn whole(site: &Site, summaries: Vec<Summary>) -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    let language = &site.settings.default_language;
    let frame = |address: &str, kind, title: String| {
        let messages = site.catalogue.of(&language.0);
        (site_view(site, address), page_view(site, address, kind, title, String::new(), messages))
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
    let root = base_path(&site.settings.base_url).to_owned();
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
    messages: &Messages,
) -> view::Page {
    view::Page {
        kind,
        title,
        description,
        language: messages.tag.clone(),
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
                Class::Case => &mut counts.case,
            } += 1;
        }
    }
    counts
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
