//! What changed since a version that somebody accepted, and what they were owed for it.

use chrono::Days;

use crate::error::Error;
use crate::policy::Action;
use crate::policy::history::{Comparison, Status, Way};
use crate::policy::since::{self, Leg, Since};
use crate::site::{Page, Site, names, since as owed, urls, view};

use super::changes::{Places, rows};
use super::scene::Scene;
use super::size::size;
use super::{Line, Made, html_page, site_view};

/// The page on which one chooses the version one accepted, and that of the version in force; those of earlier
/// versions, and their files for services, are made where their redlines are.
pub(super) fn pages(site: &Site, line: &Line<'_>) -> Result<Made, Error> {
    let (policy, language) = (&line.history.policy.id, &line.history.policy.settings.controlling_language);
    let mut made = Made::default();
    for (i, release) in line.history.releases.iter().enumerate() {
        if matches!(release.status, Status::InForce | Status::Upcoming | Status::Withdrawn) {
            made.pages.extend(owed::page(site, line.history, i, None)?);
        }
    }
    let Some(current) = line.history.in_force else { return Ok(made) };
    let scene = Scene::new(site, line, &urls::accepted(policy), language);
    made.add(scene.accepted_page()?, scene.place(Some(current)));
    let address = urls::since(policy, &line.history.releases[current].version.id);
    made.pages.extend(Scene::new(site, line, &address, language).since_page(current, None, None)?);
    Ok(made)
}

/// The page of a version that was in force, from its redline with the one that is.
pub(super) fn page(
    site: &Site,
    line: &Line<'_>,
    accepted: usize,
    compared: (&Comparison<'_>, &[Option<usize>]),
    way: Option<&Way<'_>>,
) -> Result<Option<Page>, Error> {
    let (policy, language) = (&line.history.policy.id, &line.history.policy.settings.controlling_language);
    let address = urls::since(policy, &line.history.releases[accepted].version.id);
    Scene::new(site, line, &address, language).since_page(accepted, Some(compared), way)
}

impl Scene<'_, '_> {
    fn accepted_page(&self) -> Result<Page, Error> {
        let policy = self.policy();
        let title = self.messages.fill("accepted_title", &[("policy", &policy.title)]);
        let description = self.messages.text("accepted_lead").to_owned();
        let period = |p: since::Period| view::Period {
            version: self.stamp(p.release),
            until_text: self.until(&p),
            url: self.to(&urls::since(self.id(), &self.release(p.release).version.id)),
            action_text: match since::since(self.history, p.release) {
                Some(since) => {
                    self.messages.text(&format!("owed_short_{}", self.owed(&since).action)).to_owned()
                }
                None => String::new(),
            },
        };
        let view = view::AcceptedPage {
            site: site_view(self.site, &self.address),
            page: self.plain_head(self.page("accepted", title, description)),
            policy,
            periods: since::periods(self.history).into_iter().rev().map(period).collect(),
        };
        html_page(self.site, self.language, "accepted.html", &self.address, &view)
    }

    fn since_page(
        &self,
        accepted: usize,
        compared: Option<(&Comparison<'_>, &[Option<usize>])>,
        way: Option<&Way<'_>>,
    ) -> Result<Option<Page>, Error> {
        let found = since::since(self.history, accepted).zip(self.history.in_force);
        let Some((since, current)) = found else { return Ok(None) };
        let policy = self.policy();
        let (old, new) = (self.stamp(accepted), self.stamp(current));
        let values = [("policy", policy.title.as_str()), ("date", old.effective.text.as_str())];
        let title = self.messages.fill("since_page_title", &values);
        let redline_url = compared.map(|_| self.redline_between(accepted, current));
        let owed = self.owed(&since);
        let leg = since.leg(current);
        let redline = redline_url.as_deref().unwrap_or_default();
        let places = Places { texts: Some((&old.url, &new.url)), redline };
        let changes = compared.map(|(c, numbers)| rows(c, numbers, self.messages, places));
        let view = view::SincePage {
            site: site_view(self.site, &self.address),
            page: self.plain_head(self.page("since", title, owed.text.clone())),
            policy,
            accepted: old,
            current: new,
            gap: self.gap_after(accepted),
            same: compared.is_none_or(|(c, _)| c.old.digest == c.new.digest),
            size: compared.map(|(comparison, _)| size(comparison, self.messages)),
            owed,
            steps: leg
                .into_iter()
                .flat_map(|leg| leg.steps.iter().map(|s| self.step(*s, Some(leg), None)))
                .collect(),
            announced: self.history.upcoming.iter().map(|u| self.announced(*u, &since, current)).collect(),
            changes: changes.unwrap_or_default(),
            way: way.map(|way| self.way(way, &[])),
            redline_url,
        };
        html_page(self.site, self.language, "since.html", &self.address, &view).map(Some)
    }

    /// A version on the way; `from` is the version its redline begins at, if not the one before it.
    fn step(&self, step: usize, leg: Option<&Leg>, from: Option<usize>) -> view::Step {
        let release = self.release(step);
        let front = &release.version.front;
        let asks = since::asks(release);
        let action = names::action_name(if asks { release.action() } else { Some(Action::None) });
        view::Step {
            version: self.stamp(step),
            announced: (front.announced != front.effective).then(|| self.day(front.announced)),
            action,
            action_text: self.messages.text(&format!("owed_step_{action}")).to_owned(),
            strongest: leg.is_some_and(|leg| leg.strongest == Some(step)),
            in_all: None,
            summary: front.summary.clone(),
            redline_url: from.or(release.previous).map(|old| self.redline_between(old, step)),
        }
    }

    /// An announced version, with what is owed on the whole way to it: who skipped a version in between is
    /// owed what that asked for, too.
    fn announced(&self, upcoming: usize, since: &Since, current: usize) -> view::Step {
        let own = self.step(upcoming, None, Some(current));
        let Some(leg) = since.leg(upcoming) else { return own };
        let action = names::action_name(leg.action);
        let text = |action: &str| self.messages.text(&format!("owed_step_{action}")).to_owned();
        let most = leg.strongest.map(|release| names::action_name(self.release(release).action()));
        let in_all = match most.filter(|_| leg.action.is_none()) {
            Some(most) => self.messages.fill("owed_in_all_at_least", &[("action", &text(most))]),
            None => self.messages.fill("owed_in_all", &[("action", &text(action))]),
        };
        view::Step { in_all: (action != own.action || leg.action.is_none()).then_some(in_all), ..own }
    }

    /// How long a version was in force.
    fn until(&self, period: &since::Period) -> Option<String> {
        if let Some(gap) = self.gap_after(period.release) {
            return Some(gap);
        }
        let last = period.until?.checked_sub_days(Days::new(1))?;
        Some(if last < period.from {
            self.messages.text("accepted_corrected").to_owned()
        } else {
            self.messages.fill("accepted_until", &[("date", &self.day(last).text)])
        })
    }

    /// That nothing is known of the time after a version.
    fn gap_after(&self, release: usize) -> Option<String> {
        self.gap_before(self.release(release).next?)
    }

    /// What is owed to who accepted a version, until the one in force.
    fn owed(&self, since: &Since) -> view::Owed {
        let current = self.history.in_force.and_then(|current| since.leg(current));
        let text = |key: &str, values: &[(&str, &str)]| self.messages.fill(key, values);
        let day = |release: usize| self.stamp(release).effective.text;
        let Some(leg) = current else {
            return view::Owed { action: "same", text: text("owed_same", &[]), at_least: None };
        };
        if !leg.steps.iter().any(|step| since::asks(self.release(*step))) {
            return view::Owed { action: "corrected", text: text("owed_corrected", &[]), at_least: None };
        }
        let action = names::action_name(leg.action);
        let most =
            leg.strongest.map(|release| (names::action_name(self.release(release).action()), day(release)));
        let at_least = most.as_ref().filter(|_| leg.action.is_none());
        view::Owed {
            action,
            text: match (leg.action, &most) {
                (None, _) => self.messages.count("owed_unknown", leg.unknown.len()),
                (Some(_), Some((asked, date))) => text(&format!("owed_{asked}"), &[("date", date)]),
                (Some(_), None) => text("owed_none", &[]),
            },
            at_least: at_least
                .map(|(asked, date)| text(&format!("owed_at_least_{asked}"), &[("date", date)])),
        }
    }
}
