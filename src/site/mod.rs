//! Values in, pages in memory out.
