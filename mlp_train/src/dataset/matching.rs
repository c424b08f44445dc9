//! Compile-time checks: the columns and the scalar of the data are those of the network.

use mlp_core::Scalar;

/// A compile-time check: the data has `NEEDED` columns.
#[diagnostic::on_unimplemented(
    message = "wrong number of columns: expected {NEEDED}, found {HAS}",
    label = "expected {NEEDED}, found {HAS}",
    note = "inputs have a column for each input feature of the network",
    note = "targets have a column for each output or, where the loss compares with classes, one with their indices"
)]
pub trait SameColumns<const HAS: usize, const NEEDED: usize> {}

/// The type that implements [`SameColumns`] in bounds.
#[derive(Debug)]
pub enum DataWidth {}

// For all types: otherwise the compiler lists `DataWidth` as a type with equal columns.
impl<C, const N: usize> SameColumns<N, N> for C {}

/// A compile-time check: the scalar of the data is that of the network.
#[diagnostic::on_unimplemented(
    message = "the network uses `{Self}`, but the data is `{Given}`",
    label = "`{Given}`, not `{Self}`",
    note = "`data.map(|value| value as {Self})` converts a matrix; a network of the other scalar is `sequential![f64; …]`"
)]
pub trait SameScalar<Given>: Scalar {
    /// Returns `given` unchanged.
    fn same(given: Given) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Scalar> SameScalar<T> for T {
    #[inline(always)]
    fn same(given: T) -> T {
        given
    }
}
