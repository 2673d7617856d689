//! The log of decisions, and whether what it tells of is here.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::folder::Folder;
use crate::diagnostic::{Diagnostic, Report};
use crate::error::Error;
use crate::policy::Policy;
use crate::policy::events::{self, EVENTS_CAP, Event};

/// Reads the log of decisions. What it tells of has to be here.
pub(super) fn events(
    folder: &Folder,
    policies: &[Arc<Policy>],
    report: &mut Report,
) -> Result<Vec<Event>, Error> {
    if !folder.files.contains("events.yaml") {
        return Ok(Vec::new());
    }
    let Some(text) = folder.read("events.yaml", EVENTS_CAP as u64, report)? else { return Ok(Vec::new()) };
    let (log, mut found) = events::read(&text);
    let log = log.unwrap_or_default();
    let known: BTreeSet<&str> = log.iter().map(|event| event.policy.as_str()).collect();
    for gone in known.into_iter().filter(|id| !folder.policies.contains_key(*id)) {
        let at = text.find(&format!("{gone}@")).unwrap_or(0);
        let message = format!("the policy `{gone}` is published, and its folder is not here");
        let hint =
            format!("put the folder `{gone}` back; what is published stays, also when it no longer applies");
        found.push(Diagnostic::error("sealed-missing", at..at + gone.len(), message, hint));
    }
    // A seal that went missing would make everything it held a text like any other.
    let has_seal = |id: &str| folder.policies.get(id).is_some_and(|names| names.contains("seal.yaml"));
    for policy in policies.iter().filter(|policy| !has_seal(&policy.id)) {
        if let Some(event) = log.iter().find(|event| event.policy == policy.id) {
            let at = text.find(&event.id).unwrap_or(0);
            let message = format!("the policy `{}` is published, and its `seal.yaml` is not here", policy.id);
            let hint = "put that file back as it was (with git: `git log -- seal.yaml` in its folder)";
            found.push(Diagnostic::error("sealed-missing", at..at + event.id.len(), message, hint));
        }
    }
    if found.is_empty() {
        found.extend(policies.iter().filter_map(|policy| untold(policy, &log)));
    }
    report.add(folder.name("events.yaml"), &text, found);
    Ok(log)
}

/// What is published and not told in the log.
fn untold(policy: &Policy, log: &[Event]) -> Option<Diagnostic> {
    let told: BTreeSet<&str> =
        log.iter().filter(|event| event.policy == policy.id).map(|event| event.version.as_str()).collect();
    let sealed = policy.seal.as_ref()?.versions.iter().map(|sealed| sealed.version.as_str());
    let untold: Vec<String> =
        sealed.filter(|v| !told.contains(v)).map(|v| format!("`{}@{v}`", policy.id)).collect();
    let message = format!("other services were never told of {}", untold.join(", "));
    let hint = "run `clauseline seal`: it adds what is missing";
    (!untold.is_empty()).then(|| Diagnostic::warning("untold", 0..0, message, hint))
}
