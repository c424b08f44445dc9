use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 10, tanh), Dense(10 => 1)];
    let _model = network.compile(LevenbergMarquardt::new(), MeanAbsoluteError);
}
