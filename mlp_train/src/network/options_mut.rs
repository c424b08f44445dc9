//! Options of the layers of a compiled network, for writing.

use core::ops::{Deref, DerefMut, Range};

use mlp_core::network::BaseNetwork;

use crate::optimizers::trainable_ranges;
use crate::squares::SquaresMemory;
use crate::summary::LayerOptions;

/// Options of the layers of a [`Compiled`](super::Compiled) network, for writing. They are checked when this value is dropped,
/// and the next step reports invalid ones.
pub struct OptionsMut<'a, N: BaseNetwork> {
    pub(super) options: &'a mut LayerOptions<N>,
    pub(super) trainable_ranges: &'a mut Vec<Range<usize>>,
    pub(super) squares: &'a mut Option<Box<dyn SquaresMemory<N::Scalar>>>,
}

impl<N: BaseNetwork> Deref for OptionsMut<'_, N> {
    type Target = N::Options;

    fn deref(&self) -> &N::Options {
        &self.options.values
    }
}

impl<N: BaseNetwork> DerefMut for OptionsMut<'_, N> {
    fn deref_mut(&mut self) -> &mut N::Options {
        &mut self.options.values
    }
}

impl<N: BaseNetwork> Drop for OptionsMut<'_, N> {
    fn drop(&mut self) {
        self.options.recheck();
        // What is trained, and its penalty.
        *self.trainable_ranges = trainable_ranges::<N>(&self.options.values);
        *self.squares = None;
    }
}
