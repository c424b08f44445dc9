//! Burgers' equation, u_t + u u_x = ν u_xx with ν = 0.01/π: a smooth wave steepens into a shock.
//!
//!     cargo run --release --example burgers
//!
//! Initial and boundary values hold exactly, because `u = −sin(πx) + t (1 − x²) net`. Points are drawn where the residual is
//! large: at the shock. Adam comes first, then L-BFGS. The reference is the Cole-Hopf solution, integrated numerically.
//! Draws the wave at some times, and the error over the plane.

use std::error::Error;
use std::f64::consts::PI;

use mlp::plot::{HeatMap, Plot};
use mlp::prelude::*;

/// Viscosity.
const NU: f64 = 0.01 / PI;

residual! {
    /// Viscous Burgers' equation, with exact initial and boundary values.
    struct Burgers { nu: f64 }
    (x, t) -> u = -(PI * x).sin() + t * (1.0 - x * x) * net { u.t + u * u.x - nu * u.xx }
}

sequential! {
    struct Wave: f64 {
        Dense(2 => 20, tanh),
        Dense(20 => 20, tanh),
        Dense(20 => 20, tanh),
        Dense(20 => 20, tanh),
        Dense(20 => 1),
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (adam, lbfgs) = if quick { (20, 1) } else { (2000, 150) };
    let sides = [(-1.0, 1.0), (0.0, 1.0)];
    let inside = Term::uniform(Burgers { nu: NU }, sides, 3000).redraw(Redraw::every(200).by_residual());
    let mut model = Wave::new(0).compile_residuals(Adam::new(ExponentialDecay::new(5e-3, 1000, 0.5)), inside);
    let history = model.solve(Fit::new().epochs(adam).verbose(Verbose::Silent))?;
    println!("Adam: loss {:.2e}", history.loss().last().unwrap_or(&f64::NAN));
    let mut model = model.with_optimizer(Lbfgs::default());
    let history = model.solve(Fit::new().epochs(lbfgs).verbose(Verbose::Silent))?;
    println!("L-BFGS: loss {:.2e}", history.loss().last().unwrap_or(&f64::NAN));

    draw_waves(|points| Ok(model.solution(&points)?.as_slice().to_vec()))?;
    let place = |row: usize, column: usize| {
        [2.0 * column as f64 / (SIDE - 1) as f64 - 1.0, 1.0 - row as f64 / (SIDE - 1) as f64]
    };
    let points: Vec<[f64; 2]> = (0..SIDE * SIDE).map(|cell| place(cell / SIDE, cell % SIDE)).collect();
    let exact: Vec<f64> = points.iter().map(|&[x, t]| cole_hopf(x, t)).collect();
    let found = model.solution(&points)?;
    let errors: Vec<f64> = found.iter().zip(&exact).map(|(found, exact)| found - exact).collect();
    let rows: Vec<Vec<f64>> = errors.chunks(SIDE).map(<[f64]>::to_vec).collect();
    let map = HeatMap::new("Error of the wave", &rows).x_label("x").y_label("t").x_range(-1.0, 1.0).y_range(1.0, 0.0);
    map.save("pictures/burgers-error.png")?;
    println!("pictures: pictures/burgers.png, pictures/burgers-error.png");
    let square = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    println!("relative L2 error: {:.2e}", (square(&errors) / square(&exact)).sqrt());
    Ok(())
}

/// Points of a picture along each side.
const SIDE: usize = 101;

/// Draws the wave and the reference at some times.
fn draw_waves(wave: impl Fn(Vec<[f64; 2]>) -> Result<Vec<f64>, DataError>) -> Result<(), Box<dyn Error>> {
    let x: Vec<f64> = (0..401).map(|index| f64::from(index) / 200.0 - 1.0).collect();
    let mut plot = Plot::new("Burgers' equation").x_label("x").y_label("u");
    for t in [0.25, 0.5, 1.0] {
        let exact: Vec<f64> = x.iter().map(|&x| cole_hopf(x, t)).collect();
        let found = wave(x.iter().map(|&x| [x, t]).collect())?;
        plot = plot.line(format!("exact, t = {t}"), &x, &exact).line(format!("network, t = {t}"), &x, &found);
    }
    Ok(plot.save("pictures/burgers.png")?)
}

/// Returns the solution by the transformation of Cole and Hopf: a quotient of two integrals of smooth functions, here by the
/// trapezoidal rule.
///
/// Source: Basdevant et al., "Spectral and finite difference solutions of the Burgers equation", 1986.
fn cole_hopf(x: f64, t: f64) -> f64 {
    if t <= 0.0 {
        return -(PI * x).sin();
    }
    let width = (4.0 * NU * t).sqrt();
    // The exponents, so that the largest can be subtracted.
    let exponent = |s: f64| -(PI * (x - width * s)).cos() / (2.0 * PI * NU) - s * s;
    let nodes = || (-1200..=1200).map(|node| f64::from(node) / 100.0);
    let largest = nodes().map(exponent).fold(f64::NEG_INFINITY, f64::max);
    let (mut upper, mut lower) = (0.0, 0.0);
    for s in nodes() {
        let weight = (exponent(s) - largest).exp();
        upper -= (PI * (x - width * s)).sin() * weight;
        lower += weight;
    }
    upper / lower
}
