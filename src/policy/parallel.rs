//! A translation beside the controlling text of its version: which clause says the same as which,
//! and which clauses of the translation lag behind what changed in the controlling text since.
//!
//! Words of two languages cannot be compared, so places are. Sections are one by their id, else by
//! the same outline between sections that are; where neither tells, nothing is known. Within a pair of
//! sections an explicit id tells, else the order of clauses of the same kinds; where these differ, only
//! the section is known. A translation that puts the entries of a glossary into another order
//! without ids is taken by its order: this cannot be seen here.

use std::collections::BTreeMap;

use super::diff::Change;
use super::{Clause, ClauseKind, ContainerKind, Section, Text};

/// Where in the translation a clause of the controlling text is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counterpart {
    /// In this clause.
    Clause(usize),
    /// Somewhere in this section.
    Section(usize),
}

/// Where in the translation something is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Before all clauses.
    Start,
    /// This clause says what the controlling text no longer says so.
    Clause(usize),
    /// Some clause of this section does.
    Section(usize),
    /// The controlling text says more, after this clause.
    After(usize),
}

/// A place of the translation that lags, and the entries of the diff that it lags behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lag {
    /// Where.
    pub place: Place,
    /// Behind what.
    pub changes: Vec<usize>,
}

impl Place {
    /// The clause of the translation after which this is told; none before all of them.
    pub fn clause(self, translation: &Text) -> Option<usize> {
        match self {
            Self::Start => None,
            Self::Clause(clause) | Self::After(clause) => Some(clause),
            Self::Section(section) => {
                let section = translation.sections.get(section)?;
                section.heading.or_else(|| section.clauses.clone().last())
            }
        }
    }
}

/// For each clause of the controlling text its counterpart; none where one of its sections has no
/// certain place in the translation.
pub fn parallel(translation: &Text, controlling: &Text) -> Option<Vec<Counterpart>> {
    let sections = sections(&translation.sections, &controlling.sections)?;
    let pinned: BTreeMap<&str, usize> =
        translation.clauses.iter().enumerate().filter(|(_, c)| c.pinned).map(|(i, c)| (&*c.id, i)).collect();
    let mut all: Vec<Option<Counterpart>> = vec![None; controlling.clauses.len()];
    for (section, own) in controlling.sections.iter().zip(sections) {
        let theirs = translation.sections.get(own)?;
        let named = |c: usize| {
            let clause = controlling.clauses.get(c).filter(|clause| clause.pinned)?;
            pinned.get(&*clause.id).copied()
        };
        let headings = |c: usize| theirs.heading.filter(|_| section.heading == Some(c));
        let known = |c: &usize| headings(*c).or_else(|| named(*c));
        let (sure, rest): (Vec<usize>, Vec<usize>) =
            section.clauses.clone().partition(|c| known(c).is_some());
        let taken: Vec<usize> = sure.iter().filter_map(known).collect();
        let left: Vec<usize> = theirs.clauses.clone().filter(|t| !taken.contains(t)).collect();
        let alike = rest.len() == left.len()
            && rest
                .iter()
                .zip(&left)
                .all(|(c, t)| same_kind(controlling.clauses.get(*c), translation.clauses.get(*t)));
        for (c, t) in sure.into_iter().zip(taken) {
            *all.get_mut(c)? = Some(Counterpart::Clause(t));
        }
        for (k, c) in rest.into_iter().enumerate() {
            let one = left.get(k).filter(|_| alike).map(|t| Counterpart::Clause(*t));
            *all.get_mut(c)? = Some(one.unwrap_or(Counterpart::Section(own)));
        }
    }
    all.into_iter().collect()
}

/// For each section of the controlling text the one of the translation.
fn sections(translation: &[Section], controlling: &[Section]) -> Option<Vec<usize>> {
    let id = |section: &Section| translation.iter().position(|t| t.id == section.id);
    let named: Vec<Option<usize>> = controlling.iter().map(id).collect();
    // What no id tells: how deep each lies, and which named section it comes after.
    let mut before = None;
    let mut rest = Vec::new();
    for (section, own) in controlling.iter().zip(&named) {
        match own {
            Some(_) => before = *own,
            None => rest.push((before, section.depth)),
        }
    }
    let mut before = None;
    let mut left = Vec::new();
    for (t, section) in translation.iter().enumerate() {
        if named.contains(&Some(t)) {
            before = Some(t);
        } else {
            left.push((t, (before, section.depth)));
        }
    }
    // What the translation has beside all of it is the translator's own.
    if !rest.is_empty() && !rest.iter().eq(left.iter().map(|(_, outline)| outline)) {
        return None;
    }
    let mut left = left.into_iter().map(|(t, _)| t);
    named.into_iter().map(|own| own.or_else(|| left.next())).collect()
}

/// Whether two clauses are of one kind and stand in the same kinds of things.
fn same_kind(one: Option<&Clause>, other: Option<&Clause>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return false };
    let heading = |c: &Clause| matches!(c.kind, ClauseKind::Heading(_));
    let kind = |c: &ContainerKind| std::mem::discriminant(c);
    let paths = one.path.iter().map(|c| kind(&c.kind)).eq(other.path.iter().map(|c| kind(&c.kind)));
    paths && (one.kind == other.kind || (heading(one) && heading(other)))
}

/// Where a translation of `old` lags behind `new`, of which `changes` is the diff, in the order of the
/// translation. None where it is not known.
pub fn lag(translation: &Text, old: &Text, new: &Text, changes: &[Change]) -> Option<Vec<Lag>> {
    let counterparts = parallel(translation, old)?;
    // For each clause of the new text the clause of the old one that it stands at or after; what came
    // from elsewhere stands after what is before it.
    let mut stood: Vec<Option<usize>> = vec![None; new.clauses.len()];
    for change in changes.iter().filter(|change| !change.moved) {
        for n in &change.new {
            *stood.get_mut(*n)? = change.old.last().copied();
        }
    }
    let mut last = None;
    for old in &mut stood {
        last = old.or(last);
        *old = last;
    }
    let at = |o: &usize| match counterparts.get(*o)? {
        Counterpart::Clause(clause) => Some(Place::Clause(*clause)),
        Counterpart::Section(section) => Some(Place::Section(*section)),
    };
    let after = |n: &usize| {
        let before = stood.get(*n).copied().flatten();
        Some(match before.map(|o| at(&o)) {
            None => Place::Start,
            Some(Some(Place::Clause(clause))) => Place::After(clause),
            Some(place) => place?,
        })
    };
    let mut lags: BTreeMap<(usize, Place), Vec<usize>> = BTreeMap::new();
    for (index, change) in changes.iter().enumerate().filter(|(_, change)| change.needs_word()) {
        let mut places: Vec<Place> = if change.old.is_empty() {
            change.new.first().and_then(after).into_iter().collect()
        } else {
            change.old.iter().filter_map(at).collect()
        };
        places.dedup();
        for place in places {
            let order = place.clause(translation).map_or(0, |clause| clause + 1);
            lags.entry((order, place)).or_default().push(index);
        }
    }
    Some(lags.into_iter().map(|((_, place), changes)| Lag { place, changes }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::diff::diff;
    use crate::policy::markdown::{Options, parse};

    fn text(source: &str) -> Text {
        parse(source, 0..source.len(), Options { imported: false }).0
    }

    /// What lags, one line for each place: what the translation says there, and what changed.
    #[track_caller]
    fn lags(translation: &str, old: &str, new: &str, want: &[&str]) {
        let (translation, old, new) = (text(translation), text(old), text(new));
        let changes = diff(&old, &new, &BTreeMap::new()).changes;
        let words = |text: &Text, clause: usize| text.clauses[clause].content.text.clone();
        let told = lag(&translation, &old, &new, &changes).map(|lags| {
            let one = |lag: Lag| {
                let place = match lag.place {
                    Place::Start => "start".to_owned(),
                    Place::Clause(c) => words(&translation, c),
                    Place::Section(s) => format!("§ {}", translation.sections[s].id),
                    Place::After(c) => format!("after {}", words(&translation, c)),
                };
                let change = |c: &usize| match (changes[*c].old.first(), changes[*c].new.first()) {
                    (_, Some(n)) => words(&new, *n),
                    (o, None) => format!("-{}", words(&old, *o.expect("a change is of something"))),
                };
                format!("{place}: {}", lag.changes.iter().map(change).collect::<Vec<_>>().join(" + "))
            };
            lags.into_iter().map(one).collect::<Vec<_>>()
        });
        let want: Option<Vec<String>> =
            (want != ["?"]).then(|| want.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(told, want);
    }

    const OLD: &str = "Intro words.\n\n## Data {#data}\n\nWe keep your name.\n\n- one thing kept\n- other thing kept\n\n## Rights\n\nYou may ask us.\n";
    const ES: &str = "Unas palabras.\n\n## Datos {#data}\n\nTu nombre.\n\n- una cosa\n- otra cosa\n\n## Derechos\n\nPuedes preguntar.\n";

    #[test]
    fn nothing_lags_behind_what_did_not_change() {
        lags(ES, OLD, OLD, &[]);
        let old = text(OLD);
        let every = (0..old.clauses.len()).map(Counterpart::Clause).collect();
        assert_eq!(parallel(&old, &old), Some(every));
    }

    #[test]
    fn a_clause_lags_behind_its_counterpart_added_ones_after_the_one_before() {
        let new = OLD
            .replace("your name", "your name and your age")
            .replace("other thing kept\n", "other thing kept\n- third matter entirely\n");
        lags(
            ES,
            OLD,
            &new,
            &["Tu nombre.: We keep your name and your age.", "after otra cosa: third matter entirely"],
        );
        let new = format!("Nothing like this was ever said.\n\n{}", OLD.replace("You may ask us.", ""));
        lags(
            ES,
            OLD,
            &new,
            &["start: Nothing like this was ever said.", "Puedes preguntar.: -You may ask us."],
        );
    }

    #[test]
    fn a_new_section_stands_after_the_last_clause_before_it() {
        let new = format!("{OLD}\n## Cookies\n\nA wholly different matter.\n");
        lags(ES, OLD, &new, &["after Puedes preguntar.: Cookies + A wholly different matter."]);
    }

    #[test]
    fn ids_go_before_order() {
        let old = "## Words {#words}\n\n- Child means a minor {#child}\n- Zebra means an animal {#zebra}\n";
        let es = "## Palabras {#words}\n\n- Cebra: animal {#zebra}\n- Menor: niño {#child}\n";
        let new = old.replace("a minor", "a person under 16");
        lags(es, old, &new, &["Menor: niño: Child means a person under 16"]);
        // Sections in another order, too.
        let old = "## A {#a}\n\nFirst matter.\n\n## B {#b}\n\nSecond matter.\n";
        let es = "## Be {#b}\n\nSegundo.\n\n## A {#a}\n\nPrimero.\n";
        lags(es, old, &old.replace("Second", "Third"), &["Segundo.: Third matter."]);
    }

    #[test]
    fn where_clauses_differ_in_number_the_section_lags() {
        let es = ES.replace("Tu nombre.", "Tu nombre.\n\nOtro párrafo.");
        let new = OLD.replace("your name", "your name and your age").replace("ask us", "ask us twice");
        lags(
            &es,
            OLD,
            &new,
            &["§ data: We keep your name and your age.", "Puedes preguntar.: You may ask us twice."],
        );
    }

    #[test]
    fn another_outline_is_not_guessed() {
        let new = OLD.replace("ask us", "ask us twice");
        lags(&ES.replace("## Derechos", "### Derechos"), OLD, &new, &["?"]);
        lags(&ES.replace("## Derechos\n\n", ""), OLD, &new, &["?"]);
        // The same number of headings, but not at the same places.
        let elsewhere = "Unas palabras.\n\n## Otro\n\nTexto.\n\n## Datos {#data}\n\nTu nombre.\n";
        lags(elsewhere, OLD, &new, &["?"]);
        // What a translation has more is the translator's own.
        let more = format!(
            "{}\n## Nota {{#note}}\n\nDe quien traduce.\n",
            ES.replace("Derechos", "Derechos {#rights}")
        );
        lags(&more, OLD, &new, &["Puedes preguntar.: You may ask us twice."]);
    }
}
