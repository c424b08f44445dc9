//! Time of each layer, merge, activation and loss, next to the time of its bytes and of a dense layer:
//! `cargo bench --bench layers`.
//!
//! A row is a forward and a backward pass of 64 features and 256 samples; `FourierFeatures` and `PeriodicEmbedding` make them
//! of 3 and 32 coordinates, `Embedding` of 1,000 categories. `memory_us` is the time to read and write as many
//! bytes as the row reads and writes at least, from the L2 cache; `dense_us` is that of a `Dense(64 => 64)`. All three
//! are minima over short blocks that alternate, so that a busy machine changes little.
//!
//! `-- LayerNormalization relu` selects rows, `-- --set avx2` forces an instruction set, `-- --json` prints one object per
//! line, `-- --quick` only shows that it works.

use std::hint::black_box;
use std::time::Instant;

use mlp::kernels::{InstructionSet, copy_values};
use mlp::layers::{
    Activation, Add, AlphaDropout, Average, Backward, BatchNormalization, Categories, Concatenate, Dense, Dot, Dropout,
    Embedding, Features, FourierFeatures, FusedDerivatives, GaussianDropout, GaussianNoise, LayerNormalization,
    Maximum, Minimum, Mode, Module, Multiply, Normalization, PRelu, PeriodicEmbedding, Rescaling, RmsNormalization,
    Shape, Subtract, UnitNormalization,
};
use mlp::losses::{
    BinaryCrossentropy, BinaryFocalCrossentropy, CategoricalCrossentropy, CosineSimilarity, Hinge, Huber, KlDivergence,
    LogCosh, Loss, LossInput, MeanAbsoluteError, MeanAbsolutePercentageError, MeanSquaredError,
    MeanSquaredLogarithmicError, MetricInput, Poisson, Quantile, SparseCategoricalCrossentropy, SquaredHinge,
};
use mlp::prelude::*;
use mlp::training::Heap;
use mlp::{Allocator, Buffer, Rng, TileBuffer as _};

const FEATURES: usize = 64;
const SAMPLES: usize = 256;
const CATEGORIES: usize = 1000;

type Value = Features<FEATURES>;
type Two = (Value, Value);

fn main() {
    let bench = Bench::from_arguments();
    if !bench.json {
        println!("{:31} {:>9} {:>9} {:>9} {:>9} {:>9}", "", "µs", "memory", "dense", "x memory", "x dense");
    }
    macro_rules! layers {
        ($($layer:ident$(<$($argument:ty),*>)?;)*) => {$(
            bench.layer::<$layer<FEATURES $($(, $argument)*)?>>(stringify!($layer));
        )*};
    }
    macro_rules! merges {
        ($($layer:ident)*) => {$( bench.layer::<$layer<Two>>(stringify!($layer)); )*};
    }
    macro_rules! activations {
        ($($activation:ident)*) => {$(
            bench.layer::<Activation<FEATURES, mlp::prelude::$activation>>(stringify!($activation));
        )*};
    }
    macro_rules! losses {
        ($($loss:ident $($method:ident)?: $target:expr;)*) => {$(
            bench.loss(stringify!($loss), &<$loss>::default()$(.$method(false))?, $target);
        )*};
    }
    layers! {
        BatchNormalization; LayerNormalization; RmsNormalization; UnitNormalization; Normalization; Rescaling; PRelu;
        Dropout; AlphaDropout; GaussianNoise; GaussianDropout;
    }
    bench.layer::<FourierFeatures<3, FEATURES>>("FourierFeatures");
    bench.layer::<PeriodicEmbedding<32, FEATURES>>("PeriodicEmbedding");
    bench.layer::<Embedding<1, FEATURES, Categories<CATEGORIES>>>("Embedding");
    merges! { Add Subtract Multiply Average Maximum Minimum Concatenate Dot }
    activations! {
        relu leaky_relu elu selu gelu silu softplus softsign tanh sigmoid hard_sigmoid sin exponential softmax
    }
    let (class, real, sign) =
        (|i: usize| (i % 2) as f32, |i: usize| (i as f32).sin(), |i: usize| (i % 2) as f32 * 2.0 - 1.0);
    let positive = |i: usize| 1.5 + (i as f32).sin();
    losses! {
        MeanSquaredError: real; MeanAbsoluteError: real; Huber: real; LogCosh: real; Quantile: real;
        MeanAbsolutePercentageError: positive; MeanSquaredLogarithmicError: positive; Poisson: positive;
        BinaryCrossentropy: class; BinaryFocalCrossentropy: class; Hinge: sign; SquaredHinge: sign;
        CategoricalCrossentropy: class; KlDivergence: class; CosineSimilarity: real;
        SparseCategoricalCrossentropy: |i| (i % FEATURES) as f32;
    }
}

struct Bench {
    json: bool,
    rows: Vec<String>,
    blocks: usize,
}

/// Tiles of one row, and of the dense layer.
struct Tiles {
    input: Buffer<f32>,
    output: Buffer<f32>,
    output_gradient: Buffer<f32>,
    input_gradient: Buffer<f32>,
    inputs: usize,
    outputs: usize,
}

impl Tiles {
    fn new(inputs: usize, outputs: usize) -> Self {
        let mut tiles = Self {
            input: Buffer::new(inputs, SAMPLES),
            output: Buffer::new(outputs, SAMPLES),
            output_gradient: Buffer::new(outputs, SAMPLES),
            input_gradient: Buffer::new(inputs, SAMPLES),
            inputs,
            outputs,
        };
        // A single input is the index of a category.
        let index = |i: usize| (i * 389 % CATEGORIES) as f32;
        fill(&mut tiles.input, inputs, |i| if inputs == 1 { index(i) } else { (i as f32 * 0.7).sin() });
        fill(&mut tiles.output_gradient, outputs, |i| (i as f32 * 0.3).cos());
        tiles
    }
}

fn fill(buffer: &mut Buffer<f32>, features: usize, value: impl Fn(usize) -> f32) {
    let mut tile = buffer.tile_mut(features, SAMPLES);
    for feature in 0..features {
        let values = tile.feature(feature).iter_mut().enumerate();
        values.for_each(|(sample, x)| *x = value(feature * SAMPLES + sample));
    }
}

/// Returns a forward and a backward pass of a layer.
fn passes<L: Module<Scalar = f32>>() -> impl FnMut() {
    let options = L::Options::default();
    let mut rng = Rng::new(0);
    let (mut layer, mut gradient) = (L::zeroed(), L::zeroed());
    layer.initialize(&options, &mut rng);
    let mut cache = L::cache(Allocator::<Heap>::for_training(SAMPLES));
    let mut tiles = Tiles::new(L::Input::FEATURES, L::Output::FEATURES);
    move || {
        let Tiles { input, output, output_gradient, input_gradient, inputs, outputs } = &mut tiles;
        let (inputs, outputs) = (*inputs, *outputs);
        let (x, mode) = (input.tile(inputs, SAMPLES), Mode::Training(&mut rng));
        layer.forward::<Heap>(&options, mode, x, output.tile_mut(outputs, SAMPLES), &mut cache);
        let pass = Backward {
            input: x,
            output: output.tile(outputs, SAMPLES),
            output_gradient: output_gradient.tile_mut(outputs, SAMPLES),
            input_gradient: Some(input_gradient.tile_mut(inputs, SAMPLES)),
            gradient: &mut *gradient,
            needs_gradient: true,
            fused: FusedDerivatives::NONE,
        };
        layer.backward::<Heap>(&options, pass, &mut cache);
        black_box(input_gradient);
    }
}

/// Returns a pass that reads and writes as many bytes in total. It copies registers: `copy_from_slice` is a string instruction,
/// which is up to 15 times slower on Zen 3.
fn memory(features: usize) -> impl FnMut() {
    let scalars = features * SAMPLES / 2;
    let (source, mut target) = (vec![1.0_f32; scalars], vec![0.0_f32; scalars]);
    move || {
        copy_values(black_box(&mut target), black_box(&source));
    }
}

impl Bench {
    fn from_arguments() -> Self {
        let mut bench = Self { json: false, rows: Vec::new(), blocks: 60 };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => bench.json = true,
                "--quick" => bench.blocks = 2,
                "--set" => select(&words.next().unwrap_or_default()),
                "--bench" => {}
                _ => bench.rows.push(word),
            }
        }
        bench
    }

    fn wants(&self, row: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|wanted| wanted == row)
    }

    fn layer<L: Module<Scalar = f32>>(&self, name: &str) {
        if self.wants(name) {
            // Forward reads x and writes y; backward reads x and dy and writes dx.
            let features = 3 * L::Input::FEATURES + 2 * L::Output::FEATURES;
            self.measure(name, features, passes::<L>());
        }
    }

    fn loss<L: Loss<f32, Value>>(&self, name: &str, loss: &L, target: impl Fn(usize) -> f32) {
        if !self.wants(name) {
            return;
        }
        let count = L::Targets::FEATURES;
        let mut tiles = Tiles::new(FEATURES, FEATURES);
        let mut targets = Buffer::new(count, SAMPLES);
        fill(&mut tiles.input, FEATURES, |i| 0.5 + 0.4 * (i as f32 * 0.7).sin());
        fill(&mut targets, count, target);
        self.measure(name, 2 * FEATURES + count, || {
            let (predictions, targets) = (tiles.input.tile(FEATURES, SAMPLES), targets.tile(count, SAMPLES));
            let gradient = Some(tiles.input_gradient.tile_mut(FEATURES, SAMPLES));
            let pairs = MetricInput::new(predictions, targets, None);
            black_box(loss.evaluate(LossInput { pairs, gradient, scale: 1.0 / SAMPLES as f32 }));
        });
    }

    /// Prints the time of a pass, of as many bytes and of a dense layer.
    fn measure(&self, name: &str, features: usize, mut pass: impl FnMut()) {
        let (mut memory, mut dense) = (memory(features), passes::<Dense<FEATURES, FEATURES>>());
        let mut times = [f64::INFINITY; 3];
        for _ in 0..self.blocks {
            let runs: [&mut dyn FnMut(); 3] = [&mut pass, &mut memory, &mut dense];
            for (time, run) in times.iter_mut().zip(runs) {
                *time = time.min(block(run));
            }
        }
        let [us, memory_us, dense_us] = times;
        if self.json {
            println!(
                "{{\"layer\":\"{name}\",\"us_per_step\":{us:.3},\"memory_us\":{memory_us:.3},\"dense_us\":{dense_us:.3}}}"
            );
        } else {
            let (to_memory, to_dense) = (us / memory_us, us / dense_us);
            println!("{name:31} {us:9.2} {memory_us:9.2} {dense_us:9.2} {to_memory:9.2} {to_dense:9.2}");
        }
    }
}

/// Returns the time of a run in microseconds, as the mean of a few.
fn block(run: &mut dyn FnMut()) -> f64 {
    const RUNS: u32 = 8;
    let start = Instant::now();
    (0..RUNS).for_each(|_| run());
    start.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS)
}

fn select(name: &str) {
    let set: InstructionSet = name.parse().unwrap_or_else(|error| panic!("--set {name}: {error}"));
    set.select().unwrap_or_else(|error| panic!("{error}"));
}
