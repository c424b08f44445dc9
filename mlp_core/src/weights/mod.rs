//! Parameters in files: under their names, and checked against the network they go into.
//!
//! [`Network::save_weights`](crate::training::Network::save_weights) writes a network's parameters as safetensors, each array
//! under the names of its layer and its field: `dense_1.weights`, `encoder.dense_1.bias`. A matrix lies row by row and has
//! the shape that it has here, `[OUT, IN]`, as in PyTorch's `Linear`.
//! [`Compiled::save`](crate::training::Compiled::save) adds all that a training has behind it, so that one which goes on from
//! the file gives the same bits as one which never stopped.
//!
//! | in a file | what it is |
//! |---|---|
//! | `dense_1.weights` | a variable; those without influence, as the bias with `use_bias = false`, are left out |
//! | `golden:input`, `golden:output` | a sample, and what the network made of it |
//! | `optimizer:slot_0:dense_1.weights` | what the optimizer remembers of each number; `average` and `accumulated` stand there too |
//! | entries `format`, `version` | `mlp` and `1` |
//! | `written_by`, `computed_by` | the version of this library, and the processor's architecture, system and instruction set |
//! | `network`, `architecture` | the name, which may be another one, and the rows of the summary, which may not |
//! | `optimizer`, `learning_rate`, `epochs`, `rng` | the optimizer's name, its rate at the next step, the epochs done, the random numbers' state |
//! | `callback:EarlyStopping:val_loss:wait`, … | what callbacks remember |
//! | `optimizer:batches`, `optimizer:product`, … | what the optimizer counts; it is where a schedule stands too |
//!
//! The hyper-parameters of layers and optimizers are not in a file: they are in the program. A file without these entries, as
//! Python writes it, is weights by their names.
//!
//! A file is written beside the old one and then takes its place. What is read is not trusted: every difference between
//! the file and the network is told, all at once, and the network stays as it was. A sample and what the network made of it
//! are in the file too, to find out that the weights mean the same here: bit by bit where the same version runs on the same
//! instruction set, and up to 10⁻³ (`f64`: 10⁻⁹) of the largest output elsewhere.

mod archive;
mod behind;
mod checkpoint;
mod difference;
mod file;
mod fill;
mod foreign;
mod golden;

pub use difference::{Mismatch, WeightsError};
pub use foreign::Weights;

pub(crate) use behind::Behind;
pub(crate) use checkpoint::{load, load_weights, training, weights};
pub(crate) use file::{Content, Source};
