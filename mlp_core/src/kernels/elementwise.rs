//! Loops over slices of equal length, register by register.

use super::dispatch::Kernel;
use super::parallel::Divide;
use super::vector::Vector;

/// `targets[..][i] = f(targets[..][i], source[i])` for all `i`, a register at a time. The last, partial register is
/// worked on in a copy.
#[inline(always)]
pub(crate) fn for_each_register<V: Vector, const N: usize>(
    targets: [&mut [V::Scalar]; N],
    source: &[V::Scalar],
    f: impl Fn([V; N], V) -> [V; N],
) where
    V::Scalar: num_traits::Zero,
{
    let length = source.len();
    assert!(targets.iter().all(|target| target.len() == length), "slices of one length");
    let pointers = targets.map(|target| target.as_mut_ptr());
    let source = source.as_ptr();
    let whole = length - length % V::LANES;
    for i in (0..whole).step_by(V::LANES) {
        // SAFETY: `i + LANES <= length`, the length of all slices.
        unsafe { update(pointers.map(|pointer| pointer.add(i)), source.add(i), &f) };
    }
    if whole < length {
        const MOST_LANES: usize = 16;
        assert!(V::LANES <= MOST_LANES);
        let rest = length - whole;
        let zero = <V::Scalar as num_traits::Zero>::zero();
        let mut copies = [[zero; MOST_LANES]; N];
        let mut operand = [zero; MOST_LANES];
        // SAFETY: `rest` elements from `whole` on are inside every slice, and the copies hold a whole register.
        unsafe {
            for (copy, pointer) in copies.iter_mut().zip(pointers) {
                core::ptr::copy_nonoverlapping(pointer.add(whole), copy.as_mut_ptr(), rest);
            }
            core::ptr::copy_nonoverlapping(source.add(whole), operand.as_mut_ptr(), rest);
            update(copies.each_mut().map(|copy| copy.as_mut_ptr()), operand.as_ptr(), &f);
            for (copy, pointer) in copies.iter().zip(pointers) {
                core::ptr::copy_nonoverlapping(copy.as_ptr(), pointer.add(whole), rest);
            }
        }
    }
}

/// One register of every slice.
///
/// # Safety
/// A whole register must be readable at `source`, readable and writable at each target.
#[inline(always)]
unsafe fn update<V: Vector, const N: usize>(
    targets: [*mut V::Scalar; N],
    source: *const V::Scalar,
    f: &impl Fn([V; N], V) -> [V; N],
) {
    // SAFETY: the caller's contract.
    unsafe {
        let operand = V::load(source);
        let mut values = [operand; N];
        for (value, target) in values.iter_mut().zip(targets) {
            *value = V::load(target);
        }
        for (value, target) in f(values, operand).into_iter().zip(targets) {
            value.store(target);
        }
    }
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
