use mlp::prelude::*;

fn main() {
    let _ = sequential![Embedding(1000 => 64), Dense(64 => 1)];
}
