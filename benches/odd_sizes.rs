//! Cost of sizes that are no multiple of a register or a block: `cargo bench --bench odd_sizes`.
//!
//! Compares a training step of a three-layer network, with an odd width and batch, with a step of the nearest round width
//! and batch. The ratio is time per operation divided by time per operation; 1 is no loss. Blocks of the two alternate; every
//! value is a median over pairs of blocks.
//!
//! A batch of one is compared with one sample of a round width. A tile always holds whole registers of samples, so its step
//! takes as long as one on sixteen samples, as the last lines show.
//!
//! `-- --json` prints one object per line, `-- --set avx2` forces an instruction set, `-- --quick` only shows that it
//! works.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp::kernels::InstructionSet;
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

sequential! { struct Net<const WIDTH: usize> { Dense(WIDTH => WIDTH, relu), Dense(WIDTH => WIDTH, relu), Dense(WIDTH => WIDTH) } }

fn main() {
    let bench = Bench::from_arguments();
    if !bench.json {
        println!(
            "{:>6} {:>6} {:>12} {:>8}    versus {:>6} {:>6} {:>12}",
            "width", "batch", "µs", "ratio", "", "", "µs"
        );
    }
    let mut worst: f64 = 0.0;
    for (odd, round) in [(1, 1), (17, 16), (1000, 1024)] {
        worst = worst.max(bench.compare(&mut Step::new::<7>(odd), &mut Step::new::<8>(round)));
        worst = worst.max(bench.compare(&mut Step::new::<33>(odd), &mut Step::new::<32>(round)));
        worst = worst.max(bench.compare(&mut Step::new::<100>(odd), &mut Step::new::<96>(round)));
        worst = worst.max(bench.compare(&mut Step::new::<257>(odd), &mut Step::new::<256>(round)));
    }
    bench.print_worst(worst);
    bench.compare(&mut Step::new::<32>(1), &mut Step::new::<32>(16));
    bench.compare(&mut Step::new::<256>(1), &mut Step::new::<256>(16));
}

/// Arguments of the command line.
struct Bench {
    json: bool,
    pairs: usize,
    block: Duration,
}

/// A training step of one network on one batch.
struct Step {
    width: usize,
    batch: usize,
    run: Box<dyn FnMut()>,
}

impl Step {
    fn new<const WIDTH: usize>(batch: usize) -> Self {
        let x = OMatrix::<f32, Dyn, Const<WIDTH>>::from_fn(batch, |row, column| {
            ((row * 31 + column * 17) % 97) as f32 / 97.0
        });
        let mut model = Net::<WIDTH>::new(0).compile(Adam::default(), MeanSquaredError);
        let run = move || {
            black_box(model.train_on_batch(&x, &x).expect("the data is finite"));
        };
        Self { width: WIDTH, batch, run: Box::new(run) }
    }

    /// Returns the work of a step, up to a constant factor.
    fn work(&self) -> f64 {
        (self.batch * self.width * self.width) as f64
    }

    /// Returns the seconds per step of `count` steps.
    fn time(&mut self, count: usize) -> f64 {
        let start = Instant::now();
        (0..count).for_each(|_| (self.run)());
        start.elapsed().as_secs_f64() / count as f64
    }

    /// Returns the number of steps in a block.
    fn count(&mut self, block: Duration) -> usize {
        let mut count = 1;
        while self.time(count) * (count as f64) < block.as_secs_f64() {
            count *= 2;
        }
        count
    }
}

impl Bench {
    fn from_arguments() -> Self {
        let mut bench = Self { json: false, pairs: 11, block: Duration::from_millis(20) };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => bench.json = true,
                "--quick" => (bench.pairs, bench.block) = (3, Duration::from_micros(500)),
                "--set" => select(&words.next().unwrap_or_default()),
                _ => {}
            }
        }
        bench
    }

    /// Prints and returns the ratio of an odd step to a round one.
    fn compare(&self, odd: &mut Step, round: &mut Step) -> f64 {
        let (odd_count, round_count) = (odd.count(self.block), round.count(self.block));
        let pairs: Vec<(f64, f64)> = (0..self.pairs).map(|_| (odd.time(odd_count), round.time(round_count))).collect();
        let work = odd.work() / round.work();
        let ratio = median(pairs.iter().map(|(odd, round)| odd / round / work).collect());
        let [odd_micros, round_micros] = [|pair: &(f64, f64)| pair.0, |pair: &(f64, f64)| pair.1]
            .map(|side| 1e6 * median(pairs.iter().map(side).collect()));
        let (width, batch, round_width, round_batch) = (odd.width, odd.batch, round.width, round.batch);
        if self.json {
            println!(
                "{{\"width\":{width},\"batch\":{batch},\"us_per_step\":{odd_micros:.3},\"ratio\":{ratio:.3},\
                 \"round_width\":{round_width},\"round_batch\":{round_batch},\"round_us_per_step\":{round_micros:.3},\
                 \"set\":\"{}\"}}",
                InstructionSet::selected()
            );
        } else {
            println!(
                "{width:6} {batch:6} {odd_micros:12.2} {ratio:8.2}    versus {round_width:6} {round_batch:6} {round_micros:12.2}"
            );
        }
        ratio
    }

    fn print_worst(&self, worst: f64) {
        if self.json {
            println!("{{\"worst_ratio\":{worst:.3},\"set\":\"{}\"}}", InstructionSet::selected());
        } else {
            println!("the worst ratio: {worst:.2} ({})", InstructionSet::selected());
        }
    }
}

fn select(name: &str) {
    let set: InstructionSet = name.parse().unwrap_or_else(|error| panic!("--set {name}: {error}"));
    set.select().unwrap_or_else(|error| panic!("{error}"));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
