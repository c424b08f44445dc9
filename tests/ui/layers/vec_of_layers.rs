use mlp::prelude::*;

fn main() {
    let _ = sequential![vec![Dense(1 => 10), Dense(10 => 1)]];
}
