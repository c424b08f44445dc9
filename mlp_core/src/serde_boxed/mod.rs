//! serde for networks on the heap.
//!
//! With the feature `serde`, every network and every layer is `Serialize` and `Deserialize`. A network is a map of its
//! layers by name, a layer a map of its variables, and a matrix a list of its rows:
//!
//! ```json
//! {"dense_1": {"weights": [[0.5], [-1.0]], "bias": [0.0, 0.0]}, "dense_2": {"weights": [[1.0, 2.0]], "bias": [0.0]}}
//! ```
//!
//! All values must be finite, because JSON has no NaN: others are an error when written and when read. The input must
//! contain each layer and each variable once, in any order, with the right shape, and nothing else.
//!
//! `Deserialize` returns a value on the stack, which overflows for large networks. The functions of this module keep
//! the network in a [`Box`]. For a field, `#[serde(with = "mlp::serde_boxed")] network: Box<Net>` is enough.

mod layers;
mod read;
mod write;

use core::ops::Deref;

use serde::{Deserializer, Serializer};

use crate::layers::{Layer, Row, Summary, Variable};

/// Serializes a network or a layer.
///
/// # Errors
/// Returns an error if a value is NaN or infinite, or an error of the serializer.
pub fn serialize<L: Layer, S: Serializer>(network: &impl Deref<Target = L>, serializer: S) -> Result<S::Ok, S::Error> {
    write::layer(&**network, serializer)
}

/// Deserializes a network or a layer into a box.
///
/// # Errors
/// Returns an error that names the variable if one is missing, unknown, duplicate or of a different shape, or if a
/// value is NaN or infinite; or an error of the deserializer.
pub fn deserialize<'de, L: Layer, D: Deserializer<'de>>(deserializer: D) -> Result<Box<L>, D::Error> {
    let mut network = L::zeroed();
    read::layer(&mut *network, deserializer)?;
    Ok(network)
}

/// Deserializes into an existing network, such as one of an unnamed type: `sequential![…]`.
///
/// # Errors
/// Returns the errors of [`deserialize`], and leaves the network unchanged.
pub fn deserialize_into<'de, L: Layer, D: Deserializer<'de>>(network: &mut L, deserializer: D) -> Result<(), D::Error> {
    let read = deserialize::<L, D>(deserializer)?;
    network.as_mut_slice().copy_from_slice(read.as_slice());
    Ok(())
}

/// Returns the variables and inner layers of a layer, in memory order.
fn description<L: Layer>() -> Row {
    let mut summary = Summary::new("");
    L::summarize("", &L::Options::default(), &mut summary);
    match summary.rows() {
        [row] => row.clone(),
        rows => Row { layers: rows.to_vec(), ..Row::new("", "", "") },
    }
}

/// Returns the number of parameters of a layer, including its inner layers.
fn count(row: &Row) -> usize {
    row.variables.iter().map(Variable::count).sum::<usize>() + row.layers.iter().map(count).sum::<usize>()
}

/// Checks the summary of a custom layer. Returns an error message if it lists a wrong number of parameters.
fn check_summary<L: Layer>(row: &Row) -> Result<(), String> {
    let listed = count(row);
    if listed == L::COUNT {
        return Ok(());
    }
    Err(format!("the summary of the layer lists {listed} parameters, expected {}", L::COUNT))
}
