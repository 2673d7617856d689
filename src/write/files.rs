//! Files put beside others, into a folder that is somebody's work: each whole or not at all, and none in
//! the place of another.

#![allow(clippy::disallowed_methods, reason = "part of the one file that writes the disk")]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::failed;
use crate::error::Error;

/// Writes files that are not there yet, and the folders they lie in.
///
/// All are written beside their places first, so that a full disk leaves none; then each takes its place by
/// a rename. A file that stands there by then stays, and is an error.
pub fn add(files: &[(PathBuf, String)]) -> Result<(), Error> {
    let mut staged = Vec::new();
    for (path, text) in files {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|source| failed("create", folder, source))?;
        staged.push((stage(folder, text).map_err(|source| failed("write", path, source))?, path));
    }
    for (file, path) in staged {
        file.persist_noclobber(path).map_err(|error| failed("write", path, error.error))?;
    }
    Ok(())
}

fn stage(folder: &Path, text: &str) -> std::io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".clauseline-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
