use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    let x = vec![[1.0f32]]; let y = vec![[1.0f32]];
    let _ = model.fit(x, y, Fit::new());
}
