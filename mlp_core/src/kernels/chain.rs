//! Single-sample inference of a chain of dense layers, in a kernel of this crate: debug builds and deep networks make one call
//! instead of one for each layer.
//!
//! ```text
//! for each layer
//!   y = W x + b                                  // one_sample, with sizes at run time
//!   y = activation(y)                            // a call
//!   x, y = y, x                                  // two buffers on the stack
//! ```
//!
//! A layer of ten inputs and outputs is 20 multiply-adds, so the instructions around them count: the buffers are not filled with
//! zeros, and each register is stored as a whole, also the last one.

use core::mem::MaybeUninit;
use core::slice;

use super::dispatch::Kernel;
use super::one_sample::{Gemv, PADDED};
use super::vector::Vector;
use crate::real::Real;
use crate::tile::LANES;

/// Maximum width of a chain's hidden layers and outputs.
pub(crate) const MAX_WIDTH: usize = 512;

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

/// Inference of one sample.
pub(super) struct Chain<'a, T> {
    pub(super) links: &'a [Option<Link<T>>],
    /// Parameters of all layers, one after the other.
    pub(super) parameters: &'a [T],
    pub(super) input: &'a [T],
    pub(super) output: &'a mut [T],
}

/// Memory for the outputs of a layer and another register. No register crosses two cache lines.
#[repr(align(64))]
struct Buffer<T>(MaybeUninit<[T; MAX_WIDTH + LANES]>);

impl<T: Real> Kernel<T> for Chain<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run<V: Vector<Scalar = T>>(self) {
        let Self { links, parameters, input, output } = self;
        let [mut first, mut second] = [const { Buffer::<T>(MaybeUninit::uninit()) }; 2];
        let (mut target, mut other) = (first.0.as_mut_ptr().cast::<T>(), second.0.as_mut_ptr().cast::<T>());
        let (mut weights, mut left) = (parameters.as_ptr(), parameters.len());
        let (mut source, mut width) = (input.as_ptr(), input.len());
        for link in links {
            let Some(Link { inputs, outputs, rectify, activation }) = *link else {
                panic!("a layer without a product")
            };
            let count = inputs.saturating_mul(outputs);
            assert!(
                inputs == width && outputs <= MAX_WIDTH && count <= left && outputs <= left - count,
                "sizes of a layer"
            );
            let bias = weights.wrapping_add(count);
            // SAFETY: there are as many parameters, as just checked, and as many inputs: those of the network, or the outputs of
            // the layer before, in the other buffer. The buffer has memory for the outputs and a register.
            unsafe {
                let x = slice::from_raw_parts(source, width);
                Gemv::<_, PADDED>::from_raw(weights, bias, x, rectify, (target, outputs)).run::<V>();
                if let Some(activation) = activation {
                    activation(slice::from_raw_parts_mut(target, outputs));
                }
            }
            (weights, left) = (bias.wrapping_add(outputs), left - count - outputs);
            (source, width) = (target, outputs);
            core::mem::swap(&mut target, &mut other);
        }
        assert!(width == output.len(), "sizes of a layer");
        // SAFETY: `width` values that the last layer has written, or the input.
        unsafe { copy(source, output) };
    }
}

/// Copies values, of which there is often one.
///
/// # Safety
/// As many must be readable at `source`.
#[inline(always)]
unsafe fn copy<T: Copy>(source: *const T, target: &mut [T]) {
    // SAFETY: the caller's contract.
    unsafe {
        match target {
            [target] => *target = *source,
            _ => target.as_mut_ptr().copy_from_nonoverlapping(source, target.len()),
        }
    }
}
