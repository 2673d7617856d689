//! Readers who are told to come back and look for changes. European regulators call that unfair: those
//! who change a text have to tell its readers (WP260 rev.01, paragraph 29).

use super::{Reading, sentences};
use crate::diagnostic::Diagnostic;
use crate::policy::phrases::{Shape, Word};
use crate::policy::vocabulary::List;

/// What is looked at stands at most so many words after the word for looking.
const REACH: usize = 10;
/// How often stands at most so many words after what is looked at.
const AFTER: usize = 6;

pub(super) fn check_back(reading: &Reading<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (clause, words) in reading.prose() {
        for sentence in sentences(&clause.content.text, words) {
            let words = &words[sentence];
            let Some(told) = told(reading, words) else { continue };
            found.push(Diagnostic::warning(
                "check-back",
                reading.place(clause, &words[told]),
                "this leaves it to readers to look for changes, which regulators call unfair",
                "say how you tell them: a notice on this page before a change takes effect, a message, the list of what changed",
            ));
        }
    }
    found
}

/// The words of a sentence that send its reader looking.
fn told(reading: &Reading<'_>, words: &[Word]) -> Option<std::ops::Range<usize>> {
    let find = |list, at: usize| reading.find(list, &words[at..]);
    (0..words.len()).find_map(|i| {
        if let Some(len) = find(List::Back, i) {
            let rest = (0..words.len()).filter(|j| !(i..i + len).contains(j));
            let about = rest
                .into_iter()
                .any(|j| find(List::Document, j).is_some() || find(List::Often, j).is_some() && j + 3 > i);
            return (about && is_asked(reading, words, i)).then_some(i..i + len);
        }
        let len = find(List::Look, i)?;
        let start = i + len;
        let end = words.len().min(start + REACH);
        let mut page = None;
        let mut j = start;
        // What is the reader's own is no page of ours: "review your account page".
        while j < end && !is_reader(reading, &words[j..]) && find(List::Look, j).is_none() {
            let here = find(List::Document, j);
            page = here.map(|len| j + len).or(page);
            j += here.unwrap_or(1);
        }
        let page = page?;
        let stop = words.len().min(page + AFTER);
        let plain = |j: &usize| !is_reader(reading, &words[*j..]) && find(List::Look, *j).is_none();
        let after = (page..stop).take_while(plain).find_map(|j| find(List::Often, j).map(|len| j + len));
        let between = (start..page).find_map(|j| find(List::Often, j).map(|_| page));
        let before = (i.saturating_sub(4)..i).find(|j| find(List::Often, *j).is_some_and(|len| j + len == i));
        let end = after.or(between).or(before.map(|_| page))?;
        // A look at once is no look now and then: "when you read this page each time".
        is_asked(reading, words, i).then(|| before.unwrap_or(i)..end)
    })
}

fn is_reader(reading: &Reading<'_>, words: &[Word]) -> bool {
    reading.vocabulary.publishes(words) == Some(false)
}

/// Whether it is the reader who is to do what the word at `at` says, and not the publisher.
fn is_asked(reading: &Reading<'_>, words: &[Word], at: usize) -> bool {
    let who = (0..at).rev().find_map(|j| Some((j, reading.vocabulary.publishes(&words[j..])?)));
    let from = who.map_or(0, |(j, _)| j);
    let urged = (from..at).any(|j| reading.find(List::Urge, &words[j..]).is_some());
    match who {
        Some((_, false)) => true,
        Some((_, true)) => urged,
        // An imperative stands first, or after a comma.
        None => {
            let often = |j: &usize| {
                (0..=*j).any(|k| reading.find(List::Often, &words[k..]).is_some_and(|len| k + len > *j))
            };
            let first = (0..at).rev().find(|j| words[*j].shape == Shape::Mark || !often(j));
            urged || first.is_none_or(|j| words[j].shape == Shape::Mark)
        }
    }
}
