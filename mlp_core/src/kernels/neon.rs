//! NEON, which every 64-bit ARM processor has.

use core::arch::aarch64::*;

use super::vector::Vector;

/// Implements [`Vector`] for a register type, its operations named by their intrinsics.
macro_rules! register {
    (
        $(#[$doc:meta])* $name:ident($register:ty) of $scalar:ty, lanes $lanes:literal;
        $splat:ident $load:ident $store:ident $add:ident $sub:ident $mul:ident $div:ident $sqrt:ident $fused:ident $sum:ident;
        select $select:ident, above $above:ident, zero_below $zero:ident, shift |$bits:ident| $shift:expr;
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($register);

        // SAFETY, for every intrinsic below: NEON is part of the aarch64 baseline. `load` and `store` pass their own
        // contract on.
        impl Vector for $name {
            type Scalar = $scalar;
            type Half = Self;
            const LANES: usize = $lanes;
            const BLOCK: (usize, usize) = (6, 4);
            const GRADIENT_BLOCK: (usize, usize) = (4, 6);

            #[inline(always)]
            fn splat(value: $scalar) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $splat(value) })
            }
            #[inline(always)]
            unsafe fn load(source: *const $scalar) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $load(source) })
            }
            #[inline(always)]
            unsafe fn store(self, target: *mut $scalar) {
                // SAFETY: see the head of the impl.
                unsafe { $store(target, self.0) }
            }
            register!(@binary $add as add, $sub as sub, $mul as mul, $div as div);
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $fused(term.0, self.0, factor.0) })
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $select($above(self.0, other.0), self.0, other.0) })
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $select($above(other.0, self.0), self.0, other.0) })
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $sqrt(self.0) })
            }
            #[inline(always)]
            fn if_positive(self, yes: Self, no: Self) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $select($zero(self.0), yes.0, no.0) })
            }
            #[inline(always)]
            fn low_bits_to_exponent(self) -> Self {
                let $bits = self.0;
                // SAFETY: see the head of the impl.
                Self(unsafe { $shift })
            }
            #[inline(always)]
            fn sum(self) -> $scalar {
                // SAFETY: see the head of the impl.
                unsafe { $sum(self.0) }
            }
        }
    };
    (@binary $($intrinsic:ident as $method:ident),*) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            // SAFETY: see the head of the impl.
            Self(unsafe { $intrinsic(self.0, other.0) })
        }
    )*};
}

register! {
    /// 4 lanes of NEON.
    NeonF32(float32x4_t) of f32, lanes 4;
    vdupq_n_f32 vld1q_f32 vst1q_f32 vaddq_f32 vsubq_f32 vmulq_f32 vdivq_f32 vsqrtq_f32 vfmaq_f32 vaddvq_f32;
    select vbslq_f32, above vcgtq_f32, zero_below vcgtzq_f32,
    shift |bits| vreinterpretq_f32_u32(vshlq_n_u32::<23>(vreinterpretq_u32_f32(bits)));
}

register! {
    /// 2 lanes of NEON.
    NeonF64(float64x2_t) of f64, lanes 2;
    vdupq_n_f64 vld1q_f64 vst1q_f64 vaddq_f64 vsubq_f64 vmulq_f64 vdivq_f64 vsqrtq_f64 vfmaq_f64 vaddvq_f64;
    select vbslq_f64, above vcgtq_f64, zero_below vcgtzq_f64,
    shift |bits| vreinterpretq_f64_u64(vshlq_n_u64::<52>(vreinterpretq_u64_f64(bits)));
}
