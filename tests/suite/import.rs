//! `clauseline import`: texts, pages and repositories that were made here, of the shapes that real ones
//! have, and what is said of them.

use std::collections::BTreeMap;
use std::path::Path;

use clauseline::import::{Asked, Finding, Imported, html, text};
use clauseline::policy::markdown;
use proptest::prelude::*;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Run, clauseline, folder, path, tree, write};

fn run(place: &TempDir, arguments: &[&str]) -> Run {
    Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap())
}

fn read(place: &TempDir, name: &str) -> String {
    std::fs::read_to_string(place.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[track_caller]
fn one(imported: &Imported) -> &str {
    let drafts = imported.drafts.as_ref().unwrap_or_else(|refusal| panic!("{refusal:?}"));
    assert_eq!(drafts.len(), 1, "{drafts:?}");
    &drafts[0].body
}

fn coded<'a>(findings: &'a [Finding], code: &str) -> Vec<(&'a [usize], &'a str)> {
    let coded = findings.iter().filter(|found| found.code == code);
    coded.map(|found| (found.lines.as_slice(), found.text.as_str())).collect()
}

fn headings(body: &str) -> Vec<&str> {
    body.lines().filter(|line| line.starts_with('#')).collect()
}

fn import(content: &str) -> Imported {
    text::import(content, &Asked::default())
}

/// Sections in bold capitals, words above it on where it is from, a date at the end.
const ARCHIVED: &str = "\
> *Taken from the hillside.example privacy notice that was archived on 2015-06-09. See the [snapshot](https://archive.example/2015/privacy).*

# Hillside Privacy Notice | Hillside

We run evening classes. This Privacy Notice says what we keep.

**WHAT WE KEEP**

We keep the pupilâ€™s name and address for seven (7) days.

**Cookies**

We set one cookie. Site updates, notices and material are no business of it.

WHO SEES IT

Nobody but the office.

**Effective Date:** October 22, 2014
";

#[test]
fn a_text_out_of_an_archive() {
    let imported = import(ARCHIVED);
    assert_eq!(
        one(&imported),
        "We run evening classes. This Privacy Notice says what we keep.\n\n\
         ## WHAT WE KEEP\n\nWe keep the pupil’s name and address for seven (7) days.\n\n\
         ## Cookies\n\nWe set one cookie. Site updates, notices and material are no business of it.\n\n\
         ## WHO SEES IT\n\nNobody but the office.\n\n**Effective Date:** October 22, 2014\n"
    );
    let draft = &imported.drafts.as_ref().unwrap()[0];
    assert_eq!(draft.day.to_string(), "2014-10-22");
    assert_eq!(draft.title.as_deref(), Some("Hillside Privacy Notice"));
    assert_eq!(draft.source.url.as_deref(), Some("https://archive.example/2015/privacy"));
    assert_eq!(draft.source.captured.unwrap().to_string(), "2015-06-09");
    assert!(!draft.source.date_is_capture);
    let codes: Vec<_> = imported.findings.iter().map(|f| (f.code, f.lines.clone())).collect();
    let want = [
        ("source", vec![1]),
        ("cut-provenance", vec![1]),
        ("cut-title", vec![3]),
        ("heading", vec![7]),
        ("repaired", vec![9]),
        ("heading", vec![11]),
        ("heading", vec![15]),
        ("date", vec![19]),
    ];
    assert_eq!(codes, want);
}

/// The words of a page without its tags: menus, a table of contents, headings run into their text, letters
/// lost, a footer with a year.
const SCRAPED: &str = "
        Skip to main contentToggle menu


Sign InRegister
Courses &amp.
Classes
Go to searchSign InNOTICE: On May 15, 2018, the school adopted a new notice, as follows:The school cares about the names that it keeps of you.
The English text will control if there is any conflict.This Privacy Notice is organized as follows:
What the school keeps
Storage &amp.
Safety
How to ask
What The School Keeps (Including Names)The school keeps these things when you write to it:

your name and the street that you live in;
your letters.
and
what you say on the telephone.

It keeps them as long as they are needed, and no longer than that.Storage &amp.
SafetyEverything is in a cupboard in the schoolâs office, and the office is locked.
Nobody has a key but the head of the school.How To AskWrite to the office and say what you want to know.
You may also use LinkedIn to reach the head.

Effective Date: May 15, 2018

Like Hillside on Facebook
Follow Hillside on Twitter
About
Careers
© 2020 Hillside
All rights reserved.
";

#[test]
fn a_page_without_its_tags() {
    let imported = import(SCRAPED);
    let body = one(&imported);
    assert_eq!(
        headings(body),
        ["## What The School Keeps (Including Names)", "## Storage & Safety", "## How To Ask"]
    );
    assert!(body.starts_with("The school cares about the names"), "{body}");
    assert!(body.trim_end().ends_with("Effective Date: May 15, 2018"), "{body}");
    assert!(
        body.contains("- your name and the street that you live in;\n- your letters. and\n- what you say on the telephone."),
        "{body}"
    );
    assert!(body.contains("use LinkedIn to reach"), "{body}");
    assert!(body.contains("schoolâs office"), "what is not certain stays: {body}");
    let draft = &imported.drafts.as_ref().unwrap()[0];
    assert_eq!(
        (draft.day.to_string().as_str(), draft.title.as_deref()),
        ("2018-05-15", Some("Privacy Notice"))
    );
    let chrome = coded(&imported.findings, "cut-chrome");
    assert_eq!(chrome.len(), 2, "{chrome:?}");
    assert!(chrome[0].1.contains("On May 15, 2018, the school adopted"), "{chrome:?}");
    assert!(chrome[1].1.ends_with("All rights reserved."), "{chrome:?}");
    assert_eq!(chrome[1].0, (28..=33).collect::<Vec<_>>());
    assert_eq!(coded(&imported.findings, "cut-contents").len(), 1);
    assert_eq!(coded(&imported.findings, "mojibake"), [(&[22][..], "")]);
    let asked = Asked { guess: true, ..Asked::default() };
    assert!(one(&text::import(SCRAPED, &asked)).contains("school’s office"));
}

/// Two instruments, each with its date at its end, and a list of revisions kept by hand.
fn two() -> String {
    let long = "The school keeps what it has to keep, and says so to everybody who asks the office for it. ";
    format!(
        "PurposeThe purpose of this Privacy Notice is to say what the school keeps.\n==========\n{}Changes.We say so on the first page.\n\
         Effective as of 15 October, 2015.\n==========\nIntroduction.This Archive Policy is about old papers.Principles.1.\n==========\nNotice.\n{}\
         Write to office@hillside.example.Effective as of 04 November, 2015.\n\
         RevisionsBelow is a list of all the revisions of our notice.\n==========\n",
        long.repeat(8).trim_end(),
        long.repeat(8).trim_end()
    )
}

#[test]
fn two_instruments_on_one_page() {
    let imported = import(&two());
    let drafts = imported.drafts.as_ref().unwrap();
    let told: Vec<_> = drafts.iter().map(|d| (d.title.as_deref().unwrap_or(""), d.day.to_string())).collect();
    assert_eq!(
        told,
        [("Privacy Notice", "2015-10-15".to_owned()), ("Archive Policy", "2015-11-04".to_owned())]
    );
    assert_eq!(headings(&drafts[0].body), ["## Purpose", "### Changes."]);
    assert_eq!(headings(&drafts[1].body), ["## Introduction.", "## Principles.", "## 1. Notice."]);
    assert_eq!(coded(&imported.findings, "second-instrument").len(), 1);
    assert!(coded(&imported.findings, "cut-history")[0].1.contains("Below is a list"));
    let whole = Asked { whole: true, ..Asked::default() };
    assert!(one(&text::import(&two(), &whole)).contains("Archive Policy"));
}

#[test]
fn the_second_instrument_needs_a_name() {
    let place = folder(&[("page.txt", &two())]);
    let refused = run(&place, &["import", "text", "page.txt", "--policy", "privacy"]);
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.err.contains("there are 2 instruments in this text, of 2015-10-15 and 2015-11-04"),
        "{}",
        refused.err
    );
    assert!(
        refused.err.contains("`--also archive`") && refused.err.ends_with("nothing was written\n"),
        "{}",
        refused.err
    );
    assert!(!place.path().join("content").exists());
    let done = run(&place, &["import", "text", "page.txt", "--policy", "privacy", "--also", "archive"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(read(&place, "content/archive/2015-11-04.md").contains("## 1. Notice."));
    assert_eq!(read(&place, "content/archive/policy.yaml"), "title: \"Archive Policy\"\n");
    let fewer = run(&place, &["import", "text", "page.txt", "--policy", "x", "--also", "y", "--also", "z"]);
    assert!(fewer.err.contains("fewer instruments in this text than names for them: 2"), "{}", fewer.err);
}

/// `#` without a space, and a date at the bottom; a heading of the site's own below the text.
#[test]
fn markdown_as_others_write_it() {
    let body = "\n\n#Privacy Notice\n\n\n##Names & Streets\n\n\nWe keep names.\n\n##Changes\n\nWe change it from time to time.\n\nMore of it.\n\nAnd more.\n\nEffective Date: February 6, 2012\n\n### Sign Up for Updates\n\nWe go live in the first half of 2014, so do write to us soon.\n\n  * #### [Press](https://a.example/)\n";
    let imported = import(body);
    assert_eq!(headings(one(&imported)), ["## Names & Streets", "## Changes"]);
    assert!(one(&imported).trim_end().ends_with("February 6, 2012"));
    let cut = coded(&imported.findings, "cut-chrome");
    assert_eq!(cut[0].0, (21..=25).collect::<Vec<_>>());
    let kept = Asked { keep: (21..=25).collect(), ..Asked::default() };
    assert!(one(&text::import(body, &kept)).contains("### Sign Up for Updates"));
    let gone = Asked { cut: [9].into(), ..Asked::default() };
    assert!(!one(&text::import(body, &gone)).contains("We keep names."));
}

#[test]
fn dates_at_the_top_and_none_and_two() {
    let days = |content: &str| {
        import(content).drafts.map(|drafts| drafts[0].day.to_string()).map_err(|refusal| refusal.hint)
    };
    let text = "We keep names as long as we need them for our classes.\n";
    assert_eq!(
        days(&format!("**Hillside Notice**  \nEffective date: September 10, 2013 \n\n{text}")),
        Ok("2013-09-10".into())
    );
    assert_eq!(days(&format!("# N\n\n*Stand: 15.05.2018*\n\n{text}")), Ok("2018-05-15".into()));
    // The day it took effect goes before the day it was changed; a copyright is no date.
    assert_eq!(
        days(&format!("Last updated: 2018-05-01\n\n{text}\nEffective: 2018-06-01\n\n© 2020, May 1, 2021\n")),
        Ok("2018-06-01".into())
    );
    assert!(days(text).unwrap_err().contains("--effective"));
    let either = days(&format!("Effective 03/04/2018\n\n{text}")).unwrap_err();
    assert!(either.contains("`--effective 2018-04-03` or `--effective 2018-03-04`"), "{either}");
    // The day it was seen, where there is no better one.
    let captured = Asked { captured: "2019-01-01".parse().ok(), ..Asked::default() };
    let draft = &text::import(text, &captured).drafts.unwrap()[0];
    assert!(draft.source.date_is_capture && draft.day.to_string() == "2019-01-01");
}

const PAGE: &str = r##"<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Privacy Notice | Hillside</title><style>p{color:red}</style></head>
<body>
<header class="site"><a href="/">Hillside</a> <nav><ul><li><a href="/courses">Courses</a></li></ul></nav></header>
<div id="cookie-banner">We use cookies. <button>Accept all</button></div>
<div class="wrapper"><div class="content">
<h1>Privacy Notice</h1>
<p><em>Last updated: 3 March 2020</em></p>
<ul class="toc"><li><a href="#a">What we keep</a></li><li><a href="#b">Who sees it</a></li><li><a href="#c">How to ask</a></li></ul>
<h2 id="a">What we keep</h2>
<p>We keep your name and the classes that you take. See our <a href="/terms">terms</a>.</p>
<script>alert("no word of it")</script>
<p><strong>Cookies</strong></p>
<p>We set one cookie &mdash; no more than that.</p>
<h2 id="b">Who sees it</h2>
<table><tr><th>Who</th><th>What</th></tr><tr><td>Sponsors</td><td>Whether you finish</td></tr></table>
<h2 id="c">How to ask</h2>
<p>Write to the school&#8217;s office.</p>
<form action="/s"><label>Your e-mail</label><input name="e"><button>Subscribe</button></form>
</div><div class="sidebar"><h3>Latest news</h3><p>The term begins in September, and all are welcome.</p></div></div>
<footer>© 2020 Hillside. <a href="/privacy">Privacy</a></footer>
</body></html>"##;

#[test]
fn a_page() {
    let asked = Asked { url: Some("https://hillside.example/legal/privacy".to_owned()), ..Asked::default() };
    let imported = html::import(PAGE, &asked);
    assert_eq!(
        one(&imported),
        "*Last updated: 3 March 2020*\n\n## What we keep {#a}\n\n\
         We keep your name and the classes that you take. See our [terms](https://hillside.example/terms).\n\n\
         ### Cookies\n\nWe set one cookie — no more than that.\n\n## Who sees it {#b}\n\n\
         | Who | What |\n| --- | --- |\n| Sponsors | Whether you finish |\n\n\
         ## How to ask {#c}\n\nWrite to the school’s office.\n"
    );
    let draft = &imported.drafts.as_ref().unwrap()[0];
    assert_eq!(
        (draft.title.as_deref(), draft.day.to_string().as_str()),
        (Some("Privacy Notice"), "2020-03-03")
    );
    let cut: BTreeMap<_, _> = imported
        .findings
        .iter()
        .filter(|f| f.code == "cut-chrome")
        .map(|f| (f.lines[0], f.text.as_str()))
        .collect();
    assert_eq!(cut.keys().copied().collect::<Vec<_>>(), [4, 5, 19, 20, 21], "{cut:?}");
    assert!(cut[&20].contains("Latest news") && cut[&5].contains("Accept all"), "{cut:?}");
    assert_eq!(coded(&imported.findings, "lost"), []);
    assert_eq!(coded(&imported.findings, "cut-contents").len(), 1);
}

#[test]
fn what_main_holds_is_the_text() {
    let page = "<body><div>Menu</div><main><h1>Terms</h1><p>These terms hold for all who come to the classes.</p><footer>Effective 1 May 2021</footer></main><div>Outside</div></body>";
    let imported = html::import(page, &Asked::default());
    assert_eq!(one(&imported), "These terms hold for all who come to the classes.\n\nEffective 1 May 2021\n");
    let cut: Vec<_> = coded(&imported.findings, "cut-chrome").into_iter().map(|(_, text)| text).collect();
    assert_eq!(cut, ["Menu", "Outside"]);
}

/// Pieces of texts, each with what real ones do wrong.
fn pieces() -> impl Strategy<Value = Vec<String>> {
    let piece = prop_oneof![
        "[A-Z][a-z]{2,8}( [a-z]{1,8}){3,12}\\.",
        "[A-Z][a-z]{2,8}( [a-z]{1,8}){8,12}\\.[A-Z][a-z]{2,6} [A-Z][a-z]{3,8}We keep( [a-z]{1,8}){2,6}\\.",
        "\\*\\*[A-Z]{4,9}( [A-Z]{2,8}){0,3}\\*\\*",
        "#{1,4}[ ]?[A-Z][a-z]{2,8}( [a-z]{2,8}){0,3}",
        "  \\* [a-z]{2,8}( [a-z]{1,8}){1,5}[;.]",
        "[0-9]{1,2}\\. [A-Z][a-z]{2,9}",
        "Sign In|Skip to content|Follow us on Twitter|© 2020 School|All rights reserved\\.|==========|Contents|Revisions",
        "Effective Date: May 1[0-9], 201[0-9]|Last updated 201[0-9]-05-1[0-9]|Courses &amp\\.",
        "[a-z]{2,8}( [a-z]{1,8}){1,4}:",
        "the pupil(â€™|â|Ã©|’)s name|[A-Z][a-z]{2,6} \\[link\\]\\(https://a\\.example/[a-z]{1,5}\\)",
        "- \\[[A-Z][a-z]{2,6}\\]\\(#[a-z]{1,4}\\)|\\| [a-z]{2,5} \\| [a-z]{2,5} \\|",
        Just(String::new()),
    ];
    proptest::collection::vec(piece, 1..40)
}

/// The words of a text, run-together ones cut where a small letter meets a capital.
fn words(text: &str) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    let mut word = String::new();
    let mut small = false;
    for c in text.chars().chain([' ']) {
        if (!c.is_alphanumeric() || small && c.is_uppercase()) && !word.is_empty() {
            *words.entry(std::mem::take(&mut word)).or_default() += 1;
        }
        if c.is_alphanumeric() {
            word.push(c);
        }
        small = c.is_lowercase();
    }
    words
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Each word of the input is in a version, or in the report: cut, repaired, or named as lost.
    #[test]
    fn nothing_is_lost_silently(pieces in pieces(), separator in "\n{1,3}") {
        let input = pieces.join(&separator);
        let asked = Asked { captured: "2020-01-01".parse().ok(), ..Asked::default() };
        let imported = text::import(&input, &asked);
        let Ok(drafts) = &imported.drafts else { return Ok(()) };
        let reported = imported.findings.iter().filter(|f| f.code.starts_with("cut-") || f.code == "lost");
        let mut kept: String = reported.map(|f| f.text.as_str()).collect::<Vec<_>>().join(" ");
        for draft in drafts {
            kept.push('\n');
            kept.push_str(&draft.body);
        }
        let kept = words(&kept);
        let repaired = input.replace("â€™", "’").replace("Ã©", "é").replace("&amp.", "&");
        for (word, n) in words(&repaired) {
            prop_assert!(kept.get(&word).copied().unwrap_or(0) >= n, "{word} in\n{input}\nbecame\n{drafts:?}\n{:?}", imported.findings);
        }
    }

    /// Whatever is thrown at it: no panic, and a version can be read again.
    #[test]
    fn anything_can_be_imported(input in "(?s).{0,400}", page in any::<bool>()) {
        let asked = Asked { captured: "2020-01-01".parse().ok(), guess: page, ..Asked::default() };
        let imported = if page { html::import(&input, &asked) } else { text::import(&input, &asked) };
        for draft in imported.drafts.iter().flatten() {
            let (text, _) = markdown::parse(&draft.body, 0..draft.body.len(), markdown::Options { imported: true });
            prop_assert!(text.clauses.len() <= draft.body.len());
        }
    }
}

#[test]
fn one_command_makes_a_site_that_builds() {
    let place = folder(&[("privacy.txt", ARCHIVED)]);
    let done = run(&place, &["import", "text", "privacy.txt", "--policy", "privacy"]);
    assert_eq!((done.code, done.out.as_str()), (Some(0), ""));
    assert!(done.err.starts_with("content/site.yaml: new"), "{}", done.err);
    assert_eq!(
        read(&place, "content/privacy/2014-10-22.md").lines().take(4).collect::<Vec<_>>(),
        [
            "---",
            "effective: 2014-10-22",
            "source: {url: \"https://archive.example/2015/privacy\", captured: 2015-06-09, date: stated, fidelity: extracted}",
            "---"
        ]
    );
    let checked = run(&place, &["check"]);
    assert_eq!(checked.err, "content: 1 policy, 1 version: no mistakes\n");
    // The next one: nobody classified it, and between the two nothing is known.
    let next = ARCHIVED.replace("October 22, 2014", "May 15, 2018").replace("seven (7)", "thirty (30)");
    write(&place.path().join("next.txt"), next.as_bytes());
    assert_eq!(run(&place, &["import", "text", "next.txt", "--policy", "privacy"]).code, Some(0));
    let built = run(&place, &["build", "--as-of", "2020-01-01"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    let history = read(&place, "public/privacy/history/index.html");
    assert!(history.contains("No record between June 9, 2015 and May 15, 2018"), "{history}");
    assert!(history.contains(">Not classified<") && !history.contains(">Not material<"), "{history}");
}

/// The text that the README shows the report of.
const SHOWN: &str = "\
> *Taken from the hillside.example privacy notice that was archived on 2015-06-09. See the [snapshot](https://archive.example/2015/privacy).*

# Hillside Privacy Notice | Hillside

We run evening classes. This Privacy Notice says what we keep.

**WHAT WE KEEP**

We keep the pupilâ€™s name and address for seven (7) days.

**Cookies**

We set one cookie, and no other.

We share nothing.


**Effective Date:** October 22, 2014

Follow Hillside on Facebook
© 2020 Hillside
All rights reserved.
Sitemap
";

#[test]
fn the_report_in_the_readme_is_what_is_printed() {
    let place = folder(&[("privacy-2014.txt", SHOWN)]);
    let done = run(&place, &["import", "text", "privacy-2014.txt", "--policy", "privacy"]);
    let readme = std::fs::read_to_string(path("README.md")).unwrap();
    assert!(readme.contains(&format!("```text\n{}```", done.err)), "{}", done.err);
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let place = folder(&[("privacy.txt", ARCHIVED)]);
    let import = ["import", "text", "privacy.txt", "--policy", "privacy"];
    assert_eq!(run(&place, &import).code, Some(0));
    let before = tree(place.path());
    let again = run(&place, &import);
    assert_eq!(again.code, Some(0));
    assert!(again.err.contains("2014-10-22.md: already there"), "{}", again.err);
    assert_eq!(tree(place.path()), before);
    write(&place.path().join("privacy.txt"), ARCHIVED.replace("seven", "nine").as_bytes());
    let before = tree(place.path());
    let other = run(&place, &import);
    assert_eq!(other.code, Some(1));
    assert!(
        other.err.contains("with another text there is already: content/privacy/2014-10-22.md"),
        "{}",
        other.err
    );
    assert_eq!(tree(place.path()), before);
    let dry = run(&place, &[&import[..], &["--effective", "2016-01-01", "--dry-run"]].concat());
    assert_eq!(dry.code, Some(0));
    assert!(dry.err.contains("2016-01-01 taken, as you say; the text states 2014-10-22"), "{}", dry.err);
    assert_eq!(tree(place.path()), before);
    let reserved = run(&place, &["import", "text", "privacy.txt", "--policy", "Search"]);
    assert_eq!(reserved.code, Some(1));
    assert_eq!(tree(place.path()), before);
}

#[test]
fn the_report_as_data() {
    let place = folder(&[("page.txt", SCRAPED)]);
    let done = run(&place, &["import", "text", "page.txt", "--policy", "privacy", "--format", "json"]);
    assert_eq!((done.code, done.err.as_str()), (Some(0), ""));
    let report: Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(report["written"], true);
    let cut = report["findings"].as_array().unwrap().iter().filter(|f| f["code"] == "cut-chrome");
    let texts: Vec<_> = cut.map(|f| f["text"].as_str().unwrap()).collect();
    assert!(texts[1].contains("Careers"), "all that was cut is there: {texts:?}");
}

#[test]
fn what_is_no_text_is_refused() {
    let place = folder(&[("empty.txt", " \n")]);
    write(&place.path().join("binary"), b"\x7fELF\0\0\x01");
    write(&place.path().join("utf16.txt"), &[0xff, 0xfe, b'E', 0, b'f', 0, b'f', 0]);
    write(&place.path().join("large.txt"), &vec![b'a'; 8 * 1024 * 1024 + 1]);
    for (file, said) in [
        ("empty.txt", "there is no text in this file"),
        ("binary", "this file is no text"),
        ("utf16.txt", "no date is stated in this text"),
        ("large.txt", "larger than 8 MiB"),
    ] {
        for kind in ["text", "html"] {
            let run = run(&place, &["import", kind, file, "--policy", "p"]);
            assert_eq!(run.code, Some(1), "{kind} {file}: {}", run.err);
            assert!(run.err.contains(said), "{kind} {file}: {}", run.err);
        }
    }
    assert_eq!(run(&place, &["import", "text", "nowhere.txt", "--policy", "p"]).code, Some(2));
    for wrong in [
        &["--captured", "2018-02-30"][..],
        &["--keep", "7-3"],
        &["--url", "hillside"],
        &["--effective", "soon"],
    ] {
        let run = run(&place, &[&["import", "text", "empty.txt", "--policy", "p"], wrong].concat());
        assert_eq!(run.code, Some(2), "{wrong:?}");
    }
    assert!(!place.path().join("content").exists());
}

/// What is long takes long, and no longer than that: no step looks at all lines for each line.
#[test]
fn long_texts_take_no_age() {
    let place = folder(&[]);
    let many = |line: &str| line.repeat(60_000 / line.len());
    for (name, text) in [
        (
            "fused",
            many("We keep the names of all who come to the classes.Then Some TitleWe keep more of it. "),
        ),
        ("one word", many("a.B")),
        ("camels", many("aB")),
        ("dates", many("Effective May 1, 2015\nWe keep names.\nEffective May 2, 2015\n")),
        ("headings", many("## Names\n\nNames\n\n")),
        ("titles", many("Names of all\n\nStreets of all\n\n")),
        ("items", many("we keep:\n\na;\nb;\nand\nc.\n")),
        ("signs", many("====\n")),
        ("damage", many("â€™ â xâs\n")),
        ("tags", many("<div><p>x")),
        ("links", many("[x](y) ")),
    ] {
        let file = format!("{name}.txt");
        write(
            &place.path().join(&file),
            format!("Effective 2020-01-01\n\n{text}\nWe keep names as well.\n").as_bytes(),
        );
        for kind in ["text", "html"] {
            let run = run(
                &place,
                &["import", kind, &file, "--policy", "p", "--one", "--dry-run", "--format", "json"],
            );
            assert!(matches!(run.code, Some(0 | 1)), "{name}: {}", run.err);
        }
    }
}

/// A folder that is read by path alone has nothing of the place it lies in.
#[test]
fn the_folder_of_policies_may_lie_elsewhere() {
    let place = folder(&[("privacy.txt", ARCHIVED)]);
    let done =
        run(&place, &["import", "text", "privacy.txt", "--policy", "privacy", "--content", "legal/texts"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(Path::new(&place.path().join("legal/texts/privacy/2014-10-22.md")).is_file());
}
