//! Days and the instants they begin at; with [`Settings`](super::Settings) the only user of
//! chrono-tz.
//!
//! A policy takes effect on a day, and a day begins at a different instant in each time zone. In
//! some zones a given day begins at one o'clock, or does not exist at all. This file knows that
//! and nothing of policies. It asks no clock: "today" is always an argument.

use chrono::{DateTime, Days, FixedOffset, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
pub use chrono_tz::Tz;

/// Reads `2018-05-15` and nothing else.
///
/// chrono alone would also take `2018-5-15`, ` 2018-05-15` and `+12018-05-15`, so the day has to
/// read back as what was written, in ten characters.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (text.len() == 10 && day.to_string() == text).then_some(day)
}

/// The names of all time zones: `America/New_York`.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// The first instant of a day, or `None` where the zone skipped the whole day.
///
/// Where midnight comes twice it is the earlier; where it does not come at all it is the first
/// instant that does.
pub fn first_instant(day: NaiveDate, tz: Tz) -> Option<DateTime<FixedOffset>> {
    let midnight = day.and_time(NaiveTime::MIN);
    let at = |seconds: i64| {
        let local = midnight.checked_add_signed(TimeDelta::seconds(seconds))?;
        match tz.from_local_datetime(&local) {
            MappedLocalTime::Single(instant) | MappedLocalTime::Ambiguous(instant, _) => {
                Some(instant.fixed_offset())
            }
            MappedLocalTime::None => None,
        }
    };
    // Gaps end on a whole minute, but for local mean times of long ago; hence the second loop.
    let minute = (0..24 * 60).find(|minute| at(minute * 60).is_some())?;
    let earliest = ((minute - 1).max(0) * 60..=minute * 60).find(|second| at(*second).is_some())?;
    at(earliest)
}

/// The day it is in a zone at an instant.
pub fn day_of<Z: TimeZone>(instant: &DateTime<Z>, tz: Tz) -> NaiveDate {
    instant.with_timezone(&tz).date_naive()
}

/// The first instant of a day, where a day that its zone skipped begins when the next one does;
/// [`first_instant`] tells, and an author who names such a day is told. None for the last days of chrono's
/// calendar, 260,000 years from now.
fn begins(day: NaiveDate, tz: Tz) -> Option<DateTime<FixedOffset>> {
    let next = || day.checked_add_days(Days::new(1)).and_then(|next| first_instant(next, tz));
    first_instant(day, tz).or_else(next)
}

/// The first instant of a day as RFC 3339: `2018-05-15T00:00:00-04:00`.
pub fn rfc3339(day: NaiveDate, tz: Tz) -> String {
    begins(day, tz).map_or_else(|| format!("{day}T00:00:00Z"), |instant| instant.to_rfc3339())
}

/// The first instant of a day as the world counts.
pub fn utc(day: NaiveDate, tz: Tz) -> DateTime<Utc> {
    begins(day, tz).map_or_else(|| day.and_time(NaiveTime::MIN).and_utc(), |instant| instant.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn starts(day: &str, tz: Tz, want: Option<&str>) {
        let day = parse_day(day).expect("the tests name real days");
        assert_eq!(first_instant(day, tz).map(|instant| instant.to_rfc3339()).as_deref(), want);
    }

    #[test]
    fn only_iso_days_are_days() {
        assert_eq!(parse_day("2018-05-15").map(|day| day.to_string()).as_deref(), Some("2018-05-15"));
        let wrong =
            ["2018-5-15", " 2018-05-15", "2018-05-15 ", "+12018-05-25", "2018-02-30", "2018-13-01", ""];
        for text in wrong {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn days_begin_at_midnight_or_as_soon_as_they_can() {
        starts("2018-05-15", chrono_tz::America::New_York, Some("2018-05-15T00:00:00-04:00"));
        starts("2026-04-24", chrono_tz::Africa::Cairo, Some("2026-04-24T01:00:00+03:00"));
        starts("2018-11-04", chrono_tz::America::Sao_Paulo, Some("2018-11-04T01:00:00-02:00"));
        starts("2026-03-29", chrono_tz::Asia::Beirut, Some("2026-03-29T01:00:00+03:00"));
    }

    #[test]
    fn a_midnight_that_comes_twice_is_the_earlier() {
        starts("2026-11-01", chrono_tz::America::Havana, Some("2026-11-01T00:00:00-04:00"));
    }

    #[test]
    fn a_skipped_day_does_not_begin() {
        starts("2011-12-30", chrono_tz::Pacific::Apia, None);
        let day = parse_day("2011-12-30").expect("a real day elsewhere");
        assert_eq!(rfc3339(day, chrono_tz::Pacific::Apia), "2011-12-31T00:00:00+14:00");
        assert_eq!(utc(day, chrono_tz::Pacific::Apia).to_rfc3339(), "2011-12-30T10:00:00+00:00");
    }

    #[test]
    fn an_instant_falls_on_different_days() {
        let instant = DateTime::parse_from_rfc3339("2018-05-15T01:00:00Z").expect("well formed");
        assert_eq!(day_of(&instant, chrono_tz::America::New_York).to_string(), "2018-05-14");
        assert_eq!(day_of(&instant, chrono_tz::Europe::Paris).to_string(), "2018-05-15");
    }
}
