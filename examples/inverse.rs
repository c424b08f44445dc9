//! An inverse problem: the viscosity of Burgers' equation, found from 400 noisy measurements of a wave.
//!
//!     cargo run --release --example inverse
//!
//! The network learns the wave from the data and the equation, and the viscosity is a parameter that is trained with it. It
//! starts at ten times its true value, 0.01/π · 10. Draws the viscosity during the training.

use std::error::Error;
use std::f64::consts::PI;

use mlp::plot::Plot;
use mlp::prelude::*;

/// The viscosity to be found.
const TRUE_NU: f64 = 0.1 / PI;
/// Standard deviation of the noise.
const NOISE: f64 = 0.01;

residual! {
    /// Burgers' equation with an unknown viscosity.
    struct Burgers { #[trainable] nu: f64 }
    (x, t) -> u { u.t + u * u.x - nu * u.xx }
}

residual! {
    /// A measured value.
    struct Measured;
    (x, t; value) -> u { u - value }
}

sequential! { struct Wave: f64 { Dense(2 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 1) } }

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (blocks, lbfgs) = if quick { (2, 2) } else { (20, 60) };
    let (points, values) = measurements(400);
    let equation = Term::uniform(Burgers { nu: 10.0 * TRUE_NU }, [(-1.0, 1.0), (0.0, 1.0)], 1000);
    let data = Term::with_data(Measured, &points, &values)?;
    let adam = Adam::new(ExponentialDecay::new(5e-3, 1500, 0.5));
    let mut model = Wave::new(0).compile_residuals(adam, (equation, data));
    let mut found = vec![10.0 * TRUE_NU];
    for _ in 0..blocks {
        model.solve(Fit::new().epochs(50).verbose(Verbose::Silent))?;
        found.push(model.terms().0.residual().nu);
    }
    let mut model = model.with_optimizer(Lbfgs::default());
    for _ in 0..lbfgs {
        model.solve(Fit::new().verbose(Verbose::Silent))?;
        found.push(model.terms().0.residual().nu);
    }
    let nu = *found.last().unwrap_or(&f64::NAN);
    println!("viscosity: found {nu:.5}, true {TRUE_NU:.5}, error {:.1}%", 100.0 * (nu / TRUE_NU - 1.0).abs());
    let blocks: Vec<f64> = (0..found.len()).map(|block| block as f64).collect();
    let truth = vec![TRUE_NU; blocks.len()];
    let plot = Plot::new("Viscosity").x_label("50 steps of Adam, then 20 of L-BFGS").y_label("ν").log_y();
    plot.line("found", &blocks, &found).line("true", &blocks, &truth).save("pictures/inverse.png")?;
    println!("picture: pictures/inverse.png");
    Ok(())
}

/// Returns points, and the wave measured there.
fn measurements(count: usize) -> (Vec<[f64; 2]>, Vec<[f64; 1]>) {
    let mut rng = Rng::new(1);
    let points: Vec<[f64; 2]> = (0..count).map(|_| [2.0 * rng.uniform() - 1.0, rng.uniform()]).collect();
    let values = points.iter().map(|&[x, t]| [cole_hopf(x, t) + NOISE * rng.normal()]).collect();
    (points, values)
}

/// Returns the solution by the transformation of Cole and Hopf, as in the example `burgers`.
fn cole_hopf(x: f64, t: f64) -> f64 {
    let width = (4.0 * TRUE_NU * t).sqrt();
    let (mut upper, mut lower) = (0.0, 0.0);
    for node in -600..=600 {
        let s = f64::from(node) / 100.0;
        let weight = (-(PI * (x - width * s)).cos() / (2.0 * PI * TRUE_NU) - s * s).exp();
        upper -= (PI * (x - width * s)).sin() * weight;
        lower += weight;
    }
    upper / lower
}
