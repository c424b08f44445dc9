use mlp::prelude::*;

fn main() {
    let network = sequential![f64; Dense(1 => 2, relu), MeanSquaredError];
    println!("{}", network.summary());
}
