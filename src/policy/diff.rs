//! What changed in each clause.
