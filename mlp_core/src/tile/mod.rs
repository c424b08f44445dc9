//! Tiles: some consecutive samples of a value, feature by feature, padded to whole registers.

mod static_size;
#[cfg(test)]
mod test_buffer;

pub use static_size::{CacheLine, MaxOf, MaxUnion, Pair, StaticSize};
#[cfg(test)]
pub(crate) use test_buffer::Buffer;

use core::ops::Range;

/// Number of samples that the padding is a multiple of: the lanes of the widest register of the build.
pub const LANES: usize = if cfg!(feature = "dispatch") { 16 } else { 8 };

/// Returns how many elements a tile has in memory, padding included: a multiple of [`LANES`] per feature.
#[inline]
pub fn padded_len(features: usize, samples: usize) -> usize {
    Layout::new(features, samples).len()
}

/// Samples of a value, for reading. Feature `f` of all samples lies contiguously at `f · stride`.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a, T> {
    data: &'a [T],
    layout: Layout,
}

/// Samples of a value, for writing.
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
    #[inline]
    fn new(features: usize, samples: usize) -> Self {
        let padded = samples.next_multiple_of(LANES);
        // Features that lie a large power of two apart fall into the same few cache lines; one register more avoids it.
        let stride = if padded.is_multiple_of(256) { padded + LANES } else { padded };
        Self { features, samples, stride }
    }

    /// Returns the number of elements. Kernels rely on it, so that it must not wrap.
    #[inline]
    fn len(self) -> usize {
        self.features.checked_mul(self.stride).expect("a tile larger than the address space")
    }

    /// Panics unless there are `count` features from `first` on.
    #[inline]
    fn check_part(self, first: usize, count: usize) {
        assert!(
            self.features.checked_sub(count).is_some_and(|last| first <= last),
            "tile has {} features, expected {count} from {first} on",
            self.features
        );
    }

    #[inline]
    fn split_at(self, feature: usize) -> (Self, Self) {
        (Self { features: feature, ..self }, Self { features: self.features - feature, ..self })
    }

    #[inline]
    fn feature(self, feature: usize) -> Range<usize> {
        assert!(feature < self.features, "feature {feature} of {}", self.features);
        feature * self.stride..feature * self.stride + self.samples
    }
}

impl<'a, T> Tile<'a, T> {
    /// Creates a tile from the first [`padded_len`] elements of `data`.
    ///
    /// # Panics
    /// If `data` is shorter.
    pub fn new(data: &'a [T], features: usize, samples: usize) -> Self {
        let layout = Layout::new(features, samples);
        Self { data: &data[..layout.len()], layout }
    }
    /// Returns a tile without features.
    pub(crate) fn empty(samples: usize) -> Self {
        Self { data: &[], layout: Layout::new(0, samples) }
    }
    /// Returns the number of features of a sample.
    #[inline]
    pub fn features(&self) -> usize {
        self.layout.features
    }
    /// Returns the number of samples.
    #[inline]
    pub fn samples(&self) -> usize {
        self.layout.samples
    }
    /// Returns one feature of all samples.
    #[inline]
    pub fn feature(&self, feature: usize) -> &'a [T] {
        &self.data[self.layout.feature(feature)]
    }
    /// Returns one feature of all samples and of the padding.
    #[inline]
    pub fn padded_feature(&self, feature: usize) -> &'a [T] {
        let start = self.layout.feature(feature).start;
        &self.data[start..start + self.padded_samples()]
    }
    /// Returns `features` consecutive features from `first` on.
    #[inline]
    pub fn part(self, first: usize, features: usize) -> Self {
        let (data, stride) = (self.data, self.layout.stride);
        self.layout.check_part(first, features);
        let end = data.len().min((first + features) * stride);
        Self { data: &data[first * stride..end], layout: Layout { features, ..self.layout } }
    }
    /// Returns `samples` consecutive samples from `first` on, which is a multiple of [`LANES`].
    ///
    /// # Panics
    /// If `first` is none, or there are fewer samples.
    #[inline]
    pub fn columns(self, first: usize, samples: usize) -> Self {
        assert!(first.is_multiple_of(LANES) && first + samples <= self.padded_samples(), "columns of a tile");
        Self { data: &self.data[first..], layout: Layout { samples, ..self.layout } }
    }
    /// Splits into the features before `feature` and the rest.
    #[inline]
    pub(crate) fn split_at(self, feature: usize) -> (Self, Self) {
        let (before, after) = self.layout.split_at(feature);
        let (first, second) = self.data.split_at(self.data.len().min(before.features * before.stride));
        (Self { data: first, layout: before }, Self { data: second, layout: after })
    }
    /// Returns whether the tile is not some columns of another.
    fn is_whole(&self) -> bool {
        self.data.len() == self.layout.features * self.layout.stride
    }
    #[inline]
    pub(crate) fn padded_samples(&self) -> usize {
        self.layout.samples.next_multiple_of(LANES)
    }
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        self.layout.stride
    }
    #[inline]
    pub(crate) fn as_ptr(&self) -> *const T {
        self.data.as_ptr()
    }
}

impl<'a, T> TileMut<'a, T> {
    /// Creates a tile from the first [`padded_len`] elements of `data`.
    ///
    /// # Panics
    /// If `data` is shorter.
    pub fn new(data: &'a mut [T], features: usize, samples: usize) -> Self {
        let layout = Layout::new(features, samples);
        Self { data: &mut data[..layout.len()], layout }
    }
    /// Returns `features` consecutive features from `first` on.
    #[inline]
    pub fn part(self, first: usize, features: usize) -> Self {
        let stride = self.layout.stride;
        self.layout.check_part(first, features);
        let end = self.data.len().min((first + features) * stride);
        Self { data: &mut self.data[first * stride..end], layout: Layout { features, ..self.layout } }
    }
    /// Returns `samples` consecutive samples from `first` on, which is a multiple of [`LANES`].
    ///
    /// # Panics
    /// If `first` is none, or there are fewer samples.
    #[inline]
    pub fn columns(self, first: usize, samples: usize) -> Self {
        assert!(first.is_multiple_of(LANES) && first + samples <= self.padded_samples(), "columns of a tile");
        Self { data: &mut self.data[first..], layout: Layout { samples, ..self.layout } }
    }
    /// Splits into the features before `feature` and the rest.
    #[inline]
    pub fn split_at(self, feature: usize) -> (Self, Self) {
        let (before, after) = self.layout.split_at(feature);
        let middle = self.data.len().min(before.features * before.stride);
        let (first, second) = self.data.split_at_mut(middle);
        (Self { data: first, layout: before }, Self { data: second, layout: after })
    }
    /// Returns the number of features of a sample.
    #[inline]
    pub fn features(&self) -> usize {
        self.layout.features
    }
    /// Returns the number of samples.
    #[inline]
    pub fn samples(&self) -> usize {
        self.layout.samples
    }
    /// Returns one feature of all samples.
    #[inline]
    pub fn feature(&mut self, feature: usize) -> &mut [T] {
        &mut self.data[self.layout.feature(feature)]
    }
    /// Returns the same tile for reading.
    #[inline]
    pub fn as_tile(&self) -> Tile<'_, T> {
        Tile { data: self.data, layout: self.layout }
    }
    /// Reborrows the tile for a shorter lifetime.
    #[inline]
    pub fn reborrow(&mut self) -> TileMut<'_, T> {
        TileMut { data: self.data, layout: self.layout }
    }
    /// Sets each element to a function of its feature and of the same element of another tile, padding included.
    ///
    /// # Panics
    /// If the tiles differ in size.
    pub fn map_from(&mut self, input: Tile<'_, T>, map: impl Fn(usize, T) -> T)
    where
        T: Copy,
    {
        assert_eq!(self.layout, input.layout, "tiles differ in size");
        for feature in 0..self.features() {
            let elements = self.padded_feature(feature).iter_mut().zip(input.padded_feature(feature));
            elements.for_each(|(y, &x)| *y = map(feature, x));
        }
    }
    /// Copies a tile of the same size.
    pub fn copy_from(&mut self, other: Tile<'_, T>)
    where
        T: Copy,
    {
        assert_eq!(self.layout, other.layout, "tiles differ in size");
        if self.is_whole() && other.is_whole() {
            return self.data.copy_from_slice(other.data);
        }
        (0..self.features()).for_each(|feature| {
            self.padded_feature(feature).copy_from_slice(other.padded_feature(feature));
        });
    }
    /// Adds a tile of the same size.
    pub fn add(&mut self, other: Tile<'_, T>)
    where
        T: Copy + core::ops::AddAssign,
    {
        assert_eq!(self.layout, other.layout, "tiles differ in size");
        if self.is_whole() && other.is_whole() {
            return self.data.iter_mut().zip(other.data).for_each(|(sum, &value)| *sum += value);
        }
        for feature in 0..self.features() {
            let terms = other.padded_feature(feature);
            self.padded_feature(feature).iter_mut().zip(terms).for_each(|(sum, &value)| *sum += value);
        }
    }
    /// Sets every element, padding included.
    pub fn fill(&mut self, value: T)
    where
        T: Copy,
    {
        if self.is_whole() {
            return self.data.fill(value);
        }
        (0..self.features()).for_each(|feature| self.padded_feature(feature).fill(value));
    }
    /// Returns whether the tile is not some columns of another.
    fn is_whole(&self) -> bool {
        self.as_tile().is_whole()
    }
    #[inline]
    pub(crate) fn padded_samples(&self) -> usize {
        self.layout.samples.next_multiple_of(LANES)
    }
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        self.layout.stride
    }
    #[inline]
    pub(crate) fn as_mut_ptr(&mut self) -> *mut T {
        self.data.as_mut_ptr()
    }
    /// Repeats the last sample in the padding, so that no value computed there is worse than a real one.
    pub fn pad_with_last_sample(&mut self)
    where
        T: Copy,
    {
        let samples = self.samples();
        if samples < self.padded_samples() {
            for feature in 0..self.features() {
                let (real, padding) = self.padded_feature(feature).split_at_mut(samples);
                // A copy of less than a register is a third of the instructions of a loop.
                padding.copy_from_slice(&[real[samples - 1]; LANES][..padding.len()]);
            }
        }
    }
    /// Sets the padding of one feature to zero, as gradients require.
    pub(crate) fn clear_padding(&mut self, feature: usize)
    where
        T: num_traits::Zero,
    {
        let samples = self.samples();
        self.padded_feature(feature)[samples..].iter_mut().for_each(|value| *value = T::zero());
    }
    /// Returns one feature of all samples and of the padding.
    #[inline]
    pub fn padded_feature(&mut self, feature: usize) -> &mut [T] {
        let start = self.layout.feature(feature).start;
        let padded = self.padded_samples();
        &mut self.data[start..start + padded]
    }
}
