//! The languages of pages: their words, whose plural forms they take, and what of a site comes first.

use crate::program::{Run, build, clauseline, folder};

/// A policy in a language, of this text.
fn policy(language: &str, text: &str) -> tempfile::TempDir {
    folder(&[
        (
            "site.yaml",
            &format!(
                "title: T\nbase_url: https://a.example/\ntime_zone: UTC\ndefault_language: {language}\n"
            ),
        ),
        ("p/policy.yaml", "title: P\n"),
        ("p/2001-01-01.md", &format!("---\neffective: 2001-01-01\n---\n{text}\n")),
    ])
}

fn page(content: &tempfile::TempDir, templates: &tempfile::TempDir) -> String {
    let site = build(content.path(), &["--templates", templates.path().to_str().unwrap()]);
    String::from_utf8(site["p/history/index.html"].clone()).unwrap()
}

#[test]
fn a_site_s_own_words_come_first_then_those_of_the_wider_language() {
    let templates = folder(&[
        ("messages/pt-BR.yaml", "texts: {history_lead: Do Brasil}\n"),
        (
            "messages/pt.yaml",
            "texts: {history_lead: De todos, words_one: '{n} palavra', words_other: '{n} p.'}\n",
        ),
    ]);
    let brazil = page(&policy("pt-BR", "Um"), &templates);
    assert!(brazil.contains("Do Brasil") && brazil.contains("1 palavra"), "{brazil}");
    assert!(brazil.contains("Contact") || brazil.contains("Read this text"), "English fills: {brazil}");
    let own = folder(&[("messages/es.yaml", "texts: {words_one: 'palabra: {n}'}\n")]);
    let spanish = page(&policy("es", "Una"), &own);
    assert!(spanish.contains("palabra: 1") && spanish.contains("Historial"), "{spanish}");
}

#[test]
fn numbers_take_the_form_of_the_language() {
    let forms = "words_one: einz, words_two: zwee, words_few: wenig, words_many: vill, words_other: aner";
    let file = format!("texts: {{{forms}}}\n");
    for (language, text, want) in [
        ("pl", "a", "einz"),
        ("pl", "a b", "wenig"),
        ("pl", "a b c d e", "vill"),
        ("en-GB", "a b", "aner"),
        ("sl", "a b", "zwee"),
    ] {
        let templates = folder(&[(&format!("messages/{language}.yaml"), &file)]);
        let got = page(&policy(language, text), &templates);
        assert!(got.contains(&format!("<span class=\"fact\">{want}</span>")), "{language}, {text}: {got}");
    }
}

#[test]
fn a_template_that_counts_with_a_message_nobody_wrote_is_an_error_that_names_it() {
    let templates = folder(&[("404.html", "{{ 2 | plural(key=\"gone\") }}")]);
    let place = tempfile::tempdir().unwrap();
    let content = policy("en", "A");
    let mut command = clauseline(&["build", "--content"]);
    command.arg(content.path()).arg("--templates").arg(templates.path());
    let run = Run::from(command.arg("--out").arg(place.path().join("public")).output().unwrap());
    assert_eq!(run.code, Some(2), "{}", run.err);
    assert!(run.err.contains("gone_other") && run.err.contains("404.html"), "{}", run.err);
}
