//! Single files of the content: what commands write there for people and for themselves.
//!
//! Each file is written whole beside its place and forced to the disk before any takes its place, so that
//! whoever is killed leaves every file as it was or as it was to be. Between files there is no such
//! promise, but that new files of which one cannot be written are all taken away again: those named first are
//! in their places first.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A file to be.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// Where.
    pub path: PathBuf,
    /// What is in it.
    pub contents: Vec<u8>,
    /// Whether one that is there already is replaced; else it is kept, and nothing is written at all.
    pub replace: bool,
}

/// Writes files, and the folders they stand in. Where anything can be known to fail nothing is written.
pub fn put(files: &[NewFile]) -> Result<(), Error> {
    let mut staged = Vec::new();
    for file in files {
        if !file.replace && fs::symlink_metadata(&file.path).is_ok() {
            return Err(failed("create", &file.path, ErrorKind::AlreadyExists.into()));
        }
        // A link stays a link: what it leads to is replaced.
        let place = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        staged.push((stage(&place, &file.contents)?, place, file.replace));
    }
    let mut made: Vec<PathBuf> = Vec::new();
    for (temporary, place, replace) in staged {
        let put = if replace { temporary.persist(&place) } else { temporary.persist_noclobber(&place) };
        if let Err(error) = put {
            // What came into being with it goes with it.
            made.iter().for_each(|path| drop(fs::remove_file(path)));
            return Err(failed("write", &place, error.error));
        }
        if !replace {
            made.push(place);
        }
    }
    Ok(())
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> Error {
    Error::Write { path: path.to_owned(), action, source }
}

/// Writes a file whole, beside its place.
fn stage(place: &Path, contents: &[u8]) -> Result<tempfile::NamedTempFile, Error> {
    let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|source| failed("create the folder", folder, source))?;
    let write = || -> io::Result<tempfile::NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        // Hidden, so that a content folder that is read meanwhile does not see it.
        builder.prefix(".clauseline-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(contents)?;
        if let Ok(old) = fs::metadata(place) {
            file.as_file().set_permissions(old.permissions())?;
        }
        file.as_file().sync_all()?;
        Ok(file)
    };
    write().map_err(|source| failed("write", place, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_files_come_together_or_not_at_all() {
        let place = tempfile::tempdir().unwrap();
        let file =
            |name: &str| NewFile { path: place.path().join(name), contents: b"x".to_vec(), replace: false };
        // The second of one name finds the first in its place.
        assert!(put(&[file("a"), file("b"), file("b")]).is_err());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
        put(&[file("a"), file("b")]).unwrap();
        assert!(put(&[file("c"), file("a")]).is_err());
        assert_eq!(fs::read_dir(place.path()).unwrap().count(), 2);
    }
}
