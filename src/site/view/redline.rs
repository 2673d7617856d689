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

/// Where a changed clause stands in one of the two texts.
#[derive(Clone, Debug, Serialize)]
pub struct Reference {
    /// `Sharing, 3`
    pub label: String,
    /// The place in that version's page, where it has one.
    pub url: Option<String>,
}

/// Words that lawyers look for in a change.
#[derive(Clone, Debug, Serialize)]
pub struct Signal {
    /// `duration`
    pub kind: &'static str,
    /// Its words.
    pub kind_text: String,
    /// What the old text says; empty where it has nothing.
    pub old: String,
    /// What the new text says; empty where it has nothing.
    pub new: String,
}

/// What a changed definition reaches.
#[derive(Clone, Debug, Serialize)]
pub struct Reach {
    /// What became of the definition, in words.
    pub text: String,
    /// Where the term is used.
    pub clauses: Vec<Reference>,
}

/// A change by its number.
#[derive(Clone, Debug, Serialize)]
pub struct Numbered {
    /// As in the redline.
    pub number: usize,
    /// There.
    pub url: String,
}

/// Words that took the place of others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Replaced {
    /// What stood there.
    pub old: String,
    /// What stands there.
    pub new: String,
}

/// A row of the table of changes: of one change, or of several that are one decision.
#[derive(Clone, Debug, Serialize)]
#[allow(missing_docs, reason = "each is explained in templates/README.md")]
pub struct ChangeRow {
    pub numbers: Vec<Numbered>,
    pub is_range: bool,
    pub clauses: usize,
    pub old_ref: Option<Reference>,
    pub new_ref: Option<Reference>,
    pub same_ref: bool,
    pub said_at: Option<Numbered>,
    pub relation_text: String,
    pub classes_text: String,
    pub replaced: Vec<Replaced>,
    pub signals: Vec<Signal>,
    pub definitions: Vec<Reach>,
    pub material: &'static str,
    pub material_text: String,
    pub category_text: Option<String>,
    pub direction_text: Option<String>,
    pub summary: Option<String>,
    pub reason: Option<String>,
}

/// A class of change that a reader may switch off and on.
#[derive(Clone, Debug, Serialize)]
pub struct Switch {
    /// `link`
    pub value: &'static str,
    /// What it is, and in how many clauses.
    pub text: String,
    /// It is shown at first.
    pub on: bool,
}
