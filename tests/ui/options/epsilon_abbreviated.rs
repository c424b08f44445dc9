use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10), BatchNormalization(10, eps = 1e-3)];
}
