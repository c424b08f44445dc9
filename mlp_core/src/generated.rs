//! Support for macro-generated code. Not public API.

use core::marker::PhantomData;

use nalgebra::SVector;

use crate::export::{Exported, GraphBuilder, Value, Values};
pub use crate::kernels::equations::*;
use crate::kernels::{Link, OutputDerivative, Vector};
pub use crate::layer_check::{
    Checked, CheckedWithScalar, NotALayer, NotOfScalar, Probe, ScalarProbe, has_scalar, has_size, is_called_layer,
    is_layer, is_merge,
};
use crate::layers::{
    Backward, BackwardInPlace, Concatenated, Connection, Features, FusedDerivatives, InputMatches, InvalidValue,
    LayerInfo, LayerVisitor, Mode, Module, Role, Shape, UpdateRule, copy_elements,
};
use crate::memory::{Allocator, Memory, TileBuffer};
pub use crate::option_names::{CheckedOptions, has_option};
use crate::parameters::Parameters;
use crate::scalar::Scalar;
use crate::streams::StreamGraph;
use crate::tile::{StaticSize, Tile, TileMut};

/// Options of a layer.
pub type Options<L> = <L as Module>::Options;

/// Visitor of a network in another one, whose variables stay as they are if the network is frozen.
pub struct FrozenVisitor<'a> {
    visitor: &'a mut dyn LayerVisitor,
    is_frozen: bool,
}

impl<'a> FrozenVisitor<'a> {
    /// Creates a visitor that passes layers on, as frozen ones if `is_frozen`.
    pub fn new(visitor: &'a mut dyn LayerVisitor, is_frozen: bool) -> Self {
        Self { visitor, is_frozen }
    }
}

impl LayerVisitor for FrozenVisitor<'_> {
    fn layer(&mut self, role: &dyn Fn(usize) -> Role, check: Result<(), InvalidValue>) {
        let is_frozen = self.is_frozen;
        let frozen = |variable| match role(variable) {
            Role::Trained if is_frozen => Role::Kept,
            role => role,
        };
        self.visitor.layer(&frozen, check);
    }
}

/// Returns the number of scalars of a field. It compiles only if the field is `Parameters` of the scalar `T`.
#[must_use]
pub const fn count<T: Scalar, P: Parameters<Scalar = T>>() -> usize {
    P::COUNT
}

/// Returns the number of scalars of a marker: 0. It compiles only if the field is a marker.
#[must_use]
pub const fn count_marker<M: Marker>() -> usize {
    0
}

/// Checks that the sizes of a layer go together, at compile time.
///
/// # Panics
/// If the layer has a [`SIZE_ERROR`](Module::SIZE_ERROR).
#[track_caller]
pub const fn check_sizes<L: Module>() {
    if let Some(error) = L::SIZE_ERROR {
        panic!("{}", error);
    }
}

/// `PhantomData` of `core`. Other types cannot be markers:
///
/// ```compile_fail,E0277
/// struct PhantomData(&'static u32);
///
/// impl mlp_core::generated::Marker for PhantomData {}
/// ```
#[diagnostic::on_unimplemented(message = "this is not the `PhantomData` of `core`", label = "has a size or values")]
pub trait Marker: sealed::Sealed {}

impl<T: ?Sized> Marker for PhantomData<T> {}

mod sealed {
    /// Only this crate implements it.
    pub trait Sealed {}

    impl<T: ?Sized> Sealed for core::marker::PhantomData<T> {}
}

/// Cache of a layer. The wrapper lets the compiler infer the kind of memory.
pub struct LayerCache<M: Memory, L: Module>(L::Cache<M>);

impl<M: Memory, L: Module> LayerCache<M, L> {
    /// Creates the cache.
    #[must_use]
    pub fn new(allocator: Allocator<M>) -> Self {
        Self(L::cache(allocator))
    }
}

/// Buffers of one step of a network: the output of a layer and the layer's own cache.
pub struct Step<M: Memory, L: Module> {
    output: M::Buffer<L::Scalar, L::Output>,
    cache: LayerCache<M, L>,
    keeps_values: bool,
}

impl<M: Memory, L: Module> Step<M, L> {
    /// Creates the buffers.
    #[must_use]
    pub fn new(allocator: Allocator<M>) -> Self {
        Self {
            output: allocator.training(L::Output::FEATURES),
            cache: LayerCache::new(allocator),
            keeps_values: allocator.keeps_values(),
        }
    }

    /// Runs the layer. Inference stores the output in `shared` instead of the step's own buffer.
    pub fn forward<'a, R: StaticSize>(
        &'a mut self,
        layer: (&L, &L::Options),
        mode: Mode<'_>,
        input: Tile<'_, L::Scalar>,
        shared: &'a mut M::HeapBuffer<L::Scalar, R>,
    ) -> TileMut<'a, L::Scalar> {
        let mut output = self.output.tile_mut_or_shared(shared, L::Output::FEATURES, input.samples());
        forward(layer, mode, input, output.reborrow(), &mut self.cache);
        output
    }

    /// Returns the output that `forward` stored, and the layer's cache.
    pub fn split(&mut self, samples: usize) -> (Tile<'_, L::Scalar>, &mut LayerCache<M, L>) {
        (self.output.tile(L::Output::FEATURES, samples), &mut self.cache)
    }

    /// Returns the output that `forward` stored, with its gradient, and the layer's cache. `N` is the only layer that reads the
    /// output. The gradient replaces the output if both layers allow it; otherwise it is stored in `buffer`.
    pub fn split_with_gradient<'a, N: Module>(
        &'a mut self,
        samples: usize,
        buffer: &'a mut impl TileBuffer<L::Scalar>,
    ) -> (Intermediate<'a, L::Scalar>, &'a mut LayerCache<M, L>) {
        let is_in_place = const { N::OVERWRITES_INPUT && N::APPLIES_DERIVATIVE_BEFORE && !L::READS_OUTPUT };
        let value = self.output.tile_mut(L::Output::FEATURES, samples);
        let gradient = (self.keeps_values || !is_in_place).then(|| buffer.tile_mut(L::Output::FEATURES, samples));
        (Intermediate { value, gradient }, &mut self.cache)
    }
}

/// A value between two layers and its gradient, in a backward pass.
pub struct Intermediate<'a, T> {
    value: TileMut<'a, T>,
    /// `None` if the gradient replaces the value.
    gradient: Option<TileMut<'a, T>>,
}

impl<T> Intermediate<'_, T> {
    /// Returns the value as the input of the layer that reads it.
    pub fn as_input(&mut self) -> BackwardInput<'_, T> {
        match &mut self.gradient {
            Some(gradient) => BackwardInput::Kept(self.value.as_tile(), Some(gradient.reborrow())),
            None => BackwardInput::Overwritten(self.value.reborrow()),
        }
    }

    /// Returns the value as the output of its layer, after the layer that reads it has set the gradient.
    pub fn as_output(&mut self) -> (Tile<'_, T>, TileMut<'_, T>) {
        match &mut self.gradient {
            Some(gradient) => (self.value.as_tile(), gradient.reborrow()),
            None => (Tile::empty(self.value.samples()), self.value.reborrow()),
        }
    }
}

/// Input of a layer in a backward pass.
pub enum BackwardInput<'a, T> {
    /// The input, and the place of its gradient, if it is requested.
    Kept(Tile<'a, T>, Option<TileMut<'a, T>>),
    /// The input, which its gradient replaces.
    Overwritten(TileMut<'a, T>),
}

/// Runs a layer forward.
pub fn forward<M: Memory, L: Module>(
    (layer, options): (&L, &L::Options),
    mode: Mode<'_>,
    input: Tile<'_, L::Scalar>,
    output: TileMut<'_, L::Scalar>,
    cache: &mut LayerCache<M, L>,
) {
    layer.forward::<M>(options, mode, input, output, &mut cache.0);
}

/// Runs a layer backward: with its input, and with its output and the gradient by it.
pub fn backward<M: Memory, L: Module>(
    (layer, options): (&L, &L::Options),
    input: BackwardInput<'_, L::Scalar>,
    (output, output_gradient): (Tile<'_, L::Scalar>, TileMut<'_, L::Scalar>),
    (gradient, needs_gradient): (&mut L, bool),
    fused: FusedDerivatives,
    cache: &mut LayerCache<M, L>,
) {
    match input {
        BackwardInput::Kept(input, input_gradient) => {
            let pass = Backward { input, output, output_gradient, input_gradient, gradient, needs_gradient, fused };
            layer.backward::<M>(options, pass, &mut cache.0);
        }
        BackwardInput::Overwritten(input) => {
            let pass = BackwardInPlace { input, output, output_gradient, gradient, needs_gradient, fused };
            layer.backward_in_place::<M>(options, pass, &mut cache.0);
        }
    }
}

/// Returns the single-sample inference of a dense layer.
#[must_use]
pub const fn link<L: Module>() -> Option<Link<L::Scalar>> {
    L::LINK
}

/// Runs single-sample inference of a layer.
#[inline(always)]
pub fn infer<V: Vector<Scalar = L::Scalar>, L: Module>(
    layer: &L,
    options: &L::Options,
    input: &<L::Input as Shape>::Sample<L::Scalar>,
) -> <L::Output as Shape>::Sample<L::Scalar> {
    layer.forward_one::<V>(options, input)
}

/// Returns a tile of the size of `value` in a buffer.
pub fn tile_like<'a, T: Scalar>(buffer: &'a mut impl TileBuffer<T>, value: Tile<'_, T>) -> TileMut<'a, T> {
    buffer.tile_mut(value.features(), value.samples())
}

/// Applies an update rule to a layer.
#[inline]
pub fn update<L: Module>(layer: &mut L, options: &L::Options, gradient: &L, rule: UpdateRule<'_, L::Scalar>) {
    layer.update(options, gradient, rule);
}

/// Returns the penalty of a layer.
pub fn penalty<L: Module>(layer: &L, options: &L::Options) -> f64 {
    layer.penalty(options)
}

/// Adds the gradient of the penalty of a layer.
pub fn add_penalty<L: Module>(layer: &L, options: &L::Options, gradient: &mut L) {
    layer.add_penalty_gradient(options, gradient);
}

/// Returns the derivative of `A` that `B`, the only layer that reads its output, applies.
const fn fused_derivative<A: Module, B: Module>() -> OutputDerivative {
    if B::APPLIES_DERIVATIVE_BEFORE { A::OUTPUT_DERIVATIVE } else { OutputDerivative::One }
}

/// Returns the fused derivatives of the layer `A` before its only reader `B`.
#[must_use]
pub const fn fused_before<A: Module, B: Module>() -> FusedDerivatives {
    FusedDerivatives { input: OutputDerivative::One, output: fused_derivative::<A, B>() }
}

/// Returns the fused derivatives of the layer `B`, the only reader of `A`.
#[must_use]
pub const fn fused_after<A: Module, B: Module>() -> FusedDerivatives {
    FusedDerivatives { input: fused_derivative::<A, B>(), output: OutputDerivative::One }
}

/// Returns the fused derivatives of the layer `B`, the only reader of `A`, before its only reader `C`.
#[must_use]
pub const fn fused_between<A: Module, B: Module, C: Module>() -> FusedDerivatives {
    FusedDerivatives { input: fused_derivative::<A, B>(), output: fused_derivative::<B, C>() }
}

/// Export of a network, layer by layer.
pub struct Exporter<'a> {
    graph: &'a mut dyn GraphBuilder,
    layers: &'static [LayerInfo],
}

impl<'a> Exporter<'a> {
    /// Begins the export of the network `N`.
    pub fn new<N: Module>(graph: &'a mut dyn GraphBuilder) -> Self {
        Self { graph, layers: N::LAYERS }
    }

    /// Exports a layer under its name.
    ///
    /// # Errors
    /// If the layer has no `export`.
    pub fn layer<L: Module>(&mut self, index: usize, layer: &L, options: &L::Options, inputs: &[&[Value]]) -> Exported {
        self.graph.enter(self.layers[index].name);
        let outputs = layer.export(options, self.graph, &Values::concat(inputs))?;
        self.graph.leave();
        Ok(outputs)
    }

    /// Exports a slice of a value.
    pub fn slice(&mut self, value: &[Value], first: usize, count: usize) -> [Value; 1] {
        [self.graph.add_slice(value[0], first, count)]
    }
}

/// Returns the trained parameter of a residual at an index.
///
/// # Panics
/// If there is no such parameter.
#[must_use]
pub fn trained_parameter<const COUNT: usize>(parameters: [&mut f64; COUNT], index: usize) -> &mut f64 {
    parameters.into_iter().nth(index).expect("an index of a trained parameter")
}

/// Returns numbers as an array.
///
/// # Panics
/// If there are fewer.
#[must_use]
pub fn array<const COUNT: usize>(numbers: &[f64]) -> [f64; COUNT] {
    core::array::from_fn(|index| numbers[index])
}

/// Adds the operations of a layer to a graph of streams.
pub fn trace<L: Module>(
    (layer, options): (&L, &L::Options),
    graph: &mut dyn StreamGraph<L::Scalar>,
    inputs: &[&[Value]],
) -> Values {
    layer.trace(options, graph, &Values::concat(inputs))
}

/// Adds a slice of a value to a graph of streams.
pub fn trace_slice<T: Scalar>(
    graph: &mut dyn StreamGraph<T>,
    value: &[Value],
    first: usize,
    count: usize,
) -> [Value; 1] {
    [graph.slice(value[0], first, count)]
}

/// Sets all parameters from bytes, each value little-endian, and returns the network.
pub fn from_bytes<N: Parameters, B: core::ops::DerefMut<Target = N>>(mut network: B, bytes: &[u8]) -> B {
    let size = size_of::<N::Scalar>();
    for (parameter, bytes) in network.as_mut_slice().iter_mut().zip(bytes.chunks_exact(size)) {
        *parameter = N::Scalar::from_f64(read_number(bytes));
    }
    network
}

/// Reads a little-endian `f32` or `f64`.
pub(crate) fn read_number(bytes: &[u8]) -> f64 {
    match *bytes {
        [a, b, c, d] => f64::from(f32::from_le_bytes([a, b, c, d])),
        [a, b, c, d, e, f, g, h] => f64::from_le_bytes([a, b, c, d, e, f, g, h]),
        _ => 0.0,
    }
}

/// Returns the largest of some sizes.
#[must_use]
pub fn max_size<const N: usize>(sizes: [usize; N]) -> usize {
    sizes.into_iter().max().unwrap_or(0)
}

/// Concatenates values in one tile.
pub fn concatenate<T: Copy, const COUNT: usize>(mut target: TileMut<'_, T>, values: [Tile<'_, T>; COUNT]) {
    let mut first = 0;
    for value in values {
        target.reborrow().part(first, value.features()).copy_from(value);
        first += value.features();
    }
}

/// [`InputMatches`] for sizes that are known only as types.
#[diagnostic::on_unimplemented(
    message = "expected an input of shape `{Expected}`, found `{Found}`",
    label = "expects `{Expected}`, found `{Found}`"
)]
pub trait ShapeMatches<Found: Shape, Expected: Shape> {
    /// Returns the same sample.
    fn fit<T: Scalar>(sample: Found::Sample<T>) -> Expected::Sample<T>;
}

impl<C, S: Shape> ShapeMatches<S, S> for C {
    #[inline(always)]
    fn fit<T: Scalar>(sample: S::Sample<T>) -> S::Sample<T> {
        sample
    }
}

/// The sizes are compared when they are known.
impl<C, I: Shape, const N: usize> ShapeMatches<Concatenated<I>, Features<N>> for C {
    #[inline(always)]
    fn fit<T: Scalar>(sample: I::Sample<T>) -> SVector<T, N> {
        const { assert!(I::FEATURES == N, "the layer expects another number of features than its input has") };
        <Connection as InputMatches<N, N>>::fit::<T, I, Features<N>>(&sample)
    }
}

/// Returns `COUNT` features of one sample from `first` on.
#[inline(always)]
#[must_use]
pub fn slice<T: Scalar, S: Shape, const COUNT: usize>(sample: &S::Sample<T>, first: usize) -> SVector<T, COUNT> {
    let mut slice = SVector::<T, COUNT>::ZEROS;
    copy_elements::<T, S>(sample, first, slice.as_mut_slice());
    slice
}
