use mlp::*;

fn main() {
    let model = sequential![Dense(10, relu)];
    println!("{:?}", model.as_slice());
}
