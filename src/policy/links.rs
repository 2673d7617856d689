//! Where the links of a text lead.
//!
//! Authors link as files lie in the content folder (`../cookies/`, `../cookies/2024-01-01.md`,
//! `#sharing`), or to anywhere else. What a link means does not depend on the page it is shown on.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use chrono::NaiveDate;

use super::history::is_shown;
use super::{Clause, Policy, Style, Text};
use crate::diagnostic::Diagnostic;

/// Which policies and versions there are to link to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Targets {
    versions: BTreeMap<String, BTreeSet<String>>,
    /// Names of files that images may show.
    pictures: BTreeSet<String>,
    /// The path of the site on its host, `/` at the end.
    base: String,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A clause of the same text, by its id.
    Clause(String),
    /// A policy of this site, one of its versions where named, and a place in it.
    Policy {
        /// The policy's id.
        policy: String,
        /// The version's id.
        version: Option<String>,
        /// The place, without `#`.
        fragment: Option<String>,
    },
    /// An absolute address (`https:`, `mailto:`, `tel:`).
    Elsewhere(String),
    /// A path on the host of this site, outside it.
    Host(String),
    /// Nowhere.
    Nowhere,
}

impl Default for Targets {
    /// Nothing to link to, at the root of a host.
    fn default() -> Self {
        Self::of([])
    }
}

impl Targets {
    /// Policies with the ids of their versions.
    pub fn of(policies: impl IntoIterator<Item = (String, BTreeSet<String>)>) -> Self {
        Self { versions: policies.into_iter().collect(), pictures: BTreeSet::new(), base: "/".to_owned() }
    }

    /// The same, for a site at this address.
    pub fn at(self, base_url: &str) -> Self {
        Self { base: base_path(base_url).to_owned(), ..self }
    }

    /// The same, with the files that images may show.
    pub fn with_pictures(self, pictures: impl IntoIterator<Item = String>) -> Self {
        Self { pictures: pictures.into_iter().collect(), ..self }
    }

    /// What there is to link to on a day; a policy of which nothing can be seen is none.
    pub fn on(policies: &[impl Borrow<Policy>], today: NaiveDate, with_drafts: bool) -> Self {
        let shown = |p: &Policy| {
            let versions = p.versions.iter().filter(|v| is_shown(v, today, with_drafts));
            versions.map(|v| v.id.clone()).collect::<BTreeSet<String>>()
        };
        let policies = policies.iter().map(Borrow::borrow).map(|p| (p.id.clone(), shown(p)));
        Self::of(policies.filter(|(_, versions)| !versions.is_empty()))
    }

    /// Whether there is a policy of this id.
    pub fn has(&self, policy: &str) -> bool {
        self.versions.contains_key(policy)
    }

    /// The file of the site that an image shows, however its author wrote the way there.
    pub fn picture(&self, src: &str) -> Option<&str> {
        let name = src.trim_start_matches("../").trim_start_matches("./").trim_start_matches('/');
        let name = name.strip_prefix("assets/").or(name.strip_prefix("static/")).unwrap_or(name);
        self.pictures.get(name).map(String::as_str)
    }

    /// Where `link` leads from a text of `policy`.
    pub fn resolve(&self, link: &str, policy: &str, text: &Text) -> Target {
        if let Some(place) = link.strip_prefix('#') {
            return text.resolve(place).map_or(Target::Nowhere, |id| Target::Clause(id.to_owned()));
        }
        if has_scheme(link) {
            return Target::Elsewhere(link.to_owned());
        }
        if link.starts_with("//") {
            return Target::Elsewhere(format!("https:{link}"));
        }
        let (path, fragment) = match link.split_once('#') {
            Some((path, fragment)) => (path, Some(fragment.to_owned())),
            None => (link, None),
        };
        let (path, from_root) = match path.strip_prefix(self.base.as_str()) {
            // The host has room beside the site, unless the site is all of it.
            None if path.starts_with('/') => return Target::Host(link.to_owned()),
            None => (path, false),
            Some(path) => (path, true),
        };
        let mut segments: Vec<&str> = if from_root { Vec::new() } else { vec![policy] };
        for segment in path.split('/') {
            match segment {
                "" | "." => {}
                // Above the content folder there is nothing of ours.
                ".." if segments.pop().is_none() => return Target::Nowhere,
                ".." => {}
                name => segments.push(name),
            }
        }
        match self.file(&segments) {
            Some((policy, version)) => Target::Policy { policy, version, fragment },
            // The site's front page.
            None if from_root && segments.is_empty() => Target::Host(link.to_owned()),
            None => Target::Nowhere,
        }
    }

    /// What a reader could not follow or see: links to nowhere, and images that lie elsewhere, which
    /// no page loads. References within the text are checked where it is read.
    pub fn check<'t>(&self, text: &'t Text, file: &'t str, policy: &str) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for clause in &text.clauses {
            let mut places = Places::new(file, clause);
            for mark in &clause.content.marks {
                let (target, code, message, hint): (_, _, _, String) = match &mark.style {
                    Style::Link(link) if !link.starts_with('#') && self.resolve(link, policy, text) == Target::Nowhere => (
                        link,
                        "dead-link",
                        format!("`{link}` leads nowhere on this site; its words stay"),
                        dead_link_hint(link),
                    ),
                    Style::Image { src, .. } if has_scheme(src) || src.starts_with("//") => (
                        src,
                        "remote-image",
                        "this picture lies on another site, and pages load nothing from there; its words are shown".to_owned(),
                        "put the picture into `static/` and write its name alone".to_owned(),
                    ),
                    Style::Image { src, .. } if self.picture(src).is_none() => (
                        src,
                        "missing-picture",
                        format!("there is no picture `{src}` in `static/`; its words are shown"),
                        "put the picture into `static/` beside the content and write its name alone".to_owned(),
                    ),
                    _ => continue,
                };
                found.push(Diagnostic::warning(code, places.next(target), message, hint));
            }
        }
        found
    }

    /// The policy or version that lies at a path of the content folder.
    fn file(&self, segments: &[&str]) -> Option<(String, Option<String>)> {
        let (policy, rest) = segments.split_first()?;
        let name = policy.strip_suffix(".md").unwrap_or(policy);
        let versions = self.versions.get(name)?;
        match rest {
            [] | ["index.md" | "index.html"] => Some((name.to_owned(), None)),
            [file] | ["v", file] => {
                let version = file.strip_suffix(".md").unwrap_or(file);
                versions.contains(version).then(|| (name.to_owned(), Some(version.to_owned())))
            }
            _ => None,
        }
    }
}

/// Where the targets of a clause stand in its file, each in its turn.
pub(super) struct Places<'t> {
    source: &'t str,
    clause: Range<usize>,
    /// Where to look for the next of the same.
    next: BTreeMap<&'t str, usize>,
}

impl<'t> Places<'t> {
    pub(super) fn new(file: &'t str, clause: &Clause) -> Self {
        let source = file.get(clause.span.clone()).unwrap_or_default();
        Self { source, clause: clause.span.clone(), next: BTreeMap::new() }
    }

    /// The next place of `target`; the whole clause where it is written otherwise (an entity, a
    /// reference).
    pub(super) fn next(&mut self, target: &'t str) -> Range<usize> {
        let from = self.next.get(target).copied().unwrap_or(0);
        let Some(at) = self.source.get(from..).and_then(|rest| rest.find(target)) else {
            return self.clause.clone();
        };
        let start = from + at;
        self.next.insert(target, start + target.len());
        self.clause.start + start..self.clause.start + start + target.len()
    }
}

fn dead_link_hint(link: &str) -> String {
    if link.contains('@') && !link.contains('/') {
        format!("write `mailto:{link}`")
    } else if link.starts_with("www.") {
        format!("write `https://{link}`")
    } else {
        "link to a policy as `../cookies/`, or write the whole address: `https://…`".to_owned()
    }
}

/// `/path/` of an address.
pub fn base_path(base_url: &str) -> &str {
    let after = base_url.find("://").map_or(0, |n| n + 3);
    base_url[after..].find('/').map_or("/", |n| &base_url[after + n..])
}

fn has_scheme(link: &str) -> bool {
    link.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
    })
}
