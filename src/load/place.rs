//! Where folders stand, for whoever watches them.

use std::path::{Path, PathBuf};

/// Whether there is such a folder.
pub fn is_there(dir: &Path) -> bool {
    dir.is_dir()
}

/// Where a folder stands or would stand: the folder above it with links followed, so that what is told
/// of it is told by this name; it may itself be a link, which can be changed.
pub fn place(dir: &Path) -> PathBuf {
    let name = dir.file_name();
    let above = dir.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (above.canonicalize(), name) {
        (Ok(above), Some(name)) => above.join(name),
        // `.` and `..` have no name of their own.
        _ => dir.canonicalize().unwrap_or_else(|_| dir.to_owned()),
    }
}
