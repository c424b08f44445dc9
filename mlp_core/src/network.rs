//! Networks: modules made of layers, as the macros write them.

use core::mem::ManuallyDrop;

use crate::kernels::chain::MAX_WIDTH;
use crate::kernels::{Dispatch, Kernel, Kernels as _, Link, Vector};
use crate::layers::{IntoSample, LayerInfo, Module, Shape};
use crate::random::Rng;

type Input<N> = <<N as Module>::Input as Shape>::Sample<<N as crate::Parameters>::Scalar>;
type Array<N> = <<N as Module>::Input as Shape>::Array<<N as crate::Parameters>::Scalar>;
type Output<N> = <<N as Module>::Output as Shape>::Sample<<N as crate::Parameters>::Scalar>;

/// Network of layers, as `sequential!` and `functional!` write it.
pub trait BaseNetwork: Module {
    /// Name in a summary.
    const NAME: &'static str;
    /// Names of the outputs.
    const OUTPUTS: &'static [&'static str];
    /// Calls of the layers, in order. Empty for a chain, in which each layer is called on the output of the previous one.
    #[doc(hidden)]
    const CALLS: &'static [Call] = &[];
}

/// Methods of a network for programs without a heap: it is created by value, and predicts a single sample.
pub trait StaticNetwork: BaseNetwork {
    /// Creates a network with the initial weights of `seed`.
    fn new(seed: u64) -> Self {
        let mut network = Self::ZEROS;
        network.initialize(&Self::Options::default(), &mut Rng::new(seed));
        network
    }

    /// Returns the same network with the initial weights of `seed`: `sequential![…].seed(7)`.
    #[must_use]
    fn seed(self, seed: u64) -> Self {
        Self::new(seed)
    }

    /// Returns the prediction for a single sample. It runs without a check, without a heap and with low latency.
    #[inline]
    fn predict_one(&self, sample: impl IntoSample<Self::Scalar, Self::Input, Array<Self>>) -> Output<Self> {
        predict_one_with_defaults(self, &sample.into_sample())
    }
}

impl<N: BaseNetwork> StaticNetwork for N {}

/// One use of a layer in a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Index of the layer in [`Module::LAYERS`].
    pub layer: usize,
    /// Arguments of the call.
    pub arguments: &'static [Argument],
}

/// Argument of a call: an output of an earlier call. Inputs count as calls, before all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Index of the call that produces the value.
    pub call: usize,
    /// Index of the value among the outputs of that call.
    pub value: usize,
}

impl Call {
    /// Describes a call of a layer on arguments `(call, value)`.
    pub const fn new(layer: usize, arguments: &'static [Argument]) -> Self {
        Self { layer, arguments }
    }
}

impl Argument {
    /// Describes output `value` of call `call`.
    pub const fn new(call: usize, value: usize) -> Self {
        Self { call, value }
    }
}

/// Runs single-sample inference with given options.
///
/// A network of a few layers is compiled once for each instruction set; the set is selected once, then narrow layers are
/// inlined. A network of more layers, and every network of a debug build, calls kernels of this library: one for a chain of
/// dense layers, or one for each layer, which the register of one lane asks for. So the time to compile a network is proportional to its layers, and a
/// prediction does not depend on the optimization of the program.
#[inline]
pub fn predict_one<N: Module>(network: &N, options: &N::Options, input: &Input<N>) -> Output<N> {
    if const { is_linked::<N>() } {
        linked(network, input)
    } else if const { is_outlined::<N>() } {
        network.forward_one::<<N::Scalar as Dispatch>::Single>(options, input)
    } else {
        N::Scalar::dispatch(ForwardOne { network, options, input })
    }
}

/// Number of layers up to which single-sample inference is inlined.
const MAX_INLINED: usize = 8;

/// Returns whether single-sample inference is a call for each layer.
const fn is_outlined<N: Module>() -> bool {
    !N::IS_OPTIMIZED || layers(N::LAYERS) > MAX_INLINED
}

/// Returns whether single-sample inference is one call for all layers. Without `dispatch`, the stack may be small.
const fn is_linked<N: Module>() -> bool {
    cfg!(feature = "dispatch") && is_outlined::<N>() && Link::all_dense(N::LINKS, MAX_WIDTH)
}

/// Predicts one sample with a chain of dense layers, whose input and output have one part each.
#[inline(always)]
fn linked<N: Module>(network: &N, input: &Input<N>) -> Output<N> {
    let mut prediction = N::Output::sample::<N::Scalar>();
    let (input, output) = (N::Input::first_part(input), N::Output::first_part_mut(&mut prediction));
    N::Scalar::chain(N::LINKS, network.as_slice(), input, output);
    prediction
}

/// Returns the number of layers, also of networks in networks.
const fn layers(infos: &[LayerInfo]) -> usize {
    let (mut count, mut index) = (0, 0);
    while index < infos.len() {
        count += 1 + layers(infos[index].layers);
        index += 1;
    }
    count
}

/// Runs single-sample inference with the default options.
///
/// They are created where all layers are inlined, so that the compiler removes what inference does not use. In a loop in Rust,
/// [`predict_one`] is as fast, because options are created before the loop.
#[inline]
pub fn predict_one_with_defaults<N: Module>(network: &N, input: &Input<N>) -> Output<N> {
    if const { is_linked::<N>() } {
        return linked(network, input);
    }
    if const { is_outlined::<N>() } {
        return network.forward_one::<<N::Scalar as Dispatch>::Single>(&N::Options::default(), input);
    }
    N::Scalar::dispatch(ForwardOneWithDefaults { network, input })
}

struct ForwardOneWithDefaults<'a, N: Module> {
    network: &'a N,
    input: &'a Input<N>,
}

impl<N: Module> Kernel<N::Scalar> for ForwardOneWithDefaults<'_, N> {
    type Output = Output<N>;

    #[inline(always)]
    fn run<V: Vector<Scalar = N::Scalar>>(self) -> Output<N> {
        let options = ManuallyDrop::new(N::Options::default());
        let prediction = self.network.forward_one::<V>(&options, self.input);
        if const { !N::DEFAULT_OPTIONS_OWN_NOTHING } {
            drop(ManuallyDrop::into_inner(options));
        }
        prediction
    }
}

struct ForwardOne<'a, N: Module> {
    network: &'a N,
    options: &'a N::Options,
    input: &'a Input<N>,
}

impl<N: Module> Kernel<N::Scalar> for ForwardOne<'_, N> {
    type Output = Output<N>;

    #[inline(always)]
    fn run<V: Vector<Scalar = N::Scalar>>(self) -> Output<N> {
        self.network.forward_one::<V>(self.options, self.input)
    }
}
