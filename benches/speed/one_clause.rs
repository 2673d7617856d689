//! Words within one clause.

use divan::Bencher;
use divan::counter::ItemsCount;

use crate::texts::Dice;
use crate::{compare, read};

/// A clause of so many words, of which of a hundred so many are others.
fn bench(bencher: Bencher, size: usize, percent: usize) {
    let mut dice = Dice::new(7);
    let old: Vec<String> = (0..size).map(|_| dice.word()).collect();
    let mut new = old.clone();
    for word in &mut new {
        if dice.below(100) < percent {
            *word = dice.word();
        }
    }
    let (old, new) = (read(&old.join(" ")), read(&new.join(" ")));
    bencher.counter(ItemsCount::new(size)).bench(|| compare(&old, &new));
}

#[divan::bench(args = [100, 1_000, 10_000, 40_000], sample_count = 3)]
fn few_words_changed(bencher: Bencher, size: usize) {
    bench(bencher, size, 2);
}

#[divan::bench(args = [100, 1_000, 4_000, 16_000], sample_count = 3)]
fn half_the_words_changed(bencher: Bencher, size: usize) {
    bench(bencher, size, 50);
}
