//! The words for values, the same in pages, in JSON and in the content format.

use crate::policy::diff::{Class, Relation};
use crate::policy::history::{Materiality, Status};
use crate::policy::signals::SignalKind;
use crate::policy::terms::Definition;
use crate::policy::{Acceptance, Action, Category, Channel, Direction, Fidelity, Kind, Part};

/// The word for a relation, as everywhere.
pub fn relation_name(relation: Relation) -> &'static str {
    match relation {
        Relation::Unchanged => "unchanged",
        Relation::Modified => "modified",
        Relation::Added => "added",
        Relation::Removed => "removed",
        Relation::Moved => "moved",
        Relation::Renamed => "renamed",
        Relation::Split => "split",
        Relation::Merged => "merged",
    }
}

/// The word for a class of change.
pub fn class_name(class: Class) -> &'static str {
    match class {
        Class::Wording => "wording",
        Class::Link => "link",
        Class::Formatting => "formatting",
        Class::Typography => "typography",
        Class::Numbering => "numbering",
        Class::Date => "date",
        Class::Case => "case",
    }
}

/// The name of a policy's part in a site: the link relation of RFC 6903.
pub fn part_name(part: Part) -> &'static str {
    match part {
        Part::PrivacyPolicy => "privacy-policy",
        Part::TermsOfService => "terms-of-service",
    }
}

/// What the days of a version are.
pub fn dates_name(is_captured: bool) -> &'static str {
    if is_captured { "captured" } else { "stated" }
}

/// The word for a kind of signal.
pub fn signal_name(kind: SignalKind) -> &'static str {
    match kind {
        SignalKind::Added => "added",
        SignalKind::Removed => "removed",
        SignalKind::Negation => "negation",
        SignalKind::Modal => "modal",
        SignalKind::Duration => "duration",
        SignalKind::Number => "number",
        SignalKind::Date => "date",
        SignalKind::Party => "party",
        SignalKind::Channel => "channel",
        SignalKind::Term => "term",
    }
}

/// The word for what became of a definition.
pub fn definition_name(definition: &Definition) -> &'static str {
    match (&definition.old, &definition.new) {
        (None, _) => "added",
        (_, None) => "removed",
        _ => "changed",
    }
}

/// The word for where a version stands.
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Draft => "draft",
        Status::Upcoming => "upcoming",
        Status::InForce => "in-force",
        Status::Corrected => "corrected",
        Status::Superseded => "superseded",
        Status::Withdrawn => "withdrawn",
    }
}

/// The word for a kind of version.
pub fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Initial => "initial",
        Kind::Amendment => "amendment",
        Kind::Correction(_) => "correction",
        Kind::Revert(_) => "revert",
    }
}

/// The word for a materiality.
pub fn materiality_name(materiality: Materiality) -> &'static str {
    match materiality {
        Materiality::Material => "material",
        Materiality::NotMaterial => "not-material",
        Materiality::NotClassified => "not-classified",
    }
}

/// The word for what is owed.
pub fn action_name(action: Option<Action>) -> &'static str {
    match action {
        Some(Action::None) => "none",
        Some(Action::Notice) => "notice",
        Some(Action::Reaccept) => "reaccept",
        None => "unknown",
    }
}

/// The word for a category.
pub fn category_name(category: Category) -> &'static str {
    match category {
        Category::DataCollected => "data-collected",
        Category::Purposes => "purposes",
        Category::LegalBasis => "legal-basis",
        Category::ControllerIdentity => "controller-identity",
        Category::ThirdPartySharing => "third-party-sharing",
        Category::Transfers => "transfers",
        Category::Retention => "retention",
        Category::Security => "security",
        Category::YourRights => "your-rights",
        Category::Children => "children",
        Category::Cookies => "cookies",
        Category::Contact => "contact",
        Category::ChangesToPolicy => "changes-to-policy",
        Category::Disputes => "disputes",
        Category::Other => "other",
    }
}

/// The word for a direction.
pub fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::MoreProtective => "more-protective",
        Direction::LessProtective => "less-protective",
        Direction::Neutral => "neutral",
    }
}

/// The word for a way of accepting.
pub fn acceptance_name(acceptance: Acceptance) -> &'static str {
    match acceptance {
        Acceptance::ContinuedUse => "continued-use",
        Acceptance::Explicit => "explicit",
    }
}

/// The word for how close a text is to its original.
pub fn fidelity_name(fidelity: Fidelity) -> &'static str {
    match fidelity {
        Fidelity::Original => "original",
        Fidelity::Extracted => "extracted",
        Fidelity::Reconstructed => "reconstructed",
    }
}

/// The word for a means of notice.
pub fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::Page => "page",
        Channel::Link => "link",
        Channel::Homepage => "homepage",
        Channel::Site => "site",
        Channel::Email => "email",
        Channel::InWriting => "in-writing",
    }
}
