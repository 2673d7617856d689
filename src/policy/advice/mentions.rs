//! Sections that a text names by their titles. A title changes and its mention stays; a link to an id
//! holds.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Reading, place, squeezed};
use crate::diagnostic::Diagnostic;
use crate::policy::phrases::{Shape, Word};
use crate::policy::vocabulary::List;
use crate::policy::{Clause, ClauseKind, Style, Text};

/// A title has at most this many words.
const TITLE: usize = 14;
/// So many words may stand between what announces a title and the title.
const LEAD: usize = 4;

/// What may be named.
struct Title<'a> {
    /// The id of its clause.
    id: &'a str,
    /// Its words.
    full: &'a str,
    /// Its letters alone.
    squeezed: String,
}

pub(super) fn mentions(reading: &Reading<'_>) -> Vec<Diagnostic> {
    let titles = titles(reading.subject.text);
    if titles.len() < 2 {
        return Vec::new();
    }
    let mut known: BTreeSet<String> = titles.iter().map(|t| t.squeezed.clone()).collect();
    known.extend(reading.subject.names.iter().map(|name| squeezed(name)));
    let mut told = BTreeSet::new();
    let mut found: Vec<Diagnostic> = Vec::new();
    for (clause, words) in reading.prose() {
        for named in named(reading, &clause.content.text, words) {
            let bytes = words[named.start].range.start..words[named.end - 1].range.end;
            let linked = |m: &crate::policy::Mark| {
                matches!(m.style, Style::Link(_)) && m.range.start < bytes.end && bytes.start < m.range.end
            };
            let title = &clause.content.text[bytes.clone()];
            let wanted = squeezed(title);
            if known.contains(&wanted) || clause.content.marks.iter().any(linked) {
                continue;
            }
            let span = place(reading.subject.file, clause, bytes.clone());
            if told.insert((span.start, span.end)) {
                found.push(dangling(title, &wanted, &titles, span));
            }
        }
    }
    found
}

fn dangling(title: &str, wanted: &str, titles: &[Title<'_>], span: Range<usize>) -> Diagnostic {
    let longer = || titles.iter().find(|t| wanted.len() > 4 && t.squeezed.contains(wanted));
    let shorter = || titles.iter().find(|t| t.squeezed.len() > 7 && wanted.contains(&t.squeezed));
    let alike = || {
        let near = titles.iter().map(|t| (strsim::jaro_winkler(&t.squeezed, wanted), t));
        let best = near.max_by(|a, b| a.0.total_cmp(&b.0))?;
        (best.0 > 0.85).then_some(best.1)
    };
    match longer().or_else(shorter).or_else(alike) {
        Some(Title { id, full, .. }) => Diagnostic::warning(
            "dangling-mention",
            span,
            format!("no section is called `{title}`; there is `{full}`"),
            format!("link to it, so that it is found whatever it is called: `[{full}](#{id})`"),
        ),
        None => Diagnostic::warning(
            "dangling-mention",
            span,
            format!("no section of this text is called `{title}`"),
            format!("link to the section that is meant, by its id: `[{title}](#…)`"),
        ),
    }
}

/// The titles of a text: of its sections, and of paragraphs that imported texts set like one. What a
/// paragraph begins with in strong type names it, too: `**When the law asks for it.** …`
fn titles(text: &Text) -> Vec<Title<'_>> {
    let title = |c: &Clause| {
        let content = &c.content;
        let all = |m: &crate::policy::Mark| m.style == Style::Strong && m.range == (0..content.text.len());
        let capitals =
            !content.text.chars().any(char::is_lowercase) && content.text.chars().any(char::is_alphabetic);
        matches!(c.kind, ClauseKind::Heading(_) | ClauseKind::Term)
            || content.marks.iter().any(all)
            || capitals
    };
    let whole = |c: &Clause| title(c).then_some(c.content.number_len..c.content.text.len());
    let begins = |c: &Clause| {
        let strong = c.content.marks.iter().filter(|m| m.style == Style::Strong);
        strong.map(|m| m.range.clone()).find(|range| range.start <= c.content.number_len)
    };
    let named = |c| {
        let range = whole(c).or_else(|| begins(c))?;
        let full = c.content.text[range].trim().trim_end_matches(['.', ':']);
        Some(Title { id: &c.id, full, squeezed: squeezed(full) })
    };
    text.clauses.iter().filter_map(named).collect()
}

/// Where titles are named, as ranges of words.
fn named(reading: &Reading<'_>, text: &str, words: &[Word]) -> Vec<Range<usize>> {
    let find = |list, at: usize| words.get(at..).and_then(|rest| reading.find(list, rest));
    let mut found = Vec::new();
    for i in 0..words.len() {
        if let Some(len) = find(List::Titled, i) {
            let from = i + len;
            let title = (from..words.len().min(from + LEAD + 3)).find_map(|at| {
                let lead = words[from..at].iter().filter(|w| w.shape != Shape::Mark);
                let announced = lead.clone().count() <= LEAD && lead.clone().all(|w| w.shape == Shape::Small);
                let title = quoted(words, at).or_else(|| capitals(reading, text, words, at, at == from));
                title.filter(|_| announced)
            });
            found.extend(title.filter(|t| !is_elsewhere(reading, words, t.end)));
        }
        if let Some(len) = find(List::Section, i) {
            // `the Cookies section`, `"Cookies" section`
            let before = quoted_before(words, i).or_else(|| capitals_before(reading, text, words, i));
            found.extend(before.filter(|_| !is_elsewhere(reading, words, i + len)));
            // `section "Cookies"`
            let after = quoted(words, i + len);
            found.extend(after.filter(|t| !is_elsewhere(reading, words, t.end + 1)));
        }
        // `"Cookies" below`
        if find(List::Below, i).is_some() {
            found.extend(quoted_before(words, i));
        }
    }
    found.sort_by_key(|r| r.start);
    found.dedup();
    found
}

/// `of our Terms`: the section is one of another text. `of this policy` says that it is not.
fn is_elsewhere(reading: &Reading<'_>, words: &[Word], at: usize) -> bool {
    let Some(rest) = words.get(at..) else { return false };
    let marks = rest.iter().take_while(|w| w.shape == Shape::Mark && w.text == "\"").count();
    let rest = &rest[marks..];
    let within = reading.find(List::Within, rest);
    within.is_some_and(|len| reading.find(List::This, &rest[len..]).is_none())
}

/// A title in quotes that begins here.
fn quoted(words: &[Word], at: usize) -> Option<Range<usize>> {
    let open = words.get(at).filter(|w| w.text == "\"")?;
    let touches = words.get(at + 1).is_some_and(|w| w.range.start == open.range.end);
    let close = (at + 2..words.len().min(at + 2 + TITLE)).find(|j| words[*j].text == "\"")?;
    let letters = words[at + 1].shape != Shape::Small;
    let end = (at + 1..close).rev().find(|j| words[*j].shape != Shape::Mark)? + 1;
    (touches && letters).then_some(at + 1..end)
}

/// A title in quotes that ends before this word.
fn quoted_before(words: &[Word], at: usize) -> Option<Range<usize>> {
    let close = at.checked_sub(1).filter(|j| words[*j].text == "\"")?;
    let open = (close.saturating_sub(TITLE)..close.checked_sub(1)?).rev().find(|j| words[*j].text == "\"")?;
    quoted(words, open).filter(|title| title.end <= close)
}

/// A title in capitals that begins here: `Sharing with Third Parties`; of `one` word where it is announced
/// as a title and nothing stands between.
fn capitals(reading: &Reading<'_>, text: &str, words: &[Word], at: usize, one: bool) -> Option<Range<usize>> {
    let capital = |w: &Word| !matches!(w.shape, Shape::Small | Shape::Mark);
    words.get(at).filter(|w| capital(w))?;
    let mut end = at + 1;
    let mut j = at + 1;
    while j < words.len().min(at + TITLE) {
        let gap = &text[words[j - 1].range.end..words[j].range.start];
        let joins = reading.find(List::Link, &words[j..]).is_some();
        if gap.contains('\n') || !(capital(&words[j]) || joins) {
            break;
        }
        if capital(&words[j]) {
            end = j + 1;
        }
        j += 1;
    }
    let capitals = words[at..end].iter().filter(|w| capital(w)).count();
    (one || capitals >= 2).then_some(at..end)
}

/// A title in capitals that ends before this word and has an article before it: `the Cookies section`.
fn capitals_before(reading: &Reading<'_>, text: &str, words: &[Word], at: usize) -> Option<Range<usize>> {
    let capital = |w: &Word| !matches!(w.shape, Shape::Small | Shape::Mark);
    at.checked_sub(1).filter(|j| capital(&words[*j]))?;
    let first = (at.saturating_sub(TITLE)..at)
        .rev()
        .take_while(|j| capital(&words[*j]) || reading.find(List::Link, &words[*j..]).is_some());
    let start = first.filter(|j| capital(&words[*j])).last()?;
    let article = start
        .checked_sub(1)
        .filter(|j| words[*j].shape == Shape::Small && reading.vocabulary.has(List::Lead, &words[*j].text));
    let line = text[words[start].range.start..words[at].range.start].contains('\n');
    // Where other policies are named with capitals, `the Terms section` may be theirs: only full titles.
    (article.is_some() && !line).then_some(start..at)
}
