//! A curve through noisy points, with its uncertainty.

use std::error::Error;

use mlp::plot::Plot;
use mlp::prelude::*;
use nalgebra::DVector;

// The penalties keep the parameters that the data does not determine small.
sequential! { struct Curve: f64 { Dense(1 => 8, tanh, l2 = 1e-4), Dense(8 => 1, l2 = 1e-4) } }

/// Standard deviation of the noise.
const NOISE: f64 = 0.1;

/// Fits a damped wave with a gap in its data, and draws the curve with two bands: 95% for the curve, and 95% for new points.
pub fn fit() -> Result<(), Box<dyn Error>> {
    let mut rng = Rng::new(1);
    let wave = |t: f64| (-0.5 * t).exp() * (2.0 * t).sin();
    let times: Vec<f64> = (0..60).map(|index| f64::from(index) * 0.1).filter(|t| !(2.5..3.5).contains(t)).collect();
    let x = DVector::from_vec(times);
    let y = x.map(|t| wave(t) + NOISE * rng.normal());
    let mut model = Curve::new(0).compile(LevenbergMarquardt::new(), MeanSquaredError);
    let history = model.fit(&x, &y, Fit::new().epochs(500).verbose(Verbose::Silent))?;
    let uncertainty = model.uncertainty(&x, &y)?;
    println!(
        "curve fit: noise {:.3}, {:.1} parameters determined; it ended because {}",
        uncertainty.noise(),
        uncertainty.effective_parameters(),
        history.stop_reason().unwrap_or("there were no more epochs")
    );

    let places = linspace(0.0, 6.5, 400);
    let curve = model.predict(&places)?;
    let errors = uncertainty.standard_errors(&*model, &places)?;
    let band = |sign: f64, noise: f64| -> Vec<f64> {
        curve.iter().zip(&errors).map(|(u, s)| u + sign * 1.96 * (s * s + noise * noise).sqrt()).collect()
    };
    let places: Vec<f64> = places.iter().copied().collect();
    let exact: Vec<f64> = places.iter().map(|&t| wave(t)).collect();
    let mut plot = Plot::new("Curve fit with its uncertainty").x_label("t").y_label("u");
    plot = plot.scatter("data", x.iter().copied(), y.iter().copied());
    plot = plot.line("exact", places.iter().copied(), exact).line(
        "network",
        places.iter().copied(),
        curve.iter().copied(),
    );
    for (name, noise) in [("95% of the curve", 0.0), ("95% of new points", uncertainty.noise())] {
        plot = plot.band(name, places.iter().copied(), band(-1.0, noise), band(1.0, noise));
    }
    plot.save("pictures/least-squares.png")?;
    println!("picture: pictures/least-squares.png");
    Ok(())
}
