//! What the parts of a redline may see: those that a compare page and a redline on its own share.

use serde::Serialize;

/// How much there is to read of what changed, and where it stands: what a reader asks first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Clauses that changed in words, place or link.
    pub clauses: usize,
    /// Words that came.
    pub words_added: usize,
    /// Words that went.
    pub words_removed: usize,
    /// To read the words that came and went; 0 where there are none.
    pub minutes: usize,
    /// The outermost sections that changed, in order: the first few of them.
    pub sections: Vec<String>,
    /// How many more of them there are.
    pub more_sections: usize,
    /// Clauses that say what they said, and use a term whose definition changed.
    pub affected: usize,
}
