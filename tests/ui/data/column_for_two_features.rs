use mlp::prelude::*;

fn main() {
    let x: Vec<f32> = vec![0.0, 1.0];
    println!("{:?}", sequential![Dense(2 => 1)].predict(&x));
}
