//! How deep HTML is nested, and what is left of it where that is too deep: readers of HTML call
//! themselves for each level, and no policy comes near the bounds.

use std::collections::BTreeMap;
use std::rc::Rc;

use htmd::Node;

use super::BLOCKS;
use super::tag::tag;

/// Levels of elements in what is converted.
const MAX_DEPTH: usize = 64;

/// Tags that may be open at a time before the text is given to html5ever at all.
const MAX_OPEN: usize = 256;

/// Tags that html5ever opens again in each paragraph until they are closed, and how often it may.
const REOPENED: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];
const MAX_REOPENED: usize = 200_000;

/// Tags that another of their kind closes, so that many of them may stand open side by side.
const CLOSED_BY_OTHERS: [&str; 14] =
    ["p", "li", "td", "th", "tr", "dt", "dd", "thead", "tbody", "tfoot", "colgroup", "option", "rt", "rp"];

/// Whether so many tags are open at a time that merely building the tree would take too long.
pub(super) fn too_many_open(html: &str) -> bool {
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    let (mut all, mut reopened, mut work) = (0usize, 0usize, 0usize);
    let mut rest = html;
    while let Some(next) = rest.find('<') {
        rest = &rest[next..];
        let Some(tag) = tag(rest) else {
            rest = &rest[1..];
            continue;
        };
        rest = &rest[tag.len..];
        // A slash at its end closes no tag but those that never hold anything.
        if CLOSED_BY_OTHERS.contains(&tag.name.as_str()) || tag.literal() || tag.empty() {
            work += reopened;
        } else if !tag.closing {
            work += reopened;
            all += 1;
            reopened += usize::from(REOPENED.contains(&tag.name.as_str()));
            *open.entry(tag.name).or_default() += 1;
        } else if let Some(n) = open.get_mut(&tag.name).filter(|n| **n > 0) {
            *n -= 1;
            all -= 1;
            reopened -= usize::from(REOPENED.contains(&tag.name.as_str()));
        }
        if all > MAX_OPEN || work > MAX_REOPENED {
            return true;
        }
    }
    false
}

/// Whether a tree is too deep to be walked.
pub(super) fn too_deep(tree: &Rc<Node>) -> bool {
    let mut level = vec![Rc::clone(tree)];
    // The document, `html` and `body` come on top.
    for _ in 0..MAX_DEPTH + 3 {
        level = level.iter().flat_map(|node| node.children.borrow().clone()).collect();
        if level.is_empty() {
            return false;
        }
    }
    true
}

/// The text of HTML without its tags: what was a block is a paragraph.
pub(super) fn flatten(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(next) = rest.find('<') {
        out.push_str(&rest[..next]);
        rest = &rest[next..];
        let len = match tag(rest) {
            Some(tag) if !tag.literal() => {
                let block = BLOCKS.contains(&tag.name.as_str())
                    || ["li", "td", "th", "dt", "dd", "caption", "br"].contains(&tag.name.as_str());
                out.push_str(if block { "\n\n" } else { "" });
                tag.len
            }
            None if rest.starts_with("<!--") => rest.find("-->").map_or(4, |n| n + 3),
            _ => {
                out.push_str("\\<");
                1
            }
        };
        rest = &rest[len..];
    }
    out.push_str(rest);
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let mut text = String::with_capacity(out.len());
    for (at, line) in lines.iter().enumerate() {
        if !line.is_empty() || at > 0 && !lines[at - 1].is_empty() {
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}
