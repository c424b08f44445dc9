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

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::ops::Deref;

#[doc(hidden)]
pub use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::layers::{LayerInfo, Module};
use crate::variable::Variable;

/// Serializes a network or a layer.
///
/// # Errors
/// If a value is NaN or infinite, or the serializer fails.
pub fn serialize<L: Module, S: Serializer>(network: &impl Deref<Target = L>, serializer: S) -> Result<S::Ok, S::Error> {
    write::layer(&**network, serializer)
}

/// Deserializes a network or a layer into a box.
///
/// # Errors
/// If a variable is missing, unknown, duplicate or of a different shape, a value is NaN or infinite, or the deserializer
/// fails. The error names the variable.
pub fn deserialize<'de, L: Module, D: Deserializer<'de>>(deserializer: D) -> Result<Box<L>, D::Error> {
    let mut network = Box::<L>::new_uninit();
    // SAFETY: the box is memory for an `L`. `Parameters` promises scalars alone, for which zero bits are a valid value.
    let mut network = unsafe {
        network.as_mut_ptr().write_bytes(0, 1);
        network.assume_init()
    };
    read::layer(&mut *network, deserializer)?;
    Ok(network)
}

/// Deserializes into an existing network, such as one of an unnamed type: `sequential![…]`.
///
/// # Errors
/// As [`deserialize`]. The network is left unchanged.
pub fn deserialize_into<'de, L: Module, D: Deserializer<'de>>(
    network: &mut L,
    deserializer: D,
) -> Result<(), D::Error> {
    let read = deserialize::<L, D>(deserializer)?;
    network.as_mut_slice().copy_from_slice(read.as_slice());
    Ok(())
}

/// Returns the number of parameters of a layer, including its inner layers.
fn count(layer: &LayerInfo) -> usize {
    layer.variables.iter().map(Variable::count).sum::<usize>() + layer.layers.iter().map(count).sum::<usize>()
}

/// Returns the variables and inner layers of a layer, in memory order, or an error message if a custom layer lists a
/// wrong number of parameters.
fn description<L: Module>() -> Result<LayerInfo, String> {
    let layer = LayerInfo::layer::<L>("");
    let listed = count(&layer);
    if listed == L::COUNT {
        return Ok(layer);
    }
    Err(format!("the variables of `{}` have {listed} parameters, expected {}", L::KIND, L::COUNT))
}
