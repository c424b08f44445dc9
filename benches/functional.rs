//! Cost of a chain written with `functional!` instead of `sequential!`: `cargo bench --bench functional`.
//!
//! The same network is written with both macros; their blocks alternate in one run. The ratio is the median of the ratios of
//! neighboring blocks. `-- --quick` only shows that it works.

use std::hint::black_box;
use std::time::{Duration, Instant};

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix, SVector};

sequential! { struct Chain { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }

functional! {
    struct Graph {
        let input = Input(1);
        let first = Dense(1 => 10, relu)(input);
        let second = Dense(10 => 10, relu)(first);
        let output = Dense(10 => 1)(second);
        Model(input => output)
    }
}

sequential! { struct WideChain { Dense(17 => 64, tanh), Dense(64 => 64, tanh), Dense(64 => 6) } }

functional! {
    struct WideGraph {
        let input = Input(17);
        let first = Dense(17 => 64, tanh)(input);
        let second = Dense(64 => 64, tanh)(first);
        let output = Dense(64 => 6)(second);
        Model(input => output)
    }
}

fn main() {
    let quick = std::env::args().any(|word| word == "--quick");
    let bench = Bench { block: Duration::from_millis(if quick { 2 } else { 50 }), blocks: if quick { 5 } else { 61 } };
    println!("{:34} {:>14} {:>14} {:>8}", "", "sequential!", "functional!", "ratio");
    bench.compare("a step of 1-10-10-1, 1,000 samples", step::<Chain, 1, 1>(1000), step::<Graph, 1, 1>(1000));
    bench.compare("a step of 17-64-64-6, 256 samples", step::<WideChain, 17, 6>(256), step::<WideGraph, 17, 6>(256));
    bench.compare("one prediction of 1-10-10-1", one::<Chain, 1, 1>(), one::<Graph, 1, 1>());
    bench.compare("one prediction of 17-64-64-6", one::<WideChain, 17, 6>(), one::<WideGraph, 17, 6>());
}

/// Returns a function that runs `count` training steps on one batch.
fn step<N, const IN: usize, const OUT: usize>(batch: usize) -> impl FnMut(usize)
where
    N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
{
    let wave = |row: usize, column: usize| (row as f32 * 0.37 + column as f32 * 1.3).sin();
    let x = OMatrix::<f32, Dyn, Const<IN>>::from_fn(batch, wave);
    let y = OMatrix::<f32, Dyn, Const<OUT>>::from_fn(batch, wave);
    let mut model = N::new(0).compile(Adam::default(), MeanSquaredError);
    move |count| {
        let fit = Fit::new().epochs(count).batch_size(batch).shuffle(false).verbose(Verbose::Silent);
        black_box(model.fit(&x, &y, fit).expect("the data is finite"));
    }
}

/// Returns a function that predicts `count` samples, each of which depends on the previous prediction.
fn one<N, const IN: usize, const OUT: usize>() -> impl FnMut(usize)
where
    N: Network<Scalar = f32, Input = Features<IN>, Output = Features<OUT>>,
{
    let model = N::new(0).compile(Adam::default(), MeanSquaredError);
    let mut sample = SVector::<f32, IN>::from_fn(|feature, _| feature as f32 / IN as f32);
    move |count| {
        for _ in 0..count {
            sample[0] = model.predict_one(sample)[0] * 1e-3;
        }
        black_box(&mut sample);
    }
}

struct Bench {
    block: Duration,
    blocks: usize,
}

impl Bench {
    fn compare(&self, what: &str, mut chain: impl FnMut(usize), mut graph: impl FnMut(usize)) {
        let mut count = 1;
        while time(&mut chain, count) < self.block.as_secs_f64() {
            count *= 2;
        }
        time(&mut graph, count);
        let (mut chains, mut graphs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for block in 0..self.blocks {
            // The first of a pair has the colder cache.
            let (of_chain, of_graph) = if block % 2 == 0 {
                let of_chain = time(&mut chain, count);
                (of_chain, time(&mut graph, count))
            } else {
                let of_graph = time(&mut graph, count);
                (time(&mut chain, count), of_graph)
            };
            chains.push(1e9 * of_chain / count as f64);
            graphs.push(1e9 * of_graph / count as f64);
            ratios.push(of_graph / of_chain);
        }
        println!("{what:34} {:11.1} ns {:11.1} ns {:8.3}", median(chains), median(graphs), median(ratios));
    }
}

/// Returns the seconds that `count` steps take.
fn time(run: &mut impl FnMut(usize), count: usize) -> f64 {
    let start = Instant::now();
    run(count);
    start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
