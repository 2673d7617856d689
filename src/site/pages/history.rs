//! The page of a policy's history.

use chrono::Datelike;

use crate::error::Error;
use crate::policy::history::History;
use crate::site::Page;
use crate::site::view::{self, Titled};

use super::scene::Scene;
use super::{Line, html_page, site_view};

/// So many versions are seen at a glance; where there are more, one can go to a year.
const LONG: usize = 10;

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
            in_force: self.history.in_force.map(|i| self.version(i)),
            upcoming: self.history.upcoming.iter().map(|i| self.version(*i)).collect(),
            picture: self.picture(),
            years: self.years(),
            versions,
            predecessors: predecessors.collect(),
        };
        html_page(self.site, self.language, "history.html", &self.address, &view)
    }

    /// The years of a long history, each with its latest version on this page.
    fn years(&self) -> Vec<Titled> {
        let year = |i: usize| self.release(i).version.front.effective.year();
        let all = 0..self.history.releases.len();
        if all.len() <= LONG {
            return Vec::new();
        }
        let latest = all.clone().rev().filter(|i| *i + 1 == all.end || year(*i) != year(*i + 1));
        let titled = |i: usize| Titled {
            title: year(i).to_string(),
            url: format!("#v-{}", self.release(i).version.id),
        };
        latest.map(titled).collect()
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
