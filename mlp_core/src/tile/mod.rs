//! A tile: some neighboring samples of a value, feature by feature, padded to whole registers.

mod buffer;
mod room;

pub use buffer::{Buffer, Passing};
pub use room::{Either, Room};

use core::ops::Range;

/// Samples are padded to a multiple of this, the lanes of the widest register there may be.
pub(crate) const LANES: usize = if cfg!(feature = "dispatch") { 16 } else { 8 };

/// Samples of a value, to read. Feature `f` of all samples lies contiguously at `f · stride`.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a, T> {
    data: &'a [T],
    layout: Layout,
}

/// Samples of a value, to write.
#[derive(Debug)]
pub struct TileMut<'a, T> {
    data: &'a mut [T],
    layout: Layout,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    features: usize,
    samples: usize,
    stride: usize,
}

impl Layout {
    fn new(features: usize, samples: usize) -> Self {
        let padded = samples.next_multiple_of(LANES);
        // Features that lie a large power of two apart fall into the same few cache lines; one register more avoids it.
        let stride = if padded.is_multiple_of(256) { padded + LANES } else { padded };
        Self { features, samples, stride }
    }

    fn split_at(self, feature: usize) -> (Self, Self) {
        (Self { features: feature, ..self }, Self { features: self.features - feature, ..self })
    }

    fn feature(self, feature: usize) -> Range<usize> {
        assert!(feature < self.features, "feature {feature} of {}", self.features);
        feature * self.stride..feature * self.stride + self.samples
    }
}

impl<'a, T> Tile<'a, T> {
    /// How many features a sample has.
    pub fn features(&self) -> usize {
        self.layout.features
    }
    /// How many samples there are.
    pub fn samples(&self) -> usize {
        self.layout.samples
    }
    /// One feature of all samples.
    pub fn feature(&self, feature: usize) -> &'a [T] {
        &self.data[self.layout.feature(feature)]
    }
    /// One feature of all samples and of the padding.
    pub(crate) fn padded_feature(&self, feature: usize) -> &'a [T] {
        let start = self.layout.feature(feature).start;
        &self.data[start..start + self.padded_samples()]
    }
    /// Some neighboring features.
    pub fn part(self, first: usize, features: usize) -> Self {
        let (data, stride) = (self.data, self.layout.stride);
        assert!(first + features <= self.layout.features, "features from {first} on, {features} of them");
        Self { data: &data[first * stride..(first + features) * stride], layout: Layout { features, ..self.layout } }
    }
    /// The features before `feature`, and the others.
    pub(crate) fn split_at(self, feature: usize) -> (Self, Self) {
        let (before, after) = self.layout.split_at(feature);
        let (first, second) = self.data.split_at(before.features * before.stride);
        (Self { data: first, layout: before }, Self { data: second, layout: after })
    }
    pub(crate) fn padded_samples(&self) -> usize {
        self.layout.samples.next_multiple_of(LANES)
    }
    pub(crate) fn stride(&self) -> usize {
        self.layout.stride
    }
    pub(crate) fn as_ptr(&self) -> *const T {
        self.data.as_ptr()
    }
}

impl<'a, T> TileMut<'a, T> {
    /// Some neighboring features.
    pub fn part(self, first: usize, features: usize) -> Self {
        let stride = self.layout.stride;
        assert!(first + features <= self.layout.features, "features from {first} on, {features} of them");
        Self {
            data: &mut self.data[first * stride..(first + features) * stride],
            layout: Layout { features, ..self.layout },
        }
    }
    /// The features before `feature`, and the others.
    pub fn split_at(self, feature: usize) -> (Self, Self) {
        let (before, after) = self.layout.split_at(feature);
        let (first, second) = self.data.split_at_mut(before.features * before.stride);
        (Self { data: first, layout: before }, Self { data: second, layout: after })
    }
    /// How many features a sample has.
    pub fn features(&self) -> usize {
        self.layout.features
    }
    /// How many samples there are.
    pub fn samples(&self) -> usize {
        self.layout.samples
    }
    /// One feature of all samples.
    pub fn feature(&mut self, feature: usize) -> &mut [T] {
        &mut self.data[self.layout.feature(feature)]
    }
    /// The same tile, to read.
    pub fn as_tile(&self) -> Tile<'_, T> {
        Tile { data: self.data, layout: self.layout }
    }
    /// The same tile, lent out for a shorter time.
    pub fn reborrow(&mut self) -> TileMut<'_, T> {
        TileMut { data: self.data, layout: self.layout }
    }
    /// Copies a tile of the same size.
    pub fn copy_from(&mut self, other: Tile<'_, T>)
    where
        T: Copy,
    {
        assert_eq!(self.layout, other.layout, "tiles of one size");
        self.data.copy_from_slice(other.data);
    }
    /// Adds a tile of the same size.
    pub fn add(&mut self, other: Tile<'_, T>)
    where
        T: Copy + core::ops::AddAssign,
    {
        assert_eq!(self.layout, other.layout, "tiles of one size");
        self.data.iter_mut().zip(other.data).for_each(|(sum, &number)| *sum += number);
    }
    /// Sets every number, those of the padding too.
    pub fn fill(&mut self, value: T)
    where
        T: Copy,
    {
        self.data.fill(value);
    }
    pub(crate) fn padded_samples(&self) -> usize {
        self.layout.samples.next_multiple_of(LANES)
    }
    pub(crate) fn stride(&self) -> usize {
        self.layout.stride
    }
    pub(crate) fn as_mut_ptr(&mut self) -> *mut T {
        self.data.as_mut_ptr()
    }
    /// Repeats the last sample in the padding, so that what is computed there is as harmless as a real sample.
    pub(crate) fn pad_with_last_sample(&mut self)
    where
        T: Copy,
    {
        let samples = self.samples();
        if samples < self.padded_samples() {
            for feature in 0..self.features() {
                let (real, padding) = self.padded_feature(feature).split_at_mut(samples);
                padding.fill(real[samples - 1]);
            }
        }
    }
    /// Sets the padding of one feature to zero, as gradients have it.
    pub(crate) fn clear_padding(&mut self, feature: usize)
    where
        T: num_traits::Zero,
    {
        let samples = self.samples();
        self.padded_feature(feature)[samples..].iter_mut().for_each(|number| *number = T::zero());
    }
    /// One feature of all samples and of the padding.
    pub(crate) fn padded_feature(&mut self, feature: usize) -> &mut [T] {
        let start = self.layout.feature(feature).start;
        let padded = self.padded_samples();
        &mut self.data[start..start + padded]
    }
}
