//! The log of decisions of a whole site: what was published, rescheduled, withdrawn, corrected, reverted,
//! translated, in the order in which it was sealed.
//!
//! The log is only ever added to. Its numbers rise by one, and each event has an id that is its own for
//! ever, so that whoever reads it can go on where they stopped and tell nobody twice. Events record
//! decisions and not the passing of time: that a version took effect is no event.
//!
//! Nothing here looks at policies; what an event says is written down when it happens and never made
//! again. This file also reads and writes `events.yaml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::ops::Range;

use chrono::NaiveDate;

use super::front_matter::{ACTIONS, word_for};
use super::history::Materiality;
use super::markdown::digest as digest_of;
use super::seal::{Seal, conflict};
use super::yaml::{Fields, Shape, Words, parse, quoted};
use super::{Action, Kind, Language, settings};
use crate::diagnostic::Diagnostic;

/// The largest `events.yaml` that is read.
pub const EVENTS_CAP: usize = 32 * 1024 * 1024;

/// Something that was decided, once and for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its place in the log of the whole site, from 1.
    pub seq: u64,
    /// `privacy@2018-05-15/announced`; never used again.
    pub id: String,
    /// What was decided.
    pub what: What,
    /// The policy it is about.
    pub policy: String,
    /// The version it is about.
    pub version: String,
    /// The day it was sealed.
    pub recorded: NaiveDate,
    /// The day the version is made known.
    pub announced: NaiveDate,
    /// The day the version takes effect, as decided then.
    pub effective: NaiveDate,
    /// The day (exclusive) until which notice of it is given; none where none is.
    pub notice_until: Option<NaiveDate>,
    /// What services owe users; `None` where nobody said.
    pub action: Option<Action>,
    /// Whether users need to be told.
    pub materiality: Materiality,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A version is made known.
    Announced,
    /// A version corrects another.
    Corrected,
    /// A version takes back another.
    Reverted,
    /// A version takes effect on another day than on this.
    Rescheduled(NaiveDate),
    /// A version will not take effect: taken back on this day.
    Withdrawn(NaiveDate),
    /// A version is there in this language; with the number of the revision.
    TranslationPublished(Language, u32),
}

/// The kinds of event.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Announced,
    Corrected,
    Reverted,
    Rescheduled,
    Withdrawn,
    TranslationPublished,
}

const SORTS: &Words<Sort> = &[
    ("announced", Sort::Announced),
    ("corrected", Sort::Corrected),
    ("reverted", Sort::Reverted),
    ("rescheduled", Sort::Rescheduled),
    ("withdrawn", Sort::Withdrawn),
    ("translation-published", Sort::TranslationPublished),
];

pub(super) const MATERIALITIES: &Words<Materiality> = &[
    ("material", Materiality::Material),
    ("not-material", Materiality::NotMaterial),
    ("not-classified", Materiality::NotClassified),
];

const FILE: Shape = Shape { place: "`events.yaml`", keys: &["time_zone", "events", "digest"], tried: &[] };

const EVENT: Shape = Shape {
    place: "an event",
    keys: &[
        "seq",
        "id",
        "type",
        "release",
        "recorded",
        "announced",
        "effective",
        "instead_of",
        "withdrawn",
        "language",
        "revision",
        "notice_until",
        "action",
        "materiality",
    ],
    tried: &[],
};

/// What stands above the log.
const HEAD: &str = "\
# Written by `clauseline seal`: what was decided, in order. Nobody edits this file; it is only ever added to.
";

/// What to do where the log is damaged.
const RESTORE: &str = "this file is written by `clauseline seal` alone: put it back as it was when it was last sealed \
                       (with git, in its folder: `git restore events.yaml`; if it was committed like this, `git log -- events.yaml` and \
                       `git restore --source COMMIT events.yaml`)";

impl Event {
    /// The policy and the version it is about.
    fn release(&self) -> (&str, &str) {
        (&self.policy, &self.version)
    }

    /// The first day on which others may know of it.
    pub fn public_from(&self) -> NaiveDate {
        self.recorded.max(self.announced)
    }
}

impl What {
    /// What it is that a version of this kind is published.
    pub fn published(kind: &Kind) -> Self {
        match kind {
            Kind::Initial | Kind::Amendment => Self::Announced,
            Kind::Correction(_) => Self::Corrected,
            Kind::Revert(_) => Self::Reverted,
        }
    }

    fn sort(&self) -> Sort {
        match self {
            Self::Announced => Sort::Announced,
            Self::Corrected => Sort::Corrected,
            Self::Reverted => Sort::Reverted,
            Self::Rescheduled(_) => Sort::Rescheduled,
            Self::Withdrawn(_) => Sort::Withdrawn,
            Self::TranslationPublished(..) => Sort::TranslationPublished,
        }
    }

    /// The word for it, as everywhere.
    pub fn name(&self) -> &'static str {
        word_for(SORTS, &self.sort()).unwrap_or_default()
    }

    /// The last part of an event's id. A version may be rescheduled again and again; `times` says how often
    /// it was before.
    pub fn id_part(&self, times: usize) -> String {
        match self {
            Self::Rescheduled(_) if times > 0 => format!("{}-{}", self.name(), times + 1),
            Self::TranslationPublished(language, 1) => format!("{}/{language}", self.name()),
            Self::TranslationPublished(language, revision) => {
                format!("{}/{language}.r{revision}", self.name())
            }
            _ => self.name().to_owned(),
        }
    }
}

/// Adds an event to a log, with the next number and an id of its own. Whether the log tells it already is for
/// [`untold`] to say.
pub fn append(log: &mut Vec<Event>, mut event: Event) {
    let same = |e: &&Event| e.release() == event.release();
    let times = log.iter().filter(same).filter(|e| e.what.sort() == event.what.sort()).count();
    event.id = format!("{}@{}/{}", event.policy, event.version, event.what.id_part(times));
    event.seq = log.last().map_or(1, |last| last.seq + 1);
    log.push(event);
}

/// What a seal holds and a log does not tell: of each version in its order, what was decided in its order.
/// Known by what the log says of a version and not by numbers, so that a log that was written before the
/// seals it belongs to, or after them, comes right when they are sealed again.
///
/// Two who seal beside each other both write the log. Whoever of them takes the log of the other must not lose
/// what they decided themselves, were it only another day.
pub fn untold(policy: &str, seal: &Seal, log: &[Event]) -> Vec<(String, What)> {
    let mut untold = Vec::new();
    for sealed in &seal.versions {
        let of = || log.iter().filter(|event| event.policy == policy && event.version == sealed.version);
        let told = |what: &What| of().any(|event| event.what == *what);
        let mut lacks = |what: What| untold.push((sealed.version.clone(), what));
        let published = What::published(&sealed.kind);
        if !told(&published) {
            lacks(published);
        }
        let last = of().rfind(|event| event.what.sort() != Sort::TranslationPublished);
        if let Some(last) = last.filter(|last| last.effective != sealed.effective) {
            lacks(What::Rescheduled(last.effective));
        }
        let withdrawn = sealed.withdrawn.filter(|_| of().all(|event| event.what.sort() != Sort::Withdrawn));
        if let Some(day) = withdrawn {
            lacks(What::Withdrawn(day));
        }
        for (language, revision) in sealed.translations.keys() {
            let what = What::TranslationPublished(language.clone(), *revision);
            if !told(&what) {
                lacks(what);
            }
        }
    }
    untold
}

/// What others may know of a log on a day, in the order in which they may: nobody hears of a version before the
/// day it is announced, though it was sealed before, and of one that was taken back until then nobody hears at
/// all. If it was put off until then, it is announced for the day that was decided last. The place in this row is
/// the number that is published. It never changes: days only go on, so whatever is added comes last.
pub fn public(log: &[Event], today: NaiveDate) -> Vec<Event> {
    let never = |e: &&Event| matches!(e.what, What::Withdrawn(day) if day < e.announced);
    let never: BTreeSet<(&str, &str)> = log.iter().filter(never).map(Event::release).collect();
    let unheard = |e: &&Event| e.recorded < e.announced;
    // Of each version put off before anybody heard of it: the last word on its day.
    let put_off = |e: &&Event| matches!(e.what, What::Rescheduled(_)) && unheard(e);
    let last: BTreeMap<(&str, &str), &Event> = log.iter().filter(put_off).map(|e| (e.release(), e)).collect();
    let known = |e: &&Event| e.public_from() <= today && !never.contains(&e.release()) && !put_off(e);
    let mut public: Vec<&Event> = log.iter().filter(known).collect();
    public.sort_by_key(|event| (event.public_from(), event.seq));
    let told = |event: &Event| match last.get(&event.release()).filter(|_| unheard(&event)) {
        Some(last) => Event { effective: last.effective, notice_until: last.notice_until, ..event.clone() },
        None => event.clone(),
    };
    public.into_iter().map(told).collect()
}

/// What stands in `events.yaml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// The log.
    pub events: Vec<Event>,
    /// The name of the zone in which its days begin, and where that stands.
    pub time_zone: Option<(String, Range<usize>)>,
}

/// Reads `events.yaml`. A log that cannot be read whole is none.
pub fn read(text: &str) -> (Option<Written>, Vec<Diagnostic>) {
    if let Some(span) = conflict(text) {
        let message = "two people sealed beside each other, and their logs were not joined";
        let hint = "take this file and the `seal.yaml` of the policies as they are on the branch that is published \
                    (with git, in the middle of a merge into your branch: `git checkout --theirs` and their names; \
                    in a rebase: `--ours`), then run `clauseline seal` again: it adds what you sealed";
        return (None, vec![Diagnostic::error("merge-conflict", span, message, hint)]);
    }
    let tree = parse(text, 0..text.len(), EVENTS_CAP);
    let mut out = tree.diagnostics;
    let mut log = Vec::new();
    let mut time_zone = None;
    if let Some(fields) = tree.root.as_ref().and_then(|root| Fields::new(text, root, false, &FILE, &mut out))
    {
        time_zone = fields.text("time_zone", &mut out).map(|name| (name, fields.span("time_zone")));
        let mut ids = BTreeSet::new();
        for item in fields.items("events", "seq: …", &mut out) {
            let Some(fields) = Fields::new(text, item, false, &EVENT, &mut out) else { continue };
            let Some(event) = event(&fields, &mut out) else {
                fields.require("", "this event cannot be read", "", &mut out);
                continue;
            };
            if event.seq != log.len() as u64 + 1 {
                let message =
                    format!("the number of this event is {}, and {} comes next", event.seq, log.len() + 1);
                out.push(Diagnostic::error("bad-events", fields.span("seq"), message, ""));
            }
            if !ids.insert(event.id.clone()) {
                let message = format!("{} is told twice", quoted(&event.id));
                out.push(Diagnostic::error("bad-events", fields.span("id"), message, ""));
            }
            log.push(event);
        }
        let whole = out.is_empty() && !log.is_empty();
        if whole && fields.text("digest", &mut out).is_none_or(|digest| digest != digest_of(&listed(&log))) {
            let message = "something in this log is not as it was sealed: its digest is another one";
            out.push(Diagnostic::error("bad-events", fields.span("digest"), message, ""));
        }
    }
    for found in &mut out {
        found.code = "bad-events";
        RESTORE.clone_into(&mut found.hint);
    }
    (out.is_empty().then_some(Written { events: log, time_zone }), out)
}

fn event(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> Option<Event> {
    let release = fields.text("release", out)?;
    let (policy, version) = release.split_once('@')?;
    let language = || fields.text("language", &mut Vec::new()).and_then(|tag| settings::language(&tag));
    let what = match fields.word("type", SORTS, out)? {
        Sort::Announced => What::Announced,
        Sort::Corrected => What::Corrected,
        Sort::Reverted => What::Reverted,
        Sort::Rescheduled => What::Rescheduled(fields.day("instead_of", out)?),
        Sort::Withdrawn => What::Withdrawn(fields.day("withdrawn", out)?),
        Sort::TranslationPublished => {
            What::TranslationPublished(language()?, fields.number("revision", out).unwrap_or(1))
        }
    };
    Some(Event {
        seq: fields.text("seq", out)?.parse().ok()?,
        id: fields.text("id", out)?,
        what,
        policy: policy.to_owned(),
        version: version.to_owned(),
        recorded: fields.day("recorded", out)?,
        announced: fields.day("announced", out)?,
        effective: fields.day("effective", out)?,
        notice_until: fields.day("notice_until", out),
        action: fields.word("action", ACTIONS, out),
        materiality: fields.word("materiality", MATERIALITIES, out)?,
    })
}

/// The text of `events.yaml`. Its last line is a digest of what it lists, so that nobody edits it, or joins two
/// by hand, without being told. The time zone stands beside that: whoever moves a site for good can say so.
pub fn to_yaml(log: &[Event], time_zone: &str) -> String {
    let listed = listed(log);
    let digest = digest_of(&listed);
    format!("{HEAD}time_zone: {time_zone}\n{listed}digest: {digest}\n")
}

fn listed(log: &[Event]) -> String {
    let mut out = "events:\n".to_owned();
    for event in log {
        let _ = writeln!(out, "  - seq: {}", event.seq);
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(out, "    {key}: {value}");
        };
        line("id", &event.id);
        line("type", event.what.name());
        line("release", &format!("{}@{}", event.policy, event.version));
        line("recorded", &event.recorded.to_string());
        line("announced", &event.announced.to_string());
        line("effective", &event.effective.to_string());
        match &event.what {
            What::Withdrawn(day) => line("withdrawn", &day.to_string()),
            What::Rescheduled(day) => line("instead_of", &day.to_string()),
            What::TranslationPublished(Language(language), revision) => {
                line("language", &format!("'{language}'"));
                line("revision", &revision.to_string());
            }
            _ => {}
        }
        if let Some(day) = event.notice_until {
            line("notice_until", &day.to_string());
        }
        if let Some(action) = event.action.and_then(|action| word_for(ACTIONS, &action)) {
            line("action", action);
        }
        line("materiality", word_for(MATERIALITIES, &event.materiality).unwrap_or_default());
    }
    out
}
