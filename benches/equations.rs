//! Solutions of differential equations, compared with references: `cargo bench --bench equations`.
//!
//! | equation | reference |
//! |---|---|
//! | Poisson's, on a square | closed form |
//! | Burgers', ν = 0.01/π | Cole-Hopf, integrated numerically |
//! | Allen-Cahn, 10⁻⁴ | finite differences of order 4 in space and time |
//! | convection, 30 radians per unit of time | closed form |
//! | Helmholtz', 1 by 4 half waves | closed form |
//! | Kovasznay's flow, Reynolds number 40 | closed form |
//!
//! `convection-tanh` and `helmholtz-tanh` are the same equations with plain networks of `tanh`, for comparison.
//!
//! Each row is a seed of the initial weights: the relative L2 error, and the seconds on one core. Adam comes first, then L-BFGS,
//! in `f64`; the convection is solved by least squares. `-- NAME` runs one equation, `-- --quick` only shows that all work,
//! `-- --json` prints one object per line.

use std::f64::consts::PI;
use std::time::Instant;

use mlp::prelude::*;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let asked = |word: &str| words.iter().any(|other| other == word);
    let names: Vec<&String> = words.iter().filter(|word| !word.starts_with("--")).collect();
    let quick = asked("--quick");
    let problems: [(&str, Solve); 8] = [
        ("poisson", poisson),
        ("burgers", burgers),
        ("allen-cahn", allen_cahn),
        ("convection", convection),
        ("convection-tanh", convection_tanh),
        ("helmholtz", helmholtz),
        ("helmholtz-tanh", helmholtz_tanh),
        ("kovasznay", kovasznay),
    ];
    let chosen = problems.into_iter().filter(|(name, _)| names.is_empty() || names.iter().any(|other| *other == name));
    for (name, solve) in chosen {
        for seed in 0..if quick { 1 } else { 5 } {
            let start = Instant::now();
            let error = solve(seed, Budget { quick });
            let seconds = start.elapsed().as_secs_f64();
            if asked("--json") {
                println!(
                    "{{\"equation\":\"{name}\",\"seed\":{seed},\"relative_l2\":{error:.4e},\"seconds\":{seconds:.1}}}"
                );
            } else {
                println!("{name:12} seed {seed}  relative L2 error {error:9.2e}  {seconds:6.1} s");
            }
        }
    }
}

/// Trains a network of a seed, and returns the relative error of its solution.
type Solve = fn(u64, Budget) -> f64;

/// Length of a training.
#[derive(Clone, Copy)]
struct Budget {
    quick: bool,
}

impl Budget {
    fn adam(self, steps: usize) -> usize {
        if self.quick { 3 } else { steps }
    }

    /// Returns the number of steps of L-BFGS, of 20 iterations each.
    fn lbfgs(self, steps: usize) -> usize {
        if self.quick { 1 } else { steps }
    }
}

/// Trains a network on terms, by Adam and then by L-BFGS.
macro_rules! solve {
    ($network:ty, $seed:expr, $terms:expr, $adam:expr, $lbfgs:expr) => {{
        let rate = CosineDecay::new(5e-3, $adam as u64 + 1).alpha(0.02);
        let mut model = <$network>::new($seed).compile_residuals(Adam::new(rate), $terms);
        let fit = || Fit::new().verbose(Verbose::Silent);
        model.solve(fit().epochs($adam)).expect("the residuals are finite");
        let mut model = model.with_optimizer(Lbfgs::default());
        model.solve(fit().epochs($lbfgs)).expect("the residuals are finite");
        model
    }};
}

/// Returns the error relative to the reference, in the L2 norm.
fn relative_error(found: &[f64], exact: &[f64]) -> f64 {
    let square = |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>();
    let error = square(&mut found.iter().zip(exact).map(|(found, exact)| found - exact));
    (error / square(&mut exact.iter().copied())).sqrt()
}

/// Returns the points of a grid on a box.
fn grid([x, y]: [(f64, f64); 2], side: usize) -> Vec<[f64; 2]> {
    let place = |(low, high): (f64, f64), index: usize| low + (high - low) * index as f64 / (side - 1) as f64;
    (0..side * side).map(|cell| [place(x, cell / side), place(y, cell % side)]).collect()
}

sequential! {
    struct Small: f64 { Dense(2 => 24, tanh), Dense(24 => 24, tanh), Dense(24 => 1) }
    struct Deep: f64 { Dense(2 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 20, tanh), Dense(20 => 1) }
    struct Waves: f64 {
        Dense(2 => 32, sin, init = siren_first(8.0)),
        Dense(32 => 32, sin, init = siren_hidden),
        Dense(32 => 1, init = siren_last(8.0)),
    }
    struct Plain: f64 { Dense(2 => 32, tanh), Dense(32 => 32, tanh), Dense(32 => 1) }
    struct Flow: f64 { Dense(2 => 32, tanh), Dense(32 => 32, tanh), Dense(32 => 32, tanh), Dense(32 => 3) }
}

residual! {
    struct Poisson;
    (x, y) -> u = x * (1.0 - x) * y * (1.0 - y) * net {
        laplacian(u) + 2.0 * PI * PI * (PI * x).sin() * (PI * y).sin()
    }
}

fn poisson(seed: u64, budget: Budget) -> f64 {
    let square = [(0.0, 1.0); 2];
    let model = solve!(Small, seed, Term::uniform(Poisson, square, 1000), budget.adam(500), budget.lbfgs(60));
    let points = grid(square, 101);
    let exact: Vec<f64> = points.iter().map(|[x, y]| (PI * x).sin() * (PI * y).sin()).collect();
    relative_error(model.solution(&points).expect("the points are finite").as_slice(), &exact)
}

/// Viscosity of Burgers' equation.
const NU: f64 = 0.01 / PI;

residual! {
    struct Burgers;
    (x, t) -> u = -(PI * x).sin() + t * (1.0 - x * x) * net { u.t + u * u.x - NU * u.xx }
}

fn burgers(seed: u64, budget: Budget) -> f64 {
    let sides = [(-1.0, 1.0), (0.0, 1.0)];
    let term = Term::uniform(Burgers, sides, 3000).redraw(Redraw::every(25).by_residual());
    let model = solve!(Deep, seed, term, budget.adam(1000), budget.lbfgs(150));
    let points = grid(sides, 101);
    let exact: Vec<f64> = points.iter().map(|&[x, t]| cole_hopf(x, t)).collect();
    relative_error(model.solution(&points).expect("the points are finite").as_slice(), &exact)
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

residual! {
    struct AllenCahn;
    (x, t) -> u = x * x * (PI * x).cos() + t * (1.0 - x * x) * net { u.t - 1e-4 * u.xx + 5.0 * (u.powi(3) - u) }
}

fn allen_cahn(seed: u64, budget: Budget) -> f64 {
    let sides = [(-1.0, 1.0), (0.0, 1.0)];
    let term = Term::uniform(AllenCahn, sides, 3000).redraw(Redraw::every(200).by_residual());
    let model = solve!(Deep, seed, term, budget.adam(1000), budget.lbfgs(100));
    let (points, exact) = allen_cahn_reference();
    relative_error(model.solution(&points).expect("the points are finite").as_slice(), &exact)
}

/// Returns points and the solution there, by the method of lines: differences of order 4 in space, Runge-Kutta in time.
fn allen_cahn_reference() -> (Vec<[f64; 2]>, Vec<f64>) {
    const CELLS: usize = 800;
    const STEPS: usize = 2000;
    let x: Vec<f64> = (0..=CELLS).map(|cell| 2.0 * cell as f64 / CELLS as f64 - 1.0).collect();
    let width = 2.0 / CELLS as f64;
    // The values at both ends stay −1. Beyond them the solution is odd about −1, as it is with u + 1 = 0 there.
    let rate = |u: &[f64]| {
        let at = |cell: isize| match cell {
            -1 => -2.0 - u[1],
            cell if cell as usize > CELLS => -2.0 - u[CELLS - 1],
            cell => u[cell as usize],
        };
        let second = |cell: isize| {
            (-at(cell - 2) + 16.0 * at(cell - 1) - 30.0 * at(cell) + 16.0 * at(cell + 1) - at(cell + 2)) / 12.0
        };
        let of = |cell: usize| match cell {
            0 | CELLS => 0.0,
            _ => 1e-4 * second(cell as isize) / (width * width) - 5.0 * (u[cell].powi(3) - u[cell]),
        };
        (0..=CELLS).map(of).collect::<Vec<f64>>()
    };
    let mut u: Vec<f64> = x.iter().map(|x| x * x * (PI * x).cos()).collect();
    let (mut points, mut values) = (Vec::new(), Vec::new());
    let step = 1.0 / STEPS as f64;
    for index in 0..=STEPS {
        if index % (STEPS / 100) == 0 {
            for cell in (0..=CELLS).step_by(CELLS / 100) {
                points.push([x[cell], index as f64 * step]);
                values.push(u[cell]);
            }
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

/// Speed of the convection.
const BETA: f64 = 30.0;

residual! {
    struct Convection;
    (x, t) -> u = x.sin() + t * net { u.t + BETA * u.x }
}

residual! {
    struct WaveFromTheLeft;
    (x, t; u0) -> u = x.sin() + t * net { u - u0 }
}

/// Sides of the convection: a period of x, and time.
const PERIOD: [(f64, f64); 2] = [(0.0, 2.0 * PI), (0.0, 1.0)];

functional! {
    /// Waves in x that change with time: products of features of both.
    struct Moving: f64 {
        let point = Input(2);
        let angle = PeriodicEmbedding(1 => 2)(point[0..1]);
        let time = FourierFeatures(1 => 64, scale = 5.0)(point[1..2]);
        let shape = Dense(2 => 8)(angle);
        let motion = Dense(64 => 8)(time);
        let waves = Multiply()(shape, motion);
        let u = Dense(8 => 1)(waves);
        Model(point => u)
    }
}

/// Solves the convection by least squares: most of the network is linear, so few steps are needed.
fn convection(seed: u64, budget: Budget) -> f64 {
    let term = Term::uniform(Convection, PERIOD, 2000);
    let mut model = Moving::new(seed).compile_residuals(LevenbergMarquardt::new(), term);
    let fit = Fit::new().verbose(Verbose::Silent).epochs(budget.adam(100));
    model.solve(fit).expect("the residuals are finite");
    convection_error(model.solution(&grid(PERIOD, 101)).expect("the points are finite").as_slice())
}

/// Solves the convection by a network without a period, from the values at the left side instead.
fn convection_tanh(seed: u64, budget: Budget) -> f64 {
    let left: Vec<[f64; 2]> = (0..=100).map(|index| [0.0, f64::from(index) / 100.0]).collect();
    let values: Vec<[f64; 1]> = left.iter().map(|[_, t]| [(-BETA * t).sin()]).collect();
    let inflow = Term::with_data(WaveFromTheLeft, &left, &values).expect("the points are finite").weight(100.0);
    let terms = (Term::uniform(Convection, PERIOD, 2000), inflow);
    let model = solve!(Plain, seed, terms, budget.adam(500), budget.lbfgs(100));
    convection_error(model.solution(&grid(PERIOD, 101)).expect("the points are finite").as_slice())
}

fn convection_error(found: &[f64]) -> f64 {
    let exact: Vec<f64> = grid(PERIOD, 101).iter().map(|[x, t]| (x - BETA * t).sin()).collect();
    relative_error(found, &exact)
}

residual! {
    struct Helmholtz;
    (x, y) -> u = (1.0 - x * x) * (1.0 - y * y) * net {
        laplacian(u) + u + (17.0 * PI * PI - 1.0) * (PI * x).sin() * (4.0 * PI * y).sin()
    }
}

fn helmholtz(seed: u64, budget: Budget) -> f64 {
    let square = [(-1.0, 1.0); 2];
    let model = solve!(Waves, seed, Term::uniform(Helmholtz, square, 2000), budget.adam(500), budget.lbfgs(100));
    helmholtz_error(model.solution(&grid(square, 101)).expect("the points are finite").as_slice())
}

/// Solves the equation by a network of `tanh`.
fn helmholtz_tanh(seed: u64, budget: Budget) -> f64 {
    let square = [(-1.0, 1.0); 2];
    let model = solve!(Plain, seed, Term::uniform(Helmholtz, square, 2000), budget.adam(500), budget.lbfgs(100));
    helmholtz_error(model.solution(&grid(square, 101)).expect("the points are finite").as_slice())
}

fn helmholtz_error(found: &[f64]) -> f64 {
    let points = grid([(-1.0, 1.0); 2], 101);
    let exact: Vec<f64> = points.iter().map(|[x, y]| (PI * x).sin() * (4.0 * PI * y).sin()).collect();
    relative_error(found, &exact)
}

residual! {
    struct NavierStokes;
    (x, y) -> (u, v, p) {
        continuity: u.x + v.y,
        momentum_x: u * u.x + v * u.y + p.x - laplacian(u) / 40.0,
        momentum_y: u * v.x + v * v.y + p.y - laplacian(v) / 40.0,
    }
}

residual! {
    struct Inflow;
    (x, y; u0, v0, p0) -> (u, v, p) { along_x: u - u0, along_y: v - v0, pressure: p - p0 }
}

fn kovasznay(seed: u64, budget: Budget) -> f64 {
    let sides = [(-0.5, 1.0), (-0.5, 1.5)];
    let place = |(low, high): (f64, f64), index: usize| low + (high - low) * index as f64 / 100.0;
    let edge: Vec<[f64; 2]> = (0..100)
        .flat_map(|index| {
            let (x, y) = (place(sides[0], index), place(sides[1], index));
            [[x, -0.5], [x, 1.5], [-0.5, y], [1.0, y]]
        })
        .collect();
    let values: Vec<[f64; 3]> = edge.iter().map(|&point| kovasznay_flow(point)).collect();
    let boundary = Term::with_data(Inflow, &edge, &values).expect("the points are finite").weight(10.0);
    let terms = (Term::uniform(NavierStokes, sides, 1500), boundary);
    let model = solve!(Flow, seed, terms, budget.adam(500), budget.lbfgs(100));
    let points = grid(sides, 101);
    let found = model.predict(&points).expect("the points are finite");
    let found: Vec<f64> = (0..points.len()).flat_map(|row| [found[(row, 0)], found[(row, 1)]]).collect();
    let exact: Vec<f64> = points.iter().flat_map(|&point| kovasznay_flow(point)[..2].to_vec()).collect();
    relative_error(&found, &exact)
}

/// Returns both velocities and the pressure of the flow downstream of a grid.
///
/// Source: Kovasznay, `Laminar flow behind a two-dimensional grid`, 1948.
fn kovasznay_flow([x, y]: [f64; 2]) -> [f64; 3] {
    let rate = 20.0 - (400.0 + 4.0 * PI * PI).sqrt();
    let decay = (rate * x).exp();
    let (sin, cos) = (2.0 * PI * y).sin_cos();
    [1.0 - decay * cos, rate / (2.0 * PI) * decay * sin, 0.5 * (1.0 - decay * decay)]
}
