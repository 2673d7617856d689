//! The line of versions of a policy.
