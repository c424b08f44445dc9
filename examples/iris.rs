//! Fisher's irises: a network tells three species by the sizes of their leaves.
//!
//!     cargo run --release --example iris
//!     cargo run --release --example iris -- --seeds 20        # how much of the result is luck
//!
//! A third of the 150 flowers is kept for the test. It draws the training, which species are taken for which, and, for a
//! network that sees the petals alone, what it would call any petal.

use std::error::Error;

use mlp::data::{Batch, Categorical, Split, Table, train_test_split};
use mlp::plot::{Confusion, Curves, DecisionRegions};
use mlp::prelude::*;
use nalgebra::DVector;

sequential! {
    /// Gives a logit for each species. Centimetres are brought to a mean of 0 and a variance of 1 inside.
    struct Iris<const SIZES: usize> {
        sizes: Normalization(SIZES),
        Dense(SIZES => 16, tanh),
        Dense(16 => 3),
    }
}

const LEAVES: [&str; 4] = ["sepal length", "sepal width", "petal length", "petal width"];
const PETALS: [&str; 2] = ["petal length", "petal width"];

fn main() -> Result<(), Box<dyn Error>> {
    let table = Table::read_csv(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/iris.csv"))?;
    let species = table.categories("species")?;
    let leaves = table.columns::<f32, 4>(LEAVES)?;

    let words: Vec<String> = std::env::args().skip(1).collect();
    let (epochs, seeds) = match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => (500, 1),
        ["--quick"] => (20, 1),
        ["--seeds", seeds] => (500, seeds.parse()?),
        _ => return Err("unknown options: --quick, --seeds 20".into()),
    };
    let mut accuracies = Vec::new();
    for seed in 0..seeds {
        let flowers = Flowers::split(&leaves, &species, seed)?;
        let (mut model, history) = train(&flowers, epochs, seed)?;
        let evaluation = model.evaluate(&flowers.x_test, &flowers.y_test)?;
        let accuracy = evaluation.metrics[0].1;
        println!("seed {seed}: {} epochs, loss {:.4}, accuracy {accuracy:.3}", history.epochs(), evaluation.loss);
        accuracies.push(accuracy);
        if seeds == 1 {
            let counts = confusion_matrix(&model.predict(&flowers.x_test)?, flowers.y_test.as_slice());
            draw(&history, &counts, &species)?;
            let petals = table.columns::<f32, 2>(PETALS)?;
            draw_regions(&petals, &species, epochs, seed)?;
        }
    }
    let mean = accuracies.iter().sum::<f64>() / accuracies.len() as f64;
    println!("accuracy on flowers never seen: {mean:.3} in the mean of {seeds}");
    Ok(())
}

/// Flowers to learn from, and flowers for the test.
struct Flowers<const SIZES: usize> {
    x: Batch<f32, SIZES>,
    y: DVector<f32>,
    x_test: Batch<f32, SIZES>,
    y_test: DVector<f32>,
}

impl<const SIZES: usize> Flowers<SIZES> {
    /// As much of each species in the one as in the other.
    fn split(sizes: &Batch<f32, SIZES>, species: &Categorical, seed: u64) -> Result<Self, Box<dyn Error>> {
        let split = Split::new().test_size(1.0 / 3.0).seed(seed).stratify(&species.labels);
        let ((x, y), (x_test, y_test)) = train_test_split((sizes, &species.targets()), split)?;
        Ok(Self { x, y, x_test, y_test })
    }
}

/// What is compiled has the network's type in it, and the optimizer's, the loss's and the metrics'.
type Model<const SIZES: usize> =
    Compiled<Iris<SIZES>, Adam, SparseCategoricalCrossentropy, (SparseCategoricalAccuracy,)>;

/// A fifth of what is learned from is held back: training ends when its loss no longer falls.
fn train<const SIZES: usize>(
    flowers: &Flowers<SIZES>,
    epochs: usize,
    seed: u64,
) -> Result<(Model<SIZES>, History), Box<dyn Error>> {
    let mut network = Iris::<SIZES>::new(seed);
    network.sizes.adapt(&flowers.x)?;
    let mut model =
        network.compile(Adam::new(1e-2), SparseCategoricalCrossentropy).metrics((SparseCategoricalAccuracy,));
    let stop = EarlyStopping::new("val_loss").patience(30).restore_best_weights(true);
    let fit = Fit::epochs(epochs).batch_size(16).seed(seed).validation_split(0.2).callback(stop);
    let history = model.fit(&flowers.x, &flowers.y, fit.verbose(Verbose::Silent))?;
    Ok((model, history))
}

fn draw(history: &History, counts: &[[usize; 3]; 3], species: &Categorical) -> Result<(), Box<dyn Error>> {
    Curves::new("Irises", history).save("pictures/iris-training.png")?;
    Confusion::new("Irises never seen", counts).classes(species.names.clone()).save("pictures/iris-confusion.png")?;
    println!("pictures/iris-training.png, pictures/iris-confusion.png");
    Ok(())
}

/// The same network with two inputs: a plane that can be colored by what it says.
fn draw_regions(petals: &Batch<f32, 2>, species: &Categorical, epochs: usize, seed: u64) -> Result<(), Box<dyn Error>> {
    let (model, _) = train(&Flowers::split(petals, species, seed)?, epochs, seed)?;
    DecisionRegions::new("Irises by their petals", petals, species.labels.iter().copied(), |petal| {
        model.predict_one(petal).imax()
    })
    .classes(species.names.clone())
    .x_label("petal length in cm")
    .y_label("petal width in cm")
    .save("pictures/iris-regions.png")?;
    println!("pictures/iris-regions.png");
    Ok(())
}
