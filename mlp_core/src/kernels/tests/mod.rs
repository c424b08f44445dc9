//! Every kernel against a plain loop in `f64`: odd shapes, all registers, both scalars.

mod losses;
mod products;
mod slices;

use super::Dispatch;
use super::math::Elementary;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::tile::{Buffer, Tile};

/// Less than any block, odd, more than the columns that `product` packs at a time.
const FEATURES: [usize; 11] = [1, 2, 3, 5, 7, 10, 17, 33, 64, 100, 257];
/// Less than a register, a whole one, one more; the last two are padded by 0 and 4.
const SAMPLES: [usize; 8] = [1, 2, 15, 16, 17, 33, 128, 300];

/// Runs a check for both scalars.
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

/// The scalars as tests need them.
trait Number: Scalar + Dispatch + Elementary {}

impl<T: Scalar + Dispatch + Elementary> Number for T {}

/// Numbers from −1 to 1.
fn numbers<T: Scalar>(count: usize, seed: u64) -> Vec<T> {
    let mut rng = Rng::new(seed);
    (0..count).map(|_| T::from_f64(rng.uniform() * 2.0 - 1.0)).collect()
}

/// Samples of such numbers, with something else as padding.
fn samples<T: Scalar>(features: usize, samples: usize, seed: u64, padding: T) -> Buffer<T> {
    let mut buffer = Buffer::new(features, samples);
    let mut tile = buffer.tile_mut(features, samples);
    for (feature, numbers) in numbers(features * samples, seed).chunks(samples).enumerate() {
        tile.padded_feature(feature).fill(padding);
        tile.feature(feature).copy_from_slice(numbers);
    }
    buffer
}

/// Samples of nothing but NaN: what a kernel is to overwrite.
fn nothing<T: Scalar>(features: usize, samples: usize) -> Buffer<T> {
    let mut buffer = Buffer::new(features, samples);
    let mut tile = buffer.tile_mut(features, samples);
    (0..features).for_each(|feature| tile.padded_feature(feature).fill(T::nan()));
    buffer
}

/// One number of a tile.
fn at<T: Scalar>(tile: Tile<'_, T>, feature: usize, sample: usize) -> f64 {
    tile.feature(feature)[sample].to_f64()
}

/// A sum as it should be, and the sum of its terms' magnitudes, of which rounding errors are a small part.
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

    /// Each addition and each multiplication rounds once.
    fn check<T: Scalar>(&self, found: T, what: impl Fn() -> String) {
        let bound = 2.0 * self.terms as f64 * T::epsilon().to_f64() * self.magnitude;
        let error = (found.to_f64() - self.sum).abs();
        assert!(error <= bound, "{}: {found} is not {}", what(), self.sum);
    }
}
