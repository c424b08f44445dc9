//! AVX-512, AVX2 with FMA, and the SSE2 that every x86-64 processor has.

use core::arch::x86_64::*;

use super::vector::Vector;

/// Implements [`Vector`] for a register type. Operations that are one intrinsic are named by it; the rest are given
/// as closures over `unsafe` intrinsics.
macro_rules! register {
    (
        $(#[$doc:meta])* $name:ident($register:ty) of $scalar:ty, half $half:ty, lanes $lanes:literal, block $block:expr, gradient_block $gradient_block:expr;
        $splat:ident $load:ident $store:ident $add:ident $sub:ident $mul:ident $div:ident $max:ident $min:ident $sqrt:ident;
        mul_add |$a:ident, $b:ident, $c:ident| $mul_add:expr;
        if_positive |$x:ident, $yes:ident, $no:ident| $if_positive:expr;
        low_bits_to_exponent |$bits:ident| $shift:expr;
        sum |$s:ident| $sum:expr;
        $(sum_each |$four:ident| $sum_each:expr;)?
        $(load_first |$source:ident, $count:ident| $load_first:expr;)?
        $(turn_square $turn_square:ident;)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($register);

        // SAFETY, for every intrinsic below: the type is only named inside `super::dispatch`, which checks that the
        // processor has the instruction set. `load` and `store` pass their own contract on.
        impl Vector for $name {
            type Scalar = $scalar;
            type Half = $half;
            const LANES: usize = $lanes;
            const BLOCK: (usize, usize) = $block;
            const GRADIENT_BLOCK: (usize, usize) = $gradient_block;

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
            register!(@binary $add as add, $sub as sub, $mul as mul, $div as div, $max as max, $min as min);
            #[inline(always)]
            fn sqrt(self) -> Self {
                // SAFETY: see the head of the impl.
                Self(unsafe { $sqrt(self.0) })
            }
            #[inline(always)]
            fn mul_add(self, factor: Self, term: Self) -> Self {
                let ($a, $b, $c) = (self.0, factor.0, term.0);
                // SAFETY: see the head of the impl.
                Self(unsafe { $mul_add })
            }
            #[inline(always)]
            fn if_positive(self, yes: Self, no: Self) -> Self {
                let ($x, $yes, $no) = (self.0, yes.0, no.0);
                // SAFETY: see the head of the impl.
                Self(unsafe { $if_positive })
            }
            #[inline(always)]
            fn low_bits_to_exponent(self) -> Self {
                let $bits = self.0;
                // SAFETY: see the head of the impl.
                Self(unsafe { $shift })
            }
            #[inline(always)]
            fn sum(self) -> $scalar {
                let $s = self.0;
                // SAFETY: see the head of the impl.
                unsafe { $sum }
            }
            $(
                #[inline(always)]
                unsafe fn load_first($source: *const $scalar, $count: usize) -> Self {
                    // SAFETY: see the head of the impl; lanes that are masked off are not read.
                    unsafe { if $count == $lanes { Self::load($source) } else { Self($load_first) } }
                }
            )?
            $(
                #[inline(always)]
                unsafe fn turn_square(from: *const $scalar, from_stride: usize, to: *mut $scalar, to_stride: usize) {
                    // SAFETY: see the head of the impl.
                    unsafe { $turn_square(from, from_stride, to, to_stride) }
                }
            )?
            $(
                #[inline(always)]
                fn sum_each(vectors: [Self; 4]) -> [$scalar; 4] {
                    let $four = [vectors[0].0, vectors[1].0, vectors[2].0, vectors[3].0];
                    // SAFETY: see the head of the impl.
                    unsafe { core::mem::transmute::<__m128, [$scalar; 4]>($sum_each) }
                }
            )?
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
    /// 16 lanes of AVX-512.
    Avx512F32(__m512) of f32, half Avx2F32, lanes 16, block (6, 4), gradient_block (4, 6);
    _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_add_ps _mm512_sub_ps _mm512_mul_ps _mm512_div_ps _mm512_max_ps _mm512_min_ps _mm512_sqrt_ps;
    mul_add |a, b, c| _mm512_fmadd_ps(a, b, c);
    if_positive |x, yes, no| _mm512_mask_blend_ps(_mm512_cmp_ps_mask::<_CMP_GT_OQ>(x, _mm512_setzero_ps()), no, yes);
    low_bits_to_exponent |bits| _mm512_castsi512_ps(_mm512_slli_epi32::<23>(_mm512_castps_si512(bits)));
    sum |s| _mm512_reduce_add_ps(s);
    // Halves of two vectors side by side and added, twice: each quarter is then one vector's. Then within the quarters.
    sum_each |four| {
        let [a, b, c, d] = four;
        let ab = _mm512_add_ps(_mm512_shuffle_f32x4::<0x44>(a, b), _mm512_shuffle_f32x4::<0xEE>(a, b));
        let cd = _mm512_add_ps(_mm512_shuffle_f32x4::<0x44>(c, d), _mm512_shuffle_f32x4::<0xEE>(c, d));
        let quarters = _mm512_add_ps(_mm512_shuffle_f32x4::<0x88>(ab, cd), _mm512_shuffle_f32x4::<0xDD>(ab, cd));
        let pairs = _mm512_add_ps(quarters, _mm512_permute_ps::<0x4E>(quarters));
        let sums = _mm512_add_ps(pairs, _mm512_permute_ps::<0xB1>(pairs));
        _mm512_castps512_ps128(_mm512_permutexvar_ps(_mm512_setr_epi32(0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12, 0, 4, 8, 12), sums))
    };
    load_first |source, count| _mm512_maskz_loadu_ps((1 << count) - 1, source);
    turn_square turn_square;
}

register! {
    /// 8 lanes of AVX-512.
    Avx512F64(__m512d) of f64, half Avx2F64, lanes 8, block (6, 4), gradient_block (4, 6);
    _mm512_set1_pd _mm512_loadu_pd _mm512_storeu_pd _mm512_add_pd _mm512_sub_pd _mm512_mul_pd _mm512_div_pd _mm512_max_pd _mm512_min_pd _mm512_sqrt_pd;
    mul_add |a, b, c| _mm512_fmadd_pd(a, b, c);
    if_positive |x, yes, no| _mm512_mask_blend_pd(_mm512_cmp_pd_mask::<_CMP_GT_OQ>(x, _mm512_setzero_pd()), no, yes);
    low_bits_to_exponent |bits| _mm512_castsi512_pd(_mm512_slli_epi64::<52>(_mm512_castpd_si512(bits)));
    sum |s| _mm512_reduce_add_pd(s);
    load_first |source, count| _mm512_maskz_loadu_pd((1 << count) - 1, source);
}

register! {
    /// 8 lanes of AVX2.
    Avx2F32(__m256) of f32, half Self, lanes 8, block (6, 2), gradient_block (4, 3);
    _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_add_ps _mm256_sub_ps _mm256_mul_ps _mm256_div_ps _mm256_max_ps _mm256_min_ps _mm256_sqrt_ps;
    mul_add |a, b, c| _mm256_fmadd_ps(a, b, c);
    if_positive |x, yes, no| _mm256_blendv_ps(no, yes, _mm256_cmp_ps::<_CMP_GT_OQ>(x, _mm256_setzero_ps()));
    low_bits_to_exponent |bits| _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(bits)));
    sum |s| Sse2F32(_mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps::<1>(s))).sum();
    sum_each |four| {
        let [a, b, c, d] = four;
        let halves = _mm256_hadd_ps(_mm256_hadd_ps(a, b), _mm256_hadd_ps(c, d));
        _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps::<1>(halves))
    };
    load_first |source, count| _mm256_maskload_ps(source, first_lanes_32(count));
    turn_square turn_square;
}

register! {
    /// 4 lanes of AVX2.
    Avx2F64(__m256d) of f64, half Self, lanes 4, block (6, 2), gradient_block (4, 3);
    _mm256_set1_pd _mm256_loadu_pd _mm256_storeu_pd _mm256_add_pd _mm256_sub_pd _mm256_mul_pd _mm256_div_pd _mm256_max_pd _mm256_min_pd _mm256_sqrt_pd;
    mul_add |a, b, c| _mm256_fmadd_pd(a, b, c);
    if_positive |x, yes, no| _mm256_blendv_pd(no, yes, _mm256_cmp_pd::<_CMP_GT_OQ>(x, _mm256_setzero_pd()));
    low_bits_to_exponent |bits| _mm256_castsi256_pd(_mm256_slli_epi64::<52>(_mm256_castpd_si256(bits)));
    sum |s| Sse2F64(_mm_add_pd(_mm256_castpd256_pd128(s), _mm256_extractf128_pd::<1>(s))).sum();
    load_first |source, count| _mm256_maskload_pd(source, first_lanes_64(count));
}

register! {
    /// 4 lanes of SSE2.
    Sse2F32(__m128) of f32, half Self, lanes 4, block (4, 2), gradient_block (4, 2);
    _mm_set1_ps _mm_loadu_ps _mm_storeu_ps _mm_add_ps _mm_sub_ps _mm_mul_ps _mm_div_ps _mm_max_ps _mm_min_ps _mm_sqrt_ps;
    mul_add |a, b, c| _mm_add_ps(_mm_mul_ps(a, b), c);
    if_positive |x, yes, no| {
        let mask = _mm_cmpgt_ps(x, _mm_setzero_ps());
        _mm_or_ps(_mm_and_ps(mask, yes), _mm_andnot_ps(mask, no))
    };
    low_bits_to_exponent |bits| _mm_castsi128_ps(_mm_slli_epi32::<23>(_mm_castps_si128(bits)));
    sum |s| {
        let pairs = _mm_add_ps(s, _mm_movehl_ps(s, s));
        _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps::<1>(pairs, pairs)))
    };
    turn_square turn_square;
}

register! {
    /// 2 lanes of SSE2.
    Sse2F64(__m128d) of f64, half Self, lanes 2, block (4, 2), gradient_block (4, 2);
    _mm_set1_pd _mm_loadu_pd _mm_storeu_pd _mm_add_pd _mm_sub_pd _mm_mul_pd _mm_div_pd _mm_max_pd _mm_min_pd _mm_sqrt_pd;
    mul_add |a, b, c| _mm_add_pd(_mm_mul_pd(a, b), c);
    if_positive |x, yes, no| {
        let mask = _mm_cmpgt_pd(x, _mm_setzero_pd());
        _mm_or_pd(_mm_and_pd(mask, yes), _mm_andnot_pd(mask, no))
    };
    low_bits_to_exponent |bits| _mm_castsi128_pd(_mm_slli_epi64::<52>(_mm_castpd_si128(bits)));
    sum |s| _mm_cvtsd_f64(_mm_add_sd(s, _mm_unpackhi_pd(s, s)));
}

/// A mask of the first `count` of eight lanes.
#[inline(always)]
fn first_lanes_32(count: usize) -> __m256i {
    const ENDS: [i32; 16] = [-1, -1, -1, -1, -1, -1, -1, -1, 0, 0, 0, 0, 0, 0, 0, 0];
    // SAFETY: eight lanes from `8 - count` on are inside the array for a count of at most eight.
    unsafe { _mm256_loadu_si256(ENDS[8 - count..].as_ptr().cast()) }
}

/// A mask of the first `count` of four lanes.
#[inline(always)]
fn first_lanes_64(count: usize) -> __m256i {
    const ENDS: [i64; 8] = [-1, -1, -1, -1, 0, 0, 0, 0];
    // SAFETY: four lanes from `4 - count` on are inside the array for a count of at most four.
    unsafe { _mm256_loadu_si256(ENDS[4 - count..].as_ptr().cast()) }
}

/// [`Vector::turn_square`] in registers.
///
/// # Safety
/// Its own.
#[inline(always)]
unsafe fn turn_square(from: *const f32, from_stride: usize, to: *mut f32, to_stride: usize) {
    // SAFETY: the caller's contract; every x86-64 processor has SSE2.
    unsafe {
        let [mut a, mut b, mut c, mut d] = core::array::from_fn(|row| _mm_loadu_ps(from.add(row * from_stride)));
        _MM_TRANSPOSE4_PS(&mut a, &mut b, &mut c, &mut d);
        [a, b, c, d].into_iter().enumerate().for_each(|(column, rows)| _mm_storeu_ps(to.add(column * to_stride), rows));
    }
}
