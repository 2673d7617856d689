//! What somebody meant who wrote a day in another way than `2018-05-15`.

use chrono::{Datelike, NaiveDate};

use super::quoted;
use crate::policy::calendar::parse_day;

/// Reads a day; of what is none what is wrong with it, and what to type instead after `before`, which is
/// what the author typed before it: `effective: `.
pub fn day(text: &str, before: &str) -> Result<NaiveDate, (String, String)> {
    let shown = quoted(text);
    Err(match parse_day(text) {
        Some(day) if (1000..=2999).contains(&day.year()) => return Ok(day),
        Some(_) => (
            format!("{shown} is in an impossible year"),
            format!("write `{before}YYYY-MM-DD` with the real year"),
        ),
        None => match meant(text) {
            Meant::Day(day) => {
                (format!("{shown} is not written as year-month-day"), format!("write `{before}{day}`"))
            }
            Meant::Either(a, b) => (
                format!("{shown} can be read as two different days"),
                format!("write `{before}{a}` or `{before}{b}`, whichever is meant"),
            ),
            Meant::Unreal(last) => (
                format!("there is no such day as {shown}"),
                format!("the last day of that month is `{last}`"),
            ),
            Meant::Month(first) => (
                format!("{shown} names a month and no day"),
                format!("write `{before}{first}` if the first is meant"),
            ),
            Meant::Nothing => (
                format!("{shown} is not a day"),
                format!("write year-month-day, for example `{before}2018-05-15`"),
            ),
        },
    })
}

/// What was meant.
#[derive(Debug, PartialEq, Eq)]
enum Meant {
    /// One day.
    Day(NaiveDate),
    /// Day first, or month first.
    Either(NaiveDate, NaiveDate),
    /// The month has no such day; its last one.
    Unreal(NaiveDate),
    /// A month without a day: its first one.
    Month(NaiveDate),
    /// No day at all.
    Nothing,
}

/// Reads days as people write them, in English.
fn meant(text: &str) -> Meant {
    let text = text.trim().trim_matches(|c: char| c == '"' || c == '\'' || super::line::is_smart_quote(c));
    // `2018-05-15T00:00:00Z`, `2018-05-15 12:00`
    if let Some(day) = text.get(..10).and_then(parse_day)
        && text[10..].starts_with(['T', 't', ' '])
    {
        return Meant::Day(day);
    }
    if text.len() == 8
        && text.is_ascii()
        && let (Some(year), Some(month), Some(day)) =
            (year(&text[..4]), number(&text[4..6]), number(&text[6..]))
    {
        return real(year, month, day);
    }
    let parts: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [a, b, c] => three(a, b, c, text.contains('.')),
        [a, b] => two(a, b),
        _ => Meant::Nothing,
    }
}

fn three(a: &str, b: &str, c: &str, dots: bool) -> Meant {
    if let Some(year) = year(a) {
        return match (month(b), number(b), number(ordinal(c))) {
            (Some(month), _, Some(day)) => real(year, month, day),
            (None, Some(day), Some(month)) if day > 12 && month <= 12 => real(year, month, day),
            (None, Some(month), Some(day)) => real(year, month, day),
            _ => Meant::Nothing,
        };
    }
    let Some(year) = year(c) else { return Meant::Nothing };
    match (month(a), month(b), number(ordinal(a)), number(ordinal(b))) {
        (Some(month), None, None, Some(day)) | (None, Some(month), Some(day), None) => real(year, month, day),
        (None, None, Some(day), Some(month)) if dots || day > 12 => real(year, month, day),
        (None, None, Some(month), Some(day)) if day > 12 || day == month => real(year, month, day),
        (None, None, Some(a), Some(b)) => {
            match (NaiveDate::from_ymd_opt(year, b, a), NaiveDate::from_ymd_opt(year, a, b)) {
                (Some(day_first), Some(month_first)) => Meant::Either(day_first, month_first),
                _ => Meant::Nothing,
            }
        }
        _ => Meant::Nothing,
    }
}

/// `May 2018`, `2018-05`
fn two(a: &str, b: &str) -> Meant {
    let pair = match (year(a), year(b)) {
        (Some(year), _) => Some((year, month(b).or_else(|| number(b)))),
        (None, Some(year)) => Some((year, month(a).or_else(|| number(a)))),
        _ => None,
    };
    match pair {
        Some((year, Some(month))) => {
            NaiveDate::from_ymd_opt(year, month, 1).map_or(Meant::Nothing, Meant::Month)
        }
        _ => Meant::Nothing,
    }
}

fn real(year: i32, month: u32, day: u32) -> Meant {
    if let Some(day) = NaiveDate::from_ymd_opt(year, month, day) {
        return Meant::Day(day);
    }
    let last = (28..=31).rev().find_map(|day| NaiveDate::from_ymd_opt(year, month, day));
    match last {
        Some(last) if day > last.day() && day <= 31 => Meant::Unreal(last),
        _ => Meant::Nothing,
    }
}

fn number(text: &str) -> Option<u32> {
    (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn year(text: &str) -> Option<i32> {
    (text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// `15th` without its ending.
fn ordinal(text: &str) -> &str {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if matches!(&text[digits.len()..], "st" | "nd" | "rd" | "th") { digits } else { text }
}

fn month(text: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_lowercase();
    let found = MONTHS.iter().position(|month| text.len() >= 3 && month.starts_with(&text));
    let found = found.or((text == "sept").then_some(8));
    found.and_then(|index| u32::try_from(index + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn means(text: &str, want: &str) {
        let got = match meant(text) {
            Meant::Day(day) => day.to_string(),
            Meant::Either(a, b) => format!("{a} or {b}"),
            Meant::Unreal(last) => format!("unreal, at most {last}"),
            Meant::Month(first) => format!("month of {first}"),
            Meant::Nothing => "nothing".to_owned(),
        };
        assert_eq!(got, want, "{text}");
    }

    #[test]
    fn days_as_people_write_them() {
        for text in [
            "May 15, 2018",
            "15 May 2018",
            "15th May 2018",
            "May 15th, 2018",
            "2018-5-15",
            "2018/05/15",
            "15/05/2018",
            "05/15/2018",
            "15.05.2018",
            "2018-15-05",
            "20180515",
            "2018 May 15",
            "2018-05-15T00:00:00Z",
            "2018-05-15 12:00",
            "“2018-5-15”",
            "2018.05.15",
            "15-May-2018",
        ] {
            means(text, "2018-05-15");
        }
        means("05.06.2018", "2018-06-05");
        means("05/06/2018", "2018-06-05 or 2018-05-06");
        means("2018-02-30", "unreal, at most 2018-02-28");
        means("31 June 2018", "unreal, at most 2018-06-30");
        means("May 2018", "month of 2018-05-01");
        means("2018-05", "month of 2018-05-01");
        for text in ["soon", "", "15/05/18", "2018-13-45", "é", "2018-05-15é1é", "20180é1", "99/99/2018"]
        {
            means(text, "nothing");
        }
    }
}
