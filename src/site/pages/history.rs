//! The page of a policy's history.

use crate::error::Error;
use crate::policy::history::History;
use crate::site::Page;
use crate::site::view;

use super::scene::Scene;
use super::{Line, html_page, site_view};

impl Scene<'_, '_> {
    pub(super) fn history_page(&self, lines: &[History<'_>]) -> Result<Page, Error> {
        let versions = (0..self.history.releases.len()).rev().map(|i| self.version(i)).collect();
        let policy = self.policy();
        let title = self.messages.fill("history_title", &[("policy", &policy.title)]);
        let description = self.messages.text("history_lead").to_owned();
        let predecessors = lines.iter().map(|history| {
            let line = Line::new(history);
            let scene = Scene::new(self.site, &line, &self.address, self.language);
            let until = self.continued(history);
            view::Predecessor {
                policy: scene.policy(),
                versions: (0..=until).rev().map(|i| scene.version(i)).collect(),
            }
        });
        let view = view::HistoryPage {
            site: site_view(self.site, &self.address),
            page: self.history_head(self.page("history", title, description)),
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
}
