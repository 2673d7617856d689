//! What the preview adds to pages: a script that loads a page again when it has changed and says what is
//! wrong and what holds up publication, and the answers that script asks for. Nothing of it is ever published.
//!
//! The preview is for those who write, so its words are English like those of the command line.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::site::{Draft, Fault, Now};
use crate::diagnostic::{Listed, Report, Severity};
use crate::policy::excerpt::{Run, unmarked};
use crate::site::urls;

/// The addresses of the preview's own files. No file of a site begins so: `-` is no policy's id.
pub(super) const SCRIPT: &str = "/-/preview.js";
pub(super) const STYLE: &str = "/-/preview.css";
pub(super) const STATE: &str = "/-/state";
pub(super) const EVENTS: &str = "/-/events";

pub(super) const SCRIPT_TEXT: &str = include_str!("panel/preview.js");
pub(super) const STYLE_TEXT: &str = include_str!("panel/preview.css");

/// How much is told one by one.
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

/// What is told of a place in a file, by what it stops; the first is worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sort {
    /// The preview stays as it was.
    Mistake,
    /// The version is not published before this is done.
    Held,
    /// Nor is this draft, which may be unfinished.
    Unfinished,
    Warning,
}

impl Sort {
    fn name(self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::Held => "held",
            Self::Unfinished => "unfinished",
            Self::Warning => "warning",
        }
    }
}

/// What the script asks for: whether the page is still this one, what is wrong, what holds up publication,
/// and what is being drafted. Of policies that the page is not of nobody asks what holds them up; of no
/// policy's page, of all.
pub(super) fn state(now: &Now, at: &At, run: &str) -> Vec<u8> {
    let base = now.preview.as_ref().map_or("/", |preview| preview.base_path());
    let (told, unjudged) = match now.desks.told(at.policy.as_deref()) {
        Ok(told) => (told, None),
        Err(fault) => (Vec::new(), Some(fault)),
    };
    let held = || told.iter().map(|told| &told.held);
    let mut found = sorted(&now.report, Sort::Mistake, Sort::Warning);
    found.extend(held().flat_map(|held| sorted(held, Sort::Held, Sort::Unfinished)));
    found.extend(told.iter().flat_map(|told| sorted(&told.advice, Sort::Warning, Sort::Warning)));
    let count = |wanted| found.iter().filter(|(sort, _)| *sort == wanted).count();
    let counts = [Sort::Mistake, Sort::Held, Sort::Unfinished, Sort::Warning].map(count);
    let all = found.len();
    let own = |found: &Listed<'_>| {
        let within = |id: &String| found.file.rsplit('/').nth(1) == Some(id.as_str());
        at.policy.as_ref().is_some_and(within)
    };
    // Whoever is on a page looks for what is wrong with its text; but mistakes anywhere keep it old.
    found.sort_by_key(|(sort, found)| (*sort != Sort::Mistake, !own(found), *sort));
    found.truncate(LISTED);
    let mut listed: Vec<Value> = found.iter().map(|(sort, found)| drawn(*sort, found)).collect();
    for (file, lines) in held().flat_map(Report::pastes) {
        // Below all that it is about.
        let is_about = |(sort, found): &(Sort, Listed<'_>)| {
            found.file == file && matches!(sort, Sort::Held | Sort::Unfinished)
        };
        if let Some(last) = found.iter().rposition(is_about) {
            listed[last]["paste"] = json!({ "file": file, "lines": lines });
        }
    }
    let drafts = now.preview.iter().flat_map(|preview| preview.drafts());
    let state = json!({
        "token": at.token(run),
        "stale": now.is_stale(),
        "failure": now.failure,
        "unjudged": unjudged,
        "mistakes": counts[0],
        "held": counts[1],
        "unfinished": counts[2],
        "warnings": counts[3],
        "found": listed,
        "more": all - found.len(),
        "drafts": drafts.map(|draft| draft_at(draft, base, at)).collect::<Vec<_>>(),
    });
    state.to_string().into_bytes()
}

fn sorted(report: &Report, error: Sort, warning: Sort) -> Vec<(Sort, Listed<'_>)> {
    let sort = |found: &Listed<'_>| if found.severity == Severity::Error { error } else { warning };
    report.listed().map(|found| (sort(&found), found)).collect()
}

fn drawn(sort: Sort, found: &Listed<'_>) -> Value {
    let stretch = |run: &Run| match run {
        Run::Keep(text) => json!(["", text]),
        Run::Delete(text) => json!(["-", text]),
        Run::Insert(text) => json!(["+", text]),
    };
    // A redline shows the words that the line of the file would show again.
    let source = found.source.filter(|_| found.evidence.is_empty());
    json!({
        "sort": sort.name(),
        "place": place(found),
        "code": found.code,
        "message": found.message,
        "hint": found.hint,
        "source": source.map(|source| around(source, found.column)),
        "evidence": unmarked(found.evidence).iter().map(stretch).collect::<Vec<_>>(),
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

fn draft_at(draft: &Draft, base: &str, at: &At) -> Value {
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
