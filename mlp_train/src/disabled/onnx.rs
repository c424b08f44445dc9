//! Methods that need the feature `onnx`.

use std::io::Result;

use mlp_core::network::BaseNetwork;

/// Bound of methods that need the feature `onnx`.
#[diagnostic::on_unimplemented(
    message = "this method needs the feature `onnx` of `mlp`",
    label = "enable it in `Cargo.toml`: `mlp = {{ version = \"0.1\", features = [\"onnx\"] }}`"
)]
pub trait FeatureOnnx {}

/// Methods of a network that need the feature `onnx`.
pub trait WithoutOnnx: BaseNetwork {
    #[doc(hidden)]
    fn to_onnx(&self) -> Result<Vec<u8>>
    where
        Self: FeatureOnnx,
    {
        Ok(Vec::new())
    }

    #[doc(hidden)]
    fn save_onnx<P>(&self, _path: P) -> Result<()>
    where
        Self: FeatureOnnx,
    {
        Ok(())
    }
}

impl<N: BaseNetwork> WithoutOnnx for N {}
