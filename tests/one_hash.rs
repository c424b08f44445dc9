//! Trains five networks, and prints a hash of the weights of each: the same for any number of threads and ranks, in debug and
//! in release builds. `.ci/ranks` compares them.
//!
//!     cargo test --test one_hash --features mpi,threads
//!
//! The argument `--ranks` trains on the ranks of MPI, each with a part of the rows.

use std::ops::Range;

#[cfg(feature = "mpi")]
use mlp::mpi::World;
use mlp::prelude::*;

/// Without MPI there are no ranks.
#[cfg(not(feature = "mpi"))]
enum World {}

#[cfg(not(feature = "mpi"))]
impl World {
    fn shard(&self, _: usize) -> Range<usize> {
        match *self {}
    }
    fn is_first(&self) -> bool {
        match *self {}
    }
}

sequential! {
    struct Narrow { Dense(4 => 32, tanh), Dense(32 => 16, tanh, l2 = 1e-4), Dense(16 => 2) }
    struct Noisy { Dense(4 => 32, relu), Dropout(32, rate = 0.3), Dense(32 => 2) }
    struct Normalized { Dense(4 => 32), BatchNormalization(32), Dense(32 => 2) }
    struct Wide { Dense(4 => 200, relu), Dense(200 => 150, gelu), Dense(150 => 2) }
}
functional! {
    struct Residual {
        let input = Input(4);
        let first = Dense(4 => 32, softplus)(input);
        let second = Dense(32 => 32, tanh)(first);
        let sum = Add()(first, second);
        let output = Dense(32 => 2)(sum);
        Model(input => output)
    }
}

const SAMPLES: usize = 2600;

fn main() {
    #[cfg(feature = "mpi")]
    if std::env::args().any(|argument| argument == "--ranks") {
        return mlp::mpi::run(|world| {
            train_all(Some(world));
            Ok::<_, std::convert::Infallible>(())
        });
    }
    train_all(None);
}

fn train_all(world: Option<&World>) {
    train::<Narrow>("narrow", world);
    train::<Noisy>("noisy", world);
    train::<Normalized>("normalized", world);
    train::<Wide>("wide", world);
    train::<Residual>("residual", world);
}

fn train<N: Network<Scalar = f32, Input = Features<4>, Output = Features<2>>>(name: &str, world: Option<&World>) {
    let (x, y) = samples(world.map_or(0..SAMPLES, |world| world.shard(SAMPLES)));
    let mut model = N::new(1).compile(Adam::default(), MeanSquaredError);
    let fit = Fit::new().epochs(3).batch_size(1200).seed(5).verbose(Verbose::Silent);
    let history = match world {
        None => model.fit(&x, &y, fit),
        #[cfg(feature = "mpi")]
        Some(world) => model.on_ranks(world).fit(&x, &y, fit),
        #[cfg(not(feature = "mpi"))]
        Some(world) => match *world {},
    };
    history.expect("the data is finite");
    if world.is_none_or(World::is_first) {
        println!("{name} {:016x}", hash(model.as_slice()));
    }
}

fn samples(rows: Range<usize>) -> (Vec<[f32; 4]>, Vec<[f32; 2]>) {
    // Products and sums alone, which are the same on every platform.
    let value = |row: usize, column: usize| ((row * 37 + column * 1301) % 199) as f32 / 100.0 - 1.0;
    let x = rows.clone().map(|row| std::array::from_fn(|column| value(row, column))).collect();
    (x, rows.map(|row| std::array::from_fn(|column| value(row, column + 7))).collect())
}

/// Returns the FNV-1a hash of the bits of the weights.
fn hash(weights: &[f32]) -> u64 {
    let bytes = weights.iter().flat_map(|weight| weight.to_bits().to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
