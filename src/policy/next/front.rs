//! What stands above the texts of the next version: every key a lawyer needs, each explained.

use std::fmt::Write as _;

use super::Plan;
use crate::policy::front_matter::category_name;
use crate::policy::vocabulary::CATEGORIES;
use crate::policy::{Category, Kind, Language, Translation};

/// The front matter of the version.
pub(super) fn version(plan: &Plan<'_>) -> String {
    let mut out = String::from("---\n");
    out.push_str(
        "# A draft: readers do not see it. `clauseline check` says what it lacks, and\n\
         # `clauseline serve` shows it, with its redline, in a browser.\n",
    );
    out.push_str(match plan.policy.seal {
        Some(_) => {
            "# When it is ready, delete the next line, check again, and publish it with `clauseline seal`.\n"
        }
        None => "# When it is ready, delete the next line and check again. The next build publishes it.\n",
    });
    out.push_str("draft: true\n#\n");
    days(plan, &mut out);
    kind(plan, &mut out);
    words(plan, &mut out);
    out.push_str("---\n");
    out
}

fn days(plan: &Plan<'_>, out: &mut String) {
    let days = plan.days;
    let _ = writeln!(
        out,
        "# The day it takes effect, from its first minute in {}; the file is named after it.",
        plan.zone
    );
    if matches!(plan.kind, Kind::Correction(_)) {
        out.push_str(
            "# A correction takes effect on the day it is published: on another day, change both.\n",
        );
    }
    if let Some((promised, earliest)) = days.promised {
        let early = if days.effective < earliest { ", and this one is too early for that" } else { "" };
        let _ = writeln!(
            out,
            "# If anything in it is material, {promised} days of notice are promised: the earliest day is\n\
             # {earliest}{early}."
        );
    }
    let _ = writeln!(out, "effective: {}\n#", days.effective);
    if matches!(plan.kind, Kind::Correction(_)) {
        return;
    }
    out.push_str(
        "# The day it is made known; before it the site does not show it. Not later than the day above",
    );
    match days.promised {
        Some((promised, _)) => {
            let _ = writeln!(out, ",\n# and {promised} days before it if anything is material.");
        }
        None => out.push_str(".\n"),
    }
    let _ = writeln!(out, "announced: {}\n#", days.announced);
}

fn kind(plan: &Plan<'_>, out: &mut String) {
    match &plan.kind {
        Kind::Correction(id) => {
            let _ = writeln!(
                out,
                "# A correction fixes a slip and changes no meaning. Who accepted `{id}` has accepted it. If it\n\
                 # changes what the policy means, write `kind: amendment`, and delete `corrects`.\n\
                 kind: correction\ncorrects: {id}\n#"
            );
        }
        Kind::Revert(id) => {
            let _ = writeln!(
                out,
                "# A revert takes back `{id}`: the text below is that of the version before it, and stays so.\n\
                 # To change more, write `kind: amendment`, and delete `reverts`.\n\
                 kind: revert\nreverts: {id}\n#"
            );
        }
        Kind::Initial | Kind::Amendment => {
            out.push_str("# An amendment is a change. (A slip is fixed by `clauseline new --corrects`.)\nkind: amendment\n#\n");
        }
    }
}

fn words(plan: &Plan<'_>, out: &mut String) {
    let correction = matches!(plan.kind, Kind::Correction(_));
    out.push_str(if correction {
        "# What was wrong, in plain words, for everyone.\n"
    } else {
        "# What changed, in plain words, for everyone: a sentence or two. Required if anything is material.\n"
    });
    out.push_str(
        "# Take away the `# ` in front of it, with its space, and write after the colon; so with the keys below.\n\
         # summary:\n#\n",
    );
    if correction {
        out.push_str("# Users are owed nothing: their policy means what it meant.\naction: none\n#\n");
    } else {
        out.push_str(
            "# What users are owed: `none`, `notice` (they are told) or `reaccept` (they are asked to agree).\n\
             # Required.\n# action: notice\n#\n",
        );
    }
    out.push_str(
        "# Your word on each change. First change the text below; then `clauseline check` names every change\n\
         # that has none.\n# changes:\n\
         #   - clause: sharing         # the id of a section or clause, or several: [sharing, cookies.2]\n",
    );
    if correction {
        out.push_str(
            "#     material: false\n\
             #     reason:                 # why it changes no meaning\n#\n",
        );
    } else {
        out.push_str(
            "#     material: true          # true: users are told of it; false: they need not be\n\
             #     category: other         # what it is about; see below\n\
             #     direction: neutral      # more-protective, less-protective or neutral, as a reader sees it\n\
             #     affects: [learners]     # whom, in words of your own; may be left out\n\
             #     summary:                # what it means for users, in plain words; required if material\n\
             #     reason:                 # if it is not material: why users need not be told\n",
        );
        categories(out);
    }
    out.push_str(
        "# Headings keep their ids (`{#sharing}`) whatever their words are: others link to them. If one has to be\n\
         # called otherwise, the new id and the old one:\n# was: {new-id: old-id}\n",
    );
    if plan.days.promised.is_some() {
        out.push_str(
            "#\n# Only if something material cannot wait for its notice: why. It is published.\n# notice_exception:\n",
        );
    }
}

fn categories(out: &mut String) {
    let mut line = "# Categories:".to_owned();
    for category in CATEGORIES.iter().chain(&[Category::Other]) {
        let word = category_name(*category);
        if line.len() + word.len() > 96 {
            let _ = writeln!(out, "{line}");
            line = "#  ".to_owned();
        }
        let _ = write!(line, " {word},");
    }
    let _ = writeln!(out, "{}.\n#", line.trim_end_matches(','));
}

/// The front matter of a copied translation.
pub(super) fn translation(plan: &Plan<'_>, language: &Language, copied: &Translation) -> String {
    let revision = if copied.revision > 1 { format!(".r{}", copied.revision) } else { String::new() };
    let from = format!("{}.{language}{revision}.md", plan.base.id);
    let mut out = String::from("---\n");
    if matches!(plan.kind, Kind::Revert(_)) {
        let _ = writeln!(
            out,
            "# A copy of `{from}`, a translation of the text that is restored. When somebody has read it again,\n\
             # delete the next line."
        );
    } else {
        let _ = writeln!(
            out,
            "# A copy of `{from}`: it lags until somebody translates what changes in `{}.md`. As long\n\
             # as it is a draft, readers see the last translation that is published, with marks where it lags.\n\
             # When all of it is translated, delete the next line.",
            plan.id
        );
    }
    out.push_str("draft: true\n#\n");
    out.push_str("# The policy's name in this language.\n");
    match &copied.title {
        Some(title) => {
            let _ = writeln!(out, "title: {}\n#", quoted(title));
        }
        None => out.push_str("# title:\n#\n"),
    }
    let _ = writeln!(
        out,
        "# The summary of `{0}.md` in this language.\n# summary:\n#\n\
         # The summaries of its changes, under the ids they have there.\n\
         # changes:\n#   - clause: sharing\n#     summary:\n---",
        plan.id
    );
    out
}

/// A text in double quotes, as YAML reads it back.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
