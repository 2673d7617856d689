//! The redline of one change by itself, for a page of another text.

use super::order::Shown;
use super::writer::{Writer, classes};
use crate::policy::history::Comparison;
use crate::site::html::{Element, Links, escape};
use crate::site::messages::Messages;

/// The redline of one change by itself, without its number: it stands beside a text of another
/// language, where headings are none of that text.
pub fn one(comparison: &Comparison<'_>, change: usize, links: Links<'_>, messages: &Messages) -> String {
    let mut out = String::new();
    let Some(entry) = comparison.diff.changes.get(change) else { return out };
    let writer = Writer::new(comparison, &[], links, messages);
    for item in &writer.items {
        let part = match item.shown {
            Shown::New { change: of, part } | Shown::Removed { change: of, part } if of == change => part,
            _ => continue,
        };
        let element = match Element::of(item.clause, 2) {
            Element::Heading(_) | Element::Inside | Element::Term => Element::Paragraph,
            other => other,
        };
        let row = matches!(element, Element::Row { .. });
        out.push_str(if row { "<table><tbody>" } else { "" });
        element.open(&mut out, &format!("class=\"clause {}\"", classes(entry, part, false)));
        writer.content(&mut out, &element, item, entry, (change, part), "");
        element.close(&mut out);
        out.push_str(if row { "</tbody></table>" } else { "" });
    }
    // What is said of a change is said in the language of the page.
    let (tag, dir) = (escape(&messages.tag), escape(&messages.dir));
    out.replace(
        "<span class=\"change-note",
        &format!("<span lang=\"{tag}\" dir=\"{dir}\" class=\"change-note"),
    )
}
