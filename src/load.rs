//! The only file that reads the disk.
