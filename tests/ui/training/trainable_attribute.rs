use mlp::prelude::*;

fn main() {
    let mut network = sequential![Dense(2 => 1)];
    network.dense_1.trainable = false;
}
