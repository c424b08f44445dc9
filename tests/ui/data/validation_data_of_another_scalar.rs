use mlp::prelude::*;

fn main() {
    let (x, y) = ([[0.0_f32, 1.0]], [1.0_f32]);
    let held_out = vec![[0.0_f64, 1.0]];
    let mut model = sequential![Dense(2 => 1)].compile(Adam::default(), MeanSquaredError);
    model.fit(&x, &y, Fit::new().validation_data(&held_out, &y)).unwrap();
}
