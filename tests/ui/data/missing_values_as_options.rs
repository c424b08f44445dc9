use mlp::prelude::*;

fn main() {
    let x: Vec<Option<f32>> = vec![Some(0.5), None];
    println!("{:?}", sequential![Dense(1 => 1)].predict(&x));
}
