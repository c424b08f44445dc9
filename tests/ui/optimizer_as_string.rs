use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 10, relu), Dense(10 => 1)];
    let _model = network.compile("adam", MeanSquaredError);
}
