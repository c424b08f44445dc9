use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10, relu), Dropout(rate = 0.5), Dense(10 => 1)];
}
