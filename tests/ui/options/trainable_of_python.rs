use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 2, relu, trainable = False), Dense(2 => 1)];
    println!("{}", network.summary());
}
