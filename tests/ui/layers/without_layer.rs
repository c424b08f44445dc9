use mlp::prelude::*;
use nalgebra::SVector;

#[derive(Clone, Debug, PartialEq, Parameters)]
#[repr(C)]
pub struct Gain<const N: usize, T: Scalar = f32> {
    pub factors: SVector<T, N>,
}

fn main() {
    let _ = sequential![Dense(1 => 10, relu), Gain(10), Dense(10 => 1)];
}
