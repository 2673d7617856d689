//! What the preview adds to pages: a script that loads a page again when it has changed and says what is
//! wrong, and the answers that script asks for. Nothing of it is ever published.
//!
//! The preview is for those who write, so its words are English like those of the command line.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::site::{Draft, Fault, Now};
use crate::diagnostic::{Listed, Severity};
use crate::site::urls;

/// The addresses of the preview's own files. No file of a site begins so: `-` is no policy's id.
pub(super) const SCRIPT: &str = "/-/preview.js";
pub(super) const STYLE: &str = "/-/preview.css";
pub(super) const STATE: &str = "/-/state";
pub(super) const EVENTS: &str = "/-/events";

pub(super) const SCRIPT_TEXT: &str = include_str!("panel/preview.js");
pub(super) const STYLE_TEXT: &str = include_str!("panel/preview.css");

/// How many mistakes are told one by one.
const LISTED: usize = 100;

/// A page that somebody is on.
pub(super) struct At {
    /// The file it is stored in.
    stored: String,
    /// The policy it is of.
    policy: Option<String>,
    /// Changes whenever the page may have changed.
    number: u64,
}

impl At {
    /// The page of an address as it stands in a request.
    pub(super) fn of(now: &Now, path: &str) -> Self {
        let Some(preview) = &now.preview else { return Self::nowhere(now) };
        let path = super::http::decoded(path).unwrap_or_default();
        let stored = urls::file(path.strip_prefix(preview.base_path()).unwrap_or_default());
        let policy = preview.policy(&stored).map(str::to_owned);
        Self { number: preview.number(&stored), policy, stored }
    }

    /// No page of the site.
    pub(super) fn nowhere(now: &Now) -> Self {
        Self { stored: String::new(), policy: None, number: now.number }
    }

    fn token(&self, run: &str) -> String {
        format!("{run}-{}", self.number)
    }

    fn script(&self, run: &str, more: &str) -> String {
        format!(
            "<script type=\"module\" src=\"{SCRIPT}\" data-token=\"{}\"{more}></script>\n",
            escaped(&self.token(run))
        )
    }
}

/// A page with the preview's script in it.
pub(super) fn with_panel(page: &[u8], at: &At, run: &str) -> Vec<u8> {
    let end = b"</head>";
    // A frame of somebody's own may have no head; there the script comes last.
    let place = page.windows(end.len()).position(|part| part == end).unwrap_or(page.len());
    let mut out = page[..place].to_vec();
    out.extend(at.script(run, "").into_bytes());
    out.extend(&page[place..]);
    out
}

/// What the script asks for: whether the page is still this one, what is wrong, and what is being drafted.
pub(super) fn state(now: &Now, at: &At, run: &str) -> Vec<u8> {
    let base = now.preview.as_ref().map_or("/", |preview| preview.base_path());
    let mut mistakes: Vec<Listed<'_>> = now.report.listed().collect();
    let own = |found: &Listed<'_>| {
        let within = |id: &String| found.file.rsplit('/').nth(1) == Some(id.as_str());
        at.policy.as_ref().is_some_and(within)
    };
    // Whoever is on a page looks for what is wrong with its text.
    mistakes.sort_by_key(|found| (found.severity, !own(found)));
    let drafts = now.preview.iter().flat_map(|preview| preview.drafts());
    let drafts: Vec<Value> = drafts.map(|draft| drawn(draft, base, at)).collect();
    let state = json!({
        "token": at.token(run),
        "stale": now.is_stale(),
        "failure": now.failure,
        "errors": now.report.errors(),
        "warnings": now.report.warnings(),
        "mistakes": mistakes.iter().take(LISTED).map(told).collect::<Vec<_>>(),
        "more": mistakes.len().saturating_sub(LISTED),
        "drafts": drafts,
    });
    state.to_string().into_bytes()
}

fn told(found: &Listed<'_>) -> Value {
    json!({
        "place": place(found),
        "error": found.severity == Severity::Error,
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
        "source": found.source.map(|source| around(source, found.column)),
    })
}

/// `content/privacy/2025-06-15.md:12:5`
fn place(found: &Listed<'_>) -> String {
    match found.source {
        Some(_) => format!("{}:{}:{}", found.file, found.line, found.column),
        None => found.file.to_owned(),
    }
}

/// A paragraph of a policy is one line: what is shown is the part around a column.
fn around(line: &str, column: usize) -> String {
    const BEFORE: usize = 40;
    const ALL: usize = 140;
    let from = column.saturating_sub(1 + BEFORE);
    let mut part: String = line.chars().skip(from).take(ALL).collect();
    if from > 0 {
        part.insert(0, '…');
    }
    if line.chars().nth(from + ALL).is_some() {
        part.push('…');
    }
    part
}

fn drawn(draft: &Draft, base: &str, at: &At) -> Value {
    let address = |address: &String| format!("{base}{address}");
    json!({
        "title": draft.title,
        "version": draft.version,
        "url": address(&draft.address),
        "redline": draft.redline.as_ref().map(address),
        "here": at.policy.as_ref() == Some(&draft.policy),
        "page": at.stored == urls::file(&draft.address),
    })
}

/// The page in place of a site that could not be made yet.
pub(super) fn without_site(now: &Now, at: &At, run: &str) -> Vec<u8> {
    let report = now.report.human(false);
    let told = now.failure.as_deref().into_iter().chain([report.as_str()]).filter(|text| !text.is_empty());
    let told: Vec<&str> = told.collect();
    let lead = "This page shows the site as soon as this is mended. It need not be loaded again by hand.";
    bare("There is no site to show yet", lead, &told.join("\n\n"), &at.script(run, " data-bare"))
}

/// The page in place of one that cannot be made.
pub(super) fn failed(fault: &Fault, at: &At, run: &str) -> Vec<u8> {
    let lead = "This page is shown again as soon as this is mended. It need not be loaded again by hand.";
    bare("This page cannot be made", lead, fault, &at.script(run, ""))
}

fn bare(title: &str, lead: &str, text: &str, script: &str) -> Vec<u8> {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"{STYLE}\">\n{script}</head>\n\
         <body class=\"bare\">\n<main>\n<h1>{title}</h1>\n<p>{lead}</p>\n<pre>{}</pre>\n</main>\n</body>\n</html>\n",
        escaped(text)
    )
    .into_bytes()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // What would change the direction or the place of what comes after it is named instead.
            c if c.is_control() && c != '\n' => drop(write!(out, "U+{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_goes_into_the_head_or_last() {
        let at = At { stored: String::new(), policy: None, number: 7 };
        let script = "<script type=\"module\" src=\"/-/preview.js\" data-token=\"r-7\"></script>\n";
        let with = |page: &str| String::from_utf8(with_panel(page.as_bytes(), &at, "r")).unwrap();
        assert_eq!(with("<head>x</head>y</head>"), format!("<head>x{script}</head>y</head>"));
        assert_eq!(with("<p>no head"), format!("<p>no head{script}"));
    }

    #[test]
    fn a_long_line_is_shown_around_its_mistake() {
        assert_eq!(around("short", 3), "short");
        let line = format!("{}here{}", "é".repeat(300), "x".repeat(300));
        let shown = around(&line, 301);
        assert!(shown.starts_with("…é") && shown.ends_with("x…") && shown.contains("éhere"), "{shown}");
    }

    #[test]
    fn texts_make_no_markup() {
        let page = String::from_utf8(bare("T", "L", "<script>&\"'\u{1b}", "")).unwrap();
        assert!(page.contains("<pre>&lt;script&gt;&amp;&quot;&#39;U+001B</pre>"), "{page}");
    }
}
