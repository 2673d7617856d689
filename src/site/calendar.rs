//! The calendar of a site: the day each release takes effect, and the day on which its notice ends. The only
//! user of `icalendar`, which knows how values are written and escapes words.
//!
//! Days are whole days and not instants: whoever subscribes sees the fifteenth, wherever they are. Nothing here
//! is of the day of the build. Without a `METHOD` the stamp of an event is the instant of its last revision (RFC
//! 5545, 3.8.7.2), so both are that of the last decision.

use chrono::NaiveDate;
use icalendar::{Component, EventLike, EventStatus, Property};

use super::texts::line;
use super::{Page, Site, urls};
use crate::policy::calendar::utc;

/// Who made it. Without a number: a newer program writes the same bytes.
const PRODID: &str = "-//clauseline//policies//EN";

/// A day of a release.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, which never changes.
    pub uid: String,
    /// The day.
    pub day: NaiveDate,
    /// What happens, in one line.
    pub summary: String,
    /// What more there is to say, in paragraphs.
    pub description: Vec<String>,
    /// Where to read it.
    pub url: String,
    /// The day it was made known.
    pub announced: NaiveDate,
    /// The day something was last decided of it and made known.
    pub decided: NaiveDate,
    /// How often something else was decided since it was announced.
    pub times: usize,
    /// It will not happen.
    pub cancelled: bool,
}

/// The file.
pub fn page(site: &Site, mut entries: Vec<Entry>) -> Page {
    entries.sort_by(|a, b| (a.day, &a.uid).cmp(&(b.day, &b.uid)));
    let settings = &site.settings;
    let words = site.catalogue.of(&settings.default_language.0);
    let name = line(&words.fill("feed_title", &[("title", &settings.title)]));
    let mut calendar = icalendar::Calendar::empty();
    calendar.append_property(("VERSION", "2.0"));
    calendar.append_property(("PRODID", PRODID));
    calendar.append_property(("CALSCALE", "GREGORIAN"));
    // The crate takes only what it is told is a text for one, and escapes nothing else.
    calendar.append_property(Property::new("NAME", &name).add_parameter("VALUE", "TEXT"));
    calendar.append_property(("X-WR-CALNAME", name.as_str()));
    calendar.extend(entries.iter().map(|entry| event(site, entry)));
    Page { path: urls::CALENDAR.to_owned(), contents: folded(&calendar.to_string()).into_bytes() }
}

/// The same lines, none longer than 75 octets. The crate counts the space before what it goes on with as none,
/// so that a last piece may have one too many.
fn folded(text: &str) -> String {
    const MOST: usize = 75;
    let mut out = String::with_capacity(text.len() + text.len() / MOST * 3);
    for line in text.replace("\r\n ", "").split_inclusive("\r\n") {
        let mut long = 0;
        for c in line.chars() {
            // The end of a line is no part of it, and nothing else in it is a control.
            if !c.is_control() && long + c.len_utf8() > MOST {
                out.push_str("\r\n ");
                long = 1;
            }
            out.push(c);
            long += c.len_utf8();
        }
    }
    out
}

fn event(site: &Site, entry: &Entry) -> icalendar::Event {
    let instant = |day| utc(day, site.settings.time_zone);
    let mut event = icalendar::Event::new();
    event
        .uid(&entry.uid)
        .timestamp(instant(entry.decided))
        .created(instant(entry.announced))
        .last_modified(instant(entry.decided))
        // With `all_day` it would end where it starts; without an end a day has its length.
        .starts(entry.day)
        .summary(&line(&entry.summary))
        .url(&entry.url)
        .sequence(u32::try_from(entry.times).unwrap_or(u32::MAX))
        .status(if entry.cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed })
        // Nobody is busy because a text takes effect.
        .add_property("TRANSP", "TRANSPARENT");
    if !entry.description.is_empty() {
        event.description(&paragraphs(&entry.description));
    }
    event.done()
}

/// Paragraphs with a blank line between them. A calendar knows one sort of line end and no other control.
fn paragraphs(texts: &[String]) -> String {
    let texts = texts.iter().map(|text| text.replace("\r\n", "\n").replace('\r', "\n"));
    let joined = texts.map(|text| text.trim().to_owned()).collect::<Vec<_>>().join("\n\n");
    joined.chars().filter(|c| *c == '\n' || !c.is_control()).collect()
}
