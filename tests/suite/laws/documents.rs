//! Texts for the laws: policies of realistic shape, edits of them as a legal team makes them, and
//! heaps of marks that no one would write.
//!
//! A document is a value that knows how to be written as markdown, so that an edit is of clauses
//! and words and not of characters, and so that a failing case shrinks to few of them.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Few, so that they repeat; of many scripts, numbers, names, dates and typographer's marks.
const WORDS: [&str; 52] = [
    "sponsors",
    "learners",
    "data,",
    "data;",
    "we",
    "you",
    "your",
    "data",
    "share",
    "the",
    "may",
    "not",
    "must",
    "of",
    "to",
    "and",
    "with",
    "or",
    "a",
    "is",
    "personal",
    "information",
    "sponsors,",
    "learners.",
    "days",
    "30",
    "seven",
    "(7)",
    "90",
    "May",
    "15,",
    "2018",
    "2018-05-15",
    "don’t",
    "don't",
    "“data”",
    "\"data\"",
    "—",
    "-",
    "e-mail",
    "1,000.50",
    "个人信息",
    "不会出售。",
    "بيانات",
    "العربية",
    "ข้อมูล",
    "🔒",
    "👨‍👩‍👧",
    "e\u{301}te\u{301}",
    "été",
    "naïve\u{AD}ly",
    "&amp;",
];

const TARGETS: [&str; 6] = [
    "https://a.example/",
    "https://b.example/x?y=1&z=2#w",
    "mailto:a@b.example",
    "#sharing",
    "../cookies/",
    "",
];

/// Titles that come again and again.
const TITLES: [&str; 3] = ["Data", "Sharing", "Cookies"];

const IDS: [&str; 6] = ["sharing", "cookies", "data.1", "個人", "preamble", "sharing-2"];

/// Tags as they come between the words of real policies.
const INLINE_HTML: [&str; 10] = [
    "<br>",
    "<b>",
    "</b>",
    "<a id=\"x\"></a>",
    "<a href=\"https://c.example/\">",
    "</a>",
    "<!-- note -->",
    "<span class=\"s\">",
    "</span>",
    "<u>us</u>",
];

const HTML_BLOCKS: [&str; 6] = [
    "<table><tr><th>Who</th><th>What</th></tr><tr><td rowspan=\"2\">a</td><td>b</td></tr><tr><td>c</td></tr></table>",
    "<ol start=\"3\"><li>one</li><li value=\"7\">two<ul><li>inner</li></ul></li></ol>",
    "<div>\n\nWrapped *words*.\n\n</div>",
    "<p id=\"cookies\">A <strong>paragraph</strong></p>",
    "<dl><dt>Term</dt><dd>what it means</dd></dl>",
    "<!-- a comment -->",
];

/// Words and what is beside them, within one clause.
#[derive(Clone, Debug)]
pub(crate) enum Inline {
    Word(&'static str),
    Strong(Vec<&'static str>),
    Emphasis(Vec<&'static str>),
    Code(&'static str),
    Link(Vec<&'static str>, &'static str),
    Image(&'static str),
    Footnote(u8),
    Html(&'static str),
    Break,
}

/// A piece of a document.
#[derive(Clone, Debug)]
pub(crate) enum Block {
    Heading {
        level: u8,
        words: Vec<&'static str>,
        id: Option<&'static str>,
        setext: bool,
        number: Option<u8>,
    },
    Paragraph {
        words: Vec<Inline>,
        id: Option<&'static str>,
    },
    List {
        ordered: bool,
        loose: bool,
        items: Vec<(Vec<Inline>, Vec<Vec<Inline>>)>,
    },
    Table {
        rows: Vec<Vec<&'static str>>,
    },
    Quote(Vec<Inline>),
    Footnote(u8, Vec<Inline>),
    Definition(&'static str, Vec<Inline>),
    Code(Vec<&'static str>),
    Html(&'static str),
    Rule,
}

/// A document, and how its lines end.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) blocks: Vec<Block>,
    pub(crate) bullet: char,
    pub(crate) crlf: bool,
    pub(crate) wrapped: bool,
}

/// One thing an author does to a document. Numbers are places, taken modulo what there is.
#[derive(Clone, Debug)]
pub(crate) enum Edit {
    ReplaceWord(usize, usize, &'static str),
    InsertWord(usize, usize, &'static str),
    DeleteWord(usize, usize),
    InsertBlock(usize, Block),
    DeleteBlock(usize),
    DuplicateBlock(usize),
    MoveBlock(usize, usize),
    SplitParagraph(usize, usize),
    MergeParagraphs(usize),
    Rename(usize, Vec<&'static str>),
    Renumber,
    Retarget(usize, &'static str),
    SwapSections(usize, usize),
    Identify(usize, Option<&'static str>),
    Setext,
    Bullet,
    Rewrap,
    LineEnds,
}

fn word() -> impl Strategy<Value = &'static str> + Clone {
    select(&WORDS[..])
}

fn words(most: usize) -> impl Strategy<Value = Vec<&'static str>> + Clone {
    vec(word(), 1..=most)
}

fn id() -> impl Strategy<Value = Option<&'static str>> + Clone {
    prop_oneof![4 => Just(None), 1 => select(&IDS[..]).prop_map(Some)]
}

fn inline() -> impl Strategy<Value = Inline> + Clone {
    prop_oneof![
        24 => word().prop_map(Inline::Word),
        1 => words(2).prop_map(Inline::Strong),
        1 => words(2).prop_map(Inline::Emphasis),
        1 => word().prop_map(Inline::Code),
        1 => (words(2), select(&TARGETS[..])).prop_map(|(w, t)| Inline::Link(w, t)),
        1 => word().prop_map(Inline::Image),
        1 => (1..4u8).prop_map(Inline::Footnote),
        1 => select(&INLINE_HTML[..]).prop_map(Inline::Html),
        1 => Just(Inline::Break),
    ]
}

fn sentence(most: usize) -> impl Strategy<Value = Vec<Inline>> + Clone {
    vec(inline(), 1..=most)
}

fn block() -> impl Strategy<Value = Block> + Clone {
    let title = prop_oneof![words(3), select(&TITLES[..]).prop_map(|title| vec![title])];
    let heading =
        (1..5u8, title, id(), any::<bool>(), prop_oneof![2 => Just(None), 1 => (1..9u8).prop_map(Some)]);
    let item = (sentence(6), prop_oneof![3 => Just(Vec::new()), 1 => vec(sentence(3), 1..3)]);
    prop_oneof![
        4 => heading.prop_map(|(level, words, id, setext, number)| Block::Heading { level, words, id, setext, number }),
        6 => (sentence(14), id()).prop_map(|(words, id)| Block::Paragraph { words, id }),
        2 => (any::<bool>(), any::<bool>(), vec(item, 1..4))
            .prop_map(|(ordered, loose, items)| Block::List { ordered, loose, items }),
        1 => vec(vec(word(), 1..4), 1..4).prop_map(|rows| Block::Table { rows }),
        1 => sentence(6).prop_map(Block::Quote),
        1 => (1..4u8, sentence(5)).prop_map(|(n, words)| Block::Footnote(n, words)),
        1 => (word(), sentence(5)).prop_map(|(term, words)| Block::Definition(term, words)),
        1 => words(4).prop_map(Block::Code),
        1 => select(&HTML_BLOCKS[..]).prop_map(Block::Html),
        1 => Just(Block::Rule),
    ]
}

/// A policy.
pub(crate) fn document() -> impl Strategy<Value = Document> + Clone {
    let of = |(blocks, bullet, crlf, wrapped)| Document { blocks, bullet, crlf, wrapped };
    (vec(block(), 0..7), select(&['-', '*', '+'][..]), any::<bool>(), any::<bool>()).prop_map(of)
}

fn edit() -> impl Strategy<Value = Edit> + Clone {
    let at = || 0..64usize;
    prop_oneof![
        4 => (at(), at(), word()).prop_map(|(b, w, word)| Edit::ReplaceWord(b, w, word)),
        2 => (at(), at(), word()).prop_map(|(b, w, word)| Edit::InsertWord(b, w, word)),
        2 => (at(), at()).prop_map(|(b, w)| Edit::DeleteWord(b, w)),
        1 => (at(), block()).prop_map(|(at, block)| Edit::InsertBlock(at, block)),
        1 => at().prop_map(Edit::DeleteBlock),
        1 => at().prop_map(Edit::DuplicateBlock),
        2 => (at(), at()).prop_map(|(from, to)| Edit::MoveBlock(from, to)),
        2 => (at(), at()).prop_map(|(b, w)| Edit::SplitParagraph(b, w)),
        2 => at().prop_map(Edit::MergeParagraphs),
        1 => (at(), words(3)).prop_map(|(b, words)| Edit::Rename(b, words)),
        1 => Just(Edit::Renumber),
        1 => (at(), select(&TARGETS[..])).prop_map(|(b, target)| Edit::Retarget(b, target)),
        1 => (at(), at()).prop_map(|(a, b)| Edit::SwapSections(a, b)),
        1 => (at(), id()).prop_map(|(b, id)| Edit::Identify(b, id)),
        1 => Just(Edit::Setext),
        1 => Just(Edit::Bullet),
        1 => Just(Edit::Rewrap),
        1 => Just(Edit::LineEnds),
    ]
}

/// Two versions of a policy, as markdown: mostly one edited, sometimes two that have nothing to do
/// with each other.
pub(crate) fn versions() -> impl Strategy<Value = (String, String)> {
    let edited = (document(), vec(edit(), 0..6)).prop_map(|(document, edits)| {
        let old = document.markdown();
        let new = edits.iter().fold(document, |document, edit| document.edited(edit));
        (old, new.markdown())
    });
    let strangers = (document(), document()).prop_map(|(old, new)| (old.markdown(), new.markdown()));
    prop_oneof![8 => edited, 1 => strangers, 1 => (heap(), heap())]
}

/// Several versions of a policy, one after another, as markdown: each an edit of the one before, or
/// an earlier one again.
pub(crate) fn row() -> impl Strategy<Value = Vec<String>> + Clone {
    let step = prop_oneof![3 => vec(edit(), 0..4).prop_map(Ok), 1 => (0..64usize).prop_map(Err)];
    (document(), vec(step, 1..6)).prop_map(|(document, steps)| {
        let mut row = vec![document];
        for step in steps {
            let last = row[row.len() - 1].clone();
            row.push(match step {
                Ok(edits) => edits.iter().fold(last, |document, edit| document.edited(edit)),
                Err(again) => row[again % row.len()].clone(),
            });
        }
        row.iter().map(Document::markdown).collect()
    })
}

/// Marks of markdown and HTML in no order.
pub(crate) fn heap() -> impl Strategy<Value = String> {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "#", "## ", "{#", "}", "{: #a .b}", "{#a}", "[", "](", ")", "![", "[^1]", "[^1]: ", "[a]: ", "*", "**", "_", "~~", "`",
        "```\n", "~~~", ">", "> ", "- ", "1. ", "10) ", ": ", "|", "|---|---|\n", "---\n", "===\n", "\\", "\n", "\n\n", "\n",
        "\r\n", "\r", "    ", "\t", " ", "  \n", "<", ">", "</", "<!--", "-->", "<table>", "<tr><td>", "</td>", "</table>",
        "<ul><li>", "</li>", "<p id=x>", "<div>", "</div>", "<a href=\"", "\">", "</a>", "<a id='b'>", "<script>", "</script>",
        "<img src=x onerror=alert(1)>", "onclick=\"x\"", "javascript:alert(1)", "data:text/html,x", "<br>", "<b>", "<?", "<![CDATA[",
        "&amp;", "&#x202e;", "&#0;", "\0", "\u{202e}", "\u{feff}", "\u{fdd0}", "\u{fdd1}", "\u{fdd2}", "\u{a0}", "\u{200b}",
        "a", "é", "e\u{301}", "个", "العربية", "🔒", "1", "IV. ", "(b) ", "word ", "§ 4 ", "https://a.example", "<https://a.example>",
    ];
    vec(select(PIECES), 0..24).prop_map(|pieces| pieces.concat())
}

impl Document {
    /// The document as an author writes it.
    pub(crate) fn markdown(&self) -> String {
        let mut out = String::new();
        for block in &self.blocks {
            block.write(&mut out, self.bullet, self.wrapped);
            out.push('\n');
        }
        if self.crlf { out.replace('\n', "\r\n") } else { out }
    }

    fn place(&self, at: usize) -> Option<usize> {
        at.checked_rem(self.blocks.len())
    }

    /// The runs of words of the block at a place.
    fn words(&mut self, at: usize) -> Option<&mut Vec<Inline>> {
        let at = self.place(at)?;
        match &mut self.blocks[at] {
            Block::Paragraph { words, .. }
            | Block::Quote(words)
            | Block::Footnote(_, words)
            | Block::Definition(_, words) => Some(words),
            Block::List { items, .. } => items.first_mut().map(|(words, _)| words),
            _ => None,
        }
    }

    /// Where sections begin.
    fn sections(&self) -> Vec<usize> {
        (0..self.blocks.len()).filter(|i| matches!(self.blocks[*i], Block::Heading { .. })).collect()
    }

    pub(crate) fn edited(mut self, edit: &Edit) -> Self {
        match edit {
            Edit::ReplaceWord(at, w, word) => {
                if let Some(words) = self.words(*at)
                    && let Some(w) = w.checked_rem(words.len())
                {
                    words[w] = Inline::Word(word);
                }
            }
            Edit::InsertWord(at, w, word) => {
                if let Some(words) = self.words(*at) {
                    words.insert(w % (words.len() + 1), Inline::Word(word));
                }
            }
            Edit::DeleteWord(at, w) => {
                if let Some(words) = self.words(*at)
                    && words.len() > 1
                {
                    words.remove(w % words.len());
                }
            }
            Edit::InsertBlock(at, block) => {
                self.blocks.insert(at % (self.blocks.len() + 1), block.clone());
            }
            Edit::DeleteBlock(at) => {
                if let Some(at) = self.place(*at) {
                    self.blocks.remove(at);
                }
            }
            Edit::DuplicateBlock(at) => {
                if let Some(at) = self.place(*at) {
                    self.blocks.insert(at, self.blocks[at].clone());
                }
            }
            Edit::MoveBlock(from, to) => {
                if let Some(from) = self.place(*from) {
                    let block = self.blocks.remove(from);
                    self.blocks.insert(to % (self.blocks.len() + 1), block);
                }
            }
            Edit::SplitParagraph(at, w) => self.split(*at, *w),
            Edit::MergeParagraphs(at) => self.merge(*at),
            Edit::Rename(at, name) => {
                let sections = self.sections();
                if let Some(at) = at.checked_rem(sections.len())
                    && let Block::Heading { words, .. } = &mut self.blocks[sections[at]]
                {
                    words.clone_from(name);
                }
            }
            Edit::Renumber => self.renumber(),
            Edit::Retarget(at, to) => {
                let links = self.words(*at).into_iter().flatten().filter_map(|inline| match inline {
                    Inline::Link(_, target) => Some(target),
                    _ => None,
                });
                links.for_each(|target| *target = to);
            }
            Edit::SwapSections(a, b) => self.swap(*a, *b),
            Edit::Identify(at, name) => {
                if let Some(at) = self.place(*at)
                    && let Block::Paragraph { id, .. } | Block::Heading { id, .. } = &mut self.blocks[at]
                {
                    *id = *name;
                }
            }
            Edit::Setext => {
                for block in &mut self.blocks {
                    if let Block::Heading { setext, .. } = block {
                        *setext = !*setext;
                    }
                }
            }
            Edit::Bullet => self.bullet = if self.bullet == '-' { '*' } else { '-' },
            Edit::Rewrap => self.wrapped = !self.wrapped,
            Edit::LineEnds => self.crlf = !self.crlf,
        }
        self
    }

    fn split(&mut self, at: usize, w: usize) {
        let Some(at) = self.place(at) else { return };
        if let Block::Paragraph { words, .. } = &mut self.blocks[at]
            && words.len() > 1
        {
            let rest = words.split_off(1 + w % (words.len() - 1));
            self.blocks.insert(at + 1, Block::Paragraph { words: rest, id: None });
        }
    }

    fn merge(&mut self, at: usize) {
        let Some(at) = self.place(at) else { return };
        let Some(Block::Paragraph { words: more, .. }) = self.blocks.get(at + 1).cloned() else { return };
        if let Block::Paragraph { words, .. } = &mut self.blocks[at] {
            words.extend(more);
            self.blocks.remove(at + 1);
        }
    }

    fn renumber(&mut self) {
        for block in &mut self.blocks {
            if let Block::Heading { number: Some(number), .. } = block {
                *number += 1;
            }
        }
    }

    fn swap(&mut self, a: usize, b: usize) {
        let starts = self.sections();
        let (Some(a), Some(b)) = (a.checked_rem(starts.len()), b.checked_rem(starts.len())) else { return };
        let (a, b) = (a.min(b), a.max(b));
        if a == b {
            return;
        }
        let end = starts.get(b + 1).copied().unwrap_or(self.blocks.len());
        let second: Vec<Block> = self.blocks.drain(starts[b]..end).collect();
        let first: Vec<Block> = self.blocks.drain(starts[a]..starts[a + 1]).collect();
        let at = starts[b] - first.len();
        self.blocks.splice(at..at, first);
        self.blocks.splice(starts[a]..starts[a], second);
    }
}

impl Block {
    fn write(&self, out: &mut String, bullet: char, wrapped: bool) {
        match self {
            Self::Heading { level, words, id, setext, number } => {
                let number = number.map_or(String::new(), |n| format!("{n}. "));
                let id = id.map_or(String::new(), |id| format!(" {{#{id}}}"));
                let words = words.join(" ");
                if *setext && *level <= 2 {
                    let line = if *level == 1 { "=====" } else { "-----" };
                    out.push_str(&format!("{number}{words}{id}\n{line}\n"));
                } else {
                    out.push_str(&format!("{} {number}{words}{id}\n", "#".repeat(usize::from(*level))));
                }
            }
            Self::Paragraph { words, id } => {
                let id = id.map_or(String::new(), |id| format!(" {{#{id}}}"));
                out.push_str(&format!("{}{id}\n", line(words, "", wrapped)));
            }
            Self::List { ordered, loose, items } => {
                for (i, (words, inner)) in items.iter().enumerate() {
                    let marker = if *ordered { format!("{}. ", i + 1) } else { format!("{bullet} ") };
                    let indent = " ".repeat(marker.len());
                    out.push_str(&format!("{marker}{}\n", line(words, &indent, wrapped)));
                    for words in inner {
                        out.push_str(&format!(
                            "{indent}- {}\n",
                            line(words, &format!("{indent}  "), wrapped)
                        ));
                    }
                    if *loose {
                        out.push('\n');
                    }
                }
            }
            Self::Table { rows } => {
                let width = rows[0].len();
                for (i, row) in rows.iter().enumerate() {
                    out.push_str(&format!("| {} |\n", row.join(" | ")));
                    if i == 0 {
                        out.push_str(&format!("{}|\n", "|---".repeat(width)));
                    }
                }
            }
            Self::Quote(words) => out.push_str(&format!("> {}\n", line(words, "> ", wrapped))),
            Self::Footnote(n, words) => out.push_str(&format!("[^{n}]: {}\n", line(words, "    ", wrapped))),
            Self::Definition(term, words) => {
                out.push_str(&format!("{term}\n: {}\n", line(words, "  ", wrapped)));
            }
            Self::Code(words) => out.push_str(&format!("```\n{}\n```\n", words.join("\n"))),
            Self::Html(html) => out.push_str(&format!("{html}\n")),
            Self::Rule => out.push_str("***\n"),
        }
    }
}

/// A clause's words on one line, or on several where the author wraps lines.
fn line(words: &[Inline], indent: &str, wrapped: bool) -> String {
    let mut out = String::new();
    for (i, inline) in words.iter().enumerate() {
        // A mark at the start of a line would mean something else there.
        let plain = matches!(inline, Inline::Word(word) if word.starts_with(char::is_alphabetic));
        match i.checked_sub(1).map(|before| &words[before]) {
            None => {}
            Some(Inline::Break) if plain => out.push_str(&format!("\\\n{indent}")),
            Some(_) if wrapped && plain && i % 5 == 4 => out.push_str(&format!("\n{indent}")),
            Some(_) => out.push(' '),
        }
        match inline {
            Inline::Word(word) => out.push_str(word),
            Inline::Strong(words) => out.push_str(&format!("**{}**", words.join(" "))),
            Inline::Emphasis(words) => out.push_str(&format!("*{}*", words.join(" "))),
            Inline::Code(word) => out.push_str(&format!("`{word}`")),
            Inline::Link(words, target) => out.push_str(&format!("[{}]({target})", words.join(" "))),
            Inline::Image(word) => out.push_str(&format!("![{word}](seal.png)")),
            Inline::Footnote(n) => out.push_str(&format!("[^{n}]")),
            Inline::Html(html) => out.push_str(html),
            // Written before the next word, if it is one.
            Inline::Break => {}
        }
    }
    out
}
