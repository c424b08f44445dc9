//! Scalars as registers of one lane, so that formulas written for registers work on single values too.

use super::vector::Vector;

macro_rules! single {
    ($($scalar:ident, mantissa $mantissa:literal;)*) => {$(
        // SAFETY: `load` and `store` access `LANES` scalars, at most 16.
        unsafe impl Vector for $scalar {
            type Scalar = Self;
            type Half = Self;
            const LANES: usize = 1;
            const MR: usize = 4;
            const NR: usize = 2;
            const GRADIENT_MR: usize = 4;
            const GRADIENT_NR: usize = 2;

            #[inline(always)]
            fn splat(value: Self) -> Self {
                value
            }
            #[inline(always)]
            unsafe fn load(source: *const Self) -> Self {
                // SAFETY: the caller's contract.
                unsafe { source.read_unaligned() }
            }
            #[inline(always)]
            unsafe fn store(self, target: *mut Self) {
                // SAFETY: the caller's contract.
                unsafe { target.write_unaligned(self) }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self + other
            }
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self - other
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                self * other
            }
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                self / other
            }
            // Without the instruction, `mul_add` would be a call into the C library and 50 times slower.
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                if cfg!(any(target_feature = "fma", target_arch = "aarch64")) {
                    num_traits::Float::mul_add(self, factor, term)
                } else {
                    self * factor + term
                }
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                num_traits::Float::sqrt(self)
            }
            #[inline(always)]
            fn select_positive(self, yes: Self, no: Self) -> Self {
                if self > 0.0 { yes } else { no }
            }
            #[inline(always)]
            fn low_bits_to_exponent(self) -> Self {
                Self::from_bits(self.to_bits() << $mantissa)
            }
            #[inline(always)]
            fn exponent_to_low_bits(self) -> Self {
                let integers = (1_u64 << $mantissa) as Self;
                Self::from_bits(self.to_bits() >> $mantissa | integers.to_bits())
            }
            #[inline(always)]
            fn sum(self) -> Self {
                self
            }
        }
    )*};
}

single! {
    f32, mantissa 23;
    f64, mantissa 52;
}
