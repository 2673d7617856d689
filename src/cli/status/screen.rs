//! Where policies stand, for a terminal of eighty columns: a line for each thing to know, what it is in
//! the first column, whose it is in the second. Colour sets apart and tells nothing.

use chrono::NaiveDate;

use super::{Applied, Behind, Coming, Desk, Draft, PolicyDesk, Showing, days};
use crate::cli::build::count;

/// How wide a screen is.
const WIDTH: usize = 80;

/// How wide the first column is, with the space after it.
const WHAT: usize = 14;

/// How wide the second column may grow before what comes after it begins on a line of its own.
const WHOSE: usize = 24;

/// What, whose, and in words.
type Row = (&'static str, String, String);

/// The screen.
pub(super) fn screen(desk: &Desk, title: &str, today: NaiveDate, colour: bool) -> String {
    let (bold, plain) = if colour { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let mut out = format!("{bold}{}{plain}\n", cut(&format!("{title}, {today}"), WIDTH));
    let policies: Vec<Vec<Row>> = desk.policies.iter().map(|policy| rows(policy, today)).collect();
    let all = policies.iter().flatten();
    let widest = all.map(|(_, whose, _)| whose.chars().count()).max().unwrap_or(0).clamp(10, WHOSE);
    for (policy, rows) in desk.policies.iter().zip(&policies) {
        let name = cut(&format!("{}  {}", policy.policy, policy.title), WIDTH);
        out.push_str(&format!("\n{bold}{name}{plain}\n"));
        rows.iter().for_each(|row| out.push_str(&line(row, widest)));
    }
    out.push('\n');
    let (first, others) = match desk.next_build.as_slice() {
        [] => ("none is owed on any day that is known".to_owned(), &[][..]),
        [first, others @ ..] => {
            let away = first.day().parse().map_or_else(|_| String::new(), |day| super::away(today, day));
            (format!("{away}: {}", first.text()), others)
        }
    };
    let day = desk.next_build.first().map_or("", |event| event.day());
    out.push_str(&line(&("next build", day.to_owned(), first), widest));
    for event in others {
        out.push_str(&line(&("", String::new(), event.text().to_owned()), widest));
    }
    out
}

fn rows(policy: &PolicyDesk, today: NaiveDate) -> Vec<Row> {
    let mut rows = Vec::new();
    match &policy.in_force {
        Some(Applied { version, .. }) if policy.continued_by.is_some() => {
            let by = policy.continued_by.as_deref().unwrap_or_default();
            rows.push(("last", version.clone(), format!("continued by {by}")));
        }
        Some(Applied { version, since, days, .. }) => {
            let days = match days {
                0 => "since today".to_owned(),
                n => format!(
                    "for {}{}",
                    count(usize::try_from(*n).unwrap_or(0), "day", "days"),
                    on(since, version)
                ),
            };
            rows.push(("in force", version.clone(), days));
        }
        None => rows.push(("in force", "-".to_owned(), "nothing yet".to_owned())),
    }
    for Coming { version, announced, effective, days_left, action, untranslated, .. } in &policy.upcoming {
        let missing = match untranslated.as_slice() {
            [] => String::new(),
            languages => format!("; no translation: {}", languages.join(", ")),
        };
        let (away, action) = (days(*days_left, today), action.unwrap_or("unknown"));
        let day = on(effective, version);
        let words = format!("{away}{day}; announced {announced}; action: {action}{missing}");
        rows.push(("upcoming", version.clone(), words));
    }
    for Coming { version, announced, effective, announced_in, .. } in &policy.unannounced {
        let soon = days(announced_in.unwrap_or(0), today);
        let words = format!("to be announced {announced}, {soon}; takes effect {effective}");
        rows.push(("unannounced", version.clone(), words));
    }
    for Draft { version, effective, days_left, lacks } in &policy.drafts {
        let lacks = if lacks.is_empty() {
            "lacks nothing that is known".to_owned()
        } else {
            format!("lacks {}", lacks.join(", "))
        };
        let words = format!("{}{}; {lacks}", days(*days_left, today), on(effective, version));
        rows.push(("draft", version.clone(), words));
    }
    for Showing { version, until, days_left, .. } in &policy.notices {
        let words = format!("a banner shows until {until} ({})", days(*days_left, today));
        rows.push(("notice", version.clone(), words));
    }
    for Behind { language, from, clauses } in &policy.lagging {
        let words = format!("{} behind, last translated {from}", count(*clauses, "clause", "clauses"));
        rows.push(("translation", language.clone(), words));
    }
    rows
}

/// The day a version takes effect, where its id does not say it.
fn on(day: &str, version: &str) -> String {
    if day == version { String::new() } else { format!(" ({day})") }
}

/// A row, wrapped below its third column.
fn line((what, whose, words): &Row, widest: usize) -> String {
    let indent = WHAT + widest + 2;
    let mut out = format!("  {what:<width$}{whose:<widest$}  ", width = WHAT - 2);
    let mut at = out.chars().count();
    if at > indent {
        out.truncate(out.trim_end().len());
        out.push_str(&format!("\n{}", " ".repeat(indent)));
        at = indent;
    }
    let mut first = true;
    for word in words.split(' ') {
        let long = word.chars().count();
        if !first && at + 1 + long > WIDTH {
            out.push_str(&format!("\n{}{word}", " ".repeat(indent)));
            at = indent + long;
        } else {
            let space = if first { "" } else { " " };
            out.push_str(&format!("{space}{word}"));
            at += space.len() + long;
        }
        first = false;
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn cut(text: &str, width: usize) -> String {
    let text = printable(text);
    if text.chars().count() <= width {
        return text;
    }
    text.chars().take(width - 1).chain(['…']).collect()
}

/// A title is the author's, and no terminal obeys it.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_within_the_screen() {
        let words = "lacks a summary, an action, a word on 12 changed clauses, a look at 3 warnings";
        let row = |whose: &str| line(&("draft", whose.to_owned(), words.to_owned()), 12);
        assert_eq!(
            row("2027-01-15"),
            "  draft       2027-01-15    lacks a summary, an action, a word on 12 changed\n\
             \x20                           clauses, a look at 3 warnings\n"
        );
        let long = row("a-version-with-a-very-long-name-indeed");
        assert!(long.lines().all(|line| line.chars().count() <= WIDTH), "{long}");
        assert_eq!(long.lines().count(), 3, "{long}");
    }

    #[test]
    fn titles_are_cut_and_obeyed_by_no_terminal() {
        assert_eq!(cut("Privacy\u{1b}[31m Policy", 80), "Privacy[31m Policy");
        assert_eq!(cut(&"a".repeat(90), 80).chars().count(), 80);
    }
}
