//! Where a text uses the terms it defines.

use std::collections::BTreeSet;
use std::ops::Range;

use super::{Terms, terms};
use crate::policy::phrases::Cut;
use crate::policy::vocabulary::Vocabulary;
use crate::policy::{ClauseKind, Text};

/// A use of a term.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Its bytes in the clause's text.
    pub range: Range<usize>,
    /// Which term; an index into [`Terms::all`].
    pub term: usize,
}

/// The terms that a text defines, and by clause the first use of each. A clause in which the term's
/// definition stands has none of it: there the reader has the definition before him.
pub fn glossary(text: &Text, vocabulary: &Vocabulary) -> (Terms, Vec<Vec<Use>>) {
    let cut = Cut::new(text, vocabulary.apostrophe);
    let terms = terms(&cut, vocabulary);
    let mut uses = terms.uses_outside(&cut);
    for (clause, uses) in uses.iter_mut().enumerate() {
        let mut met = BTreeSet::new();
        let here = |term: usize| terms.all[term].definition.iter().any(|(d, _)| *d == clause);
        uses.retain(|u| !here(u.term) && met.insert(u.term));
    }
    (terms, uses)
}

impl Terms {
    /// By clause every use of a term outside its own definition. Headings use none.
    fn uses_outside(&self, text: &Cut<'_>) -> Vec<Vec<Use>> {
        let mut uses = vec![Vec::new(); text.words.len()];
        for (c, (clause, words)) in text.clauses().enumerate() {
            if matches!(clause.kind, ClauseKind::Heading(_) | ClauseKind::Term) || self.all.is_empty() {
                continue;
            }
            for (at, term) in self.found(words) {
                let range = words[at.start].range.start..words[at.end - 1].range.end;
                let own = |(d, own): &(usize, Range<usize>)| {
                    *d == c && own.start < range.end && range.start < own.end
                };
                if !self.all[term].definition.iter().any(own) {
                    uses[c].push(Use { range, term });
                }
            }
        }
        uses
    }

    /// The terms that nothing uses outside their definitions, neither a heading nor the definition of
    /// another; indices into [`Terms::all`]. Of *we* and *you* that is not told.
    pub fn unused(&self, text: &Cut<'_>) -> Vec<usize> {
        let used = self.used(text);
        let headings = text.clauses().filter(|(c, _)| matches!(c.kind, ClauseKind::Heading(_)));
        let titled: BTreeSet<(usize, usize)> = headings
            .flat_map(|(c, words)| self.found(words).into_iter().map(|(_, term)| (c.section, term)))
            .collect();
        let own = |term: usize| text.text.clauses.get(self.all[term].clause).map_or(0, |c| c.section);
        let in_title = |term: usize| titled.iter().any(|(section, t)| *t == term && *section != own(term));
        (0..self.all.len())
            .filter(|t| !self.all[*t].pronoun && used[*t].is_empty() && !in_title(*t))
            .collect()
    }

    /// The clauses that use each term outside its own definition.
    pub(super) fn used(&self, text: &Cut<'_>) -> Vec<BTreeSet<usize>> {
        let mut used = vec![BTreeSet::new(); self.all.len()];
        for (clause, uses) in self.uses_outside(text).into_iter().enumerate() {
            uses.into_iter().for_each(|u| {
                used[u.term].insert(clause);
            });
        }
        used
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Language;
    use crate::policy::markdown::{Options, parse};
    use crate::policy::vocabulary::vocabulary;

    #[test]
    fn the_first_use_in_each_clause_but_not_beside_the_definition() {
        let source = "The \"Service\" means our courses. The Service is free.\n\n## The Service\n\n\
                      Use the Service, and use the Service well.\n\nThere is service elsewhere.\n";
        let text = parse(source, 0..source.len(), Options { imported: false }).0;
        let (terms, uses) = glossary(&text, vocabulary(&Language("en".to_owned())));
        let told: Vec<(usize, &str, &str)> = uses
            .iter()
            .enumerate()
            .flat_map(|(c, uses)| uses.iter().map(move |u| (c, u)))
            .map(|(c, u)| {
                (c, &text.clauses[c].content.text[u.range.clone()], terms.all[u.term].name.as_str())
            })
            .collect();
        assert_eq!(told, [(2, "Service", "Service")]);
        assert_eq!(uses[2][0].range.start, "Use the ".len());
    }
}
