//! Methods that need the feature `safetensors`.

use std::io::Result;

use mlp_core::network::BaseNetwork;
use mlp_core::optimizers::Optimizer;

use crate::optimizers::OptimizerState;
use crate::{Compiled, Network};

/// Bound of methods that need the feature `safetensors`.
#[diagnostic::on_unimplemented(
    message = "this method needs the feature `safetensors` of `mlp`",
    label = "enable it in `Cargo.toml`: `mlp = {{ version = \"0.1\", features = [\"safetensors\"] }}`"
)]
pub trait FeatureSafetensors {}

/// Writes methods that nothing can call.
macro_rules! methods {
    ($visibility:vis $($name:ident($($this:tt)+) -> $result:ty;)*) => {$(
        #[doc(hidden)]
        #[allow(clippy::missing_errors_doc)]
        $visibility fn $name<P>($($this)+, _content: P) -> Result<$result>
        where
            Self: FeatureSafetensors,
        {
            Err(std::io::ErrorKind::Unsupported.into())
        }
    )*};
}

/// Methods of a network that need the feature `safetensors`.
pub trait WithoutSafetensors: BaseNetwork {
    methods! {
        save_weights(&self) -> ();
        load_weights(&mut self) -> ();
        load_matching_weights(&mut self) -> ();
        load_weights_bytes(&mut self) -> ();
        load_pytorch(&mut self) -> ();
    }

    #[doc(hidden)]
    fn weights_to_bytes(&self) -> Result<Vec<u8>>
    where
        Self: FeatureSafetensors,
    {
        Ok(Vec::new())
    }
}

impl<N: BaseNetwork> WithoutSafetensors for N {}

impl<N: Network, O: Optimizer, L, M> Compiled<N, O, L, M> {
    methods! {
        pub save(&self) -> ();
    }
    methods! {
        pub load(&mut self) -> usize;
    }
    methods! {
        pub load_bytes(&mut self) -> usize;
    }

    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc)]
    pub fn to_bytes(&self) -> Result<Vec<u8>>
    where
        Self: FeatureSafetensors,
    {
        Ok(Vec::new())
    }
}

impl<N: Network, O: Optimizer> OptimizerState<N, O> {
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc)]
    pub fn save<A, B, C, P>(&self, _network: A, _rng: B, _epochs: C, _path: P) -> Result<()>
    where
        Self: FeatureSafetensors,
    {
        Ok(())
    }

    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc)]
    pub fn load<A, B, P>(&mut self, _network: A, _rng: B, _path: P) -> Result<usize>
    where
        Self: FeatureSafetensors,
    {
        Ok(0)
    }
}
