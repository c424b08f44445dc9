use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 2)].compile(Adam::new(1e-3), MeanSquaredError);
    let y = model.forward(&[[1.0_f32]]);
    println!("{}", y[0]);
}
