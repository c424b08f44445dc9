use mlp::*;

fn main() {
    let model = sequential![Dense(relu), Dense(10 => 1)];
    println!("{:?}", model.as_slice());
}
