//! What the legal team says of each change: `changes` and `was`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::vocabulary::{CATEGORIES, DIRECTIONS};
use crate::diagnostic::Diagnostic;
use crate::policy::yaml::{Fields, Node, NodeKind, Shape, quoted};
use crate::policy::{ChangeNote, settings};

/// `changes`
pub(super) fn changes(fields: &Fields<'_>, shape: &Shape, out: &mut Vec<Diagnostic>) -> Vec<ChangeNote> {
    let (text, damaged) = fields.context();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut notes = Vec::new();
    for item in fields.items("changes", "clause: …", out) {
        let Some(entry) = Fields::new(text, item, damaged, shape, out) else { continue };
        let note = change(&entry, shape, out);
        for (id, span) in &note.clauses {
            let line = text[..span.start].matches('\n').count() + 1;
            if let Some(other) = seen.insert(id.clone(), line) {
                out.push(Diagnostic::error(
                    "clause-twice",
                    span.clone(),
                    format!("`changes` speaks of {} twice", quoted(id)),
                    format!("say all about it in the entry on line {other}, and delete it here"),
                ));
            }
        }
        notes.push(note);
    }
    notes
}

fn change(fields: &Fields<'_>, shape: &Shape, out: &mut Vec<Diagnostic>) -> ChangeNote {
    let classifies = shape.keys.contains(&"material");
    let missing = "this entry does not say which clause it is about";
    fields.require("clause", missing, "add `clause: …` with the id of a section or clause", out);
    let clauses = fields.texts("clause", out).unwrap_or_default();
    let clauses = clauses.into_iter().filter_map(|(id, node)| clause_id(id, node, out)).collect();
    if classifies {
        let missing = "this entry does not say whether the change is material";
        fields.require("material", missing, "add `material: true` or `material: false`", out);
    }
    let affects = fields.texts("affects", out).unwrap_or_default();
    let note = ChangeNote {
        clauses,
        material: fields.flag("material", out),
        category: fields.word("category", CATEGORIES, out),
        direction: fields.word("direction", DIRECTIONS, out),
        affects: affects.into_iter().map(|(text, _)| text.to_owned()).collect(),
        summary: fields.text("summary", out),
        reason: fields.text("reason", out),
    };
    if note.material == Some(true) || !classifies {
        let missing = if classifies {
            "a material change needs a summary for users"
        } else {
            "a translated change is its summary"
        };
        fields.require("summary", missing, "add `summary: …` in plain words", out);
    }
    note
}

fn clause_id(id: &str, node: &Node, out: &mut Vec<Diagnostic>) -> Option<(String, Range<usize>)> {
    let bare = id.trim().trim_start_matches('{').trim_start_matches('#').trim_end_matches('}');
    if settings::is_clause_id(id) {
        return Some((id.to_owned(), node.span.clone()));
    }
    let hint = if settings::is_clause_id(bare) {
        format!("write `{bare}`")
    } else {
        "write the id of a section or clause as it stands in `{#id}`; several as a list: `[cookies, storage.2]`".to_owned()
    };
    let message = format!("{} is not the id of a clause", quoted(id));
    out.push(Diagnostic::error("bad-id", node.span.clone(), message, hint));
    None
}

/// `was`
pub(super) fn was(fields: &Fields<'_>, out: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let mut renamed = BTreeMap::new();
    let Some(node) = fields.map("was", out) else { return renamed };
    let NodeKind::Map(pairs) = &node.kind else {
        out.push(Diagnostic::error(
            "wrong-type",
            node.span.clone(),
            "`was` names each new id and its old one",
            "write `was: {new-id: old-id}`",
        ));
        return renamed;
    };
    for (new, old) in pairs {
        let id = |node: &Node, out: &mut Vec<Diagnostic>| match &node.kind {
            NodeKind::Scalar { text, .. } => clause_id(text, node, out),
            _ => {
                let hint = "write `was: {new-id: old-id}`, one old id for each new one";
                out.push(Diagnostic::error("wrong-type", node.span.clone(), "an id is one word", hint));
                None
            }
        };
        let (new_id, old_id) = (id(new, out), id(old, out));
        let (Some((new_id, span)), Some((old_id, _))) = (new_id, old_id) else { continue };
        if new_id == old_id {
            let message = format!("{} was already called that", quoted(&new_id));
            let hint = "delete it: ids that stay need no word";
            out.push(Diagnostic::error("was-itself", span, message, hint));
        }
        renamed.insert(new_id, old_id);
    }
    renamed
}
