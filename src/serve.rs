//! A site that is looked at while it is being written.
//!
//! ```text
//!  a save ──► watch ──► site::Maker::look ──► Now ──► http ──► a browser
//!                         load, site          │        ▲
//!                                             └ tick ──┘ panel: what is wrong, and what to load again
//! ```
//!
//! One thread looks at the files and swaps what is to be seen; the others answer. An answer is a lookup
//! in memory: what is asked for never becomes a path on the disk. Nothing is written anywhere, and what
//! the preview adds to pages is added to the answers alone.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::thread;
use std::time::Duration;

use chrono::NaiveDate;
use tokio::sync::watch::{Receiver, Sender, channel};

use crate::error::Error;
use crate::policy::calendar::Tz;
use crate::site::urls;

pub mod desk;
mod http;
mod panel;
pub mod site;
mod watch;

use site::{Maker, Now};
use watch::Watch;

/// What the preview asks of the world around it, which only the command line knows.
pub trait World: Send + Sync {
    /// The day it is.
    fn today(&self, time_zone: Tz) -> Result<NaiveDate, Error>;
    /// The time since some moment.
    fn elapsed(&self) -> Duration;
    /// Tells whoever started the preview.
    fn say(&self, text: &str);
}

/// What a site is made from.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The policies.
    pub content: PathBuf,
    /// The site's own templates; need not be there.
    pub templates: PathBuf,
    /// The site's own assets; need not be there.
    pub statics: PathBuf,
}

/// Where to listen.
#[derive(Clone, Debug)]
pub struct Place {
    /// A name or an address of this machine.
    pub host: String,
    /// 0 for any that is free.
    pub port: u16,
}

/// What is to be seen now, for all who ask.
struct Shared {
    now: RwLock<Arc<Now>>,
    /// Told each time there is something else to be seen.
    changed: Sender<u64>,
    /// The name that was given to the host, if it is one.
    host: String,
    /// Tells this run from the last one, which counted from 1 too.
    run: String,
}

impl Shared {
    fn now(&self) -> Arc<Now> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn swap(&self, now: Now) {
        let number = now.number;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(now);
        self.changed.send_replace(number);
    }

    fn changes(&self) -> Receiver<u64> {
        self.changed.subscribe()
    }
}

/// Serves until it is interrupted. `run` tells this run from others; `ready` is told the address.
pub fn serve(
    folders: Folders,
    place: &Place,
    run: String,
    world: Arc<dyn World>,
    ready: impl FnOnce(&str),
) -> Result<(), Error> {
    let listener = listen(place)?;
    let address = listener.local_addr().map_err(|source| refused(place, &source))?;
    // Watched first and read after, so that no save falls between the two.
    let watch = Watch::new(&folders);
    let mut maker = Maker::new(folders, Arc::clone(&world));
    let now = maker.look();
    let shown = http::address(address, now.preview.as_deref());
    told(&*world, None, &now);
    // The front page is what is opened first, and takes the longest: it needs something of every policy.
    if let Some(preview) = now.preview.clone() {
        thread::spawn(move || preview.file(&urls::file(urls::HOME)));
    }
    let (changed, _) = channel(now.number);
    let shared = Arc::new(Shared { now: RwLock::new(Arc::new(now)), changed, host: place.host.clone(), run });
    let looking = Arc::clone(&shared);
    thread::spawn(move || keep_looking(watch, maker, &looking, &*world));
    http::run(listener, shared, || ready(&shown))
}

/// Looks again whenever a file changes; now and then also where nothing is told, since a day begins by
/// itself, and there are disks of other machines that tell nothing.
fn keep_looking(mut watch: Watch, mut maker: Maker, shared: &Shared, world: &dyn World) {
    loop {
        watch.wait(world);
        let (last, now) = (shared.now(), maker.look());
        if !now.is_as(&last) {
            told(world, Some(&last), &now);
            shared.swap(now);
        }
    }
}

/// Says in the terminal how the content stands, where it stands otherwise than before.
fn told(world: &dyn World, last: Option<&Now>, now: &Now) {
    let state = |now: &Now| (now.report.errors(), now.report.warnings(), now.failure.clone());
    if last.map(state) == Some(state(now)) {
        return;
    }
    match (&now.failure, now.report.errors(), now.report.warnings()) {
        (Some(failure), ..) => world.say(&format!("error: {failure}")),
        (None, 0, 0) if last.is_none() => {}
        (None, 0, 0) => world.say("no mistakes"),
        (None, errors, warnings) => world.say(&format!(
            "errors: {errors}, warnings: {warnings}; the page tells each, and so does `clauseline check`"
        )),
    }
}

fn listen(place: &Place) -> Result<TcpListener, Error> {
    let Ok(addresses) = (place.host.as_str(), place.port).to_socket_addrs() else {
        return Err(no_address(&place.host));
    };
    TcpListener::bind(addresses.collect::<Vec<_>>().as_slice()).map_err(|source| refused(place, &source))
}

fn refused(Place { host, port }: &Place, source: &std::io::Error) -> Error {
    let another = port.checked_add(1).unwrap_or(8080);
    match source.kind() {
        ErrorKind::AddrInUse => Error::Usage(format!(
            "port {port} is taken, maybe by another preview: use another with `--port {another}`, or any that is free with `--port 0`"
        )),
        ErrorKind::PermissionDenied => Error::Usage(format!(
            "port {port} is not for everybody to use: use one above 1023, such as `--port 8080`"
        )),
        ErrorKind::AddrNotAvailable | ErrorKind::InvalidInput => no_address(host),
        _ => Error::Usage(format!("cannot listen on {host}, port {port}: {source}")),
    }
}

fn no_address(host: &str) -> Error {
    Error::Usage(format!(
        "`--host {host}` is no address of this machine: leave it out, or write `--host 0.0.0.0`"
    ))
}

/// Whether anybody beside this machine can ask.
pub fn is_open(host: &str) -> bool {
    let loopback = |address: SocketAddr| address.ip().is_loopback();
    let found = (host, 0).to_socket_addrs();
    !found.is_ok_and(|mut addresses| addresses.all(loopback))
}
