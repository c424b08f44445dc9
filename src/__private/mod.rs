//! Names in the code that the macros write. Not public API.

#[cfg(feature = "serde")]
mod serde;
#[cfg(feature = "std")]
mod with_std;
#[cfg(not(feature = "std"))]
mod without_std;

#[cfg(not(feature = "serde"))]
pub use crate::__ignore as implement_serde;
#[cfg(feature = "onnx-import")]
pub use mlp_macros::onnx;
#[cfg(feature = "serde")]
pub use serde::*;
#[cfg(feature = "std")]
pub use with_std::*;
#[cfg(not(feature = "std"))]
pub use without_std::*;

pub use mlp_core::export::{Exported, GraphBuilder, Value, Values};
pub use mlp_core::generated::*;
pub use mlp_core::kernels::{Link, Vector};
pub use mlp_core::layers::{
    Backward, Connection, Features, FusedDerivatives, InputMatches, LayerInfo, LayerVisitor, Mode, Module, Part, Shape,
    TupleOf, TwiceDifferentiable, UpdateRule, Variable, WithScalar,
};
pub use mlp_core::network::{Argument, BaseNetwork, Call};
pub use mlp_core::streams::StreamGraph;
pub use mlp_core::{
    Allocator, Evaluation, MaxOf, Memory, Parameters, Residual, Rng, Scalar, Tile, TileBuffer, TileMut,
};
pub use mlp_macros::{functional, residual, sequential};

pub use crate::__layer as layer;
pub use crate::__layer_of_f64 as layer_of_f64;
pub use crate::__recovered as recovered;

/// Expands to a type, which is erroneous unless a check holds: then the compiler reports nothing else about it.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __layer {
    ($type:ty, $check:block) => {
        <$type as $crate::__private::Checked<
            {
                #[allow(unused_imports)]
                use $crate::__private::{NotALayer as _, NotOfScalar as _};
                $check
            },
        >>::Type
    };
}

/// Expands to the type.
#[cfg(rust_analyzer)]
#[doc(hidden)]
#[macro_export]
macro_rules! __layer {
    ($type:ty, $check:block) => {
        $type
    };
}

/// Expands to the type of a layer in a network of `f64`, which is erroneous unless a check holds.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __layer_of_f64 {
    ($type:ty, $check:ident) => {
        <$type as $crate::__private::CheckedWithScalar<::core::primitive::f64, { $check }>>::Layer
    };
}

/// Expands to the type of a layer in a network of `f64`.
#[cfg(rust_analyzer)]
#[doc(hidden)]
#[macro_export]
macro_rules! __layer_of_f64 {
    ($type:ty, $check:ident) => {
        <$type as $crate::__private::WithScalar<::core::primitive::f64>>::Layer
    };
}

/// Expands to the first tokens, which describe a network with errors to an editor.
#[cfg(rust_analyzer)]
#[doc(hidden)]
#[macro_export]
macro_rules! __recovered {
    ({ $($editor:tt)* } { $($compiler:tt)* }) => { $($editor)* };
}

/// Expands to the second tokens, which are errors of the compiler.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __recovered {
    ({ $($editor:tt)* } { $($compiler:tt)* }) => { $($compiler)* };
}

/// Expands to nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! __ignore {
    ($($tokens:tt)*) => {};
}
