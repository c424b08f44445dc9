use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, relu, init = "he_normal"), Dense(10 => 1)];
}
