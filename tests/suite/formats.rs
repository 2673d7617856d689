//! What `clauseline diff` prints for other places than a terminal: a comment on a pull request, and a
//! redline as one page. Hostile texts, the same marks as on the site, and that each page asks nothing.

use std::process::Command;

use scraper::{ElementRef, Html, Selector};
use tempfile::TempDir;

use crate::cases;
use crate::program::{Run, build, clauseline, folder};

/// Prints the comparison of two texts.
#[track_caller]
fn diff(old: &str, new: &str, arguments: &[&str]) -> String {
    diff_in(&folder(&[("old.md", old), ("new.md", new)]), arguments)
}

#[track_caller]
fn diff_in(place: &TempDir, arguments: &[&str]) -> String {
    let mut command: Command = clauseline(&["diff", "old.md", "new.md"]);
    let run = Run::from(command.args(arguments).current_dir(place.path()).output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    run.out
}

fn select<'p>(page: &'p Html, selector: &str) -> Vec<ElementRef<'p>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `tests/diff-markdown/NAME.md` is an old text, a line of `=`, and a new one; `NAME.txt` the comment.
#[test]
fn comments_are_as_expected() {
    cases::check("tests/diff-markdown", 3, |case| {
        let (old, new) = cases::sides(case);
        diff(&old, &new, &["--format", "markdown"])
    });
}

/// Of every sort of change there is: the page's table leads to its redline, and the redline holds
/// both texts.
#[test]
fn pages_hold_what_the_diff_says() {
    let mut marks = 0;
    cases::each("tests/diff", |name, case| {
        let (old, new) = cases::sides(case);
        let place = folder(&[("old.md", &old), ("new.md", &new)]);
        let page = Html::parse_document(&diff_in(&place, &["--format", "html"]));
        let document: serde_json::Value =
            serde_json::from_str(&diff_in(&place, &["--format", "json"])).unwrap();
        let numbered =
            document["clauses"].as_array().unwrap().iter().filter(|c| c["number"].is_u64()).count();
        let links: Vec<&str> =
            select(&page, ".changes a.number").iter().map(|a| a.value().attr("href").unwrap()).collect();
        assert_eq!(links.len(), numbered, "{name}");
        for link in links {
            assert_eq!(select(&page, link).len(), 1, "{name}: {link}");
        }
        marks += select(&page, ".redline ins, .redline del").len();
        let proof = text(select(&page, ".page-end p")[0]);
        assert!(proof.starts_with("Checked when this page was made: accepting every change"), "{name}");
    });
    assert!(marks > 50, "only {marks} marks in all cases");
}

/// Redlines of a file and of the site come from one place.
#[test]
fn a_page_marks_what_the_site_marks() {
    let old = "---\neffective: 2018-05-15\n---\n# Privacy\n\nWe keep logs for 90 days, and share *nothing*.\n\n- One.\n- Two.\n\n| a | b |\n| - | - |\n| c | d |\n\n## End\n\nFirst. Second.\n";
    let new = "---\neffective: 2019-05-15\naction: none\nchanges:\n  - clause: [privacy, end]\n    material: false\n    reason: Form.\n---\n# Privacy\n\nWe keep logs for 30 days, and share *little*.\n\n- Two.\n- One.\n\n| a | b |\n| - | - |\n| c | e |\n\n## The end {#end}\n\nFirst.\n\nSecond.\n";
    let content = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2018-05-15.md", old),
        ("content/p/2019-05-15.md", new),
        ("old.md", old),
        ("new.md", new),
    ]);
    let site = build(&content.path().join("content"), &["--as-of", "2020-01-01"]);
    let of_site = String::from_utf8(site["p/compare/2018-05-15/2019-05-15/index.html"].clone()).unwrap();
    let of_file = diff_in(&content, &["--format", "html"]);
    let (of_site, of_file) = (Html::parse_document(&of_site), Html::parse_document(&of_file));
    for part in [".redline", ".totals .lead", ".totals .counts", ".legend", ".page-end p"] {
        let (a, b) = (select(&of_site, part)[0].inner_html(), select(&of_file, part)[0].inner_html());
        assert_eq!(a, b, "{part}");
    }
    assert!(!select(&of_file, ".redline ins").is_empty());
}

#[test]
fn a_page_stands_alone() {
    let text =
        diff("Old [a](https://a.example/).\n", "New ![b](b.png) [c](c.md) [d](/d).\n", &["--format", "html"]);
    let page = Html::parse_document(&text);
    for asks in ["script", "link", "img", "iframe", "object", "[src]", "[style]", "[onclick]", "base", "form"]
    {
        assert!(select(&page, asks).is_empty(), "{asks}");
    }
    let policy =
        select(&page, "meta[http-equiv='Content-Security-Policy']")[0].value().attr("content").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"),
        "{policy}"
    );
    let style = select(&page, "style");
    let style = style[0].text().collect::<String>();
    let shipped = clauseline::site::assets::STATICS.iter().find(|(name, _)| *name == "style.css").unwrap().1;
    assert_eq!(style, shipped);
    // Nothing in it may be fetched, and nothing may end the element.
    assert!(!style.contains("url(") && !style.contains("@import") && !style.contains("</"));
    // Links to files of a folder that nobody has here lead nowhere.
    let hrefs: Vec<&str> = select(&page, "[href]").iter().map(|a| a.value().attr("href").unwrap()).collect();
    assert!(hrefs.iter().all(|href| href.starts_with('#') || href.starts_with("https:")), "{hrefs:?}");
}

#[test]
fn a_page_speaks_the_language_of_its_texts() {
    let of = |language: &[&str]| {
        let page = diff("نحن هنا.\n", "نحن هناك.\n", &[&["--format", "html"], language].concat());
        let page = Html::parse_document(&page);
        let html = select(&page, "html")[0].value().attr("lang").unwrap().to_owned();
        let body = select(&page, ".redline")[0].value();
        let attribute = |name| body.attr(name).unwrap_or("none").to_owned();
        (html, attribute("lang"), attribute("dir"), text(select(&page, "h2#redline")[0]))
    };
    let page = |html: &str, lang: &str, dir: &str, words: &str| {
        (html.to_owned(), lang.to_owned(), dir.to_owned(), words.to_owned())
    };
    assert_eq!(of(&[]), page("en", "none", "auto", "Redline"));
    assert_eq!(of(&["--language", "en"]), page("en", "none", "none", "Redline"));
    assert_eq!(of(&["--language", "ar"]), page("ar", "none", "none", "نص المقارنة"));
    assert_eq!(of(&["--language", "he"]), page("en", "he", "rtl", "Redline"));
    assert_eq!(of(&["--language", "es-MX"]), page("es", "es-MX", "none", "Texto con los cambios marcados"));
    let place = folder(&[("old.md", ""), ("new.md", "")]);
    let run =
        clauseline(&["diff", "old.md", "new.md", "--language", "spanish"]).current_dir(place.path()).output();
    let run = Run::from(run.unwrap());
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("write it like `es`"), "{}", run.err);
}

/// What texts do that nobody wrote for us: (old, new).
const HOSTILE: &[(&str, &str)] = &[
    ("", ""),
    ("", "New.\n"),
    ("Old.\n", ""),
    ("Ask @team about #1.\n", "Ask @all about #2 | and `code`.\n"),
    ("Hello.\n", "<script>alert(1)</script> Hello <img src=x onerror=alert(2)>.\n"),
    ("Hello.\n", "Hello [you](javascript:alert(3)) and [me](data:text/html,4) and [us](vbscript:5).\n"),
    ("A `</style><script>alert(6)</script>` b.\n", "A `</p></details>--><script>alert(7)</script>` b.\n"),
    ("# A | B\n\nText.\n", "# A \\| C @team #12 <b>x</b>\n\nText.\n"),
    ("Left.\n", "Left \u{202E}right\u{202C} \u{2066}x\u{2069}.\n"),
    ("Bell.\n", "Bell \u{7} and \u{1b}[31mred\u{1b}[0m and \u{9d}.\n"),
    ("```\na\n\nb\n```\n", "```\na\n\n\n</p>\nc | d\n```\n"),
    ("One.\n\nTwo.\n", "One. Two.\n"),
];

#[test]
fn hostile_texts_stay_texts() {
    for (old, new) in HOSTILE {
        let comment = diff(old, new, &["--format", "markdown"]);
        let tags =
            ["p>", "p dir=\"auto\">", "/p>", "ins>", "/ins>", "del>", "/del>", "br>", "code>", "/code>"];
        let folded = ["details>", "/details>", "summary>", "/summary>"];
        for rest in comment.split('<').skip(1) {
            assert!(tags.iter().chain(&folded).any(|tag| rest.starts_with(tag)), "<{rest}");
        }
        assert!(!comment.contains("@t") && !comment.contains("@a") && !comment.contains("#1"), "{comment}");
        let page = diff(old, new, &["--format", "html"]);
        assert!(
            !page.contains("<script") && !page.contains("href=\"javascript") && !page.contains("href=\"data")
        );
        // Nothing of a text ended the frame around it.
        let parsed = Html::parse_document(&page);
        assert_eq!(select(&parsed, "body > main .column > .redline-section > .redline").len(), 1, "{new}");
        assert_eq!(select(&parsed, "body > footer .record dd").len(), 2, "{new}");
        for text in [&comment, &page, &diff(old, new, &[])] {
            let control = |c: char| c.is_control() && c != '\n';
            assert!(!text.contains(control), "{text:?}");
        }
        for text in [&comment, &diff(old, new, &[])] {
            assert!(!text.contains(['\u{202E}', '\u{2066}']), "{text:?}");
        }
    }
}

#[test]
fn a_clause_of_two_hundred_thousand_words() {
    let long: String = (0..200_000).map(|n| format!("word{} ", n % 977)).collect();
    let (old, new) = ("Short.\n".to_owned(), format!("Brief.\n\n{long}\n"));
    let comment = diff(&old, &new, &["--format", "markdown"]);
    assert!(comment.encode_utf16().count() <= 65_536);
    assert!(comment.contains("1 change is not shown here for want of room"), "{}", &comment[..300]);
    assert!(diff(&old, &new, &["--format", "html"]).ends_with("</html>\n"));
}

#[test]
fn long_clauses_are_shortened_unless_all_is_wanted() {
    let middle = "This sentence stays as it was, and says nothing that would have changed. ".repeat(5);
    let (old, new) = (format!("Begin. {middle}It ends old.\n"), format!("Begin. {middle}It ends new.\n"));
    let human = diff(&old, &new, &[]);
    assert!(human.contains("\n   […] It ends [-old-]{+new+}.\n"), "{human}");
    let comment = diff(&old, &new, &["--format", "markdown"]);
    assert!(comment.contains(">[…] It ends <del>old</del><ins>new</ins>.</p>"), "{comment}");
    for format in ["human", "markdown"] {
        assert!(diff(&old, &new, &["--format", format, "--full"]).contains(middle.trim()), "{format}");
    }
}

#[test]
fn what_lawyers_look_for_is_in_every_format() {
    let old = "We keep \"Logs\". \"Logs\" means what servers write.\n\nWe may keep Logs for ninety (90) days.\n\nThat is all.\n";
    let new = "We keep \"Logs\". \"Logs\" means what servers and people write.\n\nWe must keep Logs for thirty (30) days.\n\nThat is all.\n";
    let human = diff(old, new, &[]);
    assert!(human.contains("duration [-ninety (90) days-]{+thirty (30) days+}"), "{human}");
    assert!(human.contains("modal [-may-]{+must+}"), "{human}");
    assert!(human.contains("\ndefinition changed: Logs, used in: preamble, 2\n"), "{human}");
    let comment = diff(old, new, &["--format", "markdown"]);
    assert!(comment.contains("| 2 | preamble, 2 | modified | wording | modal, duration |"), "{comment}");
    assert!(comment.contains("modal <del>may</del><ins>must</ins>"), "{comment}");
    assert!(comment.contains("| Logs | changed | preamble, 2 |"), "{comment}");
    let page = Html::parse_document(&diff(old, new, &["--format", "html"]));
    let signals: Vec<String> = select(&page, ".changes .signals li").into_iter().map(text).collect();
    assert!(signals.iter().any(|s| s.contains("may") && s.contains("must")), "{signals:?}");
    assert_eq!(
        select(&page, ".changes .reach li").into_iter().map(text).collect::<Vec<_>>(),
        ["Preamble, 2"]
    );
}

/// Three versions of a text: one clause changes twice, another there and back, a third one's section
/// bears another id in each.
fn row() -> TempDir {
    let version = |effective: &str, was: &str, id: &str, days: u32, share: &str| {
        let front = format!("---\neffective: {effective}\naction: none\n{was}---\n");
        format!(
            "{front}# Terms\n\nWe keep logs for {days} days.\n\nWe share {share} with anybody.\n\n## About {id} {{#{id}}}\n\nText of its own.\n"
        )
    };
    folder(&[
        ("a.md", &version("2018-01-01", "", "alpha", 90, "nothing")),
        ("b.md", &version("2019-01-01", "was: {beta: alpha}\n", "beta", 60, "little")),
        ("c.md", &version("2020-01-01", "was: {gamma: beta}\n", "gamma", 30, "nothing")),
    ])
}

#[track_caller]
fn along(place: &TempDir, arguments: &[&str]) -> String {
    let run = Run::from(clauseline(&["diff"]).args(arguments).current_dir(place.path()).output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    run.out
}

#[test]
fn a_row_of_files_is_told_with_what_happened_on_the_way() {
    let place = row();
    let human = along(&place, &["a.md", "b.md", "c.md"]);
    let want = "\
1. modified (wording) · Terms, 1
   We keep logs for [-90-]{+30+} days.
   signals: duration [-90 days-]{+30 days+}

2. renamed (wording) · About alpha → About gamma
   About [-alpha-]{+gamma+}

changed and changed back: Terms, 2 (modified in b.md, modified in c.md)
changed more than once: 1. Terms, 1 (modified in b.md, modified in c.md)
changed more than once: 2. About gamma (renamed in b.md, renamed in c.md)

2 clauses changed (1 modified, 1 renamed): 2 words deleted, 2 words inserted; 1 clause changed and changed back on the way
";
    assert_eq!(human, want);
    let comment = along(&place, &["a.md", "b.md", "c.md", "--format", "markdown"]);
    let line = "\n|  | Terms, 2 | changed and changed back | modified in b.md, modified in c.md |\n";
    assert!(comment.contains(line), "{comment}");
    let page = Html::parse_document(&along(&place, &["a.md", "b.md", "c.md", "--format", "html"]));
    let passed: Vec<String> = select(&page, ".way .passed li").into_iter().map(text).collect();
    assert_eq!(passed, ["b.md 3 clauses changed", "c.md 3 clauses changed"]);
    let back: Vec<String> = select(&page, ".way > .travelled > li").into_iter().map(text).collect();
    assert_eq!(back, ["Terms, 2 b.md Modified c.md Modified"]);
    let document: serde_json::Value =
        serde_json::from_str(&along(&place, &["a.md", "b.md", "c.md", "--format", "json"])).unwrap();
    assert_eq!(document["path"]["changed_back"][0]["by"], "b.md");
    assert_eq!(document["path"]["versions"], serde_json::json!([{"id": "b.md"}, {"id": "c.md"}]));
    // Between two there is no way.
    let two: serde_json::Value =
        serde_json::from_str(&along(&place, &["a.md", "c.md", "--format", "json"])).unwrap();
    assert!(two.get("path").is_none() && !along(&place, &["a.md", "c.md"]).contains("changed back"));
    let same = along(&place, &["a.md", "b.md", "a.md"]);
    assert!(same.ends_with("no changes; 3 clauses changed and changed back on the way\n"), "{same}");
}

#[test]
fn mistakes_of_all_files_are_told_at_once() {
    let place = row();
    std::fs::write(place.path().join("a.md"), b"caf\xe9\n").unwrap();
    std::fs::write(place.path().join("c.md"), b"na\xefve\n").unwrap();
    for format in ["human", "json", "markdown", "html"] {
        let run = clauseline(&["diff", "a.md", "b.md", "c.md", "--format", format]);
        let run = Run::from({ run }.current_dir(place.path()).output().unwrap());
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
        assert!(run.err.contains(" --> a.md") && run.err.contains(" --> c.md"), "{}", run.err);
    }
    let one = Run::from(clauseline(&["diff", "b.md"]).current_dir(place.path()).output().unwrap());
    assert_eq!((one.code, one.out.as_str()), (Some(2), ""));
    assert!(one.err.contains("2 values required by '<OLD> <NEW>...'"), "{}", one.err);
}
