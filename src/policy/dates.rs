//! Dates in a text, whatever its language: `2018-05-15`, `15/05/2018`, `May 15, 2018`, `15 de mayo
//! de 2018`, `15. Mai`, `May 2018`, `2018年5月15日`.
//!
//! A date is found by its form alone: `15/05/2018` and `05/15/2018` are both dates, and neither is
//! told to be a day that exists. `read` says which day one may be.

use std::ops::Range;

use super::words::{fold, pieces};

mod read;

pub use read::{Stated, stated};

/// Names of months, by language; those spelt alike stand once. Short forms are English.
const MONTHS: &[&str] = &[
    "january february march april may june july august september october november december",
    "jan feb mar apr jun jul aug sep sept oct nov dec",
    "enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "januar jänner februar märz juni juli oktober dezember",
    "janeiro fevereiro março maio junho julho setembro outubro novembro dezembro",
    "gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre",
    "januari februari maart mei augustus",
    "augusti marts maj",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
];

/// Months that are common words of a language unless they are written with a capital.
const ALSO_WORDS: &[&str] = &["may", "march", "august"];

/// What may stand between the parts of a date that is written out.
const BETWEEN: &[&str] = &["of", "day", "de", "del", "di", "do"];

/// The value of a decimal digit of any script.
pub fn digit(c: char) -> Option<u32> {
    // The first digit of each script whose digits are common in published texts.
    const ZEROS: [u32; 7] = [0x30, 0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xFF10];
    ZEROS.iter().find_map(|zero| (c as u32).checked_sub(*zero).filter(|value| *value < 10))
}

/// Where dates stand in a text, in order; no two overlap.
pub fn dates(text: &str) -> Vec<Range<usize>> {
    dates_of(text, &pieces(text))
}

/// The same for a text that is cut into [`pieces`].
pub fn dates_of(text: &str, pieces: &[Range<usize>]) -> Vec<Range<usize>> {
    // The day and the year are digits, so far from any there is nothing to look for.
    let numbers = |i: &usize| text[pieces[*i].clone()].starts_with(|c| digit(c).is_some());
    let mut parts = vec![Part::Other; if text.contains(|c| digit(c).is_some()) { pieces.len() } else { 0 }];
    let mut told = 0;
    for number in (0..parts.len()).filter(numbers) {
        let to = parts.len().min(number + LONGEST);
        for i in told.max(number.saturating_sub(LONGEST))..to {
            parts[i] = part(&text[pieces[i].clone()]);
        }
        told = to;
    }
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut i = 0;
    while i < parts.len() {
        match length(&parts[i..]) {
            Some(len) => {
                found.push(pieces[i].start..pieces[i + len - 1].end);
                i += len;
            }
            None => i += 1,
        }
    }
    found
}

/// No date has more parts than this.
const LONGEST: usize = 10;

/// What a token can be in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// 1 to 31 in one or two digits, also `15th`.
    Day,
    /// Four digits.
    Year,
    Month,
    /// `-`, `/`, `.`, `,`
    Mark(char),
    /// A word of [`BETWEEN`].
    Between,
    /// `年`, `月`, `日`
    Unit(char),
    /// Digits with the word for year, month or day, as Korean writes them.
    Counted(char),
    /// `15.05.2018`
    Whole,
    Other,
}

fn part(token: &str) -> Part {
    let digits: String =
        token.chars().map_while(digit).filter_map(|value| char::from_digit(value, 10)).collect();
    let rest = token.char_indices().nth(digits.len()).map_or("", |(at, _)| &token[at..]);
    let day = digits.len() <= 2 && digits.parse::<u8>().is_ok_and(|d| (1..=31).contains(&d));
    match (digits.len(), rest) {
        (0, "-" | "/" | "." | ",") => Part::Mark(rest.chars().next().unwrap_or_default()),
        (0, "年" | "月" | "日" | "号" | "號") => {
            Part::Unit(rest.chars().next().map_or('日', |c| if matches!(c, '号' | '號') { '日' } else { c }))
        }
        (0, _) => word(rest),
        (4, "") => Part::Year,
        (4, "년") => Part::Counted('年'),
        (_, "월") if day => Part::Counted('月'),
        (_, "일") if day => Part::Counted('日'),
        (1 | 2, _) if day && rest.chars().all(char::is_alphabetic) && rest.chars().count() <= 3 => Part::Day,
        (1 | 2 | 4, _) if is_whole(token) => Part::Whole,
        _ => Part::Other,
    }
}

fn word(word: &str) -> Part {
    let lower = fold(word).to_lowercase();
    let named = MONTHS.iter().any(|names| names.split(' ').any(|name| name == lower));
    // `dec` and `oct` are short for nothing where they begin small, and `may` is another word.
    let short = MONTHS[1].split(' ').any(|name| name == lower) || ALSO_WORDS.contains(&lower.as_str());
    match named && (!short || word.starts_with(char::is_uppercase)) {
        true => Part::Month,
        false if BETWEEN.contains(&lower.as_str()) => Part::Between,
        false => Part::Other,
    }
}

/// A token that is a date by itself.
fn is_whole(token: &str) -> bool {
    let lengths: Vec<usize> = token.split('.').map(str::len).collect();
    let digits = token.chars().all(|c| c == '.' || digit(c).is_some());
    digits && matches!(lengths[..], [1..=2, 1..=2, 4 | 2] | [4, 1..=2, 1..=2])
}

/// How many of the first parts are a date.
fn length(parts: &[Part]) -> Option<usize> {
    use Part::{Counted, Day, Mark, Month, Unit, Whole, Year};
    let numeric = match parts {
        [Whole, ..] => Some(1),
        [Counted('年'), Counted('月'), Counted('日'), ..] => Some(3),
        [Year, Unit('年'), Day, Unit('月'), Day, Unit('日'), ..] => Some(6),
        [Day, Unit('月'), Day, Unit('日'), ..] | [Year, Unit('年'), Day, Unit('月'), ..] => Some(4),
        [Year, Mark(a), Day, Mark(b), Day, ..] | [Day, Mark(a), Day, Mark(b), Year, ..]
            if a == b && matches!(a, '-' | '/' | '.') =>
        {
            Some(5)
        }
        _ => None,
    };
    // Two parts and what stands between them.
    let after = |from: usize, wanted: Part| {
        let between = |p: &&Part| matches!(p, Part::Between | Mark('.' | ','));
        let skipped = parts.get(from..)?.iter().take(3).take_while(between).count();
        (parts.get(from + skipped) == Some(&wanted)).then_some(from + skipped + 1)
    };
    numeric.or_else(|| {
        let end = match parts.first()? {
            Month => after(1, Day).or_else(|| after(1, Year))?,
            Day => after(1, Month)?,
            _ => return None,
        };
        // A year that follows belongs to it; after a full stop another sentence begins.
        let next = parts.get(end) != Some(&Mark('.')) && parts.get(end - 1) != Some(&Year);
        Some(after(end, Year).filter(|_| next).unwrap_or(end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        dates(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn dates_of_many_forms() {
        for date in [
            "2018-05-15",
            "15/05/2018",
            "05/15/2018",
            "15.05.2018",
            "15.5.18",
            "May 15, 2018",
            "May 15th, 2018",
            "15 May 2018",
            "15 October, 2015",
            "Sept. 3, 2019",
            "15th day of May 2018",
            "May 15",
            "May 2018",
            "15 de mayo de 2018",
            "1er janvier 2019",
            "15. Mai 2018",
            "1º de março de 2020",
            "3 maart 2021",
            "1 mei 2021",
            "3 mars 2020",
            "15 мая 2018",
            "2018年5月15日",
            "2018년 5월 15일",
            "١٥ مايو ٢٠١٨",
        ] {
            assert_eq!(found(&format!("As of {date} we do.")), [date]);
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "You may 15 times ask.",
            "We march 3 times.",
            "Section 3.2.1 applies.",
            "within 30 days",
            "call 555-0100",
            "in 2018",
            "version 1.2",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
        assert_eq!(found("On 3 May. 2018 was a year."), ["3 May"]);
    }
}
