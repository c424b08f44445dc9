//! The full contract of a layer or network.

use core::mem;

use super::Shape;
use crate::export::{Exported, GraphBuilder, Unsupported, Value};
use crate::kernels::{Link, OutputDerivative, Vector};
use crate::memory::{Allocator, Memory};
use crate::options::InvalidValue;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::scalar::Scalar;
use crate::streams::{StreamGraph, Values};
use crate::tile::{Tile, TileMut};
use crate::variable::{Role, Variable};

/// Mode of a forward pass.
#[derive(Debug)]
pub enum Mode<'a> {
    /// A backward pass follows. Layers such as `Dropout` draw from the random number generator.
    Training(&'a mut Rng),
    /// Only the output is needed.
    Inference,
    /// The output is the same as in inference, and a backward pass follows: `Dropout` does nothing, `BatchNormalization`
    /// uses its moving averages.
    DifferentiableInference,
}

impl Mode<'_> {
    /// Reborrows the mode for a shorter lifetime.
    pub fn reborrow(&mut self) -> Mode<'_> {
        match self {
            Self::Training(rng) => Mode::Training(rng),
            Self::Inference => Mode::Inference,
            Self::DifferentiableInference => Mode::DifferentiableInference,
        }
    }

    /// Returns the mode of a part of the network that training leaves unchanged.
    #[must_use]
    pub fn frozen(self) -> Self {
        match self {
            Self::Training(_) => Self::DifferentiableInference,
            other => other,
        }
    }

    /// Returns whether layers behave as in training.
    pub fn is_training(&self) -> bool {
        matches!(self, Self::Training(_))
    }

    /// Returns whether a backward pass follows, which needs values that layers keep.
    pub fn backward_follows(&self) -> bool {
        !matches!(self, Self::Inference)
    }
}

/// Update of one variable by its gradient.
pub type UpdateRule<'a, T> = &'a mut dyn FnMut(&mut [T], &[T]);

/// Visitor of the layers of a network with their options.
pub trait LayerVisitor {
    /// Visits one layer: the role of each of its variables by index, and the check of its options.
    fn layer(&mut self, role: &dyn Fn(usize) -> Role, check: Result<(), InvalidValue>);
}

/// Differentiable function with parameters, from one value to another: every layer and every network.
///
/// The struct holds the [`Parameters`] and nothing else, so the gradient is a value of the same type. Hyper-parameters
/// are in [`Options`](Module::Options): `Dense(64 => 64, relu, init = he_normal)` becomes
/// `DenseOptions::default().init(he_normal)`.
///
/// Passes work on tiles: some samples at a time, few enough to stay in the cache. A layer without options and cache
/// implements the shorter [`Layer`](super::Layer).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a layer",
    label = "not a layer",
    note = "layers are `Dense`, …, every network, and every type that implements `Layer` or `Module`"
)]
pub trait Module: Parameters {
    /// Shape of the input: [`Features<IN>`](super::Features), or a tuple for a layer that is called on several values.
    type Input: Shape;
    /// Shape of the output: [`Features<OUT>`](super::Features) for a layer written with two sizes.
    type Output: Shape;
    /// Hyper-parameters, each set by a method of its own name.
    type Options: Default + Send + Sync;
    /// Values that `forward` keeps for `backward`.
    type Cache<M: Memory>: Send + Sync + 'static;

    /// Name of the kind of layer in a summary.
    const KIND: &'static str = Self::TYPE_NAME;

    /// Variables in the order of the fields.
    const VARIABLES: &'static [Variable] = <Self as Parameters>::FIELDS;

    /// Layers of a network. Empty for a layer.
    const LAYERS: &'static [LayerInfo] = &[];

    /// `true` if the output of a sample depends on the other samples of its batch, as in `BatchNormalization`. All
    /// samples of a batch form one tile then.
    const WHOLE_BATCH: bool = LayerInfo::any_whole_batch(Self::LAYERS);

    /// Name of the activation of each output. Empty where it is unknown or there is none.
    #[doc(hidden)]
    const ACTIVATIONS: &'static [&'static str] = LayerInfo::last_activations(Self::LAYERS);

    /// `true` if the default options own nothing that a drop would free. Then single-sample inference does not drop them, so that
    /// the compiler removes what it does not use.
    #[doc(hidden)]
    const DEFAULT_OPTIONS_OWN_NOTHING: bool = LayerInfo::own_nothing(Self::LAYERS, mem::needs_drop::<Self::Options>());

    /// Names of the options, which the message about an unknown option lists. Defaults to none: options are not checked.
    const OPTIONS: &'static [&'static str] = &[];

    /// Error of the sizes of the layer, if they do not go together. The macros report it at the layer.
    const SIZE_ERROR: Option<&'static str> = None;

    /// `false` if the program that contains the network is compiled for debugging: then single-sample inference runs in
    /// kernels of this library.
    #[doc(hidden)]
    const IS_OPTIMIZED: bool = true;

    /// Single-sample inference of a dense layer, for a kernel that runs all layers of a chain.
    #[doc(hidden)]
    const LINK: Option<Link<Self::Scalar>> = None;

    /// [`LINK`](Module::LINK) of each layer, if the network is a chain.
    #[doc(hidden)]
    const LINKS: &'static [Option<Link<Self::Scalar>>] = &[];

    /// Derivative of the final activation, which the next layer may apply in its backward pass.
    #[doc(hidden)]
    const OUTPUT_DERIVATIVE: OutputDerivative = OutputDerivative::One;

    /// `true` if `backward` applies the [`OUTPUT_DERIVATIVE`](Module::OUTPUT_DERIVATIVE) of the layer before.
    #[doc(hidden)]
    const APPLIES_DERIVATIVE_BEFORE: bool = false;

    /// `true` if `backward` reads `pass.output` although the next layer has applied the derivative.
    #[doc(hidden)]
    const READS_OUTPUT: bool = true;

    /// `true` if the layer has [`backward_in_place`](Module::backward_in_place).
    #[doc(hidden)]
    const OVERWRITES_INPUT: bool = false;

    /// Creates the cache.
    fn cache<M: Memory>(allocator: Allocator<M>) -> Self::Cache<M>;

    /// Sets the initial parameters. They are zero on entry. Defaults to leaving them zero.
    fn initialize(&mut self, _options: &Self::Options, _rng: &mut Rng) {}

    /// Computes the output of every sample of a tile.
    fn forward<M: Memory>(
        &self,
        options: &Self::Options,
        mode: Mode<'_>,
        input: Tile<'_, Self::Scalar>,
        output: TileMut<'_, Self::Scalar>,
        cache: &mut Self::Cache<M>,
    );

    /// Adds the gradient of the parameters to `pass.gradient`, and sets `pass.input_gradient` if it is requested.
    fn backward<M: Memory>(&self, options: &Self::Options, pass: Backward<'_, Self>, cache: &mut Self::Cache<M>);

    /// Does the same as [`backward`](Module::backward), and replaces the input by its gradient.
    ///
    /// # Panics
    /// Unless [`OVERWRITES_INPUT`](Module::OVERWRITES_INPUT) is `true`.
    #[doc(hidden)]
    fn backward_in_place<M: Memory>(
        &self,
        _options: &Self::Options,
        _pass: BackwardInPlace<'_, Self>,
        _cache: &mut Self::Cache<M>,
    ) {
        panic!("`{}` does not overwrite its input", Self::KIND)
    }

    /// Computes the output of a single sample with low latency. `V` is the register of the selected instruction set;
    /// code inlined into this function is compiled for it.
    fn forward_one<V: Vector<Scalar = Self::Scalar>>(
        &self,
        options: &Self::Options,
        input: &<Self::Input as Shape>::Sample<Self::Scalar>,
    ) -> <Self::Output as Shape>::Sample<Self::Scalar>;

    /// Applies an optimizer's update rule to each trained variable. An optimizer calls it once a step, so a layer may
    /// change other variables too.
    #[inline]
    fn update(&mut self, _options: &Self::Options, gradient: &Self, rule: UpdateRule<'_, Self::Scalar>) {
        if Self::VARIABLES.is_empty() {
            return rule(self.as_mut_slice(), gradient.as_slice());
        }
        let mut parameters = self.as_mut_slice();
        let mut gradient = gradient.as_slice();
        for variable in Self::VARIABLES {
            let (values, rest) = parameters.split_at_mut(variable.count());
            let (derivatives, others) = gradient.split_at(variable.count());
            if variable.role == Role::Trained {
                rule(values, derivatives);
            }
            (parameters, gradient) = (rest, others);
        }
    }

    /// Returns the regularization penalty added to the loss of every batch.
    fn penalty(&self, _options: &Self::Options) -> f64 {
        0.0
    }

    /// Adds the gradient of [`penalty`](Module::penalty).
    fn add_penalty_gradient(&self, _options: &Self::Options, _gradient: &mut Self) {}

    /// Returns the number of input features.
    fn inputs(&self) -> usize {
        Self::Input::FEATURES
    }

    /// Returns the number of output features.
    fn outputs(&self) -> usize {
        Self::Output::FEATURES
    }

    /// Adds the nodes that compute this layer at inference to a graph.
    ///
    /// # Errors
    /// If the layer has no `export`.
    fn export(&self, _options: &Self::Options, _graph: &mut dyn GraphBuilder, _inputs: &[Value]) -> Exported {
        Err(Unsupported::of::<Self>())
    }

    /// Adds the operations of the layer to a graph of values that travel with their derivatives. Inputs and outputs are one
    /// value for each part of their shapes. Layers with [`TwiceDifferentiable`](super::TwiceDifferentiable) implement it.
    ///
    /// # Panics
    /// Unless it is implemented.
    fn trace(&self, _options: &Self::Options, _graph: &mut dyn StreamGraph<Self::Scalar>, _inputs: &[Value]) -> Values {
        panic!("`trace` of `{}`, which has no second derivatives", Self::KIND)
    }

    /// Shows the roles of the variables and the validity of the options to a visitor: once for a layer, once for each
    /// layer of a network.
    fn configure(_options: &Self::Options, visitor: &mut dyn LayerVisitor) {
        visitor.layer(&|variable| Self::VARIABLES[variable].role, Ok(()));
    }
}

/// The same layer with another scalar type, for networks of `f64`.
#[diagnostic::on_unimplemented(message = "`{Self}` cannot be used in a network of `{T}`")]
pub trait WithScalar<T: Scalar> {
    /// `Dense<2, 1, relu, f64>` for a `Dense<2, 1, relu>`.
    type Layer: Module<Scalar = T>;
}

/// Tiles that a backward pass reads and writes, of the same samples as in the forward pass before it.
#[derive(Debug)]
pub struct Backward<'a, L: Parameters> {
    /// Input of the forward pass.
    pub input: Tile<'a, L::Scalar>,
    /// Output of the forward pass.
    pub output: Tile<'a, L::Scalar>,
    /// Gradient of the loss by the output. The layer may use it as scratch memory.
    pub output_gradient: TileMut<'a, L::Scalar>,
    /// Gradient of the loss by the input, to be set, if it is requested.
    pub input_gradient: Option<TileMut<'a, L::Scalar>>,
    /// Gradient of the loss by the parameters, to be added to.
    pub gradient: &'a mut L,
    /// `false` if only the gradient by the input is used. A layer may then leave `gradient` as it is, and saves the time.
    pub needs_gradient: bool,
    /// Derivatives of activations that the next layer applies.
    #[doc(hidden)]
    pub fused: FusedDerivatives,
}

/// [`Backward`] where the gradient of the input replaces the input.
#[doc(hidden)]
#[derive(Debug)]
pub struct BackwardInPlace<'a, L: Parameters> {
    /// Input of the forward pass, to be replaced by the gradient of the loss by it.
    pub input: TileMut<'a, L::Scalar>,
    /// Output of the forward pass. Without features if it is overwritten.
    pub output: Tile<'a, L::Scalar>,
    /// Gradient of the loss by the output. The layer may use it as scratch memory.
    pub output_gradient: TileMut<'a, L::Scalar>,
    /// Gradient of the loss by the parameters, to be added to.
    pub gradient: &'a mut L,
    /// `false` if only the gradient by the input is used.
    pub needs_gradient: bool,
    /// Derivatives of activations that the next layer applies.
    pub fused: FusedDerivatives,
}

/// Derivatives of activations that the backward pass of the next layer applies.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FusedDerivatives {
    /// Derivative of the activation that produced the input: `input_gradient` is multiplied by it.
    pub input: OutputDerivative,
    /// Derivative of this layer's activation, which `output_gradient` contains already.
    pub output: OutputDerivative,
}

impl FusedDerivatives {
    /// No fusion.
    pub const NONE: Self = Self { input: OutputDerivative::One, output: OutputDerivative::One };
}

/// Description of a layer of a network, known at compile time.
#[derive(Clone, Copy, Debug)]
pub struct LayerInfo {
    /// Name in the network: `dense_1`.
    pub name: &'static str,
    /// Kind of the layer: `Dense`, `InputLayer`, or `Sequential` for a network.
    pub kind: &'static str,
    /// Variables in the order of the fields. Empty for a network.
    pub variables: &'static [Variable],
    /// Layers of a network. Empty for a layer.
    pub layers: &'static [LayerInfo],
    /// `true` for an input of the network.
    pub is_input: bool,
    /// `true` if the layer needs the whole batch: [`Module::WHOLE_BATCH`].
    pub whole_batch: bool,
    /// Name of the activation of each output: [`Module::ACTIVATIONS`].
    #[doc(hidden)]
    pub activations: &'static [&'static str],
    /// [`Module::DEFAULT_OPTIONS_OWN_NOTHING`].
    #[doc(hidden)]
    pub default_options_own_nothing: bool,
    /// Calls its argument with the number of features of each output.
    #[doc(hidden)]
    pub sizes: fn(&mut dyn FnMut(usize)),
}

impl LayerInfo {
    /// Describes a layer.
    pub const fn layer<L: Module>(name: &'static str) -> Self {
        Self {
            name,
            kind: L::KIND,
            variables: L::VARIABLES,
            layers: L::LAYERS,
            is_input: false,
            whole_batch: L::WHOLE_BATCH,
            activations: L::ACTIVATIONS,
            default_options_own_nothing: L::DEFAULT_OPTIONS_OWN_NOTHING,
            sizes: <L::Output as Shape>::sizes,
        }
    }

    /// Describes an input.
    pub const fn input<S: Shape>(name: &'static str) -> Self {
        Self {
            name,
            kind: "InputLayer",
            variables: &[],
            layers: &[],
            is_input: true,
            whole_batch: false,
            activations: &[],
            default_options_own_nothing: true,
            sizes: S::sizes,
        }
    }

    /// Returns the name of the activation of one output, for a graph.
    #[doc(hidden)]
    #[must_use]
    pub const fn activation(&self, output: usize) -> &'static str {
        if output < self.activations.len() { self.activations[output] } else { "" }
    }

    /// Returns the activations of the last layer of a chain.
    const fn last_activations(layers: &'static [Self]) -> &'static [&'static str] {
        match layers {
            [.., last] => last.activations,
            [] => &[],
        }
    }

    /// Returns whether the default options of a network of these layers, or of a single layer, own nothing.
    const fn own_nothing(layers: &[Self], needs_drop: bool) -> bool {
        let mut index = 0;
        while index < layers.len() {
            if !layers[index].default_options_own_nothing {
                return false;
            }
            index += 1;
        }
        !layers.is_empty() || !needs_drop
    }

    /// Returns whether any of some layers needs the whole batch.
    const fn any_whole_batch(layers: &[Self]) -> bool {
        let mut index = 0;
        while index < layers.len() {
            if layers[index].whole_batch {
                return true;
            }
            index += 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::{Dense, Dropout, Features};

    #[test]
    fn a_network_owns_what_its_layers_own() {
        let dense = LayerInfo::layer::<Dense<2, 3>>("dense");
        let others = [LayerInfo::layer::<Dropout<3>>("dropout"), LayerInfo::input::<Features<2>>("input")];
        let owner = LayerInfo { default_options_own_nothing: false, ..dense };
        assert!(mem::needs_drop::<<Dense<2, 3> as Module>::Options>());
        assert!(LayerInfo::own_nothing(&[dense, others[0], others[1]], true));
        assert!(!LayerInfo::own_nothing(&[dense, owner], true));
        // A layer, which has no layers.
        assert!(LayerInfo::own_nothing(&[], false) && !LayerInfo::own_nothing(&[], true));
    }
}
