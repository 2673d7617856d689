//! The pages of a policy part by part, so that who waits for one page need not wait for all.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::error::Error;
use crate::policy::history::History;
use crate::site::{Page, Site, changelog, feed, head, record, search, urls};

use super::scene::Scene;
use super::{Line, Made, Summary, chooser, clauses, compare, feeds, since, summary, text};

/// Pages that are made at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The text that applies.
    Latest,
    /// The text of a release.
    Version(usize),
    /// The latest text in other languages.
    Translated,
    History,
    /// Between two releases, and what is made of it.
    Redline(usize, usize),
    Since,
    Chooser,
    Clauses,
}

/// Hands over the pages of a policy in parts, as they are made; the part with the file `wanted` comes
/// first, but for what takes no time. `lines` are the histories of the policies it continues, nearest
/// first.
///
/// Whoever has enough breaks off, and gets a summary that knows of no pages; it is all that is needed
/// for the site's own pages but the list for crawlers.
pub fn policy_in_parts(
    site: &Site,
    history: &History<'_>,
    lines: &[History<'_>],
    wanted: &str,
    take: &mut dyn FnMut(Vec<Page>) -> ControlFlow<()>,
) -> Result<Option<Summary>, Error> {
    if history.releases.is_empty() {
        return Ok(None);
    }
    let line = Line::new(history);
    let releases = changelog::releases(site, history)?;
    let mut pages = vec![changelog::page(site, Some(&history.policy.id), releases.iter().collect())?];
    pages.extend(record::pages(site, history)?);
    pages.extend(head::pages(site, history)?);
    let (passages, search) = search::policy(site, history, &line.numbers)?;
    pages.extend(passages);
    let decided = feeds::decisions(site, history);
    let home = Scene::new(site, &line, urls::HOME, &site.settings.default_language);
    let (newest, days) = (home.feed_entries(&decided), home.calendar_entries(&decided));
    pages.extend(own_feed(site, &line, &decided, &newest)?);
    let mut made = pages.len();
    let summary = Summary { releases, search, feed: newest, days, ..summary(site, &line) };
    if take(pages).is_break() {
        return Ok(Some(summary));
    }
    let parts = parts(&line);
    let first = parts.iter().position(|part| part.has(&line, wanted));
    let rest = (0..parts.len()).filter(|n| Some(*n) != first);
    let mut places = BTreeMap::new();
    for n in first.into_iter().chain(rest) {
        let part = parts[n].make(site, &line, lines)?;
        made += part.pages.len();
        places.insert(n, part.places);
        if take(part.pages).is_break() {
            return Ok(Some(summary));
        }
    }
    let mut summary = Summary { places: places.into_values().flatten().collect(), ..summary };
    summary.tally.pages = made;
    Ok(Some(summary))
}

/// The policy's own feed, in the language that binds; `newest` is it in that of the site.
fn own_feed(
    site: &Site,
    line: &Line<'_>,
    decided: &[feeds::Decided],
    newest: &[feed::Entry],
) -> Result<Vec<Page>, Error> {
    let policy = line.history.policy;
    let language = &policy.settings.controlling_language;
    let scene = Scene::new(site, line, urls::HOME, language);
    let same = *language == site.settings.default_language;
    let entries = if same { newest.to_vec() } else { scene.feed_entries(decided) };
    let title = scene.title();
    feed::pages(site, feed::Of { policy: Some(&policy.id), title: &title, language }, entries)
}

/// In the order in which crawlers are told of their pages.
fn parts(line: &Line<'_>) -> Vec<Part> {
    let mut parts = vec![Part::Latest];
    parts.extend((0..line.history.releases.len()).map(Part::Version));
    parts.extend([Part::Translated, Part::History]);
    parts.extend(line.pairs.iter().map(|(old, new)| Part::Redline(*old, *new)));
    parts.extend([Part::Since, Part::Chooser, Part::Clauses]);
    parts
}

impl Part {
    /// Whether this file is among its pages, if anywhere. Asked in order, so that a redline's page on what
    /// changed since it is not taken for one of the others of its kind.
    fn has(self, line: &Line<'_>, file: &str) -> bool {
        let policy = &line.history.policy.id;
        let below = |address: String| file.starts_with(&address);
        let id = |release: usize| line.history.releases[release].version.id.as_str();
        match self {
            Self::Latest => file == urls::file(&urls::policy(policy)),
            Self::Version(release) => below(urls::version(policy, id(release))),
            Self::Translated => {
                let languages = line.history.languages();
                languages.iter().any(|language| below(urls::translated_policy(policy, &language.0)))
            }
            Self::History => below(urls::history(policy)),
            Self::Redline(old, new) => {
                below(urls::compare(policy, id(old), id(new)))
                    || Some(new) == line.history.in_force
                        && (below(urls::since(policy, id(old))) || file == urls::owed(policy, id(old)))
            }
            Self::Since => below(urls::accepted(policy)),
            Self::Chooser => below(urls::chooser(policy)),
            Self::Clauses => below(urls::clauses(policy)),
        }
    }

    fn make(self, site: &Site, line: &Line<'_>, lines: &[History<'_>]) -> Result<Made, Error> {
        match self {
            Self::Latest => text::latest(site, line),
            Self::Version(release) => text::version(site, line, release),
            Self::Translated => text::translated(site, line),
            Self::History => {
                let policy = line.history.policy;
                let language = &policy.settings.controlling_language;
                let scene = Scene::new(site, line, &urls::history(&policy.id), language);
                let mut made = Made::default();
                made.add(scene.history_page(lines)?, scene.place(line.history.releases.len().checked_sub(1)));
                Ok(made)
            }
            Self::Redline(old, new) => compare::pages(site, line, old, new),
            Self::Since => since::pages(site, line),
            Self::Chooser => chooser::pages(site, line),
            Self::Clauses => clauses::pages(site, line),
        }
    }
}
