use mlp::prelude::*;
use ndarray::Array3;

fn main() {
    let images = Array3::<f32>::zeros((8, 28, 28));
    println!("{:?}", sequential![Dense(784 => 1)].predict(&images));
}
