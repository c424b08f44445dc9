use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(1 => 10), Dropout(10, seed = 3)];
}
