//! What the templates of ready-to-send texts may see.

use serde::Serialize;

use super::{Day, Titled};

/// A release that users are told of, or all that came since the version they accepted. Every URL is absolute.
#[derive(Clone, Debug, Serialize)]
pub struct Told {
    /// Who publishes it.
    pub organisation: String,
    /// For questions.
    pub contact: Option<String>,
    /// Where its days begin.
    pub time_zone: String,
    /// The policy and its page.
    pub policy: Titled,
    /// The release's id.
    pub release_id: String,
    /// `initial`, `amendment`, `correction`, `revert`
    pub kind: &'static str,
    /// `none`, `notice`, `reaccept`, `unknown`; of all that came since: the strongest on the way
    pub action: &'static str,
    /// Where using the service is accepting: that in words.
    pub acceptance_text: Option<String>,
    /// When it takes effect.
    pub effective: Day,
    /// When it was announced.
    pub announced: Day,
    /// Where it was put off: when it was to take effect as it was first announced.
    pub first_effective: Option<Day>,
    /// Its dates are the days it was seen.
    pub seen_on: bool,
    /// When it was taken back.
    pub withdrawn: Option<Day>,
    /// What changed, in plain words.
    pub summary: Option<String>,
    /// The legal team's words on what is material in it; of all that came since, on what differs in the end.
    pub changes: Vec<String>,
    /// Of all that came since: from when the version is that users accepted.
    pub accepted: Option<Day>,
    /// Of all that came since: nothing differs from what users accepted.
    pub same: bool,
    /// The text.
    pub text_url: String,
    /// What changed, word by word.
    pub redline_url: Option<String>,
}
