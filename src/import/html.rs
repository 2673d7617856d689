//! A page, made into versions: what in it is text becomes markdown, and is then read like any text;
//! what stands on every page of the site is cut, element by element.

use super::text::{Shape, repaired, settle};
use super::{Asked, Finding, Imported, Line, Why, plain};
use crate::policy::html::page::{page, visible};
use crate::policy::markdown;

/// Makes versions of a page.
pub fn import(html: &str, asked: &Asked) -> Imported {
    let (html, mut notes) = repaired(html, asked);
    let page = page(&html);
    if page.flat {
        let message =
            "this page is nested too deep: only its words are kept, and nothing tells its menus apart";
        notes.findings.push(Finding::doubt("html", vec![], message));
    }
    let mut places = Places::new(&html);
    let mut lines = Vec::new();
    for piece in &page.pieces {
        lines.push(Line::new(places.last(), ""));
        for text in piece.text.lines() {
            let number = places.find(text);
            let cut = piece.aside.clone().map(Why::Element);
            lines.push(Line { cut, ..Line::new(number, text) });
        }
    }
    links(&mut lines, asked.url.as_deref(), &mut notes.findings);
    if let Some(title) = page.title {
        notes.window = Some(decoded(&title)).filter(|title| !title.is_empty());
    }
    let shown = decoded(&visible(&html));
    settle(lines, &shown, asked, &mut notes, Some(Shape::Markdown))
}

/// The words of a text with characters that are written by name.
fn decoded(text: &str) -> String {
    let (text, _) = markdown::parse(text, 0..text.len(), markdown::Options { imported: true });
    text.clauses.into_iter().map(|clause| clause.content.text).collect::<Vec<_>>().join("\n")
}

/// Finds lines of the text in the page, one after another.
struct Places<'a> {
    html: &'a str,
    at: usize,
    line: usize,
}

impl<'a> Places<'a> {
    fn new(html: &'a str) -> Self {
        // What stands above the body is not shown.
        let at = html.find("<body").unwrap_or(0);
        Self { html, at, line: html[..at].matches('\n').count() + 1 }
    }

    fn last(&self) -> usize {
        self.line
    }

    /// The line of the page where a text begins, or the last that was found.
    fn find(&mut self, text: &str) -> usize {
        let words = plain(text);
        let bare = |c: char| !(c.is_alphanumeric() || c == ' ' || c == ',' || c == '-');
        let run = words.split(bare).max_by_key(|run| run.len()).unwrap_or_default().trim();
        let start: String = run.split(' ').take(4).collect::<Vec<_>>().join(" ");
        if start.len() < 4 {
            return self.line;
        }
        // Words may be parted by the end of a line in the page.
        let found = self.html[self.at..].find(&start).or_else(|| {
            let first = start.split(' ').max_by_key(|word| word.len()).filter(|word| word.len() > 5)?;
            self.html[self.at..].find(first)
        });
        if let Some(found) = found {
            self.line += self.html[self.at..self.at + found].matches('\n').count();
            self.at += found;
        }
        self.line
    }
}

/// Makes links absolute, as they lead elsewhere from here; says how many there are where it cannot.
fn links(lines: &mut [Line], base: Option<&str>, findings: &mut Vec<Finding>) {
    let mut relative = Vec::new();
    for line in lines.iter_mut() {
        let mut out = String::new();
        let mut rest = line.text.as_str();
        while let Some(at) = rest.find("](") {
            let start = at + 2;
            let end = rest[start..].find([')', ' ']).map_or(rest.len(), |end| start + end);
            let target = rest[start..end].trim_matches(['<', '>']);
            out.push_str(&rest[..start]);
            match is_relative(target).then(|| base.and_then(|base| join(base, target))) {
                None => out.push_str(&rest[start..end]),
                Some(joined) => {
                    if line.cut.is_none() {
                        relative.push(line.number);
                    }
                    out.push_str(&joined.unwrap_or_else(|| rest[start..end].to_owned()));
                }
            }
            rest = &rest[end..];
        }
        line.text = out + rest;
    }
    let count = match relative.len() {
        1 => "1 link".to_owned(),
        n => format!("{n} links"),
    };
    match base {
        _ if relative.is_empty() => {}
        Some(base) => {
            let message = format!("{count} made absolute, from {base}");
            findings.push(Finding::done("links", relative, message));
        }
        None => {
            let message = format!("{count} relative: say where the page was, `--url https://…`");
            findings.push(Finding::doubt("links", relative, message));
        }
    }
}

fn is_relative(target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default().contains(':');
    !target.is_empty() && !scheme && !target.starts_with('#')
}

/// Where a relative link leads from a page.
fn join(base: &str, target: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    if let Some(host) = target.strip_prefix("//") {
        return Some(format!("{scheme}://{host}"));
    }
    let root = format!("{scheme}://{host}");
    if target.starts_with('/') {
        return Some(root + target);
    }
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    let mut rest = target;
    while let Some((first, more)) = rest.split_once('/').filter(|(first, _)| matches!(*first, "." | "..")) {
        if first == ".." {
            folders.pop();
        }
        rest = more;
    }
    let folders = folders.iter().map(|folder| format!("/{folder}")).collect::<String>();
    Some(if target.starts_with('?') {
        format!("{root}/{path}{target}")
    } else {
        format!("{root}{folders}/{rest}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_joined() {
        for (target, want) in [
            ("/terms", "https://a.example/terms"),
            ("terms", "https://a.example/legal/terms"),
            ("../terms#x", "https://a.example/terms#x"),
            ("./terms", "https://a.example/legal/terms"),
            ("//b.example/x", "https://b.example/x"),
            ("?page=2", "https://a.example/legal/privacy?page=2"),
        ] {
            assert_eq!(join("https://a.example/legal/privacy?x#y", target).as_deref(), Some(want));
        }
        assert_eq!(join("https://a.example", "terms").as_deref(), Some("https://a.example/terms"));
    }
}
