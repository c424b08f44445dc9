use mlp::*;

fn main() {
    let model = sequential![Dense(2 => 1)].compile(Adam::default(), MeanSquaredError).metrics("mae");
    println!("{:?}", model.as_slice());
}
