use super::Module;
use crate::streams::{StreamGraph, Values};

/// Layer or network with first and second derivatives of its outputs by its inputs, and their gradient by the parameters.
///
/// A layer implements it by [`trace`](Self::trace): its computation, as operations of a graph. Layers are traced as in
/// inference: `Dropout` does nothing. `BatchNormalization`, whose outputs depend on a whole batch, and `Embedding`, whose
/// inputs are categories, do not implement it.
///
/// # Examples
///
/// A custom layer `y = scale · x`:
///
/// ```
/// use mlp_core::layers::{Features, Module, TwiceDifferentiable};
/// use mlp_core::streams::{Coefficients, StreamGraph, Values};
/// # use mlp_core::layers::{Backward, Layer};
/// # use mlp_core::{Parameters, Tile, TileMut};
/// # #[derive(Clone)]
/// # #[repr(C)]
/// # struct Gain { scale: [f32; 3] }
/// # // SAFETY: an array of the scalar.
/// # unsafe impl Parameters for Gain { type Scalar = f32; }
/// # impl Layer for Gain {
/// #     type Input = Features<3>;
/// #     type Output = Features<3>;
/// #     fn forward(&self, x: Tile<'_, f32>, mut y: TileMut<'_, f32>) {
/// #         y.map_from(x, |feature, x| x * self.scale[feature]);
/// #     }
/// #     fn backward(&self, pass: Backward<'_, Self>) {}
/// # }
/// impl<Any> TwiceDifferentiable<Any> for Gain {
///     fn trace(&self, _options: &(), graph: &mut dyn StreamGraph<f32>, inputs: &[mlp_core::export::Value]) -> Values {
///         graph.scale(inputs[0], Coefficients::Trained(&self.scale), Coefficients::Uniform(0.0)).into()
///     }
/// }
/// ```
// The parameter lets a network of layers without derivatives compile: a bound on it is checked where it is used.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivatives by its input",
    label = "needs a network of layers with second derivatives",
    note = "`BatchNormalization`, `Embedding` and custom layers without `TwiceDifferentiable` have none"
)]
pub trait TwiceDifferentiable<Any = ()>: Module {
    /// Adds the operations of the layer to a graph. Inputs and outputs are one value for each part of their shapes.
    fn trace(
        &self,
        options: &Self::Options,
        graph: &mut dyn StreamGraph<Self::Scalar>,
        inputs: &[crate::export::Value],
    ) -> Values;
}
