use mlp::*;

fn main() {
    let model = sequential![Dense(1 => 10, "relu"), Dense(10 -> 10), Dense(10 => 0), Dense(5 => 7), hidden: Dense(8 => 2.0)];
    println!("{:?}", model.as_slice());
}
