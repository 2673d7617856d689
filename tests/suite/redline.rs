//! The redline as a reader has it: whichever view is asked for, rejecting all of it gives the old text and
//! accepting all of it the new one, word for word; and each change can be found from the table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use clauseline::policy::history::Comparison;
use clauseline::policy::links::Targets;
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::words::{fold, pieces};
use clauseline::policy::{Language, Text};
use clauseline::site::html::Links;
use clauseline::site::messages::Catalogue;
use clauseline::site::{assets, redline};
use scraper::node::Node;
use scraper::{ElementRef, Html, Selector};

use crate::cases;
use crate::program::school;

/// What is read of a redline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    OldInline,
    NewInline,
    OldBeside,
    NewBeside,
}

const READINGS: [Reading; 4] =
    [Reading::OldInline, Reading::NewInline, Reading::OldBeside, Reading::NewBeside];

/// What stands around the words of the texts.
const AROUND: &[&str] = &[
    "change-number",
    "change-note",
    "said",
    "fold",
    "footnote-label",
    "footnote-ref",
    "image",
    "break",
    "sides-named",
];

fn is_left_out(element: &scraper::node::Element, reading: Reading) -> bool {
    let has = |class: &str| element.classes().any(|c| c == class);
    let name = element.name();
    if AROUND.iter().any(|class| has(class)) {
        return true;
    }
    let views = match reading {
        Reading::OldInline | Reading::NewInline => has("pair"),
        Reading::OldBeside => has("inline") || has("is"),
        Reading::NewBeside => has("inline") || has("was"),
    };
    views
        || match reading {
            Reading::OldInline | Reading::OldBeside => name == "ins",
            Reading::NewInline | Reading::NewBeside => name == "del",
        }
}

/// Whether a clause's own words are no part of a reading: what came to a place belongs to the new text,
/// and of a clause that was split the whole stands beside its first part.
fn belongs(element: &scraper::node::Element, reading: Reading) -> bool {
    let has = |class: &str| element.classes().any(|c| c == class);
    match reading {
        Reading::OldInline => !has("moved") || !has("clause"),
        Reading::OldBeside => !(has("clause") && (has("moved") || has("part"))),
        Reading::NewInline | Reading::NewBeside => true,
    }
}

fn read(out: &mut String, element: ElementRef<'_>, reading: Reading) {
    let item = matches!(element.value().name(), "li" | "dd");
    let own = belongs(element.value(), reading);
    if !own && !item {
        return;
    }
    let breaks = !matches!(
        element.value().name(),
        "ins" | "del" | "a" | "strong" | "em" | "s" | "code" | "sup" | "img" | "span"
    );
    if breaks {
        out.push('\n');
    }
    for child in element.children() {
        match child.value() {
            Node::Text(text) => out.push_str(text),
            Node::Element(inner) if is_left_out(inner, reading) => {}
            Node::Element(inner) if !own && inner.classes().any(|c| c == "own") => {}
            Node::Element(_) => read(out, ElementRef::wrap(child).unwrap(), reading),
            _ => {}
        }
    }
    if breaks {
        out.push('\n');
    }
}

/// Words and marks as the diff compares them: no spaces, and typography folded.
fn folded(text: &str) -> String {
    pieces(text).into_iter().map(|piece| fold(&text[piece]).into_owned()).collect::<Vec<_>>().join(" ")
}

fn words(text: &Text) -> String {
    text.clauses.iter().map(|c| format!("\n{}\n", c.content.text)).collect()
}

/// Holds each reading of a redline against the texts.
#[track_caller]
fn holds(name: &str, redline: ElementRef<'_>, old: &Text, new: &Text) {
    let again = Selector::parse(".split, .merged").unwrap();
    // What was cut otherwise stands where it is now: then the old words are there in another order.
    let in_order = redline.select(&again).next().is_none();
    for reading in READINGS {
        let is_new = matches!(reading, Reading::NewInline | Reading::NewBeside);
        let (mut got, want) = (String::new(), words(if is_new { new } else { old }));
        read(&mut got, redline, reading);
        let (mut got, mut want) = (folded(&got), folded(&want));
        // Footnotes stand where their section ends in one text and somewhere else in the other.
        if !in_order && !is_new || want.contains("footnote") {
            let sorted = |text: &str| {
                let mut words: Vec<&str> = text.split(' ').collect();
                words.sort_unstable();
                words.join(" ")
            };
            (got, want) = (sorted(&got), sorted(&want));
        }
        if got != want {
            let at =
                got.char_indices().zip(want.chars()).find(|((_, a), b)| a != b).map_or(0, |((i, _), _)| i);
            let from = (0..=at.saturating_sub(60))
                .rev()
                .find(|i| got.is_char_boundary(*i) && want.is_char_boundary(*i));
            let from = from.unwrap_or(0);
            panic!(
                "{name}: {reading:?}\n got: …{}\nwant: …{}",
                &got[from..].chars().take(160).collect::<String>(),
                &want[from..].chars().take(160).collect::<String>()
            );
        }
    }
}

fn text(markdown: &str) -> Text {
    parse(markdown, 0..markdown.len(), Options { imported: true }).0
}

fn page(old: &Text, new: &Text) -> Html {
    let words = assets::TEMPLATES.iter().find(|(name, _)| *name == "messages/en.yaml").unwrap().1;
    let catalogue = Catalogue::new([("en", words)]).unwrap();
    let comparison = Comparison::new((old, new), &BTreeMap::new(), &[], &Language("en".to_owned()));
    let numbers = redline::numbers(&comparison);
    let targets = Targets::default();
    let links = Links { targets: &targets, policy: "", page: "", root: "", base_url: "", whole: "" };
    let html = redline::redline(&comparison, &numbers, links, catalogue.of("en"));
    Html::parse_document(&format!("<!DOCTYPE html><div class=\"redline\">{html}</div>"))
}

fn body(page: &Html) -> ElementRef<'_> {
    page.select(&Selector::parse(".redline").unwrap()).next().unwrap()
}

#[test]
fn every_view_of_every_case_holds_both_texts() {
    cases::each("tests/diff", |name, case| {
        let (old, new) = cases::sides(case);
        let (old, new) = (text(&old), text(&new));
        holds(name, body(&page(&old, &new)), &old, &new);
        holds(&format!("{name}, back"), body(&page(&new, &old)), &new, &old);
    });
}

#[test]
fn every_view_of_every_page_holds_both_texts() {
    let site = school();
    let mut held = 0;
    for (name, bytes) in &site {
        let parts: Vec<&str> = name.split('/').collect();
        let [policy, "compare", old, new, "index.html"] = parts[..] else { continue };
        let canonical =
            |id: &str| text(std::str::from_utf8(&site[&format!("{policy}/v/{id}/policy.md")]).unwrap());
        let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
        holds(name, body(&page), &canonical(old), &canonical(new));
        held += 1;
    }
    assert!(held > 20, "{held} pages");
}

fn select<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn said(page: &Html, selector: &str) -> String {
    let mut all = String::new();
    for element in select(page, selector) {
        let text: String = element.text().collect();
        let _ = write!(all, "{}|", text.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    all
}

#[test]
fn both_ends_of_a_move_lead_to_each_other() {
    let stays = "One that stays, and says a good deal about what it is.\n\nTwo that stays, with other words in it altogether.\n";
    let moved = "This paragraph goes from the beginning to the end of all.\n";
    let (old, new) = (text(&format!("{moved}\n{stays}")), text(&format!("{stays}\n{moved}")));
    let page = page(&old, &new);
    let from = select(&page, "#change-1-from");
    assert_eq!(from.len(), 1);
    assert_eq!(said(&page, "#change-1-from del.moved"), format!("{}|", moved.trim()));
    assert_eq!(select(&page, "#change-1-from a[href='#change-1']").len(), 1);
    assert_eq!(select(&page, "#change-1 a[href='#change-1-from']").len(), 1);
    assert!(select(&page, "#change-1 ins, #change-1 del").is_empty());
}

#[test]
fn parts_of_a_clause_lead_to_each_other() {
    let first = "We collect the name, the address and the age of everybody who joins a course with us.";
    let second = "We keep all of that for as long as the course is open and for a year after its end.";
    let (one, two) = (text(&format!("{first} {second}\n")), text(&format!("{first}\n\n{second}\n")));
    let split = page(&one, &two);
    assert_eq!(
        said(&split, ".change-note"),
        "Part 1 of 2 of what was Preamble, 1: part 2|Part 2 of 2 of what was Preamble, 1: part 1|"
    );
    assert_eq!(select(&split, "#change-1 a[href='#change-1-part-2']").len(), 1);
    assert_eq!(select(&split, "#change-1-part-2 a[href='#change-1']").len(), 1);
    let merged = page(&two, &one);
    assert_eq!(said(&merged, ".change-note"), "Merged from Preamble, 1 · Preamble, 2|");
}

#[test]
fn what_is_switched_off_at_first_is_folded_and_counted() {
    let same = |n: usize| format!("Paragraph {n} stays as it was in every word.\n\n");
    let old = format!(
        "# T\n\n## A\n\n{}*Form* alone changes here.\n\n{}## B\n\nWe keep it for nine days.\n",
        same(1),
        same(2)
    );
    let new = old.replace("*Form*", "Form").replace("nine", "ten");
    let page = page(&text(&old), &text(&new));
    assert_eq!(said(&page, ".fold"), "2 unchanged clauses · 2 more with formatting marked|");
    assert_eq!(select(&page, ".fold .folded.unless-formatting").len(), 1);
    // Its heading and the title are kept with it, each under the same condition.
    assert_eq!(
        said(&page, ".folds"),
        "A|Paragraph 1 stays as it was in every word.|Form alone changes here. Emphasis or layout changed|Paragraph 2 stays as it was in every word.|"
    );
    assert_eq!(
        said(&page, ".folds.keep-formatting"),
        "A|Form alone changes here. Emphasis or layout changed|"
    );
    assert_eq!(
        said(&page, ".clause.quiet.formatting"),
        "Form alone changes here. Emphasis or layout changed|"
    );
}

#[test]
fn marks_bear_the_class_they_can_be_switched_off_by() {
    let old = text("## 1. Data\n\nYour account ends on 1 May 2018, and nothing else is kept by anybody.\n");
    let new = text("## 2. Data\n\nYour Account ends on 2 May 2018, and nothing else is kept by anybody.\n");
    let page = page(&old, &new);
    assert_eq!(said(&page, ".inline .case"), "account|Account|");
    assert_eq!(said(&page, ".inline .date"), "1|2|");
    assert_eq!(said(&page, ".inline .numbering"), "1.|2.|");
}

/// A site of one policy with three versions, the changes of the last two told or not.
fn three() -> BTreeMap<String, Vec<u8>> {
    let version =
        |effective: &str, front: &str, body: &str| format!("---\neffective: {effective}\n{front}---\n{body}");
    let first = "# P\n\n## Words\n\n\"Data\" means what you give us.\n\n## Use\n\nWe use Data to teach, and your account to know you.\n\nYou open an account with a name.\n\nWe keep an account for a year.\n";
    let second = first.replace("give us", "give us or leave here").replace("account", "Account");
    let third = format!(
        "{second}\n## New\n\nOne thing is new.\n\nAnother thing is new too.\n\nA third thing is as new.\n"
    );
    crate::program::build(
        crate::program::folder(&[
            ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
            ("p/policy.yaml", "title: P\ncompare: all\n"),
            ("p/2018-01-01.md", &version("2018-01-01", "", first)),
            ("p/2019-01-01.md", &version("2019-01-01", "action: none\n", &second)),
            ("p/2020-01-01.md", &version("2020-01-01", "action: none\n", &third)),
        ])
        .path(),
        &["--as-of", "2021-01-01"],
    )
}

fn compare(site: &BTreeMap<String, Vec<u8>>, old: &str, new: &str) -> Html {
    let name = format!("p/compare/{old}/{new}/index.html");
    Html::parse_document(std::str::from_utf8(&site[&name]).unwrap())
}

#[test]
fn what_is_one_decision_is_one_row() {
    let site = three();
    let page = compare(&site, "2018-01-01", "2020-01-01");
    // A definition by itself, capitals of one word in three clauses, a section that came.
    assert_eq!(said(&page, ".changes tbody th"), "1|2 3 4|5–8|");
    let rows = select(&page, ".changes tbody tr");
    assert_eq!(rows.len(), 3);
    assert_eq!(said(&page, ".changes tbody tr:nth-child(2) .signals li"), "“account” became “Account”|");
    assert_eq!(said(&page, ".changes tbody tr:nth-child(2) .ref"), "3 clauses|3 clauses|");
    assert_eq!(said(&page, ".changes tbody tr:nth-child(3) .ref"), "New|");
}

#[test]
fn a_clause_says_that_a_definition_reaches_it() {
    let page = compare(&three(), "2018-01-01", "2019-01-01");
    assert_eq!(said(&page, ".change-note.reached"), "Uses “Data”, whose definition changed: change 1|");
    assert_eq!(select(&page, "#change-2 .reached[href='#change-1']").len(), 1);
    assert_eq!(said(&page, ".switches [value='reached']").len(), 1);
}

#[test]
fn from_a_redline_one_walks_to_others() {
    let page = compare(&three(), "2018-01-01", "2020-01-01");
    let sides = select(&page, ".side");
    let links = |side: usize| -> Vec<String> {
        let link = Selector::parse(".chooser a").unwrap();
        sides[side].select(&link).map(|a| a.value().attr("href").unwrap().to_owned()).collect()
    };
    assert_eq!(links(0), ["../../2019-01-01/2020-01-01/"]);
    assert_eq!(links(1), ["../2019-01-01/"]);
}

#[test]
fn every_class_that_there_is_can_be_switched_and_is_counted() {
    let page = compare(&three(), "2018-01-01", "2020-01-01");
    let boxes = select(&page, ".switches [type=checkbox]");
    let values: Vec<&str> = boxes.iter().map(|b| b.value().attr("value").unwrap()).collect();
    assert_eq!(values, ["case", "reached"]);
    assert!(
        said(&page, ".switches label").contains("capitals in 3 clauses|"),
        "{}",
        said(&page, ".switches label")
    );
    assert!(said(&page, ".lead").starts_with("8 clauses changed: "), "{}", said(&page, ".lead"));
}

#[test]
fn a_word_on_several_rows_is_told_once() {
    let body = |days: &str, share: &str, ask: &str| {
        format!(
            "# P\n\n## Keep\n\nWe keep it for {days} days.\n\n## Share\n\nWe share it with {share}.\n\n## Ask\n\nAsk {ask} about it.\n"
        )
    };
    let notes = "action: none\nchanges:\n  - clause: [keep, ask]\n    material: false\n    reason: Only said better.\n  - clause: share\n    material: true\n    summary: More people see it.\n";
    let site = crate::program::build(
        crate::program::folder(&[
            ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
            ("p/policy.yaml", "title: P\n"),
            ("p/2018-01-01.md", &format!("---\neffective: 2018-01-01\n---\n{}", body("9", "nobody", "us"))),
            (
                "p/2019-01-01.md",
                &format!("---\neffective: 2019-01-01\n{notes}---\n{}", body("nine", "friends", "our office")),
            ),
        ])
        .path(),
        &["--as-of", "2021-01-01"],
    );
    let page = compare(&site, "2018-01-01", "2019-01-01");
    assert_eq!(
        said(&page, ".changes td:last-child"),
        "Why Reason: Only said better.|Why More people see it.|Why As for change 1|"
    );
    assert_eq!(select(&page, ".changes td:last-child a[href='#change-1']").len(), 1);
}

#[test]
fn one_change_stands_by_itself() {
    let old = text("# T\n\n- We keep it for nine days.\n\nAnother clause that stays as it is.\n");
    let new = text("# T\n\n- We keep it for ten days.\n\nAnother clause that stays as it is.\n");
    let words = assets::TEMPLATES.iter().find(|(name, _)| *name == "messages/en.yaml").unwrap().1;
    let catalogue = Catalogue::new([("en", words)]).unwrap();
    let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &Language("en".to_owned()));
    let targets = Targets::default();
    let links = Links { targets: &targets, policy: "", page: "", root: "", base_url: "", whole: "" };
    let change = comparison.diff.changes.iter().position(|c| !c.is_quiet()).unwrap();
    let html = redline::one(&comparison, change, links, catalogue.of("en"));
    let page = Html::parse_fragment(&html);
    assert_eq!(said(&page, "p.clause"), "We keep it for nineten days.|");
    assert!(select(&page, "[id], li, .change-number").is_empty());
}
