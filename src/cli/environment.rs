//! What the machine is asked: its clock and its environment. Nothing else in the program asks.
#![allow(clippy::disallowed_methods, reason = "this is the one file that may")]

#[cfg(feature = "serve")]
use std::time::Duration;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};

use crate::error::Error;
use crate::policy::calendar::{Tz, day_of, parse_day};

/// The day a site is built for, in its time zone.
pub(super) fn today(as_of: Option<&str>, time_zone: Tz) -> Result<NaiveDate, Error> {
    if let Some(text) = as_of {
        let instant = DateTime::parse_from_rfc3339(text).ok().map(|i| day_of(&i, time_zone));
        return parse_day(text)
            .or(instant)
            .ok_or_else(|| Error::Usage(format!("`--as-of {text}` is not a day: write it like 2027-01-15")));
    }
    match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(seconds) => {
            let instant = seconds.parse().ok().and_then(|s| DateTime::<Utc>::from_timestamp(s, 0));
            instant.map(|i| day_of(&i, time_zone)).ok_or_else(|| {
                Error::Usage(format!(
                    "SOURCE_DATE_EPOCH is `{seconds}`, which is not a number of seconds since 1970"
                ))
            })
        }
        Err(_) => Ok(day_of(&Utc::now(), time_zone)),
    }
}

/// Whether the user wants no colours anywhere (<https://no-color.org>).
pub(super) fn no_color() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// Measures how long a command took, for its last line, and how long one has been waiting for files to come to
/// rest; nothing else.
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    pub(super) fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }

    /// How long it has been running.
    #[cfg(feature = "serve")]
    pub(super) fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
