//! Where a policy stands, in few bytes: what a service asks for again and again, and what the link to a policy
//! on another site should say. The contracts with those who read them; the JSON Schemas are made from these
//! types.
//!
//! Both files hold facts and no "now": whoever reads them compares the instants with their own clock, and is
//! right also after a day on which nobody built the site.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use super::pages::json;
use super::{GENERATOR, Page, Site, names, urls};
use crate::error::Error;
use crate::policy::Language;
use crate::policy::calendar::rfc3339;
use crate::policy::history::{History, Release, Status};

/// The name of the schema of `head.json`.
pub const SCHEMA: &str = "head-v1";

/// The name of the schema of `policies.json`.
pub const POLICIES_SCHEMA: &str = "policies-v1";

/// The name of the schema of `link.json`.
pub const LINK_SCHEMA: &str = "link-v1";

/// Where a policy stands.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline head, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct Head {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri"))]
    pub schema: String,
    /// What wrote it.
    pub generator: String,
    /// The policy's id.
    pub policy: String,
    /// Its title, in the language whose text binds.
    #[schemars(extend("x-changes" = "edit"))]
    pub title: String,
    /// The language whose text binds.
    pub language: String,
    /// How users accept: `continued-use` (using the service is agreeing) or `explicit` (users are asked).
    #[schemars(extend("x-changes" = "edit"))]
    pub acceptance: String,
    /// The version in force as of the build.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "build"))]
    pub in_force: Option<InForce>,
    /// Versions announced and not yet effective as of the build, soonest first.
    #[schemars(extend("x-changes" = "build"))]
    pub upcoming: Vec<Upcoming>,
    /// The number of the last event about this policy in `events.json`; 0 where there is none.
    #[schemars(extend("x-changes" = "decision"))]
    pub last_seq: usize,
    /// The next instant at which what applies changes by itself: an upcoming version takes effect or falls
    /// away. After it, the version in force is the last of `upcoming` whose instant has come and that was
    /// not withdrawn by then.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time", "x-changes" = "build"))]
    pub next_transition_at: Option<String>,
    /// The releases of this policy.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub changelog: String,
}

/// The version in force.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct InForce {
    /// The release's id.
    pub id: String,
    /// The instant since which it has been in force.
    #[schemars(extend("format" = "date-time"))]
    pub effective_at: String,
    /// What to store when a user accepts it: the same for a version, its corrections and translations.
    pub acceptance_id: String,
    /// `sha256:` and the digest of its canonical text.
    pub digest: String,
    /// Its permanent page.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
    /// What those are owed who accepted it: its `since/….json`.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub owed: String,
}

/// An announced version.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct Upcoming {
    /// The release's id.
    pub id: String,
    /// The instant of the day it was made known.
    #[schemars(extend("format" = "date-time"))]
    pub announced_at: String,
    /// The instant it takes effect; a reschedule changes it.
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub effective_at: String,
    /// The instant it is withdrawn, where that is decided and lies ahead.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time", "x-changes" = "decision"))]
    pub withdrawn_at: Option<String>,
    /// What to store when a user accepts it.
    pub acceptance_id: String,
    /// What services owe users: `none`, `notice`, `reaccept` or `unknown`.
    pub action: String,
    /// `sha256:` and the digest of its canonical text.
    pub digest: String,
    /// Its permanent page.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub url: String,
    /// What those are owed who accepted it: its `since/….json`.
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub owed: String,
}

/// Which policies there are.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline policies, version 1")]
#[schemars(extend("x-changes" = "never"))]
pub struct Policies {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri"))]
    pub schema: String,
    /// What wrote it.
    pub generator: String,
    /// What is in force, by the policy's id, as the `/terms` of Matrix have it. A policy of which nothing is
    /// in force yet is not here.
    #[schemars(extend("x-changes" = "build"))]
    pub policies: BTreeMap<String, InForceTexts>,
    /// The address of each policy's `head.json`.
    #[schemars(extend("x-changes" = "edit"))]
    pub heads: BTreeMap<String, String>,
}

/// The texts in force of a policy. Accepting one of them is accepting all.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "build"))]
pub struct InForceTexts {
    /// The version's id.
    pub version: String,
    /// The text in each language.
    #[serde(flatten)]
    pub languages: BTreeMap<String, NamedText>,
}

/// A text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct NamedText {
    /// The policy's title.
    pub name: String,
    /// Its permanent page.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
}

/// What a link to the policy should say.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline link, version 1")]
#[schemars(extend("x-changes" = "edit"))]
pub struct Link {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri", "x-changes" = "never"))]
    pub schema: String,
    /// What wrote it.
    #[schemars(extend("x-changes" = "never"))]
    pub generator: String,
    /// The policy's id.
    #[schemars(extend("x-changes" = "never"))]
    pub policy: String,
    /// What the link says: the policy's title.
    pub text: String,
    /// Where it leads: to the text in force.
    #[schemars(extend("format" = "uri"))]
    pub href: String,
    /// The number of the policy's last event that this file knows; 0 where there is none.
    #[schemars(extend("x-changes" = "decision"))]
    pub last_seq: usize,
    /// What it says lately: the title and since when it says something else.
    #[serde(flatten)]
    #[schemars(extend("x-changes" = "build"))]
    pub revised: Option<Revised>,
    /// The same in the languages the policy can be read in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-changes" = "build"))]
    pub languages: BTreeMap<String, TranslatedLink>,
    /// What links will say once announced versions have taken effect, soonest first. The last one whose
    /// `revised_from` has come takes the place of the fields above.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-changes" = "build"))]
    pub upcoming: Vec<Revised>,
}

/// For how long links say that the policy was revised.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct Revised {
    /// The release that they tell of.
    #[schemars(extend("x-changes" = "never"))]
    pub release: String,
    /// What they say while `revised_from <= now < revised_until`.
    pub revised_text: String,
    /// From this instant.
    #[schemars(extend("format" = "date-time"))]
    pub revised_from: String,
    /// Until this instant, exclusive.
    #[schemars(extend("format" = "date-time"))]
    pub revised_until: String,
    /// What they say in other languages, of an upcoming release.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub revised_texts: BTreeMap<String, String>,
}

/// The link in another language.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct TranslatedLink {
    /// What it says.
    pub text: String,
    /// What it says while `revised_from <= now < revised_until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revised_text: Option<String>,
    /// Where it leads: to the latest translation.
    #[schemars(extend("format" = "uri"))]
    pub href: String,
}

/// The files of a policy.
pub fn pages(site: &Site, history: &History<'_>) -> Result<Vec<Page>, Error> {
    let policy = &history.policy.id;
    let files =
        [json(&urls::head(policy), &head(site, history))?, json(&urls::link(policy), &link(site, history))?];
    Ok(files.into())
}

/// The texts in force of a policy, if any is.
pub fn in_force(site: &Site, history: &History<'_>) -> Option<InForceTexts> {
    let (policy, version) = (history.policy, history.releases[history.in_force?].version);
    let controlling = NamedText {
        name: policy.settings.title.clone(),
        url: site.absolute(&urls::version(&policy.id, &version.id)),
    };
    let translated = history.translations(version).map(|(language, translation)| {
        let url = site.absolute(&urls::translated_version(&policy.id, &version.id, &language.0));
        let name = translation.title.clone().unwrap_or_else(|| policy.settings.title.clone());
        (language.0.clone(), NamedText { name, url })
    });
    let first = (policy.settings.controlling_language.0.clone(), controlling);
    Some(InForceTexts { version: version.id.clone(), languages: translated.chain([first]).collect() })
}

/// The file that says which policies there are: their ids, and what is in force of them.
pub fn policies(site: &Site, all: Vec<(String, Option<InForceTexts>)>) -> Result<Page, Error> {
    let heads = all.iter().map(|(id, _)| (id.clone(), site.absolute(&urls::head(id)))).collect();
    let file = Policies {
        schema: site.absolute(&urls::schema(POLICIES_SCHEMA)),
        generator: GENERATOR.to_owned(),
        policies: all.into_iter().filter_map(|(id, texts)| Some((id, texts?))).collect(),
        heads,
    };
    json(urls::POLICIES, &file)
}

fn head(site: &Site, history: &History<'_>) -> Head {
    let (policy, today) = (history.policy, history.today);
    let at = |day: NaiveDate| rfc3339(day, site.settings.time_zone);
    let id = |version: &str| format!("{}@{version}", policy.id);
    let url = |version: &str| site.absolute(&urls::version(&policy.id, version));
    let owed = |version: &str| site.absolute(&urls::owed(&policy.id, version));
    let release = |i: &usize| &history.releases[*i];
    let withdrawn = |r: &Release<'_>| r.version.front.withdrawn.filter(|day| *day > today);
    let upcoming = |i: &usize| {
        let release = release(i);
        let (version, front) = (release.version, &release.version.front);
        Upcoming {
            id: id(&version.id),
            announced_at: at(front.announced),
            effective_at: at(front.effective),
            withdrawn_at: withdrawn(release).map(at),
            acceptance_id: id(&release.accepted(history).id),
            action: names::action_name(release.action()).to_owned(),
            digest: version.text.digest.clone(),
            url: url(&version.id),
            owed: owed(&version.id),
        }
    };
    let in_force = |i: &usize| {
        let release = release(i);
        InForce {
            id: id(&release.version.id),
            effective_at: at(release.version.front.effective),
            acceptance_id: id(&release.accepted(history).id),
            digest: release.version.text.digest.clone(),
            url: url(&release.version.id),
            owed: owed(&release.version.id),
        }
    };
    let days = history.upcoming.iter().map(release);
    let next = days.flat_map(|r| withdrawn(r).into_iter().chain([r.version.front.effective])).min();
    Head {
        schema: site.absolute(&urls::schema(SCHEMA)),
        generator: GENERATOR.to_owned(),
        policy: policy.id.clone(),
        title: policy.settings.title.clone(),
        language: policy.settings.controlling_language.0.clone(),
        acceptance: names::acceptance_name(policy.settings.acceptance).to_owned(),
        in_force: history.in_force.as_ref().map(in_force),
        upcoming: history.upcoming.iter().map(upcoming).collect(),
        last_seq: site.log.last_seq(Some(&policy.id)),
        next_transition_at: next.map(at),
        changelog: site.absolute(&urls::changelog(Some(&policy.id))),
    }
}

fn link(site: &Site, history: &History<'_>) -> Link {
    let policy = history.policy;
    let controlling = &policy.settings.controlling_language;
    // What was last revised before the version in force is told for as long as was promised, also where a
    // mistake in it was corrected since.
    let past = |r: &&Release<'_>| {
        !matches!(r.status, Status::Draft | Status::Withdrawn | Status::Upcoming) && r.label(policy).is_some()
    };
    let last = history.releases.iter().rfind(past);
    let titled = |language: &Language| {
        let translated = history.translated(language).map(|i| history.releases[i].version);
        let title = translated.and_then(|version| history.translation(version, language)?.title.clone());
        title.unwrap_or_else(|| policy.settings.title.clone())
    };
    let text = |release: &Release<'_>, language: &Language, title: &str| {
        let messages = site.catalogue.of(&language.0);
        let date = messages.day(release.version.front.effective);
        messages.fill("link_revised", &[("policy", title), ("date", &date)])
    };
    let languages: Vec<&Language> =
        history.languages().into_iter().filter(|l| history.translated(l).is_some()).collect();
    let revised = |release: &Release<'_>, others: &[&Language]| {
        let (from, until) = release.label(policy)?;
        Some(Revised {
            release: format!("{}@{}", policy.id, release.version.id),
            revised_text: text(release, controlling, &policy.settings.title),
            revised_from: rfc3339(from, site.settings.time_zone),
            revised_until: rfc3339(until, site.settings.time_zone),
            revised_texts: others.iter().map(|l| (l.0.clone(), text(release, l, &titled(l)))).collect(),
        })
    };
    let translated = |language: &&Language| {
        let title = titled(language);
        let link = TranslatedLink {
            revised_text: last.map(|release| text(release, language, &title)),
            text: title,
            href: site.absolute(&urls::translated_policy(&policy.id, &language.0)),
        };
        (language.0.clone(), link)
    };
    Link {
        schema: site.absolute(&urls::schema(LINK_SCHEMA)),
        generator: GENERATOR.to_owned(),
        policy: policy.id.clone(),
        text: policy.settings.title.clone(),
        href: site.absolute(&urls::policy(&policy.id)),
        last_seq: site.log.last_seq(Some(&policy.id)),
        revised: last.and_then(|release| revised(release, &[])),
        languages: languages.iter().map(translated).collect(),
        upcoming: history
            .upcoming
            .iter()
            .filter_map(|i| revised(&history.releases[*i], &languages))
            .collect(),
    }
}
