use mlp::prelude::*;

fn main() {
    let model = sequential![Dense(1 => 1)].compile(Adam::new(1e-3), BinaryCrossentropy());
    println!("{}", model.summary());
}
