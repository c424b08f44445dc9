//! Networks on the heap, and data by name.

pub use mlp_train::{Data, Rows};

use std::panic::{AssertUnwindSafe, catch_unwind};

use mlp_core::Parameters;
use mlp_core::c_interface::Error;
use mlp_train::{BoxedParameters as _, Network};

pub use crate::__implement_data as implement_data;

/// A network that a macro creates.
pub type Made<N> = Box<N>;

/// Creates the network of an expression.
#[must_use]
pub fn new<N: Network>() -> Box<N> {
    N::new(0)
}

/// Creates a network with these parameters, each value little-endian.
#[must_use]
pub fn made<N: Parameters>(bytes: &[u8]) -> Box<N> {
    mlp_core::generated::from_bytes(N::zeroed(), bytes)
}

/// Returns the status of a function of the C interface. A panic becomes an error.
#[inline(always)]
pub fn c_status(function: impl FnOnce() -> Result<(), Error>) -> i32 {
    let result = catch_unwind(AssertUnwindSafe(function)).unwrap_or(Err(Error::Panic));
    result.map_or_else(Error::code, |()| 0)
}

/// Implements `Data` for a struct of named inputs or outputs: it is the tuple of its fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __implement_data {
    ($name:ident<$($data:ident),*> [$($shape:ident),*] [$($field:ident),*] $scalar:ty) => {
        impl<$($shape: $crate::__private::Shape, $data: $crate::__private::Data<$scalar, $shape>),*>
            $crate::__private::Data<$scalar, ($($shape,)*)> for $name<$($data),*>
        {
            fn samples(&self) -> usize {
                $crate::__private::Data::samples(&($(&self.$field,)*))
            }
            fn get(&self, sample: usize, feature: usize) -> $scalar {
                $crate::__private::Data::get(&($(&self.$field,)*), sample, feature)
            }
            fn copy_to(&self, rows: $crate::__private::Rows<'_>, tile: $crate::__private::TileMut<'_, $scalar>) {
                $crate::__private::Data::copy_to(&($(&self.$field,)*), rows, tile);
            }
            fn mismatched_rows(&self) -> ::core::option::Option<(usize, usize)> {
                $crate::__private::Data::mismatched_rows(&($(&self.$field,)*))
            }
            fn is_finite(&self) -> bool {
                $crate::__private::Data::is_finite(&($(&self.$field,)*))
            }
        }
    };
}
