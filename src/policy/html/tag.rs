//! A tag as it stands in the text, and what sort of tag it is.

/// Tags that say what markdown can say, so that nothing is lost and nobody need be told.
const SAID: [&str; 38] = [
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "p",
    "blockquote",
    "pre",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "br",
    "strong",
    "b",
    "em",
    "i",
    "cite",
    "dfn",
    "var",
    "del",
    "s",
    "strike",
    "code",
    "kbd",
    "a",
    "img",
];

/// Tags that run, load or ask for something.
pub(super) const ACTIVE: [&str; 17] = [
    "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button",
    "select", "textarea", "link", "meta", "base", "svg",
];

/// A tag as it stands in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::policy) struct Tag {
    /// Lower case.
    pub(in crate::policy) name: String,
    /// `</name>`
    pub(in crate::policy) closing: bool,
    /// `<name/>`, or a tag that never has content.
    pub(in crate::policy) alone: bool,
    /// Lower-case name and value, in order.
    pub(in crate::policy) attributes: Vec<(String, String)>,
    /// How many bytes it takes.
    pub(in crate::policy) len: usize,
}

impl Tag {
    /// The value of an attribute.
    pub(in crate::policy) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// What is active about it, if anything.
    pub(in crate::policy) fn active(&self) -> Option<String> {
        if ACTIVE.contains(&self.name.as_str()) {
            return Some(format!("<{}>", self.name));
        }
        let handler = self.attributes.iter().find(|(n, _)| n.starts_with("on") && n.len() > 2);
        handler.map(|(n, _)| format!("{n}="))
    }

    /// Whether markdown can say it.
    pub(in crate::policy) fn said(&self) -> bool {
        SAID.contains(&self.name.as_str())
    }

    /// Whether what stands inside it is not text either.
    pub(in crate::policy) fn swallows(&self) -> bool {
        !self.closing
            && !self.alone
            && ["script", "style", "svg", "object", "select"].contains(&self.name.as_str())
    }
}

/// The tag at the start of `text`; `None` if what stands there is not a tag.
pub(in crate::policy) fn tag(text: &str) -> Option<Tag> {
    let mut rest = text.strip_prefix('<')?;
    let closing = rest.starts_with('/');
    rest = rest.strip_prefix('/').unwrap_or(rest);
    let name_len = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).unwrap_or(rest.len());
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name = rest[..name_len].to_ascii_lowercase();
    rest = &rest[name_len..];
    if !rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/') {
        return None;
    }
    let mut attributes = Vec::new();
    let mut alone =
        ["br", "hr", "img", "input", "link", "meta", "base", "col", "wbr"].contains(&name.as_str());
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        if let Some(after) = rest.strip_prefix('/') {
            alone = alone || after.starts_with('>');
            rest = after;
            continue;
        }
        let len = rest.find(|c: char| c.is_ascii_whitespace() || "=>/".contains(c))?;
        let attribute = rest[..len].to_ascii_lowercase();
        rest = rest[len..].trim_start_matches(|c: char| c.is_ascii_whitespace());
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
            let (v, r) = match after.chars().next()? {
                quote @ ('"' | '\'') => after[1..].split_once(quote)?,
                _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
            };
            value = v.to_owned();
            rest = r;
        } else if len == 0 {
            return None;
        }
        attributes.push((attribute, value));
    }
    Some(Tag { name, closing, alone, attributes, len: text.len() - rest.len() })
}
