//! The command line: what can be typed, and the only place that asks what day it is.
//!
//! Data goes to standard output, words for people to standard error. Exit codes: 0 fine, 1 the
//! author's text is wrong, 2 the machine failed, 3 a build is owed (`due` alone).

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::error::Error;
use crate::load;

mod build;
mod bundle;
mod check;
mod diff;
mod due;
mod environment;
mod import;
mod new;
mod seal;
#[cfg(feature = "serve")]
mod serve;
mod status;
mod verify;

/// A site from versioned policies: what changed, clause by clause, since when, and whom to tell.
#[derive(Debug, Parser)]
#[command(
    name = "clauseline",
    version,
    about,
    propagate_version = true,
    disable_help_subcommand = true,
    after_help = "\
A policy is a folder of dated markdown files:

  content/site.yaml                 title, base_url, time_zone
  content/privacy/policy.yaml       title
  content/privacy/2024-05-01.md     the text as it was then
  content/privacy/2025-06-15.md     the text from that day on

  clauseline new privacy            the next version, from the last
  clauseline check                  every mistake, at once, and what to type instead
  clauseline seal                   what is ready, published for ever
  clauseline serve                  the site while you write it, in a browser
  clauseline build                  the site, into `public`
  clauseline diff old.md new.md     the redline of any two texts
  clauseline import text policy.txt --policy privacy
                                    a text that lies elsewhere, made into a version
  clauseline status                 where each policy stands
  clauseline due                    when the next build is owed
  clauseline verify public          whether a published folder is as it was published

Each command explains itself: clauseline build --help"
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Colours in what people read.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the whole site.
    #[command(after_help = "\
The site appears at once or not at all: a build that is stopped, or that finds a mistake, leaves
what was published as it was. Only a folder that clauseline wrote itself (it holds a file
`.clauseline`), an empty one or a new one is written to.

  clauseline build
  clauseline build --out /srv/www/policies --base-url https://policies.example.org/
  clauseline build --as-of 2027-01-15     the site as it will stand on that day
  clauseline build --drafts --out preview drafts too; not for publishing

The day of the build is --as-of, else SOURCE_DATE_EPOCH (seconds since 1970), else now. The same
content and the same day give the same bytes.")]
    Build(build::Build),
    /// Begin the next version of a policy with the text of the last.
    #[command(after_help = "\
  clauseline new privacy                          effective on the earliest day that the notice allows
  clauseline new privacy --effective 2027-02-01
  clauseline new privacy --effective 2027-02-01 --announced 2026-12-15
  clauseline new privacy --corrects 2026-10-06    fix a slip in the version in force
  clauseline new privacy --reverts 2026-10-06     take it back

Writes content/privacy/2027-02-01.md, a draft, and a draft of each translation, and prints their
names. The text is that of the last version; headings without an id get the one they go by, so
that they keep it. What can be said of the version stands above it, key by key. Change the text,
then run clauseline check.

A file that is there is never replaced. Ends with 1, and writes nothing, where a day is none or
cannot be.")]
    New(new::New),
    /// Name every mistake in the content, and write nothing.
    #[command(after_help = "\
  clauseline check
  clauseline check --format github     annotations of a pull request, in a GitHub workflow
  clauseline check --format json       for other programs

Ends with 0 where nothing stops publication (there may be warnings), with 1 where something
does.")]
    Check(check::Check),
    /// Fix what is to be published, for ever.
    #[command(after_help = "\
Asks what `check` asks; where anything is wrong, nothing is sealed. Then each version that is no
draft is published: its text and what was said of it never change again, its announcement is an
event in `events.yaml`. Until it takes effect, its `effective` may still be moved and
`withdrawn: DATE` be added, and sealed again. What is not sealed is a draft from then on.

  clauseline seal --dry-run     what would be published
  clauseline seal               and it is
  clauseline seal privacy       of one policy only

It writes `seal.yaml` in each policy's folder, copies of the files in `.sealed` beside it, and
`events.yaml`. Commit them with the texts.")]
    Seal(seal::SealArgs),
    /// Put back the file of a published version as it was published.
    #[command(after_help = "\
For a published text that somebody changed, or a file that is gone. What stood there is kept
beside it, in a file that ends in `.orig`.

  clauseline restore privacy@2025-06-15")]
    Restore(seal::Restore),
    /// Compare markdown files clause by clause.
    #[command(after_help = "\
Ends with 0, also where the texts differ. Of more than two files the first is compared with the
last, and what changed and changed back on the way is told beside it. Front matter is not
compared; the `was` of each file is obeyed for the step that leads to it.

  clauseline diff old.md new.md
  clauseline diff content/privacy/2024-05-01.md content/privacy/2025-06-15.md --full
  clauseline diff v1.md v2.md v3.md
  clauseline diff old.md new.md --format markdown > redline.md
  clauseline diff old.md new.md --format html > redline.html

In a terminal deleted words stand in [-brackets-] and inserted ones in {+braces+}, also in
colour.

A comment (markdown) has at most 65,536 characters: redlines that do not fit are left out, and
counted. Nothing in the texts makes markup there or mentions anybody.

The page (html) needs neither a network nor other files, and is made to be printed.")]
    Diff(diff::Diff),
    /// Make versions of a page, a text or a file's history that lie elsewhere.
    #[command(after_help = "\
  clauseline import text old-policy.txt --policy privacy
  clauseline import html page.html --policy privacy --url https://www.example.org/privacy
  clauseline import git ../policies privacy.md --policy privacy

What was done to the text is listed line by line, first what a person should look at. Nothing is
lost in silence: each word of the input is in a version or in that list. A file that is there is
never replaced.")]
    Import(import::Import),
    /// Put all that is to be known of a published version into one archive.
    #[command(after_help = "\
For a file, a court or an auditor: the canonical text, its page and its record, the redline with
the version before it, what users were told, translations, and a list of digests that checks
them. It needs no network and no program of ours to be read.

  clauseline bundle privacy@2025-06-15
  clauseline bundle privacy@2025-06-15 --out evidence.zip
  clauseline bundle --all bundles           one for each published version

A bundle is as of the day on which its version was announced, so it is the same bytes whenever
it is made.")]
    Bundle(bundle::Bundle),
    /// Show where each policy stands, on one screen.
    #[command(after_help = "\
What is in force and upcoming, which drafts there are and what they lack, which notices show,
which translations lag, and when the next build is owed.

  clauseline status
  clauseline status --as-of 2027-01-15     as it will stand on that day
  clauseline status --format json

Ends with 0 also where drafts lack something, with 1 where the content has mistakes: `clauseline
check` names these.")]
    Status(status::Status),
    /// Say when the next build is owed.
    #[command(after_help = "\
A built site stays as it is, while versions are announced and take effect and notices run out.
Given a folder that a build wrote, this says whether such a day has come since.

  clauseline due
  clauseline due --out /srv/www/policies
  clauseline due --format json

  clauseline due --out public --quiet || clauseline build --out public

Ends with 0 where nothing is owed, with 3 where a build is, and as ever with 1 where the content
has mistakes and with 2 where the machine failed. What was edited since the last build is not
looked at.")]
    Due(due::Due),
    /// Check that a published folder is as it was published.
    #[command(after_help = "\
  clauseline verify public
  clauseline verify public --key RWQ…            and that this key signed it
  clauseline verify public --key minisign.pub
  clauseline verify public --against last-year   and that the history only grew since this copy
  clauseline verify public --against chain.json

Needs neither a network nor the content. Every file is compared with `SHA256SUMS`, every record with
its own digest, its text, the records that follow it and `chain.json`, the log with its digest, and
what services are told with the records.

All that fits even where somebody made the whole folder anew, unless they are asked for the signature
(--key) or compared with an earlier copy (--against). Signatures are made with minisign; see the
README.

Ends with 0 where all is as it was published, with 1 where something is not: each file is named, with
what is wrong and what that means.")]
    Verify(verify::Verify),
    /// Show the site while it is being written.
    #[cfg(feature = "serve")]
    #[command(after_help = "\
Drafts are shown, each with its redline against the text in force. A page that is open in a
browser is loaded again when a file is saved. What is wrong is told in the page; the last site
without mistakes stays. Nothing is written to the disk, and nobody but this machine can ask for
the pages.

  clauseline serve
  clauseline serve --port 0 --open        any port that is free, and a browser beside it
  clauseline serve --as-of 2027-01-15     the site as it will stand on that day
  clauseline serve --host 0.0.0.0         for everyone who can reach this machine; they see the drafts

Ctrl-C ends it.")]
    Serve(serve::Serve),
    /// Print a shell's completions.
    #[command(after_help = "\
  clauseline completions bash > ~/.local/share/bash-completion/completions/clauseline
  clauseline completions zsh  > ~/.zfunc/_clauseline
  clauseline completions fish > ~/.config/fish/completions/clauseline.fish")]
    Completions {
        /// Which shell.
        shell: Shell,
    },
    /// Print the manual page, or write one for each command.
    #[command(after_help = "  clauseline man | man -l -\n  clauseline man --out ~/.local/share/man/man1")]
    Man {
        /// Write the pages into this folder.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}

/// Where the content lies, for every command that reads it.
#[derive(Debug, Args)]
struct Content {
    /// The folder of policies.
    #[arg(long, value_name = "DIR", default_value = "content")]
    content: PathBuf,
    /// The site's own assets [default: `static` beside the content]
    #[arg(long, value_name = "DIR")]
    r#static: Option<PathBuf>,
}

impl Content {
    /// A folder that somebody named, or the one of this name beside the content, which need not be.
    fn beside(&self, named: Option<&PathBuf>, name: &str) -> Result<PathBuf, Error> {
        if let Some(dir) = named {
            load::require_folder(dir)?;
            return Ok(dir.clone());
        }
        Ok(self.content.parent().map_or_else(|| PathBuf::from(name), |p| p.join(name)))
    }

    fn statics(&self) -> Result<PathBuf, Error> {
        self.beside(self.r#static.as_ref(), "static")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    Always,
    Never,
}

impl Color {
    /// Whether to write colours to a stream that is, or is not, a terminal.
    fn on(self, terminal: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => terminal && !environment::no_color(),
        }
    }
}

/// How a command ended, where the machine did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Fine,
    /// The author's text is wrong, or what was published is no longer as it was.
    Mistakes,
    /// What is published is older than what there is to publish.
    Owed,
}

/// What the program can be told; for completions, the manual and the tests.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Runs the program.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no failures; clap knows which stream each goes to.
            let failed = error.use_stderr();
            return if error.print().is_err() || failed { ExitCode::from(2) } else { ExitCode::SUCCESS };
        }
    };
    let color = cli.color;
    let outcome = match cli.command {
        Command::Build(build) => build.run(color),
        Command::New(new) => new.run(color),
        Command::Check(check) => check.run(color),
        Command::Seal(seal) => seal.run(color),
        Command::Restore(restore) => restore.run(),
        Command::Diff(diff) => diff.run(color),
        Command::Import(import) => import.run(color),
        Command::Bundle(bundle) => bundle.run(color),
        Command::Status(status) => status.run(color),
        Command::Due(due) => due.run(color),
        Command::Verify(verify) => verify.run(color),
        #[cfg(feature = "serve")]
        Command::Serve(serve) => serve.run(),
        Command::Completions { shell } => completions(shell),
        Command::Man { out } => manual(out),
    };
    match outcome {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Mistakes) => ExitCode::from(1),
        Ok(Outcome::Owed) => ExitCode::from(3),
        Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&chain(&error, color.on(io::stderr().is_terminal())));
            ExitCode::from(2)
        }
    }
}

/// An error as it is shown.
fn chain(error: &Error, color: bool) -> String {
    let (red, reset) = if color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
    format!("{red}error{reset}: {}", error.told())
}

/// Whoever read our output has read enough (`clauseline diff … | head`): no failure.
fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe)
}

/// Words for people. Where even standard error is closed nobody is left to tell.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Data for programs.
fn print(text: &str) -> Result<(), Error> {
    let written = io::stdout().write_all(text.as_bytes()).and_then(|()| io::stdout().flush());
    written.map_err(|source| Error::Write { path: "standard output".into(), action: "write to", source })
}

fn completions(shell: Shell) -> Result<Outcome, Error> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "clauseline", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Fine)
}

fn manual(out: Option<PathBuf>) -> Result<Outcome, Error> {
    match out {
        Some(dir) => clap_mangen::generate_to(command(), &dir).map_err(|source| Error::Write {
            path: dir,
            action: "write manual pages into",
            source,
        })?,
        None => {
            let mut page = Vec::new();
            let written = clap_mangen::Man::new(command()).render(&mut page);
            written.map_err(|source| Error::Write { path: "manual".into(), action: "make", source })?;
            print(&String::from_utf8_lossy(&page))?;
        }
    }
    Ok(Outcome::Fine)
}
