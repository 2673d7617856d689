//! How much there is to read of what changed between two versions, and where it stands: for the first line
//! of a redline and for each line of a history.

use std::collections::BTreeSet;

use crate::policy::Text;
use crate::policy::history::Comparison;
use crate::site::html::has_title;
use crate::site::messages::Messages;
use crate::site::view;

/// Words a reader reads in a minute, of continuous prose on a screen.
const WORDS_PER_MINUTE: usize = 230;

/// How many sections are named.
const SECTIONS: usize = 5;

/// How long it takes to read so many words.
pub(super) fn minutes(words: usize) -> usize {
    words.div_ceil(WORDS_PER_MINUTE)
}

/// The size of a comparison.
pub(super) fn size(comparison: &Comparison<'_>, messages: &Messages) -> view::Size {
    let changes = || comparison.diff.changes.iter().filter(|c| !c.is_quiet());
    let (gone, come) = changes().fold((0, 0), |(gone, come), c| (gone + c.words.0, come + c.words.1));
    let mut sections: Vec<String> = Vec::new();
    for change in changes() {
        let (text, clause) = match (change.new.first(), change.old.first()) {
            (Some(clause), _) => (comparison.new, *clause),
            (None, Some(clause)) => (comparison.old, *clause),
            (None, None) => continue,
        };
        let title = match outermost(text, clause) {
            "" => messages.text("preamble"),
            title => title,
        };
        if !sections.iter().any(|known| known == title) {
            sections.push(title.to_owned());
        }
    }
    let more = sections.len().saturating_sub(SECTIONS);
    // Where one would be left over it is named too.
    let named = if more > 1 { SECTIONS } else { sections.len() };
    let more_sections = sections.split_off(named).len();
    view::Size {
        clauses: changes().count(),
        words_added: come,
        words_removed: gone,
        minutes: minutes(gone + come),
        sections,
        more_sections,
        affected: affected(comparison).len(),
    }
}

/// Clauses that did not change themselves and use a term whose definition did; indices of changes.
fn affected(comparison: &Comparison<'_>) -> BTreeSet<usize> {
    let reached = comparison.definitions.iter().flat_map(|d| d.affected.iter().copied());
    reached.filter(|i| comparison.diff.changes.get(*i).is_some_and(|c| c.is_quiet())).collect()
}

/// The title of the outermost section around a clause, below the title of the whole text.
fn outermost(text: &Text, clause: usize) -> &str {
    let top = usize::from(has_title(text));
    let mut at = text.clauses.get(clause).map_or(0, |c| c.section);
    while let Some(section) = text.sections.get(at).filter(|s| s.depth > top) {
        let Some(parent) = section.parent else { break };
        at = parent;
    }
    text.section_title(at)
}
