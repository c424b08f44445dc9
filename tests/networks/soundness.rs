//! Sizes that overflow are rejected before a kernel trusts them.

use mlp::__private::{Tile, TileMut};
use mlp::kernels::Matrix;
use mlp::losses::{Loss, LossInput, MetricInput};
use mlp::prelude::*;

/// 2⁶⁰ features of 16 samples are 2⁶⁴ elements.
const HUGE: usize = 1 << 60;

#[test]
#[should_panic(expected = "larger than the address space")]
fn a_tile_larger_than_memory() {
    let _ = Tile::<f32>::new(&[], HUGE, 16);
}

#[test]
#[should_panic(expected = "larger than the address space")]
fn a_mutable_tile_larger_than_memory() {
    let _ = TileMut::<f32>::new(&mut [], HUGE, 16);
}

#[test]
#[should_panic(expected = "tile has 4 features")]
fn a_part_whose_end_wraps() {
    let mut data = [0.0_f32; 64];
    let _ = TileMut::new(&mut data, 4, 16).part(HUGE, 0_usize.wrapping_sub(HUGE).wrapping_add(2));
}

#[test]
#[should_panic(expected = "elements of a")]
fn a_matrix_larger_than_memory() {
    let _ = Matrix::<f32>::new(&[], HUGE, 16);
}

#[test]
#[should_panic(expected = "a logit for each class")]
fn predictions_without_classes() {
    let targets = [0.0_f32; 16];
    let pairs = MetricInput::new(Tile::new(&[], 0, 16), Tile::new(&targets, 1, 16), None);
    let input = LossInput { pairs, gradient: None, scale: 1.0 };
    let _ = Loss::<f32, Features<2>>::evaluate(&SparseCategoricalCrossentropy::new(), input);
}
