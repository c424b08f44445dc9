//! serde for networks that stay on the heap.
//!
//! With the feature `serde`, every network and every layer is `Serialize` and `Deserialize`: a map of its layers by their
//! names, each a map of its variables, and a matrix a list of its rows.
//!
//! ```json
//! {"dense_1": {"weights": [[0.5], [-1.0]], "bias": [0.0, 0.0]}, "dense_2": {"weights": [[1.0, 2.0]], "bias": [0.0]}}
//! ```
//!
//! All numbers are finite; NaN is an error when it is written already, as JSON has no word for it. What is read has each
//! layer and each variable once, in any order and of the right size, and nothing else.
//!
//! A value passes through the stack on its way out of `deserialize`, which a network larger than the stack cannot. The
//! functions here never let it leave its [`Box`]. For a field, `#[serde(with = "mlp::boxed")] network: Box<Net>` is enough.

mod layers;
mod read;
mod write;

use core::ops::Deref;

use serde::{Deserializer, Serializer};

use crate::layers::{Layer, Row, Summary, Variable};

/// Writes a network or a layer.
///
/// # Errors
/// If a number is NaN or infinite, and those of the serializer.
pub fn serialize<L: Layer, S: Serializer>(network: &impl Deref<Target = L>, serializer: S) -> Result<S::Ok, S::Error> {
    write::layer(&**network, serializer)
}

/// Reads a network or a layer to the heap.
///
/// # Errors
/// If anything is missing, unknown, there twice or of another size, or a number is NaN or infinite; the message names the
/// variable. And those of the deserializer.
pub fn deserialize<'de, L: Layer, D: Deserializer<'de>>(deserializer: D) -> Result<Box<L>, D::Error> {
    let mut network = L::zeroed();
    read::layer(&mut *network, deserializer)?;
    Ok(network)
}

/// Reads the numbers of a network that is there already, as one whose type has no name: `sequential![…]`.
///
/// # Errors
/// As [`deserialize`]. The network stays as it was.
pub fn deserialize_into<'de, L: Layer, D: Deserializer<'de>>(network: &mut L, deserializer: D) -> Result<(), D::Error> {
    let read = deserialize::<L, D>(deserializer)?;
    network.as_mut_slice().copy_from_slice(read.as_slice());
    Ok(())
}

/// What a layer consists of, in the order in which it lies in memory.
fn description<L: Layer>() -> Row {
    let mut summary = Summary::new("");
    L::summarize("", &L::Options::default(), &mut summary);
    match summary.rows() {
        [row] => row.clone(),
        rows => Row { layers: rows.to_vec(), ..Row::new("", "", "") },
    }
}

/// How many scalars a layer has, with the layers inside.
fn count(row: &Row) -> usize {
    row.variables.iter().map(Variable::count).sum::<usize>() + row.layers.iter().map(count).sum::<usize>()
}

/// What is wrong with a layer of one's own that lists other variables than it has.
fn undescribed<L: Layer>(row: &Row) -> Option<String> {
    let (described, has) = (count(row), L::COUNT);
    (described != has).then(|| format!("the layer's summary lists {described} parameters, but it has {has}"))
}
