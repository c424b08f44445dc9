use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(1 => 2)];
    model.freeze();
}
