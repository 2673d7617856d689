//! What happened between two texts on the way from the one to the other.
//!
//! The diff of two texts that lie several versions apart, the *net* diff, says what came of
//! everything. It does not say when, nor what was undone before the end: a clause that was changed
//! and changed back is not in it at all. The diffs of neighbours say that, and this module puts
//! them together.
//!
//! # Threads
//!
//! Clauses of all versions that have to do with each other are one [`Thread`]: those that any diff
//! of neighbours puts into one entry, and those of the two ends that the net diff puts into one
//! entry. Nothing is compared to find that out: the diffs have said it. Where clauses were split or
//! merged, or a removed clause came back, their threads are one thread.
//!
//! # Which diff rules where
//!
//! The net diff is made from the two end texts alone and may pair them otherwise than the steps do.
//! It rules at the ends: *whether* anything came of a thread, and what, is what the net diff says
//! of it, for that is what the reader of the redline sees. The diffs of neighbours rule in between:
//! which versions changed something is what they say. Where the two disagree, their threads grow
//! together, and the entries of such a thread tell together what came of its steps.
//!
//! # There and back
//!
//! Within a thread the clauses' words and links are followed from version to version. When they are
//! again what they were before, the steps in between led nowhere: they are taken out as an
//! [`Excursion`], and the rest goes on from there. What stays are the steps that made the net
//! change. So each change that [needs a word](Change::needs_word) is told exactly once: as a step
//! of a thread of which something came, or in an excursion. Both ends of an excursion may be one
//! leg: where ids of the author made its diff pair clauses of which the net diff sees nothing.
//!
//! A mere move is told by place: under the thread where the net diff sees something of it, as an
//! excursion where the clause was moved again and the net diff sees nothing. A single move of which
//! the net diff sees nothing is not told: of two clauses that changed places it says that the other
//! one moved.
//!
//! Nothing here knows of versions, dates or policies: it is as well for a row of files.

use std::collections::BTreeMap;

use super::diff::{Change, Diff};
use super::words::Lexicon;
use super::{Clause, Style, Text};

/// One version after another: its text, and what changed in it since the one before.
#[derive(Clone, Copy, Debug)]
pub struct Leg<'a> {
    /// What changed.
    pub diff: &'a Diff,
    /// The text after it.
    pub text: &'a Text,
}

/// One change of one leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Step {
    /// Which leg, from 0.
    pub leg: usize,
    /// Which entry of its diff.
    pub change: usize,
}

/// Steps that led nowhere: the last one undid what the first one did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excursion {
    /// In their order; never empty.
    pub steps: Vec<Step>,
    /// Where the clause stands: in the last version that has it.
    pub place: Place,
}

/// A clause of one version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// 0 is the first text, 1 the one after the first leg.
    pub version: usize,
    /// An index into its clauses.
    pub clause: usize,
}

/// Clauses that have to do with each other, through all versions on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Thread {
    /// Entries of the net diff that tell what came of it; none where nothing did. More than one
    /// where clauses were split or merged on the way, or where the net diff pairs otherwise.
    pub entries: Vec<usize>,
    /// The steps that made these changes.
    pub steps: Vec<Step>,
    /// What was changed and changed back on the way.
    pub excursions: Vec<Excursion>,
    /// Where its first entry stands: in the last version that has it. Of no meaning without entries.
    pub place: Place,
}

/// What happened on the way from one text to another.
#[derive(Clone, Debug)]
pub struct Path<'a> {
    /// Where it begins.
    pub first: &'a Text,
    /// One version after another.
    pub legs: Vec<Leg<'a>>,
    /// What any change happened to, in the order of the first step of each.
    pub threads: Vec<Thread>,
}

impl Excursion {
    /// The leg that left, and the leg that came back.
    pub fn legs(&self) -> (usize, usize) {
        let leg = |step: Option<&Step>| step.map_or(0, |s| s.leg);
        (leg(self.steps.first()), leg(self.steps.last()))
    }
}

impl Thread {
    /// Whether more than one leg had a part in what came of it: then `steps` has several.
    pub fn changed_more_than_once(&self) -> bool {
        let legs = |step: Option<&Step>| step.map(|s| s.leg);
        !self.entries.is_empty() && legs(self.steps.first()) != legs(self.steps.last())
    }
}

impl<'a> Path<'a> {
    /// The text of a version: 0 is the first one.
    pub fn text(&self, version: usize) -> Option<&'a Text> {
        match version.checked_sub(1) {
            None => Some(self.first),
            Some(leg) => self.legs.get(leg).map(|l| l.text),
        }
    }

    /// A clause where it stands.
    pub fn clause(&self, place: Place) -> Option<&'a Clause> {
        self.text(place.version)?.clauses.get(place.clause)
    }

    /// The change that a step is.
    pub fn change(&self, step: &Step) -> Option<&'a Change> {
        self.legs.get(step.leg)?.diff.changes.get(step.change)
    }

    /// What was changed and changed back, the earliest first.
    pub fn changed_back(&self) -> Vec<&Excursion> {
        let mut all: Vec<&Excursion> = self.threads.iter().flat_map(|t| &t.excursions).collect();
        all.sort_by(|a, b| a.steps.cmp(&b.steps));
        all
    }

    /// What more than one leg had a part in.
    pub fn changed_more_than_once(&self) -> impl Iterator<Item = &Thread> {
        self.threads.iter().filter(|t| t.changed_more_than_once())
    }

    /// For each of the net diff's entries the legs that had a part in it, in their order.
    pub fn legs_of_entries(&self, entries: usize) -> Vec<Vec<usize>> {
        let mut all: Vec<Vec<usize>> = vec![Vec::new(); entries];
        for thread in &self.threads {
            let mut legs: Vec<usize> = thread.steps.iter().map(|s| s.leg).collect();
            legs.dedup();
            for entry in &thread.entries {
                if let Some(of_entry) = all.get_mut(*entry) {
                    of_entry.clone_from(&legs);
                }
            }
        }
        all
    }

    /// Where the clause of a step stands in the last version that has it.
    fn place(&self, step: Option<&Step>, heirs: &[Vec<Option<usize>>]) -> Place {
        let change = step.and_then(|s| Some((s.leg, self.change(s)?)));
        let Some((leg, change)) = change else { return Place::default() };
        let mut place = match change.new.first() {
            Some(new) => Place { version: leg + 1, clause: *new },
            None => Place { version: leg, clause: change.old.first().copied().unwrap_or_default() },
        };
        let heir = |p: Place| heirs.get(p.version)?.get(p.clause).copied()?;
        while let Some(clause) = heir(place) {
            place = Place { version: place.version + 1, clause };
        }
        place
    }
}

/// Puts together the legs from `first` to the last text; `net` is the diff between these two.
pub fn path<'a>(first: &'a Text, legs: Vec<Leg<'a>>, net: &Diff) -> Path<'a> {
    let mut nodes = Nodes::new(first, &legs);
    for (version, leg) in legs.iter().enumerate() {
        leg.diff.changes.iter().for_each(|c| nodes.join((version, &c.old), (version + 1, &c.new)));
    }
    net.changes.iter().for_each(|c| nodes.join((0, &c.old), (legs.len(), &c.new)));

    // A thread begins where something happened: what only stayed is none.
    let mut threads = Threads { drafts: Vec::new(), of_root: vec![None; nodes.parent.len()] };
    for (leg, Leg { diff, .. }) in legs.iter().enumerate() {
        for (i, change) in diff.changes.iter().enumerate().filter(|(_, c)| !c.is_quiet()) {
            let Some(root) = nodes.root_of((leg, &change.old), (leg + 1, &change.new)) else { continue };
            let draft = threads.begun(root);
            let steps = if change.needs_word() { &mut draft.words } else { &mut draft.moves };
            steps.push(Step { leg, change: i });
        }
    }
    for (i, change) in net.changes.iter().enumerate().filter(|(_, c)| !c.is_quiet()) {
        let root = nodes.root_of((0, &change.old), (legs.len(), &change.new));
        if let Some(draft) = root.and_then(|r| threads.get(r)) {
            draft.entries.push(i);
            draft.other_words |= change.needs_word();
        }
    }
    for version in 0..=legs.len() {
        for (clause, node) in (nodes.starts[version]..nodes.starts[version + 1]).enumerate() {
            let root = nodes.root(node);
            if let Some(draft) = threads.get(root).filter(|d| d.is_walk()) {
                draft.clauses.entry(version).or_default().push(clause);
            }
        }
    }
    let heirs = heirs(&legs);
    let mut path = Path { first, legs, threads: Vec::new() };
    let told = threads.drafts.into_iter().map(|d| d.told(&path, &heirs, net));
    path.threads = told.filter(|t| !t.steps.is_empty() || !t.excursions.is_empty()).collect();
    path
}

/// For each leg, for each old clause, the clause it became, or the first of several.
fn heirs(legs: &[Leg<'_>]) -> Vec<Vec<Option<usize>>> {
    let of_leg = |leg: &Leg<'_>| {
        let pairs =
            || leg.diff.changes.iter().flat_map(|c| c.old.iter().map(|o| (*o, c.new.first().copied())));
        let mut heirs = vec![None; pairs().map(|(o, _)| o + 1).max().unwrap_or(0)];
        pairs().for_each(|(o, n)| heirs[o] = n);
        heirs
    };
    legs.iter().map(of_leg).collect()
}

/// Threads in the making, found by the root of their clauses.
struct Threads {
    drafts: Vec<Draft>,
    of_root: Vec<Option<usize>>,
}

impl Threads {
    fn begun(&mut self, root: usize) -> &mut Draft {
        let number = *self.of_root[root].get_or_insert(self.drafts.len());
        if number == self.drafts.len() {
            self.drafts.push(Draft::default());
        }
        &mut self.drafts[number]
    }

    fn get(&mut self, root: usize) -> Option<&mut Draft> {
        self.of_root[root].map(|number| &mut self.drafts[number])
    }
}

/// All clauses of all versions, in sets that grow together.
struct Nodes {
    /// The first node of each version.
    starts: Vec<usize>,
    parent: Vec<usize>,
}

/// Clauses of a version.
type Side<'a> = (usize, &'a [usize]);

impl Nodes {
    fn new(first: &Text, legs: &[Leg<'_>]) -> Self {
        let mut starts = vec![0, first.clauses.len()];
        for leg in legs {
            starts.push(starts.last().copied().unwrap_or_default() + leg.text.clauses.len());
        }
        let all = starts.last().copied().unwrap_or_default();
        Self { starts, parent: (0..all).collect() }
    }

    /// The nodes of an entry; what is not in the texts is none.
    fn of<'a>(&'a self, (version, clauses): Side<'a>) -> impl Iterator<Item = usize> + 'a {
        let bounds = self.starts.get(version).zip(self.starts.get(version + 1));
        let (start, end) = bounds.map_or((0, 0), |(s, e)| (*s, *e));
        clauses.iter().map(move |c| start + c).filter(move |n| *n < end)
    }

    fn root(&mut self, node: usize) -> usize {
        let mut at = node;
        while self.parent[at] != at {
            self.parent[at] = self.parent[self.parent[at]];
            at = self.parent[at];
        }
        at
    }

    fn root_of(&mut self, old: Side<'_>, new: Side<'_>) -> Option<usize> {
        let node = self.of(old).chain(self.of(new)).next()?;
        Some(self.root(node))
    }

    fn join(&mut self, old: Side<'_>, new: Side<'_>) {
        let nodes: Vec<usize> = self.of(old).chain(self.of(new)).collect();
        for pair in nodes.windows(2) {
            let (a, b) = (self.root(pair[0]), self.root(pair[1]));
            // The earlier one stays, so that the same diffs always give the same sets.
            let (low, high) = (a.min(b), a.max(b));
            self.parent[high] = low;
        }
    }
}

/// A thread before it is known what was undone.
#[derive(Default)]
struct Draft {
    /// Changes of the net diff.
    entries: Vec<usize>,
    /// One of these is of words.
    other_words: bool,
    /// Steps that need a word.
    words: Vec<Step>,
    /// Steps that are moves and nothing else.
    moves: Vec<Step>,
    /// Its clauses in each version, if its words have to be followed.
    clauses: BTreeMap<usize, Vec<usize>>,
}

/// What is written in the clauses of a thread in one version.
type State<'a> = Vec<(Vec<u32>, Vec<&'a Style>)>;

impl Draft {
    /// Whether its words changed in more than one leg, and so may be again what they were.
    fn is_walk(&self) -> bool {
        self.words.first().map(|s| s.leg) != self.words.last().map(|s| s.leg)
    }

    fn told(self, path: &Path<'_>, heirs: &[Vec<Option<usize>>], net: &Diff) -> Thread {
        let (mut steps, mut loops) = self.without_loops(path);
        match (self.entries.is_empty(), self.moves.len()) {
            (false, _) => steps.extend(self.moves),
            (true, 0 | 1) => {}
            (true, _) => loops.push(self.moves),
        }
        steps.sort_unstable();
        loops.sort_unstable();
        let new = self.entries.first().and_then(|e| net.changes.get(*e)?.new.first());
        let place = match new {
            Some(clause) => Place { version: path.legs.len(), clause: *clause },
            None => path.place(steps.last(), heirs),
        };
        let back = |steps: Vec<Step>| Excursion { place: path.place(steps.last(), heirs), steps };
        Thread { entries: self.entries, steps, excursions: loops.into_iter().map(back).collect(), place }
    }

    /// The steps of words that led somewhere, and those that did not: whenever the words are again
    /// what they were, the steps since then are taken out.
    fn without_loops(&self, path: &Path<'_>) -> (Vec<Step>, Vec<Vec<Step>>) {
        let mut lexicon = Lexicon::default();
        let legs: Vec<&[Step]> = self.words.chunk_by(|a, b| a.leg == b.leg).collect();
        // What is kept, and what was written before it all and after each of what is kept.
        let (mut kept, mut loops) = (Vec::new(), Vec::new());
        let mut seen = vec![self.state(0, path, &mut lexicon)];
        for (i, steps) in legs.iter().enumerate() {
            let now = self.state(steps[0].leg + 1, path, &mut lexicon);
            // That a step changed something its own diff has said: it is not looked for just before.
            let earlier = |from: usize| (from..kept.len()).find(|k| seen[*k] == now);
            // At the ends the net diff rules.
            let back = match (i + 1 == legs.len(), self.other_words) {
                (true, false) => Some(0),
                (true, true) => earlier(1),
                (false, _) => earlier(0),
            };
            kept.push(*steps);
            match back {
                Some(k) => {
                    loops.push(kept.drain(k..).flatten().copied().collect());
                    seen.truncate(k + 1);
                }
                None => seen.push(now),
            }
        }
        (kept.into_iter().flatten().copied().collect(), loops)
    }

    /// What is written, in no order: places are told apart from words.
    fn state<'a>(&self, version: usize, path: &Path<'a>, lexicon: &mut Lexicon) -> State<'a> {
        let clauses = self.clauses.get(&version).into_iter().flatten();
        let clauses = clauses.filter_map(|clause| path.clause(Place { version, clause: *clause }));
        let mut state: State<'a> = clauses
            .map(|clause| {
                let content = &clause.content;
                let said = content.text.get(content.number_len..).unwrap_or_default();
                let links = content.marks.iter().map(|m| &m.style);
                let links = links.filter(|s| matches!(s, Style::Link(_) | Style::Image { .. }));
                (lexicon.tokens(said).iter().map(|t| t.key).collect(), links.collect())
            })
            .collect();
        state.sort();
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::diff::{Relation, diff};
    use crate::policy::markdown::{Options, parse};

    /// What is told of a row of texts: `kept` and `back` with the legs and relations of their steps.
    fn told(versions: &[&str]) -> Vec<String> {
        let read = |text: &&str| parse(text, 0..text.len(), Options { imported: true }).0;
        let texts: Vec<Text> = versions.iter().map(read).collect();
        let compare = |old: &Text, new: &Text| diff(old, new, &BTreeMap::new());
        let diffs: Vec<Diff> = texts.windows(2).map(|w| compare(&w[0], &w[1])).collect();
        let legs = diffs.iter().zip(&texts[1..]).map(|(diff, text)| Leg { diff, text }).collect();
        let net = compare(&texts[0], &texts[texts.len() - 1]);
        let path = path(&texts[0], legs, &net);
        let steps = |steps: &[Step]| -> String {
            let relation = |s: &Step| path.change(s).map_or(Relation::Unchanged, |c| c.relation);
            steps.iter().map(|s| format!(" {} {:?}", s.leg, relation(s))).collect()
        };
        let mut told = Vec::new();
        for thread in path.threads.iter().filter(|t| !t.steps.is_empty()) {
            let entries: Vec<Relation> = thread.entries.iter().map(|e| net.changes[*e].relation).collect();
            told.push(format!("{entries:?}:{}", steps(&thread.steps)));
        }
        for excursion in path.changed_back() {
            let clause = path.clause(excursion.place).map_or("", |c| &c.content.text);
            told.push(format!("back:{} `{clause}`", steps(&excursion.steps)));
        }
        told
    }

    const LOGS: &str = "We keep your logs on our servers for 30 days.";
    const LONGER: &str = "We keep your logs on our servers for 90 days.";
    const OTHER: &str = "Nobody sells anything to anyone, ever.";

    #[test]
    fn what_was_changed_and_changed_back_is_in_no_net_diff() {
        assert_eq!(told(&[LOGS, LONGER, LOGS]), [format!("back: 0 Modified 1 Modified `{LOGS}`")]);
        let typeset = LOGS.replace("your logs", "your  *logs*");
        assert_eq!(told(&[LOGS, LONGER, &typeset]), [format!("back: 0 Modified 1 Modified `{LOGS}`")]);
    }

    #[test]
    fn what_was_added_and_removed_again_stands_where_it_last_stood() {
        let both = format!("{LOGS}\n\n{OTHER}");
        assert_eq!(told(&[LOGS, &both, LOGS]), [format!("back: 0 Added 1 Removed `{OTHER}`")]);
        assert_eq!(told(&[&both, LOGS, &both]), [format!("back: 0 Removed 1 Added `{OTHER}`")]);
    }

    #[test]
    fn what_was_changed_twice_has_two_steps_for_one_entry() {
        let third = LONGER.replace("servers", "machines");
        assert_eq!(told(&[LOGS, LONGER, &third]), ["[Modified]: 0 Modified 1 Modified"]);
        assert_eq!(told(&[LOGS, LOGS, &third]), ["[Modified]: 1 Modified"]);
    }

    #[test]
    fn the_way_goes_on_from_where_it_came_back_to() {
        let third = LOGS.replace("servers", "machines");
        let back = format!("back: 0 Modified 1 Modified `{third}`");
        assert_eq!(told(&[LOGS, LONGER, LOGS, &third]), ["[Modified]: 2 Modified".to_owned(), back]);
        let back = format!("back: 0 Modified 1 Modified `{third}`");
        assert_eq!(told(&[LOGS, LONGER, LOGS, LOGS, &third]), ["[Modified]: 3 Modified".to_owned(), back]);
        let back = format!("back: 1 Modified 2 Modified `{LONGER}`");
        assert_eq!(told(&[LOGS, LONGER, &third, LONGER]), ["[Modified]: 0 Modified".to_owned(), back]);
    }

    #[test]
    fn a_link_that_led_elsewhere_for_a_while() {
        let (here, there) = ("Write to [us](https://a.example/).", "Write to [us](https://b.example/).");
        let back = "back: 0 Modified 1 Modified `Write to us.`";
        assert_eq!(told(&[here, there, here]), [back]);
        let end = "Write to [us](https://b.example/) today.";
        assert_eq!(
            told(&[here, there, here, end]),
            ["[Modified]: 2 Modified", "back: 0 Modified 1 Modified `Write to us today.`"]
        );
    }

    #[test]
    fn the_same_words_with_another_link_are_not_what_was() {
        let links = ["a.example/).", "a.example/) today.", "b.example/).", "b.example/) now."];
        let texts = links.map(|link| format!("Write to [us](https://{link}"));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(told(&texts), ["[Modified]: 0 Modified 1 Modified 2 Modified"]);
    }

    #[test]
    fn at_the_end_it_is_the_net_diff_that_says_what_is_the_same() {
        let (one, two) =
            ("[us all](https://a.example/)", "[us](https://a.example/)[ all](https://a.example/)");
        let texts = [one, "nobody", two].map(|who| format!("You may always write to {who} about it."));
        assert_eq!(told(&[&texts[0], &texts[2]]), [""; 0]);
        let back = "back: 0 Modified 1 Modified `You may always write to us all about it.`";
        assert_eq!(told(&[&texts[0], &texts[1], &texts[2]]), [back]);
    }

    #[test]
    fn of_a_move_that_the_net_diff_tells_of_another_clause_nothing_is_told() {
        let (whole, part) = ("We keep the logs of all visits here.", "We keep the logs.");
        let texts = [[whole, OTHER], [OTHER, whole], [OTHER, part]].map(|t| t.join("\n\n"));
        assert_eq!(told(&[&texts[0], &texts[1]]), ["[Moved]: 0 Moved"]);
        assert_eq!(told(&[&texts[0], &texts[1], &texts[2]]), ["[Modified]: 1 Modified"]);
    }

    #[test]
    fn what_was_split_and_merged_again() {
        let parts = "We keep your logs on our servers.\n\nWe keep them there for thirty days and no longer.";
        let whole = parts.replace("\n\n", " ");
        assert_eq!(told(&[&whole, parts, &whole]), [format!("back: 0 Split 1 Merged `{whole}`")]);
    }

    #[test]
    fn what_was_moved_away_and_back() {
        let texts = [[LOGS, OTHER, "Short."], ["Short.", LOGS, OTHER]].map(|t| t.join("\n\n"));
        let [near, far] = &texts;
        assert_eq!(told(&[near, far, near]), ["back: 0 Moved 1 Moved `Short.`"]);
        assert_eq!(told(&[near, near, far]), ["[Moved]: 1 Moved"]);
    }

    #[test]
    fn words_that_came_back_at_another_place() {
        let texts = [
            [LOGS, OTHER, "A short one."],
            [LOGS, OTHER, "A very short one."],
            ["A short one.", LOGS, OTHER],
        ];
        let texts = texts.map(|t| t.join("\n\n"));
        let back = "back: 0 Modified 1 Modified `A short one.`";
        assert_eq!(told(&[&texts[0], &texts[1], &texts[2]]), [back]);
    }

    #[test]
    fn where_nothing_lies_between_the_steps_are_the_net_diff() {
        assert_eq!(told(&[LOGS, LONGER]), ["[Modified]: 0 Modified"]);
        assert_eq!(told(&[LOGS, LOGS, LOGS]), [""; 0]);
        assert_eq!(told(&["", LOGS]), ["[Added]: 0 Added"]);
    }
}
