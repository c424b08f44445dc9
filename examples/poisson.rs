//! Poisson's equation on a square, −Δu = 2π² sin(πx) sin(πy) with u = 0 on the boundary.
//!
//!     cargo run --release --example poisson
//!
//! The boundary values hold exactly, because `u = x (1 − x) y (1 − y) net`. Adam comes first, then L-BFGS. The solution is
//! known, `sin(πx) sin(πy)`, and the last line compares with it. Draws the solution and its error.

use std::error::Error;
use std::f64::consts::PI;

use mlp::plot::HeatMap;
use mlp::prelude::*;

residual! {
    /// Poisson's equation, with exact boundary values.
    struct Poisson;
    (x, y) -> u = x * (1.0 - x) * y * (1.0 - y) * net {
        laplacian(u) + 2.0 * PI * PI * (PI * x).sin() * (PI * y).sin()
    }
}

sequential! { struct Solution: f64 { Dense(2 => 24, tanh), Dense(24 => 24, tanh), Dense(24 => 1) } }

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (adam, lbfgs) = if quick { (50, 2) } else { (500, 60) };
    let inside = Term::uniform(Poisson, [(0.0, 1.0); 2], 1000);
    let mut model = Solution::new(0).compile_residuals(Adam::new(5e-3), inside);
    let history = model.solve(Fit::new().epochs(adam).verbose(Verbose::Silent))?;
    println!("Adam: loss {:.2e}", history.loss().last().unwrap_or(&f64::NAN));
    let mut model = model.with_optimizer(Lbfgs::default());
    let history = model.solve(Fit::new().epochs(lbfgs).verbose(Verbose::Silent))?;
    println!("L-BFGS: loss {:.2e}", history.loss().last().unwrap_or(&f64::NAN));

    let place = |index: usize| index as f64 / (SIDE - 1) as f64;
    // The first row of the picture is the upper edge, y = 1.
    let row = |row: usize| (0..SIDE).map(move |column| [place(column), place(SIDE - 1 - row)]);
    let points: Vec<[f64; 2]> = (0..SIDE).flat_map(row).collect();
    let exact: Vec<f64> = points.iter().map(|[x, y]| (PI * x).sin() * (PI * y).sin()).collect();
    compare(model.solution(&points)?.as_slice(), &exact)
}

/// Points of a picture along each side.
const SIDE: usize = 81;

/// Draws a solution and its error, and prints the relative error.
fn compare(found: &[f64], exact: &[f64]) -> Result<(), Box<dyn Error>> {
    let errors: Vec<f64> = found.iter().zip(exact).map(|(found, exact)| found - exact).collect();
    let rows = |values: &[f64]| values.chunks(SIDE).map(<[f64]>::to_vec).collect::<Vec<_>>();
    let map = |title, values: &[f64]| {
        let map = HeatMap::new(title, &rows(values)).x_label("x").y_label("y");
        map.x_range(0.0, 1.0).y_range(1.0, 0.0)
    };
    map("Solution of Poisson's equation", found).save("pictures/poisson.png")?;
    map("Error of the solution", &errors).save("pictures/poisson-error.png")?;
    println!("pictures: pictures/poisson.png, pictures/poisson-error.png");
    let square = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>();
    println!("relative L2 error: {:.2e}", (square(&errors) / square(exact)).sqrt());
    Ok(())
}
