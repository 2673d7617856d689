//! Which day each state of a file becomes a version of.

use chrono::NaiveDate;

use super::{Candidate, Dates};
use crate::import::Finding;

/// A day, whether the text states it, and which candidate it is the day of; days rise.
type Dated = (NaiveDate, bool, usize);

pub(super) fn dated(candidates: &[Candidate], dates: Dates, findings: &mut Vec<Finding>) -> Vec<Dated> {
    match dates {
        Dates::Commit => {
            candidates.iter().enumerate().map(|(at, candidate)| (candidate.day, false, at)).collect()
        }
        Dates::Text => stated(candidates, findings),
    }
}

/// By what texts state. A text that was changed before it took effect was never in force: what replaced it
/// takes its day. A text that was changed later and states the same day has no day of its own, and takes that
/// of its commit.
fn stated(candidates: &[Candidate], findings: &mut Vec<Finding>) -> Vec<Dated> {
    let mut out: Vec<Dated> = Vec::new();
    for (at, candidate) in candidates.iter().enumerate() {
        let mut say = |code, message: String| {
            findings.push(Finding::doubt(
                code,
                vec![],
                format!("{}, {}: {message}", candidate.name, candidate.day),
            ));
        };
        let own = candidate.stated;
        // What was to take effect later, and was replaced before.
        while let Some((day, _, before)) = out.last().copied()
            && day >= candidate.day
            && own.is_none_or(|own| own <= day)
        {
            let replaced = &candidates[before].name;
            say("replaced", format!("replaces {replaced}, which was to take effect on {day}"));
            out.pop();
        }
        let last = out.last().map(|(day, _, _)| *day);
        let later = |day: &NaiveDate| last.is_none_or(|last| last < *day);
        match own {
            Some(day) if later(&day) => out.push((day, true, at)),
            _ => {
                let why = match own {
                    Some(day) if last == Some(day) => format!("the text changed, and still states {day}"),
                    Some(day) => format!("the text states {day}, which is not later than the version before"),
                    None => "the text states no date".to_owned(),
                };
                say("date-kept", format!("{why}: the day of the commit is taken"));
                out.push((candidate.day, false, at));
            }
        }
    }
    out
}
