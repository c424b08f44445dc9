use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, None), Dense(10 => 1)];
}
