//! One sample through a network, compiled once for each instruction set: chosen once, then inlined from end to end.

use crate::kernels::{Dispatch, Kernel, Vector};
use crate::layers::{Layer, Shape};

type Input<N> = <<N as Layer>::Input as Shape>::Sample<<N as crate::Parameters>::Scalar>;
type Output<N> = <<N as Layer>::Output as Shape>::Sample<<N as crate::Parameters>::Scalar>;

/// The prediction for one sample.
#[inline]
pub(crate) fn of<N: Layer>(network: &N, options: &N::Options, input: &Input<N>) -> Output<N> {
    N::Scalar::dispatch(ForwardOne { network, options, input })
}

struct ForwardOne<'a, N: Layer> {
    network: &'a N,
    options: &'a N::Options,
    input: &'a Input<N>,
}

impl<N: Layer> Kernel<N::Scalar> for ForwardOne<'_, N> {
    type Output = Output<N>;

    #[inline(always)]
    fn run<V: Vector<Scalar = N::Scalar>>(self) -> Output<N> {
        self.network.forward_one::<V>(self.options, self.input)
    }
}
