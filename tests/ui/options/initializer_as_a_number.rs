use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 2, relu, bias_init = 0.1), Dense(2 => 1)];
    println!("{}", network.summary());
}
