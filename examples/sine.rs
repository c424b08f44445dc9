//! The tutorial's sine: a network of 1-10-10-1 learns `sin` on `[0, 2π]` from 1,000 points.
//!
//!     cargo run --release --example sine -- --seed 1 --activation tanh --epochs 2000 --verbose 2
//!     cargo run --release --example sine -- --seeds 30        # what other seeds give
//!
//! It draws three pictures: the model against `sin` before and after training, and the loss over the epochs.

use std::error::Error;
use std::f32::consts::TAU;
use std::time::Instant;

use mlp::plot::Plot;
use mlp::prelude::*;
use nalgebra::DVector;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse()?;
    match arguments.activation.as_str() {
        "relu" => run(sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(10 => 1)], &arguments),
        "tanh" => run(sequential![Dense(1 => 10, tanh), Dense(10 => 10, tanh), Dense(10 => 1)], &arguments),
        other => Err(format!("--activation takes relu or tanh, not `{other}`").into()),
    }
}

fn run<N>(network: Box<N>, arguments: &Arguments) -> Result<(), Box<dyn Error>>
where
    N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>> + Clone,
{
    let x = linspace(0.0, TAU, 1000);
    let y = x.map(f32::sin);
    match arguments.seeds {
        Some(seeds) => compare_seeds(network, &x, &y, arguments, seeds),
        None => train(network.seed(arguments.seed), &x, &y, arguments),
    }
}

fn train<N>(network: Box<N>, x: &DVector<f32>, y: &DVector<f32>, arguments: &Arguments) -> Result<(), Box<dyn Error>>
where
    N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>>,
{
    println!("{}", network.summary());
    draw("Untrained", x, y, &network.predict(x)?, "pictures/sine-untrained.png")?;

    let mut model = network.compile(Adam::new(1e-3), MeanSquaredError);
    let start = Instant::now();
    let history = model.fit(x, y, Fit::new().epochs(arguments.epochs).batch_size(1000).verbose(arguments.verbose))?;
    let seconds = start.elapsed().as_secs_f64();

    draw("Trained", x, y, &model.predict(x)?, "pictures/sine-trained.png")?;
    Plot::new("Loss")
        .x_label("epoch")
        .y_label("mean squared error")
        .log_y()
        .line("loss", 1..=history.epochs(), history.loss())
        .save("pictures/sine-loss.png")?;

    println!("{} epochs in {seconds:.2} s, {:.1} µs a step", arguments.epochs, seconds * 1e6 / arguments.epochs as f64);
    println!("pictures/sine-untrained.png, pictures/sine-trained.png, pictures/sine-loss.png");
    println!("final loss: {:.3e}", model.evaluate(x, y)?.loss);
    Ok(())
}

/// The final losses of several seeds: how much of a result is luck.
fn compare_seeds<N>(
    network: Box<N>,
    x: &DVector<f32>,
    y: &DVector<f32>,
    arguments: &Arguments,
    seeds: u64,
) -> Result<(), Box<dyn Error>>
where
    N: Network<Scalar = f32, Input = Features<1>, Output = Features<1>> + Clone,
{
    let fit = Fit::new().epochs(arguments.epochs).batch_size(1000).verbose(Verbose::Silent);
    let mut losses = Vec::new();
    for seed in arguments.seed..arguments.seed + seeds {
        let mut model = network.clone().seed(seed).compile(Adam::new(1e-3), MeanSquaredError);
        model.fit(x, y, fit.clone())?;
        losses.push(model.evaluate(x, y)?.loss);
    }
    losses.sort_by(f64::total_cmp);
    let quantile = |share: f64| losses[((losses.len() - 1) as f64 * share).round() as usize];
    println!("final losses of {seeds} seeds, {} after {} epochs", arguments.activation, arguments.epochs);
    for (name, share) in
        [("min", 0.0), ("first quartile", 0.25), ("median", 0.5), ("third quartile", 0.75), ("max", 1.0)]
    {
        println!("{name:>15}: {:.3e}", quantile(share));
    }
    println!("{:>15}: {} of {seeds}", "below 6.2e-6", losses.iter().filter(|&&loss| loss < 6.2e-6).count());
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

/// The command line.
struct Arguments {
    seed: u64,
    seeds: Option<u64>,
    activation: String,
    epochs: usize,
    verbose: Verbose,
}

impl Arguments {
    fn parse() -> Result<Self, Box<dyn Error>> {
        let mut arguments =
            Self { seed: 0, seeds: None, activation: "relu".into(), epochs: 10_000, verbose: Verbose::Auto };
        let mut words = std::env::args().skip(1);
        while let Some(option) = words.next() {
            if option == "--quick" {
                (arguments.epochs, arguments.verbose) = (200, Verbose::Silent);
                continue;
            }
            let value = words.next().ok_or_else(|| format!("{option} takes a value"))?;
            match option.as_str() {
                "--seed" => arguments.seed = value.parse()?,
                "--seeds" => arguments.seeds = Some(value.parse()?),
                "--activation" => arguments.activation = value,
                "--epochs" => arguments.epochs = value.parse()?,
                "--verbose" => arguments.verbose = value.parse()?,
                _ => {
                    return Err(
                        format!("unknown option {option}: --seed, --seeds, --activation, --epochs, --verbose").into()
                    );
                }
            }
        }
        Ok(arguments)
    }
}
