//! Templates, words and files that are built into the program. A test holds this list against the
//! folders it is made from.

macro_rules! table {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../", $folder, "/", $name)))),*]
    };
}

/// `templates/`, but for the words.
pub const TEMPLATES: &[(&str, &str)] = table!("templates":
    "404.html",
    "base.html",
    "compare.html",
    "compared-version.html",
    "history.html",
    "index.html",
    "policy-nav.html",
    "text.html",
    "version-entry.html",
);

/// `templates/messages/`, by language.
pub const MESSAGES: &[(&str, &str)] = &[
    ("en", include_str!("../../templates/messages/en.yaml")),
    ("es", include_str!("../../templates/messages/es.yaml")),
];

/// `static/`.
pub const STATICS: &[(&str, &str)] = table!("static":
    "favicon.svg",
    "site.js",
    "style.css",
);
