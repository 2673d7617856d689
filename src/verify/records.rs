//! Whether the record of each version is as it was when it was announced: by its own digest, by the text
//! beside it, by the records that follow it, and by the heads in `chain.json`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::compact;
use super::{Published, short, shown};
use crate::error::Error;
use crate::policy::digest::named;
use crate::site::urls;

/// `chain.json`, as far as it is compared.
#[derive(Debug, Deserialize)]
pub(super) struct Chain {
    pub(super) site: Option<ChainSite>,
    pub(super) public_key: Option<String>,
    #[serde(default)]
    pub(super) policies: Vec<PolicyHeads>,
    pub(super) events: LogHead,
}

impl Chain {
    /// Where the site is.
    pub(super) fn address(&self) -> Option<&str> {
        self.site.as_ref()?.url.as_deref()
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct ChainSite {
    pub(super) url: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct PolicyHeads {
    pub(super) policy: String,
    pub(super) records: usize,
    pub(super) heads: Vec<Link>,
}

/// A record by its id and digest.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Link {
    pub(super) id: String,
    pub(super) record: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct LogHead {
    pub(super) last_seq: usize,
    pub(super) digest: String,
}

#[derive(Deserialize)]
struct File {
    record: Box<RawValue>,
    digest: String,
}

/// What is compared of a record.
#[derive(Debug, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    previous: Option<Link>,
    corrects: Option<String>,
    text: Text,
    /// What the changelog says as well.
    #[serde(flatten)]
    pub(super) said: Said,
}

/// What is said of a release in its record and in changelogs.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Said {
    pub(super) kind: Option<String>,
    pub(super) announced: Option<String>,
    pub(super) action: Option<String>,
    pub(super) summary: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Text {
    digest: String,
}

/// A record that could be read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) path: String,
    /// Of the record, as its bytes are.
    pub(super) digest: String,
    /// Of its text, as it says.
    pub(super) text: String,
    pub(super) said: Said,
    previous: Option<Link>,
    /// Of a correction: what it corrects.
    pub(super) corrects: Option<String>,
    /// Nothing is known against it.
    pub(super) sound: bool,
}

/// Records by the ids that belong to their places.
pub(super) type Records = BTreeMap<String, Known>;

/// Policy and version, where a path is that of a record.
fn place(path: &str) -> Option<(&str, &str)> {
    let mut parts = path.split('/');
    let (policy, version) = (parts.next()?, parts.nth(1)?);
    (path == urls::record(policy, version)).then_some((policy, version))
}

pub(super) fn is_record(path: &str) -> bool {
    place(path).is_some()
}

/// The policy of an id.
pub(super) fn policy_of(id: &str) -> &str {
    id.split('@').next().unwrap_or_default()
}

/// Where the record of an id stands, be it there or not.
pub(super) fn path_of(id: &str) -> String {
    let (policy, version) = id.split_once('@').unwrap_or((id, ""));
    urls::record(policy, version)
}

/// What to store of who accepts a release, by the records: the release that it corrects, or that that corrects.
/// `None` where a record on the way is gone or is no measure.
pub(super) fn accepted<'r>(records: &'r Records, id: &'r str) -> Option<&'r str> {
    let mut at = id;
    // Corrections may be of corrections, and a circle of them is none of ours.
    for _ in 0..records.len() {
        match &records.get(at).filter(|record| record.sound)?.corrects {
            Some(corrected) => at = corrected,
            None => return Some(at),
        }
    }
    None
}

/// A record as it is read, and the digest of its bytes.
pub(super) fn read(bytes: &[u8]) -> Result<(Record, String, String), serde_json::Error> {
    let file: File = serde_json::from_slice(bytes)?;
    let record = serde_json::from_str(file.record.get())?;
    Ok((record, named(compact(file.record.get()).as_bytes()), file.digest))
}

const REWRITTEN: &str = "what stands on record of a version was written anew after it was published";

/// `chain.json`, where it is there.
pub(super) fn chain(site: &mut Published<'_>) -> Result<Option<Chain>, Error> {
    if !site.has(urls::CHAIN) && site.is_sound(urls::CHAIN) {
        let means = "nothing says where the history ends: it was published by a version of clauseline that wrote no \
                     such file, or somebody took it away";
        site.touched(urls::CHAIN, "missing", "it is not there", means);
    }
    site.json(urls::CHAIN)
}

/// Looks at every record there is.
pub(super) fn check(site: &mut Published<'_>, chain: Option<&Chain>) -> Result<Records, Error> {
    let ours = |path: &&String| is_record(path) && !site.strangers.contains(*path);
    let paths: Vec<String> = site.digests.keys().filter(ours).cloned().collect();
    let mut records = Records::new();
    for path in paths {
        let Some(bytes) = site.bytes(&path, super::LARGEST)? else { continue };
        match read(&bytes) {
            Ok((record, digest, stated)) => {
                let (policy, version) = place(&path).unwrap_or_default();
                let id = format!("{policy}@{version}");
                let known = one(site, path.clone(), &id, record, digest, &stated);
                records.insert(id, known);
            }
            Err(error) => {
                let what = format!("it cannot be read: {error}");
                site.touched(&path, "unreadable", what, "it is cut off, damaged or no file of ours");
            }
        }
    }
    links(site, &records);
    if let Some(chain) = chain.filter(|_| site.is_sound(urls::CHAIN)) {
        ends(site, &records, chain);
    }
    // What was written anew is no measure of what others say of it.
    records.values_mut().for_each(|record| record.sound &= site.is_sound(&record.path));
    Ok(records)
}

/// A record against its own digest, its place and its text.
fn one(
    site: &mut Published<'_>,
    path: String,
    id: &str,
    record: Record,
    digest: String,
    stated: &str,
) -> Known {
    let mut sound = site.is_sound(&path);
    if digest != stated {
        let what = format!("its digest is {}, and it says {}", short(&digest), short(stated));
        site.touched(&path, "record-digest", what, "a word of what stands on record was changed");
        sound = false;
    }
    if record.id != id {
        let what = format!("it is the record of `{}`", shown(&record.id));
        site.touched(&path, "record-place", what, "the record of another version was put here");
        sound = false;
    }
    let text = place(&path).map_or_else(String::new, |(policy, version)| urls::canonical(policy, version));
    if let Some(found) = site.digests.get(&text).filter(|_| sound && site.is_sound(&text)) {
        let found = format!("sha256:{found}");
        if found != record.text.digest {
            let (now, then) = (short(&found), short(&record.text.digest));
            let what = format!("its digest is {now}, and `{path}` says {then}");
            site.touched(&text, "text-digest", what, "this text is not the one that was published");
        }
    } else if sound && !site.has(&text) && site.is_sound(&text) {
        let what = format!("it is not there, and `{path}` is about it");
        site.touched(&text, "missing", what, "a text that was published can no longer be read here");
    }
    let Record { previous, corrects, text, said, .. } = record;
    Known { path, digest, text: text.digest, said, previous, corrects, sound }
}

/// Each record against those that name it as the one before them.
fn links(site: &mut Published<'_>, records: &Records) {
    for (id, record) in records.iter().filter(|(_, record)| record.sound) {
        let Some(link) = &record.previous else { continue };
        let path = path_of(&link.id);
        match records.get(&link.id) {
            Some(previous) if previous.digest == link.record || !previous.sound => {}
            Some(previous) => {
                let (now, then) = (short(&previous.digest), short(&link.record));
                let what = format!(
                    "its digest is {now}, and the record of `{id}`, which came after it, says {then}"
                );
                site.touched(&path, "chain", what, REWRITTEN);
            }
            // Nobody is blamed twice for one file that is gone.
            None if !site.is_sound(&path) => {}
            None => {
                let what = format!("it is not there, and the record of `{id}` follows it");
                site.touched(
                    &path,
                    "chain",
                    what,
                    "a version that was published was taken out of the history",
                );
            }
        }
    }
}

/// The records against the heads that `chain.json` tells of.
fn ends(site: &mut Published<'_>, records: &Records, chain: &Chain) {
    let told: BTreeMap<&str, &PolicyHeads> = chain.policies.iter().map(|p| (p.policy.as_str(), p)).collect();
    let policies: BTreeSet<&str> =
        records.keys().map(|id| policy_of(id)).chain(told.keys().copied()).collect();
    let named: BTreeSet<&str> =
        records.values().filter_map(|record| record.previous.as_ref()).map(|link| link.id.as_str()).collect();
    for policy in policies {
        let of = || records.iter().filter(|(id, _)| policy_of(id) == policy);
        let heads = told.get(policy).map_or(&[][..], |told| &told.heads);
        for head in heads {
            let path = path_of(&head.id);
            match records.get(&head.id) {
                Some(record) if record.digest == head.record || !record.sound => {}
                Some(record) => {
                    let (now, then) = (short(&record.digest), short(&head.record));
                    let what = format!("its digest is {now}, and `{}` says {then}", urls::CHAIN);
                    site.touched(&path, "chain", what, REWRITTEN);
                }
                None if !site.is_sound(&path) => {}
                None => {
                    let what = format!("it is not there, and `{}` ends with it", urls::CHAIN);
                    site.touched(
                        &path,
                        "chain",
                        what,
                        "a version that was published was taken out of the history",
                    );
                }
            }
        }
        // What a record says that nobody can read, or that is gone, nobody knows.
        let lost = site.touched.iter().any(|path| place(path).is_some_and(|(p, _)| p == policy));
        let ends = of().filter(|(id, record)| record.sound && !named.contains(id.as_str()));
        let unknown = ends.filter(|(id, _)| !lost && heads.iter().all(|head| head.id != **id));
        for (_, record) in unknown {
            let what = format!("no record follows it, and `{}` does not tell of it", urls::CHAIN);
            site.fault(
                &record.path,
                "chain",
                what,
                "a version was added to the history, or what came after it is gone",
            );
        }
        // Those that cannot be read are there, or were.
        let unread = |path: &&String| {
            place(path).is_some_and(|(p, _)| p == policy)
                && !site.strangers.contains(*path)
                && records.values().all(|record| record.path != **path)
        };
        let count = of().count() + site.touched.iter().filter(unread).count();
        let says = told.get(policy).map_or(0, |told| told.records);
        if count != says {
            let what = format!("it tells of {says} records of `{}`, and there are {count}", shown(policy));
            site.fault(urls::CHAIN, "chain", what, "versions were added to the history or taken out of it");
        }
    }
}
