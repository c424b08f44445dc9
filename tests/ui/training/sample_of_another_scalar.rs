use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(2 => 1)];
    let x = [1.0f64, 2.0];
    let _ = model.predict_one(x);
}
