//! Speedup by threads: `cargo bench --bench threads --features threads`.
//!
//! Runs training steps of networks of the bench `speed`, with larger batches for the small ones, in a pool of one thread and in one of several; their blocks
//! alternate. At the end it checks that both networks are bit-identical. It needs two free cores: other load lowers the
//! median, and less so the best pair.
//!
//! `-- W4` selects a workload, `-- --threads 4` sets the number of threads, `-- --json` prints one object per line,
//! `-- --quick` only shows that it works.

use std::time::{Duration, Instant};

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};
use rayon::{ThreadPool, ThreadPoolBuilder};

sequential! { struct H1 { Dense(4 => 32, tanh), Dense(32 => 16, tanh), Dense(16 => 4) } }
sequential! { struct W2 { Dense(784 => 128, relu), Dense(128 => 10) } }
sequential! { struct W3 { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }
sequential! { struct W4 { Dense(512 => 512, relu), Dense(512 => 512, relu), Dense(512 => 512) } }
sequential! { struct W5 { Dense(32 => 256, relu), Dense(256 => 256, relu), Dense(256 => 1) } }

fn main() {
    let bench = Bench::from_arguments();
    if !bench.json {
        println!(
            "{:4} {:>12} {:>12} {:>8} {:>8}",
            "",
            "1 thread µs",
            format!("{} µs", bench.threads),
            "median",
            "best"
        );
    }
    bench.compare::<H1, 4, 4>("H1", 10_000);
    bench.compare::<W2, 784, 10>("W2", 128);
    bench.compare::<W3, 17, 6>("W3", 4096);
    bench.compare::<W4, 512, 512>("W4", 512);
    bench.compare::<W5, 32, 1>("W5", 1024);
}

/// Arguments of the command line.
struct Bench {
    json: bool,
    workloads: Vec<String>,
    threads: usize,
    pairs: usize,
    block: Duration,
}

/// A model and the thread pool that trains it.
struct Trainer<N: Network> {
    pool: ThreadPool,
    model: Compiled<N, Adam, MeanSquaredError>,
}

impl Bench {
    fn from_arguments() -> Self {
        let mut bench =
            Self { json: false, workloads: Vec::new(), threads: 2, pairs: 15, block: Duration::from_millis(100) };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => bench.json = true,
                "--quick" => (bench.pairs, bench.block) = (2, Duration::from_millis(1)),
                "--threads" => {
                    let number = words.next().and_then(|word| word.parse().ok());
                    bench.threads = number.expect("--threads expects a number");
                }
                "--bench" => {}
                _ => bench.workloads.push(word),
            }
        }
        bench
    }

    fn compare<N, const IN: usize, const OUT: usize>(&self, workload: &str, batch: usize)
    where
        N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>> + Send,
        Compiled<N, Adam, MeanSquaredError>: Send,
    {
        if !self.workloads.is_empty() && !self.workloads.iter().any(|wanted| wanted == workload) {
            return;
        }
        let wave = |row: usize, column: usize| (row as f32 * 0.37 + column as f32 * 1.3).sin();
        let x = OMatrix::<f32, Dyn, Const<IN>>::from_fn(batch, wave);
        let y = OMatrix::<f32, Dyn, Const<OUT>>::from_fn(batch, wave);
        let [mut one, mut several] = [1, self.threads].map(|threads| Trainer::<N> {
            pool: ThreadPoolBuilder::new().num_threads(threads).build().expect("threads"),
            model: N::new(0).compile(Adam::default(), MeanSquaredError),
        });
        let mut count = 1;
        while one.time(&x, &y, count) * (count as f64) < self.block.as_secs_f64() {
            several.time(&x, &y, count);
            count *= 2;
        }
        several.time(&x, &y, count);
        let pairs: Vec<_> = (0..self.pairs).map(|_| (one.time(&x, &y, count), several.time(&x, &y, count))).collect();
        assert!(one.bits().eq(several.bits()), "{workload}: different weights on {} threads", self.threads);
        self.print(workload, &pairs);
    }

    fn print(&self, workload: &str, pairs: &[(f64, f64)]) {
        let gains = sorted(pairs.iter().map(|(one, several)| one / several).collect());
        let (median, best, threads) = (gains[gains.len() / 2], gains[gains.len() - 1], self.threads);
        let [one, several] = [|pair: &(f64, f64)| pair.0, |pair: &(f64, f64)| pair.1].map(|side| {
            let times = sorted(pairs.iter().map(side).collect());
            1e6 * times[times.len() / 2]
        });
        if self.json {
            println!(
                "{{\"workload\":\"{workload}\",\"threads\":{threads},\"us_per_step_1\":{one:.2},\
                 \"us_per_step\":{several:.2},\"speedup\":{median:.3},\"speedup_best\":{best:.3}}}"
            );
        } else {
            println!("{workload:4} {one:12.1} {several:12.1} {median:8.2} {best:8.2}");
        }
    }
}

impl<N: Network<Scalar = f32> + Send> Trainer<N>
where
    Compiled<N, Adam, MeanSquaredError>: Send,
{
    /// Returns the seconds per step of `count` steps.
    fn time<X, Y>(&mut self, x: &X, y: &Y, count: usize) -> f64
    where
        MeanSquaredError: LossList<f32, N::Output>,
        X: Data<f32, N::Input> + Sync,
        Y: Data<f32, <MeanSquaredError as LossList<f32, N::Output>>::Targets> + Sync,
    {
        let start = Instant::now();
        let model = &mut self.model;
        self.pool.install(|| {
            for _ in 0..count {
                model.train_on_batch(x, y).expect("the data is finite");
            }
        });
        start.elapsed().as_secs_f64() / count as f64
    }

    fn bits(&self) -> impl Iterator<Item = u32> {
        self.model.as_slice().iter().map(|weight| weight.to_bits())
    }
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}
