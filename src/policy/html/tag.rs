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

/// Names that HTML has, or had, besides those in `SAID` and `ACTIVE`; MathML's with them. What else stands
/// between angle brackets is a blank to fill in (`<Company Name>`), and so text.
const KNOWN: &str = " abbr acronym address annotation area article aside audio bdi bdo bgsound big blink body \
    canvas center col colgroup data datalist details dialog dir div fieldset figcaption figure font footer \
    header hgroup hr head html ins keygen label legend main map mark marquee math menu menuitem meter mfrac mi \
    mn mo mover mrow msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder nav nobr noembed noframes \
    noscript optgroup option output param picture plaintext progress q rb rp rt rtc ruby samp search section \
    semantics slot small source span sub summary sup template time title track tt u video wbr xmp ";

/// What word processors put before the colon in names of their own, which stand for nothing here.
const PREFIXES: [&str; 7] = ["o", "w", "v", "m", "x", "st1", "dir"];

/// Tags that stand between words, where `a<b and c>d` may mean no tag at all.
const BETWEEN_WORDS: [&str; 22] = [
    "b", "strong", "i", "em", "a", "code", "s", "del", "cite", "dfn", "var", "kbd", "strike", "u", "q",
    "span", "data", "time", "address", "label", "section", "article",
];

/// Tags that never have content.
const EMPTY: [&str; 9] = ["br", "hr", "img", "input", "link", "meta", "base", "col", "wbr"];

/// Attributes that are written without a value.
const VALUELESS: [&str; 6] = ["hidden", "download", "inert", "itemscope", "nofollow", "noopener"];

/// The longest tag. Longer ones are a mistake, or made to make the reader look for their ends for ever.
const MAX_LEN: usize = 8 * 1024;

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
    /// As its author wrote it.
    pub(in crate::policy) words: String,
    /// Whether an attribute has no `=`, and is none that needs none.
    bare: bool,
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
        // Without a value it does nothing, and is rather a word: `<b once more>`.
        let handler =
            self.attributes.iter().find(|(n, v)| n.starts_with("on") && n.len() > 2 && !v.is_empty());
        handler.map(|(n, _)| format!("{n}="))
    }

    /// Whether markdown can say it.
    pub(in crate::policy) fn said(&self) -> bool {
        SAID.contains(&self.name.as_str())
    }

    /// Whether it is words between angle brackets that only look like a tag.
    pub(in crate::policy) fn literal(&self) -> bool {
        if self.active().is_some() {
            return false;
        }
        !self.known() || self.bare && BETWEEN_WORDS.contains(&self.name.as_str())
    }

    /// Whether it is shown as the words it is. An author who types `<ID>` means to; of an imported text
    /// its readers saw what a browser showed them, and that is nothing.
    pub(in crate::policy) fn shown(&self, imported: bool) -> bool {
        self.literal() && (self.bare || !imported)
    }

    /// Whether it never has content.
    pub(super) fn empty(&self) -> bool {
        EMPTY.contains(&self.name.as_str())
    }

    fn known(&self) -> bool {
        match self.name.split_once(':') {
            Some((prefix, _)) => PREFIXES.contains(&prefix),
            None => self.said() || KNOWN.split(' ').any(|name| name == self.name),
        }
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
    let end = (0..=MAX_LEN.min(text.len())).rev().find(|n| text.is_char_boundary(*n)).unwrap_or(0);
    let text = &text[..end];
    let mut rest = text.strip_prefix('<')?;
    let closing = rest.starts_with('/');
    rest = rest.strip_prefix('/').unwrap_or(rest);
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name_len =
        rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == ':')).unwrap_or(rest.len());
    let name = rest[..name_len].to_ascii_lowercase();
    rest = &rest[name_len..];
    if !rest.starts_with(|c: char| c.is_ascii_whitespace() || c == '>' || c == '/') || name.ends_with(':') {
        return None;
    }
    let mut attributes = Vec::new();
    let mut bare = false;
    let mut alone = EMPTY.contains(&name.as_str());
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
        let (name, value, after) = attribute(rest)?;
        bare = bare || value.is_none() && !VALUELESS.contains(&name.as_str()) && !name.starts_with("data-");
        attributes.push((name, value.unwrap_or_default()));
        rest = after;
    }
    let len = text.len() - rest.len();
    Some(Tag { name, closing, alone, attributes, words: text[..len].to_owned(), bare, len })
}

/// The attribute at the start of `text`, its value if it has one, and what follows.
fn attribute(text: &str) -> Option<(String, Option<String>, &str)> {
    let len = text.find(|c: char| c.is_ascii_whitespace() || "=>/<".contains(c))?;
    let name = text[..len].to_ascii_lowercase();
    let rest = text[len..].trim_start_matches(|c: char| c.is_ascii_whitespace());
    let Some(after) = rest.strip_prefix('=') else {
        return (len > 0).then_some((name, None, rest));
    };
    let after = after.trim_start_matches(|c: char| c.is_ascii_whitespace());
    let (value, rest) = match after.chars().next()? {
        quote @ ('"' | '\'') => after[1..].split_once(quote)?,
        _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace() || c == '>')?),
    };
    Some((name, Some(value.to_owned()), rest))
}
