//! What is said of a change beside its words: where it came from and went, what changed that no word
//! shows, and which definitions reach a clause. Notes at both ends of a way lead to each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{label, left, place};
use crate::policy::diff::{Beside, Change, Class, Relation};
use crate::policy::history::Comparison;
use crate::site::html::escape;
use crate::site::messages::{Messages, fill};
use crate::site::names;

/// For each change of a clause that stands in the new text the definitions that reach it: the term, and
/// the number of the change in which it is defined.
pub fn affected<'c>(
    comparison: &'c Comparison<'_>,
    numbers: &[Option<usize>],
) -> BTreeMap<usize, Vec<(&'c str, usize)>> {
    let mut affected: BTreeMap<usize, Vec<(&str, usize)>> = BTreeMap::new();
    for definition in &comparison.definitions {
        let number = definition.places.iter().find_map(|place| numbers.get(*place).copied().flatten());
        let Some(number) = number else { continue };
        for change in &definition.affected {
            if comparison.diff.changes.get(*change).is_some_and(|c| !c.new.is_empty()) {
                affected.entry(*change).or_default().push((definition.name(), number));
            }
        }
    }
    affected
}

/// What is needed to say it.
pub(super) struct Notes<'a> {
    pub(super) comparison: &'a Comparison<'a>,
    pub(super) messages: &'a Messages,
    pub(super) affected: BTreeMap<usize, Vec<(&'a str, usize)>>,
    /// Changes and their old clauses at whose old place something says where they are now.
    pub(super) left: Vec<(usize, usize)>,
    /// The page on which the places of changes are; empty where it is this one.
    pub(super) whole: &'a str,
    /// Attributes of what is said in another language than the text's.
    pub(super) speech: String,
}

impl Notes<'_> {
    /// At the old place of a clause that stands elsewhere now.
    pub(super) fn away(&self, out: &mut String, key: &str, change: &Change, number: usize) {
        let to = change
            .new
            .first()
            .map_or(String::new(), |n| label(self.comparison.new, *n, self.messages.text("preamble")));
        let text = escape(&self.messages.fill(key, &[("to", &to)]));
        let (url, speech) = (self.to(&place(number, 0)), &self.speech);
        let _ = write!(out, "<a class=\"change-note\" href=\"{url}\"{speech}>{text}</a>");
    }

    /// At the clause itself; `part` says which of several.
    pub(super) fn here(&self, out: &mut String, index: usize, part: usize, number: Option<usize>) {
        let Some(change) = self.comparison.diff.changes.get(index) else { return };
        if let Some(number) = number {
            self.origin(out, (index, change), part, number);
        }
        if part > 0 {
            return;
        }
        let mut say = |class: Class, key: &str, values: &[(&str, &str)]| {
            let (class, text) = (names::class_name(class), escape(&self.messages.fill(key, values)));
            let _ = write!(out, " <span class=\"change-note {class}\"{}>{text}</span>", self.speech);
        };
        for Beside { class, old, new, .. } in &change.beside {
            let values = [("old", old.as_str()), ("new", new.as_str())];
            match class {
                Class::Link if old.is_empty() => say(*class, "link_added", &values),
                Class::Link if new.is_empty() => say(*class, "link_removed", &values),
                Class::Link => say(*class, "link_changed", &values),
                Class::Numbering => say(*class, "number_changed", &values),
                Class::Formatting => say(*class, "formatting_changed", &values),
                Class::Typography | Class::Wording | Class::Date | Class::Case => {}
            }
        }
        if change.classes.contains(&Class::Typography) {
            say(Class::Typography, "typography_changed", &[]);
        }
        for (term, number) in self.affected.get(&index).into_iter().flatten() {
            let values = [("name", *term), ("n", &number.to_string())];
            let text = escape(&self.messages.fill("affected_by_change", &values));
            let (url, speech) = (self.to(&place(*number, 0)), &self.speech);
            let _ = write!(out, " <a class=\"change-note reached\" href=\"{url}\"{speech}>{text}</a>");
        }
    }

    /// What it was, where it was elsewhere or otherwise cut.
    fn origin(&self, out: &mut String, (index, change): (usize, &Change), part: usize, number: usize) {
        let old = |k: usize, clause: usize| {
            let label = escape(&label(self.comparison.old, clause, self.messages.text("preamble")));
            if self.left.contains(&(index, k)) {
                format!("<a href=\"{}\">{label}</a>", self.to(&left(number, k)))
            } else {
                label
            }
        };
        let from: Vec<String> = change.old.iter().enumerate().map(|(k, o)| old(k, *o)).collect();
        let from = from.join(" · ");
        let key = match change.relation {
            Relation::Split => "split_part",
            _ if part > 0 => return,
            Relation::Merged => "merged_from",
            _ if change.moved => "moved_from",
            _ => return,
        };
        let (n, total) = ((part + 1).to_string(), change.new.len().to_string());
        let text = fill(
            &escape(self.messages.text(key)),
            [("from", from.as_str()), ("n", n.as_str()), ("total", total.as_str())],
        );
        let mut others = String::new();
        for other in (0..change.new.len()).filter(|other| *other != part) {
            let text = escape(&self.messages.fill("split_other", &[("n", &(other + 1).to_string())]));
            let between = if others.is_empty() { ": " } else { ", " };
            let _ = write!(others, "{between}<a href=\"{}\">{text}</a>", self.to(&place(number, other)));
        }
        let _ = write!(out, " <span class=\"change-note\"{}>{text}{others}</span>", self.speech);
    }

    fn to(&self, place: &str) -> String {
        format!("{}#{place}", escape(self.whole))
    }
}
