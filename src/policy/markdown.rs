//! Markdown to clauses.
//!
//! [`parse`] takes the body of a file and gives its [`Text`]: clauses in the order of the text,
//! each with what a reader sees and what stands beside the words, and the sections they stand in.
//! It never fails; what cannot be read as it was meant is kept as text and named in a diagnostic.
//! The only user of pulldown-cmark besides `html`, which runs before it. Addresses are given by
//! `address`.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, LinkType, Options as MdOptions, Parser};

use super::address;
use super::html;
use super::links::Places;
use super::{Style, Text};
use crate::diagnostic::{Diagnostic, Severity};

mod builder;
mod lint;

use builder::Builder;
use lint::lint;

/// The markdown that policies are written in. No smart punctuation: it would change legal text.
/// Heading attributes are read by `attributes`, the same for every kind of clause.
pub(super) const OPTIONS: MdOptions = MdOptions::ENABLE_TABLES
    .union(MdOptions::ENABLE_FOOTNOTES)
    .union(MdOptions::ENABLE_STRIKETHROUGH)
    .union(MdOptions::ENABLE_DEFINITION_LIST);

/// How a text is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// The text was not written here (`source:`): what an author must mend is only named.
    pub imported: bool,
}

/// Cuts the body of `file` into clauses. Spans of clauses and diagnostics are bytes of `file`.
pub fn parse(file: &str, body: Range<usize>, options: Options) -> (Text, Vec<Diagnostic>) {
    let source = &file[body.clone()];
    let (rewritten, mut diagnostics) = html::rewrite(source, options.imported);
    let mut broken = Vec::new();
    let callback = |link: BrokenLink<'_>| {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            broken.push((link.span, link.reference.to_string()));
        }
        None
    };
    let mut builder = Builder::new(&rewritten.text, options);
    for (event, range) in
        Parser::new_with_broken_link_callback(&rewritten.text, OPTIONS, Some(callback)).into_offset_iter()
    {
        builder.event(event, range);
    }
    builder.close_clause();
    let Builder { clauses, diagnostics: mut found, .. } = builder;
    found.extend(lint(&rewritten.text, options));
    for (span, reference) in broken {
        found.push(missing_reference(span, &reference, options));
    }
    let place = |span: Range<usize>| {
        let start = body.start + rewritten.origin(span.start);
        let end = body.start + rewritten.origin(span.end);
        start..end.clamp(start, body.end)
    };
    diagnostics.iter_mut().for_each(|d| d.span = d.span.start + body.start..d.span.end + body.start);
    diagnostics.extend(found.into_iter().map(|d| Diagnostic { span: place(d.span), ..d }));
    let placed = |c: address::Draft| address::Draft {
        span: place(c.span.clone()),
        explicit: c.explicit.map(|(id, span)| (id, place(span))),
        ..c
    };
    let clauses: Vec<address::Draft> = clauses.into_iter().map(placed).collect();
    let (clauses, sections, found) = address::assign(clauses, options.imported);
    diagnostics.extend(found);
    let canonical = canonical(source);
    let digest = digest(&canonical);
    let words = clauses.iter().map(|c| super::words::count(&c.content.text)).sum();
    let text = Text { canonical, digest, words, clauses, sections };
    diagnostics.extend(dangling_references(&text, file, options));
    (text, diagnostics)
}

/// References within the text (`#sharing`) that lead nowhere.
fn dangling_references(text: &Text, file: &str, options: Options) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for clause in &text.clauses {
        let mut places = Places::new(file, clause);
        for mark in &clause.content.marks {
            let Style::Link(link) = &mark.style else { continue };
            let Some(target) = link.strip_prefix('#').filter(|t| !t.is_empty() && text.resolve(t).is_none())
            else {
                continue;
            };
            let span = places.next(link);
            found.push(Diagnostic {
                code: "dangling-reference",
                severity: if options.imported { Severity::Warning } else { Severity::Error },
                span,
                message: format!("nothing in this text is called `{target}`"),
                hint: reference_hint(text, target),
                evidence: String::new(),
            });
        }
    }
    found
}

fn reference_hint(text: &Text, target: &str) -> String {
    let wanted = address::slug(target);
    let nearest =
        text.sections.iter().map(|s| (strsim::jaro_winkler(&s.id, &wanted), s)).filter(|(n, _)| *n > 0.75);
    match nearest.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, section)) => format!("did you mean `#{}`?", section.id),
        None => format!("give the clause it means that id: write `{{#{target}}}` after its heading"),
    }
}

/// The text under `c14n: 1`: no byte order mark, LF, one final newline, nothing else touched.
pub fn canonical(body: &str) -> String {
    let body = body.strip_prefix('\u{FEFF}').unwrap_or(body);
    let mut text = body.replace("\r\n", "\n").replace('\r', "\n");
    let end = text.trim_end_matches('\n').len();
    text.truncate(end);
    text.push('\n');
    text
}

/// `sha256:` and 64 hexadecimal digits.
pub fn digest(canonical: &str) -> String {
    super::digest::named(canonical.as_bytes())
}

fn missing_reference(span: Range<usize>, reference: &str, options: Options) -> Diagnostic {
    Diagnostic {
        code: "missing-reference",
        severity: if options.imported { Severity::Warning } else { Severity::Error },
        span,
        message: format!("nothing says where `[{reference}]` leads"),
        hint: format!("add a line `[{reference}]: https://…` at the end of the text"),
        evidence: String::new(),
    }
}
