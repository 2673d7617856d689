//! What is decided anew of a version that is published: another day, or that it does not come.

use std::collections::BTreeSet;

use super::{Case, is_published};
use crate::diagnostic::Diagnostic;
use crate::policy::seal::Sealed;

impl Case<'_, '_> {
    /// What is decided anew of a version that is published.
    pub(super) fn decided_again(&self, sealed: &Sealed) -> Vec<Diagnostic> {
        let (front, today) = (&self.version.front, self.today);
        let mut found = Vec::new();
        let mut fault = |code, key: &str, message: String, hint: String| {
            found.push(Diagnostic::error(code, self.source.at(key), message, hint));
        };
        let in_force = sealed.effective <= today;
        let late = |what: &str| {
            format!("this version took effect on {}, so it cannot be {what} any more", sealed.effective)
        };
        if front.effective != sealed.effective {
            let hint = format!("write `effective: {}`", sealed.effective);
            if in_force {
                fault("too-late", "effective", late("moved to another day"), hint);
            } else if front.effective < today {
                fault(
                    "past",
                    "effective",
                    format!("it is {today}, and {} has passed", front.effective),
                    hint,
                );
            } else if let Some(other) = self.overtaken() {
                let message = format!(
                    "on {} it would change places with `{other}`, which is published",
                    front.effective
                );
                let hint =
                    format!("{hint}, or a day on the same side of `{other}`; or move `{other}` as well");
                fault("out-of-order", "effective", message, hint);
            }
        }
        match (sealed.withdrawn, front.withdrawn) {
            (Some(day), now) if now != Some(day) => {
                let message = format!("this version was withdrawn on {day}, and that was published");
                let hint = format!("write `withdrawn: {day}`; to bring it back, publish it as a new version");
                fault("sealed-key", "withdrawn", message, hint);
            }
            (None, Some(_)) if in_force => {
                let hint = "delete the line, and publish a new version with `kind: revert`".to_owned();
                fault("too-late", "withdrawn", late("withdrawn"), hint);
            }
            (None, Some(day)) if day < today => {
                let message =
                    format!("it is {today}, and nobody could know on {day} that this was withdrawn");
                fault("past", "withdrawn", message, format!("write `withdrawn: {today}`"));
            }
            (None, Some(day)) if day > today => {
                let message = format!(
                    "it is {today}, and services hear of a withdrawal when it is sealed, not on {day}"
                );
                fault("early", "withdrawn", message, format!("write `withdrawn: {today}`"));
            }
            (None, Some(_)) => {
                let seal = self.policy.seal.as_ref();
                let later = self.policy.versions[self.index + 1..].iter();
                let mut later = later.filter(|v| v.front.withdrawn.is_none());
                if let Some(later) = later.find(|v| seal.is_some_and(|seal| is_published(seal, v))) {
                    let message = format!("`{}` is published as what follows this version", later.id);
                    let hint = format!("withdraw `{}` first", later.id);
                    fault("out-of-order", "withdrawn", message, hint);
                }
            }
            _ => {}
        }
        // The time that users were promised is promised for the new day as well.
        if front.effective < sealed.effective && found.is_empty() {
            self.told(&mut found);
        }
        found
    }

    /// The published version that this one would change places with.
    fn overtaken(&self) -> Option<&str> {
        let seal = self.policy.seal.as_ref()?;
        let here: BTreeSet<&str> = self.policy.versions.iter().map(|v| v.id.as_str()).collect();
        let live = |sealed: &&Sealed| sealed.withdrawn.is_none() && here.contains(sealed.version.as_str());
        let was: Vec<&str> =
            seal.versions.iter().filter(live).map(|sealed| sealed.version.as_str()).collect();
        let now = self.policy.versions.iter().map(|v| v.id.as_str()).filter(|id| was.contains(id));
        let (was, now) = was.iter().copied().zip(now).find(|(was, now)| was != now)?;
        Some(if was == self.version.id { now } else { was })
    }
}
