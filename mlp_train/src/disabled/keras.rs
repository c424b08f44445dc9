//! Methods that need the feature `keras`.

use std::io::Result;

use mlp_core::network::BaseNetwork;

/// Bound of methods that need the feature `keras`.
#[diagnostic::on_unimplemented(
    message = "this method needs the feature `keras` of `mlp`",
    label = "enable it in `Cargo.toml`: `mlp = {{ version = \"0.1\", features = [\"keras\"] }}`"
)]
pub trait FeatureKeras {}

/// Methods of a network that need the feature `keras`.
pub trait WithoutKeras: BaseNetwork {
    #[doc(hidden)]
    fn load_keras<P>(&mut self, _path: P) -> Result<()>
    where
        Self: FeatureKeras,
    {
        Ok(())
    }
}

impl<N: BaseNetwork> WithoutKeras for N {}
