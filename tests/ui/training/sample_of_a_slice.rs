use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(2 => 1)];
    let x = vec![1.0f32, 2.0];
    let _ = model.predict_one(&x[..]);
}
