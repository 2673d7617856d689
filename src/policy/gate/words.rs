//! What changed, in the words of messages.

use crate::policy::diff::{Change, Relation};
use crate::policy::signals::{Signal, SignalKind};

/// What a change is, for the beginning of a sentence.
pub(super) fn happened(change: &Change) -> &'static str {
    match change.relation {
        Relation::Added => "this is new,",
        Relation::Removed => "a clause was removed,",
        Relation::Split => "this was split,",
        Relation::Merged => "this was joined out of several,",
        Relation::Renamed => "this has another title,",
        _ => "this changed,",
    }
}

/// Whether a signal says no more than that the clause came or went.
pub(super) fn is_whole(signal: &Signal) -> bool {
    matches!(signal.kind, SignalKind::Added | SignalKind::Removed)
}

/// `a number and a negation changed`, `a whole clause came`
pub(super) fn told(signals: &[Signal]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for kind in signals.iter().filter(|s| !is_whole(s)).map(|s| s.kind.in_words()) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let whole = signals.iter().find_map(|s| match s.kind {
        SignalKind::Added => Some("a whole clause came"),
        SignalKind::Removed => Some("a whole clause went"),
        _ => None,
    });
    match (whole, kinds.as_slice()) {
        (Some(whole), _) => whole.to_owned(),
        (None, [one]) => format!("{one} changed"),
        (None, [all @ .., last]) => format!("{} and {last} changed", all.join(", ")),
        (None, []) => String::new(),
    }
}

/// A signal in plain text.
pub(super) fn shown(signal: &Signal) -> String {
    let mark = |text: &str, open: &str, close: &str| {
        if text.is_empty() { String::new() } else { format!(" {open}{text}{close}") }
    };
    let kind = signal.kind.in_words();
    if signal.old == signal.new {
        return format!("{kind} {}", signal.new);
    }
    format!("{kind}{}{}", mark(&signal.old, "[-", "-]"), mark(&signal.new, "{+", "+}"))
}
