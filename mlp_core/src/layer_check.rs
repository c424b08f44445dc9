//! Checks that the types in a network are layers, with a message about the layer as it is written.

use core::marker::PhantomData;

use crate::layers::{Module, Shape as _, WithScalar};
use crate::option_names::Message;
use crate::scalar::Scalar;

/// A type in a network. Implemented for checks that hold: if one fails, the type is erroneous, and causes one message.
pub trait Checked<const HOLDS: bool> {
    /// The type itself.
    type Type;
}

impl<L> Checked<true> for L {
    type Type = L;
}

/// A layer in a network of the scalar `T`. Implemented for checks that hold, as [`Checked`].
pub trait CheckedWithScalar<T, const HOLDS: bool> {
    /// The layer with this scalar type.
    type Layer;
}

impl<T: Scalar, L: WithScalar<T>> CheckedWithScalar<T, true> for L {
    type Layer = L::Layer;
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

/// Distinguishes layers of the scalar `T` from others: its constants come before those of [`NotOfScalar`].
#[derive(Debug)]
pub struct ScalarProbe<L, T>(PhantomData<(L, T)>);

impl<L: Module> ScalarProbe<L, L::Scalar> {
    /// The layer computes in `T`.
    pub const IS_OF_SCALAR: bool = true;
}

impl<L: WithScalar<T>, T: Scalar> ScalarProbe<L, T> {
    /// The layer exists with the scalar `T`.
    pub const HAS_SCALAR: bool = true;
}

/// Constants of a [`ScalarProbe`] of another type.
pub trait NotOfScalar {
    /// The layer does not compute in `T`.
    const IS_OF_SCALAR: bool = false;
    /// The layer does not exist with the scalar `T`.
    const HAS_SCALAR: bool = false;
}

impl<L, T> NotOfScalar for ScalarProbe<L, T> {}

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
/// If it is not, with the layer as it is written. `activation` is the type after its sizes, if there is one.
#[must_use]
#[track_caller]
pub const fn is_layer(is_layer: bool, written: &str, activation: &str) -> bool {
    let mut message = not_a_layer(written);
    if !activation.is_empty() {
        message = message.add(", or `").add(activation).add("` is not an activation");
    }
    is_layer || panic!("{}", message.text())
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

/// Returns `true` if a layer has the scalar type of its network.
///
/// # Panics
/// If it has another, with its name.
#[must_use]
#[track_caller]
pub const fn has_scalar(has_scalar: bool, name: &str, scalar: &str) -> bool {
    let message = Message::new().add("`").add(name).add("` is not a layer of `").add(scalar);
    let message = message.add("`: write a network as `struct ").add(name).add(": ").add(scalar);
    let message = message.add("`, a custom layer with a type parameter `T: Scalar`");
    has_scalar || panic!("{}", message.text())
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
