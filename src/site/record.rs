//! The record of a version: what never changes about it, chained to the record of the version before
//! it by a digest. The contract with those who check it; its JSON Schema is made from these types.
//!
//! Nothing is in a record that can change after the version was announced: not the day it takes
//! effect, which may be put off, nor that it was withdrawn, replaced or translated. Nor what this
//! program finds in the texts: a later program may see more in them, and no digest may change for
//! that. It stands beside the record, as [`RecordFile::found`].

use schemars::JsonSchema;
use serde::Serialize;

use super::changelog::{self, NaiveDay};
use super::diff_json::SignalEntry;
use super::pages::json;
use super::{GENERATOR, Page, Site, names, urls};
use crate::error::Error;
use crate::policy::chain::chain;
use crate::policy::history::{Comparison, History};
use crate::policy::markdown::digest;
use crate::policy::seal;
use crate::policy::{ChangeNote, Source, Version};

/// The name of the schema.
pub const SCHEMA: &str = "record-v1";

/// The number of the rule by which a text is made canonical.
pub const C14N: u32 = 1;

/// The record of a version, and what checks it.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline record, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct RecordFile {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri"))]
    pub schema: String,
    /// The program that wrote it, and its version.
    pub generator: String,
    /// What never changes.
    pub record: Record,
    /// `sha256:` and the digest of `record` as JSON: its keys in the order in which they stand here, no
    /// white space between them, characters other than quotes, backslashes and control characters
    /// as they are, in UTF-8, without a line end.
    pub digest: String,
    /// What this program finds between the text and that of the version before it. No part of the
    /// record: a later program may find more.
    #[schemars(extend("x-changes" = "finding"))]
    pub found: Vec<FoundEntry>,
}

/// What never changes about a version.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct Record {
    /// `policy@version`
    pub id: String,
    /// The policy's id.
    pub policy: String,
    /// The version's id.
    pub version: String,
    /// `initial`, `amendment`, `correction` or `revert`.
    pub kind: String,
    /// The release that a correction corrects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// The release that a revert takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reverts: Option<String>,
    /// The release that stood before it on the day it was announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousEntry>,
    /// The day it was made known, `YYYY-MM-DD`, in the site's time zone.
    pub announced: NaiveDay,
    /// What services owe users: `none`, `notice`, `reaccept` or `unknown`.
    pub action: String,
    /// What changed, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The legal team's word on what changed.
    pub changes: Vec<NoteEntry>,
    /// What ids of this text were called in the one before.
    pub was: Vec<WasEntry>,
    /// Where an imported text comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceEntry>,
    /// The text.
    pub text: TextEntry,
}

/// The release before.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct PreviousEntry {
    /// Its id.
    pub id: String,
    /// The digest of its record.
    pub record: String,
}

/// The legal team's word on one or more clauses.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct NoteEntry {
    /// Ids of sections or clauses, as the author wrote them.
    pub clauses: Vec<String>,
    /// Whether users need to be told.
    pub material: bool,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// `more-protective`, `less-protective` or `neutral`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Free facets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub affects: Vec<String>,
    /// In plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Why it is not material, or why nothing is owed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// One id that was another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct WasEntry {
    /// In this text.
    pub new: String,
    /// In the text before.
    pub old: String,
}

/// Where an imported text comes from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct SourceEntry {
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uri"))]
    pub url: Option<String>,
    /// The day it was seen there, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub captured: Option<NaiveDay>,
    /// `stated`, or `captured` where the version's days are those on which it was seen.
    pub dates: String,
    /// `original`, `extracted` or `reconstructed`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fidelity: Option<String>,
}

/// The text, by its digest.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct TextEntry {
    /// The number of the rule by which it was made canonical. 1: the bytes after the front matter, without
    /// byte order mark, lines ending in LF, one of these at the end.
    pub c14n: u32,
    /// `sha256:` of its canonical bytes, which stand beside this file in `policy.md`.
    pub digest: String,
}

/// A changed clause.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "finding"))]
pub struct FoundEntry {
    /// `policy@version#clause`; for a removed clause the version is the one before, where it last stood.
    pub id: String,
    /// What became of it; `moved` may stand beside another.
    pub relations: Vec<String>,
    /// Sorts of change: `wording`, `link`, `formatting`, `typography`, `numbering`, `date`, `case`.
    pub classes: Vec<String>,
    /// What lawyers look for in it: words that are not what they were.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub signals: Vec<SignalEntry>,
}

/// Records as files.
pub fn pages(files: &[RecordFile]) -> Result<Vec<Page>, Error> {
    files.iter().map(|file| json(&urls::record(&file.record.policy, &file.record.version), file)).collect()
}

/// The records of all releases of a policy that are no drafts, in the order of their line.
pub fn files(site: &Site, history: &History<'_>) -> Result<Vec<RecordFile>, Error> {
    let versions = &history.policy.versions;
    let chain = chain(history.policy);
    // Of each version its record's digest. A link of the chain goes back, so it is there already.
    let mut digests: Vec<Option<String>> = Vec::with_capacity(versions.len());
    let mut files = Vec::new();
    for (i, version) in versions.iter().enumerate() {
        let place = history.releases.iter().position(|r| r.version.id == version.id && !r.version.draft);
        let Some(place) = place else {
            digests.push(None);
            continue;
        };
        let before =
            chain.get(i).copied().flatten().and_then(|b| Some((versions.get(b)?, digests.get(b)?.clone()?)));
        let (before, link) = (before.as_ref().map(|(version, _)| *version), before);
        let record = record(history, version, link, history.releases[place].action());
        let digest = digest_of(&record)?;
        digests.push(Some(digest.clone()));
        let found = before.map_or_else(Vec::new, |old| found(history, old, place));
        let schema = site.absolute(&urls::schema(SCHEMA));
        files.push(RecordFile { schema, generator: GENERATOR.to_owned(), record, digest, found });
    }
    Ok(files)
}

/// See [`RecordFile::digest`].
fn digest_of(record: &Record) -> Result<String, Error> {
    let name = || urls::record(&record.policy, &record.version);
    let text = serde_json::to_string(record);
    Ok(digest(&text.map_err(|e| Error::Json { name: name(), source: Box::new(e) })?))
}

fn record(
    history: &History<'_>,
    version: &Version,
    link: Option<(&Version, String)>,
    action: Option<crate::policy::Action>,
) -> Record {
    let (policy, front) = (&history.policy.id, &version.front);
    let id = |version: &str| format!("{policy}@{version}");
    Record {
        id: id(&version.id),
        policy: policy.clone(),
        version: version.id.clone(),
        kind: names::kind_name(&front.kind).to_owned(),
        corrects: front.kind.corrects().map(id),
        reverts: front.kind.reverts().map(id),
        previous: link.map(|(before, record)| PreviousEntry { id: id(&before.id), record }),
        announced: NaiveDay(front.announced.to_string()),
        action: names::action_name(action).to_owned(),
        summary: front.summary.clone(),
        changes: front.changes.iter().map(note).collect(),
        was: front.was.iter().map(|(new, old)| WasEntry { new: new.clone(), old: old.clone() }).collect(),
        source: front.source.as_ref().map(source),
        text: TextEntry { c14n: C14N, digest: version.text.digest.clone() },
    }
}

fn note(note: &ChangeNote) -> NoteEntry {
    NoteEntry {
        clauses: note.clauses.iter().map(|(id, _)| id.clone()).collect(),
        material: note.material == Some(true),
        category: note.category.map(|c| names::category_name(c).to_owned()),
        direction: note.direction.map(|d| names::direction_name(d).to_owned()),
        affects: note.affects.clone(),
        summary: note.summary.clone(),
        reason: note.reason.clone(),
    }
}

fn source(source: &Source) -> SourceEntry {
    SourceEntry {
        url: source.url.clone(),
        captured: source.captured.map(|day| NaiveDay(day.to_string())),
        dates: names::dates_name(source.date_is_capture).to_owned(),
        fidelity: source.fidelity.map(|f| names::fidelity_name(f).to_owned()),
    }
}

fn found(history: &History<'_>, old: &Version, new: usize) -> Vec<FoundEntry> {
    let (release, language) = (&history.releases[new], &history.policy.settings.controlling_language);
    let direct = release.previous.is_some_and(|p| history.releases[p].version.id == old.id);
    let texts = (&old.text, &release.version.text);
    // Who stands before it now may be another one.
    let comparison = match &release.comparison {
        Some(comparison) if direct => comparison.clone(),
        _ => {
            let diff = seal::compare(history.policy.seal.as_ref(), old, release.version);
            Comparison::of(diff, texts, &[], language)
        }
    };
    let id = |version: &Version, clause: &str| format!("{}@{}#{clause}", history.policy.id, version.id);
    let changes = comparison.diff.changes.iter().enumerate();
    let told = changes.filter(|(_, change)| !change.is_quiet() || !change.classes.is_empty());
    let entry = |(i, change): (usize, &crate::policy::diff::Change)| {
        let now =
            change.new.first().and_then(|c| Some(id(release.version, &comparison.new.clauses.get(*c)?.id)));
        let then = || change.old.first().and_then(|c| Some(id(old, &comparison.old.clauses.get(*c)?.id)));
        Some(FoundEntry {
            id: now.or_else(then)?,
            relations: changelog::relations(change),
            classes: change.classes.iter().map(|c| names::class_name(*c).to_owned()).collect(),
            signals: comparison.signals.get(i).into_iter().flatten().map(SignalEntry::from).collect(),
        })
    };
    told.filter_map(entry).collect()
}
