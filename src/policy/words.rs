//! Text cut into words, spaces and punctuation.
