//! The calendar of a site: between two days of it nothing changes, and on each of them something does.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use chrono::{Days, NaiveDate};
use clauseline::load;
use clauseline::policy::agenda::{Reason, agenda};
use clauseline::policy::history::{History, history};
use clauseline::policy::{Policy, Settings};
use clauseline::site::{self, Overrides, Site};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseError;

use super::law;

/// What may stand in a text, and in its translation.
const SENTENCES: [(&str, &str); 5] = [
    ("We keep your data for 30 days.", "Guardamos sus datos 30 días."),
    ("We share nothing with anybody.", "No compartimos nada con nadie."),
    ("You may ask us to delete all of it.", "Puede pedirnos que lo borremos todo."),
    ("Sponsors learn whether you passed; see [the terms](../terms/).", "Los patrocinadores saben si aprobó."),
    ("Cookies expire after a week.", "Las cookies caducan tras una semana."),
];

#[derive(Clone, Debug)]
struct Draw {
    /// After the version before it.
    days: u64,
    /// Of notice.
    notice: u64,
    /// Before it takes effect.
    withdrawn: Option<u64>,
    action: &'static str,
    material: bool,
    correction: bool,
    draft: bool,
    translated: bool,
    sentences: [usize; 3],
}

#[derive(Clone, Debug)]
struct Drawn {
    window: u64,
    audience: &'static str,
    compare: &'static str,
    versions: Vec<Draw>,
}

fn version() -> impl Strategy<Value = Draw> {
    let days = prop_oneof![1_u64..40, select(&[1_u64, 30, 100, 364, 365, 366, 400][..])];
    let notice = prop_oneof![Just(0_u64), 1_u64..45];
    let flags = (
        proptest::option::weighted(0.15, 1_u64..30),
        any::<bool>(),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.1),
        proptest::bool::weighted(0.3),
    );
    let sentence = 0..SENTENCES.len();
    (days, notice, select(&["none", "notice"][..]), flags, [sentence.clone(), sentence.clone(), sentence])
        .prop_map(|(days, notice, action, flags, sentences)| {
            let (withdrawn, material, correction, draft, translated) = flags;
            Draw { days, notice, withdrawn, action, material, correction, draft, translated, sentences }
        })
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let window = select(&[0_u64, 1, 10, 40, 365][..]);
    let (audience, compare) = (select(&["material", "every", "none"][..]), select(&["adjacent", "all"][..]));
    (window, audience, compare, vec(version(), 1..5))
        .prop_map(|(window, audience, compare, versions)| Drawn { window, audience, compare, versions })
}

fn first_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 1, 1).unwrap()
}

/// The files of a policy.
fn files(policy: &Drawn) -> Vec<(String, String)> {
    let Drawn { window, audience, compare, versions } = policy;
    let settings = format!(
        "title: A policy\nnotice:\n  window_days_after: {window}\n  for: {audience}\ncompare: {compare}\n"
    );
    let mut files = vec![("policy.yaml".to_owned(), settings)];
    let mut day = first_day();
    let mut before: Option<NaiveDate> = None;
    for (n, draw) in versions.iter().enumerate() {
        day = day + Days::new(draw.days);
        let mut front = format!("effective: {day}\n");
        let announced = day - Days::new(draw.notice);
        let withdrawn = draw.withdrawn.filter(|_| n > 0 && announced < day);
        let withdrawn = withdrawn.map(|days| announced.max(day - Days::new(days)));
        let lasting = n == 0 || !draw.draft && withdrawn.is_none();
        match before.filter(|_| draw.correction && lasting) {
            Some(of) => {
                let _ = write!(front, "kind: correction\ncorrects: {of}\naction: none\nsummary: A slip.\n");
            }
            None => {
                let _ = writeln!(front, "announced: {announced}");
                if n > 0 {
                    let _ =
                        write!(front, "kind: amendment\naction: {}\nsummary: Other words.\n", draw.action);
                    if draw.material && draw.action != "none" {
                        front += "changes:\n  - clause: data\n    material: true\n    summary: Told.\n";
                    }
                }
                if let Some(day) = withdrawn {
                    let _ = writeln!(front, "withdrawn: {day}");
                }
                front += if draw.draft && n > 0 { "draft: true\n" } else { "" };
            }
        }
        if lasting {
            before = Some(day);
        }
        let text = |translated: bool| {
            let sentences = draw.sentences.map(|s| if translated { SENTENCES[s].1 } else { SENTENCES[s].0 });
            format!("## Data {{#data}}\n\n{}\n", sentences.join("\n\n"))
        };
        files.push((format!("{day}.md"), format!("---\n{front}---\n{}", text(false))));
        if draw.translated {
            files.push((format!("{day}.es.md"), text(true)));
        }
    }
    files
}

type Pages = BTreeMap<String, Vec<u8>>;

/// The whole site, in memory, as a build makes it.
fn built(settings: &Settings, policies: &[std::sync::Arc<Policy>], today: NaiveDate) -> Pages {
    let site = Site::new(settings.clone(), policies, &[], today, false, Overrides::default()).unwrap();
    let (mut pages, mut summaries) = (Vec::new(), Vec::new());
    for policy in policies {
        let mut lines: Vec<History<'_>> = Vec::new();
        if let Some((id, _)) = &policy.settings.succeeds {
            lines.extend(policies.iter().filter(|p| p.id == *id).map(|p| history(p, today, false)));
        }
        let (more, summary) = site::policy(&site, &history(policy, today, false), &lines).unwrap();
        pages.extend(more);
        summaries.extend(summary);
    }
    pages.extend(site::whole(&site, summaries).unwrap());
    pages.into_iter().map(|page| (page.path, page.contents)).collect()
}

/// The pages that are not the same.
fn differing(one: &Pages, other: &Pages) -> Vec<String> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    names.into_iter().filter(|name| one.get(*name) != other.get(*name)).cloned().collect()
}

fn try_calendar(policies: &[Drawn]) -> Result<BTreeSet<Reason>, TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let site = "title: A site\nbase_url: https://example.org/\ntime_zone: UTC\n";
    fs::write(folder.path().join("site.yaml"), site).unwrap();
    for (policy, name) in policies.iter().zip(["privacy", "terms"]) {
        fs::create_dir(folder.path().join(name)).unwrap();
        for (file, text) in files(policy) {
            fs::write(folder.path().join(name).join(file), text).unwrap();
        }
    }
    let loaded = load::content(folder.path(), &folder.path().join("static")).unwrap();
    prop_assert_eq!(loaded.report.errors(), 0, "{}", loaded.report.human(false));
    let (settings, policies) = (loaded.site.unwrap(), loaded.policies);
    let start = first_day() - Days::new(60);
    let mut days: BTreeMap<NaiveDate, BTreeSet<Reason>> = BTreeMap::new();
    for transition in policies.iter().flat_map(|policy| agenda(policy, start)) {
        days.entry(transition.day).or_default().insert(transition.reason);
    }
    let mut before = (start, built(&settings, &policies, start));
    let mut reasons = BTreeSet::new();
    for (day, why) in days {
        let eve = built(&settings, &policies, day.pred_opt().unwrap());
        let changed = differing(&before.1, &eve);
        prop_assert!(changed.is_empty(), "from {} to the day before {day}: {changed:?}", before.0);
        let pages = built(&settings, &policies, day);
        prop_assert!(!differing(&eve, &pages).is_empty(), "nothing changes on {day}: {why:?}");
        // What was put on record stays so.
        for (name, record) in before.1.iter().filter(|(name, _)| name.ends_with("/record.json")) {
            prop_assert!(pages.get(name) == Some(record), "{name} is another one on {day}");
        }
        // Where it is the only reason it is one by itself.
        if why.len() == 1 {
            reasons.extend(why);
        }
        before = (day, pages);
    }
    let end = before.0 + Days::new(3_000);
    let changed = differing(&before.1, &built(&settings, &policies, end));
    prop_assert!(changed.is_empty(), "from {} to {end}: {changed:?}", before.0);
    Ok(reasons)
}

#[test]
fn pages_change_on_the_days_of_the_calendar_and_on_no_other() {
    let seen = std::cell::RefCell::new(BTreeSet::new());
    law(12, &vec(drawn(), 1..3), |policies| {
        seen.borrow_mut().extend(try_calendar(&policies)?);
        Ok(())
    });
    // Each reason was tried where nothing else happened.
    let all = [Reason::Announced, Reason::Effective, Reason::Withdrawn, Reason::NoticeEnds, Reason::MarksEnd];
    assert_eq!(seen.into_inner(), all.into());
}

/// The last translation may be of a version that is superseded, and its page tells of that one.
#[test]
fn banners_on_translations_that_lag_are_in_the_calendar() {
    let version = |days: u64, action: &'static str, translated: bool, first: usize| Draw {
        days,
        notice: 0,
        withdrawn: None,
        action,
        material: false,
        correction: false,
        draft: false,
        translated,
        sentences: [first, 1, 2],
    };
    let versions =
        vec![version(1, "none", true, 0), version(100, "notice", true, 3), version(20, "none", false, 4)];
    let policy = Drawn { window: 40, audience: "material", compare: "adjacent", versions };
    let reasons = try_calendar(&[policy]).unwrap_or_else(|error| panic!("{error}"));
    assert!(reasons.contains(&Reason::NoticeEnds), "{reasons:?}");
}
