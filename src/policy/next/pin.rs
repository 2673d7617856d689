//! Ids for headings that go by their words.

use crate::policy::Text;
use crate::policy::markdown::{Options, parse};

/// A text whose headings bear the ids they have: `## Sharing` becomes `## Sharing {#sharing}`. Nothing else
/// of it changes; a heading that could not be given its id without a change stays as it is.
pub fn pinned(body: &str) -> String {
    let text = read(body);
    let places: Vec<(usize, String)> = text
        .sections
        .iter()
        .filter_map(|section| {
            let clause = text.clauses.get(section.heading?).filter(|c| !c.pinned)?;
            let (start, id) = (clause.span.start, &section.id);
            // Of HTML only the place is known.
            if clause.span.is_empty() {
                let tag = body.get(start..)?.starts_with("<h").then_some(start + "<h1".len())?;
                return Some((tag, format!(" id=\"{id}\"")));
            }
            Some((start + end(body.get(clause.span.clone())?)?, format!(" {{#{id}}}")))
        })
        .collect();
    let all = with(body, &places);
    if is_same(&text, &read(&all)) {
        return all;
    }
    // One of them cannot be: the others are tried each by itself.
    let mut kept: Vec<(usize, String)> = Vec::new();
    for place in places {
        kept.push(place);
        if !is_same(&text, &read(&with(body, &kept))) {
            kept.pop();
        }
    }
    with(body, &kept)
}

fn read(body: &str) -> Text {
    parse(body, 0..body.len(), Options { imported: true }).0
}

/// Where an id goes in the source of a heading.
fn end(source: &str) -> Option<usize> {
    let line = |text: &str| text.trim_end().len();
    if source.trim_start().starts_with('#') {
        let first = source.lines().next()?.trim_end();
        let open = first.trim_end_matches('#');
        // `## Sharing ##`
        return Some(if open.ends_with([' ', '\t']) { line(open) } else { first.len() });
    }
    // The line above that of `=` or `-`.
    let source = source.trim_end();
    Some(line(&source[..source.rfind('\n')?]))
}

fn with(body: &str, places: &[(usize, String)]) -> String {
    let mut out = String::with_capacity(body.len() + 24 * places.len());
    let mut done = 0;
    for (at, id) in places {
        out.push_str(&body[done..*at]);
        out.push_str(id);
        done = *at;
    }
    out.push_str(&body[done..]);
    out
}

/// Whether a reader sees no difference, and each clause is called as it was.
fn is_same(old: &Text, new: &Text) -> bool {
    let alike = |(a, b): (&crate::policy::Clause, &crate::policy::Clause)| {
        a.id == b.id && a.kind == b.kind && a.path == b.path && a.content == b.content
    };
    old.clauses.len() == new.clauses.len()
        && old.sections == new.sections
        && old.clauses.iter().zip(&new.clauses).all(alike)
}

#[cfg(test)]
mod tests {
    use super::pinned;

    #[test]
    fn every_kind_of_heading_gets_its_id() {
        for (source, expected) in [
            ("## Sharing\n\nText.\n", "## Sharing {#sharing}\n\nText.\n"),
            ("## Sharing ##\n", "## Sharing {#sharing} ##\n"),
            ("##  *Our* [rules](#our-rules)  \n", "##  *Our* [rules](#our-rules) {#our-rules}  \n"),
            ("Sharing\n-------\n\nText.\n", "Sharing {#sharing}\n-------\n\nText.\n"),
            ("Two\nlines\n=====\n", "Two\nlines {#two-lines}\n=====\n"),
            ("<h2>Sharing</h2>\n\nText.\n", "<h2 id=\"sharing\">Sharing</h2>\n\nText.\n"),
            ("## A\n\n## A\n", "## A {#a}\n\n## A {#a-2}\n"),
            ("## 個人情報\n", "## 個人情報 {#個人情報}\n"),
        ] {
            assert_eq!(pinned(source), expected);
        }
    }

    #[test]
    fn ids_and_texts_stay() {
        for source in [
            "## Sharing {#other}\n",
            "## Sharing\n{: #other .wide}\n\nText.\n",
            "# Sharing {: #other }\n",
            "Only text.\n\n- an item {#item}\n",
            "```\n# code\n```\n",
            "> # Quoted\n",
            "",
        ] {
            assert_eq!(pinned(source), source);
        }
    }
}
