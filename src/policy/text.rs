//! What a text is: its bytes, and the sections and clauses that were read out of them. How they are read is
//! in `markdown`, and what the addresses mean in `address`.

use std::ops::Range;

/// A text: its canonical bytes and what was read out of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Text {
    /// The body under `c14n: 1`: no byte order mark, LF, one final newline.
    pub canonical: String,
    /// `sha256:…` of the canonical bytes.
    pub digest: String,
    /// How many words it has.
    pub words: usize,
    /// Its clauses, in the order of the text.
    pub clauses: Vec<Clause>,
    /// Its sections, in the order of the text.
    pub sections: Vec<Section>,
}

/// A heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Explicit id, else the heading's slug; `preamble` for text before the first heading.
    pub id: String,
    /// The heading's clause; `None` for the preamble.
    pub heading: Option<usize>,
    /// How many sections this one lies in.
    pub depth: usize,
    /// The section this one lies in.
    pub parent: Option<usize>,
    /// The clauses of this section: its heading, and all up to the next heading.
    pub clauses: Range<usize>,
}

/// The smallest addressable provision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Its address within the version: `sharing`, `sharing.3`, `sharing.3.b`.
    pub id: String,
    /// Its place in its section as people cite it, whatever its id: `3(b)`; empty for a section's heading.
    pub place: String,
    /// Whether the author gave the id. Only such ids are evidence that two clauses are one.
    pub pinned: bool,
    /// What it is.
    pub kind: ClauseKind,
    /// What it stands in, outermost first.
    pub path: Vec<Container>,
    /// The section it stands in; an index into [`Text::sections`].
    pub section: usize,
    /// What a reader sees.
    pub content: Content,
    /// The clause in the text's bytes.
    pub span: Range<usize>,
}

/// What a clause is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClauseKind {
    /// A heading, with the level the author gave it (1 to 6).
    Heading(u8),
    /// A paragraph; also the later paragraphs of a list item.
    Paragraph,
    /// A list item's own text.
    Item,
    /// A table row; its cells are separated by tabs.
    Row {
        /// The table's head.
        header: bool,
    },
    /// A code block.
    Code,
    /// A term of a definition list.
    Term,
    /// Its definition.
    Definition,
}

/// Something that clauses stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Container {
    /// Tells this container from others of its kind within the text.
    pub number: u32,
    /// What it is.
    pub kind: ContainerKind,
}

/// What clauses stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContainerKind {
    /// A block quote.
    Quote,
    /// A list.
    List {
        /// Numbered.
        ordered: bool,
    },
    /// An item of a list, with the number the author wrote.
    Item(Option<u64>),
    /// A table, with the alignment of its columns.
    Table(Vec<Alignment>),
    /// A definition list.
    Definitions,
    /// What a definition list says of one term.
    Definition,
    /// A footnote, with its label.
    Footnote(String),
}

/// How a column is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "as in CSS")]
pub enum Alignment {
    None,
    Left,
    Center,
    Right,
}

/// What a reader sees of a clause: its visible text, and what is beside the words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// Visible text: no marks of markdown, white space collapsed, hard breaks as `\n`, cells of a
    /// row separated by `\t`.
    pub text: String,
    /// Emphasis, links and the like, over byte ranges of `text`; ordered by start, outer first.
    pub marks: Vec<Mark>,
    /// How many bytes at the start are a number typed by hand: `6.` of the heading `6. Sharing`, `(a)`
    /// of a paragraph in a row of such.
    pub number_len: usize,
}

/// Something beside the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The bytes it covers; empty for an image or a footnote's reference.
    pub range: Range<usize>,
    /// What it is.
    pub style: Style,
}

/// What is beside the words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Style {
    /// **strong**
    Strong,
    /// *emphasis*
    Emphasis,
    /// ~~struck~~
    Strike,
    /// `code`
    Code,
    /// A link and its target, as the author wrote it.
    Link(String),
    /// An image: target and the words that stand for it.
    Image {
        /// The image's address.
        src: String,
        /// What it shows.
        alt: String,
    },
    /// A reference to a footnote, by its label.
    FootnoteRef(String),
}
