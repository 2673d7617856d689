//! Whether and for how long users are told of a release, by what its policy promises. Days only: by which
//! means, and in which words, is for those who tell them.

use chrono::{Days, NaiveDate};

use super::history::{Materiality, Release, Status};
use super::{Action, Kind, NoticeFor, Policy};

impl Release<'_> {
    /// Whether notice of this release is promised: what is withdrawn needs none.
    pub fn is_told(&self, policy: &Policy) -> bool {
        self.was_promised(policy) && self.status != Status::Withdrawn
    }

    /// The same, also where it came to nothing since the release was withdrawn.
    fn was_promised(&self, policy: &Policy) -> bool {
        match policy.settings.notice.audience {
            NoticeFor::Every => !matches!(self.version.front.kind, Kind::Initial | Kind::Correction(_)),
            // Where somebody said that users are owed something, they are told, classified or not.
            NoticeFor::Material => {
                self.materiality == Materiality::Material || self.action() > Some(Action::None)
            }
            NoticeFor::None => false,
        }
    }

    /// From the day to the day (exclusive) on which notice of this release is given, if it is.
    pub fn notice(&self, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        self.window(policy).filter(|_| self.status != Status::Withdrawn)
    }

    /// The same, also where it came to nothing since the release was withdrawn.
    pub fn window(&self, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        let front = &self.version.front;
        let days = u64::from(policy.settings.notice.window_days_after.unwrap_or(0));
        let until = front.effective.checked_add_days(Days::new(days))?;
        (self.was_promised(policy) && until > front.announced).then_some((front.announced, until))
    }

    /// From the day to the day (exclusive) on which links to the policy say "Revised", if they do.
    pub fn label(&self, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        let from = self.version.front.effective;
        let days = policy.settings.notice.link_label_days.filter(|days| *days > 0)?;
        let until = from.checked_add_days(Days::new(days.into()))?;
        self.is_told(policy).then_some((from, until))
    }
}
