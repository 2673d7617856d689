//! The days on which what is published of a policy changes although nobody touches it.
//!
//! A built site is as old as the day it was built for: a version that takes effect the day after is
//! still called upcoming. Here is every day on which another build would give other pages, with its
//! reason. That the list is complete is a law that is tried: between two days of it all pages of a site
//! are the same, byte for byte. So whoever lets pages depend on the day in a new way is told by that
//! law, and adds the way here.
//!
//! Two things one might look for are not here. The days on which links elsewhere stop saying "Revised"
//! are told to services as instants, which they compare with their own clocks. And what changes when
//! somebody edits the content is not known to any calendar.

use chrono::{Days, NaiveDate};

use super::history::{History, Release, Status, history, is_shown};
use super::lineage::{Lineage, Member};
use super::{Policy, Version};

/// For how many days after it took effect a change is marked in the text in force.
const LATELY: u64 = 365;

/// Why pages change on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A version is made known: its pages appear.
    Announced,
    /// It takes effect: it becomes the text in force, and another one is superseded.
    Effective,
    /// It is taken back before it took effect.
    Withdrawn,
    /// A banner that told of it goes.
    NoticeEnds,
    /// What it changed is no longer marked as changed lately.
    MarksEnd,
}

/// A day on which pages change.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'p> {
    /// The first day of the new pages.
    pub day: NaiveDate,
    /// Why.
    pub reason: Reason,
    /// Whose day it is.
    pub version: &'p Version,
}

impl History<'_> {
    /// The release that the policy's own page shows: the one in force; else the first announced; else,
    /// where there is only a draft or a withdrawn text, the last of these.
    pub fn shown(&self) -> Option<usize> {
        self.in_force.or(self.upcoming.first().copied()).or(self.releases.len().checked_sub(1))
    }

    /// Whether a release is the one that the policy's own page shows, or one of its pages in other
    /// languages.
    pub fn is_on_a_page(&self, release: usize) -> bool {
        self.shown() == Some(release) || self.languages().iter().any(|l| self.translated(l) == Some(release))
    }
}

/// All transitions of a policy after a day, in their order. What is far ahead costs nothing until it is
/// asked for: whether a banner or a mark is still there to go is looked up one by one.
pub fn agenda(policy: &Policy, after: NaiveDate) -> impl Iterator<Item = Transition<'_>> {
    let lasting = policy.versions.iter().filter(|v| is_shown(v, NaiveDate::MAX, false));
    let mut days: Vec<Transition<'_>> =
        lasting.flat_map(|v| days(v, policy)).filter(|t| t.day > after).collect();
    // Stable: on one day in the order of the line.
    days.sort_by_key(|t| t.day);
    days.into_iter().filter(move |t| happens(policy, t))
}

/// The first day after which the changes of a release are no longer marked in a text; none where the
/// calendar ends before.
pub fn marked_until(version: &Version) -> Option<NaiveDate> {
    version.front.effective.checked_add_days(Days::new(LATELY))
}

/// Whether the changes of a release are marked in a text on a day.
pub fn is_marked(release: &Release<'_>, today: NaiveDate) -> bool {
    release.status != Status::Withdrawn && marked_until(release.version).is_none_or(|until| today < until)
}

/// The days that may matter, by the front matter alone.
fn days<'p>(version: &'p Version, policy: &Policy) -> Vec<Transition<'p>> {
    let front = &version.front;
    let at = |day: NaiveDate, reason| Transition { day, reason, version };
    let came = front.withdrawn.is_none_or(|day| day > front.effective);
    let mut days = Vec::new();
    // What takes effect on the day it is made known is one thing that happens and not two.
    if front.announced != front.effective || !came {
        days.push(at(front.announced, Reason::Announced));
    }
    if came {
        days.push(at(front.effective, Reason::Effective));
    }
    // What nobody had seen was not taken back before anybody's eyes.
    days.extend(front.withdrawn.filter(|day| *day > front.announced).map(|day| at(day, Reason::Withdrawn)));
    days.extend(notice_ends(version, policy).map(|day| at(day, Reason::NoticeEnds)));
    days.extend(marked_until(version).map(|day| at(day, Reason::MarksEnd)));
    days
}

/// Where users are told at all: until when.
fn notice_ends(version: &Version, policy: &Policy) -> Option<NaiveDate> {
    if let Some(sealed) = policy.seal.as_ref().and_then(|seal| seal.of(&version.id)) {
        return sealed.until.notice;
    }
    let window = policy.settings.notice.window_days_after.filter(|days| *days > 0)?;
    version.front.effective.checked_add_days(Days::new(window.into()))
}

/// Whether anything of it can be seen. Of a banner and of marks: whether they are there the day before.
fn happens(policy: &Policy, transition: &Transition<'_>) -> bool {
    let Some(before) = transition.day.pred_opt() else { return true };
    let last =
        |history: &History<'_>| history.releases.iter().position(|r| r.version.id == transition.version.id);
    match transition.reason {
        Reason::Announced | Reason::Effective | Reason::Withdrawn => true,
        Reason::NoticeEnds => {
            let history = history(policy, before, false);
            last(&history).is_some_and(|release| {
                let until = history.releases[release].notice(policy).map(|(_, until)| until);
                until == Some(transition.day) && history.is_on_a_page(release)
            })
        }
        Reason::MarksEnd => {
            let history = history(policy, before, false);
            last(&history).is_some_and(|release| is_marked_on_the_page(&history, release))
        }
    }
}

/// Whether the policy's own page marks what a release changed.
fn is_marked_on_the_page(history: &History<'_>, release: usize) -> bool {
    let Some(shown) = history.shown() else { return false };
    if !is_marked(&history.releases[release], history.today) {
        return false;
    }
    let members = history.releases.iter().map(|r| Member {
        text: &r.version.text,
        from: r.previous.zip(r.comparison.as_ref().map(|c| &c.diff)),
    });
    let lineage = Lineage::new(members.collect());
    let clauses = 0..history.releases[shown].version.text.clauses.len();
    clauses.into_iter().any(|c| lineage.last_changed(shown, c).is_some_and(|touch| touch.member == release))
}
