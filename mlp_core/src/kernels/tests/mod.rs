//! Compares every kernel with a plain loop in `f64`: odd shapes, all instruction sets, both scalar types.

mod evaluation;
mod gemm;
mod gemv;
mod layers;
mod slices;
pub(crate) mod underflow;
mod weight_gradient;

use super::Dispatch;
use super::math::Elementary;
use crate::random::Rng;
use crate::real::Real;
use crate::tile::{Buffer, Tile};

/// Smaller than any block, odd, larger than `KC`.
const FEATURES: [usize; 11] = [1, 2, 3, 5, 7, 10, 17, 33, 64, 100, 257];
/// So few that outputs lie in the lanes; less than a register, a whole one, one more. The last two are padded by 0 and 4.
const SAMPLES: [usize; 9] = [1, 2, 7, 15, 16, 17, 33, 128, 300];

/// Generates tests of a check for both scalar types.
macro_rules! for_both_scalars {
    ($($check:ident)*) => {$(
        mod $check {
            #[test]
            fn single() {
                super::$check::<f32>();
            }
            #[test]
            fn double() {
                super::$check::<f64>();
            }
        }
    )*};
}
use for_both_scalars;

/// The bounds of the checks: `f32` and `f64`.
trait Element: Elementary + Dispatch {}

impl<T: Elementary + Dispatch> Element for T {}

/// Returns random values from −1 to 1.
fn random_values<T: Real>(count: usize, seed: u64) -> Vec<T> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| T::nearest(rng.uniform() * 2.0 - 1.0)).collect()
}

/// Returns random samples with the given padding.
fn random_samples<T: Real>(features: usize, samples: usize, seed: u64, padding: T) -> Buffer<T> {
    let mut buffer = Buffer::new(features, samples);
    let mut tile = buffer.tile_mut(features, samples);
    for (feature, values) in random_values(features * samples, seed).chunks(samples).enumerate() {
        tile.padded_feature(feature).fill(padding);
        tile.feature(feature).copy_from_slice(values);
    }
    buffer
}

/// Returns all combinations of inputs, outputs and samples.
fn shapes() -> impl Iterator<Item = (usize, usize, usize)> {
    let pairs = FEATURES.into_iter().flat_map(|inputs| FEATURES.map(|outputs| (inputs, outputs)));
    pairs.flat_map(|(inputs, outputs)| SAMPLES.map(|samples| (inputs, outputs, samples)))
}

/// Returns samples of NaN, which a kernel must overwrite.
fn nan_samples<T: Real>(features: usize, samples: usize) -> Buffer<T> {
    let mut buffer = Buffer::new(features, samples);
    let mut tile = buffer.tile_mut(features, samples);
    (0..features).for_each(|feature| tile.padded_feature(feature).fill(T::nan()));
    buffer
}

/// Returns an element of a tile.
fn at<T: Real>(tile: Tile<'_, T>, feature: usize, sample: usize) -> f64 {
    tile.feature(feature)[sample].widen()
}

/// An exact sum, and the magnitude of its terms, which bounds the rounding errors.
#[derive(Clone, Copy, Default)]
struct Exact {
    sum: f64,
    magnitude: f64,
    terms: usize,
}

impl Exact {
    fn add(&mut self, term: f64) {
        self.sum += term;
        self.magnitude += term.abs();
        self.terms += 1;
    }

    /// Checks a computed sum. Each addition and each multiplication may round once.
    fn check<T: Real>(&self, found: T, what: impl Fn() -> String) {
        let bound = 2.0 * self.terms as f64 * T::epsilon().widen() * self.magnitude;
        let error = (found.widen() - self.sum).abs();
        assert!(error <= bound, "{}: found {found}, expected {}", what(), self.sum);
    }
}

/// Returns a sum for each row and column.
fn each_of(rows: usize, columns: usize, f: impl Fn(usize, usize) -> Exact) -> Vec<Exact> {
    (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(row, column)| f(row, column))
        .collect()
}
