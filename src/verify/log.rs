//! Whether the log of decisions is whole: its pages follow each other, its numbers too, and its digest is
//! the one in `chain.json`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::earlier::Move;
use super::json::compact;
use super::records::Chain;
use super::{Earlier, Published, short};
use crate::error::Error;
use crate::site::chain::{no_event, one_more};
use crate::site::log::PAGE;
use crate::site::urls;

/// The log, as it was read.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) last_seq: usize,
    pub(super) digest: String,
    /// The digest with the addresses as they were in the earlier copy; the same where the site did not move.
    before_move: String,
    /// That one, after the event that the earlier copy ended with.
    pub(super) then: Option<String>,
    /// No page is missing or damaged, and the digest is the one in `chain.json`.
    pub(super) whole: bool,
    /// Of each release what was decided last.
    pub(super) decided: BTreeMap<String, Decided>,
    /// Of each policy the number of the last event about it.
    pub(super) last_of: BTreeMap<String, usize>,
}

/// What was decided of a release.
#[derive(Debug, Default)]
pub(super) struct Decided {
    pub(super) effective_at: Option<String>,
    pub(super) withdrawn_at: Option<String>,
    pub(super) materiality: Option<String>,
}

#[derive(Deserialize)]
struct Index {
    last_seq: usize,
}

#[derive(Deserialize)]
struct EventPage {
    page: usize,
    events: Vec<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Event {
    seq: usize,
    #[serde(rename = "type")]
    what: Option<String>,
    policy: Option<String>,
    release: Option<String>,
    effective_at: Option<String>,
    withdrawn_at: Option<String>,
    materiality: Option<String>,
}

impl Log {
    fn note(&mut self, event: Event) {
        if let Some(policy) = event.policy {
            self.last_of.insert(policy, event.seq);
        }
        let Some(release) = event.release.filter(|_| event.what.as_deref() != Some("translation-published"))
        else {
            return;
        };
        let decided = self.decided.entry(release).or_default();
        decided.effective_at = event.effective_at.or(decided.effective_at.take());
        if event.withdrawn_at.is_some() {
            decided.withdrawn_at = event.withdrawn_at;
        } else {
            decided.materiality = event.materiality;
        }
    }
}

/// The number of a page of the log, by its path.
pub(super) fn page_of(path: &str) -> Option<usize> {
    let number = path.strip_prefix("events/")?.strip_suffix(".json")?.parse().ok()?;
    (path == urls::events_page(number)).then_some(number)
}

pub(super) fn check(
    site: &mut Published<'_>,
    chain: Option<&Chain>,
    earlier: Option<&Earlier<'_>>,
) -> Result<Log, Error> {
    let pages: BTreeMap<usize, String> =
        site.digests.keys().filter_map(|path| Some((page_of(path)?, path.clone()))).collect();
    let head = chain.map(|chain| &chain.events);
    let known = head.is_some() || site.has(urls::EVENTS) || !pages.is_empty();
    if !known {
        return Ok(Log::default());
    }
    let watched = earlier.and_then(Earlier::last_seq);
    let moved = earlier.and_then(|earlier| earlier.moved(chain));
    let mut log = Log { whole: true, digest: no_event(), before_move: no_event(), ..Log::default() };
    let mut last = 0;
    // A full page has one after it, be it empty; so the last page is one that is not full.
    for number in 1.. {
        let path = urls::events_page(number);
        last = number;
        if watched == Some(log.last_seq) {
            log.then = Some(log.before_move.clone());
        }
        if !site.has(&path) {
            if site.is_sound(&path) {
                let means = "decisions that were told to other services can no longer be read here";
                site.touched(&path, "log", "it is not there, and the log goes on with it", means);
            }
            log.whole = false;
            break;
        }
        let Some(page) = site.json::<EventPage>(&path)? else {
            log.whole = false;
            break;
        };
        let full = page.events.len() == PAGE;
        if let Err(what) = add(&page, number, &mut log, watched, moved.as_ref()) {
            site.touched(&path, "log", what, "events were taken out of the log, put into it or moved");
            log.whole = false;
            break;
        }
        log.whole &= site.is_sound(&path);
        if !full {
            break;
        }
    }
    if watched == Some(log.last_seq) {
        log.then = Some(log.before_move.clone());
    }
    if !log.whole {
        return Ok(log);
    }
    for path in pages.range(last + 1..).map(|(_, path)| path.clone()) {
        let means = "events may have been taken out of the log before it";
        site.touched(&path, "log", format!("the log ends with `{}`", urls::events_page(last)), means);
    }
    if let Some(index) = site.json::<Index>(urls::EVENTS)?
        && index.last_seq != log.last_seq
        && site.is_sound(urls::EVENTS)
    {
        let what =
            format!("it says that there are {} events, and there are {}", index.last_seq, log.last_seq);
        site.fault(
            urls::EVENTS,
            "log",
            what,
            "other services miss events, or wait for some that are not there",
        );
    }
    if let Some(head) = head.filter(|_| site.is_sound(urls::CHAIN))
        && (head.last_seq, &head.digest) != (log.last_seq, &log.digest)
    {
        let what = format!(
            "with {} events the digest of the log is {}, and `{}` says {} events and {}",
            log.last_seq,
            short(&log.digest),
            urls::CHAIN,
            head.last_seq,
            short(&head.digest)
        );
        // Which of many pages it is nobody can tell.
        let file = if last == 1 { urls::events_page(1) } else { urls::EVENTS.to_owned() };
        site.fault(&file, "chain", what, "what was told to other services was written anew afterwards");
        log.whole = false;
    }
    Ok(log)
}

/// Adds the events of a page to what is known of the log.
fn add(
    page: &EventPage,
    number: usize,
    log: &mut Log,
    watched: Option<usize>,
    moved: Option<&Move>,
) -> Result<(), String> {
    if page.page != number {
        return Err(format!("it is page {}", page.page));
    }
    if page.events.len() > PAGE {
        return Err(format!("it has {} events, and a page has {PAGE}", page.events.len()));
    }
    for event in &page.events {
        let next = log.last_seq + 1;
        match serde_json::from_str::<Event>(event.get()) {
            Ok(event) if event.seq == next => log.note(event),
            Ok(Event { seq, .. }) => return Err(format!("event {seq} stands where event {next} has to")),
            Err(error) => return Err(format!("event {next} cannot be read: {error}")),
        }
        let event = compact(event.get());
        log.digest = one_more(&log.digest, &event);
        log.before_move = match moved {
            Some(moved) => one_more(&log.before_move, &moved.back(&event)),
            None => log.digest.clone(),
        };
        log.last_seq = next;
        if watched == Some(next) {
            log.then = Some(log.before_move.clone());
        }
    }
    Ok(())
}
