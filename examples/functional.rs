//! The tutorial's network in the functional style: layers are called on values.
//!
//!     cargo run --release --example functional
//!
//! Draws the network's graph, and the trained model against `sin`.

use std::error::Error;
use std::f32::consts::TAU;
use std::fs;

use mlp::plot::Plot;
use mlp::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 200 } else { 10_000 };
    let verbose = if quick { Verbose::Silent } else { Verbose::Auto };
    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f32::sin);

    let network = functional! {
        let input = Input(1);
        let first = Dense(1 => 10, relu)(input);
        let second = Dense(10 => 10, relu)(first);
        let output = Dense(10 => 1)(second);
        Model(input => output)
    };
    println!("{}", network.summary());
    fs::create_dir_all("pictures")?;
    fs::write("pictures/functional-graph.svg", network.to_svg())?;

    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    model.fit(&x, &y, Fit::new().epochs(epochs).batch_size(1000).verbose(verbose))?;
    println!("final loss: {:.3e}", model.evaluate(&x, &y)?.loss);

    Plot::new("Trained")
        .x_label("x")
        .y_label("y")
        .line("sin(x)", &x, &y)
        .line("model", &x, &model.predict(&x)?)
        .save("pictures/functional-trained.png")?;
    println!("pictures/functional-graph.svg, pictures/functional-trained.png");
    Ok(())
}
