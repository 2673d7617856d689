//! The page that compares two versions.

use crate::error::Error;
use crate::policy::Text;
use crate::policy::diff::{Change, Relation};
use crate::policy::history::{Comparison, Materiality};
use crate::policy::signals::{Signal, SignalKind};
use crate::site::messages::direction;
use crate::site::{Page, names, redline, urls, view};

use super::scene::Scene;
use super::{count, html_page, site_view};

impl Scene<'_, '_> {
    pub(super) fn compare_page(
        &self,
        old: usize,
        new: usize,
        comparison: &Comparison<'_>,
        proof: usize,
    ) -> Result<Page, Error> {
        let numbers = redline::numbers(comparison);
        let totals = count(&comparison.diff.changes);
        let (old_view, new_view) = (self.version(old), self.version(new));
        let rows = comparison.diff.changes.iter().zip(&numbers).enumerate();
        let changes =
            rows.filter_map(|(i, (c, n))| n.map(|n| self.row(i, c, n, comparison, (old, new)))).collect();
        let policy = self.policy();
        let values = [
            ("policy", policy.title.as_str()),
            ("old", old_view.effective.text.as_str()),
            ("new", new_view.effective.text.as_str()),
        ];
        let title = self.messages.fill("compare_page_title", &values);
        let view = view::ComparePage {
            site: site_view(self.site, &self.address),
            page: self.page("compare", title, new_view.summary.clone().unwrap_or_default()),
            // Said of the texts themselves: what no clause shows (a rule, a comment) may differ.
            same: comparison.old.digest == comparison.new.digest,
            policy,
            old: old_view,
            new: new_view,
            totals,
            changes,
            text_language: self.language.0.clone(),
            text_dir: direction(&self.language.0),
            body_html: redline::redline(comparison, &numbers, self.links(), self.messages),
            proof: view::Proof { ok: true, clauses: proof },
            json_url: "diff.json".to_owned(),
        };
        html_page(self.site, self.language, "compare.html", &self.address, &view)
    }

    fn row(
        &self,
        index: usize,
        change: &Change,
        number: usize,
        comparison: &Comparison<'_>,
        (old, new): (usize, usize),
    ) -> view::ChangeRow {
        let text = |name: &str, value: &str| self.messages.text(&format!("{name}_{value}")).to_owned();
        let section = match (change.new.first(), change.old.first()) {
            (Some(n), _) => comparison.new.section_title(comparison.new.clauses[*n].section),
            (None, Some(o)) => comparison.old.section_title(comparison.old.clauses[*o].section),
            (None, None) => "",
        };
        let section = if section.is_empty() { self.messages.text("preamble") } else { section };
        let reference = |text: &Text, clause: Option<&usize>, version: usize| {
            let clause = *clause?;
            let address = urls::version(self.id(), &self.release(version).version.id);
            let url = format!("{}#{}", self.to(&address), text.clauses.get(clause)?.id);
            let clause = text.clauses.get(clause)?;
            let place = if clause.place.is_empty() { self.messages.text("heading") } else { &clause.place };
            let own_section = text.section_title(clause.section);
            let moved_section = !own_section.is_empty() && own_section != section;
            let label = if moved_section {
                format!("{}, {place}", text.section_title(clause.section))
            } else {
                place.to_owned()
            };
            Some(view::Reference { label, url })
        };
        let mut relation = text("relation", names::relation_name(change.relation));
        if change.moved && change.relation != Relation::Moved {
            relation = format!("{relation}, {}", text("relation", "moved").to_lowercase());
        }
        let classes: Vec<String> =
            change.classes.iter().map(|c| text("class", names::class_name(*c))).collect();
        let note = comparison.notes.get(index).copied().flatten();
        // Only what the gate asks about has a materiality.
        let materiality = match comparison.materiality(index) {
            Materiality::NotClassified if !change.needs_word() => Materiality::NotMaterial,
            other => other,
        };
        let material = names::materiality_name(materiality);
        view::ChangeRow {
            number,
            url: format!("#change-{number}"),
            section_title: section.to_owned(),
            old_ref: reference(comparison.old, change.old.first(), old),
            new_ref: reference(comparison.new, change.new.first(), new),
            relation_text: relation,
            classes_text: classes.join(", "),
            signals: self.signals(index, comparison),
            definitions: self.definitions(index, comparison, (old, new)),
            material,
            material_text: text("materiality", material),
            category_text: note.and_then(|n| n.category).map(|c| text("category", names::category_name(c))),
            direction_text: note
                .and_then(|n| n.direction)
                .map(|d| text("direction", names::direction_name(d))),
            summary: note.and_then(|n| n.summary.clone()),
            reason: note.and_then(|n| n.reason.clone()),
        }
    }

    /// What lawyers look for in a change; that the clause came or went is said by its relation.
    fn signals(&self, change: usize, comparison: &Comparison<'_>) -> Vec<view::Signal> {
        let told = |s: &&Signal| !matches!(s.kind, SignalKind::Added | SignalKind::Removed);
        let signals = comparison.signals.get(change).into_iter().flatten().filter(told);
        signals
            .map(|signal| {
                let kind = names::signal_name(signal.kind);
                view::Signal {
                    kind,
                    kind_text: self.messages.text(&format!("signal_{kind}")).to_owned(),
                    old: signal.old.clone(),
                    new: signal.new.clone(),
                }
            })
            .collect()
    }

    /// The clauses that definitions in a change reach, each in the version it is read in.
    fn definitions(
        &self,
        change: usize,
        comparison: &Comparison<'_>,
        (old, new): (usize, usize),
    ) -> Vec<view::Reach> {
        let place = |affected: &usize| {
            let change = comparison.diff.changes.get(*affected)?;
            let (text, clause, version) = match (change.new.first(), change.old.first()) {
                (Some(n), _) => (comparison.new, *n, new),
                (None, o) => (comparison.old, *o?, old),
            };
            let address = urls::version(self.id(), &self.release(version).version.id);
            let url = format!("{}#{}", self.to(&address), text.clauses.get(clause)?.id);
            Some(view::Reference { label: redline::label(text, clause, self.messages.text("preamble")), url })
        };
        let here = comparison.definitions.iter().filter(|d| d.places.contains(&change));
        here.map(|definition| {
            let key = format!("definition_{}", names::definition_name(definition));
            view::Reach {
                text: self.messages.fill(&key, &[("term", definition.name())]),
                clauses: definition.affected.iter().filter_map(place).collect(),
            }
        })
        .collect()
    }
}
