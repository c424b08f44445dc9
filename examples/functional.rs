//! The tutorial's network once more, in the functional style: layers are called on values.
//!
//!     cargo run --release --example functional
//!
//! It draws the network's graph, and the model against `sin` before and after training.

use std::error::Error;
use std::f32::consts::TAU;
use std::fs;

use mlp::plot::Plot;
use mlp::prelude::*;
use nalgebra::DVector;

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (epochs, verbose) = if quick { (200, Verbose::Silent) } else { (10_000, Verbose::Auto) };

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

    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f32::sin);
    draw("Untrained", &x, &y, &network.predict(&x)?, "pictures/functional-untrained.png")?;

    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    model.fit(&x, &y, Fit::new().epochs(epochs).batch_size(1000).verbose(verbose))?;
    draw("Trained", &x, &y, &model.predict(&x)?, "pictures/functional-trained.png")?;

    println!("pictures/functional-graph.svg, pictures/functional-untrained.png, pictures/functional-trained.png");
    println!("final loss: {:.3e}", model.evaluate(&x, &y)?.loss);
    Ok(())
}

fn draw(
    title: &str,
    x: &DVector<f32>,
    y: &DVector<f32>,
    model: &DVector<f32>,
    path: &str,
) -> Result<(), Box<dyn Error>> {
    Plot::new(title).x_label("x").y_label("y").line("sin(x)", x, y).line("model", x, model).save(path)?;
    Ok(())
}
