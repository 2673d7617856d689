//! Markdown to clauses; the only user of pulldown-cmark.
