//! Methods that need the feature `ctrlc`.

use crate::Fit;

/// Bound of methods that need the feature `ctrlc`.
#[diagnostic::on_unimplemented(
    message = "this method needs the feature `ctrlc` of `mlp`",
    label = "enable it in `Cargo.toml`: `mlp = {{ version = \"0.1\", features = [\"ctrlc\"] }}`"
)]
pub trait FeatureCtrlc {}

impl<V, C> Fit<V, C> {
    /// Makes Ctrl-C end the training instead of the program. It needs the feature `ctrlc`, which is disabled.
    #[doc(hidden)]
    pub fn stop_on_ctrl_c(self) -> Self
    where
        Self: FeatureCtrlc,
    {
        self
    }
}
