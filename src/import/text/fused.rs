//! Words of a page without its tags: headings and paragraphs that ran together
//! (`…of your request.GlossaryCookies are…`), items of lists on lines of their own, and rules of signs.
//!
//! A sentence that begins right after the end of another began a paragraph. A capital within a word
//! (`InformationMuch`) is where a heading ended, if both halves are words; names are written so as well
//! (`YouTube`), and stay.

use std::collections::BTreeMap;

use super::Notes;
use crate::import::{Finding, Line, Why, first_words};

/// Words that begin sentences.
const STARTERS: &[&str] = &[
    "a",
    "above",
    "additionally",
    "all",
    "although",
    "an",
    "and",
    "any",
    "as",
    "at",
    "because",
    "before",
    "below",
    "by",
    "certain",
    "depending",
    "during",
    "each",
    "for",
    "from",
    "having",
    "here",
    "how",
    "however",
    "if",
    "in",
    "it",
    "like",
    "many",
    "most",
    "much",
    "no",
    "not",
    "of",
    "on",
    "once",
    "our",
    "please",
    "several",
    "since",
    "some",
    "such",
    "that",
    "the",
    "there",
    "these",
    "this",
    "those",
    "to",
    "under",
    "unless",
    "until",
    "upon",
    "use",
    "we",
    "what",
    "when",
    "where",
    "while",
    "with",
    "you",
    "your",
    "el",
    "la",
    "los",
    "las",
    "si",
    "usted",
    "nosotros",
    "nous",
    "vous",
    "le",
    "les",
    "wir",
    "sie",
    "die",
    "der",
    "das",
    "wenn",
    "bei",
];

/// Names with a capital within, of which both halves may be words.
const NAMES: &[&str] = &[
    "linkedin",
    "youtube",
    "github",
    "gitlab",
    "javascript",
    "typescript",
    "paypal",
    "wordpress",
    "mastercard",
    "doubleclick",
    "facebook",
    "whatsapp",
    "tiktok",
    "hubspot",
    "mailchimp",
    "soundcloud",
    "openai",
    "postgresql",
    "powerpoint",
    "onedrive",
    "icloud",
    "salesforce",
    "surveymonkey",
    "cloudflare",
    "bigquery",
    "snapchat",
];

/// Ends of the names of hosts, which look like the beginning of a sentence: `Example.Com`.
const HOSTS: &[&str] = &["com", "org", "net", "edu", "gov", "io", "co", "eu", "uk", "de", "fr", "int"];

/// A heading has no more words.
const LONGEST: usize = 14;

/// So many bytes around a place are looked at, also where no white space ends a word.
const FAR: usize = 240;

/// A title that is written as a sentence has no more: `Contact Us.`
const LONGEST_SENTENCE: usize = 8;

/// Lines of signs, indentation, and what was `&` before an importer cut it in two.
pub(super) fn plain_lines(lines: &mut [Line], notes: &mut Notes) {
    let mut joined = Vec::new();
    for at in 0..lines.len() {
        if lines[at].cut.is_some() {
            continue;
        }
        lines[at].text = lines[at].text.trim().to_owned();
        let signs = lines[at].text.chars().count() >= 3
            && lines[at].text.chars().all(|c| matches!(c, '=' | '-' | '_' | '*' | '~' | '#'));
        if signs && !lines[at].keep {
            lines[at].cut = Some(Why::Rule);
            continue;
        }
        while let Some(start) = lines[at].text.strip_suffix("&amp.").map(str::to_owned) {
            joined.push(lines[at].number);
            let next = (at + 1..lines.len()).find(|next| lines[*next].is_text());
            let rest = next.map(|next| joined_to_another(&mut lines[next])).unwrap_or_default();
            lines[at].text = format!("{start}& {}", rest.trim()).trim_end().to_owned();
        }
    }
    if !joined.is_empty() {
        let message = "`&amp.` and the end of a line read as `&`".to_owned();
        notes.findings.push(Finding::done("repaired", joined, message));
    }
}

/// Takes the words of a line that stand with those of another from now on.
fn joined_to_another(line: &mut Line) -> String {
    line.cut = Some(Why::Joined);
    std::mem::take(&mut line.text)
}

/// Parts sentences that stand together without a space: each begins a paragraph.
pub(super) fn part_sentences(lines: Vec<Line>) -> Vec<Line> {
    let mut out = Vec::with_capacity(lines.len());
    for line in lines {
        if !line.is_text() || line.keep {
            out.push(line);
            continue;
        }
        let mut from = 0;
        for at in sentence_ends(&line.text) {
            let text = line.text[from..at].trim().to_owned();
            out.push(Line { text, gap: from > 0 || line.gap, ..line.clone() });
            from = at;
        }
        out.push(Line { text: line.text[from..].trim().to_owned(), gap: from > 0 || line.gap, ..line });
    }
    out
}

/// Where a sentence ends and the next begins without a space.
fn sentence_ends(line: &str) -> Vec<usize> {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let at = |i: usize| chars.get(i).map(|(_, c)| *c);
    let mut ends = Vec::new();
    for (i, (_, c)) in chars.iter().enumerate() {
        if !matches!(c, '.' | '!' | '?' | ':') || i == 0 {
            continue;
        }
        let closes = at(i + 1).is_some_and(|c| matches!(c, '”' | '’' | ')' | '"'));
        let next = i + 1 + usize::from(closes);
        let before = at(i - 1).unwrap_or(' ');
        let (Some(first), after) = (at(next), at(next + 1)) else { continue };
        let right: String =
            chars[next..].iter().map(|(_, c)| *c).take_while(|c| c.is_alphanumeric()).collect();
        let token = token(&chars, i);
        if token.contains("://") || token.contains("www.") || token.contains('/') && token.contains('.') {
            continue;
        }
        // An address may end a sentence; what follows then has to be a word.
        if token.contains('@') && !(right.len() > 3 && after.is_some_and(char::is_lowercase)) {
            continue;
        }
        let left: String =
            chars[..i].iter().rev().map(|(_, c)| *c).take_while(|c| !c.is_whitespace()).take(FAR).collect();
        let short_form = left.len() > 1 && left.chars().all(char::is_uppercase) && right.len() > 3;
        let ended =
            before.is_lowercase() || before.is_numeric() || matches!(before, ')' | '”' | '"') || short_form;
        let sentence = first.is_uppercase()
            && !HOSTS.contains(&right.to_lowercase().as_str())
            && (*c != ':' || after.is_some_and(char::is_lowercase));
        let quoted = matches!(first, '“') && *c != ':';
        // `Principles.1.`: the number of what comes.
        let number = first.is_ascii_digit()
            && before.is_lowercase()
            && right.len() <= 2
            && at(next + right.len()) == Some('.');
        if ended && (sentence || quoted || number) {
            ends.push(chars[next].0);
        }
    }
    ends
}

/// The word around a place, up to white space on both sides.
fn token(chars: &[(usize, char)], at: usize) -> String {
    let word = |c: &&(usize, char)| !c.1.is_whitespace();
    let before = chars[..at].iter().rev().take(FAR).take_while(word).count();
    let after = chars[at..].iter().take(FAR).take_while(word).count();
    chars[at - before..at + after].iter().map(|(_, c)| *c).collect()
}

/// How often each word stands alone, small.
fn vocabulary(lines: &[Line]) -> BTreeMap<String, usize> {
    let mut words = BTreeMap::new();
    let all = lines.iter().flat_map(|line| line.text.split(|c: char| !c.is_alphabetic()));
    for word in all.filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

/// Parts headings from the text they ran into, and promotes titles that are written as sentences.
pub(super) fn part_headings(lines: Vec<Line>, notes: &mut Notes) -> Vec<Line> {
    let words = vocabulary(&lines);
    let mut out: Vec<Line> = Vec::with_capacity(lines.len());
    // Where headings stand, and whether one is written as a sentence.
    let mut found: Vec<(usize, bool)> = Vec::new();
    let gaps: Vec<bool> = lines.iter().map(|line| line.gap).chain([false]).collect();
    for (line, next_gap) in lines.into_iter().zip(gaps.into_iter().skip(1)) {
        if !line.is_text() || line.keep {
            out.push(line);
            continue;
        }
        let mut rest = line;
        if let Some(at) = fusion(&rest.text, &words, rest.gap) {
            found.push((out.len(), false));
            out.push(Line { text: format!("## {}", rest.text[..at].trim()), gap: true, ..rest.clone() });
            rest = Line { text: rest.text[at..].trim().to_owned(), gap: true, ..rest };
        }
        let number = out.iter().rposition(Line::is_text).filter(|at| is_number(&out[*at].text));
        if rest.gap && is_bare_title(&rest.text) {
            found.push((out.len(), false));
            rest.text = format!("## {}", rest.text);
        } else if is_sentence_title(&rest.text) && (rest.gap || next_gap || number.is_some()) {
            let number = number.map(|at| joined_to_another(&mut out[at]) + " ").unwrap_or_default();
            found.push((out.len(), true));
            rest = Line { text: format!("{number}{}", rest.text), gap: true, ..rest };
        }
        out.push(rest);
    }
    let level = if found.iter().all(|(_, sentence)| *sentence) { "##" } else { "###" };
    for (at, sentence) in found {
        if sentence {
            out[at].text = format!("{level} {}", out[at].text);
        }
        let words = first_words(out[at].text.trim_start_matches('#'));
        let message = format!("`{words}` ran into its text: read as a heading");
        notes.findings.push(Finding::doubt("heading", vec![out[at].number], message));
    }
    out
}

fn is_number(text: &str) -> bool {
    text.strip_suffix('.').is_some_and(|digits| {
        !digits.is_empty() && digits.len() <= 2 && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

/// Where a heading at the start of a line ends and its text begins without a space. `parted`: the line ran
/// into the sentence before it, and so begins with something new.
fn fusion(line: &str, words: &BTreeMap<String, usize>, parted: bool) -> Option<usize> {
    if !line.starts_with(|c: char| c.is_uppercase() || c.is_numeric()) {
        return None;
    }
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    for pair in 1..chars.len() {
        let ((_, before), (at, after)) = (chars[pair - 1], chars[pair]);
        let heading = &line[..at];
        // Behind the end of a sentence no heading is in the making.
        if before.is_whitespace() && heading.trim_end().ends_with(['.', ';', '!', ':']) {
            return None;
        }
        if heading.len() > FAR || heading.split_whitespace().count() > LONGEST {
            return None;
        }
        let may_end = before.is_lowercase() || before.is_numeric() || matches!(before, ')' | '”' | '?');
        if !may_end || !after.is_uppercase() {
            continue;
        }
        let head = heading.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default().to_lowercase();
        let tail: String =
            line[at..].chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        let count = |word: &str| words.get(word).copied().unwrap_or(0);
        let whole = format!("{head}{tail}");
        let known = parted && head.len() >= 4 && count(&head) > 0 && heading.contains(' ');
        let begins = STARTERS.contains(&tail.as_str()) || count(&tail) > 0 || known;
        let ends = !before.is_lowercase() || count(&head) > 0 || head.len() >= 4 && (count(&tail) > 2);
        // A name is written so again and again.
        let often = count(&whole) > 1 && !STARTERS.contains(&tail.as_str());
        let name = !head.is_empty() && (NAMES.contains(&whole.as_str()) || often);
        let rest = &line[at..];
        if begins && ends && !name && (rest.split_whitespace().count() >= 3 || is_sentence_title(rest)) {
            return Some(at);
        }
    }
    None
}

/// A title on its own between two sentences that ran into it.
fn is_bare_title(text: &str) -> bool {
    let words = text.split_whitespace().count();
    text.starts_with(char::is_uppercase) && words <= 6 && text.ends_with(char::is_alphanumeric)
}

/// A title that ends like a sentence: `Contact Us.`
fn is_sentence_title(text: &str) -> bool {
    let Some(title) = text.strip_suffix('.') else { return false };
    let words: Vec<&str> = title.split_whitespace().collect();
    let is_capital = |word: &&str| word.trim_start_matches(['(', '“', '"']).starts_with(char::is_uppercase);
    let capitals = words.iter().filter(|word| is_capital(word)).count();
    let small = |word: &&str| is_capital(word) || word.chars().count() < 5;
    let dated = title.contains(|c: char| c.is_ascii_digit());
    !words.is_empty()
        && words.len() <= LONGEST_SENTENCE
        && !dated
        && title.starts_with(char::is_uppercase)
        && title.ends_with(|c: char| c.is_alphabetic() || c == ')')
        && words.last().is_some_and(is_capital)
        && capitals * 2 >= words.len()
        && words.iter().all(small)
}

/// Items of a list that stand on lines of their own below a line that ends with a colon.
pub(super) fn lists(lines: &mut [Line], notes: &mut Notes) {
    for lead in 0..lines.len() {
        if !lines[lead].is_text() || !lines[lead].text.ends_with(':') {
            continue;
        }
        let first = (lead + 1..lines.len()).find(|at| lines[*at].is_text());
        let Some(first) = first else { continue };
        let item = |line: &Line| {
            line.is_text()
                && !line.gap
                && line.text.starts_with(char::is_lowercase)
                && (line.text.ends_with([';', '.', ',']) || is_joint(&line.text))
        };
        let len = lines[first..].iter().take_while(|line| item(line)).count();
        let items = lines[first..first + len].iter().filter(|line| !is_joint(&line.text)).count();
        if items < 2 {
            continue;
        }
        let numbers = lines[first..first + len].iter().map(|line| line.number).collect();
        let message = format!("read as a list of {items}: `{}`", first_words(&lines[first].text));
        notes.findings.push(Finding::done("list", numbers, message));
        let mut last = first;
        for at in first..first + len {
            if is_joint(&lines[at].text) && at > first {
                let joint = joined_to_another(&mut lines[at]);
                lines[last].text = format!("{} {joint}", lines[last].text);
            } else {
                lines[at].text = format!("- {}", lines[at].text);
                last = at;
            }
        }
        lines[first].gap = true;
        if let Some(next) = lines[first + len..].iter_mut().find(|line| line.is_text()) {
            next.gap = true;
        }
    }
}

/// What joins the last item of a list to those before.
fn is_joint(text: &str) -> bool {
    matches!(text, "and" | "or" | "and/or" | "y" | "o" | "et" | "ou" | "und" | "oder")
}
