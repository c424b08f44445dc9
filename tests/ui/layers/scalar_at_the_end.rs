use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 3); f64];
}
