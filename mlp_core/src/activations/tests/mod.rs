//! Tests of the activations, with every instruction set and for single samples.

mod custom;
mod elementwise;
mod jet;
mod orders;
mod samplewise;
mod underflow;

use core::marker::PhantomData;

use super::*;
use crate::kernels::Kernel;
use crate::tile::Buffer;

const FEATURES: usize = 3;

/// Returns a buffer of `FEATURES` features with the given values, feature by feature.
fn filled<T: Scalar>(values: &[T]) -> Buffer<T> {
    let samples = values.len() / FEATURES;
    let mut buffer = Buffer::new(FEATURES, samples);
    for (feature, values) in values.chunks(samples).enumerate() {
        buffer.tile_mut(FEATURES, samples).feature(feature).copy_from_slice(values);
    }
    buffer
}

/// Returns the values of a tile, feature by feature.
fn features<T: Scalar>(tile: Tile<'_, T>) -> Vec<T> {
    (0..FEATURES).flat_map(|feature| tile.feature(feature).to_vec()).collect()
}

/// A kernel that applies an activation to a single sample.
struct One<A, T>(Vec<T>, PhantomData<A>);

impl<A: ActivationFunction<T>, T: Scalar> Kernel<T> for One<A, T> {
    type Output = Vec<T>;

    fn run<V: Vector<Scalar = T>>(mut self) -> Vec<T> {
        A::apply::<V>(&mut self.0);
        self.0
    }
}

/// Applies an activation to a single sample with every instruction set, and checks the results.
fn check_single_sample<A: ActivationFunction<T>, T: Scalar>(sample: &[T], check: impl FnMut(&str, Vec<T>)) {
    T::dispatch_to_each(|| One::<A, T>(sample.to_vec(), PhantomData), check);
}
