use mlp::prelude::*;

fn main() {
    let _ = sequential![GRU(10 => 32, return_sequences = true), Dense(32 => 1)];
}
