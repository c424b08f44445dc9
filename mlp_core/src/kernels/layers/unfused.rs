//! Registers whose multiply-add rounds twice, so that a formula has the same bits on every instruction set.

use crate::kernels::vector::Vector;

/// A register without fused multiply-add.
#[derive(Clone, Copy)]
pub(super) struct Unfused<V>(V);

macro_rules! forward {
    ($($method:ident($($argument:ident),*);)*) => {$(
        #[inline(always)]
        fn $method(self, $($argument: Self),*) -> Self {
            Self(self.0.$method($($argument.0),*))
        }
    )*};
}

// SAFETY: `load`, `store` and `LANES` are those of a register.
unsafe impl<V: Vector> Vector for Unfused<V> {
    type Scalar = V::Scalar;
    type Half = Self;
    const LANES: usize = V::LANES;
    const MR: usize = V::MR;
    const NR: usize = V::NR;
    const GRADIENT_MR: usize = V::GRADIENT_MR;
    const GRADIENT_NR: usize = V::GRADIENT_NR;

    #[inline(always)]
    fn splat(value: V::Scalar) -> Self {
        Self(V::splat(value))
    }
    #[inline(always)]
    unsafe fn load(source: *const V::Scalar) -> Self {
        // SAFETY: the caller's contract.
        Self(unsafe { V::load(source) })
    }
    #[inline(always)]
    unsafe fn store(self, target: *mut V::Scalar) {
        // SAFETY: the caller's contract.
        unsafe { self.0.store(target) }
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul(factor).add(term)
    }
    #[inline(always)]
    fn sum(self) -> V::Scalar {
        self.0.sum()
    }
    forward! {
        add(other);
        sub(other);
        mul(other);
        div(other);
        max(other);
        min(other);
        sqrt();
        select_positive(yes, no);
        low_bits_to_exponent();
        exponent_to_low_bits();
    }
}
