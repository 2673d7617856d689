//! What a compare page says of the versions that lie between the two compared.

use crate::policy::history::Way;
use crate::policy::path::{Path, Place, Step};
use crate::site::messages::Messages;
use crate::site::{names, redline, urls, view};

use super::changes::relation;
use super::scene::Scene;

impl Scene<'_, '_> {
    /// `numbers` are those of the changes of the net diff.
    pub(super) fn way(&self, way: &Way<'_>, numbers: &[Option<usize>]) -> view::Way {
        let id = |release: &usize| self.release(*release).version.id.as_str();
        let redlines: Vec<String> = way
            .releases
            .windows(2)
            .map(|pair| self.to(&urls::compare(self.id(), id(&pair[0]), id(&pair[1]))))
            .collect();
        // What each leg's redline calls its changes.
        let of_leg = |release: &usize| self.release(*release).comparison.as_ref().map(redline::numbers);
        let leg_numbers: Vec<_> =
            way.releases.iter().skip(1).map(|r| of_leg(r).unwrap_or_default()).collect();
        let passed = |leg: usize, text: String, change: Option<usize>| {
            let version = self.release(*way.releases.get(leg + 1)?).version;
            let number = change.and_then(|c| leg_numbers.get(leg)?.get(c).copied()?);
            let place = number.map_or_else(String::new, |n| format!("#change-{n}"));
            Some(view::Passed {
                id: version.id.clone(),
                effective: Some(self.day(version.front.effective)),
                seen_on: version.front.is_captured(),
                text,
                url: Some(format!("{}{place}", redlines.get(leg)?)),
            })
        };
        let version = |leg: usize| {
            let kind = names::kind_name(&self.release(*way.releases.get(leg + 1)?).version.front.kind);
            passed(leg, self.messages.text(&format!("kind_{kind}")).to_owned(), None)
        };
        let step = |s: &Step| passed(s.leg, relation(self.messages, way.path.change(s)?), Some(s.change));
        let travelled = |place: Place, entries: &[usize], steps: &[Step]| {
            let version = way.releases.get(place.version).map_or("", id);
            let clause = way.path.clause(place).map_or("", |c| &c.id);
            view::Travelled {
                title: way.path.text(place.version).map_or_else(String::new, |t| self.label(t, place.clause)),
                url: Some(format!("{}#{clause}", self.to(&urls::version(self.id(), version)))),
                numbers: entries.iter().filter_map(|e| numbers.get(*e).copied()?).collect(),
                steps: steps.iter().filter_map(step).collect(),
            }
        };
        let back = way.path.changed_back();
        let often = way.path.changed_more_than_once();
        view::Way {
            versions: (0..way.path.legs.len()).filter_map(version).collect(),
            changed_back: back.into_iter().map(|e| travelled(e.place, &[], &e.steps)).collect(),
            changed_more_than_once: often.map(|t| travelled(t.place, &t.entries, &t.steps)).collect(),
        }
    }
}

/// The same of texts that belong to no site: `names` are those of their files, from the first to the
/// last.
pub(super) fn loose_way(
    path: &Path<'_>,
    names: &[String],
    numbers: &[Option<usize>],
    messages: &Messages,
) -> view::Way {
    let passed = |leg: usize, text: String| {
        let id = names.get(leg + 1)?.clone();
        Some(view::Passed { id, effective: None, seen_on: false, text, url: None })
    };
    let version = |leg: usize| {
        let changes = &path.legs.get(leg)?.diff.changes;
        passed(leg, messages.count("clauses_changed", changes.iter().filter(|c| !c.is_quiet()).count()))
    };
    let step = |s: &Step| passed(s.leg, relation(messages, path.change(s)?));
    let title = |place: Place| {
        let label = |text| redline::label(text, place.clause, messages.text("preamble"));
        path.text(place.version).map_or_else(String::new, label)
    };
    let travelled = |place: Place, entries: &[usize], steps: &[Step]| view::Travelled {
        title: title(place),
        url: None,
        numbers: entries.iter().filter_map(|e| numbers.get(*e).copied()?).collect(),
        steps: steps.iter().filter_map(step).collect(),
    };
    view::Way {
        versions: (0..path.legs.len()).filter_map(version).collect(),
        changed_back: path.changed_back().into_iter().map(|e| travelled(e.place, &[], &e.steps)).collect(),
        changed_more_than_once: path
            .changed_more_than_once()
            .map(|t| travelled(t.place, &t.entries, &t.steps))
            .collect(),
    }
}
