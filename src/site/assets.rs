//! What is built into the binary.

/// Templates: path within `templates/`, text.
pub const TEMPLATES: &[(&str, &str)] = &[];

/// Assets: path within `static/`, bytes.
pub const STATICS: &[(&str, &[u8])] = &[];
