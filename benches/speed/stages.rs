//! Each stage by itself, on the longest line of versions there is.

use std::collections::BTreeMap;

use clauseline::policy::Text;
use clauseline::policy::align::{Tokens, align};
use clauseline::policy::diff::Diff;
use clauseline::policy::path::{Leg, path};
use clauseline::policy::words::Lexicon;
use divan::Bencher;
use divan::counter::ItemsCount;

use crate::{compare, read, texts};

fn line() -> Vec<Text> {
    texts::policy().iter().map(|body| read(body)).collect()
}

fn words(texts: &[Text]) -> ItemsCount {
    ItemsCount::new(texts.iter().map(|t| t.words).sum::<usize>())
}

#[divan::bench]
fn a_markdown(bencher: Bencher) {
    let bodies = texts::policy();
    bencher.counter(words(&line())).bench(|| bodies.iter().map(|b| read(b).clauses.len()).sum::<usize>());
}

#[divan::bench]
fn b_words(bencher: Bencher) {
    let line = line();
    bencher.counter(words(&line)).bench(|| {
        let mut lexicon = Lexicon::default();
        let clauses = line.iter().flat_map(|t| &t.clauses);
        clauses.map(|c| lexicon.tokens(&c.content.text).len()).sum::<usize>()
    });
}

#[divan::bench]
fn c_align(bencher: Bencher) {
    let line = line();
    let cut: Vec<_> = line.windows(2).map(|pair| (pair, Tokens::new(&pair[0], &pair[1]))).collect();
    let none = BTreeMap::new();
    bencher.counter(words(&line[1..])).bench(|| {
        cut.iter().map(|(pair, tokens)| align(&pair[0], &pair[1], tokens, &none).len()).sum::<usize>()
    });
}

#[divan::bench]
fn d_pairs(bencher: Bencher) {
    let line = line();
    bencher
        .counter(words(&line[1..]))
        .bench(|| line.windows(2).map(|pair| compare(&pair[0], &pair[1]).changes.len()).sum::<usize>());
}

#[divan::bench]
fn e_proof(bencher: Bencher) {
    let line = line();
    let diffs: Vec<Diff> = line.windows(2).map(|pair| compare(&pair[0], &pair[1])).collect();
    bencher.counter(words(&line[1..])).bench(|| {
        line.windows(2).zip(&diffs).filter(|(pair, diff)| diff.proof(&pair[0], &pair[1]).is_ok()).count()
    });
}

/// From the first text to the last, through all between.
#[divan::bench]
fn f_path(bencher: Bencher) {
    let line = line();
    let diffs: Vec<Diff> = line.windows(2).map(|pair| compare(&pair[0], &pair[1])).collect();
    let net = compare(&line[0], &line[line.len() - 1]);
    bencher.counter(words(&line)).bench(|| {
        let legs = diffs.iter().zip(&line[1..]).map(|(diff, text)| Leg { diff, text }).collect();
        path(&line[0], legs, &net).threads.len()
    });
}
