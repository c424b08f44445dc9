//! Tile memory of any size, for tests.

use super::{CacheLine, LANES, Tile, TileMut, padded_len};
use crate::real::Real;

/// Tile memory of any size, on cache lines.
#[derive(Clone)]
pub(crate) struct Buffer<T>(Vec<CacheLine<T>>);

impl<T: Real> Buffer<T> {
    pub(crate) fn new(features: usize, samples: usize) -> Self {
        Self(vec![CacheLine::splat(T::zero()); padded_len(features, samples.max(1)) / LANES])
    }

    pub(crate) fn tile(&self, features: usize, samples: usize) -> Tile<'_, T> {
        Tile::new(CacheLine::elements(&self.0), features, samples)
    }

    pub(crate) fn tile_mut(&mut self, features: usize, samples: usize) -> TileMut<'_, T> {
        TileMut::new(CacheLine::elements_mut(&mut self.0), features, samples)
    }
}
