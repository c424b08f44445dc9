use mlp::prelude::*;

fn main() {
    const N: i32 = 10;
    let _ = sequential![Dense(1 => N), Dense(N => 1)];
}
