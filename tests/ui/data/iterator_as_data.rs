use mlp::prelude::*;

fn main() {
    let x = (0..10).map(|i| [i as f32]);
    println!("{}", sequential![Dense(1 => 1)].predict(&x).unwrap());
}
