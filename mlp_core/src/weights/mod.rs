//! Parameters in files: under their names, and checked against the network they go into.
//!
//! [`Network::save_weights`](crate::training::Network::save_weights) writes a network's parameters as safetensors, each array
//! under the names of its layer and its field: `dense_1.weights`, `encoder.dense_1.bias`. A matrix lies row by row and has
//! the shape that it has here, `[OUT, IN]`, as in PyTorch's `Linear`.
//! [`Compiled::save`](crate::training::Compiled::save) adds all that a training has behind it, so that one which goes on from
//! the file gives the same bits as one which never stopped.
//!
//! A file is written beside the old one and then takes its place. What is read is not trusted: every difference between
//! the file and the network is told, all at once, and the network stays as it was. A sample and what the network made of it
//! are in the file too, to find out that the weights mean the same here: bit by bit where the same version runs on the same
//! instruction set, and up to 10⁻³ (`f64`: 10⁻⁹) of the largest output elsewhere.

mod archive;
mod checkpoint;
mod difference;
mod file;
mod fill;
mod golden;

pub use difference::{Difference, WeightsError};

pub(crate) use checkpoint::{Behind, load, load_weights, save, save_beside, save_weights};
