use mlp::prelude::*;

fn main() {
    let encoder = sequential![Dense(1 => 2)];
    let _ = sequential![encoder, Dense(2 => 1)];
}
