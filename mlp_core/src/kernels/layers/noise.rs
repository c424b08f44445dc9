//! Random factors and offsets of noise layers, from a generator that counts.
//!
//! ```text
//! for each two features f, f + 1, and each sample s
//!   u, v = threefry(key, counter = (position of s in the batch, f / 2))    // 32 bits for each feature
//!   choice:  factor, offset = dropped if u < threshold else kept
//!   normal:  z₀, z₁ = √(−2 ln u) cos 2πv, √(−2 ln u) sin 2πv               // Box and Muller
//!   y = factor x + offset
//! ```
//!
//! A number depends on the key, the sample and the feature alone: not on tiles, threads or the instruction set. Normal numbers
//! are computed in single precision and without fused multiply-add, so they have the same bits everywhere.
//!
//! Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011. Threefry-2x32 passes all tests of BigCrush
//! from 13 rounds on.

use super::unfused::Unfused;
use crate::kernels::dispatch::{Dispatch, Kernel};
use crate::kernels::math;
use crate::kernels::vector::{Vector, splat};
use crate::random::NoiseKey;
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Distribution of the factor and the offset of a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noise {
    /// One of two pairs of factor and offset.
    Choice {
        /// Probability of `dropped`.
        rate: f64,
        /// Factor and offset with probability `rate`.
        dropped: [f64; 2],
        /// Factor and offset otherwise.
        kept: [f64; 2],
    },
    /// Factor `1 + factor · z` and offset `offset · z`, with a standard normal `z`.
    Normal {
        /// Standard deviation of the factor.
        factor: f64,
        /// Standard deviation of the offset.
        offset: f64,
    },
}

/// Number of samples whose random numbers are computed at a time.
const CHUNK: usize = 128;

/// Random bits of some samples and of two features.
type Words = [[u32; CHUNK]; 2];

pub(super) fn disturb<T: Real + Dispatch>(
    noise: Noise,
    key: NoiseKey,
    x: Tile<'_, T>,
    mut y: TileMut<'_, T>,
    mut factors: TileMut<'_, T>,
) {
    for (features, samples) in [(y.features(), y.samples()), (factors.features(), factors.samples())] {
        assert_eq!((x.features(), x.samples()), (features, samples), "size of a disturbed value");
    }
    let mut words = [[0; CHUNK]; 2];
    let mut normals = [[0.0; CHUNK]; 2];
    for first in (0..x.features()).step_by(2) {
        for start in (0..x.padded_samples()).step_by(CHUNK) {
            let counter = [key.first.wrapping_add(start as u32), first as u32 / 2];
            f32::dispatch(Draw { key: key.words, counter, words: &mut words });
            if let Noise::Normal { .. } = noise {
                f32::dispatch(BoxMuller { words: &words, normals: &mut normals });
            }
            let samples = start..(start + CHUNK).min(x.padded_samples());
            for feature in first..x.features().min(first + 2) {
                T::dispatch(Apply {
                    noise,
                    words: &words[feature - first],
                    normals: &normals[feature - first],
                    x: &x.padded_feature(feature)[samples.clone()],
                    y: &mut y.padded_feature(feature)[samples.clone()],
                    factors: &mut factors.padded_feature(feature)[samples.clone()],
                });
            }
        }
    }
}

/// Random bits of [`CHUNK`] samples from the counter on.
struct Draw<'a> {
    key: [u32; 2],
    counter: [u32; 2],
    words: &'a mut Words,
}

impl Kernel<f32> for Draw<'_> {
    type Output = ();

    // A plain loop over integers. The compiler vectorizes it, because a kernel runs with the instruction set enabled.
    #[inline(always)]
    fn run<V: Vector<Scalar = f32>>(self) {
        let [first, second] = self.words;
        for (sample, (first, second)) in first.iter_mut().zip(second).enumerate() {
            let counter = [self.counter[0].wrapping_add(sample as u32), self.counter[1]];
            [*first, *second] = threefry(self.key, counter);
        }
    }
}

/// Rounds of Threefry: the rotation of each, and the number of the addition of keys that follows.
// Written out, because the compiler does not vectorize a loop in a loop.
macro_rules! rounds {
    (($a:ident, $b:ident, $keys:ident) $($rotation:literal $(then $injection:literal)?,)*) => {$(
        $a = $a.wrapping_add($b);
        $b = $b.rotate_left($rotation) ^ $a;
        $(
            $a = $a.wrapping_add($keys[$injection % 3]);
            $b = $b.wrapping_add($keys[($injection + 1) % 3]).wrapping_add($injection);
        )?
    )*};
}

/// Returns Threefry-2x32 of 13 rounds: additions, rotations and exclusive or, with the key added after every fourth round.
#[inline(always)]
fn threefry(key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
    let keys = [key[0], key[1], 0x1BD1_1BDA ^ key[0] ^ key[1]];
    let (mut a, mut b) = (counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1]));
    rounds! {
        (a, b, keys) 13, 15, 26, 6 then 1, 17, 29, 16, 24 then 2, 13, 15, 26, 6 then 3, 17,
    }
    [a, b]
}

/// Normal numbers from random bits.
struct BoxMuller<'a> {
    words: &'a Words,
    normals: &'a mut [[f32; CHUNK]; 2],
}

impl Kernel<f32> for BoxMuller<'_> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = f32>>(self) {
        let [cosines, sines] = self.normals;
        // (u + ½) 2⁻³² in (0, 1], and the turns from −½ to ½.
        for ((value, turns), (&u, &v)) in
            cosines.iter_mut().zip(sines.iter_mut()).zip(self.words[0].iter().zip(&self.words[1]))
        {
            let (high, low) = ((u >> 16) as i32 as f32, (u & 0xFFFF) as i32 as f32);
            *value = (high * 65536.0 + (low + 0.5)) * (1.0 / 4_294_967_296.0);
            *turns = (v as i32) as f32 * (1.0 / 4_294_967_296.0);
        }
        for sample in (0..CHUNK).step_by(V::LANES) {
            // SAFETY: the chunk is a multiple of all registers.
            unsafe {
                let (value, turns) = (cosines.as_mut_ptr().add(sample), sines.as_mut_ptr().add(sample));
                let radius = Unfused::<V>::load(value);
                let radius = splat::<Unfused<V>>(0.0).max(math::ln(radius).mul(splat(-2.0))).sqrt();
                let angle = Unfused::<V>::load(turns);
                radius.mul(math::cos_of_turns(angle)).store(value);
                radius.mul(math::sin_of_turns(angle)).store(turns);
            }
        }
    }
}

/// Applies factors and offsets to some samples of a feature.
struct Apply<'a, T> {
    noise: Noise,
    words: &'a [u32; CHUNK],
    normals: &'a [f32; CHUNK],
    x: &'a [T],
    y: &'a mut [T],
    factors: &'a mut [T],
}

impl<T: Real> Kernel<T> for Apply<'_, T> {
    type Output = ();

    // Plain loops, as in `Draw`.
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let elements = self.x.iter().zip(self.y).zip(self.factors);
        match self.noise {
            Noise::Choice { rate, dropped, kept } => {
                let threshold = (rate * 4_294_967_296.0) as u32;
                let [dropped, kept] = [dropped, kept].map(|pair| pair.map(T::nearest));
                for (((&x, y), target), &word) in elements.zip(self.words) {
                    let is_dropped = word < threshold;
                    let factor = if is_dropped { dropped[0] } else { kept[0] };
                    let offset = if is_dropped { dropped[1] } else { kept[1] };
                    *target = factor;
                    *y = x * factor + offset;
                }
            }
            Noise::Normal { factor, offset } => {
                let (by_factor, by_offset) = (T::nearest(factor), T::nearest(offset));
                for (((&x, y), target), &normal) in elements.zip(self.normals) {
                    let normal = T::nearest(f64::from(normal));
                    let factor = T::one() + by_factor * normal;
                    *target = factor;
                    *y = x * factor + by_offset * normal;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::Buffer;

    /// Returns the same by a loop, for any number of rounds.
    fn reference(rounds: usize, key: [u32; 2], counter: [u32; 2]) -> [u32; 2] {
        const ROTATIONS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
        let keys = [key[0], key[1], 0x1BD1_1BDA ^ key[0] ^ key[1]];
        let (mut a, mut b) = (counter[0].wrapping_add(keys[0]), counter[1].wrapping_add(keys[1]));
        for round in 0..rounds {
            a = a.wrapping_add(b);
            b = b.rotate_left(ROTATIONS[round % 8]) ^ a;
            if round % 4 == 3 {
                let injection = round / 4 + 1;
                a = a.wrapping_add(keys[injection % 3]);
                b = b.wrapping_add(keys[(injection + 1) % 3]).wrapping_add(injection as u32);
            }
        }
        [a, b]
    }

    // From `kat_vectors` of Random123, which has 20 rounds.
    #[test]
    fn threefry_has_the_published_values() {
        for (counter, key, words) in [
            ([0, 0], [0, 0], [0x6b20_0159, 0x99ba_4efe]),
            ([u32::MAX; 2], [u32::MAX; 2], [0x1cb9_96fc, 0xbb00_2be7]),
            ([0x243f_6a88, 0x85a3_08d3], [0x1319_8a2e, 0x0370_7344], [0xc492_3a9c, 0x483d_f7a0]),
        ] {
            assert_eq!(reference(20, key, counter), words);
            assert_eq!(threefry(key, counter), reference(13, key, counter));
        }
    }

    /// Disturbs `samples` ones of three features, in tiles of `tile` samples, and returns the result sample by sample.
    fn disturbed<T: Real + Dispatch>(noise: Noise, samples: usize, tile: usize) -> Vec<[T; 3]> {
        let mut found = Vec::new();
        for first in (0..samples).step_by(tile) {
            let count = tile.min(samples - first);
            let [mut x, mut y, mut factors] = core::array::from_fn(|_| Buffer::<T>::new(3, count));
            x.tile_mut(3, count).fill(T::one());
            let key = NoiseKey { words: [1, 2], first: first as u32 };
            disturb(noise, key, x.tile(3, count), y.tile_mut(3, count), factors.tile_mut(3, count));
            let y = y.tile(3, count);
            found.extend((0..count).map(|sample| core::array::from_fn(|feature| y.feature(feature)[sample])));
        }
        found
    }

    const NORMAL: Noise = Noise::Normal { factor: 0.5, offset: 0.25 };
    const CHOICE: Noise = Noise::Choice { rate: 0.25, dropped: [0.0, 0.0], kept: [1.0, 0.0] };

    #[test]
    fn noise_does_not_depend_on_tiles_and_precision() {
        for noise in [NORMAL, CHOICE] {
            let whole = disturbed::<f32>(noise, 600, 600);
            for tile in [16, 48, 512] {
                assert!(disturbed::<f32>(noise, 600, tile) == whole, "{noise:?} in tiles of {tile}");
            }
            let double = disturbed::<f64>(noise, 600, 600);
            for (single, double) in whole.iter().flatten().zip(double.iter().flatten()) {
                assert!((f64::from(*single) - double).abs() < 1e-6, "{single} and {double}");
            }
        }
    }

    /// Normal numbers of one key.
    struct Normals;

    impl Kernel<f32> for Normals {
        type Output = [[f32; CHUNK]; 2];

        #[inline(always)]
        fn run<V: Vector<Scalar = f32>>(self) -> Self::Output {
            let (mut words, mut normals) = ([[0; CHUNK]; 2], [[0.0; CHUNK]; 2]);
            Draw { key: [3, 4], counter: [0, 0], words: &mut words }.run::<V>();
            BoxMuller { words: &words, normals: &mut normals }.run::<V>();
            normals
        }
    }

    #[test]
    fn normal_numbers_have_the_same_bits_everywhere() {
        f32::dispatch_to_each(|| Normals, |set, normals| assert_eq!(hash(&normals), HASH, "{set}: {normals:?}"));
    }

    const HASH: u64 = 1_413_261_884_569_956_464;

    fn hash(normals: &[[f32; CHUNK]; 2]) -> u64 {
        let bits = normals.iter().flatten().map(|value| u64::from(value.to_bits()));
        bits.fold(0xCBF2_9CE4_8422_2325, |hash, bits| (hash ^ bits).wrapping_mul(0x100_0000_01B3))
    }

    // The mean of n numbers with standard deviation s has the standard deviation s / √n; five of them happen in one case of
    // two million. The variances are those of the moments of a normal number, as in `random`.
    #[test]
    fn normal_numbers_have_the_moments_of_a_normal_distribution() {
        const NOISE: Noise = Noise::Normal { factor: 0.0, offset: 1.0 };
        let numbers: Vec<f64> =
            disturbed::<f64>(NOISE, 60_000, 512).iter().flatten().map(|value| value - 1.0).collect();
        let count = numbers.len() as f64;
        for (power, truth, variance) in [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0)] {
            let moment = numbers.iter().map(|x| x.powi(power)).sum::<f64>() / count;
            assert!((moment - truth).abs() < 5.0 * f64::sqrt(variance / count), "moment {power} is {moment}");
        }
        for (limit, share) in [(1.0, 0.317_310_507_86), (2.0, 0.045_500_263_90), (3.0, 0.002_699_796_06)] {
            let beyond = numbers.iter().filter(|x| x.abs() > limit).count() as f64;
            let bound = 5.0 * f64::sqrt(count * share * (1.0 - share));
            assert!((beyond - count * share).abs() < bound, "{beyond} beyond {limit}, not {}", count * share);
        }
    }

    #[test]
    fn choices_have_their_rate_and_are_independent() {
        let values = disturbed::<f32>(CHOICE, 60_000, 512);
        let (count, rate) = (values.len() as f64, 0.25);
        let bound = |share: f64| 5.0 * f64::sqrt(count * share * (1.0 - share));
        for feature in 0..3 {
            let dropped = values.iter().filter(|value| value[feature] == 0.0).count() as f64;
            assert!((dropped - count * rate).abs() < bound(rate), "{dropped} of {count} in feature {feature}");
            let other = (feature + 1) % 3;
            let both = values.iter().filter(|value| value[feature] == 0.0 && value[other] == 0.0).count() as f64;
            assert!((both - count * rate * rate).abs() < bound(rate * rate), "{both} of {count} in two features");
            let pairs =
                values.windows(2).filter(|pair| pair[0][feature] == 0.0 && pair[1][feature] == 0.0).count() as f64;
            assert!((pairs - count * rate * rate).abs() < bound(rate * rate), "{pairs} of {count} in neighbors");
        }
    }
}
