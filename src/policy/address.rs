//! Addresses: which section a clause stands in, and what it is called within its version.
//!
//! The author's `{#id}` first; else a section is called after its heading and a clause after its
//! place (`sharing.3`, items and rows `sharing.3.b`). Only the author's ids are evidence that two
//! clauses of two versions are one. See the content format in the README for the rules.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::{Clause, ClauseKind, Container, ContainerKind, Content, Section, Style, Text};
use crate::diagnostic::{Diagnostic, Severity};

mod numbers;

pub(super) use numbers::number_len;
use numbers::settle_numbers;

/// A clause before it has an address.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) kind: ClauseKind,
    pub(super) path: Vec<Container>,
    pub(super) content: Content,
    pub(super) span: Range<usize>,
    /// The author's id and where it stands.
    pub(super) explicit: Option<(String, Range<usize>)>,
}

/// The address of text before the first heading.
pub const PREAMBLE: &str = "preamble";

/// A heading's words as an address: letters and digits of any script, lower case, joined by `-`.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in
        text.chars().filter(|c| !matches!(c, '\'' | '’' | '\u{AD}' | '\u{200B}'..='\u{200D}' | '\u{2060}'))
    {
        if c.is_alphanumeric() || is_mark(c) {
            slug.extend(c.to_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let end = slug.trim_end_matches('-').len();
    slug.truncate(end);
    slug
}

/// Combining marks: part of the letters of many scripts, and not alphanumeric to the standard library.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether an author may write this as an id.
pub fn is_id(id: &str) -> bool {
    let letter = |c: char| c.is_alphanumeric() || is_mark(c);
    id.starts_with(letter) && id.chars().all(|c| letter(c) || matches!(c, '.' | '-' | '_'))
}

/// `a` … `z`, `aa` … for 1, 2, …
pub fn letters(mut n: u32) -> String {
    let mut out = Vec::new();
    while n > 0 {
        n -= 1;
        out.push(b'a' + (n % 26) as u8);
        n /= 26;
    }
    out.iter().rev().map(|b| char::from(*b)).collect()
}

/// An attribute list found in a clause's words.
pub(super) struct AttributeList {
    pub(super) range: Range<usize>,
    pub(super) id: Option<String>,
    pub(super) dropped: Option<String>,
}

/// The last `{#id}` at the end, or `{: …}` anywhere, in a clause's words.
pub(super) fn attribute_list(content: &Content, kind: ClauseKind) -> Option<AttributeList> {
    if kind == ClauseKind::Code {
        return None;
    }
    let text = &content.text;
    let end = text.rfind('}')?;
    let start = text[..end].rfind('{')?;
    let range = start..end + 1;
    let in_code = |m: &super::Mark| m.style == Style::Code && m.range.start <= start && end < m.range.end;
    if content.marks.iter().any(in_code) {
        return None;
    }
    let inner = &text[start + 1..end];
    let at_end = text[end + 1..].trim().is_empty();
    if let Some(id) = inner.strip_prefix('#') {
        let id = id.trim();
        return (at_end && !id.is_empty()).then(|| AttributeList {
            range,
            id: Some(id.to_owned()),
            dropped: None,
        });
    }
    let list = inner.strip_prefix(':')?;
    let mut id = None;
    let mut dropped = Vec::new();
    for word in words(list) {
        match word.strip_prefix('#') {
            Some(name) if at_end && id.is_none() => id = Some(name.to_owned()),
            _ => dropped.push(word),
        }
    }
    Some(AttributeList { range, id, dropped: (!dropped.is_empty()).then(|| dropped.join(" ")) })
}

/// Splits at spaces outside quotes.
fn words(list: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in list.chars() {
        match quote {
            None if c.is_whitespace() => {
                words.push(String::new());
                continue;
            }
            None if c == '"' || c == '\'' => quote = Some(c),
            Some(q) if c == q => quote = None,
            _ => {}
        }
        if let Some(last) = words.last_mut() {
            last.push(c);
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

/// Gives every draft its address, and makes the sections.
pub(super) fn assign(mut drafts: Vec<Draft>, imported: bool) -> (Vec<Clause>, Vec<Section>, Vec<Diagnostic>) {
    settle_numbers(&mut drafts);
    let (explicit, ids, diagnostics) = explicit_ids(&drafts, imported);
    let mut taken = Taken { ids, next: BTreeMap::new() };
    let mut places = Places::default();
    let mut clauses: Vec<Clause> = Vec::with_capacity(drafts.len());
    let mut sections: Vec<Section> = Vec::new();
    let mut levels: Vec<(u8, usize)> = Vec::new();
    for (index, (draft, pinned)) in drafts.into_iter().zip(explicit).enumerate() {
        let heading = match draft.kind {
            ClauseKind::Heading(level) if draft.path.is_empty() => Some(level),
            _ => None,
        };
        let id;
        let mut place = String::new();
        if let Some(level) = heading {
            levels.retain(|(l, _)| *l < level);
            id = pinned.clone().unwrap_or_else(|| taken.free(&slug(&draft.content.text), "section"));
            let parent = levels.last().map(|(_, s)| *s);
            close_section(&mut sections, index);
            sections.push(Section {
                id: id.clone(),
                heading: Some(index),
                depth: levels.len(),
                parent,
                clauses: index..index,
            });
            levels.push((level, sections.len() - 1));
            places.start_section(&id);
        } else {
            if sections.is_empty() {
                let id = taken.free(PREAMBLE, PREAMBLE);
                sections.push(Section {
                    id: id.clone(),
                    heading: None,
                    depth: 0,
                    parent: None,
                    clauses: 0..0,
                });
                places.start_section(&id);
            }
            let address = places.of(&draft);
            let section = sections.last().map_or("", |s| s.id.as_str());
            let within = address.strip_prefix(section).unwrap_or(&address).trim_start_matches('.');
            place = cited(within, &draft.path);
            id = pinned.clone().unwrap_or_else(|| taken.free(&address, "clause"));
        }
        clauses.push(Clause {
            id,
            place,
            pinned: pinned.is_some(),
            kind: draft.kind,
            path: draft.path,
            section: sections.len() - 1,
            content: draft.content,
            span: draft.span,
        });
    }
    close_section(&mut sections, clauses.len());
    (clauses, sections, diagnostics)
}

/// A place as people cite it: of `2.c.a` the third item of a list and the first of the list in it is
/// `2(c)(a)`; an item that shows a number is called by that, `2(3)(a)`.
fn cited(place: &str, path: &[Container]) -> String {
    if matches!(path.first().map(|c| &c.kind), Some(ContainerKind::Footnote(_))) {
        return place.to_owned();
    }
    let mut items = path.iter().filter_map(|c| match c.kind {
        ContainerKind::Item(number) => Some(number),
        ContainerKind::Definition => Some(None),
        _ => None,
    });
    let mut out = String::new();
    for segment in place.split('.') {
        if segment.starts_with(|c: char| c.is_ascii_digit()) {
            let dot = if out.is_empty() { "" } else { "." };
            out = format!("{out}{dot}{segment}");
        } else {
            let number = items.next().flatten().map_or_else(|| segment.to_owned(), |n| n.to_string());
            out = format!("{out}({number})");
        }
    }
    out
}

fn close_section(sections: &mut [Section], end: usize) {
    if let Some(last) = sections.last_mut() {
        last.clauses.end = end;
    }
}

/// The ids that stand, one for each draft; and what is wrong with the others.
fn explicit_ids(
    drafts: &[Draft],
    imported: bool,
) -> (Vec<Option<String>>, BTreeSet<String>, Vec<Diagnostic>) {
    let severity = if imported { Severity::Warning } else { Severity::Error };
    let mut taken = BTreeSet::new();
    let mut diagnostics = Vec::new();
    let mut ids = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut id = None;
        if let Some((name, span)) = &draft.explicit {
            let mut wrong = |code, message, hint| {
                diagnostics.push(Diagnostic::new(code, severity, span.clone(), message, hint));
            };
            if !is_id(name) {
                let hint = match slug(name) {
                    s if s.is_empty() => "use letters, digits, `.`, `-` and `_`: `{#sharing}`".to_owned(),
                    s => format!("use letters, digits, `.`, `-` and `_`: `{{#{s}}}`"),
                };
                wrong("bad-id", format!("`{name}` cannot be an id"), hint);
            } else if !taken.insert(name.clone()) {
                let hint = format!("give this clause an id of its own: `{{#{name}-2}}`");
                wrong(
                    "duplicate-id",
                    format!("the id `{name}` is taken by an earlier clause of this text"),
                    hint,
                );
            } else {
                id = Some(name.clone());
            }
        }
        ids.push(id);
    }
    (ids, taken, diagnostics)
}

/// The ids that are taken, and for each that was wanted again the next number to try.
#[derive(Debug, Default)]
struct Taken {
    ids: BTreeSet<String>,
    next: BTreeMap<String, u32>,
}

impl Taken {
    /// `wanted` if nobody has it, else `wanted-2`, `wanted-3`, …
    fn free(&mut self, wanted: &str, default: &str) -> String {
        let wanted = if wanted.is_empty() { default } else { wanted };
        if self.ids.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let next = self.next.entry(wanted.to_owned()).or_insert(2);
        loop {
            let id = format!("{wanted}-{next}");
            *next += 1;
            if self.ids.insert(id.clone()) {
                return id;
            }
        }
    }
}

/// Something that numbers what stands in it.
#[derive(Debug, Default)]
struct Node {
    address: String,
    /// The section itself: its first paragraph is `.1`. In anything else the first paragraph bears
    /// the address of the whole.
    root: bool,
    numbers: u32,
    letters: u32,
    /// The last term of a definition list.
    term: Option<usize>,
}

/// The places of one section.
#[derive(Debug, Default)]
struct Places {
    nodes: Vec<Node>,
    /// Container number → node. A list in an item shares the item's node, so that its letters go on.
    of_container: BTreeMap<u32, usize>,
}

impl Places {
    fn start_section(&mut self, id: &str) {
        self.nodes = vec![Node { address: id.to_owned(), root: true, ..Node::default() }];
        self.of_container.clear();
    }

    fn of(&mut self, draft: &Draft) -> String {
        let mut at = 0;
        let mut in_item = false;
        for container in &draft.path {
            at = match self.of_container.get(&container.number) {
                Some(node) => *node,
                None => {
                    let node = self.enter(at, in_item, &container.kind);
                    self.of_container.insert(container.number, node);
                    node
                }
            };
            in_item = matches!(container.kind, ContainerKind::Item(_));
        }
        match draft.kind {
            ClauseKind::Row { .. } => self.lettered(at),
            ClauseKind::Term => {
                let address = self.lettered(at);
                let term = self.add(address.clone());
                self.nodes[at].term = Some(term);
                address
            }
            _ => self.numbered(at),
        }
    }

    fn enter(&mut self, at: usize, in_item: bool, kind: &ContainerKind) -> usize {
        match kind {
            ContainerKind::List { .. } if in_item => at,
            ContainerKind::Item(_) => {
                let address = self.lettered(at);
                self.add(address)
            }
            ContainerKind::Definition => {
                let term = self.nodes[at].term.unwrap_or(at);
                let address = self.next_number(term);
                self.add(address)
            }
            ContainerKind::Footnote(label) => self.add(format!("footnote-{}", slug(label))),
            ContainerKind::List { .. }
            | ContainerKind::Table(_)
            | ContainerKind::Definitions
            | ContainerKind::Quote => {
                let address = self.next_number(at);
                self.add(address)
            }
        }
    }

    fn add(&mut self, address: String) -> usize {
        self.nodes.push(Node { address, ..Node::default() });
        self.nodes.len() - 1
    }

    fn lettered(&mut self, at: usize) -> String {
        let node = &mut self.nodes[at];
        node.letters += 1;
        format!("{}.{}", node.address, letters(node.letters))
    }

    fn next_number(&mut self, at: usize) -> String {
        let node = &mut self.nodes[at];
        node.numbers += 1;
        format!("{}.{}", node.address, node.numbers)
    }

    fn numbered(&mut self, at: usize) -> String {
        let node = &mut self.nodes[at];
        node.numbers += 1;
        match (node.root, node.numbers) {
            (false, 1) => node.address.clone(),
            (_, n) => format!("{}.{n}", node.address),
        }
    }
}

impl Clause {
    /// Its number, as the author wrote it: that of the list, or one typed before its words; empty
    /// where there is none.
    pub fn number(&self) -> String {
        match (self.kind, self.path.last().map(|c| &c.kind)) {
            (ClauseKind::Item, Some(ContainerKind::Item(Some(n)))) if self.content.number_len == 0 => {
                n.to_string()
            }
            _ => self.content.text[..self.content.number_len].trim().to_owned(),
        }
    }
}

impl Text {
    /// The id that a reference `#target` means in this text: an id as it stands, else the section
    /// whose heading says the same words (other tools make other slugs of them).
    pub fn resolve(&self, target: &str) -> Option<&str> {
        if let Some(clause) = self.clauses.iter().find(|c| c.id == target) {
            return Some(&clause.id);
        }
        let squeeze =
            |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let wanted: String = squeeze(target);
        let heading = |s: &Section| s.heading.and_then(|h| self.clauses.get(h));
        let says = |text: &str| -> bool { !wanted.is_empty() && wanted == squeeze(text) as String };
        self.sections.iter().find_map(|s| {
            let content = &heading(s)?.content;
            (says(&content.text) || says(&content.text[content.number_len..])).then_some(s.id.as_str())
        })
    }

    /// The heading of a section, as plain words.
    pub fn section_title(&self, section: usize) -> &str {
        let heading = self.sections.get(section).and_then(|s| s.heading);
        heading.and_then(|h| self.clauses.get(h)).map_or("", |c| c.content.text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_keep_letters_of_any_script() {
        assert_eq!(slug("Sharing with Third Parties!"), "sharing-with-third-parties");
        assert_eq!(slug("Don’t sell"), "dont-sell");
        assert_eq!(slug("個人情報の収集"), "個人情報の収集");
        assert_eq!(slug("Über uns – Kontakt"), "über-uns-kontakt");
        assert_eq!(slug("हिन्दी"), "हिन्दी");
        assert_eq!(slug("—"), "");
    }

    #[test]
    fn letters_go_on_after_z() {
        assert_eq!([1, 26, 27, 52, 53, 703].map(letters), ["a", "z", "aa", "az", "ba", "aaa"]);
    }
}
