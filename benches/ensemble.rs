//! Cost of an ensemble, compared with a single network: `cargo bench --bench ensemble --features threads`.
//!
//! One step of 32 networks of the workload W1, on one thread and on two, next to 32 steps of one network; their blocks
//! alternate. The bars are 32.5 times one network on one thread, and 1.9 times that on two.
//!
//! `-- --json` prints one object per line, `-- --quick` only shows that it works. Without the feature, both ensembles run on one
//! thread.

use std::time::{Duration, Instant};

use mlp::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

const MEMBERS: usize = 32;

sequential! { struct W1 { Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1) } }

fn main() {
    let has = |option: &str| std::env::args().any(|word| word == option);
    let (blocks, block) = if has("--quick") { (2, Duration::from_millis(1)) } else { (21, Duration::from_millis(100)) };
    let x = linspace(0.0, core::f32::consts::TAU, 1000);
    let y = x.map(f32::sin);
    let compile = |_, network: Box<W1>| network.compile(Adam::default(), MeanSquaredError);
    let mut single = compile(0, W1::new(0));
    let [mut one, mut two] = [(); 2].map(|()| Ensemble::<W1, MEMBERS>::new(0).compile(compile));
    let [pool_of_one, pool_of_two] =
        [1, 2].map(|threads| ThreadPoolBuilder::new().num_threads(threads).build().expect("threads"));
    let mut single = || {
        (0..MEMBERS).for_each(|_| assert!(single.train_on_batch(&x, &y).is_ok()));
    };
    let mut one = || assert!(one.train_on_batch(&x, &y).is_ok());
    let mut two = || assert!(two.train_on_batch(&x, &y).is_ok());
    let mut steps = 1;
    while time(&pool_of_one, steps, &mut single) * f64::from(steps) < block.as_secs_f64() {
        steps *= 2;
    }
    let times: Vec<[f64; 3]> = (0..blocks)
        .map(|_| {
            [
                time(&pool_of_one, steps, &mut single),
                time(&pool_of_one, steps, &mut one),
                time(&pool_of_two, steps, &mut two),
            ]
        })
        .collect();
    let single = 1e6 * median(times.iter().map(|[single, ..]| single / MEMBERS as f64));
    let factor = median(times.iter().map(|[single, one, _]| MEMBERS as f64 * one / single));
    let gain = median(times.iter().map(|[_, one, two]| one / two));
    if has("--json") {
        println!(
            "{{\"workload\":\"W1\",\"members\":{MEMBERS},\"us_per_step_1\":{single:.3},\"times_one\":{factor:.2},\
             \"gain_2_threads\":{gain:.2}}}"
        );
    } else {
        println!("W1, one network: {single:.2} µs a step");
        println!("{MEMBERS} networks on one thread: {factor:.2} times that; on two threads {gain:.2} times as fast");
    }
}

/// Returns the seconds per call of `count` calls.
fn time(pool: &ThreadPool, count: u32, step: &mut (impl FnMut() + Send)) -> f64 {
    pool.install(|| {
        let start = Instant::now();
        (0..count).for_each(|_| step());
        start.elapsed().as_secs_f64() / f64::from(count)
    })
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
