//! Where a policy stands on a day, for those who work on it: what applies, what comes, what is being
//! written and what that still lacks, what readers are told of just now, and which translations are
//! behind. What readers themselves see of it is the site's.

use chrono::NaiveDate;

use super::diff::Change;
use super::gate::Judged;
use super::history::{History, Release, history};
use super::{Action, Kind, Language, Policy, Version};

/// Where a policy stands.
#[derive(Clone, Debug)]
pub struct Standing<'p> {
    /// The version in force.
    pub in_force: Option<&'p Version>,
    /// Announced versions, soonest first.
    pub upcoming: Vec<Coming<'p>>,
    /// Finished versions whose announcement lies ahead, in the order of the line.
    pub unannounced: Vec<&'p Version>,
    /// What is being written, in the order of the line.
    pub drafts: Vec<&'p Version>,
    /// What readers are told of by a banner, and the first day on which they no longer are.
    pub notices: Vec<(&'p Version, NaiveDate)>,
    /// Translations that say what the text in force no longer says.
    pub lagging: Vec<Lagging<'p>>,
}

/// A version that comes.
#[derive(Clone, Debug)]
pub struct Coming<'p> {
    /// Which.
    pub version: &'p Version,
    /// What services owe users; none where nobody said.
    pub action: Option<Action>,
    /// The languages in which other versions can be read and this one cannot.
    pub untranslated: Vec<&'p Language>,
}

/// A translation that is behind.
#[derive(Clone, Debug)]
pub struct Lagging<'p> {
    /// Its language.
    pub language: &'p Language,
    /// The version that was last translated.
    pub from: &'p Version,
    /// How many clauses of the binding text have changed since.
    pub clauses: usize,
}

/// Where a policy stands on a day.
pub fn standing(policy: &Policy, today: NaiveDate) -> Standing<'_> {
    let public = history(policy, today, false);
    let version = |release: usize| public.releases[release].version;
    Standing {
        in_force: public.in_force.map(version),
        upcoming: public.upcoming.iter().map(|i| coming(&public, *i)).collect(),
        unannounced: public.unannounced.clone(),
        drafts: policy.versions.iter().filter(|version| version.draft).collect(),
        notices: notices(&public),
        lagging: lagging(&public),
    }
}

/// What a draft lacks, each in a few words: by its front matter, and by what the gate found in it.
pub fn lacks(version: &Version, judged: Option<&Judged<'_>>) -> Vec<String> {
    let front = &version.front;
    let told = !matches!(front.kind, Kind::Initial | Kind::Correction(_)) && front.source.is_none();
    let mut lacks = Vec::new();
    if told && front.summary.is_none() {
        lacks.push("a summary".to_owned());
    }
    if told && front.action.is_none() {
        lacks.push("an action".to_owned());
    }
    let found = |code: &str| judged.map_or(0, |j| j.found.iter().filter(|f| f.code == code).count());
    let several = |code: &str, one: &str, many: &str| match found(code) {
        0 => None,
        1 => Some(format!("{one} 1 changed clause")),
        n => Some(format!("{many} {n} changed clauses")),
    };
    lacks.extend(several("not-classified", "a word on", "a word on"));
    lacks.extend(several("unreasoned", "a reason on", "reasons on"));
    for found in judged.iter().flat_map(|judged| &judged.found) {
        let what = match found.code {
            "missing-summary" | "not-classified" | "unreasoned" => continue,
            "untold" => "a reason why nobody is told",
            "short-notice" => "the days of notice that are promised",
            "past" => "a day that lies ahead",
            "out-of-order" => "a day after those that are published",
            "draft-due" => "a decision, for its day has come",
            "translation-lags" => "a translation",
            "vanished-id" => "ids that others may link to",
            "not-a-revert" => "the text that it restores",
            _ => "a look at what `clauseline check` says",
        };
        if !lacks.iter().any(|lack| lack == what) {
            lacks.push(what.to_owned());
        }
    }
    lacks
}

fn coming<'p>(history: &History<'p>, release: usize) -> Coming<'p> {
    let (version, action) = (history.releases[release].version, history.releases[release].action());
    let has = |language: &Language| history.translations(version).any(|(l, _)| l == language);
    let untranslated = history.languages().into_iter().filter(|l| !has(l)).collect();
    Coming { version, action, untranslated }
}

/// Of what comes readers are told until it has come, of what came as long as was promised.
fn notices<'p>(history: &History<'p>) -> Vec<(&'p Version, NaiveDate)> {
    let recent = |release: &Release<'p>| {
        let (_, until) = release.notice(history.policy)?;
        let told = release.version.front.effective <= history.today && history.today < until;
        told.then_some((release.version, until))
    };
    let shown = (0..history.releases.len()).filter(|i| history.is_on_a_page(*i));
    let recent = shown.filter_map(|i| recent(&history.releases[i]));
    let coming = history.upcoming.iter().map(|i| history.releases[*i].version);
    recent.chain(coming.map(|version| (version, version.front.effective))).collect()
}

fn lagging<'p>(history: &History<'p>) -> Vec<Lagging<'p>> {
    let behind = |language: &'p Language| {
        let translated = history.translated(language)?;
        let comparison = history.lag(translated)?;
        let clauses = comparison.diff.changes.iter().filter(|change: &&Change| change.needs_word()).count();
        Some(Lagging { language, from: history.releases[translated].version, clauses })
    };
    history.languages().into_iter().filter_map(behind).collect()
}
