use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 1000000000)];
}
