//! What pages and files say to machines: link relations, languages, JSON-LD, Open Graph, sitemaps, and
//! the headers of hosts.

use std::collections::{BTreeMap, BTreeSet};

use scraper::{Html, Selector};
use serde_json::Value;

use crate::program::{build, folder, path, school, small};

type Tree = BTreeMap<String, Vec<u8>>;

fn text<'s>(site: &'s Tree, name: &str) -> &'s str {
    std::str::from_utf8(site.get(name).unwrap_or_else(|| panic!("no {name}"))).unwrap()
}

fn pages(site: &Tree) -> Vec<(&String, Html)> {
    let html = site.keys().filter(|name| name.ends_with(".html"));
    html.map(|name| (name, Html::parse_document(text(site, name)))).collect()
}

fn page(site: &Tree, name: &str) -> Html {
    Html::parse_document(text(site, name))
}

/// The values of an attribute in the head.
fn all(page: &Html, selector: &str, attribute: &str) -> Vec<String> {
    let found = Selector::parse(&format!("head {selector}")).unwrap();
    page.select(&found).map(|e| e.value().attr(attribute).unwrap().to_owned()).collect()
}

fn one(page: &Html, selector: &str, attribute: &str) -> String {
    let found = all(page, selector, attribute);
    assert_eq!(found.len(), 1, "{selector}: {found:?}");
    found[0].clone()
}

fn data(page: &Html) -> Value {
    let block = Selector::parse("head script[type='application/ld+json']").unwrap();
    let text: String = page.select(&block).flat_map(|e| e.text()).collect();
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text:?}"))
}

fn related(page: &Html, rel: &str) -> Vec<String> {
    all(page, &format!("link[rel='{rel}']"), "href")
}

#[test]
fn every_page_says_what_it_is() {
    for (site, base) in
        [(small(), "https://policies.small.example/"), (school(), "https://policies.quillbrook.example/")]
    {
        for (name, page) in pages(&site) {
            let title = one(&page, "meta[property='og:title']", "content");
            assert!(!title.is_empty(), "{name}");
            one(&page, "meta[property='og:site_name']", "content");
            let description = all(&page, "meta[name='description']", "content");
            if name == "404.html" {
                assert_eq!(one(&page, "meta[name='robots']", "content"), "noindex");
                assert!(all(&page, "link[rel='canonical']", "href").is_empty());
                continue;
            }
            assert!(description.iter().any(|d| d.len() > 10), "{name}: {description:?}");
            assert!(all(&page, "meta[name='robots']", "content").is_empty(), "{name}");
            let address = format!("{base}{}", name.strip_suffix("index.html").unwrap());
            let canonical = one(&page, "link[rel='canonical']", "href");
            // The page of an id that a section no longer has is that of the id it has now.
            let renamed = name.contains("/clauses/") && canonical.contains("/clauses/");
            assert!(canonical == address || renamed, "{name}: {canonical}");
            let address = canonical;
            assert_eq!(one(&page, "meta[property='og:url']", "content"), address);
            let kind = one(&page, "meta[property='og:type']", "content");
            let data = data(&page);
            assert_eq!(data["@context"], "https://schema.org");
            assert_eq!(data["url"], address.as_str());
            assert_eq!(data["name"], title.as_str());
            assert_eq!(data["description"], description[0].as_str());
            assert_eq!(
                data["inLanguage"].as_str().unwrap().replace('-', "_"),
                one(&page, "meta[property='og:locale']", "content")
            );
            assert!(data["publisher"]["name"].is_string());
            if name == "index.html" {
                assert_eq!((kind.as_str(), data["@type"].as_str()), ("website", Some("WebSite")));
                continue;
            }
            assert_eq!(data["@type"], "WebPage");
            assert_eq!(data["isPartOf"]["url"], base);
            let crumbs = data["breadcrumb"]["itemListElement"].as_array().unwrap();
            assert_eq!(crumbs[0]["item"], base);
            assert_eq!(crumbs.last().unwrap()["item"], address.as_str());
        }
    }
}

#[test]
fn pages_tell_no_false_dates() {
    let site = small();
    let dates = |name: &str| {
        let data = data(&page(&site, name));
        [data["datePublished"].clone(), data["dateModified"].clone(), data["version"].clone()]
    };
    let day = |day: &str| Value::from(day);
    assert_eq!(dates("privacy/v/2014-10-22/index.html"), [day("2014-09-20"), Value::Null, day("2014-10-22")]);
    // A text that was only seen, a translation, and a redline of what was only seen.
    assert_eq!(dates("privacy/v/2012-02-06/index.html"), [Value::Null, Value::Null, day("2012-02-06")]);
    assert_eq!(dates("privacy/v/2014-10-22/es/index.html"), [Value::Null, Value::Null, day("2014-10-22")]);
    assert_eq!(dates("privacy/compare/2012-02-06/2014-10-22/index.html")[0], Value::Null);
    assert_eq!(dates("privacy/compare/2014-10-22/2014-11-03/index.html")[0], day("2014-11-03"));
    assert_eq!(dates("terms/index.html"), [day("2015-01-01"), day("2017-01-01"), day("2017-01-01")]);
}

#[test]
fn pages_link_to_what_they_belong_to() {
    let site = school();
    for (name, page) in pages(&site) {
        let up = if name == "404.html" { "/".to_owned() } else { "../".repeat(name.matches('/').count()) };
        for (rel, policy) in [("privacy-policy", "privacy"), ("terms-of-service", "learner-terms")] {
            let link = related(&page, rel);
            assert_eq!(link.len(), 1, "{name}: {rel}");
            // From a page of the policy itself the way is shorter.
            let inside = name.starts_with(&format!("{policy}/"));
            assert!(inside || link[0] == format!("{up}{policy}/"), "{name}: {rel}: {link:?}");
        }
    }
    let version = page(&site, "privacy/v/2019-09-01/index.html");
    assert_eq!(related(&version, "latest-version"), ["../../"]);
    assert_eq!(related(&version, "version-history"), ["../../history/"]);
    assert_eq!(related(&version, "predecessor-version"), ["../2018-06-04/"]);
    assert_eq!(related(&version, "successor-version"), ["../2021-03-15/"]);
    let redline = page(&site, "privacy/compare/2018-06-04/2019-09-01/index.html");
    assert_eq!(related(&redline, "version-history"), ["../../../history/"]);
    assert_eq!(related(&redline, "about"), ["../../../v/2018-06-04/", "../../../v/2019-09-01/"]);
    assert_eq!(
        data(&redline)["about"][1]["url"],
        "https://policies.quillbrook.example/privacy/v/2019-09-01/"
    );
    assert_eq!(related(&page(&site, "privacy/history/index.html"), "latest-version"), ["../"]);
}

#[test]
fn languages_name_each_other() {
    let site = school();
    let alternates = |name: &str| -> BTreeMap<String, String> {
        let page = page(&site, name);
        let languages = all(&page, "link[hreflang]", "hreflang");
        languages.into_iter().zip(all(&page, "link[hreflang]", "href")).collect()
    };
    let mut found = 0;
    for (name, page) in pages(&site) {
        let own = alternates(name);
        if own.is_empty() {
            continue;
        }
        found += 1;
        let canonical = one(&page, "link[rel='canonical']", "href");
        assert!(own.values().any(|url| *url == canonical), "{name} does not name itself");
        assert!(own.contains_key("x-default"), "{name}");
        for url in own.values() {
            let file = url.replace("https://policies.quillbrook.example/", "") + "index.html";
            assert_eq!(alternates(&file), own, "{file} is named by {name}");
        }
    }
    assert!(found > 5, "{found}");
    assert_eq!(
        alternates("privacy/es/index.html")["x-default"],
        "https://policies.quillbrook.example/privacy/"
    );
}

/// The addresses of a sitemap with their days.
fn sitemap(site: &Tree) -> Vec<(String, Option<String>)> {
    let between = |text: &str, tag: &str| {
        let (_, after) = text.split_once(&format!("<{tag}>"))?;
        Some(after.split_once('<').unwrap().0.to_owned())
    };
    let entries = text(site, "sitemap.xml").split("<url>").skip(1);
    entries.map(|entry| (between(entry, "loc").unwrap(), between(entry, "lastmod"))).collect()
}

#[test]
fn crawlers_are_told_of_what_stays() {
    let site = small();
    let base = "https://policies.small.example/";
    let listed = sitemap(&site);
    for (address, day) in &listed {
        let file = address.strip_prefix(base).unwrap().to_owned() + "index.html";
        assert!(site.contains_key(&file), "{address}");
        assert!(day.as_deref().is_none_or(|day| day <= "2018-05-01"), "{address}: {day:?}");
        assert!(
            !file.contains("2012-02-06") || day.is_none() || file.contains("compare"),
            "{address}: {day:?}"
        );
    }
    let addresses: BTreeSet<&str> =
        listed.iter().map(|(address, _)| address.strip_prefix(base).unwrap()).collect();
    assert_eq!(addresses.len(), listed.len(), "an address is listed twice");
    for name in site.keys().filter_map(|name| name.strip_suffix("index.html")) {
        // Of redlines only those between versions that follow each other stay for good; what changed
        // since a version is another thing with every new one; and a page is listed by one address.
        let own = one(&page(&site, &format!("{name}index.html")), "link[rel='canonical']", "href");
        let other = own != format!("{base}{name}");
        let passes = name.contains("/compare/") || (name.contains("/since/") && !name.ends_with("/since/"));
        assert!(addresses.contains(name) || passes || other, "{name} is not listed");
        assert!(!(addresses.contains(name) && other), "{name} is another page's other address");
    }
    assert!(addresses.contains("privacy/compare/2014-11-03/2018-05-15/"), "{addresses:?}");
    assert!(!addresses.contains("privacy/compare/2012-02-06/2018-05-15/"));
    assert!(text(&site, "robots.txt").ends_with("\nSitemap: https://policies.small.example/sitemap.xml\n"));
}

#[test]
fn a_site_below_the_root_of_its_host_has_no_robots() {
    let content = path("tests/golden/small/content");
    let site = build(&content, &["--as-of", "2018-05-01", "--base-url", "https://a.example/legal"]);
    assert!(!site.contains_key("robots.txt"));
    assert!(sitemap(&site).iter().all(|(address, _)| address.starts_with("https://a.example/legal/")));
    assert!(text(&site, ".htaccess").starts_with("ErrorDocument 404 /legal/404.html\n"));
}

#[test]
fn nobody_is_told_of_drafts() {
    let site = build(&path("tests/golden/small/content"), &["--as-of", "2018-05-01", "--drafts"]);
    assert!(!site.contains_key("sitemap.xml") && !site.contains_key("robots.txt"));
    for (name, page) in pages(&site) {
        assert_eq!(one(&page, "meta[name='robots']", "content"), "noindex", "{name}");
    }
    assert_eq!(data(&page(&site, "privacy/v/2020-01-01/index.html"))["datePublished"], Value::Null);
}

/// What each host is told to say, by the file it reads: all headers, then those of JSON files.
fn headers(site: &Tree) -> Vec<(&'static str, [BTreeMap<String, String>; 2])> {
    let lines = |part: &str, prefix: &str, separator: &str| -> BTreeMap<String, String> {
        let header = |line: &str| {
            let (name, value) = line.trim().strip_prefix(prefix)?.split_once(separator)?;
            Some((name.to_owned(), value.trim_matches('"').to_owned()))
        };
        part.lines().filter_map(header).collect()
    };
    let netlify: Vec<&str> = text(site, "_headers").split("/*").collect();
    let apache: Vec<&str> = text(site, ".htaccess").split("<FilesMatch ").collect();
    let vercel: Value = serde_json::from_str(text(site, "vercel.json")).unwrap();
    let of_vercel = |n: usize| -> BTreeMap<String, String> {
        let pair =
            |h: &Value| (h["key"].as_str().unwrap().to_owned(), h["value"].as_str().unwrap().to_owned());
        vercel["headers"][n]["headers"].as_array().unwrap().iter().map(pair).collect()
    };
    let azure: Value = serde_json::from_str(text(site, "staticwebapp.config.json")).unwrap();
    let of_azure = |headers: &Value| -> BTreeMap<String, String> {
        let pair = |(k, v): (&String, &Value)| (k.clone(), v.as_str().unwrap().to_owned());
        headers.as_object().unwrap().iter().map(pair).collect()
    };
    vec![
        ("_headers", [lines(netlify[1], "", ": "), lines(netlify[2], "", ": ")]),
        (
            ".htaccess",
            [lines(apache[0], "Header always set ", " "), lines(apache[1], "Header always set ", " ")],
        ),
        ("vercel.json", [of_vercel(0), of_vercel(1)]),
        (
            "staticwebapp.config.json",
            [of_azure(&azure["globalHeaders"]), of_azure(&azure["routes"][0]["headers"])],
        ),
    ]
}

#[test]
fn hosts_and_pages_say_the_same() {
    let site = small();
    let policies: BTreeSet<String> = pages(&site)
        .iter()
        .map(|(_, p)| one(p, "meta[http-equiv='Content-Security-Policy']", "content"))
        .collect();
    let [policy] = &policies.into_iter().collect::<Vec<_>>()[..] else { panic!("pages differ") };
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    let hosts = headers(&site);
    for (host, [every, json]) in &hosts {
        // The one thing a page cannot say itself.
        assert_eq!(every["Content-Security-Policy"], format!("{policy}; frame-ancestors 'none'"), "{host}");
        assert_eq!(every["X-Content-Type-Options"], "nosniff", "{host}");
        assert_eq!(every["Cache-Control"], "public, max-age=0, must-revalidate", "{host}");
        assert_eq!(json["Access-Control-Allow-Origin"], "*", "{host}");
        assert_eq!(every, &hosts[0].1[0], "{host} differs from {}", hosts[0].0);
        // Where two rules give one header, hosts join the values.
        assert!(json.keys().all(|name| !every.contains_key(name)), "{host}");
    }
    let vercel: Value = serde_json::from_str(text(&site, "vercel.json")).unwrap();
    assert_eq!(
        (&vercel["headers"][0]["source"], &vercel["headers"][1]["source"]),
        (&"/(.*)".into(), &"/(.*)\\.json".into())
    );
    let kinds = ["application/json", "text/markdown", "text/calendar", "application/atom+xml"];
    for (host, _) in hosts {
        // One host knows types by the last letters of names alone, and a sitemap is no feed.
        let kinds = if host == "staticwebapp.config.json" { &kinds[..3] } else { &kinds[..] };
        let told = |kind: &&str| text(&site, host).contains(&format!("{kind}; charset=utf-8"));
        assert!(kinds.iter().all(told), "{host}");
    }
    let azure: Value = serde_json::from_str(text(&site, "staticwebapp.config.json")).unwrap();
    let routes: Vec<&str> =
        azure["routes"].as_array().unwrap().iter().map(|r| r["route"].as_str().unwrap()).collect();
    assert_eq!(routes, ["/*.json", "/*.md", "/*.xml", "/*.ics"]);
    assert_eq!(azure["mimeTypes"].as_object().unwrap().len(), 3);
    assert!(text(&site, ".htaccess").contains("<FilesMatch \"feed\\.xml$\">"));
    assert!(text(&site, "_headers").contains("\n/*feed.xml\n"));
}

#[test]
fn what_an_author_writes_ends_no_element() {
    let hostile = "</script><script>alert(1)</script>";
    let content = folder(&[
        ("site.yaml", &format!("title: \"{hostile}\"\nbase_url: https://a.example/\ntime_zone: UTC\n")),
        ("p/policy.yaml", &format!("title: \"{hostile}\"\n")),
        ("p/2001-01-01.md", &format!("---\neffective: 2001-01-01\nsummary: \"{hostile}\"\n---\nText.\n")),
    ]);
    let site = build(content.path(), &["--as-of", "2002-01-01"]);
    // In these it is a text and nothing else.
    let plain = |name: &str| name.ends_with(".json") || name.ends_with(".ics");
    for (name, bytes) in &site {
        assert!(!String::from_utf8_lossy(bytes).contains(hostile) || plain(name), "{name}");
    }
    assert!(data(&page(&site, "p/index.html"))["name"] == hostile);
}
