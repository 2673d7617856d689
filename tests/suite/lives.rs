//! The pages of a policy's past: the picture of its history, the lives of its sections, what changed since
//! a version was accepted, and the choice of two versions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use scraper::{ElementRef, Html, Selector};
use serde_json::Value;

use crate::program::{build, folder, path, school, small};

type Site = BTreeMap<String, Vec<u8>>;

fn page(site: &Site, name: &str) -> Html {
    let bytes = site.get(name).unwrap_or_else(|| panic!("there is no {name}"));
    Html::parse_document(std::str::from_utf8(bytes).unwrap())
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

fn words(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn all(page: &Html, css: &str) -> Vec<String> {
    page.select(&selector(css)).map(words).collect()
}

fn json(site: &Site, name: &str) -> Value {
    serde_json::from_slice(&site[name]).unwrap()
}

/// The policies of a site, by their changelogs.
fn policies(site: &Site) -> Vec<String> {
    let named = site.keys().filter_map(|name| name.strip_suffix("/changelog.json"));
    named.map(str::to_owned).collect()
}

/// The links of the cells below each version, by the version's id, with what each says.
fn columns(page: &Html) -> BTreeMap<String, Vec<(String, String)>> {
    let (head, row, cell) =
        (selector(".picture thead tr + tr a"), selector(".picture tbody tr"), selector("td"));
    let version = |a: ElementRef<'_>| {
        a.attr("href").unwrap().trim_start_matches("../v/").trim_end_matches('/').to_owned()
    };
    let ids: Vec<String> = page.select(&head).map(version).collect();
    let mut columns: BTreeMap<String, Vec<(String, String)>> =
        ids.iter().map(|id| (id.clone(), Vec::new())).collect();
    for row in page.select(&row) {
        let cells: Vec<ElementRef<'_>> = row.select(&cell).collect();
        assert_eq!(cells.len(), ids.len(), "{}", words(row));
        for (id, cell) in ids.iter().zip(cells) {
            let Some(link) = cell.select(&selector("a")).next() else { continue };
            columns.get_mut(id).unwrap().push((words(link), link.attr("href").unwrap().to_owned()));
        }
    }
    columns
}

#[test]
fn the_picture_shows_what_the_changelog_says() {
    for site in [small(), school()] {
        for policy in policies(&site) {
            let history = page(&site, &format!("{policy}/history/index.html"));
            let changelog = json(&site, &format!("{policy}/changelog.json"));
            let releases = changelog["releases"].as_array().unwrap();
            if all(&history, ".picture").is_empty() {
                assert!(releases.len() < 2, "{policy} has no picture");
                continue;
            }
            let columns = columns(&history);
            for release in releases {
                let id = release["version"].as_str().unwrap();
                let column = &columns[id];
                let told =
                    |cell: &(String, String)| !["unchanged", "in the first version"].contains(&&*cell.0);
                let changes = release["changes"].as_array().map_or(0, Vec::len);
                assert_eq!(column.iter().any(told), changes > 0, "{policy} {id}: {column:?}");
                let material = column.iter().any(|(word, _)| word.contains("material"));
                assert_eq!(material, release["materiality"] == "material", "{policy} {id}: {column:?}");
                for (word, link) in column {
                    let redline = link.starts_with("../compare/") && link.contains("#change-");
                    let reads = ["unchanged", "in the first version", "added", "added, material"];
                    assert_ne!(
                        redline,
                        reads.contains(&word.as_str()),
                        "{policy} {id}: {word} leads to {link}"
                    );
                }
            }
        }
    }
}

#[test]
fn the_picture_is_for_those_who_hear_it_too() {
    let history = page(&school(), "privacy/history/index.html");
    assert_eq!(all(&history, ".picture caption").len(), 1);
    let heads = all(&history, ".picture thead tr + tr th");
    assert!(heads.iter().any(|h| h.contains("October 6, 2025") && h.contains("In force")), "{heads:?}");
    assert!(heads.iter().any(|h| h.contains("January 15, 2027") && h.contains("Upcoming")), "{heads:?}");
    assert!(heads.iter().any(|h| h.contains("correction")), "{heads:?}");
    assert!(all(&history, ".picture tbody th").iter().all(|name| !name.is_empty()));
    assert!(all(&history, ".picture td a").iter().all(|word| !word.is_empty()));
    let one = "---\neffective: 2001-01-01\n---\nOne.\n";
    let site = "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n";
    let content = folder(&[("site.yaml", site), ("p/policy.yaml", "title: P\n"), ("p/2001-01-01.md", one)]);
    let alone = build(content.path(), &["--as-of", "2002-01-01"]);
    assert_eq!(all(&page(&alone, "p/history/index.html"), ".picture"), [""; 0]);
    assert!(!alone.contains_key("p/compare/index.html"), "there is nothing to choose");
    assert!(alone.contains_key("p/since/2001-01-01/index.html"));
}

#[test]
fn every_heading_ever_shown_has_a_page_for_its_id() {
    for site in [small(), school()] {
        let mut ids: BTreeSet<(String, String)> = BTreeSet::new();
        for name in site.keys().filter(|name| name.contains("/v/") && name.ends_with("/index.html")) {
            let parts: Vec<&str> = name.split('/').collect();
            let [policy, "v", _, "index.html"] = parts[..] else { continue };
            for heading in page(&site, name).select(&selector("article .instrument :is(h1, h2, h3, h4)[id]"))
            {
                ids.insert((policy.to_owned(), heading.attr("id").unwrap().to_owned()));
            }
        }
        assert!(ids.len() > 5, "{ids:?}");
        for (policy, id) in ids {
            assert!(site.contains_key(&format!("{policy}/clauses/{id}/index.html")), "{policy}: {id}");
        }
    }
}

#[test]
fn an_earlier_id_leads_to_the_life_of_the_section() {
    let site = school();
    let earlier = page(&site, "privacy/clauses/disclosure/index.html");
    let canonical = earlier.select(&selector("link[rel=canonical]")).next().unwrap();
    assert_eq!(canonical.attr("href"), Some("https://policies.quillbrook.example/privacy/clauses/sharing/"));
    let said = all(&earlier, ".life > p").join(" ");
    assert!(said.contains("May 25, 2018") && said.contains("Who we share it with"), "{said}");
    assert_eq!(all(&earlier, ".event"), [""; 0]);
    let life = page(&site, "privacy/clauses/sharing/index.html");
    let days = all(&life, ".event > h4");
    let expected = [
        "From January 15, 2027",
        "January 17, 2022 to January 14, 2027",
        "May 10, 2021 to January 16, 2022",
        "March 15, 2021 to May 9, 2021",
        "September 1, 2019 to March 14, 2021",
        "May 25, 2018 to August 31, 2019",
        "March 1, 2016 to May 24, 2018",
    ];
    assert_eq!(days, expected);
}

/// A policy of these texts, a year apart.
fn years(texts: &[(&str, &str)]) -> Site {
    let mut files = vec![
        ("site.yaml".to_owned(), "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n".to_owned()),
        ("p/policy.yaml".to_owned(), "title: P\n".to_owned()),
    ];
    for (i, (front, text)) in texts.iter().enumerate() {
        let year = 2001 + i;
        let text = format!("---\neffective: {year}-01-01\n{front}---\n{text}\n");
        files.push((format!("p/{year}-01-01.md"), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    build(folder(&files).path(), &["--as-of", "2010-01-01"])
}

const KEPT: &str = "## Kept {#kept}\n\nWe keep every word of this paragraph as it is.\n\n";

#[test]
fn what_is_gone_keeps_its_page_with_its_last_words() {
    let gone = "## Gone {#gone}\n\nFor a time we promised you the moon and the stars.\n";
    let site = years(&[("", &format!("{KEPT}{gone}")), ("action: none\n", KEPT)]);
    let page = page(&site, "p/clauses/gone/index.html");
    assert!(all(&page, ".life > p").join(" ").contains("Removed on January 1, 2002"));
    assert!(all(&page, ".excerpt.gone").join(" ").contains("the moon and the stars"));
    assert_eq!(
        all(&page, ".event > h4"),
        ["Removed on January 1, 2002", "January 1, 2001 to December 31, 2001"]
    );
}

#[test]
fn ids_of_any_sort_have_pages_of_their_own() {
    let text = "## A {#Sharing}\n\nOne thing here.\n\n## B {#sharing}\n\nAnother thing there.\n\n\
                ## C {#index.html}\n\nA third one.\n\n## Política\n\nUna cosa distinta.\n";
    let long = format!("{text}\n## {}\n\nThe end.\n", "word ".repeat(80));
    let site = years(&[("", text), ("action: none\n", &long)]);
    let titles = |name: &str| all(&page(&site, name), "h1");
    assert_eq!(titles("p/clauses/~sharing/index.html"), ["A"]);
    assert_eq!(titles("p/clauses/sharing/index.html"), ["B"]);
    assert_eq!(titles("p/clauses/index~2e~html/index.html"), ["C"]);
    assert_eq!(titles("p/clauses/política/index.html"), ["Política"]);
    let long = all(&page(&site, "p/clauses/index.html"), ".clause-list a");
    assert!(long.iter().any(|title| title.starts_with("word word")), "{long:?}");
}

#[test]
fn two_sections_that_had_one_id_share_its_page() {
    let one = "## Cookies {#cookies}\n\nWe set one cookie, which remembers that you are here.\n";
    let other = "## Biscuits {#cookies}\n\nAll recipes of our kitchen are printed upon request only.\n";
    let texts = [
        ("", format!("{KEPT}{one}")),
        ("action: none\n", KEPT.to_owned()),
        ("action: none\n", format!("{KEPT}{other}")),
    ];
    let texts: Vec<(&str, &str)> = texts.iter().map(|(front, text)| (*front, text.as_str())).collect();
    let page = page(&years(&texts), "p/clauses/cookies/index.html");
    let told = [
        "Biscuits Stands in the text in force. It has said this since January 1, 2003.",
        "Cookies Removed on January 1, 2002.",
    ];
    assert_eq!(all(&page, ".life > h2"), told);
    assert!(all(&page, ".lead")[0].starts_with("More than one section has had this address"));
}

#[test]
fn a_section_that_went_twice_is_told_newest_first() {
    let back = "## Back {#back}\n\nA paragraph that comes and goes as the moon does in the sky.\n";
    let with = format!("{KEPT}{back}");
    let texts =
        [("", with.as_str()), ("action: none\n", KEPT), ("action: none\n", &with), ("action: none\n", KEPT)];
    let heads = all(&page(&years(&texts), "p/clauses/back/index.html"), ".life > h2");
    assert_eq!(heads, ["Back Removed on January 1, 2004.", "Back Removed on January 1, 2002."]);
}

#[test]
fn a_heading_that_takes_clauses_changes_the_section_they_stood_in() {
    let one = format!("{KEPT}Nothing is shared with anybody unless a court orders it.\n");
    let two = one.replace("Nothing is shared", "## Sharing {#sharing}\n\nNothing is shared");
    let site = years(&[("", &one), ("action: none\n", &two), ("action: none\n", &one)]);
    let kept = page(&site, "p/clauses/kept/index.html");
    assert_eq!(
        all(&kept, ".event > h4"),
        [
            "Since January 1, 2003",
            "January 1, 2002 to December 31, 2002",
            "January 1, 2001 to December 31, 2001"
        ]
    );
    assert!(all(&kept, ".event").iter().any(|event| event.contains("A clause went to Sharing")));
    assert_eq!(all(&kept, ".event .tag"), [""; 0], "nobody said a word on what says the same");
    let cells = columns(&page(&site, "p/history/index.html"));
    let changed = ("changed".to_owned(), "../compare/2001-01-01/2002-01-01/".to_owned());
    assert!(cells["2002-01-01"].contains(&changed), "{cells:?}");
}

const SEEN: &str = "source: {captured: 2002-01-01, date: captured, fidelity: extracted}\n";

#[test]
fn what_was_seen_is_not_said_to_have_begun_or_ended_then() {
    let texts = ["One thing is kept here.", "Two things are kept here.", "Three things are kept here."];
    let texts = texts.map(|text| format!("## A {{#a}}\n\n{text}\n"));
    let site = years(&[("", &texts[0]), (SEEN, &texts[1]), ("action: none\n", &texts[2])]);
    assert_eq!(
        all(&page(&site, "p/clauses/a/index.html"), ".event > h4"),
        [
            "Since January 1, 2003",
            "Seen on January 1, 2002; in force to December 31, 2002",
            "From January 1, 2001; seen to be different on January 1, 2002"
        ]
    );
    let mark = all(&page(&site, "p/v/2002-01-01/index.html"), "main").join(" ");
    assert!(mark.contains("Changed, seen January 1, 2002"), "{mark}");
    let until = all(&page(&site, "p/since/index.html"), ".periods th .minor");
    assert_eq!(until, ["to December 31, 2002", "No record between January 1, 2001 and January 1, 2002"]);
    let gap = all(&page(&site, "p/since/2001-01-01/index.html"), ".lead + p").join(" ");
    assert!(gap.contains("may have accepted another one"), "{gap}");
    let site = years(&[("", &texts[0]), (SEEN, &texts[1])]);
    let state = all(&page(&site, "p/clauses/a/index.html"), ".life > p").join(" ");
    assert!(state.contains("first seen to say this on January 1, 2002"), "{state}");
    let list = all(&page(&site, "p/clauses/index.html"), ".clause-list").join(" ");
    assert!(list.contains("2 wordings, first seen on January 1, 2002"), "{list}");
}

#[test]
fn what_is_announced_is_not_told_as_if_in_force() {
    let coming = "announced: 2009-12-01\naction: none\nchanges: [{clause: [kept, new], material: false, reason: So.}]\n";
    let skipped = "announced: 2009-12-02\naction: reaccept\n";
    let going = "## Going {#going}\n\nA paragraph that will not be here for long any more.\n";
    let first = format!("{KEPT}{going}");
    let last = KEPT.replace("every word", "every syllable");
    let new = format!("{last}## New {{#new}}\n\nWhat nobody has read before that day.\n");
    let mut texts = vec![("", first.as_str()), ("action: notice\n", &first)];
    texts.resize(9, ("action: none\n", &first));
    texts.extend([("action: none\n", first.as_str()), (skipped, KEPT), (coming, &new)]);
    let site = years(&texts);
    let list = all(&page(&site, "p/clauses/index.html"), ".clause-list li");
    assert_eq!(
        list,
        [
            "Kept 2 wordings, since January 1, 2001, changes on January 1, 2012",
            "Going 1 wording, since January 1, 2001, goes on January 1, 2011",
            "New 1 wording, comes on January 1, 2012"
        ]
    );
    let facts = page(&site, "p/index.html");
    let facts = all(&facts, "dt");
    assert!(facts.iter().any(|name| name == "To be replaced on"), "{facts:?}");
    // Who skips the version in between is owed what it asks for.
    let announced = |version: &str| {
        all(&page(&site, &format!("p/since/{version}/index.html")), "[aria-labelledby=announced] li .minor")
    };
    let in_all = "Counted from the version you accepted, asked for: your acceptance again";
    assert_eq!(announced("2010-01-01"), [in_all]);
    assert_eq!(announced("2001-01-01"), [in_all]);
}

#[test]
fn a_version_corrected_on_its_first_day_has_no_days() {
    let site = "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n";
    let one = "---\neffective: 2001-01-01\n---\nOne.\n";
    let two = "---\neffective: 2001-01-01\nkind: correction\ncorrects: 2001-01-01\naction: none\n---\nTwo.\n";
    let files = [
        ("site.yaml", site),
        ("p/policy.yaml", "title: P\n"),
        ("p/2001-01-01.md", one),
        ("p/2001-01-01-2.md", two),
    ];
    let site = build(folder(&files).path(), &["--as-of", "2002-01-01"]);
    assert_eq!(all(&page(&site, "p/since/index.html"), ".periods th .minor"), ["corrected on the same day"]);
}

#[test]
fn an_earlier_address_says_until_when_it_was_one() {
    let texts = ["Data", "Information", "Your facts"]
        .map(|title| KEPT.replace("## Kept {#kept}", &format!("## {title}")));
    let site = years(&[("", &texts[0]), ("action: none\n", &texts[1]), ("action: none\n", &texts[2])]);
    let told = all(&page(&site, "p/clauses/data/index.html"), ".life > p");
    assert_eq!(told, ["Before January 1, 2002 this was the address of “Your facts”."]);
}

#[test]
fn the_text_is_not_called_in_force_before_its_day() {
    let files = [
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("p/policy.yaml", "title: P\n"),
        ("p/2011-01-01.md", "---\neffective: 2011-01-01\nannounced: 2010-01-01\n---\nOne.\n"),
    ];
    let site = build(folder(&files).path(), &["--as-of", "2010-06-01"]);
    let page = page(&site, "p/index.html");
    let tabs = all(&page, "nav a").join(" ");
    assert!(tabs.contains("Text, not in force") && !tabs.contains("Text in force"), "{tabs}");
}

#[test]
fn what_was_withdrawn_is_not_said_to_have_taken_effect() {
    let texts = [("", "One.\n"), ("announced: 2001-02-01\nwithdrawn: 2001-03-01\naction: none\n", "Two.\n")];
    let site = years(&texts);
    let version = page(&site, "p/v/2002-01-01/index.html");
    assert!(all(&version, ".facts .fact, .fact").join(" ").contains("Was to take effect on January 1, 2002"));
    assert!(all(&version, "dt").iter().any(|name| name == "Was to take effect on"));
    assert!(all(&page(&site, "p/history/index.html"), "main").join(" ").contains("Was to take effect on"));
}

#[test]
fn a_heading_alone_has_no_sections_below_it() {
    let site = years(&[("", "## One\n\n### Two\n")]);
    let told = |id: &str| all(&page(&site, &format!("p/clauses/{id}/index.html")), ".excerpt").join(" ");
    assert!(told("one").contains("only sections below it"));
    assert!(told("two").contains("besides its heading"));
}

#[test]
fn a_row_and_a_definition_bring_what_they_stand_under() {
    let text = |day: &str, log: &str| {
        format!(
            "## A {{#a}}\n\n| What | How long |\n| --- | --- |\n| Mail | {day} |\n| Photo | a week |\n\nLog\n: Kept for {log}.\n"
        )
    };
    let site = years(&[("", &text("a day", "a day")), ("action: none\n", &text("two days", "two days"))]);
    let page = page(&site, "p/clauses/a/index.html");
    let redline = all(&page, ".redline").join(" ");
    assert!(redline.contains("How long") && redline.contains("Log"), "{redline}");
    assert!(!redline.contains("Photo"), "{redline}");
}

/// The notice of what is owed on each page of those who accepted a version.
fn owed(site: &Site, policy: &str, version: &str) -> String {
    all(&page(site, &format!("{policy}/since/{version}/index.html")), ".owed").join(" ")
}

#[test]
fn what_is_owed_is_the_strongest_on_the_way() {
    let site = school();
    let asked = "You should have been asked to accept again. The version of July 1, 2024 asked for it.";
    assert_eq!(owed(&site, "privacy", "2016-03-01"), asked);
    assert_eq!(
        owed(&site, "privacy", "2024-07-01"),
        "You should have been told. The version of October 6, 2025 asked for it."
    );
    assert_eq!(owed(&site, "privacy", "2025-10-06"), "This is the version in force. Nothing is owed to you.");
    let of = |front: &'static str| (front, "Text.\n");
    let corrected = years(&[of(""), ("kind: correction\ncorrects: 2001-01-01\naction: none\n", "Texts.\n")]);
    assert!(owed(&corrected, "p", "2001-01-01").starts_with("Only mistakes were corrected."));
    let imported = "source: {captured: 2002-01-01, date: captured, fidelity: extracted}\n";
    let unknown = years(&[of(""), (imported, "Another text.\n"), ("action: reaccept\n", "A third text.\n")]);
    let said = owed(&unknown, "p", "2001-01-01");
    assert!(
        said.starts_with("It is not known") && said.contains("accept the version of January 1, 2003"),
        "{said}"
    );
}

#[test]
fn since_pages_are_for_versions_that_were_in_force() {
    for site in [small(), school()] {
        for policy in policies(&site) {
            let chosen = page(&site, &format!("{policy}/since/index.html"));
            let link = selector(".periods td:last-child a");
            let listed: Vec<String> = chosen
                .select(&link)
                .map(|a| a.attr("href").unwrap().trim_end_matches('/').to_owned())
                .collect();
            let prefix = format!("{policy}/since/");
            let made: BTreeSet<String> = site
                .keys()
                .filter_map(|name| name.strip_prefix(&prefix)?.strip_suffix("/index.html").map(str::to_owned))
                .collect();
            assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), made, "{policy}");
            // Newest first: to the day before the next begins, or there is no record of when that was.
            let begun: Vec<NaiveDate> = chosen
                .select(&selector(".periods th time"))
                .map(|time| time.attr("datetime").unwrap().parse().unwrap())
                .collect();
            let until = all(&chosen, ".periods th .minor");
            let until = &until[until.len() + 1 - begun.len()..];
            for (text, next) in until.iter().zip(&begun) {
                let day =
                    |day: NaiveDate| ["%B %-d, %Y", "%-d %B %Y"].map(|form| day.format(form).to_string());
                let last = day(next.pred_opt().unwrap()).iter().any(|day| *text == format!("to {day}"));
                let gap = text.starts_with("No record") && day(*next).iter().any(|day| text.ends_with(day));
                assert!(gap || last || text == "corrected on the same day", "{policy}: {text}, {next}");
            }
            let states = all(&chosen, ".periods .status");
            assert_eq!(states, ["In force"], "{policy}");
        }
    }
    let without = build(&path("tests/golden/small/content"), &["--as-of", "2018-05-01", "--drafts"]);
    assert!(!without.contains_key("privacy/since/2020-01-01/index.html"), "nobody can have accepted a draft");
}

#[test]
fn what_came_and_went_is_told() {
    let back = all(&page(&school(), "privacy/since/2019-09-01/index.html"), "[aria-labelledby=back] li");
    assert!(back.iter().any(|told| told.contains("Who we share it with")), "{back:?}");
}

#[test]
fn every_redline_can_be_chosen() {
    for site in [small(), school()] {
        for policy in policies(&site) {
            let prefix = format!("{policy}/compare/");
            let redlines: BTreeSet<String> = site
                .keys()
                .filter_map(|name| name.strip_prefix(&prefix)?.strip_suffix("/index.html").map(str::to_owned))
                .collect();
            if redlines.is_empty() {
                continue;
            }
            let chooser = page(&site, &format!("{prefix}index.html"));
            let links = selector(".choices a");
            let chosen: Vec<String> = chooser
                .select(&links)
                .map(|a| a.attr("href").unwrap().trim_end_matches('/').to_owned())
                .collect();
            assert_eq!(chosen.len(), redlines.len(), "{policy}");
            assert_eq!(chosen.into_iter().collect::<BTreeSet<_>>(), redlines, "{policy}");
        }
    }
}
