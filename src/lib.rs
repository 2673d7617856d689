//! Versioned policies in, a published site with their history out.

pub mod cli;
pub mod diagnostic;
pub mod error;
pub mod load;
pub mod policy;
pub mod site;
pub mod write;
