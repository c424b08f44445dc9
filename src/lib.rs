//! Small neural networks as macros.

pub use mlp_core::activations::{self, Activation, identity, relu};
pub use mlp_core::initializers::{he_normal, ones, zeros};
pub use mlp_core::layers::{self, Dense, Layer, Summary};
pub use mlp_core::training::Network;
pub use mlp_core::{Generator, Parameters, Scalar};
pub use mlp_macros::sequential;

#[doc(hidden)]
pub mod __private {
    pub use mlp_core::generated::{count, largest, outputs};
    pub use mlp_core::layers::{Backward, Connection, Features, Fits, Layer, Mode, Shape, Summary, WithScalar};
    pub use mlp_core::training::Network;
    pub use mlp_core::{Buffer, Generator, Parameters, Tile, TileMut};
}
