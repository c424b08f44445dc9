use mlp::*;

fn main() {
    let model = sequential![Dense(2 => 1)].compile(Adam::default(), MeanSquaredError).metrics(MeanAbsoluteError);
    println!("{:?}", model.as_slice());
}
