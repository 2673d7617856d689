//! What is suggested of changes, and that it can be pasted as it stands.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use clauseline::load;
use clauseline::policy::front_matter;
use clauseline::policy::history::{Comparison, history};
use clauseline::policy::markdown::{Options, parse};
use clauseline::policy::suggest::{Entry, entries, suggestion, yaml};
use clauseline::policy::{Category, Language, Text};

use crate::cases;

fn read(markdown: &str) -> Text {
    parse(markdown, 0..markdown.len(), Options { imported: true }).0
}

fn english() -> Language {
    Language("en".to_owned())
}

/// Entries for all changes that need a word.
fn all(comparison: &Comparison<'_>) -> Vec<Entry> {
    let changes = comparison.diff.changes.iter().enumerate();
    let wanted: Vec<usize> = changes.filter(|(_, c)| c.needs_word()).map(|(i, _)| i).collect();
    entries(comparison, &wanted, &english())
}

fn front(changes: &str) -> String {
    let changes = if changes.is_empty() { String::new() } else { format!("changes:\n{changes}") };
    format!("---\neffective: 2018-05-15\naction: notice\n{changes}---\nText.\n")
}

/// The law: what is pasted is refused for the summaries that nobody wrote and for nothing else; with them
/// it says of each change, and of it alone, what was suggested.
fn covers(name: &str, old: &Text, new: &Text, was: &BTreeMap<String, String>) {
    let bare = Comparison::new((old, new), was, &[], &english());
    let suggested = all(&bare);
    let pasted = yaml(&suggested);
    let open = suggested.iter().filter(|e| e.suggestion.material).count();
    let (_, _, found) = front_matter::version(&front(&pasted), "2018-05-15", false);
    assert!(
        found.iter().all(|d| d.code == "empty-value" && d.message.contains("`summary`")),
        "{name}: {found:#?}\n{pasted}"
    );
    assert_eq!(found.len(), open, "{name}\n{pasted}");
    let filled = pasted.replace("    summary:\n", "    summary: Told.\n");
    let (matter, _, found) = front_matter::version(&front(&filled), "2018-05-15", false);
    assert_eq!(found, [], "{name}\n{filled}");
    let notes = matter.unwrap().changes;
    assert_eq!(notes.len(), suggested.len(), "{name}");
    let said = Comparison::new((old, new), was, &notes, &english());
    for (i, change) in said.diff.changes.iter().enumerate().filter(|(_, c)| c.needs_word()) {
        let entry = suggested.iter().position(|e| e.changes.contains(&i));
        let entry = entry.unwrap_or_else(|| panic!("{name}: no entry for {change:?}"));
        let note =
            said.notes[i].unwrap_or_else(|| panic!("{name}: {} is not covered\n{pasted}", said.address(i)));
        assert_eq!(note, &notes[entry], "{name}: {} is covered by another\n{pasted}", said.address(i));
        assert_eq!(note.material, Some(suggested[entry].suggestion.material));
    }
    let told: Vec<usize> = suggested.iter().flat_map(|e| e.changes.clone()).collect();
    let needed = said.diff.changes.iter().filter(|c| c.needs_word()).count();
    assert_eq!(told.len(), needed, "{name}: one entry for each change");
}

#[test]
fn what_is_pasted_covers_the_changes_and_is_not_publishable_by_oversight() {
    for folder in ["tests/diff", "tests/signals", "tests/terms"] {
        cases::each(folder, |name, case| {
            let case = case
                .split_once('\n')
                .filter(|(first, _)| first.starts_with("language: "))
                .map_or(case, |(_, rest)| rest);
            let (old, new) = cases::sides(case);
            covers(name, &read(&old), &read(&new), &BTreeMap::new());
        });
    }
    let day = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut contents = vec![root.join("content"), root.join("tests/golden/small/content")];
    if let Some(real) = std::env::var_os("CLAUSELINE_REAL") {
        contents.extend(
            ["basecamp", "github", "mozilla"].map(|site| Path::new(&real).join(site).join("content")),
        );
    }
    for content in contents {
        let loaded = load::content(&content, &root.join("static")).unwrap();
        for policy in &loaded.policies {
            for release in history(policy, day, true).releases {
                let Some(comparison) = &release.comparison else { continue };
                let name = format!("{}@{}", policy.id, release.version.id);
                covers(&name, comparison.old, comparison.new, &release.version.front.was);
            }
        }
    }
}

#[test]
fn what_is_suggested_says_why() {
    let old =
        "# P\n\n## How long we keep things\n\nWe keep logs for 30 days.\n\nWe tidy up.\n\n## Old\n\nGone.\n";
    let new = "# P\n\n## How long we keep things\n\nWe keep logs for 90 days.\n\nWe clean up.\n\n\
               ## Children\n\nA child needs a parent.\n\nWe ask.\n";
    let (old, new) = (read(old), read(new));
    let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &english());
    let expected = "  - clause: how-long-we-keep-things.1
    # suggested: a duration changed: `30 days` → `90 days`
    material: true
    # suggested by its words
    category: retention
    # direction: more-protective, less-protective or neutral, as a reader sees it
    # what it means for users, in plain words
    summary:
  - clause: how-long-we-keep-things.2
    # suggested: none of the words that often matter changed; read it before you agree
    material: false
    # suggested by its words
    category: retention
    # direction: more-protective, less-protective or neutral, as a reader sees it
    reason: Wording only.
  - clause: old
    # suggested: it is gone
    material: true
    # category: one of data-collected, purposes, legal-basis, controller-identity,
    #   third-party-sharing, transfers, retention, security, your-rights, children, cookies, contact,
    #   changes-to-policy, disputes, other
    # direction: more-protective, less-protective or neutral, as a reader sees it
    # what it means for users, in plain words
    summary:
  - clause: children
    # suggested: it was not there before
    material: true
    # suggested by its words
    category: children
    # direction: more-protective, less-protective or neutral, as a reader sees it
    # what it means for users, in plain words
    summary:
";
    assert_eq!(yaml(&all(&comparison)), expected);
}

/// Held against what the people who wrote the example policies said of their changes.
#[test]
fn what_is_suggested_is_mostly_what_people_say() {
    let day = NaiveDate::from_ymd_opt(2030, 1, 1).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let loaded = load::content(&root.join("content"), &root.join("static")).unwrap();
    let (mut right, mut wrong, mut seen, mut missed) = (0, 0, 0, 0);
    for policy in &loaded.policies {
        for release in history(policy, day, true).releases {
            let Some(comparison) = &release.comparison else { continue };
            for (i, note) in comparison.notes.iter().enumerate() {
                let (Some(note), Some(suggested)) = (note, suggestion(comparison, i, &english())) else {
                    continue;
                };
                match (note.category, suggested.category) {
                    (Some(said), Some(suggested)) if said == suggested => right += 1,
                    (Some(said), Some(_)) if said != Category::Other => wrong += 1,
                    _ => {}
                }
                if note.material == Some(true) {
                    seen += usize::from(suggested.material);
                    missed += usize::from(!suggested.material);
                }
            }
        }
    }
    assert!(right >= 10 * wrong, "categories: {right} right, {wrong} wrong");
    assert!(seen >= 7 * missed, "material changes: {seen} suggested, {missed} not");
}

#[test]
fn what_a_change_is_about_is_known_in_several_languages() {
    for (language, title, old, new, about) in [
        (
            "en",
            "How long we keep it",
            "We delete it after 30 days.",
            "We delete it after 90 days.",
            Category::Retention,
        ),
        (
            "es",
            "Cuánto tiempo",
            "Conservamos sus datos 30 días.",
            "Conservamos sus datos 90 días.",
            Category::Retention,
        ),
        (
            "fr",
            "Vos droits",
            "Vous avez un droit d’accès.",
            "Vous avez un droit d’accès gratuit.",
            Category::YourRights,
        ),
        (
            "de",
            "Weitergabe an Dritte",
            "Wir verkaufen nichts.",
            "Wir verkaufen keine Daten.",
            Category::ThirdPartySharing,
        ),
    ] {
        let side = |words: &str| read(&format!("## {title}\n\n{words}\n"));
        let (old, new) = (side(old), side(new));
        let language = Language(language.to_owned());
        let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &language);
        let suggested = suggestion(&comparison, 1, &language).unwrap();
        assert_eq!(suggested.category, Some(about), "{title}");
    }
    // Where nothing tells nothing is said.
    let (old, new) = (read("## A\n\nIt rains.\n"), read("## A\n\nIt snows.\n"));
    let comparison = Comparison::new((&old, &new), &BTreeMap::new(), &[], &english());
    assert_eq!(suggestion(&comparison, 1, &english()).unwrap().category, None);
    assert_eq!(suggestion(&comparison, 0, &english()), None);
}
