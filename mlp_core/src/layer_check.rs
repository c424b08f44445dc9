//! Checks that the types in a network are layers, with a message about the layer as it is written.

use core::marker::PhantomData;

use crate::layers::{Module, Shape as _};
use crate::option_names::Message;

/// A type in a network. Implemented for checks that hold: if one fails, the type is erroneous, and causes one message.
pub trait Checked<const HOLDS: bool> {
    /// The type itself.
    type Type;
}

impl<L> Checked<true> for L {
    type Type = L;
}

/// Distinguishes layers from other types: the constants of the type itself come before those of [`NotALayer`].
#[derive(Debug)]
pub struct Probe<L>(PhantomData<L>);

impl<L: Module> Probe<L> {
    /// The type is a layer.
    pub const IS_LAYER: bool = true;
    /// `false` for a layer that is written without its size.
    pub const HAS_SIZE: bool = L::Input::FEATURES > 0;
}

/// Constants of a [`Probe`] of a type that is not a layer.
pub trait NotALayer {
    /// The type is not a layer.
    const IS_LAYER: bool = false;
    /// Nothing is known of the size.
    const HAS_SIZE: bool = true;
}

impl<L> NotALayer for Probe<L> {}

/// Returns `true` if a type is a layer.
///
/// # Panics
/// If it is not, with the layer as it is written.
#[must_use]
#[track_caller]
pub const fn is_layer(is_layer: bool, written: &str) -> bool {
    is_layer || panic!("{}", not_a_layer(written).text())
}

/// Returns `true` if a type that is called on values is a layer.
///
/// # Panics
/// If it is not, with its name.
#[must_use]
#[track_caller]
pub const fn is_called_layer(is_layer: bool, name: &str) -> bool {
    let message = not_a_layer(name).add("; a merge is written `").add(name).add("()(a, b)`");
    is_layer || panic!("{}", message.text())
}

const fn not_a_layer(written: &str) -> Message {
    Message::new().add("`").add(written).add("` is not a layer: it implements neither `Layer` nor `Module`")
}

/// Returns `true` if a merge can be called on its values.
///
/// # Panics
/// If it cannot, with the merge as it is written, and the number of values.
#[must_use]
#[track_caller]
pub const fn is_merge(is_layer: bool, written: &str, values: &str) -> bool {
    let message = Message::new().add("`").add(written).add("` cannot be called on ").add(values).add(" values");
    is_layer || panic!("{}", message.text())
}

/// Returns `true` if a layer has a size.
///
/// # Panics
/// If it has none, with the layer as it should be written.
#[must_use]
#[track_caller]
pub const fn has_size(has_size: bool, correct: &str) -> bool {
    has_size || panic!("{}", Message::new().add("missing size: write `").add(correct).add("`").text())
}
