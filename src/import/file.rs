//! What is written of a draft: the bytes of its file and of those that it needs beside it.

use super::Draft;
use crate::policy::{Fidelity, Source};

/// A version's file.
pub fn version(draft: &Draft) -> String {
    let body = draft.body.trim_matches('\n');
    format!("---\neffective: {}\nsource: {}\n---\n{body}\n", draft.day, source(&draft.source))
}

/// `policy.yaml`, with nothing in it but the policy's name.
pub fn policy(title: &str) -> String {
    format!("title: {}\n", quoted(title))
}

/// A `site.yaml` to start from.
pub fn site() -> String {
    "title: Policies\norganisation: Our organisation\nbase_url: https://policies.example.org/\ntime_zone: UTC\n"
        .to_owned()
}

fn source(source: &Source) -> String {
    let mut parts = Vec::new();
    parts.extend(source.url.as_ref().map(|url| format!("url: {}", quoted(url))));
    parts.extend(source.captured.map(|day| format!("captured: {day}")));
    parts.push(format!("date: {}", if source.date_is_capture { "captured" } else { "stated" }));
    parts.extend(source.fidelity.map(|fidelity| {
        let word = match fidelity {
            Fidelity::Original => "original",
            Fidelity::Extracted => "extracted",
            Fidelity::Reconstructed => "reconstructed",
        };
        format!("fidelity: {word}")
    }));
    format!("{{{}}}", parts.join(", "))
}

/// A value of YAML in double quotes.
fn quoted(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", shown.replace('\\', "\\\\").replace('"', "\\\""))
}
