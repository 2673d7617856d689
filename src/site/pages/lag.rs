//! What a translation says of itself where it lags behind the controlling text: which clauses, since
//! when, and the redline of the controlling text at each. Which these are is found in the core; where
//! it is not known, the page says so and guesses nothing.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::policy::Translation;
use crate::policy::history::{Comparison, Way};
use crate::policy::parallel::{self, Lag, Place};
use crate::site::messages::direction;
use crate::site::redline;
use crate::site::view::{LagChange, LagItem, LagNote, Lagging};

use super::changes::relation;
use super::scene::Scene;

/// How a translation lags, and what stands in its text.
#[derive(Debug, Default)]
pub(super) struct Lags {
    /// For the notice above the text; none where nothing lags.
    pub(super) view: Option<Lagging>,
    /// What stands before all clauses.
    pub(super) start: String,
    /// What stands after a clause.
    pub(super) notes: BTreeMap<usize, String>,
}

/// The controlling text of a translation against the one in force.
struct Behind<'b, 'h> {
    translation: &'b Translation,
    comparison: Comparison<'h>,
    numbers: Vec<Option<usize>>,
    /// The compare page.
    compare: String,
    current: usize,
    way: Option<Way<'b>>,
}

impl Scene<'_, '_> {
    /// How the translation of a release lags.
    pub(super) fn lags(&self, translated: usize, translation: &Translation) -> Result<Lags, Error> {
        let (Some(comparison), Some(current)) = (self.history.lag(translated), self.history.in_force) else {
            return Ok(Lags::default());
        };
        let behind = Behind {
            translation,
            numbers: redline::numbers(&comparison),
            compare: self.compare_url(translated, current),
            current,
            way: self.history.path(translated, current, &comparison.diff),
            comparison,
        };
        let changes = &behind.comparison.diff.changes;
        let clauses = changes.iter().filter(|change| change.needs_word()).count();
        let (old, new) = (behind.comparison.old, behind.comparison.new);
        let Some(lags) = parallel::lag(&translation.text, old, new, changes) else {
            let changed = (0..changes.len()).filter(|change| changes[*change].needs_word());
            let item = |change| self.item(&behind, change, behind.url(change));
            let items = changed.map(item).collect();
            let view = Some(Lagging { clauses, known: false, items });
            return Ok(Lags { view, ..Lags::default() });
        };
        let (mut items, mut all) = (Vec::new(), Lags::default());
        for (k, lag) in lags.iter().enumerate() {
            let id = format!("page:lag-{}", k + 1);
            items.extend(self.items(&behind, lag, &format!("#{id}")));
            let note = self.note_of(&behind, lag, id);
            let html = self.site.templates.render(&self.language.0, "lag.html", &note)?;
            let place = match lag.place.clause(&translation.text) {
                Some(clause) => all.notes.entry(clause).or_default(),
                None => &mut all.start,
            };
            place.push_str(&html);
        }
        all.view = Some(Lagging { clauses, known: true, items });
        Ok(all)
    }

    /// A place that lags is called what the translation calls it; what the translation lacks, what
    /// the controlling text calls it.
    fn items(&self, behind: &Behind<'_, '_>, lag: &Lag, url: &str) -> Vec<LagItem> {
        let own = match lag.place {
            Place::Clause(_) | Place::Section(_) => lag.place.clause(&behind.translation.text),
            Place::Start | Place::After(_) => None,
        };
        let all = lag.changes.iter().map(|change| self.item(behind, *change, url.to_owned()));
        match own {
            Some(clause) => {
                let title = self.label(&behind.translation.text, clause);
                all.take(1).map(|item| LagItem { title: title.clone(), language: None, ..item }).collect()
            }
            None => all.collect(),
        }
    }

    /// A change, by what the controlling text calls its clause.
    fn item(&self, behind: &Behind<'_, '_>, change: usize, url: String) -> LagItem {
        let comparison = &behind.comparison;
        let entry = &comparison.diff.changes[change];
        let (text, clause) = match (entry.new.first(), entry.old.first()) {
            (Some(n), _) => (comparison.new, *n),
            (None, o) => (comparison.old, o.copied().unwrap_or_default()),
        };
        LagItem {
            title: self.label(text, clause),
            language: Some(self.history.policy.settings.controlling_language.0.clone()),
            relation_text: relation(self.messages, entry),
            url,
        }
    }

    /// What stands in the text.
    fn note_of(&self, behind: &Behind<'_, '_>, lag: &Lag, id: String) -> LagNote {
        let controlling = &self.history.policy.settings.controlling_language;
        let changes = &behind.comparison.diff.changes;
        let gone = lag.changes.iter().all(|change| changes[*change].new.is_empty());
        let last = lag.changes.iter().map(|change| behind.changed_by(*change)).max();
        let release = self.release(last.unwrap_or(behind.current));
        let date = self.day(release.version.front.effective).text;
        let language = self.language_name(controlling);
        let values = [("language", language), ("date", date.as_str())];
        let text = match lag.place {
            Place::Clause(_) if gone => self.messages.fill("lag_removed", &values),
            Place::Clause(_) => self.messages.fill("lag_changed", &values),
            Place::Section(_) => self.messages.fill("lag_section", &values),
            Place::Start | Place::After(_) => {
                self.messages.count_with("lag_added", lag.changes.len(), &values)
            }
        };
        let change = |change: &usize| LagChange {
            redline_html: redline::one(&behind.comparison, *change, self.links(), self.messages),
            number: behind.numbers.get(*change).copied().flatten(),
            url: behind.url(*change),
        };
        LagNote {
            id,
            text,
            text_language: controlling.0.clone(),
            text_dir: direction(&controlling.0),
            changes: lag.changes.iter().map(change).collect(),
        }
    }
}

impl Behind<'_, '_> {
    /// A change on the compare page.
    fn url(&self, change: usize) -> String {
        let anchor = self.numbers.get(change).copied().flatten().map(|n| format!("#change-{n}"));
        format!("{}{}", self.compare, anchor.unwrap_or_default())
    }

    /// The release that changed it last.
    fn changed_by(&self, change: usize) -> usize {
        let Some(way) = &self.way else { return self.current };
        let threads = way.path.threads.iter().filter(|thread| thread.entries.contains(&change));
        let steps = threads.flat_map(|thread| &thread.steps);
        let words = steps.filter(|step| way.path.change(step).is_some_and(|change| change.needs_word()));
        let releases = words.filter_map(|step| way.releases.get(step.leg + 1).copied());
        releases.max().unwrap_or(self.current)
    }
}
