//! What the author says about a version; splits it from the text.
