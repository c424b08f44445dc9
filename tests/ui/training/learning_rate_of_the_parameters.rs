use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 2)];
    let optimizer = Adam::new(model.parameters());
    let _ = model.compile(optimizer, MeanSquaredError);
}
