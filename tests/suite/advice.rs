//! What a text is told to look at again.

use std::fs;
use std::path::Path;

use clauseline::policy::Language;
use clauseline::policy::advice::{Subject, advice};
use clauseline::policy::front_matter;
use clauseline::policy::markdown::{Options, parse};

/// Codes, each with the words it is about, in the order of the text.
fn told(language: &str, front: &str, body: &str) -> Vec<(&'static str, String)> {
    told_of(&format!("---\n{front}---\n{body}"), language)
}

fn told_of(file: &str, language: &str) -> Vec<(&'static str, String)> {
    let (front, range, _) = front_matter::version(file, "2018-05-15", true);
    let front = front.expect("the tests write front matter");
    let (text, _) = parse(file, range, Options { imported: true });
    let (language, names) =
        (Language(language.to_owned()), ["Acme Learning", "Privacy Policy", "Cookie Policy"]);
    let found = advice(&Subject { file, text: &text, language: &language, front: &front, names: &names });
    for d in &found {
        assert!(!d.message.ends_with('.') && !d.hint.is_empty(), "{d:?}");
    }
    found.into_iter().map(|d| (d.code, file[d.span].to_owned())).collect()
}

/// What is said of one paragraph by one rule.
fn of(code: &str, language: &str, paragraph: &str) -> Vec<String> {
    let found = told(language, "effective: 2018-05-15\nannounced: 2018-04-15\n", &format!("{paragraph}\n"));
    found.into_iter().filter(|(c, _)| *c == code).map(|(_, words)| words).collect()
}

#[test]
fn readers_are_not_sent_looking_for_changes() {
    for (language, asked) in [
        ("en", "Please check this page regularly for changes."),
        ("en", "You should review this Privacy Policy from time to time."),
        ("en", "We encourage you to periodically review this page."),
        ("en", "We recommend checking our terms often."),
        ("en", "Come back to this page frequently."),
        ("en", "To stay informed, visit this page each time you use our services."),
        ("en", "You are responsible for reading this notice periodically."),
        ("es", "Le recomendamos que revise esta página periódicamente."),
        ("es", "Consulte esta política con regularidad."),
        ("fr", "Nous vous invitons à consulter cette page régulièrement."),
        ("fr", "Veuillez relire cette politique de temps en temps."),
        ("de", "Bitte prüfen Sie diese Seite regelmäßig."),
        ("de", "Wir empfehlen Ihnen, diese Seite regelmäßig zu besuchen."),
    ] {
        assert_eq!(of("check-back", language, asked).len(), 1, "{asked}");
    }
    for (language, fine) in [
        ("en", "You can review your privacy settings periodically."),
        ("en", "We review this policy from time to time and tell you what changed."),
        ("en", "Our lawyers review this policy regularly."),
        ("en", "We may from time to time change this policy."),
        ("en", "Read this policy before you join."),
        ("en", "When you visit this page, we count the visit."),
        ("en", "Please read this page carefully and check your settings regularly."),
        ("en", "You should review your account statement every month."),
        ("en", "Students return to the classroom each time."),
        ("es", "Revisamos esta política periódicamente."),
        ("es", "Puede consultar su cuenta en cualquier momento."),
        ("fr", "Nous relisons cette page régulièrement."),
        ("de", "Wir prüfen diese Seite regelmäßig."),
    ] {
        assert_eq!(of("check-back", language, fine), [""; 0], "{fine}");
    }
    assert_eq!(
        of("check-back", "en", "Thank you. Be sure to **return** to this page periodically, please."),
        ["return** to this page periodically"]
    );
}

#[test]
fn days_stand_in_the_front_matter() {
    for (language, other, day) in [
        ("en", "Effective Date: May 16, 2018", "May 16, 2018"),
        ("en", "**Effective Date:** June 2018", "June 2018"),
        ("en", "Last updated 2017-05-15.", "2017-05-15"),
        ("en", "This policy was last revised on 15 October, 2015.", "15 October, 2015"),
        ("en", "We last updated this notice on March 3, 2019.", "March 3, 2019"),
        ("en", "These terms are effective as of January 1, 2020.", "January 1, 2020"),
        ("en", "We ask nobody.Effective as of 15 October, 2015.", "15 October, 2015"),
        ("es", "Última actualización: 3 de marzo de 2019", "3 de marzo de 2019"),
        ("fr", "Dernière mise à jour : 3 mars 2019", "3 mars 2019"),
        ("de", "Stand: 3. März 2019", "3. März 2019"),
    ] {
        assert_eq!(of("date-contradicts", language, other), [day], "{other}");
        assert_eq!(of("date-in-text", language, other), [""; 0], "{other}");
    }
    for same in ["Effective Date: May 15, 2018", "Posted on 15/04/2018.", "Last updated: May 2018"] {
        assert_eq!(of("date-in-text", "en", same).len(), 1, "{same}");
        assert_eq!(of("date-contradicts", "en", same), [""; 0], "{same}");
    }
    for none in [
        "© 2020 Acme Learning",
        "The latest version of this policy counts.",
        "Effective January 1, 2020, learners in California may also ask for a copy of what we hold.",
        "The previous version was effective May 1, 2014.",
        "The Privacy Act took effect in 1974.",
        "We keep records that were created before May 16, 2018.",
        "From the effective date you have 30 days.",
        "Any change is effective immediately upon posting, with an updated effective date.",
    ] {
        let found: Vec<_> = told("en", "effective: 2018-05-15\n", &format!("{none}\n"))
            .into_iter()
            .filter(|(code, _)| code.starts_with("date"))
            .collect();
        assert_eq!(found, [], "{none}");
    }
    let seen = "effective: 2018-05-15\nsource: {captured: 2018-05-15, date: captured}\n";
    assert_eq!(told("en", seen, "Effective Date: May 16, 2018\n"), []);
}

#[test]
fn terms_are_defined_and_used() {
    let body = "The \"Service\" means our lessons. \"Coach\" means a person who helps.\n\n\
                Use the Service as you like. A coach may help. Your Course Data is safe with the Service.\n\n\
                We keep Course Data for a course, and other data too.\n\n\
                We comply with the Consumer Privacy Act and the rules of the Consumer Privacy Act.\n";
    let found = told("en", "effective: 2018-05-15\n", body);
    assert_eq!(found, [("term-unused", "Coach".to_owned()), ("term-undefined", "Course Data".to_owned())]);
    for fine in [
        // Where nothing is defined capitals are a habit.
        "We hold Course Data for a course.\n\nAll Course Data is yours, and other data.\n",
        // Other names of one thing.
        "Web beacons (also known as \"Clear Pixels\") and the \"Site\" are ours.\n\nThe Site is free.\n",
        // An article is no part of a name.
        "\"The Member\" means you.\n\nEach Member is welcome.\n",
        // Who publishes says its name once.
        "Acme Learning (\"Acme\") is a school.\n\nWe teach.\n",
    ] {
        assert_eq!(told("en", "effective: 2018-05-15\n", fine), [], "{fine}");
    }
}

/// Sections for the mentions to name.
const SECTIONS: &str =
    "\n\n## Cookies and Tracking on Our Site {#cookies}\n\nWe set some.\n\n## Your Rights\n\nAsk.\n";

#[test]
fn sections_that_are_named_are_there() {
    for (mention, words) in [
        ("See the section below titled Cookies and Tracking.", "Cookies and Tracking"),
        (
            "For purposes described elsewhere in this Privacy Policy (including, e.g., Sharing with Others).",
            "Sharing with Others",
        ),
        ("This is described in the Children section.", "Children"),
        ("See the section titled Cookies for more.", "Cookies"),
        ("Please see “Sharing Your Information” below.", "Sharing Your Information"),
        ("Please read the section \"How We Share\" first.", "How We Share"),
        ("See the “Your Right” section of this policy.", "Your Right"),
    ] {
        assert_eq!(of("dangling-mention", "en", &format!("{mention}{SECTIONS}")), [words], "{mention}");
    }
    for fine in [
        "See the section below titled Cookies and Tracking on our Site.",
        "See the section titled [Cookies](#cookies).",
        "See “Your rights” below.",
        "Read about it in the \"Help\" section of the toolbar.",
        "See the “Fees” section of our Terms of Service.",
        "This section speaks of cookies. Sections follow.",
        "Each section below says more.",
    ] {
        assert_eq!(of("dangling-mention", "en", &format!("{fine}{SECTIONS}")), [""; 0], "{fine}");
    }
    let text =
        format!("---\neffective: 2018-05-15\n---\nSee the section titled Cookies and Tracking.{SECTIONS}");
    let (front, range, _) = front_matter::version(&text, "2018-05-15", true);
    let (parsed, _) = parse(&text, range, Options::default());
    let language = Language("en".to_owned());
    let subject =
        Subject { file: &text, text: &parsed, language: &language, front: &front.unwrap(), names: &[] };
    let hints: Vec<String> = advice(&subject).into_iter().map(|d| d.hint).collect();
    assert!(hints[0].contains("`[Cookies and Tracking on Our Site](#cookies)`"), "{hints:?}");
}

#[test]
fn contents_are_made() {
    let rest = "## How we share\n\nNot.\n\n## Your rights\n\nAll.\n\n## Contact &amp; Help\n\nWrite.\n";
    let typed = format!(
        "It has these parts:\n\n- How We Share\n- [Your rights](#your-rights)\n- Contact & help\n\n{rest}"
    );
    assert_eq!(
        told("en", "effective: 2018-05-15\n", &typed),
        [("typed-contents", "How We Share".to_owned())]
    );
    let list = format!("We hold:\n\n- your name\n- your rights\n- your grades\n\n{rest}");
    assert_eq!(told("en", "effective: 2018-05-15\n", &list), []);
}

#[test]
fn published_policies_are_told_what_is_so() {
    let Some(real) = std::env::var_os("CLAUSELINE_REAL") else { return };
    let folder = Path::new(&real).join("../seeds");
    let Ok(seeds) = fs::read_dir(folder) else { return };
    let mut all: Vec<(String, &str)> = Vec::new();
    for seed in seeds {
        let path = seed.unwrap().path();
        let number = path.file_name().unwrap().to_str().unwrap()[..3].to_owned();
        let file = format!("---\neffective: 2001-01-01\n---\n{}", fs::read_to_string(path).unwrap());
        all.extend(told_of(&file, "en").into_iter().map(|(code, _)| (number.clone(), code)));
    }
    for number in ["000", "001", "002", "003", "004"] {
        for code in ["check-back", "date-contradicts"] {
            assert!(all.contains(&(number.to_owned(), code)), "{number}: {code}: {all:?}");
        }
    }
    assert!(all.contains(&("001".to_owned(), "dangling-mention")), "{all:?}");
}
