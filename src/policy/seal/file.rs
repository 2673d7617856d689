//! `seal.yaml`: a seal as a file that people may read and nobody edits.
//!
//! It is YAML for those who look into it, and for version control: one line for each fact, so that two
//! seals made beside each other conflict where they differ, and nowhere else.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use super::{Follows, Seal, Sealed};
use crate::diagnostic::Diagnostic;
use crate::policy::align::Relations;
use crate::policy::events::MATERIALITIES;
use crate::policy::front_matter::{ACTIONS, KINDS, KindWord, word_for};
use crate::policy::notice::Until;
use crate::policy::yaml::{Fields, Node, NodeKind, Shape, parse, quoted};
use crate::policy::{Kind, Language, settings};

/// The largest `seal.yaml` that is read.
pub(in crate::policy) const SEAL_CAP: usize = 8 * 1024 * 1024;

/// What stands above it.
const HEAD: &str = "\
# Written by `clauseline seal`: what of this policy is published, fixed. Nobody edits this file.
# A published text that changes is told by it; `clauseline check` says how to go on.
";

const FILE: Shape = Shape { place: "`seal.yaml`", keys: &["seal", "versions"], tried: &[] };

const VERSION: Shape = Shape {
    place: "a sealed version",
    keys: &[
        "version",
        "announced",
        "effective",
        "withdrawn",
        "kind",
        "of",
        "action",
        "materiality",
        "notice_until",
        "revised_until",
        "text",
        "said",
        "clauses",
        "translations",
        "follows",
    ],
    tried: &[],
};

const FOLLOWS: Shape = Shape {
    place: "what a sealed version follows",
    keys: &["version", "clauses", "sections", "relations"],
    tried: &[],
};

const TRANSLATION: Shape =
    Shape { place: "a sealed translation", keys: &["language", "revision", "text"], tried: &[] };

/// The marks that version control leaves where two people wrote the same lines, if there are any.
pub fn conflict(text: &str) -> Option<Range<usize>> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mark = ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|mark| line.starts_with(mark));
        if mark || line.trim_end() == "=======" {
            return Some(at..at + line.trim_end().len());
        }
        at += line.len();
    }
    None
}

/// Reads `seal.yaml`. A seal that cannot be read whole is none.
pub fn read(text: &str) -> (Option<Seal>, Vec<Diagnostic>) {
    if let Some(span) = conflict(text) {
        let message = "two people sealed beside each other, and their seals were not joined";
        let hint = "take this file and `events.yaml` as they are on the branch that is published (with git, in \
                    the middle of a merge into your branch: `git checkout --theirs` and both names; in a rebase: \
                    `--ours`), then run `clauseline seal` again: it adds what you sealed";
        return (None, vec![Diagnostic::error("merge-conflict", span, message, hint)]);
    }
    let tree = parse(text, 0..text.len(), SEAL_CAP);
    let mut out = tree.diagnostics;
    let seal = tree.root.as_ref().and_then(|root| file(text, root, &mut out));
    if seal.is_none() && out.is_empty() {
        out.push(damaged(0..0, "there is nothing in this file".to_owned()));
    }
    // Whatever the mistake, what to do is the same: nobody should mend such a file line by line.
    for found in &mut out {
        found.code = "bad-seal";
        found.hint = RESTORE.to_owned();
    }
    (seal.filter(|_| out.is_empty()), out)
}

/// What to do where the file is damaged.
const RESTORE: &str = "this file is written by `clauseline seal` alone: put it back as it was when it was last sealed \
                       (with git, in its folder: `git restore seal.yaml`; if it was committed like this, `git log -- seal.yaml` and \
                       `git restore --source COMMIT seal.yaml`)";

fn damaged(span: Range<usize>, message: String) -> Diagnostic {
    Diagnostic::error("bad-seal", span, message, RESTORE)
}

fn file(text: &str, root: &Node, out: &mut Vec<Diagnostic>) -> Option<Seal> {
    let fields = Fields::new(text, root, false, &FILE, out)?;
    if fields.text("seal", out).is_some_and(|number| number != "1") {
        let message = "this seal was written by a later clauseline".to_owned();
        out.push(damaged(fields.span("seal"), message));
        return None;
    }
    let mut seal = Seal::default();
    for item in fields.items("versions", "version: …", out) {
        let sealed = version(text, item, out)?;
        if seal.of(&sealed.version).is_some() {
            out.push(damaged(item.span.clone(), format!("{} is sealed twice", quoted(&sealed.version))));
        }
        seal.versions.push(sealed);
    }
    Some(seal)
}

fn version(text: &str, item: &Node, out: &mut Vec<Diagnostic>) -> Option<Sealed> {
    let fields = Fields::new(text, item, false, &VERSION, out)?;
    for key in ["version", "announced", "effective", "kind", "text", "said", "clauses"] {
        fields.require(key, &format!("`{key}` is missing"), "", out);
    }
    let of = fields.text("of", out);
    let kind = match (fields.word("kind", KINDS, out)?, of) {
        (KindWord::Initial, _) => Kind::Initial,
        (KindWord::Amendment, _) => Kind::Amendment,
        (KindWord::Correction, Some(of)) => Kind::Correction(of),
        (KindWord::Revert, Some(of)) => Kind::Revert(of),
        _ => {
            out.push(damaged(fields.span("kind"), "`of` is missing".to_owned()));
            return None;
        }
    };
    let clauses = number(&fields, "clauses", out)?;
    let mut sealed = Sealed {
        version: fields.text("version", out)?,
        announced: fields.day("announced", out)?,
        effective: fields.day("effective", out)?,
        withdrawn: fields.day("withdrawn", out),
        kind,
        action: fields.word("action", ACTIONS, out),
        materiality: fields.word("materiality", MATERIALITIES, out)?,
        until: Until { notice: fields.day("notice_until", out), revised: fields.day("revised_until", out) },
        text: fields.text("text", out)?,
        said: fields.text("said", out)?,
        clauses,
        follows: BTreeMap::new(),
        translations: BTreeMap::new(),
    };
    for item in fields.items("translations", "language: …", out) {
        let fields = Fields::new(text, item, false, &TRANSLATION, out)?;
        let tag = fields.text("language", out)?;
        let Some(language) = settings::language(&tag) else {
            out.push(damaged(fields.span("language"), format!("{} is no language", quoted(&tag))));
            return None;
        };
        let revision = u32::try_from(number(&fields, "revision", out)?).ok()?;
        sealed.translations.insert((language, revision), fields.text("text", out)?);
    }
    for item in fields.items("follows", "version: …", out) {
        let (id, follows) = follows(text, item, clauses, out)?;
        sealed.follows.insert(id, follows);
    }
    Some(sealed)
}

fn follows(text: &str, item: &Node, clauses: usize, out: &mut Vec<Diagnostic>) -> Option<(String, Follows)> {
    let fields = Fields::new(text, item, false, &FOLLOWS, out)?;
    let id = fields.text("version", out)?;
    let before = number(&fields, "clauses", out)?;
    let mut sections = BTreeMap::new();
    if let Some(Node { kind: NodeKind::Map(pairs), .. }) = fields.map_if("sections") {
        for (new, old) in pairs {
            if let (NodeKind::Scalar { text: new, .. }, NodeKind::Scalar { text: old, .. }) =
                (&new.kind, &old.kind)
            {
                sections.insert(new.clone(), old.clone());
            }
        }
    }
    let relations = fields.text("relations", out)?;
    match Relations::parse(&relations, before, clauses) {
        Ok(relations) => Some((id, Follows { relations, sections })),
        Err(wrong) => {
            out.push(damaged(fields.span("relations"), wrong));
            None
        }
    }
}

fn number(fields: &Fields<'_>, key: &str, out: &mut Vec<Diagnostic>) -> Option<usize> {
    let text = fields.text(key, out)?;
    let number = text.parse().ok();
    if number.is_none() {
        out.push(damaged(fields.span(key), format!("{} is no number", quoted(&text))));
    }
    number
}

impl Seal {
    /// The file's text.
    pub fn to_yaml(&self) -> String {
        let mut out = format!("{HEAD}seal: 1\nversions:\n");
        for sealed in &self.versions {
            sealed.write(&mut out);
        }
        out
    }
}

impl Sealed {
    fn write(&self, out: &mut String) {
        let _ = writeln!(out, "  - version: {}", scalar(&self.version));
        let mut line = |key: &str, value: &str| {
            let _ = writeln!(out, "    {key}: {value}");
        };
        let (kind, of) = match &self.kind {
            Kind::Initial => (KindWord::Initial, None),
            Kind::Amendment => (KindWord::Amendment, None),
            Kind::Correction(of) => (KindWord::Correction, Some(of)),
            Kind::Revert(of) => (KindWord::Revert, Some(of)),
        };
        line("announced", &self.announced.to_string());
        line("effective", &self.effective.to_string());
        if let Some(day) = self.withdrawn {
            line("withdrawn", &day.to_string());
        }
        line("kind", word_for(KINDS, &kind).unwrap_or_default());
        if let Some(of) = of {
            line("of", &scalar(of));
        }
        if let Some(action) = self.action.and_then(|action| word_for(ACTIONS, &action)) {
            line("action", action);
        }
        line("materiality", word_for(MATERIALITIES, &self.materiality).unwrap_or_default());
        for (key, day) in [("notice_until", self.until.notice), ("revised_until", self.until.revised)] {
            if let Some(day) = day {
                line(key, &day.to_string());
            }
        }
        line("text", &self.text);
        line("said", &self.said);
        line("clauses", &self.clauses.to_string());
        if !self.translations.is_empty() {
            let _ = writeln!(out, "    translations:");
            for ((Language(language), revision), digest) in &self.translations {
                let language = scalar(language);
                let _ =
                    writeln!(out, "      - {{language: {language}, revision: {revision}, text: {digest}}}");
            }
        }
        if !self.follows.is_empty() {
            let _ = writeln!(out, "    follows:");
        }
        for (version, follows) in &self.follows {
            let (clauses, _) = follows.relations.sizes();
            let _ = writeln!(out, "      - version: {}\n        clauses: {clauses}", scalar(version));
            if !follows.sections.is_empty() {
                let _ = writeln!(out, "        sections:");
            }
            for (new, old) in &follows.sections {
                let _ = writeln!(out, "          {}: {}", scalar(new), scalar(old));
            }
            let _ = writeln!(out, "        relations: {}", scalar(&follows.relations.to_string()));
        }
    }
}

/// A text in quotes: ids may look like numbers, or like nothing YAML knows.
fn scalar(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
