use mlp::*;

fn main() {
    let model = sequential![Dense()];
    println!("{:?}", model.as_slice());
}
