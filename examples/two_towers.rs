//! Two inputs, two outputs and a shared layer: a reader and a book in, a rating and reading hours out.
//!
//!     cargo run --release --example two_towers
//!
//! The data is synthetic, so the smallest possible error is known: the noise. Draws the network's graph, the training
//! curves, and predictions over targets.

use std::error::Error;
use std::fs;

use mlp::plot::{Curves, Regression};
use mlp::prelude::*;
use nalgebra::{Const, DVector, Dyn, OMatrix};

functional! {
    /// A tower for the reader and one for the book.
    pub struct TwoTowers {
        let reader = Input(6);
        let book = Input(5);
        let mood = Dense(2 => 8, tanh); // called twice, shares its weights
        let reader_tower = Dense(14 => 16, tanh)(Concatenate()(reader, mood(reader[4..6])));
        let book_tower = Dense(13 => 16, tanh)(Concatenate()(book, mood(book[3..5])));
        let hidden = Dense(16 => 32, tanh)(Multiply()(reader_tower, book_tower));
        let rating = Dense(32 => 1)(hidden);
        let hours = Dense(32 => 1, softplus)(hidden);
        Model((reader, book) => (rating, hours))
    }
}

/// Standard deviation of the noise in ratings and in hours.
const NOISE: [f32; 2] = [0.1, 0.2];

type Samples<const N: usize> = OMatrix<f32, Dyn, Const<N>>;

/// A data set: readers and books, ratings and hours.
struct Readings {
    x: TwoTowersInputs<Samples<6>, Samples<5>>,
    y: TwoTowersOutputs<DVector<f32>, DVector<f32>>,
}

impl Readings {
    /// Creates `count` random readings.
    fn new(count: usize, seed: u64) -> Self {
        let mut rng = Rng::new(seed);
        let mut uniform = || rng.uniform() as f32 * 2.0 - 1.0;
        let reader = Samples::<6>::from_fn(count, |_, _| uniform());
        let book = Samples::<5>::from_fn(count, |_, _| uniform());
        let mut noise = |scale: f32| rng.normal() as f32 * scale;
        let rating = DVector::from_fn(count, |row, _| rating(&reader, &book, row) + noise(NOISE[0]));
        let hours = DVector::from_fn(count, |row, _| hours(&reader, &book, row) + noise(NOISE[1]));
        Self { x: TwoTowersInputs { reader, book }, y: TwoTowersOutputs { rating, hours } }
    }
}

/// Returns taste times topic, less in a different mood.
fn rating(reader: &Samples<6>, book: &Samples<5>, row: usize) -> f32 {
    let taste = reader[(row, 0)] * book[(row, 0)] + reader[(row, 1)] * book[(row, 1)];
    let mood = (reader[(row, 4)] - book[(row, 3)]).powi(2) + (reader[(row, 5)] - book[(row, 4)]).powi(2);
    taste - 0.4 * mood
}

/// Returns hours, more for a longer book and for a slower reader.
fn hours(reader: &Samples<6>, book: &Samples<5>, row: usize) -> f32 {
    3.0 + 1.5 * book[(row, 2)] - reader[(row, 2)] * (1.0 + book[(row, 2)]) + 0.5 * reader[(row, 3)]
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 3 } else { 150 };
    let verbose = if quick { Verbose::Silent } else { Verbose::OneLine };

    let network = TwoTowers::new(0);
    println!("{}", network.summary());
    fs::create_dir_all("pictures")?;
    fs::write("pictures/two-towers-graph.svg", network.to_svg())?;

    let training = Readings::new(8_000, 1);
    let test = Readings::new(2_000, 2);
    let mut model = network
        .compile(Adam::new(3e-3), (MeanSquaredError, MeanSquaredError))
        .loss_weights([1.0, 0.25])
        .metrics((MeanAbsoluteError, MeanAbsoluteError));
    let history = model.fit(&training.x, &training.y, Fit::new().epochs(epochs).batch_size(128).verbose(verbose))?;
    Curves::new("Two towers", &history).save("pictures/two-towers-training.png")?;

    for (name, error) in model.evaluate(&test.x, &test.y)?.metrics {
        println!("{name:>28}: {error:.4}");
    }
    println!("{:>28}: {:.4} and {:.4}", "variance of the noise", NOISE[0].powi(2), NOISE[1].powi(2));
    let TwoTowersOutputs { rating, hours } = model.predict(&test.x)?.into();
    Regression::new("Rating", &test.y.rating, &rating).r2().save("pictures/two-towers-rating.png")?;
    Regression::new("Hours", &test.y.hours, &hours).r2().save("pictures/two-towers-hours.png")?;
    println!("pictures/two-towers-graph.svg, -training.png, -rating.png, -hours.png");
    Ok(())
}
