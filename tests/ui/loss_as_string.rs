use mlp::*;

fn main() {
    let model = sequential![Dense(2 => 1)].compile(Adam::default(), "mse");
    println!("{:?}", model.as_slice());
}
