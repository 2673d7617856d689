//! What is published, fixed: seals and the log of decisions.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use clauseline::load;
use clauseline::policy::Action;
use clauseline::policy::diff::{diff, diff_sealed};
use clauseline::policy::events::{self, Event, What};
use clauseline::policy::history::Materiality;
use clauseline::policy::seal::{Seal, read};
use proptest::prelude::*;

use crate::program::{Run, clauseline, folder, path, write};

/// The files of the school's policies by the day on which each was made known, and that of two late translations.
fn by_day(content: &Path) -> BTreeMap<String, Vec<String>> {
    let late = [("privacy/2023-08-01.es.r2.md", "2023-10-16"), ("cookies/2025-02-03.ar.md", "2025-02-17")];
    let mut days: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in walkdir::WalkDir::new(content).min_depth(2).max_depth(2).sort_by_file_name() {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(content).unwrap().to_str().unwrap().to_owned();
        let Some((policy, file)) = name.split_once('/') else { continue };
        if !file.ends_with(".md") || !entry.file_type().is_file() {
            continue;
        }
        let version = fs::read_to_string(content.join(policy).join(format!("{}.md", &file[..10]))).unwrap();
        let said = |key: &str| {
            version.lines().find_map(|line| line.strip_prefix(key).map(|day| day.trim().to_owned()))
        };
        let announced = said("announced:").or_else(|| said("effective:")).unwrap();
        let day = late.iter().find(|(late, _)| *late == name).map_or(announced, |(_, day)| (*day).to_owned());
        // What went before the site itself was brought along when it began.
        days.entry(day.max("2016-03-01".to_owned())).or_default().push(name);
    }
    days
}

#[test]
fn ten_years_of_a_school_are_sealed_day_by_day() {
    let content = path("content");
    let place = folder(&[]);
    let copy = |name: &str| {
        write(&place.path().join("content").join(name), &fs::read(content.join(name)).unwrap());
    };
    copy("site.yaml");
    for (day, files) in by_day(&content) {
        for file in &files {
            copy(&format!("{}/policy.yaml", file.split_once('/').unwrap().0));
            copy(file);
        }
        let run = clauseline(&["seal", "--as-of", &day]).current_dir(place.path()).output();
        let run = Run::from(run.unwrap());
        assert_eq!(run.code, Some(0), "on {day}: {}", run.err);
    }
    // And so they stand in this package.
    for name in [
        "events.yaml",
        "privacy/seal.yaml",
        "cookies/seal.yaml",
        "learner-terms/seal.yaml",
        "pilot-privacy/seal.yaml",
        "privacy/.sealed/2024-07-01.md",
    ] {
        let (ours, made) = (content.join(name), place.path().join("content").join(name));
        if std::env::var_os("UPDATE").is_some() {
            fs::copy(&made, &ours).unwrap();
        }
        assert_eq!(fs::read_to_string(ours).unwrap(), fs::read_to_string(made).unwrap(), "{name}");
    }
}

/// Every policy of a content folder with each of its texts and the one before it.
fn pairs(content: &Path, mut each: impl FnMut(&clauseline::policy::Version, &clauseline::policy::Version)) {
    let loaded = load::content(content, &content.join("none")).unwrap();
    for policy in &loaded.policies {
        for pair in policy.versions.windows(2) {
            each(&pair[0], &pair[1]);
        }
    }
}

/// The real policies that lie outside this package, if they do, and the school's.
fn contents() -> Vec<std::path::PathBuf> {
    let mut all = vec![path("content")];
    if let Some(real) = std::env::var_os("CLAUSELINE_REAL") {
        let sites =
            fs::read_dir(path("").join(real)).unwrap().map(|entry| entry.unwrap().path().join("content"));
        all.extend(sites.filter(|site| site.is_dir()));
    }
    all
}

#[test]
fn a_diff_that_obeys_its_own_relations_is_the_same_diff() {
    let mut compared = 0;
    for content in contents() {
        pairs(&content, |old, new| {
            let made = diff(&old.text, &new.text, &new.front.was);
            let relations = made.relations(old.text.clauses.len(), new.text.clauses.len());
            let written = relations.to_string();
            let (a, b) = relations.sizes();
            let again = clauseline::policy::align::Relations::parse(&written, a, b).unwrap();
            assert_eq!(again, relations, "{written}");
            assert_eq!(diff_sealed(&old.text, &new.text, &again).unwrap(), made, "{} → {}", old.id, new.id);
            compared += 1;
        });
    }
    assert!(compared >= 18, "{compared}");
}

#[test]
fn a_seal_is_read_as_it_was_written() {
    for content in contents() {
        let loaded = load::content(&content, &content.join("none")).unwrap();
        for policy in &loaded.policies {
            let seal = Seal::with(policy);
            let written = seal.to_yaml();
            let (again, found) = read(&written);
            assert_eq!(found, [], "{written}");
            let again = again.unwrap();
            assert_eq!(again, seal);
            assert_eq!(again.to_yaml(), written);
            for (version, sealed) in policy.versions.iter().filter(|v| !v.front.draft).zip(&seal.versions) {
                assert_eq!(sealed.broken(version), [], "{}@{}", policy.id, version.id);
            }
        }
    }
}

/// What was sealed of two texts, whatever anybody would make of them now.
#[test]
fn sealed_relations_are_obeyed_by_pages() {
    let site = "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n";
    let old =
        "---\neffective: 2025-01-01\n---\nWe keep records for a year.\n\nWe share nothing with anyone.\n";
    let new = "---\neffective: 2025-02-01\naction: none\nchanges: [{clause: preamble, material: false, reason: So.}]\n---\nWe keep records for two years.\n\nWe share nothing with anyone at all.\n";
    let place = folder(&[
        ("content/site.yaml", site),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2025-01-01.md", old),
        ("content/p/2025-02-01.md", new),
    ]);
    let run = |arguments: &[&str]| {
        let run = Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
        assert_eq!(run.code, Some(0), "{}", run.err);
    };
    run(&["seal", "--as-of", "2025-03-01"]);
    let seal = place.path().join("content/p/seal.yaml");
    let text = fs::read_to_string(&seal).unwrap();
    assert!(text.contains("relations: '0-1=0-1'"), "{text}");
    fs::write(&seal, text.replace("relations: '0-1=0-1'", "relations: '0=1* 1=0'")).unwrap();
    run(&["build", "--as-of", "2025-03-01"]);
    let diff =
        fs::read_to_string(place.path().join("public/p/compare/2025-01-01/2025-02-01/diff.json")).unwrap();
    let diff: serde_json::Value = serde_json::from_str(&diff).unwrap();
    // The first text became the second, which nobody who reads them would say.
    let entries = diff["clauses"].as_array().unwrap();
    let moved = entries.iter().find(|e| e["relation"] == "moved" || e["moved"] == true).unwrap();
    let texts = moved.to_string();
    assert!(texts.contains("We keep records for a year.") && texts.contains("at all."), "{diff:#}");
}

fn event() -> impl Strategy<Value = (u8, u8, u8, u8)> {
    (0..2u8, 0..3u8, 0..5u8, 1..28u8)
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(5), ..ProptestConfig::default() })]

    /// The log only grows, its numbers rise by one and no id comes twice. So does what others may know of it:
    /// what was public on a day is, on any later one, what the public log begins with.
    #[test]
    fn a_log_is_only_ever_added_to(decided in proptest::collection::vec(event(), 0..24)) {
        let first = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let day = |d: u64| first + chrono::Days::new(d);
        let mut log = Vec::new();
        let mut recorded = 0;
        for (policy, version, what, later) in decided {
            let before = log.clone();
            recorded += u64::from(later % 3);
            let (policy, version) = (format!("p{policy}"), format!("v{version}"));
            let told = |e: &&Event| (&e.policy, &e.version) == (&policy, &version);
            // A version's announcement is decided once.
            let announced = before.iter().find(told).map_or_else(|| day(u64::from(later)), |e: &Event| e.announced);
            let event = Event {
                seq: 0,
                id: String::new(),
                what: match what {
                    0 => What::Announced,
                    1 => What::Withdrawn(day(recorded)),
                    2 => What::TranslationPublished(clauseline::policy::Language("es".to_owned()), u32::from(later) + 1),
                    3 => What::Corrected,
                    _ => What::Rescheduled(day(28)),
                },
                policy: policy.clone(),
                version: version.clone(),
                recorded: day(recorded),
                announced,
                effective: day(recorded + 40),
                notice_until: (later % 3 == 0).then(|| day(28)),
                action: (later % 2 == 0).then_some(Action::Notice),
                materiality: Materiality::NotMaterial,
            };
            let same = |e: &Event| e.what == event.what || what < 2 && e.what.name() == event.what.name();
            if what != 4 && before.iter().filter(told).any(same) {
                continue;
            }
            events::append(&mut log, event);
            prop_assert!(log.starts_with(&before));
        }
        prop_assert!(log.iter().zip(1..).all(|(event, seq)| event.seq == seq));
        let ids: std::collections::BTreeSet<&str> = log.iter().map(|e| e.id.as_str()).collect();
        prop_assert_eq!(ids.len(), log.len());
        let mut known: Vec<Event> = Vec::new();
        for today in (0..60).map(day) {
            // Before and after each seal of the day.
            let sealed = |n: &usize| *n == log.len() || log[*n].recorded >= today;
            for n in (0..=log.len()).filter(sealed).take_while(|n| *n == 0 || log[n - 1].recorded <= today) {
                let now = events::public(&log[..n], today);
                prop_assert!(now.starts_with(&known), "{today}: {known:#?} is not how this begins: {now:#?}");
                prop_assert!(now.iter().all(|e| e.announced <= today && e.recorded <= today));
                known = now;
            }
        }
        let written = events::to_yaml(&log, "UTC");
        let (again, found) = events::read(&written);
        prop_assert!(found.is_empty() || log.is_empty(), "{written}\n{found:?}");
        prop_assert_eq!(again.unwrap_or_default().events, log);
    }
}

#[test]
fn what_is_not_sealed_is_on_no_page() {
    let place = folder(&[
        ("content/site.yaml", "title: T\nbase_url: https://a.example/\ntime_zone: UTC\n"),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nAn old text.\n"),
        ("content/p/2025-01-01.es.md", "---\ntitle: P\n---\nUn texto viejo.\n"),
    ]);
    let run =
        |arguments: &[&str]| Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
    assert_eq!(run(&["seal", "--as-of", "2025-01-01"]).code, Some(0));
    let next = "---\neffective: 2025-02-01\nannounced: 2025-01-01\naction: none\nchanges: [{clause: preamble, material: false, reason: So.}]\n---\nA secret text.\n";
    write(&place.path().join("content/p/2025-02-01.md"), next.as_bytes());
    write(&place.path().join("content/p/2025-01-01.es.r2.md"), b"---\ntitle: P\n---\nUn texto secreto.\n");
    let built = run(&["build", "--as-of", "2025-03-01"]);
    assert_eq!(built.code, Some(0), "{}", built.err);
    assert!(
        built.err.contains("not sealed, so not published: p@2025-01-01 (es, revision 2), p@2025-02-01;"),
        "{}",
        built.err
    );
    for (name, bytes) in crate::program::tree(&place.path().join("public")) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret") && !name.contains("2025-02-01"), "{name}");
    }
    let preview = run(&["build", "--drafts", "--out", "preview", "--as-of", "2025-03-01"]);
    assert_eq!(preview.code, Some(0), "{}", preview.err);
    let shown = crate::program::tree(&place.path().join("preview"));
    assert!(shown.contains_key("p/v/2025-02-01/index.html"));
    let spanish = String::from_utf8_lossy(&shown["p/v/2025-01-01/es/index.html"]).into_owned();
    assert!(spanish.contains("secreto") && !spanish.contains("viejo"));
}

/// Whatever stands in the two files that are written by us alone: it is told, and nothing panics.
#[test]
fn damaged_seals_and_logs_are_told_of() {
    let seal = fs::read_to_string(path("content/cookies/seal.yaml")).unwrap();
    let log = fs::read_to_string(path("content/events.yaml")).unwrap();
    let mut damaged = 0;
    for cut in (0..seal.len()).step_by(37).filter(|at| seal.is_char_boundary(*at)) {
        for text in
            [seal[..cut].to_owned(), format!("{}{}", &seal[..cut], &seal[(cut + 11).min(seal.len())..])]
        {
            let (read, found) = read(&text);
            assert!(read.is_some() == found.is_empty(), "either a seal or what is wrong with it");
            damaged += usize::from(read.is_none());
        }
    }
    for cut in (0..log.len()).step_by(61) {
        let (read, found) = events::read(&log[..cut]);
        assert!(read.is_some() == found.is_empty());
        // Any value that is another one, be it a value of its kind.
        let Some(changed) = log[cut..].find(|c: char| c.is_ascii_digit()).map(|at| cut + at) else { break };
        let other = if &log[changed..=changed] == "1" { "2" } else { "1" };
        let (read, found) = events::read(&format!("{}{other}{}", &log[..changed], &log[changed + 1..]));
        assert!(read.is_none() && !found.is_empty(), "nobody saw that {} is changed", &log[cut..][..61]);
    }
    assert!(damaged > 20, "{damaged}");
}

/// The zone decides at which instants all that was published takes effect.
#[test]
fn another_time_zone_is_a_decision() {
    let site = |zone: &str| format!("title: T\nbase_url: https://a.example/\ntime_zone: {zone}\n");
    let place = folder(&[
        ("content/site.yaml", &site("America/New_York")),
        ("content/p/policy.yaml", "title: P\n"),
        ("content/p/2025-01-01.md", "---\neffective: 2025-01-01\n---\nA text.\n"),
    ]);
    let run =
        |arguments: &[&str]| Run::from(clauseline(arguments).current_dir(place.path()).output().unwrap());
    assert_eq!(run(&["seal", "--as-of", "2025-01-01"]).code, Some(0));
    write(&place.path().join("content/site.yaml"), site("Europe/Paris").as_bytes());
    let built = run(&["build", "--as-of", "2025-03-01"]);
    assert_eq!(built.code, Some(1), "{}", built.err);
    assert!(
        built.err.contains("error[time-zone]") && built.err.contains("time_zone: America/New_York"),
        "{}",
        built.err
    );
    // Who means it says so where the log is, and that is seen in version control.
    let log = place.path().join("content/events.yaml");
    let text = fs::read_to_string(&log).unwrap();
    write(&log, text.replace("time_zone: America/New_York", "time_zone: Europe/Paris").as_bytes());
    assert_eq!(run(&["build", "--as-of", "2025-03-01"]).code, Some(0));
}
