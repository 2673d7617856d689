//! `clauseline bundle`: one archive with all that is to be known of a published version.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::NaiveDate;
use clap::Args;
use rayon::prelude::*;

use super::build::count;
use super::environment::today;
use super::{Color, Content, Outcome, print, say};
use crate::error::Error;
use crate::load;
use crate::policy::history::{history, is_shown};
use crate::policy::seal::published;
use crate::policy::{Policy, Settings, Version};
use crate::site::{self, Overrides, Site};
use crate::write::archive;

#[derive(Debug, Args)]
pub(super) struct Bundle {
    /// Which version: `privacy@2025-06-15`.
    #[arg(value_name = "POLICY@VERSION", required_unless_present = "all")]
    release: Option<String>,
    #[command(flatten)]
    content: Content,
    /// The archive [default: `POLICY-VERSION.zip`, here]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// An archive for each published version, into this folder.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["release", "out"])]
    all: Option<PathBuf>,
    /// The day that is asked about: what is announced later is not published yet.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

impl Bundle {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let loaded = load::content(&self.content.content, &self.content.statics()?)?;
        let (Some(settings), 0) = (&loaded.site, loaded.report.errors()) else {
            say(loaded.report.human(color.on(io::stderr().is_terminal())).trim_end());
            say("nothing was written");
            return Ok(Outcome::Mistakes);
        };
        let today = today(self.as_of.as_deref(), settings.time_zone)?;
        let policies = &published(loaded.policies);
        let wanted: Vec<(&Policy, &Version)> = match &self.release {
            Some(named) => vec![find(policies, named, today)?],
            None => {
                let versions = policies.iter().flat_map(|p| p.versions.iter().map(move |v| (p.as_ref(), v)));
                versions.filter(|(_, v)| is_shown(v, today, false)).collect()
            }
        };
        let pack = |(policy, version): &(&Policy, &Version)| {
            let name = format!("{}-{}", policy.id, version.id);
            let path = match (&self.out, &self.all) {
                (Some(out), _) => out.clone(),
                (None, folder) => folder.as_deref().unwrap_or(Path::new("")).join(format!("{name}.zip")),
            };
            archive(&path, &name, &files(settings, policies, policy, version)?)?;
            Ok(format!("{}\n", path.display()))
        };
        let paths: Vec<Result<String, Error>> = wanted.par_iter().map(pack).collect();
        print(&paths.into_iter().collect::<Result<String, _>>()?)?;
        say(&count(wanted.len(), "bundle", "bundles"));
        Ok(Outcome::Fine)
    }
}

/// The files of a bundle: as of the day on which the version was announced, whatever came later.
fn files(
    settings: &Settings,
    policies: &[Arc<Policy>],
    policy: &Policy,
    version: &Version,
) -> Result<Vec<site::Page>, Error> {
    let day = version.front.announced;
    let site = Site::new(settings.clone(), policies, &[], day, false, Overrides::default())?;
    let history = history(policy, day, false);
    let release = history.releases.iter().position(|r| r.version.id == version.id);
    let release =
        release.ok_or_else(|| Error::Usage(format!("{}@{} is not published", policy.id, version.id)))?;
    site::bundle::files(&site, &history, release)
}

/// The version that somebody named, or what is wrong with the name.
fn find<'p>(
    policies: &'p [Arc<Policy>],
    named: &str,
    today: NaiveDate,
) -> Result<(&'p Policy, &'p Version), Error> {
    let wrong = |why: String| Err(Error::Usage(why));
    let Some((policy, version)) = named.split_once('@') else {
        return wrong(format!("`{named}` names no version: write it like `privacy@2025-06-15`"));
    };
    let Some(policy) = policies.iter().find(|p| p.id == policy) else {
        let all: Vec<String> = policies.iter().map(|p| format!("`{}`", p.id)).collect();
        return wrong(format!("there is no policy `{policy}`; there is {}", all.join(", ")));
    };
    let Some(version) = policy.versions.iter().find(|v| v.id == version) else {
        let all: Vec<String> = policy.versions.iter().rev().take(5).map(|v| format!("`{}`", v.id)).collect();
        return wrong(format!(
            "`{}` has no version `{version}`; its latest are {}",
            policy.id,
            all.join(", ")
        ));
    };
    if !is_shown(version, NaiveDate::MAX, false) {
        return wrong(format!("`{named}` is a draft: nothing of it is published"));
    }
    if !is_shown(version, today, false) {
        let day = version.front.announced;
        return wrong(format!("`{named}` is announced on {day} only: until then nothing of it is published"));
    }
    Ok((policy, version))
}
