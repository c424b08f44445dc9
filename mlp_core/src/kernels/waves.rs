//! Sine and cosine of phases in turns, with their derivatives.
//!
//! ```text
//! waves:   s, c = sin 2πz, cos 2πz
//! orders:  s,  2πc, −4π²s, −8π³c      of the sine
//!          c, −2πs, −4π²c,  8π³s      of the cosine
//! ```

use core::f64::consts::TAU;

use super::dispatch::{Dispatch as _, Kernel};
use super::math::{Elementary, cos_of_turns, sin_of_turns};
use super::parallel::{Split, run};
use super::vector::{Vector, splat};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Sines and cosines of phases in turns, for one scalar type.
pub trait WaveKernels: Sized {
    /// Sets the phases in turns of the harmonics 1, 2, … of each feature of `x`: multiples of the distance from the nearest
    /// multiple of the period, in periods. The harmonics of a feature follow each other. Padding is included.
    ///
    /// # Panics
    /// If the sizes do not go together.
    fn phases(x: Tile<'_, Self>, period: f64, z: TileMut<'_, Self>);
    /// Replaces the gradient `ds` with respect to `sin 2πz` by that with respect to `z`, given the gradient `dc` with respect to
    /// `cos 2πz`: `2π (cos 2πz ds − sin 2πz dc)`. Padding is included.
    ///
    /// # Panics
    /// If the tiles differ in size.
    fn waves_backward(waves: [Tile<'_, Self>; 2], dc: Tile<'_, Self>, ds: TileMut<'_, Self>);
    /// Replaces phases `z` by `sin 2πz`, and sets `cosines` to `cos 2πz`. Padding is included.
    ///
    /// # Panics
    /// If the tiles differ in size.
    fn waves(phases: TileMut<'_, Self>, cosines: TileMut<'_, Self>);
    /// Computes `sin 2πz` and its first three derivatives, padding included.
    ///
    /// # Panics
    /// If the tiles differ in size.
    fn sine_orders(z: Tile<'_, Self>, values: [TileMut<'_, Self>; 4]);
    /// Computes `cos 2πz` and its first three derivatives, padding included.
    ///
    /// # Panics
    /// If the tiles differ in size.
    fn cosine_orders(z: Tile<'_, Self>, values: [TileMut<'_, Self>; 4]);
}

macro_rules! wave_kernels {
    ($($scalar:ty),*) => {$(
        impl WaveKernels for $scalar {
            fn phases(x: Tile<'_, Self>, period: f64, z: TileMut<'_, Self>) {
                Self::dispatch(Phases { x, period: period as Self, z });
            }
            fn waves_backward(waves: [Tile<'_, Self>; 2], dc: Tile<'_, Self>, ds: TileMut<'_, Self>) {
                Self::dispatch(WavesBackward { waves, dc, ds });
            }
            fn waves(phases: TileMut<'_, Self>, cosines: TileMut<'_, Self>) {
                run::<Self, _>(Waves { phases, cosines });
            }
            fn sine_orders(z: Tile<'_, Self>, values: [TileMut<'_, Self>; 4]) {
                run::<Self, _>(Orders::<_, false> { z, values });
            }
            fn cosine_orders(z: Tile<'_, Self>, values: [TileMut<'_, Self>; 4]) {
                run::<Self, _>(Orders::<_, true> { z, values });
            }
        }
    )*};
}

wave_kernels!(f32, f64);

/// Returns the distance in periods from the nearest multiple of a period. It is exact for an exact quotient, so it is the same
/// one period further.
#[inline(always)]
pub(crate) fn phase<V: Vector<Scalar: Elementary>>(x: V, period: V) -> V {
    let zero = splat::<V>(0.0);
    let round = V::splat(V::Scalar::ROUND);
    let periods = x.div(period);
    let nearest = periods.add(round).sub(round);
    // From the limit on, all scalars are integers, and the sum does not round to one.
    let limit = V::splat(V::Scalar::INTEGERS * V::Scalar::nearest(0.25));
    limit.sub(periods.max(zero.sub(periods))).select_positive(periods.sub(nearest), periods.mul(zero))
}

struct Phases<'a, T> {
    x: Tile<'a, T>,
    period: T,
    z: TileMut<'a, T>,
}

impl<T: Elementary> Kernel<T> for Phases<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { x, period, mut z } = self;
        let (period, harmonics) = (V::splat(period), z.features() / x.features().max(1));
        for feature in 0..x.features() {
            let x = x.padded_feature(feature);
            for (sample, x) in x.chunks_exact(V::LANES).enumerate() {
                // SAFETY: the chunk is a whole register.
                let phase = phase(unsafe { V::load(x.as_ptr()) }, period);
                for harmonic in 0..harmonics {
                    let row = z.padded_feature(feature * harmonics + harmonic);
                    let target = &mut row[sample * V::LANES..][..V::LANES];
                    // SAFETY: the slice is a whole register.
                    unsafe { splat::<V>((harmonic + 1) as f64).mul(phase).store(target.as_mut_ptr()) };
                }
            }
        }
    }
}

struct WavesBackward<'a, T> {
    waves: [Tile<'a, T>; 2],
    dc: Tile<'a, T>,
    ds: TileMut<'a, T>,
}

impl<T: Real> Kernel<T> for WavesBackward<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { waves: [sines, cosines], dc, mut ds } = self;
        let turn = splat::<V>(TAU);
        for feature in 0..ds.features() {
            let [sine, cosine, dc] = [sines, cosines, dc].map(|tile| tile.padded_feature(feature));
            let ds = ds.padded_feature(feature);
            assert!([sine.len(), cosine.len(), dc.len()] == [ds.len(); 3], "samples of waves");
            for sample in (0..ds.len()).step_by(V::LANES) {
                // SAFETY: rows are padded to whole registers, and the lengths are compared above.
                unsafe {
                    let of_cosine = V::load(sine.as_ptr().add(sample)).mul(V::load(dc.as_ptr().add(sample)));
                    let of_sine = V::load(cosine.as_ptr().add(sample)).mul(V::load(ds.as_ptr().add(sample)));
                    let dz = of_sine.sub(of_cosine);
                    turn.mul(dz).store(ds.as_mut_ptr().add(sample));
                }
            }
        }
    }
}

/// Cost of an element, in multiply-adds.
const WORK: usize = 32;

struct Waves<'a, T> {
    phases: TileMut<'a, T>,
    cosines: TileMut<'a, T>,
}

impl<T: Real> Split for Waves<'_, T> {
    fn work(&self) -> usize {
        self.phases.features() * self.phases.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.phases.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (phases, other_phases) = self.phases.split_at(feature);
        let (cosines, other_cosines) = self.cosines.split_at(feature);
        (Self { phases, cosines }, Self { phases: other_phases, cosines: other_cosines })
    }
}

impl<T: Elementary> Kernel<T> for Waves<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(mut self) {
        assert_eq!(self.phases.features(), self.cosines.features(), "features of waves");
        for feature in 0..self.phases.features() {
            let (phases, cosines) = (self.phases.padded_feature(feature), self.cosines.padded_feature(feature));
            assert_eq!(phases.len(), cosines.len(), "samples of waves");
            for (phase, cosine) in phases.chunks_exact_mut(V::LANES).zip(cosines.chunks_exact_mut(V::LANES)) {
                // SAFETY: each chunk is a whole register.
                unsafe {
                    let z = V::load(phase.as_ptr());
                    sin_of_turns(z).store(phase.as_mut_ptr());
                    cos_of_turns(z).store(cosine.as_mut_ptr());
                }
            }
        }
    }
}

struct Orders<'a, T, const COSINE: bool> {
    z: Tile<'a, T>,
    values: [TileMut<'a, T>; 4],
}

impl<T: Real, const COSINE: bool> Split for Orders<'_, T, COSINE> {
    fn work(&self) -> usize {
        self.z.features() * self.z.padded_samples() * WORK
    }

    fn length(&self) -> usize {
        self.z.features()
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        let (z, other) = self.z.split_at(feature);
        let [a, b, c, d] = self.values.map(|values| values.split_at(feature));
        (Self { z, values: [a.0, b.0, c.0, d.0] }, Self { z: other, values: [a.1, b.1, c.1, d.1] })
    }
}

impl<T: Elementary, const COSINE: bool> Kernel<T> for Orders<'_, T, COSINE> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { z, mut values } = self;
        for feature in 0..z.features() {
            let z = z.padded_feature(feature);
            let [value, first, second, third] = values.each_mut().map(|values| values.padded_feature(feature));
            for target in [&value, &first, &second, &third] {
                assert_eq!(target.len(), z.len(), "samples of waves");
            }
            for sample in (0..z.len()).step_by(V::LANES) {
                // SAFETY: rows are padded to whole registers, and the lengths are compared above.
                unsafe {
                    let orders = orders::<V, COSINE>(V::load(z.as_ptr().add(sample)));
                    for (target, order) in [&mut *value, &mut *first, &mut *second, &mut *third].into_iter().zip(orders)
                    {
                        order.store(target.as_mut_ptr().add(sample));
                    }
                }
            }
        }
    }
}

/// Returns the sine or the cosine of `z` turns, and its first three derivatives.
#[inline(always)]
fn orders<V: Vector<Scalar: Elementary>, const COSINE: bool>(z: V) -> [V; 4] {
    let (sin, cos) = (sin_of_turns(z), cos_of_turns(z));
    let (value, quarter) = if COSINE { (cos, sin.mul(splat(-1.0))) } else { (sin, cos) };
    [value, quarter.mul(splat(TAU)), value.mul(splat(-TAU * TAU)), quarter.mul(splat(-TAU * TAU * TAU))]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Dispatch;
    use crate::tile::Buffer;

    const SAMPLES: usize = 21;

    /// Fills a tile, padding included, by a function of feature and sample.
    fn tile<T: Real>(features: usize, value: impl Fn(usize, usize) -> f64) -> Buffer<T> {
        let mut buffer = Buffer::new(features, SAMPLES);
        let mut tile = buffer.tile_mut(features, SAMPLES);
        for feature in 0..features {
            let values = tile.padded_feature(feature).iter_mut().enumerate();
            values.for_each(|(sample, x)| *x = T::nearest(value(feature, sample)));
        }
        buffer
    }

    /// The phases of a tile, and a gradient with respect to phases, which own their results.
    struct Both<'a, T> {
        x: Tile<'a, T>,
        gradients: [Tile<'a, T>; 4],
        harmonics: usize,
    }

    impl<T: Elementary> Kernel<T> for Both<'_, T> {
        type Output = (Buffer<T>, Buffer<T>);

        #[inline(always)]
        fn run<V: Vector<Scalar = T>>(self) -> Self::Output {
            let Self { x, gradients: [sines, cosines, dc, ds], harmonics } = self;
            let waves = x.features() * harmonics;
            let (mut z, mut dz) = (Buffer::new(waves, SAMPLES), Buffer::new(ds.features(), SAMPLES));
            Phases { x, period: T::nearest(0.7), z: z.tile_mut(waves, SAMPLES) }.run::<V>();
            dz.tile_mut(ds.features(), SAMPLES).copy_from(ds);
            WavesBackward { waves: [sines, cosines], dc, ds: dz.tile_mut(ds.features(), SAMPLES) }.run::<V>();
            (z, dz)
        }
    }

    fn check<T: Elementary + Dispatch>(features: usize, harmonics: usize) {
        let special = [0.35, -0.35, 1e30, -1e30, f64::NAN, f64::INFINITY];
        let x = tile::<T>(features, |feature, sample| match special.get(sample) {
            Some(&value) => value,
            None => (sample as f64 - 9.3) * (feature + 1) as f64 * 0.37,
        });
        let gradients =
            [0.3, 0.7, 1.1, 1.9].map(|step| tile::<T>(features, |row, column| ((row + column) as f64 * step).sin()));
        let x = x.tile(features, SAMPLES);
        let tiles = [0, 1, 2, 3].map(|index| gradients[index].tile(features, SAMPLES));
        let both = || Both { x, gradients: tiles, harmonics };
        T::dispatch_to_each(both, |set, (z, dz)| {
            let (z, dz) = (z.tile(features * harmonics, SAMPLES), dz.tile(features, SAMPLES));
            for (feature, sample) in (0..features).flat_map(|feature| (0..SAMPLES).map(move |sample| (feature, sample)))
            {
                let at = |tile: Tile<'_, T>, row: usize| tile.feature(row)[sample];
                let periods = (at(x, feature) / T::nearest(0.7)).widen();
                let is_small = periods.abs() < 1e6;
                let phase = T::nearest(if is_small { periods - periods.round_ties_even() } else { periods * 0.0 });
                for harmonic in 0..harmonics {
                    let found = at(z, feature * harmonics + harmonic);
                    let expected = T::nearest((harmonic + 1) as f64) * phase;
                    assert!(found == expected || found.is_nan() && expected.is_nan(), "{set}: {found:?}, {expected:?}");
                }
                let [sine, cosine, dc, ds] = tiles.map(|tile| at(tile, feature));
                assert_eq!(at(dz, feature), T::nearest(TAU) * (cosine * ds - sine * dc), "{set}");
            }
        });
    }

    #[test]
    fn phases_and_their_gradients_are_those_of_the_formulas() {
        for (features, harmonics) in [(1, 1), (1, 3), (2, 4), (5, 2)] {
            check::<f32>(features, harmonics);
            check::<f64>(features, harmonics);
        }
    }
}
