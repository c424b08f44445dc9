use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 2, f32::tanh), Dense(2 => 1)];
    println!("{}", network.summary());
}
