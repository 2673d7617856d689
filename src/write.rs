//! Pages in memory to a published folder: with its children the only file that writes the disk. Single files
//! of the content are for a child, `files`.
//!
//! A site is staged in a folder beside the output and then takes its place in one step, so whoever
//! reads the output sees the old site or the new one and never a mixture. Whatever the new site does
//! not have is gone by the same step.
//!
//! ```text
//! srv/
//!   public/                       the site; `.clauseline` in it says that it is ours
//!   .public.clauseline-lock       held while a build writes
//!   .public.clauseline-k3Xv9Q/    the next site; after the exchange, the last one, being removed
//!   .public.clauseline-old/       only where the system cannot exchange folders: the last site,
//!                                 put aside for the moment between two renames
//! ```
//!
//! Invariant: a folder without our marker is neither replaced nor removed, unless it is empty.
//!
//! **Killed at any moment.** Before the exchange the old site stands untouched; after it the new
//! one is whole. What lies about is found by the next build, which takes the lock (the system frees
//! it when a process dies) and removes it. Without an exchange there is a moment with no site at
//! all; a build killed in it leaves the last site under `…-old`, and the next build puts it back.
//!
//! **Why is nothing forced to the disk?** All of it can be built again, and waiting for the disk
//! means waiting for what everybody else has written to it. The promise is about the process, not
//! the power: after a power cut within seconds of a build, build again.
//!
//! **Why are paths of mount points refused, and links not?** A mount point cannot be renamed. A link
//! to a folder can stay: the site is exchanged where the link points. For the same reason a container
//! should be given the folder *above* the output: one that mounted the output itself would go on
//! looking at the folder that was removed.

#![allow(clippy::disallowed_methods, reason = "the one file that writes the disk")]

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use rayon::prelude::*;

use crate::error::Error;
use crate::site::Page;
use crate::site::sums::{Sums, sum};

mod archive;
mod files;
mod marker;
mod page;

pub use archive::archive;
pub use files::{NewFile, put};
pub use marker::{MARKER, Published, published};
use marker::{MARKER_TEXT, built_for, may_go};
use page::{is_page_path, keep_time};

/// Who keeps these in the output keeps work in it that a build would take away.
const REPOSITORIES: [&str; 4] = [".git", ".hg", ".jj", ".svn"];

/// Refuses an output folder whose replacement would take something else away: the inputs, the
/// current folder, the home folder or anything above them; also one that lies within an input,
/// where the next build would read it.
pub fn check_output(out: &Path, inputs: &[&Path]) -> Result<(), Error> {
    let place = real_path(out)?;
    let refuse = |problem: String| {
        let hint = "name a folder of its own, such as `--out public`".to_owned();
        Err(Error::Output { path: out.to_owned(), problem, hint })
    };
    if place.parent().is_none() {
        return refuse("it is the root of the file system".to_owned());
    }
    let current = real_path(Path::new("."))?;
    if current.starts_with(&place) {
        return refuse("it is, or holds, the current folder".to_owned());
    }
    // Looked up here and not left to the caller: a guard that can be forgotten is none.
    // A home that cannot be found is not above the output.
    if let Some(Ok(home)) = std::env::home_dir().map(|home| real_path(&home))
        && home.starts_with(&place)
    {
        return refuse("it is, or holds, your home folder".to_owned());
    }
    for input in inputs {
        let source = real_path(input)?;
        if source.starts_with(&place) {
            return refuse(format!("it is, or holds, `{}`, which the site is made from", input.display()));
        }
        if place.starts_with(&source) {
            return refuse(format!("it lies within `{}`, which the site is made from", input.display()));
        }
    }
    Ok(())
}

/// A site in the making. Dropped unpublished, it leaves no trace.
#[derive(Debug)]
pub struct Stage {
    place: Place,
    /// Holds the new site until it is published, and what it replaced afterwards.
    folder: PathBuf,
    /// The pages written so far: path without case → path.
    pages: Mutex<BTreeMap<String, String>>,
    /// Of what was written, for [`crate::site::urls::SUMS`].
    sums: Mutex<Sums>,
    _lock: Lock,
}

impl Stage {
    /// Starts a site that is to stand at `out`, and clears up after builds that were killed.
    ///
    /// Folders above `out` are made; `out` itself is not touched before [`Stage::publish`].
    pub fn begin(out: &Path) -> Result<Self, Error> {
        let place = Place::of(out)?;
        place.check_replaceable()?;
        let lock = Lock::take(&place)?;
        place.recover()?;
        place.check_replaceable()?;
        let folder = place.new_folder()?;
        let stage = Self { place, folder, pages: Mutex::default(), sums: Mutex::default(), _lock: lock };
        stage.write_file(MARKER, MARKER_TEXT.as_bytes())?;
        Ok(stage)
    }

    /// Adds pages. May be called from several threads, so that no more pages need to be in memory
    /// than are being made.
    pub fn write(&self, pages: &[Page]) -> Result<(), Error> {
        for page in pages {
            self.admit(&page.path)?;
        }
        let write = |page: &Page| {
            self.write_file(&page.path, &page.contents)?;
            Ok(sum(&page.contents))
        };
        let written: Vec<Result<String, Error>> = pages.par_iter().map(write).collect();
        let mut sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner);
        for (page, sum) in pages.iter().zip(written) {
            sums.add(&page.path, sum?);
        }
        Ok(())
    }

    /// Notes for which day the site is built, for [`published`].
    pub fn built_for(&self, day: NaiveDate) -> Result<(), Error> {
        let marker = self.folder.join(MARKER);
        let note = MARKER_TEXT.to_owned() + &built_for(day);
        fs::write(&marker, note).map_err(|source| failed("write", &marker, source))
    }

    /// Puts the site in its place, and removes the one that stood there.
    ///
    /// The removal may fail without failing the publication; the next [`Stage::begin`] tries again
    /// and says so if it cannot be done.
    pub fn publish(self) -> Result<(), Error> {
        let sums = self.sums.lock().unwrap_or_else(PoisonError::into_inner).page();
        self.write_file(&sums.path, &sums.contents)?;
        // The folder may have changed hands while the pages were made.
        self.place.check_replaceable()?;
        self.place.lend_permissions(&self.folder)?;
        self.place.install(&self.folder, exchange)
    }

    /// A path that cannot leave the stage and that no other page has, on any file system.
    fn admit(&self, path: &str) -> Result<(), Error> {
        let fault = |problem: String| {
            let hint = "this is a fault in clauseline, not in your text: please report it".to_owned();
            Err(Error::Output { path: self.place.site.clone(), problem, hint })
        };
        if !is_page_path(path) {
            return fault(format!("{path:?} is not a path for a page"));
        }
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        match pages.insert(path.to_lowercase(), path.to_owned()) {
            None => Ok(()),
            Some(other) => fault(format!("two pages want the same file: `{other}` and `{path}`")),
        }
    }

    fn write_file(&self, path: &str, contents: &[u8]) -> Result<(), Error> {
        let target = self.folder.join(path);
        // Most pages go where others already are: ask for the folder only when it is missing.
        let file = match File::create_new(&target) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = target.parent().unwrap_or(&self.folder);
                fs::create_dir_all(folder).map_err(|source| failed("create", folder, source))?;
                File::create_new(&target)
            }
            opened => opened,
        };
        let written = file.and_then(|mut file| file.write_all(contents).map(|()| file));
        let file = written.map_err(|source| failed("write", &target, source))?;
        keep_time(&self.place.site.join(path), contents, &file);
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // Unpublished pages or the replaced site: rubbish either way, and `begin` tries again.
        let _ = remove_if_ours(&self.folder);
    }
}

/// Where the site stands, links followed; and the names beside it that are ours.
#[derive(Debug)]
struct Place {
    parent: PathBuf,
    name: String,
    site: PathBuf,
}

impl Place {
    fn of(out: &Path) -> Result<Self, Error> {
        let site = real_path(out)?;
        let parts = site.parent().zip(site.file_name().and_then(|name| name.to_str()));
        let Some((parent, name)) = parts else {
            let problem = "its name cannot be used for the folders beside it".to_owned();
            let hint = "name a folder of its own, such as `--out public`".to_owned();
            return Err(Error::Output { path: out.to_owned(), problem, hint });
        };
        fs::create_dir_all(parent).map_err(|source| failed("create", parent, source))?;
        Ok(Self { parent: parent.to_owned(), name: name.to_owned(), site: site.clone() })
    }

    fn prefix(&self) -> String {
        format!(".{}.clauseline-", self.name)
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        self.parent.join(self.prefix() + suffix)
    }

    /// What stands here may go: nothing, an empty folder, or a site of ours.
    fn check_replaceable(&self) -> Result<(), Error> {
        let refuse = |problem: &str, hint: &str| {
            Err(Error::Output { path: self.site.clone(), problem: problem.to_owned(), hint: hint.to_owned() })
        };
        match fs::metadata(&self.site) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("look at", &self.site, error)),
            Ok(found) if !found.is_dir() => {
                return refuse("it is a file", "name a folder that is empty or does not exist yet");
            }
            Ok(_) => {}
        }
        if is_mount_point(&self.site) {
            return Err(self.cannot_be_renamed());
        }
        if !may_go(&self.site).map_err(|source| failed("look into", &self.site, source))? {
            return refuse(
                "it holds files that clauseline did not make",
                "name a folder that is empty or does not exist yet: each build replaces it as a whole",
            );
        }
        if let Some(name) = REPOSITORIES.iter().find(|name| self.site.join(name).exists()) {
            return refuse(
                &format!("it holds `{name}`, which would be lost: each build replaces the folder as a whole"),
                "name another folder, and copy the site from there",
            );
        }
        Ok(())
    }

    fn cannot_be_renamed(&self) -> Error {
        Error::Output {
            path: self.site.clone(),
            problem: "it is a mount point or the like, which cannot be replaced in one step".to_owned(),
            hint: format!("name a folder inside it: `{}`", self.site.join("site").display()),
        }
    }

    /// Undoes what a killed build left. Only the holder of the lock may call this.
    fn recover(&self) -> Result<(), Error> {
        let aside = self.beside("old");
        if !self.site.exists() && aside.join(MARKER).exists() {
            fs::rename(&aside, &self.site).map_err(|source| failed("restore", &self.site, source))?;
        }
        let entries =
            fs::read_dir(&self.parent).map_err(|source| failed("look into", &self.parent, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| failed("look into", &self.parent, source))?;
            if self.is_leftover(&entry.file_name().to_string_lossy()) {
                let left = entry.path();
                remove_if_ours(&left)
                    .map_err(|source| failed("remove what an earlier build left at", &left, source))?;
            }
        }
        Ok(())
    }

    /// Exact, so that `public` does not clear up after a `public.clauseline-x` that still runs.
    fn is_leftover(&self, name: &str) -> bool {
        name.strip_prefix(&self.prefix()).is_some_and(|rest| {
            rest == "old" || rest.len() == 6 && rest.bytes().all(|b| b.is_ascii_alphanumeric())
        })
    }

    /// An empty folder beside the site, open to whom the umask lets.
    fn new_folder(&self) -> Result<PathBuf, Error> {
        let prefix = self.prefix();
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).rand_bytes(6);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o777));
        let folder = builder
            .tempdir_in(&self.parent)
            .map_err(|source| failed("create a folder in", &self.parent, source))?;
        // Ours to remove: the marker has to go last, and after the exchange it is another folder.
        Ok(folder.keep())
    }

    /// A folder that was opened or closed to others stays so.
    fn lend_permissions(&self, folder: &Path) -> Result<(), Error> {
        match fs::metadata(&self.site) {
            Ok(found) if cfg!(unix) => fs::set_permissions(folder, found.permissions())
                .map_err(|source| failed("set the permissions of", folder, source)),
            _ => Ok(()),
        }
    }

    /// The step. Afterwards the new site is in its place and what it replaced is at `folder`.
    fn install(&self, folder: &Path, exchange: impl Fn(&Path, &Path) -> io::Result<()>) -> Result<(), Error> {
        if !self.site.exists() {
            return fs::rename(folder, &self.site).map_err(|source| self.not_installed(source));
        }
        match exchange(folder, &self.site) {
            Err(error) if cannot_exchange(&error) => self.rename_twice(folder),
            exchanged => exchanged,
        }
        .map_err(|source| self.not_installed(source))
    }

    /// Where the system cannot exchange: see [`Place::recover`] for a death between the renames.
    fn rename_twice(&self, folder: &Path) -> io::Result<()> {
        let aside = self.beside("old");
        fs::rename(&self.site, &aside)?;
        if let Err(error) = fs::rename(folder, &self.site) {
            fs::rename(&aside, &self.site)?;
            return Err(error);
        }
        fs::rename(&aside, folder)
    }

    fn not_installed(&self, source: io::Error) -> Error {
        match source.kind() {
            ErrorKind::ResourceBusy | ErrorKind::CrossesDevices => self.cannot_be_renamed(),
            _ => failed("replace", &self.site, source),
        }
    }
}

/// Held by the build that may write beside the output.
#[derive(Debug)]
struct Lock {
    file: File,
    path: PathBuf,
}

impl Lock {
    fn take(place: &Place) -> Result<Self, Error> {
        let path = place.beside("lock");
        loop {
            let file = File::options().create(true).truncate(false).write(true).open(&path);
            let file = file.map_err(|source| failed("create a file in", &place.parent, source))?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::Error(source)) => return Err(failed("lock", &path, source)),
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::Output {
                        path: place.site.clone(),
                        problem: "another build is writing it".to_owned(),
                        hint: "wait until it ends, or name another folder".to_owned(),
                    });
                }
            }
            // The last holder may have removed the file after we opened it; then we hold nothing.
            if is_still_at(&file, &path) {
                return Ok(Self { file, path });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Where a file's identity cannot be asked for, the file has to stay.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(held), Ok(found)) = (file.metadata(), fs::metadata(path)) else { return false };
    (held.dev(), held.ino()) == (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn is_still_at(_file: &File, _path: &Path) -> bool {
    true
}

/// The path with links followed and made absolute, also where its last parts do not exist yet.
fn real_path(path: &Path) -> Result<PathBuf, Error> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        found => return found.map_err(|source| failed("look at", path, source)),
    }
    // A link to a folder that is not there yet: it may be one that a killed build put aside.
    if let Ok(target) = fs::read_link(path) {
        return real_path(&path.parent().unwrap_or(Path::new("")).join(target));
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = real_path(parent.unwrap_or(Path::new(".")))?;
    match path.components().next_back() {
        Some(Component::Normal(name)) => Ok(parent.join(name)),
        // `gone/..`: there is nothing that it could lead back from.
        _ => Err(failed("look at", path, ErrorKind::NotFound.into())),
    }
}

/// Removes a folder of ours, its marker last: a removal that is interrupted can be taken up again.
fn remove_if_ours(folder: &Path) -> io::Result<()> {
    let is_folder = fs::symlink_metadata(folder).is_ok_and(|found| found.is_dir());
    if !is_folder || !may_go(folder)? {
        return Ok(());
    }
    // A site that its owner closed against writing was replaced all the same, so it goes too.
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.par_iter().filter(|entry| entry.file_name() != MARKER).try_for_each(|entry| {
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path()),
            false => fs::remove_file(entry.path()),
        }
    })?;
    match fs::remove_file(folder.join(MARKER)) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => fs::remove_dir(folder),
    }
}

/// Two folders change places in one step.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "macos")))]
fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Old kernels and many network file systems say so in one of these ways.
fn cannot_exchange(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

/// Asked before the work is done; systems that cannot be asked say so when the site is exchanged.
#[cfg(target_os = "linux")]
fn is_mount_point(folder: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, folder, AtFlags::empty(), StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mount_point(_folder: &Path) -> bool {
    false
}

/// The failure with what to do about it, where that can be known.
fn failed(action: &'static str, path: &Path, source: io::Error) -> Error {
    let hint = match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "publish to a folder in a place you may write to: a site is put together beside the one it replaces"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "make room: until the new site is complete, it and the old one are both on the disk"
        }
        ErrorKind::NotADirectory => "there is a file where the path needs a folder: name another path",
        _ => return Error::Write { path: path.to_owned(), action, source },
    };
    let problem = format!("cannot {action} it: {source}");
    Error::Output { path: path.to_owned(), problem, hint: hint.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(folder: &tempfile::TempDir) -> Place {
        Place::of(&folder.path().join("public")).unwrap()
    }

    fn site(folder: &Path, text: &str) {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join(MARKER), MARKER_TEXT).unwrap();
        fs::write(folder.join("index.html"), text).unwrap();
    }

    fn no_exchange(_: &Path, _: &Path) -> io::Result<()> {
        Err(ErrorKind::Unsupported.into())
    }

    #[cfg(unix)]
    #[test]
    fn systems_that_cannot_exchange_are_known_by_what_they_say() {
        use rustix::io::Errno;
        for errno in [Errno::INVAL, Errno::NOSYS, Errno::OPNOTSUPP] {
            assert!(cannot_exchange(&errno.into()), "{errno:?}");
        }
        assert!(!cannot_exchange(&Errno::BUSY.into()));
    }

    #[test]
    fn two_renames_do_what_an_exchange_does() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let staged = place.new_folder().unwrap();
        fs::write(staged.join("index.html"), "new").unwrap();
        site(&place.site, "old");
        place.install(&staged, no_exchange).unwrap();
        assert_eq!(fs::read_to_string(place.site.join("index.html")).unwrap(), "new");
        assert_eq!(fs::read_to_string(staged.join("index.html")).unwrap(), "old");
        assert!(!place.beside("old").exists());
    }

    #[test]
    fn a_failed_second_rename_puts_the_old_site_back() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        site(&place.site, "old");
        place.install(&folder.path().join("nothing"), no_exchange).unwrap_err();
        assert_eq!(fs::read_to_string(place.site.join("index.html")).unwrap(), "old");
    }

    #[test]
    fn a_full_disk_and_a_mount_point_come_with_a_hint() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let hint = |error| match error {
            Error::Output { hint, .. } => hint,
            _ => String::new(),
        };
        assert!(
            hint(failed("write", Path::new("x"), ErrorKind::StorageFull.into())).starts_with("make room")
        );
        for kind in [ErrorKind::ResourceBusy, ErrorKind::CrossesDevices] {
            assert!(hint(place.not_installed(kind.into())).ends_with("/public/site`"));
        }
    }
}
