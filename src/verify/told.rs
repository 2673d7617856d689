//! Whether what services read tells of each release what stands on its record and in the log: changelogs, heads,
//! and what those are owed who accepted a version.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::log::Log;
use super::records::{Known, Records, Said, accepted, path_of, policy_of};
use super::{Published, short, shown};
use crate::error::Error;
use crate::site::urls;

#[derive(Deserialize)]
struct Changelog {
    releases: Vec<Release>,
}

#[derive(Deserialize)]
struct Release {
    id: String,
    digest: Option<String>,
    #[serde(flatten)]
    said: Said,
    #[serde(flatten)]
    known: Facts,
}

#[derive(Deserialize)]
struct Head {
    in_force: Option<Standing>,
    #[serde(default)]
    upcoming: Vec<Standing>,
    last_seq: Option<usize>,
}

#[derive(Deserialize)]
struct Standing {
    id: String,
    digest: Option<String>,
    action: Option<String>,
    #[serde(flatten)]
    known: Facts,
}

/// What the log and the records of others say of a release.
#[derive(Deserialize)]
struct Facts {
    effective_at: Option<String>,
    withdrawn_at: Option<String>,
    materiality: Option<String>,
    acceptance_id: Option<String>,
}

#[derive(Deserialize)]
struct Since {
    accepted: String,
    #[serde(default)]
    legs: Vec<Leg>,
}

#[derive(Deserialize)]
struct Leg {
    to: String,
    acceptance_id: Option<String>,
    from_instant: Option<String>,
    required_action: Option<String>,
    #[serde(default)]
    path: Vec<String>,
}

const OTHERWISE: &str = "other services are told something else than what stands on record";

pub(super) fn check(site: &mut Published<'_>, records: &Records, log: &Log) -> Result<(), Error> {
    let policies: BTreeSet<&str> = records.keys().map(|id| policy_of(id)).collect();
    for policy in std::iter::once(None).chain(policies.iter().copied().map(Some)) {
        let path = urls::changelog(policy);
        if !site.has(&path) && site.is_sound(&path) {
            site.touched(
                &path,
                "missing",
                "it is not there",
                "other services are told nothing of what was decided",
            );
        }
        if let Some(changelog) = site.json::<Changelog>(&path)?.filter(|_| site.is_sound(&path)) {
            releases(site, &path, &changelog, policy, records, log);
        }
    }
    for policy in policies {
        let path = urls::head(policy);
        if let Some(head) = site.json::<Head>(&path)?.filter(|_| site.is_sound(&path)) {
            for standing in head.in_force.iter().chain(&head.upcoming) {
                text(site, &path, &standing.id, standing.digest.as_deref(), records);
                let stands = records.get(&standing.id).filter(|record| record.sound);
                if let (Some(says), Some(record)) = (&standing.action, stands) {
                    said(site, &path, &standing.id, "action", Some(says), record);
                }
                facts(site, &path, &standing.id, &standing.known, records, log);
            }
            let last = log.last_of.get(policy).copied().unwrap_or_default();
            if let Some(says) = head.last_seq.filter(|says| log.whole && *says != last) {
                let what = format!("it knows of event {says}, and the last one about this policy is {last}");
                site.fault(&path, "told", what, "other services wait for what is there, or miss it");
            }
        }
    }
    for (id, record) in records.iter().filter(|(_, record)| record.sound) {
        since(site, id, record, records, log)?;
    }
    Ok(())
}

/// What those are owed who accepted a release.
fn since(
    site: &mut Published<'_>,
    id: &str,
    record: &Known,
    records: &Records,
    log: &Log,
) -> Result<(), Error> {
    let (policy, version) = id.split_once('@').unwrap_or((id, ""));
    let path = urls::owed(policy, version);
    if !site.has(&path) {
        // Versions of clauseline that wrote none of these wrote no log either.
        if site.is_sound(&path) && site.has(urls::EVENTS) {
            let what = format!("it is not there, and `{}` is", record.path);
            site.touched(
                &path,
                "missing",
                what,
                "nobody can tell what those are owed who accepted this version",
            );
        }
        return Ok(());
    }
    let Some(file) = site.json::<Since>(&path)?.filter(|_| site.is_sound(&path)) else { return Ok(()) };
    if file.accepted != id {
        let what = format!("it is that of `{}`", shown(&file.accepted));
        site.fault(&path, "told", what, "users of one version are told what those of another are owed");
    }
    for leg in &file.legs {
        let (to, acceptance_id) = (&leg.to, leg.acceptance_id.clone());
        let known = Facts {
            effective_at: leg.from_instant.clone(),
            withdrawn_at: None,
            materiality: None,
            acceptance_id,
        };
        facts(site, &path, to, &known, records, log);
        let asked = leg.path.iter().map(|step| records.get(step).filter(|record| record.sound));
        let Some(asked) = asked.collect::<Option<Vec<&Known>>>() else { continue };
        let least = asked
            .iter()
            .filter(|record| record.corrects.is_none())
            .map(|record| strength(&record.said.action));
        let least = least.max().unwrap_or_default();
        if let Some(says) = &leg.required_action
            && strength(&leg.required_action) < least
        {
            let what = format!(
                "it asks for `{}` on the way to `{}`, and the records on that way ask for more",
                shown(says),
                shown(to)
            );
            site.fault(&path, "told", what, "users are not told, or not asked, though they should be");
        }
    }
    Ok(())
}

/// How much is asked for; that nobody knows it is the most.
fn strength(action: &Option<String>) -> usize {
    let order = ["none", "notice", "reaccept"];
    order.iter().position(|word| Some(*word) == action.as_deref()).unwrap_or(order.len())
}

/// What the log says of a release, and what is to be stored of who accepts it. Where nothing was sealed there is no
/// log to ask.
fn facts(site: &mut Published<'_>, path: &str, id: &str, says: &Facts, records: &Records, log: &Log) {
    let mut differ = |key: &str, says: Option<&String>, known: Option<&String>, there: &str| {
        if says != known {
            differs(site, path, (key, id), says, known, there);
        }
    };
    if let Some(decided) = log.decided.get(id).filter(|_| log.whole) {
        let there = "the log";
        if decided.effective_at.is_some() && says.effective_at.is_some() {
            differ("effective_at", says.effective_at.as_ref(), decided.effective_at.as_ref(), there);
        }
        if says.materiality.is_some() {
            differ("materiality", says.materiality.as_ref(), decided.materiality.as_ref(), there);
        }
    }
    if let (Some(says), Some(known)) = (&says.acceptance_id, accepted(records, id)) {
        differ("acceptance_id", Some(says), Some(&known.to_owned()), "the records");
    }
}

/// A changelog against the records.
fn releases(
    site: &mut Published<'_>,
    path: &str,
    changelog: &Changelog,
    policy: Option<&str>,
    records: &Records,
    log: &Log,
) {
    let told: BTreeSet<&str> = changelog.releases.iter().map(|release| release.id.as_str()).collect();
    let of = |id: &&String| policy.is_none_or(|policy| policy_of(id) == policy);
    for id in records.keys().filter(of).filter(|id| !told.contains(id.as_str())) {
        site.fault(
            path,
            "told",
            format!("it does not tell of `{id}`"),
            "other services do not hear of a version",
        );
    }
    for release in &changelog.releases {
        text(site, path, &release.id, release.digest.as_deref(), records);
        let Some(record) = records.get(&release.id).filter(|record| record.sound) else { continue };
        for key in ["action", "kind", "announced", "summary"] {
            said(site, path, &release.id, key, of_key(&release.said, key), record);
        }
        facts(site, path, &release.id, &release.known, records, log);
        let decided = log.decided.get(&release.id).filter(|_| log.whole);
        if let Some(decided) = decided.filter(|decided| decided.withdrawn_at != release.known.withdrawn_at) {
            let told = |at: &Option<String>| {
                at.as_deref().map_or("not withdrawn".to_owned(), |at| format!("withdrawn at {}", shown(at)))
            };
            let (says, log) = (told(&release.known.withdrawn_at), told(&decided.withdrawn_at));
            let what = format!("`{}` is {says} in it, and {log} in the log", shown(&release.id));
            site.fault(path, "told", what, OTHERWISE);
        }
    }
}

fn of_key<'s>(said: &'s Said, key: &str) -> Option<&'s String> {
    let value = match key {
        "action" => &said.action,
        "kind" => &said.kind,
        "announced" => &said.announced,
        _ => &said.summary,
    };
    value.as_ref()
}

/// What a file says of a release, against its record.
fn said(site: &mut Published<'_>, path: &str, id: &str, key: &str, says: Option<&String>, record: &Known) {
    let stands = of_key(&record.said, key);
    if says != stands {
        differs(site, path, (key, id), says, stands, &format!("`{}`", record.path));
    }
}

/// A file says something of a release, and what it is made from says another.
fn differs(
    site: &mut Published<'_>,
    path: &str,
    (key, id): (&str, &str),
    says: Option<&String>,
    stands: Option<&String>,
    there: &str,
) {
    let told = |word: Option<&String>| word.map_or("nothing".to_owned(), |word| format!("`{}`", shown(word)));
    let (says, stands) = (told(says), told(stands));
    let what = format!("`{key}` of `{}` is {says} in it, and {stands} in {there}", shown(id));
    site.fault(path, "told", what, OTHERWISE);
}

/// The digest of a text that a file tells of.
fn text(site: &mut Published<'_>, path: &str, id: &str, digest: Option<&str>, records: &Records) {
    match records.get(id) {
        Some(record) => {
            if let Some(digest) = digest.filter(|digest| record.sound && *digest != record.text) {
                let what = format!(
                    "the text of `{id}` has the digest {} in it, and {} in `{}`",
                    short(digest),
                    short(&record.text),
                    record.path
                );
                site.fault(path, "told", what, OTHERWISE);
            }
        }
        None if site.is_sound(&path_of(id)) => {
            let what = format!("it tells of `{}`, of which there is no record", shown(id));
            site.fault(
                path,
                "told",
                what,
                "a version that is told of was never put on record, or its record is gone",
            );
        }
        None => {}
    }
}
