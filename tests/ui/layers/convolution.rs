use mlp::prelude::*;

fn main() {
    let _ = sequential![Conv2D(32, 3), Dense(10 => 1)];
}
