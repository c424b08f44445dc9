use mlp::*;

const HIDDEN: u32 = 5;

fn main() {
    let model = sequential![Dense(1 => HIDDEN, relu), Dense(HIDDEN => 1)];
    println!("{:?}", model.as_slice());
}
