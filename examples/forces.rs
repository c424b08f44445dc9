//! A potential learned from energies and forces, as in molecular dynamics: the forces are the negative gradient of the energy.
//!
//!     cargo run --release --example forces
//!
//! The potential is that of Müller and Brown in the plane, a standard test with three minima. Each sample has one energy and two
//! forces, so training on forces uses three times the data. The same network is trained on the energies alone, and on both.
//! Draws the learned potential.

use std::error::Error;

use mlp::plot::HeatMap;
use mlp::prelude::*;

residual! {
    /// A measured energy.
    struct Energy;
    (x, y; energy) -> e { e - energy }
}

residual! {
    /// A measured energy and the forces on a particle, the negative derivatives of the energy.
    struct EnergyAndForces { force_weight: f64 }
    (x, y; energy, force_x, force_y) -> e {
        value: e - energy,
        along_x: force_weight * (e.x + force_x),
        along_y: force_weight * (e.y + force_y),
    }
}

sequential! { struct Potential: f64 { Dense(2 => 32, silu), Dense(32 => 32, silu), Dense(32 => 1) } }

fn main() -> Result<(), Box<dyn Error>> {
    let quick = std::env::args().any(|argument| argument == "--quick");
    let epochs = if quick { 2 } else { 60 };
    let (points, samples) = (draw(100, 1), draw(1000, 2));
    let energies: Vec<[f64; 1]> = points.iter().map(|&point| [muller_brown(point)[0]]).collect();
    let targets: Vec<[f64; 3]> = points.iter().map(|&point| muller_brown(point)).collect();
    let fit = || Fit::new().epochs(epochs).verbose(Verbose::Silent);

    let energies = Term::with_data(Energy, &points, &energies)?;
    let mut of_energies = Potential::new(0).compile_residuals(Lbfgs::default(), energies);
    of_energies.solve(fit())?;
    let both = Term::with_data(EnergyAndForces { force_weight: 0.3 }, &points, &targets)?;
    let mut of_both = Potential::new(0).compile_residuals(Lbfgs::default(), both);
    of_both.solve(fit())?;

    println!("{:24} {:>14} {:>14}", "relative L2 error of", "energies", "forces");
    for (name, network) in [("energies alone", &of_energies.network), ("energies and forces", &of_both.network)] {
        let [energy, forces] = errors(network, &samples)?;
        println!("{name:24} {energy:14.2e} {forces:14.2e}");
    }
    let [energy, _] = errors(&of_both.network, &samples)?;
    draw_potential(&of_both.network)?;
    println!("picture: pictures/forces.png");
    println!("relative L2 error: {energy:.2e}");
    Ok(())
}

/// Returns the relative errors of the energies and of the forces.
fn errors(network: &Potential, points: &[[f64; 2]]) -> Result<[f64; 2], TrainingError> {
    let energies = network.predict(points)?;
    let gradients = network.vjp(points, &vec![[1.0]; points.len()])?;
    let (mut wrong, mut whole) = ([0.0; 2], [0.0; 2]);
    for (row, &point) in points.iter().enumerate() {
        let [energy, force_x, force_y] = muller_brown(point);
        let pairs =
            [(0, energies[row], energy), (1, -gradients[(row, 0)], force_x), (1, -gradients[(row, 1)], force_y)];
        for (kind, found, exact) in pairs {
            wrong[kind] += (found - exact).powi(2);
            whole[kind] += exact.powi(2);
        }
    }
    Ok([0, 1].map(|kind| (wrong[kind] / whole[kind]).sqrt()))
}

/// Draws points of the plane where the potential is not too high for a particle.
fn draw(count: usize, seed: u64) -> Vec<[f64; 2]> {
    let mut rng = Rng::new(seed);
    let points = std::iter::repeat_with(|| [2.5 * rng.uniform() - 1.5, 2.2 * rng.uniform() - 0.3]);
    points.filter(|&point| muller_brown(point)[0] < 1.0).take(count).collect()
}

fn draw_potential(network: &Potential) -> Result<(), Box<dyn Error>> {
    const SIDE: usize = 101;
    let place = |cell: usize| {
        let (row, column) = (cell / SIDE, cell % SIDE);
        [2.5 * column as f64 / (SIDE - 1) as f64 - 1.5, 1.9 - 2.2 * row as f64 / (SIDE - 1) as f64]
    };
    let points: Vec<[f64; 2]> = (0..SIDE * SIDE).map(place).collect();
    let energies: Vec<f64> = network.predict(&points)?.iter().map(|energy| energy.min(1.0)).collect();
    let rows: Vec<Vec<f64>> = energies.chunks(SIDE).map(<[f64]>::to_vec).collect();
    let map = HeatMap::new("Potential, cut off at 1", &rows).x_label("x").y_label("y");
    Ok(map.x_range(-1.5, 1.0).y_range(1.9, -0.3).save("pictures/forces.png")?)
}

/// Returns the potential of Müller and Brown, divided by 100, and the forces.
///
/// Source: Müller and Brown, "Location of saddle points and minimum energy paths", 1979.
fn muller_brown([x, y]: [f64; 2]) -> [f64; 3] {
    const TERMS: [[f64; 6]; 4] = [
        [-2.0, -1.0, 0.0, -10.0, 1.0, 0.0],
        [-1.0, -1.0, 0.0, -10.0, 0.0, 0.5],
        [-1.7, -6.5, 11.0, -6.5, -0.5, 1.5],
        [0.15, 0.7, 0.6, 0.7, -1.0, 1.0],
    ];
    let mut sums = [0.0; 3];
    for [height, a, b, c, x0, y0] in TERMS {
        let (dx, dy) = (x - x0, y - y0);
        let energy = height * (a * dx * dx + b * dx * dy + c * dy * dy).exp();
        sums[0] += energy;
        sums[1] -= energy * (2.0 * a * dx + b * dy);
        sums[2] -= energy * (b * dx + 2.0 * c * dy);
    }
    sums
}
