//! What a text page adds to its clauses: see [`Apparatus`].

use crate::policy::agenda::is_marked;
use crate::policy::diff::Relation;
use crate::policy::lineage::{Fate, Place, Touch};
use crate::policy::terms::glossary;
use crate::policy::vocabulary::vocabulary;
use crate::policy::{ClauseKind, Language, Text, Translation};
use crate::site::html::{self, Apparatus, Changed, Labelled, TermUse};
use crate::site::{urls, view};

use super::scene::Scene;

impl Scene<'_, '_> {
    /// What is added to the clauses of a release's text in the controlling language.
    pub(super) fn apparatus(&self, index: usize, permanent: bool) -> Apparatus {
        let text = &self.release(index).version.text;
        Apparatus {
            changed: self.changed_lately(index, permanent),
            lives: self.lives(index, text),
            ..Apparatus::default()
        }
    }

    /// The page on which the addresses of a text's clauses hold for ever, from here.
    pub(super) fn permanent(
        &self,
        index: usize,
        translation: Option<(&Language, &Translation)>,
        permanent: bool,
    ) -> String {
        let id = &self.release(index).version.id;
        match translation {
            _ if permanent => String::new(),
            Some((language, _)) => self.to(&urls::translated_version(self.id(), id, &language.0)),
            None => self.to(&urls::version(self.id(), id)),
        }
    }

    /// By clause: that it changed lately. A version's own page marks what that version changed, the
    /// text in force what changed within a year.
    fn changed_lately(&self, index: usize, permanent: bool) -> Vec<Option<Changed>> {
        let text = &self.release(index).version.text;
        let mut marks: Vec<Option<Changed>> = Vec::new();
        let mut before: Option<(Touch, Relation)> = None;
        for clause in 0..text.clauses.len() {
            let touch = self.line.lineage.last_changed(index, clause);
            let lately = |member: usize| is_marked(self.release(member), self.history.today);
            let touch = touch.filter(|t| if permanent { t.member == index } else { lately(t.member) });
            let relation = touch.and_then(|t| self.line.lineage.change(t)).map(|c| c.relation);
            let here = touch.zip(relation);
            // Of what changed on one day and stands together only the first says so.
            let added = |(touch, relation): (Touch, Relation)| (touch.member, relation == Relation::Added);
            let again = here.is_some() && here.map(added) == before.map(added);
            marks.push(here.map(|(touch, relation)| Changed {
                link: (!again).then(|| self.change_mark(touch, relation)).flatten(),
            }));
            before = here;
        }
        marks
    }

    fn change_mark(&self, touch: Touch, relation: Relation) -> Option<Labelled> {
        let release = self.release(touch.member);
        let previous = release.previous?;
        let key = match relation {
            Relation::Added => "mark_added",
            Relation::Moved => "mark_moved",
            _ => "mark_changed",
        };
        let stamp = self.stamp(touch.member);
        // Nobody knows since when it says what it was only seen to say.
        let key = if stamp.seen_on { format!("{key}_seen") } else { key.to_owned() };
        let number = self.line.numbers.get(touch.member).and_then(|n| n.get(touch.change).copied()?);
        let place = number.map_or_else(String::new, |n| format!("#change-{n}"));
        let page = urls::compare(self.id(), &self.release(previous).version.id, &release.version.id);
        Some(Labelled {
            text: self.messages.fill(&key, &[("date", &stamp.effective.text)]),
            url: self.to(&page) + &place,
        })
    }

    /// By clause: for the heading of a section that had other wordings the way to them.
    fn lives(&self, index: usize, text: &Text) -> Vec<Option<Labelled>> {
        let mut lives = vec![None; text.clauses.len()];
        for life in &self.line.lineage.lives {
            let Some(Place::Section(section)) = life.stages.get(index).and_then(|s| s.place) else {
                continue;
            };
            let Some(section) = text.sections.get(section) else { continue };
            let Some(heading) = section.heading else { continue };
            let other = |fate: Fate| matches!(fate, Fate::Changed | Fate::Moved | Fate::Added);
            let changes = life.stages.iter().filter(|s| other(s.fate)).count();
            if changes > 0 {
                lives[heading] = Some(Labelled {
                    text: self.messages.text("section_history").to_owned(),
                    url: self.to(&urls::clause(self.id(), &section.id)),
                });
            }
        }
        lives
    }

    /// The terms that a text defines and uses, and by clause where it uses them.
    pub(super) fn terms(&self, text: &Text) -> (Vec<view::Term>, Vec<Vec<TermUse>>) {
        let (terms, uses) = glossary(text, vocabulary(self.language));
        let known = |term: usize| {
            terms.all.get(term).and_then(|t| Some((t, text.clauses.get(t.definition.first()?.0)?)))
        };
        let mut shown: Vec<view::Term> = Vec::new();
        let mut number: Vec<Option<usize>> = vec![None; terms.all.len()];
        let mut by_clause = Vec::with_capacity(uses.len());
        for uses in uses {
            let mut here = Vec::new();
            for used in uses {
                let Some((term, clause)) = known(used.term) else { continue };
                let url = format!("#{}", clause.id);
                let n = *number[used.term].get_or_insert_with(|| {
                    let words = term.definition.iter().filter_map(|(c, range)| {
                        let clause = text.clauses.get(*c)?;
                        // What stands in a heading leads nowhere by itself.
                        (!matches!(clause.kind, ClauseKind::Heading(_)))
                            .then(|| html::words(clause, range.clone(), text, &self.links()))
                    });
                    let html = words.collect::<Vec<_>>();
                    shown.push(view::Term {
                        number: shown.len() + 1,
                        name: term.name.clone(),
                        html,
                        url: url.clone(),
                    });
                    shown.len()
                });
                here.push(TermUse { range: used.range, term: n, url });
            }
            by_clause.push(here);
        }
        (shown, by_clause)
    }
}
