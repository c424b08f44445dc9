use mlp::prelude::*;

fn main() {
    let network = sequential![Dense(1 => 3)];
    let model = network.compile(Adam::new(1e-3), SparseCategoricalCrossentropy::new()).metrics(CategoricalAccuracy);
    println!("{}", model.summary());
}
