use mlp::prelude::*;

fn main() {
    let _ = sequential![SimpleRNN(10 => 32), Dense(32 => 1)];
}
