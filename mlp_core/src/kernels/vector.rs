//! One SIMD register: the trait that every instruction set implements.

use core::mem::MaybeUninit;

use super::dispatch::Kernel;
use crate::real::Real;
use crate::tile::LANES;

/// Columns of the matrix that [`Vector::transpose`] transposes.
pub(crate) const COLUMNS: usize = 4;

/// A SIMD register of [`LANES`](Vector::LANES) scalars.
///
/// The kernels are written once against this trait. Each instruction set implements it in a file of its own, one
/// intrinsic per method. The intrinsics become single instructions because `dispatch` compiles each kernel inside a
/// function that enables the instruction set.
///
/// Kernels trust its sizes, so that a safe implementation does not compile:
///
/// ```compile_fail,E0200
/// #[derive(Clone, Copy)]
/// struct Wide([f32; 64]);
///
/// impl mlp_core::kernels::Vector for Wide {}
/// ```
///
/// # Safety
/// `load` and `store` must access exactly `LANES` scalars, and `LANES` must be at most 16, the size of the kernels' arrays.
pub unsafe trait Vector: Copy {
    /// Type of one lane.
    type Scalar: Copy;
    /// A register of half as many lanes, for short vectors. The same register where the set has no narrower one.
    type Half: Vector<Scalar = Self::Scalar>;
    /// Number of scalars in a register.
    const LANES: usize;
    /// Outputs (rows of the matrix) of a gemm micro-kernel. It holds `MR · NR` accumulators; with one register of
    /// samples per `NR` and one of a weight, they must fit the register file.
    const MR: usize;
    /// Registers of samples of a gemm micro-kernel.
    const NR: usize;
    /// Outputs of a micro-kernel of the weight gradient.
    const GRADIENT_MR: usize;
    /// Inputs of a micro-kernel of the weight gradient.
    const GRADIENT_NR: usize;

    /// Returns a register with `value` in every lane.
    fn splat(value: Self::Scalar) -> Self;
    /// Reads `LANES` scalars at any alignment.
    ///
    /// # Safety
    /// `LANES` scalars must be readable at `source`.
    unsafe fn load(source: *const Self::Scalar) -> Self;
    /// Writes `LANES` scalars at any alignment.
    ///
    /// # Safety
    /// `LANES` scalars must be writable at `target`.
    unsafe fn store(self, target: *mut Self::Scalar);
    /// Returns `self + other`.
    fn add(self, other: Self) -> Self;
    /// Returns `self - other`.
    fn sub(self, other: Self) -> Self;
    /// Returns `self * other`.
    fn mul(self, other: Self) -> Self;
    /// Returns `self / other`.
    fn div(self, other: Self) -> Self;
    /// Returns `self * factor + term`, rounded once if the instruction set has a fused multiply-add.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// Returns `if self > other { self } else { other }`. A NaN in `other` propagates.
    fn max(self, other: Self) -> Self;
    /// Returns `if self < other { self } else { other }`. A NaN in `other` propagates.
    fn min(self, other: Self) -> Self;
    /// Returns `√self`.
    fn sqrt(self) -> Self;
    /// Returns `if self > 0 { yes } else { no }`, lane by lane.
    fn select_positive(self, yes: Self, no: Self) -> Self;
    /// Shifts the bit pattern left by the width of the mantissa, so that the lowest bits become the exponent.
    fn low_bits_to_exponent(self) -> Self;
    /// Returns `2ᵐ` plus the biased exponent of a positive scalar with `m` bits of mantissa: the bit pattern, shifted right
    /// by `m`, in the low bits of `2ᵐ`.
    fn exponent_to_low_bits(self) -> Self;
    /// Returns the sum of all lanes.
    fn sum(self) -> Self::Scalar;

    /// Returns `m` and `n` with `m 2ⁿ = self` and `¾ ≤ m < 1½`, if the instruction set has instructions for it. `n` is −∞ for
    /// zero and ∞ for infinity; `m` is NaN for NaN and negative scalars.
    #[inline(always)]
    fn mantissa_and_exponent(self) -> Option<(Self, Self)> {
        None
    }

    /// Returns `√self` with the bits of [`sqrt`](Vector::sqrt), for zero and normal `self`. The root of infinity may be that of
    /// the largest scalar. Where the divider is slow, it is computed by multiply-adds, for code that divides too.
    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    /// Returns zero in each lane that is subnormal, and the other lanes, NaN among them, as they are.
    #[inline(always)]
    fn flush_subnormals(self) -> Self
    where
        Self::Scalar: Real,
    {
        self.flush_below(Self::splat(num_traits::Float::min_positive_value()))
    }

    /// Returns zero in each lane whose magnitude is below `min`, and the other lanes, NaN among them, as they are.
    #[inline(always)]
    fn flush_below(self, min: Self) -> Self
    where
        Self::Scalar: Real,
    {
        let zero = splat::<Self>(0.0);
        min.sub(self.max(zero.sub(self))).select_positive(zero, self)
    }

    /// Returns the square of each lane, or zero where its magnitude is below `min`.
    #[inline(always)]
    fn square_or_zero_below(self, min: Self) -> Self
    where
        Self::Scalar: Real,
    {
        let large = self.flush_below(min);
        large.mul(large)
    }

    /// Returns `self` in the lanes where `mask` is positive, and zero in the others.
    #[inline(always)]
    fn where_positive(self, mask: Self) -> Self
    where
        Self::Scalar: Real,
    {
        mask.select_positive(self, splat(0.0))
    }

    /// Reads the first `count` lanes and sets the others to zero.
    ///
    /// # Safety
    /// `count` scalars must be readable at `source`, and `count` must be at most `LANES`.
    #[inline(always)]
    unsafe fn load_partial(source: *const Self::Scalar, count: usize) -> Self
    where
        Self::Scalar: Real,
    {
        // SAFETY: the caller's contract.
        unsafe { Self::load_partial_by_copy(source, count) }
    }

    /// Does the same as [`load_partial`](Vector::load_partial), without a masked load.
    ///
    /// It is faster for scalars that were just written: a masked load waits until they have left the store buffer, while
    /// copies of a constant length stay in registers.
    ///
    /// # Safety
    /// The same as for [`load_partial`](Vector::load_partial).
    #[inline(always)]
    unsafe fn load_partial_by_copy(source: *const Self::Scalar, count: usize) -> Self
    where
        Self::Scalar: Real,
    {
        // An array of zeros would be a loop with `opt-level = "z"`.
        let mut lanes = MaybeUninit::<[Self::Scalar; LANES]>::uninit();
        let lanes = lanes.as_mut_ptr().cast::<Self::Scalar>();
        // SAFETY: the caller's contract. The array is `LANES` long, at least as long as any register.
        unsafe {
            if count == Self::LANES {
                return Self::load(source);
            }
            splat::<Self>(0.0).store(lanes);
            core::ptr::copy_nonoverlapping(source, lanes, count);
            Self::load(lanes)
        }
    }

    /// Writes the first `count` lanes. It uses no masked store, because a load would have to wait for it.
    ///
    /// # Safety
    /// `count` scalars must be writable at `target`, and `count` must be at most `LANES`.
    #[inline(always)]
    unsafe fn store_partial(self, target: *mut Self::Scalar, count: usize)
    where
        Self::Scalar: Real,
    {
        let mut lanes = MaybeUninit::<[Self::Scalar; LANES]>::uninit();
        let lanes = lanes.as_mut_ptr().cast::<Self::Scalar>();
        // SAFETY: the caller's contract. The array is `LANES` long, at least as long as any register.
        unsafe {
            if count == Self::LANES {
                return self.store(target);
            }
            self.store(lanes);
            core::ptr::copy_nonoverlapping(lanes, target, count);
        }
    }

    /// Does the same as [`store_partial`](Vector::store_partial), for scalars that nothing loads soon.
    ///
    /// # Safety
    /// The same as for [`store_partial`](Vector::store_partial).
    #[inline(always)]
    unsafe fn store_masked(self, target: *mut Self::Scalar, count: usize)
    where
        Self::Scalar: Real,
    {
        // SAFETY: the caller's contract.
        unsafe { self.store_partial(target, count) }
    }

    /// Returns the sums of four registers. Together they cost less than four calls of [`sum`](Vector::sum).
    #[inline(always)]
    fn sum_each(vectors: [Self; 4]) -> [Self::Scalar; 4] {
        let [a, b, c, d] = vectors;
        [a.sum(), b.sum(), c.sum(), d.sum()]
    }

    /// Copies a matrix of `LANES` rows and 4 columns, and transposes it.
    ///
    /// # Safety
    /// `LANES` rows of 4 scalars, `from_stride` apart, must be readable at `from`. 4 rows of `LANES` scalars,
    /// `to_stride` apart, must be writable at `to`. The two must not overlap.
    #[inline(always)]
    unsafe fn transpose(from: *const Self::Scalar, from_stride: usize, to: *mut Self::Scalar, to_stride: usize) {
        for (row, column) in (0..Self::LANES).flat_map(|row| (0..COLUMNS).map(move |column| (row, column))) {
            // SAFETY: the caller's contract.
            unsafe { *to.add(column * to_stride + row) = *from.add(row * from_stride + column) };
        }
    }

    /// Runs a kernel in a function of its own, compiled for the instruction set of this register.
    #[inline(never)]
    fn call<K: Kernel<Self::Scalar>>(kernel: K) -> K::Output {
        kernel.run::<Self>()
    }

    /// Returns `0, 1, 2, …`: the index of each lane.
    #[inline(always)]
    fn iota() -> Self
    where
        Self::Scalar: Real,
    {
        let indices: [Self::Scalar; LANES] = registers(|lane| Self::Scalar::nearest(lane as f64));
        const { assert!(Self::LANES <= LANES) };
        // SAFETY: the array is `LANES` long, at least as long as any register.
        unsafe { Self::load(indices.as_ptr()) }
    }
}

/// Returns an array of registers, each a function of its index.
///
/// Kernels pass no registers to `core::array::from_fn` and to `map` of arrays, which are calls in a program without link-time
/// optimization (`lto = "off"`), compiled without the instruction set: steps took four times as long.
#[inline(always)]
pub(crate) fn registers<V, const N: usize>(mut register: impl FnMut(usize) -> V) -> [V; N] {
    let mut registers = [const { MaybeUninit::uninit() }; N];
    for (index, target) in registers.iter_mut().enumerate() {
        target.write(register(index));
    }
    // SAFETY: the loop has written all registers.
    unsafe { registers.as_ptr().cast::<[V; N]>().read() }
}

/// Returns a register with the scalar nearest to `value` in every lane.
#[inline(always)]
pub(crate) fn splat<V: Vector<Scalar: Real>>(value: f64) -> V {
    V::splat(V::Scalar::nearest(value))
}
