use mlp::prelude::*;

fn main() {
    let _ = sequential![Dense(None => 3)];
}
