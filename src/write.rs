//! The only file that writes the disk.
