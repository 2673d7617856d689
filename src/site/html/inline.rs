//! A clause's words as HTML: its marks as elements, and its uses of defined terms as links.

use std::fmt::Write as _;
use std::ops::Range;

use super::{Links, escape, push_escaped};
use crate::policy::{Mark, Style};

/// A use of a defined term: its bytes, and how the page knows the term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermUse {
    /// In the clause's text.
    pub range: Range<usize>,
    /// A number of the page's own.
    pub term: usize,
    /// The definition, on this page.
    pub url: String,
}

/// What stands around some words.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Span<'a> {
    Style(&'a Style),
    Term(&'a TermUse),
}

impl Span<'_> {
    fn is_link(&self) -> bool {
        match self {
            Span::Style(style) => style.is_link(),
            Span::Term(_) => true,
        }
    }
}

/// Writes a range of a text with the marks on it, every tag closed within the range.
pub(in crate::site) fn inline(
    out: &mut String,
    text: &str,
    marks: &[Mark],
    range: Range<usize>,
    href: &dyn Fn(&str) -> Option<String>,
    links: &Links<'_>,
) {
    inline_with(out, text, (marks, &[]), range, href, links);
}

/// The same, with uses of defined terms. A use within a link is none: no link stands in another.
pub(super) fn inline_with(
    out: &mut String,
    text: &str,
    (marks, uses): (&[Mark], &[TermUse]),
    range: Range<usize>,
    href: &dyn Fn(&str) -> Option<String>,
    links: &Links<'_>,
) {
    if marks.is_empty() && uses.is_empty() {
        return push_escaped(out, &text[range], "<br>");
    }
    let last = range.end == text.len();
    // Marks are in the order of their starts: those that begin after the range are none of it.
    let marks = &marks[..marks.partition_point(|m| m.range.start <= range.end)];
    let free = |u: &&TermUse| {
        let covers = |m: &Mark| m.range.start < u.range.end && u.range.start < m.range.end;
        !marks.iter().any(|m| m.style.is_link() && covers(m))
    };
    let uses: Vec<&TermUse> = uses.iter().filter(|u| u.range.start < range.end).filter(free).collect();
    let mut cuts: Vec<usize> = marks.iter().flat_map(|m| [m.range.start, m.range.end]).collect();
    cuts.extend(uses.iter().flat_map(|u| [u.range.start, u.range.end]));
    cuts.extend([range.start, range.end]);
    cuts.retain(|c| range.start <= *c && *c <= range.end);
    cuts.sort_unstable();
    cuts.dedup();
    let mut open: Vec<Span<'_>> = Vec::new();
    let mut standing: Vec<&Mark> = Vec::new();
    let mut next = 0;
    for (i, start) in cuts.iter().enumerate() {
        let end = cuts.get(i + 1).copied().unwrap_or(range.end);
        let begun = next + marks[next..].partition_point(|m| m.range.start <= *start);
        standing.extend(&marks[next..begun]);
        standing.retain(|m| m.range.end > *start);
        next = begun;
        let used = uses.iter().find(|u| u.range.start <= *start && *start < u.range.end);
        let styles = standing.iter().map(|m| Span::Style(&m.style));
        let active: Vec<Span<'_>> =
            styles.chain(used.map(|u| Span::Term(u))).filter(|_| *start < end).collect();
        let common = open.iter().zip(&active).take_while(|(a, b)| a == b).count();
        close(out, &mut open, common, href);
        let from = marks[..next].partition_point(|m| m.range.start < *start);
        let here = |m: &&Mark| m.style.is_point() && (*start < range.end || last);
        for mark in marks[from..next].iter().filter(here) {
            // A reference to a footnote is a link, and no link stands in another.
            let around = open.iter().position(|s| mark.style.is_link() && s.is_link());
            close(out, &mut open, around.unwrap_or(usize::MAX), href);
            point(out, &mark.style, links);
        }
        for span in &active[open.len()..] {
            open_span(out, *span, href);
            open.push(*span);
        }
        push_escaped(out, &text[*start..end], "<br>");
    }
    close(out, &mut open, 0, href);
}

fn open_span(out: &mut String, span: Span<'_>, href: &dyn Fn(&str) -> Option<String>) {
    match span {
        Span::Style(style) => open_style(out, style, href),
        Span::Term(used) => {
            let url = escape(&used.url);
            let _ = write!(out, "<a class=\"term\" href=\"{url}\" data-term=\"{}\">", used.term);
        }
    }
}

fn open_style(out: &mut String, style: &Style, href: &dyn Fn(&str) -> Option<String>) {
    match style {
        Style::Strong => out.push_str("<strong>"),
        Style::Emphasis => out.push_str("<em>"),
        Style::Strike => out.push_str("<s>"),
        Style::Code => out.push_str("<code>"),
        Style::Link(target) => {
            let _ = match href(target) {
                Some(url) => write!(out, "<a href=\"{}\">", escape(&url)),
                None => write!(out, "<span class=\"dead-link\">"),
            };
        }
        Style::Image { .. } | Style::FootnoteRef(_) => {}
    }
}

fn close(out: &mut String, open: &mut Vec<Span<'_>>, keep: usize, href: &dyn Fn(&str) -> Option<String>) {
    while open.len() > keep {
        out.push_str(match open.pop() {
            Some(Span::Style(Style::Strong)) => "</strong>",
            Some(Span::Style(Style::Emphasis)) => "</em>",
            Some(Span::Style(Style::Strike)) => "</s>",
            Some(Span::Style(Style::Code)) => "</code>",
            Some(Span::Style(Style::Link(target))) if href(target).is_none() => "</span>",
            Some(Span::Style(Style::Link(_)) | Span::Term(_)) => "</a>",
            Some(Span::Style(Style::Image { .. } | Style::FootnoteRef(_))) | None => "",
        });
    }
}

fn point(out: &mut String, style: &Style, links: &Links<'_>) {
    match style {
        Style::Image { src, alt } => {
            let _ = match links.image(src) {
                Some(url) => write!(out, "<img src=\"{}\" alt=\"{}\">", escape(&url), escape(alt)),
                None => write!(out, "<span class=\"image\">{}</span>", escape(alt)),
            };
        }
        Style::FootnoteRef(label) => {
            let label = escape(label);
            let _ = write!(
                out,
                "<sup class=\"footnote-ref\"><a href=\"{}#fn:{label}\">{label}</a></sup>",
                links.whole
            );
        }
        _ => {}
    }
}
