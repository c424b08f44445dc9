use mlp::prelude::*;

fn main() {
    let _ = sequential![Embedding(2 => 8, Categories<5>), Dense(8 => 1)];
}
