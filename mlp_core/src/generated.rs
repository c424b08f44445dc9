//! What generated code calls besides the traits.

use crate::layers::{Layer, Shape};
use crate::parameters::Parameters;
use crate::scalar::Scalar;

/// How many scalars a field has. That it compiles shows that the field is `Parameters` of the scalar `T`.
#[must_use]
pub const fn count<T: Scalar, P: Parameters<Scalar = T>>() -> usize {
    P::COUNT
}

/// How many features a layer gives.
#[must_use]
pub const fn outputs<L: Layer>() -> usize {
    L::Output::FEATURES
}

/// The largest of some sizes.
#[must_use]
pub fn largest<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().max().unwrap_or(0)
}
