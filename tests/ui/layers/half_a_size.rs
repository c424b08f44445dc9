use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => ), Dense(10 => 1)];
}
