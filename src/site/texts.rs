//! Ready-to-send words: what a service may put into an e-mail or a banner, in every language in which a release
//! can be read. Made with templates that a site may replace; none of them knows which day it is, so a text says
//! "effective May 15" and never "will take effect" or "has taken effect".
//!
//! What asks for nothing has no words.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::messages::Messages;
use super::view::{Day, Titled, Told};
use super::{Site, names, urls};
use crate::error::Error;
use crate::policy::events::{Event, What};
use crate::policy::history::{Comparison, History, Release, Status};
use crate::policy::since::{Leg, asks};
use crate::policy::{Acceptance, Action, ChangeNote, Language, Translation};

/// Words for one language.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct TextsEntry {
    /// One line: the subject of an e-mail.
    pub subject: String,
    /// One paragraph: what a banner says.
    pub banner: String,
    /// The whole text of an e-mail, in plain text.
    pub plain: String,
}

/// Words by language.
pub type Texts = BTreeMap<String, TextsEntry>;

/// What to say of a release.
pub fn of_release(site: &Site, history: &History<'_>, release: usize) -> Result<Texts, Error> {
    let this = &history.releases[release];
    if !is_told(history, this) {
        return Ok(Texts::new());
    }
    in_each_language(site, history, &[release], |scene| scene.release(release))
}

/// What to say to who accepted a version, of all that came since.
pub fn of_leg(
    site: &Site,
    history: &History<'_>,
    (accepted, leg): (usize, &Leg),
    net: &Comparison<'_>,
    url: &str,
) -> Result<Texts, Error> {
    let asking: Vec<usize> = leg.steps.iter().copied().filter(|s| asks(&history.releases[*s])).collect();
    let promised = || asking.iter().any(|step| history.releases[*step].is_told(history.policy));
    if leg.action == Some(Action::None) && !promised() {
        return Ok(Texts::new());
    }
    // A correction is read in the languages of what it corrects.
    let corrected = &history.releases[leg.to()].accepted(history).id;
    let corrected = history.releases.iter().position(|r| r.version.id == *corrected);
    let releases: Vec<usize> = corrected.into_iter().chain([leg.to()]).collect();
    in_each_language(site, history, &releases, |scene| {
        let told = match asking.as_slice() {
            // Who has missed nothing else is told what everybody is told.
            [only] => scene.release(*only),
            _ => scene.way(accepted, leg, net),
        };
        Told { text_url: scene.text_url(leg.to()), redline_url: Some(url.to_owned()), ..told }
    })
}

/// Whether there is anything to say of a release: it asks for something, or notice of it is promised.
fn is_told(history: &History<'_>, release: &Release<'_>) -> bool {
    release.action() != Some(Action::None) || release.is_told(history.policy)
}

/// In the language that binds, and in those into which any of the releases is translated.
fn in_each_language(
    site: &Site,
    history: &History<'_>,
    releases: &[usize],
    told: impl Fn(&Scene<'_, '_>) -> Told,
) -> Result<Texts, Error> {
    let controlling = &history.policy.settings.controlling_language;
    let translations = |release: &usize| history.translations(history.releases[*release].version);
    let translated = releases.iter().flat_map(translations).map(|(language, _)| language);
    let languages: BTreeSet<&Language> = translated.chain([controlling]).collect();
    let mut texts = Texts::new();
    for language in languages {
        let messages = site.catalogue.of(&language.0);
        let view = told(&Scene { site, history, language, messages });
        let render = |template: &str| site.templates.render(&language.0, template, &view);
        let entry = TextsEntry {
            subject: line(&render("texts/subject.txt")?),
            banner: line(&render("texts/banner.txt")?),
            plain: paragraphs(&render("texts/plain.txt")?),
        };
        texts.insert(language.0.clone(), entry);
    }
    Ok(texts)
}

/// All in one line, which holds nothing but what can be read.
pub fn line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Without white space at the ends of lines, and with one empty line between paragraphs: what a template leaves
/// out leaves no gap.
fn paragraphs(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines().map(str::trim_end) {
        if !(line.is_empty() && (out.is_empty() || out.ends_with("\n\n"))) {
            out.push_str(line);
            out.push('\n');
        }
    }
    format!("{}\n", out.trim_end())
}

struct Scene<'s, 'h> {
    site: &'s Site,
    history: &'s History<'h>,
    language: &'s Language,
    messages: &'s Messages,
}

impl Scene<'_, '_> {
    fn translation(&self, release: usize) -> Option<&Translation> {
        self.history.translation(self.history.releases[release].version, self.language)
    }

    fn summary(&self, release: usize) -> Option<String> {
        let own = self.translation(release).and_then(|t| t.summary.clone());
        own.or_else(|| self.history.releases[release].version.front.summary.clone())
    }

    /// The legal team's words on some changes of a release, each in a line.
    fn words_on(&self, release: usize, wanted: impl Fn(&ChangeNote) -> bool) -> Vec<String> {
        let notes = &self.history.releases[release].version.front.changes;
        let translated = self.translation(release).map_or(&[][..], |t| &t.changes);
        let said = |note: &ChangeNote| {
            let same = |n: &&ChangeNote| {
                n.clauses.iter().any(|(id, _)| note.clauses.iter().any(|(other, _)| other == id))
            };
            let own = translated.iter().find(same).and_then(|n| n.summary.as_deref());
            own.or(note.summary.as_deref()).map(line)
        };
        notes.iter().filter(|note| wanted(note)).filter_map(said).collect()
    }

    fn release(&self, release: usize) -> Told {
        let (site, history, policy) = (self.site, self.history, self.history.policy);
        let this = &history.releases[release];
        let (version, front) = (this.version, &this.version.front);
        let title = self.translation(release).and_then(|t| t.title.clone());
        let day = |day| Day::new(day, self.messages);
        // The first reschedule that anybody heard of says for when it was announced.
        let heard = |e: &Event| e.version == version.id && e.recorded > e.announced;
        let first = site.log.of(&policy.id).filter(|(_, e)| heard(e)).find_map(|(_, e)| match e.what {
            What::Rescheduled(from) => Some(from),
            _ => None,
        });
        let before = this.previous.map(|p| &history.releases[p].version.id);
        let using = policy.settings.acceptance == Acceptance::ContinuedUse;
        Told {
            organisation: site.settings.organisation.clone(),
            contact: site.settings.contact.clone(),
            time_zone: site.settings.time_zone.name().to_owned(),
            policy: Titled {
                title: line(title.as_deref().unwrap_or(&policy.settings.title)),
                url: site.absolute(&urls::policy(&policy.id)),
            },
            release_id: format!("{}@{}", policy.id, version.id),
            kind: names::kind_name(&front.kind),
            action: names::action_name(this.action()),
            acceptance_text: using.then(|| self.messages.text("acceptance_continued-use").to_owned()),
            effective: day(front.effective),
            announced: day(front.announced),
            first_effective: first.filter(|first| *first != front.effective).map(day),
            seen_on: front.is_captured(),
            withdrawn: front.withdrawn.filter(|_| this.status == Status::Withdrawn).map(day),
            summary: self.summary(release),
            changes: self.words_on(release, |note| note.material == Some(true)),
            accepted: None,
            same: false,
            text_url: self.text_url(release),
            redline_url: before.map(|p| site.absolute(&urls::compare(&policy.id, p, &version.id))),
        }
    }

    /// The text of a release, in this language where it is there.
    fn text_url(&self, release: usize) -> String {
        let (policy, version) = (&self.history.policy.id, &self.history.releases[release].version.id);
        self.site.absolute(&match self.translation(release) {
            Some(_) => urls::translated_version(policy, version, &self.language.0),
            None => urls::version(policy, version),
        })
    }

    /// All that came since: what is asked for is that of the whole way, what is told what differs in the end.
    fn way(&self, accepted: usize, leg: &Leg, net: &Comparison<'_>) -> Told {
        let front = |release: usize| &self.history.releases[release].version.front;
        let told = |note: &ChangeNote| {
            net.notes.iter().flatten().any(|of| std::ptr::eq(*of, note)) && note.material == Some(true)
        };
        let changes = leg.steps.iter().flat_map(|step| self.words_on(*step, told));
        Told {
            action: names::action_name(leg.action),
            accepted: Some(Day::new(front(accepted).effective, self.messages)),
            same: !net.diff.changes.iter().any(|change| !change.is_quiet() || !change.classes.is_empty()),
            changes: changes.collect(),
            ..self.release(leg.to())
        }
    }
}
