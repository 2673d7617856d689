//! What those are owed who accepted a version: for services that know what each of their users accepted. The
//! contract with them; the JSON Schema is made from these types.
//!
//! What is owed is read off the versions on the way, and what is told is the net change: see
//! [`crate::policy::since`] for why the two are not the same.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::changelog::{ChangeEntry, changes};
use super::diff_json::ChangedBack;
use super::pages::json;
use super::texts::{self, Texts};
use super::{GENERATOR, Page, Site, names, urls};
use crate::error::Error;
use crate::policy::calendar::rfc3339;
use crate::policy::history::{Comparison, History, Materiality, Status, Way};
use crate::policy::since::{self, Leg, asks, was_in_force};
use crate::policy::{Category, ChangeNote};

/// The name of the schema.
pub const SCHEMA: &str = "since-v1";

/// What those are owed who accepted a version.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline since, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct SinceFile {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri"))]
    pub schema: String,
    /// What wrote it.
    pub generator: String,
    /// The release that was accepted.
    pub accepted: String,
    /// Of a withdrawn release: the one before it. It never applied, so that having accepted it counts as
    /// having accepted that one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_as: Option<String>,
    /// The number of the policy's last event that this file knows; 0 where there is none.
    #[schemars(extend("x-changes" = "decision"))]
    pub last_seq: usize,
    /// One to the version in force as of the build, unless it is the accepted one or comes before it; then
    /// one to each announced later one, soonest first.
    #[schemars(extend("x-changes" = "build"))]
    pub legs: Vec<LegEntry>,
}

/// The way from the accepted version to a later one.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct LegEntry {
    /// The release it leads to.
    #[schemars(extend("x-changes" = "never"))]
    pub to: String,
    /// What to store once a user has accepted that.
    #[schemars(extend("x-changes" = "never"))]
    pub acceptance_id: String,
    /// The instant from which it is in force.
    #[schemars(extend("format" = "date-time"))]
    pub from_instant: String,
    /// What is owed: the strongest of `reaccept`, `notice`, `none` over all versions on the path but
    /// corrections; `unknown` where nobody said it of one of them.
    pub required_action: String,
    /// Where that is unknown: the strongest that is known, `notice` or `reaccept`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least: Option<String>,
    /// The strongest on the path: `material` where any version is; else `not-classified` where any is; else
    /// `not-material`.
    pub materiality: String,
    /// The releases after the accepted one, oldest first, corrections among them, up to this one.
    pub path: Vec<String>,
    /// What each release of `path` asks for, in the same order: for who was told of some of them already.
    pub actions: Vec<String>,
    /// What changes on the path are about, whether or not anything of them is left.
    pub categories: Vec<String>,
    /// Whom they affect, in the legal team's words.
    pub affects: Vec<String>,
    /// What came of it all: the clauses that differ between the accepted text and this one.
    #[schemars(extend("x-changes" = "finding"))]
    pub net_changes: Vec<ChangeEntry>,
    /// What was changed and changed back on the way: nothing of it is in `net_changes`.
    #[schemars(extend("x-changes" = "finding"))]
    pub changed_back: Vec<ChangedBack>,
    /// What changed, as a page.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
    /// Ready-to-send words by language; none where there is nothing to tell.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    #[schemars(extend("x-changes" = "edit"))]
    pub texts: Texts,
}

/// The file of a version, where anybody can have accepted it. `compared` is its comparison with the version in
/// force, where that is known already, with what happened on the way.
pub fn page(
    site: &Site,
    history: &History<'_>,
    accepted: usize,
    compared: Option<(&Comparison<'_>, Option<&Way<'_>>)>,
) -> Result<Option<Page>, Error> {
    let release = &history.releases[accepted];
    if release.version.draft {
        return Ok(None);
    }
    let withdrawn = release.status == Status::Withdrawn;
    let counts_as = release.previous.filter(|_| withdrawn);
    let from = if withdrawn { counts_as } else { Some(accepted) };
    let ways = from.map_or_else(Vec::new, |from| since::legs(history, from));
    let mut legs = Vec::new();
    for leg in &ways {
        let from = from.unwrap_or(accepted);
        let known = compared.filter(|_| Some(leg.to()) == history.in_force);
        legs.push(match known {
            Some((comparison, way)) => leg_entry(site, history, from, leg, comparison, way)?,
            None => {
                let Some(mut comparison) = history.compare(from, leg.to()) else { continue };
                let way = history.path(from, leg.to(), &comparison.diff);
                if let Some(way) = &way {
                    comparison.notes = history.notes_on_the_way(way, comparison.diff.changes.len());
                }
                leg_entry(site, history, from, leg, &comparison, way.as_ref())?
            }
        });
    }
    let id = |release: usize| format!("{}@{}", history.policy.id, history.releases[release].version.id);
    let file = SinceFile {
        schema: site.absolute(&urls::schema(SCHEMA)),
        generator: GENERATOR.to_owned(),
        accepted: id(accepted),
        counts_as: counts_as.map(id),
        last_seq: site.log.last_seq(Some(&history.policy.id)),
        legs,
    };
    json(&urls::owed(&history.policy.id, &release.version.id), &file).map(Some)
}

fn leg_entry(
    site: &Site,
    history: &History<'_>,
    from: usize,
    leg: &Leg,
    comparison: &Comparison<'_>,
    way: Option<&Way<'_>>,
) -> Result<LegEntry, Error> {
    let policy = &history.policy.id;
    let version = |release: usize| history.releases[release].version;
    let id = |release: usize| format!("{policy}@{}", version(release).id);
    let to = leg.to();
    let url = site.absolute(&address(history, from, to));
    let notes =
        || leg.steps.iter().filter(|s| asks(&history.releases[**s])).flat_map(|s| &version(*s).front.changes);
    let categories: BTreeSet<Category> = notes().filter_map(|note| note.category).collect();
    let affects: BTreeSet<&String> = notes().flat_map(|note: &ChangeNote| &note.affects).collect();
    let known = leg.strongest.and_then(|release| history.releases[release].action());
    Ok(LegEntry {
        to: id(to),
        acceptance_id: format!("{policy}@{}", history.releases[to].accepted(history).id),
        from_instant: rfc3339(version(to).front.effective, site.settings.time_zone),
        required_action: names::action_name(leg.action).to_owned(),
        at_least: known.filter(|_| leg.action.is_none()).map(|a| names::action_name(Some(a)).to_owned()),
        materiality: names::materiality_name(materiality(history, leg)).to_owned(),
        path: leg.steps.iter().map(|step| id(*step)).collect(),
        actions: leg.steps.iter().map(|step| asked(history, *step)).collect(),
        categories: categories.into_iter().map(|c| names::category_name(c).to_owned()).collect(),
        affects: affects.into_iter().cloned().collect(),
        net_changes: changes(site, history, version(from), version(to), comparison),
        changed_back: way.map_or_else(Vec::new, |way| changed_back(site, history, way)),
        texts: texts::of_leg(site, history, (from, leg), comparison, &url)?,
        url,
    })
}

/// What a release on the way asks for; a correction for nothing.
fn asked(history: &History<'_>, release: usize) -> String {
    names::action_name(since::said(&history.releases[release])).to_owned()
}

/// The strongest word on the way; that nobody said anything of a version is stronger than that it is not
/// material.
fn materiality(history: &History<'_>, leg: &Leg) -> Materiality {
    let said =
        leg.steps.iter().map(|step| &history.releases[*step]).filter(|r| asks(r)).map(|r| r.materiality);
    let weight = |said: &Materiality| match said {
        Materiality::NotMaterial => 0,
        Materiality::NotClassified => 1,
        Materiality::Material => 2,
    };
    said.max_by_key(weight).unwrap_or(Materiality::NotMaterial)
}

fn changed_back(site: &Site, history: &History<'_>, way: &Way<'_>) -> Vec<ChangedBack> {
    let name = |release: Option<&usize>| {
        release.map_or_else(String::new, |r| {
            format!("{}@{}", history.policy.id, history.releases[*r].version.id)
        })
    };
    super::diff_json::on_the_way(
        &way.path,
        &name(way.releases.first()),
        super::diff_json::stops(site, history, way),
    )
    .changed_back
}

/// The page that says what changed: that of all that changed since, where there is one; else the redline, else
/// the history.
fn address(history: &History<'_>, from: usize, to: usize) -> String {
    let (policy, releases) = (&history.policy.id, &history.releases);
    let id = |release: usize| &releases[release].version.id;
    if was_in_force(&releases[from]) && history.in_force.is_some() {
        urls::since(policy, id(from))
    } else if history.pairs().contains(&(from, to)) {
        urls::compare(policy, id(from), id(to))
    } else {
        urls::history(policy)
    }
}
