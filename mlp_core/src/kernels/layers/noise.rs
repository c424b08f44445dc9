//! Random factors and offsets of noise layers, from a generator that counts.
//!
//! ```text
//! for each two features f, f + 1, and each sample s
//!   u, v = threefry(key, counter = (position of s in the batch, f / 2))    // 32 bits for each feature
//!   choice:  factor, offset = dropped if u < threshold else kept
//!   normal:  u gives a radius r = √(−ln u') and a sign, v an angle t from −¼π to ¼π and a sign
//!            z₀, z₁ = ± r (cos t − sin t), ± r (cos t + sin t)
//!   y = factor x + offset
//! ```
//!
//! The normal numbers are those of Box and Muller, `√2 r cos(¼π + t)` and `√2 r sin(¼π + t)` in one quarter of the circle;
//! the signs choose the quarter, so no angle is reduced.
//!
//! A number depends on the key, the sample and the feature alone: not on tiles, threads or the instruction set. Normal numbers
//! are computed in single precision and without fused multiply-add, so they have the same bits everywhere.
//!
//! Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3", 2011. Threefry-2x32 passes all tests of BigCrush
//! from 13 rounds on.

use core::ops::Range;

use super::unfused::Unfused;
use crate::kernels::dispatch::Kernel;
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

/// Normal numbers without their signs.
type Normals = [[f32; CHUNK]; 2];

/// Disturbs the values of a tile.
pub(super) struct Disturb<'a, T> {
    noise: Noise,
    key: NoiseKey,
    x: Tile<'a, T>,
    y: TileMut<'a, T>,
    factors: TileMut<'a, T>,
}

impl<'a, T: Copy> Disturb<'a, T> {
    /// # Panics
    /// If the tiles differ in size.
    pub(super) fn new(noise: Noise, key: NoiseKey, x: Tile<'a, T>, y: TileMut<'a, T>, factors: TileMut<'a, T>) -> Self {
        for (features, samples) in [(y.features(), y.samples()), (factors.features(), factors.samples())] {
            assert_eq!((x.features(), x.samples()), (features, samples), "size of a disturbed value");
        }
        Self { noise, key, x, y, factors }
    }

    /// Applies the noise to some samples of a feature.
    #[inline(always)]
    fn apply(&mut self, feature: usize, samples: Range<usize>, words: &[u32; CHUNK], normals: &[f32; CHUNK])
    where
        T: Real,
    {
        let x = &self.x.padded_feature(feature)[samples.clone()];
        let y = &mut self.y.padded_feature(feature)[samples.clone()];
        let factors = &mut self.factors.padded_feature(feature)[samples];
        let elements = x.iter().zip(y).zip(factors).zip(words);
        match self.noise {
            Noise::Choice { rate, dropped, kept } => {
                let threshold = (rate * 4_294_967_296.0) as u32;
                let [dropped, kept] = [dropped, kept].map(|pair| pair.map(T::nearest));
                let has_offset = [dropped[1], kept[1]] != [T::zero(); 2];
                for (((&x, y), target), &word) in elements {
                    let is_dropped = word < threshold;
                    let factor = if is_dropped { dropped[0] } else { kept[0] };
                    let offset = if is_dropped { dropped[1] } else { kept[1] };
                    *target = factor;
                    *y = if has_offset { x * factor + offset } else { x * factor };
                }
            }
            Noise::Normal { factor, offset } => {
                let (by_factor, by_offset) = (T::nearest(factor), T::nearest(offset));
                for ((((&x, y), target), &word), &normal) in elements.zip(normals) {
                    let normal = T::nearest(f64::from(f32::from_bits(normal.to_bits() ^ word << 31)));
                    let factor = T::one() + by_factor * normal;
                    *target = factor;
                    *y = x * factor + by_offset * normal;
                }
            }
        }
    }
}

// The registers hold normal numbers, which are in single precision for any scalar.
impl<T: Real> Kernel<f32> for Disturb<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = f32>>(mut self) {
        let (features, padded) = (self.x.features(), self.x.padded_samples());
        let (mut words, mut normals) = ([[0; CHUNK]; 2], [[0.0; CHUNK]; 2]);
        for first in (0..features).step_by(2) {
            for start in (0..padded).step_by(CHUNK) {
                let counter = [self.key.first.wrapping_add(start as u32), first as u32 / 2];
                draw(self.key.words, counter, &mut words);
                if let Noise::Normal { .. } = self.noise {
                    box_muller::<V>(&words, &mut normals);
                }
                for feature in first..features.min(first + 2) {
                    let half = feature - first;
                    self.apply(feature, start..(start + CHUNK).min(padded), &words[half], &normals[half]);
                }
            }
        }
    }
}

/// Computes the random bits of [`CHUNK`] samples from the counter on.
// Plain loops over integers. The compiler vectorizes them, because a kernel runs with the instruction set enabled.
#[inline(always)]
fn draw(key: [u32; 2], counter: [u32; 2], [first, second]: &mut Words) {
    for (sample, (first, second)) in first.iter_mut().zip(second).enumerate() {
        [*first, *second] = threefry(key, [counter[0].wrapping_add(sample as u32), counter[1]]);
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

/// Polynomials of the normal numbers, within 2e-6: `ln(1 + f) / f` for `½√2 ≤ 1 + f ≤ √2`, `sin t / t` and `cos t` in `t²` for
/// `|t| ≤ ¼π`. `tools/coefficients.py` prints them.
const LOGARITHM: [f32; 7] = [0.116578065, -0.1857384, 0.20525444, -0.24920337, 0.33313563, -0.50000876, 1.0000011];
const SINE: [f32; 3] = [0.008151506, -0.16662472, 0.99999857];
const COSINE: [f32; 4] = [-0.001358578, 0.041655015, -0.49999857, 1.0];

/// Computes normal numbers without their signs from random bits.
#[inline(always)]
fn box_muller<V: Vector<Scalar = f32>>(words: &Words, [first, second]: &mut Normals) {
    let [mut mantissas, mut exponents] = [[0.0; CHUNK]; 2];
    for sample in 0..CHUNK {
        // u' 2³¹ from ½ to 2³¹.
        let scaled = (words[0][sample] >> 1) as i32 as f32 + 0.5;
        [mantissas[sample], exponents[sample]] = split(scaled);
        second[sample] = (words[1][sample] as i32 >> 1) as f32 * (core::f32::consts::FRAC_PI_4 / 1_073_741_824.0);
    }
    for sample in (0..CHUNK).step_by(V::LANES) {
        // SAFETY: the chunk is a multiple of all registers.
        unsafe {
            let load = |values: &[f32; CHUNK]| Unfused::<V>::load(values.as_ptr().add(sample));
            let (f, n, t) = (load(&mantissas), load(&exponents), load(second));
            let square = n.mul(splat(core::f64::consts::LN_2)).sub(f.mul(math::polynomial(f, &LOGARITHM)));
            let (radius, angle) = (square.sqrt(), t.mul(t));
            let (sine, cosine) = (math::polynomial(angle, &SINE).mul(t), math::polynomial(angle, &COSINE));
            radius.mul(cosine.sub(sine)).store(first.as_mut_ptr().add(sample));
            radius.mul(cosine.add(sine)).store(second.as_mut_ptr().add(sample));
        }
    }
}

/// Returns `f` and `n` with `x = (1 + f) 2³¹⁻ⁿ` and `½√2 ≤ 1 + f < √2`.
#[inline(always)]
fn split(x: f32) -> [f32; 2] {
    let bits = x.to_bits() as i32;
    let exponent = (bits - core::f32::consts::FRAC_1_SQRT_2.to_bits() as i32) >> 23;
    [f32::from_bits((bits - (exponent << 23)) as u32) - 1.0, (31 - exponent) as f32]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::dispatch::Dispatch;
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
            let (x, factors) = (x.tile(3, count), factors.tile_mut(3, count));
            f32::dispatch(Disturb::new(noise, key, x, y.tile_mut(3, count), factors));
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

    /// Random bits and normal numbers of one key.
    struct Draw;

    impl Kernel<f32> for Draw {
        type Output = (Words, Normals);

        #[inline(always)]
        fn run<V: Vector<Scalar = f32>>(self) -> Self::Output {
            let (mut words, mut normals) = ([[0; CHUNK]; 2], [[0.0; CHUNK]; 2]);
            draw([3, 4], [0, 0], &mut words);
            words[0][..2].copy_from_slice(&[0, u32::MAX]);
            box_muller::<V>(&words, &mut normals);
            (words, normals)
        }
    }

    #[test]
    fn normal_numbers_have_the_same_bits_everywhere() {
        f32::dispatch_to_each(|| Draw, |set, (_, normals)| assert_eq!(hash(&normals), HASH, "{set}: {normals:?}"));
    }

    // √(−2 ln u') times the cosine and the sine of ¼π + t.
    #[test]
    fn normal_numbers_are_those_of_box_and_muller() {
        let (words, normals) = f32::dispatch(Draw);
        for sample in 0..CHUNK {
            let u = (f64::from(words[0][sample] >> 1) + 0.5) / 2_147_483_648.0;
            let v = f64::from(words[1][sample] as i32 >> 1) / 1_073_741_824.0;
            let (sine, cosine) = f64::sin_cos((1.0 + v) * core::f64::consts::FRAC_PI_4);
            for (found, exact) in [(normals[0][sample], cosine), (normals[1][sample], sine)] {
                let (found, exact) = (f64::from(found).powi(2), -2.0 * u.ln() * exact.powi(2));
                assert!((found - exact).abs() < 1e-5 * (1.0 + exact), "√{found}, not √{exact}, of {u} and {v}");
            }
        }
    }

    const HASH: u64 = 13_501_047_740_263_413_211;

    fn hash(normals: &Normals) -> u64 {
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
        for (limit, share) in
            [(0.1, 0.920_344_325_45), (1.0, 0.317_310_507_86), (2.0, 0.045_500_263_90), (3.0, 0.002_699_796_06)]
        {
            let beyond = numbers.iter().filter(|x| x.abs() > limit).count() as f64;
            let bound = 5.0 * f64::sqrt(count * share * (1.0 - share));
            assert!((beyond - count * share).abs() < bound, "{beyond} beyond {limit}, not {}", count * share);
        }
    }

    // Of two independent numbers a and b, products of powers have these means and variances.
    #[test]
    fn normal_numbers_of_neighbors_are_independent() {
        const NOISE: Noise = Noise::Normal { factor: 0.0, offset: 1.0 };
        let rows = disturbed::<f64>(NOISE, 60_000, 512);
        let features = rows.iter().map(|row| [row[0], row[1]]);
        let others = rows.iter().map(|row| [row[1], row[2]]);
        let samples = rows.windows(2).map(|pair| [pair[0][0], pair[1][0]]);
        for pairs in [features.collect::<Vec<_>>(), others.collect(), samples.collect()] {
            for (powers, truth, variance) in [([1, 1], 0.0, 1.0), ([2, 2], 1.0, 8.0), ([1, 2], 0.0, 3.0)] {
                let products = pairs.iter().map(|[a, b]| (a - 1.0).powi(powers[0]) * (b - 1.0).powi(powers[1]));
                let mean = products.sum::<f64>() / pairs.len() as f64;
                assert!((mean - truth).abs() < 5.0 * f64::sqrt(variance / pairs.len() as f64), "{powers:?}: {mean}");
            }
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
