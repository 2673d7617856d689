//! What imports read: the file that lies elsewhere, and what stands already where its versions go.

#![allow(clippy::disallowed_methods, reason = "part of the one file that reads the disk")]

use std::collections::BTreeSet;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::{LARGEST, names};
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::policy::{calendar, settings};

/// Reads the bytes of a file that is to be imported; `None` where it is larger than what is read.
pub fn raw(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    let file = fs::File::open(path).map_err(Error::read(path))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(Error::read(path))?;
    Ok((bytes.len() as u64 <= LARGEST).then_some(bytes))
}

/// The bytes of a file that need not be there.
pub fn if_there(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        read => read.map(Some).map_err(Error::read(path)),
    }
}

/// The time zone of a site, where there is one that says it.
pub fn time_zone(content: &Path) -> Result<Option<calendar::Tz>, Error> {
    let Some(bytes) = if_there(&content.join("site.yaml"))? else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes);
    Ok(settings::site(&text).0.map(|site| site.time_zone))
}

/// What is wrong with the id of a policy that is to be made, and what to call it.
pub fn unfit(id: &str) -> Option<Diagnostic> {
    names::policy_id(id, &BTreeSet::new())
}
