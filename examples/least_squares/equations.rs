//! Differential equations, from points where their residuals vanish.
//!
//! The solutions of Burgers' and the Allen-Cahn equation on [-1, 1] are odd and even in x, so that one half is enough: Burgers'
//! is zero at x = 0, Allen-Cahn has no derivative by x there. The relative errors are those of the whole.

use std::error::Error;
use std::f64::consts::PI;

use mlp::prelude::*;
use mlp::residuals::Terms;

use super::Budget;

residual! {
    /// Poisson's equation on a square, with exact boundary values.
    struct Poisson;
    (x, y) -> u = x * (1.0 - x) * y * (1.0 - y) * net {
        laplacian(u) + 2.0 * PI * PI * (PI * x).sin() * (PI * y).sin()
    }
}

/// Viscosity of Burgers' equation.
const NU: f64 = 0.01 / PI;

residual! {
    /// Viscous Burgers' equation, with exact initial and boundary values.
    struct Burgers;
    (x, t) -> u = -(PI * x).sin() + t * x * (1.0 - x) * net { u.t + u * u.x - NU * u.xx }
}

residual! {
    /// Allen-Cahn equation, with exact initial values and those at x = 1. Errors grow with time, so that early residuals weigh more.
    struct AllenCahn;
    (x, t) -> u = x * x * (PI * x).cos() + t * (1.0 - x * x) * net {
        (-2.0 * t).exp() * (u.t - 1e-4 * u.xx + 5.0 * (u.powi(3) - u))
    }
}

residual! {
    /// The symmetry at x = 0.
    struct Even;
    (x, t) -> u = x * x * (PI * x).cos() + t * (1.0 - x * x) * net { (-2.0 * t).exp() * u.x }
}

sequential! {
    struct Solution: f64 {
        Dense(2 => 16, tanh),
        Dense(16 => 16, tanh),
        Dense(16 => 16, tanh),
        Dense(16 => 1),
    }
}

/// Number of points inside.
const POINTS: usize = 2000;

/// Solves Poisson's equation.
pub fn poisson(seed: u64, budget: Budget) -> Result<bool, Box<dyn Error>> {
    let points = grid();
    let exact = points.iter().map(|[x, y]| (PI * x).sin() * (PI * y).sin()).collect();
    let inside = Term::new(Poisson, &inside(1.0))?;
    reaches_goal(seed, inside, (points, exact), 1e-6, budget)
}

/// Solves Burgers' equation. Most points are near x = 0, where the wave becomes a shock.
pub fn burgers(seed: u64, budget: Budget) -> Result<bool, Box<dyn Error>> {
    let points = grid();
    let exact = points.iter().map(|&[x, t]| cole_hopf(x, t)).collect();
    let inside = Term::new(Burgers, &inside(2.0))?;
    reaches_goal(seed, inside, (points, exact), 5e-5, budget)
}

/// Solves the Allen-Cahn equation.
pub fn allen_cahn(seed: u64, budget: Budget) -> Result<bool, Box<dyn Error>> {
    let axis: Vec<[f64; 2]> = (1..=100).map(|index| [0.0, f64::from(index) / 100.0]).collect();
    let terms = (Term::new(AllenCahn, &inside(1.0))?, Term::new(Even, &axis)?);
    reaches_goal(seed, terms, allen_cahn_reference(), 5e-5, budget)
}

/// Returns the points of a Halton sequence in the unit square, with the first coordinate to a power.
fn inside(power: f64) -> Vec<[f64; 2]> {
    let digits = |mut index: usize, base: usize| {
        let (mut share, mut value) = (1.0, 0.0);
        while index > 0 {
            share /= base as f64;
            value += share * (index % base) as f64;
            index /= base;
        }
        value
    };
    (1..=POINTS).map(|index| [digits(index, 2).powf(power), digits(index, 3)]).collect()
}

/// Returns the points of a grid on the unit square.
fn grid() -> Vec<[f64; 2]> {
    (0..101 * 101).map(|cell| [(cell / 101) as f64 / 100.0, (cell % 101) as f64 / 100.0]).collect()
}

/// Trains until the relative L2 error is below the goal.
fn reaches_goal<R: Terms<Solution>>(
    seed: u64,
    terms: R,
    (points, exact): (Vec<[f64; 2]>, Vec<f64>),
    goal: f64,
    budget: Budget,
) -> Result<bool, Box<dyn Error>> {
    let square = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>();
    let size = square(&mut exact.iter().copied());
    let mut model = Solution::new(seed).compile_residuals(LevenbergMarquardt::new(), terms);
    let mut epochs = 0;
    loop {
        let fit = Fit::new().initial_epoch(epochs).epochs(epochs + budget.epochs(20)).verbose(Verbose::Silent);
        let history = model.solve(fit)?;
        epochs += history.loss().len();
        let solution = model.solution(&points)?;
        let error = (square(&mut solution.iter().zip(&exact).map(|(u, exact)| u - exact)) / size).sqrt();
        if error < goal || history.stop_reason().is_some() || budget.is_spent() {
            return Ok(error < goal);
        }
    }
}

/// Returns the solution of Burgers' equation by the transformation of Cole and Hopf.
fn cole_hopf(x: f64, t: f64) -> f64 {
    if t <= 0.0 {
        return -(PI * x).sin();
    }
    let width = (4.0 * NU * t).sqrt();
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

/// Returns points with x ≥ 0 and the solution of the Allen-Cahn equation there, by the method of lines: differences of order 4
/// in space, Runge-Kutta in time.
fn allen_cahn_reference() -> (Vec<[f64; 2]>, Vec<f64>) {
    const CELLS: usize = 400;
    const STEPS: usize = 2000;
    let x: Vec<f64> = (0..=CELLS).map(|cell| cell as f64 / CELLS as f64).collect();
    // The solution is even about 0, and odd about the value −1 at the right end.
    let at = |u: &[f64], cell: isize| match cell.unsigned_abs() {
        cell if cell > CELLS => -2.0 - u[2 * CELLS - cell],
        cell => u[cell],
    };
    let second = |u: &[f64], cell: isize| {
        let sum = 16.0 * (at(u, cell - 1) + at(u, cell + 1)) - at(u, cell - 2) - at(u, cell + 2) - 30.0 * at(u, cell);
        sum / 12.0 * (CELLS * CELLS) as f64
    };
    let rate = |u: &[f64]| -> Vec<f64> {
        let of = |cell: usize| match cell {
            CELLS => 0.0,
            cell => 1e-4 * second(u, cell as isize) - 5.0 * (u[cell].powi(3) - u[cell]),
        };
        (0..=CELLS).map(of).collect()
    };
    let mut u: Vec<f64> = x.iter().map(|x| x * x * (PI * x).cos()).collect();
    let (mut points, mut values) = (Vec::new(), Vec::new());
    let step = 1.0 / STEPS as f64;
    for index in 0..=STEPS {
        if index % (STEPS / 100) == 0 {
            let kept = (0..=CELLS).step_by(CELLS / 50);
            points.extend(kept.clone().map(|cell| [x[cell], index as f64 * step]));
            values.extend(kept.map(|cell| u[cell]));
        }
        let moved = |k: &[f64], by: f64| u.iter().zip(k).map(|(u, k)| u + by * k).collect::<Vec<f64>>();
        let k1 = rate(&u);
        let k2 = rate(&moved(&k1, 0.5 * step));
        let k3 = rate(&moved(&k2, 0.5 * step));
        let k4 = rate(&moved(&k3, step));
        for cell in 0..=CELLS {
            u[cell] += step / 6.0 * (k1[cell] + 2.0 * k2[cell] + 2.0 * k3[cell] + k4[cell]);
        }
    }
    (points, values)
}
