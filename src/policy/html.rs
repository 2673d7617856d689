//! Raw HTML in markdown, read as what markdown can say.
