//! Where one chooses two versions to compare: each version with the earlier ones it has a redline with.

use crate::error::Error;
use crate::policy::CompareScope;
use crate::site::{Page, Site, urls, view};

use super::scene::Scene;
use super::{Line, Made, html_page, site_view};

/// None where there are no two versions.
pub(super) fn pages(site: &Site, line: &Line<'_>) -> Result<Made, Error> {
    let (policy, language) = (&line.history.policy.id, &line.history.policy.settings.controlling_language);
    let mut made = Made::default();
    if !line.pairs.is_empty() {
        let scene = Scene::new(site, line, &urls::chooser(policy), language);
        made.add(scene.chooser_page()?, scene.place(line.history.in_force));
    }
    Ok(made)
}

impl Scene<'_, '_> {
    fn chooser_page(&self) -> Result<Page, Error> {
        let policy = self.policy();
        let title = self.messages.fill("chooser_title", &[("policy", &policy.title)]);
        let description = self.messages.text("chooser_lead").to_owned();
        let first = self.history.in_force.or(self.history.upcoming.first().copied());
        let choice = |new: usize| {
            let pair = |(old, _): &(usize, usize)| view::Pair {
                version: self.stamp(*old),
                url: self.redline_between(*old, new),
                previous: self.release(new).previous == Some(*old),
            };
            let with: Vec<view::Pair> =
                self.line.pairs.iter().rev().filter(|(_, n)| *n == new).map(pair).collect();
            (!with.is_empty()).then(|| view::Choice {
                version: self.stamp(new),
                with,
                open: first == Some(new),
            })
        };
        let view = view::ChooserPage {
            site: site_view(self.site, &self.address),
            page: self.plain_head(self.page("chooser", title, description)),
            policy,
            all: self.history.policy.settings.compare == CompareScope::All,
            choices: (0..self.history.releases.len()).rev().filter_map(choice).collect(),
        };
        html_page(self.site, self.language, "chooser.html", &self.address, &view)
    }
}
