//! The lives of sections and clauses through all versions of a policy.
//!
//! The diffs of neighbours say which clause became which; followed from version to version they give
//! each clause its *line*: one number for all that one clause was called and said over the years. A
//! section's line is that of its heading, and the text before the first heading is a line of its own.
//! Nothing is compared here: where a diff saw a clause removed its line ends, and what came back
//! later begins another.
//!
//! Where a clause was split its first part goes on and the others begin; where clauses were merged
//! the first of them goes on and the others end. What became of a line is told by the changes that
//! touch it: of each version those that stand in it now, or stood in it before.
//!
//! Nothing here knows dates or which version is in force: a row of texts, each made of an earlier
//! one, is all there is.

use std::collections::{BTreeMap, BTreeSet};

use super::diff::{Change, Diff, Relation};
use super::{ClauseKind, Section, Text};

/// A text, and what it was made of: which earlier text, and what changed.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// The text.
    pub text: &'a Text,
    /// The place of the text before it in the row, and the diff between them.
    pub from: Option<(usize, &'a Diff)>,
}

/// The lives of all sections and named clauses of a row of texts.
#[derive(Clone, Debug)]
pub struct Lineage<'a> {
    members: Vec<Member<'a>>,
    /// By text and clause: its line.
    lines: Vec<Vec<usize>>,
    /// By text and clause: what last changed it, on the way to that text.
    changed: Vec<Vec<Option<Touch>>>,
    /// In the order of the last text; what has ended stands after what it stood after.
    pub lives: Vec<Life>,
    /// By line: which of `lives` it is.
    of_line: BTreeMap<usize, usize>,
}

/// One change of one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// The text it led to.
    pub member: usize,
    /// Which entry of its diff.
    pub change: usize,
}

/// The life of a section, or of a clause that the author gave an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// By text: where it stands there, and what was done to it.
    pub stages: Vec<Stage>,
}

/// What a life is in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// Where it stands; none where it does not.
    pub place: Option<Place>,
    /// What became of it since the text before.
    pub fate: Fate,
    /// The entries of the diff that touch it: those that [are not quiet](Change::is_quiet), and clauses
    /// that say the same and passed between it and another life, since a heading came or went around them.
    pub changes: Vec<usize>,
}

/// A time in which a life said the same at the same place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wording {
    /// The text that brought it.
    pub from: usize,
    /// The text that ended it.
    pub until: Option<usize>,
}

/// A clause that passed between two lives, or is shared by both: where sections give up clauses,
/// take them in, are split or merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kin {
    /// From the life of this number.
    From(usize),
    /// To the life of this number.
    To(usize),
}

/// Where something stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An index into [`Text::sections`].
    Section(usize),
    /// An index into [`Text::clauses`].
    Clause(usize),
}

/// What became of a life from one text to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// It is not there, and was not.
    #[default]
    Absent,
    /// The row begins with it.
    First,
    /// It came.
    Added,
    /// It says the same.
    Same,
    /// It stands elsewhere, and says the same.
    Moved,
    /// Its words changed, or what belongs to it.
    Changed,
    /// It went.
    Removed,
}

/// The line of the text before the first heading.
const PREAMBLE: usize = 0;

impl<'a> Lineage<'a> {
    /// Follows all clauses through a row of texts, each made of an earlier one.
    pub fn new(members: Vec<Member<'a>>) -> Self {
        let (mut lines, mut changed) = (Vec::new(), Vec::new());
        let mut next = PREAMBLE + 1;
        for (m, member) in members.iter().enumerate() {
            let count = member.text.clauses.len();
            let mut line: Vec<Option<usize>> = vec![None; count];
            let mut last: Vec<Option<Touch>> = vec![None; count];
            if let Some((before, diff)) = member.from {
                let (lines, changed): (&Vec<usize>, &Vec<Option<Touch>>) = (&lines[before], &changed[before]);
                for (change, c) in diff.changes.iter().enumerate() {
                    let old = c.old.first().copied();
                    if let (Some(o), Some(n)) = (old, c.new.first()) {
                        line[*n] = Some(lines[o]);
                    }
                    let touch = Touch { member: m, change };
                    let stays = old.and_then(|o| changed[o]).filter(|_| c.is_quiet());
                    c.new.iter().for_each(|n| last[*n] = if c.is_quiet() { stays } else { Some(touch) });
                }
            }
            let mut fresh = || {
                next += 1;
                next - 1
            };
            lines.push(line.into_iter().map(|line| line.unwrap_or_else(&mut fresh)).collect::<Vec<_>>());
            changed.push(last);
        }
        let mut lineage = Self { members, lines, changed, lives: Vec::new(), of_line: BTreeMap::new() };
        let named = lineage.named();
        let order = lineage.order(&named);
        lineage.lives = lineage.made(&order, &named);
        lineage.of_line = order.into_iter().enumerate().map(|(life, line)| (line, life)).collect();
        lineage
    }

    /// The line of a clause: the same number in all texts that it lives through.
    pub fn line(&self, member: usize, clause: usize) -> Option<usize> {
        self.lines.get(member)?.get(clause).copied()
    }

    /// The life of the section in which a clause of a text stands.
    pub fn life_around(&self, member: usize, clause: usize) -> Option<usize> {
        self.of_line.get(&self.line_around(member, clause)?).copied()
    }

    /// What a life is called in a text, where that is an address for ever: that of a section, or an id
    /// that the author gave.
    pub fn lasting_id(&self, member: usize, life: usize) -> Option<&'a str> {
        let place = self.lives.get(life)?.stages.get(member)?.place?;
        let lasting = match place {
            Place::Section(_) => true,
            Place::Clause(c) => self.text(member)?.clauses.get(c)?.pinned,
        };
        lasting.then(|| self.id(member, place))
    }

    /// Every id that lasts, and the lives that ever had it.
    pub fn ids(&self) -> BTreeMap<&'a str, BTreeSet<usize>> {
        let mut ids: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for life in 0..self.lives.len() {
            for id in (0..self.members.len()).filter_map(|m| self.lasting_id(m, life)) {
                ids.entry(id).or_default().insert(life);
            }
        }
        ids
    }

    /// The lives that gave clauses to this one on the way to a text, or took some from it, each with the
    /// first change that says so.
    pub fn kin(&self, member: usize, life: usize) -> BTreeMap<Kin, usize> {
        let mut kin = BTreeMap::new();
        let stage = self.lives.get(life).and_then(|l| l.stages.get(member));
        let from = self.members.get(member).and_then(|m| m.from);
        let Some((stage, (before, diff))) = stage.zip(from) else { return kin };
        for change in &stage.changes {
            let Some(c) = diff.changes.get(*change) else { continue };
            let lives = |m: usize, clauses: &[usize]| -> BTreeSet<usize> {
                clauses.iter().filter_map(|clause| self.life_around(m, *clause)).collect()
            };
            let (old, new) = (lives(before, &c.old), lives(member, &c.new));
            if new.contains(&life) {
                old.iter().filter(|o| **o != life).for_each(|o| {
                    kin.entry(Kin::From(*o)).or_insert(*change);
                });
            }
            if old.contains(&life) {
                new.iter().filter(|n| **n != life).for_each(|n| {
                    kin.entry(Kin::To(*n)).or_insert(*change);
                });
            }
        }
        kin
    }

    /// What last changed a clause of a text, on the way to it; none where it has said the same all along.
    pub fn last_changed(&self, member: usize, clause: usize) -> Option<Touch> {
        self.changed.get(member)?.get(clause).copied()?
    }

    /// The text of a member.
    pub fn text(&self, member: usize) -> Option<&'a Text> {
        self.members.get(member).map(|m| m.text)
    }

    /// A change, by where it is.
    pub fn change(&self, touch: Touch) -> Option<&'a Change> {
        let (_, diff) = self.members.get(touch.member)?.from?;
        diff.changes.get(touch.change)
    }

    /// What a life is called in a text.
    pub fn id(&self, member: usize, place: Place) -> &'a str {
        let text = self.members.get(member).map(|m| m.text);
        let id = match place {
            Place::Section(s) => text.and_then(|t| t.sections.get(s)).map(|s| s.id.as_str()),
            Place::Clause(c) => text.and_then(|t| t.clauses.get(c)).map(|c| c.id.as_str()),
        };
        id.unwrap_or_default()
    }

    /// The line of a section: that of its heading.
    fn line_of(&self, member: usize, section: &Section) -> usize {
        section.heading.map_or(PREAMBLE, |h| self.lines[member][h])
    }

    /// The line of the section in which a clause of a text stands.
    fn line_around(&self, member: usize, clause: usize) -> Option<usize> {
        let text = self.text(member)?;
        let section = text.sections.get(text.clauses.get(clause)?.section)?;
        Some(self.line_of(member, section))
    }

    /// Where each line that has a life stands in a text, in the order of the text.
    fn standing(&self, member: usize, named: &BTreeSet<usize>) -> Vec<(usize, Place)> {
        let text = self.members[member].text;
        let mut all = Vec::new();
        for (s, section) in text.sections.iter().enumerate() {
            if !section.clauses.is_empty() {
                all.push((self.line_of(member, section), Place::Section(s)));
            }
            let own = section.clauses.clone().filter(|c| Some(*c) != section.heading);
            let named = own.filter(|c| named.contains(&self.lines[member][*c]));
            all.extend(named.map(|c| (self.lines[member][c], Place::Clause(c))));
        }
        all
    }

    /// Lines of clauses within a section that the author gave an id in any text.
    fn named(&self) -> BTreeSet<usize> {
        let mut named = BTreeSet::new();
        for (m, member) in self.members.iter().enumerate() {
            let clauses = member.text.clauses.iter().enumerate();
            let given = clauses.filter(|(_, c)| c.pinned && !matches!(c.kind, ClauseKind::Heading(_)));
            named.extend(given.map(|(c, _)| self.lines[m][c]));
        }
        named
    }

    /// All lines that have a life: in the order of the last text, and what it lacks after what that
    /// stood after when it was last there.
    fn order(&self, named: &BTreeSet<usize>) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::new();
        for m in (0..self.members.len()).rev() {
            let known: BTreeSet<usize> = order.iter().copied().collect();
            let mut at = 0;
            for (line, _) in self.standing(m, named) {
                if known.contains(&line) {
                    at = order.iter().position(|l| *l == line).map_or(at, |p| p + 1);
                } else if !order.contains(&line) {
                    order.insert(at, line);
                    at += 1;
                }
            }
        }
        order
    }

    /// The lives of these lines.
    fn made(&self, order: &[usize], named: &BTreeSet<usize>) -> Vec<Life> {
        let standing: Vec<BTreeMap<usize, Place>> =
            (0..self.members.len()).map(|m| self.standing(m, named).into_iter().collect()).collect();
        let touched: Vec<BTreeMap<usize, Vec<usize>>> =
            (0..self.members.len()).map(|m| self.touched(m, named)).collect();
        let stage = |m: usize, line: usize| {
            let member = &self.members[m];
            let place = standing[m].get(&line).copied();
            let before = member.from.map(|(before, _)| standing[before].contains_key(&line));
            let changes = touched[m].get(&line).cloned().unwrap_or_default();
            let moves = |change: &usize| {
                let change = member.from.and_then(|(_, diff)| diff.changes.get(*change));
                change.is_some_and(|c| c.relation == Relation::Moved)
            };
            let fate = match (before, place) {
                (None, Some(_)) => Fate::First,
                (None | Some(false), None) => Fate::Absent,
                (Some(false), Some(_)) => Fate::Added,
                (Some(true), None) => Fate::Removed,
                (Some(true), Some(_)) if changes.is_empty() => Fate::Same,
                (Some(true), Some(_)) if changes.iter().all(moves) => Fate::Moved,
                (Some(true), Some(_)) => Fate::Changed,
            };
            Stage { place, fate, changes }
        };
        let life = |line: &usize| Life { stages: (0..self.members.len()).map(|m| stage(m, *line)).collect() };
        order.iter().map(life).collect()
    }

    /// For each line the changes of a text's diff that touch it: those of clauses that stand in it, or
    /// stood in it before.
    fn touched(&self, member: usize, named: &BTreeSet<usize>) -> BTreeMap<usize, Vec<usize>> {
        let mut touched: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let Some((before, diff)) = self.members[member].from else { return touched };
        for (change, c) in diff.changes.iter().enumerate() {
            let sides = [(before, &c.old), (member, &c.new)];
            let around = |(m, clauses): &(usize, &Vec<usize>)| -> BTreeSet<usize> {
                clauses.iter().filter_map(|clause| self.line_around(*m, *clause)).collect()
            };
            let [old, new] = sides.each_ref().map(around);
            let loud = !c.is_quiet();
            if !loud && old == new {
                continue;
            }
            let own = sides.iter().flat_map(|(m, clauses)| clauses.iter().map(|c| self.lines[*m][*c]));
            let own = own.filter(|line| loud && named.contains(line));
            for line in own.chain(old).chain(new).collect::<BTreeSet<usize>>() {
                touched.entry(line).or_default().push(change);
            }
        }
        touched
    }
}

impl Life {
    /// What it said over the texts of a line, each made of the one before it: from where it came or
    /// changed to where it changed again or went. Together they are all the texts in which it stands.
    pub fn wordings(&self, line: &[usize]) -> Vec<Wording> {
        let mut wordings: Vec<Wording> = Vec::new();
        for member in line {
            let Some(stage) = self.stages.get(*member) else { continue };
            if matches!(stage.fate, Fate::Same | Fate::Absent) {
                continue;
            }
            if let Some(last) = wordings.last_mut().filter(|w| w.until.is_none()) {
                last.until = Some(*member);
            }
            if stage.place.is_some() {
                wordings.push(Wording { from: *member, until: None });
            }
        }
        wordings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::diff::diff;
    use crate::policy::markdown::{Options, parse};

    /// Asks of the lineage of texts, each made of the one before it.
    fn of<T>(sources: &[&str], asked: impl Fn(&Lineage<'_>) -> T) -> T {
        let texts: Vec<Text> =
            sources.iter().map(|s| parse(s, 0..s.len(), Options { imported: true }).0).collect();
        let diffs: Vec<Diff> =
            texts.windows(2).map(|pair| diff(&pair[0], &pair[1], &BTreeMap::new())).collect();
        let from = |m: usize| m.checked_sub(1).map(|before| (before, &diffs[before]));
        let member = |(m, text)| Member { text, from: from(m) };
        asked(&Lineage::new(texts.iter().enumerate().map(member).collect()))
    }

    /// What became of each life, one letter for each text, after what it is called where it stands
    /// last.
    fn told(sources: &[&str]) -> Vec<String> {
        of(sources, lives)
    }

    fn lives(lineage: &Lineage<'_>) -> Vec<String> {
        let letter = |stage: &Stage| match stage.fate {
            Fate::Absent => ' ',
            Fate::First => '1',
            Fate::Added => '+',
            Fate::Same => '.',
            Fate::Moved => 'm',
            Fate::Changed => 'c',
            Fate::Removed => '-',
        };
        let one = |life: &Life| {
            let last = (0..life.stages.len()).rev().find_map(|m| Some((m, life.stages[m].place?)));
            let (m, place) = last.expect("a life stands somewhere");
            format!("{} {}", lineage.id(m, place), life.stages.iter().map(letter).collect::<String>())
        };
        lineage.lives.iter().map(one).collect()
    }

    const SHARING: &str = "## Sharing\n\nWe share nothing with anyone who asks us for it.\n\n";
    const COOKIES: &str = "## Cookies\n\nWe set one cookie, which remembers that you are signed in.\n\n";
    const RIGHTS: &str =
        "## Rights\n\nYou may ask what we hold about you, at any time and free of charge.\n\n";

    #[test]
    fn what_stays_and_what_changes() {
        let (one, two) =
            (format!("{SHARING}{COOKIES}"), format!("{SHARING}{}", COOKIES.replace("one", "two")));
        assert_eq!(told(&[&one, &two, &two]), ["sharing 1..", "cookies 1c."]);
    }

    #[test]
    fn what_went_stands_after_what_it_stood_after() {
        let texts = [format!("{SHARING}{COOKIES}{RIGHTS}"), format!("{SHARING}{RIGHTS}"), RIGHTS.to_owned()];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(told(&texts), ["sharing 1.-", "cookies 1- ", "rights 1.."]);
    }

    #[test]
    fn a_heading_s_other_words_are_the_same_life() {
        let other = SHARING.replace("## Sharing", "## Whom we give it to");
        assert_eq!(told(&[SHARING, &other]), ["whom-we-give-it-to 1c"]);
    }

    #[test]
    fn what_came_back_is_another_life() {
        let both = format!("{SHARING}{RIGHTS}");
        assert_eq!(told(&[&both, RIGHTS, &both]), ["sharing 1- ", "sharing   +", "rights 1.."]);
    }

    #[test]
    fn the_preamble_and_a_clause_with_an_id() {
        let texts = [
            "In short: nothing.\n\n## A\n\nWe keep logs for a day. {#logs}\n",
            "In short: all.\n\n## A\n\nWe keep logs for a year. {#logs}\n",
        ];
        assert_eq!(told(&texts), ["preamble 1c", "a 1c", "logs 1c"]);
    }

    #[test]
    fn every_name_a_section_had_leads_to_it() {
        let other = SHARING.replace("## Sharing", "## Whom we give it to");
        let texts = [SHARING.to_owned(), other, format!("{RIGHTS}{SHARING}")];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let ids = of(&texts, |lineage| {
            let own = |(id, lives): (&str, BTreeSet<usize>)| format!("{id} {lives:?}");
            lineage.ids().into_iter().map(own).collect::<Vec<String>>()
        });
        assert_eq!(ids, ["rights {0}", "sharing {1}", "whom-we-give-it-to {1}"]);
    }

    #[test]
    fn only_names_that_were_given_last() {
        let texts = ["## A\n\nWe keep logs for a day. {#logs}\n", "## A\n\nWe keep logs for a day.\n"];
        let named =
            of(&texts, |l| (l.lasting_id(0, 1) == Some("logs"), l.lasting_id(1, 1).is_none(), l.ids().len()));
        assert_eq!(named, (true, true, 2));
    }

    #[test]
    fn wordings_end_where_the_next_begins() {
        let changed = SHARING.replace("nothing", "little");
        let texts = [RIGHTS.to_owned(), format!("{RIGHTS}{SHARING}"), format!("{RIGHTS}{changed}")];
        let texts = [&texts[0], &texts[1], &texts[1], &texts[2], RIGHTS];
        let wordings = of(&texts, |lineage| lineage.lives[1].wordings(&[0, 1, 2, 3, 4]));
        let until = |from, until| Wording { from, until: Some(until) };
        assert_eq!(wordings, [until(1, 3), until(3, 4)]);
    }

    #[test]
    fn a_heading_that_comes_or_goes_changes_the_section_whose_clauses_it_takes() {
        let paragraph = "Whoever asks for your records has to show us a judge's order first.\n\n";
        let one = format!("{SHARING}{paragraph}{RIGHTS}");
        let two = format!("{SHARING}## Orders\n\n{paragraph}{RIGHTS}");
        assert_eq!(told(&[&one, &two, &one]), ["sharing 1cc", "orders  +-", "rights 1.."]);
        let kin = of(&[&one, &two], |lineage| lineage.kin(1, 0).into_keys().collect::<Vec<Kin>>());
        assert_eq!(kin, [Kin::To(1)]);
    }

    #[test]
    fn clauses_that_pass_between_sections() {
        let paragraph = "Whoever asks for your records has to show us a judge's order first.\n\n";
        let texts = [format!("{SHARING}{paragraph}{RIGHTS}"), format!("{SHARING}{RIGHTS}{paragraph}")];
        let kin = of(&[&texts[0], &texts[1]], |lineage| {
            [0, 1].map(|life| lineage.kin(1, life).into_keys().collect::<Vec<Kin>>())
        });
        assert_eq!(kin, [[Kin::To(1)], [Kin::From(0)]]);
    }
}
