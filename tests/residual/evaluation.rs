//! Evaluates residuals on registers and compares them with a formula.

use mlp::kernels::{Dispatch, InstructionSet, Kernel, Vector};
use mlp::residuals::{Evaluation, Registers, Residual};
use mlp::{Rng, Scalar};

/// Points of a test: a multiple of the lanes of every register.
const POINTS: usize = 64;

/// Residual of a point and of the streams, written by hand.
pub type Formula<R> = fn(&R, &[f64], &[f64]) -> Vec<f64>;

/// Values of a residual at points, point by point.
pub struct Values {
    pub residuals: Vec<Vec<f64>>,
    pub by_stream: Vec<Vec<f64>>,
    pub by_parameter: Vec<Vec<f64>>,
}

/// Evaluation at points, whose values are in one row a quantity.
struct Evaluate<'a, R, T> {
    residual: &'a R,
    points: &'a [Vec<T>],
    streams: &'a [Vec<T>],
}

impl<R: Residual, T: Scalar> Kernel<T> for Evaluate<'_, R, T> {
    type Output = Values;

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> Values {
        let mut values = Values { residuals: Vec::new(), by_stream: Vec::new(), by_parameter: Vec::new() };
        for first in (0..POINTS).step_by(V::LANES) {
            // SAFETY: each row has `POINTS` values, a multiple of the lanes.
            let load = |row: &Vec<T>| unsafe { V::load(row[first..first + V::LANES].as_ptr()) };
            let point = R::Point::<V>::from_fn(|index| load(&self.points[index]));
            let streams = R::Streams::<V>::from_fn(|index| load(&self.streams[index]));
            let Evaluation { residuals, by_stream, by_parameter } = self.residual.evaluate(&point, &streams);
            push(residuals.as_ref(), &mut values.residuals);
            push(by_stream.as_ref(), &mut values.by_stream);
            push(by_parameter.as_ref(), &mut values.by_parameter);
        }
        values
    }
}

/// Adds the lanes of some registers, a row for each lane.
fn push<V: Vector<Scalar: Scalar>>(registers: &[V], rows: &mut Vec<Vec<f64>>) {
    let mut lanes = vec![vec![<V::Scalar as Scalar>::from_f64(0.0); V::LANES]; registers.len()];
    for (lanes, register) in lanes.iter_mut().zip(registers) {
        // SAFETY: there are as many elements as lanes.
        unsafe { register.store(lanes.as_mut_ptr()) };
    }
    rows.extend((0..V::LANES).map(|lane| lanes.iter().map(|lanes| lanes[lane].to_f64()).collect()));
}

/// Returns rows of random values.
pub fn random<T: Scalar>(rows: usize, (low, high): (f64, f64), rng: &mut Rng) -> Vec<Vec<T>> {
    let value = |rng: &mut Rng| T::from_f64(low + (high - low) * rng.uniform());
    (0..rows).map(|_| (0..POINTS).map(|_| value(rng)).collect()).collect()
}

/// Compares a residual and its derivatives with a formula and its central differences: at random points, for streams between
/// ± 1.5, on every instruction set.
pub fn check<R: Residual + Copy>(residual: R, range: (f64, f64), formula: Formula<R>) {
    check_scalar::<f64, R>(residual, range, formula, 1e-11);
    check_scalar::<f32, R>(residual, range, formula, 2e-5);
}

fn check_scalar<T: Scalar + Dispatch, R: Residual + Copy>(
    residual: R,
    range: (f64, f64),
    formula: Formula<R>,
    tolerance: f64,
) {
    let mut rng = Rng::new(1);
    let points = random::<T>(R::Point::<T>::COUNT, range, &mut rng);
    let streams = random::<T>(R::Streams::<T>::COUNT, (-1.5, 1.5), &mut rng);
    let column = |rows: &[Vec<T>], point: usize| -> Vec<f64> { rows.iter().map(|row| row[point].to_f64()).collect() };
    for set in InstructionSet::ALL.into_iter().filter(|set| *set <= InstructionSet::widest()) {
        let kernel = Evaluate { residual: &residual, points: &points, streams: &streams };
        // SAFETY: the processor has the sets up to the widest.
        let values = unsafe { T::dispatch_to(set, kernel) };
        for point in 0..POINTS {
            let (x, u) = (column(&points, point), column(&streams, point));
            let name = format!("{} on {set} at {x:?}, {u:?}", R::NAME);
            compare(&values.residuals[point], &formula(&residual, &x, &u), tolerance, &name);
            let by_stream = differences(&u, |u| formula(&residual, &x, u));
            compare(&values.by_stream[point], &by_stream, tolerance.max(1e-8), &format!("∂ stream of {name}"));
            let mut varied = residual;
            let parameters: Vec<f64> = (0..R::TRAINABLE.len()).map(|index| *varied.parameter_mut(index)).collect();
            let by_parameter = differences(&parameters, |parameters| {
                parameters.iter().enumerate().for_each(|(index, value)| *varied.parameter_mut(index) = *value);
                formula(&varied, &x, &u)
            });
            compare(&values.by_parameter[point], &by_parameter, tolerance.max(1e-8), &format!("∂ parameter of {name}"));
        }
    }
}

/// Returns the derivatives of each result by each variable, one result after the other.
fn differences(variables: &[f64], mut function: impl FnMut(&[f64]) -> Vec<f64>) -> Vec<f64> {
    let step = 1e-3;
    let columns: Vec<Vec<f64>> = (0..variables.len())
        .map(|index| {
            let mut at = |offset: f64| {
                let mut moved = variables.to_vec();
                moved[index] += offset;
                function(&moved)
            };
            let samples = [at(step), at(-step), at(2.0 * step), at(-2.0 * step)];
            let [up, down, up_2, down_2] = &samples;
            (0..up.len()).map(|e| (8.0 * (up[e] - down[e]) - (up_2[e] - down_2[e])) / (12.0 * step)).collect()
        })
        .collect();
    let equations = columns.first().map_or(0, Vec::len);
    (0..equations).flat_map(|equation| columns.iter().map(move |column| column[equation])).collect()
}

#[track_caller]
fn compare(found: &[f64], expected: &[f64], tolerance: f64, name: &str) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found - expected).abs();
        assert!(error <= tolerance * (1.0 + expected.abs()), "{name}: {index}: {found}, expected {expected}");
    }
}
