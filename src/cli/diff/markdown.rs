//! A comparison as a comment on a pull request, for GitHub and GitLab: how much changed, a table, then
//! the redline of each change.
//!
//! The texts are strangers here. In tables and headings every character that markdown might obey is
//! escaped. Redlines are HTML blocks, in which there is no markdown at all, so that they stay readable
//! as they are written: only HTML is escaped in them. In both, what would name a person, an issue or
//! the like is broken up by a space of no width, since that is looked for in the finished page.
//!
//! A comment may have 65,536 characters. What does not fit is left out whole, and counted.

use std::fmt::Write as _;

use super::told::{Told, ToldChange, ToldDefinition};
use super::way::Travelled;
use crate::cli::build::count;
use crate::policy::excerpt::{Run, printable};

/// How long a comment may be, in the units that GitHub counts (UTF-16), with some room for a line
/// that somebody puts above it.
pub(in crate::cli) const LONGEST: usize = 65_000;

/// How long a place or a name may be in the table.
const LONGEST_NAME: usize = 120;

/// The comment. `names` are those of the files, `proof` is for how many entries the proof held.
pub(super) fn markdown(told: &Told, names: &[String], proof: usize) -> String {
    within(LONGEST, told, names, proof)
}

/// The same as a part of a longer comment.
pub(in crate::cli) fn within(longest: usize, told: &Told, names: &[String], proof: usize) -> String {
    let name = |name: Option<&String>| name.map_or_else(String::new, |name| short(name));
    let (old, new) = (name(names.first()), name(names.last()));
    let head = format!("### {old} → {new}\n\n{}.\n\n", told.headline);
    let checked = match proof {
        1 => "in 1 clause".to_owned(),
        n => format!("in all {n} clauses"),
    };
    let foot = format!(
        "Checked: accepting every change gives the new text and rejecting every change gives the old one, {checked}.\n"
    );
    // The notes on what is left out are shorter than this.
    let mut room = longest.saturating_sub(units(&head) + units(&foot) + 1_000);
    let (third, eighth) = (room / 3, room / 8);
    let table = table(&mut room, third, told);
    let noise = noise(&mut room, eighth, told);
    let way = way(&mut room, eighth, told);
    let definitions = definitions(&mut room, eighth, told);
    let all = room;
    let (redline, left_out) = fit(&mut room, all, told.changes.iter().map(section));
    let note = if left_out == 0 {
        String::new()
    } else {
        format!(
            "**{} not shown here for want of room.** `clauseline diff --format html` shows every change.\n\n",
            count(left_out, "change is", "changes are")
        )
    };
    [head, table, redline, note, definitions, way, noise, foot].concat()
}

/// The pieces that fit into `most` of the room, in order, and how many do not.
pub(in crate::cli) fn fit(
    room: &mut usize,
    most: usize,
    pieces: impl Iterator<Item = String>,
) -> (String, usize) {
    let (mut out, mut left, mut left_out) = (String::new(), most.min(*room), 0);
    for piece in pieces {
        match left.checked_sub(units(&piece)) {
            Some(rest) => {
                *room -= left - rest;
                left = rest;
                out.push_str(&piece);
            }
            None => left_out += 1,
        }
    }
    (out, left_out)
}

pub(in crate::cli) fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn table(room: &mut usize, most: usize, told: &Told) -> String {
    if told.changes.is_empty() {
        return String::new();
    }
    let row = |c: &ToldChange| {
        let mut signals: Vec<&str> = c.signals.iter().map(|(kind, ..)| *kind).collect();
        signals.dedup();
        let (place, signals) = (short(&c.place), signals.join(", "));
        format!("| {} | {place} | {} | {} | {signals} |\n", c.number, c.what, c.classes)
    };
    let (rows, left_out) = fit(room, most, told.changes.iter().map(row));
    let note = if left_out == 0 {
        String::new()
    } else {
        format!("{} not in this table.\n\n", count(left_out, "further change is", "further changes are"))
    };
    format!(
        "| No. | Where | What happened | Kind | Signals |\n| ---: | --- | --- | --- | --- |\n{rows}\n{note}"
    )
}

/// A change with its redline.
fn section(change: &ToldChange) -> String {
    let ToldChange { number, what, place, .. } = change;
    let mut out = format!("#### {number}. {what} · {}\n\n<p dir=\"auto\">", short(place));
    drawn(&mut out, &change.runs);
    out.push_str("</p>\n\n");
    for (class, old, new) in &change.beside {
        let _ = write!(out, "<p>{}: {} → {}</p>\n\n", block(class), code(old), code(new));
    }
    for (i, (kind, runs)) in change.signals.iter().enumerate() {
        let _ = write!(out, "{}{kind} ", if i == 0 { "<p>Signals: " } else { "; " });
        drawn(&mut out, runs);
    }
    out.push_str(if change.signals.is_empty() { "" } else { "</p>\n\n" });
    out
}

fn drawn(out: &mut String, runs: &[Run]) {
    for run in runs {
        let text = block(run.text());
        let _ = match run {
            Run::Keep(_) => write!(out, "{text}"),
            Run::Delete(_) => write!(out, "<del>{text}</del>"),
            Run::Insert(_) => write!(out, "<ins>{text}</ins>"),
        };
    }
}

/// Definitions that came, went or changed, and what they reach.
fn definitions(room: &mut usize, most: usize, told: &Told) -> String {
    if told.definitions.is_empty() {
        return String::new();
    }
    let line = |d: &ToldDefinition| {
        let used: Vec<String> = d.used.iter().map(|place| short(place)).collect();
        format!("| {} | {} | {} |\n", short(&d.term), d.what, used.join("; "))
    };
    let (lines, left_out) = fit(room, most, told.definitions.iter().map(line));
    let more = if left_out == 0 { String::new() } else { format!("{left_out} more are not listed.\n\n") };
    format!("#### Definitions\n\n| Term | What happened | Used in |\n| --- | --- | --- |\n{lines}\n{more}")
}

/// What happened on the way.
fn way(room: &mut usize, most: usize, told: &Told) -> String {
    if told.way.is_empty() {
        return String::new();
    }
    let line = |t: &Travelled| {
        let numbers: Vec<String> = t.numbers.iter().map(usize::to_string).collect();
        format!("| {} | {} | {} | {} |\n", numbers.join(", "), short(&t.place), t.what, escaped(&t.steps))
    };
    let (lines, left_out) = fit(room, most, told.way.iter().map(line));
    let more = if left_out == 0 { String::new() } else { format!("{left_out} more are not listed.\n\n") };
    format!(
        "#### On the way\n\n| No. | Where | On the way | In |\n| ---: | --- | --- | --- |\n{lines}\n{more}"
    )
}

/// What differs in form only, folded away.
fn noise(room: &mut usize, most: usize, told: &Told) -> String {
    if told.noise.is_empty() {
        return String::new();
    }
    let line = |(place, classes): &(String, String)| format!("| {} | {classes} |\n", short(place));
    let (lines, left_out) = fit(room, most, told.noise.iter().map(line));
    let more = if left_out == 0 { String::new() } else { format!("{left_out} more are not listed.\n\n") };
    let summary = count(told.noise.len(), "clause differs", "clauses differ");
    format!(
        "<details>\n<summary>{summary} in form only</summary>\n\n| Where | Kind |\n| --- | --- |\n{lines}\n{more}</details>\n\n"
    )
}

/// Text within a line of markdown, cut where it is long.
fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => escaped(&text[..end]) + "…",
        None => escaped(text),
    }
}

/// Text within a line of markdown.
pub(in crate::cli) fn escaped(text: &str) -> String {
    let text = printable(text).replace('\n', " ");
    let mut out = String::with_capacity(text.len());
    defused(&text, |c| match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        NOTHING => out.push_str("&#8203;"),
        // `www.` alone makes a link.
        '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' | ':' | '!' | '=' | '^' => {
            out.extend(['\\', c]);
        }
        c => out.push(c),
    });
    out.replace("www.", "www\\.")
}

/// Text within a block of HTML, which a blank line would end.
fn block(text: &str) -> String {
    let text = printable(text);
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    defused(&text, |c| push_html(&mut out, c));
    out
}

/// An address within a block of HTML, to be copied as it is: nothing is looked for in code.
fn code(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let mut out = "<code>".to_owned();
    printable(text).chars().for_each(|c| push_html(&mut out, c));
    out + "</code>"
}

fn push_html(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\n' => out.push_str("<br>\n"),
        NOTHING => out.push_str("&#8203;"),
        c => out.push(c),
    }
}

/// A space of no width.
const NOTHING: char = '\u{200B}';

/// Gives the characters of a text one by one, with [`NOTHING`] after the first of what the hosts turn
/// into mentions, references and marks of their own: `@team`, `#12`, GitLab's `!12`, `$12`, `&12`,
/// `~label`, `%milestone` and `{+inserted+}`.
fn defused(text: &str, mut give: impl FnMut(char)) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        give(c);
        let next = rest.peek().copied().unwrap_or(' ');
        let refers = match c {
            '@' | '~' | '%' | '^' => next.is_alphanumeric() || matches!(next, '_' | '"'),
            '#' | '!' | '$' | '&' => next.is_ascii_digit(),
            '{' | '[' => matches!(next, '+' | '-'),
            _ => false,
        };
        if refers {
            give(NOTHING);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    fn told(texts: &[String]) -> Told {
        let change = |(n, text): (usize, &String)| ToldChange {
            number: n + 1,
            what: "modified".to_owned(),
            classes: "wording".to_owned(),
            place: text.clone(),
            runs: vec![Run::Keep(text.clone()), Run::Delete(text.clone()), Run::Insert(text.clone())],
            beside: vec![("link".to_owned(), text.clone(), String::new())],
            signals: vec![("number", vec![Run::Delete(text.clone())]); 2],
        };
        Told {
            headline: "1 clause changed".to_owned(),
            changes: texts.iter().enumerate().map(change).collect(),
            definitions: vec![ToldDefinition {
                term: texts[0].clone(),
                what: "new",
                used: vec![texts[0].clone()],
            }],
            way: vec![Travelled {
                what: "changed more than once",
                place: texts[0].clone(),
                numbers: vec![1],
                steps: texts[0].clone(),
            }],
            noise: texts.iter().map(|text| (text.clone(), "typography".to_owned())).collect(),
        }
    }

    /// What a host makes of a comment: the text of its headings and cells, and its HTML. Anything else
    /// is what a text must not be able to bring in.
    fn read(comment: &str) -> (Vec<String>, String) {
        let gfm = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH;
        let (mut lines, mut html) = (Vec::new(), String::new());
        for event in Parser::new_ext(comment, gfm) {
            match event {
                Event::Start(Tag::Heading { .. } | Tag::TableCell | Tag::Paragraph) => {
                    lines.push(String::new());
                }
                Event::Text(text) => {
                    if let Some(line) = lines.last_mut() {
                        line.push_str(&text);
                    }
                }
                Event::Html(text) => html.push_str(&text),
                Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow | Tag::HtmlBlock) => {}
                Event::End(
                    TagEnd::Heading(_)
                    | TagEnd::Paragraph
                    | TagEnd::Table
                    | TagEnd::TableHead
                    | TagEnd::TableRow
                    | TagEnd::TableCell
                    | TagEnd::HtmlBlock,
                ) => {}
                strange => panic!("{strange:?} in\n{comment}"),
            }
        }
        (lines, html)
    }

    /// The text of blocks of HTML, with `border` in place of our tags.
    fn text_of(html: &str, border: &str) -> String {
        let tags = [
            "<p dir=\"auto\">",
            "<p>",
            "</p>",
            "<br>",
            "<ins>",
            "</ins>",
            "<del>",
            "</del>",
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
        ];
        let text = tags.iter().fold(html.to_owned(), |text, tag| text.replace(tag, border));
        let text = text.replace("<code>", "\u{1}").replace("</code>", "\u{2}");
        assert!(!text.contains(['<', '>']), "{text}");
        let text = text.replace("&#8203;", "\u{200B}").replace("&lt;", "<").replace("&gt;", ">");
        text.replace("&amp;", "&")
    }

    /// Whether a host finds somebody to ping, or something to refer to.
    fn refers(text: &str) -> bool {
        let pairs = text.chars().zip(text.chars().skip(1));
        pairs.into_iter().any(|(c, next)| {
            c == '@' && next.is_alphanumeric() || matches!(c, '#' | '!' | '$' | '&') && next.is_ascii_digit()
        })
    }

    #[track_caller]
    fn stays_text(texts: &[String]) {
        let comment = markdown(&told(texts), &[texts[0].clone()], 1);
        let (lines, html) = read(&comment);
        let plain =
            |text: &str| text.replace('\u{200B}', "").split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: Vec<String> = lines.iter().map(|line| plain(line)).collect();
        for (i, text) in texts.iter().enumerate() {
            let want = plain(&printable(text));
            assert!(shown.contains(&want), "no cell `{want}` in\n{comment}");
            let heading = plain(&format!("{}. modified · {want}", i + 1));
            assert!(shown.contains(&heading), "no heading `{heading}` in\n{comment}");
        }
        // Of changes and of noise; of definitions and of the way one line each, and heads.
        let cells = 5 * (texts.len() + 1) + 2 * (texts.len() + 1) + 2 * 3 + 2 * 4;
        // Three headings and two paragraphs stand around them, and a heading for each change.
        assert_eq!(lines.len(), cells + texts.len() + 5, "{comment}");
        let outside_code: String = text_of(&html, "\u{3}")
            .split('\u{1}')
            .map(|part| part.split('\u{2}').next_back().unwrap_or(""))
            .collect();
        assert!(lines.iter().chain([&outside_code]).all(|text| !refers(text)), "{comment}");
        let all = plain(&text_of(&html, ""));
        for text in texts {
            let want = plain(&printable(text).repeat(3));
            assert!(all.contains(&want), "no text `{want}` in\n{comment}");
        }
        assert!(units(&comment) <= LONGEST);
    }

    #[test]
    fn texts_stay_texts() {
        for text in [
            "@team and @all, see #12, !3, $4, &5, %\"Next\", ~bug and GH-1",
            "a | b || c \\| d \\",
            "`code` ``` ~~~ ~~gone~~ **bold** _it_ __it__ *x*",
            "<script>alert(1)</script> <img src=x onerror=y> </p></details> <!-- ",
            "[a](https://a.example) ![b](c.png) [^1] [x]: y <https://b.example> www.c.example d@e.example",
            "# one\n## two\n- three\n1. four\n> five\n\n---\n\n    six\n```\nseven\n```",
            "&lt;b&gt; &amp; &#64;team &commat;team",
            "\u{202E}drawkcab\u{202C} \u{2066}x\u{2069} \u{1b}[31mred\u{0} \u{8}",
            "{+ a +} [- b -] {- c -} $x$ $$y$$ :smile: ==z==",
            "1. one #",
            "===",
        ] {
            stays_text(&[text.to_owned(), "Next".to_owned()]);
        }
    }

    proptest! {
        #[test]
        fn any_text_stays_text(texts in prop::collection::vec("[@#a1|`*_<>&\\\\\\[\\](){}+!~$%^:/.=\n\t -]{1,40}x", 1..4)) {
            stays_text(&texts);
        }
    }

    #[test]
    fn a_comment_is_never_too_long_nor_cut_off() {
        let long = "word ".repeat(40_000);
        for texts in [
            vec![long.clone()],
            vec![long, "Short.".to_owned()],
            vec!["A sentence that is of the usual length, more or less. ".repeat(5); 3_000],
            vec!["< & @a ".repeat(40); 2_000],
        ] {
            let comment = markdown(&told(&texts), &["old.md".to_owned(), "new.md".to_owned()], 7);
            let (_, html) = {
                // The note is bold and names a command.
                let note = comment.find("**").map(|at| comment[at..].lines().next().unwrap_or_default());
                read(&comment.replace(note.unwrap_or("no note"), ""))
            };
            text_of(&html, "");
            assert!(comment.contains("not shown here for want of room"), "{}", &comment[..500]);
            assert!(comment.ends_with("in all 7 clauses.\n"));
            assert!(units(&comment) <= LONGEST, "{}", units(&comment));
        }
        let comment = markdown(&told(&["word ".repeat(40_000), "Short.".to_owned()]), &[], 1);
        assert!(comment.contains("**1 change is not shown") && comment.contains("<del>Short.</del>"));
    }
}
