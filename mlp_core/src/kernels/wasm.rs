//! The registers of WebAssembly with `simd128`. Results have the same bits as those of SSE2: the number of lanes is the same,
//! there is no fused multiply-add, and `sum` adds the lanes in the same order.

#![allow(unused_unsafe, reason = "on WebAssembly, these intrinsics are safe")]

use core::arch::wasm32::*;

use super::register::register;

register! {
    /// 4 lanes of `simd128`.
    WasmF32(v128) of f32, half Self, lanes 4,
    micro_kernel (4, 2), gradient_micro_kernel (4, 2);
    f32x4_splat load store f32x4_add f32x4_sub f32x4_mul f32x4_div f32x4_sqrt;
    max |a, b| f32x4_pmax(b, a);
    min |a, b| f32x4_pmin(b, a);
    mul_add |a, b, c| f32x4_add(f32x4_mul(a, b), c);
    select_positive |x, yes, no| v128_bitselect(yes, no, f32x4_gt(x, f32x4_splat(0.0)));
    low_bits_to_exponent |bits| i32x4_shl(bits, 23);
    exponent_to_low_bits |bits, integers| v128_or(u32x4_shr(bits, 23), integers);
    sum |s| {
        let pairs = f32x4_add(s, i32x4_shuffle::<2, 3, 0, 1>(s, s));
        f32x4_extract_lane::<0>(f32x4_add(pairs, i32x4_shuffle::<1, 0, 3, 2>(pairs, pairs)))
    };
    transpose transpose_4x4;
}

register! {
    /// 2 lanes of `simd128`.
    WasmF64(v128) of f64, half Self, lanes 2,
    micro_kernel (4, 2), gradient_micro_kernel (4, 2);
    f64x2_splat load store f64x2_add f64x2_sub f64x2_mul f64x2_div f64x2_sqrt;
    max |a, b| f64x2_pmax(b, a);
    min |a, b| f64x2_pmin(b, a);
    mul_add |a, b, c| f64x2_add(f64x2_mul(a, b), c);
    select_positive |x, yes, no| v128_bitselect(yes, no, f64x2_gt(x, f64x2_splat(0.0)));
    low_bits_to_exponent |bits| i64x2_shl(bits, 52);
    exponent_to_low_bits |bits, integers| v128_or(u64x2_shr(bits, 52), integers);
    sum |s| f64x2_extract_lane::<0>(s) + f64x2_extract_lane::<1>(s);
}

/// Loads a register, which need not be aligned.
#[inline(always)]
unsafe fn load<T>(source: *const T) -> v128 {
    // SAFETY: the caller's contract.
    unsafe { v128_load(source.cast()) }
}

/// Stores a register, which need not be aligned.
#[inline(always)]
unsafe fn store<T>(target: *mut T, register: v128) {
    // SAFETY: the caller's contract.
    unsafe { v128_store(target.cast(), register) }
}

/// Transposes 4 by 4 values.
#[inline(always)]
unsafe fn transpose_4x4(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller's contract.
    unsafe {
        let [a, b, c, d] = [0, 1, 2, 3].map(|row| load(from.add(row * from_stride)));
        let (ab_low, ab_high) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
        let (cd_low, cd_high) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        store(to, i64x2_shuffle::<0, 2>(ab_low, cd_low));
        store(to.add(to_stride), i64x2_shuffle::<1, 3>(ab_low, cd_low));
        store(to.add(2 * to_stride), i64x2_shuffle::<0, 2>(ab_high, cd_high));
        store(to.add(3 * to_stride), i64x2_shuffle::<1, 3>(ab_high, cd_high));
    }
}
