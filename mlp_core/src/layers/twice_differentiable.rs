/// Layer or network with first and second derivatives of its outputs by its inputs, and their gradient by the parameters.
///
/// A layer describes its computation by [`trace`](super::Module::trace), as operations of a graph, and implements this
/// trait. Layers are traced as in inference: `Dropout` does nothing. `BatchNormalization`, whose outputs depend on a whole
/// batch, and `Embedding`, whose inputs are categories, do not implement it.
///
/// # Examples
///
/// A custom layer `y = scale · x`:
///
/// ```
/// # extern crate mlp_core as mlp;
/// use mlp::layers::{Features, Layer, TwiceDifferentiable};
/// use mlp::streams::{Coefficients, StreamGraph, Value, Values};
/// # use mlp_core::layers::Backward;
/// # use mlp_core::{Parameters, Tile, TileMut};
/// # #[derive(Clone)]
/// # #[repr(C)]
/// # struct Gain { scale: [f32; 3] }
/// # // SAFETY: an array of the scalar.
/// # unsafe impl Parameters for Gain { type Scalar = f32; }
/// impl Layer for Gain {
///     type Input = Features<3>;
///     type Output = Features<3>;
///     // …
/// #     fn forward(&self, x: Tile<'_, f32>, mut y: TileMut<'_, f32>) {
/// #         y.map_from(x, |feature, x| x * self.scale[feature]);
/// #     }
/// #     fn backward(&self, pass: Backward<'_, Self>) {}
///     fn trace(&self, graph: &mut dyn StreamGraph<f32>, inputs: &[Value]) -> Values {
///         graph.scale(inputs[0], Coefficients::Trained(&self.scale), Coefficients::Uniform(0.0)).into()
///     }
/// }
///
/// impl<Any> TwiceDifferentiable<Any> for Gain {}
/// ```
// The parameter lets a network of layers without derivatives compile: a bound on it is checked where it is used. `trace` is a
// method of `Module`, because a supertrait would hide the associated types of generic networks from the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no second derivatives by its input",
    label = "needs a network of layers with second derivatives",
    note = "`BatchNormalization`, `Embedding` and custom layers without `TwiceDifferentiable` have none"
)]
pub trait TwiceDifferentiable<Any = ()> {}
