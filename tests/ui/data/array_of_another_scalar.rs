use mlp::prelude::*;
use ndarray::Array2;

fn main() {
    let x = Array2::<f64>::zeros((8, 2));
    println!("{:?}", sequential![Dense(2 => 1)].predict(&x));
}
