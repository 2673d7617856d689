//! A whole page as markdown, and what in it is no part of its text.
//!
//! Nothing of what a page shows is left out: it is a [`Piece`] that is kept, or one that says in what
//! it stood. The text is what `main` holds, else `article`, else what is left of the page without the
//! elements that pages keep their menus, notices and forms in.

use super::convert::{BOX, END, HEAD, boxed};
use super::depth;

/// Elements that are told apart.
const BOXES: [&str; 18] = [
    "nav", "header", "footer", "aside", "main", "article", "section", "div", "form", "fieldset", "dialog",
    "button", "select", "textarea", "label", "noscript", "search", "menu",
];

/// Elements that show no words.
const SKIPPED: [&str; 14] = [
    "script", "style", "template", "svg", "iframe", "object", "embed", "audio", "video", "canvas", "math",
    "head", "input", "map",
];

/// Elements and roles that hold no text of a document.
const NEVER: [&str; 12] = [
    "nav", "footer", "aside", "dialog", "button", "select", "textarea", "label", "noscript", "search",
    "menu", "header",
];
const ROLES: [&str; 8] =
    ["navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog", "menu"];

/// Parts of the names that pages give to what stands on all of them.
const NAMES: [&str; 24] = [
    "cookie",
    "consent",
    "breadcrumb",
    "breadcrumbs",
    "navbar",
    "navigation",
    "nav",
    "menu",
    "sidebar",
    "footer",
    "share",
    "sharing-buttons",
    "social",
    "newsletter",
    "subscribe",
    "related",
    "comments",
    "skip",
    "skip-link",
    "toolbar",
    "popup",
    "modal",
    "masthead",
    "topbar",
];

/// A page, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// What its window is called.
    pub title: Option<String>,
    /// All that it shows, in order.
    pub pieces: Vec<Piece>,
    /// Whether it was nested too deep to be told apart.
    pub flat: bool,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its text as markdown.
    pub text: String,
    /// What it stood in, where it is no part of the page's text: `nav`.
    pub aside: Option<String>,
}

/// Takes a page apart.
pub fn page(html: &str) -> Page {
    let title = title(html);
    let shown = without_code(html);
    let Some(marked) = boxed(&shown, &BOXES, &SKIPPED) else {
        let pieces = vec![Piece { text: depth::flatten(&shown), aside: None }];
        return Page { title, pieces, flat: true };
    };
    let root = tree(&marked);
    let mut pieces = Vec::new();
    let all = root.words();
    let main = root.largest(|part| part.tag == "main" || part.role == "main").filter(|n| n.1 * 3 >= all);
    let text = main.or_else(|| root.largest(|part| part.tag == "article").filter(|n| n.1 * 2 >= all));
    match text {
        Some((chosen, _)) => root.split(chosen, &mut pieces),
        None => root.told(None, all, &mut pieces),
    }
    pieces.retain(|piece| !piece.text.trim().is_empty());
    Page { title, pieces, flat: false }
}

/// What a page shows, without its tags: for holding against what was made of it.
pub fn visible(html: &str) -> String {
    depth::flatten(&without_code(html))
}

/// The title of the window, its characters still as HTML writes them.
fn title(html: &str) -> Option<String> {
    let lower = html.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let from = start + lower[start..].find('>')? + 1;
    let to = from + lower[from..].find("</title")?;
    let words = html[from..to].split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then_some(words)
}

/// HTML without comments and without what is code and no text.
fn without_code(html: &str) -> String {
    // ASCII letters alone become small, so places stay what they are.
    let lower = html.to_ascii_lowercase();
    let mut out = String::with_capacity(html.len());
    let mut at = 0;
    while let Some(next) = lower[at..].find('<') {
        let start = at + next;
        out.push_str(&html[at..start]);
        let rest = &lower[start..];
        let end = if let Some(comment) = rest.strip_prefix("<!--") {
            comment.find("-->").map(|end| end + "<!---->".len())
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            rest.find('>').map(|end| end + 1)
        } else {
            let code = ["script", "style", "template", "svg", "title"].into_iter().find(|name| {
                let after = rest[1..].strip_prefix(name);
                after.is_some_and(|after| after.starts_with([' ', '>', '\n', '\t', '/']))
            });
            code.and_then(|name| rest.find(&format!("</{name}")))
                .map(|close| close + rest[close..].find('>').map_or(rest.len() - close, |end| end + 1))
        };
        match end {
            Some(len) => at = start + len,
            None => {
                out.push('<');
                at = start + 1;
            }
        }
    }
    out + &html[at..]
}

/// An element that is told apart, with what stands in it.
#[derive(Debug, Default)]
struct Part {
    tag: String,
    role: String,
    names: String,
    hidden: bool,
    content: Vec<Content>,
}

#[derive(Debug)]
enum Content {
    Words(String),
    Part(Part),
}

/// Reads the marks of a page.
fn tree(marked: &str) -> Part {
    let mut open = vec![Part::default()];
    let mut rest = marked;
    let words = |open: &mut Vec<Part>, text: &str| {
        if let Some(part) = open.last_mut().filter(|_| !text.trim().is_empty()) {
            part.content.push(Content::Words(text.trim_matches('\n').to_owned()));
        }
    };
    while let Some(at) = rest.find([BOX, END]) {
        words(&mut open, &rest[..at]);
        let opens = rest[at..].starts_with(BOX);
        rest = &rest[at + BOX.len_utf8()..];
        if opens {
            let end = rest.find(HEAD).unwrap_or(rest.len());
            let mut fields = rest[..end].split('|').map(str::to_owned);
            let mut field = || fields.next().unwrap_or_default();
            let (tag, role, names) = (field(), field(), field());
            open.push(Part { tag, role, names, hidden: field() == "true", content: Vec::new() });
            rest = rest[end..].strip_prefix(HEAD).unwrap_or_default();
        } else if open.len() > 1
            && let Some(part) = open.pop()
            && let Some(outer) = open.last_mut()
        {
            outer.content.push(Content::Part(part));
        }
    }
    words(&mut open, rest);
    while open.len() > 1
        && let Some(part) = open.pop()
        && let Some(outer) = open.last_mut()
    {
        outer.content.push(Content::Part(part));
    }
    open.pop().unwrap_or_default()
}

impl Part {
    fn words(&self) -> usize {
        let of = |content: &Content| match content {
            Content::Words(text) => text.split_whitespace().count(),
            Content::Part(part) => part.words(),
        };
        self.content.iter().map(of).sum()
    }

    /// The largest element of a kind, and how many words it has.
    fn largest(&self, is: fn(&Self) -> bool) -> Option<(&Self, usize)> {
        let inside = self.content.iter().filter_map(|content| match content {
            Content::Words(_) => None,
            Content::Part(part) if is(part) => Some((part, part.words())),
            Content::Part(part) => part.largest(is),
        });
        inside.max_by_key(|(_, words)| *words)
    }

    /// What it is called, if it holds no text of a document. `inside` says whether it stands in what does.
    fn aside(&self, inside: bool, all: usize) -> Option<String> {
        let role = ROLES.contains(&self.role.as_str()).then(|| self.role.clone());
        // A document may have a head and a foot of its own.
        let own = inside && matches!(self.tag.as_str(), "header" | "footer" | "label");
        let tag = (NEVER.contains(&self.tag.as_str()) && !own).then(|| self.tag.clone());
        let names = self.names.split_whitespace();
        // A wrapper around all of it may be called after one of its parts.
        let small = self.words() * 3 < all;
        let named =
            || names.into_iter().find(|name| is_named(name)).filter(|_| small && !inside || is_loud(self));
        let hidden = (self.hidden && small).then(|| "hidden".to_owned());
        role.or(tag).or(hidden).or_else(|| named().map(|name| format!("{} {name}", self.tag)))
    }

    /// All of it, with what it stands in.
    fn told(&self, aside: Option<&str>, all: usize, pieces: &mut Vec<Piece>) {
        self.pieces(aside, all, false, pieces);
    }

    fn pieces(&self, aside: Option<&str>, all: usize, inside: bool, pieces: &mut Vec<Piece>) {
        for content in &self.content {
            match content {
                Content::Words(text) => {
                    pieces.push(Piece { text: text.clone(), aside: aside.map(str::to_owned) });
                }
                Content::Part(part) => {
                    let own = aside.map(str::to_owned).or_else(|| part.aside(inside, all));
                    let inside =
                        inside || matches!(part.tag.as_str(), "main" | "article") || part.role == "main";
                    part.pieces(own.as_deref(), all, inside, pieces);
                }
            }
        }
    }

    /// What the chosen element holds is the text; all around it is not.
    fn split(&self, chosen: &Self, pieces: &mut Vec<Piece>) {
        for content in &self.content {
            match content {
                Content::Part(part) if std::ptr::eq(part, chosen) => {
                    part.pieces(None, part.words(), true, pieces)
                }
                Content::Part(part) if part.holds(chosen) => part.split(chosen, pieces),
                Content::Part(part) => {
                    let name = part.aside(false, usize::MAX).unwrap_or_else(|| part.tag.clone());
                    part.pieces(Some(&name), 0, false, pieces);
                }
                Content::Words(text) => {
                    let outside = Some(format!("outside of {}", chosen.tag));
                    pieces.push(Piece { text: text.clone(), aside: outside });
                }
            }
        }
    }

    fn holds(&self, wanted: &Self) -> bool {
        self.content.iter().any(|content| match content {
            Content::Words(_) => false,
            Content::Part(part) => std::ptr::eq(part, wanted) || part.holds(wanted),
        })
    }
}

fn is_named(name: &str) -> bool {
    NAMES.iter().any(|word| name == *word || name.split(['-', '_']).any(|part| part == *word))
}

/// What asks for something, wherever it stands.
fn is_loud(part: &Part) -> bool {
    ["cookie", "newsletter", "share", "social", "breadcrumb", "breadcrumbs", "skip-link"]
        .iter()
        .any(|word| part.names.split([' ', '-', '_']).any(|name| name == *word))
        && part.words() < 80
}
