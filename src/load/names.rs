//! What a file in a policy's folder is, by its name alone.

use std::collections::BTreeSet;

use super::fault;
use crate::diagnostic::{Diagnostic, Severity};
use crate::policy::settings::{is_id, language, meant_id, meant_language};
use crate::policy::{Language, calendar};

/// Names that the site needs for itself.
const RESERVED: [&str; 5] = ["schema", "developers", "events", "search", "assets"];

/// How the names of the site's files end. A folder of such a name would stand where a file does.
const FILES: [&str; 6] = [".json", ".html", ".xml", ".txt", ".ics", ".md"];

/// What a file is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// `policy.yaml`
    Settings,
    /// `2018-05-15.md`
    Version(String),
    /// `2018-05-15.es.md`, `2018-05-15.es.r2.md`
    Translation { version: String, language: Language, revision: u32 },
    /// `seal.yaml`
    Seal,
    /// None of ours, and no mistake: what editors and file managers leave behind.
    Ignored,
}

impl Role {
    /// The name of the file of a version or translation.
    pub(super) fn file_name(&self) -> String {
        match self {
            Self::Settings => "policy.yaml".to_owned(),
            Self::Seal => "seal.yaml".to_owned(),
            Self::Version(id) => format!("{id}.md"),
            Self::Translation { version, language, revision } => {
                translation_name(version, language, *revision)
            }
            Self::Ignored => String::new(),
        }
    }
}

/// The name of a translation's file.
pub fn translation_name(version: &str, language: &Language, revision: u32) -> String {
    match revision {
        1 => format!("{version}.{language}.md"),
        _ => format!("{version}.{language}.r{revision}.md"),
    }
}

/// What people and their tools leave in folders.
pub(super) fn is_litter(name: &str) -> bool {
    name.starts_with(['.', '~', '#'])
        || name.ends_with('~')
        || [".swp", ".bak", ".orig", ".tmp"].iter().any(|end| name.ends_with(end))
        || matches!(name, "Thumbs.db" | "desktop.ini" | "Icon\r" | "README.md")
}

/// What is wrong with the name of a policy's folder.
pub(super) fn policy_id(name: &str, beside: &BTreeSet<&str>) -> Option<Diagnostic> {
    if RESERVED.contains(&name) || is_like_a_file(name) {
        let message = format!("a policy cannot be called `{name}`: the site needs that name");
        return Some(fault("reserved-name", message, "give the folder another name"));
    }
    (!is_id(name)).then(|| bad_name("folder", name, beside))
}

fn is_like_a_file(name: &str) -> bool {
    FILES.iter().any(|end| name.ends_with(end))
}

/// A name that is no id, with one that would be.
fn bad_name(what: &str, name: &str, beside: &BTreeSet<&str>) -> Diagnostic {
    let better = meant_id(name);
    let message =
        format!("the {what}'s name {}; it may have small letters, digits, `-` and `.`", offending(name));
    let hint = match better {
        Some(better) if beside.contains(better.as_str()) => {
            format!("`{better}` is here as well: keep one of the two")
        }
        Some(better) => format!("rename it to `{better}`"),
        None => "rename it, for example to `privacy`".to_owned(),
    };
    fault("bad-name", message, hint)
}

/// What an id may not have.
fn offending(name: &str) -> String {
    let wrong = name.chars().enumerate().find(|(at, c)| {
        !(c.is_ascii_lowercase() || c.is_ascii_digit() || (*at > 0 && matches!(c, '.' | '-')))
    });
    match wrong {
        Some((_, c)) if c.is_whitespace() => "has a space in it".to_owned(),
        Some((_, c)) if c.is_ascii_uppercase() => "has a capital letter in it".to_owned(),
        Some((0, c @ ('.' | '-'))) => format!("starts with `{c}`"),
        Some((_, c)) => format!("has `{c}` in it"),
        None => "is empty".to_owned(),
    }
}

/// What a file in a policy's folder is. `beside` are the names of all files there.
pub(super) fn role(name: &str, beside: &BTreeSet<&str>) -> Result<Role, Diagnostic> {
    match name {
        "policy.yaml" => return Ok(Role::Settings),
        "seal.yaml" => return Ok(Role::Seal),
        _ if is_litter(name) => return Ok(Role::Ignored),
        _ => {}
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let lower = extension.to_lowercase();
    if matches!(lower.as_str(), "yaml" | "yml") {
        return Err(settings_name(name, &stem.to_lowercase(), &["policy", "seal"], beside));
    }
    if extension == "md" {
        return text(stem, beside);
    }
    if let Some(found) = double_extension(stem, &lower, beside) {
        return Err(found);
    }
    let markdown = matches!(lower.as_str(), "md" | "markdown" | "mdown" | "mkd" | "txt" | "text");
    if markdown && (lower == "md" || stem.starts_with(|c: char| c.is_ascii_digit())) {
        let message = format!("a version's name ends in `.md`, not in `.{extension}`");
        return Err(fault("bad-extension", message, rename_to(&format!("{stem}.md"), beside)));
    }
    if matches!(lower.as_str(), "doc" | "docx" | "odt" | "rtf" | "pdf" | "pages" | "html" | "htm") {
        let message = format!("a `.{extension}` file is not published");
        let hint = format!("write its text as markdown into `{stem}.md`, or keep the file elsewhere");
        return Err(stray(message, hint));
    }
    Err(stray(
        "this file is not part of a policy".to_owned(),
        "move it elsewhere; versions are called like `2018-05-15.md`",
    ))
}

/// `policy.yaml.txt`: some editors add their own ending and hide it.
pub(super) fn double_extension(stem: &str, extension: &str, beside: &BTreeSet<&str>) -> Option<Diagnostic> {
    let hidden = extension == "txt" && (stem.ends_with(".md") || stem.ends_with(".yaml"));
    hidden.then(|| fault("bad-extension", "the file's name ends in `.txt` as well", rename_to(stem, beside)))
}

fn rename_to(name: &str, beside: &BTreeSet<&str>) -> String {
    if beside.contains(name) {
        format!("`{name}` is here as well: keep one of the two")
    } else {
        format!("rename it to `{name}`")
    }
}

/// A file that is left alone.
pub(super) fn stray(message: String, hint: impl Into<String>) -> Diagnostic {
    Diagnostic { severity: Severity::Warning, ..fault("stray-file", message, hint) }
}

/// `Policy.yaml`, `policy.yml`
pub(super) fn settings_name(name: &str, stem: &str, known: &[&str], beside: &BTreeSet<&str>) -> Diagnostic {
    let right = known
        .iter()
        .map(|known| format!("{known}.yaml"))
        .find(|right| right.starts_with(&format!("{stem}.")));
    match right {
        Some(right) if beside.contains(right.as_str()) => {
            stray(format!("`{right}` is here as well, so this file is not read"), "delete one of the two")
        }
        Some(right) => fault("bad-name", format!("`{name}` is not read"), format!("rename it to `{right}`")),
        None => stray("this file is not read".to_owned(), format!("settings are in `{}.yaml`", known[0])),
    }
}

/// What a markdown file is, by its name without `.md`.
fn text(stem: &str, beside: &BTreeSet<&str>) -> Result<Role, Diagnostic> {
    let is_version = |id: &str| beside.contains(format!("{id}.md").as_str());
    let (base, revision) = revision(stem);
    if let Some((version, tag)) = base.rsplit_once('.')
        && is_id(version)
    {
        if let Some(language) = language(tag) {
            return Ok(Role::Translation {
                version: version.to_owned(),
                language,
                revision: revision.unwrap_or(1),
            });
        }
        let meant = meant_language(tag);
        // `1.2` is a version beside `1.md` as well.
        let is_number = tag.bytes().all(|b| b.is_ascii_digit());
        if !is_number && (is_version(version) || meant.is_some()) {
            let hint = match meant {
                Some(meant) => format!("rename it to `{version}.{meant}.md`"),
                None => format!(
                    "a translation is called like `{version}.es.md`, with a language tag like `es` or `pt-BR`"
                ),
            };
            return Err(fault("bad-language", format!("`{tag}` is not a language tag"), hint));
        }
    }
    if !is_id(stem) {
        return Err(version_name(stem, beside));
    }
    if let Some(found) = unreal_date(stem) {
        return Err(found);
    }
    if let Some(name) = stem.strip_suffix(".json") {
        let message = format!("a version cannot be called `{stem}`: the site needs that name");
        return Err(fault("reserved-name", message, rename_to(&format!("{name}.md"), beside)));
    }
    Ok(Role::Version(stem.to_owned()))
}

/// `2018-05-15.es.r2` → `2018-05-15.es`, 2
fn revision(stem: &str) -> (&str, Option<u32>) {
    let parts = stem.rsplit_once('.').and_then(|(base, last)| {
        let number = last.strip_prefix('r')?.parse().ok().filter(|number| *number > 1)?;
        base.contains('.').then_some((base, number))
    });
    match parts {
        Some((base, number)) => (base, Some(number)),
        None => (stem, None),
    }
}

fn version_name(stem: &str, beside: &BTreeSet<&str>) -> Diagnostic {
    // `2018-05-15 (final)`, `2018-05-15 copy`
    if let Some(day) = stem.get(..10).filter(|day| calendar::parse_day(day).is_some()) {
        let message = format!("the file's name {}", offending(stem));
        let hint = if beside.contains(format!("{day}.md").as_str()) {
            format!("`{day}.md` is here as well: keep one of the two")
        } else {
            format!("rename it to `{day}.md`")
        };
        return fault("bad-name", message, hint);
    }
    let beside = beside.iter().filter_map(|name| name.strip_suffix(".md")).collect();
    let found = bad_name("file", stem, &beside);
    Diagnostic {
        hint: found.hint.replace("rename it to `", "rename it to a date like `2018-05-15.md`, or to `"),
        ..found
    }
}

/// A name that looks like a day and is none: `2018-02-30`, `2018-5-15`, `15-05-2018`.
fn unreal_date(stem: &str) -> Option<Diagnostic> {
    let parts: Vec<&str> = stem.split(['-', '.']).collect();
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let a_date = parts.len() == 3 && parts.iter().all(digits) && parts.iter().any(|part| part.len() == 4);
    if !a_date || calendar::parse_day(stem).is_some() {
        return None;
    }
    let order: [&str; 3] =
        if parts[0].len() == 4 { [parts[0], parts[1], parts[2]] } else { [parts[2], parts[1], parts[0]] };
    let day = format!("{:0>4}-{:0>2}-{:0>2}", order[0], order[1], order[2]);
    let real = calendar::parse_day(&day).is_some();
    // Which of 05-06-2018 is the month nobody can tell.
    let hint = if real && (parts[0].len() == 4 || parts[0] > "12") {
        format!("rename it to `{day}.md`")
    } else {
        "rename it to year-month-day, for example `2018-05-15.md`".to_owned()
    };
    Some(fault("bad-name", format!("`{stem}` is not a day written as year-month-day"), hint))
}
