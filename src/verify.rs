//! Whether a published folder is as it was published: all that can be known from the folder alone, from an
//! older copy of it, and from a key.
//!
//! Pure: files are asked for one after another and piece by piece ([`PublishedFolder`]), so that no site is too
//! large to be looked at. Nothing in the folder is trusted: its JSON is taken apart as it stands, and not
//! read into the types that this version of the program writes, so that a folder of an older or a newer one
//! is judged by the same rules.
//!
//! Each child asks one question. First come the bytes of every file (`sums`); a file that fails there is
//! named and not judged any further by what others say of it, so that what was touched is named and not what
//! lies beside it. Whoever touches a file and writes its digest anew fails what comes after: the record of a
//! version by its own digest, by the records that follow it and by the heads of `chain.json` (`records`); an
//! event by the digest of the log (`log`); what services are told by the records (`told`). Who makes the
//! whole folder anew is found by an older copy (`earlier`) or by the signature (`signature`), and by nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::load::{Kind, PublishedFolder};
use crate::policy::public_key::PublicKey;
use crate::site::urls;

mod earlier;
mod json;
mod log;
mod records;
mod signature;
mod sums;
mod told;

pub use earlier::Earlier;
pub use signature::key_line;

/// The largest file that is read as JSON or as a list; of others any length is.
const LARGEST: usize = 512 * 1024 * 1024;

/// Something that is not as it was published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file, by its path in the folder.
    pub file: String,
    /// A stable name for this kind of fault.
    pub code: &'static str,
    /// What is wrong with it.
    pub what: String,
    /// What that means for whoever reads it.
    pub means: &'static str,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// All that is wrong, by file.
    pub faults: Vec<Fault>,
    /// What else is to be known: what could not be checked, and how to.
    pub notes: Vec<String>,
    /// How many files were compared with their digests.
    pub files: usize,
    /// How many records.
    pub records: usize,
    /// How many events.
    pub events: usize,
}

/// Looks at a folder. `None` where it holds no site of ours at all.
pub fn verify(
    files: &PublishedFolder,
    key: Option<&PublicKey>,
    earlier: Option<&Earlier<'_>>,
) -> Result<Option<Verdict>, Error> {
    let ours = |path: &String| [urls::SUMS, urls::CHAIN].contains(&path.as_str()) || records::is_record(path);
    if !files.entries.keys().any(ours) {
        return Ok(None);
    }
    let mut site = Published::new(files);
    sums::check(&mut site)?;
    let chain = records::chain(&mut site)?;
    let known = records::check(&mut site, chain.as_ref())?;
    let log = log::check(&mut site, chain.as_ref(), earlier)?;
    told::check(&mut site, &known, &log)?;
    signature::check(&mut site, key, chain.as_ref(), earlier.is_some())?;
    if let Some(earlier) = earlier {
        earlier.check(&mut site, chain.as_ref(), &known, &log)?;
    }
    let Published { mut faults, mut notes, compared, .. } = site;
    faults.sort();
    faults.dedup();
    notes.dedup();
    let verdict = Verdict { faults, notes, files: compared, records: known.len(), events: log.last_seq };
    Ok(Some(verdict))
}

/// What is known of the folder so far.
struct Published<'f> {
    files: &'f PublishedFolder,
    /// Of each file, as it is.
    digests: BTreeMap<String, String>,
    /// What was named already, by its own bytes. Nobody else is blamed for it.
    touched: BTreeSet<String>,
    /// What lies there and is no part of the site.
    strangers: BTreeSet<String>,
    /// How many files are listed and there.
    compared: usize,
    faults: Vec<Fault>,
    notes: Vec<String>,
}

impl<'f> Published<'f> {
    fn new(files: &'f PublishedFolder) -> Self {
        let (digests, touched, strangers, compared, faults, notes) = Default::default();
        Self { files, digests, touched, strangers, compared, faults, notes }
    }

    fn has(&self, path: &str) -> bool {
        self.files.entries.get(path) == Some(&Kind::File)
    }

    /// Whether nothing is known against a file.
    fn is_sound(&self, path: &str) -> bool {
        !self.touched.contains(path)
    }

    fn fault(&mut self, file: &str, code: &'static str, what: impl Into<String>, means: &'static str) {
        self.faults.push(Fault { file: file.to_owned(), code, what: what.into(), means });
    }

    /// A file that is wrong by itself.
    fn touched(&mut self, file: &str, code: &'static str, what: impl Into<String>, means: &'static str) {
        self.touched.insert(file.to_owned());
        self.fault(file, code, what, means);
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// The bytes of a file; `None` where it is not there, or larger than what is read.
    fn bytes(&mut self, path: &str, largest: usize) -> Result<Option<Vec<u8>>, Error> {
        if !self.has(path) {
            return Ok(None);
        }
        let bytes = bytes(self.files, path, largest)?;
        if bytes.is_none() {
            let what = format!("it is larger than {} MiB", largest >> 20);
            self.touched(
                path,
                "too-large",
                what,
                "no file of ours is of that size, and nobody should read it",
            );
        }
        Ok(bytes)
    }

    /// A file as JSON; `None` where it is not there, or is none.
    fn json<T: DeserializeOwned>(&mut self, path: &str) -> Result<Option<T>, Error> {
        let Some(bytes) = self.bytes(path, LARGEST)? else { return Ok(None) };
        match serde_json::from_slice(&bytes) {
            Ok(value) => Ok(Some(value)),
            Err(error) => {
                let what = format!("it cannot be read: {error}");
                self.touched(path, "unreadable", what, "it is cut off, damaged or no file of ours");
                Ok(None)
            }
        }
    }
}

/// The bytes of a file; `None` where there are more than what is read.
fn bytes(files: &PublishedFolder, path: &str, largest: usize) -> Result<Option<Vec<u8>>, Error> {
    let mut bytes = Vec::new();
    files.pieces(path, &mut |piece| {
        bytes.extend_from_slice(piece);
        if bytes.len() > largest { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok((bytes.len() <= largest).then_some(bytes))
}

/// The beginning of a digest, which is enough to tell it from another.
fn short(digest: &str) -> String {
    match digest.char_indices().nth("sha256:".len() + 12) {
        Some((end, _)) => shown(&digest[..end]) + "…",
        None => shown(digest),
    }
}

/// A name or a word of the folder, such that it does nothing to a terminal.
pub fn shown(text: &str) -> String {
    let safe = |c: char| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        match c {
            '\t' => " ".to_owned(),
            c if c.is_control() || turns => c.escape_unicode().collect(),
            c => c.to_string(),
        }
    };
    text.chars().map(safe).collect()
}
