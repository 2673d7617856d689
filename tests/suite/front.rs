//! The front page: what applies, what comes, what is new, of no policy, of a few, and of a hundred.

use scraper::{ElementRef, Html, Selector};

use crate::program::{build, folder, path, school};

fn select<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    select(page, selector).iter().map(text).collect()
}

/// The titles of the sections, in order.
fn sections(page: &Html) -> Vec<String> {
    select(page, "main h2").iter().map(|h| h.value().attr("id").unwrap().to_owned()).collect()
}

fn front(site: &std::collections::BTreeMap<String, Vec<u8>>) -> Html {
    Html::parse_document(std::str::from_utf8(&site["index.html"]).unwrap())
}

/// A site of so many policies.
fn of(policies: usize) -> Html {
    let version = "---\neffective: 2018-01-01\n---\nText.\n";
    let mut files =
        vec![("site.yaml".to_owned(), "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n".to_owned())];
    for n in 0..policies {
        files.push((format!("p{n}/policy.yaml"), format!("title: Policy {n}\n")));
        files.push((format!("p{n}/2018-01-01.md"), version.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    front(&build(folder(&files).path(), &["--as-of", "2018-01-01"]))
}

#[test]
fn what_applies_what_comes_what_is_new() {
    let page = front(&school());
    assert_eq!(sections(&page), ["upcoming", "policies", "recent"]);
    let upcoming = texts(&page, ".notice.upcoming");
    assert!(
        upcoming[0]
            .starts_with("Privacy Policy A new version takes effect on January 15, 2027. 8 clauses change"),
        "{upcoming:?}"
    );
    let policies = texts(&page, ".policies h3");
    // What another policy continues comes last, and does not pass for what applies.
    assert_eq!(
        policies,
        ["Cookie Policy", "Learner Terms", "Privacy Policy", "Quillbrook Pilot Privacy Notice"]
    );
    let facts = texts(&page, ".policies .facts");
    assert_eq!(facts[2], "In force since October 6, 2025 9 minutes to read New version on January 15, 2027");
    assert!(facts[3].starts_with("Continued by Privacy Policy"), "{facts:?}");
    let links = texts(&page, ".policies > li:nth-child(2) .links a");
    assert_eq!(links, ["What changed: Learner Terms", "History: Learner Terms", "Español: Learner Terms"]);
    let days = texts(&page, "#recent ~ .timeline .date");
    assert_eq!(days[..2], ["October 6, 2025", "February 3, 2025"]);
}

#[test]
fn a_form_that_needs_scripts_is_hidden_without() {
    let page = front(&school());
    let form = select(&page, "form.find")[0].value();
    assert!(form.attr("hidden").is_some() && form.attr("data-script").is_some());
    assert_eq!(form.attr("action"), Some("search/"));
    assert_eq!(texts(&page, "form.find label").len(), select(&page, "form.find input[id]").len());
}

#[test]
fn of_no_policy_of_one_and_of_a_hundred() {
    // Nothing can be seen yet.
    let content = path("tests/golden/small/content");
    let early = front(&build(&content, &["--as-of", "2010-01-01"]));
    assert_eq!(texts(&early, ".policies"), ["No policy has been published yet."]);
    assert_eq!(sections(&early), ["policies"]);
    assert!(select(&early, "form").is_empty());
    let one = of(1);
    assert_eq!(texts(&one, ".policies h3"), ["Policy 0"]);
    assert!(select(&one, ".many").is_empty());
    // So many are set closely, and what is new comes before them.
    let many = of(100);
    assert_eq!(sections(&many), ["recent", "policies"]);
    assert_eq!(select(&many, ".policies.many > li").len(), 100);
    assert_eq!(select(&many, ".timeline > li").len(), 8);
}
