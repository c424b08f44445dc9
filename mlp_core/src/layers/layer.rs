//! The contract of a simple layer, on one card.

use super::{Backward, Mode, Module, Shape};
use crate::kernels::Vector;
use crate::memory::{Allocator, Memory, Static, StaticBuffer, TileBuffer};
use crate::parameters::Parameters;
use crate::random::Rng;
use crate::streams::{StreamGraph, Value, Values};
use crate::tile::{LANES, Tile, TileMut};
use crate::variable::Variable;

/// Differentiable function with parameters, without options and without state between its passes.
///
/// The struct holds the [`Parameters`] and nothing else, so the gradient is a value of the same type. Write
/// `#[derive(Parameters)]` on it. Every `Layer` is a [`Module`]; implement that trait instead for options, a cache,
/// regularization, ONNX export or whole-batch statistics.
pub trait Layer: Parameters {
    /// Shape of the input: [`Features<N>`](super::Features), or a tuple for a layer that is called on several values.
    type Input: Shape;
    /// Shape of the output.
    type Output: Shape;

    /// Variables in the order of the fields. Defaults to all fields, all of them trained.
    const VARIABLES: &'static [Variable] = <Self as Parameters>::FIELDS;

    /// Sets the initial parameters. They are zero on entry, and stay zero by default.
    fn initialize(&mut self, _rng: &mut Rng) {}

    /// Computes the output of every sample of a tile.
    fn forward(&self, x: Tile<'_, Self::Scalar>, y: TileMut<'_, Self::Scalar>);

    /// Adds the gradient of the parameters to `pass.gradient`, and sets `pass.input_gradient` if it is requested.
    fn backward(&self, pass: Backward<'_, Self>);

    /// Adds the operations of the layer to a graph: see [`Module::trace`]. A layer with
    /// [`TwiceDifferentiable`](super::TwiceDifferentiable) implements it.
    ///
    /// # Panics
    /// Unless it is implemented.
    fn trace(&self, _graph: &mut dyn StreamGraph<Self::Scalar>, _inputs: &[Value]) -> Values {
        panic!("`trace` of `{}`, which has no second derivatives", Self::TYPE_NAME)
    }
}

impl<L: Layer> Module for L {
    type Input = L::Input;
    type Output = L::Output;
    type Options = ();
    type Cache<M: Memory> = ();

    const VARIABLES: &'static [Variable] = <L as Layer>::VARIABLES;

    fn cache<M: Memory>(_allocator: Allocator<M>) {}

    fn initialize(&mut self, (): &(), rng: &mut Rng) {
        Layer::initialize(self, rng);
    }

    fn forward<M: Memory>(
        &self,
        (): &(),
        _mode: Mode<'_>,
        x: Tile<'_, L::Scalar>,
        y: TileMut<'_, L::Scalar>,
        (): &mut (),
    ) {
        Layer::forward(self, x, y);
    }

    fn backward<M: Memory>(&self, (): &(), pass: Backward<'_, Self>, (): &mut ()) {
        Layer::backward(self, pass);
    }

    fn trace(&self, (): &(), graph: &mut dyn StreamGraph<L::Scalar>, inputs: &[Value]) -> Values {
        Layer::trace(self, graph, inputs)
    }

    fn forward_one<V: Vector<Scalar = L::Scalar>>(
        &self,
        (): &(),
        x: &<L::Input as Shape>::Sample<L::Scalar>,
    ) -> <L::Output as Shape>::Sample<L::Scalar> {
        forward_on_tile(self, x)
    }
}

/// Runs `forward` on a tile of one sample, in static memory.
fn forward_on_tile<L: Layer>(
    layer: &L,
    sample: &<L::Input as Shape>::Sample<L::Scalar>,
) -> <L::Output as Shape>::Sample<L::Scalar> {
    let mut x = <<Static as Memory>::Buffer<L::Scalar, L::Input> as TileBuffer<_>>::new(L::Input::FEATURES, LANES);
    let mut y = StaticBuffer::<L::Scalar, L::Output>::new(L::Output::FEATURES, LANES);
    let mut tile = x.tile_mut(L::Input::FEATURES, 1);
    let mut feature = 0;
    L::Input::parts(sample, &mut |part: &[L::Scalar]| {
        for &value in part {
            tile.padded_feature(feature).fill(value);
            feature += 1;
        }
    });
    Layer::forward(layer, tile.as_tile(), y.tile_mut(L::Output::FEATURES, 1));
    let tile = y.tile(L::Output::FEATURES, 1);
    let mut output = L::Output::sample();
    let mut feature = 0;
    L::Output::parts_mut(&mut output, &mut |part: &mut [L::Scalar]| {
        for value in part {
            *value = tile.feature(feature)[0];
            feature += 1;
        }
    });
    output
}
