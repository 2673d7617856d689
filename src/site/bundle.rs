//! All that is to be known of one published version, as files that need nothing else: its text and
//! page, its record, the redline with the version before it, what users were told, translations, and
//! the sums that check them.
//!
//! The line of versions is that of the day on which this one was announced: later ones are not in it,
//! so a bundle that is made today and one that is made in ten years are the same. Putting the files into
//! one archive is not done here.

use std::fmt::Write as _;

use chrono::NaiveDate;
use serde::Serialize;

use super::diff_json;
use super::pages::kept;
use super::{Alone, GENERATOR, Page, Site, alone, names, proved, record, redline, sums, urls};
use crate::error::Error;
use crate::policy::calendar::rfc3339;
use crate::policy::history::History;
use crate::policy::{ChangeNote, Language, Translation, Version};

/// What is in a bundle, by the name of its file.
const CONTENTS: [(&str, &str); 9] = [
    ("policy.md", "The text that binds: the canonical bytes that `text.digest` in the record is of."),
    ("version.html", "The same text as a page. It needs no network; open it in any browser."),
    ("record.json", "What never changes about this version, with the digest of the record before it."),
    ("summary.txt", "The dates, what users were owed, and what they were told, in plain words."),
    ("redline.html", "What changed since the version before, to be read or printed. It needs no network."),
    ("diff.json", "The same for programs, clause by clause."),
    ("previous.md", "The canonical text of that version before."),
    ("translations/", "The text in other languages; `.r2` and so on are later fixes of a translation."),
    ("SHA256SUMS", "The SHA-256 of every other file here."),
];

/// The files of a bundle, in their order. The history is that of the day on which the release was
/// announced.
pub fn files(site: &Site, history: &History<'_>, release: usize) -> Result<Vec<Page>, Error> {
    let (policy, version) = (&history.policy.id, history.releases[release].version);
    let mut files = vec![
        file("policy.md", version.text.canonical.clone()),
        file("version.html", kept(site, history, release, None)?),
    ];
    let of = |r: &record::RecordFile| r.record.version == version.id;
    if let Some(record) = record::files(site, history)?.iter().find(|r| of(r)) {
        files.push(file("record.json", written(&urls::record(policy, &version.id), record)?));
    }
    files.push(file("summary.txt", summary(site, history, release)));
    files.extend(changes(site, history, release)?);
    for (language, revisions) in &version.translations {
        for translation in revisions.iter().filter(|t| !t.draft) {
            let name = translated(language, translation);
            files.push(file(&format!("{name}.md"), translation.text.canonical.clone()));
            let page = kept(site, history, release, Some((language, translation)))?;
            files.push(file(&format!("{name}.html"), page));
        }
    }
    files.insert(0, file("README.txt", readme(site, history, release, &files)));
    let sums = files.iter().map(|page| sums::line(&page.path, &sums::sum(&page.contents))).collect();
    files.push(file(urls::SUMS, sums));
    Ok(files)
}

/// The redline with the version before, if there is one.
fn changes(site: &Site, history: &History<'_>, release: usize) -> Result<Vec<Page>, Error> {
    let this = &history.releases[release];
    let (Some(previous), Some(comparison)) = (this.previous, &this.comparison) else { return Ok(Vec::new()) };
    let proof = proved(history, previous, release, comparison)?;
    let name = |r: usize| format!("{}@{}", history.policy.id, history.releases[r].version.id);
    let about = Alone {
        names: &[name(previous), name(release)],
        path: None,
        language: Some(&history.policy.settings.controlling_language),
        proof,
    };
    let schema = site.absolute(&urls::schema(diff_json::SCHEMA));
    let numbers = redline::numbers(comparison);
    let document = diff_json::document(comparison, &numbers, proof, Some(&schema));
    Ok(vec![
        file("redline.html", alone(comparison, about)?),
        file("diff.json", written("diff.json", &document)?),
        file("previous.md", comparison.old.canonical.clone()),
    ])
}

/// The day it was made known. Of an imported text nobody knows that, unless it is another day than that of effect.
fn announced(version: &Version) -> Option<NaiveDate> {
    let front = &version.front;
    (front.source.is_none() || front.announced != front.effective).then_some(front.announced)
}

/// What users were told, and when.
fn summary(site: &Site, history: &History<'_>, release: usize) -> String {
    let (this, policy) = (&history.releases[release], history.policy);
    let (version, front) = (this.version, &this.version.front);
    let zone = site.settings.time_zone;
    let name = |id: &str| format!("{}@{id}", policy.id);
    let mut facts: Vec<(&str, String)> = vec![
        ("Policy", policy.settings.title.clone()),
        ("Version", name(&version.id)),
        ("Published by", site.settings.organisation.clone()),
        ("Published at", site.absolute(&urls::version(&policy.id, &version.id))),
        ("Kind", names::kind_name(&front.kind).to_owned()),
    ];
    facts.extend(front.kind.corrects().map(|of| ("Corrects", name(of))));
    facts.extend(front.kind.reverts().map(|of| ("Takes back", name(of))));
    facts.extend(this.previous.map(|p| ("Comes after", name(&history.releases[p].version.id))));
    let seen = front.is_captured();
    let day = |day| format!("{day} ({}, {})", rfc3339(day, zone), zone.name());
    if seen {
        facts.push(("Seen on", day(front.effective)));
    } else {
        facts.extend(announced(version).map(|announced| ("Announced", day(announced))));
        facts.push(("Takes effect", day(front.effective)));
    }
    facts.extend(front.withdrawn.map(|end| ("Withdrawn", day(end))));
    facts.extend(front.source.as_ref().and_then(|s| s.url.clone()).map(|url| ("Taken from", url)));
    facts.push(("Materiality", names::materiality_name(this.materiality).to_owned()));
    facts.push(("Owed to users", names::action_name(this.action()).to_owned()));
    if let Some((from, until)) = this.notice(policy) {
        let channels: Vec<_> =
            policy.settings.notice.channels.iter().map(|c| names::channel_name(*c)).collect();
        let notice = format!("from {} until {}, by {}", from, until, channels.join(", "));
        facts.push(("Notice", notice));
    }
    facts.extend(front.notice_exception.clone().map(|why| ("Exception", why)));
    let width = facts.iter().map(|(what, _)| what.len()).max().unwrap_or(0) + 2;
    let mut out = String::new();
    for (what, value) in facts {
        let _ = writeln!(out, "{:width$}{value}", format!("{what}:"));
    }
    told(&mut out, "", front.summary.as_deref(), &front.changes);
    for (language, revisions) in &version.translations {
        for t in revisions.iter().filter(|t| !t.draft) {
            told(&mut out, &format!(" ({})", revision(language, t)), t.summary.as_deref(), &t.changes);
        }
    }
    out
}

/// What was said of a version in one language.
fn told(out: &mut String, of: &str, summary: Option<&str>, changes: &[ChangeNote]) {
    if let Some(summary) = summary {
        let _ = write!(out, "\nSummary{of}\n\n  {}\n", summary.trim());
    }
    if !changes.is_empty() {
        let _ = writeln!(out, "\nWhat was said of the changes{of}");
    }
    for note in changes {
        let ids: Vec<&str> = note.clauses.iter().map(|(id, _)| id.as_str()).collect();
        let mut words: Vec<String> = Vec::new();
        words.extend(note.material.map(|m| if m { "material" } else { "not material" }.to_owned()));
        words.extend(note.category.map(|c| names::category_name(c).to_owned()));
        words.extend(note.direction.map(|d| names::direction_name(d).to_owned()));
        words.extend((!note.affects.is_empty()).then(|| format!("affects {}", note.affects.join(", "))));
        let words = if words.is_empty() { String::new() } else { format!(" [{}]", words.join("; ")) };
        let _ = write!(out, "\n  {}{words}\n", ids.join(", "));
        let lines = [("", &note.summary), ("Reason: ", &note.reason)];
        for (what, text) in lines {
            if let Some(text) = text {
                let _ = writeln!(out, "    {what}{}", text.trim());
            }
        }
    }
}

/// What each file is, and how to check them.
fn readme(site: &Site, history: &History<'_>, release: usize, files: &[Page]) -> String {
    let (policy, version) = (history.policy, history.releases[release].version);
    let title = format!("{}, version {}", policy.settings.title, version.id);
    let mut out = format!("{title}\n{}\n\n", "=".repeat(title.chars().count()));
    let published = site.absolute(&urls::version(&policy.id, &version.id));
    let _ = write!(
        out,
        "What {} published of this version at\n{published}\n\
        {}What later versions say is not in here.\n\n",
        site.settings.organisation,
        announced(version).map_or_else(String::new, |day| format!("It was announced on {day}. "))
    );
    for (name, what) in CONTENTS {
        let there = |page: &Page| page.path == name || name.ends_with('/') && page.path.starts_with(name);
        if name == "SHA256SUMS" || files.iter().any(there) {
            let _ = write!(out, "{name}\n    {what}\n");
        }
    }
    out += "
To check that no file was changed, type in this folder

    sha256sum -c SHA256SUMS          (Linux)
    shasum -a 256 -c SHA256SUMS      (macOS)

To check the record against its digest:

    jq --compact-output --join-output .record record.json | sha256sum

To check that this is what was published, compare the digests with those at the address above, and
`previous` in the record with the record of that version: each record holds the digest of the one
before it, so whoever changes one has to change all that came after.
";
    let _ = writeln!(out, "\nMade by {GENERATOR}.");
    out
}

fn translated(language: &Language, translation: &Translation) -> String {
    format!("translations/{}", revision(language, translation))
}

/// `es`, `es.r2`
fn revision(language: &Language, translation: &Translation) -> String {
    match translation.revision {
        1 => language.0.clone(),
        n => format!("{language}.r{n}"),
    }
}

fn file(path: &str, contents: String) -> Page {
    Page { path: path.to_owned(), contents: contents.into_bytes() }
}

fn written(name: &str, value: &impl Serialize) -> Result<String, Error> {
    let text = serde_json::to_string_pretty(value);
    Ok(text.map_err(|e| Error::Json { name: name.to_owned(), source: Box::new(e) })? + "\n")
}
