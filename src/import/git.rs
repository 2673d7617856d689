//! The history of a file, made into versions.
