use mlp::prelude::*;

fn main() {
    const N: usize = 1;
    let _ = sequential![Dense(1 => N - 2), Dense(N - 2 => 1)];
}
