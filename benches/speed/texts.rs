//! Texts to measure with: of real policies, and made up.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The same numbers in every run.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }

    /// A word: a few come often and most come seldom, as in any language.
    pub(crate) fn word(&mut self) -> String {
        let rank = self.below(3000) * self.below(1000) / 1000;
        let rank = rank * (1 + self.below(1000)) / 1000;
        let syllables = ["da", "ta", "we", "may", "sha", "re", "not", "con", "sent", "per", "son", "al"];
        let mut word = String::new();
        let mut left = rank + 1;
        while left > 0 {
            word.push_str(syllables[left % syllables.len()]);
            left /= syllables.len();
        }
        word
    }

    pub(crate) fn sentence(&mut self, words: usize) -> String {
        let mut out = (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ");
        out.push('.');
        out
    }

    /// A paragraph, an item, a row or a heading, as markdown.
    fn clause(&mut self) -> String {
        match self.below(12) {
            0 => {
                let words = 2 + self.below(4);
                format!("## {}", self.sentence(words).trim_end_matches('.'))
            }
            1..=4 => {
                let words = 6 + self.below(16);
                format!("- {}", self.sentence(words))
            }
            _ => {
                let sentences = 1 + self.below(4);
                let sentence = |dice: &mut Self| {
                    let words = 8 + dice.below(22);
                    dice.sentence(words)
                };
                (0..sentences).map(|_| sentence(self)).collect::<Vec<_>>().join(" ")
            }
        }
    }
}

/// About so many words as clauses.
pub(crate) fn clauses(words: usize, seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let (mut all, mut count) = (Vec::new(), 0);
    while count < words {
        let clause = dice.clause();
        count += clause.split(' ').count();
        all.push(clause);
    }
    all
}

/// What a legal team does between two versions: of a hundred clauses two change in a word or three,
/// and of three hundred one is moved, one removed and one new.
pub(crate) fn edited(old: &[String], seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let mut new: Vec<String> = Vec::new();
    for clause in old {
        match dice.below(300) {
            0..6 => {
                let mut words: Vec<String> = clause.split(' ').map(str::to_owned).collect();
                for _ in 0..=dice.below(3) {
                    let at = 1 + dice.below(words.len() - 1);
                    words[at] = dice.word();
                }
                new.push(words.join(" "));
            }
            6 => {}
            7 => {
                new.push(clause.clone());
                new.push(dice.clause());
            }
            8 => new.insert(dice.below(new.len() + 1), clause.clone()),
            _ => new.push(clause.clone()),
        }
    }
    new
}

pub(crate) fn markdown(clauses: &[String]) -> String {
    clauses.join("\n\n") + "\n"
}

pub(crate) fn table(rows: &[[String; 3]]) -> String {
    let mut out = "| Name | Purpose | Kept |\n|---|---|---|\n".to_owned();
    for [name, purpose, kept] in rows {
        let _ = writeln!(out, "| {name} | {purpose} | {kept} |");
    }
    out
}

pub(crate) fn words(texts: &[&str]) -> usize {
    texts.iter().map(|t| t.split_whitespace().count()).sum()
}

/// The bodies of a policy, oldest first: of all the longest line there is.
pub(crate) fn policy() -> Vec<String> {
    let own = || vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("content")];
    let contents: Vec<PathBuf> = match std::env::var_os("CLAUSELINE_REAL") {
        Some(real) => folders(Path::new(&real)).into_iter().map(|f| f.join("content")).collect(),
        None => own(),
    };
    let policies = contents.iter().filter(|c| c.is_dir()).flat_map(|c| folders(c));
    let lines = policies.map(|policy| bodies(&policy));
    lines.max_by_key(|line| line.iter().map(String::len).sum::<usize>()).unwrap_or_default()
}

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut all: Vec<PathBuf> = fs::read_dir(of).unwrap().map(|e| e.unwrap().path()).collect();
    all.retain(|p| p.is_dir());
    all.sort();
    all
}

fn bodies(policy: &Path) -> Vec<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(policy).unwrap().map(|e| e.unwrap().path()).collect();
    // Translations have a second dot.
    files.retain(|p| {
        p.extension().is_some_and(|e| e == "md") && !p.file_stem().unwrap().to_str().unwrap().contains('.')
    });
    files.sort();
    let body = |file: &PathBuf| {
        let text = fs::read_to_string(file).unwrap();
        text.splitn(3, "---\n").last().unwrap().to_owned()
    };
    files.iter().map(body).collect()
}
