//! Training and inference as a fraction of the core's peak: `cargo bench --bench speed`.
//!
//! W1 to W6 are training steps: forward, backward and Adam. W6 is 32-256x5-256-10, the network of a public benchmark, with
//! batches of 2 to 2,048. S1 to S6 are steps of small networks and small batches. I1 to I3 are single-sample inference with
//! the networks of W1 to W3, where each sample depends on the previous prediction; I4 to I6 are that of 8-8-2, 16-16-4 and
//! 64-64-16. I3b is inference on a batch of 1,024.
//!
//! Every time is the median over blocks; `p999` is the time that 999 of 1,000 single predictions stay below, with the cost of
//! reading the clock. The peak is the rate of multiply-adds in registers, measured between the blocks.
//!
//! `-- W1 W3` selects workloads, `-- W6` all batches of W6, `-- --set avx2` forces an instruction set, `-- --json` prints one
//! object per line, `-- --quick` only shows that it works.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp::kernels::{InstructionSet, Kernels};
use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix, SVector};

sequential! { struct W1 { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }
sequential! { struct W2 { Dense(784 => 128, relu), Dense(128 => 10) } }
sequential! { struct W3 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }
sequential! { struct W4 { Dense(512 => 512, relu), Dense(512 => 512, relu), Dense(512 => 512) } }
sequential! { struct I4 { Dense(8 => 8, tanh), Dense(8 => 2) } }
sequential! { struct I5 { Dense(16 => 16, tanh), Dense(16 => 4) } }
sequential! { struct I6 { Dense(64 => 64, tanh), Dense(64 => 16) } }
sequential! { struct W5 { Dense(32 => 256, relu), Dense(256 => 256, relu), Dense(256 => 1) } }
sequential! {
    struct W6 {
        Dense(32 => 256, relu),
        Dense(256 => 256, relu),
        Dense(256 => 256, relu),
        Dense(256 => 256, relu),
        Dense(256 => 256, relu),
        Dense(256 => 256, relu),
        Dense(256 => 10),
    }
}
sequential! { struct S1 { Dense(8 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 4) } }
sequential! { struct S2 { Dense(64 => 64, relu), Dense(64 => 10) } }
sequential! { struct S4 { Dense(4 => 32, tanh), Dense(32 => 16, tanh), Dense(16 => 4) } }
sequential! { struct S5 { Dense(6 => 64, relu), Dense(64 => 8, relu), Dense(8 => 4) } }
sequential! { struct S6 { Dense(24 => 8, tanh), Dense(8 => 2) } }

/// Number of measured blocks.
const BLOCKS: usize = 9;

fn main() {
    let bench = Bench::from_arguments();
    if !bench.json {
        println!("{:7} {:>12} {:>10} {:>10} {:>9} {:>9}", "", "µs", "GFLOP/s", "peak", "fraction", "p999 µs");
    }
    let wave = |row: usize, column: usize| (row as f32 * 0.37 + column as f32 * 1.3).sin();
    let class = |row: usize, _: usize| (row % 10) as f32;
    bench.training::<W1, _, 1, 1>("W1", MeanSquaredError, 1000, wave, &[1, 10, 10, 1]);
    bench.training::<W2, _, 784, 1>("W2", SparseCategoricalCrossentropy::new(), 128, class, &[784, 128, 10]);
    bench.training::<W3, _, 17, 6>("W3", MeanSquaredError, 256, wave, &[17, 64, 64, 6]);
    bench.training::<W4, _, 512, 512>("W4", MeanSquaredError, 512, wave, &[512, 512, 512, 512]);
    bench.training::<W5, _, 32, 1>("W5", MeanSquaredError, 1024, wave, &[32, 256, 256, 1]);
    for batch in [2, 32, 256, 512, 2048] {
        let widths = [32, 256, 256, 256, 256, 256, 256, 10];
        bench.training::<W6, _, 32, 1>(
            &format!("W6-{batch}"),
            SparseCategoricalCrossentropy::new(),
            batch,
            class,
            &widths,
        );
    }
    bench.small(wave, class);
    bench.one::<W1, 1, 1>("I1", &[1, 10, 10, 1]);
    bench.one::<W2, 784, 10>("I2", &[784, 128, 10]);
    bench.one::<W3, 17, 6>("I3", &[17, 64, 64, 6]);
    bench.one::<I4, 8, 2>("I4", &[8, 8, 2]);
    bench.one::<I5, 16, 4>("I5", &[16, 16, 4]);
    bench.one::<I6, 64, 16>("I6", &[64, 64, 16]);
    bench.batch::<W3, 17, 6>("I3b", 1024, &[17, 64, 64, 6]);
}

/// Arguments of the command line.
struct Bench {
    json: bool,
    workloads: Vec<String>,
    block: Duration,
}

impl Bench {
    fn from_arguments() -> Self {
        let mut bench = Self { json: false, workloads: Vec::new(), block: Duration::from_millis(150) };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => bench.json = true,
                "--quick" => bench.block = Duration::from_millis(2),
                "--set" => select(&words.next().unwrap_or_default()),
                "--bench" => {}
                _ => bench.workloads.push(word),
            }
        }
        bench
    }

    fn wants(&self, workload: &str) -> bool {
        let family = workload.split('-').next();
        self.workloads.is_empty() || self.workloads.iter().any(|wanted| wanted == workload || Some(&**wanted) == family)
    }

    /// Measures steps of small networks, and of small batches.
    fn small(&self, wave: impl Fn(usize, usize) -> f32 + Copy, class: impl Fn(usize, usize) -> f32) {
        self.training::<S1, _, 8, 4>("S1", MeanSquaredError, 64, wave, &[8, 64, 64, 4]);
        self.training::<S2, _, 64, 1>("S2", SparseCategoricalCrossentropy::new(), 32, class, &[64, 64, 10]);
        for batch in [1, 17, 32] {
            let widths = [1, 10, 10, 1];
            self.training::<W1, _, 1, 1>(&format!("S3-{batch}"), MeanSquaredError, batch, wave, &widths);
        }
        self.training::<S4, _, 4, 4>("S4", MeanSquaredError, 10_000, wave, &[4, 32, 16, 4]);
        self.training::<S5, _, 6, 4>("S5", MeanSquaredError, 256, wave, &[6, 64, 8, 4]);
        self.training::<S6, _, 24, 2>("S6", MeanSquaredError, 200, wave, &[24, 8, 2]);
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
        L: LossList<f32, N::Output>,
        OMatrix<f32, Dyn, Const<IN>>: Data<f32, N::Input>,
        OMatrix<f32, Dyn, Const<TARGETS>>: Data<f32, L::Targets>,
    {
        if !self.wants(workload) {
            return;
        }
        let x = inputs::<IN>(batch);
        let y = OMatrix::<f32, Dyn, Const<TARGETS>>::from_fn(batch, target);
        let mut model = N::new(0).compile(Adam::default(), loss);
        let steps = |steps: usize| Fit::new().epochs(steps).batch_size(batch).verbose(Verbose::Silent);
        self.measure(workload, flops_a_step(batch, widths), |count| {
            black_box(model.fit(&x, &y, steps(count)).expect("the data is finite"));
        });
    }

    /// Measures single-sample inference. Each sample depends on the previous prediction.
    fn one<N, const IN: usize, const OUT: usize>(&self, workload: &str, widths: &[usize])
    where
        N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
    {
        if !self.wants(workload) {
            return;
        }
        let model = N::new(0).compile(Adam::default(), MeanSquaredError);
        let mut sample = SVector::<f32, IN>::from_fn(|feature, _| feature as f32 / IN as f32);
        let mut run = |count: usize| {
            for _ in 0..count {
                let prediction = model.predict_one(sample);
                sample[0] = prediction[0] * 1e-3;
            }
            black_box(&mut sample);
        };
        let p999 = self.percentile(|| run(1));
        self.measure_with(workload, flops_forward(1, widths), Some(p999), run);
    }

    /// Measures inference on a batch, including checks and the allocation of the result.
    fn batch<N, const IN: usize, const OUT: usize>(&self, workload: &str, batch: usize, widths: &[usize])
    where
        N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
    {
        if !self.wants(workload) {
            return;
        }
        let x = inputs::<IN>(batch);
        let model = N::new(0).compile(Adam::default(), MeanSquaredError);
        self.measure(workload, flops_forward(batch, widths), |count| {
            for _ in 0..count {
                black_box(model.predict(black_box(&x)).expect("the data is finite"));
            }
        });
    }

    /// Returns the time that 999 of 1,000 runs stay below, in seconds.
    fn percentile(&self, mut run: impl FnMut()) -> f64 {
        let count = if self.block.as_millis() < 100 { 1_000 } else { 100_000 };
        let mut times: Vec<f64> = (0..count).map(|_| time(&mut run).as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        times[count * 999 / 1000]
    }

    fn measure(&self, workload: &str, flops: f64, run: impl FnMut(usize)) {
        self.measure_with(workload, flops, None, run);
    }

    /// Prints the median time per step of `run(count)`, and the core's peak between the blocks.
    fn measure_with(&self, workload: &str, flops: f64, p999: Option<f64>, mut run: impl FnMut(usize)) {
        let mut count = 1;
        while time(|| run(count)) < self.block {
            count *= 2;
        }
        let (mut blocks, mut peaks) = (Vec::with_capacity(BLOCKS), Vec::with_capacity(BLOCKS));
        for _ in 0..BLOCKS {
            blocks.push(time(|| run(count)).as_secs_f64() / count as f64);
            peaks.push(self.peak());
        }
        self.print(workload, median(blocks), flops, median(peaks), p999);
    }

    /// Measures multiply-adds in registers, in operations per second.
    fn peak(&self) -> f64 {
        let mut flops = 0.0;
        let rounds = if self.block.as_millis() < 100 { 40_000 } else { 4_000_000 };
        let seconds = time(|| flops = f32::multiply_adds(rounds)).as_secs_f64();
        flops / seconds
    }

    fn print(&self, workload: &str, seconds: f64, flops: f64, peak: f64, p999: Option<f64>) {
        let (micros, speed) = (seconds * 1e6, flops / seconds);
        let (gflops, peak_gflops, fraction) = (speed / 1e9, peak / 1e9, speed / peak);
        if self.json {
            let p999 = p999.map_or(String::new(), |p999| format!("\"p999_us\":{:.4},", p999 * 1e6));
            println!(
                "{{\"workload\":\"{workload}\",\"us_per_step\":{micros:.4},{p999}\"gflops\":{gflops:.2},\
                 \"peak_gflops\":{peak_gflops:.2},\"fraction\":{fraction:.4},\"set\":\"{}\"}}",
                InstructionSet::selected()
            );
        } else {
            let p999 = p999.map_or(String::new(), |p999| format!("{:.3}", p999 * 1e6));
            println!("{workload:7} {micros:12.3} {gflops:10.1} {peak_gflops:10.1} {:8.1}% {p999:>9}", fraction * 100.0);
        }
    }
}

fn select(name: &str) {
    let set: InstructionSet = name.parse().unwrap_or_else(|error| panic!("--set {name}: {error}"));
    set.select().unwrap_or_else(|error| panic!("{error}"));
}

fn inputs<const IN: usize>(samples: usize) -> OMatrix<f32, Dyn, Const<IN>> {
    OMatrix::<f32, Dyn, Const<IN>>::from_fn(samples, |row, column| ((row * 31 + column * 17) % 97) as f32 / 97.0)
}

/// Returns the operations of a forward pass. A multiply-add counts as two.
fn flops_forward(batch: usize, widths: &[usize]) -> f64 {
    2.0 * batch as f64 * widths.windows(2).map(|pair| pair[0] * pair[1]).sum::<usize>() as f64
}

/// Returns the operations of a training step. The network's input needs no gradient.
fn flops_a_step(batch: usize, widths: &[usize]) -> f64 {
    2.0 * flops_forward(batch, widths) + flops_forward(batch, &widths[1..])
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
