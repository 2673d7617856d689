//! What was decided and announced, in a few bytes: the heads of the chains of records, and a digest of the
//! log. The file to sign, and the file to keep.
//!
//! It changes only when something is decided or announced, or the site gets another name, address or key; never because a page, a word of a template
//! or what this program finds in a text is another one. So a signature of it is one of the history.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::Serialize;

use super::pages::json;
use super::record::{C14N, RecordFile};
use super::{GENERATOR, Page, Site, log, urls};
use crate::error::Error;
use crate::policy::digest;

/// The name of the schema.
pub const SCHEMA: &str = "chain-v1";

/// Where the history ends, in a few bytes: to be kept, and signed. It is another one when something was decided or
/// announced, and never because a page is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clauseline chain, version 1")]
#[schemars(extend("x-changes" = "decision"))]
pub struct Chain {
    /// The URL of this schema.
    #[serde(rename = "$schema")]
    #[schemars(extend("format" = "uri", "x-changes" = "edit"))]
    pub schema: String,
    /// What wrote it.
    pub generator: String,
    /// Whose history it is.
    pub site: ChainSite,
    /// The number of the rule by which texts are made canonical; see `text.c14n` in records.
    pub c14n: u32,
    /// The key that signs this file, as minisign prints public keys; where the site has one. It proves
    /// nothing by itself: compare it with the key that you know from elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-changes" = "edit"))]
    pub public_key: Option<String>,
    /// The policies, by id.
    pub policies: Vec<PolicyHeads>,
    /// The log of decisions.
    pub events: LogHead,
}

/// Whose history it is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "edit"))]
pub struct ChainSite {
    /// The site's name.
    pub title: String,
    /// Its address.
    #[schemars(extend("format" = "uri"))]
    pub url: String,
}

/// Where the records of a policy end.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct PolicyHeads {
    /// The policy's id.
    #[schemars(extend("x-changes" = "never"))]
    pub policy: String,
    /// How many records it has.
    pub records: usize,
    /// The records that no other record names as the one before it, by id. There may be several: two
    /// releases can follow one, such as a correction and what was announced before it.
    pub heads: Vec<RecordHead>,
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "never"))]
pub struct RecordHead {
    /// `policy@version`
    pub id: String,
    /// The digest of the record.
    pub record: String,
}

/// Where the log ends.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(extend("x-changes" = "decision"))]
pub struct LogHead {
    /// The number of the last event; 0 where there is none.
    pub last_seq: usize,
    /// The digest of no event is that of no bytes. That of `n` events is the digest of three things, one
    /// after the other, in UTF-8: the digest of the first `n - 1`, as it would stand here; a line feed; and
    /// the event with the number `n` as it stands on its page, as JSON without white space.
    pub digest: String,
}

/// The digest of no event.
pub fn no_event() -> String {
    digest::named(b"")
}

/// The digest of one event more.
pub fn one_more(before: &str, event: &str) -> String {
    digest::named(format!("{before}\n{event}").as_bytes())
}

/// Where the records of a policy end.
pub fn heads(policy: &str, records: &[RecordFile]) -> PolicyHeads {
    let named: BTreeSet<&str> =
        records.iter().filter_map(|file| file.record.previous.as_ref()).map(|p| p.id.as_str()).collect();
    let ends = records.iter().filter(|file| !named.contains(file.record.id.as_str()));
    let mut heads: Vec<RecordHead> =
        ends.map(|file| RecordHead { id: file.record.id.clone(), record: file.digest.clone() }).collect();
    heads.sort();
    PolicyHeads { policy: policy.to_owned(), records: records.len(), heads }
}

/// The file, of all policies of which anything can be seen; and the key beside it.
pub fn pages(site: &Site, mut policies: Vec<PolicyHeads>) -> Result<Vec<Page>, Error> {
    policies.sort_by(|a, b| a.policy.cmp(&b.policy));
    let key = site.settings.public_key.as_ref();
    let chain = Chain {
        schema: site.absolute(&urls::schema(SCHEMA)),
        generator: GENERATOR.to_owned(),
        site: ChainSite { title: site.settings.title.clone(), url: site.settings.base_url.clone() },
        c14n: C14N,
        public_key: key.map(|key| key.text().to_owned()),
        policies,
        events: log_head(site)?,
    };
    let mut pages = vec![json(urls::CHAIN, &chain)?];
    pages.extend(key.map(|key| Page { path: urls::KEY.to_owned(), contents: key.file().into_bytes() }));
    Ok(pages)
}

fn log_head(site: &Site) -> Result<LogHead, Error> {
    let (mut last_seq, mut digest) = (0, no_event());
    for (seq, event) in site.log.numbered() {
        let text = serde_json::to_string(&log::entry(site, seq, event));
        let text = text.map_err(|e| Error::Json { name: urls::CHAIN.to_owned(), source: Box::new(e) })?;
        (last_seq, digest) = (seq, one_more(&digest, &text));
    }
    Ok(LogHead { last_seq, digest })
}
