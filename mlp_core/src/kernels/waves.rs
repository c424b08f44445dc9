//! Sine and cosine of phases in turns, with their derivatives.
//!
//! ```text
//! waves:   s, c = sin 2πz, cos 2πz
//! orders:  s,  2πc, −4π²s, −8π³c      of the sine
//!          c, −2πs, −4π²c,  8π³s      of the cosine
//! ```

use core::f64::consts::TAU;

use super::dispatch::Kernel;
use super::math::{Elementary, cos_of_turns, sin_of_turns};
use super::parallel::{Split, run};
use super::vector::{Vector, splat};
use crate::real::Real;
use crate::tile::{Tile, TileMut};

/// Sines and cosines of phases in turns, for one scalar type.
pub trait WaveKernels: Sized {
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
