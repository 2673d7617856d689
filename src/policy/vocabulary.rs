//! The words of each language that signals and terms go by. The lists are the files beside this
//! one, `vocabulary/en.txt` and so on, to be kept by those who know the language and not Rust.
//!
//! A line is `list: entry, entry`; an entry is the forms of one word, `may|might`, the first of them
//! standing for all; forms may be phrases. A number's first form is its digits. Everything is in
//! small letters and spelt with spaces where a text is cut: `sub - processor`, `l' avance`. What each
//! list is for is said in `en.txt`. A language without a file has no words: of its texts only what
//! needs none is found, digits and addresses and dates.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::phrases::{Apostrophe, Phrases, Word, cut};
use super::{Category, Language};

/// A list of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// What turns a sentence round: *not*, *without*, *except*.
    Negation,
    /// What is allowed, owed or narrowed: *may*, *must*, *only*.
    Modal,
    /// Whom a provision names: *affiliates*, *third parties*.
    Party,
    /// *we*, *you*
    Pronoun,
    /// Numbers in words.
    Number,
    /// Words that count before a unit of time: *a*, *each*.
    Quantity,
    /// Units of time.
    Unit,
    /// Times without a number: *immediately*.
    Time,
    /// Currencies and per cent.
    Money,
    /// What is before the number of a provision: *section*.
    Reference,
    /// Words written with a capital that name nobody.
    Common,
    /// Headings over definitions.
    Glossary,
    /// What makes a definition of what follows a quoted term: *means*.
    Means,
    /// What makes one within a glossary: *is*.
    Is,
    /// What stands between a bracket and the quoted term it introduces: *the*, *collectively*.
    Lead,
    /// What announces a quoted term: *the term*.
    Term,
    /// What announces a quoted term of which the same sentence says what it means: *when we say*.
    Say,
    /// What is no expression, although its words are: *monthly active users*.
    Idle,
    /// What is no expression where it is written with capitals: *Do Not Track*.
    Title,
    /// Modal words that say little of a clause that came or went: *can*.
    Soft,
    /// Words after which somebody is named: *by*, *with*.
    With,
    /// What makes a place in a town of capitals and numbers: *Street*.
    Street,
    /// What readers are told to do with a page: *check*, *return to*.
    Look,
    /// To look again: *check back*.
    Back,
    /// How often: *periodically*.
    Often,
    /// What a policy calls itself: *policy*, *page*.
    Document,
    /// What makes a wish of it: *please*, *should*.
    Urge,
    /// What introduces the day of a text: *effective date*, *last updated*.
    Dated,
    /// What says that another text is meant: *previous*.
    Earlier,
    /// What announces the title of a section: *section titled*.
    Titled,
    /// What follows or precedes one: *section*.
    Section,
    /// Where one stands that is named in quotes: *below*.
    Below,
    /// What says that a section is one of another text: *of*.
    Within,
    /// What says that it is not: *this*.
    This,
    /// What stands small within titles: *and*, *with*.
    Link,
    /// What gives a thing another name, by the way: *also known as*.
    Alias,
    /// What says that a term is defined in another text: *as defined in*.
    Borrowed,
    /// Words of names that are no terms, although written with capitals: *Act*, *Policy*.
    Named,
    /// What a change is about.
    About(Category),
}

const LISTS: &[(&str, List)] = &[
    ("negation", List::Negation),
    ("modal", List::Modal),
    ("party", List::Party),
    ("pronoun", List::Pronoun),
    ("number", List::Number),
    ("quantity", List::Quantity),
    ("unit", List::Unit),
    ("time", List::Time),
    ("money", List::Money),
    ("reference", List::Reference),
    ("common", List::Common),
    ("glossary", List::Glossary),
    ("means", List::Means),
    ("is", List::Is),
    ("lead", List::Lead),
    ("term", List::Term),
    ("say", List::Say),
    ("idle", List::Idle),
    ("title", List::Title),
    ("soft", List::Soft),
    ("with", List::With),
    ("street", List::Street),
    ("look", List::Look),
    ("back", List::Back),
    ("often", List::Often),
    ("document", List::Document),
    ("urge", List::Urge),
    ("dated", List::Dated),
    ("earlier", List::Earlier),
    ("titled", List::Titled),
    ("section", List::Section),
    ("below", List::Below),
    ("within", List::Within),
    ("this", List::This),
    ("link", List::Link),
    ("alias", List::Alias),
    ("borrowed", List::Borrowed),
    ("named", List::Named),
    ("data-collected", List::About(Category::DataCollected)),
    ("purposes", List::About(Category::Purposes)),
    ("legal-basis", List::About(Category::LegalBasis)),
    ("controller-identity", List::About(Category::ControllerIdentity)),
    ("third-party-sharing", List::About(Category::ThirdPartySharing)),
    ("transfers", List::About(Category::Transfers)),
    ("retention", List::About(Category::Retention)),
    ("security", List::About(Category::Security)),
    ("your-rights", List::About(Category::YourRights)),
    ("children", List::About(Category::Children)),
    ("cookies", List::About(Category::Cookies)),
    ("contact", List::About(Category::Contact)),
    ("changes-to-policy", List::About(Category::ChangesToPolicy)),
    ("disputes", List::About(Category::Disputes)),
];

/// What changes are about, as far as words tell: all but *other*.
pub const CATEGORIES: &[Category] = &[
    Category::DataCollected,
    Category::Purposes,
    Category::LegalBasis,
    Category::ControllerIdentity,
    Category::ThirdPartySharing,
    Category::Transfers,
    Category::Retention,
    Category::Security,
    Category::YourRights,
    Category::Children,
    Category::Cookies,
    Category::Contact,
    Category::ChangesToPolicy,
    Category::Disputes,
];

const FILES: &[(&str, &str)] = &[
    ("de", include_str!("vocabulary/de.txt")),
    ("en", include_str!("vocabulary/en.txt")),
    ("es", include_str!("vocabulary/es.txt")),
    ("fr", include_str!("vocabulary/fr.txt")),
    ("it", include_str!("vocabulary/it.txt")),
    ("ja", include_str!("vocabulary/ja.txt")),
    ("nl", include_str!("vocabulary/nl.txt")),
    ("pt", include_str!("vocabulary/pt.txt")),
    ("zh", include_str!("vocabulary/zh.txt")),
];

/// The words of one language.
#[derive(Debug, Default)]
pub struct Vocabulary {
    lists: BTreeMap<List, Phrases<String>>,
    /// Where its words with an apostrophe fall apart.
    pub apostrophe: Apostrophe,
    /// A capital within a sentence is a sign of a name.
    pub capitals_name: bool,
    /// The first of its pronouns: *we*, who publishes.
    publisher: String,
}

/// The words of a language: of `pt-BR` those of `pt`, of an unknown one none.
pub fn vocabulary(language: &Language) -> &'static Vocabulary {
    static ALL: LazyLock<BTreeMap<&str, Vocabulary>> =
        LazyLock::new(|| FILES.iter().map(|(tag, text)| (*tag, Vocabulary::read(text))).collect());
    static NONE: LazyLock<Vocabulary> = LazyLock::new(Vocabulary::default);
    let tag = language.0.split('-').next().unwrap_or_default().to_ascii_lowercase();
    ALL.get(tag.as_str()).unwrap_or(&NONE)
}

impl Vocabulary {
    fn read(file: &str) -> Self {
        let mut vocabulary = Self::default();
        for (key, value) in file.lines().filter(|l| !l.starts_with('#')).filter_map(|l| l.split_once(':')) {
            match (key, value.trim()) {
                ("apostrophe", "after") => vocabulary.apostrophe = Apostrophe::After,
                ("nouns", nouns) => vocabulary.capitals_name = nouns == "small",
                _ => vocabulary.add(key, value),
            }
        }
        vocabulary
    }

    fn add(&mut self, key: &str, entries: &str) {
        let Some((_, list)) = LISTS.iter().find(|(name, _)| *name == key) else { return };
        if *list == List::Pronoun {
            self.publisher = entries.split([',', '|']).next().unwrap_or_default().trim().to_owned();
        }
        let phrases = self.lists.entry(*list).or_default();
        for entry in entries.split(',') {
            let first = entry.split('|').next().unwrap_or_default().trim();
            for form in entry.split('|').map(str::trim).filter(|form| !form.is_empty()) {
                // A part of a word, such as `'ll`, is cut off from the rest of it.
                let parts = form.split(' ').flat_map(|part| match part.len() > 1 && part.contains('\'') {
                    true => vec![part.to_owned()],
                    false => cut(part, self.apostrophe).into_iter().map(|w| w.text).collect(),
                });
                let words: Vec<String> = parts.collect();
                *phrases.entry(words.iter().map(String::as_str)) = Some(first.to_owned());
            }
        }
    }

    /// The longest phrase of a list that begins with the first of these words: how many words long,
    /// and the form that stands for it.
    pub fn find(&self, list: List, words: &[Word]) -> Option<(usize, &str)> {
        let phrases = self.lists.get(&list)?;
        let found = phrases.at(words.iter().map(|w| w.text.as_str()));
        found.first().map(|(len, form)| (*len, form.as_str()))
    }

    /// Of a pronoun whether it is that of who publishes: *we* and not *you*.
    pub fn publishes(&self, words: &[Word]) -> Option<bool> {
        self.find(List::Pronoun, words).map(|(_, form)| form == self.publisher)
    }

    /// Whether the language has a list.
    pub fn knows(&self, list: List) -> bool {
        self.lists.contains_key(&list)
    }

    /// Whether a word by itself is on a list.
    pub fn has(&self, list: List, word: &str) -> bool {
        self.lists.get(&list).is_some_and(|phrases| !phrases.at([word]).is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_file_is_read() {
        for (tag, text) in FILES {
            for line in text.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
                let (key, value) = line.split_once(':').unwrap_or_else(|| panic!("{tag}: {line}"));
                let known = LISTS.iter().any(|(name, _)| *name == key);
                assert!(known || ["apostrophe", "nouns"].contains(&key), "{tag}: `{key}` is no list");
                assert_eq!(value.to_lowercase(), value, "{tag}: {key} has a capital");
                for form in value.split([',', '|']).map(str::trim).filter(|_| known) {
                    assert!(!form.is_empty() || value.trim().is_empty(), "{tag}: {key} has an empty entry");
                    assert_eq!(crate::policy::words::fold(form), form, "{tag}: {key}: {form}");
                }
            }
        }
    }

    #[test]
    fn a_form_stands_for_its_word() {
        let english = vocabulary(&Language("en-GB".to_owned()));
        let words = cut("third parties won’t", english.apostrophe);
        assert_eq!(english.find(List::Party, &words), Some((2, "third party")));
        assert_eq!(english.find(List::Modal, &words[2..]), Some((1, "will")));
        assert_eq!(english.find(List::Negation, &words[3..]), Some((1, "n't")));
        let french = vocabulary(&Language("fr".to_owned()));
        let words = cut("n’est à l’avance", french.apostrophe);
        assert_eq!(french.find(List::Negation, &words), Some((1, "ne")));
        assert_eq!(french.find(List::Time, &words[2..]), Some((3, "préavis")));
        let unknown = vocabulary(&Language("tlh".to_owned()));
        assert_eq!(unknown.find(List::Modal, &words[2..]), None);
    }
}
