//! What is owed to those who accepted an earlier version.
//!
//! The texts may say the same again while much happened between them, so what is owed is read off the
//! versions on the way and not off the texts: the strongest of what each of them asked for. A version of
//! which nobody said what it asked makes the answer unknown, and never that nothing is owed. Corrections
//! ask for nothing: who accepted the version with the mistake has accepted the one without.
//!
//! What changed between the texts is not told here; see [`super::history::History::compare`] and
//! [`super::path`].

use chrono::NaiveDate;

use super::history::{History, Materiality, Release, Status};
use super::{Action, Kind};

/// What is owed to those who accepted one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Since {
    /// The version they accepted; an index into [`History::releases`].
    pub accepted: usize,
    /// To the version in force, where that is another one; then to each announced one.
    pub legs: Vec<Leg>,
}

/// The way from the version that was accepted to a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The versions after the accepted one, oldest first, up to the one it leads to; never empty.
    pub steps: Vec<usize>,
    /// What is owed: the strongest of what its versions ask for; unknown where it is of one of them.
    pub action: Option<Action>,
    /// The last version that asks for the most that is known to be asked for; none where that is nothing.
    pub strongest: Option<usize>,
    /// The versions of which it is not known what they ask for.
    pub unknown: Vec<usize>,
}

/// The days on which a version was in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The version.
    pub release: usize,
    /// The first day.
    pub from: NaiveDate,
    /// The first day on which it was not, where that is known: the last version has none.
    pub until: Option<NaiveDate>,
}

/// What is owed to those who accepted a version; none where it never was in force, so that nobody can
/// have accepted it.
pub fn since(history: &History<'_>, accepted: usize) -> Option<Since> {
    history.releases.get(accepted).filter(|r| was_in_force(r))?;
    history.in_force?;
    Some(Since { accepted, legs: legs(history, accepted) })
}

/// The ways from a version of the line, in force or announced, to the one in force and to announced ones,
/// where these come after it.
pub fn legs(history: &History<'_>, accepted: usize) -> Vec<Leg> {
    let ends = history.in_force.iter().chain(&history.upcoming);
    ends.filter_map(|to| Leg::new(history, accepted, *to)).collect()
}

/// The days on which each version was in force, oldest first: each begins where the one before it
/// ends.
pub fn periods(history: &History<'_>) -> Vec<Period> {
    let lived = |(release, r): (usize, &Release<'_>)| {
        was_in_force(r).then(|| Period {
            release,
            from: r.version.front.effective,
            until: r.next.map(|next| history.releases[next].version.front.effective),
        })
    };
    history.releases.iter().enumerate().filter_map(lived).collect()
}

/// Whether there was a day on which it applied, or it was corrected on the very first.
pub fn was_in_force(release: &Release<'_>) -> bool {
    matches!(release.status, Status::InForce | Status::Superseded | Status::Corrected)
}

impl Since {
    /// The way to a version.
    pub fn leg(&self, to: usize) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.steps.last() == Some(&to))
    }
}

impl Leg {
    /// The version it leads to.
    pub fn to(&self) -> usize {
        self.steps.last().copied().unwrap_or_default()
    }

    fn new(history: &History<'_>, accepted: usize, to: usize) -> Option<Self> {
        let back = std::iter::successors(Some(to), |at| history.releases.get(*at)?.previous);
        let mut steps: Vec<usize> = back.take_while(|at| *at > accepted).collect();
        steps.reverse();
        if steps.is_empty() {
            return None;
        }
        let asking = || steps.iter().copied().filter(|step| asks(&history.releases[*step]));
        let action = |step: usize| said(&history.releases[step]);
        let unknown: Vec<usize> = asking().filter(|step| action(*step).is_none()).collect();
        let most = asking().filter_map(action).max().unwrap_or(Action::None);
        let strongest = asking().rfind(|step| action(*step) == Some(most));
        Some(Self {
            action: unknown.is_empty().then_some(most),
            strongest: strongest.filter(|_| most > Action::None),
            unknown,
            steps,
        })
    }
}

/// What a version asks for, where that was said: that it asks for nothing is not, as long as some of its
/// changes wait for a word. A correction asks for nothing.
pub fn said(release: &Release<'_>) -> Option<Action> {
    if !asks(release) {
        return Some(Action::None);
    }
    let open = release.materiality == Materiality::NotClassified || release.is_open();
    release.action().filter(|action| *action > Action::None || !open)
}

/// Whether a version can ask for anything of those who accepted the one before it.
pub fn asks(release: &Release<'_>) -> bool {
    !matches!(release.version.front.kind, Kind::Correction(_))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::policy::history::history;
    use crate::policy::markdown::{Options, parse};
    use crate::policy::settings;
    use crate::policy::{ChangeNote, FrontMatter, Language, Policy, Version};

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2020, 1, day).expect("a day of January")
    }

    /// The legal team's word on the one clause there is.
    fn word() -> ChangeNote {
        ChangeNote {
            clauses: vec![("preamble".to_owned(), 0..0)],
            material: Some(false),
            category: None,
            direction: None,
            affects: Vec::new(),
            summary: None,
            reason: None,
        }
    }

    /// A version for each letter, each on its own day of January: `f`irst, `n`otice, `r`eaccept, `-` asks
    /// nothing, `?` not known, `!` said to ask nothing with no word on its change, `c` corrects the one before,
    /// `w`ithdrawn, `d`raft.
    fn policy(letters: &str) -> Policy {
        let version = |(i, letter): (usize, char)| {
            let number = u32::try_from(i).expect("few versions") + 1;
            let effective = day(number);
            let action = match letter {
                'n' => Some(Action::Notice),
                'r' => Some(Action::Reaccept),
                '?' | 'f' => None,
                _ => Some(Action::None),
            };
            let kind = match letter {
                'f' => Kind::Initial,
                'c' => Kind::Correction(format!("v{i}")),
                _ => Kind::Amendment,
            };
            let front = FrontMatter {
                effective,
                announced: day(1),
                kind,
                summary: None,
                action,
                changes: if matches!(letter, '?' | '!') { Vec::new() } else { vec![word()] },
                was: BTreeMap::new(),
                source: None,
                draft: letter == 'd',
                withdrawn: (letter == 'w').then(|| day(1)),
                notice_exception: None,
            };
            let text = format!("Text {i}.");
            let text = parse(&text, 0..text.len(), Options { imported: false }).0;
            Version {
                id: format!("v{number}"),
                draft: front.draft,
                front,
                text,
                translations: BTreeMap::new(),
            }
        };
        let versions = letters.chars().enumerate().map(version).collect();
        let settings = settings::policy("title: P", &Language("en".to_owned())).0.expect("it has a title");
        Policy { id: "p".to_owned(), settings, versions, seal: None }
    }

    /// What those are owed who accepted the first version, on a day: of each leg its steps and what is
    /// owed, with the version that asks for it.
    fn owed(letters: &str, today: u32) -> Vec<String> {
        let policy = policy(letters);
        let history = history(&policy, day(today), true);
        let since = since(&history, 0).expect("the first version was in force");
        let action = |leg: &Leg| leg.action.map_or("unknown".to_owned(), |a| format!("{a:?}").to_lowercase());
        let told = |leg: &Leg| format!("{:?} {} {:?}", leg.steps, action(leg), leg.strongest);
        since.legs.iter().map(told).collect()
    }

    #[test]
    fn the_strongest_on_the_way_is_owed() {
        assert_eq!(owed("fnr-", 9), ["[1, 2, 3] reaccept Some(2)"]);
        assert_eq!(owed("fn-n", 9), ["[1, 2, 3] notice Some(3)"]);
        assert_eq!(owed("f--", 9), ["[1, 2] none None"]);
    }

    #[test]
    fn one_step_that_nobody_classified_makes_it_unknown() {
        assert_eq!(owed("f?-", 9), ["[1, 2] unknown None"]);
        assert_eq!(owed("f?r", 9), ["[1, 2] unknown Some(2)"]);
        assert_eq!(owed("f!-", 9), ["[1, 2] unknown None"]);
    }

    #[test]
    fn corrections_ask_for_nothing() {
        assert_eq!(owed("fc", 9), ["[1] none None"]);
        assert_eq!(owed("fcn", 9), ["[1, 2] notice Some(2)"]);
    }

    #[test]
    fn nothing_is_owed_for_the_version_in_force() {
        assert_eq!(owed("f", 9), [""; 0]);
    }

    #[test]
    fn announced_versions_are_legs_of_their_own() {
        assert_eq!(
            owed("fn-r", 2),
            ["[1] notice Some(1)", "[1, 2] notice Some(1)", "[1, 2, 3] reaccept Some(3)"]
        );
        assert_eq!(owed("fr", 1), ["[1] reaccept Some(1)"]);
    }

    #[test]
    fn what_was_never_in_force_is_no_step_and_cannot_be_accepted() {
        assert_eq!(owed("fwdn", 9), ["[3] notice Some(3)"]);
        let policy = policy("fwdn");
        let history = history(&policy, day(3), true);
        let accepted = |release| since(&history, release).is_some();
        assert_eq!([accepted(0), accepted(1), accepted(2), accepted(3)], [true, false, false, false]);
    }

    #[test]
    fn periods_follow_each_other() {
        let policy = policy("fwcdn");
        let history = history(&policy, day(4), true);
        let told = periods(&history).into_iter().map(|p| (p.release, p.from, p.until));
        let expected = [(0, day(1), Some(day(3))), (2, day(3), Some(day(5)))];
        assert_eq!(told.collect::<Vec<_>>(), expected);
    }
}
