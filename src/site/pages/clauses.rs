//! The pages of sections, and of clauses that the author gave an id: one for each id there ever was.
//! A life is told in full on the page of the id it has now, or had last; the pages of its other ids
//! lead there.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::Days;

use crate::error::Error;
use crate::policy::address::PREAMBLE;
use crate::policy::history::{Release, Status};
use crate::policy::lineage::{Fate, Kin, Life, Place, Stage};
use crate::policy::{ChangeNote, ClauseKind, Text};
use crate::site::html::{self, Labels, Links};
use crate::site::messages::direction;
use crate::site::view::{self, Titled};
use crate::site::{Page, Site, names, redline, urls};

use super::scene::Scene;
use super::{Line, Made, html_page, site_view};

/// When a section or a named clause stands in the text; in the order in which they are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum When {
    Now,
    Coming,
    Gone,
}

/// A page for each id that a section or a named clause ever had, and the list of all.
pub(super) fn pages(site: &Site, line: &Line<'_>) -> Result<Made, Error> {
    let (policy, language) = (&line.history.policy.id, &line.history.policy.settings.controlling_language);
    let mut made = Made::default();
    let scene = Scene::new(site, line, &urls::clauses(policy), language);
    made.add(scene.clauses_page()?, scene.place(line.history.in_force));
    for (id, lives) in line.lineage.ids() {
        let scene = Scene::new(site, line, &urls::clause(policy, id), language);
        let page = scene.clause_page(id, &lives)?;
        match scene.moved_to(id, &lives) {
            Some(_) => made.pages.push(page),
            None => made.add(page, scene.place(line.history.in_force)),
        }
    }
    Ok(made)
}

impl Scene<'_, '_> {
    fn clauses_page(&self) -> Result<Page, Error> {
        let lives = 0..self.line.lineage.lives.len();
        let mut lines: [Vec<view::ClauseLine>; 3] = Default::default();
        for (when, line) in lives.filter_map(|l| Some((self.when(l), self.clause_line(l)?))) {
            lines[when as usize].push(line);
        }
        let [standing, coming, gone] = lines;
        let policy = self.policy();
        let title = self.messages.fill("clauses_title", &[("policy", &policy.title)]);
        let description = self.messages.text("clauses_lead").to_owned();
        let view = view::ClausesPage {
            site: site_view(self.site, &self.address),
            page: self.plain_head(self.page("clauses", title, description)),
            policy,
            standing,
            coming,
            gone,
        };
        html_page(self.site, self.language, "clauses.html", &self.address, &view)
    }

    fn clause_line(&self, life: usize) -> Option<view::ClauseLine> {
        let (home, id) = (*self.line.homes.get(life)?)?;
        let stages = &self.line.lineage.lives.get(life)?.stages;
        let text = self.line.lineage.text(home)?;
        let section = match stages.get(home)?.place? {
            Place::Section(section) => section,
            Place::Clause(clause) => text.clauses.get(clause)?.section,
        };
        let within = usize::from(matches!(stages.get(home)?.place, Some(Place::Clause(_))));
        let depth = text.sections.get(section)?.depth.saturating_sub(usize::from(html::has_title(text)));
        let wordings = self.line.lineage.lives[life].wordings(&self.line.releases());
        // The wording in force, else the last: the one that comes, or the one that went.
        let own = wordings.iter().rfind(|w| self.history.in_force.is_some_and(|now| w.from <= now));
        let own = own.or(wordings.last()).filter(|_| self.when(life) != When::Gone);
        let next = own.and_then(|w| w.until);
        Some(view::ClauseLine {
            title: self.life_title(life),
            url: self.to(&urls::clause(self.id(), id)),
            depth: (depth + within).min(5),
            since: own.map(|w| w.from).or(wordings.last().and_then(|w| w.until)).map(|m| self.stamp(m)),
            next: next.map(|m| self.stamp(m)),
            goes: next.is_some_and(|m| stages.get(m).is_some_and(|s| s.place.is_none())),
            wordings: wordings.len(),
        })
    }

    fn clause_page(&self, id: &str, lives: &BTreeSet<usize>) -> Result<Page, Error> {
        // Who comes for the id comes for what has it now.
        let mut lives: Vec<usize> = lives.iter().copied().collect();
        // What went last comes before what went earlier.
        let home = |life: usize| self.line.homes.get(life).copied().flatten().map(|(home, _)| home);
        lives.sort_by_key(|life| (self.home_id(*life) != id, self.when(*life), Reverse(home(*life)), *life));
        let policy = self.policy();
        let name = lives.first().map_or_else(|| id.to_owned(), |life| self.life_title(*life));
        let title = self.messages.fill("clause_title", &[("clause", &name), ("policy", &policy.title)]);
        let mut page = self.page("clause", title, self.messages.text("clause_lead").to_owned());
        if let Some(home) = self.moved_to(id, &lives) {
            page.canonical = self.site.absolute(&urls::clause(self.id(), home));
        }
        let view = view::ClausePage {
            site: site_view(self.site, &self.address),
            page: self.plain_head(page),
            policy,
            id: id.to_owned(),
            title: name,
            lives: lives.iter().filter_map(|life| self.life(*life, id)).collect(),
            text_language: self.language.0.clone(),
            text_dir: direction(&self.language.0),
        };
        html_page(self.site, self.language, "clause.html", &self.address, &view)
    }

    /// The id by which the one life that ever had this id goes now, if that is another.
    fn moved_to<'i>(&self, id: &str, lives: impl IntoIterator<Item = &'i usize>) -> Option<&str> {
        let mut lives = lives.into_iter();
        let only = *lives.next()?;
        let home = Some(self.home_id(only)).filter(|home| *home != id);
        home.filter(|_| lives.next().is_none())
    }

    /// The id a life goes by.
    fn home_id(&self, life: usize) -> &str {
        self.line.homes.get(life).copied().flatten().map_or("", |(_, id)| id)
    }

    /// What a life is called where it stands in force, or stood last.
    pub(super) fn life_title(&self, life: usize) -> String {
        let home = self.line.homes.get(life).copied().flatten().map(|(home, _)| home);
        home.and_then(|home| self.title_at(life, home)).unwrap_or_default()
    }

    fn title_at(&self, life: usize, member: usize) -> Option<String> {
        let text = self.line.lineage.text(member)?;
        match self.line.lineage.lives.get(life)?.stages.get(member)?.place? {
            Place::Clause(clause) => Some(self.label(text, clause)),
            Place::Section(section) => match text.section_title(section) {
                "" => Some(self.messages.text("preamble").to_owned()),
                title => Some(title.to_owned()),
            },
        }
    }

    /// Whether it stands in the text in force, only in one that is announced (or never was in the
    /// line), or in none of them any more.
    pub(super) fn when(&self, life: usize) -> When {
        let Some(life) = self.line.lineage.lives.get(life) else { return When::Coming };
        let stands = |m: &usize| life.stages.get(*m).is_some_and(|s| s.place.is_some());
        if self.history.in_force.iter().any(stands) {
            When::Now
        } else if !self.history.upcoming.iter().any(stands) && self.line.releases().iter().any(stands) {
            When::Gone
        } else {
            When::Coming
        }
    }

    /// Where a life stands in the page of a version.
    pub(super) fn stands_at(&self, member: usize, life: usize) -> String {
        self.to(&urls::version(self.id(), &self.release(member).version.id)) + &self.fragment(member, life)
    }

    fn fragment(&self, member: usize, life: usize) -> String {
        let place = self.line.lineage.lives.get(life).and_then(|l| l.stages.get(member)?.place);
        match place.map(|place| self.line.lineage.id(member, place)) {
            // The text before the first heading has a name and no element of its own.
            None | Some(PREAMBLE) => String::new(),
            Some(id) => format!("#{id}"),
        }
    }

    fn life(&self, life: usize, id: &str) -> Option<view::Life> {
        let (home, now) = (*self.line.homes.get(life)?)?;
        let (lineage, own) = (&self.line.lineage, self.line.lineage.lives.get(life)?);
        let title = self.life_title(life);
        let releases = self.line.releases();
        if now != id {
            let last = releases.iter().rposition(|m| lineage.lasting_id(*m, life) == Some(id));
            let since = last.and_then(|at| releases.get(at + 1)).map(|m| self.stamp(*m).effective.text);
            let values = [("title", title.as_str()), ("date", since.as_deref().unwrap_or_default())];
            let key = if since.is_some() { "clause_elsewhere" } else { "clause_elsewhere_now" };
            return Some(view::Life {
                state: "elsewhere",
                state_text: self.messages.fill(key, &values),
                url: self.to(&urls::clause(self.id(), now)),
                title,
                other_ids: Vec::new(),
                body_html: String::new(),
                below: Vec::new(),
                events: Vec::new(),
            });
        }
        let (state, url, state_text) = self.standing(life, own, home);
        let ids: BTreeSet<&str> =
            (0..self.history.releases.len()).filter_map(|m| lineage.lasting_id(m, life)).collect();
        let other = |id: &str| Titled { title: id.to_owned(), url: self.to(&urls::clause(self.id(), id)) };
        let mut events: Vec<view::Event> =
            (0..own.stages.len()).rev().filter_map(|m| self.event(life, m)).collect();
        if let [only] = &mut events[..] {
            // The text above says it.
            only.redline_html.clear();
        }
        Some(view::Life {
            title,
            state,
            state_text,
            url,
            other_ids: ids.into_iter().filter(|other| *other != now).map(other).collect(),
            body_html: self.words(life, home, 3),
            below: self.below(life, home),
            events,
        })
    }

    /// Where a life stands now, the address of that, and both in words.
    fn standing(&self, life: usize, own: &Life, home: usize) -> (&'static str, String, String) {
        let wordings = own.wordings(&self.line.releases());
        let told = |key: &str, m: usize| {
            let stamp = self.stamp(m);
            let key = if stamp.seen_on { format!("{key}_seen") } else { key.to_owned() };
            self.messages.fill(&key, &[("date", &stamp.effective.text)])
        };
        let at = self.stands_at(home, life);
        let status = self.release(home).status;
        match wordings.last() {
            _ if Some(home) == self.history.in_force => {
                let current = wordings.iter().rfind(|w| w.from <= home).map_or(home, |w| w.from);
                let url = self.to(&urls::policy(self.id())) + &self.fragment(home, life);
                ("in-force", url, told("clause_in_force", current))
            }
            None => ("unpublished", at, self.messages.text("clause_unpublished").to_owned()),
            Some(w) if status == Status::Upcoming => (
                "upcoming",
                at,
                self.messages.fill("clause_upcoming", &[("date", &self.stamp(w.from).effective.text)]),
            ),
            Some(w) => ("gone", at, w.until.map_or_else(String::new, |m| told("clause_gone", m))),
        }
    }

    /// The page of a version, from this one.
    fn stands_on(&self, member: usize) -> String {
        self.to(&urls::version(self.id(), &self.release(member).version.id))
    }

    /// The words of a section in a text, without its heading; of a clause with what it stands under.
    /// Headings among them begin at level `top`.
    fn words(&self, life: usize, member: usize, top: usize) -> String {
        let place = self.line.lineage.lives.get(life).and_then(|l| l.stages.get(member)?.place);
        let Some((place, text)) = place.zip(self.line.lineage.text(member)) else { return String::new() };
        let clauses: Vec<usize> = match place {
            Place::Section(s) => {
                let section = &text.sections[s];
                section.clauses.clone().filter(|c| Some(*c) != section.heading).collect()
            }
            Place::Clause(c) => lead(text, c).into_iter().chain([c]).collect(),
        };
        let table = self.table_label(member);
        let labels = Labels { permalink: "", table: &table, footnotes: "" };
        html::excerpt(text, clauses, Links { whole: &self.stands_on(member), ..self.links() }, labels, top)
    }

    /// Regions of a page must differ in name.
    fn table_label(&self, member: usize) -> String {
        let version = self.release(member).version;
        format!("{}, {}", self.messages.text("table"), version.id)
    }

    /// The sections right below one.
    fn below(&self, life: usize, member: usize) -> Vec<Titled> {
        let lineage = &self.line.lineage;
        let place = lineage.lives.get(life).and_then(|l| l.stages.get(member)?.place);
        let Some((Place::Section(own), text)) = place.zip(lineage.text(member)) else { return Vec::new() };
        let below = text.sections.iter().filter(|s| s.parent == Some(own));
        let titled = |life: usize| Titled {
            title: self.life_title(life),
            url: self.to(&urls::clause(self.id(), self.home_id(life))),
        };
        below.filter_map(|s| lineage.life_around(member, s.heading?)).map(titled).collect()
    }

    /// What a version did to a life; none where it left it as it was.
    fn event(&self, life: usize, member: usize) -> Option<view::Event> {
        let lineage = &self.line.lineage;
        let stage = lineage.lives.get(life)?.stages.get(member)?;
        let fate = match stage.fate {
            Fate::Absent | Fate::Same => return None,
            Fate::First => "first",
            Fate::Added => "added",
            Fate::Changed => "changed",
            Fate::Moved => "moved",
            Fate::Removed => "removed",
        };
        let release = self.release(member);
        let before = release.previous;
        let was = before.and_then(|b| self.title_at(life, b));
        let now = self.title_at(life, member);
        let id_was = before.and_then(|b| lineage.lasting_id(b, life));
        let id_now = lineage.lasting_id(member, life);
        let section = matches!(stage.place, Some(Place::Section(_)));
        let material = self.material(member, stage);
        let number = self.first_change(member, stage, false);
        let redline = before.map(|b| self.redline_between(b, member));
        Some(view::Event {
            version: self.stamp(member),
            days: self.days(life, member, stage),
            fate,
            fate_text: self.messages.text(&format!("fate_{fate}")).to_owned(),
            material,
            material_text: match material {
                "" => String::new(),
                material => self.messages.text(&format!("materiality_{material}")).to_owned(),
            },
            renamed_from: was.filter(|was| section && now.as_ref().is_some_and(|now| now != was)),
            id_was: id_was.filter(|was| id_now.is_some_and(|now| now != *was)).map(str::to_owned),
            kin: self.kin(life, member),
            notes: self.said(member, stage),
            redline_url: redline.as_ref().map(|redline| match number {
                Some(n) => format!("{redline}#change-{n}"),
                None => redline.clone(),
            }),
            redline_html: match (stage.fate, &redline) {
                (Fate::First, _) => self.words(life, member, 5),
                (_, Some(redline)) => self.part_of_redline(release, member, stage, redline),
                _ => String::new(),
            },
        })
    }

    fn part_of_redline(&self, release: &Release<'_>, member: usize, stage: &Stage, whole: &str) -> String {
        let Some(comparison) = &release.comparison else { return String::new() };
        let page = self.stands_on(member);
        let links = Links { whole: &page, ..self.links() };
        let table = format!("{}, {}", self.messages.text("redline"), self.table_label(member));
        let own = |change: usize| stage.changes.contains(&change);
        redline::section(comparison, &self.line.numbers[member], (links, self.messages), whole, &table, &own)
    }

    /// The days for which a life said what a version made it say.
    fn days(&self, life: usize, member: usize, stage: &Stage) -> String {
        let release = self.release(member);
        let front = &release.version.front;
        let is_seen = |m: usize| self.stamp(m).seen_on;
        let seen = is_seen(member);
        let wordings = self.line.lineage.lives[life].wordings(&self.line.releases());
        let own = wordings.iter().find(|w| w.from == member);
        let ended_by = own.and_then(|w| w.until);
        let until = ended_by.map(|m| self.release(m).version.front.effective);
        // Of a version that was only seen nobody knows the day on which it began.
        let seen_end = ended_by.is_some_and(is_seen);
        // The day on which the next begins is not among them.
        let last = until.map(|day| day.checked_sub_days(Days::new(1)).unwrap_or(day).max(front.effective));
        let key = match (release.status, stage.fate, last) {
            (Status::Draft, ..) => "stood_draft",
            (Status::Withdrawn, ..) => "stood_withdrawn",
            (Status::Upcoming, Fate::Removed, _) => "stood_going",
            (_, Fate::Removed, _) if seen => "stood_seen_gone",
            (_, Fate::Removed, _) => "stood_gone",
            (Status::Upcoming, _, None) => "stood_coming",
            (_, _, Some(_)) if seen && seen_end => "stood_seen_until",
            (_, _, Some(_)) if seen => "stood_seen_to",
            (_, _, Some(_)) if seen_end => "stood_until_seen",
            (_, _, None) if seen => "stood_seen",
            (_, _, Some(last)) if last == front.effective => "stood_a_day",
            (_, _, Some(_)) => "stood_until",
            (_, _, None) => "stood_since",
        };
        let to = if seen_end { until } else { last };
        let text = |day: Option<chrono::NaiveDate>| day.map_or_else(String::new, |day| self.day(day).text);
        self.messages.fill(key, &[("from", &text(Some(front.effective))), ("to", &text(to))])
    }

    /// The sections that gave a life clauses in a version, or took some.
    fn kin(&self, life: usize, member: usize) -> Vec<view::Relative> {
        let relative = |(kin, change): (Kin, usize)| {
            let (other, side) = match kin {
                Kin::From(other) => (other, "from"),
                Kin::To(other) => (other, "to"),
            };
            let change = self.release(member).comparison.as_ref()?.diff.changes.get(change)?;
            let relation = match names::relation_name(change.relation) {
                relation @ ("split" | "merged") => relation,
                _ => "moved",
            };
            Some(view::Relative {
                text: self.messages.text(&format!("kin_{side}_{relation}")).to_owned(),
                title: self.life_title(other),
                url: self.to(&urls::clause(self.id(), self.home_id(other))),
            })
        };
        self.line.lineage.kin(member, life).into_iter().filter_map(relative).collect()
    }

    /// The legal team's word on what a version did to a life, each once.
    fn said(&self, member: usize, stage: &Stage) -> Vec<view::Note> {
        let Some(comparison) = &self.release(member).comparison else { return Vec::new() };
        let mut said: Vec<&ChangeNote> = Vec::new();
        for note in stage.changes.iter().filter_map(|c| comparison.notes.get(*c).copied().flatten()) {
            if !said.iter().any(|known| std::ptr::eq(*known, note)) {
                said.push(note);
            }
        }
        said.into_iter().filter_map(|note| self.note(note, member, None).into_iter().next()).collect()
    }
}

/// The term that a definition is of, or the head of the table a row stands in.
fn lead(text: &Text, clause: usize) -> Option<usize> {
    let of = text.clauses.get(clause)?;
    let wanted = match of.kind {
        ClauseKind::Definition => ClauseKind::Term,
        ClauseKind::Row { header: false } => ClauseKind::Row { header: true },
        _ => return None,
    };
    // A definition stands in a container of its own within the list.
    let around = of.path.first()?.number;
    let beside =
        (0..clause).rev().take_while(|c| text.clauses[*c].path.first().is_some_and(|p| p.number == around));
    beside.into_iter().find(|c| text.clauses[*c].kind == wanted)
}
