//! Division of a batch into leaves, from the batch and the network alone.

use std::ops::Range;

use mlp_core::layers::Module;

use super::passes::Sizes;

/// Number of samples of a tile: enough to fill the registers, few enough to stay in the cache.
pub(crate) const TILE_SAMPLES: usize = 512;

/// Size of a network from which on the gradients of leaves leave the cache.
const MAX_CACHED_BYTES: usize = 8 << 20;

/// Leaves start at multiples of this, so that they consist of whole blocks of samples.
const GRAIN: usize = 64;

/// Division of the samples of a batch into consecutive leaves of equal size; the last one may be smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leaves {
    samples: usize,
    leaf_samples: usize,
    tile_samples: usize,
}

impl Leaves {
    /// Divides a batch whose gradient is a sum over leaves.
    ///
    /// The sum costs each leaf a pass over memory of the size of the network, so that a leaf has the more samples the further
    /// from the core this memory is. A layer that needs the whole batch needs a single leaf.
    pub(crate) fn training<N: Module>(samples: usize) -> Self {
        Self::with_sizes(&Sizes::of::<N>(), samples)
    }

    /// Does the same for a network of these sizes.
    pub(super) fn with_sizes(sizes: &Sizes, samples: usize) -> Self {
        let tiles = if sizes.bytes > MAX_CACHED_BYTES { 4 } else { 1 };
        let max = if sizes.is_whole_batch { samples } else { tiles * TILE_SAMPLES };
        let leaves = samples.div_ceil(max.max(1)).max(1);
        let leaf_samples = samples.div_ceil(leaves).next_multiple_of(GRAIN).max(1);
        Self { samples, leaf_samples, tile_samples: if sizes.is_whole_batch { leaf_samples } else { TILE_SAMPLES } }
    }

    /// Divides a batch for inference, where the samples do not depend on each other.
    pub(crate) fn inference(samples: usize) -> Self {
        Self { samples, leaf_samples: TILE_SAMPLES, tile_samples: TILE_SAMPLES }
    }

    /// Returns the number of leaves.
    pub(crate) fn count(self) -> usize {
        self.samples.div_ceil(self.leaf_samples).max(1)
    }

    /// Returns the number of samples of the batch.
    pub(crate) fn samples(self) -> usize {
        self.samples
    }

    /// Returns the positions of the samples of some leaves.
    pub(crate) fn positions(self, leaves: Range<usize>) -> Range<usize> {
        self.samples.min(leaves.start * self.leaf_samples)..self.samples.min(leaves.end * self.leaf_samples)
    }

    /// Returns the number of samples of each tile of a leaf.
    pub(crate) fn tile_sizes(self, leaf: usize) -> impl Iterator<Item = usize> {
        let (samples, tile) = (self.positions(leaf..leaf + 1).len(), self.tile_samples);
        (0..samples).step_by(tile).map(move |first| tile.min(samples - first))
    }

    /// Returns the number of tiles of some leaves.
    pub(crate) fn tiles(self, leaves: Range<usize>) -> usize {
        leaves.map(|leaf| self.tile_sizes(leaf).count()).sum()
    }
}

/// Returns the leaves of one of several workers: parts of nearly equal size, the first ones the larger.
pub(crate) fn share(leaves: Range<usize>, worker: usize, workers: usize) -> Range<usize> {
    let start = |worker: usize| leaves.start + (leaves.len() * worker).div_ceil(workers);
    start(worker)..start(worker + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_cover_the_batch_once() {
        for samples in [1, 63, 64, 511, 512, 513, 600, 1000, 4096, 10_000, 100_001] {
            let leaves = leaves_of(samples);
            let mut next = 0;
            for leaf in 0..leaves.count() {
                let positions = leaves.positions(leaf..leaf + 1);
                assert_eq!(positions.start, next);
                assert!(!positions.is_empty() && positions.len() <= TILE_SAMPLES, "{samples}: {positions:?}");
                next = positions.end;
            }
            assert_eq!(next, samples);
        }
    }

    /// Returns the leaves of a small network.
    fn leaves_of(samples: usize) -> Leaves {
        Leaves::training::<mlp_core::layers::Dense<1, 1>>(samples)
    }

    #[test]
    fn a_batch_of_one_tile_is_one_leaf() {
        assert_eq!([1, 32, 512, 513].map(|samples| leaves_of(samples).count()), [1, 1, 1, 2]);
    }

    #[test]
    fn shares_cover_the_leaves_once() {
        for (leaves, workers) in [(1, 1), (1, 4), (7, 3), (8, 8), (20, 3)] {
            let mut next = 5;
            for worker in 0..workers {
                let share = share(5..5 + leaves, worker, workers);
                assert_eq!(share.start, next);
                next = share.end;
            }
            assert_eq!(next, 5 + leaves);
        }
        assert_eq!(share(0..1, 0, 4), 0..1);
    }
}
