use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, init = , l2 = 1e-4)];
}
