//! Compile-time check: the columns of the data are those of the network.

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
