use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 2)].compile(Adam::new(CosineDecay::new(1e-3)), MeanSquaredError);
    println!("{}", model.summary());
}
