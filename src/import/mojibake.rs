//! Letters that were read as others: UTF-8 taken for Windows-1252, once or several times.
//!
//! `â€™` was `’`: the bytes of one character, each shown as a character of its own. Where all bytes
//! are still there this can be told for certain, and is repaired. Where some were lost on the way
//! (`edâs`) it can only be named: of quotes, dashes and apostrophes nothing but the first byte is
//! left. [`guess`] takes the likely one where somebody asks for it.

use std::collections::BTreeMap;

use super::Finding;

/// What Windows-1252 has where Latin-1 has nothing to read: what word processors save.
pub const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A text may have been read wrongly so many times over.
const PASSES: usize = 3;

/// The byte that a character stands for, where text was read as Windows-1252 or Latin-1.
fn byte(c: char) -> Option<u8> {
    if let Ok(byte) = u8::try_from(u32::from(c)) {
        return (byte >= 0x80).then_some(byte);
    }
    let at = WINDOWS_1252.iter().position(|other| *other == c)?;
    u8::try_from(0x80 + at).ok()
}

/// The character that these are the bytes of, and how many they are.
fn character(chars: &[char]) -> Option<(char, usize)> {
    let first = byte(*chars.first()?)?;
    let len = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    let bytes: Option<Vec<u8>> = chars.get(..len)?.iter().map(|c| byte(*c)).collect();
    let read = String::from_utf8(bytes?).ok()?.chars().next()?;
    // A capital with a tilde before a no-break space ends a word: `MAÇÃ`.
    let a_word = read == 'à' && chars[1] == '\u{a0}';
    (!read.is_control() && !a_word).then_some((read, len))
}

/// Repairs what can be told for certain, and says what it was.
pub fn repair(text: &str) -> (String, Vec<Finding>) {
    let mut current = text.to_owned();
    let mut mended: BTreeMap<(String, char), Vec<usize>> = BTreeMap::new();
    for _ in 0..PASSES {
        let (next, found) = pass(&current);
        if found.is_empty() {
            break;
        }
        for (line, before, after) in found {
            mended.entry((before, after)).or_default().push(line);
        }
        current = next;
    }
    let finding = |((before, after), lines): ((String, char), Vec<usize>)| {
        let times = times(lines.len());
        let shown = if after == '\u{a0}' { "a no-break space".to_owned() } else { format!("`{after}`") };
        Finding::done("repaired", lines, format!("`{}` read as {shown}{times}", visible(&before)))
    };
    (current, mended.into_iter().map(finding).collect())
}

fn times(n: usize) -> String {
    if n > 1 { format!(", {n} times") } else { String::new() }
}

/// Controls cannot be shown.
fn visible(text: &str) -> String {
    let one = |c: char| if c.is_control() { format!("\\x{:02x}", u32::from(c)) } else { c.to_string() };
    text.chars().map(one).collect()
}

fn pass(text: &str) -> (String, Vec<(usize, String, char)>) {
    let chars: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut found = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < chars.len() {
        if let Some((read, len)) = character(&chars[at..]) {
            found.push((line, chars[at..at + len].iter().collect(), read));
            out.push(read);
            at += len;
            continue;
        }
        line += usize::from(chars[at] == '\n');
        out.push(chars[at]);
        at += 1;
    }
    (out, found)
}

/// Where a lost quote, dash or apostrophe stands, by what is left of it.
fn orphans(text: &str) -> Vec<(usize, usize, Option<char>)> {
    let chars: Vec<char> = text.chars().collect();
    let letter = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphabetic());
    let digit = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_numeric());
    let (mut found, mut open) = (Vec::new(), false);
    let mut line = 1;
    for (at, c) in chars.iter().enumerate() {
        if *c == '\n' {
            (line, open) = (line + 1, false);
        }
        if *c != 'â' {
            continue;
        }
        let (before, after) = (letter(at.checked_sub(1)), letter(Some(at + 1)));
        let word = before || digit(at.checked_sub(1));
        let ending: String = chars[at + 1..].iter().take_while(|c| c.is_alphabetic()).take(3).collect();
        let likely = match (word, after) {
            (true, true) if ["s", "t", "re", "ve", "ll", "d", "m"].contains(&ending.as_str()) => Some('’'),
            (false, false) => Some('–'),
            (false, true) => Some('“'),
            (true, false) if open => Some('”'),
            (true, false) => Some('’'),
            (true, true) => None,
        };
        // After a full stop a quote ends as well.
        let closes = open && !word && at > 0 && ".,!?".contains(chars[at - 1]);
        let likely = if closes && !after { Some('”') } else { likely };
        open = match likely {
            Some('“') => true,
            Some('”') => false,
            _ => open,
        };
        found.push((at, line, likely));
    }
    // In languages that write `â` it begins words and stands within them; what is left of a quote
    // stands where it cannot be a letter.
    let lost = found.iter().any(|(at, _, likely)| {
        matches!(likely, Some('’' | '–' | '”')) && chars.get(at + 1).is_none_or(|c| *c != 't')
    });
    if lost { found } else { Vec::new() }
}

/// Names what is damaged and cannot be repaired for certain.
pub fn name(text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let lines: Vec<usize> = orphans(text).into_iter().map(|(_, line, _)| line).collect();
    if !lines.is_empty() {
        let times = times(lines.len());
        let message = format!(
            "`â`{times}: what is left of a quote, dash or apostrophe; mend it by hand, or import again with `--guess`"
        );
        found.push(Finding::doubt("mojibake", lines, message));
    }
    for (number, line) in text.lines().enumerate() {
        if line.contains('\u{fffd}') {
            let message = "`�` stands for letters that were lost before; mend it by hand";
            found.push(Finding::doubt("mojibake", vec![number + 1], message));
        }
        if let Some(run) = damaged_run(line) {
            let message = format!("`{}` were letters of another script; mend it by hand", visible(&run));
            found.push(Finding::doubt("mojibake", vec![number + 1], message));
        }
    }
    found
}

/// Letters of another script of which bytes were lost: a row of accented letters and signs.
fn damaged_run(line: &str) -> Option<String> {
    let (mut run, mut signs) = (String::new(), 0);
    for c in line.chars().chain([' ']) {
        if matches!(u32::from(c), 0x80..=0xff) {
            signs += usize::from(!c.is_alphabetic());
            run.push(c);
            continue;
        }
        if run.chars().count() >= 4 && signs >= 1 {
            return Some(run);
        }
        run.clear();
        signs = 0;
    }
    None
}

/// Repairs what is only likely, and says each.
pub fn guess(text: &str) -> (String, Vec<Finding>) {
    let places: BTreeMap<usize, char> =
        orphans(text).into_iter().filter_map(|(at, _, likely)| likely.map(|c| (at, c))).collect();
    let mut lines: BTreeMap<char, Vec<usize>> = BTreeMap::new();
    let (mut out, mut line) = (String::with_capacity(text.len()), 1);
    for (at, c) in text.chars().enumerate() {
        line += usize::from(c == '\n');
        match places.get(&at) {
            Some(read) => {
                lines.entry(*read).or_default().push(line);
                out.push(*read);
            }
            None => out.push(c),
        }
    }
    let finding = |(read, lines): (char, Vec<usize>)| {
        let times = times(lines.len());
        Finding::doubt(
            "guessed",
            lines,
            format!("`â` taken for `{read}`{times}, as is likely by what stands around it"),
        )
    };
    (out, lines.into_iter().map(finding).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_whole_is_repaired() {
        for (damaged, right) in [
            ("the pupilâ€™s name", "the pupil’s name"),
            ("the pupil\u{e2}\u{80}\u{99}s name", "the pupil’s name"),
            ("espaÃ±ol, Â© 2020", "español, © 2020"),
            ("a â€œquoteâ€\u{9d} â€” and", "a “quote” — and"),
            ("twice Ã¢â‚¬â„¢s", "twice ’s"),
            ("æ—¥æœ¬", "日本"),
        ] {
            let (repaired, found) = repair(damaged);
            assert_eq!(repaired, right);
            assert!(!found.is_empty());
        }
    }

    #[test]
    fn what_is_right_stays() {
        for text in
            ["Señor, São Paulo, naïve café, „Straße“ – 5 €", "NÃO, MAÇÃ\u{a0}", "l’âge du théâtre", "日本"]
        {
            assert_eq!(repair(text), (text.to_owned(), vec![]));
            assert_eq!(name(text), vec![], "{text}");
        }
    }

    #[test]
    fn what_was_lost_is_named_and_guessed_only_if_asked() {
        let text = "The schoolâs rule.\nSay âyesâ â or no.";
        assert_eq!(name(text)[0].lines, [1, 2, 2, 2]);
        assert_eq!(repair(text).0, text);
        assert_eq!(guess(text).0, "The school’s rule.\nSay “yes” – or no.");
    }

    #[test]
    fn damage_is_named_by_line() {
        assert_eq!(name("fine\nbroken \u{fffd} here")[0].lines, [2]);
        assert_eq!(name("a æ·±å³å¸æ b").len(), 1);
    }
}
