//! That a site can look as it likes: the page that says how (`templates/README.md`) is complete and true, and
//! a look of another kind (`tests/look`) reaches every page.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use clauseline::site::assets;
use scraper::{Html, Selector};

use crate::program::{Run, build, clauseline, folder, look, path, small, tree};

/// Rows of a table: the variable, marked `?` where it may be null, and what it is.
type Rows = BTreeMap<String, String>;

/// What templates see, by the heading it stands under: a page by its template, all else by its type.
fn views(source: &str) -> BTreeMap<String, Rows> {
    let mut found: BTreeMap<String, Rows> = BTreeMap::new();
    let (mut doc, mut heading) = ("", None);
    for line in source.lines() {
        if let Some(words) = line.strip_prefix("/// ") {
            doc = words;
        } else if let Some(rest) = line.strip_prefix("pub struct ") {
            let name = rest.strip_suffix(" {").expect("views have named fields");
            let quoted = doc.strip_prefix('`').and_then(|doc| doc.split_once('`'));
            let template =
                quoted.map(|(page, _)| page).filter(|p| p.ends_with(".html") || p.ends_with(".xml"));
            let title = template.unwrap_or(name).to_owned();
            found.insert(title.clone(), Rows::new());
            heading = Some(title);
        } else if line == "}" {
            heading = None;
        } else if let Some(title) = &heading
            && let Some(field) = line.trim_start().strip_prefix("pub ")
        {
            let (name, kind) = field.trim_end_matches(',').split_once(": ").unwrap();
            let null = if kind.starts_with("Option<") { "?" } else { "" };
            found.get_mut(title).unwrap().insert(format!("{name}{null}"), is(kind));
        }
    }
    // What every page has is said once.
    for rows in found.values_mut() {
        if rows.contains_key("site") && rows.contains_key("page") {
            rows.retain(|name, _| name != "site" && name != "page");
        }
    }
    found
}

/// A Rust type in the words of the page.
fn is(kind: &str) -> String {
    let inner = |outer: &str| kind.strip_prefix(outer)?.strip_suffix('>');
    match kind {
        "String" | "&'static str" => "text".to_owned(),
        "usize" => "number".to_owned(),
        "bool" => "yes or no".to_owned(),
        _ => match (inner("Option<"), inner("Vec<"), inner("BTreeMap<&'static str, ")) {
            (Some(kind), ..) => is(kind),
            (_, Some(kind), _) => format!("list of {}", is(kind)),
            (.., Some(kind)) => format!("{} by name", is(kind)),
            _ => format!("[{kind}](#{})", kind.to_lowercase()),
        },
    }
}

/// The tables of variables of the page, by their heading.
fn tables(page: &str) -> BTreeMap<String, Rows> {
    let mut found: BTreeMap<String, Rows> = BTreeMap::new();
    let mut heading = String::new();
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("### ") {
            heading = title.to_owned();
            found.entry(heading.clone()).or_default();
        } else if line.starts_with("## ") {
            heading.clear();
        } else if !heading.is_empty() && line.starts_with("| `") {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
            let name = cells[0].trim_matches('`').to_owned();
            assert!(cells.len() == 3 && !cells[2].is_empty(), "{heading}: {line}");
            found.get_mut(&heading).unwrap().insert(name, cells[1].to_owned());
        }
    }
    found
}

/// Where two sets of tables differ, one line each.
fn differences(views: &BTreeMap<String, Rows>, tables: &BTreeMap<String, Rows>) -> Vec<String> {
    let lines = |all: &BTreeMap<String, Rows>| -> BTreeSet<String> {
        let rows =
            all.iter().flat_map(|(at, rows)| rows.iter().map(move |(k, v)| format!("{at}: | `{k}` | {v} |")));
        rows.chain(all.keys().map(|at| format!("### {at}"))).collect()
    };
    let (views, tables) = (lines(views), lines(tables));
    let missing = views.difference(&tables).map(|line| format!("missing: {line}"));
    missing.chain(tables.difference(&views).map(|line| format!("gone: {line}"))).collect()
}

fn page() -> String {
    fs::read_to_string(path("templates/README.md")).unwrap()
}

fn sources() -> String {
    let mut files = vec![path("src/site/view.rs")];
    files.extend(fs::read_dir(path("src/site/view")).unwrap().map(|entry| entry.unwrap().path()));
    files.iter().map(|file| fs::read_to_string(file).unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_variable_of_templates_is_documented() {
    let (views, page) = (views(&sources()), page());
    assert!(views.len() > 50 && views.contains_key("text.html"), "{:?}", views.keys());
    let found = differences(&views, &tables(&page));
    assert!(found.is_empty(), "templates/README.md and src/site/view differ:\n{}", found.join("\n"));

    // Either way, and in each part of a row, a fault is found.
    for (old, new, want) in [
        ("| `json_url` | text |", "| `json_uri` | text |", "missing: compare.html: | `json_url` | text |"),
        ("| `json_url` | text |", "| `json_uri` | text |", "gone: compare.html: | `json_uri` | text |"),
        ("| `since?` | [Stamp](#stamp)", "| `since` | [Stamp](#stamp)", "missing: ClauseLine: | `since?`"),
        ("| `wide` | yes or no", "| `wide` | number", "gone: Picture: | `wide` | number |"),
        ("### Proof\n", "### Prof\n", "missing: ### Proof"),
    ] {
        assert!(page.contains(old), "{old}");
        let found = differences(&views, &tables(&page.replace(old, new)));
        assert!(found.iter().any(|line| line.starts_with(want)), "{want}: {found:?}");
    }
}

/// Words in backticks in the first cell of a row, below a heading.
fn named(page: &str, heading: &str) -> BTreeSet<String> {
    let (_, after) = page.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no `{heading}`"));
    let level = &heading[..=heading.find(' ').unwrap()];
    let section = after.split(&format!("\n{level}")).next().unwrap().split("\n### ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.flat_map(|row| {
        format!("`{}", row.split(" | ").next().unwrap()).split('`').map(str::to_owned).collect::<Vec<_>>()
    })
    .filter(|word| !matches!(word.trim(), "" | ","))
    .collect()
}

/// The names that tags of this sort have: `{% block main -%}`.
fn tags<'a>(templates: impl Iterator<Item = &'a (&'a str, &'a str)>, sort: &str) -> BTreeSet<String> {
    let (open, tight) = (format!("{{% {sort} "), format!("{{%- {sort} "));
    let name = |tag: String| tag.trim_matches(['-', ' ', '"']).to_owned();
    templates
        .flat_map(|(_, text)| [between(text, &open, "%}"), between(text, &tight, "%}")])
        .flatten()
        .map(name)
        .collect()
}

/// What stands between two marks, wherever it does.
fn between(text: &str, open: &str, close: &str) -> BTreeSet<String> {
    let pieces = text.split(open).skip(1);
    pieces.filter_map(|piece| Some(piece.split_once(close)?.0.to_owned())).collect()
}

#[test]
fn every_template_block_filter_and_brand_variable_is_documented() {
    let page = page();
    let html = assets::TEMPLATES.iter().filter(|(name, _)| !name.starts_with("messages/"));
    let all: BTreeSet<String> = html.clone().map(|(name, _)| (*name).to_owned()).collect();
    let (pages, parts) = (named(&page, "## Pages"), named(&page, "## Parts"));
    assert_eq!(pages.union(&parts).cloned().collect::<BTreeSet<_>>(), all);
    assert!(pages.is_disjoint(&parts));
    let included = tags(html.clone(), "include");
    assert_eq!(parts, included, "parts are what others include");

    let blocks = tags(html, "block");
    let table = named(&page, "## Overriding a template or a block");
    assert_eq!(table, blocks, "blocks of templates");

    let (_, style) = assets::STATICS.iter().find(|(name, _)| *name == "style.css").unwrap();
    let root = style.split_once(":root {").unwrap().1.split_once("\n}").unwrap().0;
    let brand: BTreeSet<String> =
        between(root, "\n  --", ":").into_iter().map(|name| format!("--{name}")).collect();
    assert_eq!(named(&page, "## Colours and faces"), brand, "variables of style.css");

    let engine = fs::read_to_string(path("src/site/templates.rs")).unwrap();
    let mut known = between(&engine, "global_context().insert(\"", "\"");
    known.extend(between(&engine, "register_filter(\"", "\""));
    known.extend(["site", "page"].map(str::to_owned));
    assert_eq!(named(&page, "## What is known everywhere"), known);
    let policy = clauseline::site::headers::CONTENT_POLICY.replace("; ", ";\n");
    assert!(page.contains(&policy), "the Content-Security-Policy is\n{policy}");
}

#[test]
fn every_link_of_the_page_on_templates_leads_somewhere() {
    let page = page();
    let headings = page.lines().filter_map(|line| line.strip_prefix("## ").or(line.strip_prefix("### ")));
    let slug = |title: &str| title.to_lowercase().replace(' ', "-").replace('.', "");
    let slugs: BTreeSet<String> = headings.map(slug).collect();
    for link in between(&page, "](", ")").into_iter().chain(between(&page, "src=\"../", "\"")) {
        match link.strip_prefix('#') {
            Some(place) => assert!(slugs.contains(place), "#{place}"),
            None if link.contains("://") => {}
            None => assert!(path("templates").join(&link).exists() || path(&link).exists(), "{link}"),
        }
    }
}

/// A JSON file without the words that are made for people.
fn wordless(bytes: Vec<u8>) -> Vec<u8> {
    fn without(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Array(all) => all.iter_mut().for_each(without),
            serde_json::Value::Object(all) => {
                all.retain(|key, _| !["texts", "revised_text", "revised_texts"].contains(&key.as_str()));
                all.values_mut().for_each(without);
            }
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::from_slice(&bytes) else { return bytes };
    without(&mut value);
    value.to_string().into_bytes()
}

#[test]
fn a_look_of_its_own_reaches_every_page() {
    let select = |css: &str| Selector::parse(css).unwrap();
    let (own, strange) =
        (select("body.ledger > .masthead"), select(".site-header, .site-footer, .frame, .home"));
    let (sheet, policy) = (select("link[href$='look.css']"), select("meta[http-equiv]"));
    let look = look();
    let mut kinds = BTreeSet::new();
    for (name, bytes) in look.iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
        for wanted in [&own, &sheet, &policy] {
            assert_eq!(page.select(wanted).count(), 1, "{name}");
        }
        let left = page.select(&strange).next();
        assert!(left.is_none(), "{name} has a piece of the built-in frame: {:?}", left.map(|e| e.html()));
        kinds.extend(
            page.select(&select("body")).filter_map(|body| body.attr("data-page")).map(str::to_owned),
        );
    }
    assert_eq!(kinds.len(), 14, "{kinds:?}");
    let front = String::from_utf8_lossy(&look["index.html"]);
    assert!(front.contains("class=\"register\"") && front.contains("Register of policies"));
    let word = String::from_utf8_lossy(&look["privacy/index.html"]);
    assert!(word.contains(">Amendments<"), "a word that the look says otherwise");

    // It changes how a site looks and what it says, and nothing that machines read.
    let read = |site: &BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        // Feeds and the calendar are read by people, wherever they are shown.
        let words = [".html", "feed.xml", "feed.json", "calendar.ics"];
        let machines =
            |name: &String| !words.iter().any(|end| name.ends_with(end)) && !name.starts_with("assets/");
        let files = site.clone().into_iter().filter(|(name, _)| machines(name));
        files.map(|(name, bytes)| (name, wordless(bytes))).collect()
    };
    assert!(read(&look) == read(&small()), "files for machines differ");
}

#[test]
fn what_folders_say_of_themselves_is_no_part_of_a_site() {
    let own = folder(&[
        ("templates/README.md", "{% no template %}"),
        ("templates/messages/README.md", "no: [words"),
        ("static/README.md", "Our pictures."),
        ("none/README.md", ""),
        ("static/.DS_Store", ""),
        ("static/seal.svg", "<svg/>"),
    ]);
    let folders = ["templates", "static"].map(|name| own.path().join(name).to_str().unwrap().to_owned());
    let content = path("tests/golden/small/content");
    let site =
        build(&content, &["--as-of", "2018-05-01", "--templates", &folders[0], "--static", &folders[1]]);
    assert!(site.contains_key("assets/seal.svg"));
    let more: Vec<_> =
        site.keys().filter(|name| name.contains("README") || name.contains("DS_Store")).collect();
    assert!(more.is_empty(), "{more:?}");

    // This project's own folders can be given as they are: that is where copies begin.
    let given = |templates: &str, statics: &str| {
        let own = ["--as-of", "2018-05-01", "--templates", templates, "--static", statics];
        build(&content, &own)
    };
    let [templates, statics] = ["templates", "static"].map(|name| path(name).to_str().unwrap().to_owned());
    let none = own.path().join("none").to_str().unwrap().to_owned();
    let (same, built_in) = (given(&templates, &statics), given(&none, &none));
    let differ: Vec<_> = built_in.keys().filter(|name| same.get(*name) != built_in.get(*name)).collect();
    assert_eq!(differ, [""; 0], "the built-in templates, given as a site's own, make another site");
}

#[test]
fn a_template_that_is_wrong_is_named_and_nothing_is_written() {
    let place = folder(&[(
        "templates/index.html",
        "{% extends \"__default/index.html\" %}{% block main %}{{ polices }}{% endblock %}",
    )]);
    let out = place.path().join("public");
    let mut command = clauseline(&["build", "--content"]);
    command.arg(path("tests/golden/small/content")).arg("--out").arg(&out);
    let run = Run::from(command.arg("--templates").arg(place.path().join("templates")).output().unwrap());
    assert_eq!(run.code, Some(2));
    // As the page on templates shows it.
    let shown = page().split_once("```text\nerror: ").unwrap().1.split_once("```").unwrap().0.to_owned();
    assert!(run.err.contains(shown.trim_end()), "{}\n{shown}", run.err);
    assert!(!out.exists() || tree(&out).is_empty());
}
