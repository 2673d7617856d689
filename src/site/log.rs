//! The log of decisions, as others read it: what happened to which release, in pages that never change once
//! they are full.

use chrono::NaiveDate;

use crate::policy::events::{self, Event};

/// What of the log others may know on a day. The place of an event in it, from 1, is its published number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log(Vec<Event>);

impl Log {
    /// The log as it is known on a day.
    pub fn new(log: &[Event], today: NaiveDate) -> Self {
        Self(events::public(log, today).into_iter().cloned().collect())
    }

    /// Every event with its number.
    pub fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &Event)> {
        self.0.iter().enumerate().map(|(i, event)| (i + 1, event))
    }

    /// The events of a policy with their numbers.
    pub fn of(&self, policy: &str) -> impl DoubleEndedIterator<Item = (usize, &Event)> {
        self.numbered().filter(move |(_, event)| event.policy == policy)
    }
}
