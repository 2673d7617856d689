//! Whether the history only grew since an earlier copy: what finds who makes the whole folder anew and has
//! no signature to fear.
//!
//! The earlier copy is taken at its word. It is a published folder that somebody kept, or `chain.json` alone.

use std::collections::BTreeMap;

use super::log::{Log, page_of};
use super::records::{Chain, Link, Records, is_record, path_of, read};
use super::{LARGEST, Published, bytes, short, shown};
use crate::error::Error;
use crate::load::{Kind, PublishedFolder};
use crate::policy::digest::hex;
use crate::site::urls;

/// What is known from an earlier copy.
#[derive(Debug)]
pub struct Earlier<'f> {
    chain: Option<Chain>,
    /// Of the copy's records, by id.
    records: BTreeMap<String, String>,
    /// The folder, where the copy is one.
    folder: Option<&'f PublishedFolder>,
}

/// That the site had another address when the earlier copy was made. Events hold addresses.
#[derive(Debug)]
pub(super) struct Move {
    now: String,
    then: String,
}

impl Move {
    /// A text with the addresses that it had before.
    pub(super) fn back(&self, text: &str) -> String {
        text.replace(&self.now, &self.then)
    }
}

/// Why a copy is of no use.
fn unfit(why: &str) -> Error {
    Error::Usage(format!("`--against` names no earlier copy of a site: {why}"))
}

const REWRITTEN: &str = "what was published was written anew, or this is the copy of another site";

impl<'f> Earlier<'f> {
    /// From `chain.json` alone.
    pub fn chain(json: &[u8]) -> Result<Self, Error> {
        let chain: Chain =
            serde_json::from_slice(json).map_err(|error| unfit(&format!("it cannot be read: {error}")))?;
        Ok(Self { records: heads(Some(&chain)), chain: Some(chain), folder: None })
    }

    /// From a published folder.
    pub fn folder(files: &'f PublishedFolder) -> Result<Self, Error> {
        let read_whole = |path: &str| {
            bytes(files, path, LARGEST)?
                .ok_or_else(|| unfit(&format!("`{}` in it is too large", shown(path))))
        };
        let damaged = |path: &str, error: serde_json::Error| {
            unfit(&format!("`{}` in it cannot be read: {error}", shown(path)))
        };
        let has = |path: &str| files.entries.get(path) == Some(&Kind::File);
        let chain = match has(urls::CHAIN) {
            false => None,
            true => Some(
                serde_json::from_slice(&read_whole(urls::CHAIN)?)
                    .map_err(|error| damaged(urls::CHAIN, error))?,
            ),
        };
        let mut records = heads(chain.as_ref());
        for path in files.entries.keys().filter(|path| is_record(path) && has(path)) {
            let (record, digest, _) = read(&read_whole(path)?).map_err(|error| damaged(path, error))?;
            records.insert(record.id, digest);
        }
        if chain.is_none() && records.is_empty() {
            return Err(unfit(&format!("there is neither `{}` nor any record in it", urls::CHAIN)));
        }
        Ok(Self { chain, records, folder: Some(files) })
    }

    /// With which event its log ends.
    pub(super) fn last_seq(&self) -> Option<usize> {
        self.chain.as_ref().map(|chain| chain.events.last_seq)
    }

    /// Whether the site has another address than it had.
    pub(super) fn moved(&self, now: Option<&Chain>) -> Option<Move> {
        let (now, then) = (now?.address()?, self.chain.as_ref()?.address()?);
        (now != then).then(|| Move { now: now.to_owned(), then: then.to_owned() })
    }

    pub(super) fn check(
        &self,
        site: &mut Published<'_>,
        chain: Option<&Chain>,
        records: &Records,
        log: &Log,
    ) -> Result<(), Error> {
        let moved = self.moved(chain);
        for (id, then) in &self.records {
            let path = path_of(id);
            match records.get(id) {
                Some(now) if now.digest == *then => {}
                Some(now) => {
                    let what = format!("its digest is {}, and it was {}", short(&now.digest), short(then));
                    site.fault(&path, "rewritten", what, REWRITTEN);
                }
                None => {
                    let means = "a version that was published was taken out of the history";
                    site.fault(&path, "rewritten", "it was there, and cannot be read any more", means);
                }
            }
        }
        for policy in self.chain.iter().flat_map(|chain| &chain.policies) {
            let now = records.keys().filter(|id| super::records::policy_of(id) == policy.policy).count();
            if now < policy.records {
                let what =
                    format!("`{}` had {} records and has {now}", shown(&policy.policy), policy.records);
                site.fault(urls::CHAIN, "rewritten", what, "versions were taken out of the history");
            }
        }
        if let Some(events) = self.chain.as_ref().map(|chain| &chain.events) {
            let now = log.last_seq;
            if log.whole && log.then.as_ref() != Some(&events.digest) {
                let what = match now < events.last_seq {
                    true => format!("the log had {} events and has {now}", events.last_seq),
                    false => format!("its first {} events are not those that it had", events.last_seq),
                };
                site.fault(
                    urls::EVENTS,
                    "rewritten",
                    what,
                    "decisions were taken back as if nobody had heard of them",
                );
            }
            self.full_pages(site, events.last_seq, moved.as_ref())?;
        }
        if let Some(then) = self.chain.as_ref().and_then(Chain::address) {
            let here = moved.as_ref().map(|moved| format!(", which is {} now", shown(&moved.now)));
            site.note(format!("compared with a copy of {}{}", shown(then), here.unwrap_or_default()));
        }
        Ok(())
    }

    /// The pages of the log that never change again, byte for byte but for the site's address.
    fn full_pages(
        &self,
        site: &mut Published<'_>,
        last_seq: usize,
        moved: Option<&Move>,
    ) -> Result<(), Error> {
        let Some(folder) = self.folder else { return Ok(()) };
        let full = last_seq / crate::site::log::PAGE;
        let pages = folder.entries.keys().filter(|path| page_of(path).is_some_and(|n| n <= full));
        for path in pages {
            let Some(then) = bytes(folder, path, LARGEST)? else { continue };
            let same = match moved {
                None => site.digests.get(path) == Some(&hex(&then)),
                Some(moved) => {
                    let now = bytes(site.files, path, LARGEST)?.unwrap_or_default();
                    moved.back(&String::from_utf8_lossy(&now)).as_bytes() == then
                }
            };
            if !same {
                let what = "a full page of the log never changes, and this one has other bytes than it had";
                site.fault(
                    path,
                    "rewritten",
                    what,
                    "what was told to other services was written anew afterwards",
                );
            }
        }
        Ok(())
    }
}

fn heads(chain: Option<&Chain>) -> BTreeMap<String, String> {
    let heads = chain.into_iter().flat_map(|chain| &chain.policies).flat_map(|policy| &policy.heads);
    heads.map(|Link { id, record }| (id.clone(), record.clone())).collect()
}
