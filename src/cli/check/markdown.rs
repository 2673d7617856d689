//! What `check` found as a comment on a pull request: whether it may be published, what holds it up, what to
//! paste, and the redline of each version that is not published yet.
//!
//! Longest of all are redlines, so these get the room that the rest leaves; what they leave out they count.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::cli::build::count;
use crate::cli::diff::markdown::{LONGEST, escaped, fit, units, within};
use crate::cli::diff::told::tell;
use crate::diagnostic::{Report, Severity};
use crate::error::Error;
use crate::policy::Policy;
use crate::policy::gate::Judged;
use crate::site::{names, redline};

/// The comment.
pub(super) fn markdown(
    report: &Report,
    policies: &[Arc<Policy>],
    judged: &[Vec<Judged<'_>>],
) -> Result<String, Error> {
    let versions =
        policies.iter().zip(judged).flat_map(|(policy, of)| of.iter().map(move |one| (policy, one)));
    // Who never sealed anything may have many old versions of which there is nothing to say.
    let worth = |(policy, one): &(&Arc<Policy>, &Judged<'_>)| {
        one.comparison.is_some() && (policy.can_change(one.version) || !one.open.is_empty())
    };
    let compared: Vec<_> = versions.filter(worth).collect();
    let mut out = match report.errors() {
        0 => "## This can be published\n\n".to_owned(),
        n => format!("## {} this up\n\n", count(n, "mistake holds", "mistakes hold")),
    };
    let mut room = LONGEST - units(&out) - 1_000;
    let third = room / 3;
    if !report.is_empty() {
        let mut lines = report.lines();
        lines.sort_by_key(|(_, _, found)| found.severity);
        let rows = lines.into_iter().map(|(file, line, found)| {
            let severity = if found.severity == Severity::Error { "**error**" } else { "warning" };
            let (message, hint) = (cell(&found.message), cell(&found.hint));
            format!("| {severity} | {}:{line} | {message} | {hint} |\n", escaped(file))
        });
        let (rows, left_out) = fit(&mut room, third, rows);
        let _ = write!(out, "| | Where | What is wrong | What to do |\n| --- | --- | --- | --- |\n{rows}\n");
        if left_out > 0 {
            let _ = write!(
                out,
                "{} not in this table; `clauseline check` names each.\n\n",
                count(left_out, "more is", "more are")
            );
        }
    }
    let pastes = report.pastes().map(|(file, lines)| {
        // A fence that nothing in the lines can close.
        let fence = "`".repeat(longest_run(lines).max(2) + 1);
        format!(
            "Paste this into the front matter of {}, and finish it:\n\n{fence}yaml\n{lines}{fence}\n\n",
            escaped(file)
        )
    });
    let (pastes, left_out) = fit(&mut room, third, pastes);
    out.push_str(&pastes);
    if left_out > 0 {
        out.push_str("There is more to paste than fits here: `clauseline check` shows it.\n\n");
    }
    let share = room / compared.len().max(1);
    for (policy, one) in compared {
        let (version, Some(comparison)) = (&policy.versions[one.version], &one.comparison) else { continue };
        let id = format!("{}@{}", policy.id, version.id);
        let proof = comparison.diff.proof(comparison.old, comparison.new).map_err(|entry| Error::Proof {
            policy: policy.id.clone(),
            old: "the version before it".to_owned(),
            new: version.id.clone(),
            entry,
        })?;
        let before =
            policy.before(one.version).map_or_else(String::new, |v| format!("{}@{}", policy.id, v.id));
        let action = names::action_name(version.front.action);
        let draft = if version.front.draft { ", a draft" } else { "" };
        let _ = write!(
            out,
            "---\n\n{}, announced {}, takes effect on {}, action: {action}{draft}.\n\n",
            escaped(&policy.settings.title),
            version.front.announced,
            version.front.effective
        );
        let told = tell(comparison, &redline::numbers(comparison), Vec::new(), false);
        out.push_str(&within(share.saturating_sub(500), &told, &[before, id], proof));
        out.push('\n');
    }
    Ok(out)
}

/// A message within a table: what stands in back-ticks is code.
fn cell(text: &str) -> String {
    let line = |line: &str| {
        let parts = line.split('`').enumerate().map(|(i, part)| match (i % 2, escaped(part)) {
            (1, code) => format!("<code>{code}</code>"),
            (_, words) => words,
        });
        parts.collect::<String>()
    };
    text.lines().map(line).collect::<Vec<_>>().join("<br>")
}

/// The longest row of back-ticks in a text.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
