use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    let _ = model.fit(&[[1.0f32]], &[[1.0f32]], Fit::new());
}
