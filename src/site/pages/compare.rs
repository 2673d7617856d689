//! The page that compares two versions.

use crate::error::Error;
use crate::policy::history::{Comparison, Way};
use crate::site::messages::direction;
use crate::site::{Page, redline, urls, view};

use super::changes::{rows, switches};
use super::scene::Scene;
use super::size::size;
use super::{count, html_page, site_view};

impl Scene<'_, '_> {
    pub(super) fn compare_page(
        &self,
        old: usize,
        new: usize,
        comparison: &Comparison<'_>,
        way: Option<&Way<'_>>,
        proof: usize,
    ) -> Result<Page, Error> {
        let numbers = redline::numbers(comparison);
        let totals = count(&comparison.diff.changes);
        let (old_view, new_view) = (self.version(old), self.version(new));
        let page = |version: usize| self.to(&urls::version(self.id(), &self.release(version).version.id));
        let changes = rows(comparison, &numbers, self.messages, Some((&page(old), &page(new))));
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
            // Said of the texts themselves: what no clause shows (a rule, a comment) may differ.
            same: comparison.old.digest == comparison.new.digest,
            policy,
            old: old_view,
            new: new_view,
            totals,
            size: size(comparison, self.messages),
            switches: switches(comparison, &numbers, self.messages),
            old_choices: self.choices(new, |pair| (pair.1 == new).then_some(pair.0), old),
            new_choices: self.choices(old, |pair| (pair.0 == old).then_some(pair.1), new),
            changes,
            way: way.map(|w| self.way(w, &numbers)),
            text_language: self.language.0.clone(),
            text_dir: direction(&self.language.0),
            body_html: redline::redline(comparison, &numbers, self.links(), self.messages),
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
        let pairs = self.history.pairs();
        let others = pairs.iter().rev().filter_map(|pair| other(*pair)).filter(|v| *v != shown);
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
