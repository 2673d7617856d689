//! Time zones by name, and what people write for one.

use std::ops::Range;

use crate::diagnostic::Diagnostic;
use crate::policy::calendar::{Tz, zone_names};
use crate::policy::yaml::{closest, quoted};

/// Abbreviations and names that are no zone, or one that people do not mean.
const MEANT: &[(&str, &str)] = &[
    ("est", "America/New_York"),
    ("edt", "America/New_York"),
    ("et", "America/New_York"),
    ("eastern", "America/New_York"),
    ("est5edt", "America/New_York"),
    ("cst", "America/Chicago"),
    ("cdt", "America/Chicago"),
    ("ct", "America/Chicago"),
    ("central", "America/Chicago"),
    ("cst6cdt", "America/Chicago"),
    ("mst", "America/Denver"),
    ("mdt", "America/Denver"),
    ("mt", "America/Denver"),
    ("mst7mdt", "America/Denver"),
    ("pst", "America/Los_Angeles"),
    ("pdt", "America/Los_Angeles"),
    ("pt", "America/Los_Angeles"),
    ("pacific", "America/Los_Angeles"),
    ("pst8pdt", "America/Los_Angeles"),
    ("hst", "Pacific/Honolulu"),
    ("bst", "Europe/London"),
    ("uk", "Europe/London"),
    ("london", "Europe/London"),
    ("cet", "Europe/Paris"),
    ("cest", "Europe/Paris"),
    ("met", "Europe/Paris"),
    ("eet", "Europe/Athens"),
    ("wet", "Europe/Lisbon"),
    ("ist", "Asia/Kolkata"),
    ("jst", "Asia/Tokyo"),
    ("aest", "Australia/Sydney"),
    ("z", "UTC"),
    ("gmt+0", "UTC"),
    ("boston", "America/New_York"),
    ("washington", "America/New_York"),
    ("san francisco", "America/Los_Angeles"),
];

/// The zone of a name.
pub(super) fn zone(name: &str, span: Range<usize>, out: &mut Vec<Diagnostic>) -> Option<Tz> {
    let plain = name.trim().to_lowercase();
    let meant = MEANT.iter().find(|(short, _)| *short == plain).map(|(_, zone)| *zone);
    if let Some(meant) = meant {
        let message = format!("{} does not say where the days of this site begin", quoted(name));
        let hint = format!("name a city of your time zone, for example `time_zone: {meant}`");
        out.push(Diagnostic::error("bad-time-zone", span, message, hint));
        return None;
    }
    let found = name.parse().ok();
    if found.is_none() {
        let hint = match suggestion(&plain) {
            Some(zone) => format!("write `time_zone: {zone}`"),
            None => "write the region and a city, for example `time_zone: America/New_York`".to_owned(),
        };
        let message = format!("{} is not a time zone", quoted(name));
        out.push(Diagnostic::error("bad-time-zone", span, message, hint));
    }
    found
}

/// The zone that was probably meant: the same but for capitals and spaces, a city alone, a slip.
fn suggestion(plain: &str) -> Option<&'static str> {
    let plain = plain.replace(' ', "_");
    let names: Vec<(String, &'static str)> = zone_names().map(|name| (name.to_lowercase(), name)).collect();
    let city = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let own = city(&plain);
    let exact = names.iter().find(|(lower, _)| *lower == plain);
    let same_city = || names.iter().find(|(lower, _)| city(lower) == own);
    let near = || {
        let near = closest(&plain, names.iter().map(|(lower, _)| lower.as_str()))?;
        names.iter().find(|(lower, _)| lower == near)
    };
    exact.or_else(same_city).or_else(near).map(|(_, name)| *name)
}
