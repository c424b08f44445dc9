//! A search for the learning rate, the batch size, the width and the depth of a network, by cross-validation.
//!
//!     cargo run --release --example search --features threads
//!
//! The scores are in `pictures/search.csv`. A search that is interrupted continues from there: remove the file to start again. Prints
//! the trials, the best first, and draws the score over the learning rate.

use std::error::Error;

use mlp::data::{KFold, Samples};
use mlp::plot::TrialPlot;
use mlp::prelude::*;
use mlp::training::{ScoreError, Trial};
use nalgebra::DVector;

sequential! {
    struct Shallow<const WIDTH: usize> { Dense(1 => WIDTH, tanh), Dense(WIDTH => 1) }
    struct Deep<const WIDTH: usize> { Dense(1 => WIDTH, tanh), Dense(WIDTH => WIDTH, tanh), Dense(WIDTH => 1) }
}

type Data = (DVector<f32>, DVector<f32>);

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (trials, epochs) = if quick { (3, 2) } else { (30, 100) };

    // A sine with noise.
    let mut random = Rng::new(0);
    let x = linspace(0.0, 6.0, 300);
    let y = x.map(|x: f32| x.sin() + 0.1 * random.normal() as f32);

    let folds = KFold::new(3).shuffle(1).split(300)?;
    let search = Search::random(trials)
        .parameter("learning_rate", Values::log_uniform(1e-4, 1e-1))
        .parameter("l2", Values::log_uniform(1e-6, 1e-2))
        .parameter("batch_size", [16, 32, 64])
        .parameter("width", [8, 16, 32])
        .parameter("depth", [1, 2])
        .seed(7);
    let search = if quick { search } else { search.file("pictures/search.csv") };
    let results = search.run(&folds, |trial, fold| {
        let train = (&x, &y).select_rows(&fold.train);
        let test = (&x, &y).select_rows(&fold.test);
        sizes!(WIDTH in [8, 16, 32] = trial.size("width")?; DEPTH in [1, 2] = trial.size("depth")? => match DEPTH {
            1 => score(Shallow::<WIDTH>::new(trial.seed()), trial, epochs, &train, &test),
            _ => score(Deep::<WIDTH>::new(trial.seed()), trial, epochs, &train, &test),
        })
    })?;
    print!("{results}");
    TrialPlot::new("Loss by learning rate", &results, "learning_rate")?.log_y().save("pictures/search.png")?;
    println!("pictures/search.png");
    Ok(())
}

/// Returns the loss on the test data of a fold.
fn score<N>(network: Box<N>, trial: &Trial, epochs: usize, train: &Data, test: &Data) -> Result<f64, ScoreError>
where
    N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>,
{
    let optimizer = AdamW::new(trial.get("learning_rate")?).weight_decay(trial.get("l2")?);
    let mut model = network.compile(optimizer, MeanSquaredError);
    let fit = Fit::new().epochs(epochs).batch_size(trial.size("batch_size")?).seed(trial.seed());
    model.fit(&train.0, &train.1, fit.verbose(Verbose::Silent))?;
    Ok(model.evaluate(&test.0, &test.1)?.loss)
}
