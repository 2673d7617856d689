//! The keys of a map, asked for one by one.
//!
//! [`Fields`] is what the formats are written on: it takes a key and the type its value should
//! have, and says what is wrong where it has another. Nothing here knows which keys there are.

use std::collections::BTreeMap;
use std::ops::Range;

use super::line::is_smart_quote;
use super::{Node, NodeKind};
use crate::diagnostic::Diagnostic;

/// The words a key may have as its value, and what they mean.
pub(crate) type Words<T> = [(&'static str, T)];

mod typed;

/// A map under question.
pub(crate) struct Fields<'a> {
    text: &'a str,
    span: Range<usize>,
    damaged: bool,
    entries: BTreeMap<&'static str, (&'a Node, &'a Node)>,
    /// Whether some key could not be told: one that seems missing may be that one.
    unknown: bool,
}

/// What a map may hold.
pub(crate) struct Shape {
    /// What the map is, for messages: "the front matter of a version".
    pub(crate) place: &'static str,
    /// Its keys.
    pub(crate) keys: &'static [&'static str],
    /// Keys that people try, and what to do instead.
    pub(crate) tried: &'static [(&'static str, &'static str)],
}

impl<'a> Fields<'a> {
    /// Takes a map apart; tells of keys that it may not have. `None` for what is no map.
    pub(crate) fn new(
        text: &'a str,
        node: &'a Node,
        damaged: bool,
        shape: &Shape,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let NodeKind::Map(pairs) = &node.kind else {
            let example = shape.keys.first().copied().unwrap_or("key");
            out.push(Diagnostic::error(
                "wrong-type",
                node.span.clone(),
                format!("{} should be lines of `key: value`, but it is {}", shape.place, what(node)),
                format!("begin with `{example}: …`"),
            ));
            return None;
        };
        let mut fields =
            Self { text, span: node.span.clone(), damaged, entries: BTreeMap::new(), unknown: false };
        let mut unknown = Vec::new();
        for (key, value) in pairs {
            match &key.kind {
                NodeKind::Scalar { text, .. } => match shape.keys.iter().find(|known| **known == text) {
                    Some(known) => {
                        fields.entries.entry(known).or_insert((key, value));
                    }
                    None => unknown.push((text.as_str(), key, value)),
                },
                _ => out.push(Diagnostic::error(
                    "unknown-key",
                    key.span.clone(),
                    "a key has to be a word",
                    keys_hint(shape.keys),
                )),
            }
        }
        for (name, key, value) in unknown {
            fields.unknown_key(name, key, value, shape, out);
        }
        Some(fields)
    }

    /// Reports a key, and takes its value for the key that was probably meant.
    fn unknown_key(
        &mut self,
        name: &'a str,
        key: &'a Node,
        value: &'a Node,
        shape: &Shape,
        out: &mut Vec<Diagnostic>,
    ) {
        let plain = plain_key(name);
        let advice = shape.tried.iter().find(|(tried, _)| *tried == plain).map(|(_, advice)| *advice);
        let same = shape.keys.iter().find(|known| **known == plain);
        let guess = same.copied().or_else(|| closest(&plain, shape.keys.iter().copied()));
        let hint = match (same, advice, guess) {
            (Some(same), ..) => format!("write `{same}`"),
            (_, Some(advice), _) => advice.to_owned(),
            (_, _, Some(guess)) => format!("did you mean `{guess}`?"),
            _ => keys_hint(shape.keys),
        };
        let message = format!("{} is not a key of {}", quoted(name), shape.place);
        out.push(Diagnostic::error("unknown-key", key.span.clone(), message, hint));
        let meant = match advice {
            Some(advice) => shape.keys.iter().copied().find(|known| advised(advice) == Some(*known)),
            None => guess,
        };
        match meant {
            Some(meant) => {
                self.entries.entry(meant).or_insert((key, value));
            }
            None => self.unknown |= advice.is_none(),
        }
    }

    /// Whether the key is there, with whatever value.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    /// Where a key's value stands, else where the map begins.
    pub(crate) fn span(&self, key: &str) -> Range<usize> {
        match self.entries.get(key) {
            Some((key, value)) if value.span.is_empty() => key.span.clone(),
            Some((_, value)) => value.span.clone(),
            None => self.span.start..self.span.start,
        }
    }

    /// Where a key itself stands, else where the map begins.
    pub(crate) fn key_span(&self, key: &str) -> Range<usize> {
        self.entries.get(key).map_or(self.span.start..self.span.start, |(key, _)| key.span.clone())
    }

    /// Reports a key that has to be there and is not.
    pub(crate) fn require(&self, key: &str, message: &str, hint: &str, out: &mut Vec<Diagnostic>) {
        if !self.has(key) && !self.damaged && !self.unknown {
            out.push(Diagnostic::error("missing-key", self.span(""), message, hint));
        }
    }

    /// The value as it stands; an empty one is reported.
    fn get(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<(&'a Node, &'a Node)> {
        let (name, value) = *self.entries.get(key)?;
        if is_empty(value) {
            // What stood there may have been left out because it could not be read.
            if !self.damaged {
                out.push(Diagnostic::error(
                    "empty-value",
                    name.span.start..value.span.end.max(name.span.end),
                    format!("`{key}` has no value"),
                    match key {
                        "effective" | "action" | "title" | "base_url" | "time_zone" | "clause"
                        | "material" => {
                            format!("write the value after `{key}:`")
                        }
                        _ => format!("write the value after `{key}:`, or delete the line"),
                    },
                ));
            }
            return None;
        }
        Some((name, value))
    }

    /// A list of maps.
    pub(crate) fn items(&self, key: &str, example: &str, out: &mut Vec<Diagnostic>) -> &'a [Node] {
        match self.get(key, out) {
            Some((_, Node { kind: NodeKind::Seq(items), .. })) => items,
            Some((_, value)) => {
                let hint = format!("start each entry with a hyphen: `- {example}`");
                self.wrong_type(key, value, "a list", hint, out);
                &[]
            }
            None => &[],
        }
    }

    /// A map within.
    pub(crate) fn map(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<&'a Node> {
        self.get(key, out).map(|(_, value)| value)
    }

    /// A value that need not be there.
    pub(crate) fn map_if(&self, key: &str) -> Option<&'a Node> {
        self.entries.get(key).map(|(_, value)| *value)
    }

    /// The text and tree this came from, for maps within.
    pub(crate) fn context(&self) -> (&'a str, bool) {
        (self.text, self.damaged)
    }
}

/// The key that an advice of the form "write `key: …`" names.
fn advised(advice: &str) -> Option<&str> {
    advice.strip_prefix("write `")?.split(':').next()
}

/// A key without what people add to it: quotes, capitals, spaces, a dash without its space.
fn plain_key(name: &str) -> String {
    let trimmed = name.trim_matches(|c: char| {
        c.is_whitespace() || is_smart_quote(c) || matches!(c, '"' | '*' | '_' | '-' | '•')
    });
    trimmed.to_lowercase().replace([' ', '-', '\u{a0}'], "_")
}

fn keys_hint(keys: &[&str]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
    format!("the keys here are {}", keys.join(", "))
}

fn is_empty(node: &Node) -> bool {
    match &node.kind {
        NodeKind::Scalar { text, plain } => {
            text.trim().is_empty() || (*plain && matches!(text.as_str(), "~" | "null" | "Null" | "NULL"))
        }
        NodeKind::Seq(_) | NodeKind::Map(_) => false,
    }
}

fn what(node: &Node) -> &'static str {
    match node.kind {
        NodeKind::Scalar { .. } if is_empty(node) => "empty",
        NodeKind::Scalar { .. } => "text",
        NodeKind::Seq(_) => "a list",
        NodeKind::Map(_) => "a map of keys and values",
    }
}

/// A text of the author's in back-ticks, cut where it is long.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", short(&text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

fn short(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some(_) => {
            let end = text.char_indices().nth(50).map_or(text.len(), |(at, _)| at);
            format!("{}…", text[..end].trim_end())
        }
        None => text.to_owned(),
    }
}

/// The word that was probably meant, if any comes close.
pub(crate) fn closest<'w>(typed: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    // Damerau-Levenshtein costs the product of the lengths.
    if typed.len() > 80 {
        return None;
    }
    let allowed = (typed.chars().count() / 3).max(1);
    words
        .into_iter()
        .map(|word| (strsim::damerau_levenshtein(typed, word), word))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, word)| word)
}
