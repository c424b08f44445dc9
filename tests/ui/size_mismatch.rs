use mlp::*;

fn main() {
    let model = sequential![Dense(1 => 10, relu), Dense(10 => 10, relu), Dense(12 => 1)];
    println!("{:?}", model.as_slice());
}
