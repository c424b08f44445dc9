//! Networks that are larger than the stack are created and used on the heap.

use std::thread;

use mlp::prelude::*;
use nalgebra::{Const, Dyn, OMatrix};

const WIDTH: usize = 4096;
const MIB: usize = 1 << 20;

sequential! { struct Wide { Dense(WIDTH => WIDTH) } }

type Samples = OMatrix<f32, Dyn, Const<WIDTH>>;

/// Runs a function in a thread with 2 MiB of stack, the default of spawned threads.
fn on_a_small_stack(run: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(2 * MIB).spawn(run).expect("a thread").join().expect("no panic");
}

fn samples(count: usize) -> Samples {
    Samples::from_fn(count, |row, column| ((row + 3 * column) % 17) as f32 / 17.0)
}

/// Uses everything that a network can do.
fn exercise<N>(network: Box<N>)
where
    N: Network<Scalar = f32, Input = Features<WIDTH>, Output = Features<WIDTH>> + PartialEq,
{
    assert!(size_of::<N>() > 64 * MIB);
    let copy = network.to_boxed();
    assert!(copy == network);
    let (x, y) = (samples(4), samples(4));
    let mut model = network.compile(Adam::default(), MeanSquaredError);
    model.fit(&x, &y, Fit::new().epochs(1).batch_size(2).verbose(Verbose::Silent)).expect("finite data");
    let before = model.evaluate(&x, &y).expect("finite data").loss;
    round_trip(&mut model, std::any::type_name::<N>());
    let loss = model.train_on_batch(&x, &y).expect("finite data");
    assert_eq!(loss, before);
    let all = model.predict(&x).expect("finite data");
    let one = model.predict_one(x.row(1).transpose());
    assert!((all[(1, 7)] - one[7]).abs() < 1e-3);
    assert!(*copy != *model.into_network());
}

/// Saves and loads a checkpoint, which is three times as large as the network.
fn round_trip<N>(model: &mut Compiled<N, Adam, MeanSquaredError>, name: &str)
where
    N: Network + PartialEq,
    MeanSquaredError: LossList<N::Scalar, N::Output>,
{
    let before = model.to_boxed();
    let name = name.replace(|letter: char| !letter.is_alphanumeric(), "_");
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("large_{name}.safetensors"));
    model.save(&path).expect("the file can be written");
    model.as_mut_slice().fill(Default::default());
    assert_eq!(model.load(&path).expect("the same model"), 1);
    assert!(**model == *before);
    std::fs::remove_file(path).expect("a file");
}

#[test]
fn an_expression_is_used_on_a_small_stack() {
    on_a_small_stack(|| exercise(sequential![Dense(WIDTH => WIDTH)].seed(3)));
}

#[test]
fn an_item_is_used_on_a_small_stack() {
    on_a_small_stack(|| exercise(Wide::new(3)));
}

/// Parameters, gradient and two moments have 64 MiB each; tiles for input, output, target and the output's gradient have
/// 8 MiB each. The bound excludes a second copy of 64 MiB.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs a process of its own: cargo test --test large -- --ignored"]
fn the_memory_is_four_times_the_parameters() {
    on_a_small_stack(|| {
        let mut model = Wide::new(0).compile(Adam::default(), MeanSquaredError);
        let x = samples(4);
        model.train_on_batch(&x, &x).expect("finite data");
        let peak = peak_memory_in_mib();
        assert!((256..256 + 48).contains(&peak), "a peak of {peak} MiB");
    });
}

#[cfg(target_os = "linux")]
fn peak_memory_in_mib() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse::<usize>().expect("a number") / 1024
}

/// Large networks keep no copy of the weights: the last step is undone, up to rounding.
#[test]
fn divergence_undoes_the_last_step() {
    on_a_small_stack(|| {
        let x = samples(2);
        let mut model = Wide::new(0).compile(Adam::new(1e-3), MeanSquaredError);
        let before = model.dense_1.to_boxed();
        // The loss of the second batch overflows.
        let mut both = Samples::zeros(2);
        both.set_row(0, &x.row(0));
        both.set_row(1, &(x.row(1) * 1e30));
        let fit = Fit::new().epochs(1).batch_size(1).shuffle(false).verbose(Verbose::Silent);
        let error = model.fit(&both, &x, fit).expect_err("1e30 squared overflows");
        assert!(matches!(error, TrainingError::Diverged { epoch: 1, batch: 2, .. }));
        let pairs = model.dense_1.as_slice().iter().zip(before.as_slice());
        let most = pairs.map(|(after, before)| (after - before).abs()).max_by(f32::total_cmp).expect("weights");
        // Two roundings of weights below 1/32, after a step of 1e-3.
        assert!(most <= 2.0_f32.powi(-29), "off by {most}");
    });
}
