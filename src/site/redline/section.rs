//! A part of a redline, on another page than the whole.

use std::cell::Cell;

use super::{Shown, Writer, order, shared_containers};
use crate::policy::history::Comparison;
use crate::policy::{Clause, ClauseKind};
use crate::site::html::{Frame, Links};
use crate::site::messages::Messages;

/// The level of its first headings: it stands below headings of its own.
pub(super) const TOP: usize = 5;

/// The entries of a comparison for which `shown` holds. Their numbers are those of the whole redline,
/// at the address `whole`, and lead there; `table_label` names the tables.
pub fn section(
    comparison: &Comparison<'_>,
    numbers: &[Option<usize>],
    (links, messages): (Links<'_>, &Messages),
    whole: &str,
    table_label: &str,
    shown: &dyn Fn(usize) -> bool,
) -> String {
    let writer = Writer {
        comparison,
        numbers,
        links,
        messages,
        containers: shared_containers(comparison),
        level: Cell::new(TOP - 1),
        whole: Some(whole),
    };
    let mut out = String::new();
    let mut frame = Frame::new(table_label).of_another_page();
    // Without the head of its table or the term it defines nobody understands a row or a definition.
    let mut lead: Option<Shown> = None;
    for item in order(comparison) {
        let (change, clause) = match item {
            Shown::New { change, part } => (
                change,
                comparison.diff.changes[change].new.get(part).and_then(|n| comparison.new.clauses.get(*n)),
            ),
            Shown::Old { change, clause, .. } => (change, comparison.old.clauses.get(clause)),
        };
        match clause.map(leads) {
            Some(Role::Lead) => lead = Some(item),
            Some(Role::Free) => lead = None,
            Some(Role::Led) | None => {}
        }
        if !shown(change) {
            continue;
        }
        // A lead that is shown itself was written when it came.
        if let Some(lead) = lead.take().filter(|lead| !shown(lead.change())) {
            writer.write(&mut out, &mut frame, lead);
        }
        writer.write(&mut out, &mut frame, item);
    }
    frame.leave(&mut out, 0);
    out
}

impl Writer<'_> {
    /// Where a change stands.
    pub(super) fn place(&self, n: usize) -> String {
        format!("{}#change-{n}", self.whole.unwrap_or_default())
    }
}

impl Shown {
    /// The change it is of.
    pub(super) fn change(self) -> usize {
        match self {
            Self::New { change, .. } | Self::Old { change, .. } => change,
        }
    }
}

/// What a clause is to those beside it.
enum Role {
    /// It says what those below it are about.
    Lead,
    /// It is below one that does.
    Led,
    /// Neither.
    Free,
}

fn leads(clause: &Clause) -> Role {
    match clause.kind {
        ClauseKind::Term | ClauseKind::Row { header: true } => Role::Lead,
        ClauseKind::Row { header: false } | ClauseKind::Definition => Role::Led,
        _ if clause.path.is_empty() => Role::Free,
        _ => Role::Led,
    }
}
