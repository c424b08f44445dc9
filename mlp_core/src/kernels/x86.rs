//! The registers of x86-64: AVX-512, AVX2 with FMA, and SSE2, which every x86-64 processor has.

use core::arch::x86_64::*;
use core::mem::transmute;

use super::register::register;

register! {
    /// 16 lanes of AVX-512.
    Avx512F32(__m512) of f32, half Avx2F32, lanes 16,
    micro_kernel (6, 4), gradient_micro_kernel (4, 6), call with_avx512;
    _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps _mm512_sqrt_ps;
    max |a, b| _mm512_max_ps(a, b);
    min |a, b| _mm512_min_ps(a, b);
    mul_add |a, b, c| _mm512_fmadd_ps(a, b, c);
    select_positive |x, yes, no| _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, _mm512_setzero_ps()), no, yes);
    low_bits_to_exponent |bits| _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(bits)));
    exponent_to_low_bits |bits, integers| {
        _mm512_or_ps(_mm512_castsi512_ps(_mm512_srli_epi32::<23>(_mm512_castps_si512(bits))), integers)
    };
    sum |s| _mm512_reduce_add_ps(s);
    // Two rounds of packing the halves of two registers side by side and adding them leave each input in a quarter of one
    // register. Two more rounds reduce the quarters.
    sum_each |four| {
        let [a, b, c, d] = four;
        let ab = _mm512_add_ps(_mm512_shuffle_f32x4::<0x44>(a, b), _mm512_shuffle_f32x4::<0xEE>(a, b));
        let cd = _mm512_add_ps(_mm512_shuffle_f32x4::<0x44>(c, d), _mm512_shuffle_f32x4::<0xEE>(c, d));
        let quarters = _mm512_add_ps(_mm512_shuffle_f32x4::<0x88>(ab, cd), _mm512_shuffle_f32x4::<0xDD>(ab, cd));
        let pairs = _mm512_add_ps(quarters, _mm512_permute_ps::<0x4E>(quarters));
        let sums = _mm512_add_ps(pairs, _mm512_permute_ps::<0xB1>(pairs));
        let firsts = _mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12);
        transmute::<__m128, [f32; 4]>(_mm512_castps512_ps128(_mm512_permutexvar_ps(firsts, sums)))
    };
    load_partial |source, count| _mm512_maskz_loadu_ps((1 << count) - 1, source);
    store_masked |x, target, count| _mm512_mask_storeu_ps(target, ((1_u32 << count) - 1) as __mmask16, x);
    transpose transpose_16x4;
    mantissa_and_exponent |x| {
        let mantissa = _mm512_getmant_ps::<_MM_MANT_NORM_P75_1P5, _MM_MANT_SIGN_NAN>(x);
        (mantissa, _mm512_sub_ps(_mm512_getexp_ps(x), _mm512_getexp_ps(mantissa)))
    };
    // Optimizers divide by such a root, and the divider is free for that meanwhile. The last rest of a tiny square would be
    // subnormal, which is 20 times slower on Intel cores, so tiny squares are multiplied by 2⁴⁸ and their roots by 2⁻²⁴.
    root |x| {
        let tiny = _mm512_cmp_ps_mask::<_CMP_LT_OQ>(x, _mm512_set1_ps(TINY_SQUARE));
        if tiny == 0 {
            root(x)
        } else {
            let scaled = _mm512_mask_mul_ps(x, tiny, x, _mm512_set1_ps(f32::from_bits((127 + 48) << 23)));
            let root = root(scaled);
            let root = _mm512_mask_mul_ps(root, tiny, root, _mm512_set1_ps(f32::from_bits((127 - 24) << 23)));
            _mm512_maskz_mov_ps(_mm512_cmp_ps_mask::<_CMP_NEQ_UQ>(x, _mm512_setzero_ps()), root)
        }
    };
    flush_subnormals |x| {
        let exponent = _mm512_castps_si512(_mm512_set1_ps(f32::INFINITY));
        _mm512_maskz_mov_ps(_mm512_test_epi32_mask(_mm512_castps_si512(x), exponent), x)
    };
    square_or_zero_below |x, min| _mm512_maskz_mul_ps(_mm512_cmp_ps_mask::<_CMP_NLT_UQ>(_mm512_abs_ps(x), min), x, x);
}

register! {
    /// 8 lanes of AVX-512.
    Avx512F64(__m512d) of f64, half Avx2F64, lanes 8,
    micro_kernel (6, 4), gradient_micro_kernel (4, 6), call with_avx512;
    _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd _mm512_sqrt_pd;
    max |a, b| _mm512_max_pd(a, b);
    min |a, b| _mm512_min_pd(a, b);
    mul_add |a, b, c| _mm512_fmadd_pd(a, b, c);
    select_positive |x, yes, no| _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_GT_OQ>(x, _mm512_setzero_pd()), no, yes);
    low_bits_to_exponent |bits| _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(bits)));
    exponent_to_low_bits |bits, integers| {
        _mm512_or_pd(_mm512_castsi512_pd(_mm512_srli_epi64::<52>(_mm512_castpd_si512(bits))), integers)
    };
    sum |s| _mm512_reduce_add_pd(s);
    load_partial |source, count| _mm512_maskz_loadu_pd((1 << count) - 1, source);
    store_masked |x, target, count| _mm512_mask_storeu_pd(target, ((1_u32 << count) - 1) as __mmask8, x);
    mantissa_and_exponent |x| {
        let mantissa = _mm512_getmant_pd::<_MM_MANT_NORM_P75_1P5, _MM_MANT_SIGN_NAN>(x);
        (mantissa, _mm512_sub_pd(_mm512_getexp_pd(x), _mm512_getexp_pd(mantissa)))
    };
    flush_subnormals |x| {
        let exponent = _mm512_castpd_si512(_mm512_set1_pd(f64::INFINITY));
        _mm512_maskz_mov_pd(_mm512_test_epi64_mask(_mm512_castpd_si512(x), exponent), x)
    };
    square_or_zero_below |x, min| _mm512_maskz_mul_pd(_mm512_cmp_pd_mask::<_CMP_NLT_UQ>(_mm512_abs_pd(x), min), x, x);
}

register! {
    /// 8 lanes of AVX2.
    Avx2F32(__m256) of f32, half Self, lanes 8,
    micro_kernel (6, 2), gradient_micro_kernel (4, 3), call with_avx2;
    _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps _mm256_sqrt_ps;
    max |a, b| _mm256_max_ps(a, b);
    min |a, b| _mm256_min_ps(a, b);
    mul_add |a, b, c| _mm256_fmadd_ps(a, b, c);
    select_positive |x, yes, no| _mm256_blendv_ps(no, yes, _mm256_cmp_ps::<_CMP_GT_OQ>(x, _mm256_setzero_ps()));
    low_bits_to_exponent |bits| _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(bits)));
    exponent_to_low_bits |bits, integers| {
        _mm256_or_ps(_mm256_castsi256_ps(_mm256_srli_epi32::<23>(_mm256_castps_si256(bits))), integers)
    };
    sum |s| Sse2F32(_mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps::<1>(s))).sum();
    sum_each |four| {
        let [a, b, c, d] = four;
        let halves = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
        let sums = _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves));
        transmute::<__m128, [f32; 4]>(sums)
    };
    load_partial |source, count| _mm256_maskload_ps(source, first_lanes_32(count));
    store_masked |x, target, count| _mm256_maskstore_ps(target, first_lanes_32(count), x);
    transpose transpose_8x4;
    // From a blend with zero, the compiler would make a second comparison.
    where_positive |x, mask| _mm256_and_ps(x, _mm256_cmp_ps::<_CMP_GT_OQ>(mask, _mm256_setzero_ps()));
}

register! {
    /// 4 lanes of AVX2.
    Avx2F64(__m256d) of f64, half Self, lanes 4,
    micro_kernel (6, 2), gradient_micro_kernel (4, 3), call with_avx2;
    _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd _mm256_sqrt_pd;
    max |a, b| _mm256_max_pd(a, b);
    min |a, b| _mm256_min_pd(a, b);
    mul_add |a, b, c| _mm256_fmadd_pd(a, b, c);
    select_positive |x, yes, no| _mm256_blendv_pd(no, yes, _mm256_cmp_pd::<_CMP_GT_OQ>(x, _mm256_setzero_pd()));
    low_bits_to_exponent |bits| _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(bits)));
    exponent_to_low_bits |bits, integers| {
        _mm256_or_pd(_mm256_castsi256_pd(_mm256_srli_epi64::<52>(_mm256_castpd_si256(bits))), integers)
    };
    sum |s| Sse2F64(_mm_add_pd(_mm256_castpd256_pd128(s), _mm256_extractf128_pd::<1>(s))).sum();
    load_partial |source, count| _mm256_maskload_pd(source, first_lanes_64(count));
    store_masked |x, target, count| _mm256_maskstore_pd(target, first_lanes_64(count), x);
    where_positive |x, mask| _mm256_and_pd(x, _mm256_cmp_pd::<_CMP_GT_OQ>(mask, _mm256_setzero_pd()));
}

register! {
    /// 4 lanes of SSE2.
    Sse2F32(__m128) of f32, half Self, lanes 4,
    micro_kernel (4, 2), gradient_micro_kernel (4, 2);
    _mm_set1_ps _mm_loadu_ps _mm_storeu_ps _mm_add_ps _mm_sub_ps _mm_mul_ps _mm_div_ps _mm_sqrt_ps;
    max |a, b| _mm_max_ps(a, b);
    min |a, b| _mm_min_ps(a, b);
    mul_add |a, b, c| _mm_add_ps(_mm_mul_ps(a, b), c);
    select_positive |x, yes, no| {
        let mask = _mm_cmpgt_ps(x, _mm_setzero_ps());
        _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no))
    };
    low_bits_to_exponent |bits| _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(bits)));
    exponent_to_low_bits |bits, integers| {
        _mm_or_ps(_mm_castsi128_ps(_mm_srli_epi32::<23>(_mm_castps_si128(bits))), integers)
    };
    sum |s| {
        let pairs = _mm_add_ps(s, _mm_movehl_ps(s, s));
        _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps::<1>(pairs, pairs)))
    };
    transpose transpose_4x4;
}

register! {
    /// 2 lanes of SSE2.
    Sse2F64(__m128d) of f64, half Self, lanes 2,
    micro_kernel (4, 2), gradient_micro_kernel (4, 2);
    _mm_set1_pd _mm_loadu_pd _mm_storeu_pd _mm_add_pd _mm_sub_pd _mm_mul_pd _mm_div_pd _mm_sqrt_pd;
    max |a, b| _mm_max_pd(a, b);
    min |a, b| _mm_min_pd(a, b);
    mul_add |a, b, c| _mm_add_pd(_mm_mul_pd(a, b), c);
    select_positive |x, yes, no| {
        let mask = _mm_cmpgt_pd(x, _mm_setzero_pd());
        _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no))
    };
    low_bits_to_exponent |bits| _mm_castsi128_pd(_mm_slli_epi64::<52>(_mm_castpd_si128(bits)));
    exponent_to_low_bits |bits, integers| {
        _mm_or_pd(_mm_castsi128_pd(_mm_srli_epi64::<52>(_mm_castpd_si128(bits))), integers)
    };
    sum |s| _mm_cvtsd_f64(_mm_add_sd(s, _mm_unpackhi_pd(s, s)));
}

/// Below 2⁻⁹⁹, the last bits of a square are subnormal.
const TINY_SQUARE: f32 = f32::from_bits((127 - 99) << 23);

/// Returns `√x` for positive `x` that are not tiny, or NaN for zero: an estimate of the reciprocal root with 14 bits, one step
/// of Newton's method for it and two for the root, whose last rest is exact. So the result does not depend on the estimate, in
/// which processors may differ.
#[inline(always)]
fn root(x: __m512) -> __m512 {
    // SAFETY: only `Avx512F32` calls it, see the head of its impl.
    unsafe {
        let x = _mm512_min_ps(_mm512_set1_ps(f32::MAX), x);
        let (estimate, half) = (_mm512_rsqrt14_ps(x), _mm512_set1_ps(0.5));
        let (first, half_reciprocal) = (_mm512_mul_ps(x, estimate), _mm512_mul_ps(estimate, half));
        let error = _mm512_fnmadd_ps(first, half_reciprocal, half);
        let half_reciprocal = _mm512_fmadd_ps(half_reciprocal, error, half_reciprocal);
        let second = _mm512_fmadd_ps(first, error, first);
        _mm512_fmadd_ps(_mm512_fnmadd_ps(second, second, x), half_reciprocal, second)
    }
}

/// Returns a mask of the first `count` of eight lanes.
///
/// # Safety
/// There must be so many lanes.
#[inline(always)]
unsafe fn first_lanes_32(count: usize) -> __m256i {
    const ENDS: &[i32; 16] = &[-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    // SAFETY: `count` is at most 8, so 8 of the 16 elements follow the start.
    unsafe { _mm256_loadu_si256(ENDS.as_ptr().add(8).sub(count).cast()) }
}

/// Returns a mask of the first `count` of four lanes.
///
/// # Safety
/// There must be so many lanes.
#[inline(always)]
unsafe fn first_lanes_64(count: usize) -> __m256i {
    const ENDS: &[i64; 8] = &[-1, -1, -1, -1, 0, 0, 0, 0];
    // SAFETY: `count` is at most 4, so 4 of the 8 elements follow the start.
    unsafe { _mm256_loadu_si256(ENDS.as_ptr().add(4).sub(count).cast()) }
}

/// Implements `Vector::transpose` in registers, each of which holds four rows: `i`, `i + 4`, `i + 8` and `i + 12`.
///
/// # Safety
/// The same as for `Vector::transpose`, and the processor must have AVX-512.
#[inline(always)]
unsafe fn transpose_16x4(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller's contract.
    unsafe {
        let row = |row: usize| _mm_loadu_ps(from.add(row * from_stride));
        let rows = |i: usize| {
            let rows = _mm512_insertf32x4::<1>(_mm512_castps128_ps512(row(i)), row(i + 4));
            _mm512_insertf32x4::<3>(_mm512_insertf32x4::<2>(rows, row(i + 8)), row(i + 12))
        };
        let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3));
        let (low_ab, high_ab) = (_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
        let (low_cd, high_cd) = (_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
        _mm512_storeu_ps(to, _mm512_shuffle_ps::<0x44>(low_ab, low_cd));
        _mm512_storeu_ps(to.add(to_stride), _mm512_shuffle_ps::<0xEE>(low_ab, low_cd));
        _mm512_storeu_ps(to.add(2 * to_stride), _mm512_shuffle_ps::<0x44>(high_ab, high_cd));
        _mm512_storeu_ps(to.add(3 * to_stride), _mm512_shuffle_ps::<0xEE>(high_ab, high_cd));
    }
}

/// Implements `Vector::transpose` in registers, each of which holds two rows: `i` and `i + 4`.
///
/// # Safety
/// The same as for `Vector::transpose`, and the processor must have AVX2.
#[inline(always)]
unsafe fn transpose_8x4(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller's contract.
    unsafe {
        let row = |row: usize| _mm_loadu_ps(from.add(row * from_stride));
        let rows = |i: usize| _mm256_insertf128_ps::<1>(_mm256_castps128_ps256(row(i)), row(i + 4));
        let (a, b, c, d) = (rows(0), rows(1), rows(2), rows(3));
        let (low_ab, high_ab) = (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
        let (low_cd, high_cd) = (_mm256_unpacklo_ps(c, d), _mm256_unpackhi_ps(c, d));
        _mm256_storeu_ps(to, _mm256_shuffle_ps::<0x44>(low_ab, low_cd));
        _mm256_storeu_ps(to.add(to_stride), _mm256_shuffle_ps::<0xEE>(low_ab, low_cd));
        _mm256_storeu_ps(to.add(2 * to_stride), _mm256_shuffle_ps::<0x44>(high_ab, high_cd));
        _mm256_storeu_ps(to.add(3 * to_stride), _mm256_shuffle_ps::<0xEE>(high_ab, high_cd));
    }
}

/// Implements `Vector::transpose` in registers of a row each.
///
/// # Safety
/// The same as for `Vector::transpose`.
#[inline(always)]
unsafe fn transpose_4x4(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller's contract. Every x86-64 processor has SSE2.
    unsafe {
        let row = |row: usize| _mm_loadu_ps(from.add(row * from_stride));
        let (mut a, mut b, mut c, mut d) = (row(0), row(1), row(2), row(3));
        _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d);
        for (column, rows) in [a, b, c, d].into_iter().enumerate() {
            _mm_storeu_ps(to.add(column * to_stride), rows);
        }
    }
}
