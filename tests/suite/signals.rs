//! What is marked in changes, and what is found out about terms: `tests/signals/NAME.md` and
//! `tests/terms/NAME.md` are an old text, a line of `=`, and a new one; a first line `language: es`
//! says which language they are in. `NAME.txt` is what is told of them. With `UPDATE=1` the
//! expectations are written; read them before you keep them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use clauseline::policy::Language;
use clauseline::policy::Text;
use clauseline::policy::history::Comparison;
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::phrases::Cut;
use clauseline::policy::signals::SignalKind;
use clauseline::policy::terms::terms;
use clauseline::policy::vocabulary::vocabulary;
use clauseline::site::names;

use crate::cases;

/// Longer than any line under a heading.
const BORDER: &str = "\n================\n";

fn read(markdown: &str) -> Text {
    parse(markdown, 0..markdown.len(), Options { imported: true }).0
}

fn shown(words: &str) -> String {
    if words.is_empty() { "-".to_owned() } else { words.replace('\n', "⏎") }
}

fn told(case: &str) -> String {
    let (language, texts) = match case.strip_prefix("language: ").and_then(|rest| rest.split_once('\n')) {
        Some((tag, texts)) => (tag, texts),
        None => ("en", case),
    };
    let (old, new) = texts.split_once(BORDER).expect("a case has two sides");
    let (old, new) = (read(&format!("{old}\n")), read(new));
    let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &Language(language.to_owned()));
    let mut out = String::new();
    for (i, signals) in comparison.signals.iter().enumerate().filter(|(_, signals)| !signals.is_empty()) {
        let relation = names::relation_name(comparison.diff.changes[i].relation);
        let _ = writeln!(out, "{relation} {}", comparison.address(i));
        for signal in signals {
            let kind = names::signal_name(signal.kind);
            let _ = writeln!(out, "  {kind}: {} → {}", shown(&signal.old), shown(&signal.new));
        }
    }
    for definition in &comparison.definitions {
        let what = names::definition_name(definition);
        let was = definition.old.as_deref().filter(|old| *old != definition.name());
        let was = was.map_or(String::new(), |old| format!(" (was {old})"));
        let addresses = |changes: &[usize]| {
            let all = changes.iter().map(|c| {
                let mark = if comparison.diff.changes[*c].needs_word() { "*" } else { "" };
                format!("{}{mark}", comparison.address(*c))
            });
            all.collect::<Vec<_>>().join(" ")
        };
        let (places, affected) = (addresses(&definition.places), addresses(&definition.affected));
        let _ =
            writeln!(out, "definition {what}: {}{was} in {places}; used in {affected}", definition.name());
    }
    for (was, is) in &comparison.renamed {
        let _ = writeln!(out, "renamed: {was} → {is}");
    }
    if out.is_empty() { "nothing\n".to_owned() } else { out }
}

#[test]
fn signals() {
    cases::check("tests/signals", 60, told);
}

#[test]
fn definitions() {
    cases::check("tests/terms", 12, told);
}

fn seeds() -> Option<impl Fn(&str) -> Text> {
    // Like the real histories these texts are not ours to keep, and lie beside them.
    let real = std::env::var_os("CLAUSELINE_REAL")?;
    let folder = Path::new(&real).join("../seeds");
    let names: Vec<_> = fs::read_dir(folder).ok()?.map(|e| e.unwrap().path()).collect();
    Some(move |number: &str| {
        let path =
            names.iter().find(|p| p.file_name().unwrap().to_str().unwrap().starts_with(number)).unwrap();
        read(&fs::read_to_string(path).unwrap())
    })
}

#[test]
fn a_notice_period_that_is_lost_among_many_changes_is_told() {
    let Some(seed) = seeds() else { return };
    let (old, new) = (seed("001"), seed("003"));
    let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &Language("en".to_owned()));
    let all: Vec<_> = comparison.signals.iter().flatten().collect();
    let lost = |kind, words: &str| all.iter().any(|s| s.kind == kind && s.old == words && s.new.is_empty());
    assert!(lost(SignalKind::Duration, "seven (7) days"), "{all:#?}");
}

#[test]
fn published_definitions_are_found() {
    let Some(seed) = seeds() else { return };
    let english = vocabulary(&Language("en".to_owned()));
    for (number, name) in [
        ("000", "Personally Identifiable Information"),
        ("000", "TOS"),
        ("000", "FERPA"),
        ("001", "Personal Information"),
        ("001", "Site"),
        ("004", "Coursera"),
    ] {
        let text = seed(number);
        let found = terms(&Cut::new(&text, english.apostrophe), english);
        let names: Vec<&str> = found.all.iter().map(|t| t.name.as_str()).collect();
        assert!(names.contains(&name), "{number}: {name} is not among {names:?}");
    }
}
