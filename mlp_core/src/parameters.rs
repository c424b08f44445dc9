//! Plain memory: a network, its gradient and its moments are each one contiguous block of scalars.

use core::{mem, slice};

use crate::scalar::Scalar;

/// A type that is nothing but scalars, one after the other.
///
/// Every layer and every network is one, so a gradient or an optimizer's moment can be a value of the network's own
/// type, and a norm, a file or an optimizer can see all of it as one slice.
///
/// Derive it with `#[derive(mlp::Parameters)]` on a struct whose fields are nalgebra matrices and vectors of one
/// scalar type, or other `Parameters`.
///
/// # Safety
/// The type must be `#[repr(C)]` or `#[repr(transparent)]`, and every field must be a scalar `Self::Scalar`, an array or
/// static matrix of it, a zero-sized type, or a type that is `Parameters` with the same scalar. `COUNT`, if given, is the
/// number of all their scalars.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not made of scalars",
    label = "not parameters",
    note = "parameters are `f32`, `f64`, arrays, static matrices, and structs with `#[derive(Parameters)]`"
)]
pub unsafe trait Parameters: Sized + 'static {
    /// `f32` or `f64`
    type Scalar: Scalar;

    /// How many scalars there are. Generated code adds up its fields instead, each by [`count`](crate::generated::count).
    const COUNT: usize = {
        assert!(mem::align_of::<Self>() <= mem::align_of::<Self::Scalar>());
        mem::size_of::<Self>() / mem::size_of::<Self::Scalar>()
    };

    /// All scalars, in the order of the fields.
    fn as_slice(&self) -> &[Self::Scalar] {
        if Self::COUNT == 0 {
            // What has no size need not be aligned as a scalar is.
            return &[];
        }
        // SAFETY: the trait's contract: `COUNT` scalars without padding.
        unsafe { slice::from_raw_parts((&raw const *self).cast(), Self::COUNT) }
    }

    /// All scalars, in the order of the fields.
    fn as_mut_slice(&mut self) -> &mut [Self::Scalar] {
        if Self::COUNT == 0 {
            return &mut [];
        }
        // SAFETY: the trait's contract: `COUNT` scalars without padding, and any scalar is valid.
        unsafe { slice::from_raw_parts_mut((&raw mut *self).cast(), Self::COUNT) }
    }

    /// A value of zeros, for a network that fits on the stack or into a `static`.
    // SAFETY: zero bits are the scalar zero.
    const ZEROS: Self = unsafe { mem::MaybeUninit::zeroed().assume_init() };

    /// A value of zeros, made in place on the heap: a network larger than the stack never passes through it.
    #[cfg(feature = "std")]
    fn zeroed() -> Box<Self> {
        // SAFETY: zero bits are the scalar zero.
        unsafe { Box::<Self>::new_zeroed().assume_init() }
    }

    /// A copy, made in place on the heap. `clone` does the same for a network that fits on the stack; a debug build
    /// passes it through there.
    #[cfg(feature = "std")]
    fn to_boxed(&self) -> Box<Self> {
        let mut copy = Self::zeroed();
        copy.as_mut_slice().copy_from_slice(self.as_slice());
        copy
    }
}

// SAFETY: an array of scalars, `repr(C)`, without padding.
unsafe impl<T: Scalar, const R: usize, const C: usize> Parameters for nalgebra::SMatrix<T, R, C> {
    type Scalar = T;
}

// SAFETY: a scalar.
unsafe impl Parameters for f32 {
    type Scalar = Self;
}

// SAFETY: a scalar.
unsafe impl Parameters for f64 {
    type Scalar = Self;
}

// SAFETY: an array of types without padding has none either.
unsafe impl<P: Parameters, const N: usize> Parameters for [P; N] {
    type Scalar = P::Scalar;
    const COUNT: usize = N * P::COUNT;
}
