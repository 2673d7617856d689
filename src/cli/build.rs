//! `clauseline build`

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;

use super::environment::{Stopwatch, today};
use super::{Color, Content, Outcome, say};
use crate::error::Error;
use crate::load;
use crate::policy::Policy;
use crate::policy::history::history;
use crate::policy::lines::continued;
use crate::policy::seal::{Decision, decide, published};
use crate::site::{self, Overrides, Site, Summary, Tally};
use crate::write::{Stage, check_output};

#[derive(Debug, Args)]
pub(super) struct Build {
    #[command(flatten)]
    content: Content,
    /// The folder of the site.
    #[arg(long, value_name = "DIR", default_value = "public")]
    out: PathBuf,
    /// The day the site is built for, YYYY-MM-DD in the site's time zone.
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// The site's address, instead of that in site.yaml.
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Build drafts too.
    #[arg(long)]
    drafts: bool,
    /// The site's own templates [default: `templates` beside the content]
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

impl Build {
    pub(super) fn run(self, color: Color) -> Result<Outcome, Error> {
        let began = Stopwatch::start();
        let content = &self.content.content;
        let templates = self.content.beside(self.templates.as_ref(), "templates")?;
        let statics = self.content.statics()?;
        check_output(&self.out, &[content, &templates, &statics])?;
        let mut loaded = load::content(content, &statics)?;
        let stderr = color.on(io::stderr().is_terminal());
        let (errors, warnings) = (loaded.report.errors(), loaded.report.warnings());
        let (Some(mut settings), 0) = (loaded.site, errors) else {
            say(loaded.report.human(stderr).trim_end());
            say("nothing was written");
            return Ok(Outcome::Mistakes);
        };
        if warnings > 0 {
            // Old imported versions may have hundreds, and nobody can mend them.
            say(&format!("{}; `clauseline check` names each", count(warnings, "warning", "warnings")));
        }
        if let Some(url) = self.base_url {
            settings.base_url = base_url(&url)?;
        }
        let today = today(self.as_of.as_deref(), settings.time_zone)?;
        if !self.drafts {
            let unsealed: Vec<String> = loaded.policies.iter().flat_map(|policy| unsealed(policy)).collect();
            if !unsealed.is_empty() {
                say(&format!(
                    "not sealed, so not published: {}; `clauseline seal` publishes",
                    unsealed.join(", ")
                ));
            }
            loaded.policies = published(loaded.policies);
        }
        let (own_templates, own_statics) = load::overrides(&templates, &statics)?;
        let overrides = Overrides { templates: own_templates, statics: own_statics };
        let site = Site::new(settings, &loaded.policies, &loaded.events, today, self.drafts, overrides)?;
        let stage = Stage::begin(&self.out)?;
        stage.built_for(today)?;
        let bar = progress(loaded.policies.len());
        let made: Vec<Result<Made, Error>> = loaded
            .policies
            .par_iter()
            .map(|policy| {
                let earlier = continued(policy, &loaded.policies);
                let lines: Vec<_> = earlier.iter().map(|p| history(p, today, false)).collect();
                let history = history(policy, today, self.drafts);
                let (pages, summary) = site::policy(&site, &history, &lines)?;
                stage.write(&pages)?;
                bar.inc(1);
                let waiting = history
                    .unannounced
                    .iter()
                    .map(|v| format!("{}@{} (announced {})", policy.id, v.id, v.front.announced));
                Ok(Made { summary, waiting: waiting.collect() })
            })
            .collect();
        let made: Vec<Made> = made.into_iter().collect::<Result<_, _>>()?;
        let mut tally = Tally::default();
        made.iter().filter_map(|m| m.summary.as_ref()).for_each(|s| tally += s.tally);
        let waiting: Vec<String> = made.iter().flat_map(|m| m.waiting.clone()).collect();
        let policies = made.iter().filter(|m| m.summary.is_some()).count();
        let pages = site::whole(&site, made.into_iter().filter_map(|m| m.summary).collect())?;
        tally.pages += pages.len();
        stage.write(&pages)?;
        stage.publish()?;
        bar.finish_and_clear();
        if !waiting.is_empty() {
            say(&format!("not yet announced on {today}, so not shown: {}", waiting.join(", ")));
        }
        say(&format!(
            "{} as of {today}: {}, {}, {}, {}, {} in {:.2} s",
            self.out.display(),
            count(policies, "policy", "policies"),
            count(tally.versions, "version", "versions"),
            count(tally.clauses, "clause", "clauses"),
            count(tally.changes, "change", "changes"),
            count(tally.pages, "file", "files"),
            began.seconds(),
        ));
        Ok(Outcome::Fine)
    }
}

/// What the files of a policy with a seal say and its seal does not.
pub(super) fn unsealed(policy: &Policy) -> Vec<String> {
    let decided = policy.seal.as_ref().map_or_else(Vec::new, |_| decide(policy));
    let told = decided.into_iter().map(|decided| {
        let id = format!("{}@{}", policy.id, decided.version);
        match decided.decision {
            Decision::Published => id,
            Decision::Rescheduled(_) => format!("{id} (another day)"),
            Decision::Withdrawn => format!("{id} (withdrawn)"),
            Decision::Translated(language, 1) => format!("{id} ({language})"),
            Decision::Translated(language, revision) => format!("{id} ({language}, revision {revision})"),
        }
    });
    told.collect()
}

struct Made {
    /// `None` where nothing of the policy can be seen yet.
    summary: Option<Summary>,
    /// Versions whose announcement lies ahead.
    waiting: Vec<String>,
}

/// A bar for builds that take a while, on a terminal; indicatif draws nothing elsewhere.
fn progress(policies: usize) -> ProgressBar {
    let bar = ProgressBar::new(policies as u64);
    if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} policies") {
        bar.set_style(style);
    }
    bar
}

fn base_url(url: &str) -> Result<String, Error> {
    let absolute = ["http://", "https://"].iter().any(|s| url.strip_prefix(s).is_some_and(|h| !h.is_empty()));
    if !absolute || url.contains(char::is_whitespace) {
        return Err(Error::Usage(format!(
            "`--base-url {url}` is not an address: write it like https://policies.example.org/"
        )));
    }
    Ok(format!("{}/", url.trim_end_matches('/')))
}

pub(super) fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}
