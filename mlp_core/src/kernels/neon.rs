//! The registers of NEON, which every 64-bit ARM processor has.

use core::arch::aarch64::*;

use super::register::register;

register! {
    /// 4 lanes of NEON.
    NeonF32(float32x4_t) of f32, half Self, lanes 4,
    micro_kernel (6, 4), gradient_micro_kernel (4, 6);
    vdupq_n_f32 vld1q_f32 vst1q_f32 vaddq_f32 vsubq_f32 vmulq_f32 vdivq_f32 vsqrtq_f32;
    max |a, b| vbslq_f32(vcgtq_f32(a, b), a, b);
    min |a, b| vbslq_f32(vcgtq_f32(b, a), a, b);
    mul_add |a, b, c| vfmaq_f32(c, a, b);
    select_positive |x, yes, no| vbslq_f32(vcgtzq_f32(x), yes, no);
    low_bits_to_exponent |bits| vreinterpretq_f32_u32(vshlq_n_u32::<23>(vreinterpretq_u32_f32(bits)));
    exponent_to_low_bits |bits, integers| {
        let exponent = vshrq_n_u32::<23>(vreinterpretq_u32_f32(bits));
        vreinterpretq_f32_u32(vorrq_u32(exponent, vreinterpretq_u32_f32(integers)))
    };
    sum |s| vaddvq_f32(s);
}

register! {
    /// 2 lanes of NEON.
    NeonF64(float64x2_t) of f64, half Self, lanes 2,
    micro_kernel (6, 4), gradient_micro_kernel (4, 6);
    vdupq_n_f64 vld1q_f64 vst1q_f64 vaddq_f64 vsubq_f64 vmulq_f64 vdivq_f64 vsqrtq_f64;
    max |a, b| vbslq_f64(vcgtq_f64(a, b), a, b);
    min |a, b| vbslq_f64(vcgtq_f64(b, a), a, b);
    mul_add |a, b, c| vfmaq_f64(c, a, b);
    select_positive |x, yes, no| vbslq_f64(vcgtzq_f64(x), yes, no);
    low_bits_to_exponent |bits| vreinterpretq_f64_u64(vshlq_n_u64::<52>(vreinterpretq_u64_f64(bits)));
    exponent_to_low_bits |bits, integers| {
        let exponent = vshrq_n_u64::<52>(vreinterpretq_u64_f64(bits));
        vreinterpretq_f64_u64(vorrq_u64(exponent, vreinterpretq_u64_f64(integers)))
    };
    sum |s| vaddvq_f64(s);
}
