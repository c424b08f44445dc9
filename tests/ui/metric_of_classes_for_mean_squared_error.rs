use mlp::*;

fn main() {
    let model = sequential![Dense(2 => 3)].compile(Adam::default(), MeanSquaredError);
    let model = model.metrics((SparseCategoricalAccuracy,));
    println!("{:?}", model.as_slice());
}
