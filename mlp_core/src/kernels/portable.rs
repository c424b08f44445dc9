//! Registers made of plain arrays, for processors without an instruction set of their own here. Results have the same bits
//! as those of SSE2: the number of lanes is the same, and `sum` adds them in the same order.

use super::vector::Vector;

macro_rules! array {
    ($(#[$doc:meta])* $name:ident of $scalar:ty, lanes $lanes:literal, mantissa $mantissa:literal, sum |$s:ident| $sum:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name([$scalar; $lanes]);

        impl $name {
            #[inline(always)]
            fn zip(self, other: Self, f: impl Fn($scalar, $scalar) -> $scalar) -> Self {
                Self(core::array::from_fn(|lane| f(self.0[lane], other.0[lane])))
            }
        }

        // SAFETY: `load` and `store` access `LANES` scalars, at most 16.
        unsafe impl Vector for $name {
            type Scalar = $scalar;
            type Half = Self;
            const LANES: usize = $lanes;
            const MR: usize = 4;
            const NR: usize = 2;
            const GRADIENT_MR: usize = 4;
            const GRADIENT_NR: usize = 2;

            #[inline(always)]
            fn splat(value: $scalar) -> Self {
                Self([value; $lanes])
            }
            #[inline(always)]
            unsafe fn load(source: *const $scalar) -> Self {
                // SAFETY: the caller's contract. An array has the alignment of its elements.
                Self(unsafe { source.cast::<[$scalar; $lanes]>().read() })
            }
            #[inline(always)]
            unsafe fn store(self, target: *mut $scalar) {
                // SAFETY: the caller's contract. An array has the alignment of its elements.
                unsafe { target.cast::<[$scalar; $lanes]>().write(self.0) }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                self.zip(other, |a, b| a + b)
            }
            #[inline(always)]
            fn sub(self, other: Self) -> Self {
                self.zip(other, |a, b| a - b)
            }
            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                self.zip(other, |a, b| a * b)
            }
            #[inline(always)]
            fn div(self, other: Self) -> Self {
                self.zip(other, |a, b| a / b)
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                self.mul(factor).add(term)
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                self.zip(other, |a, b| if a > b { a } else { b })
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                self.zip(other, |a, b| if a < b { a } else { b })
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                Self(self.0.map(num_traits::Float::sqrt))
            }
            #[inline(always)]
            fn select_positive(self, yes: Self, no: Self) -> Self {
                Self(core::array::from_fn(|lane| if self.0[lane] > 0.0 { yes.0[lane] } else { no.0[lane] }))
            }
            #[inline(always)]
            fn low_bits_to_exponent(self) -> Self {
                Self(self.0.map(|x| <$scalar>::from_bits(x.to_bits() << $mantissa)))
            }
            #[inline(always)]
            fn exponent_to_low_bits(self) -> Self {
                let integers = (1_u64 << $mantissa) as $scalar;
                Self(self.0.map(|x| <$scalar>::from_bits(x.to_bits() >> $mantissa | integers.to_bits())))
            }
            #[inline(always)]
            fn sum(self) -> $scalar {
                let $s = self.0;
                $sum
            }
        }
    };
}

array! {
    /// An array of 4 lanes.
    PortableF32 of f32, lanes 4, mantissa 23, sum |s| (s[0] + s[2]) + (s[1] + s[3])
}
array! {
    /// An array of 2 lanes.
    PortableF64 of f64, lanes 2, mantissa 52, sum |s| s[0] + s[1]
}
