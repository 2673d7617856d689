//! The one test binary; see the modules.

mod mistakes;
