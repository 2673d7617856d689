//! Pairs that nobody writes and anybody may send, in growing sizes: twice the size should not take
//! four times as long.

use divan::Bencher;
use divan::counter::ItemsCount;

use crate::texts::{self, Dice};
use crate::{compare, read};

fn bench(bencher: Bencher, old: &str, new: &str) {
    let size = texts::words(&[old, new]) / 2;
    let (old, new) = (read(old), read(new));
    bencher.counter(ItemsCount::new(size)).bench(|| compare(&old, &new));
}

/// Two texts of so many words with nothing in common but the words of the language.
#[divan::bench(args = [12_500, 25_000, 50_000, 100_000, 200_000], sample_count = 1, sample_size = 1)]
fn strangers(bencher: Bencher, size: usize) {
    let text = |seed| texts::markdown(&texts::clauses(size, seed));
    bench(bencher, &text(3), &text(4));
}

/// One clause of so many words, every word another.
#[divan::bench(args = [12_500, 25_000, 50_000, 100_000, 200_000], sample_count = 1, sample_size = 1)]
fn one_clause_rewritten(bencher: Bencher, size: usize) {
    let text = |seed| Dice::new(seed).sentence(size);
    bench(bencher, &text(5), &text(6));
}

/// One clause of so many words of which there are only two: everything is like everything.
#[divan::bench(args = [1_250, 2_500, 5_000, 10_000, 20_000], sample_count = 1, sample_size = 1)]
fn one_clause_of_two_words(bencher: Bencher, size: usize) {
    let text = |seed| {
        let mut dice = Dice::new(seed);
        (0..size).map(|_| ["may", "not"][dice.below(2)]).collect::<Vec<_>>().join(" ")
    };
    bench(bencher, &text(10), &text(11));
}

/// One clause of so many sentences that differ in a word, in another order, each edited.
#[divan::bench(args = [625, 1_250, 2_500, 5_000], sample_count = 1, sample_size = 1)]
fn one_clause_of_like_sentences(bencher: Bencher, size: usize) {
    let sentence = |i: usize, days: usize| format!("The cookie c{i} is kept for {days} days.");
    let old: Vec<String> = (0..size).map(|i| sentence(i, 30)).collect();
    let new: Vec<String> = (0..size).map(|i| sentence(i * 7919 % size, 90)).collect();
    bench(bencher, &old.join(" "), &new.join(" "));
}

/// So many clauses that differ in a word, in another order, each edited.
#[divan::bench(args = [1_250, 2_500, 5_000, 10_000], sample_count = 1, sample_size = 1)]
fn like_clauses(bencher: Bencher, size: usize) {
    let clause = |i: usize, days: usize| format!("The cookie c{i} is kept for {days} days.");
    let old: Vec<String> = (0..size).map(|i| clause(i, 30)).collect();
    let new: Vec<String> = (0..size).map(|i| clause(i * 7919 % size, 90)).collect();
    bench(bencher, &texts::markdown(&old), &texts::markdown(&new));
}

/// So many equal short clauses, of which some go and some change.
#[divan::bench(args = [1_250, 2_500, 5_000, 10_000], sample_count = 1, sample_size = 1)]
fn equal_clauses(bencher: Bencher, size: usize) {
    let old = vec!["We may change this."; size];
    let mut new = old[size / 50..].to_vec();
    new.iter_mut().step_by(50).for_each(|c| *c = "We may never change this.");
    bench(bencher, &old.join("\n\n"), &new.join("\n\n"));
}

/// So many clauses in another order.
#[divan::bench(args = [625, 1_250, 2_500, 5_000], sample_count = 1, sample_size = 1)]
fn permutation(bencher: Bencher, size: usize) {
    let mut dice = Dice::new(8);
    let mut clauses: Vec<String> = (0..size).map(|_| dice.sentence(20)).collect();
    let old = texts::markdown(&clauses);
    for i in (1..clauses.len()).rev() {
        clauses.swap(i, dice.below(i + 1));
    }
    bench(bencher, &old, &texts::markdown(&clauses));
}

/// A table of so many rows, every one of them edited.
#[divan::bench(args = [375, 750, 1_500, 3_000], sample_count = 1, sample_size = 1)]
fn rows_all_edited(bencher: Bencher, size: usize) {
    let mut dice = Dice::new(9);
    let row = |i: usize, dice: &mut Dice| [format!("cookie{i}"), dice.sentence(8), "30 days".to_owned()];
    let old: Vec<[String; 3]> = (0..size).map(|i| row(i, &mut dice)).collect();
    let edited = |[name, purpose, _]: &[String; 3]| [name.clone(), purpose.clone(), "90 days".to_owned()];
    let new: Vec<[String; 3]> = old.iter().map(edited).collect();
    bench(bencher, &texts::table(&old), &texts::table(&new));
}
