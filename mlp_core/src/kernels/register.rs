//! The macro that implements [`Vector`](super::Vector) for the registers of an instruction set.

/// Implements [`Vector`](super::Vector) for a register type of an instruction set.
///
/// The methods of the first line are one intrinsic each, in this order: splat, load, store, add, sub, mul, div, sqrt. The
/// others are expressions of intrinsics; those in `$(…)?` replace a default of the trait.
macro_rules! register {
    (
        $(#[$doc:meta])* $name:ident($register:ty) of $scalar:ty, half $half:ty, lanes $lanes:literal,
        micro_kernel ($mr:literal, $nr:literal), gradient_micro_kernel ($gradient_mr:literal, $gradient_nr:literal)
        $(, call $call:ident)?;
        $splat:ident $load:ident $store:ident $add:ident $sub:ident $mul:ident $div:ident $sqrt:ident;
        max |$max_a:ident, $max_b:ident| $max:expr;
        min |$min_a:ident, $min_b:ident| $min:expr;
        mul_add |$a:ident, $b:ident, $c:ident| $mul_add:expr;
        select_positive |$x:ident, $yes:ident, $no:ident| $select_positive:expr;
        low_bits_to_exponent |$bits:ident| $low_bits_to_exponent:expr;
        exponent_to_low_bits |$pattern:ident, $integers:ident| $exponent_to_low_bits:expr;
        sum |$s:ident| $sum:expr;
        $(sum_each |$four:ident| $sum_each:expr;)?
        $(load_partial |$source:ident, $count:ident| $load_partial:expr;)?
        $(store_masked |$masked:ident, $target:ident, $lanes_of_target:ident| $store_masked:expr;)?
        $(transpose $transpose:ident;)?
        $(mantissa_and_exponent |$positive:ident| $mantissa_and_exponent:expr;)?
        $(root |$square:ident| $root:expr;)?
        $(flush_subnormals |$flushed:ident| $flush_subnormals:expr;)?
        $(square_or_zero_below |$small:ident, $bound:ident| $square_or_zero_below:expr;)?
        $(where_positive |$kept:ident, $mask:ident| $where_positive:expr;)?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy)]
        pub struct $name($register);

        // SAFETY, for every intrinsic below: the processor has the instruction set, because only `super::dispatch` names
        // the type, after it has checked that. `load` and `store` pass their contract on to the caller.
        // SAFETY: `load` and `store` access `LANES` scalars, at most 16.
        unsafe impl $crate::kernels::Vector for $name {
            type Scalar = $scalar;
            type Half = $half;
            const LANES: usize = $lanes;
            const MR: usize = $mr;
            const NR: usize = $nr;
            const GRADIENT_MR: usize = $gradient_mr;
            const GRADIENT_NR: usize = $gradient_nr;

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
            $crate::kernels::register::register!(@binary
                add |a, b| $add(a, b);
                sub |a, b| $sub(a, b);
                mul |a, b| $mul(a, b);
                div |a, b| $div(a, b);
                max |$max_a, $max_b| $max;
                min |$min_a, $min_b| $min;
            );
            $(
                // Not `with_…` itself: `#[inline(never)]` has no effect where caller and callee have the same features.
                #[inline(never)]
                fn call<K: $crate::kernels::Kernel<$scalar>>(kernel: K) -> K::Output {
                    // SAFETY: see the head of the impl.
                    unsafe { $crate::kernels::dispatch::$call::<Self, K>(kernel) }
                }
            )?
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
            fn select_positive(self, yes: Self, no: Self) -> Self {
                let ($x, $yes, $no) = (self.0, yes.0, no.0);
                // SAFETY: see the head of the impl.
                Self(unsafe { $select_positive })
            }
            #[inline(always)]
            fn low_bits_to_exponent(self) -> Self {
                let $bits = self.0;
                // SAFETY: see the head of the impl.
                Self(unsafe { $low_bits_to_exponent })
            }
            $(
                #[inline(always)]
                fn mantissa_and_exponent(self) -> Option<(Self, Self)> {
                    let $positive = self.0;
                    // SAFETY: see the head of the impl.
                    let (mantissa, exponent) = unsafe { $mantissa_and_exponent };
                    Some((Self(mantissa), Self(exponent)))
                }
            )?
            $(
                #[inline(always)]
                fn root(self) -> Self {
                    let $square = self.0;
                    // SAFETY: see the head of the impl.
                    Self(unsafe { $root })
                }
            )?
            $(
                #[inline(always)]
                fn flush_subnormals(self) -> Self {
                    let $flushed = self.0;
                    // SAFETY: see the head of the impl.
                    Self(unsafe { $flush_subnormals })
                }
            )?
            $(
                #[inline(always)]
                fn square_or_zero_below(self, min: Self) -> Self {
                    let ($small, $bound) = (self.0, min.0);
                    // SAFETY: see the head of the impl.
                    Self(unsafe { $square_or_zero_below })
                }
            )?
            $(
                #[inline(always)]
                fn where_positive(self, mask: Self) -> Self {
                    let ($kept, $mask) = (self.0, mask.0);
                    // SAFETY: see the head of the impl.
                    Self(unsafe { $where_positive })
                }
            )?
            #[inline(always)]
            fn exponent_to_low_bits(self) -> Self {
                const INTEGERS: $scalar = (1_u64 << (<$scalar>::MANTISSA_DIGITS - 1)) as $scalar;
                let ($pattern, $integers) = (self.0, Self::splat(INTEGERS).0);
                // SAFETY: see the head of the impl.
                Self(unsafe { $exponent_to_low_bits })
            }
            #[inline(always)]
            fn sum(self) -> $scalar {
                let $s = self.0;
                // SAFETY: see the head of the impl.
                unsafe { $sum }
            }
            $(
                #[inline(always)]
                unsafe fn load_partial($source: *const $scalar, $count: usize) -> Self {
                    // SAFETY: see the head of the impl. Masked lanes are not read.
                    unsafe { if $count == $lanes { Self::load($source) } else { Self($load_partial) } }
                }
            )?
            $(
                #[inline(always)]
                unsafe fn store_masked(self, $target: *mut $scalar, $lanes_of_target: usize) {
                    let $masked = self.0;
                    // SAFETY: see the head of the impl. Masked lanes are not written.
                    unsafe { $store_masked }
                }
            )?
            $(
                #[inline(always)]
                unsafe fn transpose(from: *const $scalar, from_stride: usize, to: *mut $scalar, to_stride: usize) {
                    // SAFETY: see the head of the impl.
                    unsafe { $transpose(from, from_stride, to, to_stride) }
                }
            )?
            $(
                #[inline(always)]
                fn sum_each(vectors: [Self; 4]) -> [$scalar; 4] {
                    let $four = [vectors[0].0, vectors[1].0, vectors[2].0, vectors[3].0];
                    // SAFETY: see the head of the impl.
                    unsafe { $sum_each }
                }
            )?
        }
    };
    (@binary $($method:ident |$a:ident, $b:ident| $result:expr;)*) => {$(
        #[inline(always)]
        fn $method(self, other: Self) -> Self {
            let ($a, $b) = (self.0, other.0);
            // SAFETY: see the head of the impl.
            Self(unsafe { $result })
        }
    )*};
}
pub(super) use register;
