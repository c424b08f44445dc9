use mlp::*;

fn main() {
    let model = sequential![];
    println!("{:?}", model.as_slice());
}
