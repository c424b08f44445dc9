use mlp::*;

fn main() {
    let model = sequential![Dense(1 => 10), Dense];
    println!("{:?}", model.as_slice());
}
