//! Values by the type they should have, and what is said of those that have another.

use chrono::NaiveDate;

use super::{Fields, Words, closest, is_empty, plain_key, quoted, short, what};
use crate::diagnostic::Diagnostic;
use crate::policy::yaml::day::day;
use crate::policy::yaml::line::{in_quotes, is_smart_quote};
use crate::policy::yaml::{Node, NodeKind};

impl<'a> Fields<'a> {
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
                let written = self.text[value.span.clone()].trim();
                let text = Some(written).filter(|text| !text.contains('\n')).and_then(in_quotes);
                let hint = match text {
                    Some(text) => {
                        format!("put text that contains a colon in quotes: `{key}: {}`", short(&text))
                    }
                    None => format!("write `{key}: >` and put the text on the lines below it, each indented"),
                };
                self.wrong_type(key, value, wanted, hint, out);
                None
            }
        }
    }

    pub(super) fn wrong_type(
        &self,
        key: &str,
        value: &Node,
        wanted: &str,
        hint: String,
        out: &mut Vec<Diagnostic>,
    ) {
        // A list that lost its first line may look like a map.
        if self.damaged {
            return;
        }
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
        self.invisible(key, node, out);
        Some(text.to_owned())
    }

    /// Characters that nobody sees and that make a text say something else.
    fn invisible(&self, key: &str, node: &Node, out: &mut Vec<Diagnostic>) {
        let bad = |c: char| {
            (c.is_control() && !matches!(c, '\n' | '\r' | '\t')) || matches!(c, '\u{202a}'..='\u{202e}')
        };
        if let Some((at, c)) = self.text[node.span.clone()].char_indices().find(|(_, c)| bad(*c)) {
            let start = node.span.start + at;
            out.push(Diagnostic::error(
                "control-character",
                start..start + c.len_utf8(),
                format!("there is an invisible character in `{key}`: U+{:04X}", u32::from(c)),
                "delete it; if you cannot see it, type the text again",
            ));
        }
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
        let (message, hint) = match day(text, &format!("{key}: ")) {
            Ok(day) => return Some(day),
            Err(said) => said,
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
            NodeKind::Scalar { text, .. } if text.contains(", ") => {
                out.push(Diagnostic::error(
                    "list-without-brackets",
                    value.span.clone(),
                    format!("{} is one text for `{key}`, not several", quoted(text)),
                    format!("write `{key}: [{}]`", short(text)),
                ));
                return None;
            }
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
