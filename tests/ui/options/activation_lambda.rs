use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, |x| x * x), Dense(10 => 1)];
}
