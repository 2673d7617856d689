//! What happened on the way, in the diff document of two texts that do not follow each other.

use schemars::JsonSchema;
use serde::Serialize;

use super::Ids;
use crate::policy::Version;
use crate::policy::diff::{Diff, Relation};
use crate::policy::history::{History, Way};
use crate::policy::path::{Path, Place, Step};
use crate::site::{Site, names, urls};

/// What happened on the way from the old text to the new one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct PathEntry {
    /// The versions after the old text, up to and with the new one.
    pub versions: Vec<Stop>,
    /// What was changed and changed back: nothing of it is in `clauses`. Also what was added and
    /// removed again, removed and restored, moved away and back. The earliest first.
    pub changed_back: Vec<ChangedBack>,
    /// What more than one version had a part in.
    pub changed_more_than_once: Vec<ChangedOften>,
}

/// A version on the way.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct Stop {
    /// `policy@version`; the name of its file where it is no release.
    pub id: String,
    /// `initial`, `amendment`, `correction` or `revert`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
    /// The day it takes effect, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "decision"))]
    pub effective: Option<String>,
    /// The diff document of the version before it and this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub diff: Option<String>,
}

/// A clause that was changed and changed back.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct ChangedBack {
    /// `policy@version#clause`: of the last version in which it stands.
    pub id: String,
    /// The version that changed it.
    pub by: String,
    /// The version that undid that.
    pub undone_by: String,
    /// What happened, in order.
    pub steps: Vec<StepEntry>,
}

/// A clause that more than one version changed.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct ChangedOften {
    /// `policy@version#clause`: of the last version in which it stands.
    pub id: String,
    /// What came of it: places in `clauses`, from 0. Several where clauses were split or merged.
    pub entries: Vec<usize>,
    /// What happened, in order.
    pub steps: Vec<StepEntry>,
}

/// What one version did to a clause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct StepEntry {
    /// The version.
    pub by: String,
    /// The place in `clauses` of that version's own diff document, from 0.
    pub entry: usize,
    /// `modified`, `moved`, `renamed`, `split`, `merged`, `added` or `removed`.
    pub relation: &'static str,
    /// It was put at another place, beside another relation.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub moved: bool,
    /// Addresses: in the version before it, and in this one.
    pub ids: Ids,
}

/// The releases on a way, without the one it begins at.
pub(in crate::site) fn stops(site: &Site, history: &History<'_>, way: &Way<'_>) -> Vec<Stop> {
    let policy = &history.policy.id;
    let versions: Vec<&Version> = way.releases.iter().map(|r| history.releases[*r].version).collect();
    let stop = |pair: &[&Version]| Stop {
        id: format!("{policy}@{}", pair[1].id),
        kind: Some(names::kind_name(&pair[1].front.kind)),
        effective: Some(pair[1].front.effective.to_string()),
        diff: Some(site.absolute(&urls::diff(policy, &pair[0].id, &pair[1].id))),
    };
    versions.windows(2).map(stop).collect()
}

/// The way of a path: `old` is what the text it begins at is called, `versions` are the rest.
pub(in crate::site) fn on_the_way(path: &Path<'_>, old: &str, versions: Vec<Stop>) -> PathEntry {
    let name = |version: usize| match version.checked_sub(1) {
        None => old.to_owned(),
        Some(leg) => name_of(&versions, leg),
    };
    let id = |place: Place| {
        let clause = path.clause(place).map_or("", |c| &c.id);
        format!("{}#{clause}", name(place.version))
    };
    let steps = |steps: &[Step]| steps.iter().filter_map(|s| step_entry(path, *s, &versions)).collect();
    let back = path.changed_back().into_iter().map(|excursion| {
        let (there, back) = excursion.legs();
        ChangedBack {
            id: id(excursion.place),
            by: name(there + 1),
            undone_by: name(back + 1),
            steps: steps(&excursion.steps),
        }
    });
    let often = path.changed_more_than_once().map(|thread| ChangedOften {
        id: id(thread.place),
        entries: thread.entries.clone(),
        steps: steps(&thread.steps),
    });
    let (changed_back, changed_more_than_once) = (back.collect(), often.collect());
    PathEntry { versions, changed_back, changed_more_than_once }
}

/// For each entry of the net diff the versions that had a part in it.
pub(super) fn made_by(path: &Path<'_>, net: &Diff, versions: &[Stop]) -> Vec<Vec<String>> {
    let legs = path.legs_of_entries(net.changes.len());
    legs.into_iter().map(|legs| legs.into_iter().map(|leg| name_of(versions, leg)).collect()).collect()
}

fn name_of(versions: &[Stop], leg: usize) -> String {
    versions.get(leg).map_or_else(String::new, |v| v.id.clone())
}

fn step_entry(path: &Path<'_>, step: Step, versions: &[Stop]) -> Option<StepEntry> {
    let change = path.change(&step)?;
    let ids = |version: usize, clauses: &[usize]| {
        let of = |clause: &usize| path.clause(Place { version, clause: *clause }).map(|c| c.id.clone());
        clauses.iter().filter_map(of).collect()
    };
    Some(StepEntry {
        by: name_of(versions, step.leg),
        entry: step.change,
        relation: names::relation_name(change.relation),
        moved: change.moved && change.relation != Relation::Moved,
        ids: Ids { old: ids(step.leg, &change.old), new: ids(step.leg + 1, &change.new) },
    })
}
