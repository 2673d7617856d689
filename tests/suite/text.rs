//! Pages that show a text: what stands beside its clauses.

use std::collections::BTreeMap;

use scraper::{ElementRef, Html, Selector};

use crate::program::{build, folder, path};

fn page(site: &BTreeMap<String, Vec<u8>>, name: &str) -> Html {
    Html::parse_document(std::str::from_utf8(&site[name]).unwrap())
}

fn all<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

const SITE: (&str, &str) =
    ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: America/New_York\n");
const FIRST: &str = "---\neffective: 2020-01-01\n---\n## Use\n\nUse it well.\n\n1. Be kind.\n2. Be quick.\n\n\
                     ## Logs\n\nWe keep logs for a day.\n\n## Terms\n\n\"Logs\" means lines that say who came.\n";

/// Two versions: the second changes a clause, adds two and moves nothing.
fn two(second: &str) -> tempfile::TempDir {
    let text = FIRST.split_once("---\n## ").unwrap().1;
    let text = text
        .replace("a day.", "a year. Logs are useful.")
        .replace("Be quick.", "Be quick.\n3. Be calm.\n4. Be early.");
    let front = format!(
        "---\neffective: {second}\nannounced: 2020-02-01\naction: notice\nsummary: S.\nchanges:\n  \
                         - {{clause: [use, logs], material: true, summary: C.}}\n---\n## "
    );
    let policy = "title: P\nnotice: {window_days_after: 10}\n";
    folder(&[SITE, ("p/policy.yaml", policy), ("p/2020-01-01.md", FIRST), ("p/2.md", &(front + &text))])
}

#[test]
fn every_clause_has_a_link_to_the_page_that_says_it_for_ever() {
    let site = build(two("2020-03-01").path(), &["--as-of", "2020-03-05"]);
    let page = page(&site, "p/index.html");
    let told = |link: &ElementRef<'_>| (words(*link), link.value().attr("href").unwrap().to_owned());
    let links: Vec<_> = all(&page, ".instrument .clause > .permalink").iter().map(told).collect();
    let links: Vec<(&str, &str)> = links.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(
        links,
        [
            ("§", "v/2/#use"),
            ("1", "v/2/#use.1"),
            ("2(1)", "v/2/#use.2.a"),
            ("2(2)", "v/2/#use.2.b"),
            ("2(3)", "v/2/#use.2.c"),
            ("2(4)", "v/2/#use.2.d"),
            ("§", "v/2/#logs"),
            ("1", "v/2/#logs.1"),
            ("§", "v/2/#terms"),
            ("1", "v/2/#terms.1"),
        ]
    );
}

#[test]
fn what_changed_lately_says_when_and_leads_to_it() {
    let marks = |as_of: &str, name: &str| -> Vec<(String, Option<(String, String)>)> {
        let site = build(two("2020-03-01").path(), &["--as-of", as_of]);
        let page = page(&site, name);
        let link = |clause: &ElementRef<'_>| {
            let link = clause.select(&Selector::parse(".changed").unwrap()).next()?;
            Some((words(link), link.value().attr("href").unwrap().to_owned()))
        };
        all(&page, ".instrument .lately")
            .iter()
            .map(|c| (c.value().attr("id").unwrap().to_owned(), link(c)))
            .collect()
    };
    let expected = |up: &str| {
        let at = |n: usize| format!("{up}compare/2020-01-01/2/#change-{n}");
        [
            ("use.2.c".to_owned(), Some(("New March 1, 2020".to_owned(), at(1)))),
            // What came with it is said once.
            ("use.2.d".to_owned(), None),
            ("logs.1".to_owned(), Some(("Changed March 1, 2020".to_owned(), at(3)))),
        ]
    };
    assert_eq!(marks("2020-03-05", "p/index.html"), expected(""));
    assert_eq!(marks("2021-02-28", "p/index.html"), expected(""));
    assert_eq!(marks("2021-03-01", "p/index.html"), []);
    // A version's own page always says what it changed, and the first version changed nothing.
    assert_eq!(marks("2025-01-01", "p/v/2/index.html"), expected("../../"));
    assert_eq!(marks("2020-03-05", "p/v/2020-01-01/index.html"), []);
}

#[test]
fn a_defined_term_leads_to_its_definition() {
    let site = build(two("2020-03-01").path(), &["--as-of", "2020-03-05"]);
    let page = page(&site, "p/index.html");
    let uses = all(&page, ".instrument .term");
    let told: Vec<_> =
        uses.iter().map(|u| (words(*u), u.value().attr("href"), u.value().attr("data-term"))).collect();
    assert_eq!(told, [("Logs".to_owned(), Some("#terms.1"), Some("1"))]);
    let source = String::from_utf8(site["p/index.html"].clone()).unwrap();
    let (_, note) =
        source.split_once("<template id=\"page:term-1\">").expect("the definition is on the page");
    let note = note.split_once("</template>").unwrap().0;
    let note = Html::parse_fragment(note);
    assert_eq!(
        words(note.root_element()),
        "Logs \"Logs\" means lines that say who came. Go to the definition"
    );
    // The words of the definition itself are no use of it.
    assert!(all(&page, "#terms\\.1 .term").is_empty());
}

#[test]
fn a_notice_knows_how_long_it_is_true() {
    let notice = |as_of: &str, kind: &str| {
        let site = build(two("2020-03-01").path(), &["--as-of", as_of]);
        let page = page(&site, "p/index.html");
        let notice = all(&page, &format!(".notice.{kind}")).first().copied()?;
        let value = |name: &str| notice.value().attr(name).map(str::to_owned);
        Some((words(notice), value("data-until"), value("data-then")))
    };
    let (text, until, then) = notice("2020-02-10", "upcoming").expect("it is announced");
    assert!(text.contains("takes effect on March 1, 2020. It was announced on February 1, 2020."), "{text}");
    assert!(text.ends_with("S. Users are told."), "{text}");
    assert_eq!(until.as_deref(), Some("2020-03-01T00:00:00-05:00"));
    assert!(then.unwrap().contains("took effect on March 1, 2020"));
    let (text, until, then) = notice("2020-03-10", "recent").expect("it is ten days old");
    assert!(text.contains("This notice is shown until March 11, 2020."), "{text}");
    // The clocks of New York changed on the eighth.
    assert_eq!((until.as_deref(), then), (Some("2020-03-11T00:00:00-04:00"), None));
    assert_eq!(notice("2020-03-11", "recent"), None);
}

#[test]
fn the_school_s_terms_are_shown_where_they_are_used() {
    let site = build(&path("content"), &["--as-of", "2026-11-22"]);
    let page = page(&site, "privacy/index.html");
    let names: Vec<String> = all(&page, ".instrument .term").into_iter().map(words).collect();
    assert!(names.iter().any(|n| n == "Personal Information") && names.len() > 20, "{names:?}");
    assert!(all(&page, "h1 .term, h2 .term, h3 .term, a a, a .term").is_empty());
}
