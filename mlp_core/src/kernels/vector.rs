//! One register of neighboring samples, and the instruction sets that provide it.

use crate::scalar::Scalar;
use crate::tile::LANES;

/// How many rows and columns of a matrix are turned round at once.
pub(crate) const SQUARE: usize = 4;

/// A register of [`LANES`](Vector::LANES) scalars.
///
/// The kernels are written once against this trait. Each instruction set implements it, in its own file, by the
/// intrinsics of the same name; they become single instructions because a kernel is compiled inside a function that
/// enables the instruction set (`dispatch`).
pub trait Vector: Copy {
    /// What one lane holds.
    type Scalar: Copy;
    /// A register of half as many lanes for what would fill no whole one, or the same if there is none.
    type Half: Vector<Scalar = Self::Scalar>;
    /// How many scalars one register holds.
    const LANES: usize;
    /// How many outputs and how many registers of samples a block of the product covers. Their product, plus
    /// one row of inputs and one weight, is to fit the register file.
    const BLOCK: (usize, usize);
    /// How many outputs and how many inputs a block of the weight gradient covers.
    const GRADIENT_BLOCK: (usize, usize);

    /// The same scalar in every lane.
    fn splat(value: Self::Scalar) -> Self;
    /// Reads `LANES` scalars, at any alignment.
    ///
    /// # Safety
    /// `LANES` scalars must be readable at `source`.
    unsafe fn load(source: *const Self::Scalar) -> Self;
    /// Writes `LANES` scalars, at any alignment.
    ///
    /// # Safety
    /// `LANES` scalars must be writable at `target`.
    unsafe fn store(self, target: *mut Self::Scalar);
    /// `self + other`
    fn add(self, other: Self) -> Self;
    /// `self - other`
    fn sub(self, other: Self) -> Self;
    /// `self * other`
    fn mul(self, other: Self) -> Self;
    /// `self / other`
    fn div(self, other: Self) -> Self;
    /// `self * factor + term`, rounded once where the instruction set can.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// `if self > other { self } else { other }`: a NaN in `other` passes through.
    fn max(self, other: Self) -> Self;
    /// `if self < other { self } else { other }`: a NaN in `other` passes through.
    fn min(self, other: Self) -> Self;
    /// `√self`
    fn sqrt(self) -> Self;
    /// `if self > 0 { yes } else { no }`, lane by lane.
    fn if_positive(self, yes: Self, no: Self) -> Self;
    /// The bit pattern moved left by the width of the mantissa: what lies in the lowest bits becomes the exponent.
    fn low_bits_to_exponent(self) -> Self;
    /// The sum of all lanes.
    fn sum(self) -> Self::Scalar;

    /// Reads the first `count` lanes; the others are zero.
    ///
    /// # Safety
    /// `count` scalars must be readable at `source`, and `count` at most `LANES`.
    #[inline(always)]
    unsafe fn load_first(source: *const Self::Scalar, count: usize) -> Self
    where
        Self::Scalar: Scalar,
    {
        // SAFETY: the caller's contract.
        unsafe { Self::load_fresh(source, count) }
    }

    /// The same, of what was written a moment ago. A masked load would wait until it has left for the cache, while copies
    /// of known lengths stay in registers.
    ///
    /// # Safety
    /// As [`load_first`](Vector::load_first).
    #[inline(always)]
    unsafe fn load_fresh(source: *const Self::Scalar, count: usize) -> Self
    where
        Self::Scalar: Scalar,
    {
        let mut lanes = [<Self::Scalar as num_traits::Zero>::zero(); LANES];
        // SAFETY: the caller's contract, and no register is wider than the array.
        unsafe {
            if count == Self::LANES {
                return Self::load(source);
            }
            core::ptr::copy_nonoverlapping(source, lanes.as_mut_ptr(), count);
            Self::load(lanes.as_ptr())
        }
    }

    /// Writes the first `count` lanes, by no masked store, since from one nothing can be read before it is in the cache.
    ///
    /// # Safety
    /// `count` scalars must be writable at `target`, and `count` at most `LANES`.
    #[inline(always)]
    unsafe fn store_first(self, target: *mut Self::Scalar, count: usize)
    where
        Self::Scalar: Scalar,
    {
        let mut lanes = [<Self::Scalar as num_traits::Zero>::zero(); LANES];
        // SAFETY: the caller's contract, and no register is wider than the array.
        unsafe {
            if count == Self::LANES {
                return self.store(target);
            }
            self.store(lanes.as_mut_ptr());
            core::ptr::copy_nonoverlapping(lanes.as_ptr(), target, count);
        }
    }

    /// The sums of four vectors, which together cost less than four sums.
    #[inline(always)]
    fn sum_each(vectors: [Self; 4]) -> [Self::Scalar; 4] {
        let [a, b, c, d] = vectors;
        [a.sum(), b.sum(), c.sum(), d.sum()]
    }

    /// Copies a square of four by four scalars, rows to columns.
    ///
    /// # Safety
    /// Four rows of four scalars, `from_stride` apart, must be readable at `from`, and as many, `to_stride` apart,
    /// writable at `to`, which is elsewhere.
    #[inline(always)]
    unsafe fn turn_square(from: *const Self::Scalar, from_stride: usize, to: *mut Self::Scalar, to_stride: usize) {
        for (row, column) in (0..SQUARE).flat_map(|row| (0..SQUARE).map(move |column| (row, column))) {
            // SAFETY: the caller's contract.
            unsafe { *to.add(column * to_stride + row) = *from.add(row * from_stride + column) };
        }
    }

    /// 0, 1, 2, …: each lane's own number.
    #[inline(always)]
    fn lane_numbers() -> Self
    where
        Self::Scalar: Scalar,
    {
        let numbers: [Self::Scalar; LANES] = core::array::from_fn(|lane| Self::Scalar::from_f64(lane as f64));
        const { assert!(Self::LANES <= LANES) };
        // SAFETY: no register is wider than the array.
        unsafe { Self::load(numbers.as_ptr()) }
    }
}

/// The scalar nearest to a double in every lane.
#[inline(always)]
pub(crate) fn splat<V: Vector<Scalar: Scalar>>(value: f64) -> V {
    V::splat(V::Scalar::from_f64(value))
}
