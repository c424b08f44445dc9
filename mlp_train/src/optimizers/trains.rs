use mlp_core::optimizers::Optimizer;

/// Optimizer that can minimize the loss `L` of the network `N`.
///
/// An [`Optimizer`] minimizes any loss. [`LevenbergMarquardt`](super::LevenbergMarquardt) and
/// [`GaussNewton`](super::GaussNewton) minimize a [`SumOfSquares`](mlp_core::losses::SumOfSquares) alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an optimizer for this network and `{L}`",
    label = "not an optimizer for this network and loss",
    note = "an optimizer is for instance `Adam::default()`, or `Adam::new(1e-3)` with a learning rate",
    note = "`LevenbergMarquardt` and `GaussNewton` expect a loss that is a sum of squares, such as `MeanSquaredError`, and layers with derivatives"
)]
pub trait Trains<N, L> {
    /// Type of the optimizer.
    type Optimizer: Optimizer;

    /// Returns the optimizer.
    #[doc(hidden)]
    fn into_optimizer(self) -> Self::Optimizer;
}

#[diagnostic::do_not_recommend]
impl<N, L, O: Optimizer> Trains<N, L> for O {
    type Optimizer = O;

    fn into_optimizer(self) -> O {
        self
    }
}
