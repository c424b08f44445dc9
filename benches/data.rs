//! Cost of data that is larger than the caches: `cargo bench --bench data`.
//!
//! `fit` is a step of 17-64-64-6 on a batch of 256 out of a million shuffled samples, in a training of two epochs, and `fit-20`
//! in one of 20; `fit-cached` is the same out of 4,096 samples, which stay in the cache. `predict` is the prediction of a row of
//! a million, `predict-cached` that of 1,024. Large and small data alternate, and the ratio is that of the minima. A share of
//! the load of other programs remains.
//!
//! `-- --json` prints one object per line, `-- --quick` only shows that it works.

use std::hint::black_box;
use std::time::Instant;

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

sequential! { struct Net { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }

const BATCH: usize = 256;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let bench = Bench { json: asked("--json"), quick: asked("--quick") };
    bench.fit("fit", 2, bench.rounds());
    bench.fit("fit-20", 20, bench.rounds().min(3));
    bench.predict();
}

struct Bench {
    json: bool,
    quick: bool,
}

impl Bench {
    /// Returns the number of samples that no cache holds.
    fn large(&self) -> usize {
        if self.quick { 1 << 15 } else { 1_000_000 }
    }

    fn rounds(&self) -> usize {
        if self.quick { 1 } else { 7 }
    }

    /// Measures steps of whole epochs. A training of one epoch, which reads its data once, does not copy it.
    fn fit(&self, name: &str, epochs: usize, rounds: usize) {
        let mut model = Net::new(0).compile(Adam::default(), MeanSquaredError);
        let sizes = [self.large(), 4096];
        let data = sizes.map(|samples| (inputs::<17>(samples), inputs::<6>(samples)));
        let mut times = [f64::INFINITY; 2];
        for _ in 0..rounds {
            for ((x, y), time) in data.iter().zip(&mut times) {
                let epochs = (epochs * self.large() / x.nrows()).min(200 * epochs);
                let steps = epochs * x.nrows().div_ceil(BATCH);
                let fit = Fit::new().epochs(epochs).batch_size(BATCH).verbose(Verbose::Silent);
                let start = Instant::now();
                black_box(model.fit(x, y, fit).expect("the data is finite"));
                *time = time.min(start.elapsed().as_secs_f64() * 1e6 / steps as f64);
            }
        }
        self.print(name, "us_per_step", times);
    }

    fn predict(&self) {
        let model = Net::new(0).compile(Adam::default(), MeanSquaredError);
        let data = [self.large(), 1024].map(inputs::<17>);
        let mut times = [f64::INFINITY; 2];
        for _ in 0..self.rounds() {
            for (x, time) in data.iter().zip(&mut times) {
                let calls = (self.large() / x.nrows()).clamp(1, 50);
                let start = Instant::now();
                for _ in 0..calls {
                    black_box(model.predict(x).expect("the data is finite"));
                }
                *time = time.min(start.elapsed().as_secs_f64() * 1e6 / (calls * x.nrows()) as f64);
            }
        }
        self.print("predict", "us_per_row", times);
    }

    fn print(&self, row: &str, unit: &str, [large, cached]: [f64; 2]) {
        let ratio = large / cached;
        if self.json {
            println!("{{\"row\":\"{row}\",\"{unit}\":{large:.4},\"cached\":{cached:.4},\"ratio\":{ratio:.3}}}");
        } else {
            println!("{row:8} {unit:12} {large:9.3}, cached {cached:9.3}, ratio {ratio:.3}");
        }
    }
}

fn inputs<const COLUMNS: usize>(samples: usize) -> OMatrix<f32, Dyn, Const<COLUMNS>> {
    OMatrix::<f32, Dyn, Const<COLUMNS>>::from_fn(samples, |row, column| ((row * 31 + column * 17) % 97) as f32 / 97.0)
}
