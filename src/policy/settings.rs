//! `site.yaml` and `policy.yaml`: what is said once, for the site and for each policy.
//!
//! The formats of ids and language tags, which file names follow as well, are here too. Whether
//! the policies that settings name exist is judged in [`load`](crate::load).

use unicode_normalization::UnicodeNormalization;

use super::yaml::{self, Fields, NodeKind, Shape, Tree, quoted};
use super::{
    Acceptance, Annex, Channel, CompareScope, Language, Notice, NoticeFor, Part, PolicySettings, Settings,
};
use crate::diagnostic::Diagnostic;

mod language;
mod zone;

pub use language::{language, meant_language};

const SITE: Shape = Shape {
    place: "`site.yaml`",
    keys: &["title", "organisation", "base_url", "first_url", "time_zone", "default_language", "contact"],
    tried: &[
        ("organization", "write `organisation: …`"),
        ("company", "write `organisation: …`"),
        ("name", "write `title: …`"),
        ("url", "write `base_url: …`"),
        ("baseurl", "write `base_url: …`"),
        ("old_url", "write `first_url: …`"),
        ("original_url", "write `first_url: …`"),
        ("timezone", "write `time_zone: …`"),
        ("tz", "write `time_zone: …`"),
        ("language", "write `default_language: …`"),
        ("lang", "write `default_language: …`"),
        ("email", "write `contact: …`"),
        (
            "controlling_language",
            "put `controlling_language` into a policy's `policy.yaml`; here it is `default_language`",
        ),
        ("notice", "put `notice` into the `policy.yaml` of each policy"),
        ("acceptance", "put `acceptance` into the `policy.yaml` of each policy"),
        ("policies", "delete this line: every folder beside `site.yaml` is a policy"),
    ],
};

const POLICY: Shape = Shape {
    place: "`policy.yaml`",
    keys: &[
        "title",
        "controlling_language",
        "notice",
        "acceptance",
        "succeeds",
        "incorporates",
        "annexes",
        "compare",
        "relation",
    ],
    tried: &[
        ("name", "write `title: …`"),
        ("rel", "write `relation: …`"),
        ("type", "write `relation: privacy-policy` or `relation: terms-of-service`"),
        ("language", "write `controlling_language: …`"),
        ("default_language", "write `controlling_language: …`"),
        ("effective", "put `effective` into each version, between its two lines `---`"),
        ("announced", "put `announced` into each version, between its two lines `---`"),
        ("action", "put `action` into each version, between its two lines `---`"),
        ("summary", "put `summary` into each version, between its two lines `---`"),
        ("changes", "put `changes` into each version, between its two lines `---`"),
        ("draft", "put `draft` into the version, between its two lines `---`"),
        ("id", "delete this line: the folder's name is the policy's id"),
        ("slug", "delete this line: the folder's name is the policy's id"),
        ("days_before", "put it below `notice:`, indented by two spaces"),
        ("window_days_after", "put it below `notice:`, indented by two spaces"),
        ("link_label_days", "put it below `notice:`, indented by two spaces"),
        ("channels", "put it below `notice:`, indented by two spaces"),
        ("for", "put it below `notice:`, indented by two spaces"),
        ("contact", "put `contact` into `site.yaml`"),
        ("time_zone", "put `time_zone` into `site.yaml`: it is the same for all policies"),
        ("organisation", "put `organisation` into `site.yaml`"),
    ],
};

const NOTICE: Shape = Shape {
    place: "`notice`",
    keys: &["days_before", "window_days_after", "link_label_days", "for", "channels"],
    tried: &[
        ("days", "write `days_before: …`"),
        ("before", "write `days_before: …`"),
        ("days_after", "write `window_days_after: …`"),
        ("after", "write `window_days_after: …`"),
        ("channel", "write `channels: …`"),
    ],
};

const ANNEX: Shape = Shape {
    place: "an entry of `annexes`",
    keys: &["title", "url"],
    tried: &[("name", "write `title: …`"), ("link", "write `url: …`")],
};

const AUDIENCES: &yaml::Words<NoticeFor> =
    &[("material", NoticeFor::Material), ("every", NoticeFor::Every), ("none", NoticeFor::None)];

const CHANNELS: &yaml::Words<Channel> = &[
    ("page", Channel::Page),
    ("link", Channel::Link),
    ("homepage", Channel::Homepage),
    ("site", Channel::Site),
    ("email", Channel::Email),
    ("in-writing", Channel::InWriting),
];

const ACCEPTANCES: &yaml::Words<Acceptance> =
    &[("continued-use", Acceptance::ContinuedUse), ("explicit", Acceptance::Explicit)];

const SCOPES: &yaml::Words<CompareScope> =
    &[("adjacent", CompareScope::Adjacent), ("all", CompareScope::All)];

const PARTS: &yaml::Words<Part> =
    &[("privacy-policy", Part::PrivacyPolicy), ("terms-of-service", Part::TermsOfService)];

/// The smallest `site.yaml` that says all it has to.
pub const MINIMAL_SITE: &str =
    "title: Example policies\nbase_url: https://policies.example.org/\ntime_zone: America/New_York";

/// The id of a policy or a version: `[a-z0-9][a-z0-9.-]*`.
pub fn is_id(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'))
}

/// The id that comes closest to a name that is none: `terms-of-use` for `Terms of Use`.
pub fn meant_id(name: &str) -> Option<String> {
    let kept: String = name
        .to_lowercase()
        .replace([' ', '_'], "-")
        // `ü` is `u` and two dots, and the dots are left out.
        .nfd()
        .filter(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))
        .collect();
    let id = kept.trim_matches(['-', '.']).to_owned();
    is_id(&id).then_some(id)
}

/// The id of a section or clause: letters of any script, digits, `.`, `-`, `_`.
pub fn is_clause_id(text: &str) -> bool {
    text.starts_with(char::is_alphanumeric)
        && text.chars().all(|c| c.is_alphanumeric() || is_combining(c) || matches!(c, '.' | '-' | '_'))
}

/// Vowel signs and the like, without which words of many scripts cannot be written.
fn is_combining(c: char) -> bool {
    !c.is_ascii() && unicode_normalization::char::is_combining_mark(c)
}

/// Reads `site.yaml`.
pub fn site(text: &str) -> (Option<Settings>, Vec<Diagnostic>) {
    let (tree, mut out) = whole(text, "title: …");
    let Some(fields) = fields(text, &tree, &SITE, &mut out) else { return (None, out) };
    let out = &mut out;
    fields.require("title", "`title` is missing: the name of the site", "add a line `title: …`", out);
    let missing = "`base_url` is missing: where the site will be published";
    fields.require("base_url", missing, "add a line `base_url: https://…/`", out);
    let missing = "`time_zone` is missing: a day begins at a different instant in each";
    fields.require("time_zone", missing, "add a line like `time_zone: America/New_York`", out);
    let title = fields.text("title", out);
    let base_url = based(&fields, "base_url", out);
    let first_url = based(&fields, "first_url", out);
    let time_zone =
        fields.text("time_zone", out).and_then(|name| zone::zone(&name, fields.span("time_zone"), out));
    let organisation = fields.text("organisation", out);
    let default_language = tag(&fields, "default_language", out);
    let contact = fields.text("contact", out);
    let settings = (|| {
        let (title, base_url) = (title?, base_url?);
        Some(Settings {
            organisation: organisation.unwrap_or_else(|| title.clone()),
            title,
            // Of the file, so that it stays where a build is told another address.
            first_url: first_url.unwrap_or_else(|| base_url.clone()),
            base_url,
            time_zone: time_zone?,
            default_language: default_language.unwrap_or_else(|| Language("en".to_owned())),
            contact,
        })
    })();
    (settings, std::mem::take(out))
}

/// Reads `policy.yaml`.
pub fn policy(text: &str, default_language: &Language) -> (Option<PolicySettings>, Vec<Diagnostic>) {
    let (tree, mut out) = whole(text, "title: …");
    let Some(fields) = fields(text, &tree, &POLICY, &mut out) else { return (None, out) };
    fields.require("title", "`title` is missing: the name of the policy", "add a line `title: …`", &mut out);
    let out_ref = &mut out;
    let title = fields.text("title", out_ref);
    let settings = PolicySettings {
        title: title.clone().unwrap_or_default(),
        controlling_language: tag(&fields, "controlling_language", out_ref)
            .unwrap_or_else(|| default_language.clone()),
        notice: notice(&fields, out_ref),
        acceptance: fields.word("acceptance", ACCEPTANCES, out_ref).unwrap_or(Acceptance::ContinuedUse),
        succeeds: succeeds(&fields, out_ref),
        incorporates: incorporates(&fields, out_ref),
        annexes: annexes(&fields, out_ref),
        compare: fields.word("compare", SCOPES, out_ref).unwrap_or(CompareScope::Adjacent),
        relation: fields.word("relation", PARTS, out_ref),
    };
    (title.map(|_| settings), out)
}

/// The tree of a file that is YAML from end to end.
fn whole(text: &str, example: &str) -> (Tree, Vec<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut tree = yaml::parse(text, start..text.len(), yaml::SETTINGS_CAP);
    let mut out = std::mem::take(&mut tree.diagnostics);
    if tree.root.is_none() && !tree.damaged {
        let hint = format!("write at least `{example}`");
        out.push(Diagnostic::error("empty-file", start..start, "there is nothing in this file", hint));
    }
    (tree, out)
}

fn fields<'a>(text: &'a str, tree: &'a Tree, shape: &Shape, out: &mut Vec<Diagnostic>) -> Option<Fields<'a>> {
    Fields::new(text, tree.root.as_ref()?, tree.damaged, shape, out)
}

fn tag(fields: &Fields<'_>, key: &str, out: &mut Vec<Diagnostic>) -> Option<Language> {
    let text = fields.text(key, out)?;
    let found = language(&text);
    if found.is_none() {
        let hint = match meant_language(&text) {
            Some(meant) => format!("write `{key}: {meant}`"),
            None => "write a language tag like `en`, `es` or `pt-BR`".to_owned(),
        };
        let message = format!("{} is not a language tag", quoted(&text));
        out.push(Diagnostic::error("bad-language", fields.span(key), message, hint));
    }
    found
}

/// An address on the web.
pub(crate) fn address(fields: &Fields<'_>, key: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
    let url = fields.text(key, out)?;
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '\\' | '`' | '“' | '”')
    };
    if host.is_some_and(|host| !host.is_empty()) && !url.contains(odd) {
        return Some(url);
    }
    let bare = url.trim_start_matches('/');
    let looks_like_host = rest.is_none() && bare.contains('.') && !bare.contains(odd) && !bare.contains(':');
    let hint = if looks_like_host {
        format!("write `{key}: https://{bare}`")
    } else {
        format!("write the whole address: `{key}: https://…`")
    };
    let message = format!("{} is not a web address", quoted(&url));
    out.push(Diagnostic::error("bad-url", fields.span(key), message, hint));
    None
}

/// An address that others are built on.
fn based(fields: &Fields<'_>, key: &str, out: &mut Vec<Diagnostic>) -> Option<String> {
    let mut url = address(fields, key, out)?;
    if let Some(at) = url.find(['?', '#']) {
        let message = "the site's address cannot have a `?` or `#` in it";
        let hint = format!("write `{key}: {}`", &url[..at]);
        out.push(Diagnostic::error("bad-url", fields.span(key), message, hint));
        return None;
    }
    if !url.ends_with('/') {
        url.push('/');
    }
    Some(url)
}

fn notice(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> Notice {
    let mut notice = Notice {
        days_before: None,
        window_days_after: None,
        link_label_days: None,
        audience: NoticeFor::Material,
        channels: vec![Channel::Page],
    };
    let Some(node) = fields.map("notice", out) else { return notice };
    if let NodeKind::Scalar { text, .. } = &node.kind {
        let message = "`notice` says what readers are promised, key by key";
        let hint = match text.as_str() {
            "none" => "write `notice: {for: none}`".to_owned(),
            text if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) => {
                format!("write `notice: {{days_before: {text}}}`")
            }
            _ => "write `notice:` and below it, indented, `days_before: 30`".to_owned(),
        };
        out.push(Diagnostic::error("wrong-type", node.span.clone(), message, hint));
        return notice;
    }
    let (text, damaged) = fields.context();
    let Some(fields) = Fields::new(text, node, damaged, &NOTICE, out) else { return notice };
    notice.days_before = fields.number("days_before", out);
    notice.window_days_after = fields.number("window_days_after", out);
    notice.link_label_days = fields.number("link_label_days", out);
    if let Some(audience) = fields.word("for", AUDIENCES, out) {
        notice.audience = audience;
    }
    if let Some(channels) = fields.words("channels", CHANNELS, out) {
        notice.channels = channels;
    }
    notice
}

fn succeeds(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> Option<(String, String)> {
    let text = fields.text("succeeds", out)?;
    if let Some((policy, version)) = text.split_once('@')
        && is_id(policy)
        && is_id(version)
    {
        return Some((policy.to_owned(), version.to_owned()));
    }
    let hint = if is_id(&text) {
        format!("write `succeeds: {text}@…` with the id of its last version after the `@`")
    } else {
        "write the policy's id, `@` and the id of its last version: `mitx-privacy@2012-02-06`".to_owned()
    };
    let message = format!("{} does not name a version of a policy", quoted(&text));
    out.push(Diagnostic::error("bad-id", fields.span("succeeds"), message, hint));
    None
}

fn incorporates(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut ids = Vec::new();
    for (id, node) in fields.texts("incorporates", out).unwrap_or_default() {
        if is_id(id) {
            ids.push(id.to_owned());
        } else {
            let message = format!("{} is not the id of a policy", quoted(id));
            let hint = "write the name of that policy's folder, for example `incorporates: [terms]`";
            out.push(Diagnostic::error("bad-id", node.span.clone(), message, hint));
        }
    }
    ids
}

fn annexes(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> Vec<Annex> {
    let (text, damaged) = fields.context();
    let mut annexes = Vec::new();
    for node in fields.items("annexes", "{title: …, url: \"https://…\"}", out) {
        let Some(fields) = Fields::new(text, node, damaged, &ANNEX, out) else { continue };
        fields.require("title", "this annex has no `title`", "add `title: …`", out);
        fields.require("url", "this annex has no `url`", "add `url: \"https://…\"`", out);
        if let (Some(title), Some(url)) = (fields.text("title", out), address(&fields, "url", out)) {
            annexes.push(Annex { title, url });
        }
    }
    annexes
}
