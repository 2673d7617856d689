//! The page that compares two versions.

use crate::error::Error;
use crate::policy::history::{Comparison, Way};
use crate::site::messages::direction;
use crate::site::{Page, Site, diff_json, proved, redline, since as owed, urls, view};

use super::changes::{Places, rows, switches};
use super::scene::Scene;
use super::since;
use super::size::size;
use super::{Line, Made, count, html_page, json, site_view};

/// The redline between two releases and its diff document, proved before anything is made of it.
pub(super) fn pages(site: &Site, line: &Line<'_>, old: usize, new: usize) -> Result<Made, Error> {
    let history = line.history;
    let (policy, language) = (&history.policy.id, &history.policy.settings.controlling_language);
    let mut made = Made::default();
    let Some(mut comparison) = history.compare(old, new) else { return Ok(made) };
    let proof = proved(history, old, new, &comparison)?;
    let (old_id, new_id) = (&history.releases[old].version.id, &history.releases[new].version.id);
    let scene = Scene::new(site, line, &urls::compare(policy, old_id, new_id), language);
    let way = history.path(old, new, &comparison.diff);
    if let Some(way) = &way {
        comparison.notes = history.notes_on_the_way(way, comparison.diff.changes.len());
    }
    let numbers = redline::numbers(&comparison);
    made.pages.push(scene.compare_page(old, new, (&comparison, &numbers), way.as_ref(), proof)?);
    if Some(new) == history.in_force {
        made.pages.extend(since::page(site, line, old, (&comparison, &numbers), way.as_ref())?);
        made.pages.extend(owed::page(site, history, old, Some((&comparison, way.as_ref())))?);
    }
    if history.releases[new].previous == Some(old) {
        made.places.push(scene.place(Some(new)));
    }
    let schema = site.absolute(&urls::schema(diff_json::SCHEMA));
    let mut document = diff_json::document(&comparison, &numbers, proof, Some(&schema));
    if let Some(way) = &way {
        let name = format!("{policy}@{old_id}");
        document =
            document.on_the_way(&way.path, &comparison.diff, &name, diff_json::stops(site, history, way));
    }
    made.pages.push(json(&urls::diff(policy, old_id, new_id), &document)?);
    Ok(made)
}

impl Scene<'_, '_> {
    pub(super) fn compare_page(
        &self,
        old: usize,
        new: usize,
        (comparison, numbers): (&Comparison<'_>, &[Option<usize>]),
        way: Option<&Way<'_>>,
        proof: usize,
    ) -> Result<Page, Error> {
        let totals = count(&comparison.diff.changes);
        let (old_view, new_view) = (self.version(old), self.version(new));
        let page = |version: usize| self.to(&urls::version(self.id(), &self.release(version).version.id));
        let changes = rows(
            comparison,
            numbers,
            self.messages,
            Places { texts: Some((&page(old), &page(new))), redline: "" },
        );
        let policy = self.policy();
        let values = [
            ("policy", policy.title.as_str()),
            ("old", old_view.effective.text.as_str()),
            ("new", new_view.effective.text.as_str()),
        ];
        let title = self.messages.fill("compare_page_title", &values);
        let description = new_view.summary.clone().unwrap_or_else(|| title.clone());
        let view = view::ComparePage {
            site: site_view(self.site, &self.address),
            page: self.compare_head(self.page("compare", title, description), old, new),
            // Said of the texts themselves: what no clause shows (a rule, a comment) may differ.
            same: comparison.old.digest == comparison.new.digest,
            policy,
            old: old_view,
            new: new_view,
            totals,
            size: size(comparison, self.messages),
            switches: switches(comparison, numbers, self.messages),
            old_choices: self.choices(new, |pair| (pair.1 == new).then_some(pair.0), old),
            new_choices: self.choices(old, |pair| (pair.0 == old).then_some(pair.1), new),
            changes,
            way: way.map(|w| self.way(w, numbers)),
            text_language: self.language.0.clone(),
            text_dir: direction(&self.language.0),
            body_html: redline::redline(comparison, numbers, self.links(), self.messages),
            proof: view::Proof { ok: true, clauses: proof },
            json_url: "diff.json".to_owned(),
        };
        html_page(self.site, self.language, "compare.html", &self.address, &view)
    }

    /// Other versions that have a page compared with `fixed`, newest first; `other` gives the version at the
    /// other end of a pair, where the pair is one of those.
    fn choices(
        &self,
        fixed: usize,
        other: impl Fn((usize, usize)) -> Option<usize>,
        shown: usize,
    ) -> Vec<view::Titled> {
        let others = self.line.pairs.iter().rev().filter_map(|pair| other(*pair)).filter(|v| *v != shown);
        let id = |version: usize| &self.release(version).version.id;
        others
            .map(|version| {
                let (old, new) = (id(version.min(fixed)), id(version.max(fixed)));
                view::Titled {
                    title: self.day(self.release(version).version.front.effective).text,
                    url: self.to(&urls::compare(self.id(), old, new)),
                }
            })
            .collect()
    }
}
