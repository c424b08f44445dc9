use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(1 => 1)];
    let _ = model.train_on_batch(&[[1.0f32]], &[[1.0f32]]);
}
