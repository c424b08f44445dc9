use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10), LayerNormalization(10, affine = false)];
}
