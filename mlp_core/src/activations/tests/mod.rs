mod elementwise;
mod samplewise;

use super::*;
use crate::tile::Buffer;

const FEATURES: usize = 3;

/// A buffer of three features with these values, feature by feature.
fn filled<T: Scalar>(values: &[T]) -> Buffer<T> {
    let samples = values.len() / FEATURES;
    let mut buffer = Buffer::new(FEATURES, samples);
    for (feature, values) in values.chunks(samples).enumerate() {
        buffer.tile_mut(FEATURES, samples).feature(feature).copy_from_slice(values);
    }
    buffer
}

fn features<T: Scalar>(tile: Tile<'_, T>) -> Vec<T> {
    (0..FEATURES).flat_map(|feature| tile.feature(feature).to_vec()).collect()
}
