//! Fisher's irises: a network learns three species from the length and the width of their petals.
//!
//!     cargo run --release --example iris
//!
//! The data is a CSV file. A third of the 150 flowers is kept for the test. Draws the training curves, a confusion matrix
//! and the decision regions.

use std::error::Error;

use mlp::data::{Split, Table, train_test_split};
use mlp::plot::{Confusion, Curves, DecisionRegions};
use mlp::prelude::*;

sequential! {
    /// Returns a logit for each species. Expects sizes in centimeters and standardizes them.
    struct Iris {
        sizes: Normalization(2),
        Dense(2 => 16, tanh),
        Dense(16 => 3),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 20 } else { 500 };

    let table = Table::read_csv(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/iris.csv"))?;
    let petals = table.columns::<f32, 2>(["petal length", "petal width"])?;
    let species = table.categories("species")?;
    let split = Split::new().test_size(1.0 / 3.0).seed(0).stratify(&species.labels);
    let ((x, y), (x_test, y_test)) = train_test_split((&petals, &species.labels), split)?;

    let mut network = Iris::new(0);
    network.sizes.adapt(&x)?;
    let mut model =
        network.compile(Adam::new(1e-2), SparseCategoricalCrossentropy::new()).metrics(SparseCategoricalAccuracy);
    let stop = EarlyStopping::new("val_loss").patience(30).restore_best_weights(true);
    let fit = Fit::new().epochs(epochs).batch_size(16).validation_split(0.2).callback(stop).verbose(Verbose::Silent);
    let history = model.fit(&x, &y, fit)?;

    let evaluation = model.evaluate(&x_test, &y_test)?;
    println!("stopped after {} of {epochs} epochs", history.epochs());
    println!("on the test set: {evaluation}");
    let report = classification_report(&y_test, &model.predict_classes(&x_test)?);
    println!("{}", report.names(&species.names));

    Curves::new("Irises", &history).save("pictures/iris-training.png")?;
    let counts = confusion_matrix(&model.predict(&x_test)?, &y_test);
    Confusion::new("Test set", &counts).classes(species.names.clone()).save("pictures/iris-confusion.png")?;
    let classify = |petal| model.predict_one(petal).imax();
    DecisionRegions::new("Irises by their petals", &petals, species.labels.iter().copied(), classify)
        .classes(species.names.clone())
        .x_label("petal length in cm")
        .y_label("petal width in cm")
        .save("pictures/iris-regions.png")?;
    println!("pictures/iris-training.png, pictures/iris-confusion.png, pictures/iris-regions.png");
    Ok(())
}
