//! The keys and words of front matter, and what people try in their place.

use crate::policy::yaml::{Shape, Words};
use crate::policy::{Action, Category, Direction, Fidelity};

pub(super) const VERSION: Shape = Shape {
    place: "a version's front matter",
    keys: &[
        "effective",
        "announced",
        "kind",
        "corrects",
        "reverts",
        "summary",
        "action",
        "changes",
        "was",
        "source",
        "draft",
        "withdrawn",
        "notice_exception",
    ],
    tried: &[
        ("title", "a version has no title of its own: put `title` into `policy.yaml`"),
        ("acceptance", "put `acceptance` into `policy.yaml`"),
        ("notice", "put `notice` into `policy.yaml`"),
        ("controlling_language", "put `controlling_language` into `policy.yaml`"),
        ("language", "the language stands in the file's name: `2018-05-15.es.md`"),
        ("lang", "the language stands in the file's name: `2018-05-15.es.md`"),
        ("version", "delete this line: the file's name is the version's id"),
        ("id", "delete this line: the file's name is the version's id"),
        ("material", "materiality is said of each change: put it below `changes`"),
        ("category", "put it below `changes`, beside the `clause` it is about"),
        ("date", "write `effective: …` for the day it takes effect"),
        ("effective_date", "write `effective: …`"),
        ("effective_at", "write `effective: …`"),
        ("in_force", "write `effective: …`"),
        ("published", "write `announced: …` for the day it was made known"),
        ("posted", "write `announced: …` for the day it was made known"),
        ("last_updated", "write `effective: …` for the day it takes effect"),
        ("updated", "write `effective: …` for the day it takes effect"),
        ("description", "write `summary: …`"),
        ("status", "say `draft: true` while it is a draft, else delete the line"),
        ("type", "write `kind: …`"),
        ("renamed", "write `was: …` with the new id and the old one: `was: {new-id: old-id}`"),
    ],
};

pub(super) const TRANSLATION: Shape = Shape {
    place: "a translation's front matter",
    keys: &["title", "summary", "changes", "draft"],
    tried: &[
        ("effective", "delete this line: a translation takes effect with its version"),
        ("announced", "delete this line: a translation has the dates of its version"),
        ("kind", "delete this line: only the version itself has a kind"),
        ("action", "delete this line: only the version itself says what users are owed"),
        ("was", "delete this line: ids are those of the version"),
        ("source", "delete this line: only the version itself has a source"),
        ("language", "delete this line: the language stands in the file's name"),
        ("lang", "delete this line: the language stands in the file's name"),
    ],
};

pub(super) const CHANGE: Shape = Shape {
    place: "an entry of `changes`",
    keys: &["clause", "material", "category", "direction", "affects", "summary", "reason"],
    tried: &[
        ("clauses", "write `clause: …`; it may be a list"),
        ("section", "write `clause: …`; a section is named like a clause"),
        ("id", "write `clause: …`"),
        ("description", "write `summary: …`"),
        ("why", "write `reason: …`"),
    ],
};

pub(super) const TRANSLATED_CHANGE: Shape = Shape {
    place: "an entry of a translation's `changes`",
    keys: &["clause", "summary"],
    tried: &[
        ("material", "delete this line: only the version itself classifies"),
        ("category", "delete this line: only the version itself classifies"),
        ("direction", "delete this line: only the version itself classifies"),
        ("affects", "delete this line: only the version itself classifies"),
        ("reason", "delete this line: reasons stand in the version itself"),
        ("clauses", "write `clause: …`; it may be a list"),
        ("section", "write `clause: …`; a section is named like a clause"),
    ],
};

pub(super) const SOURCE: Shape = Shape {
    place: "`source`",
    keys: &["url", "captured", "date", "fidelity"],
    tried: &[
        ("link", "write `url: …`"),
        ("retrieved", "write `captured: …`"),
        ("accessed", "write `captured: …`"),
    ],
};

/// `kind`, without what it is of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::policy) enum KindWord {
    Initial,
    Amendment,
    Correction,
    Revert,
}

pub(in crate::policy) const KINDS: &Words<KindWord> = &[
    ("initial", KindWord::Initial),
    ("amendment", KindWord::Amendment),
    ("correction", KindWord::Correction),
    ("revert", KindWord::Revert),
];

pub(in crate::policy) const ACTIONS: &Words<Action> =
    &[("none", Action::None), ("notice", Action::Notice), ("reaccept", Action::Reaccept)];

pub(super) const CATEGORIES: &Words<Category> = &[
    ("data-collected", Category::DataCollected),
    ("purposes", Category::Purposes),
    ("legal-basis", Category::LegalBasis),
    ("controller-identity", Category::ControllerIdentity),
    ("third-party-sharing", Category::ThirdPartySharing),
    ("transfers", Category::Transfers),
    ("retention", Category::Retention),
    ("security", Category::Security),
    ("your-rights", Category::YourRights),
    ("children", Category::Children),
    ("cookies", Category::Cookies),
    ("contact", Category::Contact),
    ("changes-to-policy", Category::ChangesToPolicy),
    ("disputes", Category::Disputes),
    ("other", Category::Other),
];

pub(super) const DIRECTIONS: &Words<Direction> = &[
    ("more-protective", Direction::MoreProtective),
    ("less-protective", Direction::LessProtective),
    ("neutral", Direction::Neutral),
];

pub(super) const FIDELITIES: &Words<Fidelity> = &[
    ("original", Fidelity::Original),
    ("extracted", Fidelity::Extracted),
    ("reconstructed", Fidelity::Reconstructed),
];

/// The word that means a value.
pub(in crate::policy) fn word_for<T: PartialEq>(words: &Words<T>, value: &T) -> Option<&'static str> {
    words.iter().find(|(_, meant)| meant == value).map(|(word, _)| *word)
}
