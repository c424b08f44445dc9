//! Functions of a network for C, C++ and Fortran, as [`export_c!`](https://docs.rs/mlp) writes them.
//!
//! | function | computes |
//! |---|---|
//! | `NAME_initialize` | initial weights of a seed |
//! | `NAME_load` | weights from bytes: a safetensors file, or all parameters one after another |
//! | `NAME_predict_one` | the output of one sample, as `predict_one` |
//! | `NAME_predict` | the outputs of many rows, as `predict` |
//! | `NAME_vjp` | gradients with respect to the inputs and the parameters, as `vjp` |
//!
//! A network in C is a struct of scalars, with the size and the layout of the network in Rust. It lies where the caller
//! wants it: there is no handle to free, and no global state. Functions that only read the network can run on several
//! threads at once.
//!
//! Arrays are passed as a pointer and a length. A row has the features of all inputs, or of all outputs, one after another.
//! Each function returns 0, or the number of an [`Error`].

mod arrays;
mod calls;
mod error;
mod fortran;
mod header;
mod names;
mod safetensors;
mod values;

pub use arrays::{Array, ArrayMut};
pub use calls::{initialize, load, predict, predict_one, vjp};
pub use error::Error;
pub use fortran::{Fortran, fortran};
pub use header::{Header, header};
pub use names::is_prefix;

use crate::network::BaseNetwork;

/// Network with functions for C. `export_c!` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no functions for C",
    label = "no functions for C",
    note = "write `export_c!({Self}, \"name\")`"
)]
pub trait ExportC: BaseNetwork {
    /// Prefix of the names of the functions.
    const PREFIX: &'static str;
}
