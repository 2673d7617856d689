//! Tables of contents that were typed: pages make their own, and a typed one falls behind.

use std::collections::BTreeMap;

use super::{Reading, squeezed};
use crate::diagnostic::Diagnostic;
use crate::policy::{ClauseKind, ContainerKind};

/// A list of fewer items is no table of contents.
const ITEMS: usize = 3;

pub(super) fn contents(reading: &Reading<'_>) -> Option<Diagnostic> {
    let text = reading.subject.text;
    let titles: Vec<String> = text
        .sections
        .iter()
        .filter_map(|s| text.clauses.get(s.heading?))
        .map(|c| squeezed(&c.content.text[c.content.number_len..]))
        .collect();
    let mut lists: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (i, clause) in text.clauses.iter().enumerate().filter(|(_, c)| c.kind == ClauseKind::Item) {
        let list = clause.path.iter().find(|c| matches!(c.kind, ContainerKind::List { .. }));
        if let Some(list) = list {
            lists.entry(list.number).or_default().push(i);
        }
    }
    let is_title = |i: &usize| {
        let content = &text.clauses[*i].content;
        let said = squeezed(&content.text[content.number_len..]);
        !said.is_empty() && titles.contains(&said)
    };
    let typed = |items: &Vec<usize>| {
        let known = items.iter().filter(|i| is_title(i)).count();
        known >= ITEMS && known * 3 >= items.len() * 2
    };
    let items = lists.into_values().find(typed)?;
    let first = text.clauses.get(*items.first()?)?;
    let line =
        reading.subject.file.get(first.span.clone()).unwrap_or_default().lines().next().unwrap_or_default();
    Some(Diagnostic::warning(
        "typed-contents",
        first.span.start..first.span.start + line.trim_end().len(),
        format!("this list of {} titles is a table of contents, and every page makes its own", items.len()),
        "delete the list: the page's own follows the headings, and this one has to be kept by hand",
    ))
}
