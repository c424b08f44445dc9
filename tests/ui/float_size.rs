use mlp::*;

fn main() {
    let model = sequential![Dense(1 => 10.0, relu), Dense(10 => 1)];
    println!("{:?}", model.as_slice());
}
