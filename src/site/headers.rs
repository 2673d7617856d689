//! What a host should say beside each file, written down once and in the formats of the usual static
//! hosts. Each reads its own file and ignores the others; a host that reads none still serves pages
//! that carry the policy themselves.
//!
//! Everything is asked for again each time (`must-revalidate`; an unchanged file is not sent again):
//! a page that says what is in force may not be older than the site, and the names of assets do not
//! tell one state of a file from another.

use serde_json::{Value, json};

use super::{Page, urls};
use crate::policy::links::base_path;

/// The Content-Security-Policy of every page, as it stands in the page itself. Scripts and styles are
/// files of the site; forms lead to its own search.
pub const CONTENT_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'";

/// A page cannot say of itself who may frame it: only a header can.
const FRAMES: &str = "frame-ancestors 'none'";

/// What goes with some of the files.
struct Rule {
    /// How their paths end; empty for all files.
    ending: &'static str,
    /// Their type; empty where hosts know it by themselves.
    media_type: &'static str,
    headers: Vec<(&'static str, String)>,
}

/// Every header there is. No two rules give one header to one file: hosts would join the two values.
fn rules() -> Vec<Rule> {
    let open = || vec![("Access-Control-Allow-Origin", "*".to_owned())];
    let everywhere = vec![
        ("Content-Security-Policy", format!("{CONTENT_POLICY}; {FRAMES}")),
        ("Referrer-Policy", "no-referrer".to_owned()),
        ("X-Content-Type-Options", "nosniff".to_owned()),
        ("Cross-Origin-Opener-Policy", "same-origin".to_owned()),
        ("Cache-Control", "public, max-age=0, must-revalidate".to_owned()),
    ];
    vec![
        Rule { ending: "", media_type: "", headers: everywhere },
        // What services read, they may read from pages of other hosts too.
        Rule { ending: ".json", media_type: "application/json; charset=utf-8", headers: open() },
        Rule { ending: ".md", media_type: "text/markdown; charset=utf-8", headers: open() },
        // Other files that end so are no feeds.
        Rule { ending: "feed.xml", media_type: "application/atom+xml; charset=utf-8", headers: open() },
        Rule { ending: ".ics", media_type: "text/calendar; charset=utf-8", headers: open() },
    ]
}

/// The files that hosts read, for a site at an address.
pub fn pages(base_url: &str) -> Vec<Page> {
    let rules = rules();
    let missing = format!("{}{}", base_path(base_url), urls::NOT_FOUND);
    let file = |path: &str, contents: String| Page { path: path.to_owned(), contents: contents.into_bytes() };
    vec![
        file("_headers", netlify(&rules)),
        file(".htaccess", apache(&rules, &missing)),
        file("vercel.json", pretty(&vercel(&rules))),
        file("staticwebapp.config.json", pretty(&azure(&rules, &missing))),
    ]
}

/// `_headers`: Netlify and Cloudflare Pages. All rules that fit a file are joined.
fn netlify(rules: &[Rule]) -> String {
    let rule = |rule: &Rule| {
        let kind = Some(("Content-Type", rule.media_type)).filter(|(_, value)| !value.is_empty());
        let headers = rule.headers.iter().map(|(name, value)| (*name, value.as_str())).chain(kind);
        let lines: String = headers.map(|(name, value)| format!("  {name}: {value}\n")).collect();
        format!("/*{}\n{lines}", rule.ending)
    };
    rules.iter().map(rule).collect()
}

/// `.htaccess`: Apache, where `AllowOverride FileInfo` lets it.
fn apache(rules: &[Rule], missing: &str) -> String {
    let headers = |rule: &Rule| -> String {
        let line = |(name, value): &(&str, String)| format!("Header always set {name} \"{value}\"\n");
        rule.headers.iter().map(line).collect()
    };
    let rule = |rule: &Rule| match rule.ending {
        "" => format!("<IfModule mod_headers.c>\n{}</IfModule>\n", headers(rule)),
        ending => format!(
            "<FilesMatch \"{}$\">\nForceType \"{}\"\n<IfModule mod_headers.c>\n{}</IfModule>\n</FilesMatch>\n",
            ending.replace('.', "\\."),
            rule.media_type,
            headers(rule)
        ),
    };
    let files: String = rules.iter().map(rule).collect();
    format!("ErrorDocument 404 {missing}\n{files}")
}

/// `vercel.json`. Pages link to each other from folders, so an address without its slash is sent on.
fn vercel(rules: &[Rule]) -> Value {
    let rule = |rule: &Rule| {
        let kind = Some(("Content-Type", rule.media_type)).filter(|(_, value)| !value.is_empty());
        let headers = rule.headers.iter().map(|(name, value)| (*name, value.as_str())).chain(kind);
        let headers: Vec<Value> = headers.map(|(key, value)| json!({"key": key, "value": value})).collect();
        json!({"source": format!("/(.*){}", rule.ending.replace('.', "\\.")), "headers": headers})
    };
    json!({"trailingSlash": true, "headers": rules.iter().map(rule).collect::<Vec<_>>()})
}

/// `staticwebapp.config.json`: Azure Static Web Apps. The first route that fits a file adds its headers
/// to those of all files. A route knows how files end, and a type is that of all files of an ending: a feed has
/// there what any XML has, which readers take as well.
fn azure(rules: &[Rule], missing: &str) -> Value {
    let headers = |rule: &Rule| -> Value {
        rule.headers.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str()))).collect()
    };
    let special = || rules.iter().filter(|rule| !rule.ending.is_empty());
    let extension = |rule: &Rule| rule.ending.rfind('.').map_or("", |at| &rule.ending[at..]);
    let route = |rule| json!({"route": format!("/*{}", extension(rule)), "headers": headers(rule)});
    let routes: Vec<Value> = special().map(route).collect();
    let whole = special().filter(|rule| rule.ending.starts_with('.'));
    let types: Value = whole.map(|rule| (rule.ending.to_owned(), Value::from(rule.media_type))).collect();
    json!({
        "globalHeaders": rules.iter().find(|rule| rule.ending.is_empty()).map(headers),
        "routes": routes,
        "mimeTypes": types,
        "responseOverrides": {"404": {"rewrite": missing}},
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
