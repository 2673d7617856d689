//! Whole pairs of growing documents with ordinary edits: the words a second should stay the same.

use divan::Bencher;
use divan::counter::ItemsCount;

use crate::{compare, read, texts};

/// Words of each text.
const SIZES: [usize; 6] = [6_250, 12_500, 25_000, 50_000, 100_000, 200_000];

#[divan::bench(args = SIZES, sample_count = 5)]
fn markdown(bencher: Bencher, size: usize) {
    let text = texts::markdown(&texts::clauses(size, 1));
    bencher.counter(ItemsCount::new(size)).bench(|| read(&text));
}

#[divan::bench(args = SIZES, sample_count = 5)]
fn ordinary_edits(bencher: Bencher, size: usize) {
    let old = texts::clauses(size, 1);
    let new = texts::edited(&old, 2);
    let (old, new) = (read(&texts::markdown(&old)), read(&texts::markdown(&new)));
    bencher.counter(ItemsCount::new(size)).bench(|| compare(&old, &new));
}
