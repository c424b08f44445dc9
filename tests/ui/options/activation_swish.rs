use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, swish), Dense(10 => 1)];
}
