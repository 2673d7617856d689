//! The picture of a history: sections down, versions across, and in each cell what the version did to
//! the section.

use chrono::Datelike;

use crate::policy::history::{Materiality, Status};
use crate::policy::lineage::{Fate, Life, Place, Stage};
use crate::site::html::has_title;
use crate::site::{names, urls, view};

use super::clauses::When;
use super::scene::Scene;

/// So many columns go on a sheet of paper.
const ON_PAPER: usize = 24;

impl Scene<'_, '_> {
    /// None where there is one version only: there is nothing to see.
    pub(super) fn picture(&self) -> Option<view::Picture> {
        let releases = 0..self.history.releases.len();
        if releases.len() < 2 {
            return None;
        }
        let mut years: Vec<view::Year> = Vec::new();
        for i in releases.clone() {
            let text = self.release(i).version.front.effective.year().to_string();
            match years.last_mut().filter(|y| y.text == text) {
                Some(year) => year.columns += 1,
                None => years.push(view::Year { text, columns: 1 }),
            }
        }
        let rows: Vec<view::Row> = (0..self.line.lineage.lives.len()).filter_map(|l| self.row(l)).collect();
        Some(view::Picture {
            years,
            columns: releases.clone().map(|i| self.column(i)).collect(),
            rows,
            wide: releases.len() > ON_PAPER,
        })
    }

    fn column(&self, index: usize) -> view::Column {
        let version = self.stamp(index);
        let day = self.release(index).version.front.effective;
        let (month, number) = (day.month().to_string(), day.day().to_string());
        let mark = match (version.status, version.kind) {
            (status @ ("in-force" | "upcoming" | "draft" | "withdrawn"), _) => {
                Some(format!("status_{status}"))
            }
            (_, kind @ ("correction" | "revert")) => Some(format!("mark_{kind}")),
            _ => None,
        };
        view::Column {
            short: self.messages.fill("picture_day", &[("month", &month), ("day", &number)]),
            mark: mark.map(|key| self.messages.text(&key).to_owned()),
            version,
        }
    }

    /// The row of a section; none for clauses within one.
    fn row(&self, life: usize) -> Option<view::Row> {
        let Life { stages } = self.line.lineage.lives.get(life)?;
        let (home, id) = (*self.line.homes.get(life)?)?;
        let Some(Place::Section(section)) = stages.get(home)?.place else { return None };
        let text = self.line.lineage.text(home)?;
        let depth = text.sections.get(section)?.depth.saturating_sub(usize::from(has_title(text)));
        let cell = |(i, stage): (usize, &Stage)| self.cell(life, i, stage);
        Some(view::Row {
            title: self.life_title(life),
            url: self.to(&urls::clause(self.id(), id)),
            depth: depth.min(4),
            gone: self.when(life) == When::Gone,
            cells: stages.iter().enumerate().map(cell).collect(),
        })
    }

    fn cell(&self, life: usize, index: usize, stage: &Stage) -> view::Cell {
        let release = self.release(index);
        let (class, word) = match stage.fate {
            Fate::Absent => {
                return view::Cell { class: String::new(), text: String::new(), url: String::new() };
            }
            Fate::First => ("f", "first"),
            Fate::Added => ("a", "added"),
            Fate::Same => ("s", "same"),
            Fate::Moved => ("m", "moved"),
            Fate::Changed => ("c", "changed"),
            Fate::Removed => ("r", "removed"),
        };
        let (mut class, mut text) =
            (class.to_owned(), self.messages.text(&format!("cell_{word}")).to_owned());
        let material = self.first_change(index, stage, true);
        if material.is_some() {
            class += " k";
            text = self.messages.fill("cell_material", &[("what", &text)]);
        }
        if matches!(release.status, Status::Draft | Status::Withdrawn) {
            class += " o";
        }
        let reads = matches!(stage.fate, Fate::First | Fate::Same | Fate::Added);
        let change = material.or_else(|| self.first_change(index, stage, false)).filter(|_| !reads);
        let url = match (change, release.previous) {
            (Some(number), Some(previous)) => {
                format!("{}#change-{number}", self.redline_between(previous, index))
            }
            // Clauses that say the same passed to another section: no change by number says so.
            (None, Some(previous)) if !reads => self.redline_between(previous, index),
            _ => self.stands_at(index, life),
        };
        view::Cell { class, text, url }
    }

    /// The number of the first change of a stage, or of its first `material` one.
    pub(super) fn first_change(&self, index: usize, stage: &Stage, material: bool) -> Option<usize> {
        let comparison = self.release(index).comparison.as_ref()?;
        let wanted = |c: &&usize| !material || comparison.materiality(**c) == Materiality::Material;
        let numbers = self.line.numbers.get(index)?;
        stage.changes.iter().filter(wanted).find_map(|change| numbers.get(*change).copied()?)
    }

    /// The strongest word said on the changes of a stage.
    pub(super) fn material(&self, index: usize, stage: &Stage) -> &'static str {
        let Some(comparison) = self.release(index).comparison.as_ref() else { return "" };
        let said = |c: &usize| match comparison.materiality(*c) {
            // Only what the gate asks about has a materiality.
            Materiality::NotClassified if !comparison.diff.changes[*c].needs_word() => {
                Materiality::NotMaterial
            }
            other => other,
        };
        let loud = |c: &&usize| !comparison.diff.changes[**c].is_quiet();
        let all = || stage.changes.iter().filter(loud).map(said);
        let strongest = all().find(|m| *m == Materiality::Material).or_else(|| all().min());
        strongest.map_or("", names::materiality_name)
    }
}
