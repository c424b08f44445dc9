//! Functions whose minimum is known, matrices of all sizes, and starts at which no step exists.

use mlp_core::optimizers::NormalEquations as _;
use mlp_core::{TileBuffer as _, TileMut};

use super::cholesky::Cholesky;
use super::*;
use crate::heap::Buffer;

/// A function with its residuals and the transposed Jacobian, one row for each unknown.
struct Function<F> {
    residuals: usize,
    function: F,
    evaluations: usize,
}

type Evaluated = (Vec<f64>, Vec<Vec<f64>>);

impl<F: Fn(&[f64]) -> Evaluated> SquaredFunction for Function<F> {
    fn loss(&mut self, x: &[f64]) -> f64 {
        self.evaluations += 1;
        (self.function)(x).0.iter().map(|r| r * r).sum()
    }

    fn linearize(&mut self, x: &[f64], equations: &mut NormalMatrix) {
        let (residuals, rows) = (self.function)(x);
        let mut buffer = Buffer::new(rows.len() + 1, self.residuals);
        let mut tile: TileMut<'_, f64> = buffer.tile_mut(rows.len() + 1, self.residuals);
        for (feature, row) in rows.iter().chain([&residuals]).enumerate() {
            tile.feature(feature).copy_from_slice(row);
        }
        equations.add_rows(buffer.tile(rows.len() + 1, self.residuals));
    }
}

const SETTINGS: Settings = Settings {
    method: Method::TrustRegion(1.0),
    loss_tolerance: 1e-12,
    step_tolerance: 1e-12,
    gradient_tolerance: 0.0,
    epsilon: f64::EPSILON,
};

fn minimize<F: Fn(&[f64]) -> Evaluated>(
    residuals: usize,
    start: &[f64],
    settings: Settings,
    function: F,
) -> (Vec<f64>, StopReason, usize) {
    let mut x = start.to_vec();
    let mut minimizer = Minimizer::new(x.len());
    let mut function = Function { residuals, function, evaluations: 0 };
    for iteration in 1..500 {
        let before = function.loss(&x);
        minimizer.iterate(&mut x, &mut function, &settings);
        assert!(!before.is_finite() || function.loss(&x) <= before, "the loss rises");
        if let Some(reason) = minimizer.stop {
            return (x, reason, iteration);
        }
    }
    panic!("no end at {x:?}");
}

/// Rosenbrock's function, from its usual start.
fn rosenbrock(x: &[f64]) -> Evaluated {
    (vec![10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]], vec![vec![-20.0 * x[0], -1.0], vec![10.0, 0.0]])
}

#[test]
fn a_valley_is_followed_to_its_end() {
    for method in [Method::TrustRegion(100.0), Method::TrustRegion(0.1), Method::GaussNewton] {
        let (x, reason, iterations) = minimize(2, &[-1.2, 1.0], Settings { method, ..SETTINGS }, rosenbrock);
        assert!((x[0] - 1.0).abs() < 1e-12 && (x[1] - 1.0).abs() < 1e-12, "{method:?}: {x:?}, {reason}");
        assert!(iterations < 50, "{method:?}: {iterations} iterations");
    }
}

/// A line through three points: the minimum is not zero, and one step reaches it.
#[test]
fn a_linear_function_needs_one_step() {
    let points = [(0.0, 1.0), (1.0, 3.0), (2.0, 4.0)];
    let line = |x: &[f64]| {
        let residuals = points.iter().map(|&(t, y)| x[0] + x[1] * t - y).collect();
        (residuals, vec![vec![1.0; 3], points.iter().map(|&(t, _)| t).collect()])
    };
    for method in [Method::TrustRegion(100.0), Method::GaussNewton] {
        let (x, reason, iterations) = minimize(3, &[5.0, 5.0], Settings { method, ..SETTINGS }, line);
        assert!((x[0] - 7.0 / 6.0).abs() < 1e-13 && (x[1] - 1.5).abs() < 1e-13, "{x:?}");
        assert!(iterations <= 3, "{iterations} iterations, {reason}");
    }
}

/// Two unknowns of which only the sum matters, one that does not matter at all, and fewer residuals than unknowns.
#[test]
fn dependent_unknowns_are_no_obstacle() {
    let function = |x: &[f64]| {
        let value = (x[0] + x[1]).exp();
        (vec![value - 2.0], vec![vec![value], vec![value], vec![0.0]])
    };
    let (x, reason, _) = minimize(1, &[0.1, 0.2, 0.3], SETTINGS, function);
    assert!((x[0] + x[1] - 2.0_f64.ln()).abs() < 1e-10, "{x:?}, {reason}");
    assert_eq!(x[2], 0.3);
    let settings = Settings { method: Method::GaussNewton, ..SETTINGS };
    assert_eq!(minimize(1, &[0.1, 0.2, 0.3], settings, function).1, StopReason::Singular);
}

#[test]
fn values_that_are_not_finite_are_rejected() {
    // Defined for x < 1 alone, with a minimum at 0.9.
    let function = |x: &[f64]| {
        let value = if x[0] < 1.0 { (x[0] - 0.9) * 3.0 } else { f64::NAN };
        (vec![value, 0.1], vec![vec![3.0 + 0.0 * value, 0.0]])
    };
    let (x, ..) = minimize(2, &[-50.0], SETTINGS, function);
    assert!((x[0] - 0.9).abs() < 1e-9, "{x:?}");
    let (x, reason, _) = minimize(2, &[2.0], SETTINGS, function);
    assert_eq!((x[0], reason), (2.0, StopReason::Singular));
    let (x, reason, _) = minimize(1, &[1.0], SETTINGS, |x| (vec![x[0] - 1.0], vec![vec![1.0]]));
    assert_eq!((x[0], reason), (1.0, StopReason::ZeroLoss));
}

/// Creates a positive definite matrix: `J Jᵀ` of random rows, with the residuals as last row.
fn matrix(size: usize) -> NormalMatrix {
    let mut rng = mlp_core::Rng::new(size as u64);
    let samples = 2 * size + 3;
    let mut buffer = Buffer::new(size + 1, samples);
    let mut tile: TileMut<'_, f64> = buffer.tile_mut(size + 1, samples);
    (0..=size).for_each(|row| tile.feature(row).fill_with(|| rng.normal()));
    let mut matrix = NormalMatrix::new(size);
    matrix.add_rows(buffer.tile(size + 1, samples));
    matrix
}

/// `(A + μ D²) x = b` holds up to rounding.
#[test]
fn solutions_fulfill_their_equations() {
    for size in [1, 2, 31, 32, 33, 64, 141, 257] {
        let matrix = matrix(size);
        let scaling: Vec<f64> = (0..size).map(|row| 1.0 + row as f64 / size as f64).collect();
        let b: Vec<f64> = (0..size).map(|row| matrix.gradient(row)).collect();
        let mut cholesky = Cholesky::new(size);
        for damping in [0.0, 0.7] {
            assert!(cholesky.factorize(&matrix, damping, &scaling) && cholesky.has_full_rank());
            let mut x = b.clone();
            cholesky.solve_lower(&mut x);
            cholesky.solve_upper(&mut x);
            let mut product: Vec<f64> = (0..size).map(|row| damping * scaling[row].powi(2) * x[row]).collect();
            for column in 0..size {
                for (row, element) in (column..size).zip(matrix.column(column)) {
                    product[row] += element * x[column];
                    if row > column {
                        product[column] += element * x[row];
                    }
                }
            }
            let largest = (0..size).map(|row| matrix.column(row)[0]).fold(0.0, f64::max);
            // Higham, "Accuracy and Stability of Numerical Algorithms", theorem 10.4: 3 n ε times the norm of the matrix.
            let norm = x.iter().map(|value| value.abs()).fold(0.0, f64::max);
            let bound = 3.0 * (size * size) as f64 * f64::EPSILON * largest * norm;
            for (product, b) in product.iter().zip(&b) {
                assert!((product - b).abs() <= bound, "{size}, {damping}: {product}, {b}");
            }
        }
    }
}

#[test]
fn a_matrix_that_is_not_positive_definite_has_no_factor() {
    let mut matrix = NormalMatrix::new(3);
    matrix.add_unknown(0, 1.0, 1.0);
    matrix.add_unknown(2, 1.0, 2.0);
    let mut cholesky = Cholesky::new(3);
    assert!(!cholesky.factorize(&matrix, 0.0, &[1.0; 3]));
    assert!(cholesky.factorize(&matrix, 1e-3, &[1.0; 3]));
    assert_eq!((matrix.gradient(2), matrix.sum_of_squares()), (2.0, 5.0));
    matrix.add_unknown(1, f64::NAN, 1.0);
    assert!(!cholesky.factorize(&matrix, 1e-3, &[1.0; 3]));
}

#[test]
fn parameters_that_are_not_trained_have_no_row() {
    let unknowns = Unknowns::new(vec![2..4, 7..10]);
    assert_eq!(unknowns.len(), 5);
    assert_eq!((unknowns.row(&(2..4)), unknowns.row(&(8..10)), unknowns.row(&(4..7))), (Some(0), Some(3), None));
    let mut parameters: Vec<f32> = (0..10).map(|value| value as f32).collect();
    let mut values = [0.0; 5];
    unknowns.gather(&parameters, &mut values);
    assert_eq!(values, [2.0, 3.0, 7.0, 8.0, 9.0]);
    unknowns.scatter(&[-1.0; 5], &mut parameters);
    assert_eq!(parameters, [0.0, 1.0, -1.0, -1.0, 4.0, 5.0, 6.0, -1.0, -1.0, -1.0]);
}
