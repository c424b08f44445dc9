use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10), LayerNorm(10), Dense(10 => 1)];
}
