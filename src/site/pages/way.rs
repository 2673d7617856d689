//! What a compare page says of the versions that lie between the two compared.

use crate::policy::diff::{Change, Relation};
use crate::policy::history::Way;
use crate::policy::path::{Place, Step};
use crate::site::{names, redline, urls, view};

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
                effective: self.day(version.front.effective),
                seen_on: version.front.source.as_ref().is_some_and(|s| s.date_is_capture),
                text,
                url: format!("{}{place}", redlines.get(leg)?),
            })
        };
        let version = |leg: usize| {
            let kind = names::kind_name(&self.release(*way.releases.get(leg + 1)?).version.front.kind);
            passed(leg, self.messages.text(&format!("kind_{kind}")).to_owned(), None)
        };
        let step = |s: &Step| passed(s.leg, self.relation(way.path.change(s)?), Some(s.change));
        let travelled = |place: Place, entries: &[usize], steps: &[Step]| {
            let version = way.releases.get(place.version).map_or("", id);
            let clause = way.path.clause(place).map_or("", |c| &c.id);
            view::Travelled {
                title: way.path.text(place.version).map_or_else(String::new, |t| self.label(t, place.clause)),
                url: format!("{}#{clause}", self.to(&urls::version(self.id(), version))),
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

    /// What became of a clause, in words.
    pub(super) fn relation(&self, change: &Change) -> String {
        let word = |relation: Relation| {
            self.messages.text(&format!("relation_{}", names::relation_name(relation))).to_owned()
        };
        let own = word(change.relation);
        if change.moved && change.relation != Relation::Moved {
            format!("{own}, {}", word(Relation::Moved).to_lowercase())
        } else {
            own
        }
    }
}
