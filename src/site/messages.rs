//! The words that pages show, in the language of the page.
//!
//! One YAML file for each language, built in and overridable; a key that a language lacks is taken
//! from the language without its region, then from English, which has them all. A message that
//! counts has a key for each plural form of its language (`words_one`, `words_other`). The only user of `serde_yaml`: these files are written by
//! developers and read whole, so that a typed reading with one error is right for them, where the
//! author's files need every mistake at its place ([`crate::policy::yaml`]).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use super::plural::{self, FORMS};
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
    date_first: Option<String>,
    months: Vec<String>,
    texts: BTreeMap<String, String>,
}

/// A file of messages. What it leaves out is taken from an earlier file of its language, from the
/// language without its region, or from English.
#[derive(Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    name: Option<String>,
    dir: Option<String>,
    date: Option<String>,
    /// How the first day of a month is written, where that differs: `1er janvier`.
    date_first: Option<String>,
    months: Option<Vec<String>>,
    texts: BTreeMap<String, String>,
}

impl File {
    /// What this file leaves out, as another says it. Plural forms come from one file: those of
    /// another language go by other rules.
    fn or(mut self, other: &Self) -> Self {
        if self.date.is_none() {
            (self.date, self.date_first) = (other.date.clone(), other.date_first.clone());
        }
        self.months = self.months.or_else(|| other.months.clone());
        let own = |form: &str, key: &str| {
            let base = key.strip_suffix(form)?.strip_suffix('_')?;
            Some(self.texts.contains_key(&format!("{base}_other")))
        };
        let has = |key: &String| FORMS.iter().any(|form| own(form, key) == Some(true));
        let missing: Vec<_> = other.texts.iter().filter(|(key, _)| !has(key)).collect();
        let missing: Vec<_> = missing.into_iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        for (key, text) in missing {
            self.texts.entry(key).or_insert(text);
        }
        self
    }
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
        let mut read: BTreeMap<&str, File> = BTreeMap::new();
        for (language, text) in files {
            let file: Option<File> = serde_yaml::from_str(text).map_err(|source| Error::Messages {
                name: format!("messages/{language}.yaml"),
                source: Box::new(source),
            })?;
            let (file, earlier) = (file.unwrap_or_default(), read.remove(language).unwrap_or_default());
            // Of one language every form stands for itself.
            let mut texts = earlier.texts;
            texts.extend(file.texts);
            let merged = File {
                name: file.name.or(earlier.name),
                dir: file.dir.or(earlier.dir),
                // Whoever writes dates otherwise writes the first day of a month so, too.
                date_first: file.date_first.or(earlier.date_first.filter(|_| file.date.is_none())),
                date: file.date.or(earlier.date),
                months: file.months.or(earlier.months),
                texts,
            };
            read.insert(language, merged);
        }
        let missing = || {
            Error::Usage(
                "the English words are missing: `messages/en.yaml` is built in and cannot be removed"
                    .to_owned(),
            )
        };
        let english = read.get("en").cloned().ok_or_else(missing)?;
        let languages = read.iter().map(|(tag, file)| {
            let wider = broader(tag).skip(1).filter_map(|t| read.get(t)).chain([&english]);
            let whole = wider.fold(file.clone(), File::or);
            ((*tag).to_owned(), Messages::new(tag, whole))
        });
        Ok(Self { languages: languages.collect(), english: Messages::new("en", english) })
    }

    /// The words for a language: its own, those of the language without its region, or English.
    pub fn of(&self, language: &str) -> &Messages {
        broader(language).find_map(|tag| self.languages.get(tag)).unwrap_or(&self.english)
    }

    /// What a language calls itself; its tag where nobody here knows.
    pub fn name_of<'a>(&'a self, language: &'a str) -> &'a str {
        self.languages.get(language).map_or(language, |m| &m.name)
    }
}

/// `zh-Hant-TW`, `zh-Hant`, `zh`.
fn broader(tag: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(tag), |tag| tag.rsplit_once('-').map(|(broader, _)| broader))
}

/// The direction of a language's script, by its tag: of texts there need be no words of ours for.
pub fn direction(language: &str) -> &'static str {
    let base = language.split('-').next().unwrap_or(language);
    let right_to_left = ["ar", "arc", "ckb", "dv", "fa", "he", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"];
    if right_to_left.contains(&base) { "rtl" } else { "ltr" }
}

impl Messages {
    fn new(tag: &str, file: File) -> Self {
        Self {
            tag: tag.to_owned(),
            name: file.name.unwrap_or_else(|| tag.to_owned()),
            dir: file.dir.unwrap_or_else(|| direction(tag).to_owned()),
            date: file.date.unwrap_or_default(),
            date_first: file.date_first,
            months: file.months.unwrap_or_default(),
            texts: file.texts,
        }
    }

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

    /// A message in the form that a number takes in this language: `key_few` where it has that form,
    /// else `key_other`. None where nobody wrote the message.
    pub fn plural(&self, key: &str, n: usize) -> Option<&str> {
        let text = |form: &str| self.texts.get(&format!("{key}_{form}"));
        text(plural::form(&self.tag, n)).or_else(|| text("other")).map(String::as_str)
    }

    /// A message in the form that a number takes, with `{n}` filled. As with [`Self::text`], a key that
    /// nobody wrote shows as itself.
    pub fn count(&self, key: &str, n: usize) -> String {
        self.count_with(key, n, &[])
    }

    /// The same with more placeholders.
    pub fn count_with(&self, key: &str, n: usize, values: &[(&str, &str)]) -> String {
        let number = n.to_string();
        let values = values.iter().copied().chain([("n", number.as_str())]);
        fill(self.plural(key, n).unwrap_or(key), values)
    }

    /// What this language calls another, or itself, where it stands in a sentence.
    pub fn language(&self, tag: &str) -> Option<&str> {
        broader(tag).find_map(|tag| self.texts.get(&format!("language_{tag}"))).map(String::as_str)
    }

    /// A day, as this language writes it.
    pub fn day(&self, day: NaiveDate) -> String {
        let month = self.months.get(day.month0() as usize).map_or("", String::as_str);
        let (number, year) = (day.day().to_string(), day.year().to_string());
        let first = self.date_first.as_ref().filter(|_| day.day() == 1);
        fill(
            first.unwrap_or(&self.date),
            [("day", number.as_str()), ("month", month), ("year", year.as_str())],
        )
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

#[cfg(test)]
mod tests {
    use super::*;

    const EN: &str = "name: English\ndate: '{day} {month}'\nmonths: [Jan]\ntexts: {a: A, b: B, w_one: one, w_other: '{n} words'}";

    #[test]
    fn a_region_has_the_words_of_its_language_then_english() {
        let pt = "name: Português\ntexts: {a: Á, w_one: uma, w_other: '{n} palavras'}";
        let files = [("en", EN), ("pt", pt), ("pt-BR", "texts: {b: Bê}"), ("es", "")];
        let catalogue = Catalogue::new(files).expect("they are files of words");
        let brazil = catalogue.of("pt-BR");
        assert_eq!((brazil.text("a"), brazil.text("b"), brazil.tag.as_str()), ("Á", "Bê", "pt-BR"));
        assert_eq!((brazil.count("w", 0), brazil.count("w", 2)), ("uma".to_owned(), "2 palavras".to_owned()));
        assert_eq!(catalogue.of("pt-AO").text("a"), "Á");
        assert_eq!(catalogue.of("es-419").count("w", 2), "2 words");
        assert_eq!((catalogue.of("es").name.as_str(), catalogue.of("he").tag.as_str()), ("es", "en"));
        assert_eq!(catalogue.of("es").day(NaiveDate::default()), "1 Jan");
    }

    #[test]
    fn forms_of_one_message_are_of_one_language() {
        // Polish that gives one form has it for every number, not the English one for 1.
        let files = [("en", EN), ("pl", "texts: {w_other: 'słowa: {n}'}")];
        let catalogue = Catalogue::new(files).expect("they are files of words");
        let counts = [1, 2, 5].map(|n| catalogue.of("pl").count("w", n));
        assert_eq!(counts, ["słowa: 1", "słowa: 2", "słowa: 5"]);
        assert_eq!(catalogue.of("pl").count("gone", 1), "gone");
    }

    #[test]
    fn a_later_file_changes_only_what_it_says() {
        let files = [("en", EN), ("en", "texts: {w_one: a word}")];
        let catalogue = Catalogue::new(files).expect("they are files of words");
        let english = catalogue.of("en");
        assert_eq!((english.count("w", 1), english.text("a")), ("a word".to_owned(), "A"));
        assert_eq!((english.name.as_str(), english.dir.as_str()), ("English", "ltr"));
    }
}
