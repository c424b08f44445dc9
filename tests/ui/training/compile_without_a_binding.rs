use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(1 => 1)];
    model.compile(Adam::new(1e-3), MeanSquaredError);
    let history = model.fit(&[1.0_f32], &[1.0_f32], Fit::new()).unwrap();
    println!("{:?}", history.loss());
}
