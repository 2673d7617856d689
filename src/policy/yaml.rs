//! Hand-written YAML as a tree of values that know where they stand.
//!
//! The only file that knows YAML as people write it: front matter, `site.yaml`, `policy.yaml`.
//! What the values mean is decided in [`front_matter`](super::front_matter) and
//! [`settings`](super::settings), through the fields of a map. YAML that this program wrote
//! itself is none of its business; that goes through `serde_yaml`.
//!
//! Why not `serde_yaml` here as well? It stops at the first mistake, and it has no spans: a
//! duplicate key in a struct is reported at 1:1 and in a map the last one silently wins, a byte
//! order mark makes the first key "missing", `title: ~` becomes the text `~`, and 200 KB of `[`
//! take it over a minute. People who write policies should see all their mistakes at once, each
//! where it is.
//!
//! A text that is not YAML is mended as far as its meaning can be guessed, so that the
//! rest of it can be checked in the same run. The guess is only used to find more mistakes: each
//! mend comes with an error, so nothing is published from it.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{BufferedInput, Event, Parser, ScalarStyle, Span};

use crate::diagnostic::Diagnostic;

mod day;
mod fields;
mod line;
mod mend;

pub use day::day;
pub(crate) use fields::{Fields, Shape, Words, closest, quoted};

/// The largest front matter that is read.
pub const FRONT_MATTER_CAP: usize = 64 * 1024;

/// The largest `site.yaml` or `policy.yaml` that is read.
pub const SETTINGS_CAP: usize = 256 * 1024;

/// How deep lists and maps may nest; the content format needs four.
const DEEPEST: usize = 32;

/// How many lines are left out in search of a text that can be read.
const PATIENCE: usize = 24;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its bytes in the file's text.
    pub span: Range<usize>,
    /// What it is.
    pub kind: NodeKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// A text, a number, a day: YAML cannot tell, and what it would guess is not asked.
    Scalar {
        /// The text, without quotes.
        text: String,
        /// Whether it stood there without quotes.
        plain: bool,
    },
    /// A list.
    Seq(Vec<Node>),
    /// A map, in the order of the text; keys may repeat.
    Map(Vec<(Node, Node)>),
}

/// What could be read of a YAML text.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The value; `None` for a text without any.
    pub root: Option<Node>,
    /// Whether parts are missing because they could not be read. A key that is missing from a
    /// damaged tree may well be in the text.
    pub damaged: bool,
    /// What is wrong with the YAML as such.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads the YAML that stands in a range of a file's text.
pub fn parse(text: &str, range: Range<usize>, cap: usize) -> Tree {
    if range.len() > cap {
        let found = Diagnostic::error(
            "too-large",
            range.start..range.start,
            format!("this is {} KiB of settings; at most {} are read", range.len() / 1024, cap / 1024),
            "keep the text of the policy below the second `---`",
        );
        return Tree { root: None, damaged: true, diagnostics: vec![found] };
    }
    let source = Source::new(text, range.clone());
    match read(&source) {
        // A lone scalar is what a text without any `key: value` reads as.
        Ok(tree) if !matches!(tree.root, Some(Node { kind: NodeKind::Scalar { .. }, .. })) => tree,
        Ok(tree) => {
            let mended = read_mended(text, &range);
            if mended.root.is_some() && !mended.diagnostics.is_empty() { mended } else { tree }
        }
        Err(_) => read_mended(text, &range),
    }
}

/// Where the value under a path of keys stands; the start of the range where there is none.
///
/// Values travel without their places. The few that turn out wrong only beside other files are
/// looked up again here.
pub fn locate(text: &str, range: Range<usize>, path: &[&str]) -> Range<usize> {
    let start = range.start..range.start;
    let Some(mut node) = parse(text, range, SETTINGS_CAP).root else { return start };
    for key in path {
        let NodeKind::Map(entries) = node.kind else { return start };
        match entries.into_iter().find(|(name, _)| name.is(key)) {
            Some((_, value)) => node = value,
            None => return start,
        }
    }
    node.span
}

impl Node {
    /// Whether it is this text.
    fn is(&self, word: &str) -> bool {
        matches!(&self.kind, NodeKind::Scalar { text, .. } if text == word)
    }
}

/// Reads a text after mending it line by line, leaving out lines until it can be read.
fn read_mended(text: &str, range: &Range<usize>) -> Tree {
    let mended = mend::mend(text, range.clone());
    let mut diagnostics = mended.diagnostics;
    let mut source = mended.source;
    let mut damaged = false;
    for _ in 0..PATIENCE {
        match read(&source) {
            Ok(mut tree) => {
                diagnostics.append(&mut tree.diagnostics);
                return Tree { root: tree.root, damaged: damaged || tree.damaged, diagnostics };
            }
            Err(failure) => {
                // Once a line is left out, the lines below it may fail for want of it alone.
                if diagnostics.is_empty() {
                    diagnostics.push(mend::explain(text, range, &failure));
                }
                damaged = true;
                if !source.leave_out_line(failure.at) {
                    break;
                }
            }
        }
    }
    Tree { root: None, damaged: true, diagnostics }
}

/// Characters to parse, each with its place in the file: mending adds and removes characters, and
/// the parser counts characters where we count bytes.
struct Source {
    chars: Vec<char>,
    offsets: Vec<usize>,
    end: usize,
}

/// Where the parser gave up, and its words for it.
struct Failure {
    at: usize,
    info: String,
}

impl Source {
    fn new(text: &str, range: Range<usize>) -> Self {
        let mut source = Self { chars: Vec::new(), offsets: Vec::new(), end: range.end };
        for (at, c) in text[range.clone()].char_indices() {
            source.push(c, range.start + at);
        }
        source
    }

    fn push(&mut self, c: char, offset: usize) {
        self.chars.push(c);
        self.offsets.push(offset);
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).copied().unwrap_or(self.end)
    }

    fn span(&self, span: Span) -> Range<usize> {
        let start = self.offset(span.start.index());
        start..self.offset(span.end.index()).max(start)
    }

    /// How far into a line its value starts, so that its key can stay; 0 where it has none.
    fn value_in(&self, start: usize, end: usize) -> usize {
        let line: String = self.chars[start..end].iter().collect();
        let from = line.len() - line.trim_start_matches([' ', '-']).len();
        match line::key(&line, from) {
            Some(key) if !line[key.rest..].trim().is_empty() => line[..key.rest].chars().count(),
            _ => 0,
        }
    }

    /// Blanks the line a place is on (first its value, then its key as well), or the last line before it that is not blank already.
    fn leave_out_line(&mut self, at: usize) -> bool {
        let is_break = |c: &char| matches!(c, '\n' | '\r');
        let mut end = self.offsets.partition_point(|offset| *offset < at);
        end += self.chars[end..].iter().take_while(|c| !is_break(c)).count();
        loop {
            let start = end - self.chars[..end].iter().rev().take_while(|c| !is_break(c)).count();
            if self.chars[start..end].iter().any(|c| !c.is_whitespace()) {
                let from = start + self.value_in(start, end);
                self.chars[from..end].fill(' ');
                return true;
            }
            if start == 0 {
                return false;
            }
            end = start - 1;
        }
    }
}

type Events<'a> = Parser<'a, BufferedInput<std::iter::Copied<std::slice::Iter<'a, char>>>>;

/// One attempt at the whole text.
fn read(source: &Source) -> Result<Tree, Failure> {
    let mut reader =
        Reader { source, events: Parser::new_from_iter(source.chars.iter().copied()), tree: Tree::default() };
    let mut documents = 0;
    loop {
        let (event, span) = reader.next()?;
        match event {
            Event::StreamEnd => break,
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    let found = Diagnostic::error(
                        "second-document",
                        source.span(span),
                        "a second `---` starts another set of settings",
                        "delete this line",
                    );
                    reader.tree.diagnostics.push(found);
                    break;
                }
            }
            Event::StreamStart | Event::DocumentEnd | Event::Nothing => {}
            event => reader.tree.root = Some(reader.node(event, span, 0)?),
        }
    }
    // `key:` alone is an empty value, and so is an empty text; the latter is no value at all.
    if reader.tree.root.as_ref().is_some_and(|root| root.is("") && root.span.is_empty()) {
        reader.tree.root = None;
    }
    Ok(reader.tree)
}

struct Reader<'a> {
    source: &'a Source,
    events: Events<'a>,
    tree: Tree,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Failure> {
        match self.events.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                Err(Failure { at: self.source.offset(error.marker().index()), info: error.info().to_owned() })
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Failure> {
        let bytes = self.source.span(span);
        let fail = |info: &str| Err(Failure { at: bytes.start, info: info.to_owned() });
        if depth > DEEPEST {
            return fail("nested too deeply");
        }
        match event {
            Event::Alias(_) => fail("alias"),
            Event::Scalar(_, _, anchor, tag) if anchor > 0 || tag.is_some() => fail("anchor or tag"),
            Event::SequenceStart(anchor, tag) if anchor > 0 || tag.is_some() => fail("anchor or tag"),
            Event::MappingStart(anchor, tag) if anchor > 0 || tag.is_some() => fail("anchor or tag"),
            Event::Scalar(text, style, ..) => Ok(self.scalar(&text, style, span)),
            Event::SequenceStart(..) => self.list(bytes, depth),
            Event::MappingStart(..) => self.map(bytes, depth),
            _ => fail("unexpected"),
        }
    }

    fn scalar(&self, text: &str, style: ScalarStyle, span: Span) -> Node {
        let plain = style == ScalarStyle::Plain;
        // The parser writes `~` for a value that is not there.
        let text = if plain && span.is_empty() { "" } else { text };
        let (start, mut end) = (span.start.index(), span.end.index().min(self.source.chars.len()));
        // A block of text ends on the line after it.
        while end > start && self.source.chars[end - 1].is_whitespace() {
            end -= 1;
        }
        let start_offset = self.source.offset(start);
        // Where the next character stands; one that mending put in stands where it was put.
        let end_offset = self.source.offset(end).max(start_offset);
        let end_offset = if end > start { end_offset } else { start_offset };
        Node { span: start_offset..end_offset, kind: NodeKind::Scalar { text: text.to_owned(), plain } }
    }

    fn list(&mut self, bytes: Range<usize>, depth: usize) -> Result<Node, Failure> {
        let mut items = Vec::new();
        let mut end = bytes.end;
        loop {
            match self.next()? {
                (Event::SequenceEnd, span) => {
                    end = if span.is_empty() { end } else { self.source.span(span).end };
                    return Ok(Node { span: bytes.start..end, kind: NodeKind::Seq(items) });
                }
                (event, span) => {
                    let item = self.node(event, span, depth + 1)?;
                    end = end.max(item.span.end);
                    items.push(item);
                }
            }
        }
    }

    fn map(&mut self, bytes: Range<usize>, depth: usize) -> Result<Node, Failure> {
        let mut entries: Vec<(Node, Node)> = Vec::new();
        let mut seen: BTreeMap<String, ()> = BTreeMap::new();
        let mut end = bytes.end;
        loop {
            let key = match self.next()? {
                (Event::MappingEnd, span) => {
                    end = if span.is_empty() { end } else { self.source.span(span).end };
                    return Ok(Node { span: bytes.start..end, kind: NodeKind::Map(entries) });
                }
                (event, span) => self.node(event, span, depth + 1)?,
            };
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1)?;
            if let NodeKind::Scalar { text, .. } = &key.kind
                && seen.insert(text.clone(), ()).is_some()
            {
                self.tree.diagnostics.push(Diagnostic::error(
                    "duplicate-key",
                    key.span.clone(),
                    format!("{} is here twice", quoted(text)),
                    "keep one of the two lines",
                ));
            }
            end = end.max(value.span.end).max(key.span.end);
            entries.push((key, value));
        }
    }
}
