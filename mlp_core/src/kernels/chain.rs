//! Single-sample inference of a chain of dense layers, in a kernel of this crate: debug builds and deep networks make one call
//! instead of one for each layer.
//!
//! ```text
//! for each layer
//!   y = W x + b                                  // one_sample, with sizes at run time
//!   y = activation(y)                            // a call
//!   x, y = y, x                                  // two buffers on the stack
//! ```

use super::dispatch::Kernel;
use super::one_sample::{ANY, Gemv};
use super::vector::Vector;
use crate::real::Real;

/// Maximum width of a chain's hidden layers and outputs.
pub(crate) const MAX_WIDTH: usize = 512;

/// Width up to which the buffers are small, because they are filled with zeros first.
pub(super) const SMALL_WIDTH: usize = 64;

/// A dense layer of a chain: `y = activation(W x + b)`. Weights, column-major, and biases are its parameters.
#[derive(Clone, Copy, Debug)]
pub struct Link<T> {
    /// Number of inputs.
    pub inputs: usize,
    /// Number of outputs.
    pub outputs: usize,
    /// `true` if the activation is `relu`, which the product contains.
    pub rectify: bool,
    /// Any other activation.
    pub activation: Option<fn(&mut [T])>,
}

impl<T> Link<T> {
    /// Returns whether there are layers, all of them dense and with at most `max_width` outputs. The update of such a layer calls
    /// the rule with each trained variable and its gradient, and then changes nothing but the weights, by a constraint.
    pub(crate) const fn all_dense(links: &[Option<Self>], max_width: usize) -> bool {
        let mut index = 0;
        while index < links.len() {
            match &links[index] {
                Some(link) if link.outputs <= max_width => index += 1,
                _ => return false,
            }
        }
        index > 0
    }
}

/// Inference of one sample with buffers of `WIDTH` values.
pub(super) struct Chain<'a, T, const WIDTH: usize> {
    pub(super) links: &'a [Option<Link<T>>],
    /// Parameters of all layers, one after the other.
    pub(super) parameters: &'a [T],
    pub(super) input: &'a [T],
    pub(super) output: &'a mut [T],
}

impl<T: Real, const WIDTH: usize> Kernel<T> for Chain<'_, T, WIDTH> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { links, mut parameters, input, output } = self;
        let mut buffers = [[T::zero(); WIDTH]; 2];
        let [mut source, mut target] = buffers.each_mut();
        let mut index = 0;
        while let Some(&Some(Link { inputs, outputs, rectify, activation })) = links.get(index) {
            let (weights, rest) = parameters.split_at(inputs * outputs);
            let (bias, rest) = rest.split_at(outputs);
            let x = if index == 0 { input } else { &source[..inputs] };
            index += 1;
            let y = if index == links.len() { &mut *output } else { &mut target[..outputs] };
            Gemv::<_, ANY>::new(weights, bias, x, rectify, y).run::<V>();
            if let Some(activation) = activation {
                activation(y);
            }
            parameters = rest;
            core::mem::swap(&mut source, &mut target);
        }
    }
}
