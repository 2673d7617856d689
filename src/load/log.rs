//! The log of decisions, and whether what it tells of is here.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::folder::Folder;
use crate::diagnostic::{Diagnostic, Report};
use crate::error::Error;
use crate::policy::calendar;
use crate::policy::events::{self, EVENTS_CAP, Event, What, Written};
use crate::policy::{Policy, Version};

/// Reads the log of decisions. What it tells of has to be here.
pub(super) fn events(
    folder: &Folder,
    policies: &[Arc<Policy>],
    time_zone: Option<calendar::Tz>,
    report: &mut Report,
) -> Result<Vec<Event>, Error> {
    if !folder.files.contains("events.yaml") {
        if policies.iter().any(|policy| policy.seal.is_some()) {
            let message = "policies are sealed here, and the log of what was decided is gone";
            let hint = "put `events.yaml` back (with git, in its folder: `git restore events.yaml`); if it is lost for good, make an empty file of that name: `clauseline seal` then writes into it what the seals still know";
            let gone = Diagnostic::error("sealed-missing", 0..0, message, hint);
            report.add(folder.name("events.yaml"), "", [gone]);
        }
        return Ok(Vec::new());
    }
    let Some(text) = folder.read("events.yaml", EVENTS_CAP as u64, report)? else { return Ok(Vec::new()) };
    let (written, mut found) = events::read(&text);
    let Written { events: log, time_zone: counted } = written.unwrap_or_default();
    if let (Some(zone), Some((name, span))) = (time_zone, counted)
        && zone.name() != name
    {
        let message = format!(
            "what is published counts its days in `{name}`, and `site.yaml` says `{zone}`: every instant that other services were told would be another one"
        );
        let hint = format!(
            "write `time_zone: {name}` into `site.yaml`; if the site moves for good, write `time_zone: {zone}` here"
        );
        found.push(Diagnostic::error("time-zone", span, message, hint));
    }
    let known: BTreeSet<&str> = log.iter().map(|event| event.policy.as_str()).collect();
    for gone in known.into_iter().filter(|id| !folder.policies.contains_key(*id)) {
        let at = text.find(&format!("{gone}@")).unwrap_or(0);
        let message = format!("the policy `{gone}` is published, and its folder is not here");
        let stays = "what is published stays, also when it no longer applies";
        // Under another name it has its seal with it, and the log never heard of that name.
        let renamed = |policy: &&Arc<Policy>| {
            policy.seal.is_some() && log.iter().all(|event| event.policy != policy.id)
        };
        let hint = match policies.iter().find(renamed) {
            Some(other) => format!(
                "`{}` has a seal and was never published: if it is that folder, rename it back to `{gone}`; {stays}",
                other.id
            ),
            None => format!("put the folder `{gone}` back; {stays}"),
        };
        found.push(Diagnostic::error("sealed-missing", at..at + gone.len(), message, hint));
    }
    // A seal that went missing would make everything it held a text like any other.
    let has_seal = |id: &str| folder.policies.get(id).is_some_and(|names| names.contains("seal.yaml"));
    for policy in policies.iter().filter(|policy| !has_seal(&policy.id)) {
        if let Some(event) = log.iter().find(|event| event.policy == policy.id) {
            let at = text.find(&event.id).unwrap_or(0);
            let message = format!("the policy `{}` is published, and its `seal.yaml` is not here", policy.id);
            let hint = "put that file back as it was (with git, in its folder: `git restore seal.yaml`; if that was committed, `git log -- seal.yaml` and `git restore --source COMMIT seal.yaml`)";
            found.push(Diagnostic::error("sealed-missing", at..at + event.id.len(), message, hint));
        }
    }
    let copies = copied(policies, &log);
    for (copy, of) in &copies {
        let message = format!("this is the seal of `{of}`: of `{copy}` nothing was ever published");
        let hint = format!(
            "delete `seal.yaml` and the folder `.sealed` in `{copy}`, and those of its versions that it shall not begin with; or the whole folder, if it was copied by mistake"
        );
        let fault = Diagnostic::error("sealed-copy", 0..0, message, hint);
        report.add(folder.name(&format!("{copy}/seal.yaml")), "", [fault]);
    }
    for policy in policies.iter().filter(|policy| policy.seal.is_none() && !log.is_empty()) {
        let shown = policy.versions.iter().any(Version::is_live);
        if shown && !log.iter().any(|event| event.policy == policy.id) {
            let message = format!(
                "`{}` was never sealed, so all of it that is no draft is published by the next build, as it stands",
                policy.id
            );
            let hint =
                "seal it with `clauseline seal`; or write `draft: true` into what is not to be seen yet";
            let open = Diagnostic::warning("never-sealed", 0..0, message, hint);
            report.add(folder.name(&format!("{}/policy.yaml", policy.id)), "", [open]);
        }
    }
    if found.is_empty() {
        let own = |policy: &&Arc<Policy>| copies.iter().all(|(copy, _)| *copy != policy.id);
        found.extend(policies.iter().filter(own).filter_map(|policy| untold(policy, &log)));
    }
    report.add(folder.name("events.yaml"), &text, found);
    Ok(log)
}

/// Policies that were copied with their seal, each with the one it was copied from: one that the log knows,
/// while it knows nothing of the copy.
fn copied<'p>(policies: &'p [Arc<Policy>], log: &[Event]) -> Vec<(&'p str, &'p str)> {
    let known = |policy: &&Arc<Policy>| log.iter().any(|event| event.policy == policy.id);
    let (known, unknown): (Vec<_>, Vec<_>) = policies.iter().partition(known);
    let seal = |policy: &'p Arc<Policy>| Some((policy.id.as_str(), policy.seal.as_ref()?));
    let first = |copy: &'p Arc<Policy>| {
        let (copy, sealed) = seal(copy)?;
        let begins = sealed.versions.first()?;
        let mut known = known.iter().filter_map(|policy| seal(policy));
        let (of, _) = known.find(|(_, of)| of.versions.first() == Some(begins))?;
        Some((copy, of))
    };
    unknown.into_iter().filter_map(first).collect()
}

/// What is published and not told in the log.
fn untold(policy: &Policy, log: &[Event]) -> Option<Diagnostic> {
    let untold = events::untold(&policy.id, policy.seal.as_ref()?, log);
    let named = untold.iter().map(|(version, what)| {
        let id = format!("`{}@{version}`", policy.id);
        match what {
            What::Announced | What::Corrected | What::Reverted => id,
            What::Rescheduled(_) => format!("the new day of {id}"),
            What::Withdrawn(_) => format!("the withdrawal of {id}"),
            What::TranslationPublished(language, _) => format!("{id} in `{language}`"),
        }
    });
    let message = format!("other services were never told of {}", named.collect::<Vec<_>>().join(", "));
    let hint = "run `clauseline seal`: it adds what is missing";
    (!untold.is_empty()).then(|| Diagnostic::warning("untold", 0..0, message, hint))
}
