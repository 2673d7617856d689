//! Which day a date that stands in a text may be.

use chrono::{Datelike, NaiveDate};

use super::digit;
use crate::policy::words::{fold, pieces};

/// The names of each month, in the languages in which dates are found.
const NAMES: [&str; 12] = [
    "january jan enero janvier januar jänner janeiro gennaio januari stycznia января ocak يناير",
    "february feb febrero février februar fevereiro febbraio februari lutego февраля şubat فبراير",
    "march mar marzo mars märz março maart marts marca марта mart مارس",
    "april apr abril avril aprile kwietnia апреля nisan أبريل",
    "may mayo mai maio maggio mei maj maja мая mayıs مايو",
    "june jun junio juin juni junho giugno czerwca июня haziran يونيو",
    "july jul julio juillet juli julho luglio lipca июля temmuz يوليو",
    "august aug agosto août augustus augusti sierpnia августа ağustos أغسطس",
    "september sep sept septiembre setiembre septembre setembro settembre września сентября eylül سبتمبر",
    "october oct octubre octobre oktober outubro ottobre października октября ekim أكتوبر",
    "november nov noviembre novembre novembro listopada ноября kasım نوفمبر",
    "december dec diciembre décembre dezember dezembro dicembre grudnia декабря aralık ديسمبر",
];

/// A day, or a month where no day was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stated {
    /// A day.
    Day(NaiveDate),
    /// The first day of a month.
    Month(NaiveDate),
}

impl Stated {
    /// Whether a day is the one that is stated, or lies in the month.
    pub fn holds(self, day: NaiveDate) -> bool {
        match self {
            Self::Day(stated) => stated == day,
            Self::Month(first) => (first.year(), first.month()) == (day.year(), day.month()),
        }
    }
}

/// What a date found by [`dates`](super::dates) may say: two days where it does not tell which number is
/// the month, none where it has no year or is no day that exists.
pub fn stated(date: &str) -> Vec<Stated> {
    let mut numbers: Vec<(u32, usize)> = Vec::new();
    let mut named = None;
    for piece in pieces(date) {
        for part in date[piece].split(['.', '/', '-']) {
            let digits: Vec<u32> = part.chars().map_while(digit).collect();
            match digits.len() {
                0 => named = named.or_else(|| month(part)),
                len => numbers.push((digits.iter().fold(0, |n, d| n * 10 + d), len)),
            }
        }
    }
    let at = |(year, len): (u32, usize), month: u32, day: u32| {
        let year = if len <= 2 { 2000 + year } else { year };
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    };
    let days: Vec<Option<NaiveDate>> = match (named, numbers.as_slice()) {
        (Some(month), [year]) if year.1 == 4 => {
            return at(*year, month, 1).map(Stated::Month).into_iter().collect();
        }
        (Some(month), [day, year]) if year.1 == 4 => vec![at(*year, month, day.0)],
        (None, [year, month, day]) if year.1 == 4 => vec![at(*year, month.0, day.0)],
        (None, [a, b, year]) => vec![at(*year, b.0, a.0), at(*year, a.0, b.0)],
        _ => Vec::new(),
    };
    let mut days: Vec<Stated> = days.into_iter().flatten().map(Stated::Day).collect();
    days.dedup();
    days
}

fn month(word: &str) -> Option<u32> {
    let word = fold(word).to_lowercase();
    let at = NAMES.iter().position(|names| names.split(' ').any(|name| name == word))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::super::MONTHS;
    use super::*;

    #[test]
    fn the_day_that_is_written() {
        let may = NaiveDate::from_ymd_opt(2018, 5, 15).unwrap();
        for date in [
            "2018-05-15",
            "15/05/2018",
            "05/15/2018",
            "15.05.2018",
            "15.5.18",
            "May 15, 2018",
            "May 15th, 2018",
            "15 de mayo de 2018",
            "15. Mai 2018",
            "2018年5月15日",
            "2018년 5월 15일",
            "١٥ مايو ٢٠١٨",
        ] {
            assert_eq!(stated(date), [Stated::Day(may)], "{date}");
        }
        assert_eq!(stated("May 2018"), [Stated::Month(may.with_day(1).unwrap())]);
        assert_eq!(stated("01/02/2018").len(), 2);
        for none in ["May 15", "February 30, 2018"] {
            assert_eq!(stated(none), [], "{none}");
        }
    }

    #[test]
    fn every_month_that_is_found_is_read() {
        for name in MONTHS.iter().flat_map(|names| names.split(' ')) {
            assert!(month(name).is_some(), "{name}");
        }
    }
}
