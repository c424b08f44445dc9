use mlp::prelude::*;

fn main() {
    let _ = sequential![Conv2d(1 => 32, kernel_size = 3), Dense(32 => 1)];
}
