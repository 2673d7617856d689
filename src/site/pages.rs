//! The pages of a policy, and those of the whole site.

use std::ops::ControlFlow;

use chrono::NaiveDate;
use serde::Serialize;

use super::linked_data::{About, LinkedData};
use super::search::LineIndex;
use super::sitemap::Place;
use super::view::{self, Counts};
use super::{
    Page, Site, assets, calendar, changelog, feed, head, headers, log, names, redline, schemas, sitemap, urls,
};
use crate::error::Error;
use crate::policy::diff::{Change, Class, Relation};
use crate::policy::history::{History, Release, Status};
use crate::policy::lineage::{Lineage, Member};
use crate::policy::links::base_path;
use crate::policy::{Language, Part};

mod alone;
mod apparatus;
mod changes;
mod chooser;
mod clauses;
mod compare;
mod developers;
mod feeds;
mod history;
mod html_head;
mod kept;
mod lag;
mod parts;
mod picture;
mod rolls;
mod scene;
mod search;
mod since;
mod size;
mod text;
mod way;

pub use alone::{Alone, alone};
pub(super) use kept::kept;
pub use parts::policy_in_parts;
use scene::Scene;

/// How many changes the front page shows.
const RECENT: usize = 8;

/// What the front page and the site's changelog need of a policy.
#[derive(Clone, Debug)]
pub struct Summary {
    line: view::PolicyLine,
    /// Releases for the front page: day and views.
    recent: Vec<(NaiveDate, view::VersionLine)>,
    upcoming: Vec<(NaiveDate, view::VersionLine)>,
    releases: Vec<changelog::Written>,
    /// The newest releases, in the site's language.
    feed: Vec<feed::Entry>,
    days: Vec<calendar::Entry>,
    /// Its id, and its texts in force.
    texts: (String, Option<head::InForceTexts>),
    /// Pages for crawlers.
    places: Vec<Place>,
    search: Vec<LineIndex>,
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
    let mut pages = Vec::new();
    let mut take = |more| {
        pages.extend(more);
        ControlFlow::Continue(())
    };
    let summary = parts::policy_in_parts(site, history, lines, "", &mut take)?;
    Ok((pages, summary))
}

/// Pages that are made, and those that crawlers are told of.
#[derive(Default)]
struct Made {
    pages: Vec<Page>,
    places: Vec<sitemap::Place>,
}

impl Made {
    fn add(&mut self, page: Page, place: sitemap::Place) {
        self.pages.push(page);
        self.places.push(place);
    }
}

/// A history, with what many of its pages need to know of it.
struct Line<'h> {
    history: &'h History<'h>,
    /// Of each release, against the one before it.
    counts: Vec<Option<Counts>>,
    /// Of each release, what the redline with the one before it calls its changes.
    numbers: Vec<Vec<Option<usize>>>,
    /// The pairs that have a redline.
    pairs: Vec<(usize, usize)>,
    lineage: Lineage<'h>,
    /// Of each life, the release it is named after, and its name there.
    homes: Vec<Option<(usize, &'h str)>>,
}

impl<'h> Line<'h> {
    fn new(history: &'h History<'h>) -> Self {
        let counts = |r: &Release<'_>| r.comparison.as_ref().map(|c| count(&c.diff.changes));
        let member = |r: &'h Release<'h>| Member {
            text: &r.version.text,
            from: r.previous.zip(r.comparison.as_ref().map(|c| &c.diff)),
        };
        let numbers = |r: &Release<'_>| r.comparison.as_ref().map(redline::numbers).unwrap_or_default();
        let lineage = Lineage::new(history.releases.iter().map(member).collect());
        let home = |life| homes(history).find_map(|m| Some((m, lineage.lasting_id(m, life)?)));
        Self {
            history,
            counts: history.releases.iter().map(counts).collect(),
            numbers: history.releases.iter().map(numbers).collect(),
            pairs: history.pairs(),
            homes: (0..lineage.lives.len()).map(home).collect(),
            lineage,
        }
    }

    /// The releases that follow each other: without those that never took effect, and drafts.
    fn releases(&self) -> Vec<usize> {
        let releases = self.history.releases.iter().enumerate();
        let line = releases.filter(|(_, r)| !matches!(r.status, Status::Draft | Status::Withdrawn));
        line.map(|(i, _)| i).collect()
    }
}

/// The releases in the order in which they are asked what a section is called: the one in force, those
/// before it, those announced, and last those that are in no line.
fn homes(history: &History<'_>) -> impl Iterator<Item = usize> {
    let current = history.in_force;
    let place = move |i: &usize| match history.releases[*i].status {
        Status::Draft | Status::Withdrawn => (2, usize::MAX - i),
        Status::Upcoming if current < Some(*i) => (1, *i),
        _ => (0, usize::MAX - i),
    };
    let mut all: Vec<usize> = (0..history.releases.len()).collect();
    all.sort_by_key(place);
    all.into_iter()
}

/// The pages of the whole site, once every policy is made.
pub fn whole(site: &Site, summaries: Vec<Summary>) -> Result<Vec<Page>, Error> {
    let mut pages = gathered(site, summaries)?;
    pages.extend(fixed(site)?);
    Ok(pages)
}

/// The pages of the whole site that are made of every policy's summary.
pub fn gathered(site: &Site, summaries: Vec<Summary>) -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    let language = &site.settings.default_language;
    let messages = site.catalogue.of(&language.0);
    let (mut policies, mut upcoming, mut recent, mut releases) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut places: Vec<Place> = [urls::HOME, urls::SEARCH, urls::DEVELOPERS].map(Place::of).into();
    let (mut search, mut entries, mut days) = (Vec::new(), Vec::new(), Vec::new());
    let mut texts = Vec::new();
    for summary in summaries {
        texts.push(summary.texts);
        policies.push(summary.line);
        upcoming.extend(summary.upcoming);
        recent.extend(summary.recent);
        releases.extend(summary.releases);
        places.extend(summary.places);
        search.extend(summary.search);
        entries.extend(summary.feed);
        days.extend(summary.days);
    }
    // What another policy continues comes last: it is kept, and applies to nobody any more.
    let place = |l: &view::PolicyLine| (l.continued.is_some(), l.policy.title.clone(), l.policy.id.clone());
    policies.sort_by_cached_key(place);
    upcoming.sort_by(|a, b| (a.0, &a.1.version.release_id).cmp(&(b.0, &b.1.version.release_id)));
    recent.sort_by(|a, b| (b.0, &b.1.version.release_id).cmp(&(a.0, &a.1.version.release_id)));
    recent.truncate(RECENT);
    pages.push(search::search_page(site, &policies)?);
    pages.extend(super::search::whole(search)?);
    let title = messages.fill("home_title", &[("organisation", &site.settings.organisation)]);
    let (site_frame, mut page) = frame(site, urls::HOME, "index", site.settings.title.clone());
    page.description = title;
    page.feeds = feeds::feeds(messages, &site.settings.title, |address| address, None);
    page.linked_data = LinkedData::site(About {
        name: &page.title,
        url: &page.canonical,
        language: &language.0,
        description: &page.description,
        organisation: &site.settings.organisation,
    })
    .text();
    let index = view::IndexPage {
        site: site_frame,
        page,
        policies,
        upcoming: upcoming.into_iter().map(|(_, line)| line).collect(),
        recent: recent.into_iter().map(|(_, line)| line).collect(),
    };
    pages.push(html_page(site, language, "index.html", urls::HOME, &index)?);
    releases.sort_by(changelog::newest_first);
    pages.push(changelog::page(site, None, releases.iter().collect())?);
    pages.extend(feed::pages(
        site,
        feed::Of { policy: None, title: &site.settings.title, language },
        entries,
    )?);
    pages.push(calendar::page(site, days));
    let in_force = || texts.iter().filter(|(_, texts)| texts.is_some()).map(|(id, _)| id.as_str());
    let example =
        in_force().find(|id| site.parts.iter().any(|(part, of)| *part == Part::PrivacyPolicy && of == id));
    pages.push(developers::developers_page(site, example.or(in_force().next()))?);
    pages.push(head::policies(site, texts)?);
    // Who previews drafts tells no crawler of them; each page says so too.
    if !site.preview {
        pages.extend(sitemap::pages(&site.settings.base_url, &places));
    }
    Ok(pages)
}

/// The files of the whole site that no policy has a part in.
pub fn fixed(site: &Site) -> Result<Vec<Page>, Error> {
    let mut pages = Vec::new();
    let language = &site.settings.default_language;
    let title = site.catalogue.of(&language.0).text("not_found_title").to_owned();
    let (site_frame, mut page) = frame(site, urls::NOT_FOUND, "not-found", title);
    // Shown in place of a page at any depth, so that nothing relative would lead anywhere.
    let root = base_path(&site.settings.base_url).to_owned();
    page.assets = format!("{root}{}", urls::asset(""));
    page.links.iter_mut().for_each(|link| link.url.insert_str(0, &root));
    // And a page that does not exist has no address.
    page.canonical = String::new();
    page.hidden = true;
    let at = |address: &str| format!("{root}{address}");
    let (search, developers, calendar) = (at(urls::SEARCH), at(urls::DEVELOPERS), at(urls::CALENDAR));
    let site_frame = view::Site { search, developers, calendar, ..site_frame };
    let missing = view::PlainPage { site: view::Site { home: root, ..site_frame }, page };
    pages.push(html_page(site, language, "404.html", urls::NOT_FOUND, &missing)?);
    for (name, schema) in schemas::all(&site.settings.base_url) {
        pages.push(json(&urls::schema(name), &schema)?);
    }
    pages.extend(log::pages(site)?);
    pages.extend(headers::pages(&site.settings.base_url));
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

/// What the views of a page of the whole site have in common.
fn frame(site: &Site, address: &str, kind: &'static str, title: String) -> (view::Site, view::Page) {
    let language = &site.settings.default_language;
    (site_view(site, address), page_view(site, language, address, kind, title, String::new()))
}

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
        search: urls::relative(address, urls::SEARCH),
        calendar: urls::relative(address, urls::CALENDAR),
        developers: urls::relative(address, urls::DEVELOPERS),
        time_zone: settings.time_zone.name().to_owned(),
    }
}

fn page_view(
    site: &Site,
    language: &Language,
    address: &str,
    kind: &'static str,
    title: String,
    description: String,
) -> view::Page {
    let messages = site.catalogue.of(&language.0);
    let part = |(part, policy): &(Part, String)| view::Link {
        rel: names::part_name(*part),
        url: urls::relative(address, &urls::policy(policy)),
    };
    view::Page {
        kind,
        title,
        description,
        language: messages.tag.clone(),
        dir: messages.dir.clone(),
        canonical: site.absolute(address),
        assets: urls::relative(address, &urls::asset("")),
        alternates: Vec::new(),
        links: site.parts.iter().map(part).collect(),
        feeds: Vec::new(),
        locale: language.0.replace('-', "_"),
        hidden: site.preview,
        linked_data: String::new(),
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

fn summary(site: &Site, line: &Line<'_>) -> Summary {
    let history = line.history;
    let scene = Scene::new(site, line, urls::HOME, &site.settings.default_language);
    let day = |i: usize| history.releases[i].version.front.effective;
    let shown = |i: usize| (day(i), view::VersionLine { policy: scene.policy(), version: scene.version(i) });
    let past = |i: &usize| {
        let release = &history.releases[*i];
        day(*i) <= history.today && !matches!(release.status, Status::Draft | Status::Withdrawn)
    };
    let recent = (0..history.releases.len()).filter(past).rev().take(RECENT).map(shown).collect();
    let changed = |i: usize| {
        let notice = history.releases[i].notice(history.policy);
        notice.is_some_and(|(_, until)| day(i) <= history.today && history.today < until)
    };
    let tally = Tally {
        versions: history.releases.len(),
        clauses: history.releases.iter().map(|r| r.version.text.clauses.len()).sum(),
        changes: line.counts.iter().flatten().map(|c| c.clauses).sum(),
        pages: 0,
    };
    let next = site.continued.iter().find(|(earlier, _)| *earlier == history.policy.id);
    let titled = |(id, title): &(String, String)| view::Titled {
        title: title.clone(),
        url: urls::relative(urls::HOME, &urls::policy(id)),
    };
    Summary {
        line: view::PolicyLine {
            policy: scene.policy(),
            in_force: history.in_force.map(|i| scene.version(i)),
            upcoming: history.upcoming.iter().map(|i| scene.version(*i)).collect(),
            recent: history.in_force.is_some_and(changed),
            continued: next.map(|(_, policy)| titled(policy)),
            languages: scene.policy_languages(&history.policy.settings.controlling_language),
        },
        recent,
        upcoming: history.upcoming.iter().map(|i| shown(*i)).collect(),
        releases: Vec::new(),
        feed: Vec::new(),
        days: Vec::new(),
        texts: (history.policy.id.clone(), head::in_force(site, history)),
        places: Vec::new(),
        search: Vec::new(),
        tally,
    }
}
