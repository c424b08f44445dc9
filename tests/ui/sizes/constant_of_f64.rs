use mlp::prelude::*;

fn main() {
    const N: f64 = 10.0;
    let _ = sequential![Dense(1 => N), Dense(N => 1)];
}
