//! Results of a tile, for a thread that reads those of all tiles in order.

use mlp_core::losses::MetricInput;
use mlp_core::{Scalar, TileBuffer as _};

use super::workspace::TileLosses;
use crate::heap::Buffer;
use crate::ranks::{Reader, put};

/// Losses of a tile and, for metrics, its predictions, targets and weights.
pub(crate) struct TileRecord<T> {
    pub(crate) losses: TileLosses,
    predictions: Buffer<T>,
    targets: Buffer<T>,
    weights: Buffer<T>,
    /// Features of predictions and targets.
    features: (usize, usize),
    samples: usize,
    max_samples: usize,
    is_weighted: bool,
}

impl<T: Scalar> TileRecord<T> {
    /// Creates a record without memory.
    pub(crate) fn new() -> Self {
        Self {
            losses: TileLosses::default(),
            predictions: Buffer::new(0, 0),
            targets: Buffer::new(0, 0),
            weights: Buffer::new(0, 0),
            features: (0, 0),
            samples: 0,
            max_samples: 0,
            is_weighted: false,
        }
    }

    /// Copies the predictions, targets and weights of a tile.
    pub(crate) fn keep(&mut self, pairs: MetricInput<'_, T>) {
        let MetricInput { predictions, targets, weights, .. } = pairs;
        self.resize((predictions.features(), targets.features()), predictions.samples());
        self.predictions.tile_mut(self.features.0, self.samples).copy_from(predictions);
        self.targets.tile_mut(self.features.1, self.samples).copy_from(targets);
        self.is_weighted = weights.is_some();
        if let Some(weights) = weights {
            self.weights.tile_mut(1, self.samples).padded_feature(0).copy_from_slice(weights);
        }
    }

    /// Returns the predictions, targets and weights of the tile.
    pub(crate) fn pairs(&self) -> MetricInput<'_, T> {
        let weights = self.is_weighted.then(|| self.weights.tile(1, self.samples).padded_feature(0));
        let predictions = self.predictions.tile(self.features.0, self.samples);
        MetricInput::new(predictions, self.targets.tile(self.features.1, self.samples), weights)
    }

    /// Appends predictions, targets and weights to a message.
    pub(crate) fn put(&self, message: &mut Vec<u8>) {
        let MetricInput { predictions, targets, weights, .. } = self.pairs();
        (0..self.features.0).for_each(|feature| put(message, predictions.feature(feature)));
        (0..self.features.1).for_each(|feature| put(message, targets.feature(feature)));
        weights.iter().for_each(|weights| put(message, &weights[..self.samples]));
    }

    /// Reads predictions, targets and weights from a message.
    pub(crate) fn read(
        &mut self,
        reader: &mut Reader<'_>,
        features: (usize, usize),
        samples: usize,
        is_weighted: bool,
    ) {
        self.resize(features, samples);
        self.is_weighted = is_weighted;
        for (buffer, features) in [(&mut self.predictions, features.0), (&mut self.targets, features.1)] {
            let mut tile = buffer.tile_mut(features, samples);
            (0..features).for_each(|feature| reader.copy_to(tile.feature(feature)));
            tile.pad_with_last_sample();
        }
        if is_weighted {
            let mut tile = self.weights.tile_mut(1, samples);
            tile.fill(T::zero());
            reader.copy_to(tile.feature(0));
        }
    }

    fn resize(&mut self, features: (usize, usize), samples: usize) {
        if features != self.features || samples > self.max_samples {
            self.predictions = Buffer::new(features.0, samples);
            self.targets = Buffer::new(features.1, samples);
            self.weights = Buffer::new(1, samples);
            (self.features, self.max_samples) = (features, samples);
        }
        self.samples = samples;
    }
}
