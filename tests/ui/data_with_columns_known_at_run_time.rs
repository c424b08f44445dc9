use mlp::*;
use nalgebra::DMatrix;

fn main() {
    let x = DMatrix::<f32>::zeros(8, 2);
    let network = sequential![Dense(2 => 1)];
    println!("{:?}", network.predict(&x));
}
