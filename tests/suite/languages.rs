//! The languages of pages: their words, whose plural forms they take, and what of a site comes first.

use std::collections::{BTreeMap, BTreeSet};

use clauseline::policy::diff::diff;
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::parallel::{Place, lag};
use clauseline::site::assets;
use scraper::{ElementRef, Html, Selector};

use crate::cases;
use crate::program::{Run, build, clauseline, folder, path, school};

/// The built-in languages and the plural forms each of them gives.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("ar", &["zero", "one", "two", "few", "many", "other"]),
    ("de", &["one", "other"]),
    ("en", &["one", "other"]),
    ("es", &["one", "other"]),
    ("fr", &["one", "other"]),
];

/// What is the same word as in English, by language; a key ending in `*` stands for its forms.
const SAME: &[(&str, &[&str])] = &[
    ("ar", &[]),
    ("de", &["category_cookies", "direction_neutral"]),
    ("en", &["*"]),
    ("es", &["category_cookies"]),
    (
        "fr",
        &[
            "annexes",
            "category_contact",
            "category_cookies",
            "class_date",
            "clause_*",
            "contact",
            "kind_correction",
            "picture_section",
            "signal_date",
            "version",
        ],
    ),
];

/// The messages of a built-in language.
fn texts(language: &str) -> BTreeMap<String, String> {
    let name = format!("messages/{language}.yaml");
    let (_, file) = assets::TEMPLATES.iter().find(|(n, _)| *n == name).unwrap();
    let mut file: BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(file).unwrap();
    serde_yaml::from_value(file.remove("texts").unwrap()).unwrap()
}

/// A message's name and the form of it that a key is; keys whose message has no `_one` are no forms.
fn form<'k>(key: &'k str, texts: &BTreeMap<String, String>) -> (&'k str, &'k str) {
    match key.rsplit_once('_') {
        Some((base, form))
            if LANGUAGES[0].1.contains(&form) && texts.contains_key(&format!("{base}_one")) =>
        {
            (base, form)
        }
        _ => (key, ""),
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

/// What is wrong with a language's messages, held against the English ones.
fn faults(
    (language, forms): (&str, &[&str]),
    texts: &BTreeMap<String, String>,
    english: &BTreeMap<String, String>,
) -> Vec<String> {
    let mut faults = Vec::new();
    let mut wanted = BTreeMap::new();
    for key in english.keys() {
        match form(key, english) {
            (_, "") => drop(wanted.insert(key.clone(), key.clone())),
            (base, _) => {
                wanted.extend(forms.iter().map(|f| (format!("{base}_{f}"), format!("{base}_other"))))
            }
        }
    }
    faults.extend(wanted.keys().filter(|k| !texts.contains_key(*k)).map(|k| format!("{k} is missing")));
    faults.extend(texts.keys().filter(|k| !wanted.contains_key(*k)).map(|k| format!("{k} is nobody's")));
    let same = SAME.iter().find(|(l, _)| *l == language).map_or(&[][..], |(_, keys)| *keys);
    let may_be_same = |key: &str| {
        same.iter().any(|s| s.strip_suffix('*').map_or(*s == key, |start| key.starts_with(start)))
    };
    for (key, origin) in &wanted {
        let (Some(text), Some(source)) = (texts.get(key), english.get(origin)) else { continue };
        let (got, want) = (placeholders(text), placeholders(source));
        // `one clause` needs no number.
        let spelt = got.len() + 1 == want.len() && want.difference(&got).eq([&"n"]) && origin != key;
        if got != want && !spelt {
            faults.push(format!("{key} has {got:?} and not {want:?}"));
        }
        if english.values().any(|e| e == text) && english.get(key) == Some(text) && !may_be_same(key) {
            faults.push(format!("{key} is English"));
        }
        if text.trim() != text || text.is_empty() {
            faults.push(format!("{key} is empty or has space around it"));
        }
        if language == "ar" && text.contains('→') {
            faults.push(format!("{key} points against the way it is read"));
        }
    }
    faults
}

#[test]
fn every_language_says_everything_with_the_same_values() {
    let english = texts("en");
    let built_in: Vec<&str> = assets::TEMPLATES
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("messages/")?.strip_suffix(".yaml"))
        .collect();
    assert_eq!(built_in, LANGUAGES.iter().map(|(l, _)| *l).collect::<Vec<_>>());
    for (language, forms) in LANGUAGES {
        let faults = faults((language, forms), &texts(language), &english);
        assert!(faults.is_empty(), "messages/{language}.yaml:\n{}", faults.join("\n"));
    }
    let mut planted = texts("ar");
    planted.remove("words_few");
    planted.insert("words_lots".to_owned(), "x".to_owned());
    planted.insert("reason".to_owned(), "Reason".to_owned());
    planted.insert("gap".to_owned(), "{from} → {until}".to_owned());
    let found = faults(LANGUAGES[0], &planted, &english);
    for want in
        ["words_few is missing", "words_lots is nobody's", "reason is English", "gap has", "gap points"]
    {
        assert!(found.iter().any(|fault| fault.starts_with(want)), "{want}: {found:?}");
    }
}

#[test]
fn every_message_that_the_program_asks_for_is_written() {
    let english = texts("en");
    let sources = walkdir::WalkDir::new(path("src/site")).into_iter().map(Result::unwrap);
    let mut asked = 0;
    let other =
        |entry: &walkdir::DirEntry| entry.file_type().is_file() && !entry.path().ends_with("messages.rs");
    for source in sources.filter(other) {
        let code = std::fs::read_to_string(source.path()).unwrap();
        let code = code.split("#[cfg(test)]\nmod tests").next().unwrap();
        for (call, forms) in
            [("text(\"", false), ("fill(\"", false), ("count(\"", true), ("count_with(\"", true)]
        {
            let keys = code.split(call).skip(1).filter_map(|rest| rest.split('"').next());
            // `text("status", value)` asks for `status_<value>`, and is seen where that is shown.
            for key in keys.filter(|key| !english.keys().any(|k| k.starts_with(&format!("{key}_")) && !forms))
            {
                let key = if forms { format!("{key}_other") } else { key.to_owned() };
                assert!(english.contains_key(&key), "{}: `{key}`", source.path().display());
                asked += 1;
            }
        }
    }
    assert!(asked > 30, "{asked}");
}

#[test]
fn every_message_is_asked_for() {
    let mut sources = String::new();
    for folder in ["src/site", "templates", "static"] {
        for file in walkdir::WalkDir::new(path(folder)).into_iter().map(Result::unwrap) {
            if file.file_type().is_file() && file.path().extension().is_none_or(|e| e != "yaml") {
                sources.push_str(&std::fs::read_to_string(file.path()).unwrap_or_default());
            }
        }
    }
    // By its name, by the name its forms share, or by the beginning that a value completes.
    let asked = |key: &str| {
        let starts = key.match_indices('_').map(|(at, _)| &key[..at]);
        let made = |start: &str| {
            let made = [
                format!("{start}_{{"),
                format!("(\"{start}_\")"),
                format!("\"{start}_\" ~"),
                format!("text(\"{start}\","),
                format!("key=\"{start}\""),
                format!("count(\"{start}\","),
                format!("count_with(\"{start}\","),
            ];
            made.iter().any(|m| sources.contains(m))
        };
        sources.contains(key) || starts.into_iter().any(made)
    };
    assert!(!asked("nobody_asks"));
    let idle: Vec<String> = texts("en").into_keys().filter(|key| !asked(key)).collect();
    assert!(idle.is_empty(), "nobody asks for {idle:?}");
}

/// Declarations of a style sheet that know left and right, and up and down.
fn physical(sheet: &str) -> Vec<String> {
    let mut sheet = sheet.to_owned();
    while let Some((start, end)) = sheet.find("/*").and_then(|s| Some((s, s + sheet[s..].find("*/")? + 2))) {
        sheet.replace_range(start..end, "");
    }
    let (mut found, mut from) = (Vec::new(), 0);
    for (at, c) in sheet.match_indices(['{', ';', '}']) {
        let (name, value) = sheet[from..at].split_once(':').unwrap_or_default();
        let (name, value) = (name.trim(), value.trim());
        from = at + 1;
        if c == "{" {
            continue;
        }
        let side = |word: &str| ["left", "right", "top", "bottom"].contains(&word);
        let size = ["width", "height", "min-width", "min-height", "max-width", "max-height"].contains(&name);
        let words: Vec<&str> = value.split_whitespace().collect();
        let sides =
            ["margin", "padding", "inset"].contains(&name) && words.len() == 4 && words[1] != words[3];
        let turned = ["text-align", "float", "clear"].contains(&name) && words.iter().any(|w| side(w));
        if size || sides || turned || name.split('-').any(side) {
            found.push(format!("{name}: {value}"));
        }
    }
    found
}

/// What is physical for a reason.
const PHYSICAL: &[&str] = &[
    // Paper is bound on the left.
    "margin: 20mm 18mm 22mm 24mm",
];

#[test]
fn the_style_sheet_knows_neither_left_nor_right() {
    let (_, sheet) = assets::STATICS.iter().find(|(name, _)| *name == "style.css").unwrap();
    let found: Vec<_> = physical(sheet).into_iter().filter(|d| !PHYSICAL.contains(&d.as_str())).collect();
    assert!(found.is_empty(), "{found:?}");
    let planted = "a { margin-left: 1px; width: 1px /* x; */ } @media (min-width: 1rem) { b:hover { float: right; \
                   margin: 0 1px 0 2px; line-height: 1; border-inline-start-width: 0; margin: 0 1px } }";
    let want = ["margin-left: 1px", "width: 1px", "float: right", "margin: 0 1px 0 2px"];
    assert_eq!(physical(planted), want);
}

/// A policy in a language, of this text.
fn policy(language: &str, text: &str) -> tempfile::TempDir {
    folder(&[
        (
            "site.yaml",
            &format!(
                "title: T\nbase_url: https://a.example/\ntime_zone: UTC\ndefault_language: {language}\n"
            ),
        ),
        ("p/policy.yaml", "title: P\n"),
        ("p/2001-01-01.md", &format!("---\neffective: 2001-01-01\n---\n{text}\n")),
    ])
}

fn page(content: &tempfile::TempDir, templates: &tempfile::TempDir) -> String {
    let site = build(content.path(), &["--templates", templates.path().to_str().unwrap()]);
    String::from_utf8(site["p/history/index.html"].clone()).unwrap()
}

#[test]
fn a_site_s_own_words_come_first_then_those_of_the_wider_language() {
    let templates = folder(&[
        ("messages/pt-BR.yaml", "texts: {history_lead: Do Brasil}\n"),
        (
            "messages/pt.yaml",
            "texts: {history_lead: De todos, words_one: '{n} palavra', words_other: '{n} p.'}\n",
        ),
    ]);
    let brazil = page(&policy("pt-BR", "Um"), &templates);
    assert!(brazil.contains("Do Brasil") && brazil.contains("1 palavra"), "{brazil}");
    assert!(brazil.contains("Contact") || brazil.contains("Read this text"), "English fills: {brazil}");
    let own = folder(&[("messages/es.yaml", "texts: {words_one: 'palabra: {n}'}\n")]);
    let spanish = page(&policy("es", "Una"), &own);
    assert!(spanish.contains("palabra: 1") && spanish.contains("Historial"), "{spanish}");
}

#[test]
fn numbers_take_the_form_of_the_language() {
    let forms = "words_one: einz, words_two: zwee, words_few: wenig, words_many: vill, words_other: aner";
    let file = format!("texts: {{{forms}}}\n");
    for (language, text, want) in [
        ("pl", "a", "einz"),
        ("pl", "a b", "wenig"),
        ("pl", "a b c d e", "vill"),
        ("en-GB", "a b", "aner"),
        ("sl", "a b", "zwee"),
    ] {
        let templates = folder(&[(&format!("messages/{language}.yaml"), &file)]);
        let got = page(&policy(language, text), &templates);
        assert!(got.contains(&format!("<span class=\"fact\">{want}</span>")), "{language}, {text}: {got}");
    }
}

#[test]
fn a_template_that_counts_with_a_message_nobody_wrote_is_an_error_that_names_it() {
    let templates = folder(&[("404.html", "{{ 2 | plural(key=\"gone\") }}")]);
    let place = tempfile::tempdir().unwrap();
    let content = policy("en", "A");
    let mut command = clauseline(&["build", "--content"]);
    command.arg(content.path()).arg("--templates").arg(templates.path());
    let run = Run::from(command.arg("--out").arg(place.path().join("public")).output().unwrap());
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("gone_other") && run.err.contains("404.html"), "{}", run.err);
}

fn html(site: &BTreeMap<String, Vec<u8>>, name: &str) -> Html {
    Html::parse_document(std::str::from_utf8(&site[name]).unwrap())
}

fn selected<'h>(html: &'h Html, selector: &str) -> Vec<ElementRef<'h>> {
    html.select(&Selector::parse(selector).unwrap()).collect()
}

fn words(element: &ElementRef<'_>) -> String {
    element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Of each place where a page lags: the clause it stands at, and what it says.
fn lagging(page: &Html) -> Vec<(String, String)> {
    let summary = Selector::parse("summary").unwrap();
    let at = |lag: &ElementRef<'_>| {
        // Within the clause, in the row after it, or after it.
        let within = lag.ancestors().filter_map(ElementRef::wrap).find(|e| e.attr("id").is_some());
        let row = lag.ancestors().filter_map(ElementRef::wrap).find(|e| e.value().name() == "tr");
        let place = row.as_ref().unwrap_or(lag);
        let clause = |e: &ElementRef<'_>| e.attr("class").is_some_and(|c| c.starts_with("clause"));
        let before = place.prev_siblings().filter_map(ElementRef::wrap).find(clause);
        within.filter(clause).or(before).and_then(|e| e.attr("id")).unwrap_or_default().to_owned()
    };
    let said = |lag: &ElementRef<'_>| lag.select(&summary).next().map(|s| words(&s)).unwrap_or_default();
    selected(page, "details.lag").iter().map(|lag| (at(lag), said(lag))).collect()
}

#[test]
fn a_translation_says_at_each_clause_that_it_lags() {
    let site = school();
    let german = html(&site, "cookies/de/index.html");
    let (changed, gone) =
        ("wurde am 3. Februar 2025 geändert.", "steht diese Klausel seit dem 3. Februar 2025 nicht mehr.");
    let got = lagging(&german);
    let want = [
        ("preamble.1", changed),
        ("words.1.c", gone),
        ("words.1.c.1", gone),
        ("list-optional.2.b", gone),
        ("list-optional.2.c", changed),
        ("list-optional.2.d", changed),
    ];
    assert_eq!(got.len(), want.len(), "{got:?}");
    for ((at, said), (clause, end)) in got.iter().zip(want) {
        assert!(at == clause && said.ends_with(end), "{at}: {said}");
    }
    // Each shows the English redline and leads to it, and is listed above the text.
    let redlines = selected(&german, "details.lag > .marked[lang=en][dir=ltr]");
    assert_eq!(redlines.len(), 6);
    assert!(words(&redlines[0]).ends_with("All of them are our own."));
    assert!(redlines.iter().all(|r| r.select(&Selector::parse("ins, del").unwrap()).next().is_some()));
    let links = selected(&german, "details.lag > p > a");
    let to_redline =
        |a: &ElementRef<'_>| a.attr("href").unwrap().starts_with("../compare/2022-06-13/2025-02-03/#change-");
    assert!(links.len() == 6 && links.iter().all(to_redline));
    let listed: Vec<&str> =
        selected(&german, ".notice.lag li > a").iter().filter_map(|a| a.attr("href")).collect();
    assert_eq!(listed, (1..=6).map(|n| format!("#page:lag-{n}")).collect::<Vec<_>>());
    // Nothing lags in a translation of the text in force, nor on the pages of versions.
    for page in ["cookies/ar/index.html", "cookies/fr/index.html", "cookies/v/2022-06-13/de/index.html"] {
        assert!(lagging(&html(&site, page)).is_empty(), "{page}");
    }
}

#[test]
fn what_a_translation_lacks_stands_where_it_would_come() {
    let site = school();
    let spanish = html(&site, "privacy/es/index.html");
    let got = lagging(&spanish);
    let changed = |day| format!("El texto en inglés de esta cláusula cambió el {day}.");
    let more = |n, day| format!("El texto en inglés tiene aquí {n} más desde el {day}.");
    let (july, october) = ("1 de julio de 2024", "6 de octubre de 2025");
    let want = [
        ("preamble.1", changed(july)),
        ("use.2.d", more("1 cláusula", july)),
        ("automated-decisions", changed(july)),
        ("automated-decisions", more("10 cláusulas", july)),
        ("legal-basis.2.c", changed(july)),
        ("retention.4.e", more("1 cláusula", july)),
        ("breach", changed(october)),
        ("children.1", more("1 cláusula", october)),
        ("rights-how.1", more("1 cláusula", october)),
        ("contact.1", changed(october)),
        ("term-course-data", changed(july)),
    ];
    assert_eq!(got, want.map(|(at, said)| (at.to_owned(), said)));
    let section = selected(&spanish, "#page\\:lag-4 ins");
    assert_eq!(section.first().map(words).as_deref(), Some("The study helper"));
}

#[test]
fn of_another_outline_nothing_is_guessed() {
    let version = |day: &str, body: &str| format!("---\neffective: {day}\naction: none\n---\n{body}");
    let old = "## One\n\nFirst words.\n\n## Two\n\nSecond words.\n";
    let content = folder(&[
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\ndefault_language: en\n"),
        ("p/policy.yaml", "title: P\n"),
        ("p/2001-01-01.md", &format!("---\neffective: 2001-01-01\n---\n{old}")),
        ("p/2001-01-01.fr.md", "## Un\n\nTout en un.\n"),
        ("p/2002-01-01.md", &version("2002-01-01", &old.replace("Second", "Other"))),
    ]);
    let site = build(content.path(), &[]);
    let page = html(&site, "p/fr/index.html");
    assert_eq!(lagging(&page), []);
    let notice = words(&selected(&page, ".notice.lag")[0]);
    assert!(notice.contains("On ignore quelles clauses"), "{notice}");
    // What changed in the controlling text is known nevertheless.
    let listed = selected(&page, ".notice.lag li > a[lang=en]");
    assert_eq!(
        listed.iter().filter_map(|a| a.attr("href")).collect::<Vec<_>>(),
        ["../compare/2001-01-01/2002-01-01/#change-1"]
    );
}

#[test]
fn arabic_pages_are_read_from_the_right() {
    let site = school();
    let page = html(&site, "cookies/ar/index.html");
    let root = page.root_element();
    assert_eq!((root.attr("lang"), root.attr("dir")), (Some("ar"), Some("rtl")));
    let text = words(&selected(&page, "article")[0]);
    assert!(text.contains("3 فبراير 2025") && text.contains("دقيقتان للقراءة"), "{text}");
    assert!(text.contains("النص باللغة الإنجليزية"), "{text}");
    // What is in English stands in a direction of its own.
    let english = selected(&page, "article .notice-summary[lang=en]");
    assert!(!english.is_empty() && english.iter().all(|e| e.attr("dir").is_some()));
}

#[test]
fn a_text_that_binds_in_arabic_makes_a_whole_site_from_the_right() {
    let text = "---\neffective: 2001-01-01\n---\n## أ\n\nنص قصير.\n";
    let next = "---\neffective: 2002-01-01\naction: none\n---\n## أ\n\nنص قصير آخر.\n";
    let content = folder(&[
        ("site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\ndefault_language: ar\n"),
        ("p/policy.yaml", "title: سياسة\n"),
        ("p/2001-01-01.md", text),
        ("p/2001-01-01.en.md", "## A\n\nA short text.\n"),
        ("p/2002-01-01.md", next),
    ]);
    let site = build(content.path(), &[]);
    for (name, bytes) in site.iter().filter(|(name, _)| name.ends_with(".html")) {
        let page = Html::parse_document(std::str::from_utf8(bytes).unwrap());
        let english = name.contains("/en/") || name.starts_with("developers/");
        let want = if english { (Some("en"), Some("ltr")) } else { (Some("ar"), Some("rtl")) };
        assert_eq!((page.root_element().attr("lang"), page.root_element().attr("dir")), want, "{name}");
        assert!(!words(&page.root_element()).contains('→'), "{name}");
    }
    let english = html(&site, "p/en/index.html");
    assert_eq!(selected(&english, "details.lag > .marked[lang=ar][dir=rtl]").len(), 1);
    assert!(lagging(&english)[0].1.starts_with("The Arabic text of this clause changed on January 1, 2002"));
}

/// A text is its own best translation: it lags at the very clauses that changed.
#[test]
fn a_text_that_translates_itself_lags_at_what_changed() {
    let mut places = 0;
    cases::each("tests/diff", |case, source| {
        let (old, new) = cases::sides(source);
        let read = |text: &str| parse(text, 0..text.len(), Options { imported: true }).0;
        let (old, new) = (read(&old), read(&new));
        let changes = diff(&old, &new, &BTreeMap::new()).changes;
        let lags = lag(&old, &old, &new, &changes).unwrap_or_else(|| panic!("{case}: nothing is paired"));
        for (index, change) in changes.iter().enumerate() {
            let told: Vec<Place> =
                lags.iter().filter(|l| l.changes.contains(&index)).map(|l| l.place).collect();
            let at: Vec<Place> = change.old.iter().map(|o| Place::Clause(*o)).collect();
            if !change.needs_word() {
                assert_eq!(told, [], "{case}: {change:?}");
            } else if at.is_empty() {
                assert!(matches!(told[..], [Place::Start | Place::After(_)]), "{case}: {told:?}");
            } else {
                assert_eq!(told, at, "{case}");
            }
            places += told.len();
        }
        let order: Vec<_> = lags.iter().map(|l| l.place.clause(&old)).collect();
        assert!(order.is_sorted(), "{case}: {order:?}");
    });
    assert!(places > 80, "{places}");
}
