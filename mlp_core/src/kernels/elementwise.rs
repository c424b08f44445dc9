//! Loops over slices of equal length, register by register.

use super::dispatch::Kernel;
use super::math;
use super::parallel::Divide;
use super::vector::Vector;
use crate::scalar::Scalar;

/// `targets[..][i] = f(targets[..][i], source[i])` for all `i`, a register at a time. Of the last one, only the lanes inside
/// the slices are read and written.
///
/// The first target is what is trained. The others are its moments, which decay while gradients are zero, as a dead `relu`'s
/// are. Below the normal numbers, where a processor takes three times as long or more, they would never end, for rounding
/// keeps the smallest of all from shrinking; there they become zero.
#[inline(always)]
pub(crate) fn for_each_register<V: Vector<Scalar: Scalar>, const N: usize>(
    targets: [&mut [V::Scalar]; N],
    source: &[V::Scalar],
    f: impl Fn([V; N], V) -> [V; N],
) {
    let length = source.len();
    assert!(targets.iter().all(|target| target.len() == length), "slices of one length");
    let pointers = targets.map(|target| target.as_mut_ptr());
    let source = source.as_ptr();
    let whole = length - length % V::LANES;
    for i in (0..whole).step_by(V::LANES) {
        // SAFETY: `i + LANES <= length`, the length of all slices.
        unsafe {
            let values = pointers.map(|pointer| V::load(pointer.add(i)));
            let values = settled(f(values, V::load(source.add(i))));
            (0..N).for_each(|n| values[n].store(pointers[n].add(i)));
        }
    }
    let rest = length - whole;
    if rest > 0 {
        // SAFETY: `rest` elements from `whole` on are inside every slice.
        unsafe {
            let values = pointers.map(|pointer| V::load_first(pointer.add(whole), rest));
            let values = settled(f(values, V::load_first(source.add(whole), rest)));
            (0..N).for_each(|n| values[n].store_first(pointers[n].add(whole), rest));
        }
    }
}

/// The values, the moments among them without what lies below the normal numbers. A NaN stays.
#[inline(always)]
fn settled<V: Vector<Scalar: Scalar>, const N: usize>(mut values: [V; N]) -> [V; N] {
    let least = V::splat(num_traits::Float::min_positive_value());
    let zero = V::splat(num_traits::Zero::zero());
    for moment in values.iter_mut().skip(1) {
        *moment = least.sub(math::abs(*moment)).if_positive(zero, *moment);
    }
    values
}

/// Whether no element is infinite or NaN.
pub(crate) struct AllFinite<'a, T>(pub(crate) &'a [T]);

impl<T: Sync> Divide for AllFinite<'_, T> {
    fn work(&self) -> usize {
        self.0.len() * 8
    }

    fn length(&self) -> usize {
        self.0.len()
    }

    fn split_at(self, index: usize) -> (Self, Self) {
        let (first, second) = self.0.split_at(index);
        (Self(first), Self(second))
    }
}

impl<T: num_traits::Float> Kernel<T> for AllFinite<'_, T> {
    type Output = bool;

    // x · 0 is zero for a finite x and NaN for any other, and a sum keeps a NaN.
    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) -> bool {
        let zero = V::splat(T::zero());
        let (registers, rest) = self.0.split_at(self.0.len() - self.0.len() % V::LANES);
        let mut sum = zero;
        for register in registers.chunks_exact(V::LANES) {
            // SAFETY: a chunk is a whole register.
            sum = unsafe { V::load(register.as_ptr()) }.mul_add(zero, sum);
        }
        sum.sum() == T::zero() && rest.iter().all(|x| x.is_finite())
    }
}
