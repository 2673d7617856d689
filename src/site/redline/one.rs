//! The redline of one change by itself, for a page of another text.

use std::cell::Cell;
use std::collections::BTreeMap;

use super::{Element, Links, Writer, classes, escape};
use crate::policy::history::Comparison;
use crate::site::messages::Messages;

/// The redline of one change by itself, without its number: it stands beside a text of another
/// language, where headings are none of that text.
pub fn one(comparison: &Comparison<'_>, change: usize, links: Links<'_>, messages: &Messages) -> String {
    let mut out = String::new();
    let Some(entry) = comparison.diff.changes.get(change) else { return out };
    let writer = Writer {
        comparison,
        numbers: &[],
        links,
        messages,
        containers: BTreeMap::new(),
        level: Cell::new(2),
        whole: None,
    };
    let (text, clauses) =
        if entry.new.is_empty() { (comparison.old, &entry.old) } else { (comparison.new, &entry.new) };
    for (part, index) in clauses.iter().enumerate() {
        let Some(clause) = text.clauses.get(*index) else { continue };
        let element = match Element::of(clause, 2) {
            Element::Heading(_) | Element::Inside | Element::Term => Element::Paragraph,
            other => other,
        };
        let row = matches!(element, Element::Row { .. });
        out.push_str(if row { "<table><tbody>" } else { "" });
        element.open(&mut out, &format!("class=\"clause {}\"", classes(entry)));
        if entry.new.is_empty() {
            writer.whole(&mut out, &element, "", text, clause, "del");
        } else {
            writer.new_content(&mut out, &element, "", entry, part);
        }
        element.close(&mut out);
        out.push_str(if row { "</tbody></table>" } else { "" });
    }
    // What is said of a change is said in the language of the page.
    let (tag, dir) = (escape(&messages.tag), escape(&messages.dir));
    out.replace(
        "<span class=\"change-note\">",
        &format!("<span class=\"change-note\" lang=\"{tag}\" dir=\"{dir}\">"),
    )
}
