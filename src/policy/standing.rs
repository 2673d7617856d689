//! Where a policy stands on a day, for those who work on it: what applies, what comes, what is being
//! written and what that still lacks, what readers are told of just now, and which translations are
//! behind. What readers themselves see of it is the site's.

use chrono::NaiveDate;

use super::diff::Change;
use super::history::{Comparison, History, Release, Status, history};
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
    pub drafts: Vec<Draft<'p>>,
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

/// A version that is being written.
#[derive(Clone, Debug)]
pub struct Draft<'p> {
    /// Which.
    pub version: &'p Version,
    /// What it lacks before it can be published, each in a few words.
    pub lacks: Vec<String>,
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
    // Only with drafts are they compared with what they would replace.
    let desk = history(policy, today, true);
    let drafts = (0..desk.releases.len()).filter(|i| desk.releases[*i].status == Status::Draft);
    let version = |release: usize| public.releases[release].version;
    Standing {
        in_force: public.in_force.map(version),
        upcoming: public.upcoming.iter().map(|i| coming(&public, *i)).collect(),
        unannounced: public.unannounced.clone(),
        drafts: drafts.map(|i| Draft { version: desk.releases[i].version, lacks: lacks(&desk, i) }).collect(),
        notices: notices(&public),
        lagging: lagging(&public),
    }
}

/// What a draft lacks, as far as one can tell from the draft and what it would replace.
pub fn lacks(history: &History<'_>, draft: usize) -> Vec<String> {
    let Some(release) = history.releases.get(draft) else { return Vec::new() };
    let front = &release.version.front;
    let told = !matches!(front.kind, Kind::Initial | Kind::Correction(_)) && front.source.is_none();
    let mut lacks = Vec::new();
    if told && front.summary.is_none() {
        lacks.push("a summary".to_owned());
    }
    if told && front.action.is_none() {
        lacks.push("an action".to_owned());
    }
    let open = release.comparison.as_ref().map_or(0, open);
    match if told { open } else { 0 } {
        0 => {}
        1 => lacks.push("a word on 1 changed clause".to_owned()),
        n => lacks.push(format!("a word on {n} changed clauses")),
    }
    lacks
}

/// How many changes nobody said a word on although they need one.
fn open(comparison: &Comparison<'_>) -> usize {
    let changes = comparison.diff.changes.iter().zip(&comparison.notes);
    changes.filter(|(change, note)| change.needs_word() && note.is_none()).count()
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
