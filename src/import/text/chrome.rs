//! What stands on every page of a site and is no part of the policy: menus above it, and below it what
//! else the site wants to be seen.
//!
//! It is cut only at the ends of a text, and only up to a line that nobody writes into a policy.

use std::collections::BTreeSet;

use super::dated;
use crate::import::{Line, Why, plain};

/// What stands above a text and in no policy.
const ABOVE: &[&str] = &[
    "skip to",
    "toggle",
    "sign in",
    "signin",
    "log in",
    "login",
    "sign up",
    "register",
    "main menu",
    "menu",
    "search",
    "accept all",
    "accept cookies",
    "cookie settings",
    "breadcrumb",
    "you are here",
    "shopping cart",
    "jump to",
    "saltar al",
    "ir al contenido",
    "iniciar sesión",
    "aller au contenu",
    "se connecter",
    "zum inhalt",
    "anmelden",
    "pular para",
    "entrar",
    "vai al contenuto",
    "accedi",
];

/// What stands below one.
const BELOW: &[&str] = &[
    "follow us",
    "on facebook",
    "on twitter",
    "on linkedin",
    "on instagram",
    "on youtube",
    "all rights reserved",
    "©",
    "(c) 20",
    "copyright 20",
    "sitemap",
    "site map",
    "choose language",
    "back to top",
    "subscribe to",
    "newsletter",
    "share this",
    "powered by",
    "todos los derechos reservados",
    "tous droits réservés",
    "alle rechte vorbehalten",
    "síguenos",
    "suivez-nous",
    "folgen sie uns",
    "mapa del sitio",
    "plan du site",
];

/// Headings of what sites add below a text.
const SECTIONS: &[&str] = &[
    "sign up for updates",
    "sign up for our newsletter",
    "newsletter",
    "subscribe",
    "subscribe to our newsletter",
    "follow us",
    "connect with us",
    "stay in touch",
    "stay connected",
    "share this",
    "share this page",
    "related articles",
    "related pages",
    "related posts",
    "you may also like",
    "latest news",
    "recent posts",
    "leave a comment",
    "comments",
];

/// So many words make a sentence of a line that ends like one.
const PROSE: usize = 8;

/// Marks what is cut.
pub(super) fn cut(lines: &mut [Line]) {
    let dated = dated(lines);
    let stays = |at: usize, line: &Line| line.keep || line.text.starts_with('#') || dated.contains(&at);
    let text: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].is_text()).collect();
    let prose = |at: &&usize| is_prose(&lines[**at].text);
    // Menus stand above the first heading as well.
    let begins = |at: &&usize| prose(at) || lines[**at].text.starts_with('#');
    let first = text.iter().find(begins).copied().unwrap_or(0);
    let last = text.iter().rev().find(prose).copied().unwrap_or(lines.len());
    let mut gone = Vec::new();
    if let Some(end) = text.iter().rev().find(|at| **at < first && says(&lines[**at].text, ABOVE)) {
        gone.extend(text.iter().filter(|at| *at <= end && !stays(**at, &lines[**at])));
    }
    if let Some(begin) = text.iter().find(|at| **at > last && says(&lines[**at].text, BELOW)) {
        gone.extend(text.iter().filter(|at| *at >= begin && !stays(**at, &lines[**at])));
    }
    gone.extend(sections(lines, &text, &dated));
    for at in gone {
        if !lines[at].keep {
            lines[at].cut = Some(Why::Chrome);
        }
    }
}

/// The sections at the end that are none of the policy's.
fn sections(lines: &[Line], text: &[usize], dated: &BTreeSet<usize>) -> Vec<usize> {
    let is_one = |at: &&usize| {
        let line = &lines[**at].text;
        let words = plain(line).to_lowercase();
        line.starts_with('#') && SECTIONS.contains(&words.trim_end_matches([':', '!', '.']))
    };
    let late = text.len() - text.len() / 3;
    match text.iter().skip(late).find(is_one) {
        Some(begin) if dated.iter().all(|at| at < begin) => {
            text.iter().copied().filter(|at| at >= begin).collect()
        }
        _ => Vec::new(),
    }
}

/// A line that only pages have: few words, of which some are theirs; or several of theirs.
fn says(line: &str, words: &[&str]) -> bool {
    let lower = plain(line).to_lowercase();
    let found = words.iter().filter(|word| begins_in(&lower, word)).count();
    found > 1 || found == 1 && lower.split_whitespace().count() <= PROSE
}

/// Whether a text has these words, not as the end of others.
fn begins_in(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| !text[..at].ends_with(char::is_alphanumeric) || words == "©")
        || words.contains(' ') && text.contains(words)
}

/// Whether a line is a sentence, as menus have none.
fn is_prose(line: &str) -> bool {
    let words = plain(line);
    let ended = words.trim_end_matches(['"', '”', ')', '\'', '’', '»']);
    let count = words.split_whitespace().count();
    let long = ended.ends_with(['.', '!', '?', ';', '。', '！', '？', '؟', '।']) && count >= PROSE;
    let short = ended.ends_with('.') && count >= 3 && words.starts_with(char::is_uppercase);
    let unspaced = words.chars().filter(|c| matches!(c, '。' | '、')).count() > 1;
    long || unspaced || short && !says(line, ABOVE) && !says(line, BELOW)
}
