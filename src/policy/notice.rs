//! Whether and for how long users are told of a release, by what its policy promises. Days only: by which
//! means, and in which words, is for those who tell them.
//!
//! What was promised when a version was sealed holds for it: whoever promises less from now on does so for
//! versions to come.

use chrono::{Days, NaiveDate};

use super::history::{Materiality, Release, Status};
use super::{Action, FrontMatter, Kind, NoticeFor, Policy, PolicySettings};

/// The days (exclusive) until which users are told of a version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Until {
    /// By banners and the like.
    pub notice: Option<NaiveDate>,
    /// By links to the policy that say "Revised".
    pub revised: Option<NaiveDate>,
}

impl Until {
    /// What a policy promises of a version now.
    pub(super) fn promised(settings: &PolicySettings, front: &FrontMatter, materiality: Materiality) -> Self {
        if !is_promised(settings, front, materiality) {
            return Self::default();
        }
        let after = |days: Option<u32>| front.effective.checked_add_days(Days::new(days.unwrap_or(0).into()));
        Self {
            notice: after(settings.notice.window_days_after).filter(|until| *until > front.announced),
            revised: after(settings.notice.link_label_days).filter(|until| *until > front.effective),
        }
    }
}

fn is_promised(settings: &PolicySettings, front: &FrontMatter, materiality: Materiality) -> bool {
    match settings.notice.audience {
        NoticeFor::Every => !matches!(front.kind, Kind::Initial | Kind::Correction(_)),
        // Where somebody said that users are owed something, they are told, classified or not.
        NoticeFor::Material => materiality == Materiality::Material || action(front) > Some(Action::None),
        NoticeFor::None => false,
    }
}

/// See [`Release::action`].
pub(super) fn action(front: &FrontMatter) -> Option<Action> {
    match (&front.action, &front.kind, &front.source) {
        (Some(action), _, _) => Some(*action),
        (None, Kind::Initial, None) => Some(Action::None),
        (None, _, _) => None,
    }
}

impl Release<'_> {
    /// Whether users are told of this release: what is withdrawn needs no notice.
    pub fn is_told(&self, policy: &Policy) -> bool {
        let front = &self.version.front;
        let promised = || is_promised(&policy.settings, front, self.materiality);
        self.status != Status::Withdrawn && (self.until(policy) != Until::default() || promised())
    }

    /// From the day to the day (exclusive) on which notice of this release is given, if it is.
    pub fn notice(&self, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        self.window(policy).filter(|_| self.status != Status::Withdrawn)
    }

    /// The same, also where it came to nothing since the release was withdrawn.
    pub fn window(&self, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        Some((self.version.front.announced, self.until(policy).notice?))
    }

    /// From the day to the day (exclusive) on which links to the policy say "Revised", if they do.
    pub fn label(&self, policy: &Policy) -> Option<(NaiveDate, NaiveDate)> {
        let until = self.until(policy).revised.filter(|_| self.status != Status::Withdrawn)?;
        Some((self.version.front.effective, until))
    }

    fn until(&self, policy: &Policy) -> Until {
        let sealed = policy.seal.as_ref().and_then(|seal| seal.of(&self.version.id));
        let promised = || Until::promised(&policy.settings, &self.version.front, self.materiality);
        sealed.map_or_else(promised, |sealed| sealed.until)
    }
}
