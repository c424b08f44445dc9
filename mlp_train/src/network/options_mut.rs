//! Options of the layers of a compiled network, for writing.

use core::ops::{Deref, DerefMut};

use mlp_core::network::BaseNetwork;

use crate::summary::LayerOptions;

/// Options of the layers of a [`Compiled`](super::Compiled) network, for writing. They are checked when this value is dropped,
/// and the next step reports invalid ones.
pub struct OptionsMut<'a, N: BaseNetwork>(pub(super) &'a mut LayerOptions<N>);

impl<N: BaseNetwork> Deref for OptionsMut<'_, N> {
    type Target = N::Options;

    fn deref(&self) -> &N::Options {
        &self.0.values
    }
}

impl<N: BaseNetwork> DerefMut for OptionsMut<'_, N> {
    fn deref_mut(&mut self) -> &mut N::Options {
        &mut self.0.values
    }
}

impl<N: BaseNetwork> Drop for OptionsMut<'_, N> {
    fn drop(&mut self) {
        self.0.recheck();
    }
}
