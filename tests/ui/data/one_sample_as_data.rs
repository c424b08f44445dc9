use mlp::prelude::*;

fn main() {
    println!("{}", sequential![Dense(2 => 3)].predict(&[1.0_f32, 2.0]).unwrap());
}
