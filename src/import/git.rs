//! The history of a file, made into versions: the text as it stood at the end of each day on which it
//! changed.
//!
//! Commits that change no word (white space, quotes, emphasis) are folded into the version before: the
//! same comparison tells them that the site makes its redlines with. What a version says of its day is
//! either when the commit was put into the history, or what the text states; where a text changed and
//! the date in it did not, it is the day of the commit, and the report says so.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::text::{front_matter, stated};
use super::{Asked, Draft, Finding, bytes, html, mojibake, plain, text};
use crate::policy::calendar::{Tz, day_of};
use crate::policy::diff::{Change, Class, diff};
use crate::policy::{Fidelity, Source, Text, markdown};

mod dating;
mod permalink;

pub use permalink::permalink;

/// A state of the file in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The commit, in full.
    pub commit: String,
    /// When it was put into the history; of a tag, when that was set.
    pub time: DateTime<FixedOffset>,
    /// What the file was called.
    pub path: String,
    /// The tag, where tags were asked for.
    pub tag: Option<String>,
    /// Its bytes; or that it was gone, or could not be read.
    pub content: Content,
}

/// What a state of the file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// Nothing: the file was deleted.
    Gone,
    /// Something that is not read, and why.
    Unread(&'static str),
}

/// Where a version's day comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// The commit.
    Commit,
    /// The text, where it states one.
    Text,
}

/// How a history is to be read.
#[derive(Clone, Debug)]
pub struct How {
    /// Where days come from.
    pub dates: Dates,
    /// Nothing before this day.
    pub since: Option<NaiveDate>,
    /// Where days begin.
    pub zone: Tz,
    /// The address of the repository.
    pub remote: Option<String>,
}

/// A state that may become a version.
struct Candidate {
    /// Its commit, short, for people.
    name: String,
    commit: String,
    path: String,
    day: NaiveDate,
    stated: Option<NaiveDate>,
    title: Option<String>,
    body: String,
    fidelity: Fidelity,
}

/// How many states became what.
#[derive(Default)]
struct Tally {
    noise: Vec<String>,
    same: Vec<String>,
    same_day: Vec<String>,
    early: usize,
}

/// Makes versions of a history, oldest first.
pub fn versions(states: &[State], how: &How) -> (Vec<Draft>, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut tally = Tally::default();
    let candidates = candidates(states, how, &mut tally, &mut findings);
    let candidates = last_of_each_day(candidates, &mut tally);
    let candidates = without_noise(candidates, &mut tally);
    let dated = dating::dated(&candidates, how.dates, &mut findings);
    let draft = |(day, is_stated, at): (NaiveDate, bool, usize)| {
        let candidate = &candidates[at];
        Draft {
            title: candidate.title.clone(),
            day,
            source: Source {
                url: how.remote.as_deref().and_then(|r| permalink(r, &candidate.commit, &candidate.path)),
                captured: Some(candidate.day),
                date_is_capture: !is_stated,
                fidelity: Some(candidate.fidelity),
            },
            body: candidate.body.clone(),
        }
    };
    let drafts: Vec<Draft> = dated.into_iter().map(draft).collect();
    findings.push(told(states, &tally, drafts.len()));
    (drafts, findings)
}

/// The states that can be read, each with its day. Days never go back: a commit is not older than what
/// it builds on, whatever its clock said.
fn candidates(states: &[State], how: &How, tally: &mut Tally, findings: &mut Vec<Finding>) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut gone: Option<NaiveDate> = None;
    let mut latest: Option<NaiveDate> = None;
    let mut name_now: Option<&str> = None;
    // What is said of a text, and of which: the same is said once of all.
    let mut texts: BTreeMap<(&'static str, String), Vec<String>> = BTreeMap::new();
    for state in states {
        let own = day_of(&state.time, how.zone);
        let day = latest.map_or(own, |latest| latest.max(own));
        latest = Some(day);
        let name = state.tag.clone().unwrap_or_else(|| state.commit.chars().take(9).collect());
        if day != own {
            let message = format!("{name} is dated {own} and builds on a commit of {day}: {day} is taken");
            findings.push(Finding::doubt("out-of-order", vec![], message));
        }
        if let Some(before) = name_now.filter(|before| *before != state.path) {
            let message = format!("{name}, {day}: `{before}` became `{}`", state.path);
            findings.push(Finding::done("renamed", vec![], message));
        }
        name_now = Some(&state.path);
        if how.since.is_some_and(|since| day < since) {
            tally.early += 1;
            continue;
        }
        let content = match &state.content {
            Content::Gone => {
                gone = Some(day);
                continue;
            }
            Content::Unread(why) => Err((*why).to_owned()),
            Content::Bytes(content) => bytes::decode(content).map_err(|refusal| refusal.message),
        };
        if let Some(from) = gone.take() {
            let message =
                format!("the file was gone from {from} to {day}; nothing tells what held in that time");
            findings.push(Finding::doubt("gone", vec![], message));
        }
        match content {
            Err(why) => {
                let message = format!("{name}, {day}: left out: {why}");
                findings.push(Finding::doubt("left-out", vec![], message));
            }
            Ok((content, encoding)) => {
                let (candidate, told) = candidate(state, name, day, &content);
                for told in encoding.into_iter().chain(told) {
                    texts
                        .entry((told.code, told.message))
                        .or_default()
                        .push(format!("{}, {day}", candidate.name));
                }
                found.push(candidate);
            }
        }
    }
    if let Some(day) = gone {
        let message =
            format!("the file is gone since {day}; the last version still holds, as far as the site knows");
        findings.push(Finding::doubt("gone", vec![], message));
    }
    findings.extend(texts.into_iter().map(|((code, message), of)| {
        let more = if of.len() > 1 { format!(" and {} more", of.len() - 1) } else { String::new() };
        let message = format!("{}{more}: {message}", of[0]);
        Finding { text: of.join("\n"), ..Finding::doubt(code, vec![], message) }
    }));
    found
}

/// One state, read by what its name says it is. Markdown stays as it is, byte for byte.
fn candidate(state: &State, name: String, day: NaiveDate, content: &str) -> (Candidate, Vec<Finding>) {
    let extension = state.path.rsplit_once('.').map_or("", |(_, extension)| extension).to_lowercase();
    let empty = |title, body, stated, fidelity| Candidate {
        name,
        commit: state.commit.clone(),
        path: state.path.clone(),
        day,
        stated,
        title,
        body,
        fidelity,
    };
    let import = match extension.as_str() {
        "html" | "htm" | "xhtml" => html::import,
        "txt" | "text" => text::import,
        _ => {
            let lines: Vec<&str> = content.lines().collect();
            let above = front_matter(&lines);
            let first = above.as_ref().map_or(0, |(range, _)| range.end);
            let body = lines[first..].join("\n");
            let heading = lines[first..].iter().find_map(|line| line.strip_prefix("# ")).map(plain);
            let title = above.and_then(|(_, title)| title).or(heading);
            // Byte for byte: what could be repaired is told, and stays.
            let (repaired, found) = mojibake::repair(&body);
            let kept = found.into_iter().map(|found| Finding {
                message: found.message.replace(" read as ", " was ") + ": kept as it is",
                ..Finding { doubt: true, code: "mojibake", ..found }
            });
            let findings = kept.chain(mojibake::name(&repaired)).collect();
            let stated = stated(&body);
            return (empty(title, body, stated, Fidelity::Original), findings);
        }
    };
    // The day it was seen keeps a text without a date; which one was taken is judged below.
    let asked = Asked { captured: Some(day), whole: true, ..Asked::default() };
    let imported = import(content, &asked);
    let doubts: Vec<Finding> = imported
        .findings
        .into_iter()
        .filter(|f| f.doubt && !matches!(f.code, "date" | "other-date"))
        .collect();
    match imported.drafts.ok().and_then(|drafts| drafts.into_iter().next()) {
        Some(draft) => {
            let stated = (!draft.source.date_is_capture).then_some(draft.day);
            (empty(draft.title, draft.body, stated, Fidelity::Extracted), doubts)
        }
        None => (empty(None, content.to_owned(), None, Fidelity::Original), doubts),
    }
}

/// Of several states of a day the last.
fn last_of_each_day(candidates: Vec<Candidate>, tally: &mut Tally) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if let Some(last) = kept.last_mut().filter(|last| last.day == candidate.day) {
            tally.same_day.push(last.name.clone());
            *last = candidate;
        } else {
            kept.push(candidate);
        }
    }
    kept
}

/// Folds what changes no word into what stood before.
fn without_noise(candidates: Vec<Candidate>, tally: &mut Tally) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    let mut before: Option<Text> = None;
    for candidate in candidates {
        let body = &candidate.body;
        let (text, _) = markdown::parse(body, 0..body.len(), markdown::Options { imported: true });
        if let Some(old) = &before {
            if old.digest == text.digest {
                tally.same.push(candidate.name);
                continue;
            }
            if is_noise(old, &text) {
                tally.noise.push(candidate.name);
                continue;
            }
        }
        before = Some(text);
        kept.push(candidate);
    }
    kept
}

/// Whether nothing changed but white space, quotes and dashes, and emphasis.
fn is_noise(old: &Text, new: &Text) -> bool {
    let quiet = |change: &Change| {
        !change.moved
            && !change.needs_word()
            && change.classes.iter().all(|class| matches!(class, Class::Typography | Class::Formatting))
    };
    diff(old, new, &BTreeMap::new()).changes.iter().all(quiet)
}

/// How many states became what, and which.
fn told(states: &[State], tally: &Tally, versions: usize) -> Finding {
    let what = if states.iter().any(|state| state.tag.is_some()) { "tag" } else { "commit" };
    let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
    let mut parts = Vec::new();
    for (n, words) in [
        (tally.noise.len(), "without a change of words, folded into the version before"),
        (tally.same.len(), "without any change"),
        (tally.same_day.len(), "followed by another on the same day"),
        (tally.early, "before the day you named"),
    ] {
        if n > 0 {
            parts.push(format!("{n} {words}"));
        }
    }
    let more = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    let message =
        format!("{} of the file became {}{more}", count(states.len(), what), count(versions, "version"));
    let named = |title: &str, names: &[String]| format!("{title}: {}\n", names.join(" "));
    let text = [("noise", &tally.noise), ("nothing", &tally.same), ("same day", &tally.same_day)]
        .into_iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(title, names)| named(title, names))
        .collect();
    Finding { text, ..Finding::done("history", vec![], message) }
}
