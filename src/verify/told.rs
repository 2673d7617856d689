//! Whether changelogs and heads tell of each release what stands on its record.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::records::{Known, Records, Said, path_of, policy_of};
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
}

#[derive(Deserialize)]
struct Head {
    in_force: Option<Standing>,
    #[serde(default)]
    upcoming: Vec<Standing>,
}

#[derive(Deserialize)]
struct Standing {
    id: String,
    digest: Option<String>,
    action: Option<String>,
}

const OTHERWISE: &str = "other services are told something else than what stands on record";

pub(super) fn check(site: &mut Published<'_>, records: &Records) -> Result<(), Error> {
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
            releases(site, &path, &changelog, policy, records);
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
            }
        }
    }
    Ok(())
}

/// A changelog against the records.
fn releases(
    site: &mut Published<'_>,
    path: &str,
    changelog: &Changelog,
    policy: Option<&str>,
    records: &Records,
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
        let told =
            |word: Option<&String>| word.map_or("nothing".to_owned(), |word| format!("`{}`", shown(word)));
        let (says, stands) = (told(says), told(stands));
        let what = format!("`{key}` of `{}` is {says} in it, and {stands} in `{}`", shown(id), record.path);
        site.fault(path, "told", what, OTHERWISE);
    }
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
