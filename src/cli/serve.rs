//! `clauseline serve`: what can be typed, and the world around the preview.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;

use super::environment::{Stopwatch, today};
use super::{Content, Outcome, say};
use crate::error::Error;
use crate::load;
use crate::policy::calendar::Tz;
use crate::serve::{self, Folders, Place, World};

#[derive(Debug, Args)]
pub(super) struct Serve {
    #[command(flatten)]
    content: Content,
    /// The site's own templates [default: `templates` beside the content]
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// The port to listen on; 0 for any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 8080)]
    port: u16,
    /// The name or address to listen on; another one than this lets others see the drafts.
    #[arg(long, value_name = "HOST", default_value = "127.0.0.1")]
    host: String,
    /// The day the site is shown for, YYYY-MM-DD in the site's time zone.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Show it in a browser.
    #[arg(long)]
    open: bool,
}

/// The clock and the terminal.
struct Here {
    as_of: Option<String>,
    began: Stopwatch,
}

impl World for Here {
    fn today(&self, time_zone: Tz) -> Result<NaiveDate, Error> {
        today(self.as_of.as_deref(), time_zone)
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    fn say(&self, text: &str) {
        say(text);
    }
}

impl Serve {
    pub(super) fn run(self) -> Result<Outcome, Error> {
        load::require_folder(&self.content.content)?;
        let folders = Folders {
            templates: self.content.beside(self.templates.as_ref(), "templates")?,
            statics: self.content.statics()?,
            content: self.content.content,
        };
        // What is wrong here is wrong for good, so it is said before anybody waits for a page.
        today(self.as_of.as_deref(), Tz::UTC)?;
        let place = Place { host: self.host, port: self.port };
        if serve::is_open(&place.host) {
            say("everyone who can reach this machine can read the drafts");
        }
        let world = Arc::new(Here { as_of: self.as_of, began: Stopwatch::start() });
        let run = std::process::id().to_string();
        serve::serve(folders, &place, run, world, |address| {
            say(&format!("the preview is at {address}   (Ctrl-C ends it)"));
            if self.open {
                open(address);
            }
        })?;
        Ok(Outcome::Fine)
    }
}

/// Shows an address in the browser of this machine.
fn open(address: &str) {
    let (program, arguments): (_, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/C", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if command.spawn().is_err() {
        say("no browser was found: open the address yourself");
    }
}
