//! The file that says that a folder is ours, and which day its site was built for.
//!
//! ```text
//! clauseline 1
//! This folder is made by clauseline. …
//! as of 2026-11-22
//! ```
//!
//! Only the first word tells whose the folder is, so that every build there ever was takes the folder
//! of every other for what it is. The day is the last line; builds of long ago wrote none.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use chrono::NaiveDate;

use super::failed;
use crate::error::Error;
use crate::site::urls;

/// The file that says that a folder is ours.
pub const MARKER: &str = urls::MARKER;

/// Its first word and the number of the format, then words for whoever opens it.
pub(super) const MARKER_TEXT: &str = "clauseline 1\n\
    This folder is made by clauseline. Each build replaces it as a whole: keep nothing of your own here.\n";

/// What stands before the day.
const BUILT_FOR: &str = "as of ";

/// What is published in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Published {
    /// Nothing of ours.
    Nothing,
    /// A site that does not say for which day it was built.
    Undated,
    /// A site built for this day.
    On(NaiveDate),
}

/// The line that tells the day.
pub(super) fn built_for(day: NaiveDate) -> String {
    format!("{BUILT_FOR}{day}\n")
}

/// What is published in a folder, by its marker alone: a folder that holds nothing else will do.
pub fn published(folder: &Path) -> Result<Published, Error> {
    let marker = folder.join(MARKER);
    let text = match fs::read(&marker) {
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Published::Nothing);
        }
        read => read.map_err(|source| failed("read", &marker, source))?,
    };
    if !is_ours(&text) {
        return Ok(Published::Nothing);
    }
    let text = String::from_utf8_lossy(&text);
    let day = text.lines().rev().find_map(|line| line.strip_prefix(BUILT_FOR)?.trim_end().parse().ok());
    Ok(day.map_or(Published::Undated, Published::On))
}

/// Whether a folder is empty, or ours.
pub(super) fn may_go(folder: &Path) -> io::Result<bool> {
    let marked = match fs::read(folder.join(MARKER)) {
        Ok(text) => is_ours(&text),
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(error),
    };
    Ok(marked || fs::read_dir(folder)?.next().is_none())
}

fn is_ours(marker: &[u8]) -> bool {
    marker.starts_with(b"clauseline ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_read_from_the_last_line_that_tells_one() {
        let folder = tempfile::tempdir().unwrap();
        let read = |text: &str| {
            fs::write(folder.path().join(MARKER), text).unwrap();
            published(folder.path()).unwrap()
        };
        let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        assert_eq!(read(&(MARKER_TEXT.to_owned() + &built_for(day))), Published::On(day));
        assert_eq!(read(MARKER_TEXT), Published::Undated);
        assert_eq!(read("clauseline 1\r\nas of 2026-11-22\r\n"), Published::On(day));
        assert_eq!(read("somebody else's\nas of 2026-11-22\n"), Published::Nothing);
        assert_eq!(published(&folder.path().join("gone")).unwrap(), Published::Nothing);
    }
}
