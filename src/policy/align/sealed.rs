//! Relations that were fixed once and are obeyed ever after: a later, better alignment may draw the
//! words anew, but never say that another clause became this one.

use std::fmt;

use super::Group;

/// Which clause became which, of two texts with so many clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relations {
    groups: Vec<Group>,
    old: usize,
    new: usize,
}

/// Why something is no [`Relations`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// An entry without clauses on either side; its number, from 0.
    Empty(usize),
    /// An entry names clauses out of their order, or several on both sides; its number.
    Shape(usize),
    /// A clause of the side that is not there.
    Beyond(Side, usize),
    /// A clause of the side in two entries.
    Twice(Side, usize),
    /// A clause of the side in none.
    Missing(Side, usize),
}

/// One of two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The earlier one.
    Old,
    /// The later one.
    New,
}

impl Relations {
    /// Relations between texts with `old` and `new` clauses: each clause of either text in exactly
    /// one group. Fails with the first thing that is wrong.
    pub fn new(groups: Vec<Group>, old: usize, new: usize) -> Result<Self, Misfit> {
        for (i, group) in groups.iter().enumerate() {
            let ascending = |clauses: &[usize]| clauses.windows(2).all(|w| w[0] < w[1]);
            match (group.old.len(), group.new.len()) {
                (0, 0) => return Err(Misfit::Empty(i)),
                (0, 1) | (1, _) | (_, 1) if ascending(&group.old) && ascending(&group.new) => {}
                _ => return Err(Misfit::Shape(i)),
            }
        }
        let each_once = |side: Side, count: usize, of: fn(&Group) -> &[usize]| {
            let mut seen = vec![false; count];
            for clause in groups.iter().flat_map(of) {
                match seen.get_mut(*clause) {
                    None => return Err(Misfit::Beyond(side, *clause)),
                    Some(true) => return Err(Misfit::Twice(side, *clause)),
                    Some(place) => *place = true,
                }
            }
            seen.iter().position(|s| !s).map_or(Ok(()), |clause| Err(Misfit::Missing(side, clause)))
        };
        each_once(Side::Old, old, |g| &g.old)?;
        each_once(Side::New, new, |g| &g.new)?;
        Ok(Self { groups, old, new })
    }

    /// How many clauses the two texts have.
    pub fn sizes(&self) -> (usize, usize) {
        (self.old, self.new)
    }

    /// Reads what [`fmt::Display`] writes.
    pub fn parse(text: &str, old: usize, new: usize) -> Result<Self, String> {
        let mut groups = Vec::new();
        for entry in text.split_whitespace() {
            read_entry(entry, (old, new), &mut groups).ok_or_else(|| format!("`{entry}` is no relation"))?;
        }
        Self::new(groups, old, new).map_err(|misfit| misfit.to_string())
    }

    /// The groups, if they are of texts with so many clauses.
    pub(super) fn groups(&self, old: usize, new: usize) -> Option<Vec<Group>> {
        (self.old == old && self.new == new).then(|| self.groups.clone())
    }
}

/// `0-11=0-11 12=12,13 =14-16 13= 14=17*`: clauses by number on both sides of an equals sign, runs of
/// pairs (or of clauses that came or went) as one entry, several clauses that are one joined by commas, a star at what moved.
impl fmt::Display for Relations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.groups.as_slice();
        let mut space = "";
        while let Some(first) = rest.first() {
            let run = rest.windows(2).take_while(|w| continues(&w[0], &w[1])).count() + 1;
            let last = &rest[run - 1];
            let side = |first: &[usize], last: &[usize]| match (first, last) {
                ([from], [to]) if run > 1 => format!("{from}-{to}"),
                _ => first.iter().map(usize::to_string).collect::<Vec<_>>().join(","),
            };
            let star = if first.moved { "*" } else { "" };
            write!(f, "{space}{}={}{star}", side(&first.old, &last.old), side(&first.new, &last.new))?;
            space = " ";
            rest = &rest[run..];
        }
        Ok(())
    }
}

/// Whether a group goes on a run: one clause further on each side that has any.
fn continues(before: &Group, after: &Group) -> bool {
    let next = |before: &[usize], after: &[usize]| match (before, after) {
        ([], []) => true,
        ([b], [a]) => *a == b + 1,
        _ => false,
    };
    before.moved == after.moved && next(&before.old, &after.old) && next(&before.new, &after.new)
}

fn read_entry(entry: &str, sizes: (usize, usize), groups: &mut Vec<Group>) -> Option<()> {
    let (entry, moved) = entry.strip_suffix('*').map_or((entry, false), |entry| (entry, true));
    let (old, new) = entry.split_once('=')?;
    let is_run = |side: &str| side.contains('-');
    if !is_run(old) && !is_run(new) {
        let side = |side: &str| -> Option<Vec<usize>> {
            let parts = side.split(',').filter(|_| !side.is_empty());
            parts.map(|part| part.parse().ok()).collect()
        };
        groups.push(Group { old: side(old)?, new: side(new)?, moved });
        return Some(());
    }
    // A run within its text is as long as that at most, whatever somebody wrote there.
    let run = |side: &str, size: usize| -> Option<Option<(usize, usize)>> {
        if side.is_empty() {
            return Some(None);
        }
        let (from, to) = side.split_once('-')?;
        let (from, to) = (from.parse().ok()?, to.parse().ok()?);
        (from <= to && to < size).then_some(Some((from, to)))
    };
    let (old, new) = (run(old, sizes.0)?, run(new, sizes.1)?);
    let length = |(from, to): (usize, usize)| to - from;
    let steps = old.or(new).map(length)?;
    if old.into_iter().chain(new).any(|side| length(side) != steps) {
        return None;
    }
    let at = |side: Option<(usize, usize)>, i: usize| side.map(|(from, _)| from + i).into_iter().collect();
    groups.extend((0..=steps).map(|i| Group { old: at(old, i), new: at(new, i), moved }));
    Some(())
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Side| if *side == Side::Old { "old" } else { "new" };
        match self {
            Self::Empty(i) => write!(f, "entry {i} names no clause"),
            Self::Shape(i) => write!(f, "entry {i} is no relation: one clause of a side, or ascending ones"),
            Self::Beyond(s, c) => write!(f, "the {} text has no clause {c}", side(s)),
            Self::Twice(s, c) => write!(f, "clause {c} of the {} text stands in two entries", side(s)),
            Self::Missing(s, c) => write!(f, "clause {c} of the {} text stands in no entry", side(s)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let text = "0-3=0-3 4=4,5 5,6=6 =7-9 7= 8-9=12-13* 10=10 =11";
        let relations = Relations::parse(text, 11, 14).unwrap();
        assert_eq!(relations.to_string(), text);
        for wrong in ["0=", "a=b", "0-1=0-2", "1-0=1-0", "0=0*x", "=", "0-99999999999=", "0"] {
            assert!(Relations::parse(wrong, 2, 2).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_what_names_each_clause_once() {
        let group =
            |old: &[usize], new: &[usize]| Group { old: old.to_vec(), new: new.to_vec(), moved: false };
        let relations = |groups: &[Group]| Relations::new(groups.to_vec(), 2, 2);
        assert!(relations(&[group(&[0], &[1]), group(&[1], &[0])]).is_ok());
        assert!(relations(&[group(&[0, 1], &[0]), group(&[], &[1])]).is_ok());
        assert_eq!(relations(&[group(&[], &[])]), Err(Misfit::Empty(0)));
        assert_eq!(relations(&[group(&[0, 1], &[0, 1])]), Err(Misfit::Shape(0)));
        assert_eq!(relations(&[group(&[1, 0], &[0])]), Err(Misfit::Shape(0)));
        assert_eq!(relations(&[group(&[2], &[0])]), Err(Misfit::Beyond(Side::Old, 2)));
        assert_eq!(relations(&[group(&[0], &[0]), group(&[1], &[0])]), Err(Misfit::Twice(Side::New, 0)));
        assert_eq!(relations(&[group(&[0], &[0])]), Err(Misfit::Missing(Side::Old, 1)));
    }
}
