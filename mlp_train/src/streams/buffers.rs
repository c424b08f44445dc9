//! Memory of the streams of a graph.

use mlp_core::streams::{ActivationDerivatives, StreamTile, StreamTileMut};
use mlp_core::{LANES, Scalar, TileBuffer as _, TileMut};

use crate::heap::Buffer;

/// Size of a tile with streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) samples: usize,
    /// Number of derivatives.
    pub(super) derivatives: usize,
}

impl Size {
    /// Returns the number of samples of the tile of all derivatives.
    fn columns(self) -> usize {
        self.derivatives * self.samples.next_multiple_of(LANES)
    }
}

/// Memory of one value with its derivatives.
pub(super) struct StreamBuffer<T> {
    features: usize,
    value: Buffer<T>,
    derivatives: Buffer<T>,
}

impl<T: Scalar> StreamBuffer<T> {
    pub(super) fn new(features: usize, size: Size) -> Self {
        let derivatives = Buffer::new(features, size.columns());
        Self { features, value: Buffer::new(features, size.samples), derivatives }
    }

    pub(super) fn features(&self) -> usize {
        self.features
    }

    pub(super) fn tile(&self, size: Size) -> StreamTile<'_, T> {
        StreamTile {
            value: self.value.tile(self.features, size.samples),
            derivatives: self.derivatives.tile(self.features, size.columns()),
        }
    }

    pub(super) fn tile_mut(&mut self, size: Size) -> StreamTileMut<'_, T> {
        StreamTileMut {
            value: self.value.tile_mut(self.features, size.samples),
            derivatives: self.derivatives.tile_mut(self.features, size.columns()),
        }
    }
}

/// Memory of the derivatives of an elementwise function.
pub(super) struct OrderBuffer<T> {
    features: usize,
    orders: [Buffer<T>; 3],
}

impl<T: Scalar> OrderBuffer<T> {
    pub(super) fn new(features: usize, size: Size) -> Self {
        Self { features, orders: std::array::from_fn(|_| Buffer::new(features, size.samples)) }
    }

    pub(super) fn features(&self) -> usize {
        self.features
    }

    pub(super) fn orders(&self, size: Size) -> ActivationDerivatives<'_, T> {
        let [first, second, third] = self.orders.each_ref().map(|order| order.tile(self.features, size.samples));
        ActivationDerivatives { first, second, third }
    }

    pub(super) fn tiles_mut(&mut self, size: Size) -> [TileMut<'_, T>; 3] {
        self.orders.each_mut().map(|order| order.tile_mut(self.features, size.samples))
    }
}

/// Gradients of the values, each in memory of its own from its first use to its last.
pub(super) struct Gradients<T> {
    live: Vec<Option<StreamBuffer<T>>>,
    free: Vec<StreamBuffer<T>>,
}

impl<T: Scalar> Gradients<T> {
    pub(super) fn new() -> Self {
        Self { live: Vec::new(), free: Vec::new() }
    }

    /// Begins a backward pass over `values` values, none of which has a gradient yet.
    pub(super) fn begin(&mut self, values: usize) {
        self.free.extend(self.live.drain(..).flatten());
        self.live.resize_with(values, || None);
    }

    /// Removes the gradient of a value.
    pub(super) fn take(&mut self, value: usize) -> Option<StreamBuffer<T>> {
        self.live[value].take()
    }

    /// Returns memory to the free list.
    pub(super) fn release(&mut self, buffer: StreamBuffer<T>) {
        self.free.push(buffer);
    }

    /// Returns memory with unspecified values.
    pub(super) fn allocate(&mut self, features: usize, size: Size, capacity: Size) -> StreamBuffer<T> {
        let fitting = self.free.iter().position(|buffer| buffer.features() == features);
        debug_assert!(size.samples <= capacity.samples);
        match fitting {
            Some(index) => self.free.swap_remove(index),
            None => StreamBuffer::new(features, capacity),
        }
    }

    /// Adds a gradient to that of a value.
    pub(super) fn add(&mut self, value: usize, gradient: StreamBuffer<T>, size: Size) {
        match &mut self.live[value] {
            Some(sum) => {
                let mut sum = sum.tile_mut(size);
                let terms = gradient.tile(size);
                sum.value.add(terms.value);
                sum.derivatives.add(terms.derivatives);
                self.free.push(gradient);
            }
            empty @ None => *empty = Some(gradient),
        }
    }

    /// Returns the gradient of a value, if it has one.
    pub(super) fn get(&self, value: usize) -> Option<&StreamBuffer<T>> {
        self.live[value].as_ref()
    }
}
