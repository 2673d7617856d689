//! When to look at the files again.
//!
//! The names in events are not relied upon beyond telling ours from others': whoever wakes looks at all
//! files. So it does not matter how an editor saves (in place, by a second file and a rename, by deleting
//! and making anew), nor whether an event was lost. Where the system cannot watch, the files are looked
//! at every second.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::{Folders, World};
use crate::load;

/// A save is over when nothing happened for so long: editors do several things, and a file that is being
/// written is empty for a moment.
const QUIET: Duration = Duration::from_millis(25);

/// But whoever never stops writing is not waited for.
const LONGEST: Duration = Duration::from_millis(250);

/// How often the files are looked at where nothing happens.
const IDLE: Duration = Duration::from_secs(20);

/// How often the files are looked at where nothing tells of changes.
const POLL: Duration = Duration::from_secs(1);

/// What happened, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Note {
    /// A text was written.
    Written,
    /// Something came, went or was renamed: it may be a folder that is to be watched.
    Moved,
}

/// The folders, watched.
pub(super) struct Watch {
    folders: Vec<PathBuf>,
    watcher: Option<RecommendedWatcher>,
    notes: Receiver<Note>,
    // So that the channel stays open where there is no watcher.
    _own: Sender<Note>,
    /// Whether every folder is watched, or its coming.
    complete: bool,
}

impl Watch {
    pub(super) fn new(folders: &Folders) -> Self {
        let named = [&folders.content, &folders.templates, &folders.statics];
        let folders: Vec<PathBuf> = named.into_iter().map(|folder| load::place(folder)).collect();
        let (sender, notes) = channel();
        let (own, ours) = (sender.clone(), folders.clone());
        let tell = move |event: notify::Result<Event>| {
            if let Some(note) = note(event, &ours) {
                // Nobody is left to be told only when the program ends.
                let _ = sender.send(note);
            }
        };
        // Links inside the content lead to files inside the content, which is watched as it is.
        let watcher = RecommendedWatcher::new(tell, Config::default().with_follow_symlinks(false)).ok();
        let mut watch = Self { folders, watcher, notes, _own: own, complete: false };
        watch.watch();
        watch
    }

    /// Watches all folders that are there, and those above them for the others.
    fn watch(&mut self) {
        let Some(watcher) = &mut self.watcher else { return };
        self.complete = true;
        for folder in &self.folders {
            if let Some(above) =
                folder.parent().filter(|above| !self.folders.iter().any(|f| above.starts_with(f)))
            {
                self.complete &= watcher.watch(above, RecursiveMode::NonRecursive).is_ok();
            }
            // What stood here before may be another folder.
            let _ = watcher.unwatch(folder);
            self.complete &=
                watcher.watch(folder, RecursiveMode::Recursive).is_ok() || !load::is_there(folder);
        }
    }

    /// Waits until the files should be looked at.
    pub(super) fn wait(&mut self, world: &dyn World) {
        let first = match self.notes.recv_timeout(if self.complete { IDLE } else { POLL }) {
            Ok(note) => note,
            Err(RecvTimeoutError::Timeout) if self.complete => return,
            Err(RecvTimeoutError::Timeout) => Note::Moved,
            Err(RecvTimeoutError::Disconnected) => {
                thread::sleep(POLL);
                Note::Moved
            }
        };
        let mut moved = first == Note::Moved;
        let began = world.elapsed();
        while let Ok(note) = self.notes.recv_timeout(QUIET) {
            moved |= note == Note::Moved;
            if world.elapsed().saturating_sub(began) > LONGEST {
                break;
            }
        }
        if moved {
            self.watch();
        }
    }
}

/// What an event says, if it is about our files: reading them is one too, and so is whatever happens
/// beside the folders.
fn note(event: notify::Result<Event>, folders: &[PathBuf]) -> Option<Note> {
    // Whatever went wrong, or was too much to be told: all may be different.
    let Ok(event) = event else { return Some(Note::Moved) };
    if event.need_rescan() {
        return Some(Note::Moved);
    }
    let ours = |path: &PathBuf| folders.iter().any(|folder| path.starts_with(folder));
    if !event.paths.iter().any(ours) {
        return None;
    }
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Note::Written),
        EventKind::Access(_) => None,
        EventKind::Modify(notify::event::ModifyKind::Name(_)) => Some(Note::Moved),
        EventKind::Modify(_) => Some(Note::Written),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Any | EventKind::Other => Some(Note::Moved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_is_no_change_and_neither_is_what_happens_beside() {
        let folders = [PathBuf::from("/a/content")];
        let told = |kind, path: &str| note(Ok(Event::new(kind).add_path(path.into())), &folders);
        let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        assert_eq!(told(written, "/a/content/p/x.md"), Some(Note::Written));
        assert_eq!(told(EventKind::Access(AccessKind::Open(AccessMode::Any)), "/a/content/p/x.md"), None);
        assert_eq!(told(EventKind::Access(AccessKind::Close(AccessMode::Read)), "/a/content/p/x.md"), None);
        assert_eq!(told(EventKind::Any, "/a/public"), None);
        assert_eq!(told(EventKind::Any, "/a/content-two/x"), None);
        assert_eq!(told(EventKind::Any, "/a/content"), Some(Note::Moved));
        assert_eq!(note(Err(notify::Error::generic("lost")), &folders), Some(Note::Moved));
    }
}
