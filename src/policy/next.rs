//! The next version of a policy: which text it begins with, on which days it can be announced and take
//! effect, and the files to write for it.
//!
//! The text is that of the version before, byte for byte, but that headings get the ids they had by their
//! words: then they keep them when they are reworded. Everything a lawyer may say of the version stands
//! above it, each key explained. Translations are copied as drafts: what they say is what the version before
//! said, and as long as they are drafts readers see the last translation that was published, with marks where
//! it lags.
//!
//! `pin` gives headings their ids, `front` writes what stands above the texts.

use chrono::{Days, NaiveDate};

use super::calendar::{Tz, first_instant};
use super::markdown::{Options, parse};
use super::yaml::{closest, quoted};
use super::{Kind, NoticeFor, Policy, Version};
use crate::diagnostic::{Diagnostic, Severity};

mod front;
mod pin;

pub use pin::pinned;

/// What the next version shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The day it takes effect; else the earliest that the notice allows.
    pub effective: Option<NaiveDate>,
    /// The day it is made known; else the latest that the notice allows.
    pub announced: Option<NaiveDate>,
    /// The version that it corrects.
    pub corrects: Option<String>,
    /// The version that it takes back.
    pub reverts: Option<String>,
}

/// What somebody typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Argument {
    /// The policy.
    Policy,
    /// `--effective`
    Effective,
    /// `--announced`
    Announced,
    /// `--corrects`
    Corrects,
    /// `--reverts`
    Reverts,
}

/// What cannot be, by the argument that asks for it; places in it are for the caller to find.
pub type Refused = (Argument, Diagnostic);

/// The next version, to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    /// The version's id.
    pub id: String,
    /// Names of files in the policy's folder, and what they say; the version itself first.
    pub files: Vec<(String, String)>,
    /// What its author has to know, line by line.
    pub said: Vec<String>,
}

/// What was decided of the next version.
struct Plan<'a> {
    policy: &'a Policy,
    zone: Tz,
    kind: Kind,
    /// The version whose text it begins with.
    base: &'a Version,
    id: String,
    days: DaysOf,
}

/// The days of the next version.
#[derive(Clone, Copy, Debug)]
struct DaysOf {
    effective: NaiveDate,
    announced: NaiveDate,
    /// How many days of notice are promised, and the first day on which a change that needs them can take
    /// effect.
    promised: Option<(u32, NaiveDate)>,
}

/// Makes the next version of a policy on a day, or says all that is in the way.
pub fn next(policy: &Policy, zone: Tz, today: NaiveDate, wish: &Wish) -> Result<Next, Vec<Refused>> {
    let mut refused = Vec::new();
    let found = base(policy, today, wish, &mut refused);
    // What was asked for, also where it cannot be.
    let kind = wish.corrects.clone().map_or(Kind::Amendment, Kind::Correction);
    let days = match kind {
        Kind::Correction(_) => DaysOf { effective: today, announced: today, promised: None },
        _ => days(policy, zone, today, wish, &mut refused),
    };
    let id = id(policy, &kind, days.effective, &mut refused);
    match found {
        Some((base, kind)) if refused.is_empty() => {
            Ok(made(&Plan { policy, zone, kind, base, id, days }, today))
        }
        _ => Err(refused),
    }
}

fn refuse(out: &mut Vec<Refused>, argument: Argument, code: &'static str, message: String, hint: String) {
    out.push((argument, Diagnostic::error(code, 0..0, message, hint)));
}

/// The version whose text the next one begins with, and what it is.
fn base<'a>(
    policy: &'a Policy,
    today: NaiveDate,
    wish: &Wish,
    out: &mut Vec<Refused>,
) -> Option<(&'a Version, Kind)> {
    let live = || policy.versions.iter().filter(|v| v.is_live());
    let known = |id: &str, argument, out: &mut Vec<Refused>| {
        let found = policy.versions.iter().position(|v| v.id == id);
        if found.is_none() {
            let message = format!("`{}` has no version {}", policy.id, quoted(id));
            let ids = policy.versions.iter().map(|v| v.id.as_str());
            let hint = match closest(id, ids.clone()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "its versions are {}",
                    ids.map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")
                ),
            };
            refuse(out, argument, "unknown-version", message, hint);
        }
        found
    };
    if let Some(id) = &wish.corrects {
        let corrected = &policy.versions[known(id, Argument::Corrects, out)?];
        let in_force = live().rfind(|v| !v.draft && v.front.effective <= today);
        if in_force.map(|v| &v.id) == Some(id) {
            return Some((corrected, Kind::Correction(id.clone())));
        }
        let message = format!("`{id}` is not in force on {today}, and a correction takes effect at once");
        let hint = match in_force {
            _ if corrected.draft => format!("nobody has seen `{id}` yet: mend its file"),
            _ if corrected.front.effective > today && corrected.front.withdrawn.is_none() => format!(
                "wait until {}; or take it back with `withdrawn: {today}` and make it anew",
                corrected.front.effective
            ),
            Some(v) => format!("correct the version in force: `--corrects {}`", v.id),
            None => "no version is in force".to_owned(),
        };
        refuse(out, Argument::Corrects, "not-in-force", message, hint);
        return None;
    }
    if let Some(id) = &wish.reverts {
        let index = known(id, Argument::Reverts, out)?;
        let reverted = &policy.versions[index];
        if !reverted.is_live() {
            let message =
                format!("`{id}` was never in force and never will be: there is nothing to take back");
            let hint = "name a version that is published".to_owned();
            refuse(out, Argument::Reverts, "not-in-force", message, hint);
            return None;
        }
        let before = policy.before(index);
        if before.is_none() {
            let message = format!("`{id}` is the first version: there is no text before it to go back to");
            refuse(out, Argument::Reverts, "nothing-before", message, "name a later version".to_owned());
        }
        return before.map(|before| (before, Kind::Revert(id.clone())));
    }
    let last = live().next_back();
    if last.is_none() {
        let message = format!("`{}` has no version to begin with that is more than a draft", policy.id);
        let hint = "finish the draft that is there".to_owned();
        refuse(out, Argument::Policy, "no-version", message, hint);
    }
    last.map(|last| (last, Kind::Amendment))
}

/// The days of an amendment or a revert.
fn days(policy: &Policy, zone: Tz, today: NaiveDate, wish: &Wish, out: &mut Vec<Refused>) -> DaysOf {
    let notice = &policy.settings.notice;
    let promised = notice.days_before.filter(|_| notice.audience != NoticeFor::None);
    let last = policy.versions.iter().rev().find(|v| v.is_live());
    let after = last.and_then(|v| v.front.effective.succ_opt());
    let told = wish.announced.unwrap_or(today).max(today);
    let allowed = told.checked_add_days(Days::new(u64::from(promised.unwrap_or(0)))).unwrap_or(told);
    // A day that its zone skips is none.
    let exists = |day: &NaiveDate| first_instant(*day, zone).is_some();
    let first = allowed.max(after.unwrap_or(allowed));
    let earliest = first.iter_days().take(3).find(exists).unwrap_or(first);
    let hint = match promised {
        Some(days) if earliest == allowed => format!(
            "the earliest day that {days} days of notice allow is {earliest}: `--effective {earliest}`"
        ),
        _ => format!("the earliest day is {earliest}: `--effective {earliest}`"),
    };
    let effective = wish.effective.unwrap_or(earliest);
    let mut wrong =
        |message: String| refuse(out, Argument::Effective, "bad-effective", message, hint.clone());
    if effective < today {
        wrong(format!("it is {today}, and {effective} has passed"));
    } else if let Some(last) = last.filter(|v| effective <= v.front.effective) {
        wrong(format!(
            "`{}` takes effect on {}, and the next version comes after it",
            last.id, last.front.effective
        ));
    } else if !exists(&effective) {
        wrong(format!("there is no {effective} in the time zone {zone}"));
    }
    if let Some(announced) = wish.announced {
        let hint =
            format!("write `--announced {today}` or a later day, up to the one on which it takes effect");
        let mut wrong =
            |message: String| refuse(out, Argument::Announced, "bad-announced", message, hint.clone());
        if announced < today {
            wrong(format!("it is {today}, and nobody could see this version on {announced}"));
        } else if announced > effective {
            wrong(format!("it cannot be announced on {announced}, after it takes effect on {effective}"));
        }
    }
    // As late as the promise allows: until then nobody is told of what may still change.
    let latest = promised.and_then(|days| effective.checked_sub_days(Days::new(u64::from(days))));
    let announced = wish.announced.or(latest.filter(|day| *day >= today)).unwrap_or(today);
    DaysOf { effective, announced, promised: promised.map(|days| (days, earliest)) }
}

/// The id of the next version: its day. A correction may share its day with others; so may what comes in the
/// place of a version that was withdrawn or put off.
fn id(policy: &Policy, kind: &Kind, effective: NaiveDate, out: &mut Vec<Refused>) -> String {
    let day = effective.to_string();
    let taken = |id: &str| policy.versions.iter().any(|v| v.id == id);
    let numbered = (2..).map(|n: u32| format!("{day}-{n}"));
    let free = || std::iter::once(day.clone()).chain(numbered).find(|id| !taken(id)).unwrap_or(day.clone());
    if let Kind::Correction(of) = kind {
        let mut others = policy.versions.iter().filter(|v| v.front.draft);
        if let Some(draft) = others.find(|v| v.front.kind.corrects() == Some(of)) {
            let message = format!("`{}.md` is a correction of `{of}` already, and a draft", draft.id);
            refuse(
                out,
                Argument::Corrects,
                "already-there",
                message,
                format!("go on with `{}.md`", draft.id),
            );
        }
        return free();
    }
    let same = |v: &&Version| v.id == day || v.front.effective == effective && v.front.withdrawn.is_none();
    let mut drafts = policy.versions.iter().filter(|v| v.draft && v.front.withdrawn.is_none());
    if let Some(there) = drafts.find(same) {
        let message = format!("`{}.md` is a draft for that day", there.id);
        let hint = format!("go on with `{}.md`, or name another day", there.id);
        refuse(out, Argument::Effective, "already-there", message, hint);
    }
    free()
}

/// The files of a plan, and what is to be said of them.
fn made(plan: &Plan<'_>, today: NaiveDate) -> Next {
    let base = plan.base;
    let body = pinned(&base.text.canonical);
    let mut said = Vec::new();
    said.push(match &plan.kind {
        Kind::Revert(id) => format!("the text is that of `{}`, which stood before `{id}`", base.id),
        _ => format!("the text is that of `{}`", base.id),
    });
    let DaysOf { effective, announced, promised } = plan.days;
    said.push(if announced == effective {
        format!("it takes effect on {effective}")
    } else {
        format!("it takes effect on {effective} and is announced on {announced}")
    });
    if let Some((days, earliest)) = promised {
        let short = if effective < earliest { ", which this is not" } else { "" };
        said.push(format!(
            "what is material needs {days} days of notice: the earliest day for it is {earliest}{short}"
        ));
    }
    said.extend(beside(plan, today));
    let mut files = vec![(format!("{}.md", plan.id), front::version(plan) + &body)];
    for (language, revisions) in &base.translations {
        let Some(last) = revisions.last() else { continue };
        let name = format!("{}.{language}.md", plan.id);
        said.push(if matches!(plan.kind, Kind::Revert(_)) {
            format!("`{name}` is that of the restored text, as a draft")
        } else {
            format!("`{name}` is a draft that lags until what you change is translated")
        });
        files.push((name, front::translation(plan, language, last) + &last.text.canonical));
    }
    said.push(match plan.kind {
        Kind::Revert(_) => "say why above the text, then: clauseline check".to_owned(),
        _ => "change the text, then: clauseline check".to_owned(),
    });
    // What was only named in a text from elsewhere is a mistake in a text of ours.
    let (_, found) = parse(&files[0].1, files[0].1.len() - body.len()..files[0].1.len(), Options::default());
    let errors = found.iter().filter(|d| d.severity == Severity::Error).count();
    if errors > 0 && base.front.source.is_some() {
        said.push(format!(
            "the text was imported, and has mistakes to be mended ({errors}): `clauseline check` names each"
        ));
    }
    Next { id: plan.id.clone(), files, said }
}

/// What there is beside the next version that its author may have forgotten.
fn beside(plan: &Plan<'_>, today: NaiveDate) -> Vec<String> {
    let versions = &plan.policy.versions;
    let mut said: Vec<String> = Vec::new();
    for draft in versions.iter().filter(|v| v.front.draft) {
        said.push(format!("`{}.md` is a draft, too; this one does not begin with its text", draft.id));
    }
    let upcoming = versions.iter().filter(|v| v.is_live() && v.front.effective > today);
    match &plan.kind {
        Kind::Correction(_) => said.extend(upcoming.map(|v| {
            format!("`{}` takes effect on {}, and may have the same slip", v.id, v.front.effective)
        })),
        Kind::Revert(id) => {
            let later = versions.iter().rev().filter(|v| v.is_live()).take_while(|v| v.id != *id);
            said.extend(later.map(|v| format!("what `{}` changed since goes as well", v.id)));
        }
        _ => {}
    }
    let mut lost: Vec<String> = Vec::new();
    for version in versions.iter().rev() {
        for (language, _) in
            version.translations.iter().filter(|(l, _)| !plan.base.translations.contains_key(*l))
        {
            let start = format!("`{language}`");
            if !lost.iter().any(|line| line.starts_with(&start)) {
                lost.push(format!(
                    "{start} was last translated in `{}.{language}.md`, which is not copied",
                    version.id
                ));
            }
        }
    }
    said.extend(lost);
    said
}
