//! Networks with coefficients of equations.

use crate::export::{Exported, GraphBuilder, Value};
use crate::kernels::Vector;
use crate::layers::{
    Backward, Features, LayerInfo, LayerVisitor, Mode, Module, Role, Shape, TwiceDifferentiable, UpdateRule, Variable,
};
use crate::memory::{Allocator, Memory};
use crate::network::BaseNetwork;
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::streams::{StreamGraph, Values};
use crate::tile::{Tile, TileMut};

/// Maximum number of coefficients of an [`Augmented`] network.
pub const MAX_COEFFICIENTS: usize = 16;

/// Network with coefficients that are trained with it, but are no part of its function: the trained parameters of equations.
///
/// It computes what the network computes.
#[derive(Clone, Debug, PartialEq)]
#[repr(C)]
pub struct Augmented<N: Parameters> {
    /// The network.
    pub network: N,
    /// The coefficients. Unused ones are zero.
    pub coefficients: [N::Scalar; MAX_COEFFICIENTS],
}

// SAFETY: `repr(C)`, a network and an array of its scalar.
unsafe impl<N: Parameters> Parameters for Augmented<N> {
    type Scalar = N::Scalar;
}

impl<N: BaseNetwork> Module for Augmented<N> {
    type Input = N::Input;
    type Output = N::Output;
    type Options = N::Options;
    type Cache<M: Memory> = N::Cache<M>;

    const KIND: &'static str = "Augmented";
    const LAYERS: &'static [LayerInfo] = &[
        LayerInfo::layer::<N>("network"),
        LayerInfo {
            name: "equations",
            kind: "Coefficients",
            variables: &[Variable::vector("coefficients", MAX_COEFFICIENTS)],
            layers: &[],
            is_input: false,
            whole_batch: false,
            activations: &[],
            default_options_own_nothing: true,
            sizes: <Features<0> as Shape>::sizes,
        },
    ];

    fn cache<M: Memory>(allocator: Allocator<M>) -> Self::Cache<M> {
        N::cache(allocator)
    }

    fn initialize(&mut self, options: &N::Options, rng: &mut Rng) {
        self.network.initialize(options, rng);
    }

    fn forward<M: Memory>(
        &self,
        options: &N::Options,
        mode: Mode<'_>,
        input: Tile<'_, N::Scalar>,
        output: TileMut<'_, N::Scalar>,
        cache: &mut Self::Cache<M>,
    ) {
        self.network.forward::<M>(options, mode, input, output, cache);
    }

    fn backward<M: Memory>(&self, options: &N::Options, pass: Backward<'_, Self>, cache: &mut Self::Cache<M>) {
        let Backward { input, output, output_gradient, input_gradient, gradient, needs_gradient, fused } = pass;
        let gradient = &mut gradient.network;
        let pass = Backward { input, output, output_gradient, input_gradient, gradient, needs_gradient, fused };
        self.network.backward::<M>(options, pass, cache);
    }

    #[inline(always)]
    fn forward_one<V: Vector<Scalar = N::Scalar>>(
        &self,
        options: &N::Options,
        input: &<N::Input as Shape>::Sample<N::Scalar>,
    ) -> <N::Output as Shape>::Sample<N::Scalar> {
        self.network.forward_one::<V>(options, input)
    }

    fn update(&mut self, options: &N::Options, gradient: &Self, rule: UpdateRule<'_, N::Scalar>) {
        self.network.update(options, &gradient.network, rule);
        rule(&mut self.coefficients, &gradient.coefficients);
    }

    fn penalty(&self, options: &N::Options) -> f64 {
        self.network.penalty(options)
    }

    fn add_penalty_gradient(&self, options: &N::Options, gradient: &mut Self) {
        self.network.add_penalty_gradient(options, &mut gradient.network);
    }

    fn export(&self, options: &N::Options, graph: &mut dyn GraphBuilder, inputs: &[Value]) -> Exported {
        self.network.export(options, graph, inputs)
    }

    fn configure(options: &N::Options, visitor: &mut dyn LayerVisitor) {
        N::configure(options, visitor);
        visitor.layer(&|_| Role::Trained, Ok(()));
    }

    fn trace(&self, options: &N::Options, graph: &mut dyn StreamGraph<N::Scalar>, inputs: &[Value]) -> Values {
        self.network.trace(options, graph, inputs)
    }
}

impl<N: BaseNetwork + TwiceDifferentiable<Any>, Any> TwiceDifferentiable<Any> for Augmented<N> {}

impl<N: BaseNetwork> BaseNetwork for Augmented<N> {
    const NAME: &'static str = N::NAME;
    const OUTPUTS: &'static [&'static str] = N::OUTPUTS;
}
