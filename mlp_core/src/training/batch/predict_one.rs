use crate::kernels::{Dispatch, Kernel, Vector};
use crate::layers::{Layer, Shape};

type Input<N> = <<N as Layer>::Input as Shape>::Sample<<N as crate::Parameters>::Scalar>;
type Output<N> = <<N as Layer>::Output as Shape>::Sample<<N as crate::Parameters>::Scalar>;

/// Returns the prediction for one sample.
///
/// The instruction set is selected once. The whole network is compiled for each one, inlined from end to end.
#[inline]
pub(crate) fn predict_one<N: Layer>(network: &N, options: &N::Options, input: &Input<N>) -> Output<N> {
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
