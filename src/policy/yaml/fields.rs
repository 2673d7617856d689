//! The keys of a map, asked for one by one.
//!
//! [`Fields`] is what the formats are written on: it takes a key and the type its value should
//! have, and says what is wrong where it has another. Nothing here knows which keys there are.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::day::{Meant, meant};
use super::line::{in_quotes, is_smart_quote};
use super::{Node, NodeKind};
use crate::diagnostic::Diagnostic;
use crate::policy::calendar::parse_day;

/// The words a key may have as its value, and what they mean.
pub(crate) type Words<T> = [(&'static str, T)];

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
                    format!("write the value after `{key}:`, or delete the line"),
                ));
            }
            return None;
        }
        Some((name, value))
    }

    fn scalar(&self, key: &str, wanted: &str, out: &mut Vec<Diagnostic>) -> Option<(&'a str, &'a Node)> {
        let (_, value) = self.get(key, out)?;
        match &value.kind {
            NodeKind::Scalar { text, .. } => Some((text.as_str(), value)),
            NodeKind::Seq(items) => {
                let only = match items.as_slice() {
                    [Node { kind: NodeKind::Scalar { text, .. }, .. }] => text.as_str(),
                    _ => "…",
                };
                self.wrong_type(key, value, wanted, format!("write `{key}: {only}`"), out);
                None
            }
            NodeKind::Map(_) => {
                let hint = format!("write `{key}: …` on one line; put text that contains a colon in quotes");
                self.wrong_type(key, value, wanted, hint, out);
                None
            }
        }
    }

    fn wrong_type(&self, key: &str, value: &Node, wanted: &str, hint: String, out: &mut Vec<Diagnostic>) {
        let message = format!("`{key}` should be {wanted}, but it is {}", what(value));
        out.push(Diagnostic::error("wrong-type", value.span.clone(), message, hint));
    }

    /// A text in the author's words.
    pub(crate) fn text(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
        let (raw, node) = self.scalar(key, "text", out)?;
        let text = raw.trim();
        if text.starts_with(is_smart_quote) && text.ends_with(is_smart_quote) {
            let inner = text.trim_matches(is_smart_quote);
            if !inner.contains(is_smart_quote) {
                out.push(Diagnostic::warning(
                    "smart-quotes",
                    node.span.clone(),
                    "typographic quotes around a text are shown as part of it",
                    in_quotes(inner)
                        .map_or_else(String::new, |text| format!("write `{key}: {}`", short(&text))),
                ));
            }
        }
        self.cut_by_hash(key, text, node, out);
        Some(text.to_owned())
    }

    /// `summary: We are #1` loses its end: ` #` starts a comment.
    fn cut_by_hash(&self, key: &str, text: &str, node: &Node, out: &mut Vec<Diagnostic>) {
        if !matches!(node.kind, NodeKind::Scalar { plain: true, .. }) {
            return;
        }
        let rest = self.text[node.span.end..].split('\n').next().unwrap_or_default().trim_end();
        let comment = rest.trim_start();
        if comment.len() == rest.len() || !comment.starts_with('#') || comment[1..].starts_with([' ', '#']) {
            return;
        }
        if comment.len() > 1 {
            let start = node.span.end + rest.len() - comment.len();
            let whole = in_quotes(&format!("{text}{rest}")).unwrap_or_else(|| "\"…\"".to_owned());
            out.push(Diagnostic::warning(
                "cut-by-hash",
                start..start + comment.len(),
                format!("`{key}` ends before `#`: what follows a space and `#` is a comment"),
                format!("put the text in quotes: `{key}: {}`", short(&whole)),
            ));
        }
    }

    /// A day; one that is written in another way is reported with the day that was meant.
    pub(crate) fn day(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<NaiveDate> {
        let (text, node) = self.scalar(key, "a day", out)?;
        let shown = quoted(text);
        let (message, hint) = match parse_day(text) {
            Some(day) if (1000..=2999).contains(&day.year()) => return Some(day),
            Some(_) => (
                format!("{shown} is in an impossible year"),
                format!("write `{key}: YYYY-MM-DD` with the real year"),
            ),
            None => match meant(text) {
                Meant::Day(day) => {
                    (format!("{shown} is not written as year-month-day"), format!("write `{key}: {day}`"))
                }
                Meant::Either(a, b) => (
                    format!("{shown} can be read as two different days"),
                    format!("write `{key}: {a}` or `{key}: {b}`, whichever is meant"),
                ),
                Meant::Unreal(last) => (
                    format!("there is no such day as {shown}"),
                    format!("the last day of that month is `{last}`"),
                ),
                Meant::Month(first) => (
                    format!("{shown} names a month and no day"),
                    format!("write `{key}: {first}` if the first is meant"),
                ),
                Meant::Nothing => (
                    format!("{shown} is not a day"),
                    format!("write year-month-day, for example `{key}: 2018-05-15`"),
                ),
            },
        };
        out.push(Diagnostic::error("bad-day", node.span.clone(), message, hint));
        None
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<bool> {
        let (text, node) = self.scalar(key, "`true` or `false`", out)?;
        let hint = match text {
            "true" => return Some(true),
            "false" => return Some(false),
            _ => match text.trim_matches(is_smart_quote).to_lowercase().as_str() {
                "true" | "yes" | "y" | "on" | "1" => format!("write `{key}: true`"),
                "false" | "no" | "n" | "off" | "0" => format!("write `{key}: false`"),
                _ => format!("write `{key}: true` or `{key}: false`"),
            },
        };
        let message = format!("`{key}` should be `true` or `false`, but it is {}", quoted(text));
        out.push(Diagnostic::error("wrong-type", node.span.clone(), message, hint));
        None
    }

    /// A whole number of days.
    pub(crate) fn number(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<u32> {
        const MOST: u32 = 36_500;
        let (text, node) = self.scalar(key, "a number", out)?;
        if text.bytes().all(|b| b.is_ascii_digit())
            && let Ok(number) = text.parse::<u32>()
            && number <= MOST
        {
            return Some(number);
        }
        let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
        let is_days = text[digits.len()..].trim().trim_end_matches('s') == "day";
        let hint = match digits.as_str() {
            digits if is_days && !digits.is_empty() => {
                format!("write `{key}: {digits}`; days are meant anyway")
            }
            _ => format!("write a whole number of days, for example `{key}: 30`"),
        };
        let message = format!("`{key}` should be a number of days, but it is {}", quoted(text));
        out.push(Diagnostic::error("wrong-type", node.span.clone(), message, hint));
        None
    }

    /// One of some words.
    pub(crate) fn word<T: Clone>(&self, key: &str, words: &Words<T>, out: &mut Vec<Diagnostic>) -> Option<T> {
        let (text, node) = self.scalar(key, "a word", out)?;
        word(key, text, node, words, out)
    }

    /// Some of some words; one alone needs no brackets.
    pub(crate) fn words<T: Clone>(
        &self,
        key: &str,
        words: &Words<T>,
        out: &mut Vec<Diagnostic>,
    ) -> Option<Vec<T>> {
        let texts = self.texts(key, out)?;
        Some(texts.into_iter().filter_map(|(text, node)| word(key, text, node, words, out)).collect())
    }

    /// Some texts with their places; one alone needs no brackets.
    pub(crate) fn texts(&self, key: &str, out: &mut Vec<Diagnostic>) -> Option<Vec<(&'a str, &'a Node)>> {
        let (_, value) = self.get(key, out)?;
        let items = match &value.kind {
            NodeKind::Seq(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        let mut texts = Vec::new();
        for item in items {
            match &item.kind {
                NodeKind::Scalar { text, .. } if !is_empty(item) => texts.push((text.as_str(), item)),
                NodeKind::Scalar { .. } => out.push(Diagnostic::error(
                    "empty-value",
                    item.span.clone(),
                    format!("an entry of `{key}` has no value"),
                    "write the value, or delete the entry",
                )),
                _ => {
                    let hint = format!("write `{key}: […, …]`; put text that contains a colon in quotes");
                    self.wrong_type(key, item, "a list of texts", hint, out);
                }
            }
        }
        Some(texts)
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

    /// The text and tree this came from, for maps within.
    pub(crate) fn context(&self) -> (&'a str, bool) {
        (self.text, self.damaged)
    }
}

/// The key that an advice of the form "write `key: …`" names.
fn advised(advice: &str) -> Option<&str> {
    advice.strip_prefix("write `")?.split(':').next()
}

fn word<T: Clone>(
    key: &str,
    text: &str,
    node: &Node,
    words: &Words<T>,
    out: &mut Vec<Diagnostic>,
) -> Option<T> {
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Some(value.clone());
    }
    let plain = plain_key(text).replace('_', "-");
    let same = words.iter().map(|(word, _)| *word).find(|word| *word == plain);
    let list: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
    let hint = match same.or_else(|| closest(&plain, words.iter().map(|(word, _)| *word))) {
        Some(word) if same.is_some() => format!("write `{word}`"),
        Some(word) => format!("did you mean `{word}`? the words are {}", list.join(", ")),
        None => format!("write one of {}", list.join(", ")),
    };
    let message = format!("{} is not a value of `{key}`", quoted(text));
    out.push(Diagnostic::error("unknown-word", node.span.clone(), message, hint));
    None
}

/// A key without what people add to it: quotes, capitals, spaces, a dash without its space.
fn plain_key(name: &str) -> String {
    let trimmed = name
        .trim_matches(|c: char| c.is_whitespace() || is_smart_quote(c) || matches!(c, '"' | '*' | '-' | '•'));
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
