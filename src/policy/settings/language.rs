//! Language tags: which there are, and which one somebody meant.

use crate::policy::Language;

/// Every two-letter code of ISO 639-1.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy \
    da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie \
    ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi \
    mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc \
    sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi \
    vo wa wo xh yi yo za zh zu";

/// Names and countries that people write for a language.
const MEANT: &[(&str, &str)] = &[
    ("arabic", "ar"),
    ("br", "pt-BR"),
    ("castellano", "es"),
    ("chinese", "zh"),
    ("cn", "zh-CN"),
    ("cz", "cs"),
    ("czech", "cs"),
    ("danish", "da"),
    ("deutsch", "de"),
    ("dk", "da"),
    ("dutch", "nl"),
    ("eng", "en"),
    ("english", "en"),
    ("español", "es"),
    ("espanol", "es"),
    ("esp", "es"),
    ("fra", "fr"),
    ("français", "fr"),
    ("francais", "fr"),
    ("french", "fr"),
    ("ger", "de"),
    ("german", "de"),
    ("gr", "el"),
    ("greek", "el"),
    ("hebrew", "he"),
    ("hindi", "hi"),
    ("italian", "it"),
    ("iw", "he"),
    ("japanese", "ja"),
    ("jp", "ja"),
    ("korean", "ko"),
    ("kp", "ko"),
    ("mx", "es-MX"),
    ("polish", "pl"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("turkish", "tr"),
    ("ua", "uk"),
    ("ukrainian", "uk"),
    ("uk-ua", "uk"),
    ("us", "en-US"),
];

/// A tag as it has to be written: `es`, `pt-BR`, `zh-Hant-TW`.
pub fn language(tag: &str) -> Option<Language> {
    let mut parts = tag.split('-');
    let code = parts.next().unwrap_or_default();
    let lower = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase());
    let known = match code.len() {
        2 => CODES.split_ascii_whitespace().any(|known| known == code),
        // Of three letters there are 7,000.
        3 => lower(code) && meant_by_name(code).is_none(),
        _ => false,
    };
    let mut rest = parts.peekable();
    rest.next_if(|part| is_script(part));
    rest.next_if(|part| is_region(part));
    (known && rest.next().is_none()).then(|| Language(tag.to_owned()))
}

/// The tag that was probably meant by a text that is none.
pub fn meant_language(text: &str) -> Option<Language> {
    let text = text.trim().to_lowercase().replace('_', "-");
    if let Some(tag) = meant_by_name(&text) {
        return language(tag);
    }
    let cased: Vec<String> = text
        .split('-')
        .enumerate()
        .map(|(index, part)| match (index, part.len()) {
            (0, _) => meant_by_name(part).filter(|tag| tag.len() == 2).unwrap_or(part).to_owned(),
            (_, 4) => capitalised(part),
            _ => part.to_uppercase(),
        })
        .collect();
    language(&cased.join("-"))
}

/// `hant` as `Hant`.
fn capitalised(part: &str) -> String {
    let mut chars = part.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn meant_by_name(text: &str) -> Option<&'static str> {
    MEANT.iter().find(|(name, _)| *name == text).map(|(_, tag)| *tag)
}

fn is_script(part: &str) -> bool {
    part.len() == 4
        && part.starts_with(|c: char| c.is_ascii_uppercase())
        && part[1..].bytes().all(|b| b.is_ascii_lowercase())
}

fn is_region(part: &str) -> bool {
    (part.len() == 2 && part.bytes().all(|b| b.is_ascii_uppercase()))
        || (part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_exact() {
        for tag in ["es", "pt-BR", "zh-Hant", "zh-Hant-TW", "es-419", "gsw"] {
            assert_eq!(language(tag), Some(Language(tag.to_owned())), "{tag}");
        }
        for tag in ["ES", "pt-br", "pt_BR", "spanish", "xx", "", "e", "en-", "en-US-x", "1.2", "jp", "esp"] {
            assert_eq!(language(tag), None, "{tag}");
        }
    }

    #[test]
    fn what_people_write_for_a_language() {
        for (text, want) in [
            ("ES", "es"),
            ("pt-br", "pt-BR"),
            ("pt_BR", "pt-BR"),
            ("Spanish", "es"),
            ("jp", "ja"),
            ("zh-hant", "zh-Hant"),
        ] {
            assert_eq!(meant_language(text), Some(Language(want.to_owned())), "{text}");
        }
        for text in ["beta", "final", "", "é-éé", "x-ñabc"] {
            assert_eq!(meant_language(text), None, "{text}");
        }
    }
}
