//! Levenberg-Marquardt compared with MINPACK, step by step, and with certified results of NIST. `least_squares.py` and
//! `nist.py` write the files.

use crate::golden::{Golden, relative_difference};
use mlp::optimizers::{LeastSquaresFunction, Minimum};
use mlp::prelude::*;
use nalgebra::{Complex, DMatrix};

type C = Complex<f64>;

/// A curve of NIST: its name and its formula.
type Curve = (&'static str, fn(&[C], f64) -> C);

fn cubic(b: &[C], x: f64) -> C {
    (b[0] + b[1] * x + b[2] * x.powi(2) + b[3] * x.powi(3)) / (b[4] * x + b[5] * x.powi(2) + b[6] * x.powi(3) + 1.0)
}

fn exponentials(b: &[C], x: f64) -> C {
    (0..3).map(|term| b[2 * term] * (-b[2 * term + 1] * x).exp()).sum()
}

/// Returns the arc tangent of a number with a tiny imaginary part, which the formula by logarithms would lose.
fn atan(z: C) -> C {
    Complex::new(z.re.atan(), z.im / (1.0 + z.re * z.re))
}

fn square(z: C) -> C {
    z * z
}

const CURVES: &[Curve] = &[
    ("Misra1a", |b, x| b[0] * (-(-b[1] * x).exp() + 1.0)),
    ("Chwirut2", |b, x| (-b[0] * x).exp() / (b[1] + b[2] * x)),
    ("Lanczos3", exponentials),
    ("DanWood", |b, x| b[0] * (b[1] * x.ln()).exp()),
    ("Kirby2", |b, x| (b[0] + b[1] * x + b[2] * x.powi(2)) / (b[3] * x + b[4] * x.powi(2) + 1.0)),
    ("Hahn1", cubic),
    ("MGH17", |b, x| b[0] + b[1] * (-b[3] * x).exp() + b[2] * (-b[4] * x).exp()),
    ("Lanczos1", exponentials),
    ("Roszman1", |b, x| b[0] - b[1] * x - atan(b[2] / (-b[3] + x)) / core::f64::consts::PI),
    ("Thurber", cubic),
    ("BoxBOD", |b, x| b[0] * (-(-b[1] * x).exp() + 1.0)),
    ("Rat42", |b, x| b[0] / ((b[1] - b[2] * x).exp() + 1.0)),
    ("MGH09", |b, x| b[0] * (b[1] * x + x.powi(2)) / (b[2] * x + b[3] + x.powi(2))),
    ("MGH10", |b, x| b[0] * (b[1] / (b[2] + x)).exp()),
    ("Eckerle4", |b, x| b[0] / b[1] * (square((-b[2] + x) / b[1]) * -0.5).exp()),
    ("Rat43", |b, x| b[0] / ((b[1] - b[2] * x).exp() + 1.0).powc(b[3].inv())),
    ("Bennett5", |b, x| b[0] * (b[1] + x).powc(-b[2].inv())),
];

/// A curve through points.
struct Fitted<'a> {
    curve: fn(&[C], f64) -> C,
    x: &'a [f64],
    y: &'a [f64],
}

impl LeastSquaresFunction for Fitted<'_> {
    fn count(&self) -> usize {
        self.x.len()
    }

    fn residuals(&mut self, b: &[f64], residuals: &mut [f64]) {
        let b: Vec<C> = b.iter().map(|&b| b.into()).collect();
        for (residual, (&x, y)) in residuals.iter_mut().zip(self.x.iter().zip(self.y)) {
            *residual = (self.curve)(&b, x).re - y;
        }
    }

    // A complex step is exact to rounding.
    fn jacobian(&mut self, b: &[f64], jacobian: &mut DMatrix<f64>) {
        const STEP: f64 = 1e-200;
        for unknown in 0..b.len() {
            let mut b: Vec<C> = b.iter().map(|&b| b.into()).collect();
            b[unknown].im = STEP;
            for (row, &x) in self.x.iter().enumerate() {
                jacobian[(row, unknown)] = (self.curve)(&b, x).im / STEP;
            }
        }
    }
}

fn minpack() -> LevenbergMarquardt {
    LevenbergMarquardt::new().radius(100.0).loss_tolerance(1e-15).step_tolerance(1e-15)
}

fn fit(nist: &Golden, (name, curve): Curve, start: &str, iterations: usize) -> (Vec<f64>, Minimum) {
    let (x, y) = (nist.get(&format!("{name} x")), nist.get(&format!("{name} y")));
    let mut b = nist.get(&format!("{name} {start}")).to_vec();
    let minimum = minpack().minimize(&mut Fitted { curve, x, y }, &mut b, iterations);
    (b, minimum)
}

/// MINPACK factorizes the Jacobian, and this library its normal equations, so that rounding differs. It grows from step to
/// step, by the condition of the problem. A damping that is chosen in another way changes a step by some percent.
const ROUNDING: f64 = 1e-4;

#[test]
fn steps_are_those_of_minpack() {
    let (nist, golden) = (Golden::read("nist"), Golden::read("least_squares"));
    for name in ["Misra1a", "MGH09", "Thurber", "Rat43"] {
        let curve = *CURVES.iter().find(|(known, _)| *known == name).expect("a curve");
        let points = golden.get(name);
        let size = nist.get(&format!("{name} start1")).len();
        for (iterations, point) in points.chunks(size).enumerate().skip(1) {
            let (found, _) = fit(&nist, curve, "start1", iterations);
            let difference = relative_difference(&found, point);
            assert!(difference < ROUNDING, "{name}, step {iterations}: {difference:e}");
        }
    }
}

sequential! { struct Tanh: f64 { Dense(1 => 3, tanh), Dense(3 => 1) } }

/// The loss is the mean of 200 squares: the residuals of MINPACK are divided by the root.
#[test]
fn a_network_is_trained_as_by_minpack() {
    let golden = Golden::read("least_squares");
    let x = linspace(-1.0, 1.0, 200);
    let y = x.map(|x: f64| (3.0 * x).sin());
    let mut network = Tanh::new(0);
    network.as_mut_slice().copy_from_slice(golden.get("start"));
    let mut model = network.compile(minpack(), MeanSquaredError);
    let fit = |epochs: usize| Fit::new().epochs(epochs).initial_epoch(epochs - 1).verbose(Verbose::Silent);
    for (epoch, &loss) in golden.get("losses").iter().enumerate() {
        let history = model.fit(&x, &y, fit(epoch + 1)).expect("finite data");
        let difference = relative_difference(history.loss(), &[loss]);
        assert!(difference < ROUNDING, "epoch {epoch}: {difference:e}");
        if epoch == 5 {
            let difference = relative_difference(model.as_slice(), golden.get("sixth"));
            assert!(difference < ROUNDING, "the parameters after the sixth step: {difference:e}");
        }
    }
}

/// NIST certifies eleven digits, of which a minimization finds about half. Its sums of squares are certain to ten digits, but for
/// Lanczos1, whose residuals are rounding errors of the data.
#[test]
fn regressions_have_their_certified_results() {
    let nist = Golden::read("nist");
    for &curve in CURVES {
        let name = curve.0;
        for start in ["start1", "start2"] {
            let (found, minimum) = fit(&nist, curve, start, 2000);
            let difference = relative_difference(&found, nist.get(&format!("{name} certified")));
            assert!(difference < 1e-6, "{name}, {start}: {difference:e}, {minimum:?}");
            // The normal equations have the square of the condition of the Jacobian, above 1e10 for sums of exponentials.
            let bound = if name.starts_with("Lanczos") { 1e-2 } else { 1e-4 };
            let errors = relative_difference(&minimum.standard_errors, nist.get(&format!("{name} deviations")));
            assert!(errors < bound, "{name}, {start}: {errors:e}, {minimum:?}");
            let squares = nist.get(&format!("{name} sum_of_squares"));
            let difference = relative_difference(&[minimum.sum_of_squares], squares);
            let bound = if name == "Lanczos1" { 1e-2 } else { 1e-9 };
            assert!(difference < bound, "{name}, {start}: {difference:e}, {minimum:?}");
        }
    }
}
