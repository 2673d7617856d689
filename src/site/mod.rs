//! Values in, pages in memory out.
pub mod assets;
pub mod html;
pub mod messages;
pub mod redline;
pub mod templates;
pub mod urls;
pub mod view;
/// Name and version.
pub const GENERATOR: &str = concat!("clauseline ", env!("CARGO_PKG_VERSION"));
