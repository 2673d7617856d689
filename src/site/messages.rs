//! The words that pages show, in the language of the page.
//!
//! One YAML file for each language, built in and overridable; a key that a language lacks is taken
//! from English, which has them all. The only user of `serde_yaml`: these files are written by
//! developers and read whole, so that a typed reading with one error is right for them, where the
//! author's files need every mistake at its place ([`crate::policy::yaml`]).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::error::Error;

/// One language's words.
#[derive(Clone, Debug)]
pub struct Messages {
    /// The language's tag.
    pub tag: String,
    /// The language's own name for itself.
    pub name: String,
    /// `ltr` or `rtl`.
    pub dir: String,
    date: String,
    months: Vec<String>,
    texts: BTreeMap<String, String>,
}

/// A file of messages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    #[serde(default = "left_to_right")]
    dir: String,
    date: String,
    months: Vec<String>,
    #[serde(default)]
    texts: BTreeMap<String, String>,
}

fn left_to_right() -> String {
    "ltr".to_owned()
}

/// All languages there are words in.
#[derive(Clone, Debug)]
pub struct Catalogue {
    languages: BTreeMap<String, Messages>,
    english: Messages,
}

impl Catalogue {
    /// Reads files of messages (language, text); a later file of a language adds to an earlier one.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, Error> {
        let mut languages: BTreeMap<String, Messages> = BTreeMap::new();
        for (language, text) in files {
            let file: File = serde_yaml::from_str(text).map_err(|source| Error::Messages {
                name: format!("messages/{language}.yaml"),
                source: Box::new(source),
            })?;
            let File { name, dir, date, months, texts } = file;
            let mut all = languages.remove(language).map_or_else(BTreeMap::new, |m| m.texts);
            all.extend(texts);
            let tag = language.to_owned();
            languages.insert(language.to_owned(), Messages { tag, name, dir, date, months, texts: all });
        }
        let missing = || {
            Error::Usage(
                "the English words are missing: `messages/en.yaml` is built in and cannot be removed"
                    .to_owned(),
            )
        };
        let english = languages.get("en").cloned().ok_or_else(missing)?;
        for messages in languages.values_mut() {
            for (key, text) in &english.texts {
                messages.texts.entry(key.clone()).or_insert_with(|| text.clone());
            }
        }
        Ok(Self { languages, english })
    }

    /// The words for a language: its own, those of the language without its region, or English.
    pub fn of(&self, language: &str) -> &Messages {
        let base = language.split('-').next().unwrap_or(language);
        self.languages.get(language).or_else(|| self.languages.get(base)).unwrap_or(&self.english)
    }

    /// What a language calls itself; its tag where nobody here knows.
    pub fn name_of<'a>(&'a self, language: &'a str) -> &'a str {
        self.languages.get(language).map_or(language, |m| &m.name)
    }
}

/// The direction of a language's script, by its tag: of texts there need be no words of ours for.
pub fn direction(language: &str) -> &'static str {
    let base = language.split('-').next().unwrap_or(language);
    let right_to_left = ["ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];
    if right_to_left.contains(&base) { "rtl" } else { "ltr" }
}

impl Messages {
    /// All texts, for templates.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// A text. A key that nobody wrote shows as itself: better a strange word than no page.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.texts.get(key).map_or(key, String::as_str)
    }

    /// A text with its placeholders filled.
    pub fn fill(&self, key: &str, values: &[(&str, &str)]) -> String {
        fill(self.text(key), values.iter().copied())
    }

    /// How a day is put together, and the names of the months: for the script that writes days itself.
    pub fn calendar(&self) -> (&str, &[String]) {
        (&self.date, &self.months)
    }

    /// `key_one` or `key_other`, with `{n}` filled.
    pub fn count(&self, key: &str, n: usize) -> String {
        let form = if n == 1 { "one" } else { "other" };
        fill(self.text(&format!("{key}_{form}")), [("n", n.to_string().as_str())])
    }

    /// A day, as this language writes it.
    pub fn day(&self, day: NaiveDate) -> String {
        let month = self.months.get(day.month0() as usize).map_or("", String::as_str);
        let (number, year) = (day.day().to_string(), day.year().to_string());
        fill(&self.date, [("day", number.as_str()), ("month", month), ("year", year.as_str())])
    }
}

/// Replaces each `{name}` by its value, once: a value's own braces stay.
pub fn fill<'a>(text: &str, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let values: BTreeMap<&str, &str> = values.into_iter().collect();
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        match rest.find('}').and_then(|end| values.get(&rest[1..end]).map(|v| (end, v))) {
            Some((end, value)) => {
                out.push_str(value);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
