use mlp::*;

fn main() {
    let model = sequential![Dense(1 => 0, relu), Dense(0 => 1)];
    println!("{:?}", model.as_slice());
}
