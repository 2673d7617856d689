//! Versioned policies in, a published site with their history out.
//!
//! This page is for those who change the program; how to use it is in the README. There is no
//! promise about the library's interface: it exists for `main`, which is one call of [`cli::run`],
//! and for the tests.
//!
//! # How a text becomes a site
//!
//! ```text
//!  content/privacy/2025-06-15.md                        templates/  static/
//!        │                                                    │
//!        ▼                                                    │
//!    load        the only reader of the disk ◄────────────────┤
//!        │  text                                              │
//!        ▼                                                    │
//!    policy      yaml ─► front_matter, settings               │
//!                html ─► markdown ─► address                  │
//!        │  Policy { versions: [Version { front, text }] }    │
//!        │                                                    │
//!        ├───► Report (diagnostics) ───► cli: any error? stop │
//!        ▼                                                    │
//!    history     who precedes whom on a given day             │
//!        │         ├─ diff ◄─ align   for each pair           │
//!        │         │   └─ terms ─► signals                    │
//!        │         ├─ path            for pairs further apart │
//!        │         └─ parallel        for each translation    │
//!        │  History { releases, in_force, upcoming }          │
//!        │         ├─ lineage         the lives of sections   │
//!        │         ├─ since           what was owed on the way│
//!        │         └─ search          which wording stood when│
//!        ▼                                                    ▼
//!    site        proof ─► views ─► templates ─► Vec<Page>, in memory
//!        │         ├─► changelog.json, diff.json, feeds, calendar
//!        │         └─► index of the search, sitemap, headers for hosts
//!        ▼
//!    write       staged beside the output, then one exchange ──► public/
//! ```
//!
//! Values go one way, and are finished when they are handed on. [`load::content`] gives every
//! [`policy::Policy`] with a [`diagnostic::Report`]; [`policy::history::history`] puts its versions
//! in line as of a day; [`site::policy`] makes all pages of one policy and what the front page needs
//! to know of it; [`write::Stage`] takes the pages and publishes them. A policy is rendered and
//! written as a unit, in parallel with others, so that no more pages are in memory than are being
//! made.
//!
//! # Layers
//!
//! | module | what lives there | knows of ours |
//! | --- | --- | --- |
//! | [`cli`] | what can be typed; joins the layers; the clock and the environment | all |
//! | [`mod@write`] | pages to a published folder; files of the content | [`site::Page`], [`error`] |
//! | `serve` | pages to a browser while they are being written | [`load`], [`review`], [`site`], [`policy`], [`diagnostic`], [`error`] |
//! | [`mod@verify`] | whether a published folder is as it was published | [`load`], [`site`], [`policy`], [`error`] |
//! | [`review`] | what holds up publication, said of files, and what to paste into them | [`load`], [`policy`], [`diagnostic`] |
//! | [`load`] | a content folder to values; what git says of a file | [`import`], [`policy`], [`diagnostic`], [`error`] |
//! | [`import`] | texts, pages and histories from elsewhere to versions | [`policy`] |
//! | [`site`] | values to pages and JSON | [`policy`], [`error`] |
//! | [`policy`] | the core: the vocabulary, texts, their differences, their history | [`diagnostic`] |
//! | [`diagnostic`] | what is wrong with the author's text, and its drawing | nothing |
//! | [`error`] | what is wrong with the machine | nothing |
//!
//! Layers only look down, and a test says so: the tables at the top of `tests/suite/tidy.rs` are the
//! rules, and each rule is shown a fault that it has to find. To change a rule, change its table.
//!
//! Within the core a text passes, in this order:
//!
//! | module | what it says |
//! | --- | --- |
//! | [`policy::yaml`] | YAML as people write it, every mistake at its place |
//! | [`policy::front_matter`], [`policy::settings`], [`policy::public_key`] | what the keys mean |
//! | `policy::html`, [`policy::markdown`] | the text, cut into clauses |
//! | [`policy::address`], [`policy::links`] | what each is called, and where its links lead |
//! | [`policy::align`] | which clause became which; with `policy::matching` the words, too |
//! | [`policy::diff`] | what changed in it |
//! | [`policy::terms`], [`policy::signals`] | what that means for defined terms, and what in it lawyers look for |
//! | [`policy::path`] | what changed on the way between texts that lie further apart |
//! | [`policy::parallel`] | where a translation lags behind |
//! | [`policy::history`] | the line of versions |
//! | [`policy::lineage`] | the lives of sections and clauses through it |
//! | [`policy::notice`] | for how long users are told |
//! | [`policy::since`] | what is owed to who accepted an earlier version |
//! | [`policy::digest`] | SHA-256 |
//! | [`policy::chain`] | which version each is chained to, for ever |
//! | [`policy::search`] | what a search looks into |
//! | [`policy::agenda`] | the days on which pages change by themselves |
//! | [`policy::standing`] | what those who work on a policy want to know of it |
//! | [`policy::advice`] | what in one text should be looked at again |
//! | [`policy::suggest`] | what may be said of a change |
//! | [`policy::next`] | the files that the next version begins with |
//!
//! What can be told of lines without comparing texts is in [`policy::lines`]; what was found when they were
//! compared before, for whoever asks again after an edit, in [`policy::found`].
//! Words of languages that the program has to know are in the files of [`policy::vocabulary`].
//!
//! # How a text from elsewhere becomes a version
//!
//! ```text
//!  page.txt   page.html   a file in a git repository
//!      │          │            │
//!      ▼          ▼            ▼
//!    load       load       load::git         bytes; states of a file
//!      │          │            │
//!      ▼          ▼            ▼
//!  import::text ◄─ html     import::git      Line { text, cut: why }, Finding
//!      │                       │
//!      └──────────┬────────────┘
//!                 ▼
//!        Draft { day, source, body } ──► write::put ──► content/privacy/2018-05-15.md
//! ```
//!
//! | module | what it says |
//! | --- | --- |
//! | [`import::bytes`], [`import::mojibake`] | which letters stand there |
//! | `policy::html::page` | what on a page is its text |
//! | [`import::text`] | what in a text is chrome, a heading, a title, a list kept by hand; how many instruments there are |
//! | [`import::dates`] | what a text states of its own day |
//! | [`import::git`] | which states of a file are versions, and of which day |
//! | [`import::lost`] | whether a word is in no version and in no report |
//! | [`import::file`] | what is written |
//!
//! Nothing is lost silently: no line leaves the row of lines, it is kept or it says why it was cut, and all
//! that was cut is in the report. Such reading is made of many small rules. Each is a doubt that people are
//! shown with its lines, and `--keep` and `--cut` have the last word.
//!
//! Within the site:
//!
//! | module | what it makes |
//! | --- | --- |
//! | `site::pages` | the pages of one policy and those of the whole site, a child for each kind |
//! | [`site::view`] | what templates may see |
//! | [`site::templates`], [`site::assets`] | the engine, and what is built in |
//! | [`site::html`], [`site::redline`] | clauses and their changes as HTML |
//! | [`site::messages`], `site::plural` | every word, in the form a number takes |
//! | [`site::names`] | the words of the formats |
//! | [`site::urls`] | every address |
//! | [`site::changelog`], [`site::diff_json`], [`site::record`] | what services read of releases |
//! | [`site::head`], [`site::since`], [`site::log`] | what they ask for again and again: where a policy stands, what is owed to whom, what was decided |
//! | [`site::texts`] | the words they may send |
//! | [`site::schemas`] | what all of that looks like |
//! | [`site::feed`], [`site::calendar`] | what those who follow changes subscribe to |
//! | [`site::tags`] | names of entries and days that never change |
//! | [`site::chain`], [`site::sums`] | what a site is checked by, and what is signed |
//! | [`site::search`] | the index of the search |
//! | [`site::bundle`] | all that is to be known of one version, for a file or a court |
//! | [`site::linked_data`], [`site::sitemap`] | what crawlers are told |
//! | [`site::headers`] | what hosts are told |
//!
//! Within the preview, which is there unless the feature `serve` is left out:
//!
//! | module | what it does |
//! | --- | --- |
//! | `serve::site` | the site in memory, and what an edit reaches |
//! | `serve::desk` | what is told of each policy before it is published |
//! | `serve::watch` | when to look at the files again |
//! | `serve::http` | requests and answers; no path of a request ever reaches the disk |
//! | `serve::panel` | what is added to the answers: it loads a page again and says what is wrong |
//!
//! A save makes a new site that shares with the last one what is made from the same: the policies whose
//! files are as they were ([`load::Known`]), what all pages have in common ([`site::Basis`]), and the pages
//! of policies of which both are the same values. So nothing has to be known about what depends on what
//! but what a function takes; a test edits at random and compares with a build. Pages are made when they
//! are asked for, the one that is asked for first ([`site::policy_in_parts`]).
//!
//! # Where each foreign crate lives
//!
//! | crate | where | for |
//! | --- | --- | --- |
//! | `saphyr-parser` | [`policy::yaml`] | YAML with places |
//! | `pulldown-cmark` | [`policy::markdown`], `policy::html` | markdown |
//! | `htmd` | `policy::html` | HTML that says what markdown can say; whole pages |
//! | `sha2` | [`policy::digest`] | digests |
//! | `minisign-verify` | `verify::signature` | signatures, which are checked here and never made |
//! | `pathfinding` | [`policy::align`] | the best assignment of clauses |
//! | `similar` | [`policy::align`], [`policy::diff`], [`policy::signals`] | longest common sequences |
//! | `unicode-segmentation`, `unicode-normalization`, `strsim` | [`policy`] | words, marks, "did you mean" |
//! | `chrono-tz` | [`policy::calendar`], [`policy::settings`] | where a day begins |
//! | `tera` | [`site::templates`] | templates |
//! | `icu_plurals`, `icu_locale_core` | `site::plural` | plural rules of every language, kept by Unicode |
//! | `serde_yaml` | [`site::messages`] | files of words |
//! | `icalendar` | [`site::calendar`] | values and escaped words of a calendar |
//! | `schemars` | [`site`] | JSON Schemas, made from the types they describe |
//! | `serde`, `serde_json` | [`site`], [`cli`], [`diagnostic`], [`mod@verify`] | what leaves the program, and what comes back |
//! | `annotate-snippets` | [`diagnostic`] | drawing mistakes |
//! | `thiserror` | [`error`] | messages of errors |
//! | `walkdir` | [`load`] | listing folders |
//! | `tempfile`, `rustix` | [`mod@write`] | staging, and the exchange of two folders |
//! | `zip` | `write::archive` | bundles |
//! | `notify` | `serve::watch` | being told of changed files |
//! | `hyper` and kin, `tokio` | `serve::http` | HTTP on loopback; a stream of events needs no framework |
//! | `clap` and kin, `indicatif` | [`cli`] | arguments, completions, manual, progress |
//! | `rayon` | all but [`policy`] | one policy beside another |
//! | `chrono` | everywhere | days |
//!
//! # Two kinds of failure
//!
//! A [`diagnostic::Diagnostic`] is about the author's text: a place, what is wrong in the author's
//! words, what to type instead. All are collected before any is shown; one error among them and
//! nothing is written; exit code 1. An [`error::Error`] is about the machine: a path or a template,
//! and the cause one `source()` down; it stops the command; exit code 2. Neither ever becomes the
//! other. What cannot happen is an `expect` that says why.
//!
//! # Invariants
//!
//! What is *not* there holds the rest up:
//!
//! - [`policy`] has no disk, no clock, no environment, no paths of files and no `Result` for a wrong
//!   text: a text that is wrong gives the value that can be made of it, and diagnostics.
//! - [`site`] has no disk and no clock either. Which day it is comes as an argument.
//! - Core types are not `Serialize`. Serialization is a promise to strangers, and such promises are
//!   made in [`site::view`], [`site::changelog`], [`site::diff_json`], [`site::record`] and [`site::feed`]
//!   only.
//! - A [`policy::diff::Diff`] has no text of its own, only ranges into the two originals.
//! - Nothing in the program knows a secret key; whoever publishes signs with minisign.
//! - No redline is published without its [`policy::diff::Diff::proof`]: accepting all changes gives
//!   the new text, rejecting all the old one.
//! - No HTML of an author reaches a page. [`policy::markdown`] leaves none, and [`site::html`]
//!   escapes what it writes.
//! - No path of the site is put together outside [`site::urls`]; no word that a reader sees stands in Rust.
//! - No folder without our marker is replaced or removed, unless it is empty: see [`mod@write`].
//! - No class of change is guessed from the size of a change.
//!
//! # The same input, the same bytes
//!
//! Nothing asks what day it is but [`cli`]. There is no hash order: `HashMap` and `HashSet` are
//! refused by `.clippy.toml`. There is no deadline in any algorithm, so a slow machine gives the
//! same redline as a fast one. Folders are listed in order, and what is made in parallel is put back
//! in order. `tests/run site` builds one content twice under different circumstances and compares.
//!
//! # Where tests live
//!
//! | where | what |
//! | --- | --- |
//! | `mod tests` in a file | what only that file can see |
//! | `tests/suite/` | the program from outside, as one binary |
//! | `tests/suite/tidy.rs` | the rules of the house; also that commands in the README exist |
//! | `tests/suite/templates.rs` | that `templates/README.md` names all that templates see |
//! | `tests/look/` | a site's own templates and style, as different as can be; built by the suite and in the browser |
//! | `tests/golden/` | a small content folder with one of everything, and its site, byte for byte |
//! | `tests/signals/`, `tests/terms/` | two texts, and what is marked in their changes |
//! | `tests/mistakes/*.txt` | one file for each mistake: a small content folder and the exact report |
//! | `tests/browser/` | built pages in a real browser: links, contrast, widths, HTML, no script; what the search answers |
//! | `tests/publish/` | the recipes for publishing, tried with the servers themselves |
//! | `tests/consumer/` | a service in Python that is not ours: it follows a site through a year and tells its users |
//! | `benches/speed/` | how long the core takes, and how that grows; asked by nobody but people |
//! | `tests/run` | all of it, and formatting, lints, these pages, licences |
//!
//! # How to add
//!
//! **A diagnostic.** Push it where the mistake can be known: in the core if one text is enough, in a
//! child of [`load`] if it takes several files. Give it a stable `code`, the narrowest span, a
//! message in the author's words without a full stop, and a hint that can be typed. Write
//! `tests/mistakes/NAME.txt` without what is expected, run `UPDATE=1 cargo test mistakes`, and read
//! what was written.
//!
//! **A page.** Its address into [`site::urls`], what its template sees into [`site::view`], its
//! template into `templates/` and the list in [`site::assets`], its words into every file of
//! `templates/messages/`; then make it in a child of `site::pages`. A test names the rows that
//! `templates/README.md` lacks then. Give its body a `data-page` of its own: the browser looks at one of
//! each.
//!
//! **A language of the pages.** A file in `templates/messages/` and in the list of [`site::assets`], with a
//! key for each plural form, and a line `:root:lang()` in `static/style.css` for what is heard around changes.
//!
//! **A word that signals or terms go by.** Into the file of its language in `src/policy/vocabulary/`, and a
//! case into `tests/signals/`. A language is a file there, and a line in [`policy::vocabulary`].
//!
//! **A habit of pages that an import should know.** Into the list or the rule in the child of `import::text`
//! that it belongs to, and a text of that shape, of your own words, into `tests/suite/import.rs`. What it
//! takes away has to be cut with a [`import::Why`], and what it cannot be sure of has to be a doubt.
//!
//! **A field of the JSON.** Into the type in [`site::changelog`] or [`site::diff_json`], with a doc
//! comment, which becomes its description in the schema, and `skip_serializing_if` where it may be
//! absent. Fields are added and never changed; what cannot be an addition is a new schema with a new
//! number.

pub mod cli;
pub mod import;
pub mod load;
pub mod policy;
pub mod review;
#[cfg(feature = "serve")]
pub mod serve;
pub mod site;
pub mod verify;
pub mod write;

pub mod diagnostic;
pub mod error;
