//! Templates, words and files that are built into the program. A test holds this list against the
//! folders it is made from.

macro_rules! table {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../", $folder, "/", $name)))),*]
    };
}

/// `templates/`, words included.
pub const TEMPLATES: &[(&str, &str)] = table!("templates":
    "404.html",
    "accepted.html",
    "base.html",
    "changes.html",
    "chooser.html",
    "clause.html",
    "clauses.html",
    "compare.html",
    "compared-version.html",
    "developers.html",
    "feed-entry.html",
    "feed.xml",
    "find.html",
    "follow.html",
    "head.html",
    "history.html",
    "index.html",
    "kept.html",
    "lag.html",
    "latest.html",
    "legend.html",
    "messages/ar.yaml",
    "messages/de.yaml",
    "messages/en.yaml",
    "messages/es.yaml",
    "messages/fr.yaml",
    "numbers.html",
    "passed.html",
    "picture.html",
    "policy-nav.html",
    "reach.html",
    "redline.html",
    "ref.html",
    "replaced.html",
    "schema.html",
    "search.html",
    "signals.html",
    "since.html",
    "size.html",
    "stamp.html",
    "switches.html",
    "text.html",
    "texts/banner.txt",
    "texts/lead.txt",
    "texts/plain.txt",
    "texts/subject.txt",
    "totals.html",
    "travelled.html",
    "version-entry.html",
    "way.html",
);

/// `static/`.
pub const STATICS: &[(&str, &str)] = table!("static":
    "favicon.svg",
    "search.js",
    "site.js",
    "style.css",
);
