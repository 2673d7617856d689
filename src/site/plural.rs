//! Which form of a message a number takes: the plural rules of Unicode's CLDR, which know every
//! language. The only user of `icu_plurals`.

use icu_locale_core::Locale;
use icu_plurals::{PluralCategory, PluralRules};

/// The forms there are; a message may have each of them, and has the last.
pub(super) const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

/// The form a language takes for so many things; `other` in a language that nobody knows.
pub(super) fn form(language: &str, n: usize) -> &'static str {
    let locale = language.parse::<Locale>().ok();
    let rules = locale.and_then(|l| PluralRules::try_new_cardinal(l.into()).ok());
    match rules.map_or(PluralCategory::Other, |rules| rules.category_for(n)) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_of_the_language() {
        for (language, want) in [
            ("en", "other one other other other other"),
            ("fr", "one one other other other other"),
            ("pt-BR", "one one other other other other"),
            ("pt-PT", "other one other other other other"),
            ("pl", "many one few few many many"),
            ("ar", "zero one two few many other"),
            ("ja", "other other other other other other"),
            ("qqq", "other other other other other other"),
            ("not a tag", "other other other other other other"),
        ] {
            let got: Vec<&str> = [0, 1, 2, 3, 11, 100].map(|n| form(language, n)).into();
            assert_eq!(got.join(" "), want, "{language}");
            assert!(got.iter().all(|form| FORMS.contains(form)));
        }
    }
}
