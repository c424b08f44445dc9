use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10), BatchNormalization(), Dense(10 => 1)];
}
