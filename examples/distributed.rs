//! Training on several processes and machines with MPI, which has the bits of one process.
//!
//!     cargo run --release --features mpi --example distributed
//!     mpirun -n 4 target/release/examples/distributed
//!
//! Each rank creates its part of the samples of `sin(a) cos(b)`. Rank 0 writes a checkpoint after every epoch to the folder
//! after `--folder`, from which `--resume` continues, also on another number of ranks. `--slow` leaves time to end one of
//! them. The last line is a hash of the weights.

use std::error::Error;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use mlp::mpi::World;
use mlp::prelude::*;

sequential! { struct Waves { Dense(2 => 32, tanh), Dense(32 => 32, tanh), Dense(32 => 1) } }

const SAMPLES: usize = 8192;
const BATCH: usize = 2048;

fn main() {
    mlp::mpi::run(train);
}

fn train(world: &World) -> Result<(), Box<dyn Error>> {
    let argument = |name: &str| std::env::args().any(|argument| argument == name);
    let epochs = if argument("--quick") { 4 } else { 100 };
    let folder = std::env::args().skip_while(|argument| argument != "--folder").nth(1);
    let checkpoint = folder.map_or_else(std::env::temp_dir, PathBuf::from).join("distributed.safetensors");

    let (x, y) = samples(world.shard(SAMPLES));
    let mut model = Waves::new(0).compile(Adam::new(CosineDecay::new(1e-2, 400)), MeanSquaredError);
    let resumed = if argument("--resume") { model.load(&checkpoint)? } else { 0 };
    let last = ModelCheckpoint::new(checkpoint.to_str().ok_or("a path that is not UTF-8")?).resumable();
    let fit = Fit::new().epochs(epochs).initial_epoch(resumed).batch_size(BATCH).seed(1);
    // Time to kill a rank.
    let pause = Duration::from_millis(if argument("--slow") { 50 } else { 0 });
    let fit = fit.verbose(Verbose::Silent).callback(last).on_epoch_end(|_| std::thread::sleep(pause));
    let history = model.on_ranks(world).fit(&x, &y, fit)?;
    let evaluation = model.on_ranks(world).evaluate(&x, &y)?;

    if world.is_first() {
        println!("{} ranks, {} epochs, loss {:.3e}", world.size(), history.loss().len(), evaluation.loss);
        println!("weights: {:016x}", hash(model.as_slice()));
    }
    Ok(())
}

/// Returns the rows of a rank.
fn samples(rows: Range<usize>) -> (Vec<[f32; 2]>, Vec<[f32; 1]>) {
    let point = |row: usize| [(row % 128) as f32 / 20.0, (row / 128) as f32 / 10.0];
    let x: Vec<_> = rows.map(point).collect();
    let y = x.iter().map(|[a, b]| [a.sin() * b.cos()]).collect();
    (x, y)
}

/// Returns the FNV-1a hash of the bits of the weights.
fn hash(weights: &[f32]) -> u64 {
    let bytes = weights.iter().flat_map(|weight| weight.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
