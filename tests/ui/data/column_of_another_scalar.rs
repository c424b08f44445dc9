use mlp::prelude::*;

fn main() {
    let y: Vec<f64> = vec![0.0, 1.0];
    let mut model = sequential![Dense(2 => 1)].compile(Adam::default(), MeanSquaredError);
    model.fit(&[[0.0, 1.0], [1.0, 0.0]], &y, Fit::new()).unwrap();
}
