use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(2 => 8, relu), Dense(8 => 1)].compile(Adam::new(1e-3), MeanSquaredError);
    let (x, y) = (vec![[0.0_f32, 1.0]], vec![[1.0_f32]]);
    let w = &model.layers[0];
}
