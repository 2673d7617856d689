//! The site in memory, and what an edit reaches.
//!
//! A save makes a new [`Preview`], which replaces the last one whole. What the two have in common they
//! share, by one rule: a `Shelf` holds the pages of one policy and is kept as long as everything these
//! are made from is the same: the policy, those it continues, the day, and what all pages have in common.
//! Nothing is guessed from the names of files, so nothing can be forgotten.
//!
//! No page is made before somebody asks for it. Of a shelf the page that is asked for is made first, and
//! handed out while the others are being made.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use chrono::NaiveDate;
use rayon::prelude::*;

use super::desk::Desks;
use super::{Folders, World};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::load::{self, Known};
use crate::policy::calendar::Tz;
use crate::policy::events::Event;
use crate::policy::found::Found;
use crate::policy::history::{history, history_again};
use crate::policy::lines::{continued, in_force};
use crate::policy::{Policy, Settings, Version};
use crate::site::{self, Basis, Overrides, Page, Site, Summary, urls};

/// Files by their paths within the site.
type Files = BTreeMap<String, Arc<[u8]>>;

/// Why a page cannot be made, in words.
pub type Fault = String;

/// What is to be seen at a moment.
#[derive(Clone, Debug)]
pub struct Now {
    /// The last site that could be made.
    pub preview: Option<Arc<Preview>>,
    /// What is wrong with the content as it stands.
    pub report: Arc<Report>,
    /// What else is told of policies before they are published. It holds up no preview.
    pub desks: Desks,
    /// What failed, where it was no text of an author.
    pub failure: Option<Fault>,
    /// Of whatever is not a page of the site.
    pub number: u64,
}

impl Now {
    /// Whether nobody would see a difference.
    pub fn is_as(&self, other: &Self) -> bool {
        let same_site = match (&self.preview, &other.preview) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        let same_told = self.report == other.report && self.desks.are(&other.desks);
        same_site && same_told && self.failure == other.failure
    }

    /// Whether what is shown is older than the files are.
    pub fn is_stale(&self) -> bool {
        self.failure.is_some() || self.report.errors() > 0
    }
}

/// A site of which each page can be asked for.
#[derive(Debug)]
pub struct Preview {
    base: Arc<Base>,
    shelves: BTreeMap<String, Arc<Shelf>>,
    /// The pages that are made of every policy's summary.
    gathered: OnceLock<Result<Files, Fault>>,
    drafts: Vec<Draft>,
    number: u64,
}

/// What all pages have in common.
#[derive(Debug)]
struct Base {
    basis: Basis,
    today: NaiveDate,
    site: Site,
    files: Files,
}

/// A draft, and where it is compared with the text in force.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The policy's id.
    pub policy: String,
    /// Its title.
    pub title: String,
    /// The version's id.
    pub version: String,
    /// The page.
    pub address: String,
    /// The redline with the text in force, if there is one.
    pub redline: Option<String>,
}

impl Preview {
    /// The path of the site on its host, `/` at the end.
    pub fn base_path(&self) -> &str {
        self.base.site.base_path()
    }

    /// The drafts, by policy.
    pub fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    /// A file of the site; made now, if it was not yet.
    pub fn file(&self, path: &str) -> Result<Option<Arc<[u8]>>, Fault> {
        if let Some(file) = self.base.files.get(path) {
            return Ok(Some(Arc::clone(file)));
        }
        match self.shelf(path) {
            Some(shelf) => shelf.file(path),
            None => Ok(self.gathered()?.get(path).map(Arc::clone)),
        }
    }

    /// Every file of the site.
    pub fn files(&self) -> Result<Files, Fault> {
        let mut files = self.base.files.clone();
        for shelf in self.shelves.values() {
            files.extend(shelf.files()?);
        }
        files.extend(self.gathered()?.clone());
        Ok(files)
    }

    /// The policy whose page this is.
    pub fn policy(&self, path: &str) -> Option<&str> {
        self.shelf(path).map(|shelf| shelf.policy.id.as_str())
    }

    /// A number that changes whenever the file may have changed.
    pub fn number(&self, path: &str) -> u64 {
        self.shelf(path).map_or(self.number, |shelf| shelf.number)
    }

    fn shelf(&self, path: &str) -> Option<&Arc<Shelf>> {
        let id = path.split('/').next().unwrap_or_default();
        let passages = || {
            let within = |id: &&String| path.starts_with(&urls::search_passages(id, ""));
            self.shelves.keys().find(|id| within(id))
        };
        self.shelves.get(id).or_else(|| self.shelves.get(passages()?))
    }

    fn gathered(&self) -> Result<&Files, Fault> {
        let gather = || {
            let shelves: Vec<&Arc<Shelf>> = self.shelves.values().collect();
            let summaries: Vec<Result<Option<Summary>, Fault>> =
                shelves.par_iter().map(|shelf| shelf.summary()).collect();
            let summaries: Vec<Option<Summary>> = summaries.into_iter().collect::<Result<_, _>>()?;
            let pages = || site::gathered(&self.base.site, summaries.into_iter().flatten().collect());
            Ok(files(guarded(pages)?))
        };
        self.gathered.get_or_init(gather).as_ref().map_err(Clone::clone)
    }
}

fn files(pages: Vec<Page>) -> Files {
    pages.into_iter().map(|page| (page.path, page.contents.into())).collect()
}

/// Does what may fail in any way, also in ways that nobody thought of.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Fault> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => done.map_err(|error| error.told()),
        Err(panic) => {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
            Err(format!("this is a fault in clauseline, not in your text; please report it: {text}"))
        }
    }
}

/// The pages of one policy.
#[derive(Debug)]
struct Shelf {
    base: Arc<Base>,
    policy: Arc<Policy>,
    earlier: Vec<Arc<Policy>>,
    number: u64,
    /// What was found in the policy as it was before, and as it is.
    before: Arc<Found>,
    found: OnceLock<Arc<Found>>,
    made: Mutex<Made>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Made {
    files: Files,
    summary: Option<Option<Summary>>,
    fault: Option<Fault>,
    /// Somebody is making more.
    busy: bool,
    /// There is no more to make.
    all: bool,
}

impl Shelf {
    /// A shelf in place of another one, if there was one.
    fn new(
        base: &Arc<Base>,
        policy: &Arc<Policy>,
        earlier: Vec<Arc<Policy>>,
        number: u64,
        last: Option<&Arc<Self>>,
    ) -> Self {
        let before = last.map(|last| Arc::clone(last.found.get().unwrap_or(&last.before)));
        Self {
            base: Arc::clone(base),
            policy: Arc::clone(policy),
            earlier,
            number,
            before: before.unwrap_or_default(),
            found: OnceLock::new(),
            made: Mutex::default(),
            more: Condvar::new(),
        }
    }

    /// Whether its pages are those of this policy as it is now.
    fn fits(&self, base: &Arc<Base>, policy: &Arc<Policy>, earlier: &[Arc<Policy>]) -> bool {
        let same = |(one, other): (&Arc<Policy>, &Arc<Policy>)| Arc::ptr_eq(one, other);
        Arc::ptr_eq(&self.base, base)
            && Arc::ptr_eq(&self.policy, policy)
            && self.earlier.len() == earlier.len()
            && self.earlier.iter().zip(earlier).all(same)
    }

    fn lock(&self) -> MutexGuard<'_, Made> {
        // Each change under the lock is one assignment; there is nothing half done to fear.
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(self: &Arc<Self>, path: &str) -> Result<Option<Arc<[u8]>>, Fault> {
        self.wait(path, |made| {
            let found = made.files.get(path).map(Arc::clone);
            (found.is_some() || made.all).then_some(found)
        })
    }

    fn files(self: &Arc<Self>) -> Result<Files, Fault> {
        self.wait("", |made| made.all.then(|| made.files.clone()))
    }

    /// Waits for something to be made; whoever finds nobody at work sets somebody to it.
    fn wait<T>(self: &Arc<Self>, wanted: &str, done: impl Fn(&Made) -> Option<T>) -> Result<T, Fault> {
        let mut made = self.lock();
        loop {
            if let Some(found) = done(&made) {
                return Ok(found);
            }
            if let Some(fault) = &made.fault {
                return Err(fault.clone());
            }
            if !made.busy {
                made.busy = true;
                let (shelf, wanted) = (Arc::clone(self), wanted.to_owned());
                if let Err(error) = thread::Builder::new().spawn(move || shelf.make(&wanted)) {
                    made.busy = false;
                    return Err(format!("this machine has no room for more work: {error}"));
                }
            }
            made = self.more.wait(made).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// What the pages of the whole site need, without the pages.
    fn summary(&self) -> Result<Option<Summary>, Fault> {
        let mut made = self.lock();
        loop {
            if let Some(summary) = &made.summary {
                return Ok(summary.clone());
            }
            if let Some(fault) = &made.fault {
                return Err(fault.clone());
            }
            if !made.busy {
                made.busy = true;
                break;
            }
            made = self.more.wait(made).unwrap_or_else(PoisonError::into_inner);
        }
        drop(made);
        let summary = self.parts("", &mut |_| ControlFlow::Break(()));
        let mut made = self.lock();
        made.busy = false;
        match &summary {
            Ok(summary) => made.summary = Some(summary.clone()),
            Err(fault) => made.fault = Some(fault.clone()),
        }
        self.more.notify_all();
        summary
    }

    /// Makes all pages.
    fn make(self: Arc<Self>, wanted: &str) {
        let mut take = |pages| {
            self.lock().files.extend(files(pages));
            self.more.notify_all();
            // Where nobody else holds the shelf, nobody can ask for what is on it.
            if Arc::strong_count(&self) > 1 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        let summary = self.parts(wanted, &mut take);
        let mut made = self.lock();
        made.busy = false;
        match summary {
            Ok(summary) => (made.summary, made.all) = (Some(summary), true),
            Err(fault) => made.fault = Some(fault),
        }
        self.more.notify_all();
    }

    fn parts(
        &self,
        wanted: &str,
        take: &mut dyn FnMut(Vec<Page>) -> ControlFlow<()>,
    ) -> Result<Option<Summary>, Fault> {
        guarded(|| {
            let today = self.base.today;
            let lines: Vec<_> = self.earlier.iter().map(|policy| history(policy, today, false)).collect();
            let history = history_again(&self.policy, today, true, &self.before);
            self.found.get_or_init(|| Arc::new(Found::of(&self.policy, &history)));
            site::policy_in_parts(&self.base.site, &history, &lines, wanted, take)
        })
    }
}

/// Makes previews, one after another.
pub struct Maker {
    folders: Folders,
    world: Arc<dyn World>,
    known: Known,
    desks: Desks,
    last: Option<Arc<Preview>>,
    numbers: u64,
}

impl Maker {
    /// Nothing was looked at yet.
    pub fn new(folders: Folders, world: Arc<dyn World>) -> Self {
        Self { folders, world, known: Known::default(), desks: Desks::default(), last: None, numbers: 0 }
    }

    /// Looks at the files as they are now.
    pub fn look(&mut self) -> Now {
        let read = guarded(|| self.read());
        let (report, failure) = match read {
            Ok((report, made)) => (report, made.err()),
            Err(fault) => {
                self.desks = Desks::default();
                (Report::new(), Some(fault))
            }
        };
        let (number, desks) = (self.number(), self.desks.clone());
        Now { preview: self.last.clone(), report: Arc::new(report), desks, failure, number }
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    /// What is wrong with the content, and whether a preview could be made of it.
    fn read(&mut self) -> Result<(Report, Result<(), Fault>), Error> {
        let Folders { content, templates, statics } = &self.folders;
        let loaded = load::workbench_again(content, statics, &mut self.known)?;
        let zone = loaded.site.as_ref().map_or(Tz::UTC, |site| site.time_zone);
        let today = self.world.today(zone)?;
        self.desks = Desks::of(&loaded, today, &self.desks);
        let (Some(settings), 0) = (loaded.site, loaded.report.errors()) else {
            return Ok((loaded.report, Ok(())));
        };
        let overrides = load::overrides(templates, statics);
        let made = guarded(|| {
            let (templates, statics) = overrides?;
            self.make(settings, &loaded.policies, &loaded.events, today, Overrides { templates, statics })
        });
        Ok((loaded.report, made))
    }

    fn make(
        &mut self,
        settings: Settings,
        policies: &[Arc<Policy>],
        log: &[Event],
        today: NaiveDate,
        overrides: Overrides,
    ) -> Result<(), Error> {
        let basis = Basis::new(settings, policies, log, today, true, overrides);
        let last = self.last.clone();
        let same = |last: &Arc<Preview>| last.base.basis == basis && last.base.today == today;
        let base = match last.as_ref().filter(|last| same(last)) {
            Some(last) => Arc::clone(&last.base),
            None => {
                let site = Site::on(basis.clone())?;
                let files = files(site::fixed(&site)?);
                Arc::new(Base { basis, today, site, files })
            }
        };
        let mut shelves = BTreeMap::new();
        let mut changed = last.as_ref().is_none_or(|last| last.shelves.len() != policies.len());
        for policy in policies {
            let earlier: Vec<_> = continued(policy, policies).into_iter().map(Arc::clone).collect();
            let before = last.as_ref().and_then(|last| last.shelves.get(&policy.id));
            let kept = before.filter(|shelf| shelf.fits(&base, policy, &earlier)).map(Arc::clone);
            changed |= kept.is_none();
            let shelf =
                kept.unwrap_or_else(|| Arc::new(Shelf::new(&base, policy, earlier, self.number(), before)));
            shelves.insert(policy.id.clone(), shelf);
        }
        if changed || last.is_none_or(|last| !Arc::ptr_eq(&last.base, &base)) {
            let drafts = policies.iter().flat_map(|policy| drafts(policy, today)).collect();
            let (gathered, number) = (OnceLock::new(), self.number());
            self.last = Some(Arc::new(Preview { base, shelves, gathered, drafts, number }));
        }
        Ok(())
    }
}

fn drafts(policy: &Policy, today: NaiveDate) -> Vec<Draft> {
    let current = in_force(policy, today);
    let redline = |at: usize, version: &Version| {
        let current = current?;
        let before = policy.versions.iter().position(|v| v.id == current.id)? < at;
        let (old, new) = if before { (current, version) } else { (version, current) };
        Some(urls::compare(&policy.id, &old.id, &new.id))
    };
    let drafts = policy.versions.iter().enumerate().filter(|(_, version)| version.draft);
    drafts
        .map(|(at, version)| Draft {
            policy: policy.id.clone(),
            title: policy.settings.title.clone(),
            version: version.id.clone(),
            address: urls::version(&policy.id, &version.id),
            redline: redline(at, version),
        })
        .collect()
}
