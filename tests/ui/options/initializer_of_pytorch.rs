use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 2, relu, init = kaiming_normal), Dense(2 => 1)];
    println!("{}", network.summary());
}
