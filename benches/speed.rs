//! How near training comes to the hardware's limit: `cargo bench --bench speed`, `-- --json` for an object a line.
//!
//! `-- W1 W3` measures only those, `-- --set avx2` forces an instruction set. Every figure is the median of the blocks;
//! the peak is what this core does in the same run with nothing but multiply-adds, measured around each workload.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp::kernels::{InstructionSet, Kernels};
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

sequential! { struct W1 { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }
sequential! { struct W2 { Dense(784 => 128, relu), Dense(128 => 10) } }
sequential! { struct W3 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }
sequential! { struct W4 { Dense(512 => 512, relu), Dense(512 => 512, relu), Dense(512 => 512) } }
sequential! { struct W5 { Dense(32 => 256, relu), Dense(256 => 256, relu), Dense(256 => 1) } }

/// Blocks of steps, and how long one lasts at least.
const BLOCKS: usize = 9;
const BLOCK: Duration = Duration::from_millis(150);

fn main() {
    let arguments = Arguments::parse();
    if !arguments.json {
        println!("{:4} {:>12} {:>10} {:>10} {:>9}", "", "µs a step", "GFLOP/s", "peak", "fraction");
    }
    let wave = |row: usize, column: usize| (row as f32 * 0.37 + column as f32 * 1.3).sin();
    let class = |row: usize, _: usize| (row % 10) as f32;
    arguments.training::<W1, _, 1, 1>("W1", MeanSquaredError, 1000, wave, &[1, 10, 10, 1]);
    arguments.training::<W2, _, 784, 1>("W2", SparseCategoricalCrossentropy, 128, class, &[784, 128, 10]);
    arguments.training::<W3, _, 17, 6>("W3", MeanSquaredError, 256, wave, &[17, 64, 64, 6]);
    arguments.training::<W4, _, 512, 512>("W4", MeanSquaredError, 512, wave, &[512, 512, 512, 512]);
    arguments.training::<W5, _, 32, 1>("W5", MeanSquaredError, 1024, wave, &[32, 256, 256, 1]);
}

/// What the command line asks for.
struct Arguments {
    json: bool,
    workloads: Vec<String>,
}

impl Arguments {
    fn parse() -> Self {
        let mut arguments = Self { json: false, workloads: Vec::new() };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => arguments.json = true,
                "--set" => select(&words.next().unwrap_or_default()),
                "--bench" => {}
                _ => arguments.workloads.push(word),
            }
        }
        arguments
    }

    /// Measures steps of a network of these widths on one batch.
    fn training<N, L, const IN: usize, const TARGETS: usize>(
        &self,
        workload: &str,
        loss: L,
        batch: usize,
        target: impl Fn(usize, usize) -> f32,
        widths: &[usize],
    ) where
        N: Network<Scalar = f32>,
        N::Input: Shape<Batch<f32> = OMatrix<f32, Dyn, Const<IN>>>,
        L: Loss<f32, N::Output>,
        OMatrix<f32, Dyn, Const<IN>>: Data<f32, N::Input>,
        OMatrix<f32, Dyn, Const<TARGETS>>: Data<f32, L::Targets>,
    {
        if !self.workloads.is_empty() && !self.workloads.iter().any(|wanted| wanted == workload) {
            return;
        }
        let x = OMatrix::<f32, Dyn, Const<IN>>::from_fn(batch, |row, column| ((row * 31 + column * 17) % 97) as f32 / 97.0);
        let y = OMatrix::<f32, Dyn, Const<TARGETS>>::from_fn(batch, target);
        let mut model = N::new(0).compile(Adam::default(), loss);
        let steps = |steps: usize| Fit::epochs(steps).batch_size(batch).verbose(Verbose::Silent);
        let seconds = median_seconds(|count| {
            black_box(model.fit(&x, &y, steps(count)).expect("the data is finite"));
        });
        self.print(workload, seconds.0, flops_a_step(batch, widths), seconds.1);
    }

    fn print(&self, workload: &str, seconds: f64, flops: f64, peak: f64) {
        let (micros, speed) = (seconds * 1e6, flops / seconds);
        let (gflops, peak_gflops, fraction) = (speed / 1e9, peak / 1e9, speed / peak);
        if self.json {
            println!(
                "{{\"workload\":\"{workload}\",\"us_per_step\":{micros:.3},\"gflops\":{gflops:.2},\
                 \"peak_gflops\":{peak_gflops:.2},\"fraction\":{fraction:.4},\"set\":\"{}\"}}",
                InstructionSet::selected()
            );
        } else {
            println!("{workload:4} {micros:12.2} {gflops:10.1} {peak_gflops:10.1} {:8.1}%", fraction * 100.0);
        }
    }
}

fn select(name: &str) {
    let set = InstructionSet::ALL.into_iter().find(|set| set.to_string().eq_ignore_ascii_case(name));
    let set = set.unwrap_or_else(|| panic!("--set takes baseline, AVX2 or AVX-512, not `{name}`"));
    set.select().unwrap_or_else(|error| panic!("{error}"));
}

/// Forward and backward, two operations to a multiply-add; the first layer's input needs no gradient.
fn flops_a_step(batch: usize, widths: &[usize]) -> f64 {
    let products = |widths: &[usize]| widths.windows(2).map(|pair| pair[0] * pair[1]).sum::<usize>();
    2.0 * batch as f64 * (2 * products(widths) + products(&widths[1..])) as f64
}

/// The median time of one step, and the core's peak around the blocks.
fn median_seconds(mut run: impl FnMut(usize)) -> (f64, f64) {
    let mut count = 1;
    while time(|| run(count)) < BLOCK {
        count *= 2;
    }
    let mut blocks = Vec::with_capacity(BLOCKS);
    let mut peaks = Vec::with_capacity(BLOCKS);
    for _ in 0..BLOCKS {
        blocks.push(time(|| run(count)).as_secs_f64() / count as f64);
        peaks.push(peak());
    }
    (median(blocks), median(peaks))
}

/// Multiply-adds in registers, in operations a second.
fn peak() -> f64 {
    let mut flops = 0.0;
    let seconds = time(|| flops = f32::multiply_adds(4_000_000)).as_secs_f64();
    flops / seconds
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
