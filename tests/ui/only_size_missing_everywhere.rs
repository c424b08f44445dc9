use mlp::*;

fn main() {
    let model = sequential![Dense(10)];
    println!("{:?}", model.as_slice());
}
