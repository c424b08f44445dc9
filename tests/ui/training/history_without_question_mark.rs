use mlp::prelude::*;

fn main() {
    let mut model = sequential![Dense(1 => 1)].compile(Adam::default(), MeanSquaredError);
    let history = model.fit(&[[1.0f32]], &[[1.0f32]], Fit::new());
    println!("{:?}", history.metric("loss"));
}
