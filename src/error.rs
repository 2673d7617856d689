//! Failures of the machine: path and cause.
