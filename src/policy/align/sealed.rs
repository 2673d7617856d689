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

    /// The groups, if they are of texts with so many clauses.
    pub(super) fn groups(&self, old: usize, new: usize) -> Option<Vec<Group>> {
        (self.old == old && self.new == new).then(|| self.groups.clone())
    }
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
