//! Some clauses of a text, on a page that has not the whole of it.

use super::{Element, Frame, Labels, Links, heading_level, inline};
use crate::policy::Text;

/// Some clauses of a text that stands on another page: without places to link to. Headings among them
/// begin at level `top`.
pub fn excerpt(
    text: &Text,
    clauses: impl IntoIterator<Item = usize>,
    links: Links<'_>,
    labels: Labels<'_>,
    top: usize,
) -> String {
    let mut out = String::new();
    let mut frame = Frame::new(labels.table).of_another_page();
    let mut level = top - 1;
    for clause in clauses.into_iter().filter_map(|c| text.clauses.get(c)) {
        let element = Element::of(clause, heading_level(text, clause, false).clamp(top, level + 1));
        if let Element::Heading(own) = element {
            level = own;
        }
        let attributes = "class=\"clause\"";
        frame.enter(&mut out, &clause.path, &element, attributes);
        element.open(&mut out, attributes);
        element.content(&mut out, clause, |out, range| {
            let href = |link: &str| links.href(link, text);
            inline(out, &clause.content.text, &clause.content.marks, range, &href, &links);
        });
        element.close(&mut out);
    }
    frame.leave(&mut out, 0);
    out
}
