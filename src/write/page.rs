//! The files of a site, one by one: which paths they may have, and when one is as it was.

use std::fs::{self, File};
use std::path::{Component, Path};

use crate::site::urls;

/// Relative, of plain names only, and neither the marker nor the list of digests, nor anything another
/// system would read as a path of another kind.
pub(super) fn is_page_path(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\0', '\\'])
        && ![urls::MARKER, urls::SUMS].iter().any(|ours| path.eq_ignore_ascii_case(ours))
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// A file of a site that is as it was keeps the time at which it became so: servers tell by it, and by the size,
/// whether who asks again has it already. Where that cannot be done, it is sent once more.
pub(super) fn keep_time(last: &Path, contents: &[u8], file: &File) {
    let same = |old: &fs::Metadata| old.is_file() && old.len() == contents.len() as u64;
    let time = fs::symlink_metadata(last).ok().filter(same).and_then(|old| old.modified().ok());
    if let Some(time) = time
        && fs::read(last).is_ok_and(|old| old == contents)
    {
        let _ = file.set_modified(time);
    }
}
