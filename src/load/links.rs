//! What is wrong between policies: whether what they say of each other is so.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::line::among;
use super::policy::PolicyRead;
use crate::diagnostic::{Diagnostic, Report};
use crate::policy::yaml::locate;

/// Whether what policies say of each other is so.
pub(super) fn check(read: &[Arc<PolicyRead>], report: &mut Report) {
    let ids = || read.iter().map(|policy| policy.id.as_str());
    let succeeds: BTreeMap<&str, &str> = read
        .iter()
        .filter_map(|policy| {
            Some((policy.id.as_str(), policy.settings.as_ref()?.succeeds.as_ref()?.0.as_str()))
        })
        .collect();
    for policy in read {
        let (Some(settings), Some((name, text))) = (&policy.settings, &policy.settings_file) else {
            continue;
        };
        let others = || ids().filter(|id| *id != policy.id);
        let at = |path: &[&str]| locate(text, 0..text.len(), path);
        let mut found = Vec::new();
        for id in &settings.incorporates {
            if !others().any(|other| other == id) {
                let (message, hint) =
                    (format!("there is no other policy `{id}`"), among(id, others(), "the others are"));
                found.push(Diagnostic::error("unknown-policy", at(&["incorporates"]), message, hint));
            }
        }
        if let Some((id, version)) = &settings.succeeds {
            let span = at(&["succeeds"]);
            match read.iter().find(|other| other.id == *id && other.id != policy.id) {
                None => {
                    let (message, hint) =
                        (format!("there is no other policy `{id}`"), among(id, others(), "the others are"));
                    found.push(Diagnostic::error("unknown-policy", span, message, hint));
                }
                Some(other) if !other.versions.contains(version) => {
                    let message = format!("the policy `{id}` has no version `{version}`");
                    let hint = among(version, other.versions.iter().map(String::as_str), "its versions are");
                    found.push(Diagnostic::error("unknown-version", span, message, hint));
                }
                Some(_) if goes_round(&policy.id, &succeeds) => {
                    let message = "these policies succeed each other in a circle";
                    let hint = "delete `succeeds` in the one that came first";
                    found.push(Diagnostic::error("succeeds-circle", span, message, hint));
                }
                Some(_) => {}
            }
        }
        report.add(name.as_str(), text, found);
    }
}

fn goes_round(start: &str, succeeds: &BTreeMap<&str, &str>) -> bool {
    let chain = std::iter::successors(succeeds.get(start).copied(), |id| succeeds.get(id).copied());
    chain.take(succeeds.len()).any(|id| id == start)
}
