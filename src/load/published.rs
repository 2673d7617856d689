//! A published folder, for those who verify it. Links are named and never followed, and of what is no file
//! nothing is read: the folder may come from anybody.

#![allow(clippy::disallowed_methods, reason = "part of the one file that reads the disk")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::{slashed, walk_error};
use crate::error::Error;

/// How many bytes are read at a time.
const PIECE: usize = 64 * 1024;

/// A published folder.
#[derive(Debug)]
pub struct PublishedFolder {
    dir: PathBuf,
    /// What lies in it, by paths with `/`.
    pub entries: BTreeMap<String, Kind>,
}

/// What lies at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A link.
    Link,
    /// Something else, or something whose name is no text.
    Other,
}

impl PublishedFolder {
    /// Looks at what is in a folder.
    pub fn list(dir: &Path) -> Result<Self, Error> {
        super::require_folder(dir)?;
        let mut entries = BTreeMap::new();
        for entry in WalkDir::new(dir).follow_links(false).min_depth(1) {
            let entry = entry.map_err(|error| walk_error(dir, error))?;
            let (path, kind) = (entry.path().strip_prefix(dir).unwrap_or(entry.path()), entry.file_type());
            let kind = match () {
                () if kind.is_dir() => continue,
                () if path.to_str().is_none() => Kind::Other,
                () if kind.is_file() => Kind::File,
                () if kind.is_symlink() => Kind::Link,
                () => Kind::Other,
            };
            entries.insert(slashed(path), kind);
        }
        Ok(Self { dir: dir.to_owned(), entries })
    }

    /// Hands over the bytes of a file in pieces.
    pub fn pieces(&self, path: &str, take: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> Result<(), Error> {
        let path = self.dir.join(path);
        let mut file = fs::File::open(&path).map_err(Error::read(&path))?;
        let mut piece = vec![0; PIECE];
        loop {
            let length = match file.read(&mut piece) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.map_err(Error::read(&path))?,
            };
            if length == 0 || take(&piece[..length]).is_break() {
                return Ok(());
            }
        }
    }
}
