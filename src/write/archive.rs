//! Files in memory to one archive on the disk.
//!
//! A zip file, which everybody can open by a click. The same files give the same bytes, on any machine
//! and in any year: nothing is compressed, so no compressor has a say, every file has the first day
//! that a zip file knows of, and they stand in the order in which they are given. The archive appears
//! whole or not at all.

use std::io::{self, Cursor, Write as _};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::failed;
use super::files::{NewFile, put};
use crate::error::Error;
use crate::site::Page;

/// Writes an archive in which the files lie in one folder, so that unpacking it strews nothing.
pub fn archive(path: &Path, folder: &str, files: &[Page]) -> Result<(), Error> {
    let contents = packed(folder, files).map_err(|source| failed("pack", path, source))?;
    put(&[NewFile { path: path.to_owned(), contents, replace: true }])
}

fn packed(folder: &str, files: &[Page]) -> io::Result<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for page in files {
        zip.start_file(format!("{folder}/{}", page.path), options)?;
        zip.write_all(&page.contents)?;
    }
    Ok(zip.finish()?.into_inner())
}
