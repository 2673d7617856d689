//! Which clause became which.
