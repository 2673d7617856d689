//! The dates that a text states of itself, at its top or its end: `Effective Date: May 15, 2018`,
//! `Last updated on 3 March 2020`, `Stand: 15.05.2018`.
//!
//! A date states when the text took effect only if words say so right before it. The year of a
//! copyright says nothing, nor does a date within the prose.

use chrono::NaiveDate;

use super::{Line, plain};
use crate::policy::dates::{Stated, dates, stated};

/// What the words before a date say of it. The order is the order of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// Nothing: the line is a date and no more.
    Bare,
    /// When the text was changed.
    Updated,
    /// When it took effect.
    Effective,
}

/// Which day a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// This one.
    Day(NaiveDate),
    /// One of these: `03/04/2018`.
    Either {
        /// Where the first number is the day.
        day_first: NaiveDate,
        /// Where the first number is the month.
        month_first: NaiveDate,
    },
}

/// Reads a date that was found. `None` where it is no single day.
pub fn read(date: &str) -> Option<Reading> {
    let days: Vec<NaiveDate> = stated(date)
        .into_iter()
        .filter_map(|stated| match stated {
            Stated::Day(day) => Some(day),
            Stated::Month(_) => None,
        })
        .collect();
    match days.as_slice() {
        // Where numbers are parted by full stops the day is written first.
        [day_first, month_first] if !date.contains('.') => {
            Some(Reading::Either { day_first: *day_first, month_first: *month_first })
        }
        [day, ..] => Some(Reading::Day(*day)),
        [] => None,
    }
}

/// A date that a text states of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Which of the lines.
    pub line: usize,
    /// The day; two where it can be read in two ways.
    pub reading: Reading,
    /// What it is the date of.
    pub label: Label,
    /// As it stands there.
    pub words: String,
}

impl Statement {
    /// The day, where it can be read in one way only.
    pub fn day(&self) -> Option<NaiveDate> {
        match self.reading {
            Reading::Day(day) => Some(day),
            Reading::Either { .. } => None,
        }
    }
}

/// What says that a text takes effect, in the languages of months; small letters.
const EFFECTIVE: &[&str] = &[
    "effective",
    "effective date",
    "takes effect",
    "in effect",
    "in force",
    "valid from",
    "comes into force",
    "entrada en vigor",
    "entra en vigor",
    "en vigor",
    "vigente",
    "vigencia",
    "vigor",
    "entrée en vigueur",
    "en vigueur",
    "applicable",
    "prise d'effet",
    "gültig",
    "gültig ab",
    "in kraft",
    "wirksam",
    "inkrafttreten",
    "tritt in kraft",
    "entrada em vigor",
    "em vigor",
    "vigência",
    "in vigore",
    "entrata in vigore",
    "efficace",
    "ingangsdatum",
    "van kracht",
    "geldig",
    "تاريخ السريان",
    "ساري المفعول",
    "يسري",
    "дата вступления в силу",
];

/// What says that it was changed.
const UPDATED: &[&str] = &[
    "updated",
    "last update",
    "revised",
    "last revision",
    "revision",
    "modified",
    "last modification",
    "amended",
    "last changed",
    "version",
    "posted",
    "date of last revision",
    "dated",
    "actualización",
    "última actualización",
    "actualizado",
    "actualizada",
    "revisión",
    "modificación",
    "mise à jour",
    "mis à jour",
    "modifié",
    "modification",
    "révision",
    "stand",
    "aktualisiert",
    "geändert",
    "aktualisierung",
    "letzte änderung",
    "fassung",
    "atualização",
    "atualizado",
    "atualizada",
    "revisão",
    "aggiornamento",
    "aggiornato",
    "aggiornata",
    "bijgewerkt",
    "gewijzigd",
    "آخر تحديث",
    "تم التحديث",
    "обновлено",
    "последнее обновление",
];

/// What stands between such words and the date.
const BETWEEN: &[&str] = &[
    "on", "is", "of", "as", "from", "the", "to", "date", "in", "since", "was", "are", "and", "at", "el",
    "del", "de", "desde", "a", "partir", "le", "du", "au", "la", "am", "vom", "ab", "seit", "zum", "em",
    "do", "il", "dal", "op", "per", "fecha", "datum", "data", "dal", "last", "its", "this", "policy",
];

/// A line with more words states no date by itself, unless it stands at an end.
const SHORT: usize = 25;

/// So many lines at the top and the end may state a date in the course of a paragraph.
const ENDS: usize = 8;

/// What a text states, in its order.
pub fn statements(lines: &[Line]) -> Vec<Statement> {
    let text: Vec<usize> = (0..lines.len()).filter(|i| lines[*i].is_text()).collect();
    let mut found = Vec::new();
    for (place, line) in text.iter().enumerate() {
        let words = plain(&lines[*line].text);
        let short = words.split_whitespace().count() <= SHORT;
        if short || place < ENDS || place + ENDS >= text.len() {
            found.extend(of_line(&words, short).map(|(reading, label)| Statement {
                line: *line,
                reading,
                label,
                words: super::first_words(&words),
            }));
        }
    }
    found
}

/// What a line states: the first date in it that words belong to.
fn of_line(line: &str, short: bool) -> Option<(Reading, Label)> {
    let lower = line.to_lowercase();
    if line.contains('©') || lower.contains("copyright") || lower.contains("(c)") {
        return None;
    }
    let dates = dates(line);
    let labelled = dates.iter().find_map(|range| {
        let label = label(&line[..range.start])?;
        Some((read(&line[range.clone()])?, label))
    });
    labelled.or_else(|| {
        // The words may come after: `15 May 2018 (effective date)`.
        let [only] = dates.as_slice() else { return None };
        let rest = format!("{} {}", &line[..only.start], &line[only.end..]);
        let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
        match rest.is_empty() {
            true => Some((read(&line[only.clone()])?, Label::Bare)),
            false => Some((read(&line[only.clone()])?, label(rest)?)).filter(|_| short && rest.len() < 40),
        }
    })
}

/// What the words that a date follows say of it.
fn label(before: &str) -> Option<Label> {
    let sentence = before.rsplit(['.', ';', '!', '?']).next().unwrap_or_default().to_lowercase();
    let mut words: Vec<&str> = sentence
        .split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'))
        .filter(|word| !word.is_empty())
        .collect();
    // At most six words say it; a whole sentence before it says something else.
    while words.last().is_some_and(|word| BETWEEN.contains(word)) {
        words.pop();
    }
    let ends = |labels: &[&str]| {
        labels.iter().any(|label| {
            let label: Vec<&str> = label.split(' ').collect();
            words.ends_with(&label)
        })
    };
    match (ends(EFFECTIVE), ends(UPDATED)) {
        (true, _) => Some(Label::Effective),
        (_, true) => Some(Label::Updated),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stated(line: &str) -> Option<(String, Label)> {
        let found = statements(&[Line::new(1, line)]);
        found.first().map(|s| (s.day().map_or("either".to_owned(), |day| day.to_string()), s.label))
    }

    #[test]
    fn dates_in_the_usual_words() {
        for (line, day, label) in [
            ("Effective Date: February 6, 2012", "2012-02-06", Label::Effective),
            ("**Effective Date:** October 22, 2014", "2014-10-22", Label::Effective),
            ("Effective date: September 10, 2013 ", "2013-09-10", Label::Effective),
            ("Effective as of 15 October, 2015.", "2015-10-15", Label::Effective),
            ("This policy was last updated on March 3, 2020.", "2020-03-03", Label::Updated),
            ("*Last revised: 2020-03-03*", "2020-03-03", Label::Updated),
            ("Revised (May 15, 2018)", "2018-05-15", Label::Updated),
            ("Stand: 15.05.2018", "2018-05-15", Label::Updated),
            ("Stand: 03.04.2018", "2018-04-03", Label::Updated),
            ("Última actualización: 15 de mayo de 2018", "2018-05-15", Label::Updated),
            ("Fecha de entrada en vigor: 15/05/2018", "2018-05-15", Label::Effective),
            ("Dernière mise à jour le 1er janvier 2019", "2019-01-01", Label::Updated),
            ("Gültig ab 1. Januar 2020", "2020-01-01", Label::Effective),
            ("May 15, 2018", "2018-05-15", Label::Bare),
            ("Effective 03/04/2018", "either", Label::Effective),
        ] {
            assert_eq!(stated(line), Some((day.to_owned(), label)), "{line}");
        }
    }

    #[test]
    fn what_states_no_date() {
        for line in [
            "© 2020 Hillside School",
            "Copyright May 1, 2020",
            "On May 15, 2018, the school adopted a new policy.",
            "We answered requests made in 2012.",
            "The framework that courts set aside on July 16, 2020 no longer applies.",
            "Effective immediately",
        ] {
            assert_eq!(stated(line), None, "{line}");
        }
    }
}
