use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(2 => 1)];
    let _ = model.predict_one((1.0, 2.0));
}
