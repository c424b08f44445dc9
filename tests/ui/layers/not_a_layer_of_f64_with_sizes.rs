use mlp::prelude::*;

struct Window<const IN: usize, const OUT: usize>;

fn main() {
    let network = sequential![f64; Dense(1 => 2, relu), Window(2 => 2), Dense(2 => 1)];
    println!("{}", network.summary());
}
