//! A change as a text that people read: what stayed, went and came, in one line of stretches.
//!
//! For everything that has no page: terminals, reports, comments on a pull request. How a stretch is drawn
//! is for each of them; [`marked`] draws them in plain text.

use std::ops::Range;

use super::diff::{Change, Class, Op, SEPARATOR, joined};
use super::{Style, Text};

/// A stretch of a change's text.
#[derive(Debug, PartialEq, Eq, Clone)]
pub enum Run {
    /// In both texts.
    Keep(String),
    /// In the old one.
    Delete(String),
    /// In the new one.
    Insert(String),
}

/// A change in plain text: `[-went-]{+came+}`.
pub fn marked(texts: (&Text, &Text), change: &Change) -> String {
    let mut text = String::new();
    for run in runs(texts, change, false) {
        let shown = printable(run.text());
        text.push_str(&match run {
            Run::Keep(_) => shown,
            Run::Delete(_) => format!("[-{shown}-]"),
            Run::Insert(_) => format!("{{+{shown}+}}"),
        });
    }
    text
}

/// A text with such marks, cut into its stretches. Words of the text itself that look like marks are taken
/// for some: what is read so is shown, and nothing is made of it.
pub fn unmarked(text: &str) -> Vec<Run> {
    let delete: (_, _, fn(String) -> Run) = ("[-", "-]", Run::Delete);
    let marks = [delete, ("{+", "+}", Run::Insert)];
    let first = |rest| {
        let found = marks.into_iter().filter_map(|(open, close, mark)| {
            let (before, rest): (&str, &str) = str::split_once(rest, open)?;
            let (inner, after) = rest.split_once(close)?;
            Some((before, mark(inner.to_owned()), after))
        });
        found.min_by_key(|(before, ..)| before.len())
    };
    let (mut runs, mut rest) = (Vec::new(), text);
    while let Some((before, run, after)) = first(rest) {
        runs.extend([Run::Keep(before.to_owned()), run]);
        rest = after;
    }
    runs.push(Run::Keep(rest.to_owned()));
    runs.retain(|run| !run.text().is_empty());
    runs
}

/// A change of two texts as it reads, in the order of its words: in full, or of long clauses only the
/// sentences around what changed. Never empty.
pub fn runs(texts: (&Text, &Text), change: &Change, full: bool) -> Vec<Run> {
    let (old, new) = (joined(texts.0, &change.old), joined(texts.1, &change.new));
    let several = change.old.len() + change.new.len() > 2;
    let mut runs = Vec::new();
    for (i, op) in change.ops.iter().enumerate() {
        match op {
            Op::Keep { new: range, .. } if full => runs.push(Run::Keep(new[range.clone()].to_owned())),
            Op::Keep { new: range, .. } => {
                // What changed beside the words is shown with the words it is about.
                let (mut from, mut after) = (range.start, i > 0);
                for spot in spots(change, range) {
                    runs.push(Run::Keep(around(&new[from..spot.start], after, true)));
                    runs.push(Run::Keep(new[spot.clone()].to_owned()));
                    (from, after) = (spot.end, true);
                }
                runs.push(Run::Keep(around(&new[from..range.end], after, i + 1 < change.ops.len())));
            }
            Op::Delete(range) if several => borders(&mut runs, &old[range.clone()], Run::Delete, ""),
            Op::Insert(range) if several => borders(&mut runs, &new[range.clone()], Run::Insert, "\n"),
            Op::Delete(range) => runs.push(Run::Delete(old[range.clone()].to_owned())),
            Op::Insert(range) => runs.push(Run::Insert(new[range.clone()].to_owned())),
        }
    }
    runs.retain(|run| !run.text().is_empty());
    if runs.is_empty() {
        let shown = pictures(texts.0, &change.old) + &pictures(texts.1, &change.new);
        runs.push(Run::Keep(shown));
    }
    runs
}

/// Where in a kept stretch links or pictures changed, in order.
fn spots(change: &Change, kept: &Range<usize>) -> Vec<Range<usize>> {
    let links = change.beside.iter().filter(|b| b.class == Class::Link && b.in_new);
    let mut spots: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<&Range<usize>> = links.map(|b| &b.range).collect();
    found.sort_unstable_by_key(|range| (range.start, range.end));
    for range in found {
        let from = spots.last().map_or(kept.start, |s| s.end);
        let spot = range.start.max(from)..range.end.min(kept.end);
        if spot.start < spot.end {
            spots.push(spot);
        }
    }
    spots
}

/// Where clauses were split or joined the border between them is what changed, and not the white
/// space that stood in its place.
fn borders(runs: &mut Vec<Run>, text: &str, mark: fn(String) -> Run, after: &str) {
    for (i, piece) in text.split(SEPARATOR).enumerate() {
        if i > 0 {
            runs.extend([mark("¶".to_owned()), Run::Keep(after.to_owned())]);
        }
        match mark(piece.to_owned()) {
            // The space that stands there now.
            Run::Insert(space) if space.trim().is_empty() => runs.push(Run::Keep(space)),
            Run::Delete(space) if space.trim().is_empty() => {}
            run => runs.push(run),
        }
    }
}

impl Run {
    /// Its text.
    pub fn text(&self) -> &str {
        match self {
            Self::Keep(text) | Self::Delete(text) | Self::Insert(text) => text,
        }
    }
}

/// What stands for sentences that touch no change.
const LEFT_OUT: &str = "[…]";

/// Less than this is not worth leaving out.
const WORTHWHILE: usize = 160;

/// The sentences of a kept stretch that a change stands before or after; of one without any change
/// the first.
fn around(text: &str, after_change: bool, before_change: bool) -> String {
    let ends = sentence_ends(text);
    let first = ends.first().copied().unwrap_or(text.len());
    let last = ends.iter().rev().find(|end| !text[**end..].trim().is_empty()).copied().unwrap_or(0);
    let from = if after_change || !before_change { first } else { 0 };
    let to = if before_change { last } else { text.len() };
    match text.get(from..to) {
        Some(left_out) if left_out.chars().count() >= WORTHWHILE => {
            let space = if to < text.len() { " " } else { "" };
            format!("{}{LEFT_OUT}{space}{}", &text[..from], &text[to..])
        }
        _ => text.to_owned(),
    }
}

/// Where sentences end, the space after them theirs. Also an abbreviation ends one: then a little
/// more is left out, or a little less.
fn sentence_ends(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut ended = false;
    for (at, c) in text.char_indices() {
        match c {
            '.' | '?' | '!' | '؟' | '।' => ended = true,
            // Scripts without spaces.
            '。' | '！' | '？' => ends.push(at + c.len_utf8()),
            '"' | '\'' | '”' | '’' | '»' | ')' | ']' => {}
            '\n' | '\t' => {
                ends.push(at + c.len_utf8());
                ended = false;
            }
            c if c.is_whitespace() && ended => {
                ends.push(at + c.len_utf8());
                ended = false;
            }
            _ => ended = false,
        }
    }
    ends
}

/// What stands for a clause without words: its pictures.
fn pictures(text: &Text, clauses: &[usize]) -> String {
    let marks = clauses.iter().filter_map(|c| text.clauses.get(*c)).flat_map(|c| &c.content.marks);
    let names = marks.filter_map(|m| match &m.style {
        Style::Image { src, alt } => Some(format!("picture: {alt} ({src})")),
        _ => None,
    });
    names.collect::<Vec<_>>().join(", ")
}

/// Text that is shown and not obeyed: no control characters, no change of direction.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push('\n'),
            '\t' => out.push_str(" | "),
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                out.push_str(&format!("\\u{{{:X}}}", c as u32));
            }
            c if c.is_control() => out.push_str(&format!("\\u{{{:X}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_are_whole_sentences() {
        let middle = "This one is about something else, and it is long enough to be left out of a report. ";
        let text = format!("Ends here. {}{}Begins here", middle, middle.repeat(2));
        assert_eq!(around(&text, true, true), "Ends here. […] Begins here");
        assert_eq!(around(&text, false, true), "[…] Begins here");
        assert_eq!(around(&text, true, false), "Ends here. […]");
        assert_eq!(around(&text, false, false), "Ends here. […]");
        let short = format!("Ends here. {middle}Begins here");
        assert_eq!(around(&short, true, true), short);
        let one_sentence = "and so on ".repeat(100);
        assert_eq!(around(&one_sentence, true, true), one_sentence);
        let chinese = format!("此处。{}彼处", "我们收集您的姓名。".repeat(30));
        assert_eq!(around(&chinese, true, true), "此处。[…] 彼处");
        assert_eq!(around("", true, true), "");
    }

    #[test]
    fn a_border_is_what_changed_where_clauses_are_split_or_joined() {
        let mut runs = Vec::new();
        borders(&mut runs, " ", Run::Delete, "");
        borders(&mut runs, "\n\n", Run::Insert, "\n");
        runs.retain(|run| !run.text().is_empty());
        assert_eq!(runs, [Run::Insert("¶".to_owned()), Run::Keep("\n".to_owned())]);
    }

    #[test]
    fn marks_are_read_as_they_are_written() {
        let [keep, delete, insert] =
            [Run::Keep, Run::Delete, Run::Insert].map(|run| move |t: &str| run(t.to_owned()));
        let read = unmarked("we keep [-ninety-]{+thirty+} days\n{+and more+}");
        let want =
            [keep("we keep "), delete("ninety"), insert("thirty"), keep(" days\n"), insert("and more")];
        assert_eq!(read, want);
        for text in ["", "[a] {b}", "[-open", "{+open and -]", "[note] [-"] {
            assert_eq!(unmarked(text).iter().map(Run::text).collect::<String>(), text);
        }
    }
}
