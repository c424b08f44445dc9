use mlp_data::Limits;

/// Options of loading a checkpoint: limits for files that are not trusted, and which differences are accepted.
///
/// ```no_run
/// # use mlp_core::optimizers::Optimizer;
/// # use mlp_train::{Compiled, Network, weights::{LoadOptions, WeightsError}};
/// # fn load<N: Network, O: Optimizer, L>(model: &mut Compiled<N, O, L>) -> Result<(), WeightsError> {
/// // The model is compiled with another learning rate than the saved one, on purpose.
/// let epochs = model.load_with("training.safetensors", LoadOptions::new().accept_changes())?;
/// # let _ = epochs;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LoadOptions {
    pub(crate) limits: Limits,
    pub(crate) accept_changes: bool,
}

impl LoadOptions {
    /// Creates the default options: the default limits, and no accepted differences.
    pub fn new() -> Self {
        Self::default()
    }
    /// Sets the limits. Defaults to [`Limits::default`].
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }
    /// Accepts a checkpoint that was written with another loss, or other settings of the optimizer: the learning rate,
    /// its schedule, clipping, decay, and the options of the rule. The model keeps its own. Without it they are an error,
    /// [`Mismatch::Setting`](super::Mismatch::Setting).
    #[must_use]
    pub fn accept_changes(self) -> Self {
        Self { accept_changes: true, ..self }
    }
}
