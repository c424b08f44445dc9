//! Plain memory: a network, its gradient and its moments are each one contiguous block of scalars.

use core::{mem, ptr, slice};

use crate::kernels::{blend, copy_values};
use crate::scalar::Scalar;
use crate::variable::{ArrayShape, Variable};

/// Type that consists of scalars alone, one after another.
///
/// Every layer and every network implements it, so a gradient or an optimizer's moment can be a value of the network's
/// own type, and a norm, a file or an optimizer can see all parameters as one slice.
///
/// Derive it with `#[derive(mlp::Parameters)]` on a struct whose fields are nalgebra matrices and vectors of one
/// scalar type, or other `Parameters`.
///
/// Another layout, from an attribute that the derive does not see, does not compile:
///
/// ```compile_fail,E0080
/// # extern crate mlp_core as mlp;
/// use mlp::Parameters;
///
/// #[repr(C, align(64))]
/// struct Aligned([f32; 2]);
///
/// // SAFETY: none, which is the point.
/// unsafe impl Parameters for Aligned {
///     type Scalar = f32;
///     const COUNT: usize = 2;
/// }
///
/// Aligned([0.0; 2]).as_slice();
/// ```
///
/// # Safety
/// The type must be `#[repr(C)]` or `#[repr(transparent)]`, and every field must be a scalar `Self::Scalar`, an array or
/// static matrix of it, a zero-sized type, or a type that is `Parameters` with the same scalar. `COUNT`, if given, is the
/// number of all their scalars.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `Parameters`",
    label = "not parameters",
    note = "parameters are `f32`, `f64`, arrays, static matrices, and structs with `#[derive(Parameters)]`"
)]
pub unsafe trait Parameters: Send + Sized + Sync + 'static {
    /// `f32` or `f64`
    type Scalar: Scalar;

    /// Number of scalars. Generated code adds up its fields instead, each by [`count`](crate::generated::count).
    const COUNT: usize = {
        assert!(mem::align_of::<Self>() <= mem::align_of::<Self::Scalar>());
        mem::size_of::<Self>() / mem::size_of::<Self::Scalar>()
    };

    /// Name of the type, as summaries print it. The derive sets it.
    const TYPE_NAME: &'static str = "Parameters";

    /// Arrays of the type, one for each field. The derive sets them.
    const FIELDS: &'static [Variable] = &[];

    /// Rows, or rows and columns, of an array of scalars.
    const SHAPE: ArrayShape = ArrayShape::vector(Self::COUNT);

    /// `true`; its evaluation fails for a type with padding, such as one that an attribute has given another layout.
    #[doc(hidden)]
    const IS_CONTIGUOUS: bool = {
        let scalars = mem::size_of::<Self>() == Self::COUNT * mem::size_of::<Self::Scalar>();
        let aligned = mem::align_of::<Self>() == mem::align_of::<Self::Scalar>();
        assert!(Self::COUNT == 0 || scalars && aligned, "parameters must be contiguous: expected only `#[repr(C)]`");
        true
    };

    /// Returns all scalars, in the order of the fields.
    fn as_slice(&self) -> &[Self::Scalar] {
        if Self::COUNT == 0 {
            // A type without size need not have the alignment of a scalar.
            return &[];
        }
        const { assert!(Self::IS_CONTIGUOUS) };
        // SAFETY: the trait's contract, checked above: `COUNT` scalars without padding.
        unsafe { slice::from_raw_parts((&raw const *self).cast(), Self::COUNT) }
    }

    /// Returns all scalars, in the order of the fields.
    fn as_mut_slice(&mut self) -> &mut [Self::Scalar] {
        if Self::COUNT == 0 {
            return &mut [];
        }
        const { assert!(Self::IS_CONTIGUOUS) };
        // SAFETY: the trait's contract, checked above: `COUNT` scalars without padding, and any scalar is valid.
        unsafe { slice::from_raw_parts_mut((&raw mut *self).cast(), Self::COUNT) }
    }

    /// Returns the value whose scalars these are.
    ///
    /// # Panics
    /// If there are not `COUNT` of them.
    #[doc(hidden)]
    fn from_mut_slice(scalars: &mut [Self::Scalar]) -> &mut Self {
        const { assert!(Self::IS_CONTIGUOUS && mem::size_of::<Self>() == Self::COUNT * mem::size_of::<Self::Scalar>()) };
        assert_eq!(scalars.len(), Self::COUNT);
        // A type without size need not have the alignment of a scalar.
        let value = if Self::COUNT == 0 { ptr::dangling_mut() } else { scalars.as_mut_ptr().cast::<Self>() };
        // SAFETY: the trait's contract, checked above: `COUNT` scalars without padding, of the alignment of a scalar, and any
        // scalar is valid. The slice stays borrowed.
        unsafe { &mut *value }
    }

    /// Moves all scalars toward those of `network`: `target ← (1 − τ) target + τ network`. `tau` is 0.005 in SAC, and a `tau`
    /// of 1 copies.
    ///
    /// This is Polyak averaging, the soft update of target networks in DDPG, TD3 and SAC (Lillicrap et al., "Continuous
    /// control with deep reinforcement learning", 2015). Variables that the optimizer does not change, such as the moving
    /// averages of `BatchNormalization`, are averaged too: the target normalizes by statistics that follow those of the
    /// network. It allocates nothing. Stable-Baselines3: `polyak_update`; optax: `incremental_update`.
    ///
    /// ```
    /// # extern crate mlp_core as mlp;
    /// use mlp::Parameters;
    /// use mlp::layers::Dense;
    ///
    /// let mut target = Dense::<2, 1>::ZEROS;
    /// let mut network = Dense::<2, 1>::ZEROS;
    /// network.bias[0] = 1.0;
    /// target.polyak_update(&network, 0.25);
    /// assert_eq!(target.bias[0], 0.25);
    /// ```
    fn polyak_update(&mut self, network: &Self, tau: f64) {
        if tau == 1.0 {
            // `blend` would round twice.
            copy_values(self.as_mut_slice(), network.as_slice());
        } else {
            blend(self.as_mut_slice(), network.as_slice(), tau);
        }
    }

    /// Value with all scalars zero, for a network that fits on the stack or into a `static`.
    // SAFETY: zero bits are the scalar zero.
    const ZEROS: Self = unsafe { mem::MaybeUninit::zeroed().assume_init() };
}

// SAFETY: an array of scalars, `repr(C)`, without padding.
unsafe impl<T: Scalar, const R: usize, const C: usize> Parameters for nalgebra::SMatrix<T, R, C> {
    type Scalar = T;
    const SHAPE: ArrayShape = if C == 1 { ArrayShape::vector(R) } else { ArrayShape::matrix(R, C) };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::Dense;

    #[test]
    fn scalars_become_parameters_in_place() {
        let mut scalars = [1.0_f32, 2.0, 3.0];
        let layer = Dense::<2, 1>::from_mut_slice(&mut scalars);
        assert_eq!((layer.weights[(0, 1)], layer.bias[0]), (2.0, 3.0));
        layer.bias[0] = 4.0;
        assert_eq!(scalars, [1.0, 2.0, 4.0]);
    }

    #[test]
    fn a_type_without_parameters_needs_no_scalars() {
        #[repr(C, align(64))]
        struct Nothing;

        // SAFETY: it has no scalars.
        unsafe impl Parameters for Nothing {
            type Scalar = f32;
            const COUNT: usize = 0;
        }

        assert!(Nothing::from_mut_slice(&mut []).as_slice().is_empty());
    }

    #[test]
    #[should_panic(expected = "assertion `left == right` failed")]
    fn a_wrong_number_of_scalars_panics() {
        Dense::<2, 1>::from_mut_slice(&mut [0.0; 4]);
    }
}
