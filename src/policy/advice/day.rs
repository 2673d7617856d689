//! Days that a text gives itself. They stand in its front matter, and pages print them from there.

use super::{Reading, sentences};
use crate::diagnostic::Diagnostic;
use crate::policy::dates::{Stated, dates, stated};
use crate::policy::phrases::{Shape, Word};
use crate::policy::vocabulary::List;

/// A sentence that gives a text its day is short.
const LONGEST: usize = 18;
/// The day stands at most so many words after what introduces it.
const REACH: usize = 6;
/// So many words may follow it.
const REST: usize = 2;

pub(super) fn days(reading: &Reading<'_>) -> Vec<Diagnostic> {
    let front = reading.subject.front;
    // Of a text that was only seen on its day nobody knows better than the text.
    if front.is_captured() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (clause, words) in reading.prose() {
        let text = &clause.content.text;
        let all = dates(text);
        if all.is_empty() {
            continue;
        }
        let crosses = |at: usize| {
            let at = words.get(at).map_or(text.len(), |w| w.range.start);
            all.iter().any(|d| d.start < at && at < d.end)
        };
        let mut start = 0;
        // `3. März`: a date ends no sentence.
        for end in sentences(text, words).into_iter().map(|s| s.end).filter(|end| !crosses(*end)) {
            let words = &words[start..end];
            start = end;
            let bytes = words.first().map_or(0, |w| w.range.start)..words.last().map_or(0, |w| w.range.end);
            let mut inside = all.iter().filter(|d| bytes.start <= d.start && d.end <= bytes.end);
            // Of two days nobody can tell which is meant.
            let (Some(date), None) = (inside.next(), inside.next()) else { continue };
            if !introduces(reading, words, date.start) {
                continue;
            }
            let after = words.iter().filter(|w| w.range.start >= date.end && w.shape != Shape::Mark).count();
            let days = stated(&text[date.clone()]);
            if after > REST || days.is_empty() {
                continue;
            }
            let span = super::place(reading.subject.file, clause, date.clone());
            found.push(said(reading, &days, &text[date.clone()], span));
        }
    }
    found
}

fn said(reading: &Reading<'_>, days: &[Stated], date: &str, span: std::ops::Range<usize>) -> Diagnostic {
    let front = reading.subject.front;
    let known = |day| days.iter().any(|stated| stated.holds(day));
    if known(front.effective) || known(front.announced) {
        let message = format!(
            "pages print this day from the front matter, which says `effective: {}`",
            front.effective
        );
        let hint = "delete this line: in the text a day is one more thing to forget, and every new one is a change of the text";
        return Diagnostic::warning("date-in-text", span, message, hint);
    }
    let message = format!("the text says {date}, and its front matter `effective: {}`", front.effective);
    let hint = match days {
        [Stated::Day(day)] => format!(
            "delete this line, for pages print the day; or, if the text is right, write `effective: {day}`"
        ),
        _ => "delete this line: pages print the day from the front matter".to_owned(),
    };
    Diagnostic::warning("date-contradicts", span, message, hint)
}

/// Whether a short sentence says that the day at this byte is the text's own.
fn introduces(reading: &Reading<'_>, words: &[Word], date: usize) -> bool {
    let said = words.iter().filter(|w| w.shape != Shape::Mark).count();
    let find = |list, at: usize| reading.find(list, &words[at..]);
    if said > LONGEST || (0..words.len()).any(|i| find(List::Earlier, i).is_some()) {
        return false;
    }
    let own = |at: usize| {
        let first = words[..at].iter().all(|w| w.shape == Shape::Mark);
        let subject = (0..at).any(|j| {
            find(List::Document, j).is_some() || reading.vocabulary.publishes(&words[j..]) == Some(true)
        });
        // "This policy explains … effective May 1" speaks of what it explains.
        first || subject && words[..at].iter().filter(|w| w.shape != Shape::Mark).count() <= 8
    };
    (0..words.len()).any(|i| {
        let Some(len) = find(List::Dated, i) else { return false };
        let between = words[i + len..].iter().take_while(|w| w.range.start < date);
        let between = between.filter(|w| w.shape != Shape::Mark).count();
        words.get(i + len).is_none_or(|w| w.range.start <= date)
            && words[i].range.start < date
            && between <= REACH
            && own(i)
    })
}
